package fsm

import (
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/book"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/fsm/session"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
)

// A book that exists already becomes batch 0: the state that a history begins at, whose root the contract is created
// with. It came about by the state-transition function alone, so what holds of every state holds of it. A book is taken
// whole or not at all.

// ErrBook is wrapped by every refusal of what a book holds; what is wrong with its text wraps book.ErrMalformed.
var ErrBook = errors.New("fsm: the book cannot be imported")

// MaxImportedSupply is the most of an asset that a book may hold: what L1 queues of it (at most as much again) then
// always fits, and no deposit stops the queue.
const MaxImportedSupply = math.MaxUint64 / 2

// wellFormed says why a genesis is none.
func wellFormed(c *command.Genesis) error {
	kind := batch.PayloadKind(c.PayloadKind)
	if c.Lineage == ([16]byte{}) || kind != batch.PayloadTransitions && kind != batch.PayloadDiff {
		return fmt.Errorf("lineage %x, payload kind %d: %w", c.Lineage, c.PayloadKind, ErrGenesis)
	}
	if !c.Limits.Complete() {
		return fmt.Errorf("limits %+v: %w", c.Limits, ErrGenesis)
	}
	return nil
}

// begin begins a history under a well-formed genesis.
func (r *replica) begin(c command.Genesis) error {
	r.clamp(c.TimeMs)
	r.genesis = c
	r.sessions = session.New(sessionLimits(c.Limits)) // no session was let in before
	return r.cursor.Genesis(c.Lineage, r.at())
}

// WriteGenesis writes what a history begins with at batch 0, in the snapshot format that Restore reads: for an imported
// book. It may be written several times.
func (p *Replayer) WriteGenesis(w io.Writer, genesis command.Genesis) error {
	if err := wellFormed(&genesis); err != nil {
		return err
	}
	if p.r.newest.batch != 0 {
		return fmt.Errorf("genesis at batch %d: %w", p.r.newest.batch, errHandover)
	}
	out := *p.r
	out.index, out.cursor = 1, cursor.New()
	if err := out.begin(genesis); err != nil {
		return err
	}
	out.cursor.SetApplied(p.Sequence())
	c, err := out.capture()
	if err != nil {
		return err
	}
	defer c.Release()
	return c.write(w)
}

// importStretch is how many records are executed before their changes go to the tree.
const importStretch = 1 << 17

// Imported says what a book held.
type Imported struct {
	Root     [32]byte
	Records  uint64
	Accounts uint64
	Markets  uint64
	Orders   uint64
	Assets   []ImportedAsset // in the book's order
}

// ImportedAsset is an asset of a book.
type ImportedAsset struct {
	ID     uint32
	Token  command.Address
	Supply uint64

	line uint64
}

// ImportBook executes a book on the empty state and ends the import. What comes back stands at batch 0, the sequence
// numbers of the records and of the import's end behind it, and goes on with the next.
func ImportBook(config Config, in io.Reader) (*Replayer, Imported, error) {
	config = config.withDefaults()
	i := &importer{r: bareReplica(&config)}
	i.r.genesis.Limits = command.DefaultLimits()
	records := book.NewReader(in)
	for {
		record, err := records.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = i.add(&record)
		}
		if err != nil {
			return nil, Imported{}, fmt.Errorf("import: %w", err)
		}
	}
	if err := i.finish(); err != nil {
		return nil, Imported{}, fmt.Errorf("import: %w", err)
	}
	return &Replayer{r: i.r}, i.out, nil
}

type importer struct {
	r       *replica
	out     Imported
	receipt state.Receipt
	scratch []command.Transition
	changes []tree.Change
	bytes   []byte
}

func (i *importer) add(record *book.Record) error {
	t := &record.Transition
	wrong := func(format string, args ...any) error {
		return &book.LineError{Line: record.Line(), Reason: fmt.Errorf("%w: %s", ErrBook, fmt.Sprintf(format, args...))}
	}
	if err := i.apply(t); err != nil {
		return err
	}
	if i.receipt.Code != state.Accepted {
		return wrong("%s: %s", t.Kind, i.receipt.Code)
	}
	i.out.Records++
	switch t.Kind { //nolint:exhaustive // the others are not counted
	case command.RegisterAsset:
		if record.Supply > MaxImportedSupply {
			return wrong("asset %d has a supply of %d, at most %d is taken", t.Asset, record.Supply, uint64(MaxImportedSupply))
		}
		i.out.Assets = append(i.out.Assets, ImportedAsset{ID: t.Asset, Token: t.Address, Supply: record.Supply, line: record.Line()})
	case command.CreateMarket:
		i.out.Markets++
	case command.ImportAccount:
		i.out.Accounts++
	case command.ImportOrder:
		i.out.Orders++
	}
	if i.out.Records%importStretch == 0 {
		return i.flush()
	}
	return nil
}

func (i *importer) apply(t *command.Transition) error {
	i.scratch = state.Apply(i.r.store, t, &i.receipt, i.scratch[:0])
	return i.r.store.Err()
}

// flush takes what was executed to the tree.
func (i *importer) flush() error {
	i.changes, i.bytes = i.r.store.Changes(i.changes[:0], i.bytes[:0])
	return i.r.tree.ApplyAny(i.changes)
}

// finish compares the supplies, ends the import and makes batch 0 of what there is.
func (i *importer) finish() error {
	for _, a := range i.out.Assets {
		if held, _ := i.r.store.Asset(a.ID); held.Supply != a.Supply {
			return &book.LineError{Line: a.line, Reason: fmt.Errorf("%w: asset %d has a supply of %d, its balances sum up to %d", ErrBook, a.ID, a.Supply, held.Supply)}
		}
	}
	if err := i.apply(&command.Transition{Kind: command.EndImport}); err != nil {
		return err
	}
	if err := i.flush(); err != nil {
		return err
	}
	r := i.r
	version, root := r.tree.Seal()
	r.newest = keptVersion{version: version, root: root}
	r.versions = []keptVersion{r.newest}
	r.size = r.tree.Stats()
	r.summarize()
	i.out.Root = root
	if err := r.readBase(); err != nil {
		return err
	}
	if r.base.counters != r.store.Counters() {
		return fmt.Errorf("assert the counters of the import: %w", errStoresDiffer)
	}
	var err error
	r.addresses, err = loadAddressBook(r.store)
	return err
}
