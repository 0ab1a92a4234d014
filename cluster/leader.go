package cluster

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/hashicorp/raft"

	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// At most one tenure exists in this process at any time: the next begins only
// after everything of the one before has returned. A tenure takes writes only
// after its term marker has been applied here, so every entry of earlier terms
// has been too.

const (
	markerBackoff = 10 * time.Millisecond
	dutyBackoff   = time.Second
	// defaultDutyLimit bounds a tenure's end while no duties are registered.
	defaultDutyLimit = 5 * time.Second
)

type dutySpec struct {
	run   func(ctx context.Context, term uint64) error
	limit time.Duration
}

// RunDuties registers what the leader does. duties runs once per leadership,
// after the term marker and the genesis are applied; it is started again if it
// returns an error while leadership lasts. Its context ends with leadership; if
// it has not returned limit later, OnFatal is called with ErrDutyWedged.
// RunDuties may be called once, at any time; a second call panics.
func (n *Node) RunDuties(duties func(ctx context.Context, term uint64) error, limit time.Duration) {
	if n.hasDuties.Swap(true) {
		panic("cluster: RunDuties called twice")
	}
	n.duties <- dutySpec{run: duties, limit: limit}
}

// watchLeadership follows Raft's state until the node closes. Notifications are
// only hints: state and term are read again each time, since `true` after
// `true` means lost and regained.
func (n *Node) watchLeadership() {
	hint := make(chan struct{}, 1)
	n.spawn(func() {
		for {
			select {
			case <-n.notify:
				signal(hint)
			case <-n.done:
				return
			}
		}
	})
	var t *tenure
	for {
		term := n.raft.CurrentTerm()
		leads := n.raft.State() == raft.Leader && n.raft.CurrentTerm() == term
		if t != nil && (!leads || t.term != term) {
			n.endTenure(t)
			t = nil
			continue // the state may have changed meanwhile
		}
		if t == nil && leads {
			t = n.beginTenure(term)
		}
		select {
		case <-hint:
		case <-n.done:
			if t != nil {
				n.endTenure(t)
			}
			return
		}
	}
}

type tenure struct {
	term   uint64
	cancel context.CancelFunc
	done   chan struct{}
}

func (n *Node) beginTenure(term uint64) *tenure {
	ctx, cancel := context.WithCancel(n.life)
	t := &tenure{term: term, cancel: cancel, done: make(chan struct{})}
	n.spawn(func() {
		defer close(t.done)
		n.lead(ctx, term)
	})
	return t
}

// endTenure waits until nothing of the tenure runs any more. It does not return
// before, whatever the limit: duties never overlap across terms.
func (n *Node) endTenure(t *tenure) {
	n.ready.Store(0)
	t.cancel()
	limit := defaultDutyLimit
	if d := n.dutyLimit.Load(); d > 0 {
		limit = time.Duration(d)
	}
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-t.done:
		return
	case <-timer.C:
		n.fatal(fmt.Errorf("%w: term %d, waited %v", ErrDutyWedged, t.term, limit))
	}
	<-t.done
}

// lead is one leadership, from the term marker to the end of its duties.
func (n *Node) lead(ctx context.Context, term uint64) {
	for {
		err := n.takeOver(ctx, term)
		if err == nil {
			break
		}
		n.logger.WarnContext(ctx, "not taken over yet", slog.Uint64("term", term), slog.Any("error", err))
		sleep(ctx, markerBackoff)
		if ctx.Err() != nil {
			return
		}
	}
	n.ready.Store(term)
	if ctx.Err() != nil { // endTenure may have cleared it before
		n.ready.CompareAndSwap(term, 0)
		return
	}
	n.logger.InfoContext(ctx, "leading", slog.Uint64("term", term))
	n.weighAll()
	var beside sync.WaitGroup
	beside.Go(func() { n.cleanUp(ctx) })
	beside.Go(func() { n.refillOthers(ctx) })
	defer beside.Wait()
	var spec dutySpec
	select {
	case spec = <-n.duties:
		n.duties <- spec // the next tenure takes it from there
	case <-ctx.Done():
		return
	}
	n.dutyLimit.Store(int64(spec.limit))
	for ctx.Err() == nil {
		err := spec.run(ctx, term)
		if err == nil || ctx.Err() != nil {
			<-ctx.Done()
			return
		}
		n.logger.ErrorContext(ctx, "leader duties failed", slog.Uint64("term", term), slog.Any("error", err))
		sleep(ctx, dutyBackoff)
	}
}

// takeOver commits what must be there before this node takes writes.
func (n *Node) takeOver(ctx context.Context, term uint64) error {
	if err := n.commitMarker(ctx, term); err != nil {
		return err
	}
	return n.ensureGenesis(ctx)
}

// commitMarker commits a term marker in exactly this term. It is tried again
// while Raft refuses it for certain; refusals because of a transfer that does
// not end are fatal.
func (n *Node) commitMarker(ctx context.Context, term uint64) error {
	started := time.Now()
	for {
		marker := command.TermMarker{TermHint: term, Node: n.cfg.NodeID, TimeMs: time.Now().UnixMilli()}
		attempt, cancel := context.WithTimeout(ctx, n.cfg.WedgeLimit)
		result, err := n.propose(attempt, command.TypeTermMarker, marker.Append(nil))
		cancel()
		switch {
		case err == nil && result.Err != nil:
			return fmt.Errorf("cluster: term marker refused: %w", result.Err)
		case err == nil && n.raft.CurrentTerm() != term:
			return n.notLeader()
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return err
		}
		transferring := errors.Is(err, raft.ErrLeadershipTransferInProgress)
		if transferring && time.Since(started) > n.cfg.WedgeLimit {
			n.fatal(fmt.Errorf("%w: refused for %v in term %d", ErrTransferWedged, time.Since(started), term))
			return err
		}
		if n.raft.State() != raft.Leader || n.raft.CurrentTerm() != term {
			return err
		}
		sleep(ctx, markerBackoff)
	}
}

// ensureGenesis starts the cluster's history if it has none.
func (n *Node) ensureGenesis(ctx context.Context) error {
	if n.machine.Position().Lineage != ([16]byte{}) {
		return nil
	}
	if restored, err := n.begin(ctx); restored || err != nil {
		return err
	}
	g := n.cfg.Genesis
	g.Lineage = n.cfg.Lineage
	if g.Lineage == ([16]byte{}) {
		if _, err := rand.Read(g.Lineage[:]); err != nil {
			return fmt.Errorf("cluster: draw a lineage: %w", err)
		}
	}
	g.TimeMs = time.Now().UnixMilli()
	result, err := n.propose(ctx, command.TypeGenesis, g.Append(nil))
	if err != nil {
		return fmt.Errorf("cluster: genesis: %w", err)
	}
	if result.Err != nil {
		return fmt.Errorf("cluster: genesis refused: %w", result.Err)
	}
	return nil
}

// TransferLeadership hands leadership to a voter, the most up to date one if to
// is empty. It returns nil once this node no longer leads.
func (n *Node) TransferLeadership(ctx context.Context, to string) error {
	term := n.raft.CurrentTerm()
	if n.raft.State() != raft.Leader {
		return n.notLeader()
	}
	var lastErr error
	for n.raft.State() == raft.Leader && n.raft.CurrentTerm() == term {
		future, err := n.startTransfer(to)
		if err != nil {
			return err
		}
		answered := make(chan error, 1)
		go func() { answered <- future.Error() }()
		select {
		case lastErr = <-answered:
		case <-ctx.Done():
			n.probeAfterTransfer(term)
			return fmt.Errorf("cluster: transfer leadership: %w", context.Cause(ctx))
		case <-n.abandoned:
			return ErrClosed
		}
		if lastErr == nil {
			break
		}
		sleep(ctx, markerBackoff)
		if ctx.Err() != nil {
			n.probeAfterTransfer(term)
			return fmt.Errorf("cluster: transfer leadership: %w", errors.Join(context.Cause(ctx), lastErr))
		}
	}
	return nil
}

func (n *Node) startTransfer(to string) (raft.Future, error) {
	if to == "" {
		return n.raft.LeadershipTransfer(), nil
	}
	for _, s := range n.raft.GetConfiguration().Configuration().Servers {
		if string(s.ID) == to && s.Suffrage == raft.Voter {
			return n.raft.LeadershipTransferToServer(s.ID, s.Address), nil
		}
	}
	return nil, fmt.Errorf("cluster: transfer leadership: %q is not a voter", to)
}

// probeAfterTransfer makes sure that a leader whose transfer failed takes
// writes again, or calls OnFatal.
func (n *Node) probeAfterTransfer(term uint64) {
	if n.closing() {
		return
	}
	n.spawn(func() {
		if err := n.commitMarker(n.life, term); err != nil {
			n.logger.Warn("no write after a failed leadership transfer", slog.Uint64("term", term), slog.Any("error", err))
		}
	})
}

// sleep returns when d has passed or ctx ends.
func sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
