package cluster

import (
	"errors"
	"testing"
	"testing/synctest"

	"github.com/hashicorp/raft"
	"github.com/hashicorp/raft-wal/types"
)

// facts, "Outcome of Apply", 1: which errors of Raft are definite. What is not
// known to be definite is unknown.
func TestClassification(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newMeshGroup(t, 1, nil).leader().node
		var unknown *UnknownOutcomeError
		var not *NotLeaderError
		var over *OverloadError
		for _, c := range []struct {
			err      error
			definite func(error) bool
		}{
			{raft.ErrNotLeader, func(err error) bool { return errors.As(err, &not) && errors.Is(err, ErrNotApplied) }},
			{raft.ErrLeadershipTransferInProgress, func(err error) bool { return errors.As(err, &not) }},
			{raft.ErrEnqueueTimeout, func(err error) bool { return errors.As(err, &over) }},
			{raft.ErrAbortedByRestore, func(err error) bool { return errors.Is(err, ErrNotApplied) }},
			{raft.ErrLeadershipLost, nil},
			{raft.ErrRaftShutdown, nil},
			{types.ErrCorrupt, nil},
			{errors.New("disk full"), nil},
		} {
			got := n.classify(c.err)
			if c.definite == nil && (!errors.As(got, &unknown) || errors.Is(got, ErrNotApplied) || !errors.Is(got, c.err)) {
				t.Errorf("%v: %v, want unknown", c.err, got)
			}
			if c.definite != nil && (!c.definite(got) || errors.As(got, &unknown)) {
				t.Errorf("%v: %v, want definite", c.err, got)
			}
		}
	})
}
