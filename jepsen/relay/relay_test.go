package relay_test

import (
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"github.com/holdfast-rollup/holdfast/jepsen/loopback"
	"github.com/holdfast-rollup/holdfast/jepsen/relay"
)

// limit bounds what must happen; quiet is how long something must not happen.
const (
	limit = time.Minute
	quiet = 100 * time.Millisecond
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func timedOut(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

// echo answers every byte with itself, and ends when its dialler does.
func echo(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				_, _ = io.Copy(conn, conn)
			}()
		}
	}()
	return l.Addr().String()
}

// start gives a relay whose diallers name themselves by their first byte.
func start(t *testing.T, target string) *relay.Relay {
	t.Helper()
	r, err := relay.Listen(t.Context(), "127.0.0.1:0", target, func(r io.Reader) (string, []byte, error) {
		b := make([]byte, 1)
		_, err := io.ReadFull(r, b)
		return string(b), b, err
	})
	must(t, err)
	t.Cleanup(func() { _ = r.Close() })
	return r
}

func dial(t *testing.T, r *relay.Relay) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", r.Addr())
	must(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func say(t *testing.T, conn net.Conn, s string) {
	t.Helper()
	_, err := conn.Write([]byte(s))
	must(t, err)
}

func hear(t *testing.T, conn net.Conn, want string) {
	t.Helper()
	must(t, conn.SetReadDeadline(time.Now().Add(limit)))
	b := make([]byte, len(want))
	_, err := io.ReadFull(conn, b)
	must(t, err)
	if string(b) != want {
		t.Fatalf("heard %q, want %q", b, want)
	}
}

func hearNothing(t *testing.T, conn net.Conn) {
	t.Helper()
	must(t, conn.SetReadDeadline(time.Now().Add(quiet)))
	n, err := conn.Read(make([]byte, 1))
	if n != 0 || !timedOut(err) {
		t.Fatalf("heard %d bytes, error %v; want a timeout", n, err)
	}
}

func ended(t *testing.T, conn net.Conn) {
	t.Helper()
	must(t, conn.SetReadDeadline(time.Now().Add(limit)))
	_, err := conn.Read(make([]byte, 1))
	if err == nil || timedOut(err) {
		t.Fatalf("the connection is still open: %v", err)
	}
}

// Rule: a healthy link passes both directions, and a clean end as a half-close.
func TestHealthyLinkPassesBytesAndEnds(t *testing.T) {
	conn := dial(t, start(t, echo(t)))
	say(t, conn, "a1")
	hear(t, conn, "a1")
	say(t, conn, "23")
	must(t, conn.(*net.TCPConn).CloseWrite())
	hear(t, conn, "23")
	_, err := conn.Read(make([]byte, 1))
	if !errors.Is(err, io.EOF) {
		t.Fatalf("got %v after the end, want io.EOF", err)
	}
}

// Rule: a cut ends the open connections of its source and every new one, and no other's.
func TestCutIsForOneSource(t *testing.T) {
	r := start(t, echo(t))
	a, b := dial(t, r), dial(t, r)
	for conn, name := range map[net.Conn]string{a: "a", b: "b"} {
		say(t, conn, name)
		hear(t, conn, name)
	}
	r.Set("a", relay.Rule{Cut: true})
	ended(t, a)
	again := dial(t, r)
	say(t, again, "a")
	ended(t, again)
	say(t, b, "still")
	hear(t, b, "still")

	r.Set("a", relay.Rule{})
	healed := dial(t, r)
	say(t, healed, "a")
	hear(t, healed, "a")
}

// Rule: held bytes wait and pass in order; the other direction is free.
func TestHoldKeepsOrderAndLosesNothing(t *testing.T) {
	for name, rule := range map[string]relay.Rule{
		"forward": {Forward: relay.Flow{Hold: true}},
		"back":    {Back: relay.Flow{Hold: true}},
	} {
		t.Run(name, func(t *testing.T) {
			r := start(t, echo(t))
			conn := dial(t, r)
			say(t, conn, "a")
			hear(t, conn, "a")
			r.Set("a", rule)
			say(t, conn, "one ")
			hearNothing(t, conn)
			say(t, conn, "two")
			hearNothing(t, conn)
			r.Set("a", relay.Rule{})
			hear(t, conn, "one two")
		})
	}
}

// Rule: a new connection over a held link is accepted and gets no answer until it heals.
func TestHoldAppliesToNewConnections(t *testing.T) {
	r := start(t, echo(t))
	r.Set("a", relay.Rule{Forward: relay.Flow{Hold: true}, Back: relay.Flow{Hold: true}})
	conn := dial(t, r)
	say(t, conn, "a")
	hearNothing(t, conn)
	r.Set("a", relay.Rule{})
	hear(t, conn, "a")
}

// Rule: a delay is added to the way, once, also where many chunks are under way.
func TestDelay(t *testing.T) {
	r := start(t, echo(t))
	const delay = 80 * time.Millisecond
	r.Set("a", relay.Rule{Forward: relay.Flow{Delay: delay}})
	conn := dial(t, r)
	began := time.Now()
	say(t, conn, "a")
	hear(t, conn, "a")
	if took := time.Since(began); took < delay {
		t.Fatalf("a byte came back after %v, before the delay of %v", took, delay)
	}
}

// Rule: Close ends held connections too, and returns.
func TestCloseEndsHeldConnections(t *testing.T) {
	r := start(t, echo(t))
	conn := dial(t, r)
	say(t, conn, "a")
	hear(t, conn, "a")
	r.Set("a", relay.Rule{Forward: relay.Flow{Hold: true}})
	say(t, conn, "held")
	must(t, r.Close())
	ended(t, conn)
}

// Rule: a target that is not there ends the connection.
func TestAbsentTarget(t *testing.T) {
	l, err := loopback.Listen() // nobody else takes the port
	must(t, err)
	addr := l.Addr().String()
	must(t, l.Close())
	conn := dial(t, start(t, addr))
	say(t, conn, "a")
	ended(t, conn)
}
