package fsm

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
)

// A replayed state has proved the root of every batch it was given, in order, and
// holds nothing else.

// Replayer rebuilds a state from headers and payloads, without Raft. Whoever uses
// it checks that the headers are those that L1 holds: the replayer proves that the
// payloads give them. One goroutine uses it.
type Replayer struct {
	r     *replica
	stale bool // the native store is behind the tree: net diffs passed it by
	err   error

	keepFrom uint64 // batches from here on are kept; 0: the recent ones alone
}

// NewReplayer begins at the empty state. Headers may be of any lineage: a recovery
// goes on under another one.
func NewReplayer(config Config) *Replayer {
	config = config.withDefaults()
	p := &Replayer{r: newReplica(&config)}
	p.r.genesis.Limits = command.DefaultLimits()
	return p
}

// ReplayFrom begins at the newest sealed batch of a snapshot (a Raft snapshot or
// a checkpoint's), which is checked as Restore checks it. What was open there is
// left out, and what rollbacks had removed: the cursor that counts them is not kept.
func ReplayFrom(config Config, snapshot io.Reader) (*Replayer, error) {
	m := New(config)
	r, err := m.load(snapshot)
	if err != nil {
		return nil, fmt.Errorf("replay: %w", err)
	}
	r.config = &m.config
	r.open, r.sealing, r.adopting, r.reverted = openBatch{}, nil, nil, nil
	p := &Replayer{r: r}
	if err = r.reload(); err != nil {
		return nil, fmt.Errorf("replay: %w", err)
	}
	return p, nil
}

// ReplayOn begins at a kept version, on a scratch tree above it: the state that the
// view is of does not change. parent is the batch that the version ends, nil for
// the empty state. The view stays open while the replayer is used, which keeps
// every version.
func ReplayOn(config Config, view *tree.View, parent *SealedBatch) (*Replayer, error) {
	config = config.withDefaults()
	config.Parallel = nil // the scratch tree has one user
	r := bareReplica(&config)
	r.tree = view.Fork(tree.Options{Hasher: config.Hasher})
	base := r.tree.Versions()[0]
	r.newest = keptVersion{version: base.Version, root: base.Root}
	if parent != nil {
		r.newest.batch = parent.Header.Number
		r.sealed = []*SealedBatch{parent}
	}
	r.versions = []keptVersion{r.newest}
	r.genesis.Limits = command.DefaultLimits()
	r.genesis.Limits.RecentVersions = math.MaxInt32
	err := r.readBase()
	if err == nil {
		r.store, err = state.LoadNative(config.Seed, view)
	}
	if err == nil {
		r.addresses, err = loadAddressBook(r.store)
	}
	if err != nil {
		return nil, fmt.Errorf("replay: %w", err)
	}
	return &Replayer{r: r}, nil
}

// Add executes the content of the next batch, as published, and proves that it
// gives every field of the header. After a refusal (ErrNotDerived) the state is what
// it was: other content may be tried. Under PayloadDiff there is nothing to execute,
// and the changes themselves must lead to the root.
func (p *Replayer) Add(header batch.Header, content []byte) (*SealedBatch, error) {
	if p.err != nil {
		return nil, p.err
	}
	if p.stale && header.PayloadKind == batch.PayloadTransitions {
		if p.err = p.reload(); p.err != nil {
			return nil, p.err
		}
	}
	refusal, err := p.r.rederive(&header, content)
	if err != nil {
		p.err = fmt.Errorf("replay batch %d: %w", header.Number, err)
		return nil, p.err
	}
	if refusal != nil {
		return nil, refusal
	}
	p.stale = p.stale || header.PayloadKind == batch.PayloadDiff
	b := p.r.settle()
	p.r.clamp(header.SealTimeMs)
	p.forget()
	return b, nil
}

func (p *Replayer) reload() error {
	if err := p.r.reload(); err != nil {
		return fmt.Errorf("replay: %w", err)
	}
	p.stale = false
	return nil
}

// forget lets go of all but the recent versions and payloads.
func (p *Replayer) forget() {
	r := p.r
	recent := max(int(r.genesis.Limits.RecentVersions), 1)
	if n := r.newest.batch + 1; p.keepFrom != 0 && n > p.keepFrom {
		recent = max(recent, int(n-p.keepFrom)+1) // with the version that the first of them begins at
	}
	if over := len(r.versions) - recent; over > 0 {
		for _, v := range r.versions[:over] {
			if !v.folded() {
				r.releases = append(r.releases, v.version)
			}
		}
		r.versions = slices.Clone(r.versions[over:])
	}
	if over := len(r.sealed) - recent; over > 0 {
		r.sealed = slices.Clone(r.sealed[over:])
	}
}

// KeepFrom keeps the batches from n on, and their versions, beside the recent ones.
func (p *Replayer) KeepFrom(n uint64) { p.keepFrom = n }

// Save writes what is replayed so far, for [ReplayFrom] to go on from.
func (p *Replayer) Save(w io.Writer) error {
	b, err := p.r.findSealed(p.r.newest.batch)
	if err != nil {
		return fmt.Errorf("save: %w", err)
	}
	genesis := p.r.genesis
	genesis.Lineage, genesis.PayloadKind, genesis.ProgramVersion = b.Header.Lineage, uint8(b.Header.PayloadKind), b.Header.ProgramVersion
	n := b.Header.Number
	return p.WriteSnapshot(w, Handover{Genesis: genesis, Index: 1, Standing: Standing{
		Lineage: genesis.Lineage, Committed: n, HeaderHash: b.Hash, Proven: n, Finalized: n, FirstSession: 1,
	}})
}

// Newest returns the newest batch; 0 and the root that the history began at before the first.
func (p *Replayer) Newest() (number uint64, root [32]byte) { return p.r.newest.batch, p.r.newest.root }

// Genesis returns what the snapshot that the replay began at has; of another beginning, its limits alone.
func (p *Replayer) Genesis() command.Genesis { return p.r.genesis }

// Sequence returns the newest batch's last transition; before the first batch, an imported book's last, or 0.
func (p *Replayer) Sequence() uint64 { return p.r.base.counters.Sequence }

// Sealed returns a batch that is still kept: the genesis's RecentVersions newest.
func (p *Replayer) Sealed(n uint64) (*SealedBatch, error) { return p.r.findSealed(n) }

// View pins the state at the newest batch. The caller closes it.
func (p *Replayer) View() (*tree.View, error) { return p.r.tree.View(p.r.newest.version) }

// Handover is what a replayed state goes on with.
type Handover struct {
	Genesis     command.Genesis // of the lineage that goes on
	Activations []command.Activate
	Index       uint64   // Raft index that the snapshot stands at
	Standing    Standing // on L1; of the genesis's lineage
}

var errHandover = errors.New("fsm: the handover does not fit the replayed state")

// WriteSnapshot writes the state in the snapshot format that Restore reads. No
// session survives: their receipts are not in L1's data.
func (p *Replayer) WriteSnapshot(w io.Writer, h Handover) error {
	if p.err != nil {
		return p.err
	}
	if p.stale {
		if p.err = p.reload(); p.err != nil {
			return p.err
		}
	}
	if h.Standing.Lineage != h.Genesis.Lineage || h.Index == 0 || h.Standing.FirstSession == 0 || h.Standing.KeepSessions {
		return fmt.Errorf("index %d, first session %d, lineages %x and %x: %w",
			h.Index, h.Standing.FirstSession, h.Genesis.Lineage, h.Standing.Lineage, errHandover)
	}
	out := *p.r
	out.genesis, out.activations, out.index = h.Genesis, h.Activations, h.Index
	out.cursor = cursor.New()
	if err := out.renew(h.Standing); err != nil {
		return fmt.Errorf("hand over: %w", err)
	}
	c, err := out.capture()
	if err != nil {
		return err
	}
	defer c.Release()
	return c.write(w)
}
