package cluster

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/hashicorp/raft-wal/metadb"
	"go.etcd.io/bbolt"
)

// bbolt maps its file into memory and believes what it finds there: a file that
// is shorter than its meta pages say ends the process with SIGBUS, a page that
// points to nowhere with SIGSEGV, and a page of the wrong kind with a panic. So
// length and structure are checked before bbolt sees the file. The layout is that
// of bbolt's file format 2, in the machine's own byte order.

const (
	boltMagic      = 0xED0CDAED
	boltPageHeader = 16
	boltMaxPage    = 1 << 16
	boltMetaSize   = 64 // of which the last 8 bytes are FNV-1a of the rest
)

// checkWAL refuses a directory of the wal store whose own bbolt file, which says what segments there are, is damaged or
// lacks what raft-wal takes for granted: it would end the process, or begin anew and remove the segments. An absent
// directory or file is refused only if it must exist.
func checkWAL(dir string, mustExist bool) error {
	path := filepath.Join(dir, metadb.FileName)
	_, err := os.Stat(path)
	there := !errors.Is(err, fs.ErrNotExist)
	if err = checkBolt(path, mustExist || there); err != nil || !there {
		return err
	}
	return checkBuckets(path, metadb.MetaBucket, metadb.StableBucket)
}

// checkStable refuses the file of raft-boltdb if it is damaged, or, where it was in use, lacks a bucket: raft-boltdb would
// make an empty one, and Raft would have forgotten its term and its vote.
func checkStable(path string, mustExist bool) error {
	if err := checkBolt(path, mustExist); err != nil || !mustExist {
		return err
	}
	return checkBuckets(path, "logs", "conf")
}

// checkBuckets refuses a file whose pages are whole and that lacks a bucket.
func checkBuckets(path string, names ...string) error {
	db, err := bbolt.Open(path, 0, &bbolt.Options{Timeout: time.Second, ReadOnly: true})
	if err != nil {
		return fmt.Errorf("%w: %s: %w", ErrDamagedLog, path, err)
	}
	err = db.View(func(tx *bbolt.Tx) error {
		for _, name := range names {
			if tx.Bucket([]byte(name)) == nil {
				return fmt.Errorf("%w: %s has no bucket %q", ErrDamagedLog, path, name)
			}
		}
		return nil
	})
	return errors.Join(err, db.Close())
}

// checkBolt refuses a file that is shorter than the newest valid meta page
// says, has no valid meta page, or whose pages do not form a tree and a list of the
// free ones. An absent or empty file is refused only if it must exist.
func checkBolt(path string, mustExist bool) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		if mustExist {
			return fmt.Errorf("%w: %s is missing", ErrDamagedLog, path)
		}
		return nil
	}
	if err != nil {
		return fmt.Errorf("cluster: open Raft store: %w", err)
	}
	defer f.Close() //nolint:errcheck // read only
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("cluster: stat Raft store: %w", err)
	}
	if info.Size() == 0 {
		if mustExist {
			return fmt.Errorf("%w: %s is empty", ErrDamagedLog, path)
		}
		return nil
	}
	meta, err := newestMeta(f)
	if err != nil {
		return fmt.Errorf("%w: %s: %w", ErrDamagedLog, path, err)
	}
	if need := int64(meta.pages) * meta.pageSize; info.Size() < need {
		return fmt.Errorf("%w: %s is truncated: %d bytes, %d needed", ErrDamagedLog, path, info.Size(), need)
	}
	if err = checkPages(f, meta); err != nil {
		return fmt.Errorf("%w: %s: %w", ErrDamagedLog, path, err)
	}
	return nil
}

// boltMeta is what a meta page says.
type boltMeta struct {
	pageSize int64
	root     uint64 // page of the bucket that holds all buckets
	pages    uint64 // that the file has
	tx       uint64
	freelist uint64 // page that lists the free ones, or boltNoFreelist
}

// newestMeta returns the newest valid meta page.
func newestMeta(r io.ReaderAt) (newest boltMeta, err error) {
	found := false
	// The second meta page begins at the page size, which the first one states
	// if it is whole; otherwise the usual sizes are tried.
	offsets := []int64{0, 4096, 8192, 16384, 65536}
	for _, at := range offsets {
		var page [boltPageHeader + boltMetaSize]byte
		if _, err := r.ReadAt(page[:], at); err != nil {
			continue
		}
		m := page[boltPageHeader:]
		if binary.NativeEndian.Uint32(m) != boltMagic {
			continue
		}
		sum := fnv.New64a()
		_, _ = sum.Write(m[:boltMetaSize-8])
		if sum.Sum64() != binary.NativeEndian.Uint64(m[boltMetaSize-8:]) {
			continue
		}
		seen := boltMeta{
			pageSize: int64(binary.NativeEndian.Uint32(m[8:])), root: binary.NativeEndian.Uint64(m[16:]),
			pages: binary.NativeEndian.Uint64(m[40:]), tx: binary.NativeEndian.Uint64(m[48:]),
			freelist: binary.NativeEndian.Uint64(m[32:]),
		}
		if seen.pages > 1<<40 || seen.pageSize < boltPageHeader+boltMetaSize || seen.pageSize > boltMaxPage || (found && seen.tx < newest.tx) {
			continue
		}
		newest, found = seen, true
	}
	if !found {
		return newest, errors.New("no valid meta page")
	}
	return newest, nil
}

const (
	boltBranch     = 0x01 // flags of a page
	boltLeaf       = 0x02
	boltFreelist   = 0x10
	boltNoFreelist = 1<<64 - 1 // none is kept: bbolt finds the free pages by itself
	boltFreeMany   = 1<<16 - 1 // as a count: the first entry of the list is how many follow
	boltElement    = 16        // bytes of an element of either, before the keys
	boltBucketLeaf = 0x01      // flag of an element whose value is a bucket
	boltBucketSize = 16        // bytes of its header: root page, 0 if the page is inline behind it; sequence
	boltDepth      = 64        // of buckets and branches, more than any file has
)

// boltWalk follows a file's pages from the root as bbolt will, and reads of each
// the header and the table of its elements.
type boltWalk struct {
	r    io.ReaderAt
	meta boltMeta
	seen []uint64 // a bit for each page
}

// checkPages refuses a file in which bbolt would follow a page to outside of the
// file, take a page of another kind for one of its tree, or read beyond a page.
// What keys and values hold it does not see: each record has its own checksum.
func checkPages(r io.ReaderAt, meta boltMeta) error {
	w := &boltWalk{r: r, meta: meta, seen: make([]uint64, meta.pages/64+1)}
	if err := w.page(meta.root, 0); err != nil {
		return err
	}
	return w.free()
}

func (w *boltWalk) page(id uint64, depth int) error {
	if depth > boltDepth {
		return fmt.Errorf("page %d is at depth %d", id, depth)
	}
	kind, size, err := w.claim(id)
	if err != nil {
		return err
	}
	return w.elements(fmt.Sprintf("page %d", id), kind[:], int64(id)*w.meta.pageSize+boltPageHeader, size, depth)
}

// claim reads the header of a page and notes that it, and those behind it, belong to somebody. kind is its flags and
// count, size the bytes after its header.
func (w *boltWalk) claim(id uint64) (kind [4]byte, size int64, err error) {
	if id < 2 || id >= w.meta.pages {
		return kind, 0, fmt.Errorf("page %d is none of the %d", id, w.meta.pages)
	}
	var head [boltPageHeader]byte
	if _, err = w.r.ReadAt(head[:], int64(id)*w.meta.pageSize); err != nil {
		return kind, 0, fmt.Errorf("page %d: %w", id, err)
	}
	overflow := uint64(binary.NativeEndian.Uint32(head[12:]))
	if said := binary.NativeEndian.Uint64(head[:]); said != id || overflow >= w.meta.pages-id {
		return kind, 0, fmt.Errorf("page %d says that it is %d, with %d more behind it of %d", id, said, overflow, w.meta.pages)
	}
	for n := id; n <= id+overflow; n++ {
		if err = w.note(n); err != nil {
			return kind, 0, err
		}
	}
	return [4]byte(head[8:12]), int64(overflow+1)*w.meta.pageSize - boltPageHeader, nil
}

// note refuses a page that was noted before.
func (w *boltWalk) note(n uint64) error {
	if w.seen[n/64]&(1<<(n%64)) != 0 {
		return fmt.Errorf("page %d belongs to two", n)
	}
	w.seen[n/64] |= 1 << (n % 64)
	return nil
}

// free checks the list of the free pages: what it names bbolt will write over.
func (w *boltWalk) free() error {
	if w.meta.freelist == boltNoFreelist {
		return nil
	}
	kind, size, err := w.claim(w.meta.freelist)
	if err != nil {
		return fmt.Errorf("free pages: %w", err)
	}
	if flags := binary.NativeEndian.Uint16(kind[:]); flags != boltFreelist {
		return fmt.Errorf("free pages: page %d has kind %#x", w.meta.freelist, flags)
	}
	list := io.NewSectionReader(w.r, int64(w.meta.freelist)*w.meta.pageSize+boltPageHeader, size)
	var id [8]byte
	next := func() (uint64, error) {
		if _, rerr := io.ReadFull(list, id[:]); rerr != nil {
			return 0, fmt.Errorf("free pages: the list on page %d: %w", w.meta.freelist, rerr)
		}
		return binary.NativeEndian.Uint64(id[:]), nil
	}
	count := uint64(binary.NativeEndian.Uint16(kind[2:]))
	if count == boltFreeMany {
		if count, err = next(); err != nil {
			return err
		}
	}
	for range count { // ends with the page at the latest
		n, err := next()
		if err == nil && (n < 2 || n >= w.meta.pages) {
			err = fmt.Errorf("free pages: page %d is none of the %d", n, w.meta.pages)
		}
		if err == nil {
			err = w.note(n)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// elements checks the table at an offset of the file; size bytes belong to the page
// from there on. kind is the page's flags and count.
func (w *boltWalk) elements(name string, kind []byte, at, size int64, depth int) error {
	flags, count := binary.NativeEndian.Uint16(kind), int64(binary.NativeEndian.Uint16(kind[2:]))
	if flags != boltBranch && flags != boltLeaf || count*boltElement > size || flags == boltBranch && count == 0 {
		return fmt.Errorf("%s has kind %#x and %d elements", name, flags, count)
	}
	table := make([]byte, count*boltElement)
	if _, err := w.r.ReadAt(table, at); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for i := range count {
		e, from := table[i*boltElement:], i*boltElement
		word := func(n int) int64 { return int64(binary.NativeEndian.Uint32(e[4*n:])) }
		if flags == boltBranch {
			if from+word(0)+word(1) > size {
				return fmt.Errorf("%s: the key of element %d lies outside", name, i)
			}
			if err := w.page(binary.NativeEndian.Uint64(e[8:]), depth+1); err != nil {
				return err
			}
			continue
		}
		value := from + word(1) + word(2)
		if value+word(3) > size {
			return fmt.Errorf("%s: element %d lies outside", name, i)
		}
		if word(0)&boltBucketLeaf != 0 {
			if err := w.bucket(fmt.Sprintf("%s: bucket %d", name, i), at+value, word(3), depth); err != nil {
				return err
			}
		}
	}
	return nil
}

// bucket checks the bucket whose size bytes are at an offset of the file.
func (w *boltWalk) bucket(name string, at, size int64, depth int) error {
	var head [boltBucketSize + boltPageHeader]byte
	n := min(size, int64(len(head)))
	if _, err := w.r.ReadAt(head[:n], at); err != nil || n < boltBucketSize {
		return errors.Join(fmt.Errorf("%s has %d bytes", name, size), err)
	}
	if root := binary.NativeEndian.Uint64(head[:]); root != 0 {
		return w.page(root, depth+1)
	}
	if n < int64(len(head)) || depth > boltDepth || binary.NativeEndian.Uint16(head[boltBucketSize+8:]) != boltLeaf {
		return fmt.Errorf("%s has no page", name)
	}
	return w.elements(name, head[boltBucketSize+8:boltBucketSize+12], at+int64(len(head)), size-int64(len(head)), depth+1)
}
