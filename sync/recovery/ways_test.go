package recovery_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/raft"
	raftboltdb "github.com/hashicorp/raft-boltdb/v2"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/recovery"
)

// recovery.md: with L1 down, the archive's headers are walked by parent hash, and the cluster stays read-only until L1
// confirms.
func TestRecoverFromTheArchiveAlone(t *testing.T) {
	w := newWorld(t, da.ProviderArchive, batch.PayloadTransitions)
	w.batch(0)
	for range 3 {
		w.batch(20)
	}
	b, err := w.m.Sealed(3)
	w.check(err)
	// Anybody may have put a header there that claims the root and a number: without a history behind it it is nothing.
	forged := b.Header
	forged.Number = 1 << 60
	object, err := da.EncodeObject(nil, forged, da.CodecRange, b.Payload)
	w.check(err)
	w.check(os.WriteFile(filepath.Join(w.archive, da.ObjectName(forged.Hash())), object, 0o600))

	c := w.config(filepath.Join(t.TempDir(), "data"))
	plan, err := recovery.PlanDA(t.Context(), c, b.Header.PostRoot, "")
	w.check(err)
	if plan.Report.Batch != 3 || len(plan.Report.Refused) == 0 {
		t.Errorf("plan beside a forged header: %+v", plan.Report)
	}
	r, err := plan.Run(t.Context())
	w.check(err)
	m := w.recovered(c.Directory)
	if p := m.Position(); p.Root != b.Header.PostRoot || p.Batch != 3 || !m.Status().IntakeHalted || !m.Cursor().Halted(command.ScopeAnchoring) {
		t.Errorf("recovered %+v, halts %+v", p, m.Cursor().Halts())
	}
	if !strings.Contains(m.Cursor().Halts()[0].Exit, "recover l1") || len(r.Next) == 0 {
		t.Errorf("halt %+v, next %q", m.Cursor().Halts()[0], r.Next)
	}
	if _, err = recovery.PlanDA(t.Context(), c, [32]byte{1}, ""); !errors.Is(err, recovery.ErrNoRoot) {
		t.Errorf("a root of nobody's: %v", err)
	}
	parent, err := w.m.Sealed(2)
	w.check(err)
	w.check(os.Remove(filepath.Join(w.archive, da.ObjectName(parent.Hash))))
	if _, err = recovery.PlanDA(t.Context(), c, b.Header.PostRoot, ""); !errors.Is(err, da.ErrAbsent) || !strings.Contains(err.Error(), "batch 2") {
		t.Errorf("a missing link: %v", err)
	}
}

// survivor writes the world's log into a directory as a node's that has stopped.
func (w *world) survivor(tail int) string {
	w.t.Helper()
	dir := filepath.Join(w.t.TempDir(), "survivor")
	snapshot := w.snapshot()
	w.check(cluster.Seed(dir, cluster.SeedConfig{
		Cluster: "holdfast", LogStore: cluster.StoreBoltDB, Lineage: firstLineage, Index: w.index, Term: 5,
		Peers: []cluster.Peer{{ID: "a", Addr: "127.0.0.1:1"}},
	}, func(out io.Writer) error {
		_, err := out.Write(snapshot)
		return err
	}))
	if tail == 0 {
		return dir
	}
	// What follows the snapshot is in the log: a node that runs alone for a moment writes it, with its checksums.
	l, err := net.Listen("tcp", "127.0.0.1:0")
	w.check(err)
	m := fsm.New(fsm.Config{NodeID: "a"})
	node, err := cluster.Open(w.t.Context(), cluster.Config{
		NodeID: "a", DataDir: dir, Bind: l.Addr().String(), Listener: l, OnFatal: func(err error) { w.t.Error(err) },
		Peers: []cluster.Peer{{ID: "a", Addr: "127.0.0.1:1"}},
	}, m, discard())
	w.check(err)
	deadline := time.Now().Add(time.Minute)
	for !node.IsLeader() {
		if time.Now().After(deadline) {
			w.t.Fatal("the survivor does not lead itself")
		}
		<-time.After(10 * time.Millisecond)
	}
	var subs []command.Submission
	for range tail {
		w.sequence++
		subs = append(subs, command.Submission{Session: w.session, Sequence: w.sequence, Transition: command.Transition{
			Kind: command.Place, Market: 1, Account: 1, Side: command.Bid, TIF: command.GTC, Price: 1000, Size: 10,
		}})
	}
	_, _, err = node.Submit(w.t.Context(), subs, nil)
	w.check(err)
	w.check(node.Close(w.t.Context()))
	return dir
}

// recovery.md: a lost majority. Everything the survivor's log holds is there again, what L1 has not goes out under the
// new lineage, and the sessions go on.
func TestRecoverQuorum(t *testing.T) {
	w := newWorld(t, da.ProviderArchive, batch.PayloadTransitions)
	w.batch(0)
	w.batch(20)
	w.anchor(2)
	w.batch(20) // sealed, not on L1
	w.trade(5)  // open
	dir := w.survivor(7)
	before := w.m.Status()

	c := w.config(filepath.Join(t.TempDir(), "data"))
	plan, err := recovery.PlanQuorum(t.Context(), c, dir)
	w.check(err)
	defer plan.Close()
	if plan.Report.Lost.Basis != "none" || plan.Held.Batch != 3 {
		t.Errorf("plan %+v", plan.Report)
	}
	r, err := plan.Run(t.Context())
	w.check(err)
	m := w.recovered(c.Directory)
	s := m.Status()
	if s.Root != before.Root || s.Heads.Applied != before.Heads.Applied+7 || s.Open.Transitions != before.Open.Transitions+7 ||
		s.Lineage == before.Lineage || s.Heads.Committed != 2 || s.Heads.Executed != 2 {
		t.Fatalf("recovered %+v, had %+v, report %+v", s, before, r)
	}
	old, err := w.m.Sealed(3)
	w.check(err)
	renewed, err := m.Sealed(3)
	w.check(err)
	if renewed.Header.Lineage != s.Lineage || renewed.Header.PostRoot != old.Header.PostRoot || !bytes.Equal(renewed.Payload, old.Payload) ||
		renewed.Header.ParentHash != old.Header.ParentHash {
		t.Errorf("batch 3 is %+v", renewed.Header)
	}
	// A session that only the lost nodes knew got the id after w.session, or some after that: nobody gets it again.
	opened := m.Apply(&raft.Log{Index: m.Position().Index + 1, Term: 9, Type: raft.LogCommand, Data: command.EncodeFrame(nil, command.TypeSessionOpen,
		command.SessionOpen{Nonce: [16]byte{2}, Owner: "s", TimeMs: s.ClockMs}.Append(nil))}).(*fsm.Result)
	if opened.Err != nil || opened.Session < w.session+1<<30 {
		t.Errorf("a new session has id %d: %v; the lost nodes may have given it", opened.Session, opened.Err)
	}
	// The session goes on where it was, and the contract takes the renewed batch and those after it.
	w.m, w.index, w.ms = m, m.Position().Index, s.ClockMs
	w.trade(3)
	refs, err := w.set.Publish(t.Context(), renewed.Header, renewed.Payload)
	w.check(err)
	w.refs[3] = refs[0]
	w.batch(0)
	w.anchor(4)

	// A survivor behind L1 is no source.
	if _, err = recovery.PlanQuorum(t.Context(), w.config(t.TempDir()), dir); !errors.Is(err, fsm.ErrStanding) {
		t.Errorf("a survivor behind L1: %v", err)
	}
}

// recovery.md: evidence says exactly what is lost. A flipped bit in a record of the log is found and named.
func TestEvidenceAndDamagedRecord(t *testing.T) {
	w := newWorld(t, da.ProviderArchive, batch.PayloadTransitions)
	w.batch(0)
	w.batch(20)
	w.anchor(2)
	w.trade(5)
	standing, err := w.m.SealedHeader(2)
	w.check(err)
	dir := w.survivor(6)
	r, _, err := w.run("latest", "", func(c *recovery.Config) { c.TakeOver, c.Evidence = nil, dir })
	w.check(err)
	held := w.m.Status().Heads.Applied + 6
	if l := r.Lost; l.Basis != "evidence" || l.FirstSequence != standing.Header.LastSequence+1 || l.LastSequence != held {
		t.Errorf("lost %+v, held up to %d", l, held)
	}

	o, err := cluster.OpenOffline(dir)
	w.check(err)
	_, last, err := o.Range()
	w.check(err)
	var target uint64
	for i := last; target == 0; i-- {
		record, rerr := o.Record(i)
		w.check(rerr)
		if record.Type == raft.LogCommand && len(record.Data) > 30 {
			target = i
		}
	}
	w.check(o.Close())
	flipRecord(t, filepath.Join(dir, "raft.db"), target)
	o, err = cluster.OpenOffline(dir)
	w.check(err)
	var bad *cluster.RecordError
	if _, err = o.Record(target); !errors.As(err, &bad) || bad.Index != target || !errors.Is(err, cluster.ErrDamagedLog) {
		t.Errorf("record %d: %v", target, err)
	}
	w.check(o.Close())
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err = recovery.ReadEvidence(ended, dir, fsm.Config{}); !errors.Is(err, context.Canceled) {
		t.Errorf("reading evidence after the end of its context: %v", err)
	}
	if _, err = recovery.ReadEvidence(t.Context(), dir, fsm.Config{}); !errors.As(err, &bad) {
		t.Errorf("evidence: %v", err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	w.check(err)
	_, err = cluster.Open(t.Context(), cluster.Config{
		NodeID: "a", DataDir: dir, Bind: l.Addr().String(), Listener: l, OnFatal: func(error) {}, Peers: []cluster.Peer{{ID: "a", Addr: "127.0.0.1:1"}},
	}, fsm.New(fsm.Config{}), discard())
	if !errors.As(err, &bad) || bad.Index != target {
		t.Errorf("a node with a damaged record starts: %v", err)
	}
}

// flipRecord flips a bit of a record's data on disk, below whatever checks it.
func flipRecord(t *testing.T, path string, index uint64) {
	t.Helper()
	store, err := raftboltdb.New(raftboltdb.Options{Path: path, MsgpackUseNewTimeFormat: true})
	if err != nil {
		t.Fatal(err)
	}
	var record raft.Log
	if err = store.GetLog(index, &record); err != nil {
		t.Fatal(err)
	}
	record.Data[len(record.Data)/2] ^= 1
	if err = errors.Join(store.StoreLog(&record), store.Close()); err != nil {
		t.Fatal(err)
	}
}

// recovery.md: a time range is read and proved without the cluster, and nothing of DA outside it and the way from its
// nearest checkpoint is read. Everything else is taken away first.
func TestRecoverRange(t *testing.T) {
	w := newWorld(t, da.ProviderArchive, batch.PayloadTransitions)
	w.batch(0)
	for range 3 {
		w.batch(15)
	}
	checkpoint := w.checkpoint() // at batch 4
	for range 6 {
		w.batch(15)
	}
	w.anchor(5)
	w.anchor(10)
	six, err := w.m.Sealed(6)
	w.check(err)
	eight, err := w.m.Sealed(8)
	w.check(err)
	var want int64
	for n := uint64(1); n <= 10; n++ {
		b, serr := w.m.Sealed(n)
		w.check(serr)
		path := filepath.Join(w.archive, da.ObjectName(b.Hash))
		if n >= 5 && n <= 8 {
			info, ierr := os.Stat(path)
			w.check(ierr)
			want += info.Size()
			continue
		}
		// Headers alone stay, to find times by: their payloads are gone.
		raw, rerr := os.ReadFile(path)
		w.check(rerr)
		w.check(os.WriteFile(path, raw[:da.ObjectHead], 0o600))
	}
	out := filepath.Join(t.TempDir(), "range")
	c := w.config("")
	c.SaveEvery = 1 // the way to the span keeps its state after every batch
	plan, err := recovery.PlanSpan(t.Context(), c, six.Header.FirstTimeMs, eight.Header.SealTimeMs-1, out)
	w.check(err)
	// What an interrupted run left is begun again; a directory that holds something is left alone.
	w.check(os.MkdirAll(filepath.Join(out+".recovery", "range"), 0o750))
	w.check(os.WriteFile(filepath.Join(out+".recovery", "range", "6.payload"), nil, 0o600))
	w.check(os.Mkdir(out, 0o750))
	w.check(os.WriteFile(filepath.Join(out, "mine"), nil, 0o600))
	if _, err = plan.Run(t.Context()); !errors.Is(err, cluster.ErrNotEmpty) {
		t.Fatalf("over what there is: %v", err)
	}
	w.check(os.Remove(filepath.Join(out, "mine")))
	if r := plan.DryRun(); r.First != 6 || r.Last != 8 || r.From != "checkpoint "+checkpoint.Name() || r.Batches != 4 {
		t.Fatalf("plan %+v", r)
	}
	r, err := plan.Run(t.Context())
	w.check(err)
	if got := r.Bytes - checkpoint.Bytes; got != want {
		t.Errorf("%d bytes of DA were read, the range and the way to it have %d", got, want)
	}
	for n, root := range map[int][32]byte{5: six.Header.PreRoot, 8: eight.Header.PostRoot} {
		f, oerr := os.Open(filepath.Join(out, fmt.Sprintf("%d.state", n)))
		w.check(oerr)
		loaded := tree.New(tree.Options{})
		w.check(loaded.Load(f))
		w.check(f.Close())
		if _, got := loaded.Seal(); got != root {
			t.Errorf("state of batch %d has root %x, want %x", n, got, root)
		}
	}
	lines := readLines(t, filepath.Join(out, "transitions.jsonl"))
	if n := int(six.Header.Transitions) + int(eight.Header.LastSequence-six.Header.LastSequence); len(lines) != n || r.Receipts != uint64(n) {
		t.Errorf("%d transitions, %d receipts; want %d", len(lines), r.Receipts, n)
	}
	var last struct {
		Batch   uint64
		Receipt struct{ Sequence uint64 }
	}
	w.check(json.Unmarshal([]byte(lines[len(lines)-1]), &last))
	if last.Batch != 8 || last.Receipt.Sequence != eight.Header.LastSequence {
		t.Errorf("last transition %+v", last)
	}
	var p struct {
		Header     string `json:"header"`
		HeaderHash string `json:"header_hash"`
		Block      uint64 `json:"block"`
	}
	w.check(json.Unmarshal([]byte(readLines(t, filepath.Join(out, "proofs.jsonl"))[0]), &p))
	raw, err := hex.DecodeString(p.Header)
	w.check(err)
	h, err := batch.DecodeHeader(raw)
	if hash := h.Hash(); err != nil || hex.EncodeToString(hash[:]) != p.HeaderHash || h.Number != 6 || p.Block == 0 {
		t.Errorf("proof %+v: %v", p, err)
	}
	if _, err = recovery.PlanSpan(t.Context(), w.config(""), 1, 2, out); !errors.Is(err, recovery.ErrEmptySpan) {
		t.Errorf("a span before everything: %v", err)
	}
}

func readLines(t *testing.T, path string) (lines []string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	for s := bufio.NewScanner(f); s.Scan(); {
		lines = append(lines, s.Text())
	}
	return lines
}
