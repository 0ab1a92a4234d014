package cluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/hashicorp/raft"

	"github.com/holdfast-rollup/holdfast/cluster/durable"
)

// A leader without a history begins one only if there is none elsewhere: empty
// replicas may be all that is left of a cluster, or a majority of one whose others
// are silent.

var (
	// ErrHistoryExists says that a new history would stand beside an old one.
	ErrHistoryExists = errors.New("cluster: there is a history that these replicas do not hold")
	// ErrWaitForVoters says that a history is not begun before more voters have answered.
	ErrWaitForVoters = errors.New("cluster: waiting for voters")
)

// Beginning is what a leader without a history knows of the other voters.
type Beginning struct {
	Index   uint64   // of its state
	Empty   []string // have answered that they hold none either
	Holding []string // hold one, of some lineage
	Silent  []string // have not answered of late
}

// beginAgain is how often a leader that waits looks at the voters.
const beginAgain = time.Second

// heardOfLate is how old an answer may be.
const heardOfLate = 5 * time.Second

// begin asks whether a new history may begin here. It reports whether an old one was
// restored instead. ErrHistoryExists ends the process: its exit is the operator's.
func (n *Node) begin(ctx context.Context) (restored bool, err error) {
	if n.cfg.Begin == nil {
		return false, nil
	}
	said := ""
	for {
		write, err := n.cfg.Begin(ctx, n.beginning())
		switch {
		case errors.Is(err, ErrWaitForVoters):
			if said != err.Error() {
				said = err.Error()
				n.logger.WarnContext(ctx, "no history is begun yet", slog.Any("error", err))
			}
			sleep(ctx, beginAgain)
			if ctx.Err() != nil {
				return false, context.Cause(ctx)
			}
			if n.machine.Position().Lineage != ([16]byte{}) {
				return true, nil // it came by itself meanwhile
			}
			continue
		case errors.Is(err, ErrHistoryExists):
			n.fatal(err)
			return false, err
		case err != nil:
			return false, err
		case write == nil:
			return false, nil
		}
		return true, n.restore(ctx, write)
	}
}

func (n *Node) beginning() Beginning {
	b := Beginning{Index: n.machine.AppliedIndex()}
	for _, id := range n.voters() {
		if id == n.cfg.NodeID {
			continue
		}
		heard, ok := n.heardLately(id)
		switch {
		case !ok:
			b.Silent = append(b.Silent, id)
		case !bytes.Equal(heard.GetLineage(), make([]byte, len(heard.GetLineage()))):
			b.Holding = append(b.Holding, id)
		default:
			b.Empty = append(b.Empty, id)
		}
	}
	return b
}

// restore makes a recovered state the group's: Raft installs it on every replica.
func (n *Node) restore(ctx context.Context, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(n.cfg.DataDir, "recovered.*"+durable.Suffix)
	if err != nil {
		return fmt.Errorf("cluster: restore: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	if err = write(f); err != nil {
		return fmt.Errorf("cluster: restore: %w", err)
	}
	size, err := f.Seek(0, io.SeekCurrent)
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		return fmt.Errorf("cluster: restore: %w", err)
	}
	done := make(chan error, 1)
	go func() {
		done <- n.raft.Restore(&raft.SnapshotMeta{Version: 1, Size: size}, f, 0)
	}()
	select {
	case err = <-done:
	case <-n.done:
		return ErrClosed
	}
	if err != nil {
		return fmt.Errorf("cluster: restore: %w", err)
	}
	n.logger.InfoContext(ctx, "a recovered history was restored", slog.Int64("bytes", size))
	return nil
}
