package layer1_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"math/big"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/rpc"
	"github.com/holiman/uint256"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/contract"
	"github.com/holdfast-rollup/holdfast/sync/layer1/counterpart"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
	"github.com/holdfast-rollup/holdfast/sync/layer1/kzg"
)

// wire sends commits and verifications with nothing between it and the chain, and makes the batches they are of.
type wire struct {
	t        *testing.T
	chain    counterpart.Chain
	client   *layer1.Client
	contract *layer1.Contract
	binding  *contract.Holdfast
	prover   *kzg.Prover

	headers  []batch.Header
	payloads [][]byte
	nonces   [2]uint64 // of submitter and prover
	last     []byte    // transaction that was sent last, signed, without blobs
}

func newWire(t *testing.T) *wire {
	t.Helper()
	chain := startChain(t, embedded.Config{SafeDepth: safeDepth, FinalizedDepth: finalizedDepth})
	client := newClient(t, chain.ChainID(), chain.URL())
	return &wire{
		t: t, chain: chain, client: client, contract: layer1.NewContract(client, deploy(t, chain, client).Contract),
		binding: contract.NewHoldfast(), prover: kzg.NewProver(),
	}
}

// seal makes the next batch with a payload of size bytes that no codec shrinks much.
func (w *wire) seal(size int) da.Envelope {
	w.t.Helper()
	payload := make([]byte, 0, size+32)
	for sum := sha256.Sum256([]byte{byte(len(w.headers))}); len(payload) < size; sum = sha256.Sum256(sum[:]) {
		payload = append(payload, sum[:]...)
	}
	payload = payload[:size]
	n := uint64(len(w.headers)) + 1
	h := batch.Header{
		Lineage: lineage, Number: n, PreRoot: genesisRoot, PayloadKind: batch.PayloadTransitions, Transitions: 2,
		FirstSequence: 2*n - 1, LastSequence: 2 * n, FirstTimeMs: 1_700_000_000_000, SealTimeMs: 1_700_000_001_000,
		ProgramVersion: programVersion, PayloadHash: sha256.Sum256(payload),
	}
	if n > 1 {
		p := w.headers[n-2]
		h.ParentHash, h.PreRoot = p.Hash(), p.PostRoot
	}
	h.PostRoot = sha256.Sum256(h.PayloadHash[:])
	h.WithdrawalsRoot = sha256.Sum256(h.PostRoot[:])
	w.headers, w.payloads = append(w.headers, h), append(w.payloads, payload)
	e, err := da.Pack(da.CodecRaw, payload)
	if err != nil {
		w.t.Fatal(err)
	}
	return e
}

// commitData is the call data that commits the newest batches, one for each of the cargo's references.
func (w *wire) commitData(cargo da.Cargo) []byte {
	w.t.Helper()
	var headers [][]byte
	var refs []contract.DaRef
	for i, r := range cargo.Refs {
		headers = append(headers, w.headers[len(w.headers)-len(cargo.Refs)+i].Append(nil))
		refs = append(refs, contract.DaRef{Provider: r.Provider, Codec: r.Codec, Commitment: r.Commitment, Size: r.Bytes, Extra: r.Extra})
	}
	return append(w.binding.PackCommitBatches(1, headers, refs), cargo.Tail...)
}

// send sends call data, with blobs if there are any, from the submitter (0) or the prover (1), and mines a block.
func (w *wire) send(role int, data []byte, blobs []da.Blob) *types.Receipt {
	w.t.Helper()
	receipt, _ := w.sendRaw(role, data, blobs)
	return receipt
}

// sendRaw is send and gives the signed transaction too, without its blobs, as an intent holds it.
func (w *wire) sendRaw(role int, data []byte, blobs []da.Blob) (*types.Receipt, []byte) {
	w.t.Helper()
	secret := embedded.DevKey(submitterKey + role)
	key, err := crypto.ToECDSA(secret[:])
	if err != nil {
		w.t.Fatal(err)
	}
	to := common.Address(w.contract.Address())
	var inner types.TxData = &types.DynamicFeeTx{
		Nonce: w.nonces[role], GasTipCap: big.NewInt(1e9), GasFeeCap: big.NewInt(1e10), Gas: 12_000_000, To: &to, Data: data,
	}
	if len(blobs) > 0 {
		version, verr := w.client.SidecarVersion(w.t.Context())
		sidecar, serr := w.prover.Sidecar(w.t.Context(), version, blobs)
		if err = errors.Join(verr, serr); err != nil {
			w.t.Fatal(err)
		}
		inner = &types.BlobTx{
			ChainID: uint256.NewInt(w.chain.ChainID()), Nonce: w.nonces[role], GasTipCap: uint256.NewInt(1e9),
			GasFeeCap: uint256.NewInt(1e10), Gas: 12_000_000, To: to, Data: data, BlobFeeCap: uint256.NewInt(1e10),
			BlobHashes: sidecar.BlobHashes(), Sidecar: sidecar,
		}
	}
	tx, err := types.SignNewTx(key, types.LatestSignerForChainID(new(big.Int).SetUint64(w.chain.ChainID())), inner)
	if err != nil {
		w.t.Fatal(err)
	}
	raw, err := tx.MarshalBinary()
	if err != nil {
		w.t.Fatal(err)
	}
	if err = w.client.SendRaw(w.t.Context(), raw); err != nil {
		w.t.Fatal(err)
	}
	w.nonces[role]++
	if _, err = w.chain.Mine(1); err != nil {
		w.t.Fatal(err)
	}
	if w.last, err = tx.WithoutBlobTxSidecar().MarshalBinary(); err != nil {
		w.t.Fatal(err)
	}
	return w.receipt(tx.Hash()), w.last
}

// receipt of a mined transaction, which must have succeeded.
func (w *wire) receipt(hash common.Hash) *types.Receipt {
	w.t.Helper()
	node, err := rpc.DialContext(w.t.Context(), w.chain.URL())
	if err != nil {
		w.t.Fatal(err)
	}
	defer node.Close()
	var receipt *types.Receipt
	if err := node.CallContext(w.t.Context(), &receipt, "eth_getTransactionReceipt", hash); err != nil {
		w.t.Fatal(err)
	}
	if receipt == nil || receipt.Status != types.ReceiptStatusSuccessful {
		w.t.Fatalf("transaction %x: %+v", hash, receipt)
	}
	return receipt
}

// layers.md: one transaction carries one or more whole batches with their envelopes; they are read back from the
// transaction that the canonical chain holds, decoded and checked.
func TestCarriedEnvelopesComeBack(t *testing.T) {
	w := newWire(t)
	beacon, err := da.NewBeacon(da.BeaconConfig{Endpoints: []string{w.chain.BeaconURL()}, SlotIsBlock: w.chain.Kind().SlotIsBlock(), Web: da.WebOptions{Timeout: patience}}, w.prover.Hash)
	if err != nil {
		t.Fatal(err)
	}
	reader := da.NewReader(da.NewBlobs(w.contract, beacon, 0), da.NewCalldata(w.contract, 0))
	check := func(first int, refs []cursor.Ref) {
		t.Helper()
		for i, ref := range refs {
			got, ferr := reader.Fetch(t.Context(), w.headers[first+i], []cursor.Ref{ref})
			if ferr != nil || !bytes.Equal(got.Payload, w.payloads[first+i]) {
				t.Fatalf("batch %d: %v", first+i+1, ferr)
			}
		}
	}

	// Three batches over two blobs: the second envelope lies in both.
	blobs, err := da.LoadBlobs([]da.Envelope{w.seal(100_000), w.seal(60_000), w.seal(10)}, da.MaxBlobs, w.prover.Hash)
	if err != nil || len(blobs.Refs) != 3 || len(blobs.Blobs) != 2 {
		t.Fatalf("%d references, %d blobs, %v", len(blobs.Refs), len(blobs.Blobs), err)
	}
	w.send(0, w.commitData(blobs), blobs.Blobs)
	check(0, blobs.Refs)

	calldata, err := da.LoadCalldata([]da.Envelope{w.seal(5_000), w.seal(0)}, 100_000)
	if err != nil {
		t.Fatal(err)
	}
	w.send(0, w.commitData(calldata), nil)
	check(3, calldata.Refs)

	// Another reference, another header, no commit.
	swapped := []cursor.Ref{blobs.Refs[1]}
	if _, err := reader.Fetch(t.Context(), w.headers[0], swapped); !errors.Is(err, da.ErrAbsent) {
		t.Fatalf("another batch's reference: %v", err)
	}
	other := w.headers[4]
	other.SealTimeMs++
	if _, err := reader.Fetch(t.Context(), other, calldata.Refs[1:]); !errors.Is(err, da.ErrAbsent) {
		t.Fatalf("a header that L1 does not hold: %v", err)
	}
	w.seal(1)
	if _, err := reader.Fetch(t.Context(), w.headers[5], calldata.Refs[1:]); !errors.Is(err, da.ErrAbsent) {
		t.Fatalf("not committed: %v", err)
	}

	// The block with the call data is reorganized away: what it carried is absent until the chain has it again.
	if _, err := w.chain.Reorg(1, 2); err != nil {
		t.Fatal(err)
	}
	if _, err := reader.Fetch(t.Context(), w.headers[3], calldata.Refs[:1]); !errors.Is(err, da.ErrAbsent) {
		t.Fatalf("orphaned: %v", err)
	}
	check(0, blobs.Refs)
	if _, err := w.chain.Mine(1); err != nil {
		t.Fatal(err)
	}
	check(3, calldata.Refs)
}
