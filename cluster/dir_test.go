package cluster

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/raft"
	"github.com/hashicorp/raft-wal/metadb"

	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// single opens one replica on a real disk and returns it with its leadership
// taken and some transitions written.
func single(t *testing.T, store string) (*group, *replica) {
	t.Helper()
	g := newTCP(t, 1, func(c *Config) { c.LogStore = store })
	r := g.leader()
	for i := range 50 {
		if _, _, err := r.node.Submit(t.Context(), []command.Submission{submission(1, uint64(i+1))}, nil); err != nil {
			t.Fatal(err)
		}
	}
	return g, r
}

// mustFail opens a replica and returns the error.
func mustFail(t *testing.T, g *group, r *replica) error {
	t.Helper()
	err := g.tryOpen(r)
	if err == nil {
		t.Fatal("open succeeded")
	}
	t.Log(err)
	return err
}

func waitLineage(t *testing.T, r *replica) {
	t.Helper()
	err := deadlineDo(t, func() bool { l, err := r.node.dir.lineage(); return err == nil && l == r.ledger.Position().Lineage })
	if err != nil {
		t.Fatal(err)
	}
}

// Bad input: a truncated log is a clear error, never SIGBUS, never a fresh
// start.
func TestDamagedStores(t *testing.T) {
	damage := map[string]func(t *testing.T, dir string){
		"boltdb cut in half": func(t *testing.T, dir string) { t.Helper(); cutFile(t, filepath.Join(dir, stableFile), 2) },
		"boltdb empty":       func(t *testing.T, dir string) { t.Helper(); cutFile(t, filepath.Join(dir, stableFile), 0) },
		"boltdb gone":        func(t *testing.T, dir string) { t.Helper(); remove(t, filepath.Join(dir, stableFile)) },
		"boltdb no meta": func(t *testing.T, dir string) {
			t.Helper()
			raw, err := os.ReadFile(filepath.Join(dir, stableFile))
			if err != nil {
				t.Fatal(err)
			}
			clear(raw[:8192])
			if err := os.WriteFile(filepath.Join(dir, stableFile), raw, 0o600); err != nil {
				t.Fatal(err)
			}
		},
		"boltdb no version": func(t *testing.T, dir string) { t.Helper(); remove(t, filepath.Join(dir, versionFile)) },
		"wal end lost": func(t *testing.T, dir string) {
			t.Helper()
			for _, f := range glob(t, filepath.Join(dir, walDir, "*.wal")) {
				cutFile(t, f, 16384) // of 64 MiB: the first entries stay
			}
		},
		"wal meta cut in half": func(t *testing.T, dir string) {
			t.Helper()
			cutFile(t, filepath.Join(dir, walDir, metadb.FileName), 2)
		},
		"wal meta empty": func(t *testing.T, dir string) {
			t.Helper()
			cutFile(t, filepath.Join(dir, walDir, metadb.FileName), 0)
		},
		"wal meta gone": func(t *testing.T, dir string) { t.Helper(); remove(t, filepath.Join(dir, walDir, metadb.FileName)) },
		"wal gone":      func(t *testing.T, dir string) { t.Helper(); remove(t, filepath.Join(dir, walDir)) },
		"wal empty": func(t *testing.T, dir string) {
			t.Helper()
			for _, f := range glob(t, filepath.Join(dir, walDir, "*.wal")) {
				cutFile(t, f, 0)
			}
		},
		"wal segments gone": func(t *testing.T, dir string) {
			t.Helper()
			for _, f := range glob(t, filepath.Join(dir, walDir, "*.wal")) {
				remove(t, f)
			}
		},
	}
	for _, store := range []string{StoreBoltDB, StoreWAL} {
		g, r := single(t, store)
		mark := func() bool {
			v, err := r.node.stores.stable.GetUint64(logMarkKey)
			return err == nil && v >= 50
		}
		if err := deadlineDo(t, mark); err != nil {
			t.Fatal(err)
		}
		g.crash(r)
		whole := filepath.Join(t.TempDir(), store)
		if err := os.Rename(r.cfg.DataDir, whole); err != nil {
			t.Fatal(err)
		}
		for name, breakIt := range damage {
			if !strings.HasPrefix(name, store+" ") {
				continue
			}
			t.Run(name, func(t *testing.T) {
				remove(t, r.cfg.DataDir)
				if err := os.CopyFS(r.cfg.DataDir, os.DirFS(whole)); err != nil {
					t.Fatal(err)
				}
				breakIt(t, r.cfg.DataDir)
				if err := mustFail(t, g, r); !errors.Is(err, ErrDamagedLog) {
					t.Fatalf("want ErrDamagedLog, got %v", err)
				}
			})
		}
	}
}

// Whether the store takes no gaps shows through every layer over it: Raft empties such a log for a snapshot that it restores.
func TestLayersShowThatAStoreTakesNoGaps(t *testing.T) {
	for store, want := range map[string]bool{StoreBoltDB: false, StoreWAL: true} {
		s, err := openStores(Config{DataDir: t.TempDir(), LogStore: store, SnapshotRetain: 1}, nil, nil, hclog.NewNullLogger())
		if err != nil {
			t.Fatal(err)
		}
		if m, ok := s.log.(raft.MonotonicLogStore); !ok || m.IsMonotonic() != want {
			t.Errorf("%s: %v, want %v", store, !want, want)
		}
		if err = s.close(); err != nil {
			t.Error(err)
		}
	}
}

func cutFile(t *testing.T, path string, divisor int64) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	var size int64
	if divisor > 0 {
		size = info.Size() / divisor
	}
	if err := os.Truncate(path, size); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %v %v", pattern, files, err)
	}
	return files
}

// Bad input: a directory of another lineage, cluster, node or store is refused,
// and untouched by the refusal.
func TestForeignDirectories(t *testing.T) {
	g, r := single(t, StoreBoltDB)
	waitLineage(t, r)
	g.crash(r)
	version := filepath.Join(r.cfg.DataDir, versionFile)
	before, err := os.ReadFile(version)
	if err != nil {
		t.Fatal(err)
	}
	good := r.cfg
	for what, change := range map[string]func(*Config){
		"lineage": func(c *Config) { c.Lineage = [16]byte{1} },
		"cluster": func(c *Config) { c.Cluster = "another" },
		"node id": func(c *Config) { c.NodeID = "z"; c.Peers = []Peer{{ID: "z", Addr: c.Bind}} },
	} {
		r.cfg = good
		change(&r.cfg)
		var foreign *ForeignError
		if err = mustFail(t, g, r); !errors.As(err, &foreign) || foreign.What != what {
			t.Errorf("%s: %v", what, err)
		}
	}
	r.cfg = good
	r.cfg.LogStore = StoreWAL
	_ = mustFail(t, g, r)
	after, err := os.ReadFile(version)
	if err != nil || !bytes.Equal(before, after) {
		t.Fatalf("VERSION changed: %s %v", after, err)
	}
	r.cfg = good
	g.open(r)
	g.leader()
}

// Bad input: a directory of another lineage among healthy members. Its Raft
// state must never mix with theirs, and it is the stranger that stops.
func TestForeignReplicaIsKeptOut(t *testing.T) {
	g := newTCP(t, 3, nil)
	l := g.leader()
	for _, r := range g.replicas {
		waitLineage(t, r)
	}
	victim := g.followers(l)[0]
	g.crash(victim)
	// The same node of another history, with a higher term.
	version := filepath.Join(victim.cfg.DataDir, versionFile)
	other := newTCP(t, 3, nil)
	ol := other.leader()
	for range 3 {
		if err := ol.node.TransferLeadership(t.Context(), ""); err != nil {
			t.Fatal(err)
		}
		ol = other.leader(ol)
	}
	var donor *replica
	for _, r := range other.replicas {
		if r.id == victim.id {
			donor = r
		}
		waitLineage(t, r)
	}
	other.crash(donor)
	raw, err := os.ReadFile(filepath.Join(donor.cfg.DataDir, versionFile))
	if err != nil {
		t.Fatal(err)
	}
	state, err := os.ReadFile(filepath.Join(donor.cfg.DataDir, stableFile))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.WriteFile(version, raw, 0o600), os.WriteFile(filepath.Join(victim.cfg.DataDir, stableFile), state, 0o600)); err != nil {
		t.Fatal(err)
	}
	term := g.leader().node.Term()
	// Its stored members are the other cluster's; point it at ours.
	for _, r := range other.replicas {
		other.crash(r)
	}
	g.open(victim)
	var foreign *ForeignError
	select {
	case err := <-victim.fatals:
		if !errors.As(err, &foreign) || foreign.What != "lineage" {
			t.Fatalf("fatal: %v", err)
		}
	case <-time.After(time.Minute):
		t.Fatal("the stranger goes on")
	}
	for _, r := range g.followers(victim) {
		select {
		case err := <-r.fatals:
			t.Fatalf("%s: %v", r.id, err)
		default:
		}
	}
	if now := g.leader().node.Term(); now != term {
		t.Fatalf("the stranger raised the term from %d to %d", term, now)
	}
}

// Bad input: a directory in use, a port in use, plaintext beyond loopback.
func TestResourcesInUse(t *testing.T) {
	g, r := single(t, StoreBoltDB)
	second := &replica{id: r.id, cfg: r.cfg}
	second.cfg.Bind = "127.0.0.1:0"
	if err := mustFail(t, g, second); !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), fmt.Sprintf("process %d", os.Getpid())) {
		t.Errorf("lock held: %v", err)
	}
	third := &replica{id: r.id, cfg: r.cfg}
	third.cfg.DataDir = t.TempDir()
	if err := mustFail(t, g, third); !errors.Is(err, syscall.EADDRINUSE) || !strings.Contains(err.Error(), r.cfg.Bind) {
		t.Errorf("port in use: %v", err)
	}
	// The failed open released what it had taken.
	third.cfg.Bind = "127.0.0.1:0"
	if err := g.tryOpen(third); err != nil {
		t.Errorf("open after a failed one: %v", err)
	}
	g.crash(third)
	r.cfg.Bind = "0.0.0.0:0"
	if _, err := Open(t.Context(), r.cfg, newLedger(), testLogger(t)); !errors.Is(err, ErrPlaintext) {
		t.Errorf("plaintext: %v", err)
	}
	r.cfg.Insecure = true
	if err := r.cfg.Validate(); err != nil {
		t.Errorf("plaintext allowed explicitly: %v", err)
	}
}

// style.md, habit 8: Validate reports everything at once.
func TestValidateReportsEverything(t *testing.T) {
	err := Config{
		NodeID: "q", Bind: "nonsense", LogStore: "paper",
		Peers:            []Peer{{ID: "a", Addr: "x"}, {ID: "a", Addr: "x"}},
		HeartbeatTimeout: time.Second, ElectionTimeout: time.Millisecond, LeaderLeaseTimeout: 2 * time.Second,
		MaxEntryBytes: 1 << 30, MaxInFlight: 1,
	}.Validate()
	for _, part := range []string{
		"2 peers", "listed twice", "not among the peers", "data directory", "nonsense", "paper",
		"lease", "election timeout", "bytes", "in-flight", "OnFatal",
	} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%q is not reported: %v", part, err)
		}
	}
}

// facts 14: left-over temporary snapshots and files are swept at start.
func TestTemporaryFilesAreSwept(t *testing.T) {
	g, r := single(t, StoreBoltDB)
	if err := r.node.raft.Snapshot().Error(); err != nil {
		t.Fatal(err)
	}
	g.crash(r)
	left := []string{filepath.Join(r.cfg.DataDir, snapshotsDir, "2-100-1.tmp", "state.bin")}
	for _, name := range []string{versionFile + ".1.tmp", quarantineFile + ".2.tmp", "recovered.3.tmp", trialFile} {
		left = append(left, filepath.Join(r.cfg.DataDir, name))
	}
	for _, path := range left {
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o750), os.WriteFile(path, []byte("half"), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	g.open(r)
	for _, path := range left {
		if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("left over: %s: %v", path, err)
		}
	}
	g.leader()
	if r.ledger.count() != 50 {
		t.Fatalf("%d transitions after a restore", r.ledger.count())
	}
}

// The hello is refused unless it is whole and from a member.
func TestStrangersAreRefused(t *testing.T) {
	_, r := single(t, StoreBoltDB)
	good := hello{kind: kindRaft, cluster: clusterID("holdfast"), node: "a"}
	for name, h := range map[string][]byte{
		"http":            []byte("GET / HTTP/1.1\r\nHost: here.example.org\r\n\r\n"),
		"not a member":    hello{kind: kindRaft, cluster: good.cluster, node: "z"}.encode(),
		"another cluster": hello{kind: kindGRPC, cluster: clusterID("x"), node: "a"}.encode(),
		"another lineage": hello{kind: kindGRPC, cluster: good.cluster, lineage: [16]byte{1}, node: "a"}.encode(),
		"no node":         hello{kind: kindGRPC, cluster: good.cluster}.encode(),
	} {
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", r.cfg.Bind)
		if err != nil {
			t.Fatal(err)
		}
		if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Write(h); err != nil {
			t.Fatal(err)
		}
		var answer [1]byte
		if n, err := conn.Read(answer[:]); err == nil && n == 1 && answer[0] == helloAccept {
			t.Errorf("%s is accepted", name)
		}
		_ = conn.Close()
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	conn, err := r.node.id.dial(ctx, kindGRPC, r.cfg.Bind)
	if err != nil {
		t.Fatalf("a member: %v", err)
	}
	_ = conn.Close()
}

func FuzzReadHello(f *testing.F) {
	f.Add(hello{kind: kindRaft, cluster: clusterID("x"), lineage: [16]byte{3}, node: "a"}.encode())
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		h, err := readHello(bytes.NewReader(b))
		if err == nil && !bytes.HasPrefix(b, h.encode()) {
			t.Fatal("a hello has two encodings")
		}
	})
}

type listOnly struct {
	raft.SnapshotStore
	list []*raft.SnapshotMeta
}

func (l listOnly) List() ([]*raft.SnapshotMeta, error) { return l.list, nil }

// Bad input: when the newest snapshot is damaged, an older one serves only if
// the log goes on from it without a gap.
func TestOlderSnapshotsNeedTheirLog(t *testing.T) {
	for _, c := range []struct{ first, want int }{{first: 12, want: 1}, {first: 11, want: 2}, {first: 5, want: 2}, {first: 0, want: 1}} {
		log := raft.NewInmemStore()
		if c.first > 0 {
			if err := log.StoreLog(&raft.Log{Index: uint64(c.first)}); err != nil {
				t.Fatal(err)
			}
		}
		store := &reachable{SnapshotStore: listOnly{list: []*raft.SnapshotMeta{{Index: 20}, {Index: 10}}}, log: log}
		got, err := store.List()
		if err != nil || len(got) != c.want || got[0].Index != 20 {
			t.Errorf("log from %d on: %d snapshots, error %v; want %d", c.first, len(got), err, c.want)
		}
	}
}

// cluster.md: a hung disk ends the process, a pause of the process does not: after it, the clock says that a write took
// as long as the pause, and the disk is well.
func TestPauseIsNoHungDisk(t *testing.T) {
	var w writeWatch
	var o hangObserver
	done := w.begin(&w.log)
	o.look(&w)
	if o.look(&w) {
		t.Fatal("one look after a pause calls the disk hung")
	}
	done()
	for range 10 * hangTicks {
		done = w.begin(&w.log)
		if o.look(&w) {
			t.Fatal("many writes are taken for one")
		}
		done()
	}
	w.begin(&w.log)
	looks := 1
	for !o.look(&w) {
		if looks++; looks > hangTicks+1 {
			t.Fatalf("a write that runs at %d looks is not called hung", looks)
		}
	}
	if looks != hangTicks+1 {
		t.Fatalf("called hung after %d looks, want %d", looks, hangTicks+1)
	}
}

// cluster.md "Storage": a VERSION file of another layout is named, and one that is not whole is never guessed at.
func TestVersionFile(t *testing.T) {
	g, r := single(t, StoreBoltDB)
	g.crash(r)
	path := filepath.Join(r.cfg.DataDir, versionFile)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for what, raw := range map[string][]byte{
		"empty": nil, "cut": whole[:len(whole)/2], "another file": []byte("[]"),
		"unknown field": []byte(strings.Replace(string(whole), "{", `{"colour": "blue",`, 1)),
		"lineage":       []byte(strings.Replace(string(whole), `"lineage": "`, `"lineage": "0`, 1)),
		"log store":     []byte(strings.Replace(string(whole), StoreBoltDB, "paper", 1)),
	} {
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := mustFail(t, g, r); !errors.Is(err, ErrVersionFile) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := os.WriteFile(path, []byte(`{"layout": 99, "colour": "blue"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if layout, ok := errors.AsType[*LayoutError](mustFail(t, g, r)); !ok || layout.Found != 99 {
		t.Errorf("a later layout: %v", layout)
	}
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	g.open(r)
}

// A VERSION file that is taken says what it said when it is written again.
func FuzzVersionFile(f *testing.F) {
	f.Add([]byte(`{"layout":1,"node_id":"a","cluster":"holdfast","lineage":"000102030405060708090a0b0c0d0e0f","log_store":"wal","initialized":true}`))
	f.Add([]byte(`{"layout":2}`))
	f.Add([]byte(`{"layout":1,"log_store":"boltdb"} {}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := decodeVersion(raw)
		if err != nil {
			if !errors.Is(err, ErrVersionFile) {
				t.Fatal(err)
			}
			return
		}
		if r.Layout != layoutVersion {
			return
		}
		again, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if same, err := decodeVersion(again); err != nil || !reflect.DeepEqual(same, r) {
			t.Fatalf("%+v became %+v: %v", r, same, err)
		}
	})
}
