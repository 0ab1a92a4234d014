package cursor

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Every event is checked in full before the first write. An event that repeats
// what is recorded answers nil and changes nothing.

var errRepeat = errors.New("already recorded")

// Apply takes one event. It returns nil or an [*IllegalError].
func (c *Cursor) Apply(ev Event, at Context) error {
	c.own()
	var err error
	switch e := ev.(type) {
	case Executed:
		err = c.executed(e, at)
	case Published:
		err = c.published(e)
	case Intent:
		err = c.intent(e, at)
	case Replaced:
		err = c.replaced(e)
	case Included:
		err = c.included(e, at)
	case Failed:
		err = c.failed(e, at)
	case AtDepth:
		err = c.atDepth(e)
	case L1Observed:
		err = c.observed(e)
	case L1Reorg:
		err = c.reorg(e, at)
	case Ordered:
		err = c.ordered(e, at)
	case OperatorAction:
		err = c.operatorAction(e, at)
	case Verdict:
		err = c.verdict(e, at)
	case ReplicaRoot:
		err = c.replicaRoot(e)
	case Filler:
		err = c.filler(e, at)
	case Deposited:
		err = c.deposited(e)
	case RevertedAcked:
		err = c.revertedAcked(e)
	case Proved:
		err = c.proved(e, at)
	case Held:
		err = c.held(e)
	case TakenBack:
		err = c.takenBack(e, at)
	case Planned:
		err = c.planned(e, at)
	case Stepped:
		err = c.stepped(e, at)
	default:
		err = ErrMalformed
	}
	if errors.Is(err, errRepeat) {
		return nil
	}
	if err != nil {
		c.illegal++
		batch, nonce := subject(ev)
		return &IllegalError{Event: Name(ev), Batch: batch, Nonce: nonce, Reason: err}
	}
	c.advance()
	return nil
}

// open returns the record of a batch that evidence may still be added to. A
// batch that is finalized needs none any more.
func (c *Cursor) open(n uint64) (*Batch, error) {
	if n != 0 && n <= c.heads.Finalized {
		return nil, errRepeat
	}
	b := c.record(n)
	if b == nil {
		return nil, fmt.Errorf("batch %d of %d sealed: %w", n, c.heads.Sealed, ErrUnknownBatch)
	}
	return b, nil
}

// openAs is open for evidence that was gathered of the batch with a header: since then a rollback may have given its
// number to another.
func (c *Cursor) openAs(n uint64, sealed Hash) (*Batch, error) {
	b, err := c.open(n)
	if err == nil && b.HeaderHash != sealed {
		return nil, fmt.Errorf("the evidence is of %x, sealed is %x: %w", sealed[:4], b.HeaderHash[:4], ErrHeaderMismatch)
	}
	return b, err
}

func (c *Cursor) executed(e Executed, at Context) error {
	b, err := c.openAs(e.Batch, e.Sealed)
	if err != nil {
		return err
	}
	if len(e.Detail) > MaxDetail {
		return fmt.Errorf("a detail of %d bytes: %w", len(e.Detail), ErrMalformed)
	}
	stated := Execution{Root: e.Root, HeaderHash: e.HeaderHash, JournalHash: e.JournalHash, Node: e.Node, Detail: e.Detail}
	if e.Root == b.Root && e.HeaderHash == b.HeaderHash && e.Detail == "" {
		if b.Execution != nil {
			return errRepeat
		}
		c.editBatch(e.Batch, func(b *Batch) { b.Execution = &stated })
		return nil
	}
	if len(b.Mismatches) > 1 && slices.Contains(b.Mismatches, stated) && c.halted(ScopeAnchoring) {
		return errRepeat
	}
	if len(b.Mismatches) < maxMismatches {
		c.editBatch(e.Batch, func(b *Batch) { b.Mismatches = append(slices.Clip(b.Mismatches), stated) })
	}
	detail := fmt.Sprintf("the zkVM on %.255q states another result: %s", e.Node, e.Detail)
	c.setVerdict(Verdict{Pair: LocalZKVM, Batch: e.Batch, Finding: Divergent, Cause: CauseContradiction, Detail: detail}, at)
	if len(b.Mismatches) > 0 { // it stayed after executing again
		c.halt(ScopeAnchoring, fmt.Sprintf("batch %d: %s", e.Batch, detail), haltExit, at)
	}
	return nil
}

func (c *Cursor) published(e Published) error {
	b, err := c.openAs(e.Batch, e.Sealed)
	if err != nil {
		return err
	}
	for _, r := range b.Refs {
		if r.Provider == e.Ref.Provider && r.Commitment == e.Ref.Commitment {
			return errRepeat
		}
	}
	if len(b.Refs) >= maxRefs {
		return fmt.Errorf("more than %d references: %w", maxRefs, ErrMalformed)
	}
	c.editBatch(e.Batch, func(b *Batch) { b.Refs = append(slices.Clip(b.Refs), e.Ref) })
	return nil
}

func (c *Cursor) intent(e Intent, at Context) error {
	if e.Kind != Commit && e.Kind != Verify || e.First == 0 || e.First > e.Last ||
		e.Last-e.First >= MaxRange || uint64(len(e.HeaderHashes)) != e.Last-e.First+1 || len(e.RawTx) == 0 {
		return ErrMalformed
	}
	i, known := c.anchorIndex(e.Kind, e.Account, e.Nonce)
	if known {
		a := c.anchors[i]
		if _, ok := a.attempt(e.TxHash); ok && a.First == e.First && a.Last == e.Last && slices.Equal(a.HeaderHashes, e.HeaderHashes) {
			return errRepeat
		}
	}
	if err := c.anchorable(e); err != nil {
		return err
	}
	if err := c.nonceFree(e); err != nil {
		return err
	}
	attempts := []Attempt{{TxHash: e.TxHash, RawTx: e.RawTx}}
	if known { // a rolled-back anchor gives its nonce to new content
		attempts = append(slices.Clip(c.anchors[i].Attempts), attempts[0])
	}
	if len(attempts) > maxAttempts {
		return fmt.Errorf("more than %d attempts: %w", maxAttempts, ErrMalformed)
	}
	a := &Anchor{
		Epoch: e.Epoch, Kind: e.Kind, First: e.First, Last: e.Last, HeaderHashes: e.HeaderHashes,
		Account: e.Account, Nonce: e.Nonce, Attempts: attempts, Status: StatusPending, IntentMs: at.TimeMs,
	}
	if known {
		c.anchors[i] = a
	} else {
		c.anchors = slices.Insert(c.anchors, i, a)
		c.setNextNonce(e.Kind, e.Account, e.Nonce+1)
	}
	return nil
}

// anchorable checks that the content may go to L1 now (README invariants 4, 5).
func (c *Cursor) anchorable(e Intent) error {
	if c.halted(ScopeAnchoring) {
		return ErrAnchoringHalted
	}
	if c.epoch.Counter == 0 || e.Epoch != c.epoch.Counter {
		return fmt.Errorf("epoch %d, current %d: %w", e.Epoch, c.epoch.Counter, ErrStaleEpoch)
	}
	if next, _ := c.NextAnchor(e.Kind); e.First != next {
		return fmt.Errorf("begins at %d, next is %d: %w", e.First, next, ErrOutOfOrder)
	}
	for _, a := range c.anchors {
		if a.Kind == e.Kind && a.live() && a.First <= e.Last && e.First <= a.Last {
			return fmt.Errorf("nonce %d carries %d to %d: %w", a.Nonce, a.First, a.Last, ErrCovered)
		}
	}
	switch {
	case e.Last > c.heads.Sealed:
		return ErrUnknownBatch
	case e.Last > c.heads.Executed:
		return ErrNotExecuted
	case e.Kind == Commit && e.Last > c.heads.Published:
		return ErrNotPublished
	case e.Kind == Verify && e.Last > c.heads.Committed:
		return ErrNotCommitted
	}
	for n := e.First; n <= e.Last; n++ {
		b := c.record(n)
		if b.HeaderHash != e.HeaderHashes[n-e.First] {
			return fmt.Errorf("batch %d: %w", n, ErrHeaderMismatch)
		}
		if agree, against := c.reports(b); against > 0 && agree <= against {
			return fmt.Errorf("batch %d, %d replicas against %d: %w", n, agree, against, ErrReplicasDisagree)
		}
	}
	return nil
}

// reports counts what replicas that are not quarantined stated about a batch.
func (c *Cursor) reports(b *Batch) (agree, against int) {
	for _, r := range b.Reports {
		switch {
		case c.Quarantined(r.Node):
		case r.Root == b.Root:
			agree++
		default:
			against++
		}
	}
	return agree, against
}

// nonceFree enforces layers.md: new content goes out at the rolled-back
// content's nonce, lowest first, and no nonce carries two live contents. A
// consumed nonce of rolled-back content must be final before its batches go out
// again, or a reorganization could land the old content.
func (c *Cursor) nonceFree(e Intent) error {
	if e.Nonce == ^uint64(0) {
		return ErrMalformed
	}
	for _, a := range c.anchors {
		if a.Kind != e.Kind || !a.outdated() {
			continue
		}
		if a.landed() {
			return fmt.Errorf("nonce %d is consumed but not final: %w", a.Nonce, ErrNonceOpen)
		}
		if a.Account != e.Account || a.Nonce != e.Nonce {
			return fmt.Errorf("nonce %d is open: %w", a.Nonce, ErrNonceOpen)
		}
		return nil // the lowest open one, and it is the intent's
	}
	if next, known := c.NextNonce(e.Kind, e.Account); known && e.Nonce < next {
		return fmt.Errorf("nonce %d, next is %d: %w", e.Nonce, next, ErrNonceUsed)
	}
	return nil
}

// outdated says whether rolled-back content may be what lands, or has landed.
func (a *Anchor) outdated() bool {
	if a.Stale {
		return true
	}
	at, ok := a.attempt(a.TxHash)
	return a.landed() && ok && at.Stale
}

func (c *Cursor) replaced(e Replaced) error {
	i, a, err := c.anchor(e.Kind, e.Account, e.Nonce)
	if err != nil {
		return err
	}
	if _, ok := a.attempt(e.TxHash); ok {
		return errRepeat
	}
	if a.landed() && !a.lost() {
		return fmt.Errorf("the nonce is consumed: %w", ErrStatus)
	}
	if a.Stale && !e.Cancel {
		return fmt.Errorf("its content was rolled back: %w", ErrStatus)
	}
	if len(e.RawTx) == 0 || len(a.Attempts) >= maxAttempts {
		return ErrMalformed
	}
	c.editAnchor(i, func(a *Anchor) {
		a.Attempts = append(slices.Clip(a.Attempts), Attempt{TxHash: e.TxHash, RawTx: e.RawTx, Cancel: e.Cancel})
	})
	return nil
}

// filler takes a transaction for a nonce below the next one that no anchor has.
func (c *Cursor) filler(e Filler, at Context) error {
	if e.Kind != Commit && e.Kind != Verify || len(e.RawTx) == 0 || len(c.anchors) >= maxAnchors {
		return ErrMalformed
	}
	i, known := c.anchorIndex(e.Kind, e.Account, e.Nonce)
	if known {
		if _, ok := c.anchors[i].attempt(e.TxHash); ok && c.anchors[i].First == 0 {
			return errRepeat
		}
		return fmt.Errorf("nonce %d has an anchor: %w", e.Nonce, ErrNonceUsed)
	}
	if next, ok := c.NextNonce(e.Kind, e.Account); !ok || e.Nonce >= next {
		return fmt.Errorf("nonce %d, next is %d: %w", e.Nonce, next, ErrNoGap)
	}
	c.anchors = slices.Insert(c.anchors, i, &Anchor{
		Epoch: c.epoch.Counter, Kind: e.Kind, Account: e.Account, Nonce: e.Nonce,
		Attempts: []Attempt{{TxHash: e.TxHash, RawTx: e.RawTx, Cancel: true}}, Status: StatusPending, IntentMs: at.TimeMs,
	})
	return nil
}

func (c *Cursor) included(e Included, at Context) error {
	i, a, err := c.anchor(e.Kind, e.Account, e.Nonce)
	if err != nil {
		return err
	}
	attempt, ok := a.attempt(e.TxHash)
	if !ok {
		return ErrUnknownTx
	}
	if a.landed() && !a.lost() {
		if a.Status != StatusFailed && a.TxHash == e.TxHash && a.Block.Hash == e.Block.Hash {
			return errRepeat
		}
		return fmt.Errorf("included in another block already: %w", ErrStatus)
	}
	if err := c.onChain(e.Block); err != nil {
		return err
	}
	counts := !attempt.Stale && !attempt.Cancel && !a.Stale
	if counts {
		for n := a.First; n <= a.Last; n++ {
			if b := c.record(n); b == nil || *b.inclusion(e.Kind) != nil {
				return fmt.Errorf("batch %d has landed through another anchor: %w", n, ErrStatus)
			}
		}
	}
	c.editAnchor(i, func(a *Anchor) {
		a.Status, a.TxHash, a.Block = StatusIncluded, e.TxHash, e.Block
		if attempt.Cancel {
			a.Status = StatusFailed // consumed without effect
			a.Reason = ReasonCancelled
		}
	})
	switch {
	case counts:
		c.setInclusion(c.anchors[i], &Inclusion{Account: a.Account, Nonce: a.Nonce, TxHash: e.TxHash, Block: e.Block})
	case !attempt.Cancel && !c.landedBy(e.Kind, e.TxHash): // else it was adopted since
		c.setVerdict(Verdict{Pair: LocalL1, Batch: a.First, Finding: Foreign, Cause: CauseContradiction, Detail: "rolled-back content landed on L1"}, at)
	}
	return nil
}

// inclusion returns the place of a kind's inclusion in the record.
func (b *Batch) inclusion(kind Kind) **Inclusion {
	if kind == Commit {
		return &b.Commit
	}
	return &b.Verify
}

// landedBy says whether a transaction is on record as what brought batches of this history to L1.
func (c *Cursor) landedBy(kind Kind, tx Hash) bool {
	return slices.ContainsFunc(c.batches, func(b *Batch) bool {
		in := *b.inclusion(kind)
		return in != nil && in.TxHash == tx
	})
}

// setInclusion gives every batch of an anchor the same inclusion.
func (c *Cursor) setInclusion(a *Anchor, in *Inclusion) {
	for n := a.First; n <= a.Last; n++ {
		if c.record(n) != nil {
			c.editBatch(n, func(b *Batch) { *b.inclusion(a.Kind) = in })
		}
	}
}

func (c *Cursor) failed(e Failed, at Context) error {
	i, a, err := c.anchor(e.Kind, e.Account, e.Nonce)
	if err != nil {
		return err
	}
	if _, ok := a.attempt(e.TxHash); !ok && e.TxHash != (Hash{}) {
		return ErrUnknownTx
	}
	if a.landed() && (!a.lost() || e.TxHash == Hash{}) {
		if a.Status == StatusFailed && a.TxHash == e.TxHash && (a.lost() || a.Block.Hash == e.Block.Hash) {
			return errRepeat
		}
		return fmt.Errorf("landed in another way already: %w", ErrStatus)
	}
	if err := c.onChain(e.Block); err != nil {
		return err
	}
	if len(e.Reason) > MaxText {
		return ErrMalformed
	}
	c.editAnchor(i, func(a *Anchor) {
		a.Status, a.TxHash, a.Block, a.Reason = StatusFailed, e.TxHash, e.Block, e.Reason
	})
	c.note(at, AuditAnchorFailed, a.First, kindName(a.Kind), e.Reason)
	return nil
}

func (c *Cursor) atDepth(e AtDepth) error {
	i, a, err := c.anchor(e.Kind, e.Account, e.Nonce)
	if err != nil {
		return err
	}
	switch a.Status {
	case StatusAtDepth:
		return errRepeat
	case StatusIncluded:
	default:
		return ErrStatus
	}
	live := a.live()
	c.editAnchor(i, func(a *Anchor) { a.Status = StatusAtDepth })
	if live {
		c.setInclusion(a, &Inclusion{Account: a.Account, Nonce: a.Nonce, TxHash: a.TxHash, Block: a.Block, AtDepth: true})
	}
	return nil
}

// onChain checks a block against what was observed.
func (c *Cursor) onChain(b BlockRef) error {
	if b.Number > c.follow.Latest.Number {
		return fmt.Errorf("block %d, follow point %d: %w", b.Number, c.follow.Latest.Number, ErrUnobserved)
	}
	if seen, ok := c.Block(b.Number); ok && seen.Hash != b.Hash {
		return fmt.Errorf("block %d: %w", b.Number, ErrBlockMismatch)
	}
	return nil
}

func (c *Cursor) anchor(kind Kind, account Account, nonce uint64) (int, *Anchor, error) {
	i, ok := c.anchorIndex(kind, account, nonce)
	if !ok {
		return 0, nil, ErrUnknownAnchor
	}
	return i, c.anchors[i], nil
}

func (c *Cursor) editAnchor(i int, edit func(*Anchor)) {
	a := *c.anchors[i]
	edit(&a)
	c.anchors[i] = &a
}

func (c *Cursor) setNextNonce(kind Kind, account Account, next uint64) {
	i, ok := slices.BinarySearchFunc(c.nonces, next, func(m NonceMark, _ uint64) int {
		return compareAnchor(&Anchor{Kind: m.Kind, Account: m.Account}, kind, account, 0)
	})
	if ok {
		c.nonces[i].Next = next
		return
	}
	c.nonces = slices.Insert(c.nonces, i, NonceMark{Kind: kind, Account: account, Next: next})
}

// replicaRoot records a replica's word. Its later word counts where the first was not that of the batch: it had replayed
// its log in between, or was replaced. A word that a majority may rest on stands.
func (c *Cursor) replicaRoot(e ReplicaRoot) error {
	b, err := c.openAs(e.Batch, e.Sealed)
	if err != nil {
		return err
	}
	if e.Node == "" || len(e.Node) > MaxText {
		return ErrMalformed
	}
	report := Report{Node: e.Node, Root: e.Root, Digest: e.Digest}
	i, known := slices.BinarySearchFunc(b.Reports, e.Node, func(r Report, node string) int {
		return strings.Compare(r.Node, node)
	})
	switch {
	case known && b.Reports[i] == report:
		return errRepeat
	case known && b.Reports[i].Root == b.Root:
		return fmt.Errorf("node %s: %w", e.Node, ErrContradiction)
	case !known && len(b.Reports) >= maxReports:
		return ErrMalformed
	}
	c.editBatch(e.Batch, func(b *Batch) {
		b.Reports = slices.Clone(b.Reports)
		if known {
			b.Reports[i] = report
		} else {
			b.Reports = slices.Insert(b.Reports, i, report)
		}
	})
	return nil
}
