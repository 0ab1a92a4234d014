package cluster

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/raft"
	"golang.org/x/sys/unix"

	"github.com/holdfast-rollup/holdfast/cluster/durable"
	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// cluster.md "Storage", on file systems that are really full: writes are refused before any of the cluster's own fails, no
// process ends, reads go on, a snapshot leaves nothing behind, and everything comes back when the room does. It mounts
// small file systems, and so runs where HOLDFAST_TMPFS says so.
func TestFullFileSystems(t *testing.T) {
	if os.Getenv("HOLDFAST_TMPFS") == "" {
		t.Skip("HOLDFAST_TMPFS is not set: mounts tmpfs, as root")
	}
	for _, store := range []string{StoreBoltDB, StoreWAL} {
		t.Run(store, func(t *testing.T) { fillFileSystems(t, store) })
	}
}

func fillFileSystems(t *testing.T, store string) {
	t.Helper()
	g := newTCP(t, 3, func(c *Config) {
		c.DataDir = filepath.Join(t.TempDir(), "mount")
		if err := os.Mkdir(c.DataDir, 0o750); err != nil {
			t.Fatal(err)
		}
		dir := c.DataDir
		if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=512m"); err != nil {
			t.Skipf("needs the right to mount a small tmpfs: %v", err)
		}
		t.Cleanup(func() { _ = unix.Unmount(dir, unix.MNT_DETACH) })
		c.LogStore, c.DiskReserve = store, 64<<20
	})
	c := &client{g: g, session: 1}
	for range 20 {
		if _, err := c.next(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range g.replicas {
		fill(t, r, 32<<20)
	}
	leader := g.leader()
	submit := func() error {
		_, _, err := leader.node.Submit(t.Context(), []command.Submission{submission(2, 1)}, nil)
		return err
	}
	eventually(t, "writes to be refused", func() bool { return isDisk(submit()) })
	t.Log(submit())
	for _, r := range g.replicas { // somebody else takes the rest
		fill(t, r, 0)
	}
	eventually(t, "the floor to be noticed", func() bool { return leader.node.disk.status().full })
	if err := leader.node.raft.Snapshot().Error(); err == nil || !strings.Contains(err.Error(), ErrDiskFull.Error()) {
		t.Errorf("a snapshot on a full disk: %v", err)
	}
	if left, err := filepath.Glob(filepath.Join(leader.cfg.DataDir, snapshotsDir, "*"+durable.Suffix)); err != nil || len(left) > 0 {
		t.Errorf("left over: %v %v", left, err)
	}
	if _, err := leader.node.ReadBarrier(bounded60(t)); err != nil {
		t.Errorf("no reads on full disks: %v", err)
	}
	if err := leader.node.stores.log.StoreLog(&raft.Log{Index: 1 << 40}); !errors.Is(err, ErrDiskFull) {
		t.Errorf("the log takes an entry: %v", err)
	}
	for _, r := range g.replicas {
		if err := os.Remove(filepath.Join(r.cfg.DataDir, "ballast")); err != nil {
			t.Fatal(err)
		}
		select {
		case err := <-r.fatals:
			t.Errorf("%s ended: %v", r.id, err)
		default:
		}
	}
	freed := time.Now()
	if _, err := c.next(bounded60(t)); err != nil {
		t.Fatalf("there is room again: %v", err)
	}
	t.Logf("writes came back %v after the room", time.Since(freed).Round(time.Millisecond))
	g.equal()
}

// fill leaves so many bytes of a replica's file system.
func fill(t *testing.T, r *replica, leave uint64) {
	t.Helper()
	free, _, err := spaceOf(r.cfg.DataDir)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(filepath.Join(r.cfg.DataDir, "ballast"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	block := make([]byte, 1<<20)
	for ; free > leave; free -= min(free, uint64(len(block))) {
		if _, err = f.Write(block[:min(uint64(len(block)), free-leave)]); err != nil && leave > 0 {
			t.Fatal(err)
		}
	}
}
