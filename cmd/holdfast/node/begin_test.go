package node

import (
	"errors"
	"testing"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
)

// recovery.md: L1/DA fallback is automatic only when every configured voter answers that its directory is empty;
// otherwise wait, or accept the loss. Silent peers must never fork the cluster.
func TestSilentVotersAreWaitedFor(t *testing.T) {
	automatic, accepting := config.Recovery{Automatic: true}, config.Recovery{Automatic: true, AcceptDataLoss: true}
	for _, c := range []struct {
		name string
		rule config.Recovery
		of   cluster.Beginning
		want error
	}{
		{"not allowed", config.Recovery{}, cluster.Beginning{Empty: []string{"b", "c"}}, cluster.ErrHistoryExists},
		{"accepting a loss allows nothing", config.Recovery{AcceptDataLoss: true}, cluster.Beginning{}, cluster.ErrHistoryExists},
		{"all empty", automatic, cluster.Beginning{Empty: []string{"b", "c"}}, nil},
		{"one silent", automatic, cluster.Beginning{Empty: []string{"b"}, Silent: []string{"c"}}, cluster.ErrWaitForVoters},
		{"one silent, accepted", accepting, cluster.Beginning{Empty: []string{"b"}, Silent: []string{"c"}}, nil},
		{"one holds a history", automatic, cluster.Beginning{Empty: []string{"b"}, Holding: []string{"c"}}, cluster.ErrWaitForVoters},
		{"one holds a history, loss accepted", accepting, cluster.Beginning{Holding: []string{"c"}, Silent: []string{"b"}}, cluster.ErrWaitForVoters},
	} {
		err := (&beginner{cfg: &config.Config{Recovery: c.rule}}).may(c.of, 7)
		if c.want == nil && err != nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}
