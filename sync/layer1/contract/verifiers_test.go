package contract_test

import (
	"bytes"
	"crypto/sha256"
	"math/big"
	"testing"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/sync/layer1/contract"
)

// Selectors of SP1 v5's and RISC Zero v3.0's Groth16 verifiers.
var (
	selectorSP1  = [4]byte{0xa4, 0x59, 0x4c, 0x59}
	selectorZero = [4]byte{0x73, 0xc4, 0x57, 0xba}
	programKey   = [32]byte{0x42}
)

// layers.md: the execution-only adapter works on development chains alone and takes no proof; it asks at every call.
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
		_, err := backend.Client().CallContract(t.Context(), ethereum.CallMsg{To: &where, Data: adapter.PackVerify(nil, tc.proof)}, nil)
		var got any
		if err != nil {
			got = decodeRevert(t, adapter.UnpackError, err)
		}
		if text(got) != text(tc.want) {
			t.Errorf("chain %d, proof %x: got %s, want %s", tc.chain, tc.proof, text(got), text(tc.want))
		}
		if err := backend.Close(); err != nil {
			t.Error(err)
		}
	}
}

// proofOf makes what TestVerifier takes for a proof: a hash over all that a real one binds.
func proofOf(tb testing.TB, selector [4]byte, system string, types []string, bound ...any) []byte {
	tb.Helper()
	var args abi.Arguments
	for _, name := range append([]string{"string"}, types...) {
		typ, err := abi.NewType(name, "", nil)
		if err != nil {
			tb.Fatal(err)
		}
		args = append(args, abi.Argument{Type: typ})
	}
	packed, err := args.Pack(append([]any{system}, bound...)...)
	if err != nil {
		tb.Fatal(err)
	}
	return append(selector[:], crypto.Keccak256(packed)...)
}

// adapters deploys both over the verifier and returns, for each, its address and how its proofs are made.
func (w *world) adapters(verifier common.Address) map[string]struct {
	address common.Address
	prove   func(journal []byte) []byte
} {
	w.t.Helper()
	type adapter = struct {
		address common.Address
		prove   func(journal []byte) []byte
	}
	sp1 := append(common.FromHex(contract.SP1AdapterMetaData.Bin), contract.NewSP1Adapter().PackConstructor(verifier, programKey, selectorSP1)...)
	zero := append(common.FromHex(contract.RiscZeroAdapterMetaData.Bin), contract.NewRiscZeroAdapter().PackConstructor(verifier, programKey, selectorZero)...)
	return map[string]adapter{
		"SP1": {w.deploy(sp1), func(journal []byte) []byte {
			return proofOf(w.t, selectorSP1, "sp1", []string{"bytes32", "bytes"}, programKey, journal)
		}},
		"RISC Zero": {w.deploy(zero), func(journal []byte) []byte {
			return proofOf(w.t, selectorZero, "risc0", []string{"bytes32", "bytes32"}, programKey, sha256.Sum256(journal))
		}},
	}
}

// layers.md: what a proof is checked against is rebuilt from the committed header, for this chain and this contract:
// the adapter gives SP1 the journal and RISC Zero its SHA-256, with the program key, and takes one selector alone.
func TestProofAdapters(t *testing.T) {
	w := newWorld(t, 0)
	verifier := w.fixture("TestVerifier").address
	version := uint32(8)
	for name, a := range w.adapters(verifier) {
		w.do(w.owner, w.binding.PackScheduleProgram(version, a.address))
		hs := []batch.Header{w.tip.next(1, func(h *batch.Header) { h.ProgramVersion = version })}
		hs = append(hs, w.tip.next(2, func(h *batch.Header) { h.ProgramVersion = version }))
		w.do(w.submitter, w.packCommit(hs...))
		good := [][]byte{a.prove(w.journal(hs[0])), a.prove(w.journal(hs[1]))}
		verify := func(proofs ...[]byte) []byte {
			return w.binding.PackVerifyBatches(hs[0].Number, packed(hs[:len(proofs)]...), proofs)
		}
		elsewhere := *w
		elsewhere.address = common.Address{1}
		for what, bad := range map[string][][]byte{
			"another batch's": {good[1]}, "a bad second": {good[0], good[0]}, "another contract's": {a.prove(elsewhere.journal(hs[0]))},
			"none": {{}}, "a selector alone": {good[0][:4]}, "half a selector": {good[0][:3]}, "a longer one": {append(bytes.Clone(good[0]), 0)},
			"another selector's": {append([]byte{1, 2, 3, 4}, good[0][4:]...)}, "a changed one": {append(bytes.Clone(good[0][:35]), good[0][35]^1)},
		} {
			receipt := w.transact(w.prover, &w.address, verify(bad...), sent{})
			if receipt.Status == types.ReceiptStatusSuccessful {
				t.Errorf("%s: %s proof is taken", name, what)
			}
		}
		if s := w.inspect(0).State; s.LastVerified != hs[0].Number-1 {
			t.Fatalf("%s: verified %d", name, s.LastVerified)
		}
		w.do(w.prover, verify(good...))
		version++
	}
}

// An adapter stands over a contract, and never over receipts that prove nothing.
func TestAdapterConstruction(t *testing.T) {
	w := newWorld(t, 0)
	verifier := w.fixture("TestVerifier").address
	nobody := addr(w.stranger)
	sp1, zero := contract.NewSP1Adapter(), contract.NewRiscZeroAdapter()
	for name, c := range map[string]struct {
		code   []byte
		unpack func([]byte) (any, error)
		want   any
	}{
		"SP1 over an account": {
			append(common.FromHex(contract.SP1AdapterMetaData.Bin), sp1.PackConstructor(nobody, programKey, selectorSP1)...),
			sp1.UnpackError, &contract.SP1AdapterNotAContract{Verifier: nobody},
		},
		"RISC Zero over an account": {
			append(common.FromHex(contract.RiscZeroAdapterMetaData.Bin), zero.PackConstructor(nobody, programKey, selectorZero)...),
			zero.UnpackError, &contract.RiscZeroAdapterNotAContract{Verifier: nobody},
		},
		"RISC Zero's development receipts": {
			append(common.FromHex(contract.RiscZeroAdapterMetaData.Bin), zero.PackConstructor(verifier, programKey, [4]byte{255, 255, 255, 255})...),
			zero.UnpackError, &contract.RiscZeroAdapterDevelopmentReceipt{},
		},
	} {
		_, err := w.create(c.code)
		if err == nil {
			t.Errorf("%s: taken", name)
			continue
		}
		if got := decodeRevert(t, c.unpack, err); text(got) != text(c.want) {
			t.Errorf("%s: %s", name, text(got))
		}
	}
	// Its refusal of a selector has a name.
	a := w.adapters(verifier)["SP1"]
	_, err := w.backend.Client().CallContract(t.Context(), ethereum.CallMsg{To: &a.address, Data: sp1.PackVerify(nil, []byte{1, 2, 3, 4, 5})}, nil)
	if got := decodeRevert(t, sp1.UnpackError, err); text(got) != text(&contract.SP1AdapterSelectorMismatch{Expected: selectorSP1, Given: [4]byte{1, 2, 3, 4}}) {
		t.Errorf("another selector: %s", text(got))
	}
}
