package server

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/session"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

// doc.go's table: every domain error has its reason and code, wrapped or not.
func TestErrorTable(t *testing.T) {
	cause := errors.New("cause")
	for _, c := range []struct {
		err    error
		reason wire.Reason
		code   codes.Code
	}{
		{&cluster.NotLeaderError{LeaderID: "n2", LeaderRPC: "a:1"}, wire.ReasonNotLeader, codes.Unavailable},
		{errors.Join(&cluster.NotLeaderError{}, cluster.ErrNotApplied), wire.ReasonNotLeader, codes.Unavailable},
		{&cluster.OverloadError{RetryAfter: 7 * time.Millisecond}, wire.ReasonOverloaded, codes.ResourceExhausted},
		{&cluster.DiskError{Node: "node1", Reason: "none is left", RetryAfter: time.Second}, wire.ReasonDiskFull, codes.ResourceExhausted},
		{&cluster.UnknownOutcomeError{Cause: cause}, wire.ReasonUnknownOutcome, codes.Aborted},
		// What is unknown stays unknown, whatever caused it.
		{&cluster.UnknownOutcomeError{Cause: cluster.ErrClosed}, wire.ReasonUnknownOutcome, codes.Aborted},
		{&cluster.UnknownOutcomeError{Cause: context.DeadlineExceeded}, wire.ReasonUnknownOutcome, codes.Aborted},
		{&cluster.TooLargeError{What: "bytes", Size: 2, Limit: 1}, wire.ReasonInvalid, codes.InvalidArgument},
		{fmt.Errorf("%w: %w", cluster.ErrNotApplied, cause), wire.ReasonNotApplied, codes.Unavailable},
		{cluster.ErrClosed, wire.ReasonShuttingDown, codes.Unavailable},
		{fsm.ErrPoisoned, wire.ReasonBroken, codes.Unavailable},
		{fsm.ErrNoLineage, wire.ReasonNotApplied, codes.Unavailable},
		{fsm.ErrVersionReleased, wire.ReasonVersionReleased, codes.OutOfRange},
		{fsm.ErrUnknownBatch, wire.ReasonNotSealed, codes.OutOfRange},
		{fsm.ErrSlowSubscriber, wire.ReasonTooSlow, codes.ResourceExhausted},
		{session.ErrTooManySessions, wire.ReasonSessionLimit, codes.ResourceExhausted},
		{refused(session.ErrUnknown), wire.ReasonNotFound, codes.NotFound},
		{refused(cause), wire.ReasonRefused, codes.FailedPrecondition},
		{&wire.FieldError{Field: "f", Problem: "p"}, wire.ReasonInvalid, codes.InvalidArgument},
		{fail(wire.ReasonStale, "s"), wire.ReasonStale, codes.Unavailable},
		{needsBatch(fsm.Position{Batch: 3}), wire.ReasonProofNeedsBatch, codes.FailedPrecondition},
		{context.Canceled, "", codes.Canceled},
		{context.DeadlineExceeded, "", codes.DeadlineExceeded},
		{cause, "", codes.Internal},
		{status.Error(codes.NotFound, "from the leader"), "", codes.NotFound},
	} {
		for _, err := range []error{c.err, fmt.Errorf("wrapped: %w", c.err)} {
			got := statusError(err)
			if status.Code(got) != c.code || wire.ErrorDetails(got).Reason != c.reason {
				t.Errorf("%v: %v, reason %q; want %v, %q", err, status.Code(got), wire.ErrorDetails(got).Reason, c.code, c.reason)
			}
		}
	}
}

// The details tell the caller what to do: whom to ask, when, which field.
func TestErrorDetails(t *testing.T) {
	d := wire.ErrorDetails(statusError(&cluster.NotLeaderError{LeaderID: "n2", LeaderRPC: "a:1"}))
	if d.Metadata[wire.MetaLeader] != "n2" || d.Metadata[wire.MetaLeaderAddress] != "a:1" {
		t.Errorf("%+v", d)
	}
	if d := wire.ErrorDetails(statusError(&cluster.OverloadError{RetryAfter: 7 * time.Millisecond})); d.RetryAfter != 7*time.Millisecond {
		t.Errorf("%+v", d)
	}
	for _, m := range status.Convert(statusError(&wire.FieldError{Field: "a.b", Problem: "is bad"})).Details() {
		if br, ok := m.(*errdetails.BadRequest); ok && br.GetFieldViolations()[0].GetField() == "a.b" {
			return
		}
	}
	t.Error("no field violation")
}

// A forward that broke off says nothing about the write; a leader's own word stands.
func TestForwardErrors(t *testing.T) {
	lost := statusError(forwardError(status.Error(codes.Unavailable, "connection reset")))
	if wire.ErrorDetails(lost).Reason != wire.ReasonUnknownOutcome {
		t.Errorf("a lost connection: %v", lost)
	}
	said := statusError(&cluster.OverloadError{RetryAfter: time.Millisecond})
	if got := forwardError(said); got != said { //nolint:errorlint // the very same error
		t.Errorf("the leader's word became %v", got)
	}
}
