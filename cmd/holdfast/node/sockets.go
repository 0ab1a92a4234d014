package node

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"
)

// sockets are the listeners of a replica. They are closed by whoever serves
// them; close is for the way out before that, and harmless afterwards.
type sockets struct {
	raft, rpc, http net.Listener // raft and http may be nil
}

func listen(ctx context.Context, o Options) (_ *sockets, err error) {
	s := &sockets{raft: o.Raft, rpc: o.RPC, http: o.HTTP}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	if s.rpc == nil {
		if s.rpc, err = bind(ctx, "rpc.bind", o.Config.RPC.Bind); err != nil {
			return nil, err
		}
	}
	if s.http == nil && o.Config.HTTP.Bind != "" {
		if s.http, err = bind(ctx, "http.bind", o.Config.HTTP.Bind); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func bind(ctx context.Context, key, addr string) (net.Listener, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, inUse(key, addr, err)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", key, err)
	}
	return l, nil
}

// inUse says which key to change if err is of an address in use, and is err otherwise.
func inUse(key, addr string, err error) error {
	if !errors.Is(err, syscall.EADDRINUSE) {
		return err
	}
	return fmt.Errorf("%s: another process listens on %s already: stop it, or set %s to a free address: %w", key, addr, key, err)
}

func (s *sockets) close() {
	for _, l := range []net.Listener{s.raft, s.rpc, s.http} {
		if l != nil {
			_ = l.Close()
		}
	}
}

func (s *sockets) httpAddr() string { return address(s.http) }

func (s *sockets) raftAddr() string { return address(s.raft) }

func address(l net.Listener) string {
	if l == nil {
		return ""
	}
	return l.Addr().String()
}
