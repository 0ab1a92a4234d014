package manager_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/pprof"
	"strconv"
	"testing"
	"time"
)

// The figure: what a replica's full verification of a window of 64 batches, every second, takes of a core; first
// of a cluster at rest, then of one that seals and anchors. The share is of the samples of a processor profile that are
// labelled with the checker; what the L1 and its client's connections do for it is not among them.
// HOLDFAST_FIGURES=1 go test ./sync/manager -run TestFigureOfVerification -v -count 1
func TestFigureOfVerification(t *testing.T) {
	if os.Getenv("HOLDFAST_FIGURES") == "" {
		t.Skip("HOLDFAST_FIGURES says that figures are wanted")
	}
	const window, during = 64, 30 * time.Second
	r := newRigFrom(&rig{t: t, finalized: 1 << 20, interval: time.Second}, nil) // nothing becomes final: all of it is the window
	r.commits(window)
	measure := func(what string, load func()) {
		checks := r.checks()
		path := filepath.Join(t.TempDir(), "profile")
		f, err := os.Create(path)
		r.check(err)
		r.check(pprof.StartCPUProfile(f))
		began := time.Now()
		for time.Since(began) < during {
			load()
			time.Sleep(500 * time.Millisecond) // the figure is of a time span
		}
		pprof.StopCPUProfile()
		took := time.Since(began)
		r.check(f.Close())
		spent, all := sampled(t, path)
		h := r.leader().machine.Cursor().Heads()
		each := spent.Seconds() / float64(len(r.replicas))
		t.Logf("%s: window %d to %d, %d checks of %d replicas in %s: %.2f %% of a core each, %s in all of the process's %s",
			what, h.Finalized+1, h.Sealed, r.checks()-checks, len(r.replicas), took.Round(time.Second), 100*each/took.Seconds(), spent, all)
	}
	measure("at rest", func() {})
	measure("while batches come", func() { r.submit(100) })
}

// checks of all replicas.
func (r *rig) checks() (n uint64) {
	for _, x := range r.replicas {
		n += x.manager.Checks()
	}
	return n
}

// sampled is what a profile's samples of the checker took, and all samples.
func sampled(t *testing.T, profile string) (verify, all time.Duration) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "tool", "pprof", "-top", "-unit", "ms", "-tagfocus", "duty=verify", profile).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	found := regexp.MustCompile(`accounting for (\S+)ms, \S+% of (\S+)ms total`).FindSubmatch(out)
	if found == nil {
		t.Fatalf("no total in %s", out)
	}
	ms := func(b []byte) time.Duration {
		n, err := strconv.ParseFloat(string(b), 64)
		if err != nil {
			t.Fatal(err)
		}
		return time.Duration(n * float64(time.Millisecond))
	}
	return ms(found[1]), ms(found[2])
}
