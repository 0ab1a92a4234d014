package layer1

// Plain eth_ reads and the one write. A null answer is ErrNotFound.

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/params"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
)

// Block is what Holdfast reads of an L1 block. The hash is the node's statement.
type Block struct {
	Number     uint64
	Hash       [32]byte
	ParentHash [32]byte
	TimeMs     int64 // milliseconds since the Unix epoch
	BaseFee    *big.Int
}

// Ref is the block as the cursor names it.
func (b Block) Ref() cursor.BlockRef {
	return cursor.BlockRef{Number: b.Number, Hash: b.Hash, TimeMs: b.TimeMs}
}

// Block reads one block. The tags safe and finalized give ErrNoFinality on a
// chain that has no such block yet: some nodes answer null then, others an error.
//
// With a quorum the block is one that so many endpoints agree on, or the error is
// a [*QuorumError].
func (c *Client) Block(ctx context.Context, at Tag) (Block, error) {
	if c.quorum > 1 {
		return c.agreedBlock(ctx, at)
	}
	b, err := readBlock(at, func(result any, method string, args ...any) error { return c.call(ctx, result, method, args...) })
	if pruned(err) && at != Latest && len(c.endpoints) > 1 { // another endpoint may keep what this one does not
		for _, v := range c.voteOn(ctx, at) {
			if v.err == nil {
				return v.block, nil
			}
		}
	}
	return b, err
}

// readBlock asks for a block in whichever way ask does.
func readBlock(at Tag, ask func(result any, method string, args ...any) error) (Block, error) {
	var raw *struct {
		Number     *hexutil.Uint64 `json:"number"`
		Hash       *common.Hash    `json:"hash"`
		ParentHash *common.Hash    `json:"parentHash"`
		Timestamp  *hexutil.Uint64 `json:"timestamp"`
		BaseFee    *hexutil.Big    `json:"baseFeePerGas"`
	}
	err := ask(&raw, "eth_getBlockByNumber", string(at), false)
	marked := at == Safe || at == Finalized
	switch {
	case err != nil && marked && answered(err):
		return Block{}, fmt.Errorf("read block %s: %w: %w", at, ErrNoFinality, err)
	case err != nil:
		return Block{}, fmt.Errorf("read block %s: %w", at, err)
	case raw == nil && marked:
		return Block{}, fmt.Errorf("read block %s: %w", at, ErrNoFinality)
	case raw == nil:
		return Block{}, fmt.Errorf("read block %s: %w", at, ErrNotFound)
	case raw.Number == nil || raw.Hash == nil || raw.ParentHash == nil || raw.Timestamp == nil:
		return Block{}, fmt.Errorf("read block %s: %w", at, errMalformedAnswer)
	}
	b := Block{
		Number: uint64(*raw.Number), Hash: *raw.Hash, ParentHash: *raw.ParentHash,
		TimeMs: int64(*raw.Timestamp) * 1000, BaseFee: new(big.Int),
	}
	if raw.BaseFee != nil {
		b.BaseFee = raw.BaseFee.ToInt()
	}
	return b, nil
}

var errMalformedAnswer = errors.New("L1: the answer lacks required fields")

// Receipt of a mined transaction.
type Receipt struct {
	TxHash   [32]byte
	Success  bool
	Block    uint64
	Hash     [32]byte // of the block
	GasUsed  uint64
	GasPrice *big.Int // wei
	Contract [20]byte // of a deployment
}

// Receipt reads a transaction's receipt; ErrNotFound if no endpoint has one, or with a quorum too few.
func (c *Client) Receipt(ctx context.Context, tx [32]byte) (Receipt, error) {
	if c.quorum > 1 {
		return agreed(c, Latest, func(e *endpoint) (Receipt, error) {
			return readReceipt(tx, func(result any, method string, args ...any) error { return c.ask(ctx, e, result, method, args...) })
		}, func(r Receipt) string { return fmt.Sprintf("%x in block %d %x, %t", tx, r.Block, r.Hash, r.Success) })
	}
	r, err := readReceipt(tx, func(result any, method string, args ...any) error { return c.call(ctx, result, method, args...) })
	if !errors.Is(err, ErrNotFound) || len(c.endpoints) == 1 {
		return r, err
	}
	for _, e := range c.endpoints {
		other, oerr := readReceipt(tx, func(result any, method string, args ...any) error { return c.ask(ctx, e, result, method, args...) })
		if oerr == nil {
			return other, nil
		}
	}
	return r, err
}

func readReceipt(tx [32]byte, ask func(result any, method string, args ...any) error) (Receipt, error) {
	var raw *struct {
		Status      *hexutil.Uint64 `json:"status"`
		BlockNumber *hexutil.Uint64 `json:"blockNumber"`
		BlockHash   *common.Hash    `json:"blockHash"`
		GasUsed     hexutil.Uint64  `json:"gasUsed"`
		GasPrice    *hexutil.Big    `json:"effectiveGasPrice"`
		Contract    *common.Address `json:"contractAddress"`
	}
	if err := ask(&raw, "eth_getTransactionReceipt", common.Hash(tx)); err != nil {
		return Receipt{}, fmt.Errorf("read receipt %x: %w", tx, err)
	}
	if raw == nil || raw.BlockNumber == nil || raw.BlockHash == nil {
		return Receipt{}, fmt.Errorf("read receipt %x: %w", tx, ErrNotFound)
	}
	if raw.Status == nil {
		return Receipt{}, fmt.Errorf("read receipt %x: %w", tx, errMalformedAnswer)
	}
	r := Receipt{
		TxHash: tx, Success: *raw.Status == 1, Block: uint64(*raw.BlockNumber), Hash: *raw.BlockHash,
		GasUsed: uint64(raw.GasUsed), GasPrice: new(big.Int),
	}
	if raw.GasPrice != nil {
		r.GasPrice = raw.GasPrice.ToInt()
	}
	if raw.Contract != nil {
		r.Contract = *raw.Contract
	}
	return r, nil
}

// Nonce is the account's next nonce as of a block.
func (c *Client) Nonce(ctx context.Context, account [20]byte, at Tag) (uint64, error) {
	return readNonce(account, at, func(result any, method string, args ...any) error { return c.call(ctx, result, method, args...) })
}

func readNonce(account [20]byte, at Tag, ask func(result any, method string, args ...any) error) (uint64, error) {
	var n hexutil.Uint64
	if err := ask(&n, "eth_getTransactionCount", common.Address(account), string(at)); err != nil {
		return 0, fmt.Errorf("read nonce of %x: %w", account, err)
	}
	return uint64(n), nil
}

// Balance of an account in wei.
func (c *Client) Balance(ctx context.Context, account [20]byte, at Tag) (*big.Int, error) {
	var b hexutil.Big
	if err := c.call(ctx, &b, "eth_getBalance", common.Address(account), string(at)); err != nil {
		return nil, fmt.Errorf("read balance of %x: %w", account, err)
	}
	return b.ToInt(), nil
}

// Known reports whether the node has the transaction, mined or pending.
func (c *Client) Known(ctx context.Context, tx [32]byte) (bool, error) {
	var raw *struct {
		Hash common.Hash `json:"hash"`
	}
	if err := c.call(ctx, &raw, "eth_getTransactionByHash", common.Hash(tx)); err != nil {
		return false, fmt.Errorf("look up transaction %x: %w", tx, err)
	}
	return raw != nil, nil
}

// SendRaw sends a signed transaction to every endpoint. It succeeds if one takes
// it; a refusal is that of an endpoint which answered. After a *TransportError the transaction
// may have been taken or not.
func (c *Client) SendRaw(ctx context.Context, raw []byte) error {
	if err := c.broadcast(ctx, func() any { return new(common.Hash) }, "eth_sendRawTransaction", hexutil.Bytes(raw)); err != nil {
		return fmt.Errorf("send transaction: %w", err)
	}
	return nil
}

type callArgs struct {
	From *common.Address `json:"from,omitempty"`
	To   *common.Address `json:"to,omitempty"`
	Data hexutil.Bytes   `json:"input"`
	// Value in wei that the transaction would bring.
	Value *hexutil.Big `json:"value,omitempty"`
	// BlobHashes let a rehearsal read blobhash.
	BlobHashes []common.Hash `json:"blobVersionedHashes,omitempty"`
}

// Call executes a call at a block without a transaction. With a quorum the result at a numbered block is what so many
// endpoints state, or the error is a [*QuorumError].
func (c *Client) Call(ctx context.Context, to [20]byte, data []byte, at Tag) ([]byte, error) {
	address := common.Address(to)
	args := callArgs{To: &address, Data: data}
	if c.quorum <= 1 || at == Latest || at == Safe || at == Finalized {
		return c.callWith(ctx, args, at)
	}
	out, err := agreed(c, at, func(e *endpoint) (out hexutil.Bytes, err error) {
		err = c.ask(ctx, e, &out, "eth_call", args, string(at))
		return out, err
	}, hexutil.Bytes.String)
	if err != nil {
		return nil, fmt.Errorf("call %x: %w", to, err)
	}
	return out, nil
}

func (c *Client) callWith(ctx context.Context, args callArgs, at Tag) ([]byte, error) {
	var out hexutil.Bytes
	if err := c.call(ctx, &out, "eth_call", args, string(at)); err != nil {
		return nil, fmt.Errorf("call %x: %w", *args.To, err)
	}
	return out, nil
}

// estimateGas asks what a transaction would use on the latest block.
func (c *Client) estimateGas(ctx context.Context, from [20]byte, to *common.Address, value *big.Int, data []byte) (uint64, error) {
	sender := common.Address(from)
	var gas hexutil.Uint64
	if err := c.call(ctx, &gas, "eth_estimateGas", callArgs{From: &sender, To: to, Value: (*hexutil.Big)(value), Data: data}); err != nil {
		return 0, fmt.Errorf("estimate gas: %w", err)
	}
	return uint64(gas), nil
}

// market returns the base fee of the latest block and a tip that gets a
// transaction into the next ones, both in wei.
func (c *Client) market(ctx context.Context) (baseFee, tip *big.Int, err error) {
	b, err := c.Block(ctx, Latest)
	if err != nil {
		return nil, nil, err
	}
	var suggested hexutil.Big
	err = c.call(ctx, &suggested, "eth_maxPriorityFeePerGas")
	switch {
	case err == nil:
		return b.BaseFee, suggested.ToInt(), nil
	case answered(err): // a node may lack the method
		return b.BaseFee, big.NewInt(params.GWei), nil
	default:
		return nil, nil, fmt.Errorf("read the market's tip: %w", err)
	}
}

// BlobBaseFee is what a unit of blob gas costs in the next block, in wei.
func (c *Client) BlobBaseFee(ctx context.Context) (*big.Int, error) {
	var fee hexutil.Big
	if err := c.call(ctx, &fee, "eth_blobBaseFee"); err != nil {
		return nil, fmt.Errorf("read the blob base fee: %w", err)
	}
	return fee.ToInt(), nil
}

// poll calls check until it is done, fails, or the context ends.
func poll(ctx context.Context, every time.Duration, check func(context.Context) (bool, error)) error {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		done, err := check(ctx)
		if err != nil || done {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
	}
}
