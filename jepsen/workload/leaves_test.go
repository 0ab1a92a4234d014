package workload_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/jepsen/workload"
)

// leaves.go: keys are distinct and none is a prefix of another, a pick has no key twice, and a seed fixes all of it.
func TestLeaves(t *testing.T) {
	const n = 10_000
	l, same := workload.NewLeaves(3, n), workload.NewLeaves(3, n)
	sorted := slices.SortedFunc(slices.Values(l.Keys), bytes.Compare)
	for i := 1; i < n; i++ {
		if bytes.HasPrefix(sorted[i], sorted[i-1]) {
			t.Fatalf("%x begins with %x", sorted[i], sorted[i-1])
		}
	}
	for range 3 {
		pick, other := l.Pick(n/2), same.Pick(n/2)
		seen := map[string]bool{}
		for i, k := range pick {
			if seen[string(k)] || !bytes.Equal(k, other[i]) || !bytes.Equal(l.Value(k), same.Value(k)) {
				t.Fatalf("key %d of a pick: %x, of the same seed %x, twice: %t", i, k, other[i], seen[string(k)])
			}
			seen[string(k)] = true
		}
	}
	if got := len(l.Pick(n)); got != n {
		t.Errorf("a pick of all keys has %d", got)
	}
}

// accepted.go: what is returned is recorded transitions, as many as asked for, without the setup's and without rejections.
func TestAccepted(t *testing.T) {
	const n = 2000
	got, err := workload.Accepted(generator(t, 1, workload.Options{Accounts: 100}), n)
	if err != nil || len(got) != n {
		t.Fatalf("%d transitions, %v", len(got), err)
	}
	for _, tr := range got {
		if tr.Kind != command.Place && tr.Kind != command.Cancel && tr.Kind != command.Amend && tr.Kind != command.Withdraw {
			t.Fatalf("%v in a payload of the flow", tr.Kind)
		}
	}
	few, err := workload.Accepted(generator(t, 1, workload.Options{Accounts: 100, Transitions: 50}), n)
	if err != nil || len(few) == 0 || len(few) > 50 || !slices.Equal(few, got[:len(few)]) {
		t.Errorf("%d of a flow of 50, %v", len(few), err)
	}
}
