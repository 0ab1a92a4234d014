package da

// Invariants of this file: every field element written is below the BLS12-381 scalar field's modulus, because its two
// highest bits are zero; what is read back is exactly what was written; envelopes lie one behind the other without
// gaps, and none begins in one transaction and ends in another.

import (
	"fmt"
)

const (
	// BlobSize is the size of a blob in bytes (EIP-4844): 4096 field elements of 32 bytes.
	BlobSize = blobElements * elementSize
	// BlobCapacity is how many bytes of envelopes one blob holds: 254 bits of each field element.
	BlobCapacity = blobElements*(elementSize-1) + blobElements/4*3
	// MaxBlobs is how many blobs one transaction carries at most (EIP-7594).
	MaxBlobs = 6

	blobElements = 4096
	elementSize  = 32
	// blobBody is how many bytes of a blob lie in the low 31 bytes of its elements; the others lie in the high ones.
	blobBody = blobElements * (elementSize - 1)
)

// Blob is one EIP-4844 blob. Of BlobCapacity bytes, the first 126,976 lie in bytes 1 to 31 of the field elements, 31 in
// each; the last 3,072 lie in the low six bits of byte 0, three bytes over four elements, highest bits first. The two
// high bits of byte 0 are zero, so every element is canonical.
type Blob [BlobSize]byte

// fill lays data, at most BlobCapacity bytes, over the blob and zeroes what is left of it.
func (b *Blob) fill(data []byte) {
	clear(b[:])
	body := data[:min(len(data), blobBody)]
	for e := 0; len(body) > 0; e++ {
		n := copy(b[e*elementSize+1:(e+1)*elementSize], body)
		body = body[n:]
	}
	for e := 0; blobBody+e/4*3 < len(data); e += 4 {
		var three [3]byte
		copy(three[:], data[blobBody+e/4*3:])
		b[(e+0)*elementSize] = three[0] >> 2
		b[(e+1)*elementSize] = three[0]&0x03<<4 | three[1]>>4
		b[(e+2)*elementSize] = three[1]&0x0f<<2 | three[2]>>6
		b[(e+3)*elementSize] = three[2] & 0x3f
	}
}

// AppendData appends the BlobCapacity bytes that lie in the blob to dst. A blob that does not follow the layout is
// ErrMalformed.
func (b *Blob) AppendData(dst []byte) ([]byte, error) {
	for e := range blobElements {
		if high := b[e*elementSize]; high > 0x3f {
			return dst, fmt.Errorf("%w: field element %d begins with 0x%02x, more than six bits", ErrMalformed, e, high)
		}
		dst = append(dst, b[e*elementSize+1:(e+1)*elementSize]...)
	}
	for e := 0; e < blobElements; e += 4 {
		g0, g1 := b[(e+0)*elementSize], b[(e+1)*elementSize]
		g2, g3 := b[(e+2)*elementSize], b[(e+3)*elementSize]
		dst = append(dst, g0<<2|g1>>4, g1<<4|g2>>2, g2<<6|g3)
	}
	return dst, nil
}

// BlobSpan says where in the blobs of one transaction an encoded envelope lies: it begins Offset bytes into the data
// of blob First and touches Count blobs. As the Extra of a reference it is
//
//	first u8 | count u8 | offset u32
//
// big-endian. Blobs are numbered within the transaction, as blobhash numbers them.
type BlobSpan struct {
	First, Count uint8
	Offset       uint32
}

const blobSpanSize = 1 + 1 + 4

// blobSpan is the span of size bytes that begin at byte start of all the blobs' data.
func blobSpan(start, size int) BlobSpan {
	first, last := start/BlobCapacity, (start+size-1)/BlobCapacity
	return BlobSpan{First: uint8(first), Count: uint8(last - first + 1), Offset: uint32(start % BlobCapacity)}
}

// blobsOf is how many blobs hold size bytes.
func blobsOf(size int) int { return (size + BlobCapacity - 1) / BlobCapacity }

// fillBlobs lays data over as many blobs as it needs.
func fillBlobs(data []byte) []Blob {
	blobs := make([]Blob, blobsOf(len(data)))
	for i := range blobs {
		blobs[i].fill(data[i*BlobCapacity : min((i+1)*BlobCapacity, len(data))])
	}
	return blobs
}

// cut returns the size bytes that span names in blobs, which are the Count blobs of the span and no others.
func (s BlobSpan) cut(blobs []Blob, size int) ([]byte, error) {
	if len(blobs) != int(s.Count) {
		return nil, fmt.Errorf("%w: %d blobs for a span of %d", ErrMalformed, len(blobs), s.Count)
	}
	data := make([]byte, 0, len(blobs)*BlobCapacity)
	for i := range blobs {
		var err error
		if data, err = blobs[i].AppendData(data); err != nil {
			return nil, fmt.Errorf("blob %d: %w", int(s.First)+i, err)
		}
	}
	return data[s.Offset : int(s.Offset)+size], nil
}
