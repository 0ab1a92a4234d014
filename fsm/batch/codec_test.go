package batch_test

import (
	"bytes"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// number draws integers of every magnitude, small ones and repeated ones often.
func number() *rapid.Generator[uint64] {
	return rapid.OneOf(
		rapid.Just(uint64(0)), rapid.Uint64Range(0, 3), rapid.Uint64Range(1, 300),
		rapid.Map(rapid.Uint64Range(0, 40), func(v uint64) uint64 { return v * 250 }),
		rapid.Uint64(), rapid.Uint64Range(1<<63-2, 1<<63+2), rapid.Just(^uint64(0)))
}

// anyTransition draws any value of any field: the codec must carry what fsm/state would reject.
func anyTransition() *rapid.Generator[command.Transition] {
	return rapid.Custom(func(t *rapid.T) command.Transition {
		wide := func(name string) uint64 {
			if rapid.Bool().Draw(t, name+" present") {
				return number().Draw(t, name)
			}
			return 0
		}
		narrow := func(name string) uint8 {
			return rapid.OneOf(rapid.Just(uint8(0)), rapid.Uint8Range(0, 3), rapid.Uint8()).Draw(t, name)
		}
		tr := command.Transition{
			Kind: command.Kind(narrow("kind")), Side: command.Side(narrow("side")), Type: command.OrderType(narrow("type")),
			TIF: command.TIF(narrow("tif")), STP: command.STP(narrow("stp")), Status: command.MarketStatus(narrow("status")),
			Decimals: narrow("decimals"), MakerFee: uint16(wide("maker")), TakerFee: uint16(wide("taker")),
			Market: uint32(wide("market")), Asset: uint32(wide("asset")), Quote: uint32(wide("quote")),
			Account: wide("account"), Order: wide("order"), ClientID: wide("client"),
			Price: wide("price"), Size: wide("size"), Amount: wide("amount"),
			Tick: wide("tick"), Lot: wide("lot"), Inbox: wide("inbox"),
		}
		if rapid.Bool().Draw(t, "address present") {
			copy(tr.Address[:], rapid.SliceOfN(rapid.Byte(), 20, 20).Draw(t, "address"))
		}
		return tr
	})
}

// orderTransition draws what a market does, with few accounts and markets, so that dictionaries repeat.
func orderTransition() *rapid.Generator[command.Transition] {
	return rapid.Custom(func(t *rapid.T) command.Transition {
		tr := command.Transition{
			Kind:    command.Kind(rapid.IntRange(1, 4).Draw(t, "kind")),
			Side:    command.Side(rapid.IntRange(0, 1).Draw(t, "side")),
			Account: rapid.Uint64Range(0, 6).Draw(t, "account"), Market: uint32(rapid.IntRange(0, 3).Draw(t, "market")),
			ClientID: rapid.Uint64Range(0, 9).Draw(t, "client"), Order: rapid.Uint64Range(0, 40).Draw(t, "order"),
			Price: 5 * rapid.Uint64Range(0, 50).Draw(t, "price"), Size: 100 * rapid.Uint64Range(0, 7).Draw(t, "size"),
		}
		return tr
	})
}

func transitions() *rapid.Generator[[]command.Transition] {
	return rapid.OneOf(rapid.SliceOfN(anyTransition(), 0, 12), rapid.SliceOfN(orderTransition(), 0, 60))
}

func entries() *rapid.Generator[command.Entry] {
	return rapid.Custom(func(t *rapid.T) command.Entry {
		e := command.Entry{TimeMs: rapid.Int64().Draw(t, "time")}
		next := map[uint64]uint64{}
		for _, tr := range transitions().Draw(t, "transitions") {
			session := rapid.OneOf(rapid.Uint64Range(0, 3), number()).Draw(t, "session")
			next[session]++
			if rapid.IntRange(0, 5).Draw(t, "break") == 0 {
				next[session] = number().Draw(t, "sequence")
			}
			e.Submissions = append(e.Submissions, command.Submission{Session: session, Sequence: next[session], Transition: tr})
		}
		for range rapid.IntRange(0, 4).Draw(t, "acks") {
			e.Acks = append(e.Acks, command.Ack{Session: number().Draw(t, "ack session"), Low: number().Draw(t, "low")})
		}
		return e
	})
}

// state.md: a payload is canonical, and nothing of a transition is lost.
func TestPayloadComesBack(t *testing.T) {
	var enc batch.Encoder
	var dec batch.Decoder
	var reused []command.Transition
	rapid.Check(t, func(t *rapid.T) {
		want := transitions().Draw(t, "transitions")
		b := enc.Payload([]byte("prefix"), want)
		if !bytes.HasPrefix(b, []byte("prefix")) {
			t.Fatal("the encoder overwrote dst")
		}
		b = b[len("prefix"):]
		got, err := dec.Payload(reused, b, batch.DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		reused = got
		if !equalTransitions(got, want) {
			t.Fatalf("got  %+v\nwant %+v", got, want)
		}
		if !bytes.Equal(batch.EncodePayload(nil, want), b) {
			t.Fatal("a used encoder writes other bytes than a new one")
		}
	})
}

func equalTransitions(a, b []command.Transition) bool {
	return len(a) == len(b) && (len(a) == 0 || reflect.DeepEqual(a, b))
}

// state.md: an entry carries time, sessions, sequences and acks beside the same columns.
func TestEntryComesBack(t *testing.T) {
	var enc batch.Encoder
	var dec batch.Decoder
	var got command.Entry
	rapid.Check(t, func(t *rapid.T) {
		want := entries().Draw(t, "entry")
		b := enc.Entry(nil, &want)
		if err := dec.Entry(b, &got, batch.DefaultLimits()); err != nil {
			t.Fatal(err)
		}
		if got.TimeMs != want.TimeMs || len(got.Submissions) != len(want.Submissions) || len(got.Acks) != len(want.Acks) {
			t.Fatalf("got  %+v\nwant %+v", got, want)
		}
		for i := range want.Submissions {
			if got.Submissions[i] != want.Submissions[i] {
				t.Fatalf("submission %d\ngot  %+v\nwant %+v", i, got.Submissions[i], want.Submissions[i])
			}
		}
		for i := range want.Acks {
			if got.Acks[i] != want.Acks[i] {
				t.Fatalf("ack %d: got %+v, want %+v", i, got.Acks[i], want.Acks[i])
			}
		}
	})
}
