package session_test

import (
	"bytes"
	"errors"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/fsm/session"
	"github.com/holdfast-rollup/holdfast/fsm/state"
)

var limits = session.Limits{MaxInFlight: 4, MaxSessions: 3, ExpiryMs: 100}

// receipt is what executing a submission might give.
func receipt(id, sequence, salt uint64) session.Receipt {
	r := session.Receipt{
		Receipt: state.Receipt{Order: salt, Sequence: salt + 1, Remaining: sequence},
		Session: id, Sequence: sequence, Index: salt * 3, Batch: 7, Status: session.Executed,
	}
	if salt%3 == 0 {
		r.Fills = []state.Fill{{Maker: salt, Taker: 2, Market: 1 << 31, Price: 1 << 60, Size: 4, TakerSide: 1}}
	}
	if salt%5 == 0 {
		r.Code = state.InsufficientBalance
	}
	return r
}

// submit executes a submission if the table lets it through.
func submit(t *session.Table, id, sequence, salt uint64, now int64) session.Receipt {
	answer, execute := t.Check(id, sequence, now)
	if !execute {
		return answer
	}
	r := receipt(id, sequence, salt)
	t.Record(r)
	return r
}

func open(tb testing.TB, table *session.Table, nonce byte, now int64) uint64 {
	tb.Helper()
	id, err := table.Open([16]byte{nonce}, "owner", now)
	if err != nil {
		tb.Fatal(err)
	}
	return id
}

// README invariant 8: every way that a submission can be answered.
func TestAnswers(t *testing.T) {
	table := session.New(limits)
	id := open(t, table, 1, 0)
	check := func(id, sequence uint64, now int64, want session.Status) session.Receipt {
		t.Helper()
		r := submit(table, id, sequence, sequence, now)
		if r.Status != want || r.Session != id || r.Sequence != sequence {
			t.Fatalf("session %d, sequence %d at %d: %+v, want %s", id, sequence, now, r, want)
		}
		return r
	}
	check(id, 2, 1, session.Gap)
	check(id, 0, 1, session.Gap)
	first := check(id, 1, 1, session.Executed)
	again := check(id, 1, 2, session.Duplicate)
	again.Status = session.Executed
	if !reflect.DeepEqual(first, again) {
		t.Errorf("a retry got %+v, the first receipt was %+v", again, first)
	}
	for s := uint64(2); s <= 4; s++ {
		check(id, s, 2, session.Executed)
	}
	check(id, 5, 2, session.WindowFull)
	table.Ack(id, 2, 3)
	check(id, 2, 3, session.Acknowledged)
	check(id, 3, 3, session.Duplicate)
	check(id, 5, 3, session.Executed)
	table.Ack(id, 99, 3) // means all
	check(id, 5, 3, session.Acknowledged)
	table.Ack(id, 1, 3) // behind: nothing
	check(id, 6, 3, session.Executed)
	check(0, 1, 3, session.UnknownSession)
	check(id+1, 1, 3, session.UnknownSession)
	table.Revert(id, session.Range{From: 4, To: 6})
	check(id, 6, 4, session.Reverted)
	check(id, 3, 4, session.Acknowledged)
	check(id, 7, 4, session.Executed) // resubmission takes a new sequence
	check(id, 7, 104, session.Duplicate)
	check(id, 8, 205, session.Expired)
	check(id, 5, 205, session.Reverted) // outlives the session
	check(id, 8, 206, session.Expired)
}

// A retried open finds the first session; another owner does not; the number of sessions is bounded, and expiry makes
// room; no number is given twice.
func TestOpen(t *testing.T) {
	table := session.New(limits)
	a := open(t, table, 1, 0)
	if again := open(t, table, 1, 1); again != a {
		t.Errorf("a retried open gave session %d, the first was %d", again, a)
	}
	if _, err := table.Open([16]byte{1}, "somebody else", 1); !errors.Is(err, session.ErrNonceTaken) {
		t.Errorf("another owner: %v", err)
	}
	open(t, table, 2, 50)
	open(t, table, 3, 50)
	if _, err := table.Open([16]byte{4}, "owner", 60); !errors.Is(err, session.ErrTooManySessions) {
		t.Errorf("beyond the limit: %v", err)
	}
	d := open(t, table, 4, 120) // the first has expired
	if d != 4 || table.Len() != 3 {
		t.Errorf("session %d, %d open", d, table.Len())
	}
	if err := table.Close(d, 121); err != nil {
		t.Fatal(err)
	}
	if err := table.Close(d, 121); !errors.Is(err, session.ErrUnknown) {
		t.Errorf("second close: %v", err)
	}
	if e := open(t, table, 4, 122); e != 5 {
		t.Errorf("after the close the same nonce gave session %d", e)
	}
}

// An answer that was never let through may not be recorded.
func TestRecordAsserts(t *testing.T) {
	table := session.New(limits)
	id := open(t, table, 1, 0)
	defer func() {
		if recover() == nil {
			t.Error("no assertion fired")
		}
	}()
	table.Record(receipt(id, 2, 1))
}

// twin is a table made of maps and lists, with every receipt kept.
type twin struct {
	next     uint64
	sessions map[uint64]*twinSession
	reverted map[[2]uint64]bool
}

type twinSession struct {
	nonce    byte
	last     int64
	low      uint64
	receipts []session.Receipt
}

func (w *twin) alive(id uint64, now int64) *twinSession {
	if s := w.sessions[id]; s != nil && now-s.last <= limits.ExpiryMs {
		return s
	}
	delete(w.sessions, id)
	return nil
}

func (w *twin) submit(id, sequence, salt uint64, now int64) session.Receipt {
	r := session.Receipt{Session: id, Sequence: sequence}
	s := w.alive(id, now)
	if w.reverted[[2]uint64{id, sequence}] {
		r.Status = session.Reverted
		return r
	}
	if s == nil {
		r.Status = session.UnknownSession
		if id > 0 && id <= w.next {
			r.Status = session.Expired
		}
		return r
	}
	s.last = now
	n := uint64(len(s.receipts))
	switch {
	case sequence == 0 || sequence > n+1:
		r.Status = session.Gap
	case sequence <= s.low:
		r.Status = session.Acknowledged
	case sequence <= n:
		r = s.receipts[sequence-1]
		r.Status = session.Duplicate
	case n-s.low >= uint64(limits.MaxInFlight):
		r.Status = session.WindowFull
	default:
		r = receipt(id, sequence, salt)
		s.receipts = append(s.receipts, r)
	}
	return r
}

// The table against its twin; the digest is a function of the content; a capture does not change and loads to an equal
// table.
func TestTableAgainstTwin(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		table, w, now := session.New(limits), &twin{sessions: map[uint64]*twinSession{}, reverted: map[[2]uint64]bool{}}, int64(0)
		var captures []*session.Capture
		var images [][]byte
		for step := range rapid.IntRange(1, 120).Draw(rt, "steps") {
			now += rapid.SampledFrom([]int64{0, 0, 1, 1, 5, 5, 60}).Draw(rt, "elapsed")
			id := rapid.Uint64Range(0, w.next+1).Draw(rt, "session")
			s := w.sessions[id]
			count := uint64(0)
			if s != nil {
				count = uint64(len(s.receipts))
			}
			switch rapid.IntRange(0, 9).Draw(rt, "step") {
			case 0:
				nonce := rapid.ByteRange(1, 5).Draw(rt, "nonce")
				got, err := table.Open([16]byte{nonce}, "owner", now)
				checkOpen(rt, w, nonce, now, got, err)
			case 1:
				low := rapid.Uint64Range(0, count+1).Draw(rt, "low")
				table.Ack(id, low, now)
				if s := w.alive(id, now); s != nil {
					s.last, s.low = now, max(s.low, min(low, count))
				}
			case 2:
				if count > 0 {
					r := session.Range{From: rapid.Uint64Range(1, count).Draw(rt, "from")}
					r.To = rapid.Uint64Range(r.From, count).Draw(rt, "to")
					table.Revert(id, r)
					for q := r.From; q <= r.To; q++ {
						w.reverted[[2]uint64{id, q}] = true
					}
				}
			case 3:
				table.Sweep(now)
			case 4:
				captures = append(captures, table.Capture())
				images = append(images, records(rt, captures[len(captures)-1]))
			default:
				sequence := rapid.Uint64Range(0, count+2).Draw(rt, "sequence")
				if rapid.Bool().Draw(rt, "next") {
					sequence = count + 1
				}
				got, want := submit(table, id, sequence, uint64(step), now), w.submit(id, sequence, uint64(step), now)
				if !reflect.DeepEqual(got, want) {
					rt.Fatalf("session %d, sequence %d: %+v, the twin says %+v", id, sequence, got, want)
				}
			}
			if rapid.IntRange(0, 3).Draw(rt, "digest") == 0 {
				table.Digest() // when it is asked for does not matter
			}
		}
		for i, c := range captures {
			if !bytes.Equal(records(rt, c), images[i]) {
				rt.Fatal("a capture changed")
			}
		}
		loaded, err := load(recordList(rt, table.Capture()))
		if err != nil {
			rt.Fatal(err)
		}
		if loaded.Digest() != table.Digest() {
			rt.Fatal("the digest is not a function of the content")
		}
		if !bytes.Equal(records(rt, loaded.Capture()), records(rt, table.Capture())) {
			rt.Fatal("a loaded table has other records")
		}
	})
}

func checkOpen(rt *rapid.T, w *twin, nonce byte, now int64, got uint64, err error) {
	for id := range w.next + 1 {
		if s := w.sessions[id]; s != nil && s.nonce == nonce && w.alive(id, now) != nil {
			if s.last = now; got != id || err != nil {
				rt.Fatalf("retried open: session %d, %v, want %d", got, err, id)
			}
			return
		}
	}
	if errors.Is(err, session.ErrTooManySessions) {
		alive := 0
		for id := range w.next + 1 {
			if w.alive(id, now) != nil {
				alive++
			}
		}
		if alive < limits.MaxSessions {
			rt.Fatalf("refused with %d sessions", alive)
		}
		return
	}
	w.next++
	if err != nil || got != w.next {
		rt.Fatalf("open: session %d, %v, want %d", got, err, w.next)
	}
	w.sessions[got] = &twinSession{nonce: nonce, last: now}
}

func recordList(t interface{ Fatal(...any) }, c *session.Capture) (list [][]byte) {
	if err := c.Records(func(b []byte) error { list = append(list, bytes.Clone(b)); return nil }); err != nil {
		t.Fatal(err)
	}
	return list
}

func records(t interface{ Fatal(...any) }, c *session.Capture) []byte {
	return bytes.Join(recordList(t, c), []byte{0xFF})
}

func load(list [][]byte) (*session.Table, error) {
	l := session.NewLoader(limits)
	for _, b := range list {
		if err := l.Add(b); err != nil {
			return nil, err
		}
	}
	return l.Finish()
}

// The digest sees every difference: a receipt, a low mark, a time, a reverted range, an owner, the next number.
func TestDigestSeesDifferences(t *testing.T) {
	build := func(change func(*session.Table, uint64)) [32]byte {
		table := session.New(limits)
		id := open(t, table, 1, 0)
		submit(table, id, 1, 1, 1)
		submit(table, id, 2, 2, 1)
		table.Digest()
		change(table, id)
		return table.Digest()
	}
	changes := []func(*session.Table, uint64){
		func(*session.Table, uint64) {},
		func(x *session.Table, id uint64) { submit(x, id, 3, 3, 1) },
		func(x *session.Table, id uint64) { submit(x, id, 3, 4, 1) },
		func(x *session.Table, id uint64) { x.Ack(id, 1, 1) },
		func(x *session.Table, id uint64) { x.Ack(id, 0, 2) },
		func(x *session.Table, id uint64) { x.Revert(id, session.Range{From: 2, To: 2}) },
		func(x *session.Table, id uint64) { x.Revert(99, session.Range{From: 2, To: 2}) },
		func(x *session.Table, _ uint64) { open(t, x, 2, 1) },
		func(x *session.Table, id uint64) { _ = x.Close(id, 1) },
	}
	var seen [][32]byte
	for i, change := range changes {
		d := build(change)
		if k := slices.Index(seen, d); k >= 0 {
			t.Errorf("changes %d and %d have one digest", k, i)
		}
		if d != build(change) {
			t.Errorf("change %d has two digests", i)
		}
		seen = append(seen, d)
	}
}

// A loader refuses what no capture gives.
func TestLoaderRefuses(t *testing.T) {
	table := session.New(limits)
	id := open(t, table, 1, 0)
	open(t, table, 2, 0)
	submit(table, id, 1, 3, 1)
	table.Revert(id, session.Range{From: 1, To: 1})
	good := recordList(t, table.Capture())
	for name, list := range map[string][][]byte{
		"nothing":               {},
		"a session is missing":  good[:2],
		"a session comes twice": {good[0], good[1], good[1]},
		"order swapped":         {good[0], good[2], good[1]},
		"a record is cut":       {good[0], good[1][:5], good[2]},
		"a record is longer":    {append(bytes.Clone(good[0]), 0), good[1], good[2]},
		"one session too many":  append(slices.Clone(good), good[2]),
		"unknown version":       {append([]byte{9}, good[0][1:]...), good[1], good[2]},
	} {
		if _, err := load(list); !errors.Is(err, session.ErrRecord) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := load(good); err != nil {
		t.Errorf("the untouched records: %v", err)
	}
}

func FuzzLoader(f *testing.F) {
	table := session.New(limits)
	id := open(f, table, 1, 0)
	for s := uint64(1); s < 4; s++ {
		submit(table, id, s, s, 1)
	}
	table.Revert(id, session.Range{From: 2, To: 2})
	list := recordList(f, table.Capture())
	f.Add(list[0], list[1])
	f.Fuzz(func(t *testing.T, head, body []byte) {
		loaded, err := load([][]byte{head, body})
		if err != nil {
			return
		}
		again := recordList(t, loaded.Capture())
		if len(again) != 2 || !bytes.Equal(again[0], head) || !bytes.Equal(again[1], body) {
			t.Error("another encoding of the same table was accepted")
		}
	})
}
