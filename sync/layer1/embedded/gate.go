package embedded

// The gate stands before the JSON-RPC handler and decides per request what the
// caller gets to see. A request that was let through is always executed whole.

import (
	"net/http"
	"net/http/httptest"
	"sync"
)

// Fault of the JSON-RPC endpoint.
type Fault uint8

const (
	// FaultNone is an endpoint that works.
	FaultNone Fault = iota
	// FaultRefuse cuts connections without an answer.
	FaultRefuse
	// FaultHang neither executes nor answers requests until the caller gives
	// up or the fault is healed.
	FaultHang
	// FaultSwallow executes requests and loses the answers: the caller waits
	// until it gives up or the fault is healed.
	FaultSwallow
	// FaultUnavailable answers with HTTP status 503.
	FaultUnavailable
)

// Gate stands before an endpoint and puts it into faults.
type Gate struct {
	next http.Handler

	mu     sync.Mutex // guards the fields below
	fault  Fault
	healed chan struct{} // closed when the fault changes
}

// NewGate makes a gate that lets everything through to next.
func NewGate(next http.Handler) *Gate { return &Gate{next: next, healed: make(chan struct{})} }

// Set puts the endpoint into a fault, or heals it with FaultNone.
func (g *Gate) Set(f Fault) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.fault = f
	close(g.healed)
	g.healed = make(chan struct{})
}

// ServeHTTP decides by the fault of the moment.
func (g *Gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	fault, healed := g.fault, g.healed
	g.mu.Unlock()
	switch fault {
	case FaultNone:
		g.next.ServeHTTP(w, r)
		return
	case FaultUnavailable:
		http.Error(w, "service unavailable", http.StatusServiceUnavailable)
		return
	case FaultSwallow:
		g.next.ServeHTTP(httptest.NewRecorder(), r)
		wait(r, healed)
	case FaultHang:
		wait(r, healed)
	case FaultRefuse:
	}
	panic(http.ErrAbortHandler) // cuts the connection
}

func wait(r *http.Request, healed <-chan struct{}) {
	select {
	case <-r.Context().Done():
	case <-healed:
	}
}
