package da

// Invariants of this file: a reference is given only for bytes that the server gave back intact; the commitment that
// binds the server is computed here and never taken from it.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

// AltDAConfig says which server to use and how.
type AltDAConfig struct {
	// URL of the server, to which /put and /get are appended.
	URL string
	// Generic servers choose their own commitments; others are given the keccak256 of what they store.
	Generic bool
	// Codec of the envelopes that are published.
	Codec Codec
	// LimitBytes is the largest payload that is published or read; 0 means DefaultLimitBytes.
	LimitBytes int
	Web        WebOptions
}

// Validate reports everything that is wrong with the configuration.
func (c *AltDAConfig) Validate() error {
	var errs []error
	if _, err := newWeb(c.URL, c.Web); err != nil {
		errs = append(errs, fmt.Errorf("alt-DA server is %w", err))
	}
	if c.LimitBytes < 0 {
		errs = append(errs, fmt.Errorf("limit of %d bytes", c.LimitBytes))
	}
	return errors.Join(append(errs, c.Web.Validate())...)
}

// AltDA is a Provider on a server that speaks the interface of OP's alt-DA servers: POST /put/0x<commitment> or
// POST /put, which answers with the commitment; GET /get/0x<commitment>. What it stores is an encoded envelope.
type AltDA struct {
	config AltDAConfig
	web    *web
}

// NewAltDA makes the provider; it asks nobody yet.
func NewAltDA(config AltDAConfig) (*AltDA, error) {
	if err := config.Validate(); err != nil {
		return nil, fmt.Errorf("da: alt-DA configuration: %w", err)
	}
	w, err := newWeb(config.URL, config.Web)
	if err != nil {
		return nil, fmt.Errorf("da: alt-DA server is %w", err)
	}
	config.LimitBytes = limitOr(config.LimitBytes)
	return &AltDA{config: config, web: w}, nil
}

// ID implements Provider.
func (p *AltDA) ID() ProviderID { return ProviderAltDA }

// Name implements Provider.
func (p *AltDA) Name() string { return ProviderAltDA.String() }

// Publish implements Provider. A generic server may store the same batch several times, under several commitments.
func (p *AltDA) Publish(ctx context.Context, header batch.Header, payload []byte) (cursor.Ref, error) {
	if len(payload) > p.config.LimitBytes {
		return cursor.Ref{}, fmt.Errorf("%w: payload of %d bytes, the limit is %d", ErrTooLarge, len(payload), p.config.LimitBytes)
	}
	if err := checkPayload(header, payload); err != nil {
		return cursor.Ref{}, err
	}
	e, err := Pack(p.config.Codec, payload)
	if err != nil {
		return cursor.Ref{}, err
	}
	ref, err := p.put(ctx, e)
	if err != nil {
		return cursor.Ref{}, fmt.Errorf("da: put batch %d: %w", header.Number, err)
	}
	if _, err := p.Fetch(ctx, ref, header); err != nil {
		return cursor.Ref{}, fmt.Errorf("da: read batch %d back: %w", header.Number, err)
	}
	return ref, nil
}

func (p *AltDA) put(ctx context.Context, e Envelope) (cursor.Ref, error) {
	encoded := e.Append(make([]byte, 0, EnvelopeHeaderSize+len(e.Data)))
	sum := keccak256(encoded)
	key := append([]byte{altKeccak}, sum[:]...)
	path := fmt.Sprintf("/put/0x%x", key)
	if p.config.Generic {
		path = "/put"
	}
	err := p.web.do(ctx, request{method: http.MethodPost, path: path, body: encoded}, func(_ string, body io.Reader) error {
		if !p.config.Generic {
			return nil
		}
		var err error
		if key, err = io.ReadAll(&limited{body, maxAltCommitment}); err == nil && (len(key) == 0 || key[0] != altGeneric) {
			err = fmt.Errorf("%w: alt-DA commitment %x is not generic", ErrMalformed, key)
		}
		return err
	})
	if err != nil {
		return cursor.Ref{}, err
	}
	return altRef(e, encoded, key)
}

// Fetch implements Provider.
func (p *AltDA) Fetch(ctx context.Context, ref cursor.Ref, header batch.Header) ([]byte, error) {
	if ProviderID(ref.Provider) != ProviderAltDA {
		return nil, fmt.Errorf("%w: %s", ErrForeignReference, ProviderID(ref.Provider))
	}
	key, err := altKey(ref)
	if err != nil {
		return nil, fmt.Errorf("da: batch %d: %w", header.Number, err)
	}
	object := fmt.Sprintf("0x%x", key)
	size := uint64(EnvelopeHeaderSize) + uint64(ref.Bytes)
	// A codec may enlarge what it cannot compress, by far less than a sixteenth.
	if most := uint64(p.config.LimitBytes) + uint64(p.config.LimitBytes)/16 + 1024; size > most {
		return nil, fmt.Errorf("%w: batch %d: envelope of %d bytes, at most %d are read", ErrTooLarge, header.Number, size, most)
	}
	wrong := &WrongBytesError{Provider: p.Name(), Object: object, Want: ref.Commitment}
	var encoded bytes.Buffer
	err = p.web.do(ctx, request{method: http.MethodGet, path: "/get/" + object}, func(_ string, body io.Reader) error {
		encoded.Reset()
		_, cerr := io.Copy(&encoded, &limited{body, int64(size)})
		return cerr
	})
	var status *StatusError
	switch {
	case errors.As(err, &status) && status.Status == http.StatusNotFound:
		return nil, fmt.Errorf("%w: %s has no %s", ErrAbsent, p.web.host(), object)
	case errors.Is(err, ErrTooLarge):
		wrong.Cause = err
		return nil, wrong
	case err != nil:
		return nil, err
	}
	if wrong.Got = keccak256(encoded.Bytes()); wrong.Got != ref.Commitment {
		return nil, wrong
	}
	return openEnvelope(p.Name(), object, ref, header, encoded.Bytes(), p.config.LimitBytes)
}
