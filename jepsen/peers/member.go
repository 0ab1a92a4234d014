package main

// A member is one process of a peer's cluster. It ends with its context or with its parent.

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/raft"
	raftboltdb "github.com/hashicorp/raft-boltdb/v2"
	"go.etcd.io/etcd/server/v3/embed"
	"google.golang.org/grpc"
)

// memberFlags are what every member is told. Peers and clients are lists of addresses, in the order of the members.
type memberFlags struct {
	index          int
	dir            string
	peers, clients []string
}

func runMember(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("member: etcd, raft or echo?")
	}
	f := flag.NewFlagSet("member", flag.ContinueOnError)
	var m memberFlags
	f.IntVar(&m.index, "index", 0, "which of the members this is, from 0")
	f.StringVar(&m.dir, "dir", "", "its directory")
	peers := f.String("peers", "", "addresses for members, with commas")
	clients := f.String("clients", "", "addresses for clients, with commas")
	if err := f.Parse(args[1:]); err != nil {
		return err
	}
	m.peers, m.clients = strings.Split(*peers, ","), strings.Split(*clients, ",")
	if m.dir == "" || m.index < 0 || m.index >= len(m.peers) || len(m.peers) != len(m.clients) {
		return fmt.Errorf("member: -dir, -index, -peers and -clients do not fit together")
	}
	switch args[0] {
	case "etcd":
		return serveEtcd(ctx, m)
	case "raft":
		return serveRaft(ctx, m)
	case "echo":
		return serveStore(ctx, m.clients[m.index], echo{})
	default:
		return fmt.Errorf("member: no peer %q", args[0])
	}
}

// serveEtcd runs etcd's own server with its defaults.
func serveEtcd(ctx context.Context, m memberFlags) error {
	c := embed.NewConfig()
	name := func(i int) string { return fmt.Sprintf("member%d", i) }
	here := func(address string) []url.URL { return []url.URL{{Scheme: "http", Host: address}} }
	c.Name, c.Dir, c.LogLevel = name(m.index), m.dir, "error"
	c.ListenPeerUrls, c.AdvertisePeerUrls = here(m.peers[m.index]), here(m.peers[m.index])
	c.ListenClientUrls, c.AdvertiseClientUrls = here(m.clients[m.index]), here(m.clients[m.index])
	var all []string
	for i, p := range m.peers {
		all = append(all, name(i)+"=http://"+p)
	}
	c.InitialCluster = strings.Join(all, ",")
	server, err := embed.StartEtcd(c)
	if err != nil {
		return fmt.Errorf("start etcd: %w", err)
	}
	defer server.Close()
	select {
	case <-ctx.Done():
		return nil
	case err := <-server.Err():
		return err
	}
}

// echo answers each put at once and keeps nothing: no store behind the same RPC is faster.
type echo struct{}

// Put does nothing.
func (echo) Put(context.Context, []byte) error { return nil }

// Leads says yes: each member is as good as another.
func (echo) Leads() bool { return true }

// raftStore is a map behind hashicorp/raft.
type raftStore struct {
	raft *raft.Raft

	mu   sync.Mutex // guards data
	data map[string][]byte
}

// serveRaft runs the bare store, tuned for throughput as far as Raft's own settings go.
func serveRaft(ctx context.Context, m memberFlags) error {
	log, err := raftboltdb.New(raftboltdb.Options{Path: filepath.Join(m.dir, "raft.db")})
	if err != nil {
		return err
	}
	snapshots, err := raft.NewFileSnapshotStore(m.dir, 2, io.Discard)
	if err != nil {
		return err
	}
	transport, err := raft.NewTCPTransport(m.peers[m.index], nil, 3, 10*time.Second, io.Discard)
	if err != nil {
		return err
	}
	c := raft.DefaultConfig()
	c.LocalID, c.Logger = raft.ServerID(m.peers[m.index]), hclog.NewNullLogger()
	c.MaxAppendEntries, c.BatchApplyCh = 1024, true
	s := &raftStore{data: map[string][]byte{}}
	if s.raft, err = raft.NewRaft(c, s, log, log, snapshots, transport); err != nil {
		return fmt.Errorf("start raft: %w", err)
	}
	var all raft.Configuration
	for _, p := range m.peers {
		all.Servers = append(all.Servers, raft.Server{ID: raft.ServerID(p), Address: raft.ServerAddress(p)})
	}
	if err := s.raft.BootstrapCluster(all).Error(); err != nil {
		return fmt.Errorf("bootstrap raft: %w", err)
	}
	return serveStore(ctx, m.clients[m.index], s)
}

func serveStore(ctx context.Context, address string, s store) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	server := grpc.NewServer()
	registerStore(server, s)
	stop := context.AfterFunc(ctx, server.Stop)
	defer stop()
	return server.Serve(listener)
}

// Put returns when the pair is applied on this member, which must lead.
func (s *raftStore) Put(_ context.Context, pair []byte) error {
	return s.raft.Apply(pair, 10*time.Second).Error()
}

// Leads says whether this member leads.
func (s *raftStore) Leads() bool { return s.raft.State() == raft.Leader }

// Apply sets a key.
func (s *raftStore) Apply(l *raft.Log) any {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(l.Data) >= keySize {
		s.data[string(l.Data[:keySize])] = l.Data[keySize:]
	}
	return nil
}

// Snapshot is never asked for: a run is shorter than Raft's threshold would need to matter, and a snapshot that holds
// nothing costs the peer nothing.
func (s *raftStore) Snapshot() (raft.FSMSnapshot, error) { return s, nil }

// Persist writes nothing.
func (s *raftStore) Persist(sink raft.SnapshotSink) error { return sink.Close() }

// Release has nothing to do.
func (s *raftStore) Release() {}

// Restore has nothing to read.
func (s *raftStore) Restore(in io.ReadCloser) error { return in.Close() }
