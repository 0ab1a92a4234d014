package zkvm

// Invariant of this file: what passes between a replica and its executor's process is an input one way and an answer
// the other, one at a time; either side ends at the first byte that it does not understand.
//
//	hello     "HFEX" | version u8 = 1 | ids 32                    once, by the process
//	request   size u32 | input
//	answer    size u32 | kind u8 = 1 | hashed blocks u64 | memory u64 | output          journal and diff
//	                     kind u8 = 2 | code u32 | message                               the guest refused
//	                     kind u8 = 3 | cause u8 | message                               nothing is known of the input
//
// Integers are big-endian. ids is the SHA-256 of the ids of all guests that the process has, by version. A cause is an index of causes, 0 for any other.

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/holdfast-rollup/holdfast/sync/zkvm/guest"
)

const (
	helloMagic   = "HFEX"
	helloVersion = 1
	helloBytes   = len(helloMagic) + 1 + 32

	kindOutput  = 1
	kindRefusal = 2
	kindFailure = 3

	maxFailureBytes = 4 << 10
	// maxOutputBytes bounds an answer: a net diff is at most of the order of its input.
	maxOutputBytes = 1 << 30
)

var errProtocol = errors.New("zkvm: the executor's process does not keep to the protocol")

// causes are the errors that pass between the processes as themselves.
func causes() []error {
	return []error{nil, ErrInputTooLarge, ErrProgramVersion, ErrMemory, ErrCrashed}
}

// Serve is the executor's process: it answers the requests that come on in, one at a time, until in ends. Nothing but
// its parent's end ends it sooner. The parent waits for the hello, so nothing comes before it; ready is called once the
// newest guest is compiled.
func Serve(ctx context.Context, config Config, ready func(), in io.Reader, out io.Writer) (err error) {
	if err = config.Validate(); err != nil {
		return fmt.Errorf("zkvm: configuration: %w", err)
	}
	id, err := ids()
	if err != nil {
		return err
	}
	hello := append([]byte(helloMagic), helloVersion)
	if _, err = out.Write(append(hello, id[:]...)); err != nil {
		return fmt.Errorf("zkvm: %w", err)
	}
	e, err := Open(ctx, config)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.Close(context.WithoutCancel(ctx))) }()
	ready()
	for {
		input, err := readFrame(in, e.config.InputBytes)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := writeFrame(out, e.answer(ctx, input)); err != nil {
			return err
		}
	}
}

// answer executes one input.
func (e *Executor) answer(ctx context.Context, input []byte) []byte {
	x, err := e.execute(ctx, input)
	refusal, refused := errors.AsType[*RefusalError](err)
	switch {
	case refused:
		return append(binary.BigEndian.AppendUint32([]byte{kindRefusal}, uint32(refusal.Code)), refusal.Message...)
	case err != nil:
		cause := 0
		for i, known := range causes() {
			if known != nil && errors.Is(err, known) {
				cause = i
			}
		}
		message := err.Error()
		return append([]byte{kindFailure, byte(cause)}, message[:min(len(message), maxFailureBytes)]...)
	}
	b := make([]byte, 0, 17+len(x.output))
	b = binary.BigEndian.AppendUint64(append(b, kindOutput), x.hashed)
	b = binary.BigEndian.AppendUint64(b, x.memoryBytes)
	return append(b, x.output...)
}

// readAnswer is what the parent makes of an answer: an execution that has ended, or one of Execute's errors as its
// outcome. An answer that is none is an error.
func readAnswer(b []byte) (x *execution, outcome, err error) {
	if len(b) < 1 {
		return nil, nil, fmt.Errorf("%w: an empty answer", errProtocol)
	}
	kind, rest := b[0], b[1:]
	switch {
	case kind == kindOutput && len(rest) >= 16:
		return &execution{
			hashed: binary.BigEndian.Uint64(rest), memoryBytes: binary.BigEndian.Uint64(rest[8:]), output: rest[16:],
		}, nil, nil
	case kind == kindRefusal && len(rest) >= 4 && len(rest) <= 4+maxRefusalBytes:
		return nil, &RefusalError{Code: guest.Code(binary.BigEndian.Uint32(rest)), Message: string(rest[4:])}, nil
	case kind == kindFailure && len(rest) >= 1 && int(rest[0]) < len(causes()) && len(rest) <= 1+maxFailureBytes:
		if cause := causes()[rest[0]]; cause != nil {
			return nil, fmt.Errorf("%w (%s)", cause, rest[1:]), nil
		}
		return nil, fmt.Errorf("zkvm: executor's process: %s", rest[1:]), nil
	}
	return nil, nil, fmt.Errorf("%w: answer of kind %d with %d bytes", errProtocol, kind, len(rest))
}

func readHello(in io.Reader) (id [32]byte, err error) {
	b := make([]byte, helloBytes)
	if _, err = io.ReadFull(in, b); err != nil {
		return id, fmt.Errorf("zkvm: executor's process: %w", err)
	}
	if string(b[:len(helloMagic)]) != helloMagic || b[len(helloMagic)] != helloVersion {
		return id, fmt.Errorf("%w: it begins with %x", errProtocol, b[:len(helloMagic)+1])
	}
	return [32]byte(b[len(helloMagic)+1:]), nil
}

func readFrame(in io.Reader, limit int) ([]byte, error) {
	var size [4]byte
	if _, err := io.ReadFull(in, size[:]); err != nil {
		return nil, fmt.Errorf("zkvm: executor's process: %w", err)
	}
	n := binary.BigEndian.Uint32(size[:])
	if uint64(n) > uint64(limit) {
		return nil, fmt.Errorf("%w: a frame of %d bytes, the limit is %d", errProtocol, n, limit)
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(in, b); err != nil {
		return nil, fmt.Errorf("zkvm: executor's process: a frame of %d bytes is cut short: %w", n, errors.Join(err, io.ErrUnexpectedEOF))
	}
	return b, nil
}

func writeFrame(out io.Writer, b []byte) error {
	w := bufio.NewWriter(out)
	_, err := w.Write(binary.BigEndian.AppendUint32(nil, uint32(len(b))))
	if err == nil {
		_, err = w.Write(b)
	}
	if err == nil {
		err = w.Flush()
	}
	if err != nil {
		return fmt.Errorf("zkvm: executor's process: %w", err)
	}
	return nil
}
