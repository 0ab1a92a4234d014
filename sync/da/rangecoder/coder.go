package rangecoder

// What must hold here: low, width and code of the decoder follow those of the encoder bit for bit; width is at least
// 2^24 before every decision, so that each of the two outcomes keeps a part of it whatever its probability in (0, 1).

// Probabilities are of a set bit, in 1/65536. Neither outcome is ever impossible.
const probabilityBits = 16

// coder is one range coder in either direction: what is to be coded goes in when it encodes and comes out when it
// decodes, so that one description of a format serves both.
type coder struct {
	decoding bool
	width    uint32

	// Encoding: what is certain stands in out, save for a byte and the 0xFF bytes behind it that a carry may change.
	low    uint64
	held   byte
	behind int // bytes held back, the first being held
	out    []byte

	// Decoding: reading past the end gives zeros, and over counts them.
	code uint32
	in   []byte
	over int
}

// tailBytes is how many bytes of low are flushed at the end; a decoder has read them all when it has taken as many.
const tailBytes = 4

func encodeTo(dst []byte) coder { return coder{width: 0xFFFFFFFF, out: dst} }

func decodeFrom(in []byte) coder {
	c := coder{decoding: true, width: 0xFFFFFFFF, in: in}
	for range tailBytes {
		c.code = c.code<<8 | uint32(c.next())
	}
	return c
}

func (c *coder) next() byte {
	if len(c.in) == 0 {
		c.over++
		return 0
	}
	b := c.in[0]
	c.in = c.in[1:]
	return b
}

// normalize makes width at least 2^24 again.
func (c *coder) normalize() {
	for c.width < 1<<24 {
		c.width <<= 8
		if c.decoding {
			c.code = c.code<<8 | uint32(c.next())
		} else {
			c.shift()
		}
	}
}

// even codes n bits that nothing is known of, at most 8.
func (c *coder) even(v uint32, n int) uint32 {
	c.width >>= n
	if c.decoding {
		v = min(c.code/c.width, 1<<n-1)
		c.code -= v * c.width
	} else {
		c.low += uint64(v) * uint64(c.width)
	}
	c.normalize()
	return v
}

// shift moves the top byte of low out. A byte may still get a carry as long as only 0xFF bytes follow it; the very
// first never gets one, because all that is coded is a fraction below one.
func (c *coder) shift() {
	if carry := byte(c.low >> 32); carry != 0 || c.behind == 0 || uint32(c.low) < 0xFF000000 {
		if c.behind > 0 {
			c.out = append(c.out, c.held+carry)
			for c.behind--; c.behind > 0; c.behind-- {
				c.out = append(c.out, 0xFF+carry)
			}
		}
		c.held = byte(c.low >> 24)
	}
	c.behind++
	c.low = c.low & 0x00FFFFFF << 8
}

// finish gives everything that was encoded.
func (c *coder) finish() []byte {
	for range tailBytes + 1 {
		c.shift()
	}
	return c.out
}
