package cursor

import (
	"bytes"
	"crypto/sha256"
	"fmt"
)

// A recorded proof was verified before it was proposed, and is of the batch that has this header: one of a batch that a
// rollback removed never stands beside the batch that took its number.

// MaxProof bounds a recorded proof, in bytes.
const MaxProof = 4 << 10

// ProofSystem says how a proof is verified. Wire-stable.
type ProofSystem uint8

// Systems of proofs.
const (
	ProofSP1         ProofSystem = 1 + iota
	ProofRiscZero                // RISC Zero
	ProofZiren                   // Ziren
	ProofDevelopment             // by a key whose maker can prove anything: development chains alone
)

func (s ProofSystem) String() string {
	return nameFrom([]string{"", "sp1", "risc0", "ziren", "development"}, uint8(s))
}

// ParseProofSystem is the inverse of String.
func ParseProofSystem(name string) (ProofSystem, error) {
	for s := ProofSP1; s <= ProofDevelopment; s++ {
		if s.String() == name {
			return s, nil
		}
	}
	return 0, fmt.Errorf("%q is no proof system", name)
}

// Proved states that a proof of a batch holds. Whoever proposes it has verified it.
type Proved struct {
	Batch      uint64
	HeaderHash Hash // of the batch that it proves
	System     ProofSystem
	Program    Hash   // what was proved to have run: a verifying key's hash or an image id
	Prover     string // whoever brought it
	Proof      []byte
	Replaces   Hash // SHA-256 of the recorded proof of the same program that does not hold; zero for none
}

// Proof is a verified proof of a batch. Records are immutable.
type Proof struct {
	System  ProofSystem
	Program Hash
	Prover  string
	Proof   []byte
	TimeMs  int64 // when it was recorded
}

const typeProved eventType = 66

func (Proved) eventType() eventType { return typeProved }

func (c *codec) provedEvent(e *Proved) {
	c.uint(&e.Batch)
	c.hash(&e.HeaderHash)
	enum(c, &e.System, ProofDevelopment)
	c.hash(&e.Program)
	c.text(&e.Prover)
	c.bytes(&e.Proof, MaxProof)
	c.hash(&e.Replaces)
}

func (c *codec) proof(p *Proof) {
	enum(c, &p.System, ProofDevelopment)
	c.hash(&p.Program)
	c.text(&p.Prover)
	c.bytes(&p.Proof, MaxProof)
	c.ms(&p.TimeMs)
}

// proved records a proof. Another proof of the same program changes nothing unless it names the recorded one as wrong; one
// of another program or system takes the place of what was recorded, which the contract would not take any more.
func (c *Cursor) proved(e Proved, at Context) error {
	b, err := c.open(e.Batch)
	if err != nil {
		return err
	}
	switch {
	case len(e.Proof) == 0 || len(e.Proof) > MaxProof || e.System == 0 || e.System > ProofDevelopment || len(e.Prover) > MaxText:
		return ErrMalformed
	case b.HeaderHash != e.HeaderHash:
		return ErrHeaderMismatch
	case b.Execution == nil:
		return ErrNotExecuted
	case b.Proof.Of(e.System, e.Program) && b.Proof.Digest() != e.Replaces:
		return errRepeat
	}
	c.editBatch(e.Batch, func(b *Batch) {
		b.Proof = &Proof{System: e.System, Program: e.Program, Prover: e.Prover, Proof: bytes.Clone(e.Proof), TimeMs: at.TimeMs}
	})
	return nil
}

// Digest is the SHA-256 of the proof's bytes.
func (p *Proof) Digest() Hash { return sha256.Sum256(p.Proof) }

// Of says whether p is a proof of this program under this system; nil is none.
func (p *Proof) Of(system ProofSystem, program Hash) bool {
	return p != nil && p.System == system && p.Program == program
}
