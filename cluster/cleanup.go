package cluster

import (
	"context"
	"log/slog"
	"time"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

// A voter that has been silent for long counts against the majority of every
// vote. Where it is configured, the leader removes it, one at a time, under the
// rules of Remove, and never below the smallest number of voters.

// cleanUp runs while this node leads.
func (n *Node) cleanUp(ctx context.Context) {
	if n.cfg.CleanUpAfter <= 0 {
		return
	}
	began := time.Now()
	for ctx.Err() == nil {
		sleep(ctx, n.cfg.ExchangeInterval)
		if id, since := n.deadVoter(began); id != "" {
			if err := n.bury(ctx, id, since); err != nil && ctx.Err() == nil {
				n.logger.WarnContext(ctx, "dead voter not removed", slog.String("voter", id), slog.Any("error", err))
				sleep(ctx, n.cfg.CleanUpAfter)
			}
		}
	}
}

// deadVoter is the voter that has been silent for longest, if that is too long. A
// leader counts from its own beginning at the earliest.
func (n *Node) deadVoter(began time.Time) (id string, silent time.Duration) {
	voters := n.voters()
	if len(voters) <= n.cfg.CleanUpVoters {
		return "", 0
	}
	for _, v := range voters {
		at := began
		if h, ok := n.peers.lastHeard(v); ok && h.at.After(at) {
			at = h.at
		}
		if s := time.Since(at); v != n.cfg.NodeID && s > max(silent, n.cfg.CleanUpAfter) {
			id, silent = v, s
		}
	}
	return id, silent
}

// bury removes a voter, with an entry in the audit trail before.
func (n *Node) bury(ctx context.Context, id string, silent time.Duration) error {
	prev := n.configurationIndex()
	if err := n.checkWithout(id, false); err != nil {
		return err
	}
	if err := n.recordAction(ctx, "cluster.CleanUp", id+" was silent for "+silent.Round(time.Second).String()); err != nil {
		return err
	}
	if _, err := n.Remove(ctx, id, prev, false); err != nil {
		return err
	}
	n.logger.WarnContext(ctx, "dead voter removed", slog.String("voter", id), slog.Duration("silent", silent))
	return nil
}

// recordAction puts what this leader is about to do by itself into the audit trail.
func (n *Node) recordAction(ctx context.Context, method, subject string) error {
	action := cursor.OperatorAction{Who: "node/" + n.cfg.NodeID, Method: method, Subject: subject}
	_, err := n.propose(ctx, command.TypeCursor, cursor.Append(nil, action))
	return err
}
