package client_test

import (
	"errors"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/holdfast-rollup/holdfast/rpc/client"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
)

// quiet is a replica that ends the first watch before there was any fill.
type quiet struct {
	pb.UnimplementedSequencerServiceServer
	began   *pb.FillMark
	calls   atomic.Int32
	resumed atomic.Bool // the second watch begins where the first did
}

func (q *quiet) WatchFills(req *pb.WatchFillsRequest, stream grpc.ServerStreamingServer[pb.WatchFillsResponse]) error {
	if q.calls.Add(1) == 1 {
		if err := stream.Send(&pb.WatchFillsResponse{Mark: q.began}); err != nil {
			return err
		}
		return status.Error(codes.Unavailable, "the replica ends")
	}
	q.resumed.Store(proto.Equal(req.GetAfter(), q.began))
	for _, m := range []*pb.WatchFillsResponse{
		{Mark: req.GetAfter()}, {Mark: &pb.FillMark{Lineage: q.began.GetLineage(), Index: 9}, Fill: &pb.Fill{Size: 5}},
	} {
		if err := stream.Send(m); err != nil {
			return err
		}
	}
	<-stream.Context().Done()
	return stream.Context().Err()
}

// watch.go: what is traded between the loss of a replica and the next watch is seen although no fill came before the loss.
func TestWatchFillsResumesBeforeTheFirstFill(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	q := &quiet{began: &pb.FillMark{Lineage: make([]byte, 16), Index: 7, Offset: ^uint32(0)}}
	server := grpc.NewServer()
	pb.RegisterSequencerServiceServer(server, q)
	go func() { _ = server.Serve(listener) }()
	defer server.Stop()
	c, err := client.New(client.Config{Endpoints: []string{listener.Addr().String()}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	ready := 0
	err = c.WatchFills(within(t, time.Minute), 0, nil, func() { ready++ }, func(m *pb.FillMark, f *pb.Fill) error {
		if m.GetIndex() != 9 || f.GetSize() != 5 {
			t.Errorf("%v at %v", f, m)
		}
		return errEnough
	})
	if !errors.Is(err, errEnough) || ready != 1 || !q.resumed.Load() {
		t.Errorf("%v, ready %d times, resumed where it began: %t", err, ready, q.resumed.Load())
	}
}
