//go:build linux

package devnet

// The test's own program is the replicas' program, so that a process can die at a place that no configuration reaches.

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/cmd/holdfast/node"
)

// marksEnv names the directory in which a process that dies leaves a mark.
const marksEnv = "DEVNET_TEST_MARKS"

func TestMain(m *testing.M) {
	if len(os.Args) == 4 && os.Args[1] == "node" {
		if err := mortal(os.Args[3]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// deadly are the places at which a process dies, once each: before and behind what it does outside.
func deadly() []string {
	return []string{"published/unrecorded", "intent/recorded", "commit/sent", "included/unrecorded", "verify/fenced"}
}

func mark(place string) string {
	return filepath.Join(os.Getenv(marksEnv), strings.ReplaceAll(place, "/", "-"))
}

// mortal runs a replica that kills itself at the deadly places where no replica has died yet.
func mortal(file string) error {
	cfg, err := config.Load(config.Sources{File: file})
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	return node.Run(ctx, node.Options{
		Config: cfg, Version: "test", Logger: slog.New(slog.NewTextHandler(os.Stderr, nil)),
		Failpoint: func(_ context.Context, place string) error {
			if !slices.Contains(deadly(), place) {
				return nil
			}
			f, err := os.OpenFile(mark(place), os.O_CREATE|os.O_EXCL, 0o600)
			if err != nil {
				return nil //nolint:nilerr // somebody has died here
			}
			_ = f.Close()
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		},
	})
}

// layers.md, "atomic across layers": processes that are killed in the middle of a duty's step leave what the next leader
// finishes; nothing is lost and nothing is anchored twice.
func TestProcessesDieInTheMiddleOfDuties(t *testing.T) {
	t.Setenv(marksEnv, t.TempDir())
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	o := short(t)
	o.Processes, o.Executable, o.Speed, o.Duration = true, program, 300, 0
	r := newRun(o)
	defer func() {
		if cerr := r.close(); cerr != nil {
			t.Error(cerr)
		}
	}()
	dir, _, err := directory(o.Dir)
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.WithoutCancel(t.Context())
	flow, end := context.WithTimeout(ctx, 5*time.Minute)
	defer end()
	if err = r.start(ctx, dir); err != nil {
		t.Fatal(err)
	}
	supervised := make(chan error, 1)
	life, stop := context.WithCancel(ctx)
	go func() { supervised <- supervise(life, r.replicas, end) }()
	drained := false
	if err = r.submit(flow); err == nil {
		drained, err = r.drain(ctx) // who died at the last place is started again meanwhile
	}
	stop()
	if serr := <-supervised; err != nil || serr != nil {
		t.Fatal(err, serr)
	}
	for _, place := range deadly() {
		if _, missing := os.Stat(mark(place)); missing != nil {
			t.Errorf("nobody died at %s", place)
		}
	}
	s, err := r.summarize(ctx, drained)
	if err != nil {
		t.Fatal(err)
	}
	checkSummary(t, s)
}

// supervise starts replicas again that died, and calls end once somebody has died at each place.
func supervise(ctx context.Context, r *replicas, end func()) error {
	for _, m := range r.members {
		m.killed.Store(true) // its end is no failure
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		for _, m := range r.members {
			select {
			case <-m.done:
				if err := r.start(m); err != nil {
					return err
				}
				m.killed.Store(true)
			default:
			}
		}
		if !slices.ContainsFunc(deadly(), func(p string) bool { _, err := os.Stat(mark(p)); return err != nil }) {
			end()
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}
