package layer1

// Deployment is for init and devnets: it is sent without an intent, so a crash
// in the middle leaves a contract that nobody uses, and is then done again.

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"

	"github.com/holdfast-rollup/holdfast/sync/layer1/contract"
	"github.com/holdfast-rollup/holdfast/sync/layer1/cost"
)

const deployPoll = 100 * time.Millisecond

// DeployParams are what the contract's constructor takes.
type DeployParams struct {
	Owner, Submitter, Prover, Guardian [20]byte
	GenesisRoot                        [32]byte // of the state that batch 1 follows: zero for the empty one
	ProgramVersion                     uint32
	// Verifier is the adapter of ProgramVersion; zero deploys the
	// execution-only adapter, which development chains alone accept.
	Verifier [20]byte
	// ProgramDelay between scheduling a later program version and its use, in
	// whole seconds.
	ProgramDelay time.Duration
}

// Validate reports everything that is wrong.
func (p *DeployParams) Validate() error {
	var errs []error
	for _, role := range []struct {
		name    string
		address [20]byte
	}{{"owner", p.Owner}, {"submitter", p.Submitter}, {"prover", p.Prover}, {"guardian", p.Guardian}} {
		if role.address == ([20]byte{}) {
			errs = append(errs, fmt.Errorf("the %s has no address", role.name))
		}
	}
	if p.Submitter == p.Prover {
		errs = append(errs, errors.New("submitter and prover share an account: each kind of anchor needs its own nonces"))
	}
	if p.ProgramDelay < 0 || p.ProgramDelay%time.Second != 0 {
		errs = append(errs, fmt.Errorf("program delay %s is not a number of whole seconds", p.ProgramDelay))
	}
	return errors.Join(errs...)
}

// Deployment is where the contract was put.
type Deployment struct {
	Contract, Verifier [20]byte
	Block              uint64 // of the contract's creation
}

// IsDevelopmentChain reports whether the execution-only adapter works there.
func IsDevelopmentChain(chainID uint64) bool { return chainID == 1337 || chainID == 31337 }

// Deploy creates the contract (and, if none is given, the execution-only
// adapter) from the signer's account, waits until both are mined and checks
// what is there. It returns when ctx ends.
func Deploy(ctx context.Context, client *Client, signer Signer, p DeployParams) (Deployment, error) {
	if err := p.Validate(); err != nil {
		return Deployment{}, fmt.Errorf("deploy: %w", err)
	}
	d := Deployment{Verifier: p.Verifier}
	if d.Verifier == ([20]byte{}) {
		if !IsDevelopmentChain(client.ChainID()) {
			return Deployment{}, fmt.Errorf("deploy: chain %d is no development chain, so a verifier must be given", client.ChainID())
		}
		r, err := Transact(ctx, client, signer, nil, nil, common.FromHex(contract.ExecutionOnlyVerifierMetaData.Bin))
		if err != nil {
			return Deployment{}, fmt.Errorf("deploy the execution-only adapter: %w", err)
		}
		d.Verifier = r.Contract
	}
	r, err := Transact(ctx, client, signer, nil, nil, p.code(d.Verifier))
	if err != nil {
		return Deployment{}, fmt.Errorf("deploy the contract: %w", err)
	}
	d.Contract, d.Block = r.Contract, r.Block
	var seen Inspection
	err = poll(ctx, deployPoll, func(ctx context.Context) (bool, error) {
		var ierr error
		seen, ierr = NewContract(client, d.Contract).Inspect(ctx, 0, AtNumber(d.Block))
		if errors.Is(ierr, ErrNotFound) {
			return false, nil // whoever answers now has not seen the receipt's block yet
		}
		return true, ierr
	})
	if err != nil {
		return Deployment{}, fmt.Errorf("deploy the contract: %w", err)
	}
	if seen.State.LastRoot != p.GenesisRoot || seen.State.Submitter != p.Submitter {
		return Deployment{}, fmt.Errorf("deploy the contract: %x does not hold what was deployed", d.Contract)
	}
	return d, nil
}

// code creates the contract with a verifier's adapter.
func (p *DeployParams) code(verifier [20]byte) []byte {
	return append(common.FromHex(contract.HoldfastMetaData.Bin), contract.NewHoldfast().PackConstructor(
		p.Owner, p.Submitter, p.Prover, p.Guardian, p.GenesisRoot, p.ProgramVersion, verifier, uint64(p.ProgramDelay/time.Second))...)
}

// EstimateDeploy says what Deploy would send and use. Where Deploy would create the execution-only adapter first, its gas
// is counted, and the call data names the address that it would get.
func EstimateDeploy(ctx context.Context, client *Client, from [20]byte, p DeployParams) (Order, cost.Estimate, cost.Prices, error) {
	fail := func(err error) (Order, cost.Estimate, cost.Prices, error) {
		return Order{}, cost.Estimate{}, cost.Prices{}, fmt.Errorf("deploy: %w", err)
	}
	if err := p.Validate(); err != nil {
		return fail(err)
	}
	var total uint64
	verifier := p.Verifier
	if verifier == ([20]byte{}) {
		if !IsDevelopmentChain(client.ChainID()) {
			return fail(fmt.Errorf("chain %d is no development chain, so a verifier must be given", client.ChainID()))
		}
		nonce, err := client.Nonce(ctx, from, "pending")
		if err != nil {
			return fail(err)
		}
		if total, err = client.estimateGas(ctx, from, nil, nil, common.FromHex(contract.ExecutionOnlyVerifierMetaData.Bin)); err != nil {
			return fail(err)
		}
		verifier = crypto.CreateAddress(from, nonce)
	}
	o := Order{Name: "deploy", Data: p.code(verifier)}
	gas, err := client.estimateGas(ctx, from, nil, nil, o.Data)
	if err != nil {
		return fail(err)
	}
	base, tip, err := client.market(ctx)
	if err != nil {
		return fail(err)
	}
	return o, cost.Estimate{Gas: total + gas}, cost.Prices{BaseFee: base, Tip: tip}, nil
}

// Transact mines one transaction of the signer's account and returns its receipt; to is nil for the creation of a
// contract, value may be. Like Deploy it is for development: a crash in the middle leaves it to be looked for.
func Transact(ctx context.Context, client *Client, signer Signer, to *[20]byte, value *big.Int, data []byte) (Receipt, error) {
	from := signer.Address()
	nonce, err := client.Nonce(ctx, from, "pending")
	if err != nil {
		return Receipt{}, err
	}
	gas, err := client.estimateGas(ctx, from, (*common.Address)(to), value, data)
	if err != nil {
		return Receipt{}, err
	}
	baseFee, tip, err := client.market(ctx)
	if err != nil {
		return Receipt{}, err
	}
	tx, err := signer.Sign(ctx, types.NewTx(&types.DynamicFeeTx{
		ChainID: new(big.Int).SetUint64(client.ChainID()), Nonce: nonce, Gas: gas + gas/5,
		GasTipCap: tip, GasFeeCap: feeCap(baseFee, tip), To: (*common.Address)(to), Value: value, Data: data,
	}), client.ChainID())
	if err != nil {
		return Receipt{}, err
	}
	raw, err := tx.MarshalBinary()
	if err != nil {
		return Receipt{}, fmt.Errorf("encode transaction: %w", err)
	}
	if err = client.SendRaw(ctx, raw); err != nil && answered(err) {
		return Receipt{}, err
	}
	var receipt Receipt
	var last error
	err = poll(ctx, deployPoll, func(ctx context.Context) (bool, error) {
		// Whatever the error, the transaction may still be mined: a node that has
		// just started answers that it is indexing.
		receipt, last = client.Receipt(ctx, tx.Hash())
		var head Block
		if last == nil {
			// A node may show a receipt a moment before its block is the head, and
			// whoever sent the transaction reads there next.
			head, last = client.Block(ctx, Latest)
		}
		return last == nil && head.Number >= receipt.Block, nil
	})
	if err != nil {
		return Receipt{}, fmt.Errorf("wait for transaction %x: %w: %w", tx.Hash(), err, last)
	}
	if !receipt.Success {
		return Receipt{}, &StatusError{TxHash: tx.Hash(), Block: receipt.Block}
	}
	return receipt, nil
}

// feeCap outlasts several full blocks: the base fee doubles in six of them.
func feeCap(baseFee, tip *big.Int) *big.Int {
	c := new(big.Int).Lsh(baseFee, 1)
	return c.Add(c, tip)
}
