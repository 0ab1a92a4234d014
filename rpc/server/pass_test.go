package server

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"google.golang.org/grpc"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/fsm"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/rpc/wire"
)

// echo is a leader that answers every request of a stream, until there are no more.
type echo struct {
	pb.UnimplementedSequencerServiceServer
}

func (echo) Submit(stream grpc.BidiStreamingServer[pb.SubmitRequest, pb.SubmitResponse]) error {
	for {
		req, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := stream.Send(&pb.SubmitResponse{Leader: "n2", Receipts: []*pb.Receipt{{Session: req.GetSession()}}}); err != nil {
			return err
		}
	}
}

// led is a follower's cluster, and where its leader serves.
type led struct {
	*cluster.Node
	leader string
}

func (led) IsLeader() bool             { return false }
func (l led) Leader() (string, string) { return "n2", l.leader }

// serving is where a server serves until the test ends.
func serving(t *testing.T, s *grpc.Server) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	t.Cleanup(func() {
		s.Stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return l.Addr().String()
}

// asking is a stream with so many requests, behind which an error comes.
type asking struct {
	grpc.ServerStream
	ctx      context.Context
	requests byte
	end      error
	answers  int
}

func (s *asking) Context() context.Context { return s.ctx }

func (s *asking) RecvMsg(m any) error {
	if s.requests == 0 {
		return s.end
	}
	*m.(*wire.Raw) = wire.Raw{1 << 3, s.requests} // a session
	s.requests--
	return nil
}

func (s *asking) SendMsg(any) error {
	s.answers++
	return nil
}

// submit.go: a stream that a follower passes on ends with the reason when a request is not taken, such as for an identity's
// share, as it does at the leader; what came before is answered.
func TestPassedStreamEndsWithItsReason(t *testing.T) {
	leader := grpc.NewServer()
	pb.RegisterSequencerServiceServer(leader, echo{})
	s, err := New(Config{NodeID: "n1", Cluster: led{leader: serving(t, leader)}, Machine: fsm.New(fsm.Config{NodeID: "n1"})})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ end, want error }{
		"no more": {io.EOF, nil},
		"refused": {errRefused, errRefused},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		stream := &asking{ctx: ctx, requests: 2, end: c.end}
		if err := (&sequencer{Server: s}).passStream(stream); !errors.Is(err, c.want) || stream.answers != 2 {
			t.Errorf("%s: %d answers, %v; want 2 and %v", name, stream.answers, err, c.want)
		}
		cancel()
	}
	if err := s.peers.close(); err != nil {
		t.Error(err)
	}
}

var errRefused = errors.New("refused")
