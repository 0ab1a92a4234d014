package proof

// A proof is accepted only by the version that its first four bytes name, with a key whose hash is that version's.

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"github.com/consensys/gnark-crypto/ecc/bn254/fr"
)

// fakeSelector begins the receipts of RISC Zero's development mode.
var fakeSelector = [4]byte{0xff, 0xff, 0xff, 0xff}

// Statement is what a proof is about.
type Statement struct {
	Program [32]byte // SP1's and Ziren's vkey hash, RISC Zero's image id
	Public  []byte   // the public values, RISC Zero's journal
}

// Registry verifies proofs of the versions that it has keys of. It never changes: any number of goroutines may use it.
type Registry struct {
	known     []release // also those without a key
	verifiers []verifier
}

type verifier struct {
	release
	key *groth16
}

// NewRegistry takes operators' keys, for use on one chain: each must be published, and the development key is taken on
// development chains (ids 1337 and 31337) alone. Errors are *KeyError, all of them joined.
func NewRegistry(chainID uint64, keys ...Key) (*Registry, error) {
	reg := &Registry{known: releases()}
	var errs []error
	for _, k := range keys {
		if k.System == Development && chainID != 1337 && chainID != 31337 {
			errs = append(errs, &KeyError{k.System, fmt.Errorf("chain %d is no development chain", chainID)})
			continue
		}
		p, of, err := k.read()
		if err != nil {
			errs = append(errs, err)
			continue
		}
		for _, r := range of {
			v, err := newVerifier(r, p)
			if err != nil {
				errs = append(errs, &KeyError{k.System, err})
			} else if slices.ContainsFunc(reg.verifiers, func(o verifier) bool { return o.Version == v.Version }) {
				errs = append(errs, &KeyError{k.System, fmt.Errorf("the key of %s is given twice", v.Name)})
			} else {
				reg.verifiers = append(reg.verifiers, v)
			}
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return reg, nil
}

func newVerifier(r release, p points) (verifier, error) {
	fixed := map[int]fr.Element{} // which public inputs the version states itself
	inputs := 2
	switch r.layout {
	case layoutTwo:
	case layoutFive:
		inputs = 5
		root, err := element(r.root[:])
		if err != nil {
			return verifier{}, fmt.Errorf("root of verifying keys: %w", err)
		}
		fixed[2], fixed[3] = fr.Element{}, root
	case layoutRISC0:
		inputs = 5
		id := bn254ControlID()
		slices.Reverse(id[:])
		last, err := element(id[:])
		if err != nil {
			return verifier{}, fmt.Errorf("control id: %w", err)
		}
		fixed[0], fixed[1] = split(r.root)
		fixed[4] = last
	}
	if len(p.inputs) != 1+inputs {
		return verifier{}, fmt.Errorf("a key of %d public inputs, %s has %d", len(p.inputs)-1, r.Name, inputs)
	}
	key, err := newGroth16(p, fixed)
	return verifier{r, key}, err
}

// Versions that the registry has keys of.
func (r *Registry) Versions() []Version {
	out := make([]Version, len(r.verifiers))
	for i := range r.verifiers {
		out[i] = r.verifiers[i].Version
	}
	return out
}

// Identify says which version a proof names, whether the registry has its key or not. Its errors are Verify's.
func Identify(system System, proof []byte) (Version, error) {
	return identify(releases(), system, proof)
}

func identify(known []release, system System, proof []byte) (Version, error) {
	if len(proof) < 4 {
		return Version{}, &MalformedError{system, "selector", fmt.Errorf("%w: %d bytes", errLength, len(proof))}
	}
	selector := [4]byte(proof)
	for i := range known {
		if r := &known[i]; r.System == system && r.Selector == selector {
			return r.Version, nil
		}
	}
	if system == RISC0 && selector == fakeSelector {
		return Version{}, &InvalidError{Version{RISC0, "development mode", selector}, ErrFakeReceipt}
	}
	if name := unsupported(system, selector); name != "" {
		return Version{}, &MalformedError{system, "selector", fmt.Errorf("%x is %s, which is %w", selector, name, ErrUnsupported)}
	}
	return Version{}, &MalformedError{system, "selector", fmt.Errorf("%x is of no known version", selector)}
}

// Verify returns nil if proof proves the statement; *MalformedError if it is no proof or the statement none that the
// system can make, *InvalidError if it does not hold. RISC Zero's fake receipts never hold, on no chain.
func (r *Registry) Verify(system System, s Statement, proof []byte) error {
	version, err := identify(r.known, system, proof)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(r.verifiers, func(v verifier) bool { return v.Version == version })
	if i < 0 {
		return &InvalidError{version, ErrNoKey}
	}
	return r.verifiers[i].verify(s, proof[4:])
}

// verify checks what follows the selector.
func (v *verifier) verify(s Statement, rest []byte) error {
	want := bodySize
	if v.layout == layoutFive {
		want += 3 * 32
	}
	if len(rest) != want {
		return v.malformed("proof", fmt.Errorf("%w: %d bytes, %s has %d", errLength, 4+len(rest), v.Name, 4+want))
	}
	raw := rest[want-bodySize:]
	b, what, err := decodeBody(raw)
	if err != nil {
		return v.malformed(what, err)
	}
	var inputs []fr.Element
	if v.layout == layoutRISC0 {
		low, high := split(claimDigest(s.Program, s.Public))
		inputs = []fr.Element{low, high}
	} else if inputs, err = v.inputs(s, rest[:want-bodySize]); err != nil {
		return err
	}
	ok, err := v.key.holds(&b, inputs)
	if err != nil {
		return v.malformed("points", err)
	}
	if !ok {
		return &InvalidError{v.Version, ErrPairing}
	}
	return nil
}

// inputs are those of SP1's layouts that the version does not fix: program, digest and, of v6, the nonce. Exit code and
// root of v6 are checked here: the key takes them as the version has them, whatever the proof says.
func (v *verifier) inputs(s Statement, prefix []byte) ([]fr.Element, error) {
	program, err := element(s.Program[:])
	if err != nil {
		return nil, v.malformed("program", err)
	}
	digest := PublicDigest(s.Public)
	public, err := element(digest[:])
	if err != nil {
		panic("proof: 253 bits are not below the modulus")
	}
	if v.layout == layoutTwo {
		return []fr.Element{program, public}, nil
	}
	var field [3]fr.Element
	for i, name := range []string{"exit code", "root of verifying keys", "nonce"} {
		if field[i], err = element(prefix[32*i : 32*i+32]); err != nil {
			return nil, v.malformed(name, err)
		}
	}
	if !field[0].IsZero() {
		return nil, &InvalidError{v.Version, fmt.Errorf("the program ended with exit code %s", field[0].String())}
	}
	if root := [32]byte(prefix[32:64]); root != v.root {
		return nil, &InvalidError{v.Version, fmt.Errorf("root of verifying keys %x, want %x", root, v.root)}
	}
	return []fr.Element{program, public, field[2]}, nil
}

func (v *verifier) malformed(what string, err error) error {
	return &MalformedError{v.System, what, err}
}

// PublicDigest is what SP1, Ziren and the development system make of public values: SHA-256 without its top three bits,
// a field element.
func PublicDigest(public []byte) [32]byte {
	d := sha256.Sum256(public)
	d[0] &= 0x1f
	return d
}
