package cursor_test

import (
	"bytes"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

// model is a dumb second cursor: it knows the heads' rules and nothing else. It is told which events were accepted and
// says from the evidence alone where every head must be.
type model struct {
	sealed     uint64
	executed   map[uint64]bool
	published  map[uint64]bool
	depth      map[cursor.Kind]map[uint64]uint64 // batch -> L1 block, while at depth
	anchors    map[anchorKey]anchorModel
	finalBlock uint64
	finalized  uint64
}

type anchorKey struct {
	kind  cursor.Kind
	nonce uint64
}

type anchorModel struct{ first, last, block uint64 }

func newModel() *model {
	return &model{
		executed: map[uint64]bool{}, published: map[uint64]bool{},
		depth:   map[cursor.Kind]map[uint64]uint64{cursor.Commit: {}, cursor.Verify: {}},
		anchors: map[anchorKey]anchorModel{},
	}
}

func run(from, limit uint64, ok func(uint64) bool) uint64 {
	for from < limit && ok(from+1) {
		from++
	}
	return from
}

func (m *model) heads() cursor.Heads {
	h := cursor.Heads{Sealed: m.sealed}
	has := func(set map[uint64]bool) func(uint64) bool { return func(n uint64) bool { return set[n] } }
	deep := func(kind cursor.Kind) func(uint64) bool {
		return func(n uint64) bool { _, ok := m.depth[kind][n]; return ok }
	}
	h.Executed = run(0, m.sealed, has(m.executed))
	h.Published = run(0, m.sealed, has(m.published))
	h.Committed = run(0, m.sealed, deep(cursor.Commit))
	h.Proven = run(0, h.Committed, deep(cursor.Verify))
	m.finalized = run(m.finalized, h.Proven, func(n uint64) bool {
		return m.depth[cursor.Commit][n] <= m.finalBlock && m.depth[cursor.Verify][n] <= m.finalBlock
	})
	h.Finalized = m.finalized
	return h
}

func (m *model) accept(ev cursor.Event) {
	switch e := ev.(type) {
	case cursor.Executed:
		m.executed[e.Batch] = true
	case cursor.Published:
		m.published[e.Batch] = true
	case cursor.Intent:
		m.anchors[anchorKey{e.Kind, e.Nonce}] = anchorModel{first: e.First, last: e.Last}
	case cursor.Included:
		a := m.anchors[anchorKey{e.Kind, e.Nonce}]
		a.block = e.Block.Number
		m.anchors[anchorKey{e.Kind, e.Nonce}] = a
	case cursor.AtDepth:
		a := m.anchors[anchorKey{e.Kind, e.Nonce}]
		for n := a.first; n <= a.last; n++ {
			m.depth[e.Kind][n] = a.block
		}
	case cursor.Held:
		m.depth[e.Kind][e.Batch] = e.Block.Number
	case cursor.TakenBack:
		for k, a := range m.anchors { // what stays of an anchor is deep: the block that shows it is
			if a.block == 0 || a.block > e.Block.Number || a.last <= e.To {
				continue
			}
			for n := a.first; n <= e.To; n++ {
				if _, ok := m.depth[k.kind][n]; !ok {
					m.depth[k.kind][n] = a.block
				}
			}
			a.block = 0
			m.anchors[k] = a
		}
		for _, set := range m.depth {
			for n, b := range set {
				if n > e.To && b <= e.Block.Number {
					delete(set, n)
				}
			}
		}
	case cursor.L1Observed:
		m.finalBlock = e.Finalized.Number
	case cursor.L1Reorg:
		for k, a := range m.anchors {
			if a.block > e.Ancestor.Number {
				a.block = 0
				m.anchors[k] = a
			}
		}
		for _, set := range m.depth {
			for n, b := range set {
				if b > e.Ancestor.Number {
					delete(set, n)
				}
			}
		}
	}
}

func (m *model) rollBack(n uint64) {
	m.sealed = n
	for _, set := range []map[uint64]bool{m.executed, m.published} {
		for k := range set {
			if k > n {
				delete(set, k)
			}
		}
	}
	for _, set := range m.depth {
		for k := range set {
			if k > n {
				delete(set, k)
			}
		}
	}
}

// draw makes an event that is often, not always, legal.
func draw(t *rapid.T, c *cursor.Cursor, fork uint64) cursor.Event {
	h := c.Heads()
	kind := rapid.SampledFrom([]cursor.Kind{cursor.Commit, cursor.Verify}).Draw(t, "kind")
	nonce := rapid.Uint64Range(1, 12).Draw(t, "nonce")
	latest := c.Follow().Latest.Number
	at := rapid.Uint64Range(latest-min(latest, 3), latest+1).Draw(t, "block")
	seen, ok := c.Block(at)
	if !ok {
		seen = block(at, fork)
	}
	var open []cursor.Anchor
	for _, a := range c.InFlight() {
		if a.Kind == kind {
			open = append(open, a)
		}
	}
	if len(open) > 0 {
		nonce = rapid.SampledFrom(open).Draw(t, "anchor").Nonce
	}
	switch rapid.IntRange(0, 18).Draw(t, "event") {
	case 15:
		n := rapid.Uint64Range(0, 12).Draw(t, "gap")
		return cursor.Filler{Kind: kind, Nonce: n, TxHash: tx(kind, n, 40), RawTx: []byte{1}}
	case 16:
		return proved(rapid.Uint64Range(h.Finalized, h.Sealed+1).Draw(t, "batch"), byte(nonce))
	case 17:
		n := h.Committed + 1
		if kind == cursor.Verify {
			n = h.Proven + 1
		}
		return cursor.Held{Kind: kind, Batch: n, HeaderHash: hash(1000 + n), TxHash: tx(kind, 0, 50+nonce), Block: seen}
	case 18:
		return cursor.TakenBack{To: rapid.Uint64Range(h.Finalized, h.Sealed).Draw(t, "to"), Block: seen}
	case 0:
		return executed(rapid.Uint64Range(h.Executed, h.Executed+2).Draw(t, "batch"))
	case 1:
		return published(rapid.Uint64Range(h.Published, h.Published+2).Draw(t, "batch"))
	case 2, 3:
		first, _ := c.NextAnchor(kind)
		if rapid.IntRange(0, 3).Draw(t, "elsewhere") == 0 {
			first = rapid.Uint64Range(1, h.Sealed+1).Draw(t, "first")
		}
		next, known := c.NextNonce(kind, cursor.Account{})
		if !known {
			next = 1
		}
		in := intent(kind, first, first+rapid.Uint64Range(0, 1).Draw(t, "more"), next)
		for _, a := range open {
			if a.Stale {
				in.Nonce, in.TxHash = a.Nonce, tx(kind, a.Nonce, uint64(len(a.Attempts)))
				break
			}
		}
		return in
	case 4:
		for _, a := range open {
			if a.Nonce == nonce {
				return cursor.Included{Kind: kind, Nonce: nonce, TxHash: a.Attempts[len(a.Attempts)-1].TxHash, Block: seen}
			}
		}
		return cursor.Included{Kind: kind, Nonce: nonce, TxHash: tx(kind, nonce, 0), Block: seen}
	case 5:
		return cursor.AtDepth{Kind: kind, Nonce: nonce}
	case 6:
		failed := cursor.Failed{Kind: kind, Nonce: nonce, TxHash: tx(kind, nonce, 0), Block: seen, Reason: "r"}
		if rapid.Bool().Draw(t, "lost") {
			failed.TxHash = cursor.Hash{}
		}
		return failed
	case 7:
		return cursor.L1Reorg{Ancestor: seen, Head: block(at+1, fork)}
	case 8, 9, 10, 11: // the step that the lowest open anchor needs
		for _, a := range open {
			switch a.Status {
			case cursor.StatusPending:
				return cursor.Included{Kind: kind, Nonce: a.Nonce, TxHash: a.Attempts[len(a.Attempts)-1].TxHash, Block: seen}
			case cursor.StatusIncluded:
				return cursor.AtDepth{Kind: kind, Nonce: a.Nonce}
			case cursor.StatusAtDepth, cursor.StatusFailed:
			}
		}
		return executed(h.Executed + 1)
	default:
		f := c.Follow()
		next := block(latest+1, fork)
		ev := cursor.L1Observed{Latest: next, Safe: f.Safe, Finalized: f.Finalized, Ring: []cursor.BlockRef{next}}
		if final, ok := c.Block(rapid.Uint64Range(f.Finalized.Number, latest).Draw(t, "finalized")); ok && rapid.Bool().Draw(t, "finalize") {
			ev.Finalized = final
			if final.Number > ev.Safe.Number {
				ev.Safe = final
			}
		}
		return ev
	}
}

// README invariant 2 and the cursor's rules against a dumb model: the heads are what the accepted evidence says, no
// head moves back but by rollback or reorganization, finalized never; the encoding is canonical at every step, a clone
// does not change, and a refused event changes nothing.
func TestCursorAgainstModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w, m, fork := newWorld(t, 2), newModel(), uint64(0)
		m.sealed = 2
		for range rapid.IntRange(1, 250).Draw(rt, "steps") {
			before := w.c.Heads()
			frozen := w.c.Clone()
			image := frozen.Append(nil)
			back := false
			switch rapid.IntRange(0, 11).Draw(rt, "step") {
			case 0:
				w.seal(1)
				m.sealed++
			case 1:
				n := rapid.Uint64Range(before.Finalized, before.Sealed).Draw(rt, "to")
				if before.Committed <= n && rapid.IntRange(0, 3).Draw(rt, "roll back") == 0 { // what L1 holds stays: other cases have their own tests
					if _, err := w.c.RollbackTo(n, n, "r", nil, w.at); err != nil {
						rt.Fatal(err)
					}
					m.rollBack(n)
					for k, a := range m.anchors {
						if a.last > n { // stale: it covers nothing any more
							m.anchors[k] = anchorModel{first: 1}
						}
					}
					back = true
				}
			default:
				ev := draw(rt, w.c, fork)
				err := w.apply(ev)
				if err != nil {
					if w.c.Illegal() != frozen.Illegal()+1 || !bytes.Equal(uncounted(w.c), uncounted(frozen)) {
						rt.Fatalf("%#v was refused (%v) and changed the cursor", ev, err)
					}
					break
				}
				if !bytes.Equal(w.c.Append(nil), image) { // else a repeat
					m.accept(ev)
				}
				switch ev.(type) {
				case cursor.L1Reorg:
					back = true
					fork++
				case cursor.TakenBack:
					back = true
				}
			}
			after, want := w.c.Heads(), m.heads()
			want.Applied = after.Applied
			if after != want {
				rt.Fatalf("heads %+v, the model says %+v", after, want)
			}
			if after.Finalized < before.Finalized || !back && (after.Sealed < before.Sealed || after.Executed < before.Executed ||
				after.Published < before.Published || after.Committed < before.Committed || after.Proven < before.Proven) {
				rt.Fatalf("heads went from %+v to %+v", before, after)
			}
			if !bytes.Equal(frozen.Append(nil), image) {
				rt.Fatal("a clone changed")
			}
			enc := w.c.Append(nil)
			decoded, err := cursor.Decode(enc)
			if err != nil || !bytes.Equal(decoded.Append(nil), enc) || decoded.Digest() != w.c.Digest() {
				rt.Fatalf("decode of an encoding: %v", err)
			}
		}
	})
}

// At most one live anchor covers a batch (README invariant 5), whatever the order of events.
func TestNoBatchIsCoveredTwice(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t, 4)
		w.ready(4)
		for range rapid.IntRange(1, 150).Draw(rt, "steps") {
			ev := draw(rt, w.c, 0)
			if _, ok := ev.(cursor.L1Reorg); ok {
				continue // a failed anchor whose block is taken back may land after all, with the same content
			}
			if in, ok := ev.(cursor.Included); ok && lost(w.c, in) {
				continue // the same: a nonce that was taken for lost was not
			}
			_ = w.apply(ev)
			covered := map[anchorKey]bool{}
			for _, a := range w.c.InFlight() {
				if a.First == 0 || a.Stale || a.Status == cursor.StatusFailed {
					continue // a filler carries no batches
				}
				for n := a.First; n <= a.Last; n++ {
					if k := (anchorKey{a.Kind, n}); covered[k] {
						rt.Fatalf("batch %d is covered twice for %s", n, a.Kind)
					} else {
						covered[k] = true
					}
				}
			}
		}
	})
}

func lost(c *cursor.Cursor, in cursor.Included) bool {
	return slices.ContainsFunc(c.InFlight(), func(a cursor.Anchor) bool {
		return a.Kind == in.Kind && a.Nonce == in.Nonce && a.Status == cursor.StatusFailed && a.TxHash == cursor.Hash{}
	})
}

func events() []cursor.Event {
	return []cursor.Event{
		executed(3), published(300), intent(cursor.Commit, 1, 3, 9),
		cursor.Published{Batch: 1, Sealed: hash(3), Ref: cursor.Ref{Provider: 2, Codec: 3, Commitment: hash(1), Bytes: 1 << 31, Extra: []byte("extra")}},
		cursor.Replaced{Kind: cursor.Verify, Account: cursor.Account{1}, Nonce: 4, TxHash: hash(1), RawTx: []byte{1, 2}, Cancel: true},
		cursor.Included{Kind: cursor.Commit, Nonce: 5, TxHash: hash(2), Block: block(7, 0)},
		cursor.Failed{Kind: cursor.Commit, Nonce: 5, TxHash: hash(2), Block: block(7, 0), Reason: "out of gas"},
		cursor.AtDepth{Kind: cursor.Verify, Account: cursor.Account{3}, Nonce: 1 << 40},
		cursor.L1Observed{Latest: block(9, 0), Safe: block(8, 0), Finalized: block(7, 0), Ring: []cursor.BlockRef{block(8, 0), block(9, 0)}},
		cursor.L1Reorg{Ancestor: block(3, 0), Head: block(4, 1)},
		verdict(cursor.LocalDA, 1, cursor.Missing, "gone"),
		cursor.ReplicaRoot{Node: "n", Batch: 1, Sealed: hash(3), Root: hash(1), Digest: hash(2)},
		cursor.Ordered{Kind: cursor.Verify, Account: cursor.Account{4}, Nonce: 3, Cancel: true, Reason: "stuck"},
		cursor.OperatorAction{Who: "client/alice", Method: "AdminService/Resume", Subject: "scope=INTAKE"},
		cursor.Filler{Kind: cursor.Commit, Account: cursor.Account{4}, Nonce: 3, TxHash: hash(5), RawTx: []byte{9}},
		cursor.Deposited{Deposits: []cursor.Deposit{deposit(7, hash(1), block(3, 0)), deposit(8, hash(2), block(4, 0))}},
		cursor.RevertedAcked{Rollback: 3},
		proved(4, 9),
		cursor.Proved{Batch: 1, HeaderHash: hash(1001), System: cursor.ProofZiren, Proof: []byte{1}, Replaces: hash(3)},
		cursor.Held{Kind: cursor.Verify, Batch: 3, HeaderHash: hash(3), TxHash: hash(4), Block: block(5, 0)},
		cursor.TakenBack{To: 3, Block: block(9, 0)},
		cursor.Planned{Plan: adoption(3)},
		cursor.Stepped{Digest: adoption(3).Digest(), Step: "rolled_back", Outcome: cursor.UnderWay, Detail: "x"},
	}
}

// Every event survives its encoding; a cut or longer one is refused.
func TestEventEncoding(t *testing.T) {
	for _, ev := range events() {
		b := cursor.Append([]byte("prefix"), ev)[len("prefix"):]
		got, err := cursor.DecodeEvent(b)
		if err != nil || !reflect.DeepEqual(got, ev) {
			t.Errorf("%T: %+v, %v", ev, got, err)
		}
		if _, err := cursor.DecodeEvent(append(bytes.Clone(b), 0)); err == nil {
			t.Errorf("%T: one byte more was accepted", ev)
		}
		for n := range b {
			if _, err := cursor.DecodeEvent(b[:n]); err == nil {
				t.Errorf("%T: %d of %d bytes were accepted", ev, n, len(b))
			}
		}
	}
}

// Decoders: no panic, no second encoding of anything.
func FuzzDecodeEvent(f *testing.F) {
	for _, ev := range events() {
		f.Add(cursor.Append(nil, ev))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		ev, err := cursor.DecodeEvent(b)
		if err != nil {
			return
		}
		if !bytes.Equal(cursor.Append(nil, ev), b) {
			t.Errorf("%#v has another encoding than %x", ev, b)
		}
		w := newWorld(t, 5)
		w.ready(4)
		_ = w.apply(ev) // whatever decodes can be applied
	})
}

func FuzzDecodeCursor(f *testing.F) {
	w := newWorld(f, 4)
	f.Add(w.c.Append(nil))
	w.ready(3)
	w.anchor(cursor.Commit, 1, 1, 1, 100)
	w.must(intent(cursor.Commit, 2, 3, 2), verdict(cursor.LocalL1, 1, cursor.Foreign, ""))
	if _, err := w.c.RollbackTo(1, 1, "r", []byte("e"), w.at); err != nil {
		f.Fatal(err)
	}
	if err := w.c.Quarantine("b", 1, nil, w.at); err != nil {
		f.Fatal(err)
	}
	w.must(w.queue(w.seen(100), w.seen(100)), cursor.RevertedAcked{Rollback: 1}, proved(1, 7), cursor.Planned{Plan: adoption(1)})
	f.Add(w.c.Append(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := cursor.Decode(b)
		if err != nil {
			return
		}
		if !bytes.Equal(c.Append(nil), b) {
			t.Error("another encoding of the same cursor was accepted")
		}
	})
}
