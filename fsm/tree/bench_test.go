package tree

import (
	"crypto/sha256"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/core/rawdb"
	"github.com/ethereum/go-ethereum/trie"
	"github.com/ethereum/go-ethereum/triedb"
	"github.com/prysmaticlabs/gohashtree"
	"golang.org/x/sync/errgroup"

	"github.com/holdfast-rollup/holdfast/fsm/tree/fast"
	"github.com/holdfast-rollup/holdfast/jepsen/workload"
)

const (
	benchLeaves  = 1_000_000
	benchChanges = 10_000
	benchKept    = 8
)

func vectorHasher(digests, blocks []byte) {
	if err := gohashtree.HashByteSlice(digests, blocks); err != nil {
		panic(err)
	}
}

func twoCores(n int, fn func(int)) {
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range n {
		g.Go(func() error { fn(i); return nil })
	}
	if err := g.Wait(); err != nil {
		panic(err)
	}
}

func fastOptions(p *fast.Memory) Options {
	return Options{Hasher: vectorHasher, Parallel: twoCores, Memory: p.Take}
}

func changesOf(l *workload.Leaves, keys [][]byte) []Change {
	out := make([]Change, len(keys))
	for i, k := range keys {
		out[i] = Change{Key: k, Value: l.Value(k)}
	}
	return out
}

func buildTree(tb testing.TB, l *workload.Leaves, o Options) *Tree {
	tb.Helper()
	x := New(o)
	all := changesOf(l, l.Keys)
	Sort(all)
	if err := x.Apply(all); err != nil {
		tb.Fatal(err)
	}
	x.packed = nil // the batch that built the tree is not what is measured
	x.Seal()
	return x
}

func median(d []time.Duration) float64 {
	slices.Sort(d)
	return d[len(d)/2].Seconds()
}

type gethTrie struct {
	t      *trie.Trie
	hashed bool
	took   []time.Duration
}

func (g *gethTrie) update(b *testing.B, changes []Change, record bool) {
	b.Helper()
	ks, vs := make([][]byte, len(changes)), make([][]byte, len(changes))
	for i, c := range changes {
		ks[i], vs[i] = c.Key, c.Value
		if g.hashed {
			h := sha256.Sum256(c.Key)
			ks[i] = h[:]
		}
	}
	if record {
		runtime.GC() // each contender starts without another's garbage
	}
	s := time.Now()
	if err := g.t.UpdateBatch(ks, vs); err != nil {
		b.Fatal(err)
	}
	g.t.Hash()
	if record {
		g.took = append(g.took, time.Since(s))
	}
}

func newGeth(b *testing.B, l *workload.Leaves, hashed bool) *gethTrie {
	b.Helper()
	g := &gethTrie{t: trie.NewEmpty(triedb.NewDatabase(rawdb.NewMemoryDatabase(), triedb.HashDefaults)), hashed: hashed}
	for part := range slices.Chunk(l.Keys, benchChanges) {
		g.update(b, changesOf(l, part), false)
	}
	return g
}

// BenchmarkRootUpdates measures root updates beside go-ethereum's trie in one
// run, turn by turn on the same changes: ApplyAny (it sorts), Seal and Release of the
// oldest of eight kept versions here, UpdateBatch and Hash there (preparing its
// keys, hashing them included, is not counted). Medians.
//
//	go test ./fsm/tree -run xxx -bench RootUpdates -benchtime 41x
func BenchmarkRootUpdates(b *testing.B) {
	l := workload.NewLeaves(3, benchLeaves)
	var memory fast.Memory
	x := buildTree(b, l, fastOptions(&memory))
	raw, hashed := newGeth(b, l, false), newGeth(b, l, true)
	var ours, apply, seal, release []time.Duration
	b.ResetTimer()
	for i := 0; b.Loop() || i < 3*benchKept; i++ {
		changes := changesOf(l, l.Pick(benchChanges))
		raw.update(b, changes, i > benchKept)
		hashed.update(b, changes, i > benchKept)
		runtime.GC()
		runtime.GC()
		t1 := time.Now()
		if err := x.ApplyAny(changes); err != nil {
			b.Fatal(err)
		}
		t2 := time.Now()
		x.Seal()
		t3 := time.Now()
		if vs := x.Versions(); len(vs) > benchKept {
			if err := x.Release(vs[0].Version); err != nil {
				b.Fatal(err)
			}
		}
		t4 := time.Now()
		if i > benchKept {
			ours = append(ours, t4.Sub(t1))
			apply, seal, release = append(apply, t2.Sub(t1)), append(seal, t3.Sub(t2)), append(release, t4.Sub(t3))
		}
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(benchChanges/median(ours), "changes/s")
	b.ReportMetric(benchChanges/median(raw.took), "geth-raw/s")
	b.ReportMetric(benchChanges/median(hashed.took), "geth-hashed/s")
	b.ReportMetric(median(raw.took)/median(ours), "x-geth-same-keys")
	b.ReportMetric(median(hashed.took)/median(ours), "x-geth-hashed-keys")
	b.ReportMetric(float64(x.Stats().Bytes+uint64(memory.Spare()))/benchLeaves, "B/leaf")
	b.ReportMetric(median(apply)*1e9/benchChanges, "apply-ns")
	b.ReportMetric(median(seal)*1e9/benchChanges, "seal-ns")
	b.ReportMetric(median(release)*1e9/benchChanges, "release-ns")
}

// BenchmarkSort orders 10k random changes whose keys lie all over memory; ns/op
// is a batch.
//
//	go test ./fsm/tree -run xxx -bench Sort
func BenchmarkSort(b *testing.B) {
	l := workload.NewLeaves(3, benchLeaves)
	for b.Loop() {
		b.StopTimer()
		changes := changesOf(l, l.Pick(benchChanges))
		b.StartTimer()
		Sort(changes)
	}
}

// BenchmarkReads measures the working version's reads and single changes at a
// million leaves, at random keys.
//
//	go test ./fsm/tree -run xxx -bench Reads
func BenchmarkReads(b *testing.B) {
	l := workload.NewLeaves(3, benchLeaves)
	x := buildTree(b, l, fastOptions(new(fast.Memory)))
	val := make([]byte, 16)
	i := 0
	for _, c := range []struct {
		name string
		f    func(k []byte) error
	}{
		{"Get", func(k []byte) error { _, _, err := x.Get(k); return err }},
		{"First", func(k []byte) error { _, _, _, err := x.First(k[:6]); return err }},
		{"Next", func(k []byte) error { _, _, _, err := x.Next(k[:5], k); return err }},
		{"Put", func(k []byte) error { val[0]++; return x.Put(k, val) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := c.f(l.Keys[i%len(l.Keys)]); err != nil {
					b.Fatal(err)
				}
				i++
			}
		})
	}
}

// BenchmarkProof measures proofs of one key and their verification at a million
// leaves.
//
//	go test ./fsm/tree -run xxx -bench Proof
func BenchmarkProof(b *testing.B) {
	l := workload.NewLeaves(3, benchLeaves)
	x := buildTree(b, l, fastOptions(new(fast.Memory)))
	v := sealed(b, x)
	b.Run("Prove", func(b *testing.B) {
		size := 0
		for i := 0; b.Loop(); i++ {
			p, err := v.Prove(l.Keys[i%len(l.Keys)])
			if err != nil {
				b.Fatal(err)
			}
			size += len(p.enc)
		}
		b.ReportMetric(float64(size)/float64(b.N), "B/proof")
	})
	b.Run("Verify", func(b *testing.B) {
		p, err := v.Prove(l.Keys[0])
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if _, ok, err := Verify(v.Root(), l.Keys[0], p); !ok || err != nil {
				b.Fatal(err)
			}
		}
	})
}
