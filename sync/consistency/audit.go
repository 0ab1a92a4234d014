package consistency

// What must hold here: a replica contradicts the leader only about what both have had the time to see. A block that is
// final has no such time; anything else gets as long as it takes the replica's own chain to grow by a block.

import (
	"context"
	"fmt"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

// View is what a replica's own L1 endpoints show.
type View interface {
	// Tip returns the newest and the newest finalized block, which is zero if the endpoints do not say.
	Tip(ctx context.Context) (latest, finalized cursor.BlockRef, err error)
	// BlockHash returns the hash of the canonical block at a height.
	BlockHash(ctx context.Context, number uint64) (cursor.Hash, error)
}

// Record names a part of what the leader recorded of L1.
type Record string

// Records, the gravest first.
const (
	RecordFinalized   Record = "finalized"    // the newest finalized block
	RecordInclusion   Record = "inclusion"    // the block that an anchor stands in
	RecordContract    Record = "contract"     // what the contract holds
	RecordFollowPoint Record = "follow_point" // the newest block
)

// maxBehind is how many blocks two honest endpoints may be apart for long.
const maxBehind = 8

// Disagreement is a record that this replica's own view of L1 contradicts.
type Disagreement struct {
	What   Record
	Batch  uint64 // 0 if none
	Block  uint64 // 0 if none
	Detail string
}

// Auditor compares what the leader recorded of L1 with a replica's own view. One goroutine uses it.
type Auditor struct {
	local Local
	view  View
	seen  map[cursor.BlockRef]bool // blocks of inclusions that were found canonical
	since map[Record]suspicion
	epoch uint64 // of the leader that since is about
	turn  int
}

// suspicion is a record that differs, and may yet turn out to have been on its way.
type suspicion struct {
	tip    uint64 // own tip when it was first found
	audits int    // in a row that found it
}

// grace is for how many blocks of its own L1, and in how many audits in a row, a replica finds the same before it speaks:
// the leader follows within a block, and needs another to compare the contract; a new one compares twice before it
// records what it found.
func grace(r Record) (blocks uint64, audits int) {
	if r == RecordContract {
		return 2, 4
	}
	return 1, 2
}

// NewAuditor returns an Auditor.
func NewAuditor(local Local, view View) *Auditor {
	return &Auditor{local: local, view: view, seen: map[cursor.BlockRef]bool{}, since: map[Record]suspicion{}}
}

// Audit compares once. own is the replica's own comparison with the contract. It returns nil while nothing is known to
// differ, and an error where its own L1 cannot be read.
func (a *Auditor) Audit(ctx context.Context, own Report) (*Disagreement, error) {
	cur := a.local.Cursor()
	if cur.Follow().Latest == (cursor.BlockRef{}) {
		return nil, nil //nolint:nilnil // nothing is recorded, so nothing differs
	}
	if epoch := cur.Epoch().Counter; epoch != a.epoch { // another leader has its time anew
		a.epoch = epoch
		clear(a.since)
	}
	tip, final, err := a.view.Tip(ctx)
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	steps := []func() (*Disagreement, bool, error){
		func() (*Disagreement, bool, error) { return a.finalized(ctx, cur, tip, final) },
		func() (*Disagreement, bool, error) { return a.inclusions(ctx, cur, tip) },
		func() (*Disagreement, bool, error) { return contradicted(cur, own), false, nil },
		func() (*Disagreement, bool, error) { return a.followPoint(ctx, cur, tip) },
	}
	var worst *Disagreement
	for i, record := range []Record{RecordFinalized, RecordInclusion, RecordContract, RecordFollowPoint} {
		d, certain, err := steps[i]()
		if err != nil {
			return nil, fmt.Errorf("audit of %s: %w", record, err)
		}
		if d == nil {
			delete(a.since, record)
			continue
		}
		s, known := a.since[record]
		if !known {
			s.tip = tip.Number
		}
		s.audits++
		a.since[record] = s
		if blocks, least := grace(record); worst == nil && (certain || tip.Number >= s.tip+blocks && s.audits >= least) {
			worst = d
		}
	}
	return worst, nil
}

// finalized compares the newest finalized block. One with another hash will never be the same.
func (a *Auditor) finalized(ctx context.Context, cur *cursor.Cursor, tip, final cursor.BlockRef) (d *Disagreement, certain bool, err error) {
	f := cur.Follow()
	recorded := f.Finalized
	if recorded.Number == 0 || tip.Number < recorded.Number {
		return nil, false, nil
	}
	hash, err := a.view.BlockHash(ctx, recorded.Number)
	if err != nil {
		return nil, false, err
	}
	if hash != recorded.Hash {
		return &Disagreement{
			What: RecordFinalized, Block: recorded.Number,
			Detail: fmt.Sprintf("block %d is recorded as finalized with hash %x, this replica's L1 has %x", recorded.Number, recorded.Hash, hash),
		}, final.Number >= recorded.Number, nil
	}
	if final.Number > 0 && final.Number < recorded.Number && tip.Number >= f.Latest.Number {
		return &Disagreement{
			What: RecordFinalized, Block: recorded.Number,
			Detail: fmt.Sprintf("block %d is recorded as finalized, this replica's L1 has finalized %d", recorded.Number, final.Number),
		}, false, nil
	}
	return nil, false, nil
}

// inclusionsPerAudit bounds how many blocks of inclusions are asked for that were found canonical before.
const inclusionsPerAudit = 2

// inclusions compares the blocks that anchors stand in: every one once, and then a few again in turn.
func (a *Auditor) inclusions(ctx context.Context, cur *cursor.Cursor, tip cursor.BlockRef) (d *Disagreement, certain bool, err error) {
	live := map[cursor.BlockRef]uint64{} // the first batch of each block
	var known []cursor.BlockRef
	for n := cur.Heads().Finalized + 1; n <= cur.Heads().Sealed; n++ {
		record, _ := cur.Batch(n)
		for _, in := range []*cursor.Inclusion{record.Commit, record.Verify} {
			if in == nil || in.Block.Number > tip.Number {
				continue
			}
			if _, ok := live[in.Block]; ok {
				continue
			}
			live[in.Block] = n
			if a.seen[in.Block] {
				known = append(known, in.Block)
			} else if d, err = a.included(ctx, n, in.Block); d != nil || err != nil {
				return d, false, err
			}
		}
	}
	for block := range a.seen {
		if _, ok := live[block]; !ok {
			delete(a.seen, block)
		}
	}
	for range min(inclusionsPerAudit, len(known)) {
		a.turn++
		block := known[a.turn%len(known)]
		if d, err = a.included(ctx, live[block], block); d != nil || err != nil {
			return d, false, err
		}
	}
	return nil, false, nil
}

func (a *Auditor) included(ctx context.Context, n uint64, block cursor.BlockRef) (*Disagreement, error) {
	hash, err := a.view.BlockHash(ctx, block.Number)
	if err != nil {
		return nil, err
	}
	a.seen[block] = hash == block.Hash
	if hash == block.Hash {
		return nil, nil //nolint:nilnil // the same
	}
	return &Disagreement{
		What: RecordInclusion, Batch: n, Block: block.Number,
		Detail: fmt.Sprintf("an anchor of batch %d is recorded in block %d %x, this replica's L1 has %x there", n, block.Number, block.Hash, hash),
	}, nil
}

// contradicted compares what this replica found in the contract with what the leader recorded of it. Lag and silence
// contradict nothing.
func contradicted(cur *cursor.Cursor, own Report) *Disagreement {
	recorded, known := cur.LastVerdict(cursor.LocalL1)
	for _, v := range own.Verdicts {
		if v.Pair != cursor.LocalL1 || v.Finding == cursor.Unknown || known && recorded.Finding == cursor.Unknown {
			continue
		}
		says := cursor.Consistent
		if known {
			says = recorded.Finding
		}
		if v.Finding.Stops() == says.Stops() && (!says.Stops() || v.Finding == says) {
			continue
		}
		return &Disagreement{
			What: RecordContract, Batch: max(v.Batch, recorded.Batch),
			Detail: fmt.Sprintf("the leader records %s of the contract, this replica finds it %s at batch %d: %s", says, v.Finding, v.Batch, v.Detail),
		}
	}
	return nil
}

// followPoint compares the newest block that both have.
func (a *Auditor) followPoint(ctx context.Context, cur *cursor.Cursor, tip cursor.BlockRef) (d *Disagreement, certain bool, err error) {
	recorded := cur.Follow().Latest
	if tip.Number < recorded.Number {
		ours, ok := cur.Block(tip.Number)
		switch {
		case recorded.Number-tip.Number > maxBehind:
			return &Disagreement{
				What: RecordFollowPoint, Block: recorded.Number,
				Detail: fmt.Sprintf("L1 is recorded up to block %d, this replica's has come to %d", recorded.Number, tip.Number),
			}, false, nil
		case !ok:
			return nil, false, nil
		}
		recorded = ours
	}
	hash := tip.Hash
	if tip.Number != recorded.Number {
		if hash, err = a.view.BlockHash(ctx, recorded.Number); err != nil {
			return nil, false, err
		}
	}
	if hash == recorded.Hash {
		return nil, false, nil
	}
	return &Disagreement{
		What: RecordFollowPoint, Block: recorded.Number,
		Detail: fmt.Sprintf("block %d is recorded as %x, this replica's L1 has %x", recorded.Number, recorded.Hash, hash),
	}, false, nil
}
