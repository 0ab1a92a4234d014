package server

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/protoadapt"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/session"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

// failure is an error that this package itself finds.
type failure struct {
	reason  wire.Reason
	message string
	meta    map[string]string
}

func (f *failure) Error() string { return f.message }

func fail(reason wire.Reason, format string, args ...any) error {
	return &failure{reason: reason, message: fmt.Sprintf(format, args...)}
}

// needsBatch refuses a proof of the open state and names where one exists.
func needsBatch(at fsm.Position) error {
	return &failure{
		reason: wire.ReasonProofNeedsBatch,
		message: fmt.Sprintf("proofs exist at sealed batches only: ask with consistency ANCHORED; the newest sealed batch is %d, root %x",
			at.Batch, at.Root),
		meta: map[string]string{
			wire.MetaBatch: strconv.FormatUint(at.Batch, 10), wire.MetaRoot: hex.EncodeToString(at.Root[:]),
		},
	}
}

// codeOf is the table's middle column.
func codeOf(r wire.Reason) codes.Code {
	switch r {
	case wire.ReasonNotLeader, wire.ReasonNotApplied, wire.ReasonShuttingDown, wire.ReasonBroken, wire.ReasonStale, wire.ReasonUnavailableL1:
		return codes.Unavailable
	case wire.ReasonOverloaded, wire.ReasonDiskFull, wire.ReasonTooSlow, wire.ReasonSessionLimit:
		return codes.ResourceExhausted
	case wire.ReasonUnknownOutcome:
		return codes.Aborted
	case wire.ReasonInvalid:
		return codes.InvalidArgument
	case wire.ReasonNotFound:
		return codes.NotFound
	case wire.ReasonNotSealed, wire.ReasonVersionReleased, wire.ReasonMarkReleased:
		return codes.OutOfRange
	case wire.ReasonProofNeedsBatch, wire.ReasonLineageChanged, wire.ReasonRefused, wire.ReasonLeaseLost, wire.ReasonProofRefused:
		return codes.FailedPrecondition
	case wire.ReasonUnauthenticated:
		return codes.Unauthenticated
	case wire.ReasonDenied:
		return codes.PermissionDenied
	default:
		return codes.Internal
	}
}

// sentinels are the errors that need no details, the more specific first.
func sentinelReason(err error) (wire.Reason, bool) {
	for _, row := range []struct {
		target error
		reason wire.Reason
	}{
		{fsm.ErrPoisoned, wire.ReasonBroken},
		{cluster.ErrClosed, wire.ReasonShuttingDown},
		{fsm.ErrNoLineage, wire.ReasonNotApplied},
		{cluster.ErrNotApplied, wire.ReasonNotApplied},
		{fsm.ErrVersionReleased, wire.ReasonVersionReleased},
		{fsm.ErrUnknownBatch, wire.ReasonNotSealed},
		{fsm.ErrSlowSubscriber, wire.ReasonTooSlow},
		{session.ErrTooManySessions, wire.ReasonSessionLimit},
		{session.ErrUnknown, wire.ReasonNotFound},
	} {
		if errors.Is(err, row.target) {
			return row.reason, true
		}
	}
	return "", false
}

// statusError gives err the form in which it leaves; a status, such as the
// leader's to a forwarded call, stays as it is.
func statusError(err error) error {
	if err == nil {
		return nil
	}
	var (
		unknown   *cluster.UnknownOutcomeError
		notLeader *cluster.NotLeaderError
		overload  *cluster.OverloadError
		noRoom    *cluster.DiskError
		tooLarge  *cluster.TooLargeError
		field     *wire.FieldError
		own       *failure
		no        *RefusedError
	)
	switch {
	case errors.As(err, &unknown):
		return build(wire.ReasonUnknownOutcome, err.Error(), nil, 0, nil)
	case errors.As(err, &notLeader):
		return build(wire.ReasonNotLeader, err.Error(), leaderMeta(notLeader), 0, nil)
	case errors.As(err, &overload):
		return build(wire.ReasonOverloaded, err.Error(), nil, overload.RetryAfter, nil)
	case errors.As(err, &noRoom):
		return build(wire.ReasonDiskFull, err.Error(), nil, noRoom.RetryAfter, nil)
	case errors.As(err, &tooLarge):
		return build(wire.ReasonInvalid, err.Error(), nil, 0, nil)
	case errors.As(err, &field):
		return build(wire.ReasonInvalid, field.Error(), nil, 0, &errdetails.BadRequest{
			FieldViolations: []*errdetails.BadRequest_FieldViolation{{Field: field.Field, Description: field.Problem}},
		})
	case errors.As(err, &no):
		return build(wire.ReasonRefused, no.Error(), nil, 0, nil)
	case errors.As(err, &own):
		return build(own.reason, own.message, own.meta, 0, nil)
	}
	if reason, ok := sentinelReason(err); ok {
		return build(reason, err.Error(), nil, 0, nil)
	}
	if _, ok := status.FromError(err); ok { // after ours, which may wrap one
		return err
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return status.FromContextError(err).Err()
	}
	return status.Error(codes.Internal, err.Error())
}

func leaderMeta(e *cluster.NotLeaderError) map[string]string {
	if e.LeaderID == "" {
		return nil
	}
	return map[string]string{wire.MetaLeader: e.LeaderID, wire.MetaLeaderAddress: e.LeaderRPC}
}

func build(reason wire.Reason, message string, meta map[string]string, retry time.Duration, bad *errdetails.BadRequest) error {
	details := []protoadapt.MessageV1{
		&errdetails.ErrorInfo{Reason: string(reason), Domain: wire.Domain, Metadata: meta},
	}
	if retry > 0 {
		details = append(details, &errdetails.RetryInfo{RetryDelay: durationpb.New(retry)})
	}
	if bad != nil {
		details = append(details, bad)
	}
	st := status.New(codeOf(reason), message)
	if detailed, err := st.WithDetails(details...); err == nil {
		return detailed.Err()
	}
	return st.Err()
}

// refused is a command that the state machine answered with a refusal.
func refused(err error) error {
	if reason, ok := sentinelReason(err); ok {
		return fail(reason, "%v", err)
	}
	return fail(wire.ReasonRefused, "%v", err)
}
