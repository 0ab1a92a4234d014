package tree

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/holdfast-rollup/holdfast/jepsen/workload"
)

// The package comment's vectors, from its text: what is published is what is
// tested.
func TestVectors(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	have := string(doc)
	states := []twin{
		{},
		{"\x01": ""},
		{"\x04a": "x", "\x04b": "y"},
		{"\x04a": "x", "\x04b": "y", "\x05\x00\x00": strings.Repeat("\xFF", 30)},
	}
	line := func(format string, args ...any) {
		if s := "//\t" + fmt.Sprintf(format, args...) + "\n"; !strings.Contains(have, s) {
			t.Errorf("doc.go lacks\n%s", s)
		}
	}
	var v *View
	for i, m := range states {
		x := New(Options{})
		for k, val := range m {
			if err = x.Put([]byte(k), []byte(val)); err != nil {
				t.Fatal(err)
			}
		}
		v = sealed(t, x)
		if v.Root() != m.root() {
			t.Fatal("tree and twin differ")
		}
		line("R%d = %x", i, m.root())
	}
	for name, k := range map[string]string{"P1": "\x04b", "P2": "\x04c"} {
		p, failed := v.Prove([]byte(k))
		if failed != nil {
			t.Fatal(failed)
		}
		line("%s = %s", name, hex.EncodeToString(p.Marshal()))
	}
	p, err := v.ProveRange([]byte{4}, []byte{5})
	if err != nil {
		t.Fatal(err)
	}
	line("P3 = %s", hex.EncodeToString(p.Marshal()))
}

// state.md: lengths, prefix keys, unsorted and repeating batches are refused and
// change nothing.
func TestBadInput(t *testing.T) {
	x := New(Options{Parallel: goroutines})
	put := func(k, v string) error { return x.Put([]byte(k), []byte(v)) }
	if err := put("mm", "1"); err != nil {
		t.Fatal(err)
	}
	root := x.Root()
	long := strings.Repeat("k", 32)
	c := func(keys ...string) (out []Change) {
		for _, k := range keys {
			out = append(out, Change{Key: []byte(k)})
		}
		return out
	}
	for name, e := range map[string]struct{ got, want error }{
		"empty key":        {put("", ""), ErrKeyLength},
		"long key":         {put(long, ""), ErrKeyLength},
		"long value":       {put("a", long[1:]), ErrValueLength},
		"prefix":           {put("m", ""), ErrPrefixKey},
		"extension":        {put("mmm", ""), ErrPrefixKey},
		"zero extension":   {put("mm\x00", ""), ErrPrefixKey},
		"unsorted":         {x.Apply(c("b", "a")), ErrUnsorted},
		"repeating":        {x.Apply(c("a", "a")), ErrUnsorted},
		"repeating, any":   {x.ApplyAny(c("b", "a", "b")), ErrUnsorted},
		"any, long key":    {x.ApplyAny(c("b", long)), ErrKeyLength},
		"batch empty key":  {x.Apply(c("")), ErrKeyLength},
		"batch long key":   {x.Apply(c("a", long)), ErrKeyLength},
		"batch long value": {x.Apply([]Change{{Key: []byte("a"), Value: []byte(long[1:])}}), ErrValueLength},
	} {
		if !errors.Is(e.got, e.want) {
			t.Errorf("%s: %v", name, e.got)
		}
	}
	if _, err := x.Delete([]byte(long)); !errors.Is(err, ErrKeyLength) {
		t.Error(err)
	}
	if ok, err := x.Delete([]byte("m")); ok || err != nil {
		t.Error("a prefix of a key was deleted", err)
	}
	if x.Root() != root || x.Len() != 1 {
		t.Error("a refused change changed something")
	}
	if err := put(long[1:], long[2:]); err != nil {
		t.Error("longest key and value:", err)
	}
	x.Seal()
	if err := x.Apply(c("m")); !errors.Is(err, ErrPrefixKey) {
		t.Error(err)
	}
	if err := put("z", ""); !errors.Is(err, ErrBroken) {
		t.Error("half changed version goes on:", err)
	}
	if err := x.Rollback(1); err != nil {
		t.Error(err)
	}
	// Within a batch the outcome counts, not the order of keys.
	if err := x.Apply([]Change{{Key: []byte("m")}, {Key: []byte("mm"), Delete: true}}); err != nil {
		t.Error("a shorter key in place of a longer:", err)
	}
	if err := x.Apply([]Change{{Key: []byte("m"), Delete: true}, {Key: []byte("mm")}}); err != nil {
		t.Error("a longer key in place of a shorter:", err)
	}
	if x.Len() != 2 {
		t.Error(x.Len())
	}
}

// Unsorted pairs are found wherever a large batch is divided.
func TestUnsortedLargeBatch(t *testing.T) {
	x := New(Options{Parallel: goroutines})
	batch := make([]Change, 2000)
	for i := range batch {
		batch[i] = Change{Key: binary.BigEndian.AppendUint32(nil, uint32(i)), Value: []byte("v")}
	}
	for i := range len(batch) - 1 {
		batch[i], batch[i+1] = batch[i+1], batch[i]
		if err := x.Apply(batch); !errors.Is(err, ErrUnsorted) {
			t.Fatalf("pair %d: %v", i, err)
		}
		batch[i], batch[i+1] = batch[i+1], batch[i]
	}
	if x.Len() != 0 {
		t.Fatal("a refused batch changed something")
	}
}

func TestSort(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for range 300 {
		batch := make([]Change, r.Intn(600))
		wide := r.Intn(4) == 0
		for i := range batch {
			k := make([]byte, 1+r.Intn(4))
			if wide {
				k = make([]byte, 1+r.Intn(MaxKey))
			}
			for j := range k {
				k[j] = byte(r.Intn(3))
				if wide {
					k[j] = byte(r.Intn(256))
				}
			}
			batch[i] = Change{Key: k, Value: []byte{byte(i), byte(i >> 8)}}
		}
		want := slices.Clone(batch)
		x := New(Options{Parallel: goroutines})
		if err := x.pack(batch, false); err != nil {
			t.Fatal(err)
		}
		_ = x.sortPacked() // keys may repeat here: only the order counts
		slices.SortStableFunc(want, func(a, b Change) int { return bytes.Compare(a.Key, b.Key) })
		Sort(batch)
		for i := range batch {
			if &batch[i].Value[0] != &want[i].Value[0] {
				t.Fatalf("place %d of %d", i, len(batch))
			}
			if !bytes.Equal(x.packed[i].key(), want[i].Key) {
				t.Fatalf("packed place %d of %d", i, len(batch))
			}
		}
	}
}

// Large random batches, divided among goroutines, against the same changes one
// by one.
func TestApplyLikePut(t *testing.T) {
	r := rand.New(rand.NewSource(7))
	x, y := New(Options{Parallel: goroutines}), New(Options{})
	l := workload.NewLeaves(7, 20_000)
	for round := range 12 {
		batch := changesOf(l, l.Pick(3000))
		for i := range batch {
			batch[i].Delete = r.Intn(3) == 0
		}
		if round > 8 { // whole regions vanish
			for i := range batch {
				batch[i].Delete = batch[i].Key[0] == 5
			}
		}
		for _, c := range batch {
			var err error
			if c.Delete {
				_, err = y.Delete(c.Key)
			} else {
				err = y.Put(c.Key, c.Value)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if round%3 == 1 { // singles before the batch, with their hashing still due
			for _, c := range batch[:200] {
				if err := x.Put(c.Key, []byte("before")); err != nil {
					t.Fatal(err)
				}
			}
		}
		var err error
		if round%2 == 0 {
			err = x.ApplyAny(batch)
		} else {
			Sort(batch)
			err = x.Apply(batch)
		}
		if err != nil {
			t.Fatal(err)
		}
		_, a := x.Seal()
		if _, b := y.Seal(); a != b || x.Len() != y.Len() {
			t.Fatalf("round %d: roots differ", round)
		}
		if round > 4 {
			if err := x.Release(x.Versions()[round%3].Version); err != nil {
				t.Fatal(err)
			}
		}
		checkSlots(t, x)
	}
}

// Readers of pinned views beside the writer: run under -race.
func TestReadersBesideWriter(t *testing.T) {
	r := rand.New(rand.NewSource(5))
	l := workload.NewLeaves(5, 3000)
	x := buildTree(t, l, Options{Parallel: goroutines})
	var readers sync.WaitGroup
	for round := range 25 {
		v, err := x.View(x.Versions()[len(x.Versions())-1].Version)
		if err != nil {
			t.Fatal(err)
		}
		readers.Go(func() { readAll(t, v) })
		readers.Go(func() {
			if w, failed := x.View(v.Version()); failed == nil {
				w.Close()
			} else if !errors.Is(failed, ErrVersionReleased) {
				t.Error(failed)
			}
		})
		batch := changesOf(l, l.Pick(1200))
		for i := range batch {
			batch[i].Delete = r.Intn(4) == 0
		}
		Sort(batch)
		if err = x.Apply(batch); err != nil {
			t.Fatal(err)
		}
		x.Seal()
		if vs := x.Versions(); len(vs) > 3 {
			err = x.Release(vs[r.Intn(3)].Version)
		}
		if round%5 == 4 {
			err = errors.Join(err, x.Rollback(x.Versions()[0].Version))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	readers.Wait()
	x.Seal()
	checkSlots(t, x)
	if len(x.limbo) != 0 || len(x.kept) != len(x.Versions()) {
		t.Error("something outlives its last reader")
	}
}

// readAll checks one view against its own root, in every way there is.
func readAll(t *testing.T, v *View) {
	t.Helper()
	defer v.Close()
	y := New(Options{})
	if err := y.Load(bytes.NewReader(streamOf(t, v))); err != nil {
		t.Error(err)
		return
	}
	if y.Root() != v.Root() {
		t.Errorf("version %d reads another state than it sealed", v.Version())
	}
	key, want, _, err := v.Next(nil, []byte{4, 0, 0})
	if err != nil {
		t.Error(err)
	}
	p, err := v.Prove(key)
	if err != nil {
		t.Error(err)
	}
	if got, ok, err := Verify(v.Root(), key, p); err != nil || !ok || !bytes.Equal(got, want) {
		t.Error("proof beside the writer", err)
	}
	fork := v.Fork(Options{})
	if err := fork.Put(key, []byte("forked")); err != nil {
		t.Error(err)
	}
}

// Reading and changing what is there allocates nothing.
func TestNoAllocation(t *testing.T) {
	l := workload.NewLeaves(5, 1000)
	x, keys := buildTree(t, l, Options{}), l.Keys
	i, val := 0, []byte("value")
	for name, f := range map[string]func(){
		"Get":   func() { _, _, _ = x.Get(keys[i%1000]) },
		"First": func() { _, _, _, _ = x.First(keys[i%1000][:6]) },
		"Next":  func() { _, _, _, _ = x.Next(keys[i%1000][:6], keys[i%1000]) },
		"Put":   func() { _ = x.Put(keys[i%1000], val) },
	} {
		for range 2000 { // the lists have their room
			f()
			i++
		}
		if n := testing.AllocsPerRun(1000, func() { f(); i++ }); n != 0 {
			t.Errorf("%s allocates %v times", name, n)
		}
	}
}

func TestRetain(t *testing.T) {
	need := func(n uint64) bool { return n == 777 }
	var kept []uint64
	for newest := range uint64(5000) {
		kept = append(kept, newest)
		for _, n := range Retain(kept, newest, need, 8) {
			kept = slices.DeleteFunc(kept, func(k uint64) bool { return k == n })
		}
		for age := range min(8, newest+1) {
			if !slices.Contains(kept, newest-age) {
				t.Fatalf("at %d the recent %d is gone", newest, newest-age)
			}
		}
		if len(kept) > 8+5*12 {
			t.Fatalf("at %d %d are kept", newest, len(kept))
		}
		// Near every age something is kept: the gap is at most the age.
		for age := uint64(8); age <= newest; age *= 2 {
			if !slices.ContainsFunc(kept, func(k uint64) bool { return k <= newest-age && k+2*age >= newest-age }) {
				t.Fatalf("at %d nothing is kept about %d back: %v", newest, age, kept)
			}
		}
	}
	if !slices.Contains(kept, 777) {
		t.Fatal("a needed number was let go")
	}
	if got := Retain([]uint64{5, 3, 4}, 5, nil, 0); !slices.Equal(got, []uint64{3}) {
		t.Fatalf("recent 0: %v", got)
	}
}

// A tree that only ever saw batches applies the next one: the branches above the tasks need free slots too.
func TestBatchAfterBatch(t *testing.T) {
	x := New(Options{Parallel: goroutines})
	keys := workload.NewLeaves(1, 600).Keys
	for round := range byte(250) {
		changes := make([]Change, len(keys))
		for i, k := range keys {
			changes[i] = Change{Key: k, Value: []byte{round}}
		}
		if err := x.ApplyAny(changes); err != nil {
			t.Fatal(err)
		}
		x.Seal()
	}
	now := twin{}
	for _, k := range keys {
		now[string(k)] = string([]byte{249})
	}
	if x.Root() != now.root() {
		t.Error("another root than the twin's")
	}
}
