package cluster

import (
	"sync"

	"github.com/hashicorp/raft"
)

// transport is Raft's over TCP, with pipelines that a sender never hangs in, and with no heartbeat at work once it is closed.
//
// Raft's sender and the reader of a follower's answers are two goroutines. The reader goes at the first answer that is no
// success; the sender may be in AppendEntries by then, and the network's pipeline takes no request while nobody reads the
// answers. Both then wait for each other for ever: heartbeats go on, so that nobody elects another leader, no entry reaches
// the follower any more, and the leader cannot be closed (hashicorp/raft #612).
//
// Heartbeats pass by Raft's own goroutine, in the one that serves their connection, and Raft's shutdown waits for neither.
// One that was let in just before writes a newer term after it, into stores that are closed by then, and Raft panics.
type transport struct {
	*raft.NetworkTransport
	beat   sync.RWMutex // held for reading while a heartbeat is at work
	closed bool         // guarded by beat
}

// SetHeartbeatHandler implements raft.Transport.
func (t *transport) SetHeartbeatHandler(handle func(raft.RPC)) {
	t.NetworkTransport.SetHeartbeatHandler(func(rpc raft.RPC) {
		t.beat.RLock()
		defer t.beat.RUnlock()
		if !t.closed {
			handle(rpc)
		}
	})
}

// Close implements raft.WithClose: Raft's shutdown calls it last. It waits for the heartbeats at work and lets in no more.
func (t *transport) Close() error {
	err := t.NetworkTransport.Close()
	t.beat.Lock()
	defer t.beat.Unlock()
	t.closed = true
	return err //nolint:wrapcheck // Raft's own
}

// AppendEntriesPipeline implements raft.Transport.
func (t *transport) AppendEntriesPipeline(id raft.ServerID, target raft.ServerAddress) (raft.AppendPipeline, error) {
	p, err := t.NetworkTransport.AppendEntriesPipeline(id, target)
	if err != nil {
		return nil, err //nolint:wrapcheck // Raft compares it
	}
	d := &drainedPipeline{AppendPipeline: p, answers: make(chan raft.AppendFuture), closed: make(chan struct{})}
	go d.drain()
	return d, nil
}

// drainedPipeline takes each answer from the pipeline at once and keeps it until it is read. As many requests as before are
// without an answer at a time; what is kept when the reader has gone is as much as the sender sends until it learns so.
type drainedPipeline struct {
	raft.AppendPipeline
	answers chan raft.AppendFuture
	closed  chan struct{}
	once    sync.Once
}

// Consumer implements raft.AppendPipeline.
func (d *drainedPipeline) Consumer() <-chan raft.AppendFuture { return d.answers }

// Close implements raft.AppendPipeline.
func (d *drainedPipeline) Close() error {
	d.once.Do(func() { close(d.closed) })
	return d.AppendPipeline.Close() //nolint:wrapcheck // Raft's own
}

func (d *drainedPipeline) drain() {
	var kept []raft.AppendFuture
	for {
		var next raft.AppendFuture
		var answers chan raft.AppendFuture // nil, which takes nothing, while nothing is kept
		if len(kept) > 0 {
			next, answers = kept[0], d.answers
		}
		select {
		case f := <-d.AppendPipeline.Consumer():
			kept = append(kept, f)
		case answers <- next:
			kept = kept[1:]
		case <-d.closed:
			return
		}
	}
}
