package recovery

// A span of time is read and proved, and nothing else is touched: no cluster, no batch outside it but those between the
// nearest checkpoint and its beginning, from which the state at its beginning follows.

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"time"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/cluster/durable"
	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/state"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
)

// ErrEmptySpan says that no batch that L1 holds lies in the span.
var ErrEmptySpan = errors.New("recovery: no anchored batch lies in this span of time")

// SpanReport is what a span held, and what was read for it.
type SpanReport struct {
	Report

	FromMs     int64  `json:"from_ms"`
	ToMs       int64  `json:"to_ms"`
	First      uint64 `json:"first_batch"`
	Last       uint64 `json:"last_batch"`
	Receipts   uint64 `json:"receipts"`     // 0 under payloads that are net differences: they hold no transitions
	HeaderRead int64  `json:"header_bytes"` // read to find the batches by their times
}

// SpanPlan is a span that was found and not read.
type SpanPlan struct {
	Report SpanReport

	plan   *Plan
	out    string
	blocks map[uint64]layer1.Block
}

// PlanSpan finds the batches whose transitions were accepted, or sealed, from one time of the log to another, both in
// milliseconds since the Unix epoch and inclusive. Files go into the directory out, which must be new or empty.
func PlanSpan(ctx context.Context, c Config, fromMs, toMs int64, out string) (*SpanPlan, error) {
	c.Directory = out
	p := &Plan{config: c.withDefaults()}
	s := &SpanPlan{plan: p, out: out, blocks: map[uint64]layer1.Block{}}
	r := &p.Report
	var err error
	if p.history, _, _, err = anchors(ctx, c.Contract, r); err != nil {
		return nil, err
	}
	p.genesis = p.history.GenesisRoot
	last := len(p.history.Commits)
	f := &fetcher{set: c.Set, contract: c.Contract, refused: p.refusedPayload}
	var failed error
	header := func(i int) batch.Header { // of batch i+1
		h, err := s.header(ctx, f, p.history.Commits[i])
		failed = errors.Join(failed, err)
		return h
	}
	first := sort.Search(last, func(i int) bool { return failed != nil || header(i).SealTimeMs >= fromMs })
	end := sort.Search(last, func(i int) bool { return failed != nil || header(i).FirstTimeMs > toMs })
	if failed != nil {
		return nil, failed
	}
	if first >= end {
		return nil, fmt.Errorf("%w: from %d to %d", ErrEmptySpan, fromMs, toMs)
	}
	for _, e := range p.history.Commits[:end] {
		p.wanted = append(p.wanted, Wanted{Number: e.Number, HeaderHash: e.HeaderHash, Ref: e.Ref, TxHash: e.TxHash})
	}
	e := p.history.Commits[end-1]
	r.Way, r.Target, r.Directory = "range", fmt.Sprintf("batches %d to %d", first+1, end), out
	r.Batch, r.HeaderHash, r.Root = e.Number, hexOf(e.HeaderHash[:]), hexOf(e.PostRoot[:])
	r.Sources, r.Refused, r.Next = []string{}, []Refusal{}, []string{}
	r.Lost = Loss{Basis: "evidence", Text: "nothing: L1 anchors all of it"}
	s.Report = SpanReport{FromMs: fromMs, ToMs: toMs, First: uint64(first) + 1, Last: uint64(end), HeaderRead: s.Report.HeaderRead}
	return s, s.start(ctx)
}

// header reads a header to learn its times.
func (s *SpanPlan) header(ctx context.Context, f *fetcher, e layer1.CommitEvent) (batch.Header, error) {
	h, err := headerAt(ctx, s.plan.config.Set.Archive(), e.HeaderHash)
	s.Report.HeaderRead += batch.HeaderSize
	if err == nil {
		return h, nil
	}
	return f.header(ctx, Wanted{Number: e.Number, HeaderHash: e.HeaderHash, TxHash: e.TxHash})
}

// start finds the nearest checkpoint at or below the batch before the span.
func (s *SpanPlan) start(ctx context.Context) error {
	p := s.plan
	whole := p.wanted
	p.wanted = whole[:s.Report.First-1]
	err := p.chooseStarts(ctx, "")
	p.wanted = whole
	if err != nil {
		return err
	}
	from := p.starts[0]
	p.Report.From, p.Report.FromBatch, p.Report.Batches = from.name, from.batch, uint64(len(whole))-from.batch
	for _, w := range whole[from.batch:] {
		p.Report.Bytes += int64(w.Ref.Bytes)
	}
	p.Report.Expected = expected(p.Report.Bytes).String()
	if from.manifest != nil {
		p.Report.Bytes += from.manifest.Bytes
	}
	s.Report.Report = p.Report
	return nil
}

// DryRun is the plan's report.
func (s *SpanPlan) DryRun() *SpanReport {
	r := s.Report
	r.DryRun = true
	return &r
}

// proof is what binds a batch of the span to L1.
type proof struct {
	Batch       uint64 `json:"batch"`
	Header      string `json:"header"` // 274 bytes; its SHA-256 is what the contract holds
	HeaderHash  Digest `json:"header_hash"`
	PreRoot     Digest `json:"pre_root"`
	PostRoot    Digest `json:"post_root"`
	PayloadHash Digest `json:"payload_hash"`
	Transaction Digest `json:"transaction"` // commit on L1
	Block       uint64 `json:"block"`
	BlockHash   Digest `json:"block_hash"`
	BlockTimeMs int64  `json:"block_time_ms"`
}

// Run reads and proves the span and writes
//
//	<n>.payload        each batch's payload
//	proofs.jsonl       for each batch what binds it to L1
//	transitions.jsonl  every transition, with its receipt
//	<n>.state          the states at both ends, as tree.Load reads them
//	recovery.json/.txt the report
func (s *SpanPlan) Run(ctx context.Context) (*SpanReport, error) {
	p := s.plan
	began := p.config.Now()
	out := s.out
	if entries, err := os.ReadDir(out); err == nil && len(entries) > 0 {
		return nil, fmt.Errorf("recovery: %w: %s", cluster.ErrNotEmpty, out)
	}
	if err := os.Remove(out); err != nil && !errors.Is(err, fs.ErrNotExist) { // empty: refused now, and not when all is done
		return nil, fmt.Errorf("recovery: put a new directory in place of %s: %w", out, err)
	}
	s.out = filepath.Join(p.config.Work, spanDir) // what an interrupted run left of it is begun again
	defer func() { s.out = out }()
	if err := p.openWork(); err != nil {
		return nil, err
	}
	if err := errors.Join(os.RemoveAll(s.out), os.Mkdir(s.out, 0o750)); err != nil {
		return nil, fmt.Errorf("recovery: %w", err)
	}
	whole := p.wanted
	p.wanted = whole[:s.Report.First-1]
	p.Report.Bytes = 0
	before, err := p.rebuild(ctx)
	if err != nil {
		return nil, err
	}
	p.wanted = whole
	read := p.Report.Bytes
	if err = s.write(ctx, before); err != nil {
		return nil, err
	}
	p.Report.Bytes += read
	if _, err = p.proved(before); err != nil {
		return nil, err
	}
	for _, st := range p.starts {
		if st.manifest != nil && st.name == p.Report.From {
			p.Report.Bytes += st.manifest.Bytes
		}
	}
	p.Report.Took = p.config.Now().Sub(began).Round(time.Millisecond).String()
	s.Report.Report = p.Report
	if err := saveReport(s.out, &s.Report, s.Report.Text); err != nil {
		return nil, err
	}
	if err := durable.Rename(s.out, out); err != nil {
		return nil, fmt.Errorf("recovery: %w", err)
	}
	return &s.Report, os.RemoveAll(p.config.Work)
}

// spanDir is where in the work directory a span is written: under its own name it is whole and proved.
const spanDir = "range"

// write executes the span's batches and writes what they hold.
func (s *SpanPlan) write(ctx context.Context, replay *fsm.Replayer) (err error) {
	p := s.plan
	if err = s.state(replay); err != nil {
		return err
	}
	w := &spanWriter{span: s, open: map[string]*bufio.Writer{}}
	defer func() { err = errors.Join(err, w.close()) }()
	view, err := replay.View()
	if err != nil {
		return fmt.Errorf("recovery: %w", err)
	}
	w.store, err = state.LoadNative(p.config.Machine.Seed, view)
	view.Close()
	if err != nil {
		return fmt.Errorf("recovery: %w", err)
	}
	f := &fetcher{set: p.config.Set, contract: p.config.Contract, refused: p.refusedPayload}
	err = f.each(ctx, p.wanted[s.Report.First-1:], func(got Fetched) error {
		if _, aerr := replay.Add(got.Header, got.Content); aerr != nil {
			return fmt.Errorf("%w: batch %d: %w", ErrUnanchored, got.Header.Number, aerr)
		}
		p.Report.Transitions += uint64(got.Header.Transitions)
		p.config.Progress(Progress{
			Stage: StageReplay, Done: got.Header.Number - s.Report.First + 1, Total: s.Report.Last - s.Report.First + 1,
			Bytes: f.reads.Load(), Transitions: p.Report.Transitions,
		})
		return w.batch(ctx, got)
	})
	p.Report.Bytes = f.reads.Load()
	if err != nil {
		return fmt.Errorf("recovery: read the span: %w", err)
	}
	return s.state(replay)
}

// state writes the newest state of the replay.
func (s *SpanPlan) state(replay *fsm.Replayer) error {
	number, _ := replay.Newest()
	view, err := replay.View()
	if err != nil {
		return fmt.Errorf("recovery: %w", err)
	}
	defer view.Close()
	err = durable.Write(filepath.Join(s.out, fmt.Sprintf("%d.state", number)), 0o600, func(w io.Writer) error {
		_, werr := view.WriteTo(w)
		return werr
	})
	if err != nil {
		return fmt.Errorf("recovery: write the state at batch %d: %w", number, err)
	}
	return nil
}

// block reads an L1 block once.
func (s *SpanPlan) block(ctx context.Context, number uint64) (layer1.Block, error) {
	if b, ok := s.blocks[number]; ok {
		return b, nil
	}
	b, err := s.plan.config.Client.Block(ctx, layer1.AtNumber(number))
	if err == nil {
		s.blocks[number] = b
	}
	return b, err
}

// spanWriter writes a span's files.
type spanWriter struct {
	span  *SpanPlan
	store *state.Native
	files []*os.File
	open  map[string]*bufio.Writer
}

func (w *spanWriter) file(name string) (*bufio.Writer, error) {
	if b, ok := w.open[name]; ok {
		return b, nil
	}
	f, err := os.OpenFile(filepath.Join(w.span.out, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("recovery: %w", err)
	}
	w.files = append(w.files, f)
	w.open[name] = bufio.NewWriterSize(f, 1<<20)
	return w.open[name], nil
}

func (w *spanWriter) close() error {
	var errs []error
	for _, b := range w.open {
		errs = append(errs, b.Flush())
	}
	for _, f := range w.files {
		errs = append(errs, f.Sync(), f.Close())
	}
	return errors.Join(errs...)
}

func (w *spanWriter) line(name string, v any) error {
	out, err := w.file(name)
	if err != nil {
		return err
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("recovery: encode %s: %w", name, err)
	}
	_, err = out.Write(append(raw, '\n'))
	return err
}

func (w *spanWriter) batch(ctx context.Context, got Fetched) error {
	h := got.Header
	e := w.span.plan.history.Commits[h.Number-1]
	block, err := w.span.block(ctx, e.Block)
	if err != nil {
		return err
	}
	err = w.line("proofs.jsonl", proof{
		Batch: h.Number, Header: hexOf(h.Append(nil)), HeaderHash: e.HeaderHash, PreRoot: Digest(h.PreRoot), PostRoot: Digest(h.PostRoot),
		PayloadHash: Digest(h.PayloadHash), Transaction: e.TxHash, Block: e.Block, BlockHash: block.Hash, BlockTimeMs: block.TimeMs,
	})
	if err != nil {
		return err
	}
	path := filepath.Join(w.span.out, fmt.Sprintf("%d.payload", h.Number))
	if err = durable.WriteFile(path, got.Content, 0o600); err != nil {
		return fmt.Errorf("recovery: write the payload of batch %d: %w", h.Number, err)
	}
	if h.PayloadKind != batch.PayloadTransitions {
		return nil // the states alone
	}
	return w.transitions(h, got.Content)
}

// executed is one transition of the span with its receipt.
type executed struct {
	Batch      uint64             `json:"batch"`
	Kind       string             `json:"kind"`
	Transition command.Transition `json:"transition"`
	Receipt    state.Receipt      `json:"receipt"`
}

// transitions executes a payload once more for its receipts.
func (w *spanWriter) transitions(h batch.Header, payload []byte) error {
	ts, err := batch.DecodePayload(payload, batch.DefaultLimits())
	if err != nil {
		return fmt.Errorf("recovery: payload of batch %d: %w", h.Number, err)
	}
	var failed error
	err = state.ReplayEach(w.store, ts, func(i int, r *state.Receipt) {
		w.span.Report.Receipts++
		failed = cmp.Or(failed, w.line("transitions.jsonl", executed{Batch: h.Number, Kind: ts[i].Kind.String(), Transition: ts[i], Receipt: *r}))
	})
	if err != nil {
		return fmt.Errorf("%w: batch %d: %w", ErrUnanchored, h.Number, err)
	}
	return failed
}
