package develop_test

import (
	"bytes"
	"errors"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-rollup/holdfast/sync/zkvm/proof"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/proof/develop"
)

func registry(tb testing.TB) *proof.Registry {
	tb.Helper()
	r, err := proof.NewRegistry(31337, develop.Key())
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// doc.go: a development proof holds for its own program and public values, and for no other; it is the same each time.
func TestProofBindsItsStatement(t *testing.T) {
	r := registry(t)
	statement := func(t *rapid.T) proof.Statement {
		return proof.Statement{
			Program: develop.Program([32]byte(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "program"))),
			Public:  rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "public"),
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s, other := statement(t), statement(t)
		switch rapid.IntRange(0, 2).Draw(t, "share") {
		case 1:
			other.Program = s.Program
		case 2:
			other.Public = s.Public
		}
		p, err := develop.Prove(s)
		if err != nil {
			t.Fatal(err)
		}
		again, err := develop.Prove(s)
		if err != nil || !bytes.Equal(p, again) {
			t.Fatalf("another proof of the same statement: %v", err)
		}
		if err := r.Verify(proof.Development, s, p); err != nil {
			t.Fatal(err)
		}
		same := s.Program == other.Program && bytes.Equal(s.Public, other.Public)
		if err := r.Verify(proof.Development, other, p); !same && !errors.Is(err, proof.ErrPairing) {
			t.Fatalf("it holds for another statement: %v", err)
		}
	})
}

// doc.go: the layout is SP1 v5's, under a selector of its own.
func TestLayout(t *testing.T) {
	p, err := develop.Prove(proof.Statement{})
	if err != nil {
		t.Fatal(err)
	}
	v, err := proof.Identify(proof.Development, p)
	if err != nil || len(p) != 260 || v.Selector != develop.Selector() || v.System != proof.Development {
		t.Errorf("%d bytes, %v, %v", len(p), v, err)
	}
	if _, err := proof.Identify(proof.SP1, p); err == nil {
		t.Error("SP1 knows its selector")
	}
}

// A program that SP1's layout has no place for is refused, not reduced.
func TestProgramIsAFieldElement(t *testing.T) {
	high := [32]byte{0xff}
	if _, err := develop.Prove(proof.Statement{Program: high}); err == nil {
		t.Error("a program above the modulus is proved")
	}
	var malformed *proof.MalformedError
	p, err := develop.Prove(proof.Statement{Program: develop.Program(high)})
	if err != nil {
		t.Fatal(err)
	}
	if err = registry(t).Verify(proof.Development, proof.Statement{Program: high}, p); !errors.As(err, &malformed) {
		t.Error(err)
	}
}

func BenchmarkProve(b *testing.B) {
	for b.Loop() {
		if _, err := develop.Prove(proof.Statement{}); err != nil {
			b.Fatal(err)
		}
	}
}
