package command

// Limits of an adoption, in bytes.
const (
	HeaderBytes     = 274       // an encoded batch header (fsm/batch)
	MaxAdoptPiece   = 256 << 10 // a piece of the payload: what one log entry holds beside much else
	MaxAdoptPayload = 16 << 20  // the whole payload, as far as fsm/batch decodes one
)

// Adopt brings a piece of the payload of a batch that L1 holds and this history
// does not. With its last piece the batch is executed and becomes part of the
// state under exactly this header, or is refused whole. Pieces come in order; one
// at offset 0 begins anew.
//
//	header 274 | total u32 | offset u32 | piece bytes | reason string | time i64
type Adopt struct {
	Header [HeaderBytes]byte
	Total  uint32 // bytes of the payload
	Offset uint32 // of the piece in it
	Piece  []byte
	Reason string
	TimeMs int64
}

// Append appends the encoding.
func (a Adopt) Append(dst []byte) []byte {
	w := Writer{Buf: dst}
	w.Fixed(a.Header[:])
	w.U32(a.Total)
	w.U32(a.Offset)
	w.Bytes(a.Piece, MaxAdoptPiece)
	w.String(a.Reason, MaxReason)
	w.I64(a.TimeMs)
	return w.Buf
}

// DecodeAdopt decodes a TypeAdopt body. Piece points into it.
func DecodeAdopt(body []byte) (Adopt, error) {
	r := NewReader(body)
	var a Adopt
	r.Fixed(a.Header[:])
	a.Total, a.Offset, a.Piece = r.U32(), r.U32(), r.Bytes(MaxAdoptPiece)
	a.Reason, a.TimeMs = r.String(MaxReason), r.I64()
	if r.Err() == nil && (len(a.Piece) == 0 || a.Total > MaxAdoptPayload || uint64(a.Offset)+uint64(len(a.Piece)) > uint64(a.Total)) {
		r.Fail(ErrValue)
	}
	return a, done(r, TypeAdopt)
}

// Adoption cuts a payload into the commands that adopt its batch, in order.
func Adoption(header [HeaderBytes]byte, payload []byte, reason string, timeMs int64) []Adopt {
	out := make([]Adopt, 0, len(payload)/MaxAdoptPiece+1)
	for offset := 0; offset < len(payload); offset += MaxAdoptPiece {
		out = append(out, Adopt{
			Header: header, Total: uint32(len(payload)), Offset: uint32(offset),
			Piece: payload[offset:min(offset+MaxAdoptPiece, len(payload))], Reason: reason, TimeMs: timeMs,
		})
	}
	return out
}
