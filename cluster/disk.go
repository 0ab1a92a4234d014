package cluster

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/holdfast-rollup/holdfast/cluster/durable"
)

// Transitions are refused while there is still room, and the log and snapshots stop
// growing while there is still some: a term, a vote and the duties' small commands can
// always be written, and no write of the cluster's own is the one that fills the disk.
// Everything comes back by itself when the room does.
//
// Three lines, in free bytes: below the reserve no transitions are taken; they are
// again from reserveBack on; below the floor the log and snapshots take nothing more.

const (
	// floorShare of the reserve is the floor.
	floorShare = 4
	// backShare of the reserve must be free beyond it before transitions are taken again.
	backShare = 4
	// lookBytes is how much is written between two looks at the most.
	lookBytes = 8 << 20
	// trialBytes is what a trial writes after a write has failed.
	trialBytes = 64 << 10
	trialFile  = "trial" + durable.Suffix
)

// ErrDiskFull says that the log or a snapshot takes nothing more before the disk is full.
// What it is returned for was not written.
var ErrDiskFull = errors.New("cluster: too little room on the disk")

// DiskError says that transitions are refused for want of room, on this replica's disk or
// on those of too many voters. Nothing was applied.
type DiskError struct {
	Node       string // that refuses
	Reason     string // what is short, and when transitions are taken again
	RetryAfter time.Duration
}

func (e *DiskError) Error() string {
	return fmt.Sprintf("cluster: %s takes no transitions: %s", e.Node, e.Reason)
}

// Disk is the file system of the data directory and what the Raft store takes of it, in bytes.
type Disk struct {
	Path    string // empty without a data directory
	Free    uint64 // on the file system, or within the budget if that is less
	Total   uint64
	Reserve uint64 // free space below which no transitions are taken
	Used    uint64 // by the log, the stable store, snapshots and damaged ones
	Budget  uint64 // for Used; 0 for none
	Log     uint64 // entries in the log
	// LogBudget is for Log.
	LogBudget uint64
	Refuses   string // why no transitions are taken; empty while they are
	// SlowestWrite is that of the latest writes to the log.
	SlowestWrite time.Duration

	full bool // not even the log takes anything
}

// diskGuard knows how much room there is. A nil one has all the room in the world.
type diskGuard struct {
	dir       string
	reserve   uint64
	budget    uint64
	logBudget uint64
	space     func() (free, total uint64, err error)
	log       *logSizes

	seen   atomic.Pointer[Disk] // the newest look, never nil
	spent  atomic.Int64         // bytes written since
	broken atomic.Pointer[string]

	mu sync.Mutex // one look at a time
}

func newDiskGuard(cfg Config) *diskGuard {
	space := cfg.Seams.Space
	if space == nil {
		if cfg.DataDir == "" {
			return nil
		}
		space = func() (uint64, uint64, error) { return spaceOf(cfg.DataDir) }
	}
	g := &diskGuard{
		dir: cfg.DataDir, reserve: cfg.DiskReserve, budget: cfg.DiskBudget, logBudget: cfg.LogBudget, space: space, log: &logSizes{},
	}
	g.seen.Store(&Disk{})
	g.look()
	return g
}

// status is the newest look.
func (g *diskGuard) status() Disk {
	if g == nil {
		return Disk{}
	}
	return *g.seen.Load()
}

// short says why transitions are refused; empty if they are not.
func (g *diskGuard) short() string {
	if g == nil {
		return ""
	}
	return g.seen.Load().Refuses
}

// look takes stock.
func (g *diskGuard) look() Disk {
	if g == nil {
		return Disk{}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	before := g.seen.Load()
	g.spent.Store(0)
	d := &Disk{Path: g.dir, Reserve: g.reserve, Budget: g.budget, LogBudget: g.logBudget, Log: g.log.bytes()}
	var err error
	if d.Free, d.Total, err = g.space(); err == nil {
		d.Used, err = usedBy(g.dir)
	}
	where := g.dir
	if left := g.budget - min(g.budget, d.Used); g.budget > 0 && left < d.Free {
		d.Free, where = left, "disk.budget_bytes"
	}
	d.full = err != nil || d.Free < g.reserve/floorShare
	d.Refuses = g.refuses(d, before, where, err)
	g.seen.Store(d)
	return *d
}

// refuses says why a look forbids transitions. mu is held.
func (g *diskGuard) refuses(d, before *Disk, where string, err error) string {
	line := g.reserve
	if before.Refuses != "" {
		line += g.reserve / backShare
	}
	broken := g.broken.Load()
	if broken != nil && err == nil && g.try() == nil {
		g.broken.CompareAndSwap(broken, nil)
		broken = nil
	}
	switch {
	case err != nil:
		return fmt.Sprintf("the disk cannot be asked for its room: %v", err)
	case broken != nil:
		return fmt.Sprintf("a write failed (%s); it goes on by itself once a trial in %s succeeds", *broken, g.dir)
	case d.Free < line:
		return fmt.Sprintf("%d MiB are free of %s and %d MiB are kept; it goes on by itself once %d MiB are free",
			d.Free>>20, where, g.reserve>>20, (g.reserve+g.reserve/backShare)>>20)
	case d.Log >= g.logBudget:
		return fmt.Sprintf("the log holds %d MiB of the %d MiB of disk.log_budget_bytes; it goes on by itself once a snapshot was taken",
			d.Log>>20, g.logBudget>>20)
	}
	return ""
}

// take counts bytes that are about to be written, or refuses them.
func (g *diskGuard) take(bytes int) error {
	if g == nil {
		return nil
	}
	if g.spent.Add(int64(bytes)) >= lookBytes || g.seen.Load().full {
		g.look()
	}
	if d := g.seen.Load(); d.full {
		return fmt.Errorf("%w: %d MiB are free on %s, the last %d MiB are kept for votes", ErrDiskFull, d.Free>>20, g.dir, (g.reserve/floorShare)>>20)
	}
	return nil
}

// fits refuses a file of a size that would leave less than the reserve.
func (g *diskGuard) fits(size uint64) error {
	if g == nil {
		return nil
	}
	if d := g.look(); d.Free < g.reserve/floorShare+size {
		return fmt.Errorf("%w: a snapshot of about %d MiB, %d MiB are free on %s", ErrDiskFull, size>>20, d.Free>>20, g.dir)
	}
	return nil
}

// failed is told of a write that did not succeed: what the file system says of its room
// need not be what a quota or a read-only mount allows.
func (g *diskGuard) failed(err error) {
	if g == nil || g.dir == "" {
		return
	}
	why := err.Error()
	g.broken.Store(&why)
	g.look()
}

// try writes a little, durably, and takes it away.
func (g *diskGuard) try() (err error) {
	f, err := os.OpenFile(filepath.Join(g.dir, trialFile), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	if _, err = f.Write(make([]byte, trialBytes)); err != nil {
		return err
	}
	return f.Sync()
}

// usedBy sums up the sizes of what Raft keeps in a data directory.
func usedBy(dir string) (sum uint64, err error) {
	if dir == "" {
		return 0, nil
	}
	for _, name := range []string{stableFile, walDir, snapshotsDir, damagedDir} {
		err := filepath.WalkDir(filepath.Join(dir, name), func(_ string, e fs.DirEntry, err error) error {
			if err == nil && e.Type().IsRegular() {
				var info fs.FileInfo
				if info, err = e.Info(); err == nil {
					sum += uint64(max(info.Size(), 0))
				}
			}
			if errors.Is(err, fs.ErrNotExist) {
				return nil // it went meanwhile
			}
			return err
		})
		if err != nil {
			return sum, fmt.Errorf("cluster: sum up %s: %w", name, err)
		}
	}
	return sum, nil
}

// holds counts an entry that is in the log already.
func (g *diskGuard) holds(index uint64, bytes int) {
	if g != nil {
		g.log.add(index, bytes)
	}
}

// logSizes knows the sizes of the entries in the log.
type logSizes struct {
	mu    sync.Mutex // guards the fields below
	rows  []logSize  // by index, with gaps
	total uint64
}

type logSize struct {
	index uint64
	bytes uint32
}

func (l *logSizes) add(index uint64, bytes int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rows = append(l.rows, logSize{index, uint32(bytes)})
	l.total += uint64(bytes)
}

// cut forgets entries from first to last.
func (l *logSizes) cut(first, last uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	kept := l.rows[:0]
	for _, r := range l.rows {
		if r.index < first || r.index > last {
			kept = append(kept, r)
		} else {
			l.total -= uint64(r.bytes)
		}
	}
	l.rows = kept
}

func (l *logSizes) bytes() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.total
}

// fit is how many of the newest entries take no more than so many bytes.
func (l *logSizes) fit(bytes uint64) (entries uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := len(l.rows) - 1; i >= 0 && uint64(l.rows[i].bytes) <= bytes; i-- {
		bytes -= uint64(l.rows[i].bytes)
		entries++
	}
	return entries
}
