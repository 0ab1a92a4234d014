package zkvm_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-rollup/holdfast/sync/zkvm"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/guest"
)

// childEnv makes this test program an executor's process, of the kind that it names.
const (
	childEnv = "ZKVM_TEST_CHILD"
	cacheEnv = "ZKVM_TEST_CACHE"
)

// child is the executor's process; its kinds but "serve" are broken ones.
func child(kind string) int {
	switch kind {
	case "serve":
		config := zkvm.Config{CacheDir: os.Getenv(cacheEnv)}
		if err := zkvm.Serve(context.Background(), config, func() {}, os.Stdin, os.Stdout); err != nil {
			return 1
		}
	case "starved": // in the background alone
		if slices.Contains(os.Args, "--back") {
			return child("mute")
		}
		return child("serve")
	case "mute": // never answers
		hello(os.Stdout)
		_, _ = io.Copy(io.Discard, os.Stdin)
	case "dies": // after the first bytes of a request
		hello(os.Stdout)
		_, _ = io.ReadFull(os.Stdin, make([]byte, 8))
		return 3
	case "babbles":
		hello(os.Stdout)
		_, _ = io.ReadFull(os.Stdin, make([]byte, 8))
		_, _ = os.Stdout.Write(append(binary.BigEndian.AppendUint32(nil, 3), 9, 9, 9))
		_, _ = io.Copy(io.Discard, os.Stdin)
	case "stranger":
		_, _ = os.Stdout.Write(bytes.Repeat([]byte("x"), 100))
	case "other guest":
		_, _ = os.Stdout.Write(append([]byte("HFEX\x01"), make([]byte, 32)...))
		_, _ = io.Copy(io.Discard, os.Stdin)
	}
	return 0
}

func hello(w io.Writer) {
	id, err := zkvm.IDs()
	check(err)
	_, _ = w.Write(append([]byte("HFEX\x01"), id[:]...))
}

func processes(t *testing.T, kind string, config zkvm.Config) (*zkvm.Processes, error) {
	t.Helper()
	t.Setenv(childEnv, kind)
	t.Setenv(cacheEnv, cacheDir)
	config.CacheDir = cacheDir
	p, err := zkvm.OpenProcesses([]string{os.Args[0]}, config, slog.New(slog.DiscardHandler))
	if err == nil {
		t.Cleanup(func() {
			if cerr := p.Close(context.Background()); cerr != nil && kind == "serve" {
				t.Error(cerr)
			}
		})
	}
	return p, err
}

// A process gives what the executor gives, side by side too, and a refusal, a cap and another program version pass as
// themselves.
func TestProcessesAnswerAsTheExecutor(t *testing.T) {
	l, n := sample(t)
	in := inputOf(t, l, n)
	want, err := executor(t, zkvm.Config{}).Execute(t.Context(), in.Append(nil))
	if err != nil {
		t.Fatal(err)
	}
	p, err := processes(t, "serve", zkvm.Config{Concurrency: 2})
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			got, failed := p.Execute(t.Context(), in.Append(nil))
			if d := cmp.Diff(want, got); failed != nil || d != "" {
				t.Errorf("%v %s", failed, d)
			}
		})
	}
	group.Wait()

	refused := in
	refused.Witness = nil
	refusal := (*zkvm.RefusalError)(nil)
	if _, err = p.Execute(t.Context(), refused.Append(nil)); !errors.As(err, &refusal) || refusal.Code != guest.CodePreRoot || refusal.Message == "" {
		t.Errorf("refusal: %v", err)
	}
	wrong := in
	header := l.batches[n].Header
	header.PostRoot[0] ^= 1
	wrong.Header = header.Append(nil)
	divergence := (*zkvm.DivergenceError)(nil)
	if result, derr := p.Execute(t.Context(), wrong.Append(nil)); !errors.As(derr, &divergence) || result == nil {
		t.Errorf("divergence: %v", derr)
	}
	header.ProgramVersion++
	wrong.Header = header.Append(nil)
	if _, err = p.Execute(t.Context(), wrong.Append(nil)); !errors.Is(err, zkvm.ErrProgramVersion) {
		t.Errorf("version: %v", err)
	}
	if _, err = p.Execute(t.Context(), make([]byte, zkvm.DefaultInputBytes+1)); !errors.Is(err, zkvm.ErrInputTooLarge) {
		t.Errorf("cap: %v", err)
	}
}

// A process that ends, does not keep to the protocol or is not waited for any more says nothing about the batch, and is
// ended; one that runs another guest is none.
func TestBrokenProcesses(t *testing.T) {
	l, n := sample(t)
	in := inputOf(t, l, n)
	input := in.Append(nil)
	for _, kind := range []string{"dies", "babbles"} {
		p, err := processes(t, kind, zkvm.Config{Concurrency: 1})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := p.Execute(t.Context(), input); !errors.Is(err, zkvm.ErrCrashed) {
				t.Errorf("%s: %v", kind, err)
			}
		}
	}
	p, err := processes(t, "mute", zkvm.Config{Concurrency: 1})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, failed := p.Execute(ctx, input)
		ended <- failed
	}()
	cancel()
	if err = <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("mute: %v", err)
	}
	for _, kind := range []string{"stranger", "other guest", "ends at once"} {
		if _, err := processes(t, kind, zkvm.Config{}); err == nil || !strings.Contains(err.Error(), "executor's process") && !strings.Contains(err.Error(), "protocol") {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

// An execution that nobody has processor time for in the background is begun again where it has.
func TestStarvedExecutionIsBegunAgain(t *testing.T) {
	l, n := sample(t)
	in := inputOf(t, l, n)
	p, err := processes(t, "starved", zkvm.Config{Concurrency: 1})
	if err != nil {
		t.Fatal(err)
	}
	result, err := p.Execute(t.Context(), in.Append(nil))
	if err != nil || result.Journal.HeaderHash != l.batches[n].Hash {
		t.Fatalf("%v %+v", err, result)
	}
}

// A crash of one process is not the end: the next execution has a new one.
func TestProcessThatWasKilledIsReplaced(t *testing.T) {
	l, n := sample(t)
	in := inputOf(t, l, n)
	p, err := processes(t, "serve", zkvm.Config{Concurrency: 1})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 3 { // the slot is not taken, or the process is ended in the middle
		if _, err = p.Execute(ctx, in.Append(nil)); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	if _, err = p.Execute(t.Context(), in.Append(nil)); err != nil {
		t.Fatalf("afterwards: %v", err)
	}
}
