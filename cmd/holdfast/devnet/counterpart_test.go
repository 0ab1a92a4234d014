package devnet

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/counterpart"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
)

// fault is done to a chain when a run's flow has run so long.
type fault struct {
	after time.Duration
	name  string
	do    func()
}

// README "devnet": a whole cluster on an L1 of another make, with a reorganization that takes anchors back and an outage
// of JSON-RPC and Beacon API: nothing is lost, nothing is anchored twice, and everything is final in the end.
func TestRunOnAnotherL1(t *testing.T) {
	if os.Getenv(counterpart.KindEnv) == "" {
		t.Skipf("%s names no L1; see sync/layer1/README.md", counterpart.KindEnv)
	}
	kind, err := counterpart.Chosen()
	if err != nil {
		t.Fatal(err)
	}
	for _, primary := range []string{"archive", "blob"} {
		t.Run(primary, func(t *testing.T) { runOn(t, kind, primary) })
	}
}

func runOn(t *testing.T, kind counterpart.Kind, primary string) {
	t.Helper()
	chain, err := counterpart.Start(context.Background(), kind, embedded.Config{Interval: time.Second, SafeDepth: 6, FinalizedDepth: 12})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if cerr := chain.Close(); cerr != nil {
			t.Error(cerr)
		}
	}()
	o := short(t)
	o.DA, o.Speed, o.Duration, o.Drain = primary, 200, 30*time.Second, 3*time.Minute
	onChain(t, &o, chain)
	outage := func(f embedded.Fault) {
		chain.SetFault(f)
		chain.SetBeaconFault(f)
	}
	var failed error
	faults := []fault{
		{8 * time.Second, "reorganization of 6 blocks", func() { _, failed = chain.Reorg(6, 7) }},
		{14 * time.Second, "outage", func() { outage(embedded.FaultUnavailable) }},
		{22 * time.Second, "end of the outage", func() { outage(embedded.FaultNone) }},
	}
	var committed uint64
	o.View = func(s Sample) {
		for _, r := range s.Replicas {
			if n := r.Heads.GetCommitted(); r.Err == nil && r.Leader && n != committed {
				t.Logf("%5.1f s: committed %d of %d sealed", s.Elapsed.Seconds(), n, r.Heads.GetSealed())
				committed = n
			}
		}
		for len(faults) > 0 && s.Elapsed >= faults[0].after {
			t.Logf("%5.1f s: %s", s.Elapsed.Seconds(), faults[0].name)
			faults[0].do()
			faults = faults[1:]
		}
	}
	s, err := Run(t.Context(), o)
	if err = errors.Join(err, failed); err != nil {
		t.Fatal(err)
	}
	if len(faults) > 0 {
		t.Errorf("%d faults were not done", len(faults))
	}
	checkSummary(t, s)
	t.Logf("%d transitions, %d batches, all final on %s with %s; read back: %v", s.TransitionsAcked, s.BatchesFinalized, kind, primary, s.DABatches)
}

// onChain makes a run anchor on a chain that it did not start.
func onChain(t *testing.T, o *Options, chain counterpart.Chain) {
	t.Helper()
	o.L1, o.ChainID, o.BeaconSlotIsBlock = chain.URL(), chain.ChainID(), chain.Kind().SlotIsBlock()
	keys := t.TempDir()
	for i, path := range []*string{&o.SubmitterKey, &o.ProverKey} {
		*path = filepath.Join(keys, []string{"submitter", "prover"}[i])
		if err := layer1.WriteRawKey(*path, embedded.DevKey(i)); err != nil {
			t.Fatal(err)
		}
	}
}
