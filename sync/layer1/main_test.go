package layer1_test

import (
	"flag"
	"os"
	"testing"

	"github.com/holdfast-rollup/holdfast/sync/layer1/counterpart"
)

// TestMain serves as an external signer where that is asked for, and keeps the chaos property short unless the caller asks for more with
// -rapid.checks: every run of it starts a chain.
func TestMain(m *testing.M) {
	if address := os.Getenv(signerEnv); address != "" {
		serveSigner(address)
	}
	flag.Parse()
	asked := false
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "rapid.checks" })
	checks := "10"
	if os.Getenv(counterpart.KindEnv) != "" { // each chain is a program
		checks = "3"
	}
	if !asked {
		if err := flag.Set("rapid.checks", checks); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
