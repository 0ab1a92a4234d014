// Command dragonboat is one member of the bare store on dragonboat, for the comparison in the module above. It is a
// module of its own because dragonboat needs a pebble that is older than go-ethereum's. The service that it serves is
// described there, in store.go.
package main

// A member ends with its context.

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/lni/dragonboat/v3"
	"github.com/lni/dragonboat/v3/config"
	"github.com/lni/dragonboat/v3/logger"
	sm "github.com/lni/dragonboat/v3/statemachine"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

const (
	group   = 1  // Raft group
	keySize = 16 // bytes of a pair
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "dragonboat: %v\n", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	f := flag.NewFlagSet("dragonboat", flag.ContinueOnError)
	index := f.Int("index", 0, "which of the members this is, from 0")
	dir := f.String("dir", "", "its directory")
	peerList := f.String("peers", "", "addresses for members, with commas")
	clientList := f.String("clients", "", "addresses for clients, with commas")
	if err := f.Parse(args); err != nil {
		return err
	}
	peers, clients := strings.Split(*peerList, ","), strings.Split(*clientList, ",")
	if *dir == "" || *index < 0 || *index >= len(peers) || len(peers) != len(clients) {
		return errors.New("-dir, -index, -peers and -clients do not fit together")
	}
	for _, name := range []string{"raft", "rsm", "transport", "grpc", "dragonboat", "logdb", "config", "raftpb"} {
		logger.GetLogger(name).SetLevel(logger.ERROR)
	}
	host, err := dragonboat.NewNodeHost(config.NodeHostConfig{
		NodeHostDir: *dir, WALDir: *dir, RTTMillisecond: 20, RaftAddress: peers[*index], DeploymentID: 1,
	})
	if err != nil {
		return fmt.Errorf("start the node: %w", err)
	}
	defer host.Stop()
	all := map[uint64]dragonboat.Target{}
	for i, p := range peers {
		all[uint64(i+1)] = p
	}
	create := func(uint64, uint64) sm.IStateMachine { return &pairs{data: map[string][]byte{}} }
	err = host.StartCluster(all, false, create, config.Config{
		NodeID: uint64(*index + 1), ClusterID: group, ElectionRTT: 20, HeartbeatRTT: 2, CheckQuorum: true,
	})
	if err != nil {
		return fmt.Errorf("start the group: %w", err)
	}
	return serve(ctx, clients[*index], &member{host: host, id: uint64(*index + 1)})
}

// member is the service.
type member struct {
	host *dragonboat.NodeHost
	id   uint64
}

type service interface {
	put(ctx context.Context, pair []byte) error
	leads() bool
}

func (m *member) put(ctx context.Context, pair []byte) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second) // dragonboat wants a deadline
	defer cancel()
	_, err := m.host.SyncPropose(ctx, m.host.GetNoOPSession(group), pair)
	return err
}

func (m *member) leads() bool {
	leader, known, err := m.host.GetLeaderID(group)
	return err == nil && known && leader == m.id
}

func serve(ctx context.Context, address string, m *member) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	put := func(_ any, ctx context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
		var in wrapperspb.BytesValue
		if err := decode(&in); err != nil {
			return nil, err
		}
		return &emptypb.Empty{}, m.put(ctx, in.GetValue())
	}
	leads := func(_ any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
		var in emptypb.Empty
		if err := decode(&in); err != nil {
			return nil, err
		}
		return wrapperspb.Bool(m.leads()), nil
	}
	server := grpc.NewServer()
	server.RegisterService(&grpc.ServiceDesc{
		ServiceName: "holdfast.peers.Store", HandlerType: (*service)(nil),
		Methods: []grpc.MethodDesc{{MethodName: "Put", Handler: put}, {MethodName: "Leads", Handler: leads}},
	}, m)
	stop := context.AfterFunc(ctx, server.Stop)
	defer stop()
	return server.Serve(listener)
}

// pairs is the state machine: a map.
type pairs struct{ data map[string][]byte }

func (p *pairs) Update(pair []byte) (sm.Result, error) {
	if len(pair) >= keySize {
		p.data[string(pair[:keySize])] = append([]byte(nil), pair[keySize:]...)
	}
	return sm.Result{}, nil
}

func (p *pairs) Lookup(any) (any, error) { return len(p.data), nil }

func (p *pairs) SaveSnapshot(io.Writer, sm.ISnapshotFileCollection, <-chan struct{}) error {
	return nil
}

func (p *pairs) RecoverFromSnapshot(io.Reader, []sm.SnapshotFile, <-chan struct{}) error { return nil }

func (p *pairs) Close() error { return nil }
