package figures

// What must hold here: what a restore is given was read back from the disk, and what it leads to is compared with the state
// that was written; memory is what the system says of this process, less what it had before there was a state.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/cmd/holdfast/floor"
	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/jepsen/loopback"
	"github.com/holdfast-rollup/holdfast/jepsen/workload"
	"github.com/holdfast-rollup/holdfast/sync/zkvm"
)

// RestoreOptions of Restore.
type RestoreOptions struct {
	Rounds      int
	Accounts    int
	Batches     int // sealed after the accounts are there, none of them final
	Transitions int // in each, and in the log behind the snapshot
	Dir         string
	Seed        uint64
}

// DefaultRestore is what `holdfast bench restore` measures without flags: about a million leaves.
func DefaultRestore() RestoreOptions {
	return RestoreOptions{Rounds: 5, Accounts: 165_000, Batches: 8, Transitions: 20_000, Seed: 1}
}

// Validate reports every option that is out of range.
func (o RestoreOptions) Validate() error {
	return errors.Join(
		within("rounds", o.Rounds, 1, 1000), within("accounts", o.Accounts, 1, 1_000_000),
		within("batches", o.Batches, 1, 1000), within("transitions", o.Transitions, 1, 200_000),
	)
}

// RestoreReport is what a node's own snapshot costs, and how long it is away when it restarts. Memory is 0 where the system
// does not say.
type RestoreReport struct {
	Rounds        int     `json:"rounds"`
	Leaves        uint64  `json:"leaves"`
	SnapshotBytes int64   `json:"snapshot_bytes"`
	DiskRate      float64 `json:"disk_bytes_per_second"`     // O_DIRECT and fsync, of the same run
	WriteRate     float64 `json:"write_bytes_per_second"`    // of a snapshot, to its fsync
	RestoreRate   float64 `json:"restore_bytes_per_second"`  // read, checked, in place
	RestoreLeaves float64 `json:"restore_leaves_per_second"` // the same
	RestartMs     float64 `json:"restart_ms"`                // open to the first linearizable read
	Replayed      int     `json:"replayed_transitions"`      // of them in the log behind the snapshot
	StateBytes    uint64  `json:"state_bytes"`
	WritePeak     float64 `json:"write_peak_by_state"`
	RestorePeak   float64 `json:"restore_peak_by_state"` // the old state still there
}

// WriteTable writes the report for people.
func (r *RestoreReport) WriteTable(w io.Writer) {
	mb := func(n float64) string { return fmt.Sprintf("%.0f MB/s", n/1e6) }
	line(w, "leaves", fmt.Sprint(r.Leaves), fmt.Sprintf("snapshot of %.1f MB", float64(r.SnapshotBytes)/1e6))
	line(w, "disk", mb(r.DiskRate), "O_DIRECT and fsync")
	line(w, "snapshot written", mb(r.WriteRate), fmt.Sprintf("%.2f of the disk", r.WriteRate/r.DiskRate))
	line(w, "restored, verified", mb(r.RestoreRate), fmt.Sprintf("%.2f of the disk", r.RestoreRate/r.DiskRate), fmt.Sprintf("%.2f million leaves/s", r.RestoreLeaves/1e6))
	line(w, "restarted", fmt.Sprintf("%.2f s", r.RestartMs/1e3), fmt.Sprintf("to the first linearizable read, %d transitions replayed", r.Replayed))
	line(w, "state in memory", fmt.Sprintf("%.0f MB", float64(r.StateBytes)/1e6))
	line(w, "peak, snapshot", fmt.Sprintf("%.2f of it", r.WritePeak))
	line(w, "peak, restore", fmt.Sprintf("%.2f of it", r.RestorePeak), "beside the state that it replaces")
}

// restoreRun is one run of Restore, on a cluster of one.
type restoreRun struct {
	o    RestoreOptions
	dir  string
	addr string // empty before the node was first started
	g    *replicas
	flow *workload.Market

	caller *caller

	base                                             uint64 // memory without a state
	disk, write, restore, restart, writeAt, restored []float64
	report                                           RestoreReport
}

// Restore measures what a replica's snapshot costs, how long a node is away that is restarted with it, and the memory that
// both take at the most.
func Restore(ctx context.Context, o RestoreOptions, say Progress) (report *RestoreReport, err error) {
	if err = o.Validate(); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(o.Dir, "holdfast-bench-")
	if err != nil {
		return nil, fmt.Errorf("make a directory for the replica: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	r := &restoreRun{o: o, dir: dir, g: &replicas{}, report: RestoreReport{Rounds: o.Rounds, Replayed: o.Transitions}}
	defer func() { err = errors.Join(err, r.g.close()) }()
	debug.FreeOSMemory()
	r.base = resident("VmRSS")
	say("filling a state with %d accounts", o.Accounts)
	if err = r.fill(ctx); err != nil {
		return nil, err
	}
	if err = rounds(ctx, o.Rounds, say, func(int) error { return r.round(ctx) }); err != nil {
		return nil, err
	}
	out := &r.report
	out.DiskRate, out.WriteRate, out.RestoreRate = Median(r.disk), Median(r.write), Median(r.restore)
	out.RestoreLeaves = out.RestoreRate / float64(out.SnapshotBytes) * float64(out.Leaves)
	out.RestartMs, out.WritePeak, out.RestorePeak = Median(r.restart), Median(r.writeAt), Median(r.restored)
	return out, nil
}

// listen takes the port that the node had before, or one that no outgoing connection takes while the node is down.
func (r *restoreRun) listen(ctx context.Context) (net.Listener, error) {
	if r.addr == "" {
		return loopback.Listen()
	}
	return new(net.ListenConfig).Listen(ctx, "tcp", r.addr)
}

// open starts the node where it was.
func (r *restoreRun) open(ctx context.Context) error {
	listener, err := r.listen(ctx)
	if err != nil {
		return fmt.Errorf("take a port: %w", err)
	}
	r.addr = listener.Addr().String()
	peer := cluster.Peer{ID: "node1", Addr: r.addr}
	r.g = &replicas{}
	if err = r.g.start(ctx, r.dir, cluster.StoreWAL, 0, []cluster.Peer{peer}, listener); err != nil {
		return err
	}
	if err = r.g.elect(ctx); err != nil {
		return err
	}
	_, err = r.g.leader.ReadBarrier(ctx)
	return err
}

func (r *restoreRun) fill(ctx context.Context) (err error) {
	if err = r.open(ctx); err != nil {
		return err
	}
	if r.flow, err = workload.Generator(r.o.Seed, workload.Options{Accounts: r.o.Accounts, Markets: 4}); err != nil {
		return err
	}
	if err = r.submit(ctx, r.flow.Setup()); err != nil {
		return err
	}
	for range r.o.Batches {
		if err = r.trade(ctx, r.o.Transitions); err != nil {
			return err
		}
		if err = r.seal(ctx); err != nil {
			return err
		}
	}
	return nil
}

// submit submits in one session and seals where a batch becomes long.
func (r *restoreRun) submit(ctx context.Context, ts []command.Transition) error {
	if r.caller == nil {
		sessions, err := r.g.sessions(ctx, 1)
		if err != nil {
			return err
		}
		r.caller = sessions[0]
	}
	for len(ts) > 0 {
		part := ts[:min(1024, len(ts))]
		ts = ts[len(part):]
		if err := r.g.submit(ctx, r.caller, part, false); err != nil {
			return err
		}
		if r.machine().Status().Open.Transitions > 100_000 {
			if err := r.seal(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *restoreRun) trade(ctx context.Context, n int) error {
	ts := make([]command.Transition, n)
	for i := range ts {
		r.flow.Next(&ts[i])
	}
	return r.submit(ctx, ts)
}

func (r *restoreRun) seal(ctx context.Context) error {
	c := command.Seal{Number: r.machine().Status().Open.Number, TimeMs: time.Now().UnixMilli(), ProgramVersion: zkvm.ProgramVersion}
	result, err := r.g.leader.Propose(ctx, command.TypeSeal, c.Append(nil))
	if err == nil {
		err = result.Err
	}
	return err
}

func (r *restoreRun) machine() *fsm.Machine { return r.g.machines[0] }

// round measures each once: the state grows by one batch's transitions from round to round.
func (r *restoreRun) round(ctx context.Context) error {
	debug.FreeOSMemory()
	now := resident("VmRSS")
	r.report.StateBytes = now - min(r.base, now)
	r.report.Leaves = r.machine().Stats().Tree.Leaves
	content := filepath.Join(r.dir, "content")
	if err := r.measureWrite(ctx, content); err != nil {
		return err
	}
	want := r.machine().Position()
	if err := r.trade(ctx, r.o.Transitions); err != nil {
		return err
	}
	if err := r.g.close(); err != nil {
		return err
	}
	r.g = &replicas{}
	if err := r.measureRestore(content, want); err != nil {
		return err
	}
	rate, err := floor.Stream(r.dir, r.report.SnapshotBytes)
	if err != nil {
		return err
	}
	r.disk = append(r.disk, rate)
	debug.FreeOSMemory()
	return r.measureRestart(ctx)
}

// measureWrite has the node take a snapshot, and copies it.
func (r *restoreRun) measureWrite(ctx context.Context, to string) error {
	forgetPeak()
	start := time.Now()
	meta, content, err := r.g.leader.Checkpoint(ctx)
	took := time.Since(start)
	if err != nil {
		return err
	}
	r.writeAt = append(r.writeAt, r.peak())
	r.report.SnapshotBytes = meta.Size
	r.write = append(r.write, float64(meta.Size)/took.Seconds())
	file, err := os.Create(to)
	if err != nil {
		return errors.Join(err, content.Close())
	}
	_, err = io.Copy(file, content)
	return errors.Join(err, file.Sync(), file.Close(), content.Close())
}

// measureRestore restores a file as a node does that starts, and then again, as a follower does that a leader sends a
// snapshot to: beside the state that it has.
func (r *restoreRun) measureRestore(name string, want fsm.Position) error {
	machine := fsm.New(machineConfig(0))
	defer machine.Close()
	for i := range 2 {
		file, err := floor.Uncached(name)
		if err != nil {
			return err
		}
		debug.FreeOSMemory()
		forgetPeak()
		start := time.Now()
		if err := machine.Restore(file); err != nil {
			return err
		}
		if i == 0 {
			r.restore = append(r.restore, float64(r.report.SnapshotBytes)/time.Since(start).Seconds())
		}
	}
	r.restored = append(r.restored, r.peak())
	if got := machine.Position(); got.Batch != want.Batch || got.Root != want.Root {
		return fmt.Errorf("restored to %+v, written at %+v", got, want)
	}
	return nil
}

func (r *restoreRun) measureRestart(ctx context.Context) error {
	start := time.Now()
	if err := r.open(ctx); err != nil {
		return err
	}
	r.restart = append(r.restart, float64(time.Since(start).Microseconds())/1e3)
	return nil
}

// peak is the most that the process held since forgetPeak, by the state.
func (r *restoreRun) peak() float64 {
	if most := resident("VmHWM"); most > r.base && r.report.StateBytes > 0 {
		return float64(most-r.base) / float64(r.report.StateBytes)
	}
	return 0
}

// resident is what the system says of this process's memory, 0 where it does not.
func resident(what string) uint64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for l := range bytes.Lines(status) {
		fields := bytes.Fields(l)
		if len(fields) == 3 && string(fields[0]) == what+":" {
			kib, err := strconv.ParseUint(string(fields[1]), 10, 64)
			if err == nil {
				return kib << 10
			}
		}
	}
	return 0
}

// forgetPeak lets VmHWM begin anew, where the system can.
func forgetPeak() { _ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) }
