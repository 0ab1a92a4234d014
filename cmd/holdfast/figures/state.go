package figures

// Both stores execute the same transitions and must reach the same root, or there is no figure.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"time"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
	"github.com/holdfast-rollup/holdfast/fsm/tree/fast"
	"github.com/holdfast-rollup/holdfast/jepsen/workload"
)

// StateOptions of State.
type StateOptions struct {
	Rounds      int
	Transitions int // in a round
	Batch       int // transitions between two seals
	Accounts    int
	Markets     int
	Seed        uint64
}

// DefaultState is what `holdfast bench state` measures without flags.
func DefaultState() StateOptions {
	return StateOptions{Rounds: 5, Transitions: 200_000, Batch: 10_000, Accounts: 10_000, Markets: 4, Seed: 1}
}

// Validate reports every option that is out of range.
func (o StateOptions) Validate() error {
	return errors.Join(
		within("rounds", o.Rounds, 1, 1000), within("transitions", o.Transitions, 1, 10_000_000), within("batch", o.Batch, 1, 1_000_000),
		within("accounts", o.Accounts, 1, 1_000_000), within("markets", o.Markets, 1, 1000),
	)
}

// StateReport is the cost of one transition.
type StateReport struct {
	Rounds       int           `json:"rounds"`
	Transitions  int           `json:"transitions_per_round"`
	Accepted     float64       `json:"accepted_per_transition"`
	Fills        float64       `json:"fills_per_transition"`
	Stores       []StoreReport `json:"stores"`
	TreeByNative float64       `json:"tree_by_native"` // ratio of their times
}

// StoreReport is one store's.
type StoreReport struct {
	Store  string  `json:"store"` // native or tree
	Nanos  float64 `json:"ns_per_transition"`
	Allocs float64 `json:"allocations_per_transition"`
}

// book is a store under test with the tree that its batches end in.
type book struct {
	name    string
	store   state.Store
	tree    *tree.Tree
	net     *state.Native // of the native store
	changes []tree.Change
	buf     []byte

	receipt         state.Receipt
	payload         []command.Transition
	accepted, fills int
	nanos, allocs   []float64
}

func newBook(name string, seed uint64) *book {
	b := &book{name: name, tree: tree.New(tree.Options{Hasher: fast.Hash, Parallel: fast.Parallel, Memory: new(fast.Memory).Take})}
	if name == "native" {
		b.net = state.NewNative(seed)
		b.store = b.net
		return b
	}
	b.store = state.NewTreeStore(b.tree, state.NewMapIndex())
	return b
}

// apply executes transitions.
func (b *book) apply(ts []command.Transition) error {
	for i := range ts {
		b.payload = state.Apply(b.store, &ts[i], &b.receipt, b.payload[:0])
		if b.receipt.Code == state.Accepted {
			b.accepted++
		}
		b.fills += len(b.receipt.Fills)
	}
	return b.store.Err()
}

// seal ends a batch and keeps its version alone.
func (b *book) seal() (tree.Hash, error) {
	if b.net != nil {
		b.changes, b.buf = b.net.Changes(b.changes[:0], b.buf[:0])
		if err := b.tree.ApplyAny(b.changes); err != nil {
			return tree.Hash{}, err
		}
	}
	v, root := b.tree.Seal()
	for _, kept := range b.tree.Versions() {
		if kept.Version < v {
			if err := b.tree.Release(kept.Version); err != nil {
				return tree.Hash{}, err
			}
		}
	}
	return root, nil
}

// State measures Apply on the native store, which replicas trade on, and on the tree store, which verifiers use. Seals
// are not counted.
func State(ctx context.Context, o StateOptions, say Progress) (*StateReport, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	flow, err := workload.Generator(o.Seed, workload.Options{Accounts: o.Accounts, Markets: o.Markets})
	if err != nil {
		return nil, err
	}
	books := []*book{newBook("native", o.Seed), newBook("tree", o.Seed)}
	say("importing %d markets and %d accounts", o.Markets, o.Accounts)
	if err = inBatches(ctx, books, flow.Setup(), o.Batch, nil); err != nil {
		return nil, err
	}
	ts := make([]command.Transition, o.Transitions)
	next := func() {
		for i := range ts {
			flow.Next(&ts[i])
		}
	}
	next() // the first round fills the book
	if err = inBatches(ctx, books, ts, o.Batch, nil); err != nil {
		return nil, err
	}
	for _, b := range books {
		b.accepted, b.fills = 0, 0
	}
	if err = rounds(ctx, o.Rounds, say, func(int) error {
		next()
		return inBatches(ctx, books, ts, o.Batch, (*book).measured)
	}); err != nil {
		return nil, err
	}
	n := float64(o.Rounds * o.Transitions)
	r := &StateReport{Rounds: o.Rounds, Transitions: o.Transitions, Accepted: float64(books[0].accepted) / n, Fills: float64(books[0].fills) / n}
	for _, b := range books {
		r.Stores = append(r.Stores, StoreReport{Store: b.name, Nanos: Median(b.nanos), Allocs: Median(b.allocs)})
	}
	r.TreeByNative = r.Stores[1].Nanos / r.Stores[0].Nanos
	return r, nil
}

// measured is apply under the clock.
func (b *book) measured(ts []command.Transition) error {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	err := b.apply(ts)
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	b.nanos = append(b.nanos, float64(took.Nanoseconds())/float64(len(ts)))
	b.allocs = append(b.allocs, float64(after.Mallocs-before.Mallocs)/float64(len(ts)))
	return err
}

// inBatches has the books take turns at each batch, by apply unless by says otherwise.
func inBatches(ctx context.Context, books []*book, ts []command.Transition, size int, by func(*book, []command.Transition) error) error {
	if by == nil {
		by = (*book).apply
	}
	for n := 0; len(ts) > 0; n++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		part := ts[:min(size, len(ts))]
		ts = ts[len(part):]
		roots := make([]tree.Hash, len(books))
		for i := range books {
			at := (i + n) % len(books)
			if err := by(books[at], part); err != nil {
				return fmt.Errorf("%s store: %w", books[at].name, err)
			}
			var err error
			if roots[at], err = books[at].seal(); err != nil {
				return fmt.Errorf("%s store: %w", books[at].name, err)
			}
		}
		if roots[0] != roots[1] {
			return fmt.Errorf("the stores reached different roots, %x and %x", roots[0], roots[1])
		}
	}
	return nil
}

// WriteTable writes the report for people.
func (r *StateReport) WriteTable(w io.Writer) {
	line(w, "store", "ns/transition", "allocations/transition")
	for _, s := range r.Stores {
		line(w, s.Store, fmt.Sprintf("%.0f", s.Nanos), fmt.Sprintf("%.2f", s.Allocs))
	}
	line(w, "tree/native", fmt.Sprintf("%.1f", r.TreeByNative))
	line(w, "flow", fmt.Sprintf("%.0f %% accepted", 100*r.Accepted), fmt.Sprintf("%.2f fills/transition", r.Fills))
}
