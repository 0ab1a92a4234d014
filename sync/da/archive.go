package da

// Invariants of this file: an object that exists is never written again, moved or removed, not even one whose bytes
// do not match its name; a reference is given only for bytes that were read back and checked; on a file system those
// bytes are synced before the reference is given.

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob" // file:// is the default archive
	"gocloud.dev/gcerrors"

	"github.com/holdfast-rollup/holdfast/cluster/durable"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
)

// DefaultLimitBytes bounds a payload that is read from an archive.
const DefaultLimitBytes = 64 << 20

const defaultArchiveTimeout = 2 * time.Minute

// ArchiveOptions may be zero: raw payloads, DefaultLimitBytes.
type ArchiveOptions struct {
	Codec      Codec
	LimitBytes int // largest payload in bytes that is written or read; 0 = DefaultLimitBytes
	// Timeout of reading or writing one object; 0 means two minutes. Object stores' clients have none of their own.
	Timeout time.Duration
}

// Archive is a Provider on a bucket. Its objects are named by header hash and are self-describing.
type Archive struct {
	bucket  *blob.Bucket
	codec   Codec
	limit   int
	timeout time.Duration
	dir     string // of a bucket on a file system that OpenArchive opened
}

// OpenArchive opens the bucket at rawURL, for example file:///var/lib/holdfast/archive. A directory is created if it
// is missing. Schemes other than file need their gocloud.dev driver linked in. Close closes the bucket.
func OpenArchive(ctx context.Context, rawURL string, options ArchiveOptions) (*Archive, error) {
	u, err := url.Parse(rawURL)
	if err != nil {
		return nil, fmt.Errorf("da: archive URL: %w", err)
	}
	dir := ""
	if u.Scheme == fileblob.Scheme {
		if dir = u.Path; u.Host == "." { // as fileblob has it
			dir = strings.TrimPrefix(dir, "/")
		}
		// Temporary files beside the object, so that the final rename neither crosses file systems nor escapes
		// the directory's sync; no attribute files, because the object describes itself.
		query := u.Query()
		query.Set("create_dir", "1")
		query.Set("no_tmp_dir", "1")
		query.Set("metadata", "skip")
		u.RawQuery = query.Encode()
	}
	bucket, err := blob.OpenBucket(ctx, u.String())
	if err != nil {
		return nil, fmt.Errorf("da: open archive %s: %w", u.Redacted(), err)
	}
	a := NewArchive(bucket, options)
	a.dir = filepath.FromSlash(dir)
	return a, nil
}

// NewArchive gives an archive on bucket, which Close closes.
func NewArchive(bucket *blob.Bucket, options ArchiveOptions) *Archive {
	if options.LimitBytes == 0 {
		options.LimitBytes = DefaultLimitBytes
	}
	if options.Timeout == 0 {
		options.Timeout = defaultArchiveTimeout
	}
	return &Archive{bucket: bucket, codec: options.Codec, limit: options.LimitBytes, timeout: options.Timeout}
}

// Close closes the bucket.
func (a *Archive) Close() error { return a.bucket.Close() }

// ID implements Provider.
func (a *Archive) ID() ProviderID { return ProviderArchive }

// Name implements Provider.
func (a *Archive) Name() string { return "archive" }

// MaxCopies is how many names a batch may have in an archive: the first, and further ones that are used only when what
// stands under the names before cannot be used.
const MaxCopies = 8

// ObjectName is the name under which the batch with this header hash is archived.
func ObjectName(headerHash tree.Hash) string { return copyName(headerHash, 0) }

// copyName is the k-th name of a batch: its header hash and, from the second on, the copy's number.
func copyName(headerHash tree.Hash, k int) string {
	if k == 0 {
		return fmt.Sprintf("%x%s", headerHash, batchSuffix)
	}
	return fmt.Sprintf("%x.%d%s", headerHash, k, batchSuffix)
}

// ArchiveRef names a batch in an archive as far as its header does, which is enough to fetch it.
func ArchiveRef(header batch.Header) cursor.Ref {
	return cursor.Ref{Provider: uint8(ProviderArchive), Commitment: header.PayloadHash}
}

// Publish implements Provider. If an object stands already under the batch's name and holds the batch, that is success,
// and the reference describes what is stored. If what stands there is damaged or cannot be read, it is left alone and
// the batch is written under its next name. ConflictError says that all names are taken so.
func (a *Archive) Publish(ctx context.Context, header batch.Header, payload []byte) (cursor.Ref, error) {
	if len(payload) > a.limit {
		return cursor.Ref{}, fmt.Errorf("%w: payload of %d bytes, the archive's limit is %d", ErrTooLarge, len(payload), a.limit)
	}
	object, err := EncodeObject(nil, header, a.codec, payload)
	if err != nil {
		return cursor.Ref{}, fmt.Errorf("da: archive batch %d: %w", header.Number, err)
	}
	hash := header.Hash()
	var conflict error
	for k := range MaxCopies {
		created, err := a.write(ctx, copyName(hash, k), object, true)
		if err != nil {
			return cursor.Ref{}, fmt.Errorf("da: archive batch %d: %w", header.Number, err)
		}
		stored, err := a.loadCopy(ctx, hash, k)
		if err == nil {
			return cursor.Ref{
				Provider:   uint8(ProviderArchive),
				Codec:      uint8(stored.Envelope.Codec),
				Commitment: stored.Header.PayloadHash,
				Bytes:      uint32(len(stored.Envelope.Data)),
			}, nil
		}
		if created || ctx.Err() != nil {
			return cursor.Ref{}, fmt.Errorf("da: read batch %d back: %w", header.Number, err)
		}
		conflict = errors.Join(conflict, err)
	}
	return cursor.Ref{}, &ConflictError{Provider: a.Name(), Object: ObjectName(hash), Cause: conflict}
}

// Fetch implements Provider. The archive's commitment is the payload hash, so that a reference survives the repair
// of a damaged object by another packing.
func (a *Archive) Fetch(ctx context.Context, ref cursor.Ref, header batch.Header) ([]byte, error) {
	if ProviderID(ref.Provider) != ProviderArchive {
		return nil, fmt.Errorf("%w: %d", ErrForeignReference, ref.Provider)
	}
	hash := header.Hash()
	if ref.Commitment != header.PayloadHash {
		return nil, &WrongBytesError{Provider: a.Name(), Object: ObjectName(hash), Want: ref.Commitment, Got: header.PayloadHash}
	}
	object, err := a.Load(ctx, hash)
	if err != nil {
		return nil, err
	}
	return object.Payload, nil
}

// Load reads the batch with this header hash, which is all that recovery knows of it, from the first of its copies that
// is intact. A missing object is ErrAbsent, and so is one that is damaged or holds another batch (WrongBytesError);
// other errors say nothing about the object.
func (a *Archive) Load(ctx context.Context, headerHash tree.Hash) (Object, error) {
	var failed FetchError
	unread := 0
	for k := range MaxCopies {
		object, err := a.loadCopy(ctx, headerHash, k)
		if err == nil {
			return object, nil
		}
		failed.Attempts = append(failed.Attempts, Attempt{Provider: a.Name(), Err: err})
		if !errors.Is(err, ErrAbsent) {
			unread++
		}
		// Names are used in order, so the first that is free ends the search; the very first may have been removed
		// by hand because it was damaged.
		var wrong *WrongBytesError
		free := errors.Is(err, ErrAbsent) && !errors.As(err, &wrong)
		if k > 0 && free || unread > 1 || ctx.Err() != nil { // two that cannot be read: it is the store that is down
			break
		}
	}
	if first := failed.Attempts[0].Err; failed.Is(ErrAbsent) || !errors.Is(first, ErrAbsent) {
		return Object{}, first
	}
	return Object{}, &failed
}

// loadCopy reads one copy of a batch.
func (a *Archive) loadCopy(ctx context.Context, headerHash tree.Hash, k int) (Object, error) {
	name := copyName(headerHash, k)
	b, err := a.read(ctx, name)
	if err != nil {
		return Object{}, err
	}
	wrong := &WrongBytesError{Provider: a.Name(), Object: name, Want: headerHash}
	object, err := DecodeObject(b, a.limit)
	if err != nil {
		wrong.Cause = err
		return Object{}, wrong
	}
	if wrong.Got = object.Header.Hash(); wrong.Got != headerHash {
		return Object{}, wrong
	}
	return object, nil
}

// read gives the object's bytes, whose size is checked before they are read.
func (a *Archive) read(ctx context.Context, name string) ([]byte, error) {
	// A codec may enlarge what it cannot compress, by far less than a sixteenth.
	b, err := a.Get(ctx, name, int64(a.limit)+int64(a.limit)/16+int64(objectOverhead)+1024)
	if errors.Is(err, ErrTooLarge) {
		return nil, &WrongBytesError{Provider: a.Name(), Object: name, Cause: err}
	}
	return b, err
}

// write writes an object. Of those that onlyNew, one that is there is left alone; written says whether it was not. On a
// file system an object lasts when it is written.
func (a *Archive) write(ctx context.Context, name string, content []byte, onlyNew bool) (written bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, a.timeout)
	defer cancel()
	var file *os.File // the temporary file, on a file system
	w, err := a.bucket.NewWriter(ctx, name, &blob.WriterOptions{
		ContentType: "application/octet-stream",
		IfNotExist:  onlyNew,
		BeforeWrite: func(as func(any) bool) error { as(&file); return nil },
	})
	if err != nil {
		return false, fmt.Errorf("write %s: %w", name, err)
	}
	_, err = w.Write(content)
	if err == nil && file != nil {
		err = file.Sync()
	}
	if err != nil {
		cancel() // makes Close give the write up
		return false, errors.Join(fmt.Errorf("write %s: %w", name, err), discard(w))
	}
	err = w.Close()
	if onlyNew && gcerrors.Code(err) == gcerrors.FailedPrecondition {
		return false, nil
	}
	if err == nil && file != nil {
		err = durable.SyncDirectory(filepath.Dir(file.Name()))
	}
	if err != nil {
		return false, fmt.Errorf("write %s: %w", name, err)
	}
	return true, nil
}

// discard closes a writer whose context was cancelled; that it was is no news.
func discard(w *blob.Writer) error {
	if err := w.Close(); err != nil && !errors.Is(err, context.Canceled) && gcerrors.Code(err) != gcerrors.Canceled {
		return err
	}
	return nil
}
