package da_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/driver"
	"gocloud.dev/blob/memblob"
	"gocloud.dev/gcerrors"

	"github.com/holdfast-rollup/holdfast/sync/da"
)

// While anybody holds an archive nobody removes from it, whoever opened it; who waits gets it when it is free, and says
// so if it does not become free.
func TestHold(t *testing.T) {
	dir := t.TempDir()
	open := func(timeout time.Duration) *da.Archive {
		t.Helper()
		a, err := da.OpenArchive(t.Context(), "file://"+filepath.ToSlash(dir), da.ArchiveOptions{Timeout: timeout})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = a.Close() })
		return a
	}
	a, b, impatient := open(0), open(0), open(time.Millisecond)
	must := func(release func() error, err error) func() {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return func() {
			t.Helper()
			if err := release(); err != nil {
				t.Error(err)
			}
		}
	}
	one, two := must(a.Hold(t.Context())), must(b.Hold(t.Context()))
	for _, by := range []*da.Archive{a, b} {
		if _, err := by.HoldAlone(); !errors.Is(err, da.ErrInUse) {
			t.Errorf("two hold it: %v", err)
		}
	}
	one()
	if _, err := a.HoldAlone(); !errors.Is(err, da.ErrInUse) {
		t.Errorf("another holds it: %v", err)
	}
	two()

	alone := must(a.HoldAlone())
	if _, err := b.HoldAlone(); !errors.Is(err, da.ErrInUse) {
		t.Errorf("held alone: %v", err)
	}
	if _, err := impatient.Hold(t.Context()); !errors.Is(err, da.ErrInUse) {
		t.Errorf("held alone for longer than is waited: %v", err)
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := b.Hold(over); !errors.Is(err, context.Canceled) || errors.Is(err, da.ErrInUse) {
		t.Errorf("nobody waits any more: %v", err)
	}
	waited := make(chan error)
	go func() {
		release, err := b.Hold(t.Context())
		if err == nil {
			err = release()
		}
		waited <- err
	}()
	alone()
	if err := <-waited; err != nil {
		t.Errorf("who waited: %v", err)
	}

	// Held or not, the lock is no object of anybody's, and batches go on.
	if err := a.Put(t.Context(), "x/y", []byte("z")); err != nil {
		t.Fatal(err)
	}
	if err := a.Remove(t.Context(), "x/y", "x/none", "none/none"); err != nil {
		t.Errorf("what is not there: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "x", "y")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it is still there: %v", err)
	}
}

// An object store has no locks: nothing is refused.
func TestWhatCannotBeHeld(t *testing.T) {
	a := da.NewArchive(memblob.OpenBucket(nil), da.ArchiveOptions{})
	defer a.Close() //nolint:errcheck // in memory
	one, err := a.Hold(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	two, err := a.HoldAlone()
	if err = errors.Join(err, one(), two()); err != nil {
		t.Error(err)
	}
}

// changing is a store that finds a file gone that was there when it began to list, as often as it is told.
type changing struct {
	driver.Bucket

	left int
	half bool
}

var errVanished = errors.New("vanished")

func (c *changing) ListPaged(_ context.Context, o *driver.ListOptions) (*driver.ListPage, error) {
	if c.left--; c.left >= 0 {
		return nil, errVanished
	}
	if len(o.PageToken) == 0 {
		if !c.half {
			c.half, c.left = true, 1 // once more in the middle
		}
		return &driver.ListPage{Objects: []*driver.ListObject{{Key: "a"}}, NextPageToken: []byte("a")}, nil
	}
	return &driver.ListPage{Objects: []*driver.ListObject{{Key: "b"}}}, nil
}

func (*changing) ErrorCode(error) gcerrors.ErrorCode { return gcerrors.NotFound }
func (*changing) Close() error                       { return nil }

// A listing goes on though others write and remove what it lists, and gives each entry once. A store that always says
// so is down.
func TestListingsGoOnWhileOthersWrite(t *testing.T) {
	for _, c := range []struct {
		times int
		want  []string
		err   error
	}{{0, []string{"a", "b"}, nil}, {3, []string{"a", "b"}, nil}, {1 << 30, nil, errVanished}} {
		a := da.NewArchive(blob.NewBucket(&changing{left: c.times}), da.ArchiveOptions{})
		var got []string
		err := a.Entries(t.Context(), "", func(e da.Entry) error { got = append(got, e.Name); return nil })
		if !errors.Is(err, c.err) || !slices.Equal(got, c.want) {
			t.Errorf("%d times: %q, %v", c.times, got, err)
		}
		if err = a.Close(); err != nil {
			t.Error(err)
		}
	}
}
