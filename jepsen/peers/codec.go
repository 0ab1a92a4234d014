package main

// What is packed is what batches record: accepted transitions in normalised form.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/jepsen/workload"
	"github.com/holdfast-rollup/holdfast/sync/da"
)

// packing turns transitions into what a publisher would store.
type packing struct {
	name string
	pack func(ts []command.Transition) ([]byte, error)
	slow bool // not for the largest batches
}

// packResult are one packing's figures on one flow.
type packResult struct {
	name      string
	bytes     float64 // per transition
	nanos     float64 // per transition, the encoding of rows or columns included
	durations []float64
}

// flowResult is one flow in batches of one size.
type flowResult struct {
	flow   string
	size   int
	rounds int
	rows   []*packResult
}

// codecResults are the topic's figures.
type codecResults struct {
	most    int // rounds
	limit   time.Duration
	flows   []*flowResult
	missing []string
}

const brotliBest = 11

func packings() ([]packing, error) {
	z, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(false))
	if err != nil {
		return nil, err
	}
	asRows := func(ts []command.Transition) []byte {
		out := make([]byte, 0, batch.RowSize(len(ts)))
		for i := range ts {
			out = batch.AppendRow(out, 0, uint64(i), &ts[i])
		}
		return out
	}
	asColumns := func(ts []command.Transition) []byte { return batch.EncodePayload(nil, ts) }
	plain := func(of func([]command.Transition) []byte) func([]command.Transition) ([]byte, error) {
		return func(ts []command.Transition) ([]byte, error) { return of(ts), nil }
	}
	zstandard := func(of func([]command.Transition) []byte) func([]command.Transition) ([]byte, error) {
		return func(ts []command.Transition) ([]byte, error) { return z.EncodeAll(of(ts), nil), nil }
	}
	brotlied := func(of func([]command.Transition) []byte) func([]command.Transition) ([]byte, error) {
		return func(ts []command.Transition) ([]byte, error) {
			var out bytes.Buffer
			w := brotli.NewWriterLevel(&out, brotliBest)
			_, err := w.Write(of(ts))
			err = errors.Join(err, w.Close())
			return out.Bytes(), err
		}
	}
	all := []packing{
		{"rows of 96 bytes", plain(asRows), false},
		{"rows, zstd best", zstandard(asRows), false},
		{"rows, brotli 11", brotlied(asRows), true},
		{"columns, brotli 11", brotlied(asColumns), true},
	}
	for _, c := range da.Codecs() {
		all = append(all, packing{fmt.Sprintf("Holdfast: columns, envelope %q", c.String()), func(ts []command.Transition) ([]byte, error) {
			e, err := da.Pack(c, asColumns(ts))
			return e.Data, err
		}, false})
	}
	return all, nil
}

func measureCodecs(ctx context.Context, s settings, say progress) (*codecResults, error) {
	r := &codecResults{most: 5, limit: s.limit}
	large := 200_000
	if s.short {
		r.most, large = 1, 0
	}
	generated, err := workload.Generator(1, workload.Options{})
	if err != nil {
		return nil, err
	}
	ts, err := workload.Accepted(generated, max(20_000, large))
	if err != nil {
		return nil, err
	}
	if err = r.flow(ctx, "generated, seed 1", ts[:20_000], true, say); err != nil {
		return nil, err
	}
	if large > 0 {
		if err = r.flow(ctx, "generated, seed 1", ts, false, say); err != nil {
			return nil, err
		}
	}
	path := filepath.Join(s.shared, "orderflow", "orders.csv.xz")
	recorded, done, err := workload.OpenBitstamp(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		say("codec: %s is not there: no recorded flow", path)
		r.missing = append(r.missing, "the recorded flow is not beside this checkout (HOLDFAST_SHARED names its directory)")
		return r, nil
	case err != nil:
		return nil, err
	}
	defer func() { _ = done() }() // read to the end or not at all
	if ts, err = workload.Accepted(recorded, 20_000); err != nil {
		return nil, err
	}
	return r, errors.Join(recorded.Err(), r.flow(ctx, "recorded (Bitstamp, 2015-05-01)", ts, true, say))
}

// flow measures all packings on one batch, turn by turn.
func (r *codecResults) flow(ctx context.Context, name string, ts []command.Transition, slow bool, say progress) error {
	all, err := packings()
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(p packing) bool { return p.slow && !slow })
	f := &flowResult{flow: name, size: len(ts)}
	for _, p := range all {
		f.rows = append(f.rows, &packResult{name: p.name})
	}
	rounds := newBudget(r.limit / 20)
	for ; f.rounds < r.most && (f.rounds == 0 || rounds.left()); f.rounds++ {
		say("codec: %s, batches of %d, round %d of %d", name, len(ts), f.rounds+1, r.most)
		if err := rounds.round(func() error { return f.round(ctx, all, ts) }); err != nil {
			return err
		}
	}
	for _, row := range f.rows {
		row.nanos = median(row.durations, func(v float64) float64 { return v })
	}
	r.flows = append(r.flows, f)
	return nil
}

// round packs once with each.
func (f *flowResult) round(ctx context.Context, all []packing, ts []command.Transition) error {
	for i, p := range all {
		began := time.Now()
		packed, err := p.pack(ts)
		took := time.Since(began)
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		f.rows[i].bytes = float64(len(packed)) / float64(len(ts))
		f.rows[i].durations = append(f.rows[i].durations, float64(took.Nanoseconds())/float64(len(ts)))
	}
	return nil
}
