package devnet

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
	"github.com/holdfast-rollup/holdfast/sync/zkvm"
)

// Blocks that the embedded chain's tags trail its head: short, so that a run sees finality.
const (
	safeDepth      = 3
	finalizedDepth = 6
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
	submitter string // key files
	prover    string
}

func startL1(ctx context.Context, o Options, dir string, log *slog.Logger) (_ *l1, err error) {
	x := &l1{url: o.L1, chainID: o.ChainID, submitter: o.SubmitterKey, prover: o.ProverKey}
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
	d, err := layer1.Deploy(ctx, x.client, submitter, layer1.DeployParams{
		Owner: submitter.Address(), Guardian: submitter.Address(),
		Submitter: submitter.Address(), Prover: prover.Address(), ProgramVersion: zkvm.ProgramVersion,
	})
	if err != nil {
		return nil, err
	}
	x.contract, x.deployed = d.Contract, d.Block
	return x, nil
}

func (x *l1) startEmbedded(ctx context.Context, o Options, dir string, log *slog.Logger) error {
	chain, err := embedded.Start(ctx, embedded.Config{
		Interval: o.BlockTime, SafeDepth: safeDepth, FinalizedDepth: finalizedDepth, Logger: log,
	})
	if err != nil {
		return fmt.Errorf("start the embedded L1: %w", err)
	}
	x.embedded, x.url, x.chainID = chain, chain.URL(), chain.ChainID()
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

func (x *l1) close() error {
	if x.client != nil {
		x.client.Close()
	}
	if x.embedded != nil {
		return x.embedded.Close()
	}
	return nil
}
