package server

import (
	"context"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/raft"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
)

// ledger is a machine without a cluster: what it is given counts as committed.
type ledger struct {
	t       *testing.T
	machine *fsm.Machine
	index   uint64
}

func newLedger(t *testing.T) *ledger {
	t.Helper()
	l := &ledger{t: t, machine: fsm.New(fsm.Config{NodeID: "n1"})}
	t.Cleanup(l.machine.Close)
	l.apply(command.TypeGenesis, command.Genesis{
		Lineage: [16]byte{1}, ChainID: 1337, ProgramVersion: 1, PayloadKind: uint8(batch.PayloadTransitions), Limits: command.DefaultLimits(), TimeMs: 1,
	}.Append(nil))
	return l
}

func (l *ledger) apply(kind command.Type, body []byte) *fsm.Result {
	l.t.Helper()
	l.index++
	r := l.machine.Apply(&raft.Log{Index: l.index, Type: raft.LogCommand, Data: command.EncodeFrame(nil, kind, body)}).(*fsm.Result)
	if r.Err != nil {
		l.t.Fatal(r.Err)
	}
	return r
}

// trade fills the open batch with one transition and seals it.
func (l *ledger) trade(number uint64) {
	l.t.Helper()
	open := command.SessionOpen{Nonce: [16]byte{byte(number)}, Owner: "test", TimeMs: 2}
	asset := command.Transition{Kind: command.RegisterAsset, Asset: uint32(number), Decimals: 6, Address: command.Address{byte(number)}}
	l.apply(command.TypeEntry, batch.EncodeEntry(nil, &command.Entry{TimeMs: 3, Submissions: []command.Submission{{
		Session: l.apply(command.TypeSessionOpen, open.Append(nil)).Session, Sequence: 1, Transition: asset,
	}}}))
	l.apply(command.TypeSeal, command.Seal{Number: number, TimeMs: 4, ProgramVersion: 1}.Append(nil))
}

// finality.go: what is applied while somebody waits for it is found by the end of the wait, although it moves no head; and
// without a wait nobody waits.
func TestWaitEndsWithALook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLedger(t)
		s := &Server{cfg: Config{Machine: l.machine}, heads: newHeadLog(4)}
		wait := func(limit time.Duration) pb.FinalityOutcome {
			resp := &pb.FinalityResponse{}
			if err := s.await(t.Context(), &subject{accepted: 1}, pb.Head_HEAD_APPLIED, limit, resp); err != nil {
				t.Error(err)
			}
			return resp.GetFinality().GetOutcome()
		}
		began := time.Now()
		if got := wait(0); got != pb.FinalityOutcome_FINALITY_OUTCOME_PENDING || time.Since(began) != 0 {
			t.Errorf("without a wait: %v after %v", got, time.Since(began))
		}
		done := make(chan pb.FinalityOutcome)
		go func() { done <- wait(time.Second) }()
		synctest.Wait()
		session := l.apply(command.TypeSessionOpen, command.SessionOpen{Nonce: [16]byte{1}, Owner: "test", TimeMs: 2}.Append(nil)).Session
		asset := command.Transition{Kind: command.RegisterAsset, Asset: 1, Decimals: 6, Address: command.Address{1}}
		l.apply(command.TypeEntry, batch.EncodeEntry(nil, &command.Entry{
			TimeMs: 3, Submissions: []command.Submission{{Session: session, Sequence: 1, Transition: asset}},
		}))
		if got := <-done; got != pb.FinalityOutcome_FINALITY_OUTCOME_REACHED {
			t.Errorf("applied during the wait, and it ends as %v", got)
		}
	})
}

// A wait that no Duration can hold is a long one, not none.
func TestLongestWait(t *testing.T) {
	if got := duration(5); got != 5*time.Millisecond {
		t.Errorf("5 ms are %v", got)
	}
	if got := duration(math.MaxInt64); got.Milliseconds() != math.MaxInt64/int64(time.Millisecond) {
		t.Errorf("the longest is %v", got)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	if d := homeward(ctx, duration(math.MaxInt64)); d < 50*time.Minute || d > time.Hour {
		t.Errorf("of an hour %v is waited", d)
	}
}
