package layer1_test

import (
	"context"
	"testing"

	"github.com/ethereum/go-ethereum/common"

	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/contract"
	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/proof/develop"
)

// Issue 5, proofs: what the contract has scheduled for a program version is read as it is, so that a configuration that says
// otherwise is noticed before a wei is spent.
func TestProgramIsReadAsScheduled(t *testing.T) {
	chain := startChain(t, embedded.Config{})
	client := newClient(t, chain.ChainID(), chain.URL())
	owner := signer(t, ownerKey)
	c := layer1.NewContract(client, deploy(t, chain, client).Contract)
	key, image := develop.Program([32]byte{7}), [32]byte{8}
	send := func(o layer1.Order) {
		t.Helper()
		whileMining(t, chain, func(ctx context.Context) error {
			_, err := c.Send(ctx, owner, o)
			return err
		})
	}
	var sp1, risc0 [20]byte
	whileMining(t, chain, func(ctx context.Context) (err error) {
		if sp1, err = layer1.DeployDevelopmentVerifier(ctx, client, owner, key); err != nil {
			return err
		}
		code := append(common.FromHex(contract.RiscZeroAdapterMetaData.Bin),
			contract.NewRiscZeroAdapter().PackConstructor(sp1, image, [4]byte{1, 2, 3, 4})...)
		r, err := layer1.Transact(ctx, client, owner, nil, nil, code)
		risc0 = r.Contract
		return err
	})
	send(c.ScheduleProgramOrder(2, sp1))
	send(c.ScheduleProgramOrder(3, risc0))
	send(c.ScheduleProgramOrder(4, sp1))
	send(c.RetireProgramOrder(4))

	for _, want := range []layer1.Program{
		{Version: 1, Kind: layer1.AdapterExecution},
		{Version: 2, Kind: layer1.AdapterSP1, Key: key, Selector: develop.Selector(), Adapter: sp1},
		{Version: 3, Kind: layer1.AdapterRiscZero, Key: image, Selector: [4]byte{1, 2, 3, 4}, Adapter: risc0},
		{Version: 4, Kind: layer1.AdapterNone, Adapter: sp1},
		{Version: 9, Kind: layer1.AdapterNone},
	} {
		got, err := c.Program(t.Context(), want.Version)
		if err != nil {
			t.Fatal(err)
		}
		if want.Version == 1 {
			want.Adapter = got.Adapter
		}
		if want.ActiveFrom = got.ActiveFrom; got != want {
			t.Errorf("version %d: %+v, want %+v", want.Version, got, want)
		}
	}
	if _, err := layer1.NewContract(client, embedded.DevAddress(ownerKey)).Program(t.Context(), 1); err == nil {
		t.Error("a program was read where no contract is")
	}
}
