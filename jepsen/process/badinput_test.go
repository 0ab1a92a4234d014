//go:build linux

package process_test

// What is damaged is a copy of a replica's directory: the refusal must leave
// the copy as it was, and the replica goes on from its own directory.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
)

// refused starts a replica with these settings besides its own, which must end
// it with a status other than 0 and a message that holds every one of words.
func (c *cluster) refused(t *testing.T, r *replica, env []string, words ...string) {
	t.Helper()
	logPath := filepath.Join(t.TempDir(), "log.txt")
	p := run(t, binary, logPath, append(append([]string{}, r.env...), env...), "node", "--config", r.config)
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-p.ended:
	case <-timer.C:
		p.signal(t, syscall.SIGKILL)
		<-p.ended
		t.Errorf("%s goes on", r.id)
	}
	out, err := os.ReadFile(logPath)
	must(t, err)
	if p.code <= 0 {
		t.Errorf("status %d, want an error's", p.code)
	}
	// The last lines are the message for people; what stands before is the log.
	_, message, found := bytes.Cut(out, []byte("\nholdfast: "))
	if !found {
		message, found = bytes.CutPrefix(out, []byte("holdfast: "))
	}
	for _, w := range words {
		if !found || !strings.Contains(string(message), w) {
			t.Errorf("the message does not say %q:\n%s", w, out)
		}
	}
	t.Logf("%s", bytes.TrimSpace(message))
}

// refilled starts the replica on stores that are damaged: it names the damage, serves nothing of it, and is filled by the
// others.
func (c *cluster) refilled(t *testing.T, r *replica, words ...string) {
	t.Helper()
	before, err := os.ReadFile(r.logPath())
	must(t, err)
	c.start(r)
	var said []byte
	await(t, "the replica to be filled", func(context.Context) error {
		log, err := os.ReadFile(r.logPath())
		if err != nil {
			return err
		}
		if said = bytes.TrimPrefix(log, before); !bytes.Contains(said, []byte("filled by the other replicas")) {
			return errors.New("not yet")
		}
		return nil
	})
	for _, w := range words {
		if !bytes.Contains(said, []byte(w)) {
			t.Errorf("the log does not say %q:\n%s", w, said)
		}
	}
	c.awaitTogether()
}

// Rule: issue, bad input: an L1 that is down at start is waited for; writes run
// meanwhile, and everything is anchored when it is back, also after it dies in between.
func TestL1DownAtStart(t *testing.T) {
	c := initCluster(t, options{})
	c.l1.SetFault(embedded.FaultRefuse)
	for _, r := range c.replicas {
		c.start(r)
	}
	c.awaitLeader()
	l := newLoad(c, 3)
	l.awaitProgress()
	c.l1.SetFault(embedded.FaultNone)
	c.awaitCommit()
	c.l1.SetFault(embedded.FaultUnavailable)
	l.awaitProgress()
	c.l1.SetFault(embedded.FaultNone)
	c.awaitCommit()
	c.conclude(l)
}

// Rule: issue, bad input: a start that cannot be right ends with a message that
// says what is wrong, and loses nothing: the replica then starts as it was. What other replicas make good, they do.
func TestBadStarts(t *testing.T) {
	c := newCluster(t, options{env: []string{
		"HOLDFAST_RAFT_SNAPSHOT_ENTRIES=200", "HOLDFAST_RAFT_SNAPSHOT_INTERVAL=500ms", "HOLDFAST_RAFT_TRAILING_ENTRIES=50",
	}})
	l := newLoad(c, 5)
	victim := c.replicas[2]
	await(t, "a snapshot", func(context.Context) error {
		if len(snapshots(t, filepath.Join(victim.dir, "data"))) == 0 {
			return errors.New("none yet")
		}
		return nil
	})
	c.kill(victim)

	t.Run("data directory in use", func(t *testing.T) {
		r := c.awaitLeader()
		c.refused(t, r, c.otherPorts(t), "data directory is in use by another process", r.dir)
	})
	t.Run("port in use", func(t *testing.T) { c.portsInUse(t, victim) })
	t.Run("wrong L1 chain id", func(t *testing.T) {
		c.refused(t, victim, []string{"HOLDFAST_L1_CHAIN_ID=31337"}, "serves chain 1337", "says 31337", "l1.chain_id")
	})
	t.Run("directory of another node", func(t *testing.T) {
		c.refused(t, victim, []string{"HOLDFAST_NODE_DATA_DIR=" + c.versionOf(t, c.replicas[0])}, "another node id", "node1 there")
	})
	t.Run("directory of another cluster", func(t *testing.T) {
		c.refused(t, victim, []string{"HOLDFAST_NODE_CLUSTER=other"}, "another cluster", "holdfast there, other here")
	})
	t.Run("directory of another lineage", func(t *testing.T) { c.otherLineage(t, victim) })
	t.Run("truncated log", func(t *testing.T) {
		path := filepath.Join(victim.dir, "data", "raft.db")
		info, err := os.Stat(path)
		must(t, err)
		must(t, os.Truncate(path, info.Size()/2))
		c.refilled(t, victim, "log is damaged", path, "truncated")
	})
	t.Run("every snapshot with a flipped bit", func(t *testing.T) {
		data := filepath.Join(victim.dir, "data")
		await(t, "a snapshot of its own", func(context.Context) error {
			if len(snapshots(t, data)) == 0 {
				return errors.New("none yet")
			}
			return nil
		})
		c.kill(victim)
		flip(t, snapshots(t, data)...)
		c.refilled(t, victim, "snapshot is damaged", data)
		c.kill(victim)
	})
	if t.Failed() {
		return
	}

	// Nothing was lost: the replica goes on from its own directory.
	c.start(victim)
	c.awaitTogether()
	// The way out of every refusal above: an empty directory, filled by the others.
	c.kill(victim)
	must(t, os.Rename(filepath.Join(victim.dir, "data"), filepath.Join(victim.dir, "aside")))
	c.start(victim)
	c.conclude(l)
}

func flip(t *testing.T, paths ...string) {
	t.Helper()
	for _, path := range paths {
		b, err := os.ReadFile(path)
		must(t, err)
		b[len(b)/2] ^= 1
		must(t, os.WriteFile(path, b, 0o600))
	}
}

// snapshots are the state files of all snapshots in a data directory.
func snapshots(t *testing.T, data string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(data, "snapshots", "*-*", "state.bin"))
	must(t, err)
	kept := paths[:0]
	for _, p := range paths {
		if filepath.Ext(filepath.Dir(p)) != ".tmp" {
			kept = append(kept, p)
		}
	}
	return kept
}

// otherPorts are settings that bind elsewhere.
func (c *cluster) otherPorts(t *testing.T) []string {
	t.Helper()
	base := freePorts(t)
	return []string{
		fmt.Sprintf("HOLDFAST_RPC_BIND=127.0.0.1:%d", base+101), fmt.Sprintf("HOLDFAST_HTTP_BIND=127.0.0.1:%d", base+201),
		fmt.Sprintf("HOLDFAST_RAFT_BIND=127.0.0.1:%d", base+1),
	}
}

func (c *cluster) portsInUse(t *testing.T, victim *replica) {
	t.Helper()
	for _, key := range []string{"rpc.bind", "http.bind", "raft.bind"} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		must(t, err)
		variable := "HOLDFAST_" + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
		c.refused(t, victim, []string{variable + "=" + l.Addr().String()}, key, l.Addr().String(), "another process listens")
		must(t, l.Close())
	}
}

// versionOf makes a directory with the file that names another replica as its owner.
func (c *cluster) versionOf(t *testing.T, of *replica) string {
	t.Helper()
	to := t.TempDir()
	b, err := os.ReadFile(filepath.Join(of.dir, "data", "VERSION"))
	must(t, err)
	must(t, os.WriteFile(filepath.Join(to, "VERSION"), b, 0o600))
	return to
}

// otherLineage lets a second cluster of the same name begin a history of its
// own, and starts the victim with a directory of that.
func (c *cluster) otherLineage(t *testing.T, victim *replica) {
	t.Helper()
	dir := t.TempDir()
	out, err := exec.CommandContext(t.Context(), binary, "init", "--dir", dir, "--base-port", strconv.Itoa(freePorts(t))).CombinedOutput()
	if err != nil {
		t.Fatalf("holdfast init: %v\n%s", err, out)
	}
	var others []*process
	for i := range 3 {
		home := filepath.Join(dir, fmt.Sprintf("node%d", i+1))
		others = append(others, run(t, binary, filepath.Join(home, "log.txt"), nil, "node", "--config", filepath.Join(home, "holdfast.yaml")))
	}
	data := filepath.Join(dir, victim.id, "data")
	await(t, "the other cluster's lineage", func(context.Context) error {
		b, err := os.ReadFile(filepath.Join(data, "VERSION"))
		if err == nil && !bytes.Contains(b, []byte("lineage")) {
			err = fs.ErrNotExist
		}
		return err
	})
	for _, p := range others {
		p.signal(t, syscall.SIGKILL)
		<-p.ended
	}
	c.refused(t, victim, []string{"HOLDFAST_NODE_DATA_DIR=" + data}, "another lineage")
}
