package da

// Invariants of this file: no memory is taken for a size that an envelope merely declares before that size was
// compared with the caller's limit, and Unpack returns exactly the declared number of bytes or an error.

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/klauspost/compress/zstd"

	"github.com/holdfast-rollup/holdfast/sync/aside"
	"github.com/holdfast-rollup/holdfast/sync/da/rangecoder"
)

// Codec says how an envelope's bytes encode the payload. The ids stand in DA references on L1 and are never reused.
type Codec uint8

// Codec ids.
const (
	CodecRaw   Codec = 0 // the payload itself
	CodecZstd  Codec = 1 // one zstd frame that declares its content size
	CodecRange Codec = 2 // range coding with a model per column (sync/da/rangecoder)
)

// Codecs are all codecs, by id.
func Codecs() []Codec { return []Codec{CodecRaw, CodecZstd, CodecRange} }

// ParseCodec gives the codec with a name of the configuration: "raw", "zstd" or "range".
func ParseCodec(name string) (Codec, error) {
	for _, c := range Codecs() {
		if c.String() == name {
			return c, nil
		}
	}
	return 0, fmt.Errorf("%w: %q; there are raw, zstd and range", ErrUnknownCodec, name)
}

// String names the codec as the configuration does.
func (c Codec) String() string {
	switch c {
	case CodecRaw:
		return "raw"
	case CodecZstd:
		return "zstd"
	case CodecRange:
		return "range"
	default:
		return fmt.Sprintf("codec(%d)", uint8(c))
	}
}

// EnvelopeHeaderSize is the length of an encoded envelope before its data.
const EnvelopeHeaderSize = 1 + 4 + 4

// Envelope is a payload as a publisher packs it. Its encoding is
//
//	codec u8 | payload bytes u32 | data bytes u32 | data
//
// with big-endian integers. Several encodings may stand for one payload; identity is the payload's hash, never the
// envelope's.
type Envelope struct {
	Codec Codec
	Size  uint32 // bytes of the unpacked payload
	Data  []byte
}

// Append appends e's encoding to dst.
func (e Envelope) Append(dst []byte) []byte {
	dst = append(dst, byte(e.Codec))
	dst = binary.BigEndian.AppendUint32(dst, e.Size)
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(e.Data)))
	return append(dst, e.Data...)
}

// DecodeEnvelope reads an envelope that fills b exactly. Data aliases b. The payload is not unpacked and neither
// the codec nor the declared size is judged here: that is Unpack's work.
func DecodeEnvelope(b []byte) (Envelope, error) {
	if len(b) < EnvelopeHeaderSize {
		return Envelope{}, fmt.Errorf("%w: envelope of %d bytes, its header alone has %d", ErrMalformed, len(b), EnvelopeHeaderSize)
	}
	e := Envelope{Codec: Codec(b[0]), Size: binary.BigEndian.Uint32(b[1:])}
	n, data := binary.BigEndian.Uint32(b[5:]), b[EnvelopeHeaderSize:]
	if uint64(n) != uint64(len(data)) {
		return Envelope{}, fmt.Errorf("%w: envelope declares %d data bytes and has %d", ErrMalformed, n, len(data))
	}
	e.Data = data
	return e, nil
}

// Pack makes the envelope of payload. With CodecRaw the envelope aliases payload. A codec that would enlarge the
// payload is kept: what the caller configured is what the reference on L1 says.
func Pack(codec Codec, payload []byte) (Envelope, error) {
	if uint64(len(payload)) > math.MaxUint32/2 {
		return Envelope{}, fmt.Errorf("%w: payload of %d bytes", ErrTooLarge, len(payload))
	}
	data := payload
	err := aside.Do(func() (err error) {
		switch codec {
		case CodecRaw:
		case CodecZstd:
			data, err = enzstd(payload)
		case CodecRange:
			data = rangecoder.Encode(nil, payload)
		default:
			err = fmt.Errorf("%w: %s", ErrUnknownCodec, codec)
		}
		return err
	})
	if err != nil {
		return Envelope{}, err
	}
	return Envelope{Codec: codec, Size: uint32(len(payload)), Data: data}, nil
}

func enzstd(payload []byte) ([]byte, error) {
	enc, err := zstd.NewWriter(nil,
		zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1),
		zstd.WithSingleSegment(true), zstd.WithEncoderCRC(false), zstd.WithZeroFrames(true))
	if err != nil {
		return nil, fmt.Errorf("da: zstd encoder: %w", err)
	}
	data := enc.EncodeAll(payload, nil)
	if err := enc.Close(); err != nil {
		return nil, fmt.Errorf("da: zstd encoder: %w", err)
	}
	return data, nil
}

// Unpack returns the payload of e, at most limit bytes. What it returns is only well formed: the caller compares it
// with the commitment. With CodecRaw, and with CodecRange where
// that stored the payload, the result aliases e.Data.
func Unpack(e Envelope, limit int) ([]byte, error) {
	if limit < 0 || uint64(e.Size) > uint64(limit) {
		return nil, fmt.Errorf("%w: envelope declares %d bytes, the limit is %d", ErrTooLarge, e.Size, limit)
	}
	var payload []byte
	err := aside.Do(func() (err error) {
		switch e.Codec {
		case CodecRaw:
			if payload = e.Data; uint64(len(payload)) != uint64(e.Size) {
				err = fmt.Errorf("%w: raw envelope declares %d bytes and has %d", ErrMalformed, e.Size, len(payload))
			}
		case CodecZstd:
			payload, err = unzstd(e)
		case CodecRange:
			if payload, err = rangecoder.Decode(e.Data, int(e.Size)); err != nil {
				err = fmt.Errorf("%w: %w", ErrMalformed, err)
			}
		default:
			err = fmt.Errorf("%w: %s", ErrUnknownCodec, e.Codec)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return payload, nil
}

// unzstd decodes the single frame in e.Data. The frame's own size declaration has to agree with the envelope's
// before the output is allocated, and the decoder may not write beyond that allocation.
func unzstd(e Envelope) ([]byte, error) {
	var h zstd.Header
	if err := h.Decode(e.Data); err != nil {
		return nil, fmt.Errorf("%w: zstd header: %w", ErrMalformed, err)
	}
	switch {
	case h.Skippable || h.DictionaryID != 0 || !h.SingleSegment || !h.HasFCS:
		return nil, fmt.Errorf("%w: zstd frame is not one single segment with its size and without dictionary", ErrMalformed)
	case h.FrameContentSize != uint64(e.Size):
		return nil, fmt.Errorf("%w: zstd frame declares %d bytes, its envelope %d", ErrMalformed, h.FrameContentSize, e.Size)
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
		zstd.WithDecodeAllCapLimit(true), zstd.WithDecoderMaxMemory(max(uint64(e.Size), zstd.MinWindowSize)))
	if err != nil {
		return nil, fmt.Errorf("da: zstd decoder: %w", err)
	}
	defer dec.Close()
	out, err := dec.DecodeAll(e.Data, make([]byte, 0, e.Size))
	if err != nil {
		return nil, fmt.Errorf("%w: zstd: %w", ErrMalformed, err)
	}
	if uint64(len(out)) != uint64(e.Size) {
		return nil, fmt.Errorf("%w: zstd gave %d bytes, the envelope declares %d", ErrMalformed, len(out), e.Size)
	}
	return out, nil
}
