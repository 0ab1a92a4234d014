package cluster

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/raft"
	raftboltdb "github.com/hashicorp/raft-boltdb/v2"
	raftwal "github.com/hashicorp/raft-wal"
	"github.com/hashicorp/raft-wal/metadb"
	"go.etcd.io/bbolt"
)

// boltFile is a Raft store with branches, overflow pages, and an inline bucket beside a large one.
func boltFile(tb testing.TB) []byte {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), stableFile)
	s := openBolt(tb, path)
	random := rand.New(rand.NewPCG(1, 2))
	for first := uint64(1); first <= 3000; first += 500 {
		var logs []*raft.Log
		for i := range uint64(500) {
			data := make([]byte, random.IntN(200))
			if i%100 == 7 {
				data = make([]byte, 9000)
			}
			logs = append(logs, &raft.Log{Index: first + i, Term: 1, Data: data})
		}
		if err := s.StoreLogs(logs); err != nil {
			tb.Fatal(err)
		}
	}
	if err := errors.Join(s.SetUint64([]byte("CurrentTerm"), 7), s.Close()); err != nil {
		tb.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

func openBolt(tb testing.TB, path string) *raftboltdb.BoltStore {
	tb.Helper()
	s, err := raftboltdb.New(raftboltdb.Options{
		Path: path, NoSync: true, MsgpackUseNewTimeFormat: true,
		BoltOptions: &bbolt.Options{Timeout: time.Second, NoFreelistSync: true, FreelistType: bbolt.FreelistMapType},
	})
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// recovery.md, tampering: whatever happened to the pages, the check names it or the store can be opened and read without
// ending the process. The records' own checksums see the rest.
func TestDamagedPagesDoNotReachTheStore(t *testing.T) {
	good := boltFile(t)
	path := filepath.Join(t.TempDir(), stableFile)
	random := rand.New(rand.NewPCG(3, 4))
	var seen damages
	for round := range 80 {
		at, n := random.IntN(len(good)), 1+random.IntN(1<<random.IntN(14))
		if round%2 == 0 { // a page's header or table, where it matters most
			at = at&^4095 + random.IntN(64)
		}
		if err := os.WriteFile(path, damaged(good, random, at, n), 0o600); err != nil {
			t.Fatal(err)
		}
		if !seen.refused(t, checkBolt(path, true)) {
			readAll(t, path, fmt.Sprintf("round %d, %d bytes at %d", round, n, at))
		}
	}
	seen.bothSides(t, 10)
}

// damaged is a file with n other bytes at an offset.
func damaged(whole []byte, random *rand.Rand, at, n int) []byte {
	b := slices.Clone(whole)
	for i := at; i < min(at+n, len(b)); i++ {
		b[i] ^= byte(1 + random.IntN(255))
	}
	return b
}

// damages counts what a check named and what it let pass.
type damages struct{ named, passed int }

// refused says whether a check that ended so named the damage; it may end in no other way.
func (d *damages) refused(t *testing.T, err error) bool {
	t.Helper()
	switch {
	case errors.Is(err, ErrDamagedLog):
		d.named++
		return true
	case err != nil:
		t.Fatal(err)
	}
	d.passed++
	return false
}

// bothSides wants that ten damages were refused, and so many not.
func (d *damages) bothSides(t *testing.T, passed int) {
	t.Helper()
	if d.named < 10 || d.passed < passed {
		t.Errorf("%d damages were refused and %d were not: the test sees one side only", d.named, d.passed)
	}
}

// readAll opens a store and reads what it has; a fault fails the test instead of ending it.
func readAll(t *testing.T, path, what string) {
	t.Helper()
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			t.Fatalf("%s: not refused, and the store ends by %v", what, p)
		}
	}()
	s := openBolt(t, path)
	_, _ = s.GetUint64([]byte("CurrentTerm"))
	for i := uint64(1); i <= 3000; i++ {
		_ = s.GetLog(i, new(raft.Log))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// walDirectory is a log of the wal store with segments that were sealed and removed, so that its own file has free pages.
func walDirectory(tb testing.TB) string {
	tb.Helper()
	dir := tb.TempDir()
	w, err := raftwal.Open(dir, raftwal.WithLogger(hclog.NewNullLogger()), raftwal.WithSegmentSize(8<<10))
	if err != nil {
		tb.Fatal(err)
	}
	for index := uint64(1); index <= 24; index++ {
		if err = w.StoreLogs([]*raft.Log{{Index: index, Term: 1, Data: make([]byte, 3000)}}); err != nil {
			tb.Fatal(err)
		}
	}
	if err = errors.Join(w.DeleteRange(1, 12), w.Close()); err != nil {
		tb.Fatal(err)
	}
	return dir
}

// recovery.md, tampering: the wal store's own file, which says what segments there are, is no more believed than the
// other: the check names what happened to it, or the store can be opened and read without ending the process.
func TestDamagedPagesDoNotReachTheWAL(t *testing.T) {
	good := walDirectory(t)
	if err := checkWAL(good, true); err != nil {
		t.Fatalf("whole: %v", err)
	}
	whole, err := os.ReadFile(filepath.Join(good, metadb.FileName))
	if err != nil {
		t.Fatal(err)
	}
	meta, err := newestMeta(bytes.NewReader(whole))
	if err != nil || meta.freelist == boltNoFreelist {
		t.Fatalf("%+v, %v: the test needs a list of free pages", meta, err)
	}
	name := bytes.LastIndex(whole, []byte(metadb.MetaBucket))
	random := rand.New(rand.NewPCG(5, 6))
	var seen damages
	for round := range 48 {
		at, n := random.IntN(len(whole)), 1+random.IntN(64)
		switch round % 4 {
		case 0: // a page's header or table
			at = at&^4095 + random.IntN(64)
		case 1: // the list of free pages
			at = int(meta.freelist)*int(meta.pageSize) + random.IntN(32)
		case 2: // a bucket's name
			at, n = name+random.IntN(len(metadb.MetaBucket)), 1
		}
		b := damaged(whole, random, at, n)
		dir := filepath.Join(t.TempDir(), walDir)
		if err := errors.Join(os.CopyFS(dir, os.DirFS(good)), os.WriteFile(filepath.Join(dir, metadb.FileName), b, 0o600)); err != nil {
			t.Fatal(err)
		}
		if !seen.refused(t, checkWAL(dir, true)) {
			readWAL(t, dir, fmt.Sprintf("round %d, %d bytes at %d", round, n, at))
		}
	}
	seen.bothSides(t, 5)
}

// A wal store begins anew where its own file is missing, and removes the segments: where there was a log, it must be there.
func TestTheWALDoesNotBeginAnew(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		what      string
		mustExist bool
		want      error
	}{{"none", false, nil}, {"none", true, ErrDamagedLog}, {"empty", false, ErrDamagedLog}, {"empty", true, ErrDamagedLog}} {
		if c.what == "empty" {
			if err := os.WriteFile(filepath.Join(dir, metadb.FileName), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := checkWAL(dir, c.mustExist); !errors.Is(err, c.want) {
			t.Errorf("%s, must exist %v: %v, want %v", c.what, c.mustExist, err, c.want)
		}
	}
}

// raft-boltdb makes what buckets it misses: a damaged name would have Raft forget its vote.
func TestRaftDoesNotForgetItsVote(t *testing.T) {
	whole := boltFile(t)
	path := filepath.Join(t.TempDir(), stableFile)
	for _, name := range []string{"", "conf", "logs"} {
		b := slices.Clone(whole)
		if name != "" { // in every copy of the page, as bbolt kept them
			b = bytes.ReplaceAll(b, []byte(name), []byte("lost"))
		}
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := checkStable(path, true); errors.Is(err, ErrDamagedLog) != (name != "") {
			t.Errorf("without %q: %v", name, err)
		}
	}
}

// readWAL opens a log of the wal store and reads what it has; a fault fails the test instead of ending it.
func readWAL(t *testing.T, dir, what string) {
	t.Helper()
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			t.Fatalf("%s: not refused, and the store ends by %v", what, p)
		}
	}()
	w, err := raftwal.Open(dir, raftwal.WithLogger(hclog.NewNullLogger()))
	if err != nil {
		return // named before anything is served
	}
	for index := uint64(1); index <= 24; index++ {
		_ = w.GetLog(index, new(raft.Log))
	}
	if err = w.Close(); err != nil {
		t.Fatal(err)
	}
}

// The check takes what bbolt writes.
func TestWholePagesPass(t *testing.T) {
	path := filepath.Join(t.TempDir(), stableFile)
	fresh, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err = errors.Join(fresh.Close(), checkBolt(path, true)); err != nil {
		t.Errorf("nothing but what bbolt begins with: %v", err)
	}
	if err := openBolt(t, path).Close(); err != nil {
		t.Fatal(err)
	}
	if err := checkBolt(path, true); err != nil {
		t.Errorf("an empty store: %v", err)
	}
	if err := os.WriteFile(path, boltFile(t), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := checkBolt(path, true); err != nil {
		t.Error(err)
	}
}

func FuzzBoltPages(f *testing.F) {
	f.Add(make([]byte, 4096*2))
	f.Add(boltFile(f)[:1<<16])
	if b, err := os.ReadFile(filepath.Join(walDirectory(f), metadb.FileName)); err == nil {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		meta, err := newestMeta(bytes.NewReader(b))
		if err != nil {
			return
		}
		if meta.pageSize <= 0 || int64(meta.pages) < 0 || int64(meta.pages)*meta.pageSize < 0 {
			t.Fatalf("%+v", meta)
		}
		if int64(meta.pages)*meta.pageSize <= int64(len(b)) {
			_ = checkPages(bytes.NewReader(b), meta)
		}
	})
}
