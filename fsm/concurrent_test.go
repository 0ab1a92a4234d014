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

// BenchmarkEntry measures Apply of entries of 1,024 transitions, decoding, sessions and a seal per 16,384 included.
func BenchmarkEntry(b *testing.B) {
	h, f := begin(b, command.DefaultLimits(), batch.PayloadTransitions)
	const size = 1024
	b.ReportAllocs()
	open, total := 0, 0
	for b.Loop() {
		b.StopTimer()
		var e command.Entry
		e.TimeMs = h.now()
		for i := range size {
			e.Submissions = append(e.Submissions, f.submission(f.transition(number(uint64(total), uint64(i)))))
		}
		e.Acks = []command.Ack{{Session: f.session, Low: f.next - size}}
		body := batch.EncodeEntry(nil, &e)
		b.StartTimer()
		h.must(command.TypeEntry, body)
		total += size
		if open += size; open >= 16_384 {
			h.seal()
			open = 0
		}
		h.log = h.log[:0]
	}
	b.ReportMetric(float64(total)/b.Elapsed().Seconds(), "transitions/s")
}

// loaded has a hundred thousand accounts with a balance each.
func loaded(b *testing.B) *harness {
	b.Helper()
	h := newHarness(b, fsm.Config{})
	h.limits = command.DefaultLimits()
	h.genesis(batch.PayloadTransitions)
	f := &flow{session: h.openSession(1)}
	h.submit(f.submission(setup()[0]))
	const count, size = 100_000, 2000
	for from := 0; from < count; from += size {
		var e command.Entry
		e.TimeMs = h.now()
		e.Acks = []command.Ack{{Session: f.session, Low: f.next}}
		for a := uint64(from) + 1; a <= uint64(from+size); a++ {
			e.Submissions = append(e.Submissions,
				f.submission(command.Transition{Kind: command.ImportAccount, Account: a, Address: command.Address{1}}),
				f.submission(command.Transition{Kind: command.ImportBalance, Account: a, Asset: 1, Amount: a}))
		}
		h.must(command.TypeEntry, batch.EncodeEntry(nil, &e))
		h.seal()
	}
	h.log = nil
	return h
}

// BenchmarkCapture measures how long Apply waits for a snapshot at 200,000 leaves.
func BenchmarkCapture(b *testing.B) {
	h := loaded(b)
	for b.Loop() {
		s, err := h.m.Snapshot()
		if err != nil {
			b.Fatal(err)
		}
		s.Release()
	}
}

// BenchmarkPersist and BenchmarkRestore measure a snapshot of 200,000 leaves, fifty batches' payloads and versions
// included.
func BenchmarkPersist(b *testing.B) {
	h := loaded(b)
	b.SetBytes(int64(len(h.snapshot())))
	for b.Loop() {
		h.snapshot()
	}
}

func BenchmarkRestore(b *testing.B) {
	h := loaded(b)
	snapshot := h.snapshot()
	b.SetBytes(int64(len(snapshot)))
	for b.Loop() {
		if err := newHarness(b, fsm.Config{}).m.Restore(reader(snapshot)); err != nil {
			b.Fatal(err)
		}
	}
}
