package manager

// What must hold here: a mark is written by the leader alone, under its term's name; a checkpoint is a snapshot of a
// state that Raft has committed.

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/hashicorp/raft"

	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/recovery"
)

// Snapshots takes snapshots of this replica: *cluster.Node.
type Snapshots interface {
	Checkpoint(ctx context.Context) (*raft.SnapshotMeta, io.ReadCloser, error)
	Damaged() []string
}

// CheckpointPolicy says when the leader puts a checkpoint into the archive. Zero values never do.
type CheckpointPolicy struct {
	Interval time.Duration // since the newest one
	Batches  uint64        // sealed since the newest one
	Keep     int           // of this lineage; 0 keeps all
}

// ErrNoCheckpoints says that this replica has no archive to put checkpoints into, or no snapshots.
var ErrNoCheckpoints = errors.New("this replica makes no checkpoints")

const (
	markInterval       = time.Second // recovery.md: every second
	checkpointLook     = 2 * time.Second
	checkpointGrace    = time.Hour // of chunks that no manifest names: a transfer may be under way
	checkpointsAtATime = 1
)

// keeper is what keeps this replica's ways back.
type keeper struct {
	making chan struct{} // a token for each checkpoint under way

	mu     sync.Mutex // guards what follows; nothing is called while it is held
	newest *recovery.Manifest
	marked recovery.Mark
	looked uint64 // term in which the archive was looked at for the newest checkpoint
}

func newKeeper() *keeper { return &keeper{making: make(chan struct{}, checkpointsAtATime)} }

// RecoveryStatus is how this replica's ways back stand.
type RecoveryStatus struct {
	Newest  *recovery.Manifest // checkpoint that this replica made or saw last; nil for none
	Mark    recovery.Mark      // that this replica wrote last; zero for none
	Damaged []string           // snapshots that were set aside when it started
}

// RecoveryStatus returns how this replica's ways back stand.
func (m *Manager) RecoveryStatus() RecoveryStatus {
	var damaged []string
	if m.parts.Snapshots != nil {
		damaged = m.parts.Snapshots.Damaged()
	}
	m.keeper.mu.Lock()
	defer m.keeper.mu.Unlock()
	return RecoveryStatus{Newest: m.keeper.newest, Mark: m.keeper.marked, Damaged: damaged}
}

// keeperDuties are the leader's for the ways back.
func (m *Manager) keeperDuties() []duty {
	if m.parts.DA == nil || m.parts.Snapshots == nil {
		return nil
	}
	ds := []duty{{name: "checkpoint", idle: checkpointLook, step: m.checkpointStep}}
	if m.l1 != nil {
		ds = append(ds, duty{name: "mark", idle: markInterval, limit: markInterval, step: m.markStep})
	}
	return ds
}

// markStep writes how far this history has come, signed by the submitter.
func (m *Manager) markStep(ctx context.Context) (bool, error) {
	s := m.parts.Machine.Status()
	m.keeper.mu.Lock()
	last := m.keeper.marked
	m.keeper.mu.Unlock()
	mark := recovery.Mark{
		Lineage: s.Lineage, Term: m.term.Load(), Index: s.Index, Sequence: s.Heads.Applied, Batch: s.Batch,
		TimeMs: time.Now().UnixMilli(), Node: m.config.NodeID,
	}
	if s.Heads.Applied == 0 || last.Term == mark.Term && last.Sequence == mark.Sequence && last.Batch == mark.Batch {
		return false, nil // it says so already
	}
	by := recovery.Authority{ChainID: m.l1.config.Client.ChainID(), Contract: m.l1.config.Contract}
	if err := recovery.WriteMark(ctx, m.parts.DA.Archive(), m.l1.config.Submitter, by, mark); err != nil {
		return false, err
	}
	m.keeper.mu.Lock()
	m.keeper.marked = mark
	m.keeper.mu.Unlock()
	return false, nil
}

// checkpointStep makes a checkpoint when one is due, and lets go of those beyond the retention.
func (m *Manager) checkpointStep(ctx context.Context) (bool, error) {
	p := m.config.Checkpoints
	if p.Interval == 0 && p.Batches == 0 {
		return false, nil
	}
	newest, err := m.newestCheckpoint(ctx)
	if err != nil {
		return false, err
	}
	s := m.parts.Machine.Status()
	if s.Batch == 0 {
		return false, nil
	}
	if newest != nil {
		age := time.Since(time.UnixMilli(newest.MadeMs))
		due := p.Interval > 0 && age >= p.Interval && s.Batch > newest.Batch || p.Batches > 0 && s.Batch >= newest.Batch+p.Batches
		if !due {
			return false, nil
		}
	}
	if _, _, err = m.CreateCheckpoint(ctx, nil); err != nil || p.Keep == 0 {
		return false, err
	}
	select {
	case m.keeper.making <- struct{}{}: // free: nobody shares a chunk that is about to go
	case <-ctx.Done():
		return false, context.Cause(ctx)
	}
	defer func() { <-m.keeper.making }()
	retention := recovery.Retention{Keep: p.Keep, Grace: checkpointGrace}
	_, err = recovery.NewCheckpoints(m.parts.DA.Archive()).Prune(ctx, retention, time.Now(), false)
	if errors.Is(err, da.ErrInUse) {
		return false, nil // somebody reads one; what is too many goes after the next
	}
	return false, err
}

// newestCheckpoint is this lineage's, looked up in the archive once in each term.
func (m *Manager) newestCheckpoint(ctx context.Context) (*recovery.Manifest, error) {
	m.keeper.mu.Lock()
	newest, looked := m.keeper.newest, m.keeper.looked
	m.keeper.mu.Unlock()
	term, lineage := m.term.Load(), m.parts.Machine.Status().Lineage
	if looked == term {
		return newest, nil
	}
	list, err := recovery.NewCheckpoints(m.parts.DA.Archive()).List(ctx)
	if err != nil {
		return nil, err
	}
	newest = nil
	for _, l := range list {
		if l.Manifest != nil && l.Manifest.Lineage == hex.EncodeToString(lineage[:]) {
			newest = l.Manifest
			break
		}
	}
	m.keeper.mu.Lock()
	m.keeper.newest, m.keeper.looked = newest, term
	m.keeper.mu.Unlock()
	return newest, nil
}

// CreateCheckpoint takes a snapshot of this replica and puts it into the archive; progress, if not nil, is told how many
// bytes are done. One is made at a time.
func (m *Manager) CreateCheckpoint(ctx context.Context, progress func(done int64)) (*recovery.Manifest, recovery.Transfer, error) {
	if m.parts.DA == nil || m.parts.Snapshots == nil {
		return nil, recovery.Transfer{}, ErrNoCheckpoints
	}
	select {
	case m.keeper.making <- struct{}{}:
		defer func() { <-m.keeper.making }()
	case <-ctx.Done():
		return nil, recovery.Transfer{}, fmt.Errorf("wait for the checkpoint under way: %w", context.Cause(ctx))
	}
	meta, content, err := m.parts.Snapshots.Checkpoint(ctx)
	if err != nil {
		return nil, recovery.Transfer{}, err
	}
	manifest, moved, err := recovery.NewCheckpoints(m.parts.DA.Archive()).Create(ctx, recovery.Source{
		Snapshot: content, Term: meta.Term, Node: m.config.NodeID, NowMs: time.Now().UnixMilli(), Anchor: m.anchorOf, Progress: progress,
	})
	if err = errors.Join(err, content.Close()); err != nil {
		return nil, moved, fmt.Errorf("make a checkpoint: %w", err)
	}
	m.keeper.mu.Lock()
	m.keeper.newest = manifest
	m.keeper.mu.Unlock()
	m.log.InfoContext(ctx, "checkpoint made", slog.String("name", manifest.Name()), slog.Uint64("batch", manifest.Batch),
		slog.Int64("bytes", moved.Bytes), slog.Int64("moved", moved.Moved))
	return manifest, moved, nil
}

// Checkpoints lists those of the archive, newest first.
func (m *Manager) Checkpoints(ctx context.Context) ([]recovery.Listed, error) {
	if m.parts.DA == nil {
		return nil, ErrNoCheckpoints
	}
	return recovery.NewCheckpoints(m.parts.DA.Archive()).List(ctx)
}

// anchorOf is where a batch stands on L1 as far as the cursor knows.
func (m *Manager) anchorOf(n uint64, headerHash [32]byte) *recovery.Anchor {
	b, ok := m.parts.Machine.Cursor().Batch(n)
	if !ok || b.HeaderHash != headerHash || b.Commit == nil {
		return nil
	}
	return &recovery.Anchor{Transaction: recovery.Digest(b.Commit.TxHash), Block: b.Commit.Block.Number, BlockHash: recovery.Digest(b.Commit.Block.Hash)}
}
