package tree

// What must always hold here: the keys of a fold strictly increase over all its frames; a view that Unfold returns has the
// root that was asked for.

import (
	"bytes"
	"fmt"
)

// foldFrame is the aimed-at length of a fold's frames, in bytes; the last change may exceed it.
const foldFrame = 32 << 10

// A Fold is a version written as the changes that lead to it from a newer one: what is kept of a version that is seldom
// read. It takes about as many bytes as the records that differ, see the package comment, "Folds", and is immutable but
// for Add.
type Fold struct {
	frames [][]byte
	last   []byte // key; what Add compares with
}

// NewFold folds older onto newer. The views may be of two trees.
func NewFold(newer, older *View) (*Fold, error) {
	var w foldWriter
	err := Diff(newer, older, func(key, _, after []byte) error {
		w.change(key, after, after == nil)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("tree: fold: %w", err)
	}
	return w.fold(), nil
}

// Frames are what the fold is written as, to be given to Add. The caller must not change them.
func (f *Fold) Frames() [][]byte { return f.frames }

// Bytes is what the fold takes.
func (f *Fold) Bytes() (n uint64) {
	for _, frame := range f.frames {
		n += uint64(cap(frame))
	}
	return n
}

// Add appends a copy of a frame that Frames gave. Error: ErrEncoding.
func (f *Fold) Add(frame []byte) error {
	if len(frame) == 0 || len(frame) > foldFrame+MaxKey+MaxValue+2 {
		return malformed("frame of a fold is empty or too long")
	}
	frame = bytes.Clone(frame)
	for at := (foldCursor{rest: frame}); len(at.rest) > 0; {
		if err := at.take(); err != nil {
			return err
		}
		if bytes.Compare(at.key, f.last) <= 0 {
			return fmt.Errorf("%w: fold: %w", ErrEncoding, ErrUnsorted)
		}
		f.last = at.key
	}
	f.frames = append(f.frames, frame)
	return nil
}

// Join makes one fold of several, in the order from the newest version to the oldest: each leads from where the one before
// led to.
func Join(folds ...*Fold) *Fold {
	switch n := len(folds); n {
	case 0:
		return &Fold{}
	case 1:
		return folds[0]
	default:
		return join(Join(folds[:n/2]...), Join(folds[n/2:]...))
	}
}

func join(newer, older *Fold) *Fold {
	var w foldWriter
	a, b := foldCursor{frames: newer.frames}, foldCursor{frames: older.frames}
	more, others := a.next(), b.next()
	for more || others {
		order := -1
		switch {
		case !more:
			order = 1
		case others:
			order = bytes.Compare(a.key, b.key)
		}
		if order < 0 {
			w.change(a.key, a.value, a.gone)
		} else {
			w.change(b.key, b.value, b.gone) // the older version's word counts
		}
		if order <= 0 {
			more = a.next()
		}
		if order >= 0 {
			others = b.next()
		}
	}
	return w.fold()
}

// Unfold returns the version of the given root to which folds lead from v, in the order of Join, at a cost that is
// proportional to what differs. It takes v over, which is closed with the result, or at once after an error (ErrEncoding: they
// lead to another root). The result belongs to one goroutine, as a fork's views do.
func (v *View) Unfold(o Options, root Hash, folds ...*Fold) (*View, error) {
	out, err := v.unfold(o, root, Join(folds...))
	if err != nil {
		v.Close()
		return nil, fmt.Errorf("tree: unfold: %w", err)
	}
	return out, nil
}

// ApplyFold applies what leads from the version that the working one begins as to an older one. Errors are Apply's.
func (t *Tree) ApplyFold(f *Fold) error {
	var changes []Change
	for at := (foldCursor{frames: f.frames}); at.next(); {
		changes = append(changes, Change{Key: at.key, Value: at.value, Delete: at.gone})
	}
	return t.Apply(changes)
}

func (v *View) unfold(o Options, root Hash, f *Fold) (*View, error) {
	t := v.Fork(o)
	if err := t.ApplyFold(f); err != nil {
		return nil, err
	}
	sealed, got := t.Seal()
	if got != root {
		return nil, malformed(fmt.Sprintf("a fold leads to root %x, the version has %x", got, root))
	}
	out, err := t.View(sealed)
	if err == nil {
		out.under = v
	}
	return out, err
}

// A foldWriter cuts changes into frames.
type foldWriter struct {
	frames [][]byte
	buf    []byte
	last   []byte
}

func (w *foldWriter) change(key, value []byte, gone bool) {
	size := byte(0)
	if !gone {
		size = 1 + byte(len(value))
	}
	w.buf = append(append(w.buf, byte(len(key)), size), key...)
	w.last = key
	if !gone {
		w.buf = append(w.buf, value...)
	}
	if len(w.buf) >= foldFrame {
		w.flush()
	}
}

func (w *foldWriter) flush() {
	if len(w.buf) > 0 {
		w.frames, w.buf = append(w.frames, bytes.Clone(w.buf)), w.buf[:0]
	}
}

func (w *foldWriter) fold() *Fold {
	w.flush()
	return &Fold{frames: w.frames, last: bytes.Clone(w.last)}
}

// A foldCursor walks the changes of frames.
type foldCursor struct {
	frames [][]byte
	rest   []byte

	key, value []byte
	gone       bool
}

// next goes to the next change of frames that were checked when they were added.
func (c *foldCursor) next() bool {
	if len(c.rest) == 0 {
		if len(c.frames) == 0 {
			return false
		}
		c.rest, c.frames = c.frames[0], c.frames[1:]
	}
	if err := c.take(); err != nil {
		panic("tree: a fold that was checked is malformed")
	}
	return true
}

// take reads one change off the rest.
func (c *foldCursor) take() error {
	if len(c.rest) < 2 {
		return malformed("cut short")
	}
	k, n := int(c.rest[0]), int(c.rest[1])
	c.gone = n == 0
	n = max(0, n-1)
	if k == 0 || k > MaxKey || n > MaxValue {
		return malformed("length out of range in a fold")
	}
	if len(c.rest) < 2+k+n {
		return malformed("cut short")
	}
	c.key, c.value = c.rest[2:2+k:2+k], c.rest[2+k:2+k+n:2+k+n]
	c.rest = c.rest[2+k+n:]
	return nil
}
