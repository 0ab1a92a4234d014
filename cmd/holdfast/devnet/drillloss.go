package devnet

// Everything that the replicas had is gone; what L1 and the archive hold is not. The way back is the operator's own command.

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"

	"github.com/holdfast-rollup/holdfast/rpc/client"
)

// recoverTries is how often a recovery is begun: an anchor that was under way when the cluster died may be mined between
// the plan and the take-over, which the contract then refuses.
const recoverTries = 5

// loseCluster kills every replica at once and takes their disks.
func loseCluster(ctx context.Context, d *drill, _ *member) (heal func() error, what string, err error) {
	for _, m := range d.replicas.members {
		m.killed.Store(true)
		err = errors.Join(err, m.process.Process.Kill())
	}
	if err != nil {
		return nil, "", fmt.Errorf("kill all replicas: %w", err)
	}
	for _, m := range d.replicas.members {
		<-m.done
		err = errors.Join(err, os.RemoveAll(m.config.Node.DataDir))
	}
	if err != nil {
		return nil, "", fmt.Errorf("take the disks: %w", err)
	}
	life := context.WithoutCancel(ctx) // an interruption leaves no dead cluster to audit
	heal = sync.OnceValue(func() error { return d.bringBack(life) })
	return heal, "all replicas killed, all disks lost", nil
}

// recovered is what the drill reads of the report of `holdfast recover`.
type recovered struct {
	Batch    uint64 `json:"batch"`
	Sequence uint64 `json:"sequence"`
	From     string `json:"from"`
	Lineage  string `json:"lineage"`
	Took     string `json:"took"`
	Lost     struct {
		Text string `json:"text"`
	} `json:"lost"`
}

// bringBack recovers one data directory from L1 and DA, gives each replica a copy, and starts them.
func (d *drill) bringBack(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, d.o.Settle)
	defer cancel()
	first := d.replicas.members[0]
	dir := filepath.Join(filepath.Dir(filepath.Dir(first.path)), "recovered"+strconv.Itoa(d.round))
	var report recovered
	var err error
	for range recoverTries {
		if report, err = d.recoverL1(ctx, first, dir); err == nil || ctx.Err() != nil {
			break
		}
		d.event("recovery began again: %v", err)
	}
	if err != nil {
		return err
	}
	lost := d.load.forget(report.Sequence)
	d.lost += lost
	if report.Batch < d.anchored {
		d.unanchored = append(d.unanchored, fmt.Sprintf("batch %d was final on L1 and batch %d came back", d.anchored, report.Batch))
	}
	d.event("batch %d came back from L1 and DA (%s) in %s, as lineage %s; %d acknowledged transitions had not reached L1 (%s)",
		report.Batch, report.From, report.Took, report.Lineage, lost, report.Lost.Text)
	for _, m := range d.replicas.members {
		if err = os.CopyFS(m.config.Node.DataDir, os.DirFS(dir)); err != nil {
			return fmt.Errorf("give %s its copy: %w", m.config.Node.ID, err)
		}
		if err = d.replicas.start(m); err != nil {
			return err
		}
	}
	return nil
}

// recoverL1 runs the command with the guardian's key, as the runbook says.
func (d *drill) recoverL1(ctx context.Context, m *member, dir string) (r recovered, err error) {
	cmd := exec.CommandContext(ctx, d.o.Executable, "recover", "l1", "--config", m.path, "--dir", dir,
		"--key-file", d.chain.submitter, "--accept-data-loss", "-o", "json")
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if err = cmd.Run(); err != nil {
		return r, fmt.Errorf("%s: %w: %s", cmd.Args[1:3], err, lastLine(said.Bytes()))
	}
	if err = json.Unmarshal(out.Bytes(), &r); err != nil {
		return r, fmt.Errorf("read the recovery's report: %w", err)
	}
	return r, nil
}

func lastLine(text []byte) []byte {
	text = bytes.TrimSpace(text)
	return text[bytes.LastIndexByte(text, '\n')+1:]
}

// forget drops the acknowledgements of what is newer than a recovered state, and counts them.
func (l *load) forget(sequence uint64) (lost uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	kept := l.accepted[:0]
	for _, a := range l.accepted {
		if a.sequence <= sequence {
			kept = append(kept, a)
		}
	}
	lost = uint64(len(l.accepted) - len(kept))
	l.accepted = kept
	return lost
}

// again goes on in a new session once the cluster does not know the old one; what was in flight there is not acknowledged.
func (l *load) again(ctx context.Context) error {
	_ = l.stream.Close(ctx) // it has ended, and says why once more
	session, err := l.renew(ctx)
	if err != nil {
		return err
	}
	l.mu.Lock()
	l.queue = nil
	l.mu.Unlock()
	l.open(context.WithoutCancel(ctx), session)
	return nil
}

// outlives lets the load go on when the cluster's sessions are lost.
func (d *drill) outlives(ctx context.Context) error {
	d.load.renew = func(ctx context.Context) (*client.Session, error) { return d.client.OpenSession(ctx, "drill") }
	heads, err := d.heads(ctx)
	d.anchored = heads.GetFinalized()
	return err
}
