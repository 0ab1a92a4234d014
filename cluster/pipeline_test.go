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
	pipeline, err := transport{client}.AppendEntriesPipeline("b", server.LocalAddr())
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
