package zkvm

import (
	"bytes"
	"errors"
	"testing"

	"github.com/holdfast-rollup/holdfast/sync/zkvm/guest"
)

// style: fuzz where bytes come in. An answer is an output, an outcome, or a breach of the protocol; nothing else.
func FuzzReadAnswer(f *testing.F) {
	f.Add([]byte{})
	f.Add(append([]byte{kindOutput}, make([]byte, 16+guest.JournalSize)...))
	f.Add([]byte{kindRefusal, 0, 0, 0, byte(guest.CodeWitness), 'w'})
	f.Add([]byte{kindFailure, 3, 'm'})
	f.Fuzz(func(t *testing.T, b []byte) {
		x, outcome, err := readAnswer(b)
		switch {
		case err != nil:
			if x != nil || outcome != nil || !errors.Is(err, errProtocol) {
				t.Fatalf("%v %v %v", x, outcome, err)
			}
		case (x == nil) == (outcome == nil):
			t.Fatalf("neither or both: %v %v", x, outcome)
		case x != nil && !bytes.Equal(x.output, b[17:]):
			t.Fatal("another output")
		}
	})
}

// What an executor answers, its parent reads as the same.
func TestFailuresPassAsThemselves(t *testing.T) {
	e := &Executor{config: Config{InputBytes: 1}}
	_, outcome, err := readAnswer(e.answer(t.Context(), make([]byte, 2)))
	if err != nil || !errors.Is(outcome, ErrInputTooLarge) {
		t.Errorf("%v, %v", outcome, err)
	}
	_, outcome, err = readAnswer(e.answer(t.Context(), nil))
	if refusal := (*RefusalError)(nil); err != nil || !errors.As(outcome, &refusal) || refusal.Code != guest.CodeInput {
		t.Errorf("%v, %v", outcome, err)
	}
	for _, size := range []int{1, 5} {
		if _, err := readFrame(bytes.NewReader(append([]byte{0, 0, 0, byte(size)}, make([]byte, size-1)...)), 4); err == nil {
			t.Errorf("read a frame of %d that is cut short or too long", size)
		}
	}
}
