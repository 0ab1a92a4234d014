package fsm

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"slices"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// What L1 holds and this history does not becomes part of the state by executing
// it, on every replica, or not at all. Nobody's word is taken for a root.

// One constant, in two packages that do not know each other.
var _ = [1]struct{}{}[command.HeaderBytes-batch.HeaderSize]

// adoption is a batch of which not all pieces have come. It is immutable; the
// payload's memory behind its length belongs to the next one.
type adoption struct {
	header  [command.HeaderBytes]byte
	total   uint32
	payload []byte
}

// applyAdopt takes a piece of a batch, and with the last one the batch.
func (m *Machine) applyAdopt(c command.Adopt, result *Result) error {
	r := m.r
	header, refusal := r.adoptable(&c)
	if refusal == nil {
		refusal = r.takePiece(&c)
	}
	if refusal != nil {
		result.Err = refusal
		return nil //nolint:nilerr // the refusal stands in the result
	}
	r.clamp(c.TimeMs)
	if len(r.adopting.payload) < int(c.Total) {
		return nil
	}
	payload := r.adopting.payload
	r.adopting = nil
	var err error
	if result.Err, err = r.rederive(&header, payload); err != nil || result.Err != nil {
		return err
	}
	b := r.settle()
	r.clamp(header.SealTimeMs)
	r.cursor.SetApplied(r.store.Counters().Sequence)
	m.settled(b)
	r.cursor.Adoption(header.Number, b.Hash, c.Reason, r.at())
	m.stats.Adoptions.Add(1)
	m.config.Logger.Warn("a batch was adopted", slog.Uint64("batch", header.Number),
		slog.Int("transitions", int(header.Transitions)), slog.String("reason", c.Reason))
	return nil
}

// adoptable says whether a batch under this header may be adopted now.
func (r *replica) adoptable(c *command.Adopt) (batch.Header, error) {
	if !r.hasGenesis() {
		return batch.Header{}, ErrNoLineage
	}
	h, err := batch.DecodeHeader(c.Header[:])
	if err != nil {
		return h, &DerivationError{Batch: h.Number, Field: "header", Detail: "its bytes", Reason: err}
	}
	if err := r.suits(&h); err != nil {
		return h, err
	}
	switch {
	case r.sealing != nil || len(r.open.transitions) > 0 || len(r.open.origins) > 0:
		return h, fmt.Errorf("adopt batch %d while batch %d is open: %w", h.Number, r.newest.batch+1, ErrBatchOpen)
	case h.Number != r.openNumber():
		return h, fmt.Errorf("adopt batch %d, next is %d: %w", h.Number, r.openNumber(), ErrStaleAdoption)
	case h.SealTimeMs > max(r.clockMs, c.TimeMs):
		return h, fmt.Errorf("adopt batch %d, sealed at %d: %w", h.Number, h.SealTimeMs, ErrSealedLater)
	}
	return h, r.queued(&h)
}

// Suits says whether a batch under this header could ever become part of this
// history, wherever that stands: whoever wants to go back for it asks before.
func (m *Machine) Suits(h batch.Header) error {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.r.suits(&h)
}

func (r *replica) suits(h *batch.Header) error {
	switch kind := batch.PayloadKind(r.genesis.PayloadKind); {
	case h.Lineage != r.genesis.Lineage:
		return &DerivationError{Batch: h.Number, Field: "lineage", Detail: fmt.Sprintf("%x, this history is %x", h.Lineage, r.genesis.Lineage)}
	case h.PayloadKind != kind:
		return &DerivationError{Batch: h.Number, Field: "payload kind", Detail: fmt.Sprintf("%s, this lineage has %s", h.PayloadKind, kind)}
	case kind != batch.PayloadTransitions:
		return fmt.Errorf("adopt batch %d: %w", h.Number, ErrNothingToExecute)
	case h.ProgramVersion != r.programVersion(h.Number):
		return fmt.Errorf("adopt batch %d of program %d, active is %d: %w", h.Number, h.ProgramVersion, r.programVersion(h.Number), ErrProgramVersion)
	}
	return nil
}

// queued says whether the deposits that a batch consumed are those of the record,
// and stand as deep on L1 as if they were credited here.
func (r *replica) queued(h *batch.Header) error {
	if h.InboxTo == h.InboxFrom {
		return nil
	}
	if to := r.cursor.Inbox().To; h.InboxTo > to {
		return &DepositError{to, ErrDepositUnknown}
	}
	if deep := r.cursor.Creditable(r.genesis.DepositDepth); h.InboxTo > deep {
		return &DepositError{deep, ErrDepositShallow}
	}
	if d, ok := r.cursor.Deposit(h.InboxTo - 1); !ok || d.Hash != h.InboxHash {
		return &DepositError{h.InboxTo - 1, ErrDepositFork}
	}
	return nil
}

// takePiece adds a piece to those that have come.
func (r *replica) takePiece(c *command.Adopt) error {
	if c.Offset == 0 {
		r.adopting = &adoption{header: c.Header, total: c.Total, payload: slices.Clone(c.Piece)}
		return nil
	}
	a := r.adopting
	if a == nil || a.header != c.Header || a.total != c.Total || len(a.payload) != int(c.Offset) {
		return fmt.Errorf("adopt: piece at %d of %d bytes: %w", c.Offset, c.Total, ErrAdoptionPiece)
	}
	r.adopting = &adoption{header: a.header, total: a.total, payload: append(a.payload, c.Piece...)}
	return nil
}

func (a *adoption) append(dst []byte) []byte {
	w := command.Writer{Buf: dst}
	w.Fixed(a.header[:])
	w.U32(a.total)
	w.Bytes(a.payload, command.MaxAdoptPayload)
	return w.Buf
}

func readAdoption(body []byte) (*adoption, error) {
	r := command.NewReader(body)
	a := &adoption{}
	r.Fixed(a.header[:])
	a.total = r.U32()
	a.payload = bytes.Clone(r.Bytes(command.MaxAdoptPayload))
	if r.Err() == nil && (len(a.payload) == 0 || uint64(len(a.payload)) >= uint64(a.total) || a.total > command.MaxAdoptPayload) {
		r.Fail(command.ErrValue)
	}
	return a, r.Done()
}

func (a *adoption) digest() [32]byte { return sha256.Sum256(a.append(nil)) }
