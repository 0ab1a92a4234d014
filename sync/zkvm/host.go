package zkvm

// The host module "holdfast": everything that the guest can ask for beside WASI's inert defaults. A host function
// that is called with memory outside the instance, or after its execution's context has ended, ends the instance.

import (
	"context"
	"fmt"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/holdfast-rollup/holdfast/fsm/tree/fast"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/guest"
)

const (
	hostModule      = "holdfast"
	maxRefusalBytes = 4 << 10
)

// hostFunction handles one call; stack holds the parameters and takes the result, each a 32-bit value.
type hostFunction func(ctx context.Context, x *execution, memory api.Memory, stack []uint64)

func instantiateHost(ctx context.Context, runtime wazero.Runtime) error {
	i32 := api.ValueTypeI32
	builder := runtime.NewHostModuleBuilder(hostModule)
	for _, f := range []struct {
		name    string
		params  []api.ValueType
		results []api.ValueType
		call    hostFunction
	}{
		{"input_size", nil, []api.ValueType{i32}, hostInputSize},
		{"input_read", []api.ValueType{i32}, nil, hostInputRead},
		{"sha256_blocks", []api.ValueType{i32, i32, i32}, nil, hostSHA256Blocks},
		{"pulse", nil, nil, hostPulse},
		{"output", []api.ValueType{i32, i32}, nil, hostOutput},
		{"refuse", []api.ValueType{i32, i32, i32}, nil, hostRefuse},
	} {
		builder = builder.NewFunctionBuilder().
			WithGoModuleFunction(guarded(f.call), f.params, f.results).
			Export(f.name)
	}
	_, err := builder.Instantiate(ctx)
	return err
}

// guarded finds the caller's execution and ends the instance if its context has ended. wazero turns the panic into
// the error of the call into the guest; it is the documented way out of a host function.
func guarded(f hostFunction) api.GoModuleFunc {
	return func(ctx context.Context, module api.Module, stack []uint64) {
		if err := ctx.Err(); err != nil {
			panic(err)
		}
		f(ctx, ctx.Value(executionKey{}).(*execution), module.Memory(), stack)
	}
}

func hostInputSize(_ context.Context, x *execution, _ api.Memory, stack []uint64) {
	stack[0] = api.EncodeU32(uint32(len(x.input)))
}

func hostInputRead(_ context.Context, x *execution, memory api.Memory, stack []uint64) {
	if !memory.Write(api.DecodeU32(stack[0]), x.input) {
		panic(fmt.Errorf("%w: input_read", errOutside))
	}
}

func hostSHA256Blocks(_ context.Context, x *execution, memory api.Memory, stack []uint64) {
	n := uint64(api.DecodeU32(stack[2]))
	blocks := view(memory, stack[1], n*64)
	digests := view(memory, stack[0], n*32)
	fast.Hash(digests, blocks)
	x.hashed += n
}

func hostPulse(context.Context, *execution, api.Memory, []uint64) {}

func hostOutput(_ context.Context, x *execution, memory api.Memory, stack []uint64) {
	if x.output != nil {
		panic(errOutputTwice)
	}
	x.output = append([]byte{}, view(memory, stack[0], uint64(api.DecodeU32(stack[1])))...)
}

func hostRefuse(_ context.Context, x *execution, memory api.Memory, stack []uint64) {
	size := min(uint64(api.DecodeU32(stack[2])), maxRefusalBytes)
	x.refusal = &RefusalError{
		Code:    guest.Code(api.DecodeU32(stack[0])),
		Message: string(view(memory, stack[1], size)),
	}
}

// view is the guest's memory itself, valid until the guest runs again.
func view(memory api.Memory, offset, size uint64) []byte {
	if size <= 1<<32-1 {
		if b, ok := memory.Read(api.DecodeU32(offset), uint32(size)); ok {
			return b
		}
	}
	panic(fmt.Errorf("%w: %d bytes at %d", errOutside, size, offset))
}
