package main

import (
	"context"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/zkvm"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/proof"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/proof/develop"
)

// What the contract verifies proofs with, and what the replicas do, are made of the same key and the same program.

// policyFlags name what finality rests on.
type policyFlags struct {
	system   string
	keys     []string // files
	version  string   // of the proof system
	program  string
	verifier string // address; ours if empty
}

func (f *policyFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.system, "proofs", config.ProofsExecution, "what finality rests on: execution or development, on development chains, or proofs by sp1, risc0 or ziren")
	c.Flags().StringSliceVar(&f.keys, "proof-key", nil, "files with the proof system's published verifying keys; the contract verifies by the first")
	c.Flags().StringVar(&f.version, "proof-version", "", "version of the proof system, of several that the first key is of (default: the newest)")
	c.Flags().StringVar(&f.program, "program", "", "what is proved to have run: 0x and 64 hexadecimal digits, the hash of the guest's verifying key (sp1, ziren) or its image id (risc0)")
	c.Flags().StringVar(&f.verifier, "verifier", "", "address of the proof system's own verifier or gateway on that L1 (default: one under the published key is deployed)")
}

// real says that the proofs are a proof system's.
func (f *policyFlags) real() bool {
	return f.system != config.ProofsExecution && f.system != config.ProofsDevelopment
}

func (f *policyFlags) validate(l1, contract string, chainID uint64) error {
	if _, err := proof.ParseSystem(f.system); err != nil && f.system != config.ProofsExecution {
		return usage("--proofs is %q; must be execution, development, sp1, risc0 or ziren", f.system)
	}
	if !f.real() {
		if len(f.keys) > 0 || f.version != "" || f.program != "" || f.verifier != "" {
			return usage("--proof-key, --proof-version, --program and --verifier are for --proofs sp1, risc0 or ziren")
		}
		if l1 != "" && !layer1.IsDevelopmentChain(chainID) {
			return usage("chain %d is not a development chain: --proofs %s is for 1337 and 31337 only; name a proof system", chainID, f.system)
		}
		return nil
	}
	switch {
	case l1 == "":
		return usage("--proofs %s is for --l1", f.system)
	case len(f.keys) == 0 || f.program == "":
		return usage("--proofs %s needs --proof-key and --program", f.system)
	case contract != "" && (f.version != "" || f.verifier != ""):
		return usage("--proof-version and --verifier are for the contract that --l1 without --contract deploys")
	}
	if _, err := (config.Program{Key: f.program}).Hash(); err != nil {
		return usage("--program %v", err)
	}
	return addressFlag("--verifier", f.verifier, new([20]byte))
}

// configure writes into a configuration what the replicas verify proofs with. It takes only keys that they will.
func (f *policyFlags) configure(z *config.ZKVM, chainID uint64) error {
	z.Proofs = f.system
	if !f.real() {
		return nil
	}
	keys := make([]proof.Key, len(f.keys))
	for i, path := range f.keys {
		absolute, err := filepath.Abs(path)
		if err == nil {
			keys[i].File, err = os.ReadFile(absolute)
		}
		if err != nil {
			return fmt.Errorf("--proof-key: %w", err)
		}
		keys[i].System, z.Keys = proof.System(f.system), append(z.Keys, absolute)
	}
	if _, err := proof.NewRegistry(chainID, keys...); err != nil {
		return usage("--proof-key: %v", err)
	}
	z.Program = []config.Program{{Version: zkvm.ProgramVersion, Key: f.program}}
	_, _, _, err := f.choose()
	return err
}

// choose is the verifier that the contract shall have, and the program; ok is false for an execution's.
func (f *policyFlags) choose() (v proof.OnChain, program [32]byte, ok bool, err error) {
	var key proof.Key
	switch f.system {
	case config.ProofsExecution:
		return v, program, false, nil
	case config.ProofsDevelopment:
		id, unknown := zkvm.ID(zkvm.ProgramVersion)
		key, program, err = develop.Key(), develop.Program(id), unknown
	default:
		key.System = proof.System(f.system)
		if key.File, err = os.ReadFile(f.keys[0]); err == nil {
			program, err = (config.Program{Key: f.program}).Hash()
		}
	}
	if err != nil {
		return v, program, false, fmt.Errorf("--proofs %s: %w", f.system, err)
	}
	versions, err := key.OnChain()
	if err != nil {
		return v, program, false, usage("--proof-key: %v", err)
	}
	if f.version == "" {
		return versions[len(versions)-1], program, true, nil
	}
	var names []string
	for _, v := range versions {
		if v.Name == f.version {
			return v, program, true, nil
		}
		names = append(names, v.Name)
	}
	return v, program, false, usage("--proof-version is %q; the key is of %s", f.version, strings.Join(names, ", "))
}

// verifierDocument is what verifies proofs on L1.
type verifierDocument struct {
	Version  string `json:"version"`  // system and version
	Selector string `json:"selector"` // that its proofs begin with
	Program  string `json:"program"`
	Verifier string `json:"verifier"`
	Adapter  string `json:"adapter"` // what the contract calls
}

// deploy makes the adapter that the contract is created with; nil for the execution-only one.
func (f *policyFlags) deploy(ctx context.Context, a *app, client *layer1.Client, signer layer1.Signer) (*verifierDocument, [20]byte, error) {
	v, program, ok, err := f.choose()
	if err != nil || !ok {
		return nil, [20]byte{}, err
	}
	var at [20]byte
	if err = addressFlag("--verifier", f.verifier, &at); err != nil {
		return nil, at, err
	}
	a.progress("deploying the verifier of %s", v.Version)
	d, err := layer1.DeployVerifier(ctx, client, signer, v, program, at)
	return &verifierDocument{
		Version: v.String(), Selector: "0x" + hex.EncodeToString(v.Selector[:]), Program: "0x" + hex.EncodeToString(program[:]),
		Verifier: addressText(d.Verifier), Adapter: addressText(d.Adapter),
	}, d.Adapter, err
}
