package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/rpc/server"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/zkvm"
)

// Nothing that exists is overwritten: a key that is gone is money that is gone.

type initFlags struct {
	dir      string
	replicas int
	host     string
	basePort int
	l1       string
	chainID  uint64
	contract string
	owner    string    // address; the submitter's if empty
	keys     [2]string // files of keys that exist already: submitter, prover
	book     string    // file
	tls      bool
	proofs   policyFlags
}

func newInit(a *app) *cobra.Command {
	var f initFlags
	c := &cobra.Command{
		Use: "init", Short: "Write the configurations of a cluster, ready to start", Args: noArgs,
		Long: `Init writes one directory per replica with its configuration, for replicas on
one machine (change the addresses for several).

With --tls it makes a development authority in ca/, a certificate for each
replica, and one for a client of each role in clients/: what --credentials of
all commands names. Without it the cluster speaks plaintext, which is for
loopback.

With --l1 it also takes or makes the submitter's and the prover's key and,
unless --contract names one, deploys the contract from the submitter's account,
which must have funds. Without --l1 the cluster runs and nothing is anchored.

Finality rests on what --proofs names. For a proof system's proofs init reads its
published verifying key and deploys its verifier (or takes the one at --verifier)
and the adapter for --program, which the contract is created with; the replicas
verify by the same key, for the same program, before a proof is sent.

With --book the cluster begins with an order book that exists already, in the form
that ` + "`holdfast book check --help`" + ` describes: each replica's data directory holds it,
the contract is created with its root, and the archive keeps it as the checkpoint
of batch 0, without which nothing is recovered from L1.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.initCluster(cmd.Context(), f) },
	}
	c.Flags().StringVar(&f.dir, "dir", "holdfast", "directory to write to; must not hold a cluster yet")
	c.Flags().IntVar(&f.replicas, "replicas", 3, "number of replicas: 1, 3 or 5")
	c.Flags().StringVar(&f.host, "host", "127.0.0.1", "address of all replicas")
	c.Flags().IntVar(&f.basePort, "base-port", 7000, "replica N uses this +N (Raft), +100+N (RPC) and +200+N (HTTP)")
	c.Flags().BoolVar(&f.tls, "tls", false, "mutual TLS, with a development authority")
	c.Flags().StringVar(&f.l1, "l1", "", "L1 JSON-RPC URL (URL, env:NAME or file:PATH)")
	c.Flags().Uint64Var(&f.chainID, "chain-id", 1337, "chain id of the L1; 1337 and 31337 are development chains")
	c.Flags().StringVar(&f.contract, "contract", "", "address of a contract that exists already")
	f.proofs.add(c)
	c.Flags().StringVar(&f.book, "book", "", "file with the order book to begin with; without one the cluster begins empty")
	c.Flags().StringVar(&f.owner, "owner", "", "address that owns and guards the contract that is deployed; without one the submitter's, which then signs beside the cluster")
	c.Flags().StringVar(&f.keys[0], "submitter-key", "", "file with the development key that signs commits; without one a new key is made")
	c.Flags().StringVar(&f.keys[1], "prover-key", "", "file with the development key that signs verifications; without one a new key is made")
	return c
}

// initReport is what was written.
type initReport struct {
	Configs   []string `json:"configs"`
	Endpoints []string `json:"endpoints"`
	Contract  string   `json:"contract,omitempty"`
	Submitter string   `json:"submitter,omitempty"`
	Prover    string   `json:"prover,omitempty"`
	Authority string   `json:"authority,omitempty"`
	Clients   []string `json:"clients,omitempty"`

	Book     *bookDocument     `json:"book,omitempty"`
	Verifier *verifierDocument `json:"verifier,omitempty"` // but for the execution-only one
}

func (f *initFlags) validate() error {
	if f.replicas != 1 && f.replicas != 3 && f.replicas != 5 {
		return usage("--replicas is %d; a cluster starts with 1, 3 or 5", f.replicas)
	}
	if f.basePort < 1 || f.basePort > 65000 {
		return usage("--base-port is %d; must be 1 to 65000", f.basePort)
	}
	if f.l1 == "" && (f.contract != "" || f.keys != [2]string{}) {
		return usage("--contract, --submitter-key and --prover-key are for --l1")
	}
	if f.owner != "" && (f.l1 == "" || f.contract != "") {
		return usage("--owner is for the contract that --l1 without --contract deploys")
	}
	if err := addressFlag("--owner", f.owner, new([20]byte)); err != nil {
		return err
	}
	return f.proofs.validate(f.l1, f.contract, f.chainID)
}

func (a *app) initCluster(ctx context.Context, f initFlags) error {
	if err := f.validate(); err != nil {
		return err
	}
	dir, err := filepath.Abs(f.dir)
	if err != nil {
		return err
	}
	for i := range f.replicas {
		if _, err = os.Stat(f.configPath(dir, i)); !errors.Is(err, fs.ErrNotExist) {
			return usage("%s exists already: choose another --dir, or remove it if it was never used", f.configPath(dir, i))
		}
	}
	report := &initReport{}
	begin, err := a.readBeginning(&f, dir, report)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return fmt.Errorf("make --dir: %w", err)
	}
	base := config.Default()
	if err := f.proofs.configure(&base.ZKVM, f.chainID); err != nil {
		return err
	}
	base.Raft.Peers = f.peers()
	if f.replicas > 1 || f.l1 != "" || f.book != "" {
		archive := url.URL{Scheme: "file", Path: filepath.Join(dir, "archive")}
		base.DA.Archive = archive.String()
	}
	if f.l1 != "" {
		deployCtx, cancel := context.WithTimeout(ctx, max(a.timeout, initTimeout))
		defer cancel()
		if err := a.initL1(deployCtx, f, dir, begin, &base, report); err != nil {
			return err
		}
	}
	if f.tls {
		base.TLS.Directory = tlsDirectoryName
		if err := f.initTLS(dir, base.Node.Cluster, report); err != nil {
			return err
		}
	}
	if begin != nil {
		if err := f.writeBook(ctx, dir, begin, &base); err != nil {
			return err
		}
	}
	if err := f.writeConfigs(dir, base, report); err != nil {
		return err
	}
	return a.printInit(f, dir, report)
}

func (a *app) printInit(f initFlags, dir string, report *initReport) error {
	return a.print(report, func(w io.Writer) {
		for i, path := range report.Configs {
			row(w, "replica", i+1, "holdfast node --config "+path)
		}
		if report.Contract != "" {
			row(w, "contract", report.Contract)
		}
		if v := report.Verifier; v != nil {
			row(w, "verifier", fmt.Sprintf("%s of %s at %s, adapter %s", v.Version, v.Program, v.Verifier, v.Adapter))
		}
		if report.Book != nil {
			report.Book.rows(w)
		}
		status := "holdfast status --endpoints " + report.Endpoints[0]
		if f.tls {
			row(w, "authority", report.Authority)
			row(w, "clients", filepath.Join(dir, "clients"))
			status += " --credentials " + filepath.Join(dir, "clients", string(server.RoleReader))
		}
		row(w, "then", "", status)
		if report.Book != nil && report.Contract != "" {
			row(w, "later", "", "holdfast contract fund --book "+f.book+" pays in what the book's accounts own, once its assets are listed")
		}
	})
}

// initTimeout is for the deployment: a few blocks of a slow development chain.
const initTimeout = 2 * time.Minute

func (f *initFlags) configPath(dir string, i int) string {
	return filepath.Join(dir, nodeName(i), "holdfast.yaml")
}

func nodeName(i int) string { return "node" + strconv.Itoa(i+1) }

func (f *initFlags) addr(offset, i int) string {
	return net.JoinHostPort(f.host, strconv.Itoa(f.basePort+offset+i+1))
}

func (f *initFlags) peers() (peers []config.Peer) {
	for i := range f.replicas {
		peers = append(peers, config.Peer{ID: nodeName(i), Address: f.addr(0, i), RPCAddress: f.addr(100, i)})
	}
	return peers
}

// dataDir is where a replica keeps its state, beside its configuration.
const dataDir = "data"

func (f *initFlags) writeConfigs(dir string, base config.Config, report *initReport) error {
	for i := range f.replicas {
		c := base
		c.Node.ID, c.Node.DataDir = base.Raft.Peers[i].ID, dataDir
		c.Raft.Bind, c.RPC.Bind, c.HTTP.Bind = f.addr(0, i), f.addr(100, i), f.addr(200, i)
		ip := net.ParseIP(f.host)
		open := f.host != "localhost" && (ip == nil || !ip.IsLoopback())
		c.Raft.Insecure, c.HTTP.Insecure, c.HTTP.TLS = open && !f.tls, open && !f.tls, open && f.tls
		if err := c.Validate(); err != nil {
			return err
		}
		// Not YAML(), which masks: the endpoint goes into the file as it was given.
		text, err := c.FileYAML()
		if err != nil {
			return err
		}
		path := f.configPath(dir, i)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			return fmt.Errorf("make directory: %w", err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return fmt.Errorf("write configuration: %w", err)
		}
		report.Configs = append(report.Configs, path)
		report.Endpoints = append(report.Endpoints, c.RPC.Bind)
	}
	return nil
}

// initL1 makes keys and contract, and writes them into base.
func (a *app) initL1(ctx context.Context, f initFlags, dir string, begin *beginning, base *config.Config, report *initReport) error {
	endpoint := config.Endpoint(f.l1)
	u, err := endpoint.Resolve()
	if err != nil {
		return usage("--l1: %v", err)
	}
	client, err := layer1.NewClient(layer1.ClientConfig{Endpoints: []string{u}, ChainID: f.chainID})
	if err != nil {
		return err
	}
	defer client.Close()
	if err = client.CheckChain(ctx); err != nil {
		return fmt.Errorf("ask the L1 for its chain: %w", err)
	}
	base.L1.Endpoints, base.L1.ChainID = []config.Endpoint{endpoint}, f.chainID
	submitter, err := takeKey(f.keys[0], filepath.Join(dir, "submitter.key"), &base.L1.SubmitterKey)
	if err != nil {
		return err
	}
	prover, err := takeKey(f.keys[1], filepath.Join(dir, "prover.key"), &base.L1.ProverKey)
	if err != nil {
		return err
	}
	report.Submitter, report.Prover = addressText(submitter.Address()), addressText(prover.Address())
	base.L1.Contract = f.contract
	if f.contract != "" && begin != nil {
		if err = begin.fits(ctx, client, base); err != nil {
			return err
		}
	}
	if f.contract == "" {
		a.progress("deploying the contract on chain %d", f.chainID)
		owner := submitter.Address()
		if err = addressFlag("--owner", f.owner, &owner); err != nil {
			return err
		}
		var adapter [20]byte
		if report.Verifier, adapter, err = f.proofs.deploy(ctx, a, client, submitter); err != nil {
			return fmt.Errorf("%w; from %s, which must have funds", err, report.Submitter)
		}
		d, err := layer1.Deploy(ctx, client, submitter, layer1.DeployParams{
			Verifier: adapter, Owner: owner, Submitter: submitter.Address(), Prover: prover.Address(), Guardian: owner,
			ProgramVersion: zkvm.ProgramVersion, GenesisRoot: begin.root(),
		})
		if err != nil {
			return fmt.Errorf("deploy the contract from %s (if it has no funds: send some to it and to the prover %s, then run init again with --submitter-key %s --prover-key %s): %w",
				report.Submitter, report.Prover, base.L1.SubmitterKey.File, base.L1.ProverKey.File, err)
		}
		base.L1.Contract = addressText(d.Contract)
	}
	report.Contract = base.L1.Contract
	return nil
}

// takeKey reads the key of a file, or makes a new one.
func takeKey(given, made string, into *config.Key) (*layer1.KeySigner, error) {
	path := given
	if path == "" {
		path = made
		var key [32]byte
		rand.Read(key[:])
		if err := layer1.WriteRawKey(path, key); err != nil {
			return nil, fmt.Errorf("write a new key: %w", err)
		}
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	into.File = path
	return layer1.LoadRawKey(path)
}

func addressText(a [20]byte) string { return "0x" + hex.EncodeToString(a[:]) }
