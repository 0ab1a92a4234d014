package zkvm

// Invariants of this file: an execution sees nothing but its input bytes and gives nothing but its output bytes; it
// shares no memory with any other execution; its memory never exceeds Config.MemoryBytes; and what Execute returns
// without an error agrees with the header in every field that the guest computes.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/experimental"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
	"github.com/tetratelabs/wazero/sys"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/guest"
)

// Defaults of Config.
const (
	DefaultMemoryBytes = 1 << 30
	DefaultInputBytes  = 256 << 20
	DefaultConcurrency = 2

	pageBytes   = 64 << 10
	stderrBytes = 8 << 10
)

// Config of an Executor.
type Config struct {
	MemoryBytes int    // cap on one execution's linear memory; 0 = DefaultMemoryBytes, at most 4 GiB
	InputBytes  int    // cap on one input; 0 = DefaultInputBytes
	Concurrency int    // executions at a time, others wait; 0 = DefaultConcurrency
	CacheDir    string // keeps the compiled guest across restarts (0.7 s saved); "" = compile at every Open
}

// Validate reports everything that is wrong with c at once.
func (c Config) Validate() error {
	var errs []error
	if c.MemoryBytes < 0 || c.MemoryBytes > 4<<30 || c.MemoryBytes%pageBytes != 0 {
		errs = append(errs, fmt.Errorf("memory cap of %d bytes: want whole 64 KiB pages, at most 4 GiB", c.MemoryBytes))
	}
	if c.InputBytes < 0 {
		errs = append(errs, fmt.Errorf("input cap of %d bytes", c.InputBytes))
	}
	if c.Concurrency < 0 {
		errs = append(errs, fmt.Errorf("concurrency of %d", c.Concurrency))
	}
	return errors.Join(errs...)
}

func (c Config) withDefaults() Config {
	if c.MemoryBytes == 0 {
		c.MemoryBytes = DefaultMemoryBytes
	}
	if c.InputBytes == 0 {
		c.InputBytes = DefaultInputBytes
	}
	if c.Concurrency == 0 {
		c.Concurrency = DefaultConcurrency
	}
	return c
}

// Executor runs the embedded guests, each batch in that of its program version. It may be called concurrently; each
// execution has an instance of its own.
type Executor struct {
	config   Config
	cache    wazero.CompilationCache
	runtime  wazero.Runtime
	programs map[uint32]compiled
	slots    chan struct{}
}

// compiled compiles a guest when it is first asked.
type compiled func() (wazero.CompiledModule, error)

// unpacked gives a guest's module.
type unpacked func() ([]byte, error)

// Open compiles the newest embedded guest; an older one is compiled when a batch first wants it. Close releases what
// they take.
func Open(ctx context.Context, config Config) (*Executor, error) {
	if err := config.Validate(); err != nil {
		return nil, fmt.Errorf("zkvm: configuration: %w", err)
	}
	guests := map[uint32]unpacked{}
	for _, v := range Versions() {
		guests[v] = func() ([]byte, error) {
			module, _, err := Program(v)
			return module, err
		}
	}
	return open(ctx, config.withDefaults(), guests)
}

// open makes an executor of guests, of which there must be one of ProgramVersion.
func open(ctx context.Context, config Config, guests map[uint32]unpacked) (_ *Executor, err error) {
	cache := wazero.NewCompilationCache()
	if config.CacheDir != "" {
		if cache, err = wazero.NewCompilationCacheWithDir(config.CacheDir); err != nil {
			return nil, fmt.Errorf("zkvm: compilation cache: %w", err)
		}
	}
	// The memory cap is linearMemory's, not the runtime's, which would not tell us that it was hit.
	runtime := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigCompiler().WithCompilationCache(cache))
	e := &Executor{
		config: config, cache: cache, runtime: runtime, programs: map[uint32]compiled{}, slots: make(chan struct{}, config.Concurrency),
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, e.Close(ctx))
		}
	}()
	if _, err = wasi_snapshot_preview1.Instantiate(ctx, runtime); err != nil {
		return nil, fmt.Errorf("zkvm: WASI module: %w", err)
	}
	if err = instantiateHost(ctx, runtime); err != nil {
		return nil, fmt.Errorf("zkvm: host module: %w", err)
	}
	ctx = context.WithoutCancel(ctx) // whoever asks first compiles for all
	for version, unpack := range guests {
		e.programs[version] = sync.OnceValues(func() (wazero.CompiledModule, error) { return e.compile(ctx, version, unpack) })
	}
	if _, err = e.programs[ProgramVersion](); err != nil {
		return nil, err
	}
	return e, nil
}

func (e *Executor) compile(ctx context.Context, version uint32, unpack unpacked) (wazero.CompiledModule, error) {
	module, err := unpack()
	if err != nil {
		return nil, err
	}
	program, err := e.runtime.CompileModule(ctx, module)
	if err != nil {
		return nil, fmt.Errorf("zkvm: compile guest %d: %w", version, err)
	}
	return program, nil
}

// Close releases the compiled guests. No execution may be under way.
func (e *Executor) Close(ctx context.Context) error {
	return errors.Join(e.runtime.Close(ctx), e.cache.Close(ctx))
}

// Stats say what an execution took. They are deterministic: two executions of one input give the same.
type Stats struct {
	Transitions  uint32 // executed
	InputBytes   int
	OutputBytes  int
	MemoryBytes  uint64 // linear memory at the end, which is also the peak
	HashedBlocks uint64 // 64-byte blocks that the host hashed for the guest
}

// Result of an execution.
type Result struct {
	Journal guest.Journal
	Diff    []byte // the post-state diff as batch.EncodeDiff lays it out
	Stats   Stats
}

// Execute runs the guest over input and compares its journal with the header in the input.
//
// Errors: ctx's own; ErrInputTooLarge; ErrProgramVersion; ErrMemory when the cap stopped the guest; *RefusalError when the guest
// refused the input; *DivergenceError when it executed the input with another result than the header states, in
// which case the Result is returned beside the error as evidence; any other error says that the executor itself
// failed and nothing is known about the input.
func (e *Executor) Execute(ctx context.Context, input []byte) (*Result, error) {
	x, err := e.execute(ctx, input)
	if err != nil {
		return nil, err
	}
	return x.conclude(input)
}

// execute sees one input through, without a judgement of its output.
func (e *Executor) execute(ctx context.Context, input []byte) (*execution, error) {
	if len(input) > e.config.InputBytes {
		return nil, fmt.Errorf("%w: %d bytes, the cap is %d", ErrInputTooLarge, len(input), e.config.InputBytes)
	}
	c, err := readClaim(input)
	if err != nil {
		return nil, err
	}
	program, err := e.programs[c.header.ProgramVersion]()
	if err != nil {
		return nil, err
	}
	select {
	case e.slots <- struct{}{}:
		defer func() { <-e.slots }()
	case <-ctx.Done():
		return nil, fmt.Errorf("zkvm: wait for a slot: %w", ctx.Err())
	}
	x := &execution{input: input, memory: linearMemory{limit: uint64(e.config.MemoryBytes)}}
	if err := e.run(ctx, program, x); err != nil {
		return nil, err
	}
	x.memoryBytes = uint64(len(x.memory.buf))
	return x, nil
}

// claim is what an input says of itself: the part that a journal is held against.
type claim struct {
	header     batch.Header
	deployment guest.Deployment
}

// readClaim decodes what the guest would decode first, and would refuse in the same way. A program version that this
// program has no guest of ends here: under other rules a refusal would say nothing about the batch.
func readClaim(input []byte) (claim, error) {
	in, err := guest.DecodeInput(input)
	if err != nil {
		return claim{}, &RefusalError{Code: guest.CodeInput, Message: err.Error()}
	}
	header, err := batch.DecodeHeader(in.Header)
	if err != nil {
		return claim{}, &RefusalError{Code: guest.CodeInput, Message: err.Error()}
	}
	if _, err := ReadManifest(header.ProgramVersion); err != nil {
		return claim{}, fmt.Errorf("batch %d: %w", header.Number, err)
	}
	return claim{header: header, deployment: in.Deployment}, nil
}

// run instantiates the guest and sees it through to its exit. The guest's collector is off until the heap nears the
// cap: a batch's garbage is far smaller, and an instance is dropped whole.
func (e *Executor) run(ctx context.Context, program wazero.CompiledModule, x *execution) error {
	ctx = context.WithValue(ctx, executionKey{}, x)
	ctx = experimental.WithMemoryAllocator(ctx, &x.memory)
	config := wazero.NewModuleConfig().WithName("").WithStderr(&x.stderr).
		WithEnv("GOGC", "off").
		WithEnv("GOMEMLIMIT", strconv.Itoa(e.config.MemoryBytes/4*3))
	module, err := e.runtime.InstantiateModule(ctx, program, config)
	if module != nil {
		err = errors.Join(err, module.Close(context.WithoutCancel(ctx)))
	}
	return x.outcome(ctx, err)
}

// outcome turns what ended the instance into one of Execute's errors.
func (x *execution) outcome(ctx context.Context, err error) error {
	var exit *sys.ExitError
	exited := err == nil || errors.As(err, &exit)
	switch {
	case ctx.Err() != nil && x.output == nil:
		return fmt.Errorf("zkvm: execution stopped: %w", ctx.Err())
	case x.refusal != nil:
		return x.refusal
	case x.output == nil && x.memory.refused:
		return fmt.Errorf("%w: the cap is %d bytes", ErrMemory, x.memory.limit)
	case !exited || (exit != nil && exit.ExitCode() != 0):
		return fmt.Errorf("%w: %w: %s", ErrCrashed, err, bytes.TrimSpace(x.stderr.buf))
	case x.output == nil:
		return fmt.Errorf("%w: it ended without output", ErrCrashed)
	}
	return nil
}

// conclude decodes the output and holds it against what the input claims.
func (x *execution) conclude(input []byte) (*Result, error) {
	c, err := readClaim(input)
	if err != nil {
		return nil, err
	}
	if len(x.output) < guest.JournalSize {
		return nil, fmt.Errorf("%w: output of %d bytes", ErrCrashed, len(x.output))
	}
	journal, err := guest.DecodeJournal(x.output[:guest.JournalSize])
	if err != nil {
		return nil, fmt.Errorf("zkvm: output: %w", err)
	}
	result := &Result{Journal: journal, Diff: x.output[guest.JournalSize:], Stats: Stats{
		Transitions:  c.header.Transitions,
		InputBytes:   len(input),
		OutputBytes:  len(x.output),
		MemoryBytes:  x.memoryBytes,
		HashedBlocks: x.hashed,
	}}
	return result, Compare(&journal, c.header, c.deployment)
}

// execution is what the host functions know about one run. One goroutine uses it, from start to exit.
type execution struct {
	input   []byte
	output  []byte
	refusal *RefusalError
	hashed  uint64
	stderr  boundedBuffer
	memory  linearMemory

	memoryBytes uint64 // at the end
}

type executionKey struct{}

// linearMemory is a guest's memory: it doubles, so that a growing heap is copied a logarithmic number of times, and
// it remembers that it refused to grow, which is the only way to tell that cause of a crash from others.
type linearMemory struct {
	buf     []byte
	limit   uint64
	refused bool
}

// Allocate implements experimental.MemoryAllocator: one memory belongs to one execution.
func (m *linearMemory) Allocate(capacity, _ uint64) experimental.LinearMemory {
	m.buf = make([]byte, 0, capacity)
	return m
}

// Reallocate implements experimental.LinearMemory.
func (m *linearMemory) Reallocate(size uint64) []byte {
	if size > m.limit {
		m.refused = true
		return nil
	}
	if size > uint64(cap(m.buf)) {
		grown := make([]byte, size, min(m.limit, max(size, 2*uint64(cap(m.buf)))))
		copy(grown, m.buf)
		m.buf = grown
	}
	m.buf = m.buf[:size]
	return m.buf
}

// Free implements experimental.LinearMemory. The buffer stays for Stats; it goes with the execution.
func (m *linearMemory) Free() {}

// boundedBuffer keeps the beginning of what is written to it.
type boundedBuffer struct{ buf []byte }

func (b *boundedBuffer) Write(p []byte) (int, error) {
	b.buf = append(b.buf, p[:min(len(p), stderrBytes-len(b.buf))]...)
	return len(p), nil
}
