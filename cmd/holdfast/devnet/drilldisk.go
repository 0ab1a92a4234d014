package devnet

// What a drill takes of a disk it gives back: its ballast is a file without blocks, counted by the replica's budget alone.

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"google.golang.org/grpc/status"

	"github.com/holdfast-rollup/holdfast/rpc/client"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

// Of a replica's disk in a drill.
const (
	drillBudget  = 1 << 30
	drillReserve = 64 << 20
)

// diskFull leaves every replica less room than it keeps: the leader must refuse writes and say why. Then all but the leader
// get their room back: it must hand leadership over. The time to the first write counts from there.
func diskFull(ctx context.Context, d *drill, leader *member) (heal func() error, what string, err error) {
	heal = sync.OnceValue(func() error {
		for _, m := range d.replicas.members {
			if failed := emptyDisk(m); failed != nil {
				return failed
			}
		}
		return d.hasRoom(ctx, leader, true)
	})
	for _, m := range d.replicas.members {
		if err = d.fillDisk(ctx, m); err != nil {
			return heal, "", err
		}
	}
	if err = d.hasRoom(ctx, leader, false); err != nil {
		return heal, "", err
	}
	said, err := d.refusedSession(ctx, leader)
	if err != nil {
		return heal, "", err
	}
	d.event("no replica has room: %s", said)
	for _, m := range d.replicas.members {
		if m != leader {
			if err = emptyDisk(m); err != nil {
				return heal, "", err
			}
		}
	}
	d.faulted = time.Now()
	return heal, "all but " + leader.config.Node.ID + " have room again", nil
}

// ballast counts against the budget as a snapshot that was set aside does.
func ballast(m *member) string { return filepath.Join(m.config.Node.DataDir, "damaged", "drill") }

// fillDisk leaves half of what is kept.
func (d *drill) fillDisk(ctx context.Context, m *member) error {
	st, err := d.status(ctx, m.config.RPC.Bind)
	if err != nil {
		return err
	}
	if err = os.MkdirAll(filepath.Dir(ballast(m)), 0o750); err != nil {
		return fmt.Errorf("fill the disk of %s: %w", m.config.Node.ID, err)
	}
	if err = os.WriteFile(ballast(m), nil, 0o600); err == nil {
		err = os.Truncate(ballast(m), int64(st.GetDisk().GetFreeBytes())-drillReserve/2)
	}
	if err != nil {
		return fmt.Errorf("fill the disk of %s: %w", m.config.Node.ID, err)
	}
	return nil
}

func emptyDisk(m *member) error {
	if err := os.Remove(ballast(m)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("empty the disk of %s: %w", m.config.Node.ID, err)
	}
	return nil
}

// hasRoom waits until a replica says that it has room, or none.
func (d *drill) hasRoom(ctx context.Context, m *member, room bool) error {
	limit, cancel := context.WithTimeout(ctx, d.o.Settle)
	defer cancel()
	for {
		st, err := d.status(limit, m.config.RPC.Bind)
		if err == nil && (st.GetDisk().GetRefuses() == "") == room {
			return nil
		}
		if serr := sleep(limit, settleEvery); serr != nil {
			return fmt.Errorf("%s does not notice that it has room: %v: %w", m.config.Node.ID, room, errors.Join(err, serr))
		}
	}
}

// refusedSession asks for what takes a write and gives the refusal.
func (d *drill) refusedSession(ctx context.Context, m *member) (string, error) {
	req := &pb.OpenSessionRequest{Nonce: make([]byte, 16), Owner: "drill"}
	_, err := client.AskAt(ctx, d.client, m.config.RPC.Bind, pb.NewSequencerServiceClient, pb.SequencerServiceClient.OpenSession, req)
	if wire.ErrorDetails(err).Reason != wire.ReasonDiskFull {
		return "", fmt.Errorf("%s has no room, and a write gets: %w", m.config.Node.ID, errors.Join(errNotRefused, err))
	}
	return status.Convert(err).Message(), nil
}

var errNotRefused = errors.New("no DISK_FULL")

// diskFailing lowers the size that a file of the process may have to nothing: each write fails, as on a disk that
// filled unseen or is broken.
func diskFailing(_ context.Context, d *drill, leader *member) (heal func() error, what string, err error) {
	leader.killed.Store(true) // it may end by itself: it cannot keep a vote
	if err = limitFiles(leader.process.Process.Pid, 0); err != nil {
		return nil, "", fmt.Errorf("limit the file size of %s: %w", leader.config.Node.ID, err)
	}
	heal = sync.OnceValue(func() error {
		select {
		case <-leader.done:
			d.event("%s had ended by itself", leader.config.Node.ID)
			return d.replicas.start(leader)
		default:
		}
		err := limitFiles(leader.process.Process.Pid, unlimited)
		if errors.Is(err, os.ErrProcessDone) {
			<-leader.done
			return d.replicas.start(leader)
		}
		leader.killed.Store(false)
		return err
	})
	return heal, "no file of " + leader.config.Node.ID + " takes another byte", nil
}
