package cluster

import (
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Raft gives the transfer of a snapshot a deadline that grows with its size, hours for a
// large one, and its receiver none, although the receiver's main loop waits for the bytes.
// So a connection of Raft's ends on which nothing moves in the middle of a message. Between
// messages it may be idle for ever, and an answer has the time that Raft gives it.

// outgoingConn is a connection to a peer: a write that moves nothing ends.
type outgoingConn struct {
	net.Conn
	limit time.Duration

	mu       sync.Mutex // guards deadline
	deadline time.Time  // Raft's own for writes, zero for none
}

// SetDeadline implements net.Conn.
func (c *outgoingConn) SetDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.deadline = t
	return c.Conn.SetDeadline(t)
}

// SetWriteDeadline implements net.Conn.
func (c *outgoingConn) SetWriteDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.deadline = t
	return c.Conn.SetWriteDeadline(t)
}

// Write implements net.Conn.
func (c *outgoingConn) Write(p []byte) (int, error) {
	c.mu.Lock()
	at := time.Now().Add(c.limit)
	if !c.deadline.IsZero() && c.deadline.Before(at) {
		at = c.deadline
	}
	err := c.Conn.SetWriteDeadline(at)
	c.mu.Unlock()
	if err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}

// incomingConn is a connection from a peer: the rest of a message must come, its beginning
// need not. Raft answers each message before it reads the next one, and sets no deadlines.
type incomingConn struct {
	net.Conn
	limit time.Duration
	begun atomic.Bool // something of a message has come that is not answered
}

// Read implements net.Conn.
func (c *incomingConn) Read(p []byte) (int, error) {
	var at time.Time
	if c.begun.Load() {
		at = time.Now().Add(c.limit)
	}
	if err := c.SetReadDeadline(at); err != nil {
		return 0, err
	}
	n, err := c.Conn.Read(p)
	if n > 0 {
		c.begun.Store(true)
	}
	return n, err
}

// Write implements net.Conn.
func (c *incomingConn) Write(p []byte) (int, error) {
	c.begun.Store(false)
	if err := c.SetWriteDeadline(time.Now().Add(c.limit)); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}
