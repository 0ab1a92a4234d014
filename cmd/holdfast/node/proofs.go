package node

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"os"
	"path/filepath"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/manager"
	"github.com/holdfast-rollup/holdfast/sync/zkvm"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/inputs"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/proof"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/proof/develop"
)

// A key that is not published, or a program that the contract verifies otherwise, ends a start: every proof would be
// wasted.

// openProofs makes what finality needs beside an execution; nil under the execution policy.
func openProofs(ctx context.Context, cfg *config.Config, l1 *manager.L1Config, log *slog.Logger) (*manager.ProofsConfig, error) {
	if cfg.ZKVM.System() == 0 {
		return nil, nil
	}
	registry, programs, err := registryOf(cfg)
	if err != nil {
		return nil, err
	}
	store, err := inputs.Open(filepath.Join(cfg.Node.DataDir, "inputs"), int64(min(cfg.ZKVM.MaxInputsBytes, math.MaxInt64)))
	if err != nil {
		return nil, fmt.Errorf("open what is kept for provers: %w", err)
	}
	p := &manager.ProofsConfig{
		System: cfg.ZKVM.System(), Programs: programs, Verifier: registry, Inputs: store, Lease: cfg.ZKVM.Lease,
	}
	if cfg.ZKVM.Proofs == config.ProofsDevelopment {
		log.Warn("finality rests on development proofs, which prove nothing", "key", "zkvm.proofs")
	}
	if l1 == nil {
		return p, nil
	}
	return p, checkPrograms(ctx, p, layer1.NewContract(l1.Client, l1.Contract), log)
}

// registryOf reads the keys and the programs.
func registryOf(cfg *config.Config) (*proof.Registry, map[uint32][32]byte, error) {
	programs := map[uint32][32]byte{}
	var keys []proof.Key
	if cfg.ZKVM.Proofs == config.ProofsDevelopment {
		for _, v := range zkvm.Versions() {
			id, err := zkvm.ID(v)
			if err != nil {
				return nil, nil, err
			}
			programs[v] = develop.Program(id)
		}
		keys = append(keys, develop.Key())
	}
	for _, path := range cfg.ZKVM.Keys {
		file, err := os.ReadFile(path)
		if err != nil {
			return nil, nil, fmt.Errorf("zkvm.keys: %w", err)
		}
		keys = append(keys, proof.Key{System: proof.System(cfg.ZKVM.Proofs), File: file})
	}
	for _, p := range cfg.ZKVM.Program {
		key, err := p.Hash()
		if err != nil {
			return nil, nil, fmt.Errorf("zkvm.program: %w", err)
		}
		programs[p.Version] = key
	}
	registry, err := proof.NewRegistry(cfg.L1.ChainID, keys...)
	if err != nil {
		return nil, nil, fmt.Errorf("zkvm.keys: %w", err)
	}
	return registry, programs, nil
}

// checkPrograms holds the contract's schedule against the configuration. A version that is not scheduled yet is waited
// for, as an L1 that does not answer is.
func checkPrograms(ctx context.Context, p *manager.ProofsConfig, contract *layer1.Contract, log *slog.Logger) error {
	ctx, cancel := context.WithTimeout(ctx, checkLimit)
	defer cancel()
	for version, key := range p.Programs {
		scheduled, err := contract.Program(ctx, version)
		if err == nil {
			err = manager.CheckProgram(scheduled, p.System, key)
		}
		if wrong, ok := errors.AsType[*manager.ProgramMismatchError](err); ok && wrong.Scheduled.Kind != layer1.AdapterNone {
			return fmt.Errorf("zkvm.program: %w", err)
		}
		if err != nil {
			log.Warn("the contract's verifier of a program version could not be compared with zkvm.program", "version", version, "error", err)
		}
	}
	return nil
}
