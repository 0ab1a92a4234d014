package develop

import (
	"testing"

	"github.com/consensys/gnark-crypto/ecc/bn254/fr"
	"pgregory.net/rapid"
)

// circuit.go: every statement has its wires, and no wire can have another value: so the circuit has one witness.
func TestEveryWireIsBound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var program, digest fr.Element
		program.SetBytes(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "program"))
		digest.SetBytes(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "digest"))
		z := assign(program, digest)
		if !satisfied(&z) {
			t.Fatal("the wires of a statement break a constraint")
		}
		if z[wireS].IsZero() {
			return // program or digest is minus one or two: any value of the other fits
		}
		wire := rapid.IntRange(wireProgram, wireC).Draw(t, "wire")
		by := fr.NewElement(rapid.Uint64Range(1, 1<<63).Draw(t, "by"))
		z[wire].Add(&z[wire], &by)
		if satisfied(&z) {
			t.Fatalf("wire %d can have another value", wire)
		}
	})
}
