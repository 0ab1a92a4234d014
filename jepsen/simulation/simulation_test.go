package simulation

import (
	"flag"
	"io"
	"log/slog"
	"os"
	"strconv"
	"testing"
	"testing/synctest"
)

var seedFlag = flag.Uint64("seed", 0, "run this seed alone")

// seeds returns the first seed and how many: one with -seed or
// HOLDFAST_SIM_SEED, HOLDFAST_SIM_SEEDS of them, 200 in CI, 20 otherwise, 3
// with -short.
func seeds(t *testing.T) (first uint64, count int) {
	t.Helper()
	number := func(name string) uint64 {
		v, err := strconv.ParseUint(os.Getenv(name), 10, 32)
		if err != nil && os.Getenv(name) != "" {
			t.Fatalf("%s: %v", name, err)
		}
		return v
	}
	switch {
	case *seedFlag != 0:
		return *seedFlag, 1
	case number("HOLDFAST_SIM_SEED") != 0:
		return number("HOLDFAST_SIM_SEED"), 1
	case number("HOLDFAST_SIM_SEEDS") != 0:
		return 1, int(number("HOLDFAST_SIM_SEEDS"))
	case os.Getenv("CI") == "true":
		return 1, 200
	case testing.Short():
		return 1, 3
	}
	return 1, 20
}

// README.md, invariants 1, 2, 4, 5, 6, 7, 8, over seeded faults; layers.md, "Inbox": what a reorganization orphans goes
// back, what L1 keeps is credited once, what is withdrawn is paid once.
func TestSeeds(t *testing.T) {
	first, count := seeds(t)
	var orphaned, rollbacks int
	for seed := first; seed < first+uint64(count); seed++ {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				out := io.Discard
				if *seedFlag != 0 {
					out = t.Output()
				}
				summary, err := Run(t.Context(), seed, slog.New(slog.NewTextHandler(out, nil)))
				if err != nil {
					t.Fatalf("seed %d (run it with -seed %d): %v", seed, seed, err)
				}
				orphaned += summary.Orphaned
				rollbacks += summary.Rollbacks
				if summary.Acknowledged < 100 || summary.Batches < 3 || summary.Faults == 0 || summary.Deposits == 0 || summary.Withdrawals == 0 {
					t.Fatalf("seed %d: the run shows nothing: %+v", seed, summary)
				}
				t.Logf("%+v", summary)
			})
		})
	}
	if count >= 20 && orphaned == 0 || count >= 100 && rollbacks == 0 {
		t.Errorf("reorganizations of %d seeds took back %d recorded deposits, and %d times such as were credited", count, orphaned, rollbacks)
	}
}
