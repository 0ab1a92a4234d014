package fsm_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"testing"

	"github.com/hashicorp/raft"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/fsm/session"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
)

// harness drives one machine as Raft would.
type harness struct {
	t     testing.TB
	m     *fsm.Machine
	index uint64
	ms    int64
	fatal []error
	seals []fsm.SealInfo
	log   []*raft.Log // everything applied

	limits       command.Limits // of the genesis, as is depositDepth
	depositDepth uint32
}

func testConfig() fsm.Config {
	return fsm.Config{NodeID: "n1"}
}

func testLimits() command.Limits {
	return command.Limits{SessionInFlight: 64, Sessions: 8, SessionExpiryMs: 1_000_000, RecentVersions: 2, RetainedBytes: 1 << 20}
}

func newHarness(tb testing.TB, config fsm.Config) *harness {
	tb.Helper()
	h := &harness{t: tb, ms: 1_000, limits: testLimits()}
	config.OnFatal = func(err error) { h.fatal = append(h.fatal, err) }
	config.OnSeal = func(i fsm.SealInfo) { h.seals = append(h.seals, i) }
	h.m = fsm.New(config)
	return h
}

// apply commits one frame.
func (h *harness) apply(kind command.Type, body []byte) *fsm.Result {
	h.index++
	return h.commit(&raft.Log{Index: h.index, Type: raft.LogCommand, Data: command.EncodeFrame(nil, kind, body)})
}

func (h *harness) commit(log *raft.Log) *fsm.Result {
	h.log = append(h.log, log)
	return h.m.Apply(log).(*fsm.Result)
}

// must is apply for commands that have to succeed.
func (h *harness) must(kind command.Type, body []byte) *fsm.Result {
	h.t.Helper()
	r := h.apply(kind, body)
	if r.Err != nil {
		h.t.Fatalf("%s at index %d: %v", kind, h.index, r.Err)
	}
	return r
}

func (h *harness) now() int64 {
	h.ms += 10
	return h.ms
}

var lineage = [16]byte{1, 2, 3}

func (h *harness) genesis(kind batch.PayloadKind) {
	h.t.Helper()
	h.must(command.TypeGenesis, command.Genesis{
		Lineage: lineage, ChainID: 1337, ProgramVersion: 1, PayloadKind: uint8(kind), Limits: h.limits, DepositDepth: h.depositDepth, TimeMs: h.now(),
	}.Append(nil))
}

func (h *harness) openSession(n byte) uint64 {
	h.t.Helper()
	return h.must(command.TypeSessionOpen, command.SessionOpen{Nonce: [16]byte{n}, Owner: "sequencer", TimeMs: h.now()}.Append(nil)).Session
}

func (h *harness) submit(subs ...command.Submission) *fsm.Result {
	h.t.Helper()
	return h.must(command.TypeEntry, batch.EncodeEntry(nil, &command.Entry{TimeMs: h.now(), Submissions: subs}))
}

func (h *harness) seal() {
	h.t.Helper()
	n := h.m.Position().Batch + 1
	h.must(command.TypeSeal, command.Seal{Number: n, TimeMs: h.now(), ProgramVersion: 1}.Append(nil))
}

// cut closes the open batch, should the machine let it.
func (h *harness) cut() *fsm.Result {
	n := h.m.Status().Open.Number
	return h.apply(command.TypeCut, command.Cut{Number: n, TimeMs: h.now(), ProgramVersion: 1}.Append(nil))
}

func (h *harness) event(ev cursor.Event) *fsm.Result {
	return h.apply(command.TypeCursor, cursor.Append(nil, ev))
}

func (h *harness) rollback(n uint64) *fsm.Result {
	return h.apply(command.TypeRollback, command.Rollback{ToBatch: n, Reason: "test", Evidence: []byte("evidence"), TimeMs: h.now()}.Append(nil))
}

// executed lets the zkVM layer agree with batch n.
func (h *harness) executed(n uint64) {
	h.t.Helper()
	b, err := h.m.SealedHeader(n)
	if err != nil {
		h.t.Fatal(err)
	}
	if r := h.event(cursor.Executed{Batch: n, Sealed: b.Hash, Root: b.Header.PostRoot, HeaderHash: b.Hash, Node: "n1"}); r.Err != nil {
		h.t.Fatal(r.Err)
	}
}

// restart returns a harness whose machine was restored from this one's snapshot.
func (h *harness) restart(config fsm.Config) *harness {
	h.t.Helper()
	other := newHarness(h.t, config)
	if err := other.m.Restore(io.NopCloser(bytes.NewReader(h.snapshot()))); err != nil {
		h.t.Fatalf("restore: %v", err)
	}
	other.index, other.ms = h.index, h.ms
	return other
}

func (h *harness) snapshot() []byte {
	h.t.Helper()
	s, err := h.m.Snapshot()
	if err != nil {
		h.t.Fatalf("snapshot: %v", err)
	}
	defer s.Release()
	return persist(h.t, s)
}

func persist(tb testing.TB, s raft.FSMSnapshot) []byte {
	tb.Helper()
	var sink sink
	if err := s.Persist(&sink); err != nil {
		tb.Fatalf("persist: %v", err)
	}
	if !sink.closed || sink.cancelled {
		tb.Fatalf("persist left the sink closed=%t cancelled=%t", sink.closed, sink.cancelled)
	}
	return sink.Bytes()
}

type sink struct {
	bytes.Buffer
	closed, cancelled bool
	limit             int // bytes after which writing fails; 0 is never
}

func (s *sink) Write(b []byte) (int, error) {
	if s.limit > 0 && s.Len()+len(b) > s.limit {
		return 0, fmt.Errorf("disk full after %d bytes", s.Len())
	}
	return s.Buffer.Write(b)
}

func (s *sink) ID() string    { return "test" }
func (s *sink) Close() error  { s.closed = true; return nil }
func (s *sink) Cancel() error { s.cancelled = true; return nil }

// flow makes transitions of a small market from a stream of numbers.
type flow struct {
	session uint64
	next    uint64 // sequence
	orders  uint64 // bound on order ids worth naming
}

const accounts = 4

func setup() []command.Transition {
	ts := []command.Transition{
		{Kind: command.RegisterAsset, Asset: 1, Decimals: 2, Address: command.Address{1}},
		{Kind: command.RegisterAsset, Asset: 2, Decimals: 2, Address: command.Address{2}},
		{Kind: command.CreateMarket, Market: 1, Asset: 1, Quote: 2, Tick: 10, Lot: 10, MakerFee: 10, TakerFee: 20},
	}
	for a := uint64(1); a <= accounts; a++ {
		ts = append(ts,
			command.Transition{Kind: command.ImportAccount, Account: a, Address: command.Address{byte(a)}},
			command.Transition{Kind: command.ImportBalance, Account: a, Asset: 1, Amount: 1_000_000},
			command.Transition{Kind: command.ImportBalance, Account: a, Asset: 2, Amount: 1_000_000_000})
	}
	return append(ts, command.Transition{Kind: command.EndImport})
}

func (f *flow) submission(t command.Transition) command.Submission {
	f.next++
	return command.Submission{Session: f.session, Sequence: f.next, Transition: t}
}

// transition derives one from a number: places, cancels, withdrawals, nonsense.
func (f *flow) transition(x uint64) command.Transition {
	account := x%accounts + 1
	x /= accounts
	kind := x % 10
	x /= 10
	f.orders++
	switch {
	case kind < 6:
		side := command.Side(x % 2)
		return command.Transition{
			Kind: command.Place, Market: 1, Account: account, Side: side, TIF: command.GTC,
			Price: 1000 + 10*(x/2%12), Size: 10 * (1 + x/24%9),
		}
	case kind < 8:
		return command.Transition{Kind: command.Cancel, Account: account, Order: x % (f.orders + 20)}
	case kind == 8:
		return command.Transition{Kind: command.Withdraw, Account: account, Asset: 2, Amount: 1 + x%50, Address: command.Address{9}}
	default:
		return command.Transition{Kind: command.CancelAll, Account: account}
	}
}

func number(seed, i uint64) uint64 {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:], seed)
	binary.BigEndian.PutUint64(b[8:], i)
	h := uint64(14695981039346656037)
	for _, c := range b {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return h ^ h>>29
}

// begin gives a machine with genesis, a session and the market, and batch 1 open.
func begin(tb testing.TB, limits command.Limits, kind batch.PayloadKind) (*harness, *flow) {
	tb.Helper()
	h := newHarness(tb, testConfig())
	h.limits = limits
	return h, h.begin(kind)
}

// begin gives the machine its genesis and the flow's setup.
func (h *harness) begin(kind batch.PayloadKind) *flow {
	t := h.t
	t.Helper()
	h.genesis(kind)
	f := &flow{session: h.openSession(1)}
	var subs []command.Submission
	for _, tr := range setup() {
		subs = append(subs, f.submission(tr))
	}
	for i, r := range h.submit(subs...).Receipts {
		if r.Code != 0 {
			t.Fatalf("setup transition %d: %s %s", i, r.Status, r.Code)
		}
	}
	return f
}

// trade submits n transitions in one entry.
func (h *harness) trade(f *flow, seed uint64, n int) *fsm.Result {
	h.t.Helper()
	var subs []command.Submission
	for i := range n {
		subs = append(subs, f.submission(f.transition(number(seed, uint64(i)))))
	}
	result := h.ackedSubmit(f, subs)
	for i, r := range result.Receipts {
		if r.Status != session.Executed || r.Sequence != subs[i].Sequence || r.Index != h.index {
			h.t.Fatalf("submission %d of index %d: %+v", i, h.index, r)
		}
	}
	return result
}

func (h *harness) ackedSubmit(f *flow, subs []command.Submission) *fsm.Result {
	h.t.Helper()
	e := command.Entry{TimeMs: h.now(), Submissions: subs}
	if f.next > 40 {
		e.Acks = []command.Ack{{Session: f.session, Low: f.next - 40}}
	}
	return h.must(command.TypeEntry, batch.EncodeEntry(nil, &e))
}

func hashAll(digests, blocks []byte) { tree.SHA256(digests, blocks) }
