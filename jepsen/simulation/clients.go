package simulation

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/session"
)

// A client never gives a transition up and never changes its sequence.

// record is one acknowledged transition.
type record struct {
	submission command.Submission
	receipt    session.Receipt
}

// client has one session.
type client struct {
	sim     *simulation
	session uint64
	next    uint64 // sequence
}

// acknowledged collects what all clients know.
type acknowledged struct {
	mu      sync.Mutex
	records []record
	unknown int
}

// leaderDo runs call against whoever takes writes, until it succeeds.
func (c *client) leaderDo(ctx context.Context, call func(n *cluster.Node) error) error {
	for {
		for _, id := range c.sim.ids {
			node := c.sim.net.node(id)
			if node == nil || !node.IsLeader() {
				continue
			}
			err := call(node)
			var unknown *cluster.UnknownOutcomeError
			switch {
			case err == nil:
				return nil
			case errors.As(err, &unknown):
				c.sim.acked.mu.Lock()
				c.sim.acked.unknown++
				c.sim.acked.mu.Unlock()
			case !retryable(err):
				return err
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("session %d, sequence %d: %w", c.session, c.next, context.Cause(ctx))
		case <-time.After(c.sim.dice.upTo(40*time.Millisecond) + time.Millisecond):
		}
	}
}

func (c *client) open(ctx context.Context, nonce byte) error {
	body := command.SessionOpen{Nonce: [16]byte{nonce}, Owner: "simulation", TimeMs: time.Now().UnixMilli()}.Append(nil)
	return c.leaderDo(ctx, func(n *cluster.Node) error {
		attempt, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		r, err := n.Propose(attempt, command.TypeSessionOpen, body)
		if err != nil {
			return err
		}
		c.session, c.next = r.Session, 1
		return r.Err
	})
}

// submit has a group of transitions acknowledged.
func (c *client) submit(ctx context.Context, ts []command.Transition) error {
	subs := make([]command.Submission, len(ts))
	for i, t := range ts {
		subs[i] = command.Submission{Session: c.session, Sequence: c.next + uint64(i), Transition: t}
	}
	receipts, err := c.receipts(ctx, subs)
	if err != nil {
		return err
	}
	c.next += uint64(len(ts))
	c.sim.acked.mu.Lock()
	defer c.sim.acked.mu.Unlock()
	for i := range subs {
		if receipts[i].Status == session.Reverted {
			continue // removed before anybody was told of it
		}
		c.sim.acked.records = append(c.sim.acked.records, record{subs[i], receipts[i]})
	}
	return nil
}

func (c *client) receipts(ctx context.Context, subs []command.Submission) (receipts []session.Receipt, err error) {
	err = c.leaderDo(ctx, func(n *cluster.Node) error {
		attempt, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		var position fsm.Position
		receipts, position, err = n.Submit(attempt, subs, nil)
		if err != nil {
			return err
		}
		for i, r := range receipts {
			if r.Status != session.Executed && r.Status != session.Duplicate && r.Status != session.Reverted {
				return fmt.Errorf("session %d, sequence %d at index %d: status %v", c.session, subs[i].Sequence, position.Index, r.Status)
			}
		}
		return nil
	})
	return receipts, err
}
