package wire

import "encoding/binary"

// Scan reads the encoding of a message whose shape is known. It accepts less than protocol buffers do; whoever uses it
// has the generated code decode what it does not accept.
type Scan struct {
	rest []byte
	bad  bool
}

// NewScan begins to read b. What Bytes gives points into b.
func NewScan(b []byte) Scan { return Scan{rest: b} }

// Tag returns the next field's number and wire type as one byte; 0 at the end, or after something unknown.
func (s *Scan) Tag() byte {
	if len(s.rest) == 0 || s.bad {
		return 0
	}
	tag := s.rest[0]
	if tag >= 0x80 || tag < 0x08 {
		s.bad = true
		return 0
	}
	s.rest = s.rest[1:]
	return tag
}

// Is reads a tag if it comes next.
func (s *Scan) Is(tag byte) bool {
	if len(s.rest) == 0 || s.bad || s.rest[0] != tag {
		return false
	}
	s.rest = s.rest[1:]
	return true
}

// Uvarint reads a value of wire type 0.
func (s *Scan) Uvarint() uint64 {
	if len(s.rest) > 0 && s.rest[0] < 0x80 {
		v := s.rest[0]
		s.rest = s.rest[1:]
		return uint64(v)
	}
	v, n := binary.Uvarint(s.rest)
	if n <= 0 {
		s.bad = true
		return 0
	}
	s.rest = s.rest[n:]
	return v
}

// Scalar is the next field of a message that has wire type 0 alone; number 0 at its end, or after something unknown.
func (s *Scan) Scalar() (number byte, v uint64) {
	tag := s.Tag()
	if tag&7 != 0 {
		s.bad = true
		return 0, 0
	}
	if tag == 0 {
		return 0, 0
	}
	return tag >> 3, s.Uvarint()
}

// Bytes reads a value of wire type 2.
func (s *Scan) Bytes() []byte {
	n := s.Uvarint()
	if n > uint64(len(s.rest)) {
		s.bad = true
		return nil
	}
	b := s.rest[:n:n]
	s.rest = s.rest[n:]
	return b
}

// Fail says that what was read is not of the known shape.
func (s *Scan) Fail() { s.bad = true }

// Done reports whether everything was read and known.
func (s *Scan) Done() bool { return !s.bad && len(s.rest) == 0 }

// AppendUvarint appends a field of wire type 0, unless it is 0.
func AppendUvarint(dst []byte, tag byte, v uint64) []byte {
	if v == 0 {
		return dst
	}
	return binary.AppendUvarint(append(dst, tag), v)
}

// AppendBytes appends a field of wire type 2, unless it is empty.
func AppendBytes[T ~string | ~[]byte](dst []byte, tag byte, v T) []byte {
	if len(v) == 0 {
		return dst
	}
	dst = binary.AppendUvarint(append(dst, tag), uint64(len(v)))
	return append(dst, v...)
}

// Open begins a message field; Close ends it, given what Open returned.
func Open(dst []byte, tag byte) (body []byte, at int) {
	dst = append(dst, tag, 0)
	return dst, len(dst)
}

// Close puts the length of a message field in its place.
func Close(dst []byte, at int) []byte {
	n := len(dst) - at
	if n < 0x80 {
		dst[at-1] = byte(n)
		return dst
	}
	var size [binary.MaxVarintLen64]byte
	k := binary.PutUvarint(size[:], uint64(n))
	dst = append(dst, size[:k-1]...) // room
	copy(dst[at+k-1:], dst[at:at+n])
	copy(dst[at-1:], size[:k])
	return dst
}
