package fsm

import (
	"errors"
	"fmt"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// ErrWithdrawalsRoot says that the withdrawals do not give the root that the header states.
var ErrWithdrawalsRoot = errors.New("fsm: the payload's withdrawals have another root than the header")

// Withdrawals lists what a payload of transitions withdraws, in order. first is the
// index of the first of them; a header's withdrawals root vouches for the whole.
func Withdrawals(header *batch.Header, payload []byte, first uint64) ([]batch.Withdrawal, error) {
	ts, err := batch.DecodePayload(payload, batch.DefaultLimits())
	if err != nil {
		return nil, fmt.Errorf("withdrawals of batch %d: %w", header.Number, err)
	}
	var out []batch.Withdrawal
	for i := range ts {
		if t := &ts[i]; t.Kind == command.Withdraw {
			out = append(out, batch.Withdrawal{Index: first + uint64(len(out)), Asset: t.Asset, Address: t.Address, Amount: t.Amount})
		}
	}
	if batch.WithdrawalsRoot(out) != header.WithdrawalsRoot {
		return nil, fmt.Errorf("batch %d, first index %d: %w", header.Number, first, ErrWithdrawalsRoot)
	}
	return out, nil
}

// Withdrawals lists the batch's withdrawals, in order.
func (b *SealedBatch) Withdrawals() ([]batch.Withdrawal, error) {
	return Withdrawals(&b.Header, b.Payload, b.FirstWithdrawal)
}
