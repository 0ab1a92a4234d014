package recovery

// A plan reads what says where things are, and nothing of the state itself.

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strconv"
	"time"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
)

// Errors of recoveries.
var (
	// ErrUnanchored: what was rebuilt is not what L1 holds.
	ErrUnanchored = errors.New("recovery: not the state that L1 anchors")
	// ErrBelowL1: L1 holds batches above the target, on which no cluster can go on from there.
	ErrBelowL1 = errors.New("recovery: L1 holds batches above the target")
	// ErrNothing: L1 holds no batch up to the target, and no book that the history began with.
	ErrNothing = errors.New("recovery: nothing is anchored")
	// ErrNoBook: the history began with a book, and the archive does not hold it.
	ErrNoBook = errors.New("recovery: the archive does not hold the book that this history began with")
)

// Config is what every recovery needs.
type Config struct {
	// Contract and Client reach L1; nil where it is down.
	Contract *layer1.Contract
	Client   *layer1.Client
	Set      *da.Set
	Machine  fsm.Config
	// Directory is the data directory to make; Work keeps what an interrupted run goes on from, Directory with
	// ".recovery" behind it if empty.
	Directory, Work string
	// Cluster is what the new cluster is: name, log store and voters.
	Cluster cluster.SeedConfig
	// Genesis has the chain, the contract and the limits of the new lineage. The rest comes from what is recovered.
	Genesis command.Genesis
	// TakeOver, if not nil, is the guardian, who hands the contract to the new lineage.
	TakeOver layer1.Signer
	// Unfinal hands the state over before the take-over is final. L1 may then still take it back.
	Unfinal bool
	// Evidence is an old node's data directory, which says exactly what is lost; empty for none.
	Evidence string
	// SaveEvery is how often the state under way is kept for an interruption; 0 means 30 s.
	SaveEvery time.Duration
	// Poll is how often L1 is asked while its finality is waited for; 0 means 2 s.
	Poll     time.Duration
	Progress func(Progress)
	Logger   *slog.Logger
	Now      func() time.Time // nil: the clock
}

func (c Config) withDefaults() Config {
	if c.Work == "" {
		c.Work = filepath.Clean(c.Directory) + ".recovery"
	}
	if c.SaveEvery == 0 {
		c.SaveEvery = 30 * time.Second
	}
	if c.Poll == 0 {
		c.Poll = 2 * time.Second
	}
	if c.Progress == nil {
		c.Progress = func(Progress) {}
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

// Plan is a recovery that was planned and not done.
type Plan struct {
	Report Report

	config  Config
	history layer1.History // zero without an L1
	wanted  []Wanted       // batches 1 to the target's
	starts  []start        // to be tried in order
	genesis [32]byte       // root that batch 1 follows: zero, or a book's
	keep    uint64         // batches from here on stay with their versions
	lineage [16]byte       // that wrote the newest of them
}

// start is where a replay can begin.
type start struct {
	name     string
	batch    uint64
	manifest *Manifest // nil for a saved state and for the empty one
	path     string    // of a saved state
}

// PlanL1 plans the recovery of a state that L1 anchors. from is "" for the nearest start, "genesis" for the state at
// batch 0 (empty, or a book's in the archive), or a checkpoint's name, which is then used or nothing.
func PlanL1(ctx context.Context, c Config, target Target, from string) (*Plan, error) {
	p := &Plan{config: c.withDefaults()}
	r := &p.Report
	r.Way, r.Target, r.Directory, r.Refused, r.Sources, r.Next = "l1", target.String(), c.Directory, []Refusal{}, []string{}, []string{}
	if from != "" && from != "genesis" {
		r.Way = "checkpoint"
	}
	p.config.Progress(Progress{Stage: StageAnchors})
	var final, verified uint64
	var err error
	if p.history, final, verified, err = anchors(ctx, c.Contract, r); err != nil {
		return nil, err
	}
	n, err := target.choose(p.history, final)
	if err != nil {
		return nil, err
	}
	if p.genesis = p.history.GenesisRoot; n == 0 && p.genesis == ([32]byte{}) {
		return nil, fmt.Errorf("%w up to %s: begin a new cluster instead", ErrNothing, target)
	}
	for _, e := range p.history.Commits[:n] {
		p.wanted = append(p.wanted, Wanted{Number: e.Number, HeaderHash: e.HeaderHash, Ref: e.Ref, TxHash: e.TxHash})
	}
	p.keep, p.lineage = max(min(verified, n), 1), p.history.State.Lineage
	e := layer1.CommitEvent{PostRoot: p.genesis}
	if n > 0 {
		e = p.history.Commits[n-1]
	}
	r.Batch, r.HeaderHash, r.Root = n, hexOf(e.HeaderHash[:]), hexOf(e.PostRoot[:])
	r.OldLineage = hexOf(p.lineage[:])
	if err := p.chooseStarts(ctx, from); err != nil {
		return nil, err
	}
	p.describe(ctx)
	return p, nil
}

// chooseStarts lists where the replay may begin, the nearest first.
func (p *Plan) chooseStarts(ctx context.Context, from string) error {
	book, named := p.genesis != ([32]byte{}), from != "" && from != "genesis"
	if from == "" {
		if s, ok := p.saved(); ok {
			p.starts = append(p.starts, s)
		}
	}
	if from != "genesis" || book {
		list, err := NewCheckpoints(p.config.Set.Archive()).List(ctx)
		if err != nil {
			p.Report.refuse("checkpoints", err)
		}
		for _, l := range list {
			if named && l.Name != from || from == "genesis" && (l.Manifest == nil || l.Manifest.Batch != 0) {
				continue
			}
			if err := p.fitting(l); err != nil {
				p.Report.refuse("checkpoint "+l.Name, err)
				continue
			}
			p.starts = append(p.starts, start{name: "checkpoint " + l.Name, batch: l.Manifest.Batch, manifest: l.Manifest})
		}
	}
	if !named && !book {
		p.starts = append(p.starts, start{name: "genesis"})
	}
	switch {
	case len(p.starts) > 0:
		return nil
	case named:
		return fmt.Errorf("%w: %s", ErrNoCheckpoint, from)
	default:
		return fmt.Errorf("%w, of root %x: if you have its file, put it there with `holdfast book archive FILE --config CONFIG`", ErrNoBook, p.genesis)
	}
}

// fitting says why a checkpoint cannot be where the replay begins: its batch must be one that L1 holds, at or below
// the target.
func (p *Plan) fitting(l Listed) error {
	switch m := l.Manifest; {
	case m == nil:
		return l.Err
	case m.Batch == 0 && p.genesis == ([32]byte{}):
		return fmt.Errorf("it holds no batch")
	case m.Batch == 0 && m.Root != p.genesis:
		return fmt.Errorf("%w: it holds the book of root %x, the history began with %x", ErrUnanchored, m.Root, p.genesis)
	case m.Batch == 0:
		return nil
	case m.Batch > uint64(len(p.wanted)):
		return fmt.Errorf("its batch %d is above the target", m.Batch)
	case p.wanted[m.Batch-1].HeaderHash != m.HeaderHash:
		return fmt.Errorf("%w: batch %d has header %x, L1 holds %x", ErrUnanchored, m.Batch, m.HeaderHash, p.wanted[m.Batch-1].HeaderHash)
	}
	return nil
}

// describe says what the first start costs, and what comes after.
func (p *Plan) describe(ctx context.Context) {
	r, s := &p.Report, p.starts[0]
	r.From, r.FromBatch = s.name, s.batch
	r.Batches = uint64(len(p.wanted)) - s.batch
	r.Bytes = 0
	for _, w := range p.wanted[s.batch:] {
		r.Bytes += int64(w.Ref.Bytes)
	}
	r.Expected = expected(r.Bytes).String()
	if s.manifest != nil {
		r.Bytes += s.manifest.Bytes
		r.Sources = append(r.Sources, "checkpoint of "+strconv.FormatInt(s.manifest.Bytes, 10)+" bytes in the archive")
	}
	r.Sources = append(r.Sources, "payloads from the archive, else from where L1 names them")
	p.loss(ctx)
	if p.config.Contract != nil && r.Batch < r.L1Last {
		r.Next = append(r.Next, p.belowL1())
	}
}

// belowL1 says what a cluster that stands below L1's last batch needs.
func (p *Plan) belowL1() string {
	r := p.Report
	if r.Batch < r.Verified {
		return fmt.Sprintf("L1 has verified batch %d: no cluster can go on from batch %d; recover to batch %d or later, or use what was recovered for reading alone",
			r.Verified, r.Batch, r.Verified)
	}
	return fmt.Sprintf("have the guardian take back L1's batches from %d on: `holdfast contract revert --from %d`", r.Batch+1, r.Batch+1)
}

// loss states what lies beyond the target, by evidence, by mark, or not.
func (p *Plan) loss(ctx context.Context) {
	r := &p.Report
	above := uint64(len(p.history.Commits)) - min(r.Batch, uint64(len(p.history.Commits)))
	r.Lost = Loss{Basis: "none", Batches: above, Text: fmt.Sprintf("nobody can say: no evidence and no high-water mark; L1 holds %d batches above", above)}
	if p.config.Evidence != "" {
		held, err := ReadEvidence(ctx, p.config.Evidence, p.config.Machine)
		if err == nil {
			r.Lost = Loss{Basis: "evidence", Batches: held.Batch - min(held.Batch, r.Batch), LastSequence: held.Sequence, AsOfMs: held.ClockMs}
			return
		}
		r.refuse("evidence "+p.config.Evidence, err)
	}
	by := Authority{ChainID: p.config.Genesis.ChainID, Contract: p.config.Genesis.Contract}
	marks, err := ReadMarks(ctx, p.config.Set.Archive(), p.lineage, by, p.history.State.Submitter)
	if err != nil {
		r.refuse("high-water marks", err)
		return
	}
	for name, why := range marks.Refused {
		r.Refused = append(r.Refused, Refusal{What: name, Why: why})
	}
	if m := marks.Newest; m.Sequence > 0 {
		r.Lost = Loss{Basis: "mark", Batches: m.Batch - min(m.Batch, r.Batch), LastSequence: m.Sequence, AsOfMs: m.TimeMs, By: hexOf(marks.By[:])}
	}
}

// settleLoss counts the loss once the recovered state's newest transition is known.
func (r *Report) settleLoss(sequence uint64) {
	r.Sequence = sequence
	l := &r.Lost
	if l.Basis == "none" {
		return
	}
	if l.LastSequence > sequence {
		l.FirstSequence, l.Transitions = sequence+1, l.LastSequence-sequence
	} else {
		l.LastSequence = 0
	}
	at := time.UnixMilli(l.AsOfMs).UTC().Format(time.RFC3339Nano)
	if l.Basis == "evidence" {
		l.Text = fmt.Sprintf("%d transitions, sequences %d to %d, and %d sealed batches, exactly, as far as that node had come (%s)", l.Transitions, l.FirstSequence, l.LastSequence, l.Batches, at)
		if l.Transitions == 0 {
			l.Text = "nothing that this node held (" + at + ")"
		}
		return
	}
	by := "the leader's signed mark"
	if r.Way == "da" { // without an L1
		by = "a mark that " + l.By + " signed, of whom nobody confirms that it led"
	}
	l.Text = fmt.Sprintf("%d transitions up to sequence %d and %d sealed batches as of %s by %s, and what was accepted in the second after it",
		l.Transitions, max(l.LastSequence, sequence), l.Batches, at, by)
}
