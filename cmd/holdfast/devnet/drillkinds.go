package devnet

// A fault is done to one replica or to the L1, and its end leaves nothing of it behind.

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/holdfast-rollup/holdfast/jepsen/relay"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
)

// drillKind is one kind of fault.
type drillKind struct {
	name   string
	short  string // for people
	moves  bool   // it takes leadership from the leader
	relays bool   // it cuts links
	budget bool   // replicas have a budget for their disks
	fatal  bool   // nothing is written until its end, and sessions do not outlive it
	hold   time.Duration
	healed string // what the timeline says of its end
	// inject does the fault and says what it did. heal, if not nil, ends it; a second call does nothing.
	inject func(ctx context.Context, d *drill, leader *member) (heal func() error, what string, err error)
}

// Lengths of faults, from the first write on: many election timeouts, and a few L1 blocks.
const (
	briefly = time.Second
	longer  = 3 * time.Second
)

// reorgDepth is less than finality.
const reorgDepth = finalizedDepth - 2

func drillKinds() []drillKind {
	return []drillKind{
		{
			name: "leader-kill", short: "SIGKILL of the leader, and a restart", moves: true, hold: briefly,
			healed: "replica started again", inject: killLeader,
		},
		{name: "leader-transfer", short: "leadership is handed over on request", moves: true, inject: transferLeader},
		{
			name: "partition", short: "every link of the leader to its peers is cut", moves: true, relays: true, hold: longer,
			healed: "links healed", inject: partitionLeader,
		},
		{name: "l1-outage", short: "no endpoint of the L1 answers", hold: longer, healed: "L1 answers again", inject: l1Outage},
		{name: "l1-reorg", short: "the newest L1 blocks are replaced by others", inject: l1Reorg},
		{
			name: "disk-full", short: "no disk has room, then all but the leader's have", moves: true, budget: true, hold: briefly,
			healed: "there is room again", inject: diskFull,
		},
		{
			name: "disk-failing", short: "every write of the leader to a file fails", moves: true, hold: briefly,
			healed: "writes succeed again", inject: diskFailing,
		},
		{
			name: "replace-node", short: "a follower loses its disk and comes back with an empty one", hold: briefly,
			healed: "replica started with an empty disk", inject: replaceNode,
		},
		{
			name: "cluster-loss", short: "all replicas and all disks are lost, and come back from L1 and DA", fatal: true,
			healed: "all replicas started on what was recovered", inject: loseCluster,
		},
	}
}

// DrillText is one line about each drill.
func DrillText() (out [][2]string) {
	for _, k := range drillKinds() {
		out = append(out, [2]string{k.name, k.short})
	}
	return out
}

func killLeader(_ context.Context, d *drill, leader *member) (heal func() error, what string, err error) {
	if err = d.replicas.kill(leader); err != nil {
		return nil, "", err
	}
	return sync.OnceValue(func() error { return d.replicas.start(leader) }), leader.config.Node.ID + " killed", nil
}

func transferLeader(ctx context.Context, d *drill, leader *member) (heal func() error, what string, err error) {
	return nil, leader.config.Node.ID + " was asked to hand leadership over", transfer(ctx, d.client)
}

func partitionLeader(_ context.Context, d *drill, leader *member) (heal func() error, what string, err error) {
	set := func(rule relay.Rule) {
		for _, m := range d.replicas.members {
			if m != leader {
				m.relay.Set(leader.config.Node.ID, rule)
				leader.relay.Set(m.config.Node.ID, rule)
			}
		}
	}
	set(relay.Rule{Cut: true})
	return sync.OnceValue(func() error { set(relay.Rule{}); return nil }), leader.config.Node.ID + " cut off from its peers", nil
}

func l1Outage(_ context.Context, d *drill, _ *member) (heal func() error, what string, err error) {
	set := func(f embedded.Fault) {
		d.chain.embedded.SetFault(f)
		d.chain.embedded.SetBeaconFault(f)
	}
	set(embedded.FaultUnavailable)
	return sync.OnceValue(func() error { set(embedded.FaultNone); return nil }), "L1 unavailable", nil
}

func l1Reorg(_ context.Context, d *drill, _ *member) (heal func() error, what string, err error) {
	head, err := d.chain.embedded.Reorg(reorgDepth, reorgDepth+1)
	return nil, fmt.Sprintf("%d L1 blocks replaced, the head is block %d", reorgDepth, head.Number), err
}

func replaceNode(_ context.Context, d *drill, leader *member) (heal func() error, what string, err error) {
	victim := d.replicas.members[d.round%len(d.replicas.members)]
	if victim == leader {
		victim = d.replicas.members[(d.round+1)%len(d.replicas.members)]
	}
	if err = d.replicas.kill(victim); err != nil {
		return nil, "", err
	}
	heal = sync.OnceValue(func() error {
		if err := os.RemoveAll(victim.config.Node.DataDir); err != nil {
			return fmt.Errorf("empty the disk of %s: %w", victim.config.Node.ID, err)
		}
		if err := os.MkdirAll(victim.config.Node.DataDir, 0o750); err != nil {
			return fmt.Errorf("make a data directory: %w", err)
		}
		return d.replicas.start(victim)
	})
	return heal, victim.config.Node.ID + " killed, its disk lost", nil
}
