package batch

// A diff's keys strictly increase, and each is stored as what it does not share with the one before: the shared
// prefix is as long as it can be, so that equal diffs are equal bytes.

import (
	"bytes"
	"fmt"

	"github.com/holdfast-rollup/holdfast/fsm/tree"
)

// EncodeDiff appends the canonical columns of a net diff between two versions to dst. The changes must be what
// tree.Diff gives: strictly increasing keys, lengths within the tree's limits, no value where a key is deleted.
// Anything else is the caller's mistake and panics.
func EncodeDiff(dst []byte, changes []tree.Change) []byte {
	var cols [columnCount][]byte
	var before []byte
	for i := range changes {
		c := &changes[i]
		if len(c.Key) == 0 || len(c.Key) > tree.MaxKey || len(c.Value) > tree.MaxValue || (c.Delete && len(c.Value) > 0) ||
			(i > 0 && bytes.Compare(before, c.Key) >= 0) {
			panic(fmt.Sprintf("batch: change %d is none of a net diff: key %x after %x, value %x, delete %t", i, c.Key, before, c.Value, c.Delete))
		}
		shared := sharedPrefix(before, c.Key)
		before = c.Key
		size := byte(0)
		if !c.Delete {
			size = byte(len(c.Value)) + 1
		}
		cols[ColumnDiffShared] = append(cols[ColumnDiffShared], byte(shared))
		cols[ColumnDiffSuffixSize] = append(cols[ColumnDiffSuffixSize], byte(len(c.Key)-shared))
		cols[ColumnDiffSuffix] = append(cols[ColumnDiffSuffix], c.Key[shared:]...)
		cols[ColumnDiffValueSize] = append(cols[ColumnDiffValueSize], size)
		cols[ColumnDiffValue] = append(cols[ColumnDiffValue], c.Value...)
	}
	return join(dst, SchemaDiff, len(changes), &cols)
}

func sharedPrefix(a, b []byte) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

// DecodeDiff is the inverse of EncodeDiff. Values share b's memory; keys are one new block.
func DecodeDiff(b []byte, limits Limits) ([]tree.Change, error) {
	var raw [columnCount][]byte
	schema, rows, err := split(b, limits, &raw)
	if err != nil {
		return nil, err
	}
	if schema != SchemaDiff {
		return nil, fmt.Errorf("%w: schema %d, want %d", ErrVersion, schema, SchemaDiff)
	}
	shares, sizes, values := raw[ColumnDiffShared], raw[ColumnDiffSuffixSize], raw[ColumnDiffValueSize]
	if len(shares) != rows || len(sizes) != rows || len(values) != rows {
		return nil, fmt.Errorf("%w: %d changes in %d, %d and %d bytes", ErrMalformed, rows, len(shares), len(sizes), len(values))
	}
	total := 0
	for i := range rows {
		size := int(shares[i]) + int(sizes[i])
		if size == 0 || size > tree.MaxKey || int(values[i]) > tree.MaxValue+1 {
			return nil, fmt.Errorf("%w: change %d has a key of %d and a value of size %d", ErrMalformed, i, size, values[i])
		}
		total += size
	}
	suffix, value := column{b: raw[ColumnDiffSuffix]}, column{b: raw[ColumnDiffValue]}
	changes, keys := make([]tree.Change, rows), make([]byte, 0, total)
	var before []byte
	for i := range changes {
		if int(shares[i]) > len(before) {
			return nil, fmt.Errorf("%w: change %d shares %d bytes of a key of %d", ErrMalformed, i, shares[i], len(before))
		}
		start := len(keys)
		keys = append(keys, before[:shares[i]]...)
		keys = append(keys, suffix.take(int(sizes[i]))...)
		key := keys[start:len(keys):len(keys)]
		var val []byte
		if values[i] > 0 {
			val = value.take(int(values[i]) - 1)
		}
		if suffix.bad || value.bad || sharedPrefix(before, key) != int(shares[i]) || (i > 0 && bytes.Compare(before, key) >= 0) {
			return nil, fmt.Errorf("%w: key or value of change %d", ErrMalformed, i)
		}
		changes[i] = tree.Change{Key: key, Value: val, Delete: values[i] == 0}
		before = key
	}
	if len(suffix.b) > 0 || len(value.b) > 0 {
		return nil, fmt.Errorf("%w: %d bytes of keys and %d of values too many", ErrMalformed, len(suffix.b), len(value.b))
	}
	return changes, nil
}
