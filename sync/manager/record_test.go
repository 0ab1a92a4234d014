package manager

import (
	"context"
	"log/slog"
	"maps"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/holdfast-rollup/holdfast/cluster"
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

// resealed has one batch under a number that another one had before.
type resealed struct {
	*alone
	claims map[string]cluster.Root
}

func (r *resealed) SealedHeader(uint64) (*fsm.SealedBatch, error) {
	return &fsm.SealedBatch{Hash: [32]byte{2}, Index: 9}, nil
}

func (r *resealed) Roots(uint64) map[string]cluster.Root { return maps.Clone(r.claims) }

// What replicas stated about a batch that a rollback removed is not held against the one that has its number now, however
// late their word about that comes.
func TestRootsOfARemovedBatchAreNotReported(t *testing.T) {
	a, m := newAlone(t)
	if err := a.cursor.Genesis([16]byte{1}, cursor.Context{}); err != nil {
		t.Fatal(err)
	}
	a.cursor.Seal(cursor.Batch{Number: 1, HeaderHash: [32]byte{2}, Root: [32]byte{3}, FirstSequence: 1, LastSequence: 1})
	r := &resealed{alone: a, claims: map[string]cluster.Root{"x": {Node: "x", Index: 5, Batch: 1, Root: [32]byte{7}}}}
	m.parts.Machine, m.parts.Cluster = r, r
	for _, reported := range []int{0, 1} {
		if _, err := m.reportStep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if b, _ := a.cursor.Batch(1); len(b.Reports) != reported {
			t.Errorf("%d reports, want %d: %+v", len(b.Reports), reported, b.Reports)
		}
		if of, others := m.roots(1, cursor.Hash{2}), m.roots(1, cursor.Hash{9}); len(of) != reported || len(others) != 0 {
			t.Errorf("%d roots of the batch, %d of another", len(of), len(others))
		}
		r.claims["x"] = cluster.Root{Node: "x", Index: 9, Batch: 1, Root: [32]byte{3}}
	}
}
