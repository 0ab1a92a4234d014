package command

// One value, one byte string: whatever Writer writes, Reader reads back, and
// Reader accepts no second spelling of it. Reader takes no memory before it
// has checked the declared size against the limit and against what is there.

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// What a decoder finds wrong. Each is wrapped with the place.
var (
	ErrTruncated = errors.New("input ends early")
	ErrTrailing  = errors.New("bytes after the end")
	ErrVarint    = errors.New("varint is not in its shortest form or exceeds 64 bits")
	ErrLimit     = errors.New("length exceeds the limit")
	ErrValue     = errors.New("value out of range")
)

// Writer appends canonical primitives to Buf. The zero value is ready.
type Writer struct{ Buf []byte }

// U8 appends one byte.
func (w *Writer) U8(v uint8) { w.Buf = append(w.Buf, v) }

// U16 appends 2 bytes, big-endian.
func (w *Writer) U16(v uint16) { w.Buf = binary.BigEndian.AppendUint16(w.Buf, v) }

// U32 appends 4 bytes, big-endian.
func (w *Writer) U32(v uint32) { w.Buf = binary.BigEndian.AppendUint32(w.Buf, v) }

// U64 appends 8 bytes, big-endian.
func (w *Writer) U64(v uint64) { w.Buf = binary.BigEndian.AppendUint64(w.Buf, v) }

// I64 appends 8 bytes, big-endian two's complement.
func (w *Writer) I64(v int64) { w.U64(uint64(v)) }

// Uvarint appends v in LEB128, shortest form, at most 10 bytes.
func (w *Writer) Uvarint(v uint64) { w.Buf = binary.AppendUvarint(w.Buf, v) }

// Bool appends 0 or 1.
func (w *Writer) Bool(v bool) {
	if v {
		w.U8(1)
	} else {
		w.U8(0)
	}
}

// Fixed appends b as it is; the reader knows its length.
func (w *Writer) Fixed(b []byte) { w.Buf = append(w.Buf, b...) }

// Bytes appends a uvarint length and b. It panics beyond limit: what a reader
// would refuse must not be written.
func (w *Writer) Bytes(b []byte, limit int) {
	assertLimit(len(b), limit)
	w.Uvarint(uint64(len(b)))
	w.Buf = append(w.Buf, b...)
}

// String appends a uvarint length and s, like Bytes.
func (w *Writer) String(s string, limit int) {
	assertLimit(len(s), limit)
	w.Uvarint(uint64(len(s)))
	w.Buf = append(w.Buf, s...)
}

func assertLimit(n, limit int) {
	if n > limit {
		panic(fmt.Sprintf("command: field of %d bytes exceeds its limit of %d", n, limit))
	}
}

// Reader reads canonical primitives. Its first error sticks; from then on
// every read answers zero, so a decoder checks once, with Done.
type Reader struct {
	rest []byte
	at   int
	err  error
}

// NewReader reads b, which must not change meanwhile.
func NewReader(b []byte) *Reader { return &Reader{rest: b} }

// Err returns the first error.
func (r *Reader) Err() error { return r.err }

// Remaining returns how many bytes are unread.
func (r *Reader) Remaining() int { return len(r.rest) }

// Done returns the first error, or ErrTrailing if bytes are left.
func (r *Reader) Done() error {
	if r.err == nil && len(r.rest) > 0 {
		r.Fail(ErrTrailing)
	}
	return r.err
}

// Fail records err, with the place, unless an error is recorded already.
func (r *Reader) Fail(err error) {
	if r.err == nil {
		r.err = fmt.Errorf("at byte %d: %w", r.at, err)
	}
	r.rest = nil
}

func (r *Reader) take(n int) []byte {
	if r.err != nil {
		return nil
	}
	if n < 0 || n > len(r.rest) {
		r.Fail(ErrTruncated)
		return nil
	}
	b := r.rest[:n:n]
	r.rest, r.at = r.rest[n:], r.at+n
	return b
}

// U8 reads one byte.
func (r *Reader) U8() uint8 {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

// U16 reads 2 bytes, big-endian.
func (r *Reader) U16() uint16 {
	if b := r.take(2); b != nil {
		return binary.BigEndian.Uint16(b)
	}
	return 0
}

// U32 reads 4 bytes, big-endian.
func (r *Reader) U32() uint32 {
	if b := r.take(4); b != nil {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}

// U64 reads 8 bytes, big-endian.
func (r *Reader) U64() uint64 {
	if b := r.take(8); b != nil {
		return binary.BigEndian.Uint64(b)
	}
	return 0
}

// I64 reads 8 bytes, big-endian two's complement.
func (r *Reader) I64() int64 { return int64(r.U64()) }

// Uvarint reads a LEB128 number in its shortest form.
func (r *Reader) Uvarint() uint64 {
	if r.err != nil {
		return 0
	}
	v, n := binary.Uvarint(r.rest)
	switch {
	case n == 0:
		r.Fail(ErrTruncated)
		return 0
	case n < 0, n > 1 && r.rest[n-1] == 0:
		r.Fail(ErrVarint)
		return 0
	}
	r.rest, r.at = r.rest[n:], r.at+n
	return v
}

// Bool reads 0 or 1.
func (r *Reader) Bool() bool {
	v := r.U8()
	if v > 1 {
		r.Fail(ErrValue)
		return false
	}
	return v == 1
}

// Fixed fills dst.
func (r *Reader) Fixed(dst []byte) { copy(dst, r.take(len(dst))) }

// Count reads a uvarint of at most limit: the number of items that follow,
// each of at least itemBytes bytes, all of which must be there.
func (r *Reader) Count(limit, itemBytes int) int {
	v := r.Uvarint()
	if r.err != nil {
		return 0
	}
	if v > uint64(limit) {
		r.Fail(ErrLimit)
		return 0
	}
	if itemBytes > 0 && v > uint64(len(r.rest)/itemBytes) {
		r.Fail(ErrTruncated)
		return 0
	}
	return int(v)
}

// Bytes reads a uvarint length of at most limit and that many bytes. The
// result points into the input; it is nil when empty.
func (r *Reader) Bytes(limit int) []byte {
	n := r.Count(limit, 1)
	if n == 0 {
		return nil
	}
	return r.take(n)
}

// String reads what Writer.String wrote.
func (r *Reader) String(limit int) string { return string(r.Bytes(limit)) }
