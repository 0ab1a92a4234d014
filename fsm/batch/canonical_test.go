package batch_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// assemble puts columns into a container of its own, from the words of the package comment.
func assemble(schema batch.Schema, rows uint64, cols []batch.Column) []byte {
	b := []byte{1, byte(schema)}
	b = binary.AppendUvarint(b, rows)
	directory := uint64(0)
	var sizes, data []byte
	for _, c := range cols {
		if len(c.Data) > 0 {
			directory |= 1 << c.ID
			sizes = binary.AppendUvarint(sizes, uint64(len(c.Data)))
			data = append(data, c.Data...)
		}
	}
	b = binary.AppendUvarint(b, directory)
	return slices.Concat(b, sizes, data)
}

// edit changes, adds or removes a few bytes inside columns, so that the container stays whole and the decoders'
// own rules decide.
func edit(t *rapid.T, cols []batch.Column) []batch.Column {
	out := make([]batch.Column, len(cols))
	for i, c := range cols {
		out[i] = batch.Column{ID: c.ID, Data: bytes.Clone(c.Data)}
	}
	small := rapid.OneOf(rapid.ByteRange(0, 6), rapid.Byte())
	for range rapid.IntRange(0, 3).Draw(t, "edits") {
		c := &out[rapid.IntRange(0, len(out)-1).Draw(t, "column")]
		at := rapid.IntRange(0, max(len(c.Data)-1, 0)).Draw(t, "at")
		switch rapid.IntRange(0, 3).Draw(t, "edit") {
		case 0:
			c.Data = slices.Insert(c.Data, at, small.Draw(t, "byte"))
		case 1:
			if len(c.Data) > 0 {
				c.Data = slices.Delete(c.Data, at, at+1)
			}
		default:
			if len(c.Data) > 0 {
				c.Data[at] = small.Draw(t, "byte")
			}
		}
	}
	return out
}

// state.md: one value has one encoding. Whatever is accepted, however it was made, is what the encoder writes.
func TestAcceptedEntriesAreCanonical(t *testing.T) {
	var enc batch.Encoder
	var dec batch.Decoder
	var got command.Entry
	rapid.Check(t, func(t *rapid.T) {
		e := entries().Draw(t, "entry")
		schema, cols, err := batch.Columns(enc.Entry(nil, &e), batch.DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		b := assemble(schema, uint64(len(e.Submissions)), edit(t, cols))
		if dec.Entry(b, &got, batch.DefaultLimits()) != nil {
			return
		}
		if again := enc.Entry(nil, &got); !bytes.Equal(again, b) {
			t.Fatalf("%x is accepted as\n%+v, which encodes to\n%x", b, got, again)
		}
	})
}

func TestAcceptedPayloadsAreCanonical(t *testing.T) {
	var enc batch.Encoder
	var dec batch.Decoder
	rapid.Check(t, func(t *rapid.T) {
		ts := transitions().Draw(t, "transitions")
		schema, cols, err := batch.Columns(enc.Payload(nil, ts), batch.DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		b := assemble(schema, uint64(len(ts)), edit(t, cols))
		got, err := dec.Payload(nil, b, batch.DefaultLimits())
		if err != nil {
			return
		}
		if again := enc.Payload(nil, got); !bytes.Equal(again, b) {
			t.Fatalf("%x is accepted as\n%+v, which encodes to\n%x", b, got, again)
		}
	})
}

// The rules that random edits rarely meet, one by one: each is a second way to write something that has a first.
func TestSecondSpellings(t *testing.T) {
	place := command.Transition{Kind: command.Place, Market: 1, Account: 5, ClientID: 1, Price: 30, Size: 40}
	cancel := command.Transition{Kind: command.Cancel, Order: 9}
	e := command.Entry{TimeMs: 1, Submissions: []command.Submission{
		{Session: 3, Sequence: 8, Transition: place},
		{Session: 3, Sequence: 9, Transition: cancel},
		{Session: 4, Sequence: 1, Transition: place},
		{Session: 4, Sequence: 2, Transition: cancel},
	}}
	schema, cols, err := batch.Columns(batch.EncodeEntry(nil, &e), batch.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	with := func(id batch.ColumnID, data ...byte) []byte {
		changed := slices.DeleteFunc(slices.Clone(cols), func(c batch.Column) bool { return c.ID == id })
		changed = append(changed, batch.Column{ID: id, Data: data})
		slices.SortFunc(changed, func(a, b batch.Column) int { return int(a.ID) - int(b.ID) })
		return assemble(schema, 4, changed)
	}
	column := func(id batch.ColumnID) []byte {
		return cols[slices.IndexFunc(cols, func(c batch.Column) bool { return c.ID == id })].Data
	}
	huge := binary.AppendUvarint(nil, 1<<63)
	beyond := binary.AppendUvarint(nil, 1<<63+2)
	base := column(batch.ColumnOrder)[:1]
	units := column(batch.ColumnMarkets)
	for name, c := range map[string]struct {
		b    []byte
		fine bool
	}{
		"as it was":                      {with(batch.ColumnSessionRuns, column(batch.ColumnSessionRuns)...), true},
		"a run in two":                   {with(batch.ColumnSessionRuns, 0, 0, 3, 0), false},
		"a run that is too long":         {with(batch.ColumnSessionRuns, 1, 0, 3, 1), false},
		"a run whose length wraps":       {with(batch.ColumnSessionRuns, append([]byte{1, 0, 3}, binary.AppendUvarint(nil, ^uint64(0))...)...), false},
		"a session before its turn":      {with(batch.ColumnSessionRuns, 3, 0, 1, 0), false},
		"a break at a session's first":   {with(batch.ColumnSequenceBreaks, 2, 4), false},
		"a break elsewhere":              {with(batch.ColumnSequenceBreaks, 1, 4), true},
		"a break of nothing":             {with(batch.ColumnSequenceBreaks, 1, 0), false},
		"a break behind the last row":    {with(batch.ColumnSequenceBreaks, 4, 2), false},
		"a break without its distance":   {with(batch.ColumnSequenceBreaks, 1), false},
		"an account that is new again":   {assembleWith(schema, cols, map[batch.ColumnID][]byte{batch.ColumnAccount: {0, 0}, batch.ColumnNewAccount: {10, 0}}), false},
		"an account beyond":              {with(batch.ColumnAccount, 0, 2), false},
		"an order base that is not used": {with(batch.ColumnOrder, append(bytes.Clone(base), 1, 2)...), false},
		"order distances too far apart":  {with(batch.ColumnOrder, slices.Concat(base, []byte{0}, beyond)...), false},
		"order distances just so":        {with(batch.ColumnOrder, slices.Concat(base, []byte{0}, huge)...), true},
		"a first distance too far":       {with(batch.ColumnOrder, slices.Concat(base, huge, []byte{0})...), false},
		"a size beyond 64 bits":          {with(batch.ColumnSize, slices.Concat([]byte{1}, binary.AppendUvarint(nil, 1<<60+1))...), false},
		"a size unit that is too small":  {assembleWith(schema, cols, map[batch.ColumnID][]byte{batch.ColumnMarkets: append(bytes.Clone(units[:len(units)-1]), 20), batch.ColumnSize: {2, 2}}), false},
		"a shape that is listed twice":   {with(batch.ColumnShapes, append(bytes.Clone(column(batch.ColumnShapes)), column(batch.ColumnShapes)[:3]...)...), false},
		"a narrow bit that is not there": {with(batch.ColumnShapes, append(bytes.Clone(column(batch.ColumnShapes)[:5]), 0x20)...), false},
		"a time twice":                   {with(batch.ColumnTime, 2, 2), false},
	} {
		var got command.Entry
		err := batch.DecodeEntry(c.b, &got, batch.DefaultLimits())
		if c.fine != (err == nil) || (c.fine && !bytes.Equal(batch.EncodeEntry(nil, &got), c.b)) {
			t.Errorf("%s: error %v, %+v", name, err, got)
		}
		if !c.fine && !errors.Is(err, batch.ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// An empty column may not stand in the directory.
	listed := assemble(schema, 4, cols)
	empty := slices.Concat(listed[:3], binary.AppendUvarint(nil, directoryOf(cols)|1<<batch.ColumnAmount))
	rest := listed[3+len(binary.AppendUvarint(nil, directoryOf(cols))):]
	before := slices.IndexFunc(cols, func(c batch.Column) bool { return c.ID > batch.ColumnAmount })
	empty = slices.Concat(empty, rest[:before], []byte{0}, rest[before:])
	if err := batch.DecodeEntry(empty, &command.Entry{}, batch.DefaultLimits()); !errors.Is(err, batch.ErrMalformed) {
		t.Errorf("an empty column in the directory: %v", err)
	}
}

func directoryOf(cols []batch.Column) (directory uint64) {
	for _, c := range cols {
		directory |= 1 << c.ID
	}
	return directory
}

func assembleWith(schema batch.Schema, cols []batch.Column, other map[batch.ColumnID][]byte) []byte {
	changed := slices.Clone(cols)
	for i, c := range changed {
		if data, ok := other[c.ID]; ok {
			changed[i].Data = data
		}
	}
	return assemble(schema, 4, changed)
}
