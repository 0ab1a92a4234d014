package layer1

// Development proofs on L1: the verifier that takes them stands on development chains alone, as package develop's key
// does in Go.

import (
	"context"
	"fmt"

	"github.com/holdfast-rollup/holdfast/sync/zkvm/proof/develop"
)

// DeployDevelopmentVerifier is DeployVerifier for development proofs of one program, as develop.Program names it. It
// returns the adapter, for DeployParams.Verifier.
func DeployDevelopmentVerifier(ctx context.Context, client *Client, signer Signer, program [32]byte) (adapter [20]byte, err error) {
	versions, err := develop.Key().OnChain()
	if err != nil {
		return adapter, fmt.Errorf("deploy the development verifier: %w", err)
	}
	d, err := DeployVerifier(ctx, client, signer, versions[0], program, adapter)
	return d.Adapter, err
}
