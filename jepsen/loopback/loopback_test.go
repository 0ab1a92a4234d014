package loopback_test

import (
	"net"
	"testing"

	"github.com/holdfast-rollup/holdfast/jepsen/loopback"
)

// Package comment: no outgoing connection takes such a port, and it can be taken again.
func TestListen(t *testing.T) {
	for range 20 {
		l, err := loopback.Listen()
		if err != nil {
			t.Fatal(err)
		}
		address := l.Addr().(*net.TCPAddr)
		if !address.IP.IsLoopback() || address.Port < 20_000 || address.Port >= 32_000 {
			t.Errorf("listens on %s", address)
		}
		if err = l.Close(); err != nil {
			t.Fatal(err)
		}
		again, err := net.Listen("tcp", address.String())
		if err != nil {
			t.Fatal(err)
		}
		_ = again.Close()
	}
}
