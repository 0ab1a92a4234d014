package mtls

import (
	"container/list"
	"net"
	"sync"
)

// At most limit connections wait at any time.

// Lobby holds connections that have not proven who they are. When it is full, the oldest goes: whoever comes slowly on
// purpose makes room for whoever does not.
type Lobby struct {
	limit int

	mu      sync.Mutex // guards waiting
	waiting *list.List // of net.Conn, the oldest first
	evicted uint64
}

// NewLobby makes a lobby for limit connections.
func NewLobby(limit int) *Lobby { return &Lobby{limit: limit, waiting: list.New()} }

// Enter puts a connection in; leave takes it out again and must be called.
func (l *Lobby) Enter(c net.Conn) (leave func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.waiting.Len() >= l.limit {
		oldest := l.waiting.Front()
		_ = l.waiting.Remove(oldest).(net.Conn).Close()
		l.evicted++
	}
	e := l.waiting.PushBack(c)
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.waiting.Remove(e) // nothing if it was evicted
	}
}

// Evicted is how many connections had to go.
func (l *Lobby) Evicted() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.evicted
}
