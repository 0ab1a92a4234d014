package fsm

import (
	"bytes"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"
)

// twin.go: the reader gets what is written, however it is cut, and a writer that is done waits for nobody.
func TestTwin(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	want := make([]byte, 1<<20)
	for i := range want {
		want[i] = byte(r.Uint32())
	}
	w := newTwin()
	read := make(chan error)
	go func() { read <- iotest.TestReader(w, want) }()
	for rest := want; len(rest) > 0; {
		n := 1 + r.IntN(min(len(rest), 64<<10))
		part := bytes.Clone(rest[:n])
		if _, err := w.Write(part); err != nil {
			t.Fatal(err)
		}
		clear(part) // the writer's again
		rest = rest[n:]
	}
	w.end()
	if err := <-read; err != nil {
		t.Fatal(err)
	}
	if n, err := w.Read(make([]byte, 1)); n != 0 || err != io.EOF { //nolint:errorlint // a reader's end is that very error
		t.Errorf("after the end: %d, %v", n, err)
	}
}
