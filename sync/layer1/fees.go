package layer1

// A replacement pays at least the pool's minimum bump over every earlier attempt
// at its nonce, at least the market, and never more than the hard cap.

import (
	"context"
	"fmt"
	"math/big"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

// The pools' minimum bumps: 10 % for plain transactions; 100 % for blob
// transactions, on all three fees.
const (
	plainBump = 110
	blobBump  = 200
)

// fees of one transaction in wei per gas.
type fees struct {
	tip, fee *big.Int
	blob     *big.Int // nil for a plain transaction
}

// fees returns what a transaction has to pay that must outbid earlier attempts at
// its nonce.
func (m *TxManager) fees(ctx context.Context, outbid []cursor.Attempt, blobs bool) (fees, error) {
	baseFee, tip, err := m.client.market(ctx)
	if err != nil {
		return fees{}, err
	}
	percent := int64(plainBump)
	if blobs {
		percent = blobBump
	}
	least := fees{tip: new(big.Int), fee: new(big.Int), blob: new(big.Int)}
	for _, attempt := range outbid {
		tx, derr := decodeAttempt(attempt)
		if derr != nil {
			return fees{}, derr
		}
		least.tip = maxBig(least.tip, bump(tx.GasTipCap(), percent))
		least.fee = maxBig(least.fee, bump(tx.GasFeeCap(), percent))
		if c := tx.BlobGasFeeCap(); c != nil {
			least.blob = maxBig(least.blob, bump(c, percent))
		}
	}
	limit := m.cfg.MaxFeePerGas
	if baseFee.Cmp(limit) >= 0 || least.fee.Cmp(limit) > 0 || least.tip.Cmp(limit) > 0 {
		return fees{}, fmt.Errorf("base fee %s, smallest replacement %s, cap %s wei per gas: %w", baseFee, least.fee, limit, ErrFeeCap)
	}
	tip = maxBig(tip, least.tip)
	fee := minBig(limit, maxBig(feeCap(baseFee, tip), least.fee))
	out := fees{tip: minBig(tip, fee), fee: fee}
	if blobs {
		if out.blob, err = m.blobFee(ctx, least.blob); err != nil {
			return fees{}, err
		}
	}
	return out, nil
}

func (m *TxManager) blobFee(ctx context.Context, least *big.Int) (*big.Int, error) {
	market, err := m.client.BlobBaseFee(ctx)
	if err != nil {
		return nil, err
	}
	limit := m.cfg.MaxBlobFeePerGas
	if market.Cmp(limit) >= 0 || least.Cmp(limit) > 0 {
		return nil, fmt.Errorf("blob base fee %s, smallest replacement %s, cap %s wei per blob gas: %w", market, least, limit, ErrFeeCap)
	}
	return minBig(limit, maxBig(new(big.Int).Lsh(market, 1), least)), nil
}

// bump is the smallest fee that replaces v: percent of it, rounded up, and never
// the same.
func bump(v *big.Int, percent int64) *big.Int {
	b := new(big.Int).Mul(v, big.NewInt(percent))
	b.Add(b, big.NewInt(99))
	b.Div(b, big.NewInt(100))
	if b.Cmp(v) <= 0 {
		b.Add(v, big.NewInt(1))
	}
	return b
}

func maxBig(a, b *big.Int) *big.Int {
	if a.Cmp(b) >= 0 {
		return a
	}
	return b
}

func minBig(a, b *big.Int) *big.Int {
	if a.Cmp(b) <= 0 {
		return a
	}
	return b
}
