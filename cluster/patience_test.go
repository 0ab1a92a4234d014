package cluster

import (
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

const patience = 30 * time.Second

// facts raft.md 19, from the sender: a peer that takes nothing more of a snapshot ends its transfer within the limit,
// however long Raft would wait, and one that takes a byte now and then does not.
func TestTransferThatDoesNotMoveEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		defer func() { _ = errors.Join(near.Close(), far.Close()) }()
		c := &outgoingConn{Conn: near, limit: patience}
		if err := c.SetDeadline(time.Now().Add(2 * time.Hour)); err != nil {
			t.Fatal(err)
		}
		go func() {
			for range 10 { // slow, and it moves
				time.Sleep(patience * 9 / 10)
				_, _ = far.Read(make([]byte, 1))
			}
		}()
		began := time.Now()
		for range 10 {
			if _, err := c.Write([]byte{1}); err != nil {
				t.Fatalf("a slow transfer ended: %v", err)
			}
		}
		if _, err := c.Write([]byte{1}); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatalf("nothing moves: %v", err)
		}
		if took := time.Since(began); took > 10*patience {
			t.Errorf("ended after %v", took)
		}
		if err := c.SetWriteDeadline(time.Now().Add(time.Second)); err != nil { // as Raft does for entries
			t.Fatal(err)
		}
		began = time.Now()
		if _, err := c.Write([]byte{1}); !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(began) > time.Second {
			t.Errorf("Raft's own deadline is not kept: %v after %v", err, time.Since(began))
		}
	})
}

// facts raft.md 16 and 19, from the receiver: a leader that stops in the middle of a message does not hold the main loop;
// one that is silent between messages, or that has sent all and waits for the answer, keeps its connection.
func TestReceiverWaitsForNoHalfMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		defer func() { _ = errors.Join(near.Close(), far.Close()) }()
		c := &incomingConn{Conn: near, limit: patience}
		message := make([]byte, 4)
		for range 3 {
			go func() {
				time.Sleep(time.Hour)
				_, _ = far.Write(message)
				_, _ = far.Read(make([]byte, 1))
			}()
			if _, err := io.ReadFull(c, message); err != nil {
				t.Fatalf("silent between messages: %v", err)
			}
			time.Sleep(time.Hour) // what was asked takes its time
			if _, err := c.Write([]byte{1}); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		go func() { _, _ = far.Write(message[:2]) }()
		began := time.Now()
		if _, err := io.ReadFull(c, message); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatalf("half a message: %v", err)
		}
		if took := time.Since(began); took != patience {
			t.Errorf("waited %v", took)
		}
	})
}
