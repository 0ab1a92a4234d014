package contract_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math/big"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/eth/ethconfig"
	"github.com/ethereum/go-ethereum/ethclient/simulated"
	"github.com/ethereum/go-ethereum/node"
	"github.com/ethereum/go-ethereum/params"
	"github.com/ethereum/go-ethereum/rpc"
	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/sync/layer1/contract"
)

const programVersion = 7

var genesisRoot = [32]byte{0xee, 1}

// world is one simulated chain with the contract on it.
type world struct {
	t        testing.TB
	backend  *simulated.Backend
	binding  *contract.Holdfast
	address  common.Address
	verifier common.Address
	owner, submitter, prover, guardian,
	stranger *ecdsa.PrivateKey
}

func newKey(name string) *ecdsa.PrivateKey {
	k, err := crypto.ToECDSA(crypto.Keccak256([]byte(name)))
	if err != nil {
		panic(err)
	}
	return k
}

func addr(k *ecdsa.PrivateKey) common.Address { return crypto.PubkeyToAddress(k.PublicKey) }

func newWorld(tb testing.TB, programDelay uint64) *world {
	tb.Helper()
	w := &world{
		t: tb, binding: contract.NewHoldfast(),
		owner: newKey("owner"), submitter: newKey("submitter"), prover: newKey("prover"),
		guardian: newKey("guardian"), stranger: newKey("stranger"),
	}
	alloc := types.GenesisAlloc{}
	for _, k := range []*ecdsa.PrivateKey{w.owner, w.submitter, w.prover, w.guardian, w.stranger} {
		alloc[addr(k)] = types.Account{Balance: new(big.Int).Mul(big.NewInt(1000), big.NewInt(params.Ether))}
	}
	w.backend = newBackend(1337, alloc)
	tb.Cleanup(func() {
		if err := w.backend.Close(); err != nil {
			tb.Error(err)
		}
	})
	w.verifier = w.deploy(common.FromHex(contract.ExecutionOnlyVerifierMetaData.Bin))
	w.address = w.deploy(append(common.FromHex(contract.HoldfastMetaData.Bin), w.binding.PackConstructor(
		addr(w.owner), addr(w.submitter), addr(w.prover), addr(w.guardian), genesisRoot, programVersion, w.verifier, programDelay)...))
	return w
}

func newBackend(chainID int64, alloc types.GenesisAlloc) *simulated.Backend {
	return simulated.NewBackend(alloc, func(_ *node.Config, ec *ethconfig.Config) {
		chain := *params.AllDevChainProtocolChanges
		chain.ChainID = big.NewInt(chainID)
		chain.BogotaTime = nil
		ec.Genesis.Config = &chain
	})
}

func (w *world) deploy(code []byte) common.Address {
	w.t.Helper()
	receipt := w.transact(w.owner, nil, code)
	if receipt.Status != types.ReceiptStatusSuccessful {
		w.t.Fatal("deployment failed")
	}
	return receipt.ContractAddress
}

// transact sends and mines one transaction and returns its receipt.
func (w *world) transact(key *ecdsa.PrivateKey, to *common.Address, data []byte) *types.Receipt {
	w.t.Helper()
	ctx := context.Background()
	client := w.backend.Client()
	nonce, err := client.PendingNonceAt(ctx, addr(key))
	if err != nil {
		w.t.Fatal(err)
	}
	tx, err := types.SignNewTx(key, types.LatestSignerForChainID(big.NewInt(1337)), &types.DynamicFeeTx{
		ChainID: big.NewInt(1337), Nonce: nonce, GasTipCap: big.NewInt(params.GWei), GasFeeCap: big.NewInt(100 * params.GWei),
		Gas: 8_000_000, To: to, Data: data,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	if err = client.SendTransaction(ctx, tx); err != nil {
		w.t.Fatal(err)
	}
	w.backend.Commit()
	receipt, err := client.TransactionReceipt(ctx, tx.Hash())
	if err != nil {
		w.t.Fatal(err)
	}
	return receipt
}

// do executes data on the contract as a transaction that must succeed.
func (w *world) do(key *ecdsa.PrivateKey, data []byte) *types.Receipt {
	w.t.Helper()
	if err := w.try(key, data); err != nil {
		w.t.Fatalf("call would revert: %#v", err)
	}
	r := w.transact(key, &w.address, data)
	if r.Status != types.ReceiptStatusSuccessful {
		w.t.Fatal("transaction reverted")
	}
	return r
}

// try calls without a transaction and returns the decoded custom error, if any.
func (w *world) try(key *ecdsa.PrivateKey, data []byte) any {
	w.t.Helper()
	_, err := w.backend.Client().CallContract(context.Background(), ethereum.CallMsg{From: addr(key), To: &w.address, Data: data}, nil)
	if err == nil {
		return nil
	}
	return decodeRevert(w.t, w.binding.UnpackError, err)
}

func decodeRevert(tb testing.TB, unpack func([]byte) (any, error), err error) any {
	tb.Helper()
	var data rpc.DataError
	if !errors.As(err, &data) {
		tb.Fatalf("not a revert: %v", err)
	}
	raw, ok := data.ErrorData().(string)
	if !ok {
		tb.Fatalf("revert without data: %v", err)
	}
	decoded, uerr := unpack(common.FromHex(raw))
	if uerr != nil {
		tb.Fatalf("not a custom error: %v (%s)", uerr, raw)
	}
	return decoded
}

func (w *world) view(data []byte) []byte {
	w.t.Helper()
	out, err := w.backend.Client().CallContract(context.Background(), ethereum.CallMsg{To: &w.address, Data: data}, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

func (w *world) last() (committed, verified uint64) {
	w.t.Helper()
	c, err1 := w.binding.UnpackLastCommitted(w.view(w.binding.PackLastCommitted()))
	v, err2 := w.binding.UnpackLastVerified(w.view(w.binding.PackLastVerified()))
	if err := errors.Join(err1, err2); err != nil {
		w.t.Fatal(err)
	}
	return c, v
}

func (w *world) stored(n uint64) contract.HoldfastBatch {
	w.t.Helper()
	b, err := w.binding.UnpackBatches(w.view(w.binding.PackBatches(n)))
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}

func packHeader(h *contract.Header) []byte {
	b := make([]byte, 0, 274)
	b = append(b, h.Version)
	b = append(b, h.Lineage[:]...)
	b = binary.BigEndian.AppendUint64(b, h.Number)
	b = append(b, h.ParentHash[:]...)
	b = append(b, h.PreRoot[:]...)
	b = append(b, h.PostRoot[:]...)
	b = append(b, h.PayloadKind)
	b = append(b, h.PayloadHash[:]...)
	b = binary.BigEndian.AppendUint32(b, h.Transitions)
	for _, v := range []uint64{h.FirstSequence, h.LastSequence, h.InboxFrom, h.InboxTo} {
		b = binary.BigEndian.AppendUint64(b, v)
	}
	b = append(b, h.InboxHash[:]...)
	b = append(b, h.WithdrawalsRoot[:]...)
	b = binary.BigEndian.AppendUint64(b, h.FirstTimeMs)
	b = binary.BigEndian.AppendUint64(b, h.SealTimeMs)
	return binary.BigEndian.AppendUint32(b, h.ProgramVersion)
}

func hashHeader(h *contract.Header) [32]byte { return sha256.Sum256(packHeader(h)) }

func journalDigest(h *contract.Header, chainID uint64, address common.Address) [32]byte {
	hash := hashHeader(h)
	var b []byte
	b = append(b, hash[:]...)
	b = append(b, h.PreRoot[:]...)
	b = append(b, h.PostRoot[:]...)
	b = append(b, h.PayloadKind)
	b = append(b, h.PayloadHash[:]...)
	b = binary.BigEndian.AppendUint64(b, h.InboxFrom)
	b = binary.BigEndian.AppendUint64(b, h.InboxTo)
	b = append(b, h.InboxHash[:]...)
	b = append(b, h.WithdrawalsRoot[:]...)
	b = binary.BigEndian.AppendUint64(b, h.Number)
	b = binary.BigEndian.AppendUint64(b, chainID)
	b = append(b, address[:]...)
	b = binary.BigEndian.AppendUint32(b, h.ProgramVersion)
	return sha256.Sum256(b)
}

// chain returns n headers that follow each other from batch 1 on.
func chain(n int) []contract.Header {
	hs := make([]contract.Header, n)
	parent, pre := [32]byte{}, genesisRoot
	for i := range hs {
		h := contract.Header{
			Version: 1, Lineage: [16]byte{1, 2, 3}, Number: uint64(i) + 1, ParentHash: parent, PreRoot: pre,
			PostRoot: sha256.Sum256([]byte{byte(i), 1}), PayloadKind: 1, PayloadHash: sha256.Sum256([]byte{byte(i), 2}),
			Transitions: 3, FirstSequence: uint64(i)*3 + 1, LastSequence: uint64(i)*3 + 3,
			WithdrawalsRoot: [32]byte{4}, FirstTimeMs: 1700000000000, SealTimeMs: 1700000000999, ProgramVersion: programVersion,
		}
		parent, pre = hashHeader(&h), h.PostRoot
		hs[i] = h
	}
	return hs
}

func refs(n int) []contract.DaRef {
	rs := make([]contract.DaRef, n)
	for i := range rs {
		rs[i] = contract.DaRef{Provider: 1, Codec: 2, Commitment: [32]byte{byte(i), 9}, Size: 1000, Extra: []byte("extra")}
	}
	return rs
}

// README: a batch is taken only on its predecessor; what is stored and emitted
// is the contract's own hash of the header and the journal's digest.
func TestCommitAndVerify(t *testing.T) {
	w := newWorld(t, 0)
	hs := chain(3)
	if n := len(packHeader(&hs[0])); n != 274 {
		t.Fatalf("header is %d bytes, want 274", n)
	}
	receipt := w.do(w.submitter, w.binding.PackCommitBatches(5, hs, refs(3)))
	t.Logf("gas: commit of 3 batches %d", receipt.GasUsed)
	var events []*contract.HoldfastBatchCommitted
	for _, l := range receipt.Logs {
		if e, err := w.binding.UnpackBatchCommittedEvent(l); err == nil {
			events = append(events, e)
		}
	}
	if len(events) != 3 {
		t.Fatalf("%d events, want one per batch", len(events))
	}
	for i, h := range hs {
		want := hashHeader(&h)
		b := w.stored(h.Number)
		if b.HeaderHash != want || b.PostRoot != h.PostRoot || b.Epoch != 5 || b.ProgramVersion != programVersion ||
			b.CommittedBlock != receipt.BlockNumber.Uint64() {
			t.Errorf("batch %d stored as %+v", h.Number, b)
		}
		if b.JournalDigest != journalDigest(&h, 1337, w.address) {
			t.Errorf("batch %d: journal digest differs", h.Number)
		}
		e := events[i]
		if e.Number != h.Number || e.PostRoot != h.PostRoot || e.HeaderHash != want || !reflect.DeepEqual(e.Ref, refs(3)[i]) {
			t.Errorf("event %d = %+v", i, e)
		}
	}
	lineage, err := w.binding.UnpackLineage(w.view(w.binding.PackLineage()))
	if err != nil || lineage != hs[0].Lineage {
		t.Errorf("lineage = %x, %v", lineage, err)
	}
	receipt = w.do(w.prover, w.binding.PackVerifyBatches(1, [][]byte{{}, {}}))
	t.Logf("gas: verification of 2 batches %d", receipt.GasUsed)
	if c, v := w.last(); c != 3 || v != 2 {
		t.Errorf("last committed, verified = %d, %d; want 3, 2", c, v)
	}
}

// Every require of the contract answers with its own error, with its data.
func TestRefusals(t *testing.T) {
	w := newWorld(t, 100)
	b := w.binding
	hs := chain(4)
	h0, h1 := hashHeader(&hs[0]), hashHeader(&hs[1])
	edit := func(h contract.Header, f func(*contract.Header)) []contract.Header {
		f(&h)
		return []contract.Header{h}
	}
	check := func(name string, key *ecdsa.PrivateKey, data []byte, want any) {
		t.Helper()
		if got := w.try(key, data); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %#v, want %#v", name, got, want)
		}
	}
	check("no lineage", w.submitter, b.PackCommitBatches(1, edit(hs[0], func(h *contract.Header) { h.Lineage = [16]byte{} }), refs(1)), &contract.HoldfastLineageZero{})
	check("nothing to verify yet", w.prover, b.PackVerifyBatches(1, [][]byte{{}}), &contract.HoldfastNotCommitted{Number: 1, LastCommitted: 0})
	w.do(w.submitter, b.PackCommitBatches(5, hs[:2], refs(2)))

	next := hs[2]
	check("commit by a stranger", w.prover, b.PackCommitBatches(5, hs[2:3], refs(1)), &contract.HoldfastNotSubmitter{Caller: addr(w.prover)})
	check("no headers", w.submitter, b.PackCommitBatches(5, nil, nil), &contract.HoldfastNothingToCommit{})
	check("references do not match", w.submitter, b.PackCommitBatches(5, hs[2:3], refs(2)), &contract.HoldfastReferencesMismatch{Headers: big.NewInt(1), Refs: big.NewInt(2)})
	check("old epoch", w.submitter, b.PackCommitBatches(4, hs[2:3], refs(1)), &contract.HoldfastEpochTooOld{Last: 5, Given: 4})
	check("header version", w.submitter, b.PackCommitBatches(5, edit(next, func(h *contract.Header) { h.Version = 2 }), refs(1)), &contract.HoldfastHeaderVersionUnknown{Version: 2})
	check("another lineage", w.submitter, b.PackCommitBatches(5, edit(next, func(h *contract.Header) { h.Lineage[0] = 9 }), refs(1)), &contract.HoldfastLineageMismatch{Registered: [16]byte{1, 2, 3}, Given: [16]byte{9, 2, 3}})
	check("a gap", w.submitter, b.PackCommitBatches(5, hs[3:], refs(1)), &contract.HoldfastNumberMismatch{Expected: 3, Given: 4})
	check("a repeat", w.submitter, b.PackCommitBatches(5, hs[1:2], refs(1)), &contract.HoldfastNumberMismatch{Expected: 3, Given: 2})
	check("another parent", w.submitter, b.PackCommitBatches(5, edit(next, func(h *contract.Header) { h.ParentHash = h0 }), refs(1)), &contract.HoldfastParentMismatch{Number: 3, Expected: h1, Given: h0})
	check("another pre-root", w.submitter, b.PackCommitBatches(5, edit(next, func(h *contract.Header) { h.PreRoot = h0 }), refs(1)), &contract.HoldfastPreRootMismatch{Number: 3, Expected: hs[1].PostRoot, Given: h0})
	check("consumed inbox", w.submitter, b.PackCommitBatches(5, edit(next, func(h *contract.Header) { h.InboxTo = 1 }), refs(1)), &contract.HoldfastInboxMismatch{Number: 3, From: 0, To: 1})
	check("unknown program", w.submitter, b.PackCommitBatches(5, edit(next, func(h *contract.Header) { h.ProgramVersion = 8 }), refs(1)), &contract.HoldfastProgramUnknown{Version: 8})
	blob := refs(1)
	blob[0].Provider = 2
	check("a blob reference", w.submitter, b.PackCommitBatches(5, hs[2:3], blob), &contract.HoldfastProviderUnsupported{Number: 3, Provider: 2})

	check("verify by a stranger", w.submitter, b.PackVerifyBatches(1, [][]byte{{}}), &contract.HoldfastNotProver{Caller: addr(w.submitter)})
	check("no proofs", w.prover, b.PackVerifyBatches(1, nil), &contract.HoldfastNothingToVerify{})
	check("not the next", w.prover, b.PackVerifyBatches(2, [][]byte{{}}), &contract.HoldfastNotNext{Expected: 1, Given: 2})
	check("beyond the last", w.prover, b.PackVerifyBatches(1, [][]byte{{}, {}, {}}), &contract.HoldfastNotCommitted{Number: 3, LastCommitted: 2})

	check("roles by a stranger", w.guardian, b.PackSetRoles(addr(w.owner), addr(w.owner), addr(w.owner)), &contract.HoldfastNotOwner{Caller: addr(w.guardian)})
	check("role without account", w.owner, b.PackSetRoles(addr(w.owner), common.Address{}, addr(w.owner)), &contract.HoldfastZeroAddress{})
	check("program by a stranger", w.prover, b.PackScheduleProgram(8, w.verifier), &contract.HoldfastNotOwner{Caller: addr(w.prover)})
	check("program without verifier", w.owner, b.PackScheduleProgram(8, common.Address{}), &contract.HoldfastZeroAddress{})
	check("program replaced", w.owner, b.PackScheduleProgram(programVersion, w.address), &contract.HoldfastProgramExists{Version: programVersion})
	check("ownership offered by a stranger", w.guardian, b.PackTransferOwnership(addr(w.guardian)), &contract.HoldfastNotOwner{Caller: addr(w.guardian)})
	check("ownership not offered", w.stranger, b.PackAcceptOwnership(), &contract.HoldfastNotPendingOwner{Caller: addr(w.stranger)})
	check("pause by a stranger", w.owner, b.PackPause(), &contract.HoldfastNotGuardian{Caller: addr(w.owner)})
	check("unpause while running", w.owner, b.PackUnpause(), &contract.HoldfastIsNotPaused{})
	check("unpause by a stranger", w.guardian, b.PackUnpause(), &contract.HoldfastNotOwner{Caller: addr(w.guardian)})

	w.do(w.guardian, b.PackPause())
	check("commit while paused", w.submitter, b.PackCommitBatches(5, hs[2:3], refs(1)), &contract.HoldfastIsPaused{})
	check("verify while paused", w.prover, b.PackVerifyBatches(1, [][]byte{{}}), &contract.HoldfastIsPaused{})
	check("pause twice", w.guardian, b.PackPause(), &contract.HoldfastIsPaused{})
	w.do(w.owner, b.PackUnpause())
	w.do(w.submitter, b.PackCommitBatches(5, hs[2:], refs(2)))
}

// The roles move as the owner says; ownership moves in two steps.
func TestRoles(t *testing.T) {
	w := newWorld(t, 0)
	b := w.binding
	w.do(w.owner, b.PackSetRoles(addr(w.stranger), addr(w.prover), addr(w.guardian)))
	hs := chain(1)
	if w.try(w.submitter, b.PackCommitBatches(1, hs, refs(1))) == nil {
		t.Error("the old submitter may still commit")
	}
	w.do(w.stranger, b.PackCommitBatches(1, hs, refs(1)))
	w.do(w.owner, b.PackTransferOwnership(addr(w.stranger)))
	w.do(w.owner, b.PackSetRoles(addr(w.submitter), addr(w.prover), addr(w.guardian))) // still the owner
	w.do(w.stranger, b.PackAcceptOwnership())
	if got := w.try(w.owner, b.PackTransferOwnership(addr(w.owner))); !reflect.DeepEqual(got, &contract.HoldfastNotOwner{Caller: addr(w.owner)}) {
		t.Errorf("the old owner still is: %#v", got)
	}
	if got := w.try(w.stranger, b.PackAcceptOwnership()); !reflect.DeepEqual(got, &contract.HoldfastNotPendingOwner{Caller: addr(w.stranger)}) {
		t.Errorf("an offer can be taken twice: %#v", got)
	}
}

// A program version takes effect after the delay, not before.
func TestProgramDelay(t *testing.T) {
	w := newWorld(t, 1000)
	w.do(w.owner, w.binding.PackScheduleProgram(8, w.verifier))
	hs := chain(1)
	hs[0].ProgramVersion = 8
	commit := w.binding.PackCommitBatches(1, hs, refs(1))
	if got := w.try(w.submitter, commit); !reflect.DeepEqual(got, &contract.HoldfastProgramUnknown{Version: 8}) {
		t.Fatalf("before the delay: %#v", got)
	}
	if err := w.backend.AdjustTime(1001e9); err != nil {
		t.Fatal(err)
	}
	w.do(w.submitter, commit)
}

// The constructor refuses accounts that nobody holds.
func TestConstructorRefusesZero(t *testing.T) {
	w := newWorld(t, 0)
	good := []common.Address{addr(w.owner), addr(w.submitter), addr(w.prover), addr(w.guardian), w.verifier}
	for i := range good {
		args := append([]common.Address(nil), good...)
		args[i] = common.Address{}
		a := append(common.FromHex(contract.HoldfastMetaData.Bin), w.binding.PackConstructor(args[0], args[1], args[2], args[3], genesisRoot, programVersion, args[4], 0)...)
		_, err := w.backend.Client().CallContract(t.Context(), ethereum.CallMsg{From: addr(w.owner), Data: a}, nil)
		if err == nil {
			t.Errorf("argument %d may be zero", i)
			continue
		}
		if got := decodeRevert(t, w.binding.UnpackError, err); !reflect.DeepEqual(got, &contract.HoldfastZeroAddress{}) {
			t.Errorf("argument %d: %#v", i, got)
		}
	}
}

// layers.md: the execution-only adapter works on development chains alone and
// takes no proof.
func TestExecutionOnlyVerifier(t *testing.T) {
	adapter := contract.NewExecutionOnlyVerifier()
	where := common.Address{0x77}
	for _, tc := range []struct {
		chain int64
		proof []byte
		want  any
	}{
		{1337, nil, nil},
		{31337, nil, nil},
		{1, nil, &contract.ExecutionOnlyVerifierNotADevelopmentChain{ChainId: big.NewInt(1)}},
		{1338, nil, &contract.ExecutionOnlyVerifierNotADevelopmentChain{ChainId: big.NewInt(1338)}},
		{1337, []byte{1}, &contract.ExecutionOnlyVerifierProofNotExpected{}},
	} {
		backend := newBackend(tc.chain, types.GenesisAlloc{where: {Code: runtimeCode(t, "ExecutionOnlyVerifier"), Balance: new(big.Int)}})
		_, err := backend.Client().CallContract(t.Context(), ethereum.CallMsg{To: &where, Data: adapter.PackVerify([32]byte{}, tc.proof)}, nil)
		var got any
		if err != nil {
			got = decodeRevert(t, adapter.UnpackError, err)
		}
		if !reflect.DeepEqual(got, tc.want) {
			t.Errorf("chain %d, proof %x: got %#v, want %#v", tc.chain, tc.proof, got, tc.want)
		}
		if err := backend.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A verifier that refuses stops the whole call: nothing is verified.
func TestRefusingVerifier(t *testing.T) {
	w := newWorld(t, 0)
	refusing := w.deploy(common.FromHex("600360005360016000f3")) // runtime code 0x03: stack underflow at every call
	w.do(w.owner, w.binding.PackScheduleProgram(8, refusing))
	hs := chain(2)
	hs[1].ProgramVersion = 8
	w.do(w.submitter, w.binding.PackCommitBatches(1, hs, refs(2)))
	receipt := w.transact(w.prover, &w.address, w.binding.PackVerifyBatches(1, [][]byte{{}, {}}))
	if receipt.Status == types.ReceiptStatusSuccessful {
		t.Fatal("verified against a refusing verifier")
	}
	if _, v := w.last(); v != 0 {
		t.Errorf("last verified = %d, want 0", v)
	}
}

// Property: whatever is tried, numbers and roots form one chain, and the
// contract takes a call exactly if a simple model takes it.
func TestNumberAndRootSequence(t *testing.T) {
	w := newWorld(t, 0)
	var m model
	m.reset()
	rapid.Check(t, func(rt *rapid.T) {
		// One chain serves all runs: every run goes on from where the last ended.
		for range rapid.IntRange(1, 6).Draw(rt, "calls") {
			m.step(rt, w)
		}
	})
	c, v := w.last()
	if c != uint64(len(m.batches)) || v != m.verified {
		t.Fatalf("contract at %d, %d; model at %d, %d", c, v, len(m.batches), m.verified)
	}
	parent, pre := [32]byte{}, genesisRoot
	for i, h := range m.batches {
		if h.ParentHash != parent || h.PreRoot != pre {
			t.Fatalf("batch %d does not follow", i+1)
		}
		parent, pre = hashHeader(&h), h.PostRoot
		if b := w.stored(uint64(i) + 1); b.HeaderHash != parent || b.PostRoot != pre {
			t.Fatalf("batch %d stored as %+v", i+1, b)
		}
	}
	t.Logf("%d batches, %d verified, %d refusals", c, v, m.refused)
}

type model struct {
	batches  []contract.Header
	verified uint64
	epoch    uint64
	refused  int
	seed     uint64
}

func (m *model) reset() { *m = model{} }

func (m *model) tip() (hash, root [32]byte) {
	if len(m.batches) == 0 {
		return [32]byte{}, genesisRoot
	}
	last := m.batches[len(m.batches)-1]
	return hashHeader(&last), last.PostRoot
}

func (m *model) step(rt *rapid.T, w *world) {
	if rapid.Bool().Draw(rt, "verify") {
		first := m.verified + rapid.Uint64Range(0, 2).Draw(rt, "first")
		n := rapid.IntRange(1, 3).Draw(rt, "proofs")
		fits := first == m.verified+1 && first+uint64(n)-1 <= uint64(len(m.batches))
		m.send(rt, w, w.prover, w.binding.PackVerifyBatches(first, make([][]byte, n)), fits)
		if fits {
			m.verified += uint64(n)
		}
		return
	}
	epoch := rapid.Uint64Range(max(m.epoch, 1)-1, m.epoch+1).Draw(rt, "epoch")
	n := rapid.IntRange(1, 3).Draw(rt, "batches")
	broken := rapid.IntRange(-4, n-1).Draw(rt, "broken") // negative: none
	hash, root := m.tip()
	var hs []contract.Header
	for i := range n {
		m.seed++
		h := contract.Header{
			Version: 1, Lineage: [16]byte{1}, Number: uint64(len(m.batches)+i) + 1, ParentHash: hash, PreRoot: root,
			PostRoot: sha256.Sum256(binary.BigEndian.AppendUint64(nil, m.seed)), ProgramVersion: programVersion,
		}
		if i == broken {
			rapid.SampledFrom([]func(){
				func() { h.Number++ }, func() { h.Number-- }, func() { h.ParentHash[3]++ },
				func() { h.PreRoot[3]++ }, func() { h.Lineage[3]++ },
			}).Draw(rt, "fault")()
		}
		hash, root = hashHeader(&h), h.PostRoot
		hs = append(hs, h)
	}
	lineageOfFirst := len(m.batches) == 0 && broken == 0 && hs[0].Lineage != [16]byte{1} && n == 1
	fits := epoch >= m.epoch && broken < 0
	if lineageOfFirst {
		return // would register another lineage, which is right but not the subject
	}
	m.send(rt, w, w.submitter, w.binding.PackCommitBatches(epoch, hs, refs(n)), fits)
	if fits {
		m.batches = append(m.batches, hs...)
		m.epoch = epoch
	}
}

func (m *model) send(rt *rapid.T, w *world, key *ecdsa.PrivateKey, data []byte, fits bool) {
	receipt := w.transact(key, &w.address, data)
	if taken := receipt.Status == types.ReceiptStatusSuccessful; taken != fits {
		rt.Fatalf("contract took the call: %t, model: %t", taken, fits)
	}
	if !fits {
		m.refused++
	}
}

type artifact struct {
	Version   string
	Contracts map[string]struct {
		ABI        json.RawMessage
		Bin        string
		BinRuntime string `json:"bin-runtime"`
	}
}

func readArtifact(tb testing.TB) artifact {
	tb.Helper()
	raw, err := os.ReadFile("Holdfast.json")
	if err != nil {
		tb.Fatal(err)
	}
	var a artifact
	if err := json.Unmarshal(raw, &a); err != nil {
		tb.Fatal(err)
	}
	return a
}

func runtimeCode(tb testing.TB, name string) []byte {
	tb.Helper()
	code, err := hex.DecodeString(readArtifact(tb).Contracts["Holdfast.sol:"+name].BinRuntime)
	if err != nil || len(code) == 0 {
		tb.Fatalf("no runtime code of %s: %v", name, err)
	}
	return code
}

// The committed artifact, the bindings and the pinned compiler agree.
func TestArtifactAndBindingsAgree(t *testing.T) {
	a := readArtifact(t)
	var pkg struct{ DevDependencies map[string]string }
	raw, err := os.ReadFile("package.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &pkg); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(a.Version, pkg.DevDependencies["solc"]+"+") {
		t.Errorf("artifact by solc %s, package.json pins %s", a.Version, pkg.DevDependencies["solc"])
	}
	for name, meta := range map[string]struct{ abi, bin string }{
		"Holdfast":              {contract.HoldfastMetaData.ABI, contract.HoldfastMetaData.Bin},
		"ExecutionOnlyVerifier": {contract.ExecutionOnlyVerifierMetaData.ABI, contract.ExecutionOnlyVerifierMetaData.Bin},
	} {
		c, ok := a.Contracts["Holdfast.sol:"+name]
		if !ok {
			t.Errorf("%s is not in the artifact", name)
			continue
		}
		if "0x"+c.Bin != meta.bin {
			t.Errorf("%s: creation code of bindings and artifact differ", name)
		}
		if !strings.Contains(c.Bin, c.BinRuntime[:64]) {
			t.Errorf("%s: creation code does not hold the runtime code", name)
		}
		if canonical(t, c.ABI) != canonical(t, []byte(meta.abi)) {
			t.Errorf("%s: ABI of bindings and artifact differ", name)
		}
	}
}

// canonical ignores white space everywhere: abigen drops it inside strings too.
func canonical(tb testing.TB, raw []byte) string {
	tb.Helper()
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		tb.Fatal(err)
	}
	out, err := json.Marshal(v)
	if err != nil {
		tb.Fatal(err)
	}
	return strings.ReplaceAll(string(out), " ", "")
}
