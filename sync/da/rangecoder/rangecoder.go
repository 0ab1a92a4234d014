package rangecoder

// What must hold here: Decode gives exactly the declared number of bytes or an error, whatever it is given, and the
// memory it takes is bounded by that number.

import (
	"errors"
	"fmt"
	"math/bits"
)

// ErrMalformed is wrapped by every refusal of Decode.
var ErrMalformed = errors.New("rangecoder: malformed bytes")

// The first byte of what Encode gives: how the rest is coded. Wire-stable: a model that predicts otherwise takes
// another number.
const (
	formStored      = 0 // the bytes themselves
	formBytes       = 1 // bytes
	formColumns     = 2 // a container of fsm/batch, its columns as bytes
	formTransitions = 3 // a container of transitions in format version 1, row by row
)

// transitionsVersion is the container's format version that formTransitions knows.
const transitionsVersion = 1

// Encode appends the coded payload to dst: at most one byte more than the payload has. The payload is only read.
func Encode(dst, payload []byte) []byte {
	start := len(dst)
	for _, form := range []byte{formTransitions, formColumns, formBytes} {
		s := &stream{coder: encodeTo(append(dst[:start], form)), tables: newTables()}
		if !encode(s, form, payload) {
			continue
		}
		if out := s.finish(); len(out)-start <= len(payload) {
			return out
		}
		break
	}
	return append(append(dst[:start], formStored), payload...)
}

// encode gives false if payload has not the form.
func encode(s *stream, form byte, payload []byte) bool {
	if form == formBytes {
		newBytesModel(len(payload)).code(s, payload, 0)
		return true
	}
	var d directory
	columns, ok := d.parse(payload)
	if !ok || !d.code(s, len(payload)) {
		return false
	}
	if form == formTransitions {
		return transitions(s, &d, columns)
	}
	return columnsOfBytes(s, &d, columns)
}

// Decode gives the payload of size bytes that Encode made data of. The caller has compared size with its limit: that
// much memory is taken at once, and in proportion to it the time that bad data may take. A stored payload aliases data.
func Decode(data []byte, size int) ([]byte, error) {
	if len(data) == 0 || size < 0 {
		return nil, fmt.Errorf("%w: %d bytes for %d", ErrMalformed, len(data), size)
	}
	form, data := data[0], data[1:]
	if form == formStored {
		if len(data) != size {
			return nil, fmt.Errorf("%w: %d bytes stored for %d", ErrMalformed, len(data), size)
		}
		return data, nil
	}
	s := &stream{coder: decodeFrom(data), tables: newTables()}
	out, ok := decode(s, form, size)
	if !ok || s.over > 0 || len(s.in) > 0 {
		return nil, fmt.Errorf("%w: form %d, %d bytes for %d, %d of them left", ErrMalformed, form, len(data), size, len(s.in))
	}
	return out, nil
}

func decode(s *stream, form byte, size int) ([]byte, bool) {
	switch form {
	case formBytes:
		out := make([]byte, size)
		newBytesModel(size).code(s, out, 0)
		return out, true
	case formColumns, formTransitions:
		var d directory
		if !d.code(s, size) || s.over > 0 {
			return nil, false
		}
		out := d.append(make([]byte, 0, size))
		columns := out[len(out):size]
		if form == formColumns {
			return out[:size], columnsOfBytes(s, &d, columns)
		}
		return out[:size], transitions(s, &d, columns)
	default:
		return nil, false
	}
}

// bytesModel predicts bytes by the one and by the two before them.
type bytesModel struct{ *model }

func newBytesModel(size int) bytesModel {
	return bytesModel{newModel(min(max(bits.Len(uint(size)), 6), 14))}
}

// code codes b, whose place in the payload salt names. A decoder that has run out of input stops.
func (m bytesModel) code(s *stream, b []byte, salt uint64) {
	one, two := uint64(0), uint64(0)
	for i := range b {
		v := s.symbol(uint64(b[i]), 8, m.model, combine(1+salt, one), combine(1+columnLimit+salt, two))
		if s.decoding {
			if b[i] = byte(v); s.over > 0 {
				return
			}
		}
		one = 1 + v
		two = 1<<16 | two<<8&0xff00 | v
	}
}

// columnsOfBytes codes each column in b as bytes.
func columnsOfBytes(s *stream, d *directory, b []byte) bool {
	var columns [columnLimit][]byte
	d.cut(b, &columns)
	m := newBytesModel(len(b))
	for id, column := range columns {
		m.code(s, column, uint64(id)+1)
	}
	return true
}
