package client_test

import (
	"context"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc"

	"github.com/holdfast-rollup/holdfast/rpc/client"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
)

// hanging is a replica that does not answer the first submission.
type hanging struct {
	pb.UnimplementedSequencerServiceServer
	calls    atomic.Int32
	deadline atomic.Bool // the first one came with a deadline
}

func (h *hanging) SubmitOne(ctx context.Context, req *pb.SubmitOneRequest) (*pb.SubmitOneResponse, error) {
	if h.calls.Add(1) == 1 {
		_, ok := ctx.Deadline()
		h.deadline.Store(ok)
		<-ctx.Done()
		return nil, context.Cause(ctx)
	}
	return &pb.SubmitOneResponse{Receipt: &pb.Receipt{
		Session: req.GetSession(), Sequence: req.GetSubmission().GetSequence(), Status: pb.ReceiptStatus_RECEIPT_STATUS_EXECUTED,
	}}, nil
}

// client.go: a replica that hangs costs one try, not the call; and no dial option undoes that.
func TestAReplicaThatHangsCostsOneTry(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h := &hanging{}
	server := grpc.NewServer()
	pb.RegisterSequencerServiceServer(server, h)
	go func() { _ = server.Serve(listener) }()
	defer server.Stop()
	c, err := client.New(client.Config{
		Endpoints: []string{listener.Addr().String()}, TryTimeout: 50 * time.Millisecond,
		DialOptions: []grpc.DialOption{grpc.WithDefaultServiceConfig(`{}`)},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	s := c.ResumeSession(client.SessionState{ID: 7, Next: 3})
	mustAccept(t, s, bid(100, 5, 77))
	if h.calls.Load() < 2 || !h.deadline.Load() || s.State().Next != 4 {
		t.Errorf("%d calls, deadline %v, next %d", h.calls.Load(), h.deadline.Load(), s.State().Next)
	}
}
