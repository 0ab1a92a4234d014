package zkvm

import (
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero/sys"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/guest"
)

// A guest that misuses its host functions ends with an error that says how; it neither reads nor writes outside its
// own memory, nor takes the executor down.
func TestHostRefusesMisuse(t *testing.T) {
	const far = 0x7FFF_FFF0 // beyond the one page that these modules have
	var exit *sys.ExitError
	for name, test := range map[string]struct {
		calls []call
		want  error  // matched with errors.Is
		says  string // stands in the message
	}{
		"output from outside":      {[]call{{"output", []int32{far, 64}}}, errOutside, "64 bytes"},
		"output of negative size":  {[]call{{"output", []int32{0, -1}}}, errOutside, ""},
		"input to outside":         {[]call{{"input_read", []int32{far}}}, errOutside, "input_read"},
		"digests to outside":       {[]call{{"sha256_blocks", []int32{far, 0, 1}}}, errOutside, ""},
		"blocks from outside":      {[]call{{"sha256_blocks", []int32{0, far, 1}}}, errOutside, ""},
		"a size that wraps around": {[]call{{"sha256_blocks", []int32{0, 0, 1 << 26}}}, errOutside, ""},
		"second output":            {[]call{{"output", []int32{0, 300}}, {"output", []int32{0, 300}}}, errOutputTwice, ""},
		"refusal from outside":     {[]call{{"refuse", []int32{1, far, 9}}}, errOutside, ""},
		"no output":                {nil, ErrCrashed, "without output"},
		"output too short":         {[]call{{"output", []int32{0, 3}}}, ErrCrashed, "3 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			e, err := open(t.Context(), Config{}.withDefaults(), alone(assemble(test.calls)))
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if failed := e.Close(t.Context()); failed != nil {
					t.Error(failed)
				}
			}()
			_, err = e.Execute(t.Context(), validInput())
			if !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.says) || errors.As(err, &exit) {
				t.Fatalf("got %v", err)
			}
		})
	}
}

// A program that is none is an error of Open's, not of every execution.
func TestOpenRefusesWhatIsNoProgram(t *testing.T) {
	if _, err := open(t.Context(), Config{}.withDefaults(), alone([]byte("no wasm"))); err == nil {
		t.Fatal("opened")
	}
}

// validInput is an input that conclude can decode; the assembled modules do not look at it.
func validInput() []byte {
	header := batch.Header{Number: 1, PayloadKind: batch.PayloadTransitions, Transitions: 1, FirstSequence: 1, LastSequence: 1, ProgramVersion: ProgramVersion}
	in := guest.Input{Header: header.Append(nil)}
	return in.Append(nil)
}

// call is one call of a host function with constants.
type call struct {
	function string
	params   []int32
}

// alone is one guest, of the newest version.
func alone(module []byte) map[uint32]unpacked {
	return map[uint32]unpacked{ProgramVersion: func() ([]byte, error) { return module, nil }}
}

// assemble gives a wasm module with one page of memory whose _start makes the calls and drops any result.
func assemble(calls []call) []byte {
	const (
		typeI32, opI32Const, opCall, opEnd = 0x7F, 0x41, 0x10, 0x0B
		function, limitsMin                = 0x60, 0x00
	)
	var types, imports, code []byte
	for i, c := range calls {
		types = append(types, function, byte(len(c.params)))
		for range c.params {
			types = append(types, typeI32)
		}
		types = append(types, 0)
		imports = append(imports, named(hostModule)...)
		imports = append(imports, named(c.function)...)
		imports = append(imports, 0, byte(i))
		for _, p := range c.params {
			code = append(code, opI32Const)
			code = appendSigned(code, p)
		}
		code = append(code, opCall, byte(i))
	}
	n := byte(len(calls))
	types = append(types, function, 0, 0)
	body := append([]byte{0}, append(code, opEnd)...)
	exports := append(named("_start"), 0, n)
	exports = append(append(exports, named("memory")...), 2, 0)

	module := []byte("\x00asm\x01\x00\x00\x00")
	section := func(id, count byte, content []byte) {
		module = append(module, id)
		module = binary.AppendUvarint(module, uint64(len(content)+1))
		module = append(append(module, count), content...)
	}
	section(1, n+1, types)
	section(2, n, imports)
	section(3, 1, []byte{n})
	section(5, 1, []byte{limitsMin, 1})
	section(7, 2, exports)
	section(10, 1, append(binary.AppendUvarint(nil, uint64(len(body))), body...))
	return module
}

func named(s string) []byte { return append([]byte{byte(len(s))}, s...) }

// appendSigned appends v in signed LEB128.
func appendSigned(dst []byte, v int32) []byte {
	for {
		b := byte(v & 0x7F)
		v >>= 7
		if (v == 0 && b&0x40 == 0) || (v == -1 && b&0x40 != 0) {
			return append(dst, b)
		}
		dst = append(dst, b|0x80)
	}
}
