package layer1

// What the contract's owner and guardian do, and whoever funds it: each is a call that can be estimated before it is sent, and is rehearsed by
// that estimate, so that a refusal costs no gas.

import (
	"context"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/common"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/sync/layer1/cost"
)

// Order is a call of the contract by one of its roles, or by anybody who funds it.
type Order struct {
	Name  string
	Data  []byte   // call data
	Value *big.Int // wei sent along; nil for none
}

// PauseOrder stops commits, verifications, deposits and claims. The guardian's.
func (c *Contract) PauseOrder() Order { return Order{Name: "pause", Data: c.binding.PackPause()} }

// UnpauseOrder ends a pause. The owner's.
func (c *Contract) UnpauseOrder() Order { return Order{Name: "unpause", Data: c.binding.PackUnpause()} }

// RolesOrder names who may submit, prove and guard. The owner's.
func (c *Contract) RolesOrder(submitter, prover, guardian [20]byte) Order {
	return Order{Name: "set roles", Data: c.binding.PackSetRoles(submitter, prover, guardian)}
}

// OfferOwnershipOrder offers ownership to an account, which takes it by AcceptOwnershipOrder. The owner's.
func (c *Contract) OfferOwnershipOrder(next [20]byte) Order {
	return Order{Name: "offer ownership", Data: c.binding.PackTransferOwnership(next)}
}

// AcceptOwnershipOrder takes offered ownership.
func (c *Contract) AcceptOwnershipOrder() Order {
	return Order{Name: "accept ownership", Data: c.binding.PackAcceptOwnership()}
}

// TakeOverOrder hands the contract to another lineage, if its last batch still is the expected one. The guardian's.
func (c *Contract) TakeOverOrder(lineage [16]byte, last uint64, hash [32]byte) Order {
	return Order{Name: "take over", Data: c.binding.PackTakeOver(lineage, last, hash)}
}

// RevertOrder takes back the unverified batches from one on; parent is the header of the batch before it, nil if that is
// none. The guardian's.
func (c *Contract) RevertOrder(from uint64, parent *batch.Header) Order {
	var packed []byte
	if parent != nil {
		packed = parent.Append(nil)
	}
	return Order{Name: "revert", Data: c.binding.PackRevertBatches(from, packed)}
}

// MaxScale is the highest scale that the contract takes.
const MaxScale = 36

// ListTokenOrder lists a token (zero is ether) for deposits and withdrawals, for good: a unit of the asset is 10^scale of
// the token's smallest units. The cluster must have registered the asset with this token before. The owner's.
func (c *Contract) ListTokenOrder(asset uint32, token [20]byte, scale uint8) Order {
	return Order{Name: "list token", Data: c.binding.PackListToken(asset, token, scale)}
}

// ScheduleProgramOrder schedules the verifier's adapter of a new program version. The owner's.
func (c *Contract) ScheduleProgramOrder(version uint32, verifier [20]byte) Order {
	return Order{Name: "schedule program", Data: c.binding.PackScheduleProgram(version, verifier)}
}

// RetireProgramOrder ends a program version, at once and for good. The owner's.
func (c *Contract) RetireProgramOrder(version uint32) Order {
	return Order{Name: "retire program", Data: c.binding.PackRetireProgram(version)}
}

// FundOrder adds units of a listed asset to what the contract holds, and credits nobody: what a book that the history began
// with owes, nobody deposited. It counts once, however often it is sent: the contract takes it only as long as it has funded
// what the listing says. Anybody's; of a token, whoever sends it must have approved the amount.
func (c *Contract) FundOrder(l Listing, units uint64) Order {
	o := Order{Name: fmt.Sprintf("fund asset %d", l.Asset)}
	if amount := l.Amount(units); l.Address == ([20]byte{}) {
		o.Data, o.Value = c.binding.PackFundETH(l.Funded), amount
	} else {
		o.Data = c.binding.PackFundToken(l.Address, amount, l.Funded)
	}
	return o
}

// Estimate says what an order would use, and the prices of the next block. It is the contract's own answer: what it would
// refuse is a [RevertError].
func (c *Contract) Estimate(ctx context.Context, from [20]byte, o Order) (cost.Estimate, cost.Prices, error) {
	to := common.Address(c.address)
	gas, err := c.client.estimateGas(ctx, from, &to, o.Value, o.Data)
	if err != nil {
		return cost.Estimate{}, cost.Prices{}, fmt.Errorf("%s: %w", o.Name, c.reason(err))
	}
	base, tip, err := c.client.market(ctx)
	if err != nil {
		return cost.Estimate{}, cost.Prices{}, fmt.Errorf("%s: %w", o.Name, err)
	}
	return cost.Estimate{Gas: gas}, cost.Prices{BaseFee: base, Tip: tip}, nil
}

// Send has an order mined.
func (c *Contract) Send(ctx context.Context, signer Signer, o Order) (Receipt, error) {
	r, err := c.transact(ctx, signer, o.Value, o.Data)
	if err != nil {
		return r, fmt.Errorf("%s: %w", o.Name, err)
	}
	return r, nil
}
