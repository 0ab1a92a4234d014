package contract_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/sync/layer1/contract"
)

// The roles move as the owner says; ownership moves in two steps and an offer can be taken back.
func TestRoles(t *testing.T) {
	w := newWorld(t, 0)
	b := w.binding
	w.do(w.owner, b.PackSetRoles(addr(w.stranger), addr(w.prover), addr(w.guardian)))
	h := w.tip.next(1)
	w.refuse("the old submitter", w.submitter, w.packCommit(h), &contract.HoldfastNotSubmitter{Caller: addr(w.submitter)})
	w.do(w.stranger, w.packCommit(h))
	w.do(w.owner, b.PackTransferOwnership(addr(w.stranger)))
	w.do(w.owner, b.PackTransferOwnership(common.Address{}))
	w.refuse("an offer taken back", w.stranger, b.PackAcceptOwnership(), &contract.HoldfastNotPendingOwner{Caller: addr(w.stranger)})
	w.do(w.owner, b.PackTransferOwnership(addr(w.stranger)))
	w.do(w.owner, b.PackSetRoles(addr(w.submitter), addr(w.prover), addr(w.guardian))) // still the owner
	receipt := w.do(w.stranger, b.PackAcceptOwnership())
	if es := events(receipt, b.UnpackOwnershipTakenEvent); len(es) != 1 || es[0].Owner != addr(w.stranger) {
		t.Errorf("events %+v", es)
	}
	w.refuse("the old owner", w.owner, b.PackTransferOwnership(addr(w.owner)), &contract.HoldfastNotOwner{Caller: addr(w.owner)})
	w.refuse("an offer taken twice", w.stranger, b.PackAcceptOwnership(), &contract.HoldfastNotPendingOwner{Caller: addr(w.stranger)})
}

// What administration does it says: every event of the contract is emitted by something, with what it names.
func TestEvents(t *testing.T) {
	w := newWorld(t, 50)
	b := w.binding
	parsed, err := contract.HoldfastMetaData.ParseABI()
	if err != nil {
		t.Fatal(err)
	}
	creation, err := w.backend.Client().TransactionReceipt(t.Context(), w.created)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[common.Hash]bool{}
	for _, l := range creation.Logs {
		seen[l.Topics[0]] = true
	}
	token := w.fixture("TestToken").address
	me := addr(w.stranger)
	h := w.tip.run(2, 1)
	ws := []batch.Withdrawal{{Index: 3, Asset: 1, Address: [20]byte(me), Amount: 4}}
	h[1].WithdrawalsRoot = batch.WithdrawalsRoot(ws)
	claim, proof := prove(t, ws, 0)
	steps := []struct {
		name string
		call func() []byte
		by   string
		want any
	}{
		{"pause", b.PackPause, "guardian", &contract.HoldfastPaused{By: addr(w.guardian)}},
		{"unpause", b.PackUnpause, "owner", &contract.HoldfastUnpaused{By: addr(w.owner)}},
		{"offer", func() []byte { return b.PackTransferOwnership(me) }, "owner", &contract.HoldfastOwnershipOffered{Owner: addr(w.owner), PendingOwner: me}},
		{"roles", func() []byte { return b.PackSetRoles(addr(w.submitter), addr(w.prover), addr(w.guardian)) }, "owner", &contract.HoldfastRolesChanged{Submitter: addr(w.submitter), Prover: addr(w.prover), Guardian: addr(w.guardian)}},
		{"list", func() []byte { return b.PackListToken(6, token, 3) }, "owner", &contract.HoldfastTokenListed{Asset: 6, Token: token, Scale: 3}},
		{"list ether", func() []byte { return b.PackListToken(1, common.Address{}, scaleETH) }, "owner", &contract.HoldfastTokenListed{Asset: 1, Scale: scaleETH}},
		{"close", func() []byte { return b.PackOpenDeposits(6, false) }, "owner", &contract.HoldfastDepositsOpened{Asset: 6}},
		{"deposit", func() []byte { return b.PackDepositETH(me) }, "value", nil},
		{"fund", func() []byte { return b.PackFundETH(0) }, "value", &contract.HoldfastFunded{Asset: 1, By: me, Amount: 1e8, Total: 1e8}},
		{"commit", func() []byte { return w.packCommit(h...) }, "submitter", &contract.HoldfastLineageRegistered{Lineage: lineage}},
		{"verify", func() []byte { return w.packVerify(h...) }, "prover", &contract.HoldfastBatchVerified{Number: 1, PostRoot: h[0].PostRoot, HeaderHash: h[0].Hash()}},
		{"claim", func() []byte { return b.PackClaim(h[1].Append(nil), claim, proof, addr(w.owner)) }, "stranger", &contract.HoldfastClaimed{Index: 3, Account: me, Asset: 1, Amount: 4, Recipient: addr(w.owner)}},
		{"retire", func() []byte { return b.PackRetireProgram(programVersion) }, "owner", &contract.HoldfastProgramRetired{Version: programVersion}},
		{"take over", func() []byte { return b.PackTakeOver([16]byte{5}, 2, h[1].Hash()) }, "guardian", nil},
	}
	for _, s := range steps {
		with := sent{}
		key := w.stranger
		switch s.by {
		case "guardian":
			key = w.guardian
		case "owner":
			key = w.owner
		case "submitter":
			key = w.submitter
		case "prover":
			key = w.prover
		case "value":
			with.value = ether(1)
		}
		receipt := w.do(key, s.call(), with)
		if len(receipt.Logs) == 0 {
			t.Fatalf("%s says nothing", s.name)
		}
		for _, l := range receipt.Logs {
			seen[l.Topics[0]] = true
		}
		if s.want == nil {
			continue
		}
		got := w.anyEvent(receipt.Logs[0])
		reflect.ValueOf(s.want).Elem().FieldByName("Raw").Set(reflect.ValueOf(receipt.Logs[0]))
		if !reflect.DeepEqual(got, s.want) {
			t.Errorf("%s: %s, want %s", s.name, text(got), text(s.want))
		}
	}
	for name, e := range parsed.Events {
		if !seen[e.ID] && name != "BatchReverted" { // TestRevertAndRecommit has it
			t.Errorf("nothing emitted %s", name)
		}
	}
}

// A program version takes effect after the delay, not before, and ends at once when it is retired: nothing of it is
// committed or verified any more, and its batches can be reverted.
func TestPrograms(t *testing.T) {
	w := newWorld(t, 1000)
	receipt := w.do(w.owner, w.binding.PackScheduleProgram(8, w.verifier))
	es := events(receipt, w.binding.UnpackProgramScheduledEvent)
	h := w.tip.next(1, func(h *batch.Header) { h.ProgramVersion = 8 })
	unknown := &contract.HoldfastProgramUnknown{Version: 8}
	w.refuse("before the delay", w.submitter, w.packCommit(h), unknown)
	w.later(980 * time.Second)
	if now := w.now(); len(es) != 1 || es[0].Verifier != w.verifier || now >= es[0].ActiveFrom {
		t.Fatalf("at %d: %+v", now, es)
	}
	w.refuse("just before the end of the delay", w.submitter, w.packCommit(h), unknown)
	w.later(40 * time.Second)
	w.commit(h)
	w.do(w.owner, w.binding.PackRetireProgram(8))
	w.refuse("verified by a retired program", w.prover, w.packVerify(h), unknown)
	next := w.tip.next(1, func(h *batch.Header) { h.ProgramVersion = 8 })
	w.refuse("committed for a retired program", w.submitter, w.packCommit(next), unknown)
	w.refuse("brought back", w.owner, w.binding.PackScheduleProgram(8, w.verifier), &contract.HoldfastProgramExists{Version: 8})
	w.do(w.guardian, w.binding.PackRevertBatches(1, nil))
	w.tip = tip{root: genesisRoot}
	again := w.tip.next(1)
	w.commit(again)
	w.verify(again)
}

// A pause holds claims back for seven days and no longer: the guardian cannot keep what is verified from its owners.
func TestPauseDoesNotKeepFunds(t *testing.T) {
	w := newWorld(t, 0)
	w.listTokens()
	w.depositETH(w.stranger, addr(w.stranger), ether(1))
	ws := []batch.Withdrawal{{Index: 0, Asset: assetETH, Address: [20]byte(addr(w.stranger)), Amount: 5}}
	h := w.withdraw(ws)
	w.do(w.guardian, w.binding.PackPause())
	w.later(7*24*time.Hour - 20*time.Second)
	w.refuse("within the hold", w.stranger, w.packClaim(h, ws, 0), &contract.HoldfastIsPaused{})
	w.later(40 * time.Second)
	w.claim(w.stranger, h, ws, 0)
	w.refuse("a commit after the hold", w.submitter, w.packCommit(w.tip.run(1, 1)...), &contract.HoldfastIsPaused{})
	w.refuse("a second pause within the first", w.guardian, w.binding.PackPause(), &contract.HoldfastIsPaused{})
}
