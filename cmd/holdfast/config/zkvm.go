package config

import (
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

// What lets a head move without a proof that the world believes is for development chains alone.

func (c *Config) validateZKVM(v *validator) {
	z := &c.ZKVM
	v.oneOf("zkvm.executor", z.Executor, ExecutorRun, ExecutorPaused, ExecutorNone)
	if z.Executor == ExecutorNone && c.Anchoring() {
		v.fault("zkvm.executor", "none is for a cluster without an L1: nothing would follow it")
	}
	v.oneOf("zkvm.proofs", z.Proofs, ProofsExecution, ProofsDevelopment,
		cursor.ProofSP1.String(), cursor.ProofRiscZero.String(), cursor.ProofZiren.String())
	development := c.L1.ChainID == 1337 || c.L1.ChainID == 31337
	if c.Anchoring() && !development && (z.Proofs == ProofsExecution || z.Proofs == ProofsDevelopment) {
		v.fault("zkvm.proofs", z.Proofs+" is for the development chains 1337 and 31337 only")
	}
	v.positive("zkvm.lease", z.Lease)
	seen := map[uint32]bool{}
	for i, p := range z.Program {
		at := fmt.Sprintf("zkvm.program[%d]", i)
		if _, err := p.Hash(); err != nil {
			v.fault(at+".key", err.Error())
		}
		if p.Version == 0 || seen[p.Version] {
			v.fault(at+".version", "must be a version, and given once")
		}
		seen[p.Version] = true
	}
	switch z.Proofs {
	case ProofsExecution, ProofsDevelopment:
		if len(z.Keys) > 0 || len(z.Program) > 0 {
			v.fault("zkvm.proofs", z.Proofs+" takes no zkvm.keys and no zkvm.program: they are for proofs by another system")
		}
	default:
		if len(z.Keys) == 0 {
			v.fault("zkvm.keys", "must name the files with the verifying keys of "+z.Proofs)
		}
		if len(z.Program) == 0 {
			v.fault("zkvm.program", "must name the key of each program version that is proved")
		}
	}
}

// Hash is the key as bytes.
func (p Program) Hash() (h [32]byte, err error) {
	text, prefixed := strings.CutPrefix(p.Key, "0x")
	b, err := hex.DecodeString(text)
	if err != nil || !prefixed || len(b) != len(h) {
		return h, fmt.Errorf("%q is not 0x and 64 hex digits", p.Key)
	}
	return [32]byte(b), nil
}

// System is the proof system that finality needs; 0 under execution.
func (z *ZKVM) System() cursor.ProofSystem {
	s, err := cursor.ParseProofSystem(z.Proofs)
	if err != nil {
		return 0
	}
	return s
}

// Caveat is what must stand beside every proven head under a policy (zkvm.proofs); empty where proofs prove.
func Caveat(policy string) string {
	switch policy {
	case ProofsExecution:
		return "executed, not proven"
	case ProofsDevelopment:
		return "development proofs, which prove nothing"
	default:
		return ""
	}
}
