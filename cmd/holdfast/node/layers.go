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
	"github.com/holdfast-rollup/holdfast/rpc/server"
	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/anchor"
	"github.com/holdfast-rollup/holdfast/sync/manager"
	"github.com/holdfast-rollup/holdfast/sync/zkvm"
)

// An L1 that is down is waited for, not an error: writes run without it. A
// wrong chain, key file or archive is an error at once.

// layers are the clients of the other layers.
type layers struct {
	executor *zkvm.Executor
	archive  *da.Archive
	reader   *da.Reader
	l1       *manager.L1Config // nil without L1
	anchors  *anchors          // nil without L1
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
	if l.archive != nil {
		errs = append(errs, l.archive.Close())
	}
	return errors.Join(errs...)
}

func openLayers(ctx context.Context, cfg *config.Config, log *slog.Logger) (_ *layers, err error) {
	l := &layers{}
	defer func() {
		if err != nil {
			err = errors.Join(err, l.close())
		}
	}()
	if l.executor, err = zkvm.Open(ctx, zkvm.Config{CacheDir: filepath.Join(cfg.Node.DataDir, "cache")}); err != nil {
		return l, fmt.Errorf("open executor: %w", err)
	}
	codec, err := da.ParseCodec(cfg.DA.Codec)
	if err != nil {
		return l, fmt.Errorf("da.codec: %w", err)
	}
	if l.archive, err = da.OpenArchive(ctx, cfg.ArchiveURL(), da.ArchiveOptions{Codec: codec}); err != nil {
		return l, fmt.Errorf("open archive (da.archive): %w", err)
	}
	l.reader = da.NewReader(l.archive)
	if !cfg.Anchoring() {
		log.Warn("no L1 is configured: batches are sealed, published and executed, not anchored", "key", "l1.endpoints")
		return l, nil
	}
	if err := l.openL1(cfg, log); err != nil {
		return l, err
	}
	return l, checkChain(ctx, l.l1.Client, log)
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
	var urls []string
	for i, e := range cfg.L1.Endpoints {
		u, err := e.Resolve()
		if err != nil {
			return fmt.Errorf("l1.endpoints[%d]: %w", i, err)
		}
		urls = append(urls, u)
	}
	submitter, err := signer(cfg.L1.SubmitterKey)
	if err != nil {
		return fmt.Errorf("l1.submitter_key: %w", err)
	}
	prover, err := signer(cfg.L1.ProverKey)
	if err != nil {
		return fmt.Errorf("l1.prover_key: %w", err)
	}
	client, err := layer1.NewClient(layer1.ClientConfig{Endpoints: urls, ChainID: cfg.L1.ChainID, Logger: log})
	if err != nil {
		return fmt.Errorf("l1: %w", err)
	}
	l.l1 = &manager.L1Config{
		Client: client, Contract: cfg.ContractAddress(), Submitter: submitter, Prover: prover,
		PollInterval: cfg.L1.PollInterval, Depth: cfg.L1.Confirmations,
		MaxFeePerGas: new(big.Int).Mul(new(big.Int).SetUint64(cfg.L1.MaxFeeGwei), big.NewInt(1_000_000_000)),
	}
	reader, err := anchor.Open(anchor.Config{Endpoints: urls, ChainID: cfg.L1.ChainID, Contract: cfg.ContractAddress()})
	if err != nil {
		return fmt.Errorf("l1: %w", err)
	}
	l.anchors = &anchors{reader: reader}
	return nil
}

// signer reads a development key: a file, or 64 hexadecimal digits in the environment.
func signer(s config.Secret) (layer1.Signer, error) {
	if s.File != "" {
		return layer1.LoadRawKey(s.File)
	}
	text, err := s.Read()
	if err != nil {
		return nil, err
	}
	key, err := parseKey(text)
	if err != nil {
		return nil, err
	}
	return layer1.NewKeySigner(key)
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
