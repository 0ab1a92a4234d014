// Command holdfast is a replica of a Holdfast cluster and the tool to work with one.
//
// Every command prints a table for people, and with -o json one JSON document
// for programs: the fields of the protocol in snake case, 64-bit numbers as
// numbers, bytes as hexadecimal digits, enumerations by their short names in
// lower case. Logs and progress go to standard error.
//
// Exit status:
//
//	0  done
//	1  failed; the message says what to do next
//	2  the command line or the configuration is wrong
//	3  the cluster cannot be reached, or has no leader
//	4  the outcome is unknown: what was asked for may or may not have happened
//	5  something is inconsistent: a divergence, a proof that does not hold, an invariant that broke
//	6  there is no such thing
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// version is set by the linker; see the Makefile.
var version string //nolint:gochecknoglobals // the linker sets nothing else

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is the whole program; it returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	a := &app{out: stdout, err: stderr, env: os.Environ()}
	cmd := newRoot(a)
	cmd.SetArgs(args)
	cmd.SetOut(stdout)
	cmd.SetErr(stderr)
	return a.exit(cmd.ExecuteContext(ctx))
}
