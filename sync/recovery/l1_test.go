package recovery_test

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/core/types"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/session"
	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/recovery"
)

// goesOn seals a batch under the recovered lineage and anchors it: the contract takes it only if the take-over stands
// and the batch follows what L1 holds.
func (w *world) goesOn(m *fsm.Machine) {
	w.t.Helper()
	old := w.m
	lineage := m.Position().Lineage
	w.m, w.index, w.anchored = m, m.Position().Index, m.Position().Batch
	w.ms = m.Status().ClockMs
	if r := m.Cursor().Epoch(); r.Lineage != lineage || r.Counter != 0 {
		w.t.Fatalf("epoch %+v", r)
	}
	// Invariant 8: no session of the old lineage is re-created, and none of its ids is given again.
	sub := command.Submission{Session: w.session, Sequence: w.sequence + 1, Transition: command.Transition{Kind: command.CancelAll, Account: 1}}
	r := w.must(command.TypeEntry, batch.EncodeEntry(nil, &command.Entry{TimeMs: w.now(), Submissions: []command.Submission{sub}}))
	if r.Receipts[0].Status != session.Expired {
		w.t.Fatalf("the old session answers %s", r.Receipts[0].Status)
	}
	w.session = w.must(command.TypeSessionOpen, command.SessionOpen{Nonce: [16]byte{2}, Owner: "s", TimeMs: w.now()}.Append(nil)).Session
	w.sequence = 0
	b := w.batch(20)
	if b.Header.Lineage != lineage || b.Header.Lineage == firstLineage {
		w.t.Fatalf("lineage %x", b.Header.Lineage)
	}
	w.anchor(b.Header.Number)
	_ = old
}

// recovery.md: the whole cluster lost, by batch, block, root, latest and finalized. The recovered root is the anchored
// one, and anchoring goes on under the new lineage.
func TestRecoverFromL1(t *testing.T) {
	for _, kind := range []batch.PayloadKind{batch.PayloadTransitions, batch.PayloadDiff} {
		t.Run(kind.String(), func(t *testing.T) {
			w := newWorld(t, da.ProviderArchive, kind)
			w.batch(0)
			for range 5 {
				w.batch(30)
			}
			w.anchor(3)
			w.anchor(6)
			w.verify(1, 4)
			want := w.m.Position()
			w.trade(7) // accepted, never sealed: lost
			sealed, err := w.m.Sealed(6)
			w.check(err)
			r, dir, err := w.run("root 0x"+hex.EncodeToString(want.Root[:]), "", nil)
			w.check(err)
			m := w.recovered(dir)
			if p := m.Position(); p.Root != want.Root || p.Batch != 6 || p.Lineage == want.Lineage {
				t.Fatalf("recovered %+v, want %+v", p, want)
			}
			if h := m.Cursor().Heads(); h.Committed != 6 || h.Proven != 4 || h.Finalized != 4 || h.Sealed != 6 || h.Applied != sealed.Header.LastSequence {
				t.Errorf("heads %+v", h)
			}
			if r.TakeOver == "" || r.From != "genesis" || r.Batches != 6 || r.Lost.Basis != "none" {
				t.Errorf("report %+v", r)
			}
			w.goesOn(m)
			w.verify(5, 7)
		})
	}
}

func TestTargets(t *testing.T) {
	w := newWorld(t, da.ProviderArchive, batch.PayloadTransitions)
	w.batch(0)
	for range 3 {
		w.batch(10)
	}
	w.anchor(2)
	seen, err := w.contract.Inspect(t.Context(), 2, layer1.Latest)
	w.check(err)
	w.anchor(4)
	for target, want := range map[string]uint64{
		"latest": 4, "batch 3": 3, "block:" + fmt.Sprint(seen.Block.Number): 2,
		"root " + rootOf(w, 1): 1, "root 0x" + rootOf(w, 4): 4,
	} {
		to, err := recovery.ParseTarget(target)
		w.check(err)
		plan, err := recovery.PlanL1(t.Context(), w.config(t.TempDir()), to, "")
		if err != nil || plan.Report.Batch != want {
			t.Errorf("%s: batch %d, %v; want %d", target, plan.Report.Batch, err, want)
		}
	}
	for _, bad := range []string{"batch 9", "root 0x" + strings.Repeat("ab", 32), "block 99999999"} {
		to, err := recovery.ParseTarget(bad)
		w.check(err)
		if _, err := recovery.PlanL1(t.Context(), w.config(t.TempDir()), to, ""); !errors.Is(err, recovery.ErrNotOnL1) {
			t.Errorf("%s: %v", bad, err)
		}
	}
	for _, bad := range []string{"", "latest 3", "batch", "batch -1", "root 0x12", "yesterday"} {
		if _, err := recovery.ParseTarget(bad); !errors.Is(err, recovery.ErrTarget) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	// L1 has gone on: nobody may take over below its last batch.
	if _, _, err := w.run("batch 3", "", nil); !errors.Is(err, recovery.ErrBelowL1) {
		t.Errorf("a take-over below L1's last batch: %v", err)
	}
}

// belated is a guardian's signer before whose transaction an anchor is mined.
type belated struct {
	layer1.Signer

	anchor func()
}

func (b belated) Sign(ctx context.Context, tx *types.Transaction, chainID uint64) (*types.Transaction, error) {
	b.anchor()
	return b.Signer.Sign(ctx, tx, chainID)
}

// rebuild.go: an anchor of the lost cluster that is mined right before the take-over is why that fails, and the next run
// has its batch too.
func TestAnAnchorWasOnItsWay(t *testing.T) {
	w := newWorld(t, da.ProviderArchive, batch.PayloadTransitions)
	w.batch(0)
	w.batch(30)
	w.batch(30)
	w.anchor(2)
	c := w.config(filepath.Join(t.TempDir(), "data"))
	c.TakeOver = belated{c.TakeOver, func() { w.anchor(3) }}
	for _, want := range []error{recovery.ErrBelowL1, nil} {
		plan, err := recovery.PlanL1(t.Context(), c, recovery.Target{Kind: recovery.ToLatest}, "")
		w.check(err)
		if _, err = plan.Run(t.Context()); !errors.Is(err, want) {
			t.Fatalf("%v, want %v", err, want)
		}
		if want != nil && !strings.Contains(err.Error(), "recover again") {
			t.Errorf("no word of what to do next: %v", err)
		}
		c.TakeOver = w.signer(guardian)
	}
	if p := w.recovered(c.Directory).Position(); p != (fsm.Position{Lineage: p.Lineage, Index: p.Index, Batch: 3, Root: w.m.Position().Root}) {
		t.Errorf("recovered %+v, want %+v", p, w.m.Position())
	}
}

func rootOf(w *world, n uint64) string {
	b, err := w.m.SealedHeader(n)
	w.check(err)
	return hex.EncodeToString(b.Header.PostRoot[:])
}

// recovery.md: a checkpoint is checked against the L1 anchor of its batch, then completed from DA; damaged ones are
// named, and the next source is tried.
func TestRecoverFromCheckpoint(t *testing.T) {
	w := newWorld(t, da.ProviderArchive, batch.PayloadTransitions)
	w.batch(0)
	w.batch(30)
	older := w.checkpoint()
	w.batch(30)
	w.trade(5) // open in the checkpoint: nobody vouches for it
	newer := w.checkpoint()
	w.batch(0)
	w.batch(30)
	w.anchor(5)
	want := w.m.Position()

	r, dir, err := w.run("latest", "", func(c *recovery.Config) { c.TakeOver = nil })
	w.check(err)
	if r.From != "checkpoint "+newer.Name() || r.Batches != 2 || w.recovered(dir).Position().Root != want.Root {
		t.Fatalf("from %s, %d batches", r.From, r.Batches)
	}

	// A manifest says what its writer likes: one that calls the newer state that of an earlier batch is passed over.
	b3, err := w.m.Sealed(3)
	w.check(err)
	b2, err := w.m.Sealed(2)
	w.check(err)
	w.check(os.Remove(filepath.Join(w.archive, "checkpoints", newer.Name()+".json")))
	if newer.HeaderHash != b3.Hash {
		t.Fatalf("the newer checkpoint is of batch %d", newer.Batch)
	}
	forged := *newer
	forged.Batch, forged.HeaderHash, forged.Index = 2, b2.Hash, newer.Index+1
	raw, err := json.Marshal(forged)
	w.check(err)
	name := filepath.Join(w.archive, "checkpoints", forged.Name()+".json")
	w.check(os.WriteFile(name, raw, 0o600))
	r, dir, err = w.run("latest", "", func(c *recovery.Config) { c.TakeOver = nil })
	w.check(err)
	if r.From != "checkpoint "+older.Name() || w.recovered(dir).Position().Root != want.Root || len(r.Refused) != 1 {
		t.Fatalf("from %s, refused %+v", r.From, r.Refused)
	}
	w.check(os.Remove(name))
	raw, err = json.Marshal(newer)
	w.check(err)
	w.check(os.WriteFile(filepath.Join(w.archive, "checkpoints", newer.Name()+".json"), raw, 0o600))

	path := filepath.Join(w.archive, "chunks")
	chunk := func(m *recovery.Manifest) string {
		name := hex.EncodeToString(m.Chunks[0].SHA256[:])
		return filepath.Join(path, name[:2], name)
	}
	damage(t, chunk(newer))
	r, dir, err = w.run("latest", "", func(c *recovery.Config) { c.TakeOver = nil })
	w.check(err)
	if r.From != "checkpoint "+older.Name() || r.Batches != 3 || w.recovered(dir).Position().Root != want.Root {
		t.Fatalf("from %s, %d batches", r.From, r.Batches)
	}
	if len(r.Refused) != 1 || !strings.Contains(r.Refused[0].Why, "chunk 0") {
		t.Errorf("refused %+v", r.Refused)
	}

	w.check(os.Remove(chunk(older)))
	r, dir, err = w.run("latest", "", func(c *recovery.Config) { c.TakeOver = nil })
	w.check(err)
	if r.From != "genesis" || len(r.Refused) != 2 || w.recovered(dir).Position().Root != want.Root {
		t.Fatalf("from %s, refused %+v", r.From, r.Refused)
	}
	// One that was asked for by name is used or nothing.
	if _, _, err = w.run("latest", newer.Name(), nil); !errors.Is(err, recovery.ErrDamaged) {
		t.Errorf("a damaged checkpoint by name: %v", err)
	}
}

// recovery.md: DA that returns the wrong bytes is treated as absent and the next source is tried. Here the archive is
// damaged and half empty, and L1's call data has the payloads; the headers come from the commits.
func TestRecoverWithoutTheArchive(t *testing.T) {
	w := newWorld(t, da.ProviderCalldata, batch.PayloadTransitions)
	w.batch(0)
	for range 3 {
		w.batch(20)
	}
	w.anchor(4)
	want := w.m.Position()
	for n := uint64(1); n <= 4; n++ {
		b, err := w.m.SealedHeader(n)
		w.check(err)
		path := filepath.Join(w.archive, da.ObjectName(b.Hash))
		if n%2 == 0 {
			damage(t, path)
		} else {
			w.check(os.Remove(path))
		}
	}
	r, dir, err := w.run("latest", "", nil)
	w.check(err)
	m := w.recovered(dir)
	if m.Position().Root != want.Root || !strings.Contains(strings.Join(r.Sources, ";"), da.ProviderCalldata.String()) {
		t.Errorf("root %x from %q", m.Position().Root, r.Sources)
	}
	w.goesOn(m)
}

// With the archive gone and nothing on L1 but hashes, nothing is made up.
func TestLostPayloadEndsTheRecovery(t *testing.T) {
	w := newWorld(t, da.ProviderArchive, batch.PayloadTransitions)
	w.batch(0)
	b := w.batch(10)
	w.batch(10)
	w.anchor(3)
	damage(t, filepath.Join(w.archive, da.ObjectName(b.Hash)))
	_, dir, err := w.run("latest", "", nil)
	if !errors.Is(err, da.ErrAbsent) || !strings.Contains(err.Error(), "batch 2") {
		t.Fatalf("%v", err)
	}
	if _, serr := os.Stat(filepath.Join(dir, "VERSION")); !errors.Is(serr, os.ErrNotExist) {
		t.Errorf("a directory was made: %v", serr)
	}
	// What was replayed before is kept, and a second run goes on there once the payload is back.
	sealed, err := w.m.Sealed(2)
	w.check(err)
	_, err = w.set.Publish(t.Context(), sealed.Header, sealed.Payload)
	w.check(err)
	to, _ := recovery.ParseTarget("latest")
	plan, err := recovery.PlanL1(t.Context(), w.config(dir), to, "")
	w.check(err)
	if plan.Report.From != "state 1" || plan.Report.Batches != 2 {
		t.Fatalf("the second run begins at %s", plan.Report.From)
	}
	r, err := plan.Run(t.Context())
	w.check(err)
	if m := w.recovered(dir); m.Position().Root != w.m.Position().Root || r.From != "state 1" {
		t.Errorf("from %s, root %x", r.From, m.Position().Root)
	}
	if _, err := os.Stat(dir + ".recovery"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the work directory stays: %v", err)
	}
}

// Nothing is recovered over what there is.
func TestNothingIsOverwritten(t *testing.T) {
	w := newWorld(t, da.ProviderArchive, batch.PayloadTransitions)
	w.batch(0)
	w.anchor(1)
	_, dir, err := w.run("latest", "", nil)
	w.check(err)
	to, _ := recovery.ParseTarget("latest")
	plan, err := recovery.PlanL1(t.Context(), w.config(dir), to, "")
	w.check(err)
	if _, err = plan.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "not empty") {
		t.Fatalf("%v", err)
	}
}

// recovery.md: what is lost is stated, by the leader's signed mark or exactly by an old node's directory.
func TestLossIsStated(t *testing.T) {
	w := newWorld(t, da.ProviderArchive, batch.PayloadTransitions)
	w.batch(0)
	w.batch(10)
	w.anchor(2)
	standing := w.m.Status().Heads.Applied
	w.batch(25)
	w.trade(9)
	by := recovery.Authority{ChainID: w.chain.ChainID(), Contract: w.contract.Address()}
	s := w.m.Status()
	mark := recovery.Mark{Lineage: s.Lineage, Term: 3, Index: s.Index, Sequence: s.Heads.Applied, Batch: s.Batch, TimeMs: w.ms, Node: "old"}
	w.check(recovery.WriteMark(t.Context(), w.set.Archive(), w.signer(submitter), by, mark))
	forged := mark
	forged.Term, forged.Sequence = 4, mark.Sequence*2
	w.check(recovery.WriteMark(t.Context(), w.set.Archive(), w.signer(prover), by, forged))
	r, _, err := w.run("latest", "", func(c *recovery.Config) { c.TakeOver = nil })
	w.check(err)
	if l := r.Lost; l.Basis != "mark" || l.Batches != 1 || l.FirstSequence != standing+1 || l.LastSequence != mark.Sequence || l.Transitions != mark.Sequence-standing {
		t.Errorf("lost %+v; recovered to %d, mark at %d", l, standing, mark.Sequence)
	}
	if len(r.Refused) != 1 || !strings.Contains(r.Refused[0].Why, "submitter") {
		t.Errorf("the forged mark: %+v", r.Refused)
	}
	// Without an L1 nobody says who may sign: whoever did is named, and not called the leader.
	three, err := w.m.Sealed(3)
	w.check(err)
	plan, err := recovery.PlanDA(t.Context(), w.config(filepath.Join(t.TempDir(), "data")), three.Header.PostRoot, "")
	w.check(err)
	r, err = plan.Run(t.Context())
	w.check(err)
	if l := r.Lost; l.By == "" || !strings.Contains(l.Text, l.By) || strings.Contains(l.Text, "leader's") {
		t.Errorf("lost, without an L1: %+v", l)
	}
}
