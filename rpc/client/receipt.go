package client

import (
	"errors"
	"fmt"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
)

// A receipt's status decides what becomes of the sequence number: used for good,
// still free (try again), or lost with its session.

// freeStatus gives an error to retry on if nothing happened and the number is still free.
func freeStatus(r *pb.Receipt) error {
	switch r.GetStatus() {
	case pb.ReceiptStatus_RECEIPT_STATUS_GAP, pb.ReceiptStatus_RECEIPT_STATUS_HALTED, pb.ReceiptStatus_RECEIPT_STATUS_WINDOW_FULL:
		return &notTakenError{receipt: r}
	default:
		return nil
	}
}

// notTakenError is a submission that was committed as not executed.
type notTakenError struct{ receipt *pb.Receipt }

func (e *notTakenError) Error() string {
	return fmt.Sprintf("sequence %d was not taken: %v", e.receipt.GetSequence(), e.receipt.GetStatus())
}

// GRPCStatus makes it an error to try again on.
func (e *notTakenError) GRPCStatus() *status.Status { return status.New(codes.Unavailable, e.Error()) }

// settled gives ErrSessionLost if the cluster does not know the session or the receipt any more.
func settled(r *pb.Receipt) error {
	switch r.GetStatus() {
	case pb.ReceiptStatus_RECEIPT_STATUS_UNKNOWN_SESSION, pb.ReceiptStatus_RECEIPT_STATUS_EXPIRED:
		return fmt.Errorf("%w: sequence %d of session %d is %v", ErrSessionLost, r.GetSequence(), r.GetSession(), r.GetStatus())
	default:
		return nil
	}
}

func isUnknown(err error) bool { return errors.Is(err, ErrUnknownOutcome) }

// Accepted reports whether the receipt is of a transition that took effect and stands.
func Accepted(r *pb.Receipt) bool {
	s := r.GetStatus()
	return r.GetCode() == 0 &&
		(s == pb.ReceiptStatus_RECEIPT_STATUS_EXECUTED || s == pb.ReceiptStatus_RECEIPT_STATUS_DUPLICATE)
}
