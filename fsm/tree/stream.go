package tree

// What must always hold here: a stream is read to its last byte and not beyond,
// so it may stand inside a longer one; a stream that was cut is never a tree.

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

const (
	// maxFrame is the longest frame that is written or read, in bytes.
	maxFrame = 64 << 10
	// settleEvery is how many leaves are loaded between two hashings.
	settleEvery = 4096
)

// WriteTo writes all records in key order: see the package comment, "Stream".
func (v *View) WriteTo(out io.Writer) (int64, error) {
	w := streamWriter{out: out, frame: make([]byte, 4, 4+maxFrame)}
	count := uint64(0)
	err := v.t.ascend(v.ver.root, nil, nil, func(key, value []byte) bool {
		if len(w.frame)+2+len(key)+len(value) > cap(w.frame) {
			w.flush()
		}
		w.frame = append(append(w.frame, byte(len(key)), byte(len(value))), key...)
		w.frame = append(w.frame, value...)
		count++
		return w.err == nil
	})
	if err != nil {
		return w.n, err
	}
	if len(w.frame) > 4 {
		w.flush()
	}
	w.frame = binary.BigEndian.AppendUint64(append(w.frame[:0], 0, 0, 0, 0), count)
	w.write()
	return w.n, w.err
}

type streamWriter struct {
	out   io.Writer
	frame []byte // length, then records
	n     int64
	err   error
}

func (w *streamWriter) flush() {
	binary.BigEndian.PutUint32(w.frame, uint32(len(w.frame)-4))
	w.write()
	w.frame = w.frame[:4]
}

func (w *streamWriter) write() {
	if w.err != nil {
		return
	}
	n, err := w.out.Write(w.frame)
	w.n += int64(n)
	w.err = err
}

// Load fills a new tree's working version from what WriteTo wrote. The caller
// seals it and compares the root. After an error the tree is of no use. It reads
// to the end of the stream and not beyond.
func (t *Tree) Load(in io.Reader) error {
	if t.used {
		return ErrNotEmpty
	}
	t.used = true
	b := builder{t: t, w: t.main}
	if err := readStream(in, b.record); err != nil {
		t.broken = fmt.Errorf("tree: load: %w", err)
		return t.broken
	}
	b.close(-1)
	t.root, t.leaves = b.tail, b.count
	t.main.start(t.root, -1)
	return nil
}

// Records calls fn for every record of what WriteTo wrote, in order of keys, for what is derived from a tree beside its
// Load. Keys and values are valid during the call. Errors: ErrEncoding, ErrUnsorted, fn's. It reads to the end of the
// stream and not beyond.
func Records(in io.Reader, fn func(key, value []byte) error) error {
	var last []byte
	first := true
	return readStream(in, func(key, value []byte) error {
		if !first && bytes.Compare(last, key) >= 0 {
			return ErrUnsorted
		}
		first = false
		last = append(last[:0], key...)
		return fn(key, value)
	})
}

// readStream takes a stream apart.
func readStream(in io.Reader, record func(key, value []byte) error) error {
	var head [8]byte
	var frame []byte
	count := uint64(0)
	for {
		if _, err := io.ReadFull(in, head[:4]); err != nil {
			return cutShort(err)
		}
		n := binary.BigEndian.Uint32(head[:4])
		if n == 0 {
			break
		}
		if n > maxFrame {
			return malformed("frame too long")
		}
		if frame == nil {
			frame = make([]byte, maxFrame)
		}
		if _, err := io.ReadFull(in, frame[:n]); err != nil {
			return cutShort(err)
		}
		for p := frame[:n]; len(p) > 0; count++ {
			if len(p) < 2 || len(p) < 2+int(p[0])+int(p[1]) {
				return malformed("record crosses a frame")
			}
			k := 2 + int(p[0])
			end := k + int(p[1])
			if err := record(p[2:k:k], p[k:end:end]); err != nil {
				return err
			}
			p = p[end:]
		}
	}
	if _, err := io.ReadFull(in, head[:]); err != nil {
		return cutShort(err)
	}
	if said := binary.BigEndian.Uint64(head[:]); said != count {
		return malformed(fmt.Sprintf("stream of %d records says %d", count, said))
	}
	return nil
}

func cutShort(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: stream is cut short: %w", ErrEncoding, io.ErrUnexpectedEOF)
	}
	return err
}

// A builder grows a tree along its right edge.
type builder struct {
	t     *Tree
	w     *worker
	edge  []open
	tail  handle // complete subtree right of the edge
	last  block
	count uint64
}

// An open branch waits for its right child.
type open struct {
	left  handle
	label uint8
}

func (b *builder) record(key, value []byte) error {
	var l block
	if err := l.set(key, value); err != nil {
		return fmt.Errorf("%w: %w", ErrEncoding, err)
	}
	if err := b.add(&l); err != nil {
		return err
	}
	if b.count%settleEvery == 0 {
		b.t.settleAll()
	}
	return nil
}

func (b *builder) add(l *block) error {
	if err := b.w.reserve(); err != nil {
		return err
	}
	if b.count > 0 {
		if b.last.compare(l) >= 0 {
			return ErrUnsorted
		}
		d := b.last.split(l)
		if !b.last.prefixFree(l, d) {
			return ErrPrefixKey
		}
		b.close(d)
		b.edge = append(b.edge, open{b.tail, uint8(d)})
	}
	b.tail = b.w.newLeaf(l)
	b.last = *l
	b.count++
	return nil
}

// close completes the branches whose label is above d. One leaf completes at
// most maxBits of them.
func (b *builder) close(d int) {
	for n := len(b.edge); n > 0 && int(b.edge[n-1].label) > d; n-- {
		b.tail = b.w.newBranch(b.edge[n-1].label, [2]handle{b.edge[n-1].left, b.tail})
		b.edge = b.edge[:n-1]
	}
}
