package manager

// What must hold here: what is decided about L1 is of one block at depth; what is read of a batch hashes to what the
// contract holds of it, and was executed on a scratch state before anything is taken back for it.

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/fsm/tree/fast"
	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/reconcile"
)

// Progress is told how far an operation has come. It must not block.
type Progress func(stage string, done, total uint64, text string)

func (p Progress) tell(stage string, done, total uint64, format string, args ...any) {
	if p != nil {
		p(stage, done, total, fmt.Sprintf(format, args...))
	}
}

// content is a batch as L1 and DA give it.
type content struct {
	committal layer1.Committal
	header    batch.Header
	payload   []byte
	refs      []cursor.Ref
	missing   error // nil: header and payload are whole
	refused   error // what executing them found
	tried     bool
}

// survey is what was read of L1 and executed of it. One goroutine uses it.
type survey struct {
	m        *Manager
	progress Progress
	known    map[cursor.Hash]*content // by header hash

	difference *reconcile.Difference // at the first batch that differs, if both versions were at hand
}

func (m *Manager) newSurvey(progress Progress) *survey {
	return &survey{m: m, progress: progress, known: map[cursor.Hash]*content{}}
}

// errNotFollowed says that the cursor has not seen enough of the chain yet.
var errNotFollowed = errors.New("the L1 chain is not followed yet")

// decide looks at L1, tries what it holds, and decides.
func (s *survey) decide(ctx context.Context, order *reconcile.Order) (reconcile.Decision, error) {
	m := s.m
	cur := m.parts.Machine.Cursor()
	in := reconcile.Input{
		Cursor: cur, Kind: batch.PayloadKind(m.parts.Machine.Status().Genesis.PayloadKind), Strategy: m.config.Strategy,
		Allowed: m.config.Submitters, Order: order,
	}
	var err error
	if in.L1, err = s.look(ctx, cur); err != nil {
		return reconcile.Decision{}, err
	}
	decision := reconcile.Decide(in)
	if decision.Verb != reconcile.Act || decision.Plan.Action != cursor.ActionAdopt {
		return decision, nil
	}
	if err = s.try(ctx, decision.Plan); err != nil {
		return reconcile.Decision{}, err
	}
	for i := range in.L1.Above {
		in.L1.Above[i].Refused = s.known[in.L1.Above[i].HeaderHash].refused
	}
	return reconcile.Decide(in), nil
}

// look reads the contract at a block at depth, and whatever it holds there that this replica does not.
func (s *survey) look(ctx context.Context, cur *cursor.Cursor) (reconcile.L1, error) {
	m := s.m
	latest := cur.Follow().Latest
	if latest == (cursor.BlockRef{}) {
		return reconcile.L1{}, errNotFollowed
	}
	deep, err := m.l1.contract.Inspect(ctx, 0, layer1.AtNumber(latest.Number-min(m.l1.config.Depth, latest.Number)))
	if err != nil {
		return reconcile.L1{}, err
	}
	newest, err := m.l1.contract.Inspect(ctx, 0, layer1.Latest)
	if err != nil {
		return reconcile.L1{}, err
	}
	if seen, ok := cur.Block(deep.Block.Number); ok && seen.Hash != deep.Block.Hash {
		return reconcile.L1{}, fmt.Errorf("block %d: %w", deep.Block.Number, errNotFollowed)
	}
	if own := m.parts.Machine.Status().Lineage; deep.State.Lineage != ([16]byte{}) && deep.State.Lineage != own {
		return reconcile.L1{}, fmt.Errorf("%w: the contract has %x, this cluster is %x", ErrSuperseded, deep.State.Lineage, own)
	}
	view := reconcile.L1{
		Last: deep.State.LastCommitted, Block: deep.Block.Ref(),
		Settled: newest.State.LastCommitted == deep.State.LastCommitted && newest.State.LastHash == deep.State.LastHash,
	}
	at := layer1.AtNumber(deep.Block.Number)
	first, err := s.first(ctx, cur, view.Last, at)
	if err != nil || first == 0 {
		return view, err
	}
	program, err := m.l1.contract.Program(ctx, m.parts.Machine.Status().ProgramVersion)
	if err != nil {
		return view, err
	}
	view.Verifies = program.Kind == layer1.AdapterSP1 || program.Kind == layer1.AdapterRiscZero
	last := min(view.Last, first+reconcile.MaxAdopted-1)
	for n := first; n <= last; n++ {
		s.progress.tell("read", n-first, last-first+1, "batch %d of L1 and DA", n)
		held, err := s.held(ctx, n, at)
		if err != nil {
			return view, fmt.Errorf("batch %d: %w", n, err)
		}
		view.Above = append(view.Above, held)
	}
	return view, nil
}

// first is the first batch that the contract holds and this history does not; 0 if there is none.
func (s *survey) first(ctx context.Context, cur *cursor.Cursor, last uint64, at layer1.Tag) (uint64, error) {
	heads := cur.Heads()
	first, err := reconcile.First(max(heads.Finalized, 1), min(last, heads.Sealed), func(n uint64) (bool, error) {
		s.progress.tell("compare", 0, 0, "batch %d", n)
		seen, err := s.m.l1.contract.Inspect(ctx, n, at)
		record, ok := cur.Batch(n)
		return !ok || seen.HeaderHash == record.HeaderHash, err
	})
	if err != nil {
		return 0, err
	}
	if first == 0 && last > heads.Sealed {
		// What is committed and not applied here yet is no difference.
		if _, err = s.m.parts.Cluster.ReadBarrier(ctx); err != nil {
			return 0, err
		}
		if s.m.parts.Machine.Cursor().Heads().Sealed != heads.Sealed {
			return 0, errNotFollowed
		}
		return heads.Sealed + 1, nil
	}
	return first, nil
}

// held reads one batch that the contract holds.
func (s *survey) held(ctx context.Context, n uint64, at layer1.Tag) (reconcile.Held, error) {
	seen, err := s.m.l1.contract.Inspect(ctx, n, at)
	if err != nil {
		return reconcile.Held{}, err
	}
	c := s.known[seen.HeaderHash]
	if c == nil || c.missing != nil {
		c = &content{}
		if c.committal, err = s.m.l1.contract.Committal(ctx, seen); err != nil {
			return reconcile.Held{}, err
		}
		c.missing = s.fetch(ctx, c)
		s.known[seen.HeaderHash] = c
	}
	c.committal.Verified = seen.Verified()
	refused := c.refused
	if refused == nil && c.missing == nil { // asked anew: a program may have been activated
		refused = s.m.parts.Machine.Suits(c.header)
	}
	return reconcile.Held{
		Number: n, HeaderHash: seen.HeaderHash, Root: c.committal.Root, Submitter: c.committal.Submitter, Verified: seen.Verified(),
		Missing: c.missing, Refused: refused,
	}, nil
}

// fetch reads a batch's header and payload. Wrong bytes are absent bytes.
func (s *survey) fetch(ctx context.Context, c *content) error {
	if c.committal.Header == nil {
		object, err := s.m.parts.DA.Archive().Load(ctx, c.committal.HeaderHash)
		if err != nil {
			return fmt.Errorf("its header: %w", err)
		}
		c.committal.Header = &object.Header
	}
	c.header = *c.committal.Header
	if at := time.UnixMilli(c.header.SealTimeMs); at.After(time.Now()) {
		return fmt.Errorf("it says that it was sealed at %s: %w", at.UTC().Format(time.RFC3339Nano), fsm.ErrSealedLater)
	}
	c.refs = []cursor.Ref{da.ArchiveRef(c.header)}
	if da.ProviderID(c.committal.Ref.Provider) != da.ProviderArchive {
		c.refs = append(c.refs, c.committal.Ref)
	}
	fetched, err := s.m.parts.DA.Reader.Fetch(ctx, c.header, c.refs)
	if err != nil {
		return err
	}
	c.payload = fetched.Payload
	return nil
}

// try executes what a plan adopts on a scratch state above the batch that stays. What does not come out is noted with the
// batch; an error says that nothing was found out.
func (s *survey) try(ctx context.Context, plan cursor.Plan) error {
	if !slices.ContainsFunc(plan.Adopts, func(h cursor.Hash) bool { return !s.known[h].tried }) {
		return nil
	}
	replayer, done, err := s.scratch(plan.To)
	if err != nil {
		return fmt.Errorf("execute what L1 holds above batch %d: %w", plan.To, err)
	}
	defer done()
	for i, hash := range plan.Adopts {
		if err = ctx.Err(); err != nil {
			return err
		}
		c := s.known[hash]
		s.progress.tell("execute", uint64(i), uint64(len(plan.Adopts)), "batch %d, %d transitions", c.header.Number, c.header.Transitions)
		_, err = replayer.Add(c.header, c.payload)
		if err != nil && !errors.Is(err, fsm.ErrNotDerived) {
			return err
		}
		c.tried, c.refused = true, err
		if i == 0 && err == nil {
			err = s.compare(replayer, c.header.Number)
		}
		if err != nil {
			break // what follows stands on it
		}
	}
	return nil
}

// scratch is a state at the end of a batch that nobody else sees.
func (s *survey) scratch(to uint64) (*fsm.Replayer, func(), error) {
	machine := s.m.parts.Machine
	versions := machine.Status().Versions
	at, ok := slices.BinarySearch(versions, to)
	if !ok {
		if at == 0 {
			return nil, nil, fmt.Errorf("batch %d: %w", to, fsm.ErrVersionReleased)
		}
		at--
	}
	from := versions[at]
	view, err := machine.View(from)
	if err != nil {
		return nil, nil, err
	}
	var parent *fsm.SealedBatch
	if from > 0 {
		parent, err = machine.SealedHeader(from)
	}
	var replayer *fsm.Replayer
	if err == nil {
		replayer, err = fsm.ReplayOn(fsm.Config{Hasher: fast.Hash}, view, parent)
	}
	for n := from + 1; err == nil && n <= to; n++ {
		var own *fsm.SealedBatch
		if own, err = machine.Sealed(n); err == nil {
			_, err = replayer.Add(own.Header, own.Content())
		}
	}
	if err != nil {
		view.Close()
		return nil, nil, err
	}
	return replayer, view.Close, nil
}

// Bounds of what is said about keys that differ.
const (
	namedKeys   = 16
	countedKeys = 100_000
)

// compare lists where the state after the first batch that differs is not what it is here.
func (s *survey) compare(replayer *fsm.Replayer, n uint64) error {
	here, err := s.m.parts.Machine.View(n)
	if errors.Is(err, fsm.ErrUnknownBatch) || errors.Is(err, fsm.ErrVersionReleased) {
		return nil // there is nothing to compare with
	}
	if err != nil {
		return err
	}
	defer here.Close()
	there, err := replayer.View()
	if err != nil {
		return err
	}
	defer there.Close()
	d, err := reconcile.Keys(here, there, namedKeys, countedKeys)
	s.difference = &d
	return err
}
