package da_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/driver"
	"gocloud.dev/blob/memblob"
	"gocloud.dev/gcerrors"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/da"
)

// layers.md: publish payload -> reference, fetch reference -> bytes; codec and bytes stand in the reference.
func TestArchivePublishesAndFetches(t *testing.T) {
	header, payload := sealed(1, 3000)
	for _, codec := range []da.Codec{da.CodecRaw, da.CodecZstd, da.CodecRange} {
		t.Run(codec.String(), func(t *testing.T) {
			archive := memory(t, da.ArchiveOptions{Codec: codec})
			ref, err := archive.Publish(t.Context(), header, payload)
			if err != nil {
				t.Fatal(err)
			}
			envelope, err := da.Pack(codec, payload)
			if err != nil {
				t.Fatal(err)
			}
			if ref.Provider != uint8(da.ProviderArchive) || ref.Codec != uint8(codec) ||
				ref.Bytes != uint32(len(envelope.Data)) || ref.Commitment != header.PayloadHash {
				t.Fatalf("reference %+v", ref)
			}
			got, err := archive.Fetch(t.Context(), ref, header)
			if err != nil || !bytes.Equal(got, payload) {
				t.Fatalf("fetched %d bytes, %v", len(got), err)
			}
			object, err := archive.Load(t.Context(), header.Hash())
			if err != nil || object.Header != header {
				t.Fatalf("self-description: %+v, %v", object.Header, err)
			}
		})
	}
}

// layers.md: created only if absent, so that a paused old leader cannot overwrite; the same content is success.
func TestArchiveNeverOverwrites(t *testing.T) {
	header, payload := sealed(1, 3000)
	bucket := memblob.OpenBucket(nil)
	successor := da.NewArchive(bucket, da.ArchiveOptions{Codec: da.CodecZstd})
	t.Cleanup(func() { closed(t, successor) })
	want, err := successor.Publish(t.Context(), header, payload)
	if err != nil {
		t.Fatal(err)
	}
	stored, err := bucket.ReadAll(t.Context(), da.ObjectName(header.Hash()))
	if err != nil {
		t.Fatal(err)
	}

	old := da.NewArchive(bucket, da.ArchiveOptions{Codec: da.CodecRaw})
	got, err := old.Publish(t.Context(), header, payload)
	if err != nil {
		t.Fatalf("same content: %v", err)
	}
	if got.Codec != want.Codec || got.Bytes != want.Bytes || got.Commitment != want.Commitment {
		t.Fatalf("reference %+v describes something else than what is stored: %+v", got, want)
	}
	after, err := bucket.ReadAll(t.Context(), da.ObjectName(header.Hash()))
	if err != nil || !bytes.Equal(after, stored) {
		t.Fatalf("the object was replaced (%v)", err)
	}
}

// layers.md: created only if absent. What stands under the batch's name and is not the batch is left alone, and the
// batch is published beside it: no damaged object blocks publishing until somebody removes it.
func TestArchivePublishesBesideADamagedObject(t *testing.T) {
	header, payload := sealed(1, 500)
	other, otherPayload := sealed(2, 500)
	foreign, err := da.EncodeObject(nil, other, da.CodecRaw, otherPayload)
	if err != nil {
		t.Fatal(err)
	}
	for name, existing := range map[string][]byte{
		"another batch": foreign, "garbage": []byte("garbage"), "empty": {},
	} {
		t.Run(name, func(t *testing.T) {
			bucket := memblob.OpenBucket(nil)
			archive := da.NewArchive(bucket, da.ArchiveOptions{})
			t.Cleanup(func() { closed(t, archive) })
			object := da.ObjectName(header.Hash())
			if err = bucket.WriteAll(t.Context(), object, existing, nil); err != nil {
				t.Fatal(err)
			}
			var refs [3]cursor.Ref
			for i := range refs { // published once, whoever publishes how often
				if refs[i], err = archive.Publish(t.Context(), header, payload); err != nil {
					t.Fatal(err)
				}
			}
			got, err := archive.Fetch(t.Context(), refs[0], header)
			if err != nil || !bytes.Equal(got, payload) || refs[2].Commitment != refs[0].Commitment {
				t.Fatalf("fetched %d bytes, %v", len(got), err)
			}
			after, err := bucket.ReadAll(t.Context(), object)
			if err != nil || !bytes.Equal(after, existing) {
				t.Fatalf("the object was touched (%v)", err)
			}
			if n := objects(t, bucket); n != 2 {
				t.Fatalf("%d objects", n)
			}
			// An operator removes the damaged object: the copy is still found, and the first name is used again.
			if err := bucket.Delete(t.Context(), object); err != nil {
				t.Fatal(err)
			}
			if _, err := archive.Load(t.Context(), header.Hash()); err != nil {
				t.Fatalf("after the damaged object was removed: %v", err)
			}
		})
	}
}

// A store in which every name of a batch is damaged is broken: that is reported, and nothing is touched.
func TestArchiveGivesUpWhenAllNamesAreTaken(t *testing.T) {
	header, payload := sealed(1, 500)
	bucket := memblob.OpenBucket(nil)
	archive := da.NewArchive(bucket, da.ArchiveOptions{})
	t.Cleanup(func() { closed(t, archive) })
	for k := range da.MaxCopies {
		name := da.ObjectName(header.Hash())
		if k > 0 {
			name = fmt.Sprintf("%x.%d.batch", header.Hash(), k)
		}
		if err := bucket.WriteAll(t.Context(), name, []byte("garbage"), nil); err != nil {
			t.Fatal(err)
		}
	}
	_, err := archive.Publish(t.Context(), header, payload)
	var conflict *da.ConflictError
	if !errors.Is(err, da.ErrConflict) || !errors.As(err, &conflict) || conflict.Object != da.ObjectName(header.Hash()) {
		t.Fatalf("got %v", err)
	}
	if n := objects(t, bucket); n != da.MaxCopies {
		t.Fatalf("%d objects", n)
	}
	if _, err := archive.Load(t.Context(), header.Hash()); !errors.Is(err, da.ErrAbsent) {
		t.Fatalf("all copies are damaged: %v", err)
	}
}

// An object that cannot be read says nothing about itself: publishing goes on beside it, and reading finds the copy.
func TestArchivePublishesBesideAnUnreadableObject(t *testing.T) {
	header, payload := sealed(1, 500)
	disk := &badSector{bad: da.ObjectName(header.Hash()), stored: map[string][]byte{}}
	archive := da.NewArchive(blob.NewBucket(disk), da.ArchiveOptions{})
	t.Cleanup(func() { closed(t, archive) })
	if _, err := archive.Load(t.Context(), header.Hash()); !errors.Is(err, syscall.EIO) || errors.Is(err, da.ErrAbsent) {
		t.Fatalf("unreadable: %v", err)
	}
	ref, err := archive.Publish(t.Context(), header, payload)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := archive.Fetch(t.Context(), ref, header); err != nil || !bytes.Equal(got, payload) || len(disk.stored) != 1 {
		t.Fatalf("fetched %d bytes, %v, %d objects", len(got), err, len(disk.stored))
	}
}

// badSector is a store that holds an object which it cannot read, and others. It implements what an archive needs.
type badSector struct {
	driver.Bucket

	bad    string
	stored map[string][]byte
}

var errNoObject, errTaken = errors.New("no such object"), errors.New("object exists")

func (d *badSector) NewTypedWriter(_ context.Context, name, _ string, _ *driver.WriterOptions) (driver.Writer, error) {
	return &badSectorWriter{disk: d, name: name}, nil
}

func (d *badSector) NewRangeReader(_ context.Context, name string, _, _ int64, _ *driver.ReaderOptions) (driver.Reader, error) {
	if name == d.bad {
		return nil, syscall.EIO
	}
	b, ok := d.stored[name]
	if !ok {
		return nil, errNoObject
	}
	return badSectorReader{bytes.NewReader(b)}, nil
}

func (d *badSector) ErrorCode(err error) gcerrors.ErrorCode {
	switch {
	case errors.Is(err, errNoObject):
		return gcerrors.NotFound
	case errors.Is(err, errTaken):
		return gcerrors.FailedPrecondition
	default:
		return gcerrors.Unknown
	}
}
func (d *badSector) ErrorAs(error, any) bool { return false }
func (d *badSector) Close() error            { return nil }

type badSectorReader struct{ *bytes.Reader }

func (r badSectorReader) Attributes() *driver.ReaderAttributes {
	return &driver.ReaderAttributes{Size: r.Size()}
}
func (r badSectorReader) As(any) bool  { return false }
func (r badSectorReader) Close() error { return nil }

type badSectorWriter struct {
	bytes.Buffer

	disk *badSector
	name string
}

func (w *badSectorWriter) Close() error {
	if _, ok := w.disk.stored[w.name]; ok || w.name == w.disk.bad {
		return errTaken
	}
	w.disk.stored[w.name] = bytes.Clone(w.Bytes())
	return nil
}

func objects(t *testing.T, bucket *blob.Bucket) int {
	t.Helper()
	n := 0
	for list := bucket.List(nil); ; n++ {
		if _, err := list.Next(t.Context()); errors.Is(err, io.EOF) {
			return n
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// layers.md: wrong bytes are absent bytes, whichever bit of the object is wrong and wherever it ends.
func TestArchiveTakesDamagedObjectsForAbsent(t *testing.T) {
	header, payload := sealed(1, 200)
	ref := cursor.Ref{Provider: uint8(da.ProviderArchive), Commitment: header.PayloadHash}
	for _, codec := range []da.Codec{da.CodecRaw, da.CodecZstd, da.CodecRange} {
		object, err := da.EncodeObject(nil, header, codec, payload)
		if err != nil {
			t.Fatal(err)
		}
		refused := func(what string, at int, stored []byte) {
			t.Helper()
			bucket := memblob.OpenBucket(nil)
			archive := da.NewArchive(bucket, da.ArchiveOptions{})
			defer closed(t, archive)
			if err := bucket.WriteAll(t.Context(), da.ObjectName(header.Hash()), stored, nil); err != nil {
				t.Fatal(err)
			}
			_, err := archive.Fetch(t.Context(), ref, header)
			var wrong *da.WrongBytesError
			if !errors.Is(err, da.ErrAbsent) || !errors.As(err, &wrong) {
				t.Fatalf("%s, %s at %d: %v", codec, what, at, err)
			}
		}
		for i := range object {
			flipped := bytes.Clone(object)
			flipped[i] ^= 1 << (i % 8)
			refused("flipped bit", i, flipped)
			refused("cut", i, object[:i])
		}
		refused("trailing byte", len(object), append(bytes.Clone(object), 0))
	}
}

func TestArchiveErrorsAreTyped(t *testing.T) {
	header, payload := sealed(1, 300)
	archive := memory(t, da.ArchiveOptions{LimitBytes: 300})
	ref, err := archive.Publish(t.Context(), header, payload)
	if err != nil {
		t.Fatal(err)
	}
	missing, _ := sealed(7, 10)
	if _, err := archive.Fetch(t.Context(), cursor.Ref{Provider: uint8(da.ProviderArchive), Commitment: missing.PayloadHash}, missing); !errors.Is(err, da.ErrAbsent) {
		t.Fatalf("missing: %v", err)
	}
	if _, err := archive.Fetch(t.Context(), cursor.Ref{Provider: 99}, header); !errors.Is(err, da.ErrForeignReference) {
		t.Fatalf("foreign reference: %v", err)
	}
	ref.Commitment[0] ^= 1
	if _, err := archive.Fetch(t.Context(), ref, header); !errors.Is(err, da.ErrAbsent) {
		t.Fatalf("commitment to something else: %v", err)
	}
	if _, err := archive.Publish(t.Context(), header, payload[:299]); !errors.Is(err, da.ErrMalformed) {
		t.Fatalf("payload of another batch: %v", err)
	}
	large, largePayload := sealed(3, 301)
	if _, err := archive.Publish(t.Context(), large, largePayload); !errors.Is(err, da.ErrTooLarge) {
		t.Fatalf("large payload: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := archive.Publish(ctx, missing, payload[:10]); err == nil {
		t.Fatal("published under a cancelled context")
	}
}

// A stored object above the limit is refused by its size alone.
func TestArchiveBoundsWhatItReads(t *testing.T) {
	header, payload := sealed(1, 100<<10)
	bucket := memblob.OpenBucket(nil)
	large := da.NewArchive(bucket, da.ArchiveOptions{})
	t.Cleanup(func() { closed(t, large) })
	if _, err := large.Publish(t.Context(), header, payload); err != nil {
		t.Fatal(err)
	}
	small := da.NewArchive(bucket, da.ArchiveOptions{LimitBytes: 1 << 10})
	if _, err := small.Load(t.Context(), header.Hash()); !errors.Is(err, da.ErrTooLarge) || !errors.Is(err, da.ErrAbsent) {
		t.Fatalf("got %v", err)
	}
}

// README: the default archive is a directory. Another process opens it and finds the same.
func TestFileArchiveSurvivesReopening(t *testing.T) {
	header, payload := sealed(1, 3000)
	dir := filepath.Join(t.TempDir(), "made", "on", "demand")
	first := directory(t, dir)
	ref, err := first.Publish(t.Context(), header, payload)
	if err != nil {
		t.Fatal(err)
	}
	again, err := first.Publish(t.Context(), header, payload)
	if err != nil || again.Commitment != ref.Commitment {
		t.Fatalf("published twice: %v", err)
	}
	got, err := directory(t, dir).Fetch(t.Context(), ref, header)
	if err != nil || !bytes.Equal(got, payload) {
		t.Fatalf("after reopening: %v", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 || entries[0].Name() != da.ObjectName(header.Hash()) {
		t.Fatalf("directory holds %v (%v)", entries, err)
	}
}

// Two publishers of one batch at the same time both succeed, and one intact object stands.
func TestFileArchiveTakesConcurrentPublishers(t *testing.T) {
	header, payload := sealed(1, 3000)
	dir := t.TempDir()
	archives := []*da.Archive{directory(t, dir), directory(t, dir)}
	var group sync.WaitGroup
	for i := range 16 {
		group.Go(func() {
			if _, err := archives[i%2].Publish(t.Context(), header, payload); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if _, err := archives[0].Load(t.Context(), header.Hash()); err != nil {
		t.Fatal(err)
	}
}

// A directory that cannot be written is an error that says so, and nothing is called published.
func TestFileArchiveSurfacesAnUnwritableDirectory(t *testing.T) {
	header, payload := sealed(1, 300)
	dir := filepath.Join(t.TempDir(), "archive")
	archive := directory(t, dir)
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := archive.Publish(t.Context(), header, payload)
	if !errors.Is(err, syscall.ENOTDIR) {
		t.Fatalf("a file in the directory's place: %v", err)
	}
	if errors.Is(err, da.ErrAbsent) || errors.Is(err, da.ErrConflict) {
		t.Fatalf("a store's failure is taken for a statement about the object: %v", err)
	}
	if _, err := da.OpenArchive(t.Context(), "file://"+dir, da.ArchiveOptions{}); err == nil {
		t.Fatal("opened a file as an archive")
	}
}

// A full disk is surfaced with its cause at whichever step it shows, and nothing is called published.
func TestArchiveSurfacesAFullDisk(t *testing.T) {
	header, payload := sealed(1, 300)
	for _, step := range []string{"open", "write", "close"} {
		t.Run(step, func(t *testing.T) {
			archive := da.NewArchive(blob.NewBucket(&fullDisk{step: step}), da.ArchiveOptions{})
			t.Cleanup(func() { closed(t, archive) })
			if _, err := archive.Publish(t.Context(), header, payload); !errors.Is(err, syscall.ENOSPC) {
				t.Fatalf("got %v", err)
			}
		})
	}
}

// The same on a real file system, where mounting one is allowed.
func TestFileArchiveOnAFullFileSystem(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64k"); err != nil {
		t.Skipf("needs the right to mount a small tmpfs: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	header, payload := sealed(1, 100<<10)
	archive := directory(t, dir)
	if _, err := archive.Publish(t.Context(), header, payload); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("got %v", err)
	}
	small, smallPayload := sealed(2, 1000)
	if _, err := archive.Publish(t.Context(), small, smallPayload); err != nil {
		t.Fatalf("after the failure: %v", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Fatalf("the failed write left something: %v (%v)", entries, err)
	}
}

// fullDisk is a store without space: the named step of a write fails. It implements what a write needs.
type fullDisk struct {
	driver.Bucket

	step string
}

func (d *fullDisk) NewTypedWriter(context.Context, string, string, *driver.WriterOptions) (driver.Writer, error) {
	if d.step == "open" {
		return nil, syscall.ENOSPC
	}
	return fullDiskWriter{step: d.step}, nil
}

func (d *fullDisk) ErrorCode(error) gcerrors.ErrorCode { return gcerrors.Unknown }
func (d *fullDisk) ErrorAs(error, any) bool            { return false }
func (d *fullDisk) Close() error                       { return nil }

type fullDiskWriter struct{ step string }

func (w fullDiskWriter) Write(p []byte) (int, error) {
	if w.step == "write" {
		return len(p) / 2, syscall.ENOSPC
	}
	return len(p), nil
}

func (w fullDiskWriter) Close() error {
	if w.step == "close" {
		return syscall.ENOSPC
	}
	return nil
}

func FuzzDecodeObject(f *testing.F) {
	for _, codec := range []da.Codec{da.CodecRaw, da.CodecZstd, da.CodecRange} {
		header, payload := sealed(1, 100)
		object, err := da.EncodeObject(nil, header, codec, payload)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(object[:len(object)-sha256.Size])
	}
	const limit = 1 << 16
	f.Fuzz(func(t *testing.T, body []byte) {
		// The sum is added here: no fuzzer finds a preimage, and what lies behind the sum is what must hold.
		sum := sha256.Sum256(body)
		b := append(bytes.Clone(body), sum[:]...)
		object, err := da.DecodeObject(b, limit)
		if err != nil {
			return
		}
		if len(object.Payload) > limit || sha256.Sum256(object.Payload) != [32]byte(object.Header.PayloadHash) {
			t.Fatal("a payload that is not the header's")
		}
		if _, err := da.DecodeObject(body, limit); err == nil {
			t.Fatal("decoded without its sum")
		}
	})
}

// sealed gives a header and its payload of size bytes, compressible but not constant.
func sealed(number uint64, size int) (batch.Header, []byte) {
	payload := make([]byte, size)
	for i := range payload {
		payload[i] = byte(i*i>>3) ^ byte(number)
	}
	h := batch.Header{
		Lineage: [16]byte{1, 2, 3}, Number: number, PayloadKind: batch.PayloadTransitions,
		PayloadHash: sha256.Sum256(payload), Transitions: 1, FirstSequence: number, LastSequence: number,
		FirstTimeMs: 1, SealTimeMs: 2, ProgramVersion: 1,
	}
	if number > 1 {
		h.ParentHash[0] = byte(number)
	}
	return h, payload
}

func memory(t *testing.T, options da.ArchiveOptions) *da.Archive {
	t.Helper()
	archive := da.NewArchive(memblob.OpenBucket(nil), options)
	t.Cleanup(func() { closed(t, archive) })
	return archive
}

func directory(t *testing.T, dir string) *da.Archive {
	t.Helper()
	archive, err := da.OpenArchive(t.Context(), "file://"+dir, da.ArchiveOptions{Codec: da.CodecRaw})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closed(t, archive) })
	return archive
}

func closed(t *testing.T, archive *da.Archive) {
	t.Helper()
	if err := archive.Close(); err != nil {
		t.Error(err)
	}
}

// README, invariant 9: a payload is used only if it is the one that the header names, whatever the object's own sum.
func TestObjectWithAnotherPayloadIsRefused(t *testing.T) {
	header, payload := sealed(1, 100)
	object, err := da.EncodeObject(nil, header, da.CodecRaw, payload)
	if err != nil {
		t.Fatal(err)
	}
	body := object[:len(object)-sha256.Size]
	body[len(body)-1] ^= 1 // the payload's last byte
	sum := sha256.Sum256(body)
	if _, err := da.DecodeObject(append(body, sum[:]...), 1000); !errors.Is(err, da.ErrMalformed) {
		t.Fatalf("got %v", err)
	}
	if _, err := da.EncodeObject(nil, header, da.CodecRaw, payload[1:]); !errors.Is(err, da.ErrMalformed) {
		t.Fatalf("encoded another payload: %v", err)
	}
}

// hungStore never answers before its caller gives up. It implements what an archive needs.
type hungStore struct {
	driver.Bucket

	writes bool // only reads hang
}

func (d hungStore) NewTypedWriter(ctx context.Context, _, _ string, _ *driver.WriterOptions) (driver.Writer, error) {
	if d.writes {
		return fullDiskWriter{}, nil
	}
	<-ctx.Done()
	return nil, ctx.Err()
}

func (hungStore) NewRangeReader(ctx context.Context, _ string, _, _ int64, _ *driver.ReaderOptions) (driver.Reader, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func (hungStore) ErrorCode(error) gcerrors.ErrorCode { return gcerrors.Unknown }
func (hungStore) ErrorAs(error, any) bool            { return false }
func (hungStore) Close() error                       { return nil }

// A store that hangs is given up after the timeout: unknown, not absent, and publishing can be tried again.
func TestArchiveGivesUpOnAStoreThatHangs(t *testing.T) {
	header, payload := sealed(1, 100)
	for _, writes := range []bool{false, true} {
		archive := da.NewArchive(blob.NewBucket(hungStore{writes: writes}), da.ArchiveOptions{Timeout: 10 * time.Millisecond})
		if _, err := archive.Publish(t.Context(), header, payload); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("published: %v", err)
		}
		if _, err := archive.Load(t.Context(), header.Hash()); !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, da.ErrAbsent) {
			t.Errorf("loaded: %v", err)
		}
		closed(t, archive)
	}
}
