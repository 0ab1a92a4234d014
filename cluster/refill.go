package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/hashicorp/raft"

	"github.com/holdfast-rollup/holdfast/cluster/durable"
)

// A replica whose stores are damaged sets them aside, all of them, and is from then
// on what an emptied one is: it takes no Raft message and confirms no term before the
// leader has taken its vote by a committed change (invitation.go). What it forgot
// counts for nothing by then. Filled, it gets its vote back. The leader does both by
// itself, one member at a time, and never below a majority of voters that hold what
// they acknowledged: where that is not there, nobody leads, and nothing happens.

const (
	refillFile   = "REFILL"
	refillPrefix = "refill-"
	// maxRefills is how many times the stores are set aside before somebody has to
	// look at the disk.
	maxRefills = 3
	// refillWait is how long the leader waits for one member to catch up before it
	// looks at the others again.
	refillWait = time.Minute
	// refillBackoff is how long it waits after a refusal.
	refillBackoff = 5 * time.Second
)

// refillRecord is the REFILL file: it stands in a directory from before its stores are
// set aside, or from its invitation, until the replica is filled and what it was before.
type refillRecord struct {
	Reason string `json:"reason"`
	Aside  string `json:"aside,omitempty"` // where the stores are kept, within the directory
	Moved  bool   `json:"moved"`           // all of them
	Voter  bool   `json:"voter"`           // the leader has said that its name had a vote
	// Since is an index that was committed when the leader invited it. Configurations
	// below it may be from before the vote was taken.
	Since uint64 `json:"since,omitempty"`
}

// refillRecord reads the file, nil if there is none. One that cannot be read stands
// for stores of which nobody knows whether they are whole.
func (d *directory) refillRecord() (*refillRecord, error) {
	if d == nil {
		return nil, nil
	}
	raw, err := os.ReadFile(filepath.Join(d.path, refillFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	r := &refillRecord{}
	if err == nil {
		err = json.Unmarshal(raw, r)
	}
	if err != nil {
		return d.setAside(fmt.Errorf("%s cannot be read: %w", refillFile, err))
	}
	if !r.Moved {
		return r, d.moveStores(r)
	}
	return r, nil
}

func (d *directory) writeRefill(r *refillRecord) error {
	if d == nil {
		return nil
	}
	raw, err := json.MarshalIndent(r, "", "  ")
	if err == nil {
		err = durable.WriteFile(filepath.Join(d.path, refillFile), append(raw, '\n'), 0o600)
	}
	if err != nil {
		return fmt.Errorf("cluster: write %s: %w", refillFile, err)
	}
	return nil
}

// endRefill removes the file.
func (d *directory) endRefill() error {
	if d == nil {
		return nil
	}
	if err := errors.Join(os.Remove(filepath.Join(d.path, refillFile)), durable.SyncDirectory(d.path)); err != nil {
		return fmt.Errorf("cluster: remove %s: %w", refillFile, err)
	}
	return nil
}

// setAside moves the stores out of sight, and keeps them. A crash on the way leaves a
// record that goes on.
func (d *directory) setAside(reason error) (*refillRecord, error) {
	kept := filepath.Join(d.path, damagedDir)
	entries, err := os.ReadDir(kept)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("cluster: set the stores aside: %w", err)
	}
	entries = slices.DeleteFunc(entries, func(e os.DirEntry) bool { return !strings.HasPrefix(e.Name(), refillPrefix) })
	if len(entries) >= maxRefills {
		return nil, fmt.Errorf("%w; the stores were set aside %d times before: look at the disk, remove %s, and start again",
			reason, len(entries), filepath.Join(kept, refillPrefix+"*"))
	}
	r := &refillRecord{Reason: reason.Error(), Aside: filepath.Join(damagedDir, fmt.Sprint(refillPrefix, len(entries)+1))}
	if err = d.writeRefill(r); err != nil {
		return nil, err
	}
	return r, d.moveStores(r)
}

func (d *directory) moveStores(r *refillRecord) error {
	to := filepath.Join(d.path, r.Aside)
	err := os.MkdirAll(to, 0o750)
	for _, name := range seedFiles {
		if err == nil {
			if err = os.Rename(filepath.Join(d.path, name), filepath.Join(to, name)); errors.Is(err, fs.ErrNotExist) {
				err = nil
			}
		}
	}
	if err = errors.Join(err, durable.SyncDirectory(to), durable.SyncDirectory(d.path)); err != nil {
		return fmt.Errorf("cluster: set the stores aside: %w", err)
	}
	if err = d.forgetStores(); err != nil {
		return err
	}
	r.Moved = true
	return d.writeRefill(r)
}

// forgetStores makes the directory one that no store is expected in. It stays the
// node's, and of its lineage.
func (d *directory) forgetStores() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.record.Initialized, d.record.Number, d.record.Began = false, 0, nil
	return d.write()
}

// refillable reports whether an error of openRaft is damage that the other replicas
// make good. A disk that is full, or not this process's, is not damaged.
func (n *Node) refillable(err error) bool {
	if !errors.Is(err, ErrDamagedLog) && !errors.Is(err, ErrDamagedSnapshot) {
		return false
	}
	for _, passing := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EMFILE, syscall.ENFILE, syscall.ENOMEM, syscall.EROFS, fs.ErrPermission} {
		if errors.Is(err, passing) {
			return false
		}
	}
	return n.dir != nil && n.mux != nil && !n.cfg.Seams.anyStore() && len(n.book.others()) > 0 && n.machine.AppliedIndex() == 0
}

// startOver is openRaft with empty stores, after cause.
func (n *Node) startOver(hlog *raftLogger, cause error) error {
	if n.stores != nil {
		err := n.stores.close()
		n.stores = nil
		if err != nil {
			return errors.Join(cause, err)
		}
	}
	r, err := n.dir.setAside(cause)
	if err != nil {
		return err
	}
	aside := filepath.Join(n.dir.path, r.Aside)
	n.logger.Error("the stores are damaged: they are set aside, and the other replicas fill this one", slog.String("path", aside), slog.Any("error", cause))
	n.refill.Store(r)
	if err = n.openRaft(hlog); err != nil {
		return err
	}
	n.damaged = append(n.damaged, aside)
	return nil
}

// forgot notes that the leader knows this replica, which holds nothing, as a voter.
func (n *Node) forgot() error {
	r := refillRecord{Reason: "empty, while its name has a vote", Moved: true}
	if known := n.refill.Load(); known != nil {
		r = *known
	}
	if r.Voter {
		return nil
	}
	r.Voter = true
	if err := n.dir.writeRefill(&r); err != nil {
		return err
	}
	n.refill.Store(&r)
	n.empty.Store(0)
	n.logger.Warn("this replica holds nothing and its name has a vote: it asks to have it taken until it is filled")
	return nil
}

// enter opens the gate for a replica that the leader invited when so much was committed.
func (n *Node) enter(committed uint64) error {
	r := refillRecord{Reason: "empty", Moved: true}
	if known := n.refill.Load(); known != nil {
		r = *known
	}
	r.Since = committed
	if err := n.dir.writeRefill(&r); err != nil {
		return err
	}
	n.refill.Store(&r)
	n.empty.Store(0) // before the first entry: nobody may count it among the empty ones any more
	n.uninvited.Store(false)
	return nil
}

// voteGate is Raft's stable store, into which a vote is written before it is given.
type voteGate struct {
	raft.StableStore
	mayVote func() error
}

// SetUint64 implements raft.StableStore.
func (g *voteGate) SetUint64(key []byte, value uint64) error {
	if string(key) == "LastVoteTerm" {
		if err := g.mayVote(); err != nil {
			return err
		}
	}
	return g.StableStore.SetUint64(key, value)
}

var errNotFilled = errors.New("cluster: a replica that is not filled yet gives no vote")

// mayVote refuses votes until this replica holds what was committed when it was invited. Several emptied ones, filled at
// the same time, could else elect one that still counts them as voters, because it knows of none of the changes that took
// their votes: some of who had acknowledged the first of them have forgotten it.
func (n *Node) mayVote() error {
	r := n.refill.Load()
	if r == nil {
		return nil
	}
	if reach, err := n.stores.reach(); err != nil || reach < r.Since {
		return errors.Join(errNotFilled, err)
	}
	return nil
}

// regain ends the refill once this replica is again what it was: a change that no
// leader can take back made it a voter, or it had no vote.
func (n *Node) regain() {
	r := n.refill.Load()
	if r == nil || n.uninvited.Load() || n.machine.Position().Lineage == ([16]byte{}) || n.machine.AppliedIndex() < r.Since || n.configurationIndex() > n.raft.CommitIndex() {
		return
	}
	if s, member := n.servers()[n.cfg.NodeID]; !member || r.Voter && s.Suffrage != raft.Voter {
		return
	}
	if err := n.dir.endRefill(); err != nil {
		n.fatal(err)
		return
	}
	n.refill.Store(nil)
	n.logger.Info("filled by the other replicas", slog.Bool("voter", r.Voter))
}

// refillOthers runs while this node leads.
func (n *Node) refillOthers(ctx context.Context) {
	began := time.Now()
	for ctx.Err() == nil {
		sleep(ctx, n.cfg.ExchangeInterval)
		for id, s := range n.servers() {
			if err := n.refillMember(ctx, id, s.Suffrage, began); err != nil && ctx.Err() == nil {
				n.logger.WarnContext(ctx, "member not refilled yet", slog.String("member", id), slog.Any("error", err))
				sleep(ctx, refillBackoff)
			}
		}
	}
}

// refillMember takes the vote of a member that lost what it held, or gives it back to
// one that is filled. What was said before this node led may be of another time.
func (n *Node) refillMember(ctx context.Context, id string, suffrage raft.ServerSuffrage, began time.Time) error {
	h, ok := n.peers.lastHeard(id)
	if !ok || !h.at.After(began) || time.Since(h.at) > n.lately() || !h.status.GetRefill() {
		return nil
	}
	switch {
	case suffrage == raft.Voter && h.status.GetWaiting():
		if err := n.checkWithout(id, false); err != nil {
			return err
		}
		if err := n.recordAction(ctx, "cluster.Refill", id+" lost what it held"); err != nil {
			return err
		}
		if _, err := n.Demote(ctx, id, 0, false); err != nil {
			return err
		}
		n.logger.WarnContext(ctx, "a member lost what it held: its vote is taken until it is filled", slog.String("member", id))
	case suffrage != raft.Voter && !h.status.GetWaiting():
		limited, cancel := context.WithTimeout(ctx, refillWait)
		defer cancel()
		if _, err := n.Promote(limited, id, 0, false, nil); err != nil {
			return err
		}
		n.logger.InfoContext(ctx, "a member was filled and has its vote back", slog.String("member", id))
	}
	return nil
}

// wantsVote reports whether the leader is to give a vote back.
func (r *refillRecord) wantsVote() bool { return r != nil && r.Voter }
