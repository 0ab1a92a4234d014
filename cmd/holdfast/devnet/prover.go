package devnet

// The prover is a client like any other: it knows the cluster by its API alone.

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/prover"
	"github.com/holdfast-rollup/holdfast/rpc/client"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/zkvm"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/proof/develop"
)

// worker is the prover of a run with development proofs.
type worker struct {
	cancel context.CancelFunc
	done   chan struct{}
	err    error // read after done
}

// startWorker proves batches until close.
func startWorker(ctx context.Context, c *client.Client, log *slog.Logger) *worker {
	ctx, cancel := context.WithCancel(ctx)
	w := &worker{cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(w.done)
		_, w.err = prover.Run(ctx, c, prover.Config{
			Name: "devnet", Parallel: 2, Prover: prover.Development{},
			Report: func(e prover.Event) {
				log.Debug("prover", slog.String("event", e.Event), slog.Uint64("batch", e.Batch), slog.String("detail", e.Detail))
			},
		})
	}()
	return w
}

func (w *worker) close() error {
	w.cancel()
	<-w.done
	if w.err != nil {
		return fmt.Errorf("the prover ended: %w", w.err)
	}
	return nil
}

// developmentVerifier deploys what verifies development proofs of the guest on L1.
func developmentVerifier(ctx context.Context, c *layer1.Client, signer layer1.Signer) ([20]byte, error) {
	id, err := zkvm.ID(zkvm.ProgramVersion)
	if err != nil {
		return [20]byte{}, err
	}
	return layer1.DeployDevelopmentVerifier(ctx, c, signer, develop.Program(id))
}
