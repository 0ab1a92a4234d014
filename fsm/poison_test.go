package fsm_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/raft"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// state.md: a committed entry that cannot be decoded, or that panics, stops the replica: nobody is acknowledged,
// nothing more is applied, no snapshot is taken, OnFatal is called once.
func TestPoison(t *testing.T) {
	for name, data := range map[string][]byte{
		"empty frame":            {},
		"unknown frame version":  {9, 1},
		"unknown frame type":     {1, 99},
		"entry that is no entry": command.EncodeFrame(nil, command.TypeEntry, []byte("nonsense")),
		"seal cut short":         command.EncodeFrame(nil, command.TypeSeal, []byte{1}),
		"event of unknown type":  command.EncodeFrame(nil, command.TypeCursor, []byte{77}),
		"minimum version beyond this binary": command.EncodeFrame(nil, command.TypeActivate,
			command.Activate{MinVersion: fsm.Version + 1, ProgramVersion: 1, AtBatch: 9}.Append(nil)),
	} {
		t.Run(name, func(t *testing.T) {
			h, f := begin(t, testLimits(), batch.PayloadTransitions)
			sub := h.m.Subscribe(1)
			before := h.m.Position()
			h.index++
			results := h.m.ApplyBatch([]*raft.Log{
				{Index: h.index, Type: raft.LogCommand, Data: data},
				{Index: h.index + 1, Type: raft.LogCommand, Data: command.EncodeFrame(nil, command.TypeEntry,
					batch.EncodeEntry(nil, &command.Entry{TimeMs: h.now(), Submissions: []command.Submission{f.submission(f.transition(3))}}))},
			})
			for i, r := range results {
				result := r.(*fsm.Result)
				if !errors.Is(result.Err, fsm.ErrPoisoned) || result.Receipts != nil {
					t.Errorf("result %d acknowledges: %+v", i, result)
				}
			}
			if len(h.fatal) != 1 || !errors.Is(h.fatal[0], fsm.ErrPoisoned) || h.m.Fatal() == nil {
				t.Errorf("OnFatal got %v, Fatal %v", h.fatal, h.m.Fatal())
			}
			if h.m.Position() != before {
				t.Error("the position moved")
			}
			if _, err := h.m.Snapshot(); !errors.Is(err, fsm.ErrPoisoned) {
				t.Errorf("snapshot: %v", err)
			}
			if err := h.m.WaitApplied(t.Context(), h.index); !errors.Is(err, fsm.ErrPoisoned) {
				t.Errorf("wait: %v", err)
			}
			if _, open := <-sub.C(); open || !errors.Is(sub.Err(), fsm.ErrPoisoned) {
				t.Errorf("subscription goes on: %v", sub.Err())
			}
		})
	}
}

// facts of raft: a panic in Apply would still answer the future with success; here it poisons.
func TestPanicPoisons(t *testing.T) {
	config := testConfig()
	broken := false
	config.Hasher = func(digests, blocks []byte) {
		if broken {
			panic("hasher broke")
		}
		hashAll(digests, blocks)
	}
	h := newHarness(t, config)
	f := h.begin(batch.PayloadTransitions)
	h.trade(f, 1, 5)
	broken = true
	r := h.apply(command.TypeSeal, command.Seal{Number: 1, TimeMs: h.now(), ProgramVersion: 1}.Append(nil))
	var p *fsm.PoisonError
	if !errors.As(r.Err, &p) || p.Stack == "" || p.Index != h.index || len(h.seals) != 0 {
		t.Fatalf("result %+v, seals %v", r, h.seals)
	}
}

// Raft never gives an index twice; if it did, the replica would stop.
func TestIndexMovesForward(t *testing.T) {
	h, _ := begin(t, testLimits(), batch.PayloadTransitions)
	r := h.m.Apply(&raft.Log{Index: 1, Type: raft.LogCommand, Data: command.EncodeFrame(nil, command.TypeTermMarker, command.TermMarker{}.Append(nil))})
	if !errors.Is(r.(*fsm.Result).Err, fsm.ErrPoisoned) {
		t.Errorf("an old index answered %+v", r)
	}
}

// WaitApplied returns at the index, with the context's error, and not before.
func TestWaitApplied(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, f := begin(t, testLimits(), batch.PayloadTransitions)
		if err := h.m.WaitApplied(t.Context(), h.index); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := h.m.WaitApplied(ctx, h.index+100); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("wait for an index that does not come: %v", err)
		}
		done := make(chan error, 1)
		go func() { done <- h.m.WaitApplied(t.Context(), h.index+2) }()
		synctest.Wait()
		h.trade(f, 1, 1)
		synctest.Wait()
		select {
		case err := <-done:
			t.Fatalf("returned one entry early: %v", err)
		default:
		}
		h.trade(f, 2, 1)
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// A slow subscriber is dropped with an error and never blocks Apply; the others get every event in order.
func TestSubscriptions(t *testing.T) {
	h, f := begin(t, testLimits(), batch.PayloadTransitions)
	slow, fast := h.m.Subscribe(1), h.m.Subscribe(100)
	for i := range uint64(5) {
		h.trade(f, i, 20)
		h.seal()
	}
	h.rollback(3)
	h.must(command.TypeHalt, command.Halt{Scope: command.ScopeIntake, Reason: "r", Exit: "e", TimeMs: h.now()}.Append(nil))
	for range slow.C() {
	}
	if !errors.Is(slow.Err(), fsm.ErrSlowSubscriber) || h.m.Stats().SubscribersDropped != 1 {
		t.Errorf("slow subscriber ended with %v", slow.Err())
	}
	fast.Close()
	fast.Close()
	var sealed, fills, rolled, halted int
	for ev := range fast.C() {
		switch e := ev.(type) {
		case fsm.Sealed:
			sealed++
			if e.Batch != uint64(sealed) || e.SealInfo != h.seals[sealed-1] {
				t.Errorf("sealed event %d: %+v", sealed, e)
			}
		case fsm.Fills:
			fills += len(e.Fills)
			if e.Index == 0 || e.Lineage != lineage {
				t.Errorf("fills without position: %+v", e.Position)
			}
		case fsm.RolledBack:
			rolled++
		case fsm.Halted:
			halted++
		}
	}
	if fast.Err() != nil || sealed != 5 || fills == 0 || rolled != 1 || halted != 1 {
		t.Errorf("err %v, sealed %d, fills %d, rolled back %d, halted %d", fast.Err(), sealed, fills, rolled, halted)
	}
}
