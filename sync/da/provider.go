package da

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

// Fetcher gives payloads back. Implementations may be called concurrently.
type Fetcher interface {
	// ID is the id in the references that it serves.
	ID() ProviderID
	// Name is the configured name, for logs, metrics and Fetched.
	Name() string
	// Fetch returns the payload that ref names, checked against ref's commitment and header's payload hash.
	// Whatever fails the check is reported as WrongBytesError, which is ErrAbsent.
	Fetch(ctx context.Context, ref cursor.Ref, header batch.Header) ([]byte, error)
}

// Provider keeps payloads. What rides in commit transactions has a Fetcher alone: LoadBlobs and LoadCalldata make what
// the transaction carries, and sending it publishes.
type Provider interface {
	Fetcher
	// Publish keeps payload, which is the one header names, and returns where. It returns only after the provider
	// gave the payload back intact. Publishing the same batch again gives an equivalent reference.
	Publish(ctx context.Context, header batch.Header, payload []byte) (cursor.Ref, error)
}

// checkPayload is the last check before bytes leave this package as a payload, and the first before they enter.
func checkPayload(header batch.Header, payload []byte) error {
	if got := sha256.Sum256(payload); got != header.PayloadHash {
		return fmt.Errorf("%w: payload hashes to %x, batch %d has %x", ErrMalformed, got, header.Number, header.PayloadHash)
	}
	return nil
}

// Reader fetches payloads from several providers. It may be used concurrently.
type Reader struct{ providers []Fetcher }

// NewReader gives a reader that tries providers in the given order.
func NewReader(providers ...Fetcher) *Reader { return &Reader{providers: providers} }

// Fetched is a payload and the name of the provider that served it.
type Fetched struct {
	Payload  []byte
	Provider string
}

// Fetch returns header's payload from the first provider that gives it back intact, asking each only for references
// of its own. If none does, the error is a *FetchError, or ErrNoProvider when none could be asked.
func (r *Reader) Fetch(ctx context.Context, header batch.Header, refs []cursor.Ref) (Fetched, error) {
	var failed FetchError
	for _, p := range r.providers {
		for _, ref := range refs {
			if ProviderID(ref.Provider) != p.ID() {
				continue
			}
			payload, err := p.Fetch(ctx, ref, header)
			if err == nil {
				return Fetched{Payload: payload, Provider: p.Name()}, nil
			}
			failed.Attempts = append(failed.Attempts, Attempt{Provider: p.Name(), Err: err})
			if ctx.Err() != nil {
				return Fetched{}, &failed
			}
		}
	}
	if len(failed.Attempts) == 0 {
		return Fetched{}, fmt.Errorf("%w: batch %d has %d references, %d providers are configured",
			ErrNoProvider, header.Number, len(refs), len(r.providers))
	}
	return Fetched{}, &failed
}

// Attempt is one provider's failure to serve a payload.
type Attempt struct {
	Provider string
	Err      error
}

// FetchError says why no provider served a payload. It matches ErrAbsent only if every provider said so: one that
// could not be asked may still have it.
type FetchError struct{ Attempts []Attempt }

func (e *FetchError) Error() string {
	var b strings.Builder
	b.WriteString("da: no provider served the payload")
	for _, a := range e.Attempts {
		fmt.Fprintf(&b, "; %s: %v", a.Provider, a.Err)
	}
	return b.String()
}

// Is matches ErrAbsent if every attempt does, and any other target if some attempt does.
func (e *FetchError) Is(target error) bool {
	matches := func(a Attempt) bool { return errors.Is(a.Err, target) }
	if target == ErrAbsent {
		return !slices.ContainsFunc(e.Attempts, func(a Attempt) bool { return !matches(a) })
	}
	return slices.ContainsFunc(e.Attempts, matches)
}

// As finds target in the attempts, in order. There is no Unwrap, because it would match ErrAbsent if any attempt does.
func (e *FetchError) As(target any) bool {
	return slices.ContainsFunc(e.Attempts, func(a Attempt) bool { return errors.As(a.Err, target) })
}
