package command_test

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// codec is one command's pair of functions, its type erased.
type codec struct {
	name   string
	draw   func(t *rapid.T) any
	encode func(v any) []byte
	decode func(b []byte) (any, error)
}

func pair[M interface{ Append(dst []byte) []byte }](
	name string, draw func(t *rapid.T) M, decode func([]byte) (M, error),
) codec {
	return codec{
		name:   name,
		draw:   func(t *rapid.T) any { return draw(t) },
		encode: func(v any) []byte { return v.(M).Append(nil) },
		decode: func(b []byte) (any, error) { return decode(b) },
	}
}

func word(t *rapid.T) uint64   { return rapid.Uint64().Draw(t, "u64") }
func number(t *rapid.T) uint32 { return rapid.Uint32().Draw(t, "u32") }
func timeMs(t *rapid.T) int64  { return rapid.Int64().Draw(t, "time") }
func text(t *rapid.T) string   { return rapid.StringN(0, 40, 255).Draw(t, "text") }
func evidence(t *rapid.T) []byte {
	b := rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "evidence")
	if len(b) == 0 {
		return nil
	}
	return b
}
func scope(t *rapid.T) command.Scope { return command.Scope(rapid.IntRange(1, 3).Draw(t, "scope")) }

func fixed[A [16]byte | [20]byte | [32]byte](t *rapid.T) (a A) {
	switch p := any(&a).(type) {
	case *[16]byte:
		copy(p[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "16"))
	case *[20]byte:
		copy(p[:], rapid.SliceOfN(rapid.Byte(), 20, 20).Draw(t, "20"))
	case *[32]byte:
		copy(p[:], rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "32"))
	}
	return a
}

func codecs() []codec {
	return []codec{
		pair("term_marker", func(t *rapid.T) command.TermMarker {
			return command.TermMarker{TermHint: word(t), Node: text(t), TimeMs: timeMs(t)}
		}, command.DecodeTermMarker),
		pair("genesis", func(t *rapid.T) command.Genesis {
			return command.Genesis{
				Lineage: fixed[[16]byte](t), ChainID: word(t), Contract: fixed[[20]byte](t),
				ProgramVersion: number(t), PayloadKind: rapid.Byte().Draw(t, "kind"), DepositDepth: number(t), TimeMs: timeMs(t),
				Limits: command.Limits{
					SessionInFlight: number(t), Sessions: number(t), SessionExpiryMs: timeMs(t),
					RecentVersions: number(t), RetainedBytes: word(t),
				},
			}
		}, command.DecodeGenesis),
		pair("seal", func(t *rapid.T) command.Seal {
			return command.Seal{Number: word(t), TimeMs: timeMs(t), ProgramVersion: number(t)}
		}, command.DecodeSeal),
		pair("credit", func(t *rapid.T) command.Credit {
			from := rapid.Uint64Range(0, 1<<60).Draw(t, "from")
			return command.Credit{From: from, To: from + rapid.Uint64Range(1, command.MaxCredit).Draw(t, "count"), TimeMs: timeMs(t)}
		}, command.DecodeCredit),
		pair("cut", func(t *rapid.T) command.Cut {
			return command.Cut{Number: word(t), TimeMs: timeMs(t), ProgramVersion: number(t)}
		}, command.DecodeCut),
		pair("session_open", func(t *rapid.T) command.SessionOpen {
			return command.SessionOpen{Nonce: fixed[[16]byte](t), Owner: text(t), TimeMs: timeMs(t)}
		}, command.DecodeSessionOpen),
		pair("session_close", func(t *rapid.T) command.SessionClose {
			return command.SessionClose{Session: word(t), TimeMs: timeMs(t)}
		}, command.DecodeSessionClose),
		pair("rollback", func(t *rapid.T) command.Rollback {
			return command.Rollback{ToBatch: word(t), Reason: text(t), Evidence: evidence(t), TimeMs: timeMs(t)}
		}, command.DecodeRollback),
		pair("halt", func(t *rapid.T) command.Halt {
			return command.Halt{Scope: scope(t), Reason: text(t), Exit: text(t), TimeMs: timeMs(t)}
		}, command.DecodeHalt),
		pair("resume", func(t *rapid.T) command.Resume {
			return command.Resume{Scope: scope(t), Reason: text(t), TimeMs: timeMs(t)}
		}, command.DecodeResume),
		pair("adopt", func(t *rapid.T) command.Adopt {
			a := command.Adopt{Piece: rapid.SliceOfN(rapid.Byte(), 1, 300).Draw(t, "piece"), Reason: text(t), TimeMs: timeMs(t)}
			copy(a.Header[:], rapid.SliceOfN(rapid.Byte(), 274, 274).Draw(t, "header"))
			a.Offset = rapid.Uint32Range(0, 1<<20).Draw(t, "offset")
			a.Total = a.Offset + uint32(len(a.Piece)) + rapid.Uint32Range(0, 1<<20).Draw(t, "rest")
			return a
		}, command.DecodeAdopt),
		pair("quarantine", func(t *rapid.T) command.Quarantine {
			return command.Quarantine{Node: text(t), Batch: word(t), Evidence: evidence(t), TimeMs: timeMs(t)}
		}, command.DecodeQuarantine),
		pair("epoch", func(t *rapid.T) command.Epoch {
			return command.Epoch{
				Counter: word(t), ContractCounter: word(t), L1Block: word(t), L1Hash: fixed[[32]byte](t), TimeMs: timeMs(t),
			}
		}, command.DecodeEpoch),
		pair("activate", func(t *rapid.T) command.Activate {
			return command.Activate{
				MinVersion: number(t), ProgramVersion: number(t), AtBatch: word(t), TimeMs: timeMs(t),
			}
		}, command.DecodeActivate),
	}
}

// Every command decodes from its encoding; the same bytes with one cut off or added are refused.
func TestCommandsRoundTrip(t *testing.T) {
	for _, c := range codecs() {
		t.Run(c.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				v := c.draw(t)
				b := c.encode(v)
				got, err := c.decode(b)
				if err != nil || !bytes.Equal(c.encode(got), b) {
					t.Fatalf("%+v decodes to %+v: %v", v, got, err)
				}
				if _, err := c.decode(append(slices.Clone(b), 0)); !errors.Is(err, command.ErrTrailing) {
					t.Fatalf("trailing byte: %v", err)
				}
				if _, err := c.decode(b[:rapid.IntRange(0, len(b)-1).Draw(t, "cut")]); err == nil {
					t.Fatal("a cut encoding decodes")
				}
			})
		})
	}
}

// The layout is wire-stable: these bytes stand in logs.
func TestEncodingsAreStable(t *testing.T) {
	halt := command.Halt{Scope: command.ScopeAnchoring, Reason: "no", Exit: "x", TimeMs: -2}
	want := []byte{2, 2, 'n', 'o', 1, 'x', 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe}
	if got := halt.Append(nil); !bytes.Equal(got, want) {
		t.Errorf("halt: %x, want %x", got, want)
	}
	seal := command.Seal{Number: 3, TimeMs: 4, ProgramVersion: 5}
	want = []byte{0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 5}
	if got := seal.Append(nil); !bytes.Equal(got, want) {
		t.Errorf("seal: %x, want %x", got, want)
	}
	if got := (command.Cut{Number: 3, TimeMs: 4, ProgramVersion: 5}).Append(nil); !bytes.Equal(got, seal.Append(nil)) {
		t.Errorf("cut: %x", got)
	}
	if got := command.EncodeFrame(nil, command.TypeCut, []byte{7}); !bytes.Equal(got, []byte{1, 14, 7}) {
		t.Errorf("frame of a cut: %x", got)
	}
	if got := command.EncodeFrame(nil, command.TypeActivate, []byte{7}); !bytes.Equal(got, []byte{1, 13, 7}) {
		t.Errorf("frame: %x", got)
	}
}

// state.md: commands are versioned; what this binary does not know is a typed error.
func TestFrame(t *testing.T) {
	kind, body, err := command.DecodeFrame(command.EncodeFrame([]byte{}, command.TypeSeal, []byte("body")))
	if kind != command.TypeSeal || string(body) != "body" || err != nil {
		t.Errorf("%s %q %v", kind, body, err)
	}
	var version *command.VersionError
	if _, _, err := command.DecodeFrame([]byte{2, 1}); !errors.As(err, &version) || version.Got != 2 {
		t.Errorf("version 2: %v", err)
	}
	for _, unknown := range []byte{0, 17, 255} {
		var typ *command.TypeError
		if _, _, err := command.DecodeFrame([]byte{1, unknown}); !errors.As(err, &typ) || typ.Got != command.Type(unknown) {
			t.Errorf("type %d: %v", unknown, err)
		}
	}
	for _, short := range [][]byte{nil, {1}} {
		if _, _, err := command.DecodeFrame(short); !errors.Is(err, command.ErrTruncated) {
			t.Errorf("%x: %v", short, err)
		}
	}
}

// One value, one byte string: longer forms, sizes beyond limit or input, and values out of range are refused.
func TestReaderRefuses(t *testing.T) {
	for _, c := range []struct {
		name string
		b    []byte
		read func(r *command.Reader)
		want error
	}{
		{"long varint", []byte{0x80, 0x00}, func(r *command.Reader) { r.Uvarint() }, command.ErrVarint},
		{"65-bit varint", bytes.Repeat([]byte{0xff}, 11), func(r *command.Reader) { r.Uvarint() }, command.ErrVarint},
		{"cut varint", []byte{0x80}, func(r *command.Reader) { r.Uvarint() }, command.ErrTruncated},
		{"bool 2", []byte{2}, func(r *command.Reader) { r.Bool() }, command.ErrValue},
		{"bytes beyond the limit", []byte{5, 1, 2, 3, 4, 5}, func(r *command.Reader) { r.Bytes(4) }, command.ErrLimit},
		{"bytes beyond the input", []byte{5, 1}, func(r *command.Reader) { r.Bytes(9) }, command.ErrTruncated},
		{"count beyond the input", []byte{3, 1, 2, 3}, func(r *command.Reader) { r.Count(9, 2) }, command.ErrTruncated},
		{"huge count", append(bytes.Repeat([]byte{0xff}, 9), 1), func(r *command.Reader) { r.Count(math.MaxInt, 1) }, command.ErrLimit},
		{"cut u16", []byte{1}, func(r *command.Reader) { r.U16() }, command.ErrTruncated},
		{"cut u32", []byte{1, 2, 3}, func(r *command.Reader) { r.U32() }, command.ErrTruncated},
		{"cut u64", []byte{1, 2, 3}, func(r *command.Reader) { r.U64() }, command.ErrTruncated},
		{"cut fixed", []byte{1, 2, 3}, func(r *command.Reader) { r.Fixed(make([]byte, 4)) }, command.ErrTruncated},
		{"trailing", []byte{1, 2}, func(r *command.Reader) { r.U8() }, command.ErrTrailing},
	} {
		r := command.NewReader(c.b)
		c.read(r)
		if err := r.Done(); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
		if r.U64() != 0 || r.Bytes(9) != nil || !errors.Is(r.Err(), c.want) {
			t.Errorf("%s: the error does not stick", c.name)
		}
	}
	scopes := map[string]func([]byte) error{
		"halt":   func(b []byte) error { _, err := command.DecodeHalt(b); return err },
		"resume": func(b []byte) error { _, err := command.DecodeResume(b); return err },
	}
	for name, decode := range scopes {
		for _, bad := range []byte{0, 4, 255} {
			if err := decode(append([]byte{bad}, make([]byte, 10)...)); !errors.Is(err, command.ErrValue) {
				t.Errorf("%s with scope %d: %v", name, bad, err)
			}
		}
	}
}

// What a reader would refuse is not written: an undecodable committed frame would stop every replica.
func TestWriterAssertsLimits(t *testing.T) {
	for name, write := range map[string]func(){
		"reason": func() { command.Rollback{Reason: strings.Repeat("x", command.MaxReason+1)}.Append(nil) },
		"node":   func() { command.TermMarker{Node: strings.Repeat("x", command.MaxNode+1)}.Append(nil) },
		"proof":  func() { command.Quarantine{Evidence: make([]byte, command.MaxEvidence+1)}.Append(nil) },
		"scope":  func() { command.Halt{}.Append(nil) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: written", name)
				}
			}()
			write()
		}()
	}
}

// Names are what metrics and logs show; a number without a name still shows itself.
func TestNames(t *testing.T) {
	seen := map[string]bool{}
	for k := command.Place; k <= command.MaxKind; k++ {
		seen[k.String()] = true
	}
	for ty := command.TypeEntry; ty <= command.TypeAdopt; ty++ {
		seen[ty.String()] = true
	}
	if len(seen) != 13+16 {
		t.Errorf("%d different names: %v", len(seen), seen)
	}
	for got, want := range map[string]string{
		command.Kind(99).String(): "kind_99", command.Side(9).String(): "side_9", command.TIF(9).String(): "tif_9",
		command.STP(9).String(): "stp_9", command.OrderType(9).String(): "type_9", command.Type(0).String(): "type_0",
		command.MarketStatus(9).String(): "status_9", command.STPDecrement.String(): "decrement",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// Every byte string is refused, or is exactly what its frame and command encode to.
func FuzzDecode(f *testing.F) {
	f.Add(command.EncodeFrame(nil, command.TypeHalt, command.Halt{Scope: 1, Reason: "r"}.Append(nil)))
	f.Add(command.EncodeFrame(nil, command.TypeRollback, command.Rollback{Evidence: []byte{1, 2}}.Append(nil)))
	f.Add(command.EncodeFrame(nil, command.TypeAdopt, command.Adopt{Total: 9, Offset: 3, Piece: []byte{1, 2}, Reason: "r"}.Append(nil)))
	f.Add([]byte{1, 3, 0})
	all := codecs()
	f.Fuzz(func(t *testing.T, b []byte) {
		kind, body, err := command.DecodeFrame(b)
		if err != nil {
			return
		}
		if again := command.EncodeFrame(nil, kind, body); !bytes.Equal(again, b) {
			t.Fatalf("frame %x encodes to %x", b, again)
		}
		for _, c := range all {
			if v, err := c.decode(body); err == nil && !bytes.Equal(c.encode(v), body) {
				t.Fatalf("%s %x encodes otherwise", c.name, body)
			}
		}
	})
}
