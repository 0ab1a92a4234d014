package main

// All trees get the same records and the same changes, in the same order, and start each turn with nothing to collect.

import (
	"context"
	"crypto/sha256"
	"fmt"
	"runtime"
	"slices"
	"time"

	"github.com/cosmos/iavl"
	iavldb "github.com/cosmos/iavl/db"
	"github.com/ethereum/go-ethereum/core/rawdb"
	"github.com/ethereum/go-ethereum/trie"
	"github.com/ethereum/go-ethereum/triedb"

	"github.com/holdfast-rollup/holdfast/fsm/tree"
	"github.com/holdfast-rollup/holdfast/fsm/tree/fast"
	"github.com/holdfast-rollup/holdfast/jepsen/workload"
)

// keptVersions is how many versions a tree that has them keeps.
const keptVersions = 8

// updater is a tree under test.
type updater interface {
	// update makes the changes and computes the root. It may prepare them before it calls begin.
	update(changes []tree.Change, begin func()) error
	// bytes is what the tree takes; 0 if only the heap knows.
	bytes() uint64
}

// treeResult is one tree's figures.
type treeResult struct {
	name, what  string
	perSecond   float64 // changes
	bytesPerKey float64
	rounds      []float64 // seconds
}

// treeResults are the topic's figures.
type treeResults struct {
	leaves, changes, rounds int
	trees                   []*treeResult
}

// candidates in the order of the table. The first is Holdfast's.
func candidates() []struct {
	name, what string
	make       func(leaves int) updater
} {
	geth := version("github.com/ethereum/go-ethereum")
	return []struct {
		name, what string
		make       func(leaves int) updater
	}{
		{"Holdfast", "fsm/tree: ApplyAny, Seal, Release of the oldest of eight kept versions; SHA-256, all cores", newOrdered},
		{"geth " + geth + " trie, the same keys", "UpdateBatch, Hash; Keccak-256; no versions", func(int) updater { return newTrie(false) }},
		{"geth " + geth + " trie, hashed keys", "the same with keys hashed beforehand (not counted), as its state has them", func(int) updater { return newTrie(true) }},
		{"iavl " + version("github.com/cosmos/iavl"), "Set, SaveVersion, DeleteVersionsTo of the oldest of eight kept versions; in memory, all nodes cached", newIAVL},
	}
}

func measureTrees(ctx context.Context, s settings, say progress) (*treeResults, error) {
	r := &treeResults{leaves: 1_000_000, changes: 10_000}
	most := 7
	if s.short {
		r.leaves, most = 100_000, 3
	}
	leaves := workload.NewLeaves(3, r.leaves)
	var trees []updater
	for _, c := range candidates() {
		say("tree: building %s with %d records", c.name, r.leaves)
		before := heap()
		t := c.make(r.leaves)
		if err := t.update(changesOf(leaves, leaves.Keys), func() {}); err != nil {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		trees = append(trees, t)
		r.trees = append(r.trees, &treeResult{name: c.name, what: c.what, bytesPerKey: float64(heap()-before) / float64(r.leaves)})
	}
	limit := newBudget(s.limit / 5)
	for round := 0; round < keptVersions+most && (limit.left() || r.rounds == 0); round++ {
		say("tree: round %d of %d", round+1, keptVersions+most)
		if err := limit.round(func() error { return r.round(round, trees, changesOf(leaves, leaves.Pick(r.changes))) }); err != nil {
			return nil, err
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	for i, t := range r.trees {
		t.perSecond = float64(r.changes) / median(t.rounds, func(s float64) float64 { return s })
		if b := trees[i].bytes(); b > 0 {
			t.bytesPerKey = float64(b) / float64(r.leaves)
		}
	}
	return r, nil
}

// round has every tree take its turn. The first rounds fill the kept versions and do not count.
func (r *treeResults) round(n int, trees []updater, changes []tree.Change) error {
	counts := n >= keptVersions
	for i := range trees {
		at := (i + n) % len(trees) // another one begins each round
		took, err := timed(trees[at], slices.Clone(changes), counts)
		if err != nil {
			return fmt.Errorf("%s: %w", r.trees[at].name, err)
		}
		if counts {
			r.trees[at].rounds = append(r.trees[at].rounds, took)
		}
	}
	if counts {
		r.rounds++
	}
	return nil
}

func timed(t updater, changes []tree.Change, collect bool) (seconds float64, err error) {
	if collect {
		runtime.GC()
	}
	var began time.Time
	err = t.update(changes, func() { began = time.Now() })
	return time.Since(began).Seconds(), err
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func changesOf(l *workload.Leaves, keys [][]byte) []tree.Change {
	out := make([]tree.Change, len(keys))
	for i, k := range keys {
		out[i] = tree.Change{Key: k, Value: l.Value(k)}
	}
	return out
}

// ordered is Holdfast's tree as replicas run it.
type ordered struct {
	t      *tree.Tree
	memory fast.Memory // t's
}

func newOrdered(int) updater {
	o := new(ordered)
	o.t = tree.New(tree.Options{Hasher: fast.Hash, Parallel: fast.Parallel, Memory: o.memory.Take})
	return o
}

func (o *ordered) update(changes []tree.Change, begin func()) error {
	begin()
	if err := o.t.ApplyAny(changes); err != nil {
		return err
	}
	o.t.Seal()
	if kept := o.t.Versions(); len(kept) > keptVersions {
		return o.t.Release(kept[0].Version)
	}
	return nil
}

func (o *ordered) bytes() uint64 { return o.t.Stats().Bytes + uint64(o.memory.Spare()) }

// gethTrie is go-ethereum's trie in memory.
type gethTrie struct {
	t      *trie.Trie
	hashed bool
}

func newTrie(hashed bool) updater {
	return &gethTrie{t: trie.NewEmpty(triedb.NewDatabase(rawdb.NewMemoryDatabase(), triedb.HashDefaults)), hashed: hashed}
}

func (g *gethTrie) update(changes []tree.Change, begin func()) error {
	keys, values := make([][]byte, len(changes)), make([][]byte, len(changes))
	for i, c := range changes {
		keys[i], values[i] = c.Key, c.Value
		if g.hashed {
			h := sha256.Sum256(c.Key)
			keys[i] = h[:]
		}
	}
	begin()
	if err := g.t.UpdateBatch(keys, values); err != nil {
		return err
	}
	g.t.Hash()
	return nil
}

func (g *gethTrie) bytes() uint64 { return 0 }

// iavlTree is iavl over its in-memory database.
type iavlTree struct{ t *iavl.MutableTree }

func newIAVL(leaves int) updater {
	return &iavlTree{t: iavl.NewMutableTree(iavldb.NewMemDB(), 4*leaves, true, iavl.NewNopLogger())}
}

func (t *iavlTree) update(changes []tree.Change, begin func()) error {
	begin()
	for _, c := range changes {
		if _, err := t.t.Set(c.Key, c.Value); err != nil {
			return err
		}
	}
	_, v, err := t.t.SaveVersion()
	if err != nil || v <= keptVersions {
		return err
	}
	return t.t.DeleteVersionsTo(v - keptVersions)
}

func (t *iavlTree) bytes() uint64 { return 0 }
