package server

import (
	"context"
	"fmt"
	"slices"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

// A read speaks of one state throughout, and says of which.

// source is the state that a read speaks of.
type source struct {
	state    fsm.Getter
	open     *fsm.Reader // nil at a batch
	view     *tree.View  // nil for the open state
	position fsm.Position
	prove    bool
}

// read waits until the state is as fresh as o asks and calls fn with it. For the
// open state fn runs under the machine's read lock and must not block.
func (s *Server) read(ctx context.Context, o *pb.ReadOptions, fn func(src source) error) error {
	if err := s.freshen(ctx, o); err != nil {
		return err
	}
	if o.GetConsistency() == pb.Consistency_CONSISTENCY_ANCHORED {
		n, err := s.keptAt(o.GetHead(), o.GetBatch())
		if err != nil {
			return err
		}
		return s.readBatch(n, o.GetWithProof(), fn)
	}
	return s.cfg.Machine.Read(func(r *fsm.Reader) error {
		return fn(source{state: r.Records(), open: r, position: r.Position()})
	})
}

// readOpen is read for what is outside the root.
func (s *Server) readOpen(ctx context.Context, o *pb.ReadOptions, fn func(r *fsm.Reader) error) error {
	if o.GetConsistency() == pb.Consistency_CONSISTENCY_ANCHORED {
		return &wire.FieldError{Field: "read.consistency", Problem: "must not be ANCHORED: this is not part of a batch's state"}
	}
	if err := s.freshen(ctx, o); err != nil {
		return err
	}
	return s.cfg.Machine.Read(fn)
}

func (s *Server) readBatch(n uint64, prove bool, fn func(src source) error) error {
	view, err := s.cfg.Machine.View(n)
	if err != nil {
		return err
	}
	defer view.Close()
	at := fsm.Position{Lineage: s.cfg.Machine.Position().Lineage, Batch: n, Root: view.Root()}
	return fn(source{state: view, view: view, position: at, prove: prove})
}

// freshen checks the options and waits for the freshness they ask for.
func (s *Server) freshen(ctx context.Context, o *pb.ReadOptions) error {
	level := o.GetConsistency()
	if o.GetWithProof() && level != pb.Consistency_CONSISTENCY_ANCHORED {
		return needsBatch(s.cfg.Machine.Position())
	}
	if (o.GetHead() != 0 || o.GetBatch() != 0) && level != pb.Consistency_CONSISTENCY_ANCHORED {
		return &wire.FieldError{Field: "read.consistency", Problem: "must be ANCHORED where head or batch is given"}
	}
	switch level {
	case pb.Consistency_CONSISTENCY_UNSPECIFIED, pb.Consistency_CONSISTENCY_LINEARIZABLE:
		if _, err := s.cfg.Cluster.ReadBarrier(ctx); err != nil {
			return readError(err)
		}
	case pb.Consistency_CONSISTENCY_BOUNDED:
		if err := s.bounded(o.GetMaxStalenessMs()); err != nil {
			return err
		}
	case pb.Consistency_CONSISTENCY_LOCAL, pb.Consistency_CONSISTENCY_ANCHORED:
	default:
		return &wire.FieldError{Field: "read.consistency", Problem: "must be a known value"}
	}
	if i := o.GetMinIndex(); i > 0 {
		return s.cfg.Machine.WaitApplied(ctx, i)
	}
	return nil
}

// bounded refuses when the replica has not heard from the leader for too long,
// or has not applied what it knows to be committed.
func (s *Server) bounded(maxMs int64) error {
	if maxMs <= 0 {
		return &wire.FieldError{Field: "read.max_staleness_ms", Problem: "must be above 0 for BOUNDED"}
	}
	st := s.cfg.Cluster.Status()
	limit := duration(maxMs)
	if st.LeaderID == "" || st.SinceLeader > limit {
		return fail(wire.ReasonStale, "this replica heard from the leader %v ago; the read allows %v", st.SinceLeader, limit)
	}
	if st.AppliedIndex < st.CommitIndex && st.LeaderID != s.cfg.NodeID {
		if lag := st.CommitIndex - st.AppliedIndex; lag > maxCommitLag {
			return fail(wire.ReasonStale, "this replica has %d committed entries to apply", lag)
		}
	}
	return nil
}

// maxCommitLag is how many committed entries a BOUNDED read may miss.
const maxCommitLag = 16

// readError: an unknown outcome makes no difference to a read.
func readError(err error) error {
	if st := statusError(err); wire.ErrorDetails(st).Reason == wire.ReasonUnknownOutcome {
		return fail(wire.ReasonStale, "the read could not be confirmed: %v", err)
	}
	return err
}

// batchOf is the batch that a head, or an exact number, names.
func (s *Server) batchOf(head pb.Head, exact uint64) (uint64, error) {
	if exact > 0 {
		return exact, nil
	}
	n, ok := headBatch(s.cfg.Machine.Status().Heads, head)
	if !ok {
		return 0, &wire.FieldError{Field: "head", Problem: "must be a known value"}
	}
	if n == 0 {
		return 0, fail(wire.ReasonNotSealed, "no batch has reached %v yet", head)
	}
	return n, nil
}

// keptAt is the batch whose state is read for a head: the newest that has reached it and is kept. The heads' own batches
// are thinned out like others, except the executed and the finalized one; the answer's position says which it is.
func (s *Server) keptAt(head pb.Head, exact uint64) (uint64, error) {
	n, err := s.batchOf(head, exact)
	if err != nil || exact > 0 {
		return n, err
	}
	for _, kept := range slices.Backward(s.cfg.Machine.Status().Versions) {
		if kept > 0 && kept <= n {
			return kept, nil
		}
	}
	return 0, fmt.Errorf("state of batch %d or of an older one: %w", n, fsm.ErrVersionReleased)
}

func headBatch(h cursor.Heads, head pb.Head) (uint64, bool) {
	switch head {
	case pb.Head_HEAD_UNSPECIFIED, pb.Head_HEAD_SEALED:
		return h.Sealed, true
	case pb.Head_HEAD_EXECUTED:
		return h.Executed, true
	case pb.Head_HEAD_PUBLISHED:
		return h.Published, true
	case pb.Head_HEAD_COMMITTED:
		return h.Committed, true
	case pb.Head_HEAD_PROVEN:
		return h.Proven, true
	case pb.Head_HEAD_FINALIZED:
		return h.Finalized, true
	default:
		return 0, false
	}
}

// proof is the proof of one key, if the read asked for it.
func (src source) proof(key []byte) (*pb.Proof, error) {
	if !src.prove {
		return nil, nil //nolint:nilnil // a proof that nobody asked for
	}
	p, err := src.view.Prove(key)
	if err != nil {
		return nil, err
	}
	return proofProto(pb.ProofKind_PROOF_KIND_SINGLE, src.position, p, key), nil
}

// rangeProof is the proof of all keys under a prefix, if the read asked for it.
func (src source) rangeProof(prefix []byte) (*pb.Proof, error) {
	if !src.prove {
		return nil, nil //nolint:nilnil // a proof that nobody asked for
	}
	end := tree.PrefixEnd(prefix)
	p, err := src.view.ProveRange(prefix, end)
	if err != nil {
		return nil, err
	}
	return proofProto(pb.ProofKind_PROOF_KIND_RANGE, src.position, p, prefix, end), nil
}

func proofProto(kind pb.ProofKind, at fsm.Position, p tree.Proof, keys ...[]byte) *pb.Proof {
	return &pb.Proof{Kind: kind, Batch: at.Batch, Root: hashBytes(at.Root), Keys: keys, Encoding: p.Marshal()}
}

// missing is what a read without a proof says of what is not there.
func (src source) missing(what string, args ...any) error {
	if src.prove {
		return nil
	}
	return fail(wire.ReasonNotFound, what, args...)
}

var _ Cluster = (*cluster.Node)(nil)
