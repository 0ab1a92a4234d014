package prover

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"time"

	"github.com/holdfast-rollup/holdfast/fsm/tree/fast"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/guest"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/proof"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/proof/develop"
)

// A prover gives a proof of what was asked for, or an error: never one of something else that it came by.

// Job is a batch to be proved.
type Job struct {
	Batch          uint64
	HeaderHash     [32]byte
	System         string
	Program        [32]byte
	ProgramVersion uint32
	Public         []byte // what the program must write
	MaxProofBytes  int
	Input          []byte
}

// Prover makes proofs. It may be called concurrently, and returns soon after ctx ends.
type Prover interface {
	Prove(ctx context.Context, job Job) ([]byte, error)
}

// ErrWrongSystem says that this prover makes no proofs of the system that the cluster wants. No waiting heals that.
var ErrWrongSystem = errors.New("this prover does not make proofs of the system that the cluster wants")

// Development makes development proofs, of what it has executed itself.
type Development struct{}

// Prove implements Prover.
func (Development) Prove(ctx context.Context, job Job) ([]byte, error) {
	if job.System != string(proof.Development) {
		return nil, fmt.Errorf("%w: %s; attach one with --exec", ErrWrongSystem, job.System)
	}
	output, err := guest.Run(job.Input, guest.Host{Hasher: fast.Hash})
	if err != nil {
		return nil, fmt.Errorf("execute batch %d: %w", job.Batch, err)
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if journal := output[:guest.JournalSize]; !bytes.Equal(journal, job.Public) {
		return nil, fmt.Errorf("batch %d: the execution states %x, the cluster wants %x proved", job.Batch, journal, job.Public)
	}
	return develop.Prove(proof.Statement{Program: job.Program, Public: job.Public})
}

// Exec runs a program for each proof; the package comment has its contract.
type Exec struct {
	Command []string  // program and arguments
	Stderr  io.Writer // nil discards
}

// killDelay is how long a program has to end after SIGTERM.
const killDelay = 10 * time.Second

// Prove implements Prover.
func (e Exec) Prove(ctx context.Context, job Job) ([]byte, error) {
	c := exec.CommandContext(ctx, e.Command[0], e.Command[1:]...)
	c.Cancel = func() error { return c.Process.Signal(syscall.SIGTERM) }
	c.WaitDelay = killDelay
	c.Env = append(os.Environ(),
		"HOLDFAST_BATCH="+strconv.FormatUint(job.Batch, 10),
		"HOLDFAST_HEADER_HASH="+hex.EncodeToString(job.HeaderHash[:]),
		"HOLDFAST_SYSTEM="+job.System,
		"HOLDFAST_PROGRAM="+hex.EncodeToString(job.Program[:]),
		"HOLDFAST_PROGRAM_VERSION="+strconv.FormatUint(uint64(job.ProgramVersion), 10),
		"HOLDFAST_PUBLIC_VALUES="+hex.EncodeToString(job.Public),
		"HOLDFAST_MAX_PROOF_BYTES="+strconv.Itoa(job.MaxProofBytes),
	)
	c.Stdin = bytes.NewReader(job.Input)
	out := &limited{limit: job.MaxProofBytes}
	c.Stdout, c.Stderr = out, e.Stderr
	if err := c.Run(); err != nil {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, fmt.Errorf("%s: %w", e.Command[0], errors.Join(out.err, err))
	}
	if out.b.Len() == 0 {
		return nil, fmt.Errorf("%s wrote no proof to its standard output", e.Command[0])
	}
	return out.b.Bytes(), nil
}

// limited takes so many bytes and no more.
type limited struct {
	b     bytes.Buffer
	limit int
	err   error
}

func (l *limited) Write(b []byte) (int, error) {
	if l.b.Len()+len(b) > l.limit {
		l.err = fmt.Errorf("more than %d bytes on standard output: it is for the proof alone", l.limit)
		return 0, l.err
	}
	return l.b.Write(b)
}
