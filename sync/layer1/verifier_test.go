package layer1_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/contract"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/proof/specimen"
)

// issue: of each proof system, the verifier that is deployed under the published key takes the real proof for its program
// through the adapter, and neither a changed one nor another program's.
func TestDeployedVerifiersTakeRealProofs(t *testing.T) {
	all := specimen.All(t)
	chain := startChain(t, embedded.Config{})
	client := newClient(t, chain.ChainID(), chain.URL())
	for _, s := range all {
		versions, err := s.Key.OnChain()
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range versions {
			if v.Name != s.Name {
				continue
			}
			var d, other layer1.DeployedVerifier
			whileMining(t, chain, func(ctx context.Context) (err error) {
				if d, err = layer1.DeployVerifier(ctx, client, signer(t, ownerKey), v, s.Statement.Program, [20]byte{}); err != nil {
					return err
				}
				other, err = layer1.DeployVerifier(ctx, client, signer(t, ownerKey), v, [32]byte{1}, d.Verifier)
				return err
			})
			if other.Verifier != d.Verifier || other.Adapter == d.Adapter {
				t.Errorf("%s: over the same verifier %+v and %+v", v.Version, d, other)
			}
			taken := func(adapter [20]byte, p []byte) bool {
				_, err := client.Call(t.Context(), adapter, contract.NewSP1Adapter().PackVerify(s.Statement.Public, p), layer1.Latest)
				return err == nil
			}
			changed := bytes.Clone(s.Proof)
			changed[len(changed)-1] ^= 1
			if !taken(d.Adapter, s.Proof) || taken(d.Adapter, changed) || taken(other.Adapter, s.Proof) {
				t.Errorf("%s: real %v, changed %v, another program's %v", v.Version, taken(d.Adapter, s.Proof), taken(d.Adapter, changed), taken(other.Adapter, s.Proof))
			}
		}
	}
}
