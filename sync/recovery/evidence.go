package recovery

// Evidence is read and never changed: an old node's directory is opened under its lock.

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/hashicorp/raft"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/fsm"
)

// Held is how far a node had come.
type Held struct {
	Node     string
	Lineage  [16]byte
	Index    uint64 // newest record of its log
	Term     uint64
	Known    uint64 // index that it knew to be committed
	Batch    uint64 // newest sealed, once all of its log is applied
	Root     [32]byte
	Sequence uint64 // newest accepted transition
	ClockMs  int64  // of the log
}

// ReadEvidence says how far the node of a data directory had come. It applies the whole log, what was perhaps never
// committed included.
func ReadEvidence(ctx context.Context, dir string, config fsm.Config) (Held, error) {
	machine, held, err := loadNode(ctx, dir, config)
	if machine != nil {
		machine.Close()
	}
	return held, err
}

// loadNode restores the newest snapshot of a directory that can be restored and applies the log behind it.
func loadNode(ctx context.Context, dir string, config fsm.Config) (_ *fsm.Machine, _ Held, err error) {
	o, err := cluster.OpenOffline(dir)
	if err != nil {
		return nil, Held{}, err
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	first, last, err := o.Range()
	if err != nil {
		return nil, Held{}, err
	}
	machine, at, err := restoreNewest(o, config, first)
	if err != nil {
		return nil, Held{}, err
	}
	for index := at + 1; index <= last; index++ {
		if ctx.Err() != nil {
			machine.Close()
			return nil, Held{}, fmt.Errorf("read the log: %w", context.Cause(ctx))
		}
		record, err := o.Record(index)
		if err != nil {
			machine.Close()
			return nil, Held{}, err
		}
		if record.Type != raft.LogCommand {
			continue
		}
		if machine.Apply(record); machine.Fatal() != nil {
			machine.Close()
			return nil, Held{}, fmt.Errorf("%w: record %d: %w", ErrDamaged, index, machine.Fatal())
		}
	}
	vote, s := o.Vote(), machine.Status()
	return machine, Held{
		Node: o.NodeID, Lineage: s.Lineage, Index: max(at, last), Term: vote.Term, Known: vote.Committed,
		Batch: s.Batch, Root: s.Root, Sequence: s.Heads.Applied, ClockMs: s.ClockMs,
	}, nil
}

// restoreNewest restores the newest snapshot that the log goes on from, and says its index.
func restoreNewest(o *cluster.Offline, config fsm.Config, first uint64) (*fsm.Machine, uint64, error) {
	list, err := o.Snapshots()
	if err != nil {
		return nil, 0, err
	}
	var failed error
	for i, meta := range list {
		if i > 0 && (first == 0 || first > meta.Index+1) {
			break // behind a gap
		}
		machine := fsm.New(config)
		if err := restoreOne(o, meta.ID, machine); err != nil {
			failed = errors.Join(failed, fmt.Errorf("%w: snapshot %s: %w", ErrDamaged, meta.ID, err))
			continue
		}
		return machine, meta.Index, nil
	}
	if failed != nil {
		return nil, 0, failed
	}
	if first > 1 {
		return nil, 0, fmt.Errorf("%w: the log begins at %d and there is no snapshot", ErrDamaged, first)
	}
	return fsm.New(config), 0, nil
}

func restoreOne(o *cluster.Offline, id string, machine *fsm.Machine) error {
	_, content, err := o.Open(id)
	if err != nil {
		return err
	}
	return machine.Restore(io.NopCloser(content))
}
