package zkvm

// Invariant of this file: a process has at most one execution, and one that did not answer as it should is gone before
// anything else is asked: nothing of an execution is left for the next.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os/exec"
	"strconv"
	"sync"
	"time"
)

// closeLimit is how long a process may take to end when it is no longer needed.
const closeLimit = 2 * time.Second

// Processes runs the guest in processes of its own, of low priority: an execution neither takes processor time that
// the replica wants, nor holds up its garbage collector, nor takes its memory along. It has Executor's contract and may
// be called concurrently. A process is begun when all others are busy, up to Config.Concurrency, and stays.
type Processes struct {
	command []string
	config  Config
	id      [32]byte
	log     *slog.Logger
	slots   chan struct{}

	mu   sync.Mutex // guards idle; nothing blocks under it
	idle []*process
}

// process is one child.
type process struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out io.ReadCloser
}

// OpenProcesses begins the first process, so that a command that is none ends here. command is the program with its
// first arguments; it is given config as the flags --memory, --input and --cache, and must call [Serve] on its standard
// input and output.
func OpenProcesses(command []string, config Config, log *slog.Logger) (*Processes, error) {
	if err := config.Validate(); err != nil {
		return nil, fmt.Errorf("zkvm: configuration: %w", err)
	}
	_, id, err := Program()
	if err != nil {
		return nil, err
	}
	p := &Processes{command: command, config: config.withDefaults(), id: id, log: log}
	p.slots = make(chan struct{}, p.config.Concurrency)
	first, err := p.start()
	if err != nil {
		return nil, err
	}
	p.idle = append(p.idle, first)
	return p, nil
}

// ProgramID is the SHA-256 of the guest that p runs.
func (p *Processes) ProgramID() [32]byte { return p.id }

// Execute is Executor.Execute in another process. When ctx ends, the process is ended.
func (p *Processes) Execute(ctx context.Context, input []byte) (*Result, error) {
	if len(input) > p.config.InputBytes {
		return nil, fmt.Errorf("%w: %d bytes, the cap is %d", ErrInputTooLarge, len(input), p.config.InputBytes)
	}
	if _, err := readClaim(input); err != nil {
		return nil, err
	}
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
	case <-ctx.Done():
		return nil, fmt.Errorf("zkvm: wait for a process: %w", ctx.Err())
	}
	c, err := p.take()
	if err != nil {
		return nil, err
	}
	x, outcome, err := c.ask(ctx, input)
	if err != nil {
		c.kill()
		if ctx.Err() != nil {
			return nil, fmt.Errorf("zkvm: execution stopped: %w", ctx.Err())
		}
		return nil, fmt.Errorf("%w: %w", ErrCrashed, err)
	}
	p.giveBack(c)
	if outcome != nil {
		return nil, outcome
	}
	return x.conclude(input)
}

// Close ends the processes. No execution may be under way.
func (p *Processes) Close(context.Context) error {
	p.mu.Lock()
	idle := p.idle
	p.idle = nil
	p.mu.Unlock()
	var errs []error
	for _, c := range idle {
		errs = append(errs, c.end())
	}
	return errors.Join(errs...)
}

func (p *Processes) take() (*process, error) {
	p.mu.Lock()
	if n := len(p.idle); n > 0 {
		c := p.idle[n-1]
		p.idle = p.idle[:n-1]
		p.mu.Unlock()
		return c, nil
	}
	p.mu.Unlock()
	return p.start()
}

func (p *Processes) giveBack(c *process) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle = append(p.idle, c)
}

func (p *Processes) start() (_ *process, err error) {
	args := append(p.command[1:len(p.command):len(p.command)],
		"--memory", strconv.Itoa(p.config.MemoryBytes), "--input", strconv.Itoa(p.config.InputBytes), "--cache", p.config.CacheDir)
	c := &process{cmd: exec.Command(p.command[0], args...)} //nolint:noctx // it outlives whoever needed it first
	apart(c.cmd)
	c.cmd.Stderr = &lines{log: p.log}
	if c.in, err = c.cmd.StdinPipe(); err == nil {
		c.out, err = c.cmd.StdoutPipe()
	}
	if err == nil {
		err = c.cmd.Start()
	}
	if err != nil {
		return nil, fmt.Errorf("zkvm: begin the executor's process: %w", err)
	}
	id, err := readHello(c.out)
	if err == nil && id != p.id {
		err = fmt.Errorf("%w: it runs the guest %x, this program has %x", errProtocol, id, p.id)
	}
	if err != nil {
		c.kill()
		return nil, err
	}
	return c, nil
}

// ask sends one input and waits for the answer, or for the end of ctx. After an error the process is of no use.
func (c *process) ask(ctx context.Context, input []byte) (x *execution, outcome, err error) {
	alive := context.AfterFunc(ctx, func() { _ = c.cmd.Process.Kill() })
	var answer []byte
	if err = writeFrame(c.in, input); err == nil {
		answer, err = readFrame(c.out, maxOutputBytes)
	}
	if !alive() {
		err = errors.Join(err, ctx.Err())
	}
	if err != nil {
		return nil, nil, err
	}
	return readAnswer(answer)
}

func (c *process) kill() {
	_ = c.cmd.Process.Kill()
	_ = c.cmd.Wait()
}

// end lets the process end by itself, and ends it if it does not.
func (c *process) end() error {
	timer := time.AfterFunc(closeLimit, func() { _ = c.cmd.Process.Kill() })
	defer timer.Stop()
	if err := errors.Join(c.in.Close(), c.cmd.Wait()); err != nil {
		return fmt.Errorf("zkvm: end the executor's process: %w", err)
	}
	return nil
}

// lines logs what a process says on its way out.
type lines struct{ log *slog.Logger }

func (l *lines) Write(b []byte) (int, error) {
	l.log.Warn("executor's process says", slog.String("text", string(b[:min(len(b), stderrBytes)])))
	return len(b), nil
}
