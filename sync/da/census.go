package da

// Invariant of this file: a batch counts as found in one place only if every other place was asked and said that it
// does not have it; who could not be asked may have it.

import (
	"context"
	"errors"
	"sync"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

// Census says which providers have a batch's content now.
type Census struct {
	// Holders gave the payload back intact, in the reader's order.
	Holders []string
	// Failed are the others that were asked, with their reasons.
	Failed []Attempt
}

// Alone says whether exactly one provider has the content and every other one said that it does not.
func (c Census) Alone() bool { return len(c.Holders) == 1 && c.certain() }

func (c Census) certain() bool {
	for _, a := range c.Failed {
		if !errors.Is(a.Err, ErrAbsent) {
			return false
		}
	}
	return true
}

// Census asks every provider for header's payload, by each reference of its own until one serves.
func (r *Reader) Census(ctx context.Context, header batch.Header, refs []cursor.Ref) Census {
	var c Census
	for _, p := range r.providers {
		var failed []Attempt
		held := false
		for _, ref := range refs {
			if ProviderID(ref.Provider) != p.ID() {
				continue
			}
			_, err := p.Fetch(ctx, ref, header)
			if held = err == nil; held {
				break
			}
			failed = append(failed, Attempt{Provider: p.Name(), Err: err})
		}
		if held {
			c.Holders = append(c.Holders, p.Name())
		} else {
			c.Failed = append(c.Failed, failed...)
		}
	}
	return c
}

// maxTally bounds how many batches a Tally remembers; the lowest numbers are forgotten first.
const maxTally = 1 << 16

// Tally counts the batches that only one provider still has. The zero value is ready. It may be used concurrently.
type Tally struct {
	mu     sync.Mutex // guards the fields below
	alone  map[uint64]struct{}
	lowest uint64 // batches below it were forgotten
}

// Note takes a batch's census. One in which somebody could not be asked changes nothing, unless two have the batch.
func (t *Tally) Note(number uint64, c Census) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case len(c.Holders) > 1 || len(c.Holders) == 0 && c.certain():
		delete(t.alone, number)
	case c.Alone() && number >= t.lowest:
		if t.alone == nil {
			t.alone = map[uint64]struct{}{}
		}
		t.alone[number] = struct{}{}
		for len(t.alone) > maxTally {
			delete(t.alone, t.lowest)
			t.lowest++
		}
	}
}

// Alone is how many batches only one provider had when they were last asked for.
func (t *Tally) Alone() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.alone)
}
