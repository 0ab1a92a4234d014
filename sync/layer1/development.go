package layer1

// Development proofs on L1: the verifier that takes them stands on development chains alone, as package develop's key
// does in Go.

import (
	"context"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/common"

	"github.com/holdfast-rollup/holdfast/sync/layer1/contract"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/proof/develop"
)

// DeployDevelopmentVerifier creates, from the signer's account, the verifier of development proofs and SP1's adapter
// over it for one program, as develop.Program names it. It returns the adapter, for DeployParams.Verifier, and refuses
// chains that are not for development. Like Deploy it is sent without an intent.
func DeployDevelopmentVerifier(ctx context.Context, client *Client, signer Signer, program [32]byte) (adapter [20]byte, err error) {
	if !IsDevelopmentChain(client.ChainID()) {
		return adapter, fmt.Errorf("deploy the development verifier: chain %d is no development chain", client.ChainID())
	}
	words, err := develop.Key().Words()
	if err != nil {
		return adapter, fmt.Errorf("deploy the development verifier: %w", err)
	}
	key := make([]*big.Int, len(words))
	for i, w := range words {
		key[i] = new(big.Int).SetBytes(w[:])
	}
	selector := develop.Selector()
	code := append(common.FromHex(contract.DevelopmentVerifierMetaData.Bin),
		contract.NewDevelopmentVerifier().PackConstructor(key, selector)...)
	r, err := Transact(ctx, client, signer, nil, nil, code)
	if err != nil {
		return adapter, fmt.Errorf("deploy the development verifier: %w", err)
	}
	code = append(common.FromHex(contract.SP1AdapterMetaData.Bin),
		contract.NewSP1Adapter().PackConstructor(r.Contract, program, selector)...)
	if r, err = Transact(ctx, client, signer, nil, nil, code); err != nil {
		return adapter, fmt.Errorf("deploy the development verifier's adapter: %w", err)
	}
	return r.Contract, nil
}
