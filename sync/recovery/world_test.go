package recovery_test

import (
	"bytes"
	"encoding/binary"
	"hash/fnv"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/hashicorp/raft"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/contract"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
	"github.com/holdfast-rollup/holdfast/sync/layer1/kzg"
	"github.com/holdfast-rollup/holdfast/sync/recovery"
)

// world is a sequencer without Raft, an archive and an L1 that holds what it anchors.
type world struct {
	t        *testing.T
	chain    *embedded.Chain
	client   *layer1.Client
	contract *layer1.Contract
	primary  da.ProviderID
	archive  string // directory
	set      *da.Set

	m        *fsm.Machine
	index    uint64
	ms       int64
	session  uint64
	sequence uint64
	seed     uint64
	refs     map[uint64]cursor.Ref
	anchored uint64
	epoch    uint64
}

// Accounts of the chain.
const (
	owner = iota
	submitter
	prover
	guardian
)

var firstLineage = [16]byte{7, 7, 7}

func newWorld(t *testing.T, primary da.ProviderID, kind batch.PayloadKind) *world {
	t.Helper()
	w := newContract(t, primary, [32]byte{})
	genesis := w.genesis()
	genesis.Lineage, genesis.PayloadKind, genesis.TimeMs = firstLineage, uint8(kind), w.now()
	w.must(command.TypeGenesis, genesis.Append(nil))
	w.openSession()
	w.submit(setup()...)
	return w
}

// newContract is a world before its genesis.
func newContract(t *testing.T, primary da.ProviderID, genesisRoot [32]byte) *world {
	t.Helper()
	w := &world{t: t, primary: primary, archive: t.TempDir(), ms: time.Now().UnixMilli() - 1_000_000, refs: map[uint64]cursor.Ref{}, epoch: 1}
	ctx := t.Context()
	var err error
	w.chain, err = embedded.Start(ctx, embedded.Config{Interval: 25 * time.Millisecond, SafeDepth: 2, FinalizedDepth: 4, AllStates: true})
	w.check(err)
	t.Cleanup(func() { w.check(w.chain.Close()) })
	w.client, err = layer1.NewClient(layer1.ClientConfig{Endpoints: []string{w.chain.URL()}, ChainID: w.chain.ChainID()})
	w.check(err)
	t.Cleanup(w.client.Close)
	d, err := layer1.Deploy(ctx, w.client, w.signer(owner), layer1.DeployParams{
		Owner: embedded.DevAddress(owner), Submitter: embedded.DevAddress(submitter), Prover: embedded.DevAddress(prover),
		Guardian: embedded.DevAddress(guardian), ProgramVersion: 1, GenesisRoot: genesisRoot,
	})
	w.check(err)
	w.contract = layer1.NewContract(w.client, d.Contract)
	w.open()
	w.m = fsm.New(fsm.Config{NodeID: "old"})
	t.Cleanup(w.m.Close)
	return w
}

func (w *world) openSession() {
	w.t.Helper()
	w.session = w.must(command.TypeSessionOpen, command.SessionOpen{Nonce: [16]byte{1}, Owner: "s", TimeMs: w.now()}.Append(nil)).Session
}

// open opens the archive and what L1 carries.
func (w *world) open() {
	w.t.Helper()
	config := da.Config{Primary: w.primary, Codec: da.CodecRange, ArchiveURL: "file://" + w.archive}
	config.Beacon.Endpoints = []string{w.chain.URL()}
	var err error
	w.set, err = da.Open(w.t.Context(), config, w.contract, kzg.NewProver().Hash)
	w.check(err)
	set := w.set
	w.t.Cleanup(func() { w.check(set.Close()) })
}

func (w *world) check(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) signer(i int) layer1.Signer {
	s, err := layer1.NewKeySigner(embedded.DevKey(i))
	w.check(err)
	return s
}

func (w *world) genesis() command.Genesis {
	limits := command.DefaultLimits()
	limits.RecentVersions = 64
	return command.Genesis{ChainID: w.chain.ChainID(), Contract: w.contract.Address(), ProgramVersion: 1, Limits: limits}
}

func (w *world) now() int64 {
	w.ms += 100
	return w.ms
}

func (w *world) must(kind command.Type, body []byte) *fsm.Result {
	w.t.Helper()
	w.index++
	r := w.m.Apply(&raft.Log{Index: w.index, Term: 1, Type: raft.LogCommand, Data: command.EncodeFrame(nil, kind, body)}).(*fsm.Result)
	w.check(r.Err)
	return r
}

func (w *world) submit(ts ...command.Transition) {
	w.t.Helper()
	var subs []command.Submission
	for _, t := range ts {
		w.sequence++
		subs = append(subs, command.Submission{Session: w.session, Sequence: w.sequence, Transition: t})
	}
	w.must(command.TypeEntry, batch.EncodeEntry(nil, &command.Entry{TimeMs: w.now(), Submissions: subs}))
}

func setup() []command.Transition {
	ts := []command.Transition{
		{Kind: command.RegisterAsset, Asset: 1, Decimals: 2, Address: command.Address{1}},
		{Kind: command.RegisterAsset, Asset: 2, Decimals: 2, Address: command.Address{2}},
		{Kind: command.CreateMarket, Market: 1, Asset: 1, Quote: 2, Tick: 10, Lot: 10, MakerFee: 10, TakerFee: 20},
	}
	for a := uint64(1); a <= 4; a++ {
		ts = append(ts,
			command.Transition{Kind: command.ImportAccount, Account: a, Address: command.Address{byte(a)}},
			command.Transition{Kind: command.ImportBalance, Account: a, Asset: 1, Amount: 1_000_000},
			command.Transition{Kind: command.ImportBalance, Account: a, Asset: 2, Amount: 1_000_000_000})
	}
	return append(ts, command.Transition{Kind: command.EndImport})
}

// trade submits so many orders, withdrawals and cancels.
func (w *world) trade(n int) {
	w.t.Helper()
	ts := make([]command.Transition, n)
	for i := range ts {
		w.seed++
		h := fnv.New64a()
		_, _ = h.Write(binary.BigEndian.AppendUint64(nil, w.seed))
		x := h.Sum64() >> 8
		account := x%4 + 1
		switch x / 4 % 8 {
		case 0:
			ts[i] = command.Transition{Kind: command.Withdraw, Account: account, Asset: 2, Amount: 1 + x%50, Address: command.Address{9}}
		case 1:
			ts[i] = command.Transition{Kind: command.CancelAll, Account: account}
		default:
			ts[i] = command.Transition{
				Kind: command.Place, Market: 1, Account: account, Side: command.Side(x / 32 % 2), TIF: command.GTC,
				Price: 1000 + 10*(x/64%12), Size: 10 * (1 + x/1024%9),
			}
		}
	}
	w.submit(ts...)
}

// batch trades and seals one batch, and publishes it.
func (w *world) batch(n int) *fsm.SealedBatch {
	w.t.Helper()
	if n > 0 {
		w.trade(n)
	}
	number := w.m.Position().Batch + 1
	w.must(command.TypeSeal, command.Seal{Number: number, TimeMs: w.now(), ProgramVersion: 1}.Append(nil))
	b, err := w.m.Sealed(number)
	w.check(err)
	refs, err := w.set.Publish(w.t.Context(), b.Header, b.Content())
	w.check(err)
	w.refs[number] = refs[0]
	return b
}

// anchor commits every batch up to n on L1.
func (w *world) anchor(n uint64) {
	w.t.Helper()
	var headers [][]byte
	var refs []contract.DaRef
	var tail []byte
	var parcels []da.Parcel
	for i := w.anchored + 1; i <= n; i++ {
		b, err := w.m.Sealed(i)
		w.check(err)
		headers = append(headers, b.Header.Append(nil))
		parcels = append(parcels, da.Parcel{Header: b.Header, Payload: b.Content(), Refs: []cursor.Ref{w.refs[i]}})
	}
	cargo, err := w.set.Load(parcels)
	w.check(err)
	for _, ref := range cargo.Refs {
		refs = append(refs, contract.DaRef{Provider: ref.Provider, Codec: ref.Codec, Commitment: ref.Commitment, Size: ref.Bytes, Extra: ref.Extra})
	}
	tail = cargo.Tail
	to := w.contract.Address()
	_, err = layer1.Transact(w.t.Context(), w.client, w.signer(submitter), &to, nil,
		append(contract.NewHoldfast().PackCommitBatches(w.epoch, headers, refs), tail...))
	w.check(err)
	w.anchored = n
}

// verify verifies batches first to last on L1.
func (w *world) verify(first, last uint64) {
	w.t.Helper()
	var headers [][]byte
	for i := first; i <= last; i++ {
		b, err := w.m.SealedHeader(i)
		w.check(err)
		headers = append(headers, b.Header.Append(nil))
	}
	to := w.contract.Address()
	_, err := layer1.Transact(w.t.Context(), w.client, w.signer(prover), &to, nil,
		contract.NewHoldfast().PackVerifyBatches(first, headers, make([][]byte, len(headers))))
	w.check(err)
}

// snapshot is the machine's.
func (w *world) snapshot() []byte {
	w.t.Helper()
	s, err := w.m.Snapshot()
	w.check(err)
	defer s.Release()
	var out buffer
	w.check(s.Persist(&out))
	return out.Bytes()
}

type buffer struct{ bytes.Buffer }

func (*buffer) ID() string    { return "" }
func (*buffer) Cancel() error { return nil }
func (*buffer) Close() error  { return nil }

// checkpoint puts the machine's snapshot into the archive.
func (w *world) checkpoint() *recovery.Manifest {
	w.t.Helper()
	m, _, err := recovery.NewCheckpoints(w.set.Archive()).Create(w.t.Context(), recovery.Source{
		Snapshot: bytes.NewReader(w.snapshot()), Term: 1, Node: "old", NowMs: w.ms,
	})
	w.check(err)
	return m
}

func (w *world) config(dir string) recovery.Config {
	return recovery.Config{
		Contract: w.contract, Client: w.client, Set: w.set, Machine: fsm.Config{NodeID: "new"}, Directory: dir,
		Cluster: cluster.SeedConfig{Cluster: "holdfast", LogStore: cluster.StoreBoltDB, Peers: []cluster.Peer{
			{ID: "a", Addr: "127.0.0.1:1"}, {ID: "b", Addr: "127.0.0.1:2"}, {ID: "c", Addr: "127.0.0.1:3"},
		}},
		Genesis: w.genesis(), TakeOver: w.signer(guardian), Poll: 20 * time.Millisecond,
	}
}

// recovered restores a machine from a directory that a recovery has made.
func (w *world) recovered(dir string) *fsm.Machine {
	w.t.Helper()
	o, err := cluster.OpenOffline(dir)
	w.check(err)
	defer func() { w.check(o.Close()) }()
	list, err := o.Snapshots()
	w.check(err)
	if len(list) != 1 || len(list[0].Configuration.Servers) != 3 {
		w.t.Fatalf("snapshots of the recovered directory: %+v", list)
	}
	_, content, err := o.Open(list[0].ID)
	w.check(err)
	m := fsm.New(fsm.Config{NodeID: "new"})
	w.t.Cleanup(m.Close)
	w.check(m.Restore(content))
	return m
}

// damage flips a bit in the middle of a file.
func damage(t *testing.T, path string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 0x10
	if err = os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func (w *world) run(target string, from string, edit func(*recovery.Config)) (*recovery.Report, string, error) {
	w.t.Helper()
	dir := filepath.Join(w.t.TempDir(), "data")
	c := w.config(dir)
	if edit != nil {
		edit(&c)
	}
	to, err := recovery.ParseTarget(target)
	w.check(err)
	plan, err := recovery.PlanL1(w.t.Context(), c, to, from)
	if err != nil {
		return nil, dir, err
	}
	r, err := plan.Run(w.t.Context())
	return r, dir, err
}

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }
