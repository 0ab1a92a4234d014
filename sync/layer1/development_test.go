package layer1_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/contract"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/proof"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/proof/develop"
)

// issue: on L1 the deployed development verifier takes what develop proves for its program, and nothing else; on a chain
// that is not for development it is not deployed.
func TestDevelopmentVerifier(t *testing.T) {
	chain := startChain(t, embedded.Config{})
	client := newClient(t, chain.ChainID(), chain.URL())
	program := develop.Program([32]byte{0xf0, 1})
	var adapter [20]byte
	whileMining(t, chain, func(ctx context.Context) (err error) {
		adapter, err = layer1.DeployDevelopmentVerifier(ctx, client, signer(t, ownerKey), program)
		return err
	})
	taken := func(journal, p []byte) bool {
		_, err := client.Call(t.Context(), adapter, contract.NewSP1Adapter().PackVerify(journal, p), layer1.Latest)
		return err == nil
	}
	journal := []byte("a journal")
	good, err := develop.Prove(proof.Statement{Program: program, Public: journal})
	if err != nil {
		t.Fatal(err)
	}
	other, err := develop.Prove(proof.Statement{Program: [32]byte{1}, Public: journal})
	if err != nil {
		t.Fatal(err)
	}
	if !taken(journal, good) {
		t.Error("its proof is refused")
	}
	changed := bytes.Clone(good)
	changed[100] ^= 1
	for what, is := range map[string]bool{
		"another journal's": taken([]byte("another"), good), "another program's": taken(journal, other),
		"a changed": taken(journal, changed), "a cut": taken(journal, good[:259]), "no": taken(journal, nil),
	} {
		if is {
			t.Errorf("%s proof is taken", what)
		}
	}
	if _, err := layer1.DeployDevelopmentVerifier(t.Context(), newClient(t, 5, chain.URL()), signer(t, ownerKey), program); err == nil {
		t.Error("it is deployed on another chain")
	}
}
