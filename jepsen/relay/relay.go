package relay

// The bytes of one direction pass in the order in which they came, whole or as
// a prefix; a rule changes when they pass, never which.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

// Flow is the rule for one direction of a link. The zero value passes everything at once.
type Flow struct {
	// Hold keeps the bytes until the rule changes.
	Hold bool
	// Delay is added to each byte's way.
	Delay time.Duration
}

// Rule is the state of the link from one source. The zero value is a healthy link.
type Rule struct {
	// Cut resets the open connections and every new one.
	Cut bool
	// Forward is from the dialler to the target, Back the other direction.
	Forward, Back Flow
}

// Identify reads as much of a new connection as names its dialler and returns
// the name and exactly the bytes that it read.
type Identify func(r io.Reader) (source string, read []byte, err error)

// helloLength is the fixed part of the hello that every connection between replicas begins with (package cluster): kind,
// version, cluster, lineage, and the length of the replica's name, which follows.
const helloLength = 1 + 1 + 16 + 16 + 1

// Hello is the Identify of connections between replicas, by the name of the dialling one.
func Hello(r io.Reader) (source string, read []byte, err error) {
	b := make([]byte, helloLength)
	if _, err = io.ReadFull(r, b); err != nil {
		return "", nil, fmt.Errorf("read the hello of a replica: %w", err)
	}
	name := make([]byte, b[helloLength-1])
	if _, err = io.ReadFull(r, name); err != nil {
		return "", nil, fmt.Errorf("read the name in the hello of a replica: %w", err)
	}
	return string(name), append(b, name...), nil
}

// identifyLimit bounds how long a new connection may stay anonymous, and dialLimit the way to the target.
const (
	identifyLimit = 5 * time.Second
	dialLimit     = 2 * time.Second
)

// Relay forwards the connections to one address to a target.
type Relay struct {
	listener net.Listener
	target   string
	identify Identify
	life     context.Context //nolint:containedctx // the relay's own, ended by Close
	end      context.CancelFunc
	wg       sync.WaitGroup

	mu      sync.Mutex // guards what follows; nothing blocks under it
	rules   map[string]Rule
	changed chan struct{} // closed and made anew with each change of rules
	open    map[net.Conn]string
}

// Listen starts a relay from addr to target. A nil identify makes every dialler the source "".
func Listen(ctx context.Context, addr, target string, identify Identify) (*Relay, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("relay to %s: %w", target, err)
	}
	if identify == nil {
		identify = func(io.Reader) (string, []byte, error) { return "", nil, nil }
	}
	r := &Relay{
		listener: l, target: target, identify: identify,
		rules: map[string]Rule{}, changed: make(chan struct{}), open: map[net.Conn]string{},
	}
	r.life, r.end = context.WithCancel(context.WithoutCancel(ctx))
	r.wg.Go(r.accept)
	return r, nil
}

// Addr is the address that the relay listens on.
func (r *Relay) Addr() string { return r.listener.Addr().String() }

// Set makes rule the state of the link from source, for open and for new connections.
func (r *Relay) Set(source string, rule Rule) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rules[source] = rule
	close(r.changed)
	r.changed = make(chan struct{})
	if !rule.Cut {
		return
	}
	for conn, of := range r.open {
		if of == source {
			reset(conn)
		}
	}
}

// Close ends every connection and waits until nothing of the relay runs.
func (r *Relay) Close() error {
	r.end()
	err := r.listener.Close()
	r.mu.Lock()
	for conn := range r.open {
		reset(conn)
	}
	r.mu.Unlock()
	r.wg.Wait()
	return err
}

// rule gives the state of a link and what is closed when it may have changed.
func (r *Relay) rule(source string) (Rule, <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.rules[source], r.changed
}

func (r *Relay) accept() {
	for {
		conn, err := r.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			select { // out of descriptors, most likely
			case <-r.life.Done():
				return
			case <-time.After(20 * time.Millisecond):
				continue
			}
		}
		r.wg.Go(func() { r.serve(conn) })
	}
}

// register makes conn one that Set and Close can end, or reports that it must end now.
func (r *Relay) register(conn net.Conn, source string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.life.Err() != nil || r.rules[source].Cut {
		return false
	}
	r.open[conn] = source
	return true
}

func (r *Relay) unregister(conns ...net.Conn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, conn := range conns {
		delete(r.open, conn)
	}
}

func (r *Relay) serve(dialler net.Conn) {
	source, first, err := r.identified(dialler)
	if err != nil || !r.register(dialler, source) {
		reset(dialler)
		return
	}
	ctx, cancel := context.WithTimeout(r.life, dialLimit)
	target, err := (&net.Dialer{}).DialContext(ctx, "tcp", r.target)
	cancel()
	if err != nil || !r.register(target, source) {
		r.unregister(dialler)
		reset(dialler)
		if err == nil {
			reset(target)
		}
		return
	}
	forward := func(rule Rule) Flow { return rule.Forward }
	back := func(rule Rule) Flow { return rule.Back }
	var both sync.WaitGroup
	both.Go(func() { r.pump(pipe{source, dialler, target, forward, first}) })
	both.Go(func() { r.pump(pipe{source, target, dialler, back, nil}) })
	both.Wait()
	r.unregister(dialler, target)
	_, _ = dialler.Close(), target.Close()
}

// identified names the dialler; Close and identifyLimit bound it.
func (r *Relay) identified(conn net.Conn) (source string, first []byte, err error) {
	stop := context.AfterFunc(r.life, func() { reset(conn) })
	defer stop()
	if err = conn.SetReadDeadline(time.Now().Add(identifyLimit)); err != nil {
		return "", nil, err
	}
	if source, first, err = r.identify(conn); err != nil {
		return "", nil, err
	}
	return source, first, conn.SetReadDeadline(time.Time{})
}

// pipe is one direction of a connection.
type pipe struct {
	source   string
	from, to net.Conn
	flow     func(Rule) Flow
	first    []byte
}

type chunk struct {
	bytes []byte
	came  time.Time
}

// pump passes one direction until an end of the connection ends it: a clean end
// passes on as a half-close, any other as a reset.
func (r *Relay) pump(p pipe) {
	chunks := make(chan chunk, 64)
	ctx, cancel := context.WithCancel(r.life)
	defer cancel()
	var reader sync.WaitGroup
	var ended error
	reader.Go(func() {
		defer close(chunks)
		ended = read(ctx, p, chunks)
	})
	for c := range chunks {
		if !r.pass(ctx, p, c) {
			break
		}
		if _, err := p.to.Write(c.bytes); err != nil {
			break
		}
	}
	cancel()
	// Reached with the stream at its end, or with nobody to pass it to.
	if !drained(chunks) {
		reset(p.from)
		reset(p.to)
	}
	reader.Wait()
	if !errors.Is(ended, io.EOF) {
		reset(p.from)
		reset(p.to)
		return
	}
	if half, ok := p.to.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
}

// drained reports whether the channel is closed and empty.
func drained(chunks <-chan chunk) bool {
	select {
	case _, more := <-chunks:
		return !more
	default:
		return false
	}
}

// read gives what comes from the pipe to chunks until the connection or ctx ends.
func read(ctx context.Context, p pipe, chunks chan<- chunk) error {
	give := func(b []byte) error {
		select {
		case chunks <- chunk{bytes: b, came: time.Now()}:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if len(p.first) > 0 {
		if err := give(p.first); err != nil {
			return err
		}
	}
	for {
		b := make([]byte, 32<<10)
		n, err := p.from.Read(b)
		if n > 0 {
			if gerr := give(b[:n]); gerr != nil {
				return gerr
			}
		}
		if err != nil {
			return err
		}
	}
}

// pass waits until the rules let the chunk through; false when the relay ends or cuts the link first.
func (r *Relay) pass(ctx context.Context, p pipe, c chunk) bool {
	for {
		rule, changed := r.rule(p.source)
		flow := p.flow(rule)
		if rule.Cut {
			return false
		}
		var due <-chan time.Time
		if !flow.Hold {
			wait := time.Until(c.came.Add(flow.Delay))
			if flow.Delay == 0 || wait <= 0 {
				return true
			}
			due = time.After(wait)
		}
		select {
		case <-changed:
		case <-due:
			return true
		case <-ctx.Done():
			return false
		}
	}
}

// reset ends a connection at once, so that the other end sees an error and not an end.
func reset(conn net.Conn) {
	if c, ok := conn.(*net.TCPConn); ok {
		_ = c.SetLinger(0)
	}
	_ = conn.Close()
}
