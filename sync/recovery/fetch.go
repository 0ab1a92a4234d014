package recovery

// Payloads come in order however they are fetched. What leaves this file was checked against the header whose hash L1
// holds, or, without an L1, against the hash by which the batch after it names it.

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
)

// Wanted is a batch to fetch.
type Wanted struct {
	Number     uint64
	HeaderHash [32]byte
	Ref        cursor.Ref // L1's; zero without an L1
	TxHash     [32]byte   // of its commit; zero without an L1
}

// Fetched is a batch that came.
type Fetched struct {
	Header  batch.Header
	Content []byte
	Source  string // provider that gave it
	Bytes   int64  // that were read for it
	err     error
}

// fetcher gets batches from the archive, and where that does not have them from what L1 names.
type fetcher struct {
	set      *da.Set
	contract *layer1.Contract // nil without an L1
	reads    atomic.Int64     // bytes of DA
	refused  func(what string, err error)
}

// get fetches one batch.
func (f *fetcher) get(ctx context.Context, w Wanted) (Fetched, error) {
	object, err := f.set.Archive().Load(ctx, w.HeaderHash)
	if err == nil {
		n := int64(da.ObjectHead + da.EnvelopeHeaderSize + len(object.Envelope.Data) + 32)
		f.reads.Add(n)
		return Fetched{Header: object.Header, Content: object.Payload, Source: "archive", Bytes: n}, nil
	}
	if ctx.Err() != nil {
		return Fetched{}, ctx.Err()
	}
	f.refused(fmt.Sprintf("batch %d in the archive", w.Number), err)
	if f.contract == nil || da.ProviderID(w.Ref.Provider) == da.ProviderArchive {
		return Fetched{}, fmt.Errorf("batch %d, header %x: %w", w.Number, w.HeaderHash, err)
	}
	header, err := f.header(ctx, w)
	if err != nil {
		return Fetched{}, err
	}
	got, err := f.set.Reader.Fetch(ctx, header, []cursor.Ref{w.Ref})
	if err != nil {
		return Fetched{}, fmt.Errorf("batch %d, header %x: %w", w.Number, w.HeaderHash, err)
	}
	n := int64(da.EnvelopeHeaderSize) + int64(w.Ref.Bytes)
	f.reads.Add(n)
	return Fetched{Header: header, Content: got.Payload, Source: got.Provider, Bytes: n}, nil
}

// header reads a header from its commit transaction.
func (f *fetcher) header(ctx context.Context, w Wanted) (batch.Header, error) {
	headers, err := f.contract.Headers(ctx, w.TxHash)
	if err != nil {
		return batch.Header{}, fmt.Errorf("header of batch %d: %w", w.Number, err)
	}
	for _, h := range headers {
		if h.Hash() == w.HeaderHash {
			return h, nil
		}
	}
	return batch.Header{}, fmt.Errorf("%w: transaction %x does not hold the header of batch %d", ErrDamaged, w.TxHash, w.Number)
}

// ahead is how many batches are fetched before they are needed: enough to keep a slow store busy, few enough to hold.
const ahead = 8

// each fetches the wanted batches and calls fn in their order.
func (f *fetcher) each(ctx context.Context, wanted []Wanted, fn func(Fetched) error) error {
	outer := ctx
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	queue := make(chan chan Fetched, ahead)
	go func() {
		defer close(queue)
		for _, w := range wanted {
			one := make(chan Fetched, 1)
			select {
			case queue <- one: // at most ahead are under way
			case <-ctx.Done():
				return
			}
			go func() {
				got, err := f.get(ctx, w)
				got.err = err
				one <- got
			}()
		}
	}()
	var failed error
	for one := range queue {
		got := <-one // comes always: get ends with ctx
		if failed != nil {
			continue
		}
		if failed = got.err; failed == nil {
			failed = fn(got)
		}
		if failed != nil {
			cancel()
		}
	}
	if failed != nil {
		return failed
	}
	return context.Cause(outer)
}
