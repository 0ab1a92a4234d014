package node

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"path/filepath"
	"time"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/rpc/server"
	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/anchor"
	"github.com/holdfast-rollup/holdfast/sync/layer1/cost"
	"github.com/holdfast-rollup/holdfast/sync/layer1/kzg"
	"github.com/holdfast-rollup/holdfast/sync/manager"
	"github.com/holdfast-rollup/holdfast/sync/zkvm"
)

// An L1 that is down is waited for, not an error: writes run without it. A
// wrong chain, key file or archive is an error at once.

// layers are the clients of the other layers.
type layers struct {
	executor executor // nil if it is not to run
	da       *da.Set
	l1       *manager.L1Config     // nil without L1
	anchors  *anchors              // nil without L1
	proofs   *manager.ProofsConfig // nil under the execution policy
}

// executor is the zkVM layer: *zkvm.Executor in this process, or *zkvm.Processes beside it.
type executor interface {
	manager.Executor
	Close(ctx context.Context) error
}

func (l *layers) openExecutor(ctx context.Context, o Options, log *slog.Logger) error {
	config := zkvm.Config{CacheDir: filepath.Join(o.Config.Node.DataDir, "cache")}
	if len(o.ExecutorCommand) > 0 {
		beside, err := zkvm.OpenProcesses(o.ExecutorCommand, config, log)
		if err == nil {
			l.executor = beside
		}
		return err
	}
	inside, err := zkvm.Open(ctx, config)
	if err == nil {
		l.executor = inside
	}
	return err
}

// closeLimit bounds the end of the executor.
const closeLimit = 5 * time.Second

func (l *layers) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeLimit)
	defer cancel()
	var errs []error
	if l.l1 != nil {
		l.l1.Client.Close()
	}
	if l.anchors != nil {
		l.anchors.reader.Close()
	}
	if l.executor != nil {
		errs = append(errs, l.executor.Close(ctx))
	}
	if l.da != nil {
		errs = append(errs, l.da.Close())
	}
	return errors.Join(errs...)
}

func openLayers(ctx context.Context, o Options, log *slog.Logger) (_ *layers, err error) {
	l, cfg := &layers{}, o.Config
	defer func() {
		if err != nil {
			err = errors.Join(err, l.close())
		}
	}()
	if cfg.ZKVM.Executor == config.ExecutorRun {
		if err = l.openExecutor(ctx, o, log); err != nil {
			return l, fmt.Errorf("open executor: %w", err)
		}
	}
	if !cfg.Anchoring() {
		log.Warn("no L1 is configured: batches are sealed, published and executed, not anchored", "key", "l1.endpoints")
	} else if err = l.openL1(cfg, log); err != nil {
		return l, err
	} else if err = checkChain(ctx, l.l1.Client, log); err != nil {
		return l, err
	}
	dac, err := DAConfig(cfg)
	if err != nil {
		return l, err
	}
	var chain da.Chain
	var hash da.BlobHasher
	if l.l1 != nil {
		chain, hash = layer1.NewContract(l.l1.Client, l.l1.Contract), l.l1.Sidecars.Hash
	}
	if l.da, err = da.Open(ctx, dac, chain, hash); err != nil {
		return l, fmt.Errorf("open what da.archive and da.primary name: %w", err)
	}
	l.proofs, err = openProofs(ctx, cfg, l.l1, log)
	return l, err
}

// DAConfig is where the configuration has payloads go.
func DAConfig(cfg *config.Config) (da.Config, error) {
	primary, err := da.ParseProvider(cfg.DA.Primary)
	if err != nil {
		return da.Config{}, fmt.Errorf("da.primary: %w", err)
	}
	codec, err := da.ParseCodec(cfg.DA.Codec)
	if err != nil {
		return da.Config{}, fmt.Errorf("da.codec: %w", err)
	}
	web := da.WebOptions{Retries: daRetries}
	out := da.Config{
		Primary: primary, Codec: codec, ArchiveURL: cfg.ArchiveURL(),
		MaxBlobs: cfg.DA.MaxBlobs, MaxCalldataBytes: cfg.DA.MaxCalldataBytes,
		Beacon: da.BeaconConfig{SlotIsBlock: cfg.DA.BeaconSlotIsBlock, Web: web},
		AltDA:  da.AltDAConfig{Generic: cfg.DA.AltDAGeneric, Web: web},
	}
	for i, e := range cfg.DA.Beacon {
		u, uerr := e.Resolve()
		if uerr != nil {
			return da.Config{}, fmt.Errorf("da.beacon[%d]: %w", i, uerr)
		}
		out.Beacon.Endpoints = append(out.Beacon.Endpoints, u)
	}
	if cfg.DA.AltDA != "" {
		if out.AltDA.URL, err = cfg.DA.AltDA.Resolve(); err != nil {
			return da.Config{}, fmt.Errorf("da.altda: %w", err)
		}
	}
	return out, nil
}

// daRetries is how often an overloaded DA server is asked again before the duty's own pause.
const daRetries = 1

// warm reads the trusted setup of blobs, which takes seconds, so that the first commit with blobs does not wait for it.
func (l *layers) warm(log *slog.Logger) {
	if l.l1 == nil || l.da.PrimaryID() != da.ProviderBlob {
		return
	}
	if err := kzg.Warm(); err != nil {
		log.Error("the trusted setup of blobs cannot be read", "error", err)
	}
}

// checkLimit is how long a start waits for L1 to state its chain; without an answer it goes on, and the duties wait.
const checkLimit = time.Second

// checkChain ends a start with an L1 of another chain than configured.
func checkChain(ctx context.Context, client *layer1.Client, log *slog.Logger) error {
	ctx, cancel := context.WithTimeout(ctx, checkLimit)
	defer cancel()
	err := client.CheckChain(ctx)
	if _, wrong := errors.AsType[*layer1.WrongChainError](err); wrong {
		return fmt.Errorf("l1.endpoints: %w", err)
	}
	if err != nil {
		log.Warn("L1 does not answer: writes run, anchoring waits for it", "error", err)
	}
	return nil
}

func (l *layers) openL1(cfg *config.Config, log *slog.Logger) error {
	urls, err := L1URLs(cfg)
	if err != nil {
		return err
	}
	submitter, err := Signer(cfg.L1.SubmitterKey)
	if err != nil {
		return fmt.Errorf("l1.submitter_key: %w", err)
	}
	prover, err := Signer(cfg.L1.ProverKey)
	if err != nil {
		return fmt.Errorf("l1.prover_key: %w", err)
	}
	client, err := layer1.NewClient(layer1.ClientConfig{Endpoints: urls, ChainID: cfg.L1.ChainID, Quorum: cfg.L1.Quorum, Logger: log})
	if err != nil {
		return fmt.Errorf("l1: %w", err)
	}
	l.l1 = &manager.L1Config{
		Client: client, Contract: cfg.ContractAddress(), Submitter: submitter, Prover: prover,
		PollInterval: cfg.L1.PollInterval, Depth: cfg.L1.Confirmations,
		MaxFeePerGas: wei(cfg.L1.MaxFeeGwei), MaxBlobFeePerGas: wei(cfg.L1.MaxBlobFeeGwei),
		AnchorsInFlight: cfg.L1.AnchorsInFlight, BatchesPerAnchor: cfg.L1.BatchesPerAnchor,
		Wait: cost.Limits{
			Batches: cfg.L1.BlobWaitBatches, AgeMs: cfg.L1.BlobWait.Milliseconds(), Patience: cfg.L1.BlobPatience,
		},
		Sidecars: kzg.NewProver(),
	}
	reader, err := anchor.Open(anchor.Config{Endpoints: urls, ChainID: cfg.L1.ChainID, Contract: cfg.ContractAddress()})
	if err != nil {
		return fmt.Errorf("l1: %w", err)
	}
	l.anchors = &anchors{reader: reader}
	return nil
}

// L1URLs are the endpoints of the configuration, with what stands in files or the environment.
func L1URLs(cfg *config.Config) ([]string, error) {
	var urls []string
	for i, e := range cfg.L1.Endpoints {
		u, err := e.Resolve()
		if err != nil {
			return nil, fmt.Errorf("l1.endpoints[%d]: %w", i, err)
		}
		urls = append(urls, u)
	}
	return urls, nil
}

func wei(gwei uint64) *big.Int {
	return new(big.Int).Mul(new(big.Int).SetUint64(gwei), big.NewInt(1_000_000_000))
}

// anchors asks L1 for the API.
type anchors struct{ reader *anchor.Reader }

// Anchored implements server.L1.
func (a *anchors) Anchored(ctx context.Context, n uint64) (server.Anchored, error) {
	b, err := a.reader.Batch(ctx, n, anchor.Latest)
	if errors.Is(err, anchor.ErrNotAnchored) {
		return server.Anchored{}, nil
	}
	if err != nil {
		return server.Anchored{}, err
	}
	out := server.Anchored{
		Committed: true, Verified: b.Verified, HeaderHash: b.HeaderHash, Root: b.PostRoot, Block: b.BlockNumber,
	}
	f, err := a.reader.Finality(ctx, n)
	if err != nil {
		return server.Anchored{}, err
	}
	out.Finalized = f.Committed == anchor.Finalized && (!out.Verified || f.Verified == anchor.Finalized)
	return out, nil
}

// archived gives batches by their header hash, for the API.
type archived struct{ archive *da.Archive }

// Archived implements server.Archive.
func (a archived) Archived(ctx context.Context, headerHash [32]byte) (batch.Header, []byte, error) {
	o, err := a.archive.Load(ctx, headerHash)
	return o.Header, o.Payload, err
}
