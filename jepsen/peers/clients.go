package main

// All clients of one level share connections(clients) connections to the leader, whatever the contender.

import (
	"context"
	"errors"
	"fmt"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// peer is a cluster of three processes with a way to put.
func peer(name, what, program string, args []string, dial dialer, values [][]byte) *contender {
	var c *cluster
	p := &contender{name: name, what: what}
	p.open = func(ctx context.Context) (err error) {
		if c, err = startCluster(program, args...); err != nil {
			return err
		}
		return nil
	}
	p.close = func() { c.stop() }
	p.run = func(ctx context.Context, clients int, s span) (rates, error) {
		target, err := dial(ctx, c.endpoints, connections(clients))
		if err != nil {
			return rates{}, fmt.Errorf("%w (%s)", err, c.logged())
		}
		defer target.close()
		return drive(ctx, clients, s, values, target.put)
	}
	return p
}

// dialer connects to the leader of a cluster.
type dialer func(ctx context.Context, endpoints []string, conns int) (putter, error)

// putter puts through one of its connections.
type putter struct {
	put   func(ctx context.Context, client int, key, value []byte) error
	close func()
}

// dialEtcd connects to etcd's leader with etcd's own client.
func dialEtcd(ctx context.Context, endpoints []string, conns int) (putter, error) {
	var all []*clientv3.Client
	closeAll := func() {
		for _, c := range all {
			_ = c.Close()
		}
	}
	open := func(endpoint string) (*clientv3.Client, error) {
		c, err := clientv3.New(clientv3.Config{Endpoints: []string{endpoint}, Logger: zap.NewNop()})
		if err == nil {
			all = append(all, c)
		}
		return c, err
	}
	var leader string
	err := await(ctx, func(ctx context.Context) error {
		defer func() { closeAll(); all = nil }()
		for _, e := range endpoints {
			c, err := open(e)
			if err != nil {
				return err
			}
			status, err := c.Status(ctx, e)
			if err != nil {
				return err
			}
			if status.Leader == status.Header.MemberId {
				leader = e
				return nil
			}
		}
		return errors.New("no leader")
	})
	for i := 0; err == nil && i < conns; i++ {
		_, err = open(leader)
	}
	if err != nil {
		closeAll()
		return putter{}, err
	}
	return putter{close: closeAll, put: func(ctx context.Context, client int, key, value []byte) error {
		_, err := all[client%len(all)].Put(ctx, string(key), string(value))
		return err
	}}, nil
}

// dialStore connects to the leader of a bare store.
func dialStore(ctx context.Context, endpoints []string, conns int) (putter, error) {
	var all []*grpc.ClientConn
	closeAll := func() {
		for _, c := range all {
			_ = c.Close()
		}
		all = nil
	}
	open := func(endpoint string) (*grpc.ClientConn, error) {
		c, err := grpc.NewClient(endpoint, grpc.WithTransportCredentials(insecure.NewCredentials()))
		if err == nil {
			all = append(all, c)
		}
		return c, err
	}
	var leader string
	err := await(ctx, func(ctx context.Context) error {
		defer closeAll()
		for _, e := range endpoints {
			c, err := open(e)
			if err != nil {
				return err
			}
			if leads, err := callLeads(ctx, c); err != nil {
				return err
			} else if leads {
				leader = e
				return nil
			}
		}
		return errors.New("no leader")
	})
	for i := 0; err == nil && i < conns; i++ {
		_, err = open(leader)
	}
	if err != nil {
		closeAll()
		return putter{}, err
	}
	conn := all
	return putter{close: closeAll, put: func(ctx context.Context, client int, key, value []byte) error {
		return callPut(ctx, conn[client%len(conn)], append(append(make([]byte, 0, len(key)+len(value)), key...), value...))
	}}, nil
}
