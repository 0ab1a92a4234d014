package zkvm_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
	"github.com/holdfast-rollup/holdfast/sync/zkvm"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/guest"
)

// sample is a ledger with three batches; the last has trades, cancels, amends, deposits and withdrawals.
func sample(tb testing.TB) (*ledger, uint64) {
	tb.Helper()
	l, f := newLedger(batch.PayloadTransitions), newTraders(5, 20, 1)
	l.applyAll(tb, f.setup())
	l.seal(tb)
	l.fill(f, 400)
	l.seal(tb)
	l.fill(f, 600)
	h := l.seal(tb).Header
	if h.InboxFrom == h.InboxTo || h.WithdrawalsRoot == batch.WithdrawalsRoot(nil) {
		tb.Fatal("the sample has no deposit or no withdrawal")
	}
	return l, h.Number
}

func inputOf(tb testing.TB, l *ledger, n uint64) guest.Input {
	tb.Helper()
	encoded, err := zkvm.InputOf(l, n, deployment)
	if err != nil {
		tb.Fatal(err)
	}
	in, err := guest.DecodeInput(encoded)
	if err != nil {
		tb.Fatal(err)
	}
	return in
}

// style: the same input gives the same journal, diff and statistics, alone, side by side and without wasm.
func TestExecutionIsDeterministic(t *testing.T) {
	l, n := sample(t)
	in := inputOf(t, l, n)
	input := in.Append(nil)
	e := executor(t, zkvm.Config{Concurrency: 2, CacheDir: t.TempDir()})
	first, err := e.Execute(t.Context(), input)
	if err != nil {
		t.Fatal(err)
	}
	again, err := zkvm.InputOf(l, n, deployment)
	if err != nil || !bytes.Equal(again, input) {
		t.Fatalf("the input differs the second time (%v)", err)
	}
	var group sync.WaitGroup
	for range 6 {
		group.Go(func() {
			result, failed := e.Execute(t.Context(), input)
			if failed != nil {
				t.Error(failed)
				return
			}
			if d := cmp.Diff(first, result); d != "" {
				t.Error(d)
			}
		})
	}
	group.Wait()
	native, err := guest.Run(input, guest.Host{})
	if err != nil {
		t.Fatal(err)
	}
	if want := append(first.Journal.Append(nil), first.Diff...); !bytes.Equal(native, want) {
		t.Fatal("the native guest and the wasm guest give different outputs")
	}
}

// A compiled guest is kept in the cache directory and used by the next executor.
func TestCompilationCacheServesTheNextExecutor(t *testing.T) {
	l, n := sample(t)
	in := inputOf(t, l, n)
	dir := t.TempDir()
	for range 2 {
		e := executor(t, zkvm.Config{CacheDir: dir})
		if _, err := e.Execute(t.Context(), in.Append(nil)); err != nil {
			t.Fatal(err)
		}
	}
}

// layers.md: a header that the execution does not lead to is a divergence, with both values.
func TestWrongHeaderIsADivergence(t *testing.T) {
	l, n := sample(t)
	in := inputOf(t, l, n)
	e := executor(t, zkvm.Config{})
	for name, test := range map[string]struct {
		spoil  func(h *batch.Header)
		fields []string
	}{
		"post-root":        {func(h *batch.Header) { h.PostRoot[31] ^= 1 }, []string{"header_hash", "post_root"}},
		"payload hash":     {func(h *batch.Header) { h.PayloadHash[0] ^= 1 }, []string{"header_hash", "payload_hash"}},
		"payload kind":     {func(h *batch.Header) { h.PayloadKind = batch.PayloadDiff }, []string{"header_hash", "payload_hash"}},
		"inbox":            {func(h *batch.Header) { h.InboxTo++ }, []string{"header_hash", "inbox_to"}},
		"inbox hash":       {func(h *batch.Header) { h.InboxHash[3] ^= 8 }, []string{"header_hash", "inbox_hash"}},
		"withdrawals root": {func(h *batch.Header) { h.WithdrawalsRoot[9] ^= 1 }, []string{"header_hash", "withdrawals_root"}},
		"sequences":        {func(h *batch.Header) { h.FirstSequence++; h.LastSequence++ }, []string{"header_hash"}},
	} {
		t.Run(name, func(t *testing.T) {
			header := l.batches[n].Header
			test.spoil(&header)
			wrong := in
			wrong.Header = header.Append(nil)
			result, err := e.Execute(t.Context(), wrong.Append(nil))
			var divergence *zkvm.DivergenceError
			if !errors.As(err, &divergence) {
				t.Fatalf("got %v", err)
			}
			if !slices.Equal(divergence.Fields, test.fields) {
				t.Errorf("fields %v, want %v", divergence.Fields, test.fields)
			}
			if divergence.Header != header || divergence.Journal.PostRoot != l.batches[n].Header.PostRoot || result == nil {
				t.Error("the error does not carry both sides, or there is no result as evidence")
			}
		})
	}
}

// layers.md: a tampered witness, payload or hint is refused or leads elsewhere; it never passes for the sealed batch
// with another content.
func TestTamperedInputIsNeverAccepted(t *testing.T) {
	l, n := sample(t)
	in := inputOf(t, l, n)
	honest, err := guest.Run(in.Append(nil), guest.Host{})
	if err != nil {
		t.Fatal(err)
	}
	header := l.batches[n].Header
	for name, part := range map[string]func(*guest.Input) *[]byte{
		"transitions": func(in *guest.Input) *[]byte { return &in.Transitions },
		"hints":       func(in *guest.Input) *[]byte { return &in.Hints },
		"witness":     func(in *guest.Input) *[]byte { return &in.Witness },
	} {
		t.Run(name, func(t *testing.T) {
			size := len(*part(&in))
			refused := 0
			for i := 0; i < size; i += 1 + size/400 {
				spoilt := in
				bytesOf := bytes.Clone(*part(&in))
				bytesOf[i] ^= 1 << (i % 8)
				*part(&spoilt) = bytesOf
				output, err := guest.Run(spoilt.Append(nil), guest.Host{})
				if err != nil {
					refused++
					continue
				}
				journal, err := guest.DecodeJournal(output[:guest.JournalSize])
				if err != nil {
					t.Fatal(err)
				}
				if zkvm.Compare(&journal, header, deployment) == nil && !bytes.Equal(output, honest) {
					t.Fatalf("bit flipped in byte %d: accepted with another output", i)
				}
				if name == "witness" && zkvm.Compare(&journal, header, deployment) == nil {
					t.Fatalf("bit flipped in byte %d of the witness: accepted", i)
				}
			}
			if refused == 0 {
				t.Fatal("nothing was refused")
			}
		})
	}
}

// state.md: running into a subtree that the witness does not show is an error, never a wrong answer.
func TestIncompleteWitnessIsRefused(t *testing.T) {
	l, n := sample(t)
	in := inputOf(t, l, n)
	transitions := must(batch.DecodePayload(in.Transitions, batch.DefaultLimits()))
	hints := must(state.DecodeHints(in.Hints, 1<<20))
	pre := must(l.View(n - 1))
	defer pre.Close()
	fork := pre.Fork(tree.Options{})
	if _, err := guest.Execute(fork, state.NewHintIndex(hints), transitions[:len(transitions)/2], nil); err != nil {
		t.Fatal(err)
	}
	in.Witness = fork.Witness()
	refused(t, in, guest.CodePruned)
}

func TestRefusalsSayWhy(t *testing.T) {
	l, n := sample(t)
	good := inputOf(t, l, n)
	other := inputOf(t, l, n-1)
	transitions := must(batch.DecodePayload(good.Transitions, batch.DefaultLimits()))

	t.Run("witness of another version", func(t *testing.T) {
		in := good
		in.Witness = other.Witness
		refused(t, in, guest.CodePreRoot)
	})
	t.Run("no witness", func(t *testing.T) {
		in := good
		in.Witness = nil
		refused(t, in, guest.CodePreRoot)
	})
	t.Run("witness that is none", func(t *testing.T) {
		in := good
		in.Witness = []byte{0xFF}
		refused(t, in, guest.CodeWitness)
	})
	t.Run("no hints", func(t *testing.T) {
		in := good
		in.Hints = state.AppendHints(nil, nil)
		refused(t, in, guest.CodeTransition)
	})
	t.Run("a transition that is not accepted", func(t *testing.T) {
		in := good
		in.Transitions = batch.EncodePayload(nil, []command.Transition{{Kind: command.Cancel, Order: 1 << 40}})
		refused(t, in, guest.CodeTransition)
	})
	t.Run("a transition twice", func(t *testing.T) {
		in := good
		i := slices.IndexFunc(transitions, func(t command.Transition) bool { return t.Kind == command.Cancel })
		in.Transitions = batch.EncodePayload(nil, slices.Insert(slices.Clone(transitions), i, transitions[i]))
		refused(t, in, guest.CodeTransition)
	})
	t.Run("header", func(t *testing.T) {
		in := good
		in.Header = make([]byte, batch.HeaderSize)
		refused(t, in, guest.CodeInput)
	})
}

// refused checks the reason, natively and through the executor's host call.
func refused(t *testing.T, in guest.Input, want guest.Code) {
	t.Helper()
	encoded := in.Append(nil)
	if _, err := guest.Run(encoded, guest.Host{}); err == nil || guest.CodeOf(err) != want {
		t.Fatalf("native guest: %v, want %s", err, want)
	}
	_, err := executor(t, zkvm.Config{}).Execute(t.Context(), encoded)
	var refusal *zkvm.RefusalError
	if !errors.As(err, &refusal) || refusal.Code != want || refusal.Message == "" {
		t.Fatalf("executor: %v, want %s", err, want)
	}
}

// The memory cap ends an execution with an error of its own, and the executor goes on.
func TestMemoryCapIsAClearError(t *testing.T) {
	l, n := sample(t)
	in := inputOf(t, l, n)
	e := executor(t, zkvm.Config{MemoryBytes: 6 << 20})
	big := in
	big.Witness = append(bytes.Clone(in.Witness), make([]byte, 16<<20)...)
	if _, err := e.Execute(t.Context(), big.Append(nil)); !errors.Is(err, zkvm.ErrMemory) {
		t.Fatalf("got %v", err)
	}
	small := inputOf(t, l, 1)
	if _, err := e.Execute(t.Context(), small.Append(nil)); err != nil {
		t.Fatalf("afterwards: %v", err)
	}
}

// state.md: a change of behaviour is a program version; an executor without it says so and takes nobody for divergent.
func TestUnknownProgramVersionIsNoDivergence(t *testing.T) {
	l, n := sample(t)
	in := inputOf(t, l, n)
	header := l.batches[n].Header
	header.ProgramVersion = zkvm.ProgramVersion + 1
	in.Header = header.Append(nil)
	_, err := executor(t, zkvm.Config{}).Execute(t.Context(), in.Append(nil))
	if divergence := (*zkvm.DivergenceError)(nil); !errors.Is(err, zkvm.ErrProgramVersion) || errors.As(err, &divergence) {
		t.Fatalf("got %v", err)
	}
	output := must(guest.Run(in.Append(nil), guest.Host{}))
	if journal := must(guest.DecodeJournal(output[:guest.JournalSize])); journal.ProgramVersion != guest.ProgramVersion {
		t.Fatalf("the guest states version %d", journal.ProgramVersion)
	}
}

func TestInputCap(t *testing.T) {
	e := executor(t, zkvm.Config{InputBytes: 1000})
	if _, err := e.Execute(t.Context(), make([]byte, 1001)); !errors.Is(err, zkvm.ErrInputTooLarge) {
		t.Fatalf("got %v", err)
	}
	var refusal *zkvm.RefusalError
	if _, err := e.Execute(t.Context(), nil); !errors.As(err, &refusal) || refusal.Code != guest.CodeInput {
		t.Fatalf("empty input: %v", err)
	}
}

// expiring is a context that ends after it was asked a number of times.
type expiring struct {
	context.Context

	mu   sync.Mutex
	left int
}

func (c *expiring) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.left == 0 {
		return context.Canceled
	}
	c.left--
	return nil
}

// An execution whose context ends is stopped in the middle, and the executor goes on.
func TestCancellationStopsAnExecution(t *testing.T) {
	l, n := sample(t)
	in := inputOf(t, l, n)
	e := executor(t, zkvm.Config{})
	for _, calls := range []int{0, 1, 2, 3} {
		ctx := &expiring{Context: t.Context(), left: calls}
		if result, err := e.Execute(ctx, in.Append(nil)); !errors.Is(err, context.Canceled) || result != nil {
			t.Fatalf("after %d looks at the context: %v", calls, err)
		}
	}
	if _, err := e.Execute(t.Context(), in.Append(nil)); err != nil {
		t.Fatalf("afterwards: %v", err)
	}
}

func TestConfigReportsEverything(t *testing.T) {
	err := zkvm.Config{MemoryBytes: 1, InputBytes: -1, Concurrency: -1}.Validate()
	if err == nil || len(err.(interface{ Unwrap() []error }).Unwrap()) != 3 {
		t.Fatalf("got %v", err)
	}
	if _, err := zkvm.Open(t.Context(), zkvm.Config{Concurrency: -1}); err == nil {
		t.Fatal("opened with a bad configuration")
	}
}

// What a source no longer keeps is an error of its own.
func TestInputOfSaysWhatIsMissing(t *testing.T) {
	l, n := sample(t)
	for _, missing := range []uint64{0, n + 1} {
		if _, err := zkvm.InputOf(l, missing, deployment); err == nil {
			t.Fatalf("made an input for batch %d", missing)
		}
	}
}

// Without the post-version the hints are searched for, and are the same.
func TestHintsAreTheSameBothWays(t *testing.T) {
	l, n := sample(t)
	pre, post := must(l.View(n-1)), must(l.View(n))
	defer pre.Close()
	defer post.Close()
	sealed := l.batches[n]
	with, err := zkvm.Input(pre, post, sealed.Header, sealed.Payload, deployment)
	if err != nil {
		t.Fatal(err)
	}
	without, err := zkvm.Input(pre, nil, sealed.Header, sealed.Payload, deployment)
	if err != nil || !bytes.Equal(with, without) {
		t.Fatalf("inputs differ (%v)", err)
	}
}
