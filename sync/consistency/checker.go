package consistency

// What must hold here: a verdict never says more than was compared. A layer that could not be read is unknown, data
// that is absent is missing, a head behind is lagging; divergent is said only of two statements about one batch.

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

// Local is this replica: *fsm.Machine.
type Local interface {
	Cursor() *cursor.Cursor
	Sealed(batch uint64) (*fsm.SealedBatch, error)
}

// Replicas returns the roots that replicas reported for the batch of a number and a header, by node: none if another one
// has the number by now.
type Replicas func(batch uint64, sealed cursor.Hash) map[string][32]byte

// Tolerance is how much lag is still called consistent. It does not apply to roots.
type Tolerance struct {
	Batches uint64 // a layer may be behind the sealed head by so many batches
	Blocks  uint64 // a head that lags and stood still for so many L1 blocks is stalled
}

// defaultTolerance suits batches of a second and an L1 that finalizes within minutes.
var defaultTolerance = Tolerance{Batches: 64, Blocks: 32}

// blockTime is what counts as an L1 block where there is no L1: a slot of Ethereum's.
const blockTime = 12 * time.Second

// Config of a Checker. L1, DA and Replicas may be nil: their pairs are then left out.
type Config struct {
	Local Local
	L1    L1
	DA    DA
	// Headers gives the headers of batches that this replica keeps no more; nil: old batches are not sampled.
	Headers  Headers
	Replicas Replicas
	// Barrier returns when this replica has applied all that was committed before the call. It keeps a replica that is
	// behind from calling foreign what it has not applied yet.
	Barrier   func(ctx context.Context) error
	Tolerance Tolerance // zero: 64 batches, 32 blocks
	// Seed chooses which old batches are sampled first: replicas with different seeds sample different ones.
	Seed uint64
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
		return cursor.Verdict{Finding: cursor.Consistent, Cause: cursor.CauseNone}
	}
	return slices.MaxFunc(r.Verdicts, func(a, b cursor.Verdict) int {
		return cmp.Compare(gravity(a.Finding), gravity(b.Finding))
	})
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
	config Config
	read   map[place]bool          // payloads that were read back, with where
	named  map[cursor.Hash]place   // what L1 names as the payload, by header hash and the block that says so
	moved  map[cursor.Pair]headRun // since when a head stands where it stands
	blocks uint64                  // L1 blocks so far, by which it is counted how long
	began  time.Time
	old    sample
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
	return &Checker{
		config: config, read: map[place]bool{}, named: map[cursor.Hash]place{}, moved: map[cursor.Pair]headRun{},
		began: time.Now(), old: sample{state: config.Seed},
	}
}

// Check compares all layers once.
func (c *Checker) Check(ctx context.Context) Report {
	start := time.Now()
	cur := c.config.Local.Cursor()
	c.blocks = c.count(cur, start)
	report := Report{Heads: cur.Heads()}
	report.Verdicts = append(report.Verdicts, c.checkZKVM(cur))
	if c.config.DA != nil {
		c.forget(cur)
		report.Verdicts = append(report.Verdicts, c.checkDA(ctx, cur))
	}
	if c.config.L1 != nil {
		report.Verdicts = append(report.Verdicts, c.checkL1(ctx, cur))
	}
	if c.config.L1 != nil && c.config.DA != nil {
		report.Verdicts = append(report.Verdicts, c.checkL1DA(ctx, cur))
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
				Pair: cursor.LocalZKVM, Batch: n, Finding: cursor.Divergent, Cause: cursor.CauseContradiction,
				Detail: fmt.Sprintf("local root %x, zkVM root %x by %.255s: %s", record.Root, m.Root, m.Node, m.Detail),
			}
		}
	}
	return c.lag(cursor.LocalZKVM, "executed", heads.Executed, heads.Sealed)
}

// checkReplicas compares what the replicas reported for the recorded batches.
func (c *Checker) checkReplicas(cur *cursor.Cursor) cursor.Verdict {
	heads := cur.Heads()
	for n := max(heads.Finalized, 1); n <= heads.Sealed; n++ {
		record, ok := cur.Batch(n)
		if !ok {
			continue
		}
		roots := c.config.Replicas(n, record.HeaderHash)
		for _, node := range sortedNodes(roots) {
			if roots[node] != record.Root {
				return cursor.Verdict{
					Pair: cursor.Replicas, Batch: n, Finding: cursor.Divergent, Cause: cursor.CauseContradiction,
					Detail: fmt.Sprintf("local root %x, %s reports %x", record.Root, node, roots[node]),
				}
			}
		}
	}
	return consistent(cursor.Replicas, heads.Sealed)
}

func consistent(pair cursor.Pair, n uint64) cursor.Verdict {
	return cursor.Verdict{Pair: pair, Batch: n, Finding: cursor.Consistent, Cause: cursor.CauseNone}
}

// unknown is the verdict about a layer that could not be read.
func unknown(pair cursor.Pair, n uint64, cause cursor.Cause, err error) cursor.Verdict {
	return cursor.Verdict{Pair: pair, Batch: n, Finding: cursor.Unknown, Cause: cause, Detail: err.Error()}
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
	verdict := consistent(pair, head)
	behind := sealed - head
	still := c.blocks - run.since
	switch {
	case behind > 0 && still >= c.config.Tolerance.Blocks:
		verdict.Finding, verdict.Cause = cursor.Stalled, cursor.CauseLag
		verdict.Detail = fmt.Sprintf("%s head has stood at batch %d for %d L1 blocks while %d batches wait", name, head, still, behind)
	case behind > c.config.Tolerance.Batches:
		verdict.Finding, verdict.Cause = cursor.Lagging, cursor.CauseLag
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
