package wire

import (
	"fmt"

	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"
)

// HTTP/2 windows in bytes, of a stream and of a connection, at both ends. They are fixed, because gRPC finds its own by a
// ping beside the messages of every call.
const (
	StreamWindow = 1 << 20
	ConnWindow   = 16 << 20
)

// Raw is a message in its encoded form, for handlers that decode and encode the busy messages by hand.
type Raw []byte

// Codec is gRPC's codec for protocol buffers, which lets a *Raw pass as it is.
type Codec struct{ messages encoding.CodecV2 }

// NewCodec returns the codec. It may be used concurrently.
func NewCodec() *Codec { return &Codec{messages: encoding.GetCodecV2(proto.Name)} }

// Name is what the content type says: these are protocol buffers.
func (c *Codec) Name() string { return proto.Name }

// Marshal encodes a message. A Raw must not change afterwards.
func (c *Codec) Marshal(v any) (mem.BufferSlice, error) {
	if raw, ok := v.(*Raw); ok {
		return mem.BufferSlice{mem.SliceBuffer(*raw)}, nil
	}
	data, err := c.messages.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode %T: %w", v, err)
	}
	return data, nil
}

// Unmarshal decodes a message. A Raw owns its bytes.
func (c *Codec) Unmarshal(data mem.BufferSlice, v any) error {
	if raw, ok := v.(*Raw); ok {
		*raw = data.Materialize()
		return nil
	}
	if err := c.messages.Unmarshal(data, v); err != nil {
		return fmt.Errorf("decode %T: %w", v, err)
	}
	return nil
}
