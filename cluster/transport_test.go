package cluster

import (
	"io"
	"testing"
	"time"

	"github.com/hashicorp/raft"
)

// A sender does not hang in a pipeline whose answers nobody reads any more: Raft's reader goes at the first answer that is
// no success, and the sender sees that between two requests only.
func TestSenderLeavesAPipelineWhoseReaderHasGone(t *testing.T) {
	t.Parallel()
	server, err := raft.NewTCPTransport("127.0.0.1:0", nil, 1, time.Minute, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = server.Close() }()
	go func() {
		for rpc := range server.Consumer() {
			rpc.Respond(&raft.AppendEntriesResponse{Success: false}, nil)
		}
	}()
	client, err := raft.NewTCPTransport("127.0.0.1:0", nil, 1, time.Minute, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Close() }()
	pipeline, err := (&transport{NetworkTransport: client}).AppendEntriesPipeline("b", server.LocalAddr())
	if err != nil {
		t.Fatal(err)
	}
	const sent = 20
	send := make(chan error, 1)
	go func() {
		for i := range uint64(sent) {
			if _, err := pipeline.AppendEntries(&raft.AppendEntriesRequest{PrevLogEntry: i + 1}, &raft.AppendEntriesResponse{}); err != nil {
				send <- err
				return
			}
		}
		send <- nil
	}()
	if first := <-pipeline.Consumer(); first.Request().PrevLogEntry != 1 || first.Response().Success {
		t.Errorf("the first answer is to %d", first.Request().PrevLogEntry)
	}
	select { // nobody reads meanwhile
	case err := <-send:
		if err != nil {
			t.Fatal(err)
		}
	case <-time.After(time.Minute):
		t.Fatal("the sender hangs")
	}
	for i := range uint64(sent - 1) { // nothing is lost, and the order is kept
		if f := <-pipeline.Consumer(); f.Request().PrevLogEntry != i+2 || f.Error() != nil {
			t.Fatalf("answer to %d (%v) after %d", f.Request().PrevLogEntry, f.Error(), i+1)
		}
	}
	if err := pipeline.Close(); err != nil {
		t.Error(err)
	}
	if err := pipeline.Close(); err != nil {
		t.Error(err)
	}
}

// The stores are closed after the transport: no heartbeat may be at work on them by then, or come later.
func TestNoHeartbeatIsAtWorkOnAClosedTransport(t *testing.T) {
	t.Parallel()
	inner, err := raft.NewTCPTransport("127.0.0.1:0", nil, 1, time.Minute, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	server := &transport{NetworkTransport: inner}
	entered, leave := make(chan struct{}), make(chan struct{})
	server.SetHeartbeatHandler(func(rpc raft.RPC) {
		entered <- struct{}{}
		<-leave
		rpc.Respond(&raft.AppendEntriesResponse{}, nil)
	})
	client, err := raft.NewTCPTransport("127.0.0.1:0", nil, 2, time.Minute, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Close() }()
	answered := make(chan bool, 2)
	beat := func() {
		req := &raft.AppendEntriesRequest{RPCHeader: raft.RPCHeader{Addr: []byte("leader")}, Term: 1}
		answered <- client.AppendEntries("b", server.LocalAddr(), req, &raft.AppendEntriesResponse{}) == nil
	}
	for range 2 { // two connections, which stay in the client's pool
		go beat()
		<-entered
	}
	for range 2 {
		leave <- struct{}{}
		if !<-answered {
			t.Fatal("a heartbeat before the close has no answer")
		}
	}
	go beat()
	<-entered
	closed := make(chan bool, 1)
	go func() { closed <- server.Close() == nil }()
	select {
	case <-closed:
		t.Fatal("closed with a heartbeat at work")
	case <-time.After(50 * time.Millisecond):
	}
	leave <- struct{}{}
	if !<-closed {
		t.Fatal("not closed well")
	}
	<-answered
	go beat() // on the other connection, which the close left open
	select {
	case <-entered:
		t.Fatal("a heartbeat is let in after the close")
	case <-answered:
	}
}
