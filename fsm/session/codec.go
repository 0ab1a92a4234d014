package session

import (
	"errors"
	"fmt"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/state"
)

// A loader accepts exactly the records that a capture gives, and its table has
// the same digest.

const (
	encodingVersion = 1
	maxOwner        = command.MaxNode
	maxReceipts     = 1 << 24
	maxFills        = 1 << 24
	maxReverted     = 1 << 24
)

// ErrRecord is wrapped by every refusal of a record.
var ErrRecord = errors.New("session: malformed record")

// Capture is a picture of a table at one moment.
type Capture struct {
	next     uint64
	sessions []*record
	reverted []revertedRanges
}

// Capture takes a picture. The writer calls it; any goroutine may read it.
func (t *Table) Capture() *Capture {
	t.Digest() // afterwards no record of the picture is dirty: nothing writes it any more
	t.generation++
	t.shared = true
	return &Capture{next: t.next, sessions: t.sessions, reverted: append([]revertedRanges(nil), t.reverted...)}
}

// Records calls fn with every record in order: the table's own, then one per
// session. The bytes are valid during the call.
func (c *Capture) Records(fn func([]byte) error) error {
	w := &command.Writer{}
	w.U8(encodingVersion)
	w.Uvarint(c.next)
	w.Uvarint(uint64(len(c.sessions)))
	writeReverted(w, c.reverted)
	if err := fn(w.Buf); err != nil {
		return err
	}
	for _, r := range c.sessions {
		w.Buf = w.Buf[:0]
		r.writeHead(w)
		w.Uvarint(uint64(len(r.receipts)))
		for i := range r.receipts {
			writeReceipt(w, &r.receipts[i].Receipt)
		}
		if err := fn(w.Buf); err != nil {
			return err
		}
	}
	return nil
}

func writeReverted(w *command.Writer, reverted []revertedRanges) {
	w.Uvarint(uint64(len(reverted)))
	for _, s := range reverted {
		w.Uvarint(s.session)
		w.Uvarint(uint64(len(s.ranges)))
		for _, r := range s.ranges {
			w.Uvarint(r.From)
			w.Uvarint(r.To)
		}
	}
}

func (r *record) writeHead(w *command.Writer) {
	w.Uvarint(r.id)
	w.Fixed(r.nonce[:])
	w.String(r.owner, maxOwner)
	w.Uvarint(r.next)
	w.Uvarint(r.low)
	w.I64(r.lastMs)
}

func writeReceipt(w *command.Writer, r *Receipt) {
	w.U8(uint8(r.Status))
	w.U16(uint16(r.Code))
	for _, v := range []uint64{r.Order, r.Receipt.Sequence, r.Remaining, r.Filled, r.QuoteFilled, r.Index, r.Batch, uint64(len(r.Fills))} {
		w.Uvarint(v)
	}
	for i := range r.Fills {
		f := &r.Fills[i]
		for _, v := range []uint64{
			f.Maker, f.Taker, f.MakerAccount, f.TakerAccount, uint64(f.Market), f.Price, f.Size, f.Quote, f.MakerFee, f.TakerFee,
		} {
			w.Uvarint(v)
		}
		w.U8(uint8(f.TakerSide))
	}
}

func readReceipt(r *command.Reader) (x Receipt) {
	x.Status = Status(r.U8())
	if r.Err() == nil && x.Status != Executed && x.Status != Reverted {
		r.Fail(command.ErrValue)
	}
	x.Code = state.Code(r.U16())
	for _, p := range []*uint64{&x.Order, &x.Receipt.Sequence, &x.Remaining, &x.Filled, &x.QuoteFilled, &x.Index, &x.Batch} {
		*p = r.Uvarint()
	}
	n := r.Count(maxFills, 11)
	if n == 0 {
		return x
	}
	x.Fills = make([]state.Fill, n)
	for i := range x.Fills {
		f := &x.Fills[i]
		var market uint64
		for _, p := range []*uint64{
			&f.Maker, &f.Taker, &f.MakerAccount, &f.TakerAccount, &market, &f.Price, &f.Size, &f.Quote, &f.MakerFee, &f.TakerFee,
		} {
			*p = r.Uvarint()
		}
		f.Market, f.TakerSide = uint32(market), command.Side(r.U8())
		if market > 1<<32-1 || f.TakerSide > command.Ask {
			r.Fail(command.ErrValue)
		}
	}
	return x
}

// Loader builds a table from the records of a capture.
type Loader struct {
	table *Table
	want  uint64 // sessions announced
	begun bool
}

// NewLoader returns a loader for a table with these limits.
func NewLoader(limits Limits) *Loader { return &Loader{table: New(limits)} }

// Add takes the next record.
func (l *Loader) Add(b []byte) error {
	r := command.NewReader(b)
	if !l.begun {
		l.begun = true
		l.readTable(r)
	} else {
		l.readSession(r)
	}
	if err := r.Done(); err != nil {
		return fmt.Errorf("%w: %w", ErrRecord, err)
	}
	return nil
}

// Finish returns the table once every announced session has been added.
func (l *Loader) Finish() (*Table, error) {
	if !l.begun || uint64(len(l.table.sessions)) != l.want {
		return nil, fmt.Errorf("%w: %d sessions of %d", ErrRecord, len(l.table.sessions), l.want)
	}
	return l.table, nil
}

func (l *Loader) readTable(r *command.Reader) {
	if r.U8() != encodingVersion {
		r.Fail(command.ErrValue)
	}
	l.table.next = r.Uvarint()
	l.want = r.Uvarint()
	n := r.Count(maxReverted, 4)
	for range n {
		s := revertedRanges{session: r.Uvarint()}
		for range r.Count(maxReverted, 2) {
			x := Range{From: r.Uvarint(), To: r.Uvarint()}
			if k := len(s.ranges); x.From == 0 || x.From > x.To || k > 0 && x.From <= s.ranges[k-1].To+1 {
				r.Fail(command.ErrValue)
			}
			s.ranges = append(s.ranges, x)
		}
		if k := len(l.table.reverted); len(s.ranges) == 0 || k > 0 && s.session <= l.table.reverted[k-1].session {
			r.Fail(command.ErrValue)
		}
		l.table.reverted = append(l.table.reverted, s)
	}
	if r.Err() == nil && l.table.next == 0 {
		r.Fail(command.ErrValue)
	}
}

func (l *Loader) readSession(r *command.Reader) {
	t := l.table
	s := &record{id: r.Uvarint()}
	r.Fixed(s.nonce[:])
	s.owner = r.String(maxOwner)
	s.next, s.low, s.lastMs = r.Uvarint(), r.Uvarint(), r.I64()
	n := r.Count(maxReceipts, 11)
	ordered := len(t.sessions) == 0 || t.sessions[len(t.sessions)-1].id < s.id
	if r.Err() == nil && (!ordered || s.id == 0 || s.id >= t.next || s.low >= s.next || uint64(n) != s.next-1-s.low) {
		r.Fail(command.ErrValue)
	}
	if r.Err() != nil {
		return
	}
	s.receipts = make([]stored, n)
	for i := range s.receipts {
		x := readReceipt(r)
		x.Session, x.Sequence = s.id, s.low+1+uint64(i)
		s.receipts[i].Receipt = x
	}
	if _, taken := t.byNonce[s.nonce]; taken {
		r.Fail(command.ErrValue)
	}
	t.byNonce[s.nonce] = s.id
	t.sessions = append(t.sessions, s)
	t.mark(s)
}
