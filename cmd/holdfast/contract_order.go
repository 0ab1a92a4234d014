package main

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
)

// orderFlags are those of every order of one of the contract's roles.
type orderFlags struct {
	chain chainFlags
	sign  signerFlags
	dry   bool
}

func (f *orderFlags) add(c *cobra.Command) {
	f.chain.add(c, true)
	f.sign.add(c)
	c.Flags().BoolVar(&f.dry, "dry-run", false, "print call data and estimate, and send nothing")
}

// start opens what signs and the chain, and reads the contract's state.
func (f *orderFlags) start(ctx context.Context, a *app, fn func(ctx context.Context, x *wallet, now layer1.Inspection) error) error {
	signer, err := f.sign.open()
	if err != nil {
		return err
	}
	return f.chain.withChain(ctx, a, true, func(ctx context.Context, l1 *layer1.Client, c *layer1.Contract) error {
		now, err := c.Inspect(ctx, 0, layer1.Latest)
		if err != nil {
			return err
		}
		if role := anchors(now, signer.Address()); role != "" && !f.dry {
			a.progress("warning: the cluster sends from this account too, as the %s; an order in between may hold an anchor up: give the role that signs here an account of its own (`holdfast init --owner`, `holdfast contract roles`)", role)
		}
		return fn(ctx, &wallet{l1, c, signer}, now)
	})
}

// run makes the order with the contract's state before it, estimates it and sends it.
func (f *orderFlags) run(ctx context.Context, a *app, build func(ctx context.Context, l1 *layer1.Client, c *layer1.Contract, now layer1.Inspection) (layer1.Order, error)) error {
	return f.start(ctx, a, func(ctx context.Context, x *wallet, now layer1.Inspection) error {
		o, err := build(ctx, x.client, x.contract, now)
		if err != nil {
			return err
		}
		if f.dry {
			return a.rehearse(ctx, x, o)
		}
		r, err := a.send(ctx, x, o)
		if err != nil {
			return err
		}
		return a.printSent(o, r)
	})
}

// rehearse estimates an order and shows it.
func (a *app) rehearse(ctx context.Context, x *wallet, o layer1.Order) error {
	estimate, prices, err := x.contract.Estimate(ctx, x.signer.Address(), o)
	if err != nil {
		return err
	}
	return a.printOrder(o, addressText(x.contract.Address()), x.signer.Address(), estimate, prices)
}

// send estimates an order, says what it costs, and has it mined.
func (a *app) send(ctx context.Context, x *wallet, o layer1.Order) (layer1.Receipt, error) {
	estimate, prices, err := x.contract.Estimate(ctx, x.signer.Address(), o)
	if err != nil {
		return layer1.Receipt{}, err
	}
	a.progress("%s from %s: %d gas, %s ether", o.Name, addressText(x.signer.Address()), estimate.Gas, ether(estimate.Wei(prices)))
	return x.contract.Send(ctx, x.signer, o)
}

func (a *app) printSent(o layer1.Order, r layer1.Receipt) error {
	doc := struct {
		Order string `json:"order"`
		Tx    string `json:"transaction"`
		Block uint64 `json:"block"`
		Gas   uint64 `json:"gas_used"`
	}{o.Name, "0x" + hex.EncodeToString(r.TxHash[:]), r.Block, r.GasUsed}
	return a.print(doc, func(w io.Writer) {
		row(w, "order", doc.Order)
		row(w, "transaction", doc.Tx)
		row(w, "block", fmt.Sprintf("%d (not final yet: `holdfast contract inspect --level finalized` shows when)", doc.Block))
		row(w, "gas used", doc.Gas)
	})
}

// fixed is an order that needs nothing but the contract.
func fixed(a *app, use, short, long string, order func(*layer1.Contract) layer1.Order) *cobra.Command {
	var f orderFlags
	c := &cobra.Command{
		Use: use, Short: short, Long: long, Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return f.run(cmd.Context(), a, func(_ context.Context, _ *layer1.Client, c *layer1.Contract, _ layer1.Inspection) (layer1.Order, error) {
				return order(c), nil
			})
		},
	}
	f.add(c)
	return c
}

func newContractPause(a *app) *cobra.Command {
	return fixed(a, "pause", "Stop commits, verifications and deposits (the guardian)",
		"Pause stops commits, verifications, deposits and, for a bounded time, claims.\nThe guardian signs; `holdfast contract unpause` by the owner ends it.", (*layer1.Contract).PauseOrder)
}

func newContractUnpause(a *app) *cobra.Command {
	return fixed(a, "unpause", "End a pause (the owner)", "Unpause ends a pause. The owner signs.", (*layer1.Contract).UnpauseOrder)
}

func newContractRoles(a *app) *cobra.Command {
	var f orderFlags
	var roles [3]string
	var offer string
	var accept bool
	c := &cobra.Command{
		Use: "roles", Short: "Change who may submit, prove, guard or own (the owner)", Args: noArgs,
		Long: `Roles changes the accounts of the roles that are named and keeps the others. The
owner signs. Ownership moves in two steps: --offer-ownership by the owner, then
--accept-ownership by the new one. ` + "`holdfast contract inspect`" + ` shows the roles.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			named := strings.Join(roles[:], "") != ""
			ways := 0
			for _, given := range []bool{named, offer != "", accept} {
				if given {
					ways++
				}
			}
			if ways != 1 {
				return usage("name roles to change (--submitter, --prover, --guardian), or --offer-ownership, or --accept-ownership: one of the three")
			}
			return f.run(cmd.Context(), a, func(_ context.Context, _ *layer1.Client, c *layer1.Contract, now layer1.Inspection) (layer1.Order, error) {
				if accept {
					return c.AcceptOwnershipOrder(), nil
				}
				if offer != "" {
					next, err := config.ParseAddress(offer)
					if err != nil {
						return layer1.Order{}, usage("--offer-ownership %v", err)
					}
					return c.OfferOwnershipOrder(next), nil
				}
				s := now.State
				for i, into := range []*[20]byte{&s.Submitter, &s.Prover, &s.Guardian} {
					if err := addressFlag([]string{"--submitter", "--prover", "--guardian"}[i], roles[i], into); err != nil {
						return layer1.Order{}, err
					}
				}
				return c.RolesOrder(s.Submitter, s.Prover, s.Guardian), nil
			})
		},
	}
	f.add(c)
	for i, role := range []string{"submitter", "prover", "guardian"} {
		c.Flags().StringVar(&roles[i], role, "", "new address of the "+role)
	}
	c.Flags().StringVar(&offer, "offer-ownership", "", "address to offer ownership to")
	c.Flags().BoolVar(&accept, "accept-ownership", false, "take ownership that was offered to the signing account")
	return c
}

func newContractTakeOver(a *app) *cobra.Command {
	var f orderFlags
	var lineage, hash string
	var last uint64
	c := &cobra.Command{
		Use: "take-over", Short: "Hand the contract to a recovered cluster's lineage (the guardian)", Args: noArgs,
		Long: `Take-over hands the contract to another lineage. What the old cluster still has
in flight then fits no more, and the old cluster halts as superseded. The guardian
signs, and states the last batch that the new cluster stands on: if L1 moved on
meanwhile, the contract refuses.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			to, err := hex.DecodeString(strings.TrimPrefix(lineage, "0x"))
			if err != nil || len(to) != 16 {
				return usage("--lineage must be 32 hexadecimal digits, as `holdfast status -o json` of the new cluster shows it")
			}
			h, err := hex.DecodeString(strings.TrimPrefix(hash, "0x"))
			if err != nil || len(h) != 32 {
				return usage("--header-hash must be 64 hexadecimal digits: of the last batch, as `holdfast contract inspect` shows it")
			}
			if !cmd.Flags().Changed("last") {
				return usage("--last must name the last batch that L1 holds, as `holdfast contract inspect` shows it")
			}
			return f.run(cmd.Context(), a, func(_ context.Context, _ *layer1.Client, c *layer1.Contract, _ layer1.Inspection) (layer1.Order, error) {
				return c.TakeOverOrder([16]byte(to), last, [32]byte(h)), nil
			})
		},
	}
	f.add(c)
	c.Flags().StringVar(&lineage, "lineage", "", "lineage of the new cluster")
	c.Flags().Uint64Var(&last, "last", 0, "number of the last batch on L1 that the new cluster stands on; 0 for none")
	c.Flags().StringVar(&hash, "header-hash", "", "its header hash; zeros for none")
	return c
}

func newContractRevert(a *app) *cobra.Command {
	var f orderFlags
	var from uint64
	c := &cobra.Command{
		Use: "revert", Short: "Take back unverified batches (the guardian)", Args: noArgs,
		Long: `Revert takes back every committed batch from --from on; none of them may be
verified. The guardian signs. The cluster then finds its batches reverted and stops
anchoring until it is told how to go on. The header of the batch before --from is
read from the replicas of --endpoints and checked against L1.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if from == 0 {
				return usage("--from must name the first batch to take back")
			}
			return f.run(cmd.Context(), a, func(ctx context.Context, _ *layer1.Client, c *layer1.Contract, _ layer1.Inspection) (layer1.Order, error) {
				if from == 1 {
					return c.RevertOrder(1, nil), nil
				}
				parent, err := a.headerOf(ctx, c, from-1)
				if err != nil {
					return layer1.Order{}, err
				}
				return c.RevertOrder(from, &parent), nil
			})
		},
	}
	f.add(c)
	c.Flags().Uint64Var(&from, "from", 0, "first batch to take back")
	return c
}

// headerOf asks the replicas for the header of a batch that L1 holds.
func (a *app) headerOf(ctx context.Context, c *layer1.Contract, n uint64) (batch.Header, error) {
	seen, err := c.Inspect(ctx, n, layer1.Latest)
	if err != nil {
		return batch.Header{}, err
	}
	if !seen.Committed() {
		return batch.Header{}, &exitError{exitNotFound, fmt.Errorf("L1 holds no batch %d: its last is %d", n, seen.State.LastCommitted)}
	}
	resp, err := ask(ctx, a, pb.NewStateServiceClient, pb.StateServiceClient.GetBatch, &pb.GetBatchRequest{Number: n})
	if err != nil {
		return batch.Header{}, asked(err)
	}
	header, err := batch.DecodeHeader(resp.GetBatch().GetHeader())
	if err != nil {
		return batch.Header{}, fmt.Errorf("header of batch %d: %w", n, err)
	}
	if header.Hash() != seen.HeaderHash {
		return batch.Header{}, inconsistent("the replicas hold another batch %d than L1", n)
	}
	return header, nil
}
