package da

// Invariants of this file: nothing here writes, moves or removes a batch; what is kept under a name is read whole or
// not at all.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"

	"github.com/holdfast-rollup/holdfast/cluster/durable"
)

// batchSuffix is what the names of batches end with.
const batchSuffix = ".batch"

// ErrBatchName says that a name is one that batches alone may have.
var ErrBatchName = errors.New("da: the name is a batch's")

// Entry is an object of the archive's bucket.
type Entry struct {
	Name     string
	Bytes    int64
	Modified time.Time
}

// Pages of a listing, and how often one is asked for again.
const (
	pageEntries = 1000
	pageAgain   = 100
)

// Entries calls fn for every object whose name begins with prefix, in the order of their names.
func (a *Archive) Entries(ctx context.Context, prefix string, fn func(Entry) error) error {
	for token := blob.FirstPageToken; len(token) > 0; {
		page, next, err := a.page(ctx, token, prefix)
		if err != nil {
			return fmt.Errorf("da: list %s: %w", prefix, err)
		}
		for _, o := range page {
			if o.IsDir {
				continue
			}
			if err := fn(Entry{Name: o.Key, Bytes: o.Size, Modified: o.ModTime}); err != nil {
				return err
			}
		}
		token = next
	}
	return nil
}

// page asks for one page of a listing, again when a file that was in a directory is not any more when the store looks at
// it: what others write gets its name, what they remove goes.
func (a *Archive) page(ctx context.Context, token []byte, prefix string) (page []*blob.ListObject, next []byte, err error) {
	for range pageAgain {
		page, next, err = a.bucket.ListPage(ctx, token, pageEntries, &blob.ListOptions{Prefix: prefix})
		if gcerrors.Code(err) != gcerrors.NotFound || ctx.Err() != nil {
			break
		}
	}
	return page, next, err
}

// Get reads an object of at most limit bytes. ErrAbsent if there is none of that name.
func (a *Archive) Get(ctx context.Context, name string, limit int64) (_ []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, a.timeout)
	defer cancel()
	r, err := a.bucket.NewReader(ctx, name, nil)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil, fmt.Errorf("%w: archive has no %s", ErrAbsent, name)
	}
	if err != nil {
		return nil, fmt.Errorf("da: open %s: %w", name, err)
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	if r.Size() > limit {
		return nil, fmt.Errorf("%w: %s of %d bytes, at most %d are read", ErrTooLarge, name, r.Size(), limit)
	}
	b, err := io.ReadAll(io.LimitReader(r, r.Size()))
	if err != nil {
		return nil, fmt.Errorf("da: read %s: %w", name, err)
	}
	return b, nil
}

// Head reads the first n bytes of an object, fewer if it is shorter.
func (a *Archive) Head(ctx context.Context, name string, n int64) (_ []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, a.timeout)
	defer cancel()
	r, err := a.bucket.NewRangeReader(ctx, name, 0, n, nil)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil, fmt.Errorf("%w: archive has no %s", ErrAbsent, name)
	}
	if err != nil {
		return nil, fmt.Errorf("da: open %s: %w", name, err)
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	b, err := io.ReadAll(io.LimitReader(r, n))
	if err != nil {
		return nil, fmt.Errorf("da: read %s: %w", name, err)
	}
	return b, nil
}

// Has says whether an object of that name and size is there.
func (a *Archive) Has(ctx context.Context, name string, bytes int64) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, a.timeout)
	defer cancel()
	at, err := a.bucket.Attributes(ctx, name)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("da: look for %s: %w", name, err)
	}
	return at.Size == bytes, nil
}

// Put keeps content under a name, in place of what is there. On a file system it is synced first. Batches go by Publish
// alone: ErrBatchName.
func (a *Archive) Put(ctx context.Context, name string, content []byte) error {
	if strings.HasSuffix(name, batchSuffix) {
		return fmt.Errorf("%w: %s", ErrBatchName, name)
	}
	if _, err := a.write(ctx, name, content, false); err != nil {
		return fmt.Errorf("da: %w", err)
	}
	return nil
}

// Remove removes objects that are no batches, in their order; that there is none is success. On a file system what was
// removed stays so.
func (a *Archive) Remove(ctx context.Context, names ...string) error {
	var dirs []string
	for _, name := range names {
		if err := a.remove(ctx, name); err != nil {
			return err
		}
		if dir := filepath.Dir(filepath.Join(a.dir, filepath.FromSlash(name))); a.dir != "" && !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	for _, dir := range dirs {
		if err := durable.SyncDirectory(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("da: remove objects: %w", err)
		}
	}
	return nil
}

func (a *Archive) remove(ctx context.Context, name string) error {
	if strings.HasSuffix(name, batchSuffix) {
		return fmt.Errorf("%w: %s", ErrBatchName, name)
	}
	ctx, cancel := context.WithTimeout(ctx, a.timeout)
	defer cancel()
	if err := a.bucket.Delete(ctx, name); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
		return fmt.Errorf("da: remove %s: %w", name, err)
	}
	return nil
}
