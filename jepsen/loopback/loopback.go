// Package loopback gives listeners for servers that are stopped and started again on the same address, in tests and in the
// devnet.
//
// A port that the kernel chooses is one of those that it also gives to outgoing connections: while the server is down any
// connection on the machine may take it, and the server does not start again. The ports here lie below that range (from
// 32768 on Linux, from 49152 elsewhere), and above those from 10000 on that jepsen/process gives to replicas that it kills and
// starts again: tests of several packages run side by side.
package loopback

import (
	"fmt"
	"math/rand/v2"
	"net"
)

const (
	lowest, highest = 20_000, 32_000
	attempts        = 200
)

// Listen takes a free port of 127.0.0.1, chosen at random. It may be called concurrently.
func Listen() (l net.Listener, err error) {
	for range attempts {
		if l, err = net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", lowest+rand.IntN(highest-lowest))); err == nil {
			return l, nil
		}
	}
	return nil, fmt.Errorf("take a free port: %w", err)
}
