package fsm_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/session"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
)

// history is what another sequencer of the same lineage sealed: n batches after the setup's.
func history(tb testing.TB, kind batch.PayloadKind, seed uint64, n int) (*harness, []*fsm.SealedBatch) {
	tb.Helper()
	limits := testLimits()
	limits.RecentVersions = 64
	h, f := begin(tb, limits, kind)
	h.seal()
	for i := range n {
		h.trade(f, seed+uint64(i), 40)
		h.seal()
	}
	return h, h.allSealed()
}

func (h *harness) allSealed() (out []*fsm.SealedBatch) {
	h.t.Helper()
	for n := uint64(1); n <= h.m.Position().Batch; n++ {
		b, err := h.m.Sealed(n)
		if err != nil {
			h.t.Fatal(err)
		}
		out = append(out, b)
	}
	return out
}

func sha(b []byte) [32]byte { return sha256.Sum256(b) }

// fingerprint is over the newest sealed state, the open one, and what stands beside the root, but for the time.
func (h *harness) fingerprint() string {
	h.t.Helper()
	digest := sha256.New()
	note := func(key, value []byte) bool {
		_, err := fmt.Fprintf(digest, "%x %x\n", key, value)
		return err == nil
	}
	position := h.m.Position()
	view, err := h.m.View(position.Batch)
	if err != nil {
		h.t.Fatal(err)
	}
	defer view.Close()
	open := func(r *fsm.Reader) (err error) {
		for prefix := range 256 {
			if failed := r.Records().Ascend([]byte{byte(prefix)}, nil, note); !errors.Is(failed, state.ErrNotHeld) {
				err = errors.Join(err, failed)
			}
		}
		return err
	}
	if err = errors.Join(view.Ascend(nil, nil, note), h.m.Read(open)); err != nil {
		h.t.Fatal(err)
	}
	return fmt.Sprintf("batch %d root %x heads %+v open %+v records %x", position.Batch, position.Root, h.m.Cursor().Heads(), h.m.Status().Open, digest.Sum(nil))
}

func header(h batch.Header) [command.HeaderBytes]byte {
	return [command.HeaderBytes]byte(h.Append(nil))
}

// adopt proposes a batch in pieces of a size.
func (h *harness) adopt(header [command.HeaderBytes]byte, payload []byte, piece int) *fsm.Result {
	var r *fsm.Result
	for offset := 0; offset < len(payload); offset += piece {
		r = h.apply(command.TypeAdopt, command.Adopt{
			Header: header, Total: uint32(len(payload)), Offset: uint32(offset), Piece: payload[offset:min(offset+piece, len(payload))],
			Reason: "test", TimeMs: h.now(),
		}.Append(nil))
		if r.Err != nil {
			return r
		}
	}
	return r
}

// layers.md: rollback and re-derivation from DA with every root proved. What another history sealed is adopted batch by
// batch and gives the same roots and headers; the clients' removed submissions stay reverted, and trading goes on.
func TestAdoptionGivesTheForeignHistory(t *testing.T) {
	_, foreign := history(t, batch.PayloadTransitions, 1000, 4)
	h, f := begin(t, testLimits(), batch.PayloadTransitions)
	h.seal()
	own, _ := h.m.Sealed(1)
	if own.Hash != foreign[0].Hash {
		t.Fatal("the histories do not begin alike")
	}
	h.trade(f, 7, 30)
	h.seal()
	h.trade(f, 8, 10)
	if r := h.rollback(1); r.Err != nil {
		t.Fatal(r.Err)
	}
	h.ms = 100_000 // later than whatever was sealed
	for i, b := range foreign[1:] {
		before := len(h.seals)
		if r := h.adopt(header(b.Header), b.Payload, 1+i*100); r.Err != nil || r.Root != b.Header.PostRoot || r.Batch != b.Header.Number {
			t.Fatalf("batch %d: %+v", b.Header.Number, r)
		}
		if got, err := h.m.Sealed(b.Header.Number); err != nil || got.Hash != b.Hash || !bytes.Equal(got.Payload, b.Payload) || len(got.Origins) != 0 {
			t.Fatalf("batch %d is kept as %+v: %v", b.Header.Number, got, err)
		}
		if len(h.seals) != before+1 || h.seals[before].HeaderHash != b.Hash {
			t.Errorf("batch %d: the replicas are not told: %+v", b.Header.Number, h.seals[before:])
		}
	}
	last := foreign[len(foreign)-1].Header
	if heads := h.m.Cursor().Heads(); heads.Sealed != last.Number || heads.Applied != last.LastSequence {
		t.Errorf("heads %+v", heads)
	}
	for sequence := f.next - 39; sequence <= f.next; sequence++ {
		_ = h.m.Read(func(r *fsm.Reader) error {
			if got := r.Receipt(f.session, sequence); got.Status != session.Reverted {
				t.Errorf("sequence %d answers %s", sequence, got.Status)
			}
			return nil
		})
	}
	h.trade(f, 9, 30)
	h.seal()
	other := h.restart(testConfig())
	if other.m.Position() != h.m.Position() {
		t.Error("a replica restored from a snapshot stands elsewhere")
	}
}

// A batch that does not come out as its header says is refused whole: digest, root and what follows are as before.
func TestAdoptionRefusesWhatDoesNotComeOut(t *testing.T) {
	_, foreign := history(t, batch.PayloadTransitions, 1000, 2)
	good := foreign[1]
	h, f := begin(t, testLimits(), batch.PayloadTransitions)
	h.seal()
	wrong := func(name string, want error, edit func(*batch.Header, *[]byte)) {
		t.Run(name, func(t *testing.T) {
			head, payload := good.Header, slices.Clone(good.Payload)
			edit(&head, &payload)
			if never := name == "lineage" || name == "kind" || name == "program"; never != (h.m.Suits(head) != nil) {
				t.Errorf("whether it could ever be adopted: %v", h.m.Suits(head))
			}
			before := h.fingerprint()
			h.ms = max(h.ms, 100_000)
			r := h.adopt(header(head), payload, 100)
			if !errors.Is(r.Err, want) {
				t.Fatalf("%v, want %v", r.Err, want)
			}
			if after := h.fingerprint(); after != before {
				t.Errorf("the refusal changed the state: %v, before %v", after, before)
			}
		})
	}
	rehash := func(h *batch.Header, payload []byte) { h.PayloadHash = sha(payload) }
	derived := fsm.ErrNotDerived
	wrong("lineage", derived, func(h *batch.Header, _ *[]byte) { h.Lineage[0] ^= 1 })
	wrong("parent", derived, func(h *batch.Header, _ *[]byte) { h.ParentHash[0] ^= 1 })
	wrong("pre-root", derived, func(h *batch.Header, _ *[]byte) { h.PreRoot[0] ^= 1 })
	wrong("post-root", derived, func(h *batch.Header, _ *[]byte) { h.PostRoot[31] ^= 1 })
	wrong("payload hash", derived, func(h *batch.Header, _ *[]byte) { h.PayloadHash[0] ^= 1 })
	wrong("count", derived, func(h *batch.Header, _ *[]byte) { h.Transitions++; h.LastSequence++ })
	wrong("sequence", derived, func(h *batch.Header, _ *[]byte) { h.FirstSequence++; h.LastSequence++ })
	wrong("inbox from", derived, func(h *batch.Header, _ *[]byte) { h.InboxFrom, h.InboxTo = 1, 1 })
	wrong("inbox hash", derived, func(h *batch.Header, _ *[]byte) { h.InboxHash[0] ^= 1 })
	wrong("withdrawals", derived, func(h *batch.Header, _ *[]byte) { h.WithdrawalsRoot[0] ^= 1 })
	wrong("kind", derived, func(h *batch.Header, _ *[]byte) { h.PayloadKind = batch.PayloadDiff })
	wrong("seal time", derived, func(h *batch.Header, _ *[]byte) { h.FirstTimeMs, h.SealTimeMs = 0, 0 })
	wrong("deposits nobody queued", fsm.ErrDepositUnknown, func(h *batch.Header, _ *[]byte) { h.InboxTo++ })
	wrong("number", fsm.ErrStaleAdoption, func(h *batch.Header, _ *[]byte) { h.Number++ })
	wrong("program", fsm.ErrProgramVersion, func(h *batch.Header, _ *[]byte) { h.ProgramVersion++ })
	wrong("sealed later", fsm.ErrSealedLater, func(h *batch.Header, _ *[]byte) { h.SealTimeMs = 1 << 50 })
	wrong("garbage", derived, func(h *batch.Header, p *[]byte) { *p = []byte("no columns"); rehash(h, *p) })
	wrong("nothing", derived, func(h *batch.Header, p *[]byte) { *p = batch.EncodePayload(nil, nil); rehash(h, *p) })
	for i, bad := range []command.Transition{
		{Kind: command.Withdraw, Account: 1, Asset: 2, Amount: 1 << 60, Address: command.Address{9}}, // rejected
		{Kind: command.Place, Market: 1, Account: 1, TIF: command.GTC, Price: 1000, Size: 10, Decimals: 3},
		{Kind: command.Deposit, Account: 1, Asset: 1, Amount: 5, Address: command.Address{1}}, // invented: the queue's hash tells
	} {
		wrong(fmt.Sprintf("transition %d", i), derived, func(h *batch.Header, p *[]byte) {
			ts, err := batch.DecodePayload(*p, batch.DefaultLimits())
			if err != nil {
				t.Fatal(err)
			}
			*p = batch.EncodePayload(nil, append(ts, bad))
			h.Transitions++
			h.LastSequence++
			rehash(h, *p)
		})
	}
	if r := h.adopt(header(good.Header), good.Payload, 100); r.Err != nil {
		t.Fatalf("the right one after all the wrong ones: %v", r.Err)
	}
	h.trade(f, 3, 20)
	head := foreign[2].Header
	if r := h.adopt(header(head), foreign[2].Payload, 1<<18); !errors.Is(r.Err, fsm.ErrBatchOpen) {
		t.Errorf("while a batch is open: %v", r.Err)
	}
}

// Pieces come in order, or from the beginning; a snapshot between them loses none.
func TestAdoptionInPieces(t *testing.T) {
	_, foreign := history(t, batch.PayloadTransitions, 1000, 1)
	b := foreign[1]
	h, _ := begin(t, testLimits(), batch.PayloadTransitions)
	h.seal()
	h.ms = max(h.ms, 100_000)
	piece := func(offset, to int) error {
		return h.apply(command.TypeAdopt, command.Adopt{
			Header: header(b.Header), Total: uint32(len(b.Payload)), Offset: uint32(offset), Piece: b.Payload[offset:to], TimeMs: h.now(),
		}.Append(nil)).Err
	}
	if err := piece(10, 20); !errors.Is(err, fsm.ErrAdoptionPiece) {
		t.Errorf("a piece out of nowhere: %v", err)
	}
	for _, p := range [][2]int{{0, 30}, {0, 10}, {10, 20}} {
		if err := piece(p[0], p[1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := piece(30, 40); !errors.Is(err, fsm.ErrAdoptionPiece) {
		t.Errorf("a piece is missing: %v", err)
	}
	h = h.restart(testConfig())
	if err := piece(20, len(b.Payload)); err != nil || h.m.Position().Root != b.Header.PostRoot {
		t.Errorf("after a restore: %v at %+v", err, h.m.Position())
	}
}

// layers.md: local = L1 after a reconciliation, whatever rollbacks and adoptions came before, and a twin that was given
// the same log by way of snapshots is the same.
func TestAdoptionsAndRollbacksInAnyOrder(t *testing.T) {
	_, one := history(t, batch.PayloadTransitions, 1000, 3)
	_, two := history(t, batch.PayloadTransitions, 2000, 3)
	rapid.Check(t, func(rt *rapid.T) {
		h, f := begin(t, testLimits(), batch.PayloadTransitions)
		h.seal()
		twin := h.restart(testConfig())
		h.ms, twin.ms = 100_000, 100_000
		from := len(h.log)
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			next := h.m.Position().Batch
			switch rapid.IntRange(0, 4).Draw(rt, "what") {
			case 0:
				h.trade(f, rapid.Uint64().Draw(rt, "seed"), 20)
			case 1:
				if h.m.Status().Open.Transitions > 0 {
					h.seal()
				}
			case 2:
				if r := h.rollback(rapid.Uint64Range(1, next).Draw(rt, "to")); r.Err != nil && !errors.Is(r.Err, fsm.ErrVersionReleased) {
					rt.Fatal(r.Err)
				}
			default:
				side := [][]*fsm.SealedBatch{one, two}[rapid.IntRange(0, 1).Draw(rt, "side")]
				if next < uint64(len(side)) {
					b := side[next]
					mine, err := h.m.Sealed(next)
					open := h.m.Status().Open.Transitions > 0
					r := h.adopt(header(b.Header), b.Payload, 1<<18)
					if err == nil && !open && mine.Hash == side[next-1].Hash && r.Err != nil && !errors.Is(r.Err, fsm.ErrBatchOpen) ||
						r.Err == nil && r.Root != b.Header.PostRoot {
						rt.Fatalf("batch %d: %v", b.Header.Number, r.Err)
					}
				}
			}
		}
		for _, log := range h.log[from:] {
			twin.commit(log)
			if log.Index%3 == 0 {
				twin = twin.restart(testConfig())
			}
		}
		if a, b := h.fingerprint(), twin.fingerprint(); a != b {
			rt.Fatalf("the twin differs: %v and %v", a, b)
		}
	})
}

// A replayer proves every root and hands over what a machine restores and goes on with, under both payload kinds.
func TestReplayerRebuildsAState(t *testing.T) {
	for _, kind := range []batch.PayloadKind{batch.PayloadTransitions, batch.PayloadDiff} {
		t.Run(kind.String(), func(t *testing.T) {
			h, all := history(t, kind, 50, 5)
			p := fsm.NewReplayer(testConfig())
			for i, b := range all {
				bad := b.Header
				bad.PostRoot[0] ^= 1
				if _, err := p.Add(bad, b.Content()); !errors.Is(err, fsm.ErrNotDerived) {
					t.Fatalf("a wrong root: %v", err)
				}
				got, err := p.Add(b.Header, b.Content())
				if err != nil || got.Hash != b.Hash || got.FirstWithdrawal != b.FirstWithdrawal {
					t.Fatalf("batch %d: %+v %v", i+1, got, err)
				}
			}
			m := handOver(t, p, all[len(all)-1], kind)
			if m.Position().Root != h.m.Position().Root {
				t.Error("another root")
			}
			q, err := fsm.ReplayFrom(testConfig(), bytes.NewReader(h.snapshot()))
			if err != nil {
				t.Fatal(err)
			}
			if n, root := q.Newest(); n != m.Position().Batch || root != m.Position().Root {
				t.Errorf("from a snapshot: batch %d root %x", n, root)
			}
		})
	}
}

// handOver restores a machine from what the replayer hands over, under a new lineage, and has it seal a batch.
func handOver(t *testing.T, p *fsm.Replayer, last *fsm.SealedBatch, kind batch.PayloadKind) *fsm.Machine {
	t.Helper()
	genesis := command.Genesis{Lineage: [16]byte{9}, ChainID: 1337, ProgramVersion: 1, PayloadKind: uint8(kind), Limits: testLimits()}
	hd := last.Header
	standing := fsm.Standing{
		Lineage: genesis.Lineage, Committed: hd.Number, HeaderHash: last.Hash, Proven: hd.Number, Finalized: hd.Number, FirstSession: 1,
	}
	var out bytes.Buffer
	if err := p.WriteSnapshot(&out, fsm.Handover{Genesis: genesis, Index: 1, Standing: standing}); err != nil {
		t.Fatal(err)
	}
	h := newHarness(t, testConfig())
	if err := h.m.Restore(io.NopCloser(&out)); err != nil {
		t.Fatal(err)
	}
	h.index, h.ms = 1, 100_000
	restored := h.m.Position().Root
	f := &flow{session: h.openSession(1)}
	h.trade(f, 77, 30)
	h.seal()
	b, err := h.m.Sealed(hd.Number + 1)
	if err != nil || b.Header.Lineage != genesis.Lineage || b.Header.ParentHash != last.Hash {
		t.Fatalf("the batch after the recovery: %+v, %v", b, err)
	}
	if r := h.rollback(hd.Number); r.Err != nil || r.Root != restored {
		t.Fatalf("back to what was recovered: %+v", r)
	}
	return h.m
}

// A dry run: what L1 holds is executed on a scratch tree above a version that stays as it is, and the keys that differ
// come out of two versions.
func TestReplayOnAVersionChangesNothing(t *testing.T) {
	_, foreign := history(t, batch.PayloadTransitions, 1000, 3)
	h, own := history(t, batch.PayloadTransitions, 2000, 3)
	before := h.fingerprint()
	view, err := h.m.View(1)
	if err != nil {
		t.Fatal(err)
	}
	defer view.Close()
	p, err := fsm.ReplayOn(testConfig(), view, own[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range foreign[1:] {
		bad := b.Header
		bad.WithdrawalsRoot[0] ^= 1
		if _, err = p.Add(bad, b.Payload); !errors.Is(err, fsm.ErrNotDerived) {
			t.Fatal(err)
		}
		if _, err = p.Add(b.Header, b.Payload); err != nil {
			t.Fatal(err)
		}
	}
	mine, err := h.m.View(4)
	if err != nil {
		t.Fatal(err)
	}
	defer mine.Close()
	theirs, err := p.View()
	if err != nil {
		t.Fatal(err)
	}
	defer theirs.Close()
	keys := 0
	if err = tree.Diff(mine, theirs, func(_, _, _ []byte) error { keys++; return nil }); err != nil || keys == 0 {
		t.Errorf("%d keys differ: %v", keys, err)
	}
	if after := h.fingerprint(); after != before {
		t.Errorf("the dry run changed the state: %s, before %s", after, before)
	}
}

// layers.md, "Inbox": what an adopted batch credits is what the record of the L1 queue has, at the depth that a credit wants.
func TestAdoptedDepositsAreTheQueues(t *testing.T) {
	x, f, chain := beginAt(t, 0)
	x.seal()
	chain.mine(0, 1, 2)
	chain.mine(1)
	if err := x.credit(0, 2); err != nil {
		t.Fatal(err)
	}
	x.trade(f, 5, 10)
	x.seal()
	b, err := x.m.Sealed(2)
	if err != nil {
		t.Fatal(err)
	}
	h, _, own := beginAt(t, 0)
	h.seal()
	h.ms = max(h.ms, 100_000)
	refused := func(want error) {
		t.Helper()
		before := h.fingerprint()
		if r := h.adopt(header(b.Header), b.Payload, 1<<18); !errors.Is(r.Err, want) {
			t.Errorf("%v, want %v", r.Err, want)
		}
		if h.fingerprint() != before {
			t.Error("the refusal changed the state")
		}
	}
	refused(fsm.ErrDepositUnknown)
	own.mine(0, 1, 2)
	refused(fsm.ErrDepositShallow)
	own.mine(1)
	if r := h.adopt(header(b.Header), b.Payload, 1<<18); r.Err != nil || h.m.Status().Deposits != 2 {
		t.Fatalf("%v, %d deposits", r.Err, h.m.Status().Deposits)
	}
	if got, want := h.balance(1), x.balance(1); got != want {
		t.Errorf("balance %d, want %d", got, want)
	}
	own.mine(2, 3)
	own.mine(3)
	if err := h.credit(2, 3); err != nil {
		t.Errorf("the next deposit: %v", err)
	}

	other, _, fork := beginAt(t, 0)
	other.seal()
	other.ms = max(other.ms, 100_000)
	fork.mine(0, 1, 3)
	fork.mine(1)
	if r := other.adopt(header(b.Header), b.Payload, 1<<18); !errors.Is(r.Err, fsm.ErrDepositFork) {
		t.Errorf("another queue: %v", r.Err)
	}
}
