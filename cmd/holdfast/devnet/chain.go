package devnet

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/da/altserver"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
	"github.com/holdfast-rollup/holdfast/sync/zkvm"
)

// Blocks that the embedded chain's tags trail its head: short, so that a run sees finality.
const (
	safeDepth      = 3
	finalizedDepth = 6
	blobRetention  = 512 // blocks
	deployLimit    = 2 * time.Minute
)

// l1 is the chain that a run anchors on.
type l1 struct {
	embedded  *embedded.Chain // nil for a chain by URL
	client    *layer1.Client
	url       string
	chainID   uint64
	contract  [20]byte
	deployed  uint64 // block
	beacon    string // URL of the Beacon API that serves its blobs
	alt       *altDA // nil unless a server in this process is the primary
	altURL    string
	submitter string // key files
	prover    string
}

func startL1(ctx context.Context, o Options, dir string, log *slog.Logger) (_ *l1, err error) {
	x := &l1{
		url: o.L1, chainID: o.ChainID, submitter: o.SubmitterKey, prover: o.ProverKey,
		beacon: cmp.Or(o.Beacon, o.L1), altURL: o.AltDA,
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, x.close())
		}
	}()
	if x.url == "" {
		if err = x.startEmbedded(ctx, o, dir, log); err != nil {
			return nil, err
		}
	}
	if o.DA == da.ProviderAltDA.String() && x.altURL == "" {
		if x.alt, err = startAltDA(ctx); err != nil {
			return nil, err
		}
		x.altURL = x.alt.url
	}
	if x.client, err = layer1.NewClient(layer1.ClientConfig{Endpoints: []string{x.url}, ChainID: x.chainID, Logger: log}); err != nil {
		return nil, err
	}
	if err = x.client.CheckChain(ctx); err != nil {
		return nil, fmt.Errorf("ask the L1 for its chain: %w", err)
	}
	submitter, err := layer1.LoadRawKey(x.submitter)
	if err != nil {
		return nil, err
	}
	prover, err := layer1.LoadRawKey(x.prover)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, deployLimit)
	defer cancel()
	params := layer1.DeployParams{
		Owner: submitter.Address(), Guardian: submitter.Address(),
		Submitter: submitter.Address(), Prover: prover.Address(), ProgramVersion: zkvm.ProgramVersion,
		GenesisRoot: o.Beginning.root(),
	}
	if o.Proofs == config.ProofsDevelopment {
		if params.Verifier, err = developmentVerifier(ctx, x.client, submitter); err != nil {
			return nil, err
		}
	}
	d, err := layer1.Deploy(ctx, x.client, submitter, params)
	if err != nil {
		return nil, err
	}
	x.contract, x.deployed = d.Contract, d.Block
	return x, nil
}

func (x *l1) startEmbedded(ctx context.Context, o Options, dir string, log *slog.Logger) error {
	chain, err := embedded.Start(ctx, embedded.Config{
		Interval: o.BlockTime, SafeDepth: safeDepth, FinalizedDepth: finalizedDepth, BlobRetention: blobRetention, Logger: log,
	})
	if err != nil {
		return fmt.Errorf("start the embedded L1: %w", err)
	}
	x.embedded, x.url, x.chainID, x.beacon = chain, chain.URL(), chain.ChainID(), chain.BeaconURL()
	for i, path := range []*string{&x.submitter, &x.prover} {
		*path = filepath.Join(dir, []string{"submitter.key", "prover.key"}[i])
		if err := os.Remove(*path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("replace a development key: %w", err)
		}
		if err := layer1.WriteRawKey(*path, embedded.DevKey(i)); err != nil {
			return fmt.Errorf("write a development key: %w", err)
		}
	}
	return nil
}

// expired says whether the blobs of a block need not be there any more, as on any L1 after some weeks.
func (x *l1) expired(block, head uint64) bool {
	return x.embedded != nil && block+blobRetention <= head
}

func (x *l1) close() error {
	if x.client != nil {
		x.client.Close()
	}
	var errs []error
	if x.alt != nil {
		errs = append(errs, x.alt.close())
	}
	if x.embedded != nil {
		errs = append(errs, x.embedded.Close())
	}
	return errors.Join(errs...)
}

// altDA is an alt-DA server in this process.
type altDA struct {
	url    string
	server *http.Server
	ended  chan struct{}
}

// altBytes is what the server in this process keeps at most: a run's worth of envelopes.
const altBytes = 1 << 30

func startAltDA(ctx context.Context) (*altDA, error) {
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("start an alt-DA server: %w", err)
	}
	a := &altDA{
		url: "http://" + listener.Addr().String(), ended: make(chan struct{}),
		server: &http.Server{Handler: altserver.New(altserver.Options{MaxInputs: 1 << 20, MaxBytes: altBytes}), ReadHeaderTimeout: 10 * time.Second},
	}
	go func() {
		defer close(a.ended)
		_ = a.server.Serve(listener) // ends by close alone
	}()
	return a, nil
}

func (a *altDA) close() error {
	err := a.server.Close()
	<-a.ended
	return err
}
