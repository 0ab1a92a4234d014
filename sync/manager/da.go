package manager

// What must hold here: a batch is archived before its commit is signed; a commit counts only once what L1 names as its
// payload was fetched from there and decoded.

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
)

// maxRefs is how many references of a batch are noted as published; the cursor has room for more.
const maxRefs = 8

// censusWindow is how many of the newest committed batches are sampled.
const censusWindow = 256

// publishStep publishes the first uncommitted batch that is not yet wherever it has to be before its commit. A batch whose
// root no majority stated may be of a wrong header, by which nobody would ever find it.
func (m *Manager) publishStep(ctx context.Context) (bool, error) {
	cur := m.parts.Machine.Cursor()
	heads := cur.Heads()
	for n := heads.Committed + 1; n <= heads.Sealed; n++ {
		record, _ := cur.Batch(n)
		if m.kept(record) {
			continue
		}
		if !m.majorityStates(cur, record) {
			return false, nil
		}
		sealed, err := m.parts.Machine.Sealed(n)
		if err != nil {
			return false, fmt.Errorf("publish batch %d: %w", n, err)
		}
		if sealed.Hash != record.HeaderHash {
			return true, nil // rolled back meanwhile, and of the new one no majority has said anything yet
		}
		refs, err := m.parts.DA.Publish(ctx, sealed.Header, sealed.Content())
		for _, ref := range refs { // the archive's also beside an error of the other
			if stands(record.Refs, da.ProviderID(ref.Provider)) {
				continue
			}
			if rerr := m.record(ctx, cursor.Published{Batch: n, Sealed: sealed.Hash, Ref: ref}); rerr != nil {
				return false, errors.Join(err, rerr)
			}
		}
		if err != nil {
			return false, fmt.Errorf("publish batch %d: %w", n, err)
		}
		return true, nil
	}
	return false, nil
}

// kept says whether a batch is wherever it has to be before its commit is signed.
func (m *Manager) kept(record cursor.Batch) bool {
	return stands(record.Refs, da.ProviderArchive) &&
		(m.parts.DA.PrimaryID() != da.ProviderAltDA || stands(record.Refs, da.ProviderAltDA))
}

func stands(refs []cursor.Ref, provider da.ProviderID) bool {
	return slices.ContainsFunc(refs, func(r cursor.Ref) bool { return da.ProviderID(r.Provider) == provider })
}

// parcel is a sealed batch as the DA providers take it.
func parcel(sealed *fsm.SealedBatch, refs []cursor.Ref) da.Parcel {
	return da.Parcel{Header: sealed.Header, Payload: sealed.Content(), Refs: refs}
}

// blobs gives the blobs of a recorded commit again (layer1.Blobs).
func (m *Manager) blobs(ctx context.Context, first, last uint64, hashes [][32]byte) ([]da.Blob, error) {
	var parcels []da.Parcel
	for n := first; n <= last; n++ {
		sealed, err := m.parts.Machine.Sealed(n)
		if err != nil {
			return nil, fmt.Errorf("batch %d: %w", n, err)
		}
		parcels = append(parcels, parcel(sealed, nil))
	}
	return m.parts.DA.Rebuild(ctx, parcels, hashes)
}

// readable fetches and decodes what an included commit says of its batches' payloads, from where L1 says that they are,
// and notes where that is. What stands in the archive was read back when it was published.
func (m *Manager) readable(ctx context.Context, a cursor.Anchor) error {
	if a.Stale || a.First == 0 {
		return nil // rolled back, or a filler: it moves no head
	}
	events, err := m.l1.contract.Commits(ctx, a.Block.Number, a.Block.Number)
	if err != nil {
		return err
	}
	for n := a.First; n <= a.Last; n++ {
		ref, err := m.committedAs(ctx, events, n)
		if err != nil {
			return fmt.Errorf("batch %d: %w", n, err)
		}
		provider := da.ProviderID(ref.Provider)
		if provider == da.ProviderArchive {
			continue
		}
		sealed, err := m.parts.Machine.SealedHeader(n)
		if err != nil {
			return fmt.Errorf("batch %d: %w", n, err)
		}
		reader := m.parts.DA.Primary
		if provider != m.parts.DA.PrimaryID() {
			reader = m.parts.DA.Reader // committed under another configuration
		}
		if _, err = reader.Fetch(ctx, sealed.Header, []cursor.Ref{ref}); err != nil {
			return fmt.Errorf("batch %d: %w", n, err)
		}
		if err = m.notePublished(ctx, n, sealed.Hash, ref); err != nil {
			return fmt.Errorf("batch %d: %w", n, err)
		}
	}
	return nil
}

// committedAs is the reference that L1 holds for a batch: in one of these events, or in an older block than the anchor is
// believed to be in, which happens where no endpoint has its receipt.
func (m *Manager) committedAs(ctx context.Context, events []layer1.CommitEvent, n uint64) (cursor.Ref, error) {
	for _, e := range slices.Backward(events) {
		if e.Number == n {
			return e.Ref, nil
		}
	}
	seen, err := m.l1.contract.Inspect(ctx, n, layer1.Latest)
	if err != nil {
		return cursor.Ref{}, err
	}
	event, err := m.l1.contract.CommitOf(ctx, seen)
	return event.Ref, err
}

// notePublished records a further place of a batch.
func (m *Manager) notePublished(ctx context.Context, n uint64, sealed cursor.Hash, ref cursor.Ref) error {
	record, ok := m.parts.Machine.Cursor().Batch(n)
	known := slices.ContainsFunc(record.Refs, func(r cursor.Ref) bool {
		return r.Provider == ref.Provider && r.Commitment == ref.Commitment
	})
	if !ok || known || len(record.Refs) >= maxRefs {
		return nil
	}
	return m.record(ctx, cursor.Published{Batch: n, Sealed: sealed, Ref: ref})
}

// censusStep asks every provider for one of the newest committed batches, in turn, and archives again what the archive
// has lost.
func (m *Manager) censusStep(ctx context.Context) (bool, error) {
	committed := m.parts.Machine.Cursor().Heads().Committed
	if committed == 0 {
		return false, nil
	}
	lowest := committed - min(committed, censusWindow) + 1
	n := max(m.sampled+1, lowest)
	if n > committed {
		n = lowest
	}
	m.sampled = n
	sealed, err := m.parts.Machine.SealedHeader(n)
	if errors.Is(err, fsm.ErrVersionReleased) || errors.Is(err, fsm.ErrUnknownBatch) {
		return false, nil // this replica does not keep it any more
	}
	if err != nil {
		return false, fmt.Errorf("census of batch %d: %w", n, err)
	}
	refs, err := m.places(ctx, sealed.Header)
	if err != nil {
		return false, fmt.Errorf("census of batch %d: %w", n, err)
	}
	census := m.parts.DA.Reader.Census(ctx, sealed.Header, refs)
	if m.archiveAgain(ctx, sealed.Header, refs, census) {
		census = m.parts.DA.Reader.Census(ctx, sealed.Header, refs)
	}
	if ctx.Err() == nil {
		m.tally.Note(n, census)
	}
	if census.Alone() {
		m.log.WarnContext(ctx, "only one DA provider has a batch", slog.Uint64("batch", n), slog.String("provider", census.Holders[0]))
	}
	return false, nil
}

// places are the references of a committed batch: the archive's, which follows from the header, and L1's.
func (m *Manager) places(ctx context.Context, header batch.Header) ([]cursor.Ref, error) {
	refs := []cursor.Ref{da.ArchiveRef(header)}
	ref, err := m.committedAs(ctx, nil, header.Number)
	if err != nil {
		return nil, err
	}
	if da.ProviderID(ref.Provider) != da.ProviderArchive {
		refs = append(refs, ref)
	}
	return refs, nil
}

// archiveAgain puts a batch that the archive lost back there, from another provider, and says whether it did.
func (m *Manager) archiveAgain(ctx context.Context, header batch.Header, refs []cursor.Ref, census da.Census) bool {
	lost := slices.ContainsFunc(census.Failed, func(a da.Attempt) bool {
		return a.Provider == m.parts.DA.Archive().Name() && errors.Is(a.Err, da.ErrAbsent)
	})
	if !lost || len(census.Holders) == 0 {
		return false
	}
	fetched, err := m.parts.DA.Reader.Fetch(ctx, header, refs)
	if err == nil {
		_, err = m.parts.DA.Archive().Publish(ctx, header, fetched.Payload)
	}
	if err != nil {
		m.log.ErrorContext(ctx, "a batch that the archive lost is not archived again", slog.Uint64("batch", header.Number), slog.Any("error", err))
		return false
	}
	m.log.WarnContext(ctx, "a batch that the archive lost is archived again", slog.Uint64("batch", header.Number),
		slog.String("from", fetched.Provider))
	return true
}

// Alone returns how many of the batches that this replica sampled as leader only one DA provider has.
func (m *Manager) Alone() int { return m.tally.Alone() }
