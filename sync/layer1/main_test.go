package layer1_test

import (
	"flag"
	"os"
	"testing"
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
	if !asked {
		if err := flag.Set("rapid.checks", "10"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
