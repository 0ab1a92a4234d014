package layer1

// What differs between the chain's forks is asked of the chain itself, by calls that every node serves, and never
// configured.

import (
	"context"
	"encoding/hex"
	"fmt"

	"github.com/holdfast-rollup/holdfast/sync/layer1/kzg"
)

// p256Verify is the precompile that came with Osaka (EIP-7951), as cell proofs did; p256Signed is a message hash with
// a good signature and its key. From Osaka on the precompile answers 1, before it the address has no code and answers
// nothing.
const p256Signed = "d1580d2df7f24b6f5e2a861eba2918755c3a7246b7068817e349d8adc66a8566" +
	"93db3c05bc0de3bd7c80c531377757362844f804e67828d2ea278fa34b26a194" +
	"7235a6e101ca12d4626c529212fa596f9113f124b3e9022aa590af5635fb1ea5" +
	"43550c4d6989c09ddfc0b05e49c30b57703d30f252e7259197a7058bcc460eb3" +
	"374fcb4a13865181c79bbad22eb5e5a0e087eeaae44a5bccffe1656d0509a531"

// SidecarVersion says which sidecar a blob transaction needs at the latest block: kzg.Version0 before Osaka,
// kzg.Version1 from then on.
func (c *Client) SidecarVersion(ctx context.Context) (byte, error) {
	p256Verify := [20]byte{18: 1}
	input, err := hex.DecodeString(p256Signed)
	if err != nil {
		return 0, fmt.Errorf("L1 fork: %w", err)
	}
	out, err := c.Call(ctx, p256Verify, input, Latest)
	switch {
	case err != nil:
		return 0, fmt.Errorf("L1 fork: %w", err)
	case len(out) == 0:
		return kzg.Version0, nil
	case len(out) == 32 && out[31] == 1:
		return kzg.Version1, nil
	default:
		return 0, fmt.Errorf("L1 fork: address %x answers %x", p256Verify, out)
	}
}
