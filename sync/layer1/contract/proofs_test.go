package contract_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math/big"
	"os"
	"slices"
	"testing"

	"github.com/consensys/gnark-crypto/ecc/bn254/fp"
	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/sync/layer1/contract"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/proof"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/proof/develop"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/proof/specimen"
)

// keyWords are a key's points as a constructor takes them.
func keyWords(tb testing.TB, k proof.Key) []*big.Int {
	tb.Helper()
	words, err := k.Words()
	if err != nil {
		tb.Fatal(err)
	}
	out := make([]*big.Int, len(words))
	for i, w := range words {
		out[i] = new(big.Int).SetBytes(w[:])
	}
	return out
}

// adapter puts a specimen's verifier and our adapter over a pairing check, and returns how a journal and a proof are
// asked about.
func (w *world) adapter(s specimen.Specimen, core common.Address) common.Address {
	w.t.Helper()
	versions, err := s.Key.OnChain()
	if err != nil {
		w.t.Fatal(err)
	}
	selector := [4]byte(s.Proof)
	at := slices.IndexFunc(versions, func(v proof.OnChain) bool { return v.Selector == selector })
	if at < 0 {
		w.t.Fatalf("%s %s: none of the key's versions has selector %x", s.System, s.Name, selector)
	}
	v := versions[at]
	if s.System == proof.RISC0 {
		verifier := w.deploy(append(common.FromHex(contract.RiscZeroVerifierMetaData.Bin),
			contract.NewRiscZeroVerifier().PackConstructor(core, selector, v.Root, v.ControlID)...))
		return w.deploy(append(common.FromHex(contract.RiscZeroAdapterMetaData.Bin),
			contract.NewRiscZeroAdapter().PackConstructor(verifier, s.Statement.Program, selector)...))
	}
	verifier := w.deploy(append(common.FromHex(contract.SP1VerifierMetaData.Bin),
		contract.NewSP1Verifier().PackConstructor(core, selector, new(big.Int).SetBytes(v.Root[:]))...))
	return w.deploy(append(common.FromHex(contract.SP1AdapterMetaData.Bin),
		contract.NewSP1Adapter().PackConstructor(verifier, s.Statement.Program, selector)...))
}

// ask calls an adapter and returns whether it takes the proof, and the gas.
func (w *world) ask(adapter common.Address, journal, p []byte) (bool, uint64) {
	w.t.Helper()
	// Both adapters have IVerifier's interface.
	msg := ethereum.CallMsg{To: &adapter, Data: contract.NewSP1Adapter().PackVerify(journal, p), Gas: 3_000_000}
	if _, err := w.backend.Client().CallContract(context.Background(), msg, nil); err != nil {
		return false, 0
	}
	gas, err := w.backend.Client().EstimateGas(context.Background(), msg)
	if err != nil {
		w.t.Fatal(err)
	}
	return true, gas
}

// issue: on L1, through our adapters, a verifier with each real key takes the real proof and refuses what package proof
// refuses: the same changes are tried on both.
func TestRealProofsThroughAdapters(t *testing.T) {
	w := newWorld(t, 0)
	keys, err := proof.NewRegistry(chainID, append(specimen.Keys(t), develop.Key())...)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range specimen.All(t) {
		core := w.deploy(append(common.FromHex(contract.Groth16VerifierMetaData.Bin),
			contract.NewGroth16Verifier().PackConstructor(keyWords(t, s.Key))...))
		tryProofs(t, w, keys, s, w.adapter(s, core))
	}
}

// issue: the same with the contracts that gnark exports from the real keys, which HOLDFAST_EXPORTED names (package comment
// of jepsen/peers/gnark).
func TestExportedVerifiers(t *testing.T) {
	file := os.Getenv("HOLDFAST_EXPORTED")
	if file == "" {
		t.Skip("HOLDFAST_EXPORTED names no file")
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var code map[string]string
	if err = json.Unmarshal(raw, &code); err != nil {
		t.Fatal(err)
	}
	keys, err := proof.NewRegistry(chainID, append(specimen.Keys(t), develop.Key())...)
	if err != nil {
		t.Fatal(err)
	}
	statement := proof.Statement{Program: develop.Program([32]byte{3}), Public: []byte("public")}
	own, err := develop.Prove(statement)
	if err != nil {
		t.Fatal(err)
	}
	all := append(specimen.All(t), specimen.Specimen{System: proof.Development, Name: "1", Key: develop.Key(), Statement: statement, Proof: own})
	if len(code) != len(all) {
		t.Errorf("%d contracts for %d keys", len(code), len(all))
	}
	w := newWorld(t, 0)
	for _, s := range all {
		tryProofs(t, w, keys, s, w.adapter(s, w.deploy(common.FromHex(code[string(s.System)+" "+s.Name]))))
	}
}

func tryProofs(t *testing.T, w *world, keys *proof.Registry, s specimen.Specimen, adapter common.Address) {
	t.Helper()
	ok, gas := w.ask(adapter, s.Statement.Public, s.Proof)
	if !ok {
		t.Errorf("%s %s: the real proof is refused", s.System, s.Name)
	}
	t.Logf("%s %s: %d gas", s.System, s.Name, gas)
	refuse := func(what string, public, p []byte) {
		t.Helper()
		if keys.Verify(s.System, proof.Statement{Program: s.Statement.Program, Public: public}, p) == nil {
			t.Errorf("%s %s in Go, %s: taken", s.System, s.Name, what)
		}
		if ok, _ := w.ask(adapter, public, p); ok {
			t.Errorf("%s %s on L1, %s: taken", s.System, s.Name, what)
		}
	}
	for at := 0; at < len(s.Proof); at += 13 {
		p := bytes.Clone(s.Proof)
		p[at] ^= 1
		refuse("a changed proof", s.Statement.Public, p)
	}
	body := len(s.Proof) - 256
	edit := func(what string, at int, to func(coordinate, modulus *big.Int)) {
		t.Helper()
		p := bytes.Clone(s.Proof)
		n := new(big.Int).SetBytes(p[at : at+32])
		if to(n, fp.Modulus()); n.BitLen() <= 256 {
			n.FillBytes(p[at : at+32])
			refuse(what, s.Statement.Public, p)
		}
	}
	for at := body; at < len(s.Proof); at += 32 {
		edit("a coordinate with the modulus added", at, func(n, q *big.Int) { n.Add(n, q) })
	}
	for _, y := range []int{32, 224} { // of A and C
		edit("a point negated", body+y, func(n, q *big.Int) { n.Sub(q, n) })
	}
	public := bytes.Clone(s.Statement.Public)
	public[len(public)-1] ^= 1
	refuse("other public values", public, s.Proof)
	refuse("no public values", nil, s.Proof)
	refuse("a shorter proof", s.Statement.Public, s.Proof[:len(s.Proof)-1])
	refuse("a longer proof", s.Statement.Public, append(bytes.Clone(s.Proof), 0))
	refuse("points at infinity", s.Statement.Public, append(bytes.Clone(s.Proof[:len(s.Proof)-256]), make([]byte, 256)...))
}

// issue: prove, verify in Go, verifyBatches: with the development key on the contract, each batch's own proof and no
// other verifies it; what it proves is rebuilt from the stored commitment.
func TestDevelopmentProofsVerifyBatches(t *testing.T) {
	w := newWorld(t, 0)
	program := develop.Program([32]byte{0xfe, 1})
	selector := develop.Selector()
	verifier := w.deploy(append(common.FromHex(contract.DevelopmentVerifierMetaData.Bin),
		contract.NewDevelopmentVerifier().PackConstructor(keyWords(t, develop.Key()), selector)...))
	adapter := w.deploy(append(common.FromHex(contract.SP1AdapterMetaData.Bin),
		contract.NewSP1Adapter().PackConstructor(verifier, program, selector)...))
	const version = programVersion + 1
	w.do(w.owner, w.binding.PackScheduleProgram(version, adapter))
	hs := []batch.Header{w.tip.next(1, func(h *batch.Header) { h.ProgramVersion = version })}
	hs = append(hs, w.tip.next(2, func(h *batch.Header) { h.ProgramVersion = version }))
	w.do(w.submitter, w.packCommit(hs...))
	keys, err := proof.NewRegistry(chainID, develop.Key())
	if err != nil {
		t.Fatal(err)
	}
	prove := func(program [32]byte, journal []byte) []byte {
		s := proof.Statement{Program: program, Public: journal}
		p, err := develop.Prove(s)
		if err != nil {
			t.Fatal(err)
		}
		if err = keys.Verify(proof.Development, s, p); err != nil {
			t.Fatal(err)
		}
		return p
	}
	good := [][]byte{prove(program, w.journal(hs[0])), prove(program, w.journal(hs[1]))}
	elsewhere := *w
	elsewhere.address = common.Address{1}
	cut := good[0][:len(good[0])-1]
	for what, bad := range map[string][][]byte{
		"another batch's": {good[1]}, "a bad second": {good[0], good[0]}, "none": {{}}, "a cut one": {cut},
		"another contract's": {prove(program, elsewhere.journal(hs[0]))}, "another program's": {prove([32]byte{1}, w.journal(hs[0]))},
		"a changed one": {append(bytes.Clone(cut), good[0][259]^1)},
	} {
		data := w.binding.PackVerifyBatches(hs[0].Number, packed(hs[:len(bad)]...), bad)
		receipt := w.transact(w.prover, &w.address, data, sent{})
		if receipt.Status == types.ReceiptStatusSuccessful {
			t.Errorf("%s proof is taken", what)
		}
		// README.md, "a point off its curve": it does not burn what the transaction brought.
		if receipt.GasUsed > 600_000 {
			t.Errorf("%s proof costs %d gas", what, receipt.GasUsed)
		}
	}
	receipt := w.do(w.prover, w.binding.PackVerifyBatches(hs[0].Number, packed(hs...), good))
	if s := w.inspect(0).State; s.LastVerified != hs[1].Number {
		t.Errorf("verified %d", s.LastVerified)
	}
	t.Logf("two batches: %d gas", receipt.GasUsed)
}

// The verifier of development proofs works on development chains alone, asks at every call, and says what it refuses.
func TestDevelopmentVerifierElsewhere(t *testing.T) {
	binding := contract.NewDevelopmentVerifier()
	code := append(common.FromHex(contract.DevelopmentVerifierMetaData.Bin), binding.PackConstructor(keyWords(t, develop.Key()), develop.Selector())...)
	s := proof.Statement{Program: [32]byte{1}, Public: []byte("public")}
	good, err := develop.Prove(s)
	if err != nil {
		t.Fatal(err)
	}
	high := [32]byte(bytes.Repeat([]byte{0xff}, 32))
	for _, tc := range []struct {
		name    string
		chain   int64
		program [32]byte
		proof   []byte
		want    any
	}{
		{"1337", 1337, s.Program, good, nil},
		{"31337", 31337, s.Program, good, nil},
		{"a chain of value", 1, s.Program, good, &contract.DevelopmentVerifierNotADevelopmentChain{ChainId: big.NewInt(1)}},
		{"short", 1337, s.Program, good[:259], &contract.DevelopmentVerifierProofLength{Length: big.NewInt(259)}},
		{"selector", 1337, s.Program, append([]byte{1, 2, 3, 4}, good[4:]...), &contract.DevelopmentVerifierWrongVerifierSelector{Received: [4]byte{1, 2, 3, 4}, Expected: develop.Selector()}},
		{"program", 1337, [32]byte{2}, good, &contract.DevelopmentVerifierProofInvalid{}},
		{"high program", 1337, high, good, &contract.DevelopmentVerifierInputTooLarge{Input: new(big.Int).SetBytes(high[:])}},
	} {
		got, err := createAndCall(t, tc.chain, code, binding.PackVerifyProof(tc.program, s.Public, tc.proof), binding.UnpackError)
		if err != nil || text(got) != text(tc.want) {
			t.Errorf("%s: %s, want %s (%v)", tc.name, text(got), text(tc.want), err)
		}
	}
	for _, words := range []int{0, 14, 16, 19} {
		bad := append(common.FromHex(contract.DevelopmentVerifierMetaData.Bin), binding.PackConstructor(keyWords(t, develop.Key())[:words], develop.Selector())...)
		got, err := createAndCall(t, 1337, bad, nil, binding.UnpackError)
		if want := (&contract.DevelopmentVerifierKeyLength{Words: big.NewInt(int64(words))}); err != nil || text(got) != text(want) {
			t.Errorf("a key of %d words: %s (%v)", words, text(got), err)
		}
	}
}

// createAndCall creates a contract on a chain of its own and returns the custom error of its constructor or of the call.
func createAndCall(t *testing.T, chain int64, code, call []byte, unpack func([]byte) (any, error)) (any, error) {
	t.Helper()
	from := addr(newKey("owner"))
	backend := newBackend(chain, types.GenesisAlloc{from: {Balance: ether(10)}})
	defer func() {
		if err := backend.Close(); err != nil {
			t.Error(err)
		}
	}()
	client := backend.Client()
	if _, err := client.CallContract(t.Context(), ethereum.CallMsg{From: from, Data: code}, nil); err != nil {
		return decodeRevert(t, unpack, err), nil
	}
	nonce, err := client.PendingNonceAt(t.Context(), from)
	if err != nil {
		return nil, err
	}
	tx, err := types.SignNewTx(newKey("owner"), types.LatestSignerForChainID(big.NewInt(chain)), &types.DynamicFeeTx{
		ChainID: big.NewInt(chain), Nonce: nonce, GasTipCap: big.NewInt(1e9), GasFeeCap: big.NewInt(1e11), Gas: 8_000_000, Data: code,
	})
	if err != nil {
		return nil, err
	}
	if err = client.SendTransaction(t.Context(), tx); err != nil {
		return nil, err
	}
	backend.Commit()
	where := crypto.CreateAddress(from, nonce)
	if deployed, cerr := client.CodeAt(t.Context(), where, nil); cerr != nil || len(deployed) == 0 {
		return nil, errors.Join(cerr, errors.New("creation failed"))
	}
	_, err = client.CallContract(t.Context(), ethereum.CallMsg{To: &where, Data: call}, nil)
	if err != nil {
		return decodeRevert(t, unpack, err), nil
	}
	return nil, nil
}
