package da_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/da"
)

// scripted answers every fetch alike and counts them.
type scripted struct {
	id      da.ProviderID
	name    string
	payload []byte
	err     error
	asked   int
}

func (p *scripted) ID() da.ProviderID { return p.id }
func (p *scripted) Name() string      { return p.name }
func (p *scripted) Publish(context.Context, batch.Header, []byte) (cursor.Ref, error) {
	return cursor.Ref{Provider: uint8(p.id)}, p.err
}

func (p *scripted) Fetch(context.Context, cursor.Ref, batch.Header) ([]byte, error) {
	p.asked++
	return p.payload, p.err
}

// layers.md: reading tries all, in order, and says which one served.
func TestReaderTriesProvidersInOrder(t *testing.T) {
	header, payload := sealed(1, 50)
	first := &scripted{id: 2, name: "first", err: &da.WrongBytesError{Provider: "first"}}
	second := &scripted{id: 3, name: "second", payload: payload}
	third := &scripted{id: 4, name: "third", payload: payload}
	unnamed := &scripted{id: 5, name: "unnamed", payload: payload}
	refs := []cursor.Ref{{Provider: 4}, {Provider: 3}, {Provider: 2}}
	got, err := da.NewReader(unnamed, first, second, third).Fetch(t.Context(), header, refs)
	if err != nil || got.Provider != "second" || !bytes.Equal(got.Payload, payload) {
		t.Fatalf("got %+v, %v", got, err)
	}
	if first.asked != 1 || third.asked != 0 || unnamed.asked != 0 {
		t.Fatalf("asked first %d, third %d and one without a reference %d times", first.asked, third.asked, unnamed.asked)
	}
}

// layers.md: missing data is not divergence, and what could not be read is not missing.
func TestReaderKeepsAbsentAndUnknownApart(t *testing.T) {
	header, _ := sealed(1, 50)
	refs := []cursor.Ref{{Provider: 2}, {Provider: 3}}
	unreachable := errors.New("unreachable")
	absent := &scripted{id: 2, name: "absent", err: da.ErrAbsent}
	wrong := &scripted{id: 3, name: "wrong", err: &da.WrongBytesError{}}
	down := &scripted{id: 3, name: "down", err: unreachable}

	_, err := da.NewReader(absent, wrong).Fetch(t.Context(), header, refs)
	if !errors.Is(err, da.ErrAbsent) {
		t.Fatalf("all absent: %v", err)
	}
	_, err = da.NewReader(absent, down).Fetch(t.Context(), header, refs)
	if errors.Is(err, da.ErrAbsent) || !errors.Is(err, unreachable) {
		t.Fatalf("one of two could not be asked: %v", err)
	}
	var failed *da.FetchError
	if !errors.As(err, &failed) || len(failed.Attempts) != 2 || failed.Attempts[1].Provider != "down" {
		t.Fatalf("attempts: %+v", failed)
	}
	_, err = da.NewReader(absent).Fetch(t.Context(), header, []cursor.Ref{{Provider: 9}})
	if !errors.Is(err, da.ErrNoProvider) || errors.Is(err, da.ErrAbsent) {
		t.Fatalf("nobody to ask: %v", err)
	}
}

// A reader whose context ended asks nobody else.
func TestReaderStopsWithItsContext(t *testing.T) {
	header, payload := sealed(1, 50)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	first := &scripted{id: 2, name: "first", err: context.Canceled}
	second := &scripted{id: 2, name: "second", payload: payload}
	_, err := da.NewReader(first, second).Fetch(ctx, header, []cursor.Ref{{Provider: 2}})
	if !errors.Is(err, context.Canceled) || second.asked != 0 {
		t.Fatalf("%v, second asked %d times", err, second.asked)
	}
}
