package layer1

// How the contract lists assets, and what a depositor or a claimant does on L1, for
// development and tests: the transactions are sent without an intent, from an
// account that no anchor uses.

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
	Held    uint64   // deposited or funded and not claimed, in listed units
	Listed  bool
	Open    bool // takes deposits
}

// Amount is so many listed units in the token's smallest units.
func (t *Token) Amount(units uint64) *big.Int {
	return new(big.Int).Mul(new(big.Int).SetUint64(units), t.Unit)
}

// Listing is an asset that the contract lists.
type Listing struct {
	Token
	Asset  uint32
	Funded uint64 // for the balances of a book, in listed units; what was claimed of it stays counted
}

// Listings reads every listed asset at a block, in the order of the listing.
func (c *Contract) Listings(ctx context.Context, at Block) ([]Listing, error) {
	rows, err := readAt(ctx, c, at, c.binding.PackListings(), c.binding.UnpackListings)
	if err != nil {
		return nil, fmt.Errorf("read the listed assets: %w", err)
	}
	all := make([]Listing, len(rows))
	for i, r := range rows {
		all[i] = Listing{
			Token: Token{Address: r.Token, Unit: unitOf(r.Scale), Held: r.Held, Listed: true, Open: r.Open},
			Asset: r.Asset, Funded: r.Funded,
		}
	}
	return all, nil
}

func unitOf(scale uint8) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)
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
	return Token{Address: t.Token, Unit: unitOf(t.Scale), Held: t.Held, Listed: t.Listed, Open: t.Open}, nil
}

// tokenCall is the call data of a token's method.
func tokenCall(signature string, args ...[]byte) []byte {
	data := crypto.Keccak256([]byte(signature))[:4]
	for _, arg := range args {
		data = append(data, common.LeftPadBytes(arg, 32)...)
	}
	return data
}

// Allowance is how much of a token's smallest units the contract may take from an
// account.
func (c *Contract) Allowance(ctx context.Context, token, account [20]byte) (*big.Int, error) {
	out, err := c.client.Call(ctx, token, tokenCall("allowance(address,address)", account[:], c.address[:]), Latest)
	if err != nil {
		return nil, fmt.Errorf("read what the contract may take of token %x: %w", token, err)
	}
	return new(big.Int).SetBytes(out), nil
}

// Approve allows the contract to take an amount of a token's smallest units from
// the signer's account, unless it may take as much already. Some tokens change no
// allowance but to or from zero.
func (c *Contract) Approve(ctx context.Context, signer Signer, token [20]byte, amount *big.Int) error {
	allowed, err := c.Allowance(ctx, token, signer.Address())
	if err != nil {
		return err
	}
	if allowed.Cmp(amount) >= 0 {
		return nil
	}
	steps := []*big.Int{amount}
	if allowed.Sign() != 0 {
		steps = []*big.Int{new(big.Int), amount}
	}
	for _, step := range steps {
		data := tokenCall("approve(address,uint256)", c.address[:], step.Bytes())
		if _, err := Transact(ctx, c.client, signer, &token, nil, data); err != nil {
			return fmt.Errorf("approve %s of token %x: %w", step, token, err)
		}
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
	out, err := c.Call(ctx, token, tokenCall("balanceOf(address)", account[:]), at)
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
	out, err := c.Call(ctx, token, tokenCall("decimals()"), at)
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
