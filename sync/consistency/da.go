package consistency

// What must hold here: a payload counts as there only where it was fetched from and hashed; what was read once of a batch
// is read again only as a sample.

import (
	"context"
	"errors"
	"fmt"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/da"
)

// DA fetches and checks payloads: *da.Reader.
type DA interface {
	Fetch(ctx context.Context, header batch.Header, refs []cursor.Ref) (da.Fetched, error)
}

// Headers finds the header that has a hash, and where the archive has its payload. It is an error that matches
// da.ErrAbsent if the archive does not have it.
type Headers func(ctx context.Context, headerHash cursor.Hash) (batch.Header, cursor.Ref, error)

const (
	// fetchesPerCheck bounds what one check reads from DA providers about one pair of layers.
	fetchesPerCheck = 8
	// checksPerSample is how many checks there are for each old batch that is read again.
	checksPerSample = 16
)

// place is where a payload is, or is said to be.
type place struct {
	header     cursor.Hash
	provider   uint8
	commitment cursor.Hash
	block      cursor.Hash // which block says so; zero for what was read
}

func placeOf(header cursor.Hash, ref cursor.Ref) place {
	return place{header: header, provider: ref.Provider, commitment: ref.Commitment}
}

// forget drops what is known of batches that are finalized or rolled back.
func (c *Checker) forget(cur *cursor.Cursor) {
	live := map[cursor.Hash]bool{}
	for n := cur.Heads().Finalized + 1; n <= cur.Heads().Sealed; n++ {
		record, _ := cur.Batch(n)
		live[record.HeaderHash] = true
	}
	for p := range c.read {
		if !live[p.header] {
			delete(c.read, p)
		}
	}
	for header := range c.named {
		if !live[header] {
			delete(c.named, header)
		}
	}
}

// checkDA reads back the payloads of unfinalized batches that this replica has not read yet.
func (c *Checker) checkDA(ctx context.Context, cur *cursor.Cursor) cursor.Verdict {
	heads := cur.Heads()
	budget := fetchesPerCheck
	for n := heads.Finalized + 1; n <= heads.Published && budget > 0; n++ {
		record, ok := cur.Batch(n)
		if !ok || len(record.Refs) == 0 || c.readAny(record) {
			continue
		}
		sealed, err := c.config.Local.Sealed(n)
		if err != nil || sealed.Hash != record.HeaderHash {
			continue
		}
		budget--
		for _, ref := range record.Refs {
			if _, err = c.config.DA.Fetch(ctx, sealed.Header, []cursor.Ref{ref}); err == nil {
				c.read[placeOf(sealed.Hash, ref)] = true
				break
			}
		}
		if err != nil { // only now all are asked at once, so that the error is about all
			if _, err = c.config.DA.Fetch(ctx, sealed.Header, record.Refs); err != nil {
				return unreadable(cursor.LocalDA, n, err)
			}
		}
	}
	return c.lag(cursor.LocalDA, "published", heads.Published, heads.Sealed)
}

func (c *Checker) readAny(record cursor.Batch) bool {
	for _, ref := range record.Refs {
		if c.read[placeOf(record.HeaderHash, ref)] {
			return true
		}
	}
	return false
}

// unreadable judges a payload that was not given back: missing if everybody answered, otherwise unknown.
func unreadable(pair cursor.Pair, n uint64, err error) cursor.Verdict {
	v := cursor.Verdict{Pair: pair, Batch: n, Finding: cursor.Missing, Cause: cursor.CauseAbsent, Detail: err.Error()}
	var wrong *da.WrongBytesError
	switch {
	case !errors.Is(err, da.ErrAbsent):
		v.Finding, v.Cause = cursor.Unknown, cursor.CauseUnreachable
	case errors.As(err, &wrong):
		v.Cause = cursor.CauseWrongBytes
	}
	return v
}

// checkL1DA reads back what L1 names as the payloads of the batches that it holds: of every unfinalized one once, of the
// finalized ones a sample.
func (c *Checker) checkL1DA(ctx context.Context, cur *cursor.Cursor) cursor.Verdict {
	heads := cur.Heads()
	budget := fetchesPerCheck
	newest := heads.Finalized
	said := map[uint64][]Committed{} // by block
	for n := heads.Finalized + 1; n <= heads.Sealed && budget > 0; n++ {
		record, ok := cur.Batch(n)
		if !ok || record.Commit == nil {
			break
		}
		newest = n
		if p, known := c.named[record.HeaderHash]; known && p.block == record.Commit.Block.Hash {
			p.block = cursor.Hash{}
			if c.read[p] {
				continue
			}
		}
		budget--
		if v, ok := c.readNamed(ctx, record, said); !ok {
			return v
		}
	}
	if v, ok := c.sampleOld(ctx, heads.Finalized); !ok {
		return v
	}
	return consistent(cursor.L1DA, newest)
}

// readNamed reads back one batch from where L1 says that it is.
func (c *Checker) readNamed(ctx context.Context, record cursor.Batch, said map[uint64][]Committed) (v cursor.Verdict, ok bool) {
	n, at := record.Number, record.Commit.Block
	if _, asked := said[at.Number]; !asked {
		commits, err := c.config.L1.Commits(ctx, at.Number)
		if err != nil {
			return unknown(cursor.L1DA, n, cursor.CauseUnreachable, err), false
		}
		said[at.Number] = commits
	}
	commit, found := Committed{}, false
	for _, x := range said[at.Number] {
		if x.Number == n {
			commit, found = x, true // the last of a block stands
		}
	}
	if !found { // an inclusion whose receipt no endpoint had is believed to be in a later block than it is
		var err error
		if commit, err = c.config.L1.Commit(ctx, n); err != nil {
			return unknown(cursor.L1DA, n, cursor.CauseUnreachable, err), false
		}
	}
	if commit.HeaderHash != record.HeaderHash {
		// Whether that is a reorganization or another batch is for the comparison with the contract to say.
		return unknown(cursor.L1DA, n, cursor.CauseMoving, fmt.Errorf("L1 names the payload of header %x: %w", commit.HeaderHash, errMoved)), false
	}
	p := placeOf(record.HeaderHash, commit.Ref)
	if !c.read[p] {
		sealed, err := c.config.Local.Sealed(n)
		if err != nil || sealed.Hash != record.HeaderHash {
			return v, true // not kept here; another replica has it
		}
		if _, err = c.config.DA.Fetch(ctx, sealed.Header, []cursor.Ref{commit.Ref}); err != nil {
			return unreadable(cursor.L1DA, n, err), false
		}
		c.read[p] = true
	}
	p.block = at.Hash
	c.named[record.HeaderHash] = p
	return v, true
}

// sample walks the old batches in an order of its own, and comes back to one that was missing.
type sample struct {
	state   uint64
	checks  uint64
	suspect cursor.Verdict // what was last found of one that is not all right; zero if nothing is
}

// next is splitmix64 (Steele, Lea, Flood, 2014).
func (s *sample) next(limit uint64) uint64 {
	s.state += 0x9e3779b97f4a7c15
	z := s.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return (z^z>>31)%limit + 1
}

// sampleOld reads back one finalized batch every few checks, by what L1 alone says of it. A finding stands until the
// same batch can be read again.
func (c *Checker) sampleOld(ctx context.Context, finalized uint64) (v cursor.Verdict, ok bool) {
	s := &c.old
	s.checks++
	if c.config.Headers == nil || finalized == 0 || s.checks%checksPerSample != 0 {
		return s.suspect, s.suspect.Finding == 0
	}
	n := s.suspect.Batch
	if n == 0 {
		n = s.next(finalized)
	}
	v = c.readOld(ctx, n)
	switch v.Finding {
	case 0:
		s.suspect = cursor.Verdict{}
	case cursor.Unknown: // says nothing, neither of this one nor of the one before
		return v, false
	default:
		s.suspect = v
	}
	return s.suspect, s.suspect.Finding == 0
}

// readOld reads back an old batch; the verdict is zero if all is well.
func (c *Checker) readOld(ctx context.Context, n uint64) cursor.Verdict {
	commit, err := c.config.L1.Commit(ctx, n)
	if err != nil {
		return unknown(cursor.L1DA, n, cursor.CauseUnreachable, err)
	}
	header, archived, err := c.config.Headers(ctx, commit.HeaderHash)
	if err != nil {
		return unreadable(cursor.L1DA, n, fmt.Errorf("the header of batch %d: %w", n, err))
	}
	// Blobs expire, and then the archive is what makes an old batch recoverable: either will do.
	refs := []cursor.Ref{commit.Ref}
	if commit.Ref.Provider != archived.Provider {
		refs = append(refs, archived)
	}
	if _, err = c.config.DA.Fetch(ctx, header, refs); err != nil {
		return unreadable(cursor.L1DA, n, err)
	}
	return cursor.Verdict{}
}
