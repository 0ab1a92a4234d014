package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"golang.org/x/term"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/rpc/client"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/anchor"
)

// Exit statuses; the command's comment is the list for people.
const (
	exitOK           = 0
	exitFailed       = 1
	exitUsage        = 2
	exitUnreachable  = 3
	exitUnknown      = 4
	exitInconsistent = 5
	exitNotFound     = 6
)

// exitError is an error with its exit status.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string { return e.err.Error() }
func (e *exitError) Unwrap() error { return e.err }

func usage(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, args...)}
}

func inconsistent(format string, args ...any) error {
	return &exitError{exitInconsistent, fmt.Errorf(format, args...)}
}

func isTerminal(fd int) bool { return term.IsTerminal(fd) }

// exit reports err to people and gives its status.
func (a *app) exit(err error) int {
	if err == nil {
		return exitOK
	}
	msg, code := err.Error(), exitCode(err)
	if strings.HasPrefix(msg, "unknown command") {
		code = exitUsage
	}
	if own, ok := errors.AsType[*exitError](err); ok && own.Error() == msg {
		err = own.err // for a replica's answer, told below without gRPC's words
	}
	if st, ok := status.FromError(err); ok && st.Code() != codes.OK {
		msg = st.Message()
	}
	_, _ = fmt.Fprintf(a.err, "holdfast: %s\n", msg)
	if hint := a.hint(err, code); hint != "" {
		_, _ = fmt.Fprintf(a.err, "  %s\n", hint)
	}
	return code
}

func exitCode(err error) int {
	var (
		own    *exitError
		faults *config.FaultsError
	)
	switch {
	case errors.As(err, &own):
		return own.code
	case errors.As(err, &faults):
		return exitUsage
	case errors.Is(err, client.ErrUnknownOutcome):
		return exitUnknown
	case errors.Is(err, client.ErrProofFailed):
		return exitInconsistent
	case errors.Is(err, client.ErrNoL1):
		return exitUsage
	case errors.Is(err, anchor.ErrNotAnchored), errors.Is(err, fs.ErrNotExist):
		return exitNotFound
	}
	switch status.Code(err) { //nolint:exhaustive // all others are plain failures
	case codes.NotFound, codes.OutOfRange:
		return exitNotFound
	case codes.InvalidArgument:
		return exitUsage
	case codes.Unavailable, codes.DeadlineExceeded:
		return exitUnreachable
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return exitUnreachable
	}
	return exitFailed
}

// hint says what to do next.
func (a *app) hint(err error, code int) string {
	switch wire.ErrorDetails(err).Reason { //nolint:exhaustive // the others say it themselves
	case wire.ReasonNotSealed:
		return "see `holdfast status` for how far each head is"
	case wire.ReasonVersionReleased:
		return "its state is no longer kept; see `holdfast status -o json` for the versions that are"
	case wire.ReasonDenied:
		return "see `holdfast tls inspect` for who you are; `holdfast tls issue --client NAME --role ROLE`, or tls.roles of the replicas, gives a role"
	case wire.ReasonUnauthenticated:
		return "give a client's certificate of the cluster's authority with --credentials; `holdfast tls inspect` looks at one"
	case wire.ReasonDiskFull:
		return "make room, or raise disk.budget_bytes; transitions are taken again by themselves (deploy/runbooks/HoldfastDiskFull.md)"
	case wire.ReasonBroken:
		return "its log says why; start it again, and see `holdfast status` of the others"
	case wire.ReasonUnavailableL1:
		return "check l1.endpoints of that replica with `holdfast config print`"
	}
	switch code {
	case exitUnreachable:
		if _, chain := errors.AsType[*layer1.TransportError](err); chain {
			return "check --l1, or l1.endpoints in the configuration"
		}
		if a.credentials != "" {
			return "asked " + strings.Join(a.endpoints, ", ") + " with " + a.credentials + "; see `holdfast tls inspect` for the certificate, and the replica's log for what it refused"
		}
		return "asked " + strings.Join(a.endpoints, ", ") + "; see `holdfast status` with --endpoints for all replicas, and --credentials where they speak TLS"
	case exitUnknown:
		return "ask for the state before doing it again"
	case exitInconsistent:
		return "see `holdfast consistency` for what differs and how to end it"
	default:
		return ""
	}
}
