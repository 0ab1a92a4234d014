package manager

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

// proposals keeps what was proposed; all other methods of a cluster are missing.
type proposals struct {
	Cluster
	bodies map[command.Type][]byte
}

func (p *proposals) Propose(_ context.Context, t command.Type, body []byte) (*fsm.Result, error) {
	p.bodies[t] = body
	return &fsm.Result{}, nil
}

// Text from outside never ends a replica: an endpoint's error page of any length and encoding can be recorded.
func TestTextFromOutsideIsCut(t *testing.T) {
	p := &proposals{bodies: map[command.Type][]byte{}}
	m := &Manager{log: slog.New(slog.DiscardHandler), parts: Parts{Cluster: p, Machine: fsm.New(fsm.Config{})}}
	page := strings.Repeat("bad gateway \xff \u00e9", 2000)
	if err := m.record(t.Context(), cursor.Failed{Kind: cursor.Commit, Reason: page}); err != nil {
		t.Fatal(err)
	}
	ev, err := cursor.DecodeEvent(p.bodies[command.TypeCursor])
	if err != nil {
		t.Fatal(err)
	}
	if f := ev.(cursor.Failed); !strings.HasPrefix(f.Reason, "bad gateway ? \u00e9") || !utf8.ValidString(f.Reason) || len(f.Reason) > cursor.MaxText {
		t.Errorf("%d bytes, valid %v", len(f.Reason), utf8.ValidString(f.Reason))
	}
	if err = m.haltAnchoring(t.Context(), page, "an exit"); err != nil {
		t.Fatal(err)
	}
	h, err := command.DecodeHalt(p.bodies[command.TypeHalt])
	if err != nil || !utf8.ValidString(h.Reason) || len(h.Reason) > command.MaxReason {
		t.Errorf("halt: %v, %d bytes", err, len(h.Reason))
	}
}
