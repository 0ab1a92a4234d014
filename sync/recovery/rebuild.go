package recovery

// Nothing is handed over before the newest header hash was compared with the contract's, in the state that is written.

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/cluster/durable"
	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
)

const (
	stateFile   = "state"
	lineageFile = "lineage.json"
)

// DryRun is the plan's report.
func (p *Plan) DryRun() *Report {
	r := p.Report
	r.DryRun = true
	r.settleLoss(0)
	if r.Lost.Basis != "none" { // the state's newest transition is not known before it is rebuilt
		r.Lost.Text = fmt.Sprintf("by %s: what was accepted after batch %d, up to sequence %d; %d sealed batches", r.Lost.Basis, r.Batch, r.Lost.LastSequence, r.Lost.Batches)
		r.Lost.FirstSequence, r.Lost.Transitions = 0, 0
	}
	return &r
}

// Run does what was planned: it rebuilds the state, proves it, has the contract taken over if that is asked for, and
// makes the data directory. An interrupted run is gone on with by planning and running again.
func (p *Plan) Run(ctx context.Context) (*Report, error) {
	began := p.config.Now()
	if err := cluster.Vacant(p.config.Directory); err != nil {
		return nil, err
	}
	if err := p.openWork(); err != nil {
		return nil, err
	}
	state, err := p.rebuild(ctx)
	if err != nil {
		return nil, err
	}
	newest, err := p.proved(state)
	if err != nil {
		return nil, err
	}
	p.Report.settleLoss(newest.Header.LastSequence)
	handover, err := p.handover(ctx, newest)
	if err != nil {
		return nil, err
	}
	if err := p.write(state, handover); err != nil {
		return nil, err
	}
	p.Report.Took = p.config.Now().Sub(began).Round(time.Millisecond).String()
	p.Report.Next = append(p.Report.Next, fmt.Sprintf("give each voter a copy of %s as its data directory, and start them all", p.config.Directory))
	if err := saveReport(p.config.Directory, &p.Report, p.Report.Text); err != nil {
		return nil, err
	}
	p.config.Progress(Progress{Stage: StageDone})
	return &p.Report, os.RemoveAll(p.config.Work)
}

// Restore rebuilds and proves the state as Run does, for a leader of empty replicas: it returns what writes it as a
// snapshot at a Raft index. The contract is the guardian's to hand over.
func (p *Plan) Restore(ctx context.Context, index uint64) (write func(io.Writer) error, err error) {
	if err = p.openWork(); err != nil {
		return nil, err
	}
	state, err := p.rebuild(ctx)
	if err != nil {
		return nil, err
	}
	newest, err := p.proved(state)
	if err != nil {
		return nil, err
	}
	p.Report.settleLoss(newest.Header.LastSequence)
	h, err := p.handover(ctx, newest)
	if err != nil {
		return nil, err
	}
	h.Index = max(index, 1)
	return func(w io.Writer) error {
		if err := state.WriteSnapshot(w, h); err != nil {
			return err
		}
		return os.RemoveAll(p.config.Work)
	}, nil
}

// openWork makes the work directory, or takes what an interrupted run left there and was not whole out of it.
func (p *Plan) openWork() error {
	err := os.MkdirAll(p.config.Work, 0o750)
	if err == nil {
		_, err = durable.Sweep(p.config.Work)
	}
	if err != nil {
		return fmt.Errorf("recovery: work directory: %w", err)
	}
	return nil
}

// rebuild tries the starts in order, and replays from the first that holds.
func (p *Plan) rebuild(ctx context.Context) (*fsm.Replayer, error) {
	var failed error
	for _, s := range p.starts {
		state, err := p.begin(ctx, s)
		if err != nil {
			if ctx.Err() != nil {
				return nil, err
			}
			p.Report.refuse(s.name, err)
			p.config.Logger.Warn("a start of the replay is not used", "start", s.name, "error", err)
			failed = err
			continue
		}
		p.Report.From, p.Report.FromBatch = s.name, s.batch
		p.Report.Batches = uint64(len(p.wanted)) - s.batch
		return state, p.replay(ctx, state, s.batch)
	}
	return nil, failed
}

// begin loads the state that a replay begins at, and compares it with L1.
func (p *Plan) begin(ctx context.Context, s start) (*fsm.Replayer, error) {
	if s.batch == 0 && s.manifest == nil {
		return p.keeping(fsm.NewReplayer(p.config.Machine)), nil
	}
	p.config.Progress(Progress{Stage: StageCheckpoint})
	in, err := p.open(ctx, s)
	if err != nil {
		return nil, err
	}
	defer in.Close() //nolint:errcheck // read only
	state, err := fsm.ReplayFrom(p.config.Machine, in)
	if err != nil {
		return nil, err
	}
	n, root := state.Newest()
	if n != s.batch {
		return nil, fmt.Errorf("%w: it ends at batch %d, not %d as was said of it", ErrDamaged, n, s.batch)
	}
	if n == 0 {
		if root != p.genesis {
			return nil, fmt.Errorf("%w: the book has root %x, the history began with %x", ErrUnanchored, root, p.genesis)
		}
		return p.keeping(state), nil
	}
	b, err := state.Sealed(s.batch)
	if err != nil {
		return nil, err
	}
	if want := p.wanted[s.batch-1].HeaderHash; b.Hash != want {
		return nil, fmt.Errorf("%w: batch %d has header %x, want %x", ErrUnanchored, s.batch, b.Hash, want)
	}
	return p.keeping(state), nil
}

func (p *Plan) open(ctx context.Context, s start) (io.ReadCloser, error) {
	if s.manifest != nil {
		return NewCheckpoints(p.config.Set.Archive()).Open(ctx, s.manifest)
	}
	f, err := os.Open(s.path)
	if err != nil {
		return nil, fmt.Errorf("open the saved state: %w", err)
	}
	return f, nil
}

func (p *Plan) keeping(state *fsm.Replayer) *fsm.Replayer {
	state.KeepFrom(p.keep)
	return state
}

// replay executes every batch after one, and keeps the state now and then.
func (p *Plan) replay(ctx context.Context, state *fsm.Replayer, after uint64) error {
	f := &fetcher{set: p.config.Set, contract: p.config.Contract, refused: p.refusedPayload}
	sources := map[string]bool{}
	saved := p.config.Now()
	err := f.each(ctx, p.wanted[after:], func(got Fetched) error {
		if _, err := state.Add(got.Header, got.Content); err != nil {
			return fmt.Errorf("%w: batch %d: %w", ErrUnanchored, got.Header.Number, err)
		}
		if !sources[got.Source] {
			sources[got.Source] = true
			p.Report.Sources = append(p.Report.Sources, "payloads came from "+got.Source)
		}
		p.Report.Transitions += uint64(got.Header.Transitions)
		p.config.Progress(Progress{
			Stage: StageReplay, Done: got.Header.Number - after, Total: uint64(len(p.wanted)) - after,
			Bytes: f.reads.Load(), Transitions: p.Report.Transitions,
		})
		if now := p.config.Now(); now.Sub(saved) >= p.config.SaveEvery {
			saved = now
			return p.save(state)
		}
		return nil
	})
	p.Report.Bytes = f.reads.Load()
	if err == nil {
		return nil
	}
	if number, _ := state.Newest(); number > after { // an interrupted run goes on here
		err = errors.Join(err, p.save(state))
	}
	return fmt.Errorf("recovery: replay: %w", err)
}

func (p *Plan) refusedPayload(what string, err error) {
	p.config.Logger.Warn("a payload is not used, the next source is tried", "what", what, "error", err)
}

// proved compares the rebuilt state with L1 once more, as a whole.
func (p *Plan) proved(state *fsm.Replayer) (*fsm.SealedBatch, error) {
	number, root := state.Newest()
	if len(p.wanted) == 0 && number == 0 && root == p.genesis { // no header speaks of batch 0
		g := state.Genesis()
		return &fsm.SealedBatch{Header: batch.Header{
			PostRoot: root, LastSequence: state.Sequence(), PayloadKind: batch.PayloadKind(g.PayloadKind), ProgramVersion: g.ProgramVersion,
		}}, nil
	}
	newest, err := state.Sealed(number)
	if err != nil {
		return nil, fmt.Errorf("recovery: %w", err)
	}
	if want := p.wanted[len(p.wanted)-1]; number != want.Number || newest.Hash != want.HeaderHash || root != newest.Header.PostRoot {
		return nil, fmt.Errorf("%w: rebuilt batch %d, header %x; wanted %d, %x", ErrUnanchored, number, newest.Hash, want.Number, want.HeaderHash)
	}
	return newest, nil
}

// drawn is what an interrupted recovery must not draw again.
type drawn struct {
	Lineage string `json:"lineage"`
}

// drawLineage draws the new lineage, once for each work directory.
func (p *Plan) drawLineage() (l [16]byte, err error) {
	path := filepath.Join(p.config.Work, lineageFile)
	raw, err := os.ReadFile(path)
	if err == nil {
		var d drawn
		if err = json.Unmarshal(raw, &d); err == nil {
			if n, derr := hex.Decode(l[:], []byte(d.Lineage)); derr == nil && n == len(l) && len(d.Lineage) == 2*len(l) {
				return l, nil
			}
		}
		return l, fmt.Errorf("recovery: %s is not a lineage; remove %s and begin again", path, p.config.Work)
	}
	if !errors.Is(err, os.ErrNotExist) {
		return l, fmt.Errorf("recovery: read the lineage: %w", err)
	}
	if _, err = rand.Read(l[:]); err != nil {
		return l, fmt.Errorf("recovery: draw a lineage: %w", err)
	}
	raw, err = json.Marshal(drawn{Lineage: hex.EncodeToString(l[:])})
	if err == nil {
		err = durable.WriteFile(path, raw, 0o600)
	}
	if err != nil {
		return l, fmt.Errorf("recovery: keep the lineage: %w", err)
	}
	return l, nil
}

// handover says what the new lineage begins with: where L1 stands, after the take-over if one is made.
func (p *Plan) handover(ctx context.Context, newest *fsm.SealedBatch) (fsm.Handover, error) {
	lineage, err := p.drawLineage()
	if err != nil {
		return fsm.Handover{}, err
	}
	p.Report.Lineage = hexOf(lineage[:])
	h := newest.Header
	genesis := p.config.Genesis
	genesis.Lineage, genesis.TimeMs, genesis.ProgramVersion = lineage, p.config.Now().UnixMilli(), h.ProgramVersion
	if genesis.PayloadKind == 0 {
		genesis.PayloadKind = uint8(h.PayloadKind)
	}
	standing := fsm.Standing{
		Lineage: lineage, Committed: h.Number, HeaderHash: newest.Hash, Witness: "recovery",
		TimeMs: genesis.TimeMs, FirstSession: firstSession(max(genesis.TimeMs, h.SealTimeMs)),
	}
	if p.config.Contract == nil {
		standing.Proven, standing.Finalized = h.Number, h.Number // until L1 says otherwise nothing goes on from here
		standing.Halt, standing.Exit = unconfirmed(p.config)
		return fsm.Handover{Genesis: genesis, Index: 1, Standing: standing}, nil
	}
	if p.config.TakeOver != nil {
		if err := p.takeOver(ctx, lineage, newest); err != nil {
			return fsm.Handover{}, err
		}
	}
	if err := p.stand(ctx, &standing); err != nil {
		return fsm.Handover{}, err
	}
	return fsm.Handover{Genesis: genesis, Index: 1, Standing: standing}, nil
}

// firstSession is above every id that lineages before gave, which counted from an earlier time or from 1.
func firstSession(ms int64) uint64 { return uint64(max(ms, 0)) << 10 }

func unconfirmed(c Config) (reason, exit string) {
	return "recovered without L1: nobody has confirmed that it anchors this state",
		fmt.Sprintf("when L1 answers: stop the nodes, and `holdfast recover l1` into a new directory in place of %s", c.Directory)
}

// takeOver hands the contract to the new lineage and waits until that is final. What stands there already is not done
// again.
func (p *Plan) takeOver(ctx context.Context, lineage [16]byte, newest *fsm.SealedBatch) error {
	c := p.config.Contract
	n := newest.Header.Number
	p.config.Progress(Progress{Stage: StageTakeOver})
	now, err := p.lastOnL1(ctx, n)
	if err != nil {
		return err
	}
	block := now.Block.Number
	if now.State.Lineage != lineage {
		receipt, err := c.Send(ctx, p.config.TakeOver, c.TakeOverOrder(lineage, n, newest.Hash))
		if err != nil { // maybe because of an anchor that was mined before it, which explains it better
			if _, gone := p.lastOnL1(ctx, n); errors.Is(gone, ErrBelowL1) {
				return gone
			}
			return fmt.Errorf("recovery: take over: %w", err)
		}
		p.Report.TakeOver, block = hexOf(receipt.TxHash[:]), receipt.Block
		p.config.Logger.Info("the contract is taken over", "lineage", hexOf(lineage[:]), "block", block)
	}
	if p.config.Unfinal {
		return nil
	}
	return p.awaitFinal(ctx, lineage, block)
}

// lastOnL1 reads the contract, and refuses one whose last batch is not n.
func (p *Plan) lastOnL1(ctx context.Context, n uint64) (layer1.Inspection, error) {
	now, err := p.config.Contract.Inspect(ctx, n, layer1.Latest)
	if err != nil {
		return now, fmt.Errorf("recovery: read L1's last batch: %w", err)
	}
	if now.State.LastCommitted == n {
		return now, nil
	}
	advice := p.belowL1()
	if p.history.State.LastCommitted == n {
		advice = "an anchor of the lost cluster was on its way and was mined meanwhile: recover again, which goes on from here"
	}
	return now, fmt.Errorf("%w: L1 is at batch %d, recovered is %d: %s", ErrBelowL1, now.State.LastCommitted, n, advice)
}

// awaitFinal waits until a finalized block shows the contract in the new lineage's hands.
func (p *Plan) awaitFinal(ctx context.Context, lineage [16]byte, block uint64) error {
	tick := time.NewTicker(p.config.Poll)
	defer tick.Stop()
	for {
		seen, err := p.config.Contract.Inspect(ctx, 0, layer1.Finalized)
		switch {
		case err == nil && seen.State.Lineage == lineage:
			return nil
		case err != nil && !errors.Is(err, layer1.ErrNoFinality) && !errors.Is(err, layer1.ErrNoContract):
			p.config.Logger.Warn("L1 does not say what is final, it is asked again", "error", err)
		}
		p.config.Progress(Progress{Stage: StageTakeOver, Done: min(seen.Block.Number, block), Total: block})
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("recovery: wait for the take-over's finality: %w", context.Cause(ctx))
		}
	}
}

// stand reads where L1 stands now, with the evidence for every batch that is not final.
func (p *Plan) stand(ctx context.Context, s *fsm.Standing) error {
	c := p.config.Contract
	now, err := c.Inspect(ctx, s.Committed, layer1.Latest)
	if err != nil {
		return fmt.Errorf("recovery: read where L1 stands: %w", err)
	}
	if now.HeaderHash != s.HeaderHash {
		return fmt.Errorf("%w: L1 now holds header %x of batch %d", ErrUnanchored, now.HeaderHash, s.Committed)
	}
	_, verified, err := finalizedCount(ctx, c)
	if err != nil {
		return fmt.Errorf("recovery: read finality: %w", err)
	}
	s.Proven, s.Finalized = min(now.State.LastVerified, s.Committed), min(verified, s.Committed)
	account := now.State.Submitter
	s.Verified = cursor.Inclusion{Account: now.State.Prover, Block: now.Block.Ref(), AtDepth: true}
	blocks := map[uint64]cursor.BlockRef{}
	for n := s.Finalized + 1; n <= s.Committed; n++ {
		e := p.history.Commits[n-1]
		at, known := blocks[e.Block]
		if !known {
			b, err := p.config.Client.Block(ctx, layer1.AtNumber(e.Block))
			if err != nil {
				return fmt.Errorf("recovery: block of batch %d: %w", n, err)
			}
			at = b.Ref()
			blocks[e.Block] = at
		}
		s.Commits = append(s.Commits, fsm.Commit{
			Number: n, HeaderHash: e.HeaderHash, Ref: e.Ref,
			Inclusion: cursor.Inclusion{Account: account, TxHash: e.TxHash, Block: at, AtDepth: true},
		})
	}
	return nil
}

// write makes the data directory.
func (p *Plan) write(state *fsm.Replayer, h fsm.Handover) error {
	seed := p.config.Cluster
	seed.Lineage, seed.Index, seed.Term = h.Genesis.Lineage, h.Index, 1
	err := cluster.Seed(p.config.Directory, seed, func(w io.Writer) error {
		return state.WriteSnapshot(&reporting{w: w, tell: func(n int64) {
			p.config.Progress(Progress{Stage: StageWrite, Bytes: n})
		}}, h)
	})
	if err != nil {
		return fmt.Errorf("recovery: %w", err)
	}
	return nil
}

type reporting struct {
	w    io.Writer
	n    int64
	tell func(int64)
}

func (r *reporting) Write(b []byte) (int, error) {
	n, err := r.w.Write(b)
	r.n += int64(n)
	r.tell(r.n)
	return n, err
}

// save keeps the state under way.
func (p *Plan) save(state *fsm.Replayer) error {
	number, _ := state.Newest()
	path := filepath.Join(p.config.Work, stateFile)
	raw, err := json.Marshal(savedState{Batch: number, HeaderHash: p.wanted[number-1].HeaderHash})
	if err == nil {
		err = durable.Write(path+".new", 0o600, state.Save)
	}
	if err == nil {
		err = durable.WriteFile(path+".json", raw, 0o600)
	}
	if err == nil {
		err = durable.Rename(path+".new", path)
	}
	if err != nil {
		return fmt.Errorf("recovery: keep the state at batch %d: %w", number, err)
	}
	return nil
}

type savedState struct {
	Batch      uint64 `json:"batch"`
	HeaderHash Digest `json:"header_hash"`
}

// saved finds what an interrupted run has kept. What it really holds shows when it is loaded.
func (p *Plan) saved() (start, bool) {
	path := filepath.Join(p.config.Work, stateFile)
	raw, err := os.ReadFile(path + ".json")
	if err != nil {
		return start{}, false
	}
	var s savedState
	if json.Unmarshal(raw, &s) != nil || s.Batch == 0 || s.Batch > uint64(len(p.wanted)) || p.wanted[s.Batch-1].HeaderHash != s.HeaderHash {
		return start{}, false
	}
	return start{name: fmt.Sprintf("state %d", s.Batch), batch: s.Batch, path: path}, true
}
