package figures_test

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/figures"
)

// Package comment: a measurement ends early with its context's error and leaves nothing behind.
func TestEndsWithContext(t *testing.T) {
	dir := t.TempDir()
	small := figures.DefaultReplicate()
	small.Dir, small.Duration, small.Callers = dir, time.Minute, []int{1}
	for name, measure := range map[string]func(context.Context, figures.Progress) error{
		"state": func(ctx context.Context, say figures.Progress) error {
			_, err := figures.State(ctx, figures.DefaultState(), say)
			return err
		},
		"tree": func(ctx context.Context, say figures.Progress) error {
			o := figures.DefaultTree()
			o.Leaves = o.Changes
			_, err := figures.Tree(ctx, o, say)
			return err
		},
		"codec": func(ctx context.Context, say figures.Progress) error {
			_, err := figures.Codec(ctx, figures.DefaultCodec(), say)
			return err
		},
		"restore": func(ctx context.Context, say figures.Progress) error {
			o := figures.DefaultRestore()
			o.Dir, o.Accounts = dir, 10
			_, err := figures.Restore(ctx, o, say)
			return err
		},
		"stalls": func(ctx context.Context, say figures.Progress) error {
			o := figures.DefaultStalls()
			o.Dir, o.Callers = dir, 1
			_, err := figures.Stalls(ctx, o, say)
			return err
		},
		"replicate": func(ctx context.Context, say figures.Progress) error {
			_, err := figures.Replicate(ctx, small, say)
			return err
		},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		err := measure(ctx, func(string, ...any) { cancel() }) // at the first line that it says
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
		cancel()
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// Validate reports every option that is out of range, and each measurement refuses what Validate does.
func TestOptions(t *testing.T) {
	o := figures.DefaultTree()
	o.Leaves, o.Versions, o.Rounds = 0, 1, -1
	_, err := figures.Tree(t.Context(), o, func(string, ...any) { t.Error("it began") })
	if all, ok := err.(interface{ Unwrap() []error }); !ok || len(all.Unwrap()) != 4 { // changes are more than leaves as well
		t.Errorf("%v", err)
	}
	if _, ok := errors.AsType[*figures.OptionError](err); !ok {
		t.Errorf("%v is no OptionError", err)
	}
	for name, err := range map[string]error{
		"state": figures.DefaultState().Validate(), "tree": figures.DefaultTree().Validate(),
		"codec": figures.DefaultCodec().Validate(), "replicate": figures.DefaultReplicate().Validate(),
		"restore": figures.DefaultRestore().Validate(), "stalls": figures.DefaultStalls().Validate(),
	} {
		if err != nil {
			t.Errorf("the defaults of %s: %v", name, err)
		}
	}
}

// Restore measures everything once, and what was restored is what was written.
func TestRestore(t *testing.T) {
	o := figures.DefaultRestore()
	o.Rounds, o.Accounts, o.Batches, o.Transitions, o.Dir = 1, 50, 2, 100, t.TempDir()
	r, err := figures.Restore(t.Context(), o, func(string, ...any) {})
	if err != nil {
		t.Fatal(err)
	}
	if r.Leaves == 0 || r.SnapshotBytes == 0 || min(r.DiskRate, r.WriteRate, r.RestoreRate, r.RestoreLeaves, r.RestartMs) <= 0 {
		t.Errorf("%+v", r)
	}
	if left, err := os.ReadDir(o.Dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// Stalls are counted where they are injected, and nothing ends without an outcome while no term ends.
func TestStalls(t *testing.T) {
	o := figures.DefaultStalls()
	o.Callers, o.Duration, o.Stall, o.Every, o.Dir = 2, time.Second, time.Millisecond, 10*time.Millisecond, t.TempDir()
	r, err := figures.Stalls(t.Context(), o, func(string, ...any) {})
	if err != nil {
		t.Fatal(err)
	}
	if writes := r.PerSecond * r.Seconds; writes > 50 && (r.Stalls == 0 || r.MaximumMs < r.StallMs) {
		t.Errorf("%+v", r)
	}
	if r.Elections == 0 && r.Unknown > 0 {
		t.Errorf("%d submissions ended without an outcome under one leader", r.Unknown)
	}
}
