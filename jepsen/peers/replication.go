package main

// Holdfast is measured by its own command, the peers by drive; both count in the same way.

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// levels are how many clients have one request outstanding.
func levels() []int { return []int{1, 64, 1024} }

// connections is how many connections the clients of one level share, whatever the contender.
func connections(clients int) int { return min(clients, 16) }

// contender is one system under the unary load.
type contender struct {
	name string
	what string // how it ran
	run  func(ctx context.Context, clients int, s span) (rates, error)
	// open and close frame the levels of one round; nil for contenders that start anew for each level.
	open  func(ctx context.Context) error
	close func()
}

// series are the rounds of one contender at one level.
type series struct {
	clients int
	rounds  []rates
}

func (s *series) median() rates {
	at := func(of func(rates) float64) float64 { return median(s.rounds, of) }
	return rates{
		perSecond: at(func(r rates) float64 { return r.perSecond }),
		p50:       at(func(r rates) float64 { return r.p50 }), p99: at(func(r rates) float64 { return r.p99 }),
	}
}

func median[T any](of []T, value func(T) float64) float64 {
	if len(of) == 0 {
		return 0
	}
	all := make([]float64, len(of))
	for i, v := range of {
		all[i] = value(v)
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// result is what one contender reached.
type result struct {
	name, what string
	levels     []*series
	failed     bool
}

func (r *result) at(clients int) rates {
	for _, s := range r.levels {
		if s.clients == clients {
			return s.median()
		}
	}
	return rates{}
}

// replicationResults are the topic's figures.
type replicationResults struct {
	rounds    int
	span      span
	unary     []*result
	floors    map[string]*[]holdfastLoad // Holdfast at one client, by log store
	stream    []holdfastLoad
	sustained *sustained
	missing   []string
}

// round is one turn of a contender through all levels.
func (c *contender) round(ctx context.Context, s span, r *result) error {
	if c.open != nil {
		if err := c.open(ctx); err != nil {
			return err
		}
		defer c.close()
	}
	for i, clients := range levels() {
		got, err := c.run(ctx, clients, s)
		if err != nil {
			return fmt.Errorf("%d clients: %w", clients, err)
		}
		if len(r.levels) <= i {
			r.levels = append(r.levels, &series{clients: clients})
		}
		r.levels[i].rounds = append(r.levels[i].rounds, got)
	}
	return nil
}

// contenders are all that can be built; what cannot is named.
func contenders(ctx context.Context, s settings, dir string, floors map[string]*[]holdfastLoad, missing *[]string, say progress) ([]*contender, string, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, "", fmt.Errorf("find this program for the members' processes: %w", err)
	}
	values, err := rows(4096)
	if err != nil {
		return nil, "", err
	}
	all := []*contender{
		peer("etcd "+version("go.etcd.io/etcd/server/v3"), "etcd's server with its defaults and etcd's client, which calls the leader by unary gRPC", self, []string{"member", "etcd"}, dialEtcd, values),
		peer("hashicorp/raft + boltdb", "a map behind hashicorp/raft "+version("github.com/hashicorp/raft")+" with raft-boltdb "+version("github.com/hashicorp/raft-boltdb/v2")+
			" (MaxAppendEntries 1024, BatchApplyCh); unary gRPC to the leader", self, []string{"member", "raft"}, dialStore, values),
	}
	all = append(all, peer("gRPC alone", "no store: a member answers each put at once. What the clients and the RPC cost by themselves, and so the most that any store can reach here",
		self, []string{"member", "echo"}, dialStore, values))
	say("building the dragonboat store and holdfast")
	if program, failed := build(ctx, filepath.Join(s.root, "jepsen", "peers", "dragonboat"), ".", filepath.Join(dir, "dragonboat")); failed != nil {
		say("dragonboat is left out: %v", failed)
		*missing = append(*missing, fmt.Sprintf("dragonboat cannot be built here: %v", failed))
	} else {
		all = append(all, peer("dragonboat v3.3.8", "a map behind dragonboat with its defaults; unary gRPC to the leader", program, nil, dialStore, values))
	}
	program, err := build(ctx, s.root, "./cmd/holdfast", filepath.Join(dir, "holdfast"))
	if err != nil {
		return nil, "", fmt.Errorf("holdfast cannot be built: %w", err)
	}
	for _, logStore := range logStores() {
		all = append(all, holdfast(program, logStore, floors[logStore]))
	}
	return all, program, nil
}

func logStores() []string { return []string{"wal", "boltdb"} }

// build compiles a main package of the module in dir.
func build(ctx context.Context, dir, pkg, out string) (string, error) {
	c := exec.CommandContext(ctx, "go", "build", "-o", out, pkg)
	c.Dir, c.Env = dir, append(os.Environ(), "GOFLAGS=-buildvcs=false")
	if text, err := c.CombinedOutput(); err != nil {
		lines := strings.Split(strings.TrimSpace(string(text)), "\n")
		return "", fmt.Errorf("go build: %w: %s", err, lines[len(lines)-1])
	}
	return out, nil
}

// measureReplication runs all contenders turn by turn, then the stream and the sustained load.
func measureReplication(ctx context.Context, s settings, say progress) (_ *replicationResults, err error) {
	r := &replicationResults{span: span{time.Second, 3 * time.Second}, floors: map[string]*[]holdfastLoad{}}
	most := 5
	if s.short {
		most, r.span = 1, span{300 * time.Millisecond, time.Second}
	}
	for _, name := range logStores() {
		r.floors[name] = &[]holdfastLoad{}
	}
	dir, err := os.MkdirTemp("", "holdfast-peers-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	all, program, err := contenders(ctx, s, dir, r.floors, &r.missing, say)
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		r.unary = append(r.unary, &result{name: c.name, what: c.what})
	}
	limit := newBudget(s.limit / 2)
	for round := range most {
		if round > 0 && !limit.left() {
			say("replication: no time for more than %d rounds", round)
			break
		}
		if err := limit.round(func() error { return r.round(ctx, round, all, program, say) }); err != nil {
			return nil, err
		}
		r.rounds++
	}
	r.unary = slices.DeleteFunc(r.unary, func(x *result) bool { return x.failed })
	r.sustained = measureSustained(ctx, s, program, r, say)
	return r, nil
}

// round has every contender take its turn.
func (r *replicationResults) round(ctx context.Context, n int, all []*contender, program string, say progress) error {
	for i := range all {
		at := (i + n) % len(all) // another one begins each round
		if r.unary[at].failed {
			continue
		}
		say("round %d: %s", n+1, all[at].name)
		if err := all[at].round(ctx, r.span, r.unary[at]); err != nil {
			say("%s is left out: %v", all[at].name, err)
			r.unary[at].failed = true
			r.missing = append(r.missing, fmt.Sprintf("%s: %v", all[at].name, err))
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	say("round %d: Holdfast, %d streaming clients", n+1, streamClients)
	l, err := submit(ctx, program, streamClients, r.span, "--mode", "stream", "--log-store", "wal")
	if err != nil {
		r.missing = append(r.missing, fmt.Sprintf("Holdfast, streams: %v", err))
		return ctx.Err()
	}
	r.stream = append(r.stream, l)
	return nil
}

const streamClients = 16

// sustained is what `holdfast devnet -o json` says.
type sustained struct {
	Seconds          float64 `json:"seconds"`
	PerSecond        float64 `json:"transitions_per_second"`
	Lag              uint64  `json:"executed_lag"`
	LagHalfway       uint64  `json:"executed_lag_halfway"`
	Sealed           uint64  `json:"batches_sealed"`
	Finalized        uint64  `json:"batches_finalized"`
	AcknowledgedLost uint64  `json:"acknowledged_lost"`
	Drained          bool    `json:"drained"`
	Latency          struct {
		P50 float64 `json:"p50"`
		P99 float64 `json:"p99"`
	} `json:"commit_latency_ms"`
}

// measureSustained has everything on; nil if it does not work.
func measureSustained(ctx context.Context, s settings, program string, r *replicationResults, say progress) *sustained {
	length, blocks := time.Minute, time.Second
	if s.short {
		length, blocks = 5*time.Second, 200*time.Millisecond
	}
	say("sustained: devnet at full speed for %v, then until all is final", length)
	var got sustained
	err := runJSON(ctx, &got, program, "devnet", "--processes", "--speed", "max", "--duration", length.String(), "--drain", "3m",
		"--block-time", blocks.String(), "--log-store", "wal", "-o", "json")
	if err != nil {
		say("sustained: %v", err)
		r.missing = append(r.missing, fmt.Sprintf("sustained: %v", err))
		return nil
	}
	return &got
}
