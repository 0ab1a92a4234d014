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

// An execution in the background that has not ended after patience, and so much more per transition, is begun again in
// a process of normal priority: on a machine that is busy with other things for good it would never end. At full speed
// a transition takes a seventh of that.
const (
	patience              = 3 * time.Second
	patiencePerTransition = 100 * time.Microsecond
)

// backFlag tells a process to stand back.
const backFlag = "--back"

// Processes runs the guest in processes of its own, which run when nothing else wants to: an execution neither takes
// processor time that the replica wants, nor holds up its garbage collector, nor takes its memory along. It has
// Executor's contract and may be called concurrently. A process is begun when all others are busy, up to
// Config.Concurrency, and stays.
type Processes struct {
	command []string
	config  Config
	ids     [32]byte // of the guests that every process must run
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
// input and output, and [StandBack] once it is ready if it is given the flag --back.
func OpenProcesses(command []string, config Config, log *slog.Logger) (*Processes, error) {
	if err := config.Validate(); err != nil {
		return nil, fmt.Errorf("zkvm: configuration: %w", err)
	}
	id, err := ids()
	if err != nil {
		return nil, err
	}
	p := &Processes{command: command, config: config.withDefaults(), ids: id, log: log}
	p.slots = make(chan struct{}, p.config.Concurrency)
	first, err := p.start(true)
	if err != nil {
		return nil, err
	}
	p.idle = append(p.idle, first)
	return p, nil
}

// Execute is Executor.Execute in another process. When ctx ends, the process is ended.
func (p *Processes) Execute(ctx context.Context, input []byte) (*Result, error) {
	if len(input) > p.config.InputBytes {
		return nil, fmt.Errorf("%w: %d bytes, the cap is %d", ErrInputTooLarge, len(input), p.config.InputBytes)
	}
	c, err := readClaim(input)
	if err != nil {
		return nil, err
	}
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
	case <-ctx.Done():
		return nil, fmt.Errorf("zkvm: wait for a process: %w", ctx.Err())
	}
	x, outcome, err := p.run(ctx, input, patience+time.Duration(c.header.Transitions)*patiencePerTransition)
	switch {
	case ctx.Err() != nil && err != nil:
		return nil, fmt.Errorf("zkvm: execution stopped: %w", ctx.Err())
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrCrashed, err)
	case outcome != nil:
		return nil, outcome
	}
	return x.conclude(input)
}

// run has one process execute input in the background, and another beside it once that has taken too long. The first
// that answers counts; when run returns, neither executes any more.
func (p *Processes) run(ctx context.Context, input []byte, patience time.Duration) (*execution, error, error) {
	type answer struct {
		x            *execution
		outcome, err error
	}
	ctx, cancel := context.WithCancel(ctx)
	var group sync.WaitGroup
	defer group.Wait()
	defer cancel()
	answers := make(chan answer, 2)
	begin := func(back bool) {
		group.Go(func() {
			var a answer
			a.x, a.outcome, a.err = p.one(ctx, input, back)
			answers <- a
		})
	}
	begin(true)
	timer := time.NewTimer(patience)
	defer timer.Stop()
	var errs []error
	for left := 1; left > 0; {
		select {
		case a := <-answers:
			if left--; a.err == nil {
				return a.x, a.outcome, nil
			}
			errs = append(errs, a.err)
		case <-timer.C:
			left++
			begin(false)
		}
	}
	return nil, nil, errors.Join(errs...)
}

// one executes input in one process.
func (p *Processes) one(ctx context.Context, input []byte, back bool) (*execution, error, error) {
	c, err := p.take(back)
	if err != nil {
		return nil, nil, err
	}
	x, outcome, err := c.ask(ctx, input)
	if err != nil || !back {
		c.bury()
	} else {
		p.giveBack(c)
	}
	return x, outcome, err
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

func (p *Processes) take(back bool) (*process, error) {
	p.mu.Lock()
	if n := len(p.idle); n > 0 && back {
		c := p.idle[n-1]
		p.idle = p.idle[:n-1]
		p.mu.Unlock()
		return c, nil
	}
	p.mu.Unlock()
	return p.start(back)
}

func (p *Processes) giveBack(c *process) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle = append(p.idle, c)
}

func (p *Processes) start(back bool) (_ *process, err error) {
	args := append(p.command[1:len(p.command):len(p.command)],
		"--memory", strconv.Itoa(p.config.MemoryBytes), "--input", strconv.Itoa(p.config.InputBytes), "--cache", p.config.CacheDir)
	if back {
		args = append(args, backFlag)
	}
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
	if err == nil && id != p.ids {
		err = fmt.Errorf("%w: it runs other guests than this program has", errProtocol)
	}
	if err != nil {
		c.bury()
		return nil, err
	}
	return c, nil
}

// ask sends one input and waits for the answer, or for the end of ctx. After an error the process is of no use.
func (c *process) ask(ctx context.Context, input []byte) (x *execution, outcome, err error) {
	alive := context.AfterFunc(ctx, c.kill)
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

// kill ends a process and whoever waits for what it says. Nobody waits for its death: on a busy machine one that stands
// back takes its time even for that.
func (c *process) kill() {
	_ = c.cmd.Process.Kill()
	_, _ = c.in.Close(), c.out.Close()
}

// bury kills a process and has its death noted.
func (c *process) bury() {
	c.kill()
	go func() { _ = c.cmd.Wait() }()
}

// end lets the process end by itself, and ends it if it does not.
func (c *process) end() error {
	ended := make(chan error, 1)
	err := c.in.Close()
	go func() { ended <- c.cmd.Wait() }()
	timer := time.NewTimer(closeLimit)
	defer timer.Stop()
	select {
	case werr := <-ended:
		if err = errors.Join(err, werr); err != nil {
			return fmt.Errorf("zkvm: end the executor's process: %w", err)
		}
	case <-timer.C: // it had nothing left to do
		c.kill()
	}
	return nil
}

// lines logs what a process says on its way out.
type lines struct{ log *slog.Logger }

func (l *lines) Write(b []byte) (int, error) {
	l.log.Warn("executor's process says", slog.String("text", string(b[:min(len(b), stderrBytes)])))
	return len(b), nil
}
