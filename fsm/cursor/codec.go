package cursor

import (
	"fmt"

	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// One walk over the fields serves both directions, so that encoder and decoder
// cannot disagree. Exactly one of w and r is set.

const cursorVersion = 4

// Bounds of decoded lists: a decoder takes no memory for more.
const (
	maxBatches   = 1 << 20
	maxAnchors   = 1 << 16
	maxRollbacks = 1 << 20
)

type codec struct {
	w *command.Writer
	r *command.Reader
}

func encoder(dst []byte) *codec {
	return &codec{w: &command.Writer{Buf: append([]byte(nil), dst...)}}
}

// Append appends the event's canonical encoding: its type, then its fields.
func Append(dst []byte, ev Event) []byte {
	c := &codec{w: &command.Writer{Buf: dst}}
	c.w.U8(uint8(ev.eventType()))
	switch e := ev.(type) {
	case Executed:
		c.executedEvent(&e)
	case Published:
		c.publishedEvent(&e)
	case Intent:
		c.intentEvent(&e)
	case Replaced:
		c.replacedEvent(&e)
	case Included:
		c.includedEvent(&e)
	case Failed:
		c.failedEvent(&e)
	case AtDepth:
		c.atDepthEvent(&e)
	case L1Observed:
		c.observedEvent(&e)
	case L1Reorg:
		c.reorgEvent(&e)
	case Ordered:
		c.orderedEvent(&e)
	case OperatorAction:
		c.operatorActionEvent(&e)
	case Verdict:
		c.verdictFields(&e)
	case ReplicaRoot:
		c.replicaRootEvent(&e)
	case Filler:
		c.fillerEvent(&e)
	case Deposited:
		c.depositedEvent(&e)
	case RevertedAcked:
		c.revertedAckedEvent(&e)
	case Proved:
		c.provedEvent(&e)
	case Held:
		c.heldEvent(&e)
	case TakenBack:
		c.takenBackEvent(&e)
	case Planned:
		c.plannedEvent(&e)
	case Stepped:
		c.steppedEvent(&e)
	}
	return c.w.Buf
}

// DecodeEvent is the inverse of Append. It copies what it keeps.
func DecodeEvent(b []byte) (Event, error) {
	c := &codec{r: command.NewReader(b)}
	var ev Event
	switch t := eventType(c.r.U8()); t {
	case typeExecuted:
		ev = read(c, (*codec).executedEvent)
	case typePublished:
		ev = read(c, (*codec).publishedEvent)
	case typeIntent:
		ev = read(c, (*codec).intentEvent)
	case typeReplaced:
		ev = read(c, (*codec).replacedEvent)
	case typeIncluded:
		ev = read(c, (*codec).includedEvent)
	case typeFailed:
		ev = read(c, (*codec).failedEvent)
	case typeAtDepth:
		ev = read(c, (*codec).atDepthEvent)
	case typeL1Observed:
		ev = read(c, (*codec).observedEvent)
	case typeL1Reorg:
		ev = read(c, (*codec).reorgEvent)
	case typeOrdered:
		ev = read(c, (*codec).orderedEvent)
	case typeOperatorAction:
		ev = read(c, (*codec).operatorActionEvent)
	case typeVerdict:
		ev = read(c, (*codec).verdictFields)
	case typeReplicaRoot:
		ev = read(c, (*codec).replicaRootEvent)
	case typeFiller:
		ev = read(c, (*codec).fillerEvent)
	case typeDeposited:
		ev = read(c, (*codec).depositedEvent)
	case typeRevertedAcked:
		ev = read(c, (*codec).revertedAckedEvent)
	case typeProved:
		ev = read(c, (*codec).provedEvent)
	case typeHeld:
		ev = read(c, (*codec).heldEvent)
	case typeTakenBack:
		ev = read(c, (*codec).takenBackEvent)
	case typePlanned:
		ev = read(c, (*codec).plannedEvent)
	case typeStepped:
		ev = read(c, (*codec).steppedEvent)
	default:
		c.r.Fail(command.ErrValue)
	}
	if err := c.r.Done(); err != nil {
		return nil, fmt.Errorf("decode cursor event: %w", err)
	}
	return ev, nil
}

func read[T Event](c *codec, fields func(*codec, *T)) Event {
	var v T
	fields(c, &v)
	return v
}

// Append appends the cursor's canonical encoding.
func (c *Cursor) Append(dst []byte) []byte {
	w := &codec{w: &command.Writer{Buf: dst}}
	w.w.U8(cursorVersion)
	copied := *c
	w.cursor(&copied)
	return w.w.Buf
}

// Decode is the inverse of [Cursor.Append]. It copies what it keeps and refuses
// a cursor that breaks an invariant.
func Decode(b []byte) (*Cursor, error) {
	r := &codec{r: command.NewReader(b)}
	if v := r.r.U8(); v != cursorVersion {
		return nil, fmt.Errorf("decode cursor: version %d: %w", v, command.ErrValue)
	}
	c := New()
	r.cursor(c)
	if err := r.r.Done(); err != nil {
		return nil, fmt.Errorf("decode cursor: %w", err)
	}
	if err := c.wellFormed(); err != nil {
		return nil, fmt.Errorf("decode cursor: %w", err)
	}
	return c, nil
}

func (c *codec) u8(p *uint8) {
	if c.w != nil {
		c.w.U8(*p)
	} else {
		*p = c.r.U8()
	}
}

func (c *codec) uint(p *uint64) {
	if c.w != nil {
		c.w.Uvarint(*p)
	} else {
		*p = c.r.Uvarint()
	}
}

func (c *codec) u32(p *uint32) {
	if c.w != nil {
		c.w.U32(*p)
	} else {
		*p = c.r.U32()
	}
}

func (c *codec) ms(p *int64) {
	if c.w != nil {
		c.w.I64(*p)
	} else {
		*p = c.r.I64()
	}
}

func (c *codec) flag(p *bool) {
	if c.w != nil {
		c.w.Bool(*p)
	} else {
		*p = c.r.Bool()
	}
}

func (c *codec) fixed(p []byte) {
	if c.w != nil {
		c.w.Fixed(p)
	} else {
		c.r.Fixed(p)
	}
}

func (c *codec) hash(p *Hash) { c.fixed(p[:]) }

func (c *codec) text(p *string) {
	if c.w != nil {
		c.w.String(*p, MaxText)
	} else {
		*p = c.r.String(MaxText)
	}
}

func (c *codec) bytes(p *[]byte, limit int) {
	if c.w != nil {
		c.w.Bytes(*p, limit)
	} else if b := c.r.Bytes(limit); len(b) > 0 {
		*p = append([]byte(nil), b...)
	}
}

// list walks a slice whose items take at least itemBytes.
func list[T any](c *codec, p *[]T, limit, itemBytes int, item func(*codec, *T)) {
	if c.w != nil {
		if len(*p) > limit {
			panic(&InvariantError{Rule: fmt.Sprintf("a list of %d exceeds its limit of %d", len(*p), limit)})
		}
		c.w.Uvarint(uint64(len(*p)))
		for i := range *p {
			item(c, &(*p)[i])
		}
		return
	}
	n := c.r.Count(limit, itemBytes)
	if n == 0 {
		return
	}
	*p = make([]T, n)
	for i := range *p {
		item(c, &(*p)[i])
	}
}

// optional walks a pointer: a flag, then the value.
func optional[T any](c *codec, p **T, item func(*codec, *T)) {
	there := *p != nil
	c.flag(&there)
	if !there {
		return
	}
	if *p == nil {
		*p = new(T)
	}
	item(c, *p)
}

// pointers walks a slice of records.
func pointers[T any](c *codec, p *[]*T, limit, itemBytes int, item func(*codec, *T)) {
	list(c, p, limit, itemBytes, func(c *codec, p **T) {
		if c.r != nil {
			*p = new(T)
		}
		item(c, *p)
	})
}

// enum walks a byte that must lie in 1..top.
func enum[T ~uint8](c *codec, p *T, top T) {
	if c.w != nil { // an encoder writes nothing to what others may read
		c.w.U8(uint8(*p))
		return
	}
	*p = T(c.r.U8())
	if c.r.Err() == nil && (*p == 0 || *p > top) {
		c.r.Fail(command.ErrValue)
	}
}
