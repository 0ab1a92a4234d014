package figures

// What is packed is unpacked and compared, or there is no figure.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/jepsen/workload"
	"github.com/holdfast-rollup/holdfast/sync/da"
)

// CodecOptions of Codec.
type CodecOptions struct {
	Rounds   int
	Batch    int    // transitions
	Flow     string // as workload.Open has it
	Accounts int    // of the generator
	Markets  int
	Seed     uint64
}

// DefaultCodec is what `holdfast bench codec` measures without flags.
func DefaultCodec() CodecOptions {
	return CodecOptions{Rounds: 5, Batch: 20_000, Flow: workload.FlowMarket, Accounts: 10_000, Markets: 4, Seed: 1}
}

// Validate reports every option that is out of range.
func (o CodecOptions) Validate() error {
	errs := []error{
		within("rounds", o.Rounds, 1, 1000), within("batch", o.Batch, 1, 1_000_000),
		within("accounts", o.Accounts, 1, 1_000_000), within("markets", o.Markets, 1, 1000),
	}
	if workload.ValidFlow(o.Flow) != nil {
		errs = append(errs, &OptionError{"flow", o.Flow, "market or bitstamp:FILE"})
	}
	return errors.Join(errs...)
}

// CodecReport is the size of a batch and what it takes to make it.
type CodecReport struct {
	Rounds      int          `json:"rounds"`
	Flow        string       `json:"flow"`
	Transitions int          `json:"transitions"` // in the batch
	RowBytes    int          `json:"row_bytes_per_transition"`
	Bytes       float64      `json:"payload_bytes_per_transition"` // columns
	EncodeNanos float64      `json:"encode_ns_per_transition"`     // into columns
	DecodeNanos float64      `json:"decode_ns_per_transition"`
	Codecs      []PackReport `json:"codecs"`
	packs       []*packResult
}

// PackReport is one codec's, the columns given.
type PackReport struct {
	Codec       string  `json:"codec"`
	Bytes       float64 `json:"envelope_bytes_per_transition"`
	SmallerThan float64 `json:"smaller_than_rows"` // times
	PackNanos   float64 `json:"pack_ns_per_transition"`
	UnpackNanos float64 `json:"unpack_ns_per_transition"`
}

// packResult are the rounds of one codec.
type packResult struct {
	codec        da.Codec
	bytes        int
	pack, unpack []float64
}

// Codec measures the payload's columns and each envelope codec on one batch of accepted transitions.
func Codec(ctx context.Context, o CodecOptions, say Progress) (_ *CodecReport, err error) {
	if err = o.Validate(); err != nil {
		return nil, err
	}
	say("executing %d transitions of flow %s", o.Batch, o.Flow)
	flow, done, err := workload.Open(o.Flow, o.Seed, workload.Options{Accounts: o.Accounts, Markets: o.Markets})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, done()) }()
	ts, err := workload.Accepted(flow, o.Batch)
	if err != nil {
		return nil, err
	}
	if recorded, ok := flow.(*workload.Recorded); ok && recorded.Err() != nil {
		return nil, recorded.Err()
	}
	if len(ts) == 0 {
		return nil, fmt.Errorf("flow %s has no accepted transition", o.Flow)
	}
	return codecs(ctx, o, ts, say)
}

func codecs(ctx context.Context, o CodecOptions, ts []command.Transition, say Progress) (*CodecReport, error) {
	r := &CodecReport{Rounds: o.Rounds, Flow: o.Flow, Transitions: len(ts), RowBytes: batch.RowWidth}
	for _, c := range da.Codecs() {
		r.packs = append(r.packs, &packResult{codec: c})
	}
	var encode, decode []float64
	var encoder batch.Encoder
	var decoder batch.Decoder
	var payload []byte
	limits := batch.DefaultLimits()
	err := rounds(ctx, o.Rounds, say, func(int) error {
		took, err := each(len(ts), func() error { payload = encoder.Payload(payload[:0], ts); return nil })
		if err != nil {
			return err
		}
		var back []command.Transition
		read, err := each(len(ts), func() (err error) { back, err = decoder.Payload(nil, payload, limits); return err })
		if err != nil {
			return err
		}
		if !slices.Equal(back, ts) {
			return errors.New("the payload decodes to other transitions")
		}
		encode, decode = append(encode, took), append(decode, read)
		for _, p := range r.packs {
			if err := p.round(len(ts), payload); err != nil {
				return fmt.Errorf("codec %s: %w", p.codec, err)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	n := float64(len(ts))
	r.Bytes, r.EncodeNanos, r.DecodeNanos = float64(len(payload))/n, Median(encode), Median(decode)
	for _, p := range r.packs {
		size := float64(p.bytes) / n
		r.Codecs = append(r.Codecs, PackReport{
			Codec: p.codec.String(), Bytes: size, SmallerThan: batch.RowWidth / size, PackNanos: Median(p.pack), UnpackNanos: Median(p.unpack),
		})
	}
	return r, nil
}

func (p *packResult) round(n int, payload []byte) error {
	var e da.Envelope
	pack, err := each(n, func() (err error) { e, err = da.Pack(p.codec, payload); return err })
	if err != nil {
		return err
	}
	var back []byte
	unpack, err := each(n, func() (err error) { back, err = da.Unpack(e, len(payload)); return err })
	if err != nil {
		return err
	}
	if !bytes.Equal(back, payload) {
		return errors.New("the envelope unpacks to another payload")
	}
	p.bytes, p.pack, p.unpack = da.EnvelopeHeaderSize+len(e.Data), append(p.pack, pack), append(p.unpack, unpack)
	return nil
}

// WriteTable writes the report for people.
func (r *CodecReport) WriteTable(w io.Writer) {
	line(w, "", "bytes/transition", "smaller than rows", "ns/transition in", "and out")
	line(w, "rows", fmt.Sprint(r.RowBytes), "1.0 x")
	line(w, "columns", fmt.Sprintf("%.2f", r.Bytes), fmt.Sprintf("%.1f x", float64(r.RowBytes)/r.Bytes), fmt.Sprintf("%.0f", r.EncodeNanos), fmt.Sprintf("%.0f", r.DecodeNanos))
	for _, c := range r.Codecs {
		line(w, "columns, "+c.Codec, fmt.Sprintf("%.2f", c.Bytes), fmt.Sprintf("%.1f x", c.SmallerThan), fmt.Sprintf("%.0f", c.PackNanos), fmt.Sprintf("%.0f", c.UnpackNanos))
	}
	line(w, "flow", r.Flow, fmt.Sprintf("one batch of %d", r.Transitions))
}
