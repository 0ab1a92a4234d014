package recovery

// The survivor's directory is read and never changed: what it holds becomes a new directory under a new lineage, and
// the old one stays as evidence.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/fsm"
)

// QuorumPlan is the recovery of a cluster that lost its majority, from one survivor.
type QuorumPlan struct {
	Report Report
	Held   Held

	plan    *Plan
	machine *fsm.Machine
}

// PlanQuorum reads all that a survivor holds. The log's end may never have been committed, and the others may have had
// committed more: nobody can know. The caller closes the plan.
func PlanQuorum(ctx context.Context, c Config, survivor string) (*QuorumPlan, error) {
	c = c.withDefaults()
	machine, held, err := loadNode(ctx, survivor, c.Machine)
	if err != nil {
		return nil, fmt.Errorf("recovery: %s: %w", survivor, err)
	}
	q := &QuorumPlan{Held: held, machine: machine, plan: &Plan{config: c}}
	if err := q.describe(ctx); err != nil {
		machine.Close()
		return nil, err
	}
	return q, nil
}

// Close lets go of the survivor's state.
func (q *QuorumPlan) Close() { q.machine.Close() }

func (q *QuorumPlan) describe(ctx context.Context) error {
	c, r, s := q.plan.config, &q.Report, q.machine.Status()
	*r = Report{
		Way: "quorum", Target: "what " + q.Held.Node + " holds", Directory: c.Directory,
		Batch: s.Batch, Root: hexOf(s.Root[:]), Sequence: s.Heads.Applied, From: "the log of " + q.Held.Node, FromBatch: s.Batch,
		OldLineage: hexOf(s.Lineage[:]), Sources: []string{}, Refused: []Refusal{}, Next: []string{},
		Lost: Loss{Basis: "none", Text: fmt.Sprintf(
			"nobody can say: %s holds entries up to index %d of term %d and knew up to %d as committed; what the others held beyond, and whether all of its own were committed, no survivor knows",
			q.Held.Node, q.Held.Index, q.Held.Term, q.Held.Known)},
	}
	if b, err := q.machine.SealedHeader(s.Batch); err == nil {
		r.HeaderHash = hexOf(b.Hash[:])
	}
	if c.Contract == nil {
		if s.Genesis.Contract != ([20]byte{}) {
			return errors.New("recovery: this cluster anchors on L1, which must say where it stands: name it")
		}
		return nil
	}
	history, _, _, err := anchors(ctx, c.Contract, r)
	if err != nil {
		return err
	}
	q.plan.history = history
	if r.L1Last > s.Batch {
		return fmt.Errorf("%w: L1 holds batch %d, the survivor's newest is %d: it is behind L1; recover from L1 (`holdfast recover l1 --evidence`)",
			fsm.ErrStanding, r.L1Last, s.Batch)
	}
	return nil
}

// Run makes the new cluster's directory.
func (q *QuorumPlan) Run(ctx context.Context) (*Report, error) {
	p, c := q.plan, q.plan.config
	began := c.Now()
	if err := cluster.Vacant(c.Directory); err != nil {
		return nil, err
	}
	if err := p.openWork(); err != nil {
		return nil, err
	}
	standing, err := q.stand(ctx)
	if err != nil {
		return nil, err
	}
	q.Report.Lineage = hexOf(standing.Lineage[:])
	if err = q.machine.Renew(standing); err != nil {
		return nil, err
	}
	snapshot, err := q.machine.Snapshot()
	if err != nil {
		return nil, fmt.Errorf("recovery: %w", err)
	}
	defer snapshot.Release()
	seed := c.Cluster
	seed.Lineage, seed.Index, seed.Term = standing.Lineage, q.machine.AppliedIndex(), max(q.Held.Term, 1)
	err = cluster.Seed(c.Directory, seed, func(w io.Writer) error {
		return snapshot.Persist(&bareSink{Writer: w})
	})
	if err != nil {
		return nil, fmt.Errorf("recovery: %w", err)
	}
	r := &q.Report
	r.TakeOver = p.Report.TakeOver
	r.Took = c.Now().Sub(began).Round(time.Millisecond).String()
	r.Next = append(r.Next, fmt.Sprintf("give each voter a copy of %s as its data directory, and start them all; no node of the old lineage is let in again", c.Directory))
	if err := saveReport(c.Directory, r, r.Text); err != nil {
		return nil, err
	}
	return r, os.RemoveAll(c.Work)
}

// stand says where L1 stands, after the take-over if one is made.
func (q *QuorumPlan) stand(ctx context.Context) (fsm.Standing, error) {
	p, c := q.plan, q.plan.config
	lineage, err := p.drawLineage()
	now := c.Now().UnixMilli()
	s := fsm.Standing{
		Lineage: lineage, Witness: "recovery", TimeMs: now,
		// The lost nodes may have opened sessions that the survivor does not know: their ids are not given again.
		FirstSession: firstSession(max(now, q.Held.ClockMs)), KeepSessions: true,
	}
	if err != nil || c.Contract == nil {
		return s, err
	}
	s.Committed, s.HeaderHash = p.history.State.LastCommitted, p.history.State.LastHash
	if s.Committed > 0 {
		b, err := q.machine.SealedHeader(s.Committed)
		if err != nil {
			return s, fmt.Errorf("recovery: L1's batch %d: %w", s.Committed, err)
		}
		if b.Hash != s.HeaderHash {
			return s, fmt.Errorf("%w: batch %d is %x here, L1 holds %x", ErrUnanchored, s.Committed, b.Hash, s.HeaderHash)
		}
		if c.TakeOver != nil {
			if err = p.takeOver(ctx, lineage, b); err != nil {
				return s, err
			}
		}
	}
	return s, p.stand(ctx, &s)
}

// bareSink lets a capture be persisted to a plain writer.
type bareSink struct{ io.Writer }

func (*bareSink) ID() string    { return "" }
func (*bareSink) Cancel() error { return nil }
func (*bareSink) Close() error  { return nil }
