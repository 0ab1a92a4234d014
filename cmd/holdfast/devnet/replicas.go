package devnet

// Every replica that was started has ended when close returns.

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/cmd/holdfast/node"
	"github.com/holdfast-rollup/holdfast/jepsen/loopback"
	"github.com/holdfast-rollup/holdfast/jepsen/relay"
	"github.com/holdfast-rollup/holdfast/sync/child"
	"github.com/holdfast-rollup/holdfast/sync/da"
)

// member is one replica of the run.
type member struct {
	config  *config.Config
	path    string // of its configuration file
	sockets [3]net.Listener
	relay   *relay.Relay // in front of its Raft address; nil unless links are cut

	cancel  context.CancelFunc // of a replica in this process
	process *exec.Cmd
	killed  atomic.Bool   // by the killer
	done    chan struct{} // closed when it has ended; nil if it was never started
	err     error         // why; read after done
}

// replicas are all replicas of the run.
type replicas struct {
	options Options
	log     *slog.Logger
	members []*member
	failed  chan error // the first replica that ended by itself
	// credentials is the directory of a client's credentials; empty for plaintext.
	credentials string

	mu      sync.Mutex // guards closing
	closing bool
}

// newReplicas takes free ports and writes the configurations; without a chain nothing is anchored. The caller closes
// what it gets, also beside an error.
func newReplicas(o Options, dir string, chain *l1, log *slog.Logger) (*replicas, error) {
	r := &replicas{options: o, log: log, failed: make(chan error, 1)}
	issuer, err := newIssuer(o, dir)
	if err != nil {
		return r, err
	}
	if r.credentials, err = issuer.client(); err != nil {
		return r, err
	}
	archive := url.URL{Scheme: "file", Path: filepath.Join(dir, "archive")}
	var peers []config.Peer
	for i := range o.Replicas {
		m := &member{}
		r.members = append(r.members, m)
		for s := range m.sockets {
			l, err := loopback.Listen()
			if err != nil {
				return r, err
			}
			m.sockets[s] = l
		}
		address := m.sockets[0].Addr().String()
		if o.relays {
			var err error
			if m.relay, err = relay.Listen(context.Background(), "127.0.0.1:0", address, relay.Hello); err != nil {
				return r, err
			}
			address = m.relay.Addr()
		}
		peers = append(peers, config.Peer{ID: "node" + strconv.Itoa(i+1), Address: address, RPCAddress: m.sockets[1].Addr().String()})
	}
	for i, m := range r.members {
		c := config.Default()
		c.Node.ID = peers[i].ID
		c.Node.DataDir = filepath.Join(dir, c.Node.ID, "data")
		c.Raft.Peers, c.Raft.LogStore = peers, o.LogStore
		c.Raft.Bind, c.RPC.Bind, c.HTTP.Bind = m.sockets[0].Addr().String(), peers[i].RPCAddress, m.sockets[2].Addr().String()
		if o.relays {
			c.Raft.Advertise = peers[i].Address
		}
		if o.budget {
			c.Disk.BudgetBytes, c.Disk.ReserveBytes = drillBudget, drillReserve
		}
		c.DA.Archive = archive.String()
		c.HTTP.Profiles = o.Profiles
		c.ZKVM.Executor = cmp.Or(o.Executor, c.ZKVM.Executor)
		c.ZKVM.Proofs = cmp.Or(o.Proofs, c.ZKVM.Proofs)
		if chain != nil {
			c.DA.Primary = cmp.Or(o.DA, c.DA.Primary)
			switch c.DA.Primary {
			case da.ProviderBlob.String():
				c.DA.Beacon, c.DA.BeaconSlotIsBlock = []config.Endpoint{config.Endpoint(chain.beacon)}, o.BeaconSlotIsBlock
			case da.ProviderAltDA.String():
				c.DA.AltDA = config.Endpoint(chain.altURL)
			}
			c.L1.Endpoints = []config.Endpoint{config.Endpoint(chain.url)}
			c.L1.ChainID, c.L1.Contract = chain.chainID, "0x"+hex.EncodeToString(chain.contract[:])
			c.L1.SubmitterKey.File, c.L1.ProverKey.File = chain.submitter, chain.prover
		}
		if err := errors.Join(issuer.guard(&c), c.Validate()); err != nil {
			return r, err
		}
		m.config, m.path = &c, filepath.Join(dir, c.Node.ID, "holdfast.yaml")
		if err := r.write(m); err != nil {
			return r, err
		}
	}
	return r, nil
}

func (r *replicas) write(m *member) error {
	if err := os.MkdirAll(m.config.Node.DataDir, 0o750); err != nil {
		return fmt.Errorf("make a data directory: %w", err)
	}
	text, err := m.config.FileYAML()
	if err != nil {
		return err
	}
	if err := os.WriteFile(m.path, []byte(text), 0o600); err != nil {
		return fmt.Errorf("write a configuration: %w", err)
	}
	return nil
}

// begin has every replica hold the book that the history begins with.
func (r *replicas) begin(ctx context.Context) error {
	if r.options.Beginning == nil {
		return nil
	}
	var dirs []string
	for _, m := range r.members {
		dirs = append(dirs, m.config.Node.DataDir)
	}
	return r.options.Beginning.Write(ctx, r.members[0].config, dirs)
}

func (r *replicas) startAll() error {
	for _, m := range r.members {
		if err := r.start(m); err != nil {
			return err
		}
	}
	return nil
}

// start runs m in this process or as a process of its own.
func (r *replicas) start(m *member) error {
	if r.options.Processes {
		return r.startProcess(m)
	}
	m.done = make(chan struct{})
	ctx, cancel := context.WithCancel(context.Background())
	m.cancel = cancel
	o := node.Options{
		Config: m.config, Version: r.options.Version, Logger: r.log,
		Raft: m.sockets[0], RPC: m.sockets[1], HTTP: m.sockets[2],
	}
	go func() {
		m.err = node.Run(ctx, o)
		r.ended(m)
	}()
	return nil
}

func (r *replicas) startProcess(m *member) error {
	for _, l := range m.sockets { // the process binds them itself
		_ = l.Close()
	}
	out, err := os.OpenFile(filepath.Join(filepath.Dir(m.path), "log.txt"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("open a replica's log: %w", err)
	}
	process := exec.Command(r.options.Executable, "node", "--config", m.path)
	process.Stdout, process.Stderr = out, out
	process.SysProcAttr = ownGroup()
	m.process, m.done = process, make(chan struct{})
	m.killed.Store(false)
	if err = child.Start(process, func(end error) {
		m.err = errors.Join(end, out.Close())
		r.ended(m)
	}); err != nil {
		m.process, m.done = nil, nil
		return errors.Join(fmt.Errorf("start %s: %w", m.config.Node.ID, err), out.Close())
	}
	return nil
}

// ended reports a replica that was not told to end.
func (r *replicas) ended(m *member) {
	close(m.done)
	r.mu.Lock()
	told := r.closing
	r.mu.Unlock()
	if told || m.killed.Load() {
		return
	}
	select {
	case r.failed <- fmt.Errorf("%s ended: %w", m.config.Node.ID, m.err):
	default:
	}
}

// kill ends a process at once, with nothing flushed.
func (r *replicas) kill(m *member) error {
	m.killed.Store(true)
	if err := m.process.Process.Kill(); err != nil {
		return fmt.Errorf("kill %s: %w", m.config.Node.ID, err)
	}
	<-m.done
	return nil
}

func (r *replicas) close() error {
	r.mu.Lock()
	r.closing = true
	r.mu.Unlock()
	var errs []error
	for _, m := range r.members {
		switch {
		case m.done == nil: // never started
			for _, l := range m.sockets {
				if l != nil {
					_ = l.Close() // a process that did not start has closed them already
				}
			}
		case m.process != nil:
			_ = m.process.Process.Signal(os.Interrupt) // it may have ended already
		default:
			m.cancel()
		}
	}
	for _, m := range r.members {
		if m.done == nil {
			continue
		}
		<-m.done
		if m.process == nil {
			errs = append(errs, m.err)
		}
	}
	for _, m := range r.members {
		if m.relay != nil {
			errs = append(errs, m.relay.Close())
		}
	}
	return errors.Join(errs...)
}

func (r *replicas) endpoints() []string {
	var out []string
	for _, m := range r.members {
		out = append(out, m.config.RPC.Bind)
	}
	return out
}

func (r *replicas) byID(id string) *member {
	i := slices.IndexFunc(r.members, func(m *member) bool { return m.config.Node.ID == id })
	if i < 0 {
		return nil
	}
	return r.members[i]
}
