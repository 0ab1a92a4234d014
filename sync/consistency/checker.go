package consistency

// What must hold here: a verdict never says more than was compared. A layer that could not be read is unknown, data
// that is absent is missing, a head behind is lagging; divergent is said only of two statements about one batch.

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"time"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/da"
)

// Local is this replica: *fsm.Machine.
type Local interface {
	Cursor() *cursor.Cursor
	Sealed(batch uint64) (*fsm.SealedBatch, error)
}

// Anchored is what the contract holds of a batch.
type Anchored struct {
	HeaderHash cursor.Hash
	Root       cursor.Hash
}

// L1 is the contract, asked now.
type L1 interface {
	// LastCommitted returns the newest batch number that the contract holds, 0 for none, and the block that was asked.
	LastCommitted(ctx context.Context) (batch, block uint64, err error)
	// Anchored returns what it holds of a batch; nothing (zero) of one that it has not.
	Anchored(ctx context.Context, batch uint64) (Anchored, error)
	// BlockHash returns the hash of the canonical block at a height.
	BlockHash(ctx context.Context, number uint64) (cursor.Hash, error)
}

// DA fetches and checks payloads: *da.Reader.
type DA interface {
	Fetch(ctx context.Context, header batch.Header, refs []cursor.Ref) (da.Fetched, error)
}

// Replicas returns the roots that replicas reported for a batch, by node.
type Replicas func(batch uint64) map[string][32]byte

// Tolerance is how much lag is still called consistent. It does not apply to roots.
type Tolerance struct {
	Batches uint64 // a layer may be behind the sealed head by so many batches
	Blocks  uint64 // a head that lags and stood still for so many L1 blocks is stalled
}

// defaultTolerance suits batches of a second and an L1 that finalizes within minutes.
var defaultTolerance = Tolerance{Batches: 64, Blocks: 32}

// blockTime is what counts as an L1 block where there is no L1: a slot of Ethereum's.
const blockTime = 12 * time.Second

// fetchesPerCheck bounds what one check reads from DA providers.
const fetchesPerCheck = 8

// Config of a Checker. L1, DA and Replicas may be nil: their pairs are then left out.
type Config struct {
	Local    Local
	L1       L1
	DA       DA
	Replicas Replicas
	// Barrier returns when this replica has applied all that was committed before the call. It keeps a replica that is
	// behind from calling foreign what it has not applied yet.
	Barrier   func(ctx context.Context) error
	Tolerance Tolerance // zero: 64 batches, 32 blocks
}

// Report is the result of one check.
type Report struct {
	Verdicts []cursor.Verdict // sorted by pair, one each
	Heads    cursor.Heads     // what they speak of
	Took     time.Duration
}

// Worst returns the verdict with the gravest finding.
func (r Report) Worst() cursor.Verdict {
	if len(r.Verdicts) == 0 {
		return cursor.Verdict{Finding: cursor.Consistent}
	}
	return slices.MaxFunc(r.Verdicts, func(a, b cursor.Verdict) int {
		return cmp.Compare(gravity(a.Finding), gravity(b.Finding))
	})
}

// StopsAnchoring says whether a finding forbids further anchors until somebody decides (layers.md).
func StopsAnchoring(f cursor.Finding) bool {
	return f == cursor.Divergent || f == cursor.Foreign || f == cursor.Reverted
}

// gravity orders findings from harmless to grave.
func gravity(f cursor.Finding) int {
	return slices.Index([]cursor.Finding{
		cursor.Consistent, cursor.Lagging, cursor.Unknown, cursor.Stalled, cursor.Missing,
		cursor.Reverted, cursor.Foreign, cursor.Divergent,
	}, f)
}

// Checker compares the layers. One goroutine uses it.
type Checker struct {
	config  Config
	fetched map[cursor.Hash]bool    // header hashes whose payload was read back
	moved   map[cursor.Pair]headRun // since when a head stands where it stands
	blocks  uint64                  // L1 blocks so far, by which it is counted how long
	began   time.Time
}

type headRun struct {
	head  uint64
	since uint64 // by the checker's count of blocks
}

// New returns a Checker.
func New(config Config) *Checker {
	if config.Tolerance == (Tolerance{}) {
		config.Tolerance = defaultTolerance
	}
	return &Checker{config: config, fetched: map[cursor.Hash]bool{}, moved: map[cursor.Pair]headRun{}, began: time.Now()}
}

// Check compares all layers once.
func (c *Checker) Check(ctx context.Context) Report {
	start := time.Now()
	cur := c.config.Local.Cursor()
	c.blocks = c.count(cur, start)
	report := Report{Heads: cur.Heads()}
	report.Verdicts = append(report.Verdicts, c.checkZKVM(cur))
	if c.config.DA != nil {
		report.Verdicts = append(report.Verdicts, c.checkDA(ctx, cur))
	}
	if c.config.L1 != nil {
		report.Verdicts = append(report.Verdicts, c.checkL1(ctx, cur))
	}
	if c.config.Replicas != nil {
		report.Verdicts = append(report.Verdicts, c.checkReplicas(cur))
	}
	slices.SortFunc(report.Verdicts, func(a, b cursor.Verdict) int { return cmp.Compare(a.Pair, b.Pair) })
	report.Took = time.Since(start)
	return report
}

// checkZKVM compares local headers with the zkVM's statements, which the cursor holds.
func (c *Checker) checkZKVM(cur *cursor.Cursor) cursor.Verdict {
	heads := cur.Heads()
	for n := heads.Finalized + 1; n <= heads.Sealed; n++ {
		record, ok := cur.Batch(n)
		if !ok || record.Execution != nil {
			continue // a statement that agrees came after those that did not
		}
		for _, m := range record.Mismatches {
			return cursor.Verdict{
				Pair: cursor.LocalZKVM, Batch: n, Finding: cursor.Divergent,
				Detail: fmt.Sprintf("local root %x, zkVM root %x by %s", record.Root, m.Root, m.Node),
			}
		}
	}
	return c.lag(cursor.LocalZKVM, "executed", heads.Executed, heads.Sealed)
}

// checkDA reads back the payloads of unfinalized batches that this replica has not read yet.
func (c *Checker) checkDA(ctx context.Context, cur *cursor.Cursor) cursor.Verdict {
	heads := cur.Heads()
	budget := fetchesPerCheck
	seen := make(map[cursor.Hash]bool, len(c.fetched))
	defer func() { c.fetched = seen }() // forgets what is finalized or rolled back
	for n := heads.Finalized + 1; n <= heads.Published; n++ {
		record, ok := cur.Batch(n)
		if !ok || len(record.Refs) == 0 {
			continue
		}
		if c.fetched[record.HeaderHash] {
			seen[record.HeaderHash] = true
			continue
		}
		sealed, err := c.config.Local.Sealed(n)
		if err != nil || sealed.Hash != record.HeaderHash || budget == 0 {
			continue
		}
		budget--
		_, err = c.config.DA.Fetch(ctx, sealed.Header, record.Refs)
		switch {
		case err == nil:
			seen[record.HeaderHash] = true
		case errors.Is(err, da.ErrAbsent):
			return cursor.Verdict{Pair: cursor.LocalDA, Batch: n, Finding: cursor.Missing, Detail: err.Error()}
		default:
			return cursor.Verdict{Pair: cursor.LocalDA, Batch: n, Finding: cursor.Unknown, Detail: err.Error()}
		}
	}
	return c.lag(cursor.LocalDA, "published", heads.Published, heads.Sealed)
}

// checkL1 compares local headers with the contract's.
func (c *Checker) checkL1(ctx context.Context, cur *cursor.Cursor) cursor.Verdict {
	unknown := func(err error) cursor.Verdict {
		return cursor.Verdict{Pair: cursor.LocalL1, Finding: cursor.Unknown, Detail: err.Error()}
	}
	last, block, err := c.config.L1.LastCommitted(ctx)
	if err != nil {
		return unknown(err)
	}
	if last > cur.Heads().Sealed {
		if err = c.config.Barrier(ctx); err != nil {
			return unknown(fmt.Errorf("L1 holds batch %d, beyond this replica, which may be behind: %w", last, err))
		}
		cur = c.config.Local.Cursor()
	}
	if followed := cur.Follow().Latest.Number; block < followed {
		return unknown(fmt.Errorf("the L1 endpoint is at block %d, the cursor has followed it to %d", block, followed))
	}
	first, anchored, err := c.firstDifference(ctx, cur, min(last, cur.Heads().Sealed))
	if err != nil {
		return unknown(err)
	}
	verdict := c.compareHeads(cur, last)
	if first != 0 {
		verdict = differing(cur, first, anchored)
	}
	if StopsAnchoring(verdict.Finding) {
		if err := c.sameChain(ctx, cur); err != nil {
			return unknown(err)
		}
	}
	return verdict
}

// errMoved says that what was read of L1 is of another chain than the cursor's: a reorganization that is not followed
// yet, or one that came while it was read.
var errMoved = errors.New("the chain has moved, the follower has yet to follow")

// sameChain says whether the follow point is still canonical. If not, nothing that was read of the contract can be
// held against the cursor.
func (c *Checker) sameChain(ctx context.Context, cur *cursor.Cursor) error {
	followed := cur.Follow().Latest
	if followed == (cursor.BlockRef{}) {
		return nil
	}
	hash, err := c.config.L1.BlockHash(ctx, followed.Number)
	if err != nil {
		return err
	}
	if hash != followed.Hash {
		return fmt.Errorf("block %d is %x, was followed as %x: %w", followed.Number, hash, followed.Hash, errMoved)
	}
	return nil
}

// differing judges a batch that the contract holds under another header.
func differing(cur *cursor.Cursor, number uint64, anchored Anchored) cursor.Verdict {
	finding := cursor.Foreign
	if intended(cur, anchored.HeaderHash) {
		finding = cursor.Divergent
	}
	record, _ := cur.Batch(number)
	return cursor.Verdict{
		Pair: cursor.LocalL1, Batch: number, Finding: finding,
		Detail: fmt.Sprintf("local header %x root %x, L1 header %x root %x",
			record.HeaderHash, record.Root, anchored.HeaderHash, anchored.Root),
	}
}

// compareHeads judges how far the contract has come where both hold the same.
func (c *Checker) compareHeads(cur *cursor.Cursor, last uint64) cursor.Verdict {
	heads := cur.Heads()
	switch {
	case last > heads.Sealed:
		return cursor.Verdict{
			Pair: cursor.LocalL1, Batch: heads.Sealed + 1, Finding: cursor.Foreign,
			Detail: fmt.Sprintf("L1 holds batch %d, the newest sealed here is %d", last, heads.Sealed),
		}
	case last < heads.Committed:
		return cursor.Verdict{
			Pair: cursor.LocalL1, Batch: last + 1, Finding: cursor.Reverted,
			Detail: fmt.Sprintf("batch %d was committed at depth, L1 now holds %d", heads.Committed, last),
		}
	}
	return c.lag(cursor.LocalL1, "committed", heads.Committed, heads.Sealed)
}

// firstDifference returns the first batch up to newest whose header hash in the contract is not the local one, and
// what the contract holds of it; 0 if there is none. Batches that the cursor no longer records are final.
func (c *Checker) firstDifference(ctx context.Context, cur *cursor.Cursor, newest uint64) (uint64, Anchored, error) {
	var found Anchored
	differs := func(n uint64) (bool, error) {
		record, ok := cur.Batch(n)
		if !ok {
			return false, nil
		}
		anchored, err := c.config.L1.Anchored(ctx, n)
		if err != nil {
			return false, err
		}
		if anchored == (Anchored{}) {
			return false, fmt.Errorf("batch %d is gone while it was read: %w", n, errMoved)
		}
		if anchored.HeaderHash == record.HeaderHash && anchored.Root == record.Root {
			return false, nil
		}
		found = anchored
		return true, nil
	}
	if wrong, err := differs(newest); err != nil || !wrong {
		return 0, Anchored{}, err
	}
	low := max(cur.Heads().Finalized, 1)
	var failed error
	at := low + uint64(sort.Search(int(newest-low), func(i int) bool {
		wrong, err := differs(low + uint64(i))
		failed = cmp.Or(failed, err)
		return wrong
	}))
	if failed != nil {
		return 0, Anchored{}, failed
	}
	_, err := differs(at) // the last probe may have been another batch
	return at, found, err
}

// intended says whether an in-flight anchor of this cluster carries the header.
func intended(cur *cursor.Cursor, headerHash cursor.Hash) bool {
	return slices.ContainsFunc(cur.InFlight(), func(a cursor.Anchor) bool {
		return slices.Contains(a.HeaderHashes, headerHash)
	})
}

// checkReplicas compares what the replicas reported for the recorded batches.
func (c *Checker) checkReplicas(cur *cursor.Cursor) cursor.Verdict {
	heads := cur.Heads()
	for n := max(heads.Finalized, 1); n <= heads.Sealed; n++ {
		record, ok := cur.Batch(n)
		if !ok {
			continue
		}
		roots := c.config.Replicas(n)
		for _, node := range sortedNodes(roots) {
			if roots[node] != record.Root {
				return cursor.Verdict{
					Pair: cursor.Replicas, Batch: n, Finding: cursor.Divergent,
					Detail: fmt.Sprintf("local root %x, %s reports %x", record.Root, node, roots[node]),
				}
			}
		}
	}
	return cursor.Verdict{Pair: cursor.Replicas, Batch: heads.Sealed, Finding: cursor.Consistent}
}

// count is how many blocks there were up to now: L1's, or what counts as one.
func (c *Checker) count(cur *cursor.Cursor, now time.Time) uint64 {
	if c.config.L1 != nil {
		return cur.Follow().Latest.Number
	}
	return uint64(now.Sub(c.began) / blockTime)
}

// lag judges a head that is behind the sealed one.
func (c *Checker) lag(pair cursor.Pair, name string, head, sealed uint64) cursor.Verdict {
	run, ok := c.moved[pair]
	if !ok || run.head != head || sealed == head || c.blocks < run.since {
		run = headRun{head: head, since: c.blocks}
		c.moved[pair] = run
	}
	verdict := cursor.Verdict{Pair: pair, Batch: head, Finding: cursor.Consistent}
	behind := sealed - head
	still := c.blocks - run.since
	switch {
	case behind > 0 && still >= c.config.Tolerance.Blocks:
		verdict.Finding = cursor.Stalled
		verdict.Detail = fmt.Sprintf("%s head has stood at batch %d for %d L1 blocks while %d batches wait", name, head, still, behind)
	case behind > c.config.Tolerance.Batches:
		verdict.Finding = cursor.Lagging
		verdict.Detail = fmt.Sprintf("%s head is %d batches behind, %d are tolerated", name, behind, c.config.Tolerance.Batches)
	}
	return verdict
}

func sortedNodes(roots map[string][32]byte) []string {
	nodes := make([]string, 0, len(roots))
	for node := range roots {
		nodes = append(nodes, node)
	}
	slices.Sort(nodes)
	return nodes
}
