package contract_test

import (
	"context"
	"crypto/ecdsa"
	"encoding/binary"
	"errors"
	"fmt"
	"math/big"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/txpool"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/crypto/kzg4844"
	"github.com/ethereum/go-ethereum/eth/ethconfig"
	"github.com/ethereum/go-ethereum/ethclient/simulated"
	"github.com/ethereum/go-ethereum/log"
	"github.com/ethereum/go-ethereum/node"
	"github.com/ethereum/go-ethereum/params"
	"github.com/ethereum/go-ethereum/rpc"
	"github.com/holiman/uint256"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
	"github.com/holdfast-rollup/holdfast/sync/layer1/contract"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/guest"
)

const (
	chainID        = 1337
	programVersion = 7
	epoch          = 5
)

var (
	lineage     = [16]byte{1, 2, 3}
	genesisRoot = [32]byte{0xee, 1}
)

// world is one simulated chain with the contract on it.
type world struct {
	t        testing.TB
	backend  *simulated.Backend
	binding  *contract.Holdfast
	address  common.Address
	verifier common.Address
	owner, submitter, prover, guardian,
	stranger *ecdsa.PrivateKey
	epoch   uint64      // that commit commits under
	created common.Hash // the transaction that created the contract
	tip     tip

	headers []batch.Header // that commit committed, by number
	tokens  map[uint32]*fixture
	refused map[string]bool // names of the custom errors that refuse saw
}

func newKey(name string) *ecdsa.PrivateKey {
	k, err := crypto.ToECDSA(crypto.Keccak256([]byte(name)))
	if err != nil {
		panic(err)
	}
	return k
}

func addr(k *ecdsa.PrivateKey) common.Address { return crypto.PubkeyToAddress(k.PublicKey) }

func ether(n int64) *big.Int { return new(big.Int).Mul(big.NewInt(n), big.NewInt(params.Ether)) }

func newWorld(tb testing.TB, programDelay uint64) *world {
	tb.Helper()
	w := &world{
		t: tb, binding: contract.NewHoldfast(), epoch: epoch,
		owner: newKey("owner"), submitter: newKey("submitter"), prover: newKey("prover"),
		guardian: newKey("guardian"), stranger: newKey("stranger"),
	}
	alloc := types.GenesisAlloc{}
	for _, k := range []*ecdsa.PrivateKey{w.owner, w.submitter, w.prover, w.guardian, w.stranger} {
		alloc[addr(k)] = types.Account{Balance: ether(1_000_000)}
	}
	w.backend = newBackend(chainID, alloc)
	tb.Cleanup(func() {
		if err := w.backend.Close(); err != nil {
			tb.Error(err)
		}
	})
	w.verifier = w.deploy(common.FromHex(contract.ExecutionOnlyVerifierMetaData.Bin))
	creation := w.transact(w.owner, nil, append(common.FromHex(contract.HoldfastMetaData.Bin), w.binding.PackConstructor(
		addr(w.owner), addr(w.submitter), addr(w.prover), addr(w.guardian), genesisRoot, programVersion, w.verifier, programDelay)...), sent{})
	w.address, w.created = creation.ContractAddress, creation.TxHash
	w.tip.root = genesisRoot
	return w
}

func newBackend(id int64, alloc types.GenesisAlloc) *simulated.Backend {
	log.SetDefault(log.NewLogger(log.DiscardHandler()))
	return simulated.NewBackend(alloc, func(_ *node.Config, ec *ethconfig.Config) {
		chain := *params.AllDevChainProtocolChanges
		chain.ChainID = big.NewInt(id)
		chain.BogotaTime = nil
		ec.Genesis.Config = &chain
		ec.Genesis.GasLimit = 60_000_000
	})
}

func (w *world) deploy(code []byte) common.Address {
	w.t.Helper()
	receipt := w.transact(w.owner, nil, code, sent{})
	if receipt.Status != types.ReceiptStatusSuccessful {
		w.t.Fatal("deployment failed")
	}
	return receipt.ContractAddress
}

// create calls a creation without a transaction.
func (w *world) create(code []byte) ([]byte, error) {
	return w.backend.Client().CallContract(context.Background(), ethereum.CallMsg{From: addr(w.owner), Data: code}, nil)
}

// later moves the chain's clock. The backend refuses while its pool still lists what
// the last block took; another block settles it.
func (w *world) later(d time.Duration) {
	w.t.Helper()
	err := w.backend.AdjustTime(d)
	for tries := 0; err != nil && tries < 10; tries++ {
		w.backend.Commit()
		err = w.backend.AdjustTime(d)
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// sent is what goes with a call besides its data.
type sent struct {
	value   *big.Int
	sidecar *types.BlobTxSidecar
	hashes  []common.Hash // of a call, where no sidecar is needed
}

// transact sends and mines one transaction and returns its receipt.
func (w *world) transact(key *ecdsa.PrivateKey, to *common.Address, data []byte, with sent) *types.Receipt {
	w.t.Helper()
	ctx := context.Background()
	client := w.backend.Client()
	nonce, err := client.PendingNonceAt(ctx, addr(key))
	if err != nil {
		w.t.Fatal(err)
	}
	const gas = 8_000_000
	var inner types.TxData = &types.DynamicFeeTx{
		ChainID: big.NewInt(chainID), Nonce: nonce, GasTipCap: big.NewInt(params.GWei), GasFeeCap: big.NewInt(100 * params.GWei),
		Gas: gas, To: to, Data: data, Value: with.value,
	}
	if with.sidecar != nil {
		inner = &types.BlobTx{
			ChainID: uint256.NewInt(chainID), Nonce: nonce, GasTipCap: uint256.NewInt(params.GWei), GasFeeCap: uint256.NewInt(100 * params.GWei),
			Gas: gas, To: *to, Data: data, BlobFeeCap: uint256.NewInt(params.GWei),
			BlobHashes: with.sidecar.BlobHashes(), Sidecar: with.sidecar,
		}
	}
	tx, err := types.SignNewTx(key, types.LatestSignerForChainID(big.NewInt(chainID)), inner)
	if err != nil {
		w.t.Fatal(err)
	}
	if err = client.SendTransaction(ctx, tx); err != nil && strings.Contains(err.Error(), txpool.ErrAlreadyReserved.Error()) {
		w.backend.Commit() // the other pool has not heard yet that the account's last transaction was mined
		err = client.SendTransaction(ctx, tx)
	}
	if err != nil {
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
func (w *world) do(key *ecdsa.PrivateKey, data []byte, with ...sent) *types.Receipt {
	w.t.Helper()
	if err := w.try(key, data, with...); err != nil {
		w.t.Fatalf("call would revert: %T%+v", err, err)
	}
	r := w.transact(key, &w.address, data, append(with, sent{})[0])
	if r.Status != types.ReceiptStatusSuccessful {
		w.t.Fatal("transaction reverted")
	}
	return r
}

// try calls without a transaction and returns the decoded custom error, if any.
func (w *world) try(key *ecdsa.PrivateKey, data []byte, with ...sent) any {
	w.t.Helper()
	s := append(with, sent{})[0]
	msg := ethereum.CallMsg{From: addr(key), To: &w.address, Data: data, Value: s.value, BlobHashes: s.hashes}
	if s.sidecar != nil {
		msg.BlobHashes = s.sidecar.BlobHashes()
	}
	_, err := w.backend.Client().CallContract(context.Background(), msg, nil)
	if err == nil {
		return nil
	}
	return decodeRevert(w.t, w.binding.UnpackError, err)
}

// refuse asserts that a call reverts with exactly this custom error.
func (w *world) refuse(name string, key *ecdsa.PrivateKey, data []byte, want any, with ...sent) {
	w.t.Helper()
	// As text, because a big zero from the decoder is not deeply equal to a new one.
	got, wanted := text(w.try(key, data, with...)), text(want)
	if got != wanted {
		w.t.Errorf("%s: got %s, want %s", name, got, wanted)
	}
	if w.refused == nil {
		w.refused = map[string]bool{}
	}
	w.refused[strings.TrimPrefix(reflect.TypeOf(want).String(), "*contract.Holdfast")] = true
}

func text(v any) string { return fmt.Sprintf("%T%+v", v, v) }

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

func (w *world) inspect(n uint64) contract.InspectOutput {
	w.t.Helper()
	out, err := w.binding.UnpackInspect(w.view(w.binding.PackInspect(n)))
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

// now is the time of the newest block, in seconds.
func (w *world) now() uint64 {
	w.t.Helper()
	head, err := w.backend.Client().HeaderByNumber(context.Background(), nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return head.Time
}

// tip is where the next header goes on.
type tip struct {
	number  uint64
	hash    tree.Hash
	root    tree.Hash
	inbox   uint64
	inboxed tree.Hash // rolling hash at inbox
	seq     uint64
}

// next returns the header of a batch that follows, and moves on to it. salt makes contents differ.
func (t *tip) next(salt uint64, edits ...func(*batch.Header)) batch.Header {
	b := binary.BigEndian.AppendUint64(nil, salt)
	h := batch.Header{
		Lineage: lineage, Number: t.number + 1, ParentHash: t.hash, PreRoot: t.root,
		PostRoot:    tree.Hash(crypto.Keccak256(b, []byte{byte(t.number), 1})),
		PayloadKind: batch.PayloadTransitions, PayloadHash: tree.Hash(crypto.Keccak256(b, []byte{byte(t.number), 2})),
		Transitions: 3, FirstSequence: t.seq + 1, LastSequence: t.seq + 3,
		InboxFrom: t.inbox, InboxTo: t.inbox, InboxHash: t.inboxed, WithdrawalsRoot: batch.WithdrawalsRoot(nil),
		FirstTimeMs: 1700000000000, SealTimeMs: 1700000000999, ProgramVersion: programVersion,
	}
	for _, edit := range edits {
		edit(&h)
	}
	*t = after(h)
	return h
}

func after(h batch.Header) tip {
	return tip{number: h.Number, hash: h.Hash(), root: h.PostRoot, inbox: h.InboxTo, inboxed: h.InboxHash, seq: h.LastSequence}
}

// run returns n headers that follow a tip.
func (t tip) run(n int, salt uint64) []batch.Header {
	hs := make([]batch.Header, n)
	for i := range hs {
		hs[i] = t.next(salt)
	}
	return hs
}

func packed(hs ...batch.Header) [][]byte {
	out := make([][]byte, len(hs))
	for i := range hs {
		out[i] = hs[i].Append(nil)
	}
	return out
}

// archived are references to the archive.
func archived(hs ...batch.Header) []contract.DaRef {
	rs := make([]contract.DaRef, len(hs))
	for i := range rs {
		rs[i] = contract.DaRef{Provider: 1, Codec: 2, Commitment: hs[i].PayloadHash, Size: 1000, Extra: []byte{}}
	}
	return rs
}

func (w *world) packCommit(hs ...batch.Header) []byte {
	return w.binding.PackCommitBatches(w.epoch, packed(hs...), archived(hs...))
}

func (w *world) packVerify(hs ...batch.Header) []byte {
	return w.binding.PackVerifyBatches(hs[0].Number, packed(hs...), make([][]byte, len(hs)))
}

// commit commits headers by reference to the archive.
func (w *world) commit(hs ...batch.Header) *types.Receipt {
	w.t.Helper()
	r := w.do(w.submitter, w.packCommit(hs...))
	w.headers = append(w.headers[:hs[0].Number-1], hs...)
	w.tip = after(hs[len(hs)-1])
	return r
}

func (w *world) verify(hs ...batch.Header) *types.Receipt {
	w.t.Helper()
	return w.do(w.prover, w.packVerify(hs...))
}

// journal is what the guest writes for a header on this chain and for this contract.
func (w *world) journal(h batch.Header) []byte {
	j := guest.Journal{
		HeaderHash: h.Hash(), PreRoot: h.PreRoot, PostRoot: h.PostRoot, PayloadKind: uint8(h.PayloadKind), PayloadHash: h.PayloadHash,
		InboxFrom: h.InboxFrom, InboxTo: h.InboxTo, InboxHash: h.InboxHash, WithdrawalsRoot: h.WithdrawalsRoot,
		Batch: h.Number, ChainID: chainID, Contract: w.address, ProgramVersion: h.ProgramVersion,
	}
	return j.Append(nil)
}

// events unpacks those logs of a receipt that are of one kind.
func events[E any](r *types.Receipt, unpack func(*types.Log) (*E, error)) []E {
	var out []E
	for _, l := range r.Logs {
		if e, err := unpack(l); err == nil {
			out = append(out, *e)
		}
	}
	return out
}

// anyEvent unpacks a log as whatever event it is.
func (w *world) anyEvent(l *types.Log) any {
	w.t.Helper()
	b := reflect.ValueOf(w.binding)
	for i := range b.NumMethod() {
		name := b.Type().Method(i).Name
		if !strings.HasPrefix(name, "Unpack") || !strings.HasSuffix(name, "Event") {
			continue
		}
		out := b.Method(i).Call([]reflect.Value{reflect.ValueOf(l)})
		if out[1].IsNil() {
			return out[0].Interface()
		}
	}
	w.t.Fatal("an event of nobody")
	return nil
}

// sealedBlob is a blob with what a sidecar needs of it. Making one takes most of a second.
type sealedBlob struct {
	blob       kzg4844.Blob
	commitment kzg4844.Commitment
	proofs     []kzg4844.Proof
}

func sealBlob(tb testing.TB, blob kzg4844.Blob) *sealedBlob {
	tb.Helper()
	b := &sealedBlob{blob: blob}
	var err1, err2 error
	b.commitment, err1 = kzg4844.BlobToCommitment(&b.blob)
	b.proofs, err2 = kzg4844.ComputeCellProofs(&b.blob)
	if err := errors.Join(err1, err2); err != nil {
		tb.Fatal(err)
	}
	return b
}

func sidecar(blobs ...*sealedBlob) *types.BlobTxSidecar {
	var bs []kzg4844.Blob
	var cs []kzg4844.Commitment
	var ps []kzg4844.Proof
	for _, b := range blobs {
		bs, cs, ps = append(bs, b.blob), append(cs, b.commitment), append(ps, b.proofs...)
	}
	return types.NewBlobTxSidecar(types.BlobSidecarVersion1, bs, cs, ps)
}

// blobRef refers to blobs first to first+count-1 of those with the hashes.
func blobRef(first, count int, hashes []common.Hash) contract.DaRef {
	var all []byte
	for _, h := range hashes[first : first+count] {
		all = append(all, h[:]...)
	}
	return contract.DaRef{
		Provider: 2, Codec: 1, Commitment: [32]byte(crypto.Keccak256(all)), Size: 10, Extra: []byte{byte(first), byte(count), 0, 0, 0, 0},
	}
}
