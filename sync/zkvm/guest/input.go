package guest

import (
	"fmt"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
)

const (
	inputVersion = 1
	// maxField bounds each part of an input. The executor bounds the input as a whole, and lower.
	maxField = 1<<31 - 1
)

// Deployment binds a journal to one contract on one chain, so that it cannot be shown to another.
type Deployment struct {
	ChainID  uint64
	Contract command.Address
}

// Input is what the guest is given. Its encoding is canonical, in the primitives of fsm/command:
//
//	version u8 = 1 | chain id u64 | contract 20 | header 274 | transitions bytes | hints bytes | witness bytes
//
// where "bytes" is a uvarint length and as many bytes. Decoded parts share the input's memory.
type Input struct {
	Deployment  Deployment
	Header      []byte // as sealed; its results are what the guest recomputes
	Transitions []byte // batch.EncodePayload, whatever the header's payload kind
	Hints       []byte // state.AppendHints
	Witness     []byte // tree.Tree.Witness of the pre-version
}

// Append appends in's encoding to dst. It panics if the header has not its length or a part is 2 GiB or larger.
func (in *Input) Append(dst []byte) []byte {
	if len(in.Header) != batch.HeaderSize {
		panic(fmt.Sprintf("guest: header of %d bytes", len(in.Header)))
	}
	w := command.Writer{Buf: dst}
	w.U8(inputVersion)
	w.U64(in.Deployment.ChainID)
	w.Fixed(in.Deployment.Contract[:])
	w.Fixed(in.Header)
	w.Bytes(in.Transitions, maxField)
	w.Bytes(in.Hints, maxField)
	w.Bytes(in.Witness, maxField)
	return w.Buf
}

// DecodeInput reads an input that fills b exactly. Its parts are not decoded yet.
func DecodeInput(b []byte) (Input, error) {
	r := command.NewReader(b)
	if v := r.U8(); r.Err() == nil && v != inputVersion {
		return Input{}, fmt.Errorf("input version %d", v)
	}
	in := Input{Header: make([]byte, batch.HeaderSize)}
	in.Deployment.ChainID = r.U64()
	r.Fixed(in.Deployment.Contract[:])
	r.Fixed(in.Header)
	in.Transitions = r.Bytes(maxField)
	in.Hints = r.Bytes(maxField)
	in.Witness = r.Bytes(maxField)
	if err := r.Done(); err != nil {
		return Input{}, fmt.Errorf("decode the input: %w", err)
	}
	return in, nil
}
