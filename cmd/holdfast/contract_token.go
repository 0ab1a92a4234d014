package main

// A listing is for good, and a deposit that the cluster cannot credit holds up every later one. So what the contract
// cannot know is checked before: that the cluster registered the asset with this token, and that their units fit.

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/rpc/client"
	pb "github.com/holdfast-rollup/holdfast/rpc/proto/holdfast/v1"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
)

// tokenFlag reads a token's address, or "eth".
func tokenFlag(text string) (token [20]byte, err error) {
	if text == "eth" {
		return token, nil
	}
	if token, err = config.ParseAddress(text); err != nil {
		return token, usage("--token must be eth or the token's address: %v", err)
	}
	if token == ([20]byte{}) {
		return token, usage("--token is the zero address; say eth if you mean ether")
	}
	return token, nil
}

// tokenText is what tokenFlag reads.
func tokenText(token [20]byte) string {
	if token == ([20]byte{}) {
		return "eth"
	}
	return addressText(token)
}

func newContractListToken(a *app) *cobra.Command {
	var f orderFlags
	var asset uint32
	var text string
	var scale uint8
	c := &cobra.Command{
		Use: "list-token", Short: "List an asset for deposits and withdrawals, for good (the owner)", Args: noArgs,
		Long: `List-token lists a token under the id of an asset, for good; then it can be
deposited and claimed. The owner signs. One unit of the asset is 10^--scale of the
token's smallest units: the token's decimals less the asset's. The replicas of
--endpoints must hold the asset with this token (` + "`holdfast asset register`" + `):
a deposit that they cannot credit would hold up all later ones.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case asset == 0:
				return usage("--asset must name the asset's id, above 0")
			case text == "":
				return usage("--token must be eth or the token's address")
			case !cmd.Flags().Changed("scale"):
				return usage("--scale must be the token's decimals less the asset's: 9 for ether with units of a gwei, 0 for the token's own units")
			case scale > layer1.MaxScale:
				return usage("--scale is %d; must be 0 to %d", scale, layer1.MaxScale)
			}
			token, err := tokenFlag(text)
			if err != nil {
				return err
			}
			return f.run(cmd.Context(), a, func(ctx context.Context, l1 *layer1.Client, c *layer1.Contract, _ layer1.Inspection) (layer1.Order, error) {
				if err := a.canList(ctx, l1, c, asset, token, scale); err != nil {
					return layer1.Order{}, err
				}
				return c.ListTokenOrder(asset, token, scale), nil
			})
		},
	}
	f.add(c)
	c.Flags().Uint32Var(&asset, "asset", 0, "the asset's id")
	c.Flags().StringVar(&text, "token", "", "the token's address, or eth")
	c.Flags().Uint8Var(&scale, "scale", 0, "a unit of the asset is 10^scale of the token's smallest units")
	return c
}

// canList says why an asset cannot be listed with this token and scale.
func (a *app) canList(ctx context.Context, l1 *layer1.Client, c *layer1.Contract, id uint32, token [20]byte, scale uint8) error {
	now, err := c.Token(ctx, id, layer1.Latest)
	if err != nil {
		return err
	}
	if now.Listed {
		return fmt.Errorf("asset %d is listed already, with token %s and units of %s: a listing stays; deposit, or register another asset",
			id, tokenText(now.Address), now.Unit)
	}
	asset, err := a.registered(ctx, id)
	if err != nil {
		return err
	}
	if held := [20]byte(asset.GetToken()); held != token {
		return usage("the cluster registered asset %d with token %s, not %s: list that one, or register another asset", id, tokenText(held), tokenText(token))
	}
	decimals, known, err := l1.TokenDecimals(ctx, token, layer1.Latest)
	if err != nil || !known {
		return err
	}
	switch want := int(decimals) - int(asset.GetDecimals()); {
	case want < 0:
		return usage("asset %d has %d decimals and its token %d: an asset cannot have more than its token; register another asset", id, asset.GetDecimals(), decimals)
	case want != int(scale):
		return usage("--scale is %d; must be %d: the token has %d decimals, asset %d has %d", scale, want, decimals, id, asset.GetDecimals())
	default:
		return nil
	}
}

// registered asks the replicas for an asset.
func (a *app) registered(ctx context.Context, id uint32) (*pb.Asset, error) {
	resp, err := ask(ctx, a, pb.NewStateServiceClient, pb.StateServiceClient.GetAsset, &pb.GetAssetRequest{Asset: id})
	if status.Code(err) == codes.NotFound {
		return nil, &exitError{exitNotFound, fmt.Errorf("the cluster has no asset %d: `holdfast asset register` it first", id)}
	}
	if err != nil {
		return nil, asked(err)
	}
	if n := len(resp.GetAsset().GetToken()); n != len(command.Address{}) {
		return nil, inconsistent("a replica gave asset %d with a token of %d bytes", id, n)
	}
	return resp.GetAsset(), nil
}

func newContractProgram(a *app) *cobra.Command {
	return group("program", "Schedule a program version, or retire one (the owner)", newProgramSchedule(a), newProgramRetire(a))
}

func newProgramSchedule(a *app) *cobra.Command {
	var verifier string
	var version uint32
	c := versioned(a, &version, "schedule", "Schedule the verifier of a new program version (the owner)",
		"Schedule names the verifier's adapter of a new program version, in use once the contract's program delay is over.\nA version's adapter is never replaced: a new key is a new version.",
		func(c *layer1.Contract) (layer1.Order, error) {
			var adapter [20]byte
			if verifier == "" {
				return layer1.Order{}, usage("--verifier must be the address of the verifier's adapter")
			}
			err := addressFlag("--verifier", verifier, &adapter)
			return c.ScheduleProgramOrder(version, adapter), err
		})
	c.Flags().StringVar(&verifier, "verifier", "", "address of the verifier's adapter")
	return c
}

func newProgramRetire(a *app) *cobra.Command {
	var version uint32
	return versioned(a, &version, "retire", "End a program version, at once and for good (the owner)",
		"Retire ends a version whose verifier or key proved wrong. Its batches that are not verified yet can only be\nreverted (`holdfast contract revert`).",
		func(c *layer1.Contract) (layer1.Order, error) { return c.RetireProgramOrder(version), nil })
}

// versioned is an order about a program version.
func versioned(a *app, version *uint32, use, short, long string, order func(*layer1.Contract) (layer1.Order, error)) *cobra.Command {
	var f orderFlags
	c := &cobra.Command{
		Use: use, Short: short, Long: long, Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !cmd.Flags().Changed("version") {
				return usage("--version must name the program version")
			}
			return f.run(cmd.Context(), a, func(_ context.Context, _ *layer1.Client, c *layer1.Contract, _ layer1.Inspection) (layer1.Order, error) {
				return order(c)
			})
		},
	}
	f.add(c)
	c.Flags().Uint32Var(version, "version", 0, "the program version, as headers state it")
	return c
}

func newAsset(a *app) *cobra.Command {
	return group("asset", "Register an asset with the cluster", newAssetRegister(a))
}

func newAssetRegister(a *app) *cobra.Command {
	var asset uint32
	var text string
	var decimals uint8
	var wait string
	c := &cobra.Command{
		Use: "register", Short: "Register an asset and its L1 token, for good", Args: noArgs,
		Long: `Register has the cluster know an asset by its L1 token. --decimals are the digits
of one whole unit, at most the token's; deposits and withdrawals need the contract to
list it too (` + "`holdfast contract list-token`" + `).`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case asset == 0:
				return usage("--asset must be the new asset's id, above 0")
			case text == "":
				return usage("--token must be eth or the token's address")
			case !cmd.Flags().Changed("decimals"):
				return usage("--decimals must be the digits of one whole unit: 9 for ether with units of a gwei")
			}
			token, err := tokenFlag(text)
			if err != nil {
				return err
			}
			head, err := waitHead(wait)
			if err != nil {
				return err
			}
			t := command.Transition{Kind: command.RegisterAsset, Asset: asset, Decimals: decimals, Address: token}
			return a.withClient(cmd.Context(), nil, func(ctx context.Context, c *client.Client) error { return a.register(ctx, c, t, head) })
		},
	}
	c.Flags().Uint32Var(&asset, "asset", 0, "the asset's id")
	c.Flags().StringVar(&text, "token", "", "the token's address, or eth")
	c.Flags().Uint8Var(&decimals, "decimals", 0, "digits of one whole unit")
	c.Flags().StringVar(&wait, "wait", "applied", "head to wait for: applied, sealed, executed, published, committed, proven or finalized")
	return c
}

func (a *app) register(ctx context.Context, c *client.Client, t command.Transition, head pb.Head) error {
	s, err := c.OpenSession(ctx, "holdfast asset register")
	if err != nil {
		return err
	}
	r, _, err := s.SubmitAndWait(ctx, t, head)
	if r != nil && !client.Accepted(r) {
		err = fmt.Errorf("the cluster rejected asset %d: %s", t.Asset, r.GetCodeName())
	}
	if err != nil {
		return errors.Join(err, s.Close(context.WithoutCancel(ctx)))
	}
	if err = s.Close(ctx); err != nil {
		return err
	}
	doc := map[string]any{"asset": t.Asset, "token": hex.EncodeToString(t.Address[:]), "decimals": t.Decimals}
	return a.print(doc, func(w io.Writer) {
		row(w, "asset", t.Asset)
		row(w, "token", tokenText(t.Address))
		row(w, "decimals", t.Decimals)
		row(w, "then", "`holdfast contract list-token` lets it be deposited")
	})
}
