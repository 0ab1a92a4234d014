package gnark

import (
	"testing"

	"github.com/holdfast-rollup/holdfast/sync/zkvm/proof"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/proof/develop"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/proof/specimen"
)

// One verification by Holdfast and one by gnark, turn by turn: `go test -run '^$' -bench . -count 5`.
func BenchmarkVerify(b *testing.B) {
	reg, err := proof.NewRegistry(chainID, append(specimen.Keys(b), develop.Key())...)
	if err != nil {
		b.Fatal(err)
	}
	for _, s := range specimens(b) {
		vk := fromWords(b, s.Key)
		b.Run(string(s.System)+"-"+s.Name+"/holdfast", func(b *testing.B) {
			for b.Loop() {
				if err := reg.Verify(s.System, s.Statement, s.Proof); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(string(s.System)+"-"+s.Name+"/gnark", func(b *testing.B) {
			for b.Loop() {
				if !gnarkVerify(b, vk, s) {
					b.Fatal("refused")
				}
			}
		})
	}
}
