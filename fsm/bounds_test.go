package fsm_test

import (
	"testing"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/session"
	"github.com/holdfast-rollup/holdfast/fsm/state"
)

// The largest batch that can be open, of the transitions that are dearest to
// encode, decodes under the limits that everybody decodes with.
func TestLargestBatchDecodes(t *testing.T) {
	const n = fsm.MaxOpenTransitions + state.MaxTouched
	dearest := []func(i uint64) command.Transition{
		func(i uint64) command.Transition {
			x := number(i, 1)
			a := command.Address{}
			for k := range a {
				a[k] = byte(number(i, uint64(k)))
			}
			return command.Transition{Kind: command.Deposit, Asset: uint32(x), Account: number(i, 2), Amount: number(i, 3), Inbox: i, Address: a}
		},
		func(i uint64) command.Transition {
			return command.Transition{
				Kind: command.Place, Side: command.Side(i % 2), STP: command.STP(i % 5), Market: uint32(number(i, 1)) | 1, Account: number(i, 2),
				ClientID: number(i, 3), Price: number(i, 4), Size: number(i, 5),
			}
		},
		func(i uint64) command.Transition {
			return command.Transition{
				Kind: command.CreateMarket, Market: uint32(number(i, 1)) | 1, Asset: uint32(number(i, 2)), Quote: uint32(number(i, 3)),
				Tick: number(i, 4), Lot: number(i, 5), MakerFee: uint16(i), TakerFee: uint16(i >> 8), Status: command.MarketStatus(i % 3),
			}
		},
	}
	for k, dear := range dearest {
		ts := make([]command.Transition, n)
		for i := range ts {
			ts[i] = dear(uint64(i))
		}
		b := batch.EncodePayload(nil, ts)
		t.Logf("%s: %d bytes a transition", ts[k].Kind, len(b)/n)
		if _, err := batch.DecodePayload(b, batch.DefaultLimits()); err != nil {
			t.Errorf("%s: %d bytes: %v", ts[k].Kind, len(b), err)
		}
	}
}

// A full open batch takes nothing more, a seal opens it again, and nothing of
// what was refused counts as executed.
func TestFullBatchHaltsIntake(t *testing.T) {
	h, f := begin(t, testLimits(), batch.PayloadTransitions)
	h.seal()
	for h.m.Status().Open.Transitions < fsm.MaxOpenTransitions {
		subs := make([]command.Submission, 1<<13)
		for i := range subs {
			subs[i] = f.submission(command.Transition{Kind: command.UpdateMarket, Market: 1, MakerFee: 10, TakerFee: 20})
		}
		e := command.Entry{TimeMs: h.now(), Submissions: subs}
		for part := range 1 << 13 / 64 { // the session's window
			e.Submissions = subs[part*64 : part*64+64]
			e.Acks = []command.Ack{{Session: f.session, Low: e.Submissions[0].Sequence - 1}}
			h.must(command.TypeEntry, batch.EncodeEntry(nil, &e))
		}
	}
	if got := h.m.Status().Open.Transitions; got != fsm.MaxOpenTransitions {
		t.Fatalf("%d open", got)
	}
	more := f.submission(command.Transition{Kind: command.UpdateMarket, Market: 1, MakerFee: 10, TakerFee: 20})
	e := command.Entry{TimeMs: h.now(), Submissions: []command.Submission{more}, Acks: []command.Ack{{Session: f.session, Low: more.Sequence - 1}}}
	if r := h.must(command.TypeEntry, batch.EncodeEntry(nil, &e)).Receipts[0]; r.Status != session.Halted {
		t.Fatalf("one too many: %+v", r)
	}
	h.seal()
	if r := h.submit(more).Receipts[0]; r.Status != session.Executed || r.Code != state.Accepted {
		t.Fatalf("after the seal: %+v", r)
	}
}
