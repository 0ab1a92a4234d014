//go:build linux

package process_test

// A process that ends without the test having ended it is a failure of the test.

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"google.golang.org/grpc"

	"github.com/holdfast-rollup/holdfast/jepsen/relay"
	"github.com/holdfast-rollup/holdfast/rpc/client"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
	"github.com/holdfast-rollup/holdfast/sync/child"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
)

// binary is the path of the holdfast program under test.
var binary string

func TestMain(m *testing.M) { os.Exit(build(m)) }

func build(m *testing.M) int {
	dir, err := os.MkdirTemp("", "holdfast-process-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary directory
	binary = filepath.Join(dir, "holdfast")
	out, err := exec.Command("go", "build", "-o", binary, "github.com/holdfast-rollup/holdfast/cmd/holdfast").CombinedOutput()
	if err != nil {
		fmt.Fprintf(os.Stderr, "build holdfast: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// patience bounds every wait for a condition, on a busy machine.
const patience = 2 * time.Minute

// await polls until ok gives no error, and fails with the last one when patience ends.
func await(t *testing.T, what string, ok func(ctx context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := ok(ctx)
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("waited %v for %s: %v", patience, what, err)
		case <-tick.C:
		}
	}
}

// sleep is the length of a fault, the only thing that is waited for by time.
func sleep(t *testing.T, d time.Duration) {
	t.Helper()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-t.Context().Done():
		t.Fatal(t.Context().Err())
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// process is a run of the program.
type process struct {
	cmd   *exec.Cmd
	log   *os.File
	ended chan struct{} // closed when it has ended; code is set then
	code  int
}

func environment(extra ...string) []string {
	env := slices.DeleteFunc(os.Environ(), func(kv string) bool { return strings.HasPrefix(kv, "HOLDFAST_") })
	return append(env, extra...)
}

// run starts a program; its output is appended to the file at logPath.
func run(t *testing.T, program, logPath string, env []string, args ...string) *process {
	t.Helper()
	log, err := os.OpenFile(logPath, os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o600)
	must(t, err)
	p := &process{cmd: exec.Command(program, args...), log: log, ended: make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr, p.cmd.Env = log, log, environment(env...)
	must(t, child.Start(p.cmd, func(error) {
		p.code = p.cmd.ProcessState.ExitCode()
		_ = log.Close()
		close(p.ended)
	}))
	return p
}

func (p *process) signal(t *testing.T, s syscall.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Fatal(err)
	}
}

func (p *process) running() bool {
	select {
	case <-p.ended:
		return false
	default:
		return true
	}
}

// replica is one node of the cluster and what runs of it, if anything.
type replica struct {
	id, config, dir, rpc string
	program              string // that it runs
	env                  []string
	relay                *relay.Relay // in front of it; nil without relays
	process              *process
}

func (r *replica) logPath() string { return filepath.Join(r.dir, "log.txt") }

// logged is the end of what the replica wrote.
func (r *replica) logged() string {
	b, _ := os.ReadFile(r.logPath())
	lines := bytes.Split(bytes.TrimSpace(b), []byte("\n"))
	return string(bytes.Join(lines[max(0, len(lines)-12):], []byte("\n")))
}

// cluster is three replicas, their L1 and a client.
type cluster struct {
	t        *testing.T
	dir      string // above everything
	home     string // what init made
	l1       *embedded.Chain
	contract *layer1.Contract
	client   *client.Client
	dial     []grpc.DialOption // of every client; empty for plaintext
	replicas []*replica
	// recovered says that the history goes on under another lineage than it began with.
	recovered bool
}

type options struct {
	relays bool
	// tls is mutual TLS, between the replicas and with the test.
	tls bool
	// guarded gives the contract an owner and guardian that no replica is: the key is keys/guardian beside the cluster.
	guarded bool
	// chain is the L1; nil for one of its own. l1 is where the replicas find it; empty for the chain itself.
	chain *embedded.Chain
	l1    string
	// shipped leaves every setting as it is shipped; otherwise L1 is polled and batches are sealed more often.
	shipped bool
	// env is added to every replica's environment.
	env []string
}

// The L1 of these tests is quick, so that a run drains to finalized soon.
const blockInterval = 250 * time.Millisecond

func newCluster(t *testing.T, o options) *cluster {
	t.Helper()
	c := initCluster(t, o)
	for _, r := range c.replicas {
		c.start(r)
	}
	c.awaitLeader()
	return c
}

// workDir is a temporary directory, of which a copy is kept if that is asked for.
func workDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if keep := os.Getenv("HOLDFAST_PROCESS_KEEP"); keep != "" {
		t.Cleanup(func() {
			to := filepath.Join(keep, strings.ReplaceAll(t.Name(), "/", "-"))
			if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
				t.Log(err)
			}
			t.Logf("kept in %s", to)
		})
	}
	return dir
}

func startL1(t *testing.T) *embedded.Chain {
	t.Helper()
	chain, err := embedded.Start(t.Context(), embedded.Config{Interval: blockInterval, SafeDepth: 1, FinalizedDepth: 2})
	must(t, err)
	t.Cleanup(func() { _ = chain.Close() })
	return chain
}

// initCluster writes the configurations with the command that users have; nothing runs yet.
func initCluster(t *testing.T, o options) *cluster {
	t.Helper()
	if o.chain == nil {
		o.chain = startL1(t)
	}
	c := &cluster{t: t, dir: workDir(t), l1: o.chain}
	var more []string
	if o.tls {
		more = append(more, "--tls")
	}
	if o.guarded {
		more = append(more, "--owner", c.guardian())
	}
	if o.l1 != "" {
		more = append(more, "--l1", o.l1)
	}
	c.adopt(c.init(filepath.Join(c.dir, "cluster"), freePorts(t), more...), o)
	return c
}

// guardian makes the key of an account that no replica has, and gives its address.
func (c *cluster) guardian() string {
	return c.key("guardian", 2)
}

// key writes a development key to the directory keys, unless it is there, and gives its address.
func (c *cluster) key(name string, i int) string {
	c.t.Helper()
	must(c.t, os.MkdirAll(filepath.Join(c.dir, "keys"), 0o700))
	path := filepath.Join(c.dir, "keys", name)
	if _, err := os.Stat(path); err != nil {
		must(c.t, layer1.WriteRawKey(path, embedded.DevKey(i)))
	}
	address := embedded.DevAddress(i)
	return "0x" + hex.EncodeToString(address[:])
}

// adopt takes what was initialized as the cluster of the test.
func (c *cluster) adopt(report initReport, o options) {
	c.t.Helper()
	if o.tls {
		c.dial = c.openCredentials()
	}
	c.home = filepath.Dir(filepath.Dir(report.Configs[0]))
	c.openContract(report.Contract)
	c.take(report, o)
	var endpoints []string
	for _, r := range c.replicas {
		endpoints = append(endpoints, r.rpc)
	}
	var err error
	c.client, err = client.New(client.Config{Endpoints: endpoints, DialOptions: c.dial})
	must(c.t, err)
	c.t.Cleanup(c.end)
}

type initReport struct {
	Configs   []string `json:"configs"`
	Endpoints []string `json:"endpoints"`
	Contract  string   `json:"contract"`
	base      int
}

func (c *cluster) init(dir string, base int, more ...string) initReport {
	c.t.Helper()
	must(c.t, os.MkdirAll(dir, 0o750))
	args := []string{"init", "--dir", dir, "--l1", c.l1.URL(), "--base-port", strconv.Itoa(base), "-o", "json"}
	args = append(args, more...)
	for i, name := range []string{"submitter", "prover"} {
		path := filepath.Join(dir, name+".dev")
		must(c.t, layer1.WriteRawKey(path, embedded.DevKey(i)))
		args = append(args, "--"+name+"-key", path)
	}
	cmd := exec.CommandContext(c.t.Context(), binary, args...)
	cmd.Env = environment()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		c.t.Fatalf("holdfast init: %v\n%s", err, stderr.Bytes())
	}
	report := initReport{base: base}
	must(c.t, json.Unmarshal(out, &report))
	return report
}

func (c *cluster) openContract(address string) {
	c.t.Helper()
	l1, err := layer1.NewClient(layer1.ClientConfig{Endpoints: []string{c.l1.URL()}, ChainID: c.l1.ChainID()})
	must(c.t, err)
	c.t.Cleanup(l1.Close)
	raw, err := hex.DecodeString(strings.TrimPrefix(address, "0x"))
	must(c.t, err)
	c.contract = layer1.NewContract(l1, [20]byte(raw))
}

// take makes the replicas of a report. With relays the addresses of the
// configurations are the relays', and each replica binds elsewhere.
func (c *cluster) take(report initReport, o options) {
	c.t.Helper()
	for i, config := range report.Configs {
		dir := filepath.Dir(config)
		r := &replica{id: filepath.Base(dir), config: config, dir: dir, rpc: report.Endpoints[i], program: binary}
		if !o.shipped {
			r.env = []string{"HOLDFAST_L1_POLL_INTERVAL=200ms", "HOLDFAST_BATCHES_MAX_AGE=300ms"}
		}
		r.env = append(r.env, o.env...)
		if o.relays {
			advertised := fmt.Sprintf("127.0.0.1:%d", report.base+i+1)
			bound := fmt.Sprintf("127.0.0.1:%d", report.base+boundOffset+i+1)
			var err error
			r.relay, err = relay.Listen(c.t.Context(), advertised, bound, relay.Hello)
			must(c.t, err)
			r.env = append(r.env, "HOLDFAST_RAFT_BIND="+bound, "HOLDFAST_RAFT_ADVERTISE="+advertised)
		}
		c.replicas = append(c.replicas, r)
	}
}

// boundOffset is from a relay's port to that of the replica behind it.
const boundOffset = 50

// freePorts finds a base port from which on all ports of a cluster are free.
// They lie below those that the kernel gives to outgoing connections, and below those of package loopback.
func freePorts(t *testing.T) int {
	t.Helper()
	for range 100 {
		base := 10_000 + 10*rand.IntN(970)
		if portsFree(base) {
			return base
		}
	}
	t.Fatal("no free ports")
	return 0
}

func portsFree(base int) bool {
	for _, offset := range []int{0, boundOffset, 100, 200} {
		for i := 1; i <= 3; i++ {
			l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", base+offset+i))
			if err != nil {
				return false
			}
			_ = l.Close()
		}
	}
	return true
}

func (c *cluster) start(r *replica) {
	c.t.Helper()
	r.process = run(c.t, r.program, r.logPath(), r.env, "node", "--config", r.config)
}

func (c *cluster) kill(r *replica) {
	c.t.Helper()
	r.process.signal(c.t, syscall.SIGKILL)
	<-r.process.ended
}

// end stops everything and fails if a replica had ended by itself.
func (c *cluster) end() {
	for _, r := range c.replicas {
		if r.process == nil {
			continue
		}
		if !r.process.running() && r.process.code >= 0 {
			c.t.Errorf("%s ended by itself with status %d:\n%s", r.id, r.process.code, r.logged())
		}
		_ = r.process.cmd.Process.Kill()
		<-r.process.ended
	}
	if c.t.Failed() {
		for _, r := range c.replicas {
			c.t.Logf("the end of %s's log:\n%s", r.id, r.logged())
		}
	}
	_ = c.client.Close()
	for _, r := range c.replicas {
		if r.relay != nil {
			_ = r.relay.Close()
		}
	}
}

// ask is a read of one replica's own view, bounded.
func ask[T any](ctx context.Context, c *cluster, r *replica, call func(ctx context.Context, conn grpc.ClientConnInterface) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	var v T
	err := c.client.At(ctx, r.rpc, func(ctx context.Context, conn grpc.ClientConnInterface) (err error) {
		v, err = call(ctx, conn)
		return err
	})
	return v, err
}

// insist is ask for a replica that has to answer, however busy the machine is; it ends with an answer or one of these refusals.
func insist[T any](c *cluster, r *replica, call func(ctx context.Context, conn grpc.ClientConnInterface) (T, error), refusals ...wire.Reason) (v T, refused error) {
	c.t.Helper()
	await(c.t, "an answer of "+r.id, func(ctx context.Context) (err error) {
		v, err = ask(ctx, c, r, call)
		if err != nil && slices.Contains(refusals, wire.ErrorDetails(err).Reason) {
			refused, err = err, nil
		}
		return err
	})
	return v, refused
}

func (c *cluster) status(ctx context.Context, r *replica) (*pb.StatusResponse, error) {
	return ask(ctx, c, r, getStatus)
}

// statusOf is the status of a replica that has to answer.
func (c *cluster) statusOf(r *replica) *pb.StatusResponse {
	c.t.Helper()
	s, _ := insist(c, r, getStatus)
	return s
}

func getStatus(ctx context.Context, conn grpc.ClientConnInterface) (*pb.StatusResponse, error) {
	return pb.NewAdminServiceClient(conn).Status(ctx, &pb.StatusRequest{})
}

// awaitLeader waits for a replica that leads, takes writes and is none of not.
func (c *cluster) awaitLeader(not ...*replica) *replica {
	c.t.Helper()
	var leader *replica
	await(c.t, "a leader", func(ctx context.Context) error {
		for _, r := range c.replicas {
			if r.process == nil || !r.process.running() || slices.Contains(not, r) {
				continue
			}
			s, err := c.status(ctx, r)
			if err == nil && s.GetLeader() == r.id && s.GetReady() && s.GetState() == "leader" {
				leader = r
				return nil
			}
		}
		return errors.New("no replica leads")
	})
	return leader
}

// awaitTogether waits until every replica has applied what any had applied when it began.
func (c *cluster) awaitTogether() {
	c.t.Helper()
	var goal uint64
	await(c.t, "all replicas to answer and catch up", func(ctx context.Context) error {
		var all []*pb.StatusResponse
		for _, r := range c.replicas {
			s, err := c.status(ctx, r)
			if err != nil {
				return fmt.Errorf("%s: %w", r.id, err)
			}
			all = append(all, s)
		}
		if goal == 0 { // the one that was started last knows the least
			for _, s := range all {
				goal = max(goal, s.GetCommitIndex())
			}
		}
		behind := 0
		for _, s := range all {
			if s.GetAppliedIndex() < goal || s.GetLeader() == "" {
				behind++
			}
		}
		if behind > 0 {
			return fmt.Errorf("%d replicas are behind index %d or know no leader", behind, goal)
		}
		return nil
	})
}

// awaitCommit waits until L1 holds a batch that it did not hold when it began.
func (c *cluster) awaitCommit() {
	c.t.Helper()
	var before uint64
	await(c.t, "a batch to be committed on L1", func(ctx context.Context) error {
		seen, err := c.contract.Inspect(ctx, 0, layer1.Latest)
		switch {
		case err != nil:
			return err
		case before == 0:
			before = seen.State.LastCommitted + 1
		case seen.State.LastCommitted >= before:
			return nil
		}
		return fmt.Errorf("batch %d is not committed", before)
	})
}

// cut makes rule the state of every link from and to r.
func (c *cluster) cut(r *replica, rule relay.Rule) {
	for _, other := range c.replicas {
		if other != r {
			other.relay.Set(r.id, rule)
			r.relay.Set(other.id, rule)
		}
	}
}
