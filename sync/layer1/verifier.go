package layer1

// A proof system's verifier on L1 is its makers' own, or where they have none on this chain, ours under their published
// key.

import (
	"context"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/common"

	"github.com/holdfast-rollup/holdfast/sync/layer1/contract"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/proof"
)

// DeployedVerifier is what verifies one version's proofs of one program.
type DeployedVerifier struct {
	Verifier [20]byte // the proof system's
	Adapter  [20]byte // over it, for the program: DeployParams.Verifier, or a new program version's
}

// DeployVerifier creates, from the signer's account, the verifier of one version of a proof system, and the adapter over
// it for one program (SP1's and Ziren's hash of the verifying key, RISC Zero's image id). If at is an address, the
// verifier or gateway there is used, and the adapter alone is created: whoever names it vouches for it. Development
// proofs are for development chains. Like Deploy it is sent without an intent.
func DeployVerifier(ctx context.Context, client *Client, signer Signer, v proof.OnChain, program [32]byte, at [20]byte) (DeployedVerifier, error) {
	d := DeployedVerifier{Verifier: at}
	create := func(what, bin string, arguments []byte) ([20]byte, error) {
		r, err := Transact(ctx, client, signer, nil, nil, append(common.FromHex(bin), arguments...))
		if err != nil {
			return [20]byte{}, fmt.Errorf("deploy %s of %s: %w", what, v.Version, err)
		}
		return r.Contract, nil
	}
	if v.System == proof.Development && !IsDevelopmentChain(client.ChainID()) {
		return d, fmt.Errorf("deploy the verifier of %s: chain %d is no development chain", v.Version, client.ChainID())
	}
	var err error
	if at == ([20]byte{}) {
		if d.Verifier, err = deployVerifier(v, create); err != nil {
			return d, err
		}
	}
	if v.System == proof.RISC0 {
		d.Adapter, err = create("the adapter", contract.RiscZeroAdapterMetaData.Bin,
			contract.NewRiscZeroAdapter().PackConstructor(d.Verifier, program, v.Selector))
	} else {
		d.Adapter, err = create("the adapter", contract.SP1AdapterMetaData.Bin,
			contract.NewSP1Adapter().PackConstructor(d.Verifier, program, v.Selector))
	}
	return d, err
}

// deployVerifier creates the check of the key, and around it what the proof system's makers have around theirs.
func deployVerifier(v proof.OnChain, create func(what, bin string, arguments []byte) ([20]byte, error)) ([20]byte, error) {
	key := make([]*big.Int, len(v.Words))
	for i, w := range v.Words {
		key[i] = new(big.Int).SetBytes(w[:])
	}
	if v.System == proof.Development {
		return create("the verifier", contract.DevelopmentVerifierMetaData.Bin, contract.NewDevelopmentVerifier().PackConstructor(key, v.Selector))
	}
	core, err := create("the check of the key", contract.Groth16VerifierMetaData.Bin, contract.NewGroth16Verifier().PackConstructor(key))
	if err != nil {
		return core, err
	}
	if v.System == proof.RISC0 {
		return create("the verifier", contract.RiscZeroVerifierMetaData.Bin,
			contract.NewRiscZeroVerifier().PackConstructor(core, v.Selector, v.Root, v.ControlID))
	}
	return create("the verifier", contract.SP1VerifierMetaData.Bin,
		contract.NewSP1Verifier().PackConstructor(core, v.Selector, new(big.Int).SetBytes(v.Root[:])))
}
