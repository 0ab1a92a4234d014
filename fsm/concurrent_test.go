package fsm_test

import (
	"bytes"
	"fmt"
	"sync"
	"testing"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/state"
)

// Readers go on beside Apply and see whole commands: the supply of an asset equals the sum of its balances at every
// moment, and a view keeps its root while versions are sealed, rolled back and released.
func TestReadersBesideApply(t *testing.T) {
	h, f := begin(t, testLimits(), batch.PayloadTransitions)
	h.seal()
	stop := make(chan struct{})
	var readers sync.WaitGroup
	read := func(once func() error) {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if err := once(); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	read(func() error { return h.m.Read(conserved) })
	read(func() error {
		p := h.m.Position()
		view, err := h.m.View(p.Batch)
		if err != nil {
			return nil // rolled back or released since
		}
		defer view.Close()
		return state.Check(view)
	})
	read(func() error {
		c, s := h.m.Cursor(), h.m.Status()
		if heads := c.Heads(); heads.Executed > heads.Sealed {
			return fmt.Errorf("heads %+v", heads)
		}
		_, _, _ = c.Append(nil), s.Versions, h.m.Stats()
		return nil
	})
	for i := range uint64(150) {
		h.trade(f, i, 10)
		if h.m.Status().Open.Transitions > 0 {
			h.seal()
		}
		if i%20 == 19 {
			h.rollback(h.m.Position().Batch - 2)
		}
	}
	close(stop)
	readers.Wait()
}

func conserved(r *fsm.Reader) error {
	for asset := uint32(1); asset <= 2; asset++ {
		a, _ := r.Asset(asset)
		sum := uint64(0)
		for account := uint64(0); account <= accounts; account++ {
			b := r.Balance(account, asset)
			sum += b.Available + b.Locked
		}
		if sum != a.Supply {
			return fmt.Errorf("asset %d: balances sum to %d, supply is %d at %+v", asset, sum, a.Supply, r.Position())
		}
	}
	for account := uint64(1); account <= accounts; account++ {
		for _, id := range r.AccountOrders(account) {
			if _, o, ok := r.Order(id); !ok || o.Account != account {
				return fmt.Errorf("order %d of account %d: %+v, %t", id, account, o, ok)
			}
		}
	}
	_, err := r.Depth(1, command.Bid, 5)
	return err
}

// Decoder of snapshots: no panic, no memory for what is not there, and what is accepted snapshots to the same bytes.
func FuzzRestore(f *testing.F) {
	h, _ := full(f)
	f.Add(h.snapshot())
	f.Add(newHarness(f, testConfig()).snapshot())
	f.Fuzz(func(t *testing.T, b []byte) {
		other := newHarness(t, testConfig())
		if err := other.m.Restore(reader(refit(b))); err != nil {
			return
		}
		if got := other.snapshot(); !bytes.Equal(got, refit(b)) {
			t.Error("another snapshot of the same state was accepted")
		}
	})
}
