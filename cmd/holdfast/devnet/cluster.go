package devnet

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

// ClusterOptions are the replicas of a Cluster.
type ClusterOptions struct {
	Replicas   int
	LogStore   string        // "boltdb" or "wal"
	Dir        string        // empty directory for everything they write, kept; empty for a temporary one that is removed
	Executable string        // the holdfast binary
	Executor   string        // as zkvm.executor; empty for the default
	BlockTime  time.Duration // of an L1 in this process that they anchor on; 0 for no L1
	Profiles   bool          // serve Go's profiles over HTTP
	TLS        bool          // mutual TLS
}

// Cluster is replicas as processes, new, for a load that comes from elsewhere.
type Cluster struct {
	chain    *l1 // nil without an L1
	replicas *replicas
	remove   func() error
}

// StartCluster starts the replicas; it does not wait for a leader. The caller closes the Cluster.
func StartCluster(ctx context.Context, o ClusterOptions) (_ *Cluster, err error) {
	dir, remove, err := directory(o.Dir)
	if err != nil {
		return nil, err
	}
	c := &Cluster{remove: remove}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.Close())
		}
	}()
	options := Options{
		Replicas: o.Replicas, LogStore: o.LogStore, Processes: true, Executable: o.Executable,
		Executor: o.Executor, BlockTime: o.BlockTime, Profiles: o.Profiles, TLS: o.TLS,
	}
	log := slog.New(slog.DiscardHandler)
	if o.BlockTime > 0 {
		if c.chain, err = startL1(context.WithoutCancel(ctx), options, dir, log); err != nil { // it lives until Close
			return nil, err
		}
	}
	if c.replicas, err = newReplicas(options, dir, c.chain, log); err != nil {
		return nil, err
	}
	return c, c.replicas.startAll()
}

// Credentials is the directory of the load's credentials; empty for plaintext.
func (c *Cluster) Credentials() string { return c.replicas.credentials }

// Endpoints are the RPC addresses of the replicas.
func (c *Cluster) Endpoints() []string { return c.replicas.endpoints() }

// Endpoint is one replica.
type Endpoint struct{ ID, RPC, HTTP string }

// Replicas are the addresses of each replica.
func (c *Cluster) Replicas() []Endpoint {
	var out []Endpoint
	for _, m := range c.replicas.members {
		out = append(out, Endpoint{ID: m.config.Node.ID, RPC: m.config.RPC.Bind, HTTP: m.config.HTTP.Bind})
	}
	return out
}

// Failure is why a replica has ended by itself, if one has.
func (c *Cluster) Failure() error {
	select {
	case err := <-c.replicas.failed:
		return err
	default:
		return nil
	}
}

// Close ends the replicas and waits for them, then ends their L1.
func (c *Cluster) Close() error {
	var errs []error
	if c.replicas != nil {
		errs = append(errs, c.replicas.close())
	}
	if c.chain != nil {
		errs = append(errs, c.chain.close())
	}
	return errors.Join(append(errs, c.remove())...)
}
