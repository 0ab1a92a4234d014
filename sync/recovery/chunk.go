package recovery

// What a stream is cut into depends on its content alone: a stream that differs from another in a few places shares the
// chunks between them, so the second one's transfer moves what changed, and an interrupted one's goes on where it was.

import (
	"errors"
	"io"
	"math/bits"
)

// Sizes of chunks, in bytes. A boundary is where 20 bits of the rolling hash are zero: every MiB on average.
const (
	minChunk = 256 << 10
	maxChunk = 4 << 20
	cutBits  = 20
)

// chunker cuts a stream by a rolling hash over its last 64 bytes (the gear hash of Xia et al., "Ddelta", 2014; cutting
// by content is from Muthitacharoen et al., "LBFS", 2001).
type chunker struct {
	in   io.Reader
	gear [256]uint64
	buf  []byte
	have int // bytes of buf that are read
	done bool
}

func newChunker(in io.Reader) *chunker {
	c := &chunker{in: in, buf: make([]byte, maxChunk)}
	seed := uint64(0x486f6c6466617374) // "Holdfast": every writer must cut alike
	for i := range c.gear {
		seed += 0x9e3779b97f4a7c15 // splitmix64
		z := seed
		z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		c.gear[i] = z ^ z>>31
	}
	return c
}

// next returns the next chunk, which is valid until the one after is asked for; io.EOF after the last.
func (c *chunker) next() ([]byte, error) {
	for !c.done && c.have < maxChunk {
		n, err := c.in.Read(c.buf[c.have:])
		c.have += n
		if errors.Is(err, io.EOF) {
			c.done = true
		} else if err != nil {
			return nil, err
		}
	}
	if c.have == 0 {
		return nil, io.EOF
	}
	cut := c.boundary(c.buf[:c.have])
	chunk := append([]byte(nil), c.buf[:cut]...)
	c.have = copy(c.buf, c.buf[cut:c.have])
	return chunk, nil
}

func (c *chunker) boundary(b []byte) int {
	if len(b) <= minChunk {
		return len(b)
	}
	var h uint64
	for i := minChunk - 64; i < len(b); i++ {
		h = h<<1 + c.gear[b[i]]
		if i >= minChunk && bits.LeadingZeros64(h) >= cutBits {
			return i + 1
		}
	}
	return len(b)
}
