package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/rpc/client"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
)

// Deposits and claims are sent to L1 from a key file, for development; a wallet
// does the same with what `withdrawals prove` prints.

// walletFlags are an account on L1 and the contract.
type walletFlags struct {
	chain chainFlags
	key   string
}

func (f *walletFlags) add(c *cobra.Command) {
	f.chain.add(c, true)
	c.Flags().StringVar(&f.key, "key-file", "", "file with the key that pays, 64 hexadecimal digits; not a submitter's or prover's")
}

// wallet is an opened account.
type wallet struct {
	client   *layer1.Client
	contract *layer1.Contract
	signer   layer1.Signer
}

// covers is so many listed units in the token's smallest, if the account has them.
func (x *wallet) covers(ctx context.Context, token layer1.Token, asset uint32, units uint64) (*big.Int, error) {
	amount := token.Amount(units)
	have, err := x.client.TokenBalance(ctx, token.Address, x.signer.Address(), layer1.Latest)
	if err != nil {
		return nil, err
	}
	if have.Cmp(amount) < 0 {
		return nil, fmt.Errorf("%d units of asset %d are %s of the token's smallest units, and %s has %s: nothing was sent",
			units, asset, amount, addressText(x.signer.Address()), have)
	}
	return amount, nil
}

func notListed(asset uint32) error {
	return &exitError{exitNotFound, fmt.Errorf("the contract does not list asset %d: its owner lists it with `holdfast contract list-token`", asset)}
}

// run opens the account, which must not be one that anchors: their nonces are the cluster's.
func (f *walletFlags) run(ctx context.Context, a *app, fn func(ctx context.Context, x *wallet) error) error {
	if f.key == "" {
		return usage("--key-file must name the file with the key of the account that pays")
	}
	signer, err := (&signerFlags{key: config.Key{File: f.key}}).open()
	if err != nil {
		return err
	}
	return f.chain.withChain(ctx, a, true, func(ctx context.Context, client *layer1.Client, c *layer1.Contract) error {
		now, err := c.Inspect(ctx, 0, layer1.Latest)
		if err != nil {
			return err
		}
		if role := anchors(now, signer.Address()); role != "" {
			return usage("--key-file is the %s's key, whose nonces are the cluster's: use an account of your own", role)
		}
		return fn(ctx, &wallet{client, c, signer})
	})
}

// anchors names the role in which the cluster itself sends from an account, if it does.
func anchors(now layer1.Inspection, account [20]byte) string {
	switch account {
	case now.State.Submitter:
		return "submitter"
	case now.State.Prover:
		return "prover"
	default:
		return ""
	}
}

// asked keeps the exit status of the replicas' error in the course of a command about L1.
func asked(err error) error {
	if err == nil {
		return nil
	}
	return &exitError{exitCode(err), err}
}

func parseAddress(flag, s string) (a [20]byte, err error) {
	b, err := hex.DecodeString(strings.TrimPrefix(s, "0x"))
	if err != nil || len(b) != len(a) {
		return a, usage("%s is not an address: 0x and 40 hexadecimal digits", flag)
	}
	return [20]byte(b), nil
}

func newDeposit(a *app) *cobra.Command {
	var w walletFlags
	var asset uint32
	var account string
	c := &cobra.Command{
		Use: "deposit AMOUNT", Short: "Queue a deposit on L1, for development", Args: exactArgs("AMOUNT"),
		Long: "Deposit sends AMOUNT, in the asset's listed units, to the contract's queue. The cluster credits it to the account\n" +
			"that has the address once its block is finalized (or as deep as the cluster's risk.deposit_depth says).",
		RunE: func(cmd *cobra.Command, args []string) error {
			units, err := strconv.ParseUint(args[0], 10, 64)
			if err != nil || units == 0 || asset == 0 {
				return usage("AMOUNT must be a number of listed units above 0, and --asset an id")
			}
			var to [20]byte
			if account != "" {
				if to, err = parseAddress("--account", account); err != nil {
					return err
				}
			}
			return w.run(cmd.Context(), a, func(ctx context.Context, x *wallet) error {
				if account == "" {
					to = x.signer.Address()
				}
				return a.deposit(ctx, x, asset, units, to)
			})
		},
	}
	w.add(c)
	c.Flags().Uint32Var(&asset, "asset", 0, "the asset's id")
	c.Flags().StringVar(&account, "account", "", "address to credit; by default the key's own")
	return c
}

func (a *app) deposit(ctx context.Context, x *wallet, asset uint32, units uint64, to [20]byte) error {
	token, err := x.contract.Token(ctx, asset, layer1.Latest)
	if err != nil {
		return err
	}
	if !token.Listed {
		return notListed(asset)
	}
	if !token.Open {
		return fmt.Errorf("the contract takes no deposits of asset %d for now: its owner closed them", asset)
	}
	amount, err := x.covers(ctx, token, asset, units)
	if err != nil {
		return err
	}
	if token.Address != ([20]byte{}) {
		if err = x.contract.Approve(ctx, x.signer, token.Address, amount); err != nil {
			return err
		}
	}
	index, receipt, err := x.contract.Deposit(ctx, x.signer, token.Address, to, amount)
	if err != nil {
		return err
	}
	doc := map[string]any{"index": index, "block": receipt.Block, "tx": hex.EncodeToString(receipt.TxHash[:]), "account": hex.EncodeToString(to[:])}
	return a.print(doc, func(w io.Writer) {
		row(w, "deposit", index)
		row(w, "L1 block", receipt.Block)
		row(w, "transaction", "0x"+hex.EncodeToString(receipt.TxHash[:]))
		row(w, "credited to", addressText(to)+", once the block is finalized or as deep as the cluster asks for")
	})
}

func newClaim(a *app) *cobra.Command {
	var w walletFlags
	var batch uint64
	var to string
	c := &cobra.Command{
		Use: "claim WITHDRAWAL", Short: "Claim a withdrawal of a verified batch on L1, for development", Args: exactArgs("WITHDRAWAL"),
		Long: "Claim asks a replica for the proof of the withdrawal with this index, checks it, and sends it to the contract.\n" +
			"Anybody may have a withdrawal paid to its own address; only that address may name another with --to.",
		RunE: func(cmd *cobra.Command, args []string) error {
			index, err := withdrawalIndex(args[0])
			if err != nil {
				return err
			}
			var recipient *[20]byte
			if to != "" {
				named, err := parseAddress("--to", to)
				if err != nil {
					return err
				}
				recipient = &named
			}
			return w.run(cmd.Context(), a, func(ctx context.Context, x *wallet) error {
				var claim client.Claim
				err := a.withClient(ctx, nil, func(ctx context.Context, c *client.Client) (err error) {
					claim, err = c.ProveWithdrawal(ctx, index, batch)
					return err
				})
				if err != nil {
					return asked(err)
				}
				if recipient == nil {
					recipient = (*[20]byte)(&claim.Withdrawal.Address)
				}
				return a.claim(ctx, x, &claim, *recipient)
			})
		},
	}
	w.add(c)
	c.Flags().Uint64Var(&batch, "batch", 0, "batch that holds it, as its receipt says; needed for old ones")
	c.Flags().StringVar(&to, "to", "", "address to pay to; by default the withdrawal's own")
	return c
}

func (a *app) claim(ctx context.Context, x *wallet, claim *client.Claim, to [20]byte) error {
	paid, err := x.contract.IsClaimed(ctx, claim.Withdrawal.Index, layer1.Latest)
	if err != nil {
		return err
	}
	if paid {
		return fmt.Errorf("withdrawal %d: %w", claim.Withdrawal.Index, errClaimed)
	}
	receipt, err := x.contract.Claim(ctx, x.signer, claim.Header, claim.Withdrawal, claim.Proof, to)
	if err != nil {
		return err
	}
	doc := map[string]any{
		"index": claim.Withdrawal.Index, "batch": claim.Header.Number, "block": receipt.Block,
		"tx": hex.EncodeToString(receipt.TxHash[:]), "paid_to": hex.EncodeToString(to[:]),
	}
	return a.print(doc, func(w io.Writer) {
		row(w, "withdrawal", claim.Withdrawal.Index)
		row(w, "batch", claim.Header.Number)
		row(w, "asset", claim.Withdrawal.Asset)
		row(w, "amount", claim.Withdrawal.Amount)
		row(w, "paid to", addressText(to))
		row(w, "L1 block", receipt.Block)
		row(w, "transaction", "0x"+hex.EncodeToString(receipt.TxHash[:]))
	})
}

var errClaimed = errors.New("it is paid already")

func withdrawalIndex(s string) (uint64, error) {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		return 0, usage("%q is not a withdrawal's index", s)
	}
	return n, nil
}

func newWithdrawals(a *app) *cobra.Command {
	return group("withdrawals", "List withdrawals, or prove one for a claim on L1", newWithdrawalsList(a), newWithdrawalsProve(a))
}

func newWithdrawalsList(a *app) *cobra.Command {
	var address string
	var first uint64
	var limit uint32
	c := &cobra.Command{
		Use: "list", Short: "List withdrawals with the furthest head that reached each", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			req := &pb.ListWithdrawalsRequest{First: first, Limit: limit}
			if address != "" {
				of, err := parseAddress("--address", address)
				if err != nil {
					return err
				}
				req.Address = of[:]
			}
			resp, err := ask(cmd.Context(), a, pb.NewVerifyServiceClient, pb.VerifyServiceClient.ListWithdrawals, req)
			if err != nil {
				return err
			}
			return a.print(document(resp), func(w io.Writer) {
				row(w, "WITHDRAWAL", "ASSET", "AMOUNT", "ADDRESS", "BATCH", "HEAD")
				for _, x := range resp.GetWithdrawals() {
					row(w, x.GetIndex(), x.GetAsset(), x.GetAmount(), hex.EncodeToString(x.GetAddress()), dashZero(x.GetBatch()), headName(x.GetHead()))
				}
			})
		},
	}
	c.Flags().StringVar(&address, "address", "", "only those to this L1 address")
	c.Flags().Uint64Var(&first, "first", 0, "from this index on")
	c.Flags().Uint32Var(&limit, "limit", 100, "most to list")
	return c
}

func newWithdrawalsProve(a *app) *cobra.Command {
	var batch uint64
	c := &cobra.Command{
		Use: "prove WITHDRAWAL", Short: "Print what the contract's claim takes", Args: exactArgs("WITHDRAWAL"),
		RunE: func(cmd *cobra.Command, args []string) error {
			index, err := withdrawalIndex(args[0])
			if err != nil {
				return err
			}
			var claim client.Claim
			err = a.withClient(cmd.Context(), nil, func(ctx context.Context, c *client.Client) (err error) {
				claim, err = c.ProveWithdrawal(ctx, index, batch)
				return err
			})
			if err != nil {
				return err
			}
			return a.printClaim(&claim)
		},
	}
	c.Flags().Uint64Var(&batch, "batch", 0, "batch that holds it, as its receipt says; needed for old ones")
	return c
}

func (a *app) printClaim(claim *client.Claim) error {
	header, w, p := hex.EncodeToString(claim.Header.Append(nil)), &claim.Withdrawal, &claim.Proof
	siblings := make([]string, len(p.Siblings))
	for i := range p.Siblings {
		siblings[i] = hex.EncodeToString(p.Siblings[i][:])
	}
	doc := map[string]any{
		"batch": claim.Header.Number, "head": headName(claim.Head), "header": header,
		"withdrawal": map[string]any{"index": w.Index, "asset": w.Asset, "account": hex.EncodeToString(w.Address[:]), "amount": w.Amount},
		"proof":      map[string]any{"position": p.Position, "count": p.Count, "siblings": siblings},
	}
	return a.print(doc, func(out io.Writer) {
		row(out, "withdrawal", w.Index)
		row(out, "asset", w.Asset)
		row(out, "amount", w.Amount)
		row(out, "account", hex.EncodeToString(w.Address[:]))
		row(out, "batch", claim.Header.Number)
		row(out, "head", headName(claim.Head))
		row(out, "header", header)
		row(out, "position", fmt.Sprintf("%d of %d", p.Position, p.Count))
		for _, s := range siblings {
			row(out, "sibling", s)
		}
		row(out, "the contract pays it once the batch is verified on L1")
	})
}
