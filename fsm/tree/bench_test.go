package tree

import (
	"crypto/sha256"
	"encoding/binary"
	"math/rand"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/core/rawdb"
	"github.com/ethereum/go-ethereum/trie"
	"github.com/ethereum/go-ethereum/triedb"
	"github.com/prysmaticlabs/gohashtree"
	"golang.org/x/sync/errgroup"
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

func fastOptions() Options { return Options{Hasher: vectorHasher, Parallel: twoCores} }

// benchKeys makes n keys in random order: 60 % balances (kind, account 8, asset
// 4) and 40 % orders (kind, market 4, side, price 8, id 8), prices crowding
// around a mid.
func benchKeys(n int, r *rand.Rand) [][]byte {
	keys := make([][]byte, 0, n)
	for i := range n * 6 / 10 {
		k := binary.BigEndian.AppendUint64([]byte{4}, uint64(i/3))
		keys = append(keys, binary.BigEndian.AppendUint32(k, uint32(i%3)))
	}
	for i := len(keys); i < n; i++ {
		side := byte(r.Intn(2))
		price := 1_000_000 + uint64(r.ExpFloat64()*400)
		if side == 0 {
			price = ^(1_000_000 - uint64(r.ExpFloat64()*400))
		}
		k := binary.BigEndian.AppendUint32([]byte{5}, uint32(r.ExpFloat64()*12)%64)
		k = binary.BigEndian.AppendUint64(append(k, side), price)
		keys = append(keys, binary.BigEndian.AppendUint64(k, uint64(i)))
	}
	r.Shuffle(n, func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
	return keys
}

func benchValue(k []byte, r *rand.Rand) []byte {
	n := 16
	if k[0] == 5 {
		n = 25
	}
	v := make([]byte, n)
	r.Read(v)
	return v
}

func pickChanges(keys [][]byte, n int, r *rand.Rand) []Change {
	seen := make(map[int]bool, n)
	out := make([]Change, 0, n)
	for len(out) < n {
		if i := r.Intn(len(keys)); !seen[i] {
			seen[i] = true
			out = append(out, Change{Key: keys[i], Value: benchValue(keys[i], r)})
		}
	}
	return out
}

func buildTree(tb testing.TB, keys [][]byte, o Options, r *rand.Rand) *Tree {
	tb.Helper()
	x := New(o)
	all := make([]Change, len(keys))
	for i, k := range keys {
		all[i] = Change{Key: k, Value: benchValue(k, r)}
	}
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

func newGeth(b *testing.B, keys [][]byte, hashed bool, r *rand.Rand) *gethTrie {
	b.Helper()
	g := &gethTrie{t: trie.NewEmpty(triedb.NewDatabase(rawdb.NewMemoryDatabase(), triedb.HashDefaults)), hashed: hashed}
	for part := range slices.Chunk(keys, benchChanges) {
		changes := make([]Change, len(part))
		for i, k := range part {
			changes[i] = Change{Key: k, Value: benchValue(k, r)}
		}
		g.update(b, changes, false)
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
	r := rand.New(rand.NewSource(3))
	keys := benchKeys(benchLeaves, r)
	x := buildTree(b, keys, fastOptions(), r)
	raw, hashed := newGeth(b, keys, false, r), newGeth(b, keys, true, r)
	var ours, apply, seal, release []time.Duration
	b.ResetTimer()
	for i := 0; b.Loop() || i < 3*benchKept; i++ {
		changes := pickChanges(keys, benchChanges, r)
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
	b.ReportMetric(float64(x.Stats().Bytes)/benchLeaves, "B/leaf")
	b.ReportMetric(median(apply)*1e9/benchChanges, "apply-ns")
	b.ReportMetric(median(seal)*1e9/benchChanges, "seal-ns")
	b.ReportMetric(median(release)*1e9/benchChanges, "release-ns")
}

// BenchmarkSort orders 10k random changes whose keys lie all over memory; ns/op
// is a batch.
//
//	go test ./fsm/tree -run xxx -bench Sort
func BenchmarkSort(b *testing.B) {
	r := rand.New(rand.NewSource(3))
	keys := benchKeys(benchLeaves, r)
	for b.Loop() {
		b.StopTimer()
		changes := pickChanges(keys, benchChanges, r)
		b.StartTimer()
		Sort(changes)
	}
}

// BenchmarkReads measures the working version's reads and single changes at a
// million leaves, at random keys.
//
//	go test ./fsm/tree -run xxx -bench Reads
func BenchmarkReads(b *testing.B) {
	r := rand.New(rand.NewSource(3))
	keys := benchKeys(benchLeaves, r)
	x := buildTree(b, keys, fastOptions(), r)
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
				if err := c.f(keys[i%len(keys)]); err != nil {
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
	r := rand.New(rand.NewSource(3))
	keys := benchKeys(benchLeaves, r)
	x := buildTree(b, keys, fastOptions(), r)
	v := sealed(b, x)
	b.Run("Prove", func(b *testing.B) {
		size := 0
		for i := 0; b.Loop(); i++ {
			p, err := v.Prove(keys[i%len(keys)])
			if err != nil {
				b.Fatal(err)
			}
			size += len(p.enc)
		}
		b.ReportMetric(float64(size)/float64(b.N), "B/proof")
	})
	b.Run("Verify", func(b *testing.B) {
		p, err := v.Prove(keys[0])
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if _, ok, err := Verify(v.Root(), keys[0], p); !ok || err != nil {
				b.Fatal(err)
			}
		}
	})
}
