package batch_test

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
)

// The formats are fixed: payload hashes and committed Raft entries depend on these bytes.
func TestVectors(t *testing.T) {
	small := []command.Transition{
		{Kind: command.Place, Market: 1, Account: 300, ClientID: 5, Price: 20_000, Size: 700},
		{Kind: command.Place, Side: command.Ask, Market: 1, Account: 300, ClientID: 6, Price: 30_000, Size: 500, TIF: command.PostOnly},
		{Kind: command.Cancel, Order: 77},
	}
	for name, c := range map[string]struct {
		got  []byte
		want string
	}{
		"three transitions": {batch.EncodePayload(nil, small), "010203ff070b030602020202020202013b00013b050103020400000102000002904e6400000001d8044b00080004020705"},
		"every kind": {batch.EncodePayload(nil, wide()), "010213ffff3f45130a070b020d050406090701020201780202030780610008818f03000a8220000bc201000c3b01010d000005c2210005c23100013b" +
			"00013b0d010304012b060101042400043a080302040003030006c2210009818003100200000102030405060708090a0b0c0d0d0e0f10c0b802882702" +
			"904e904e0000000000000000010100020202010201020202feffffffffffffffff01000202010000000004010202030102010101c096b102e807e907" +
			"070102010202020202904e904e0001020300000000000000000000000000000000140000000000000000000000000000000000000001010203000000" +
			"000000000000000000000000001401020300000000000000000000000000000000140102030000000000000000000000000000000014010203000000" +
			"000000000000000000000000001408066401f40302"},
		"entry": {batch.EncodeEntry(nil, entryOf(small)), "010103ff87c01b0b0306020202020202020604030202013b00013b050103020400000102000002904e6400000001d8044b00080004020705f6b183c5" +
			"98680e05046601000212030401"},
		"diff": {batch.EncodeDiff(nil, someChanges()), "010304808080e0070404280423000402000501031f010000000102010002070707070707070707070707070707070707070707070707070707070707" +
			"070600011f76616c7565080808080808080808080808080808080808080808080808080808080808"},
		"no transitions": {batch.EncodePayload(nil, nil), "01020004020000"},
	} {
		if got := hex.EncodeToString(c.got); got != c.want {
			t.Errorf("%s:\n%s, want\n%s", name, got, c.want)
		}
	}
}

// state.md: decoding is bounded; truncated, extended or altered bytes are refused or are another value's encoding.
func TestDamagedBytes(t *testing.T) {
	_, accepted := generated(t, 300)
	payload := batch.EncodePayload(nil, accepted[:100])
	entry := batch.EncodeEntry(nil, entryOf(accepted[:100]))
	diff := batch.EncodeDiff(nil, someChanges())
	var dec batch.Decoder
	decode := func(b []byte) ([]byte, error) {
		switch batch.Schema(b[1]) {
		case batch.SchemaEntry:
			var e command.Entry
			err := dec.Entry(b, &e, batch.DefaultLimits())
			return batch.EncodeEntry(nil, &e), err
		case batch.SchemaDiff:
			changes, err := batch.DecodeDiff(b, batch.DefaultLimits())
			if err != nil {
				return nil, err
			}
			return batch.EncodeDiff(nil, changes), nil
		default:
			ts, err := dec.Payload(nil, b, batch.DefaultLimits())
			return batch.EncodePayload(nil, ts), err
		}
	}
	for _, good := range [][]byte{payload, entry, diff} {
		for n := 2; n < len(good); n++ {
			if _, err := decode(good[:n]); !errors.Is(err, batch.ErrMalformed) {
				t.Fatalf("schema %d cut at %d of %d: %v", good[1], n, len(good), err)
			}
		}
		if _, err := decode(append(bytes.Clone(good), 0)); !errors.Is(err, batch.ErrMalformed) {
			t.Fatalf("schema %d with a byte more: %v", good[1], err)
		}
		for i := 2; i < len(good); i++ {
			for _, flip := range []byte{1, 0x80, 0xff} {
				changed := bytes.Clone(good)
				changed[i] ^= flip
				again, err := decode(changed)
				if err == nil && !bytes.Equal(again, changed) {
					t.Fatalf("schema %d, byte %d ^ %x: accepted, but not canonical", good[1], i, flip)
				}
			}
		}
	}
}

// Wrong versions, schemas and sizes are told apart.
func TestRefusals(t *testing.T) {
	good := batch.EncodePayload(nil, wide())
	version := bytes.Clone(good)
	version[0] = 2
	schema := bytes.Clone(good)
	schema[1] = 9
	tight := batch.DefaultLimits()
	tight.Transitions = len(wide()) - 1
	short := batch.DefaultLimits()
	short.Bytes = len(good) - 1
	for name, c := range map[string]struct {
		b      []byte
		limits batch.Limits
		want   error
	}{
		"version":     {version, batch.DefaultLimits(), batch.ErrVersion},
		"schema":      {schema, batch.DefaultLimits(), batch.ErrVersion},
		"entry":       {batch.EncodeEntry(nil, entryOf(wide())), batch.DefaultLimits(), batch.ErrVersion},
		"diff":        {batch.EncodeDiff(nil, someChanges()), batch.DefaultLimits(), batch.ErrVersion},
		"nothing":     {nil, batch.DefaultLimits(), batch.ErrMalformed},
		"transitions": {good, tight, batch.ErrLimit},
		"bytes":       {good, short, batch.ErrLimit},
	} {
		if _, err := batch.DecodePayload(c.b, c.limits); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	var e command.Entry
	acks := batch.DefaultLimits()
	acks.Acks = 1
	if err := batch.DecodeEntry(batch.EncodeEntry(nil, entryOf(wide())), &e, acks); !errors.Is(err, batch.ErrLimit) {
		t.Errorf("acks: %v", err)
	}
	changes := batch.DefaultLimits()
	changes.Changes = 3
	if _, err := batch.DecodeDiff(batch.EncodeDiff(nil, someChanges()), changes); !errors.Is(err, batch.ErrLimit) {
		t.Errorf("changes: %v", err)
	}
}

// state.md: declared sizes are checked before memory is taken; a bomb is an error.
func TestBombs(t *testing.T) {
	uv := func(vs ...uint64) (b []byte) {
		for _, v := range vs {
			b = binary.AppendUvarint(b, v)
		}
		return b
	}
	bombs := map[string][]byte{
		"rows without bytes":  append([]byte{1, 2}, uv(1<<20, 1<<batch.ColumnRows, 1, 0)...),
		"rows beyond 64 bits": append([]byte{1, 1}, bytes.Repeat([]byte{0xff}, 10)...),
		"column beyond":       append([]byte{1, 2}, uv(1, 1<<batch.ColumnRows, 1<<40, 0)...),
		"columns that wrap":   append([]byte{1, 2}, uv(1, 3, 1<<63, 1<<63, 0)...),
		"changes":             append([]byte{1, 3}, uv(1<<20, 1<<batch.ColumnDiffShared, 1, 0)...),
	}
	// A run of a session that claims more rows than there are.
	run := batch.EncodeEntry(nil, entryOf(wide()[:2]))
	at := bytes.LastIndex(run, []byte{1, 0}) // the run of two rows
	bombs["run of a session"] = append(append(bytes.Clone(run[:at+1]), 0x7f), run[at+2:]...)
	for name, b := range bombs {
		var err error
		var dec batch.Decoder
		var e command.Entry
		refuse := func() {
			switch batch.Schema(b[1]) {
			case batch.SchemaEntry:
				err = dec.Entry(b, &e, batch.DefaultLimits())
			case batch.SchemaTransitions:
				_, err = dec.Payload(nil, b, batch.DefaultLimits())
			default:
				_, err = batch.DecodeDiff(b, batch.DefaultLimits())
			}
		}
		// The error itself takes a few; a thousand rows would take more bytes than any of this in one.
		if n := testing.AllocsPerRun(10, refuse); n > 12 {
			t.Errorf("%s: %v allocations", name, n)
		}
		if !errors.Is(err, batch.ErrMalformed) && !errors.Is(err, batch.ErrLimit) {
			t.Errorf("%s: %v", name, err)
		}
		if cap(e.Submissions) > 1000 {
			t.Errorf("%s: room for %d submissions was taken", name, cap(e.Submissions))
		}
	}
}

// A reused decoder takes no memory for an entry like the last.
func TestDecodeEntryReusesMemory(t *testing.T) {
	submitted, _ := generated(t, 2000)
	e := flowEntry(submitted)
	b := batch.EncodeEntry(nil, &e)
	var dec batch.Decoder
	var into command.Entry
	n := testing.AllocsPerRun(5, func() {
		if err := dec.Entry(b, &into, batch.DefaultLimits()); err != nil {
			t.Fatal(err)
		}
	})
	if n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// verification.md: the codec against the row encoding, on a market's flow.
func TestRowsAgree(t *testing.T) {
	submitted, _ := generated(t, 3000)
	e := flowEntry(submitted)
	var got command.Entry
	if err := batch.DecodeEntry(batch.EncodeEntry(nil, &e), &got, batch.DefaultLimits()); err != nil {
		t.Fatal(err)
	}
	for _, subs := range [][]command.Submission{got.Submissions, entryOf(wide()).Submissions} {
		for i := range subs {
			s := &subs[i]
			row := batch.AppendRow(nil, s.Session, s.Sequence, &s.Transition)
			session, sequence, tr, err := batch.DecodeRow(row)
			if err != nil || len(row) != batch.RowWidth || session != s.Session || sequence != s.Sequence || tr != s.Transition {
				t.Fatalf("row %x of %+v: %+v, %v", row, s, tr, err)
			}
		}
	}
	for i := range submitted {
		if got.Submissions[i] != submitted[i] {
			t.Fatalf("submission %d: %+v, want %+v", i, got.Submissions[i], submitted[i])
		}
	}
}

// A diff comes back, sorted as it was.
func TestDiffComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		keys := rapid.SliceOfNDistinct(rapid.SliceOfN(rapid.ByteRange(0, 3), 1, 6), 0, 30, func(k []byte) string { return string(k) }).Draw(t, "keys")
		want := make([]tree.Change, 0, len(keys))
		for _, k := range keys {
			c := tree.Change{Key: k, Delete: rapid.Bool().Draw(t, "delete")}
			if !c.Delete {
				c.Value = rapid.SliceOfN(rapid.Byte(), 0, tree.MaxValue).Draw(t, "value")
			}
			want = append(want, c)
		}
		sortChanges(want)
		got, err := batch.DecodeDiff(batch.EncodeDiff(nil, want), batch.DefaultLimits())
		if err != nil || len(got) != len(want) {
			t.Fatalf("%+v: %v", got, err)
		}
		for i := range want {
			if !bytes.Equal(got[i].Key, want[i].Key) || !bytes.Equal(got[i].Value, want[i].Value) || got[i].Delete != want[i].Delete {
				t.Fatalf("change %d: %+v, want %+v", i, got[i], want[i])
			}
		}
	})
}

func sortChanges(cs []tree.Change) {
	for i := range cs {
		for j := i; j > 0 && bytes.Compare(cs[j-1].Key, cs[j].Key) > 0; j-- {
			cs[j-1], cs[j] = cs[j], cs[j-1]
		}
	}
}

// Changes that are none of a net diff are the caller's mistake: an assertion that stays on.
func TestEncodeDiffAsserts(t *testing.T) {
	for name, changes := range map[string][]tree.Change{
		"unsorted":            {{Key: []byte{2}}, {Key: []byte{1}}},
		"twice":               {{Key: []byte{2}}, {Key: []byte{2}}},
		"no key":              {{Value: []byte{1}}},
		"long key":            {{Key: make([]byte, tree.MaxKey+1)}},
		"long value":          {{Key: []byte{1}, Value: make([]byte, tree.MaxValue+1)}},
		"value of a deletion": {{Key: []byte{1}, Value: []byte{1}, Delete: true}},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			batch.EncodeDiff(nil, changes)
		}()
	}
}
