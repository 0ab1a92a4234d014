package fsm

import "io"

// twinLead is how many writes a twin's reader may be behind: some hundreds of kilobytes, so that neither side waits for the
// other record by record.
const twinLead = 16

// A twin gives what one goroutine writes to another that reads, through buffers that come back. The writer ends it; the
// reader reads to the end.
type twin struct {
	full, free chan []byte
	buf, rest  []byte // the reader's: what it has taken, and what it has not read of it
}

func newTwin() *twin {
	return &twin{full: make(chan []byte, twinLead), free: make(chan []byte, twinLead+2)} // one more with each side
}

func (t *twin) Write(p []byte) (int, error) {
	var buf []byte
	select {
	case buf = <-t.free:
	default:
	}
	t.full <- append(buf[:0], p...)
	return len(p), nil
}

func (t *twin) end() { close(t.full) }

func (t *twin) Read(p []byte) (int, error) {
	if len(t.rest) == 0 {
		if t.buf != nil {
			t.free <- t.buf
		}
		var more bool
		if t.buf, more = <-t.full; !more {
			return 0, io.EOF
		}
		t.rest = t.buf
	}
	n := copy(p, t.rest)
	t.rest = t.rest[n:]
	return n, nil
}
