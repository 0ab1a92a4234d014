package main

// Every process that was started has ended when stop returns.

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/holdfast-rollup/holdfast/jepsen/loopback"
	"github.com/holdfast-rollup/holdfast/sync/child"
)

const (
	members  = 3
	patience = 2 * time.Minute // for a cluster to have a leader, and for a process to end
)

// cluster is three members of a peer.
type cluster struct {
	dir       string
	endpoints []string // for clients
	processes []process
}

// process is one member.
type process struct {
	cmd   *exec.Cmd
	ended chan struct{}
}

// startCluster starts members of the program; its arguments are followed by those of memberFlags.
func startCluster(program string, args ...string) (_ *cluster, err error) {
	c := &cluster{}
	if c.dir, err = os.MkdirTemp("", "holdfast-peers-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			c.stop()
		}
	}()
	addresses, err := freeAddresses(2 * members)
	if err != nil {
		return nil, err
	}
	c.endpoints = addresses[members:]
	for i := range members {
		dir := filepath.Join(c.dir, strconv.Itoa(i))
		if err := os.Mkdir(dir, 0o750); err != nil {
			return nil, err
		}
		log, err := os.Create(filepath.Join(c.dir, fmt.Sprintf("log%d.txt", i)))
		if err != nil {
			return nil, err
		}
		p := exec.Command(program, append(args, "-index", strconv.Itoa(i), "-dir", dir, //nolint:noctx // stop ends it
			"-peers", strings.Join(addresses[:members], ","), "-clients", strings.Join(c.endpoints, ","))...)
		p.Stdout, p.Stderr = log, log
		ended := make(chan struct{})
		err = child.Start(p, func(error) { close(ended) })
		_ = log.Close() // the process has its own
		if err != nil {
			return nil, fmt.Errorf("start member %d: %w", i, err)
		}
		c.processes = append(c.processes, process{p, ended})
	}
	return c, nil
}

// freeAddresses are addresses on loopback that nobody listens on, and that no connection of the members takes meanwhile.
func freeAddresses(n int) ([]string, error) {
	var out []string
	for range n {
		l, err := loopback.Listen()
		if err != nil {
			return nil, err
		}
		defer func() { _ = l.Close() }() // all of them at the end, so that none comes twice
		out = append(out, l.Addr().String())
	}
	return out, nil
}

// stop ends the members and removes what they wrote.
func (c *cluster) stop() {
	for _, p := range c.processes {
		_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may have ended already
	}
	for _, p := range c.processes {
		kill := time.AfterFunc(patience, func() { _ = p.cmd.Process.Kill() })
		<-p.ended // how it ends is of no interest
		kill.Stop()
	}
	_ = os.RemoveAll(c.dir) // a temporary directory
}

// logged is the end of what the members wrote.
func (c *cluster) logged() string {
	var out []string
	for i := range c.processes {
		b, _ := os.ReadFile(filepath.Join(c.dir, fmt.Sprintf("log%d.txt", i))) // a help for people
		if lines := strings.Split(strings.TrimSpace(string(b)), "\n"); lines[len(lines)-1] != "" {
			out = append(out, fmt.Sprintf("member %d: %s", i, lines[len(lines)-1]))
		}
	}
	return strings.Join(out, "; ")
}

// await calls try until it gives no error or patience ends.
func await(ctx context.Context, try func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		err := try(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-tick.C:
		}
	}
}
