package layer1

// What a depositor or a claimant does on L1, for development and tests: the
// transactions are sent without an intent, from an account that no anchor uses.

import (
	"context"
	"errors"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/sync/layer1/contract"
)

// Token is how the contract lists an asset.
type Token struct {
	Address [20]byte // zero is ether
	Unit    *big.Int // of the token's smallest units in a listed unit
	Held    uint64   // deposited and not claimed, in listed units
	Listed  bool
	Open    bool // takes deposits
}

// Token reads how the contract lists an asset.
func (c *Contract) Token(ctx context.Context, asset uint32, at Tag) (Token, error) {
	out, err := c.client.Call(ctx, c.address, c.binding.PackTokens(asset), at)
	if err != nil {
		return Token{}, fmt.Errorf("read the token of asset %d: %w", asset, err)
	}
	t, err := c.binding.UnpackTokens(out)
	if err != nil {
		return Token{}, fmt.Errorf("read the token of asset %d: %w: %w", asset, ErrNoContract, err)
	}
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(t.Scale)), nil)
	return Token{Address: t.Token, Unit: unit, Held: t.Held, Listed: t.Listed, Open: t.Open}, nil
}

// Approve allows the contract to take an amount of a token's smallest units from
// the signer's account.
func (c *Contract) Approve(ctx context.Context, signer Signer, token [20]byte, amount *big.Int) error {
	data := append(crypto.Keccak256([]byte("approve(address,uint256)"))[:4], common.LeftPadBytes(c.address[:], 32)...)
	if _, err := Transact(ctx, c.client, signer, &token, nil, append(data, common.LeftPadBytes(amount.Bytes(), 32)...)); err != nil {
		return fmt.Errorf("approve %s of token %x: %w", amount, token, err)
	}
	return nil
}

// Deposit queues an amount of a token's smallest units (of ether if the token is
// zero) for an account, and returns its index in the queue. A token's owner must
// have approved it.
func (c *Contract) Deposit(ctx context.Context, signer Signer, token, account [20]byte, amount *big.Int) (uint64, Receipt, error) {
	data, value := c.binding.PackDepositToken(token, account, amount), (*big.Int)(nil)
	if token == ([20]byte{}) {
		data, value = c.binding.PackDepositETH(account), amount
	}
	r, err := c.transact(ctx, signer, value, data)
	if err != nil {
		return 0, r, fmt.Errorf("deposit: %w", err)
	}
	logs, err := c.depositLogs(ctx, r.Block, r.Block)
	if err != nil {
		return 0, r, fmt.Errorf("deposit: %w", err)
	}
	for _, d := range logs {
		if d.tx == common.Hash(r.TxHash) {
			return d.Index, r, nil
		}
	}
	return 0, r, fmt.Errorf("deposit: transaction %x: %w", r.TxHash, ErrInboxLogs)
}

// Claim has a withdrawal of a verified batch paid to a recipient. Anybody may have
// it paid to its own address.
func (c *Contract) Claim(ctx context.Context, signer Signer, header batch.Header, w batch.Withdrawal, p batch.WithdrawalProof, recipient [20]byte) (Receipt, error) {
	siblings := make([][32]byte, len(p.Siblings))
	for i := range p.Siblings {
		siblings[i] = p.Siblings[i]
	}
	data := c.binding.PackClaim(header.Append(nil),
		contract.Withdrawal{Index: w.Index, Asset: w.Asset, Account: common.Address(w.Address), Amount: w.Amount},
		contract.WithdrawalProof{Position: p.Position, Count: p.Count, Siblings: siblings}, recipient)
	r, err := c.transact(ctx, signer, nil, data)
	if err != nil {
		return r, fmt.Errorf("claim withdrawal %d: %w", w.Index, err)
	}
	return r, nil
}

// IsClaimed says whether a withdrawal is paid.
func (c *Contract) IsClaimed(ctx context.Context, index uint64, at Tag) (bool, error) {
	out, err := c.client.Call(ctx, c.address, c.binding.PackIsClaimed(index), at)
	if err != nil {
		return false, fmt.Errorf("read whether withdrawal %d is claimed: %w", index, err)
	}
	claimed, err := c.binding.UnpackIsClaimed(out)
	if err != nil {
		return false, fmt.Errorf("read whether withdrawal %d is claimed: %w: %w", index, ErrNoContract, err)
	}
	return claimed, nil
}

// TokenBalance is what an account holds of a token, in its smallest units.
func (c *Client) TokenBalance(ctx context.Context, token, account [20]byte, at Tag) (*big.Int, error) {
	if token == ([20]byte{}) {
		return c.Balance(ctx, account, at)
	}
	data := append(crypto.Keccak256([]byte("balanceOf(address)"))[:4], common.LeftPadBytes(account[:], 32)...)
	out, err := c.Call(ctx, token, data, at)
	if err != nil {
		return nil, fmt.Errorf("read the balance of %x: %w", account, err)
	}
	return new(big.Int).SetBytes(out), nil
}

// etherDecimals are those of a whole ether.
const etherDecimals = 18

// TokenDecimals is how many digits a whole token has (ether's if the token is zero). A token need not say: then it is not known.
func (c *Client) TokenDecimals(ctx context.Context, token [20]byte, at Tag) (decimals uint8, known bool, err error) {
	if token == ([20]byte{}) {
		return etherDecimals, true, nil
	}
	out, err := c.Call(ctx, token, crypto.Keccak256([]byte("decimals()"))[:4], at)
	if _, refused := errors.AsType[*AnswerError](err); refused {
		return 0, false, nil // it has no such method
	}
	if err != nil {
		return 0, false, fmt.Errorf("read the decimals of %x: %w", token, err)
	}
	n := new(big.Int).SetBytes(out)
	if len(out) != 32 || n.BitLen() > 8 {
		return 0, false, nil // nor is this an answer
	}
	return uint8(n.Uint64()), true, nil
}

// transact mines one call of the contract. What the contract refuses is a RevertError.
func (c *Contract) transact(ctx context.Context, signer Signer, value *big.Int, data []byte) (Receipt, error) {
	r, err := Transact(ctx, c.client, signer, &c.address, value, data)
	return r, c.reason(err)
}
