package rangecoder_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"runtime"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/tree"
	"github.com/holdfast-rollup/holdfast/sync/da/rangecoder"
)

type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

func roundTrip(t failer, payload []byte) []byte {
	t.Helper()
	before := bytes.Clone(payload)
	packed := rangecoder.Encode(nil, payload)
	if !bytes.Equal(payload, before) {
		t.Fatalf("Encode changed its input")
	}
	if len(packed) > len(payload)+1 {
		t.Fatalf("%d bytes became %d", len(payload), len(packed))
	}
	got, err := rangecoder.Decode(packed, len(payload))
	if err != nil || !bytes.Equal(got, payload) {
		t.Fatalf("%d bytes (%x...) do not come back from %d: %v", len(payload), payload[:min(64, len(payload))], len(packed), err)
	}
	return packed
}

// edges draws numbers of any length, small ones and the same ones more often.
func edges() *rapid.Generator[uint64] {
	return rapid.OneOf(rapid.Uint64Range(0, 3), rapid.Uint64Range(0, 2000), rapid.SampledFrom([]uint64{1 << 31, 1<<64 - 1, 1_000_000_000, 123_456_789_012}), rapid.Uint64())
}

func drawTransition(t *rapid.T) command.Transition {
	n := edges()
	tr := command.Transition{
		Kind: command.Kind(rapid.Uint8Range(0, 14).Draw(t, "kind")),
		Side: command.Side(rapid.Uint8Range(0, 3).Draw(t, "side")),
		TIF:  command.TIF(rapid.Uint8Range(0, 3).Draw(t, "tif")),
	}
	if rapid.IntRange(0, 3).Draw(t, "plain") > 0 {
		tr.Market, tr.Account = uint32(rapid.IntRange(0, 5).Draw(t, "market")), n.Draw(t, "account")
		tr.Order, tr.ClientID = n.Draw(t, "order"), n.Draw(t, "client id")
		tr.Price, tr.Size = n.Draw(t, "price"), n.Draw(t, "size")
		return tr
	}
	tr.Market, tr.Asset, tr.Quote = uint32(n.Draw(t, "market")), uint32(n.Draw(t, "asset")), uint32(n.Draw(t, "quote"))
	tr.Amount, tr.Tick, tr.Lot, tr.Inbox = n.Draw(t, "amount"), n.Draw(t, "tick"), n.Draw(t, "lot"), n.Draw(t, "inbox")
	tr.Decimals, tr.MakerFee, tr.TakerFee = uint8(n.Draw(t, "decimals")), uint16(n.Draw(t, "maker")), uint16(n.Draw(t, "taker"))
	tr.Status = command.MarketStatus(rapid.Uint8().Draw(t, "status"))
	copy(tr.Address[:], rapid.SliceOfN(rapid.Byte(), 0, 20).Draw(t, "address"))
	return tr
}

// Whatever the canonical codec writes is coded row by row and comes back, whatever its fields are.
func TestPayloadsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ts := make([]command.Transition, rapid.IntRange(0, 60).Draw(t, "rows"))
		for i := range ts {
			if ts[i] = drawTransition(t); rapid.Bool().Draw(t, "recent") {
				ts[i].Order = uint64(rapid.IntRange(0, i).Draw(t, "row") + 1000)
			}
		}
		payload := batch.EncodePayload(nil, ts)
		packed := roundTrip(t, payload)
		if len(ts) > 0 && packed[0] != 3 && packed[0] != 0 {
			t.Fatalf("coded in form %d", packed[0])
		}
		if len(ts) > 0 && rangecoder.Costs(payload) == nil {
			t.Fatalf("no walk over %x", payload)
		}
	})
}

// A shape may name columns that are not there, in bytes that no encoder of fsm/batch wrote.
func TestMissingColumns(t *testing.T) {
	tr := command.Transition{Kind: command.Place, Market: 1, Account: 2, Order: 3, ClientID: 4, Price: 5, Size: 6, Amount: 7}
	payload := batch.EncodePayload(nil, []command.Transition{tr})
	schema, columns, err := batch.Columns(payload, batch.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	for missing := range columns {
		b := []byte{1, byte(schema), 1}
		var present uint64
		var sizes, rest []byte
		for i, c := range columns {
			if i != missing {
				present |= 1 << c.ID
				sizes = binary.AppendUvarint(sizes, uint64(len(c.Data)))
				rest = append(rest, c.Data...)
			}
		}
		b = append(append(binary.AppendUvarint(b, present), sizes...), rest...)
		roundTrip(t, b)
		// The decoder of rows must get as far as the missing column, too.
		for i := range 200 {
			if _, err := rangecoder.Decode(append([]byte{3, byte(i), 0x20, 0x71}, b...), len(b)); err == nil {
				t.Fatal("nonsense was decoded")
			}
		}
	}
	const found = "\x03\xedϷ\xf2\xd7\x1f\xbf\xfd\xf9zr\xb3\x89\xf1`HCR\xaaA\x8e\xfe\xbaCt1CB\xd6\aD}\x119DM880X7(108!+xx7\xb2!11&#\xbcCAA\xf90000"
	if _, err := rangecoder.Decode([]byte(found), 261); !errors.Is(err, rangecoder.ErrMalformed) {
		t.Fatal(err)
	}
}

// More markets and shapes than a symbol can name are coded too.
func TestManyMarketsAndShapes(t *testing.T) {
	var ts []command.Transition
	for i := range 3000 {
		ts = append(ts, command.Transition{Kind: command.Place, Account: 7, Market: uint32(1 + i%700), Price: 5, Size: uint64(1 + i%3)})
	}
	if packed := roundTrip(t, batch.EncodePayload(nil, ts)); packed[0] != 3 {
		t.Errorf("700 markets: form %d", packed[0])
	}
	for i := range ts {
		ts[i].STP = command.STP(i)
		ts[i].TIF = command.TIF(i >> 8)
	}
	if packed := roundTrip(t, batch.EncodePayload(nil, ts)); packed[0] != 2 {
		t.Errorf("3,000 shapes: form %d", packed[0])
	}
}

// Containers of other schemas and damaged ones are only coded otherwise.
func TestOtherContainersComeBack(t *testing.T) {
	ts := generated(t, 500)
	payload := batch.EncodePayload(nil, ts)
	e := command.Entry{TimeMs: 1}
	for i, tr := range ts {
		e.Submissions = append(e.Submissions, command.Submission{Session: 5, Sequence: uint64(i + 1), Transition: tr})
	}
	var changes []tree.Change
	for i := range 500 {
		changes = append(changes, tree.Change{Key: []byte{1, byte(i >> 8), byte(i), 7}, Value: []byte{0, 0, 0, byte(i)}})
	}
	for name, b := range map[string][]byte{"entry": batch.EncodeEntry(nil, &e), "diff": batch.EncodeDiff(nil, changes)} {
		if packed := roundTrip(t, b); packed[0] != 2 || len(packed) > len(b)*3/4 {
			t.Errorf("%s of %d bytes: form %d, %d bytes", name, len(b), packed[0], len(packed))
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		b := bytes.Clone(payload)
		for range rapid.IntRange(1, 4).Draw(t, "damages") {
			at := rapid.OneOf(rapid.IntRange(0, 40), rapid.IntRange(0, len(b)-1)).Draw(t, "at")
			b[at] = rapid.Byte().Draw(t, "byte")
		}
		roundTrip(t, b[:rapid.SampledFrom([]int{len(b), len(b), len(b) - 1, 2}).Draw(t, "length")])
	})
}

// Bytes that are nothing in particular grow by one at most.
func TestAnyBytesComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "bytes")
		roundTrip(t, bytes.Repeat(b, rapid.IntRange(1, 30).Draw(t, "times")))
	})
}

// layers.md: what a publisher packs depends on the payload alone. The digest pins the format: data that was published
// must stay readable, so that a change of it takes a new form.
func TestFormatIsPinned(t *testing.T) {
	payload := batch.EncodePayload(nil, generated(t, 3000))
	packed := rangecoder.Encode(nil, payload)
	got := sha256.Sum256(packed)
	const want = "cac16d81eb9cd7d6e7ebe181ffe540d8913be89d02cca9f9a2983438935cdd8e"
	if hex.EncodeToString(got[:]) != want {
		t.Errorf("%d bytes with digest %x, want %s", len(packed), got, want)
	}
	if again := rangecoder.Encode([]byte("prefix"), payload); !bytes.Equal(again[len("prefix"):], packed) {
		t.Error("the same payload gave other bytes behind a prefix")
	}
}

// Missing, additional and undeclared bytes are errors.
func TestWrongLengths(t *testing.T) {
	payload := batch.EncodePayload(nil, generated(t, 200))
	packed := rangecoder.Encode(nil, payload)
	refused := func(what string, data []byte, size int) {
		t.Helper()
		if _, err := rangecoder.Decode(data, size); !errors.Is(err, rangecoder.ErrMalformed) {
			t.Errorf("%s: %v", what, err)
		}
	}
	for n := range packed {
		refused("cut short", packed[:n], len(payload))
	}
	refused("with a byte more", append(bytes.Clone(packed), 0), len(payload))
	for _, size := range []int{-1, 0, 1, len(payload) - 1, len(payload) + 1, 1 << 20} {
		refused("for another size", packed, size)
	}
	refused("unknown form", []byte{9, 1, 2, 3, 4}, 3)
}

// state.md: decoding is bounded. No input makes Decode take more than the declared size and a constant.
func TestBombs(t *testing.T) {
	const size = 1 << 20
	ts := make([]command.Transition, 1<<20)
	for i := range ts {
		ts[i] = command.Transition{Kind: command.EndImport}
	}
	rows := batch.EncodePayload(nil, ts)
	zeros := rangecoder.Encode(nil, make([]byte, size))
	for name, test := range map[string]struct {
		data []byte
		size int
		ok   bool
	}{
		"zeros":             {zeros, size, true},
		"rows":              {rangecoder.Encode(nil, rows), len(rows), true},
		"zeros, more":       {zeros, 2 * size, false},
		"nothing as bytes":  {[]byte{1}, size, false},
		"nothing as rows":   {[]byte{3, 0, 0, 0, 0, 0, 0}, size, false},
		"all ones as rows":  {append([]byte{3}, bytes.Repeat([]byte{0xff}, 4000)...), size, false},
		"all ones as bytes": {append([]byte{1}, bytes.Repeat([]byte{0xff}, 4000)...), size, false},
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := rangecoder.Decode(test.data, test.size)
			runtime.ReadMemStats(&after)
			if test.ok != (err == nil) {
				t.Fatal(err)
			}
			if taken := after.TotalAlloc - before.TotalAlloc; taken > uint64(test.size)+16<<20 {
				t.Fatalf("took %d bytes for %d", taken, test.size)
			}
		})
	}
}

func FuzzEncode(f *testing.F) {
	ts := generated(f, 300)
	f.Add(batch.EncodePayload(nil, ts))
	f.Add(batch.EncodePayload(nil, ts[:1]))
	f.Add(batch.EncodePayload(nil, nil))
	f.Add([]byte{1, 2, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) { roundTrip(t, b) })
}

// No bytes make the decoder panic or give another number of bytes than was asked for. What it gives is packed and
// comes back like any payload.
func FuzzDecode(f *testing.F) {
	ts := generated(f, 300)
	for _, n := range []int{0, 1, 30, 300} {
		payload := batch.EncodePayload(nil, ts[:n])
		f.Add(rangecoder.Encode(nil, payload), uint16(len(payload)))
	}
	f.Add(rangecoder.Encode(nil, bytes.Repeat([]byte("holdfast"), 100)), uint16(800))
	f.Fuzz(func(t *testing.T, data []byte, size uint16) {
		got, err := rangecoder.Decode(data, int(size))
		if err != nil {
			if got != nil || !errors.Is(err, rangecoder.ErrMalformed) {
				t.Fatalf("%d bytes with %v", len(got), err)
			}
			return
		}
		if len(got) != int(size) {
			t.Fatalf("%d bytes, want %d", len(got), size)
		}
		roundTrip(t, got)
	})
}
