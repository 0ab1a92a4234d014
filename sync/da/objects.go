package da

// Invariants of this file: nothing here writes, moves or removes a batch; what is kept under a name is read whole or
// not at all.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"
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

// Entries calls fn for every object whose name begins with prefix, in the order of their names.
func (a *Archive) Entries(ctx context.Context, prefix string, fn func(Entry) error) error {
	it := a.bucket.List(&blob.ListOptions{Prefix: prefix})
	for {
		o, err := it.Next(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("da: list %s: %w", prefix, err)
		}
		if o.IsDir {
			continue
		}
		if err := fn(Entry{Name: o.Key, Bytes: o.Size, Modified: o.ModTime}); err != nil {
			return err
		}
	}
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
	ctx, cancel := context.WithTimeout(ctx, a.timeout)
	defer cancel()
	var file *os.File // the temporary file, on a file system
	w, err := a.bucket.NewWriter(ctx, name, &blob.WriterOptions{
		ContentType: "application/octet-stream",
		BeforeWrite: func(as func(any) bool) error { as(&file); return nil },
	})
	if err != nil {
		return fmt.Errorf("da: write %s: %w", name, err)
	}
	_, err = w.Write(content)
	if err == nil && file != nil {
		err = file.Sync()
	}
	if err != nil {
		cancel() // makes Close give the write up
		return errors.Join(fmt.Errorf("da: write %s: %w", name, err), discard(w))
	}
	if err = w.Close(); err != nil {
		return fmt.Errorf("da: write %s: %w", name, err)
	}
	if file != nil {
		return syncDirectory(filepath.Dir(file.Name()))
	}
	return nil
}

// Remove removes an object that is no batch; that there is none is success.
func (a *Archive) Remove(ctx context.Context, name string) error {
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
