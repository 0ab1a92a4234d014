package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/cmd/holdfast/devnet"
	"github.com/holdfast-rollup/holdfast/cmd/holdfast/floor"
)

// A rig is the cluster that a benchmark starts for itself: replicas as processes of this binary. All
// methods do nothing on a nil rig, which is a cluster that somebody else started.

// rigStartLimit bounds the start of the replicas and the first election; a guest program is compiled meanwhile.
const rigStartLimit = time.Minute

// startFlags say what to start.
type startFlags struct {
	replicas int
	logStore string
	executor string
	dir      string
	profile  string
	tls      bool
	// blockTime is that of an L1 in this process for them; 0 for no L1.
	blockTime time.Duration
}

func (f *startFlags) register(c *cobra.Command) {
	flags := c.Flags()
	flags.IntVar(&f.replicas, "replicas", 0, "start a new cluster of this many replicas on this machine and use it: 1, 3 or 5")
	flags.StringVar(&f.logStore, "log-store", "boltdb", "with --replicas: boltdb or wal")
	flags.StringVar(&f.executor, "executor", config.ExecutorPaused, "with --replicas: run, paused to measure the trading path alone, or none for a leader that only seals")
	flags.BoolVar(&f.tls, "tls", false, "with --replicas: mutual TLS between them and with the clients")
	flags.StringVar(&f.dir, "dir", "", "with --replicas: empty directory for what the cluster writes; kept afterwards (default: a temporary one, removed)")
	flags.StringVar(&f.profile, "profile", "", "with --replicas: directory for profiles (CPU, mutex, block) of the clients and all replicas")
}

func (f *startFlags) validate() error {
	switch {
	case f.replicas == 0 && f.profile != "":
		return usage("--profile needs --replicas")
	case f.replicas == 0 && f.tls:
		return usage("--tls needs --replicas; --credentials is for a cluster that runs")
	case f.replicas == 0:
		return nil
	case !slices.Contains([]int{1, 3, 5}, f.replicas):
		return usage("--replicas is %d; must be 1, 3 or 5", f.replicas)
	case !slices.Contains([]string{"boltdb", "wal"}, f.logStore):
		return usage("--log-store is %q; must be boltdb or wal", f.logStore)
	case !slices.Contains([]string{config.ExecutorRun, config.ExecutorPaused, config.ExecutorNone}, f.executor):
		return usage("--executor is %q; must be run, paused or none", f.executor)
	}
	return nil
}

// benchRig is the JSON of a rig.
type benchRig struct {
	Replicas    int     `json:"replicas"`
	LogStore    string  `json:"log_store"`
	Executor    string  `json:"executor"`
	TLS         bool    `json:"tls"`
	FdatasyncMs float64 `json:"fdatasync_ms"`  // median, 4 KiB appended; the lower of before and after the load
	RoundTripMs float64 `json:"round_trip_ms"` // median, one byte over TCP on loopback; likewise
}

type rig struct {
	cluster *devnet.Cluster
	flags   startFlags
	facts   benchRig
}

// startRig starts what the flags ask for; nil if that is nothing.
func (a *app) startRig(ctx context.Context, f startFlags) (*rig, error) {
	if f.replicas == 0 {
		return nil, nil //nolint:nilnil // a cluster that somebody else started
	}
	r := &rig{flags: f, facts: benchRig{Replicas: f.replicas, LogStore: f.logStore, Executor: f.executor, TLS: f.tls}}
	var err error
	if r.facts.FdatasyncMs, r.facts.RoundTripMs, err = f.floor(); err != nil {
		return nil, err
	}
	exe, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program for the replicas' processes: %w", err)
	}
	a.progress("starting %d replicas, log store %s, executor %s", f.replicas, f.logStore, f.executor)
	r.cluster, err = devnet.StartCluster(ctx, devnet.ClusterOptions{
		Replicas: f.replicas, LogStore: f.logStore, Dir: f.dir, Executable: exe,
		Executor: f.executor, BlockTime: f.blockTime, Profiles: f.profile != "", TLS: f.tls,
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}

// floor measures beside where the cluster writes.
func (f *startFlags) floor() (fdatasyncMs, roundTripMs float64, err error) {
	beside := ""
	if f.dir != "" {
		beside = filepath.Dir(filepath.Clean(f.dir))
	}
	if fdatasyncMs, err = floor.Fdatasync(beside); err != nil {
		return 0, 0, err
	}
	roundTripMs, err = floor.RoundTrip()
	return fdatasyncMs, roundTripMs, err
}

// again measures the floor after the load, on the machine as it is by now. What is lower counts: a disk that was slow at
// one moment would flatter the latencies of all others.
func (r *rig) again() error {
	if r == nil {
		return nil
	}
	fdatasync, roundTrip, err := r.flags.floor()
	r.facts.FdatasyncMs = min(r.facts.FdatasyncMs, fdatasync)
	r.facts.RoundTripMs = min(r.facts.RoundTripMs, roundTrip)
	return err
}

func (r *rig) close() error {
	if r == nil {
		return nil
	}
	return r.cluster.Close()
}

func (r *rig) failure() error {
	if r == nil {
		return nil
	}
	return r.cluster.Failure()
}

func (r *rig) report() *benchRig {
	if r == nil {
		return nil
	}
	return &r.facts
}

// usage is processor time so far.
type processorTime struct {
	client   time.Duration
	replicas []time.Duration
}

// cpuPerShare is processor time in microseconds per transition.
type cpuPerShare struct {
	Client    float64 `json:"client"`
	Leader    float64 `json:"leader"`    // the busiest replica
	Followers float64 `json:"followers"` // all others together
}

func (r *rig) usage() (*processorTime, error) {
	if r == nil {
		return nil, nil //nolint:nilnil // not known
	}
	var self unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &self); err != nil {
		return nil, fmt.Errorf("read processor time: %w", err)
	}
	t := &processorTime{client: time.Duration(self.Utime.Nano() + self.Stime.Nano())}
	for _, e := range r.cluster.Replicas() {
		seconds, err := scrape(e.HTTP, "process_cpu_seconds_total")
		if err != nil {
			return nil, err
		}
		t.replicas = append(t.replicas, time.Duration(seconds*float64(time.Second)))
	}
	return t, nil
}

func (t *processorTime) since(before *processorTime, transitions uint64) *cpuPerShare {
	if t == nil || transitions == 0 {
		return nil
	}
	micros := func(d time.Duration) float64 { return float64(d.Microseconds()) / float64(transitions) }
	c := &cpuPerShare{Client: micros(t.client - before.client)}
	for i := range t.replicas {
		used := micros(t.replicas[i] - before.replicas[i])
		c.Followers += min(used, c.Leader)
		c.Leader = max(used, c.Leader)
	}
	return c
}

// scrape reads one metric without labels.
func scrape(address, name string) (float64, error) {
	resp, err := http.Get("http://" + address + "/metrics") //nolint:noctx // an address on this machine, which answers or has ended
	if err != nil {
		return 0, fmt.Errorf("read the metrics of %s: %w", address, err)
	}
	defer func() { _ = resp.Body.Close() }()
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		if text, ok := strings.CutPrefix(lines.Text(), name+" "); ok {
			return strconv.ParseFloat(text, 64)
		}
	}
	return 0, errors.Join(fmt.Errorf("%s has no metric %s", address, name), lines.Err())
}

// profile takes profiles for most of the time that is measured; the function that it returns waits for them.
func (r *rig) profile(ctx context.Context, dir string, during time.Duration) (wait func() error) {
	if r == nil || dir == "" {
		return func() error { return nil }
	}
	seconds := max(1, int(during.Seconds())-1)
	ctx = context.WithoutCancel(ctx)
	var g errgroup.Group
	save := func(name string, write func(io.Writer) error) error {
		file, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			return fmt.Errorf("write a profile: %w", err)
		}
		return errors.Join(write(file), file.Close())
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return func() error { return fmt.Errorf("make the directory of profiles: %w", err) }
	}
	g.Go(func() error {
		return save("client-cpu.pb.gz", func(w io.Writer) error {
			if err := pprof.StartCPUProfile(w); err != nil {
				return err
			}
			pause(ctx, time.Duration(seconds)*time.Second)
			pprof.StopCPUProfile()
			return nil
		})
	})
	for _, e := range r.cluster.Replicas() {
		for name, path := range map[string]string{
			"cpu": "profile", "mutex": "mutex", "block": "block", "allocs": "allocs",
		} {
			g.Go(func() error {
				return save(e.ID+"-"+name+".pb.gz", func(w io.Writer) error {
					return fetch(ctx, fmt.Sprintf("http://%s/debug/pprof/%s?seconds=%d", e.HTTP, path, seconds), w)
				})
			})
		}
	}
	return g.Wait
}

func fetch(ctx context.Context, url string, w io.Writer) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", url, resp.Status)
	}
	_, err = io.Copy(w, resp.Body)
	return err
}
