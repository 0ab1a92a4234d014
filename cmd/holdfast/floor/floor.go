// Package floor measures what a commit is made of: a write to a disk and a message to another process and back. A
// leader that writes its log before it replicates cannot acknowledge in less than two fdatasyncs and one round trip.
// Both are medians over some hundred tries, in milliseconds, on the machine as it is at the moment.
package floor

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"time"
)

// probes is how often each is measured.
const probes = 301

func medianOf(n int, probe func() error) (ms float64, err error) {
	took := make([]time.Duration, n)
	for i := range took {
		start := time.Now()
		if err := probe(); err != nil {
			return 0, err
		}
		took[i] = time.Since(start)
	}
	slices.Sort(took)
	return float64(took[n/2].Nanoseconds()) / 1e6, nil
}

// Fdatasync appends 4 KiB at a time to a new file in dir (empty: the directory for temporary files).
func Fdatasync(dir string) (ms float64, err error) {
	file, err := os.CreateTemp(dir, "holdfast-bench-")
	if err != nil {
		return 0, fmt.Errorf("measure fdatasync: %w", err)
	}
	defer func() { _, _ = file.Close(), os.Remove(file.Name()) }()
	block := make([]byte, 4096)
	return medianOf(probes, func() error {
		if _, err := file.Write(block); err != nil {
			return err
		}
		return datasync(file)
	})
}

// RoundTrip sends one byte to and fro over TCP on loopback.
func RoundTrip() (ms float64, err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // loopback, at once
	if err != nil {
		return 0, fmt.Errorf("measure a round trip: %w", err)
	}
	defer func() { err = errors.Join(err, listener.Close()) }()
	go func() {
		peer, failed := listener.Accept()
		if failed != nil {
			return
		}
		_, _ = io.Copy(peer, peer)
		_ = peer.Close()
	}()
	conn, err := net.Dial("tcp", listener.Addr().String()) //nolint:noctx // the same
	if err != nil {
		return 0, fmt.Errorf("measure a round trip: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	b := make([]byte, 1)
	return medianOf(probes, func() error {
		if _, err := conn.Write(b); err != nil {
			return err
		}
		_, err := io.ReadFull(conn, b)
		return err
	})
}
