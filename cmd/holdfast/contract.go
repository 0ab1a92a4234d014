package main

// Every order is estimated first, by the contract itself: what it would refuse is said before anything is signed.

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/cmd/holdfast/node"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/cost"
	"github.com/holdfast-rollup/holdfast/sync/zkvm"
)

func newContract(a *app) *cobra.Command {
	return group("contract", "Deploy the contract, inspect it, or act in one of its roles",
		newContractDeploy(a), newContractVerifier(a), newContractInspect(a), newContractRoles(a), newContractPause(a), newContractUnpause(a),
		newContractTakeOver(a), newContractRevert(a), newContractListToken(a), newContractFund(a), newContractProgram(a))
}

// chainFlags say where the contract is: by flags, or by a replica's configuration.
type chainFlags struct {
	config   string
	urls     []string
	chainID  uint64
	contract string
	timeout  time.Duration
}

func (f *chainFlags) add(c *cobra.Command, contract bool) {
	c.Flags().StringVar(&f.config, "config", "", "a replica's configuration, whose section l1 is used")
	c.Flags().StringSliceVar(&f.urls, "l1", nil, "L1 JSON-RPC URLs (URL, env:NAME or file:PATH), instead of the configuration's")
	c.Flags().Uint64Var(&f.chainID, "chain-id", 1337, "with --l1: chain id of the L1")
	c.Flags().DurationVar(&f.timeout, "wait", 2*time.Minute, "how long L1 may take in all, blocks included")
	if contract {
		c.Flags().StringVar(&f.contract, "contract", "", "with --l1: address of the contract")
	}
}

// open gives a client of the L1, and the contract if it was asked for.
func (f *chainFlags) open(ctx context.Context, a *app, needContract bool) (*layer1.Client, *layer1.Contract, error) {
	cfg := &config.Config{}
	switch {
	case f.config != "" && (len(f.urls) > 0 || f.contract != ""):
		return nil, nil, usage("--config names the L1 and the contract already: leave out --l1 and --contract")
	case f.config != "":
		var err error
		if cfg, err = config.Load(config.Sources{File: f.config, Env: a.env}); err != nil {
			return nil, nil, err
		}
		if !cfg.Anchoring() {
			return nil, nil, usage("%s names no L1: set l1.endpoints there, or give --l1", f.config)
		}
	case len(f.urls) == 0:
		return nil, nil, usage("name the L1: --config FILE of a replica, or --l1 URL")
	default:
		for _, u := range f.urls {
			cfg.L1.Endpoints = append(cfg.L1.Endpoints, config.Endpoint(u))
		}
		cfg.L1.ChainID, cfg.L1.Contract = f.chainID, f.contract
	}
	if _, err := config.ParseAddress(cfg.L1.Contract); needContract && err != nil {
		return nil, nil, usage("--contract %v", err)
	}
	urls, err := node.L1URLs(cfg)
	if err != nil {
		return nil, nil, usage("--l1 or the configuration: %v", err)
	}
	client, err := layer1.NewClient(layer1.ClientConfig{Endpoints: urls, ChainID: cfg.L1.ChainID, Quorum: cfg.L1.Quorum})
	if err != nil {
		return nil, nil, usage("--l1: %v", err)
	}
	if err = client.CheckChain(ctx); err != nil {
		client.Close()
		if _, wrong := errors.AsType[*layer1.WrongChainError](err); wrong {
			return nil, nil, usage("%v; give its --chain-id if that is the one you mean", err)
		}
		return nil, nil, &exitError{exitUnreachable, fmt.Errorf("ask the L1 for its chain: %w", err)}
	}
	return client, layer1.NewContract(client, cfg.ContractAddress()), nil
}

// withChain runs fn with the chain, within --wait.
func (f *chainFlags) withChain(ctx context.Context, a *app, needContract bool, fn func(ctx context.Context, client *layer1.Client, c *layer1.Contract) error) error {
	ctx, cancel := context.WithTimeout(ctx, f.timeout)
	defer cancel()
	client, contract, err := f.open(ctx, a, needContract)
	if err != nil {
		return err
	}
	defer client.Close()
	return onChain(fn(ctx, client, contract))
}

// onChain gives an error of L1 its exit status, and says what to do next.
func onChain(err error) error {
	if err == nil {
		return nil
	}
	if _, own := errors.AsType[*exitError](err); own {
		return err
	}
	if refused, ok := errors.AsType[*layer1.RevertError](err); ok {
		return fmt.Errorf("%w; nothing was sent: `holdfast contract inspect` shows roles and state", refused)
	}
	if _, ok := errors.AsType[*layer1.TransportError](err); ok {
		return &exitError{exitUnreachable, err}
	}
	if errors.Is(err, layer1.ErrNoContract) {
		return &exitError{exitNotFound, fmt.Errorf("%w; check --contract and --l1", err)}
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return &exitError{exitUnknown, fmt.Errorf("%w; what was sent may still be mined: look at the account's transactions first", err)}
	}
	return err
}

func newContractDeploy(a *app) *cobra.Command {
	var chain chainFlags
	var sign signerFlags
	var roles [4]string // owner, submitter, prover, guardian
	var verifier, root string
	var delay time.Duration
	var dry bool
	c := &cobra.Command{
		Use: "deploy", Short: "Deploy the contract", Args: noArgs,
		Long: `Deploy creates the contract, and on a development chain without --verifier the
execution-only adapter. Submitter and prover are two accounts: each has its own
row of nonces. Owner and guardian default to the account that deploys.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			signer, err := sign.open()
			if err != nil {
				return err
			}
			p := layer1.DeployParams{
				Owner: signer.Address(), Guardian: signer.Address(), ProgramVersion: zkvm.ProgramVersion, ProgramDelay: delay,
			}
			for i, into := range []*[20]byte{&p.Owner, &p.Submitter, &p.Prover, &p.Guardian} {
				if err := addressFlag([]string{"--owner", "--submitter", "--prover", "--guardian"}[i], roles[i], into); err != nil {
					return err
				}
			}
			if err := addressFlag("--verifier", verifier, &p.Verifier); err != nil {
				return err
			}
			if err := rootFlag(root, &p.GenesisRoot); err != nil {
				return err
			}
			if err := p.Validate(); err != nil {
				return usage("%v", err)
			}
			return chain.withChain(cmd.Context(), a, false, func(ctx context.Context, client *layer1.Client, _ *layer1.Contract) error {
				return a.deploy(ctx, client, signer, p, dry)
			})
		},
	}
	chain.add(c, false)
	sign.add(c)
	for i, role := range []string{"owner", "submitter", "prover", "guardian"} {
		c.Flags().StringVar(&roles[i], role, "", "address of the "+role)
	}
	c.Flags().StringVar(&verifier, "verifier", "", "address of the verifier's adapter; without one, development chains get the execution-only adapter")
	c.Flags().StringVar(&root, "genesis-root", "", "root of the book that the cluster begins with, as `holdfast book check` shows it; without one it begins empty")
	c.Flags().DurationVar(&delay, "program-delay", 0, "delay between scheduling a later program version and its use")
	c.Flags().BoolVar(&dry, "dry-run", false, "print call data and estimate, and send nothing")
	return c
}

// addressFlag reads an address; an empty flag leaves the default.
func addressFlag(flag, text string, into *[20]byte) error {
	if text == "" {
		return nil
	}
	address, err := config.ParseAddress(text)
	if err != nil {
		return usage("%s %v", flag, err)
	}
	*into = address
	return nil
}

// rootFlag reads --genesis-root; without one the state is empty.
func rootFlag(text string, into *[32]byte) error {
	b, err := hex.DecodeString(strings.TrimPrefix(text, "0x"))
	if err != nil || text != "" && len(b) != len(into) {
		return usage("--genesis-root is not %d hexadecimal digits", 2*len(into))
	}
	copy(into[:], b)
	return nil
}

// deployed is what was put on L1.
type deployed struct {
	Contract string `json:"contract"`
	Verifier string `json:"verifier"`
	Block    uint64 `json:"block"`
}

func (a *app) deploy(ctx context.Context, client *layer1.Client, signer layer1.Signer, p layer1.DeployParams, dry bool) error {
	if dry {
		o, e, prices, err := layer1.EstimateDeploy(ctx, client, signer.Address(), p)
		if err != nil {
			return err
		}
		return a.printOrder(o, "", signer.Address(), e, prices)
	}
	a.progress("deploying from %s", addressText(signer.Address()))
	d, err := layer1.Deploy(ctx, client, signer, p)
	if err != nil {
		return err
	}
	doc := deployed{addressText(d.Contract), addressText(d.Verifier), d.Block}
	return a.print(doc, func(w io.Writer) {
		row(w, "contract", doc.Contract)
		row(w, "verifier", doc.Verifier)
		row(w, "block", doc.Block)
		row(w, "then", "set l1.contract in every replica's configuration")
	})
}

// orderDocument is an order that was not sent.
type orderDocument struct {
	Order    string `json:"order"`
	To       string `json:"to"` // empty for a creation
	From     string `json:"from"`
	CallData string `json:"call_data"`
	Gas      uint64 `json:"gas"`
	Wei      string `json:"wei"`
}

func (a *app) printOrder(o layer1.Order, to string, from [20]byte, e cost.Estimate, prices cost.Prices) error {
	doc := orderDocument{o.Name, to, addressText(from), "0x" + hex.EncodeToString(o.Data), e.Gas, e.Wei(prices).String()}
	return a.print(doc, func(w io.Writer) {
		row(w, "order", doc.Order+" (dry run, nothing was sent)")
		row(w, "from", doc.From)
		row(w, "to", doc.To)
		row(w, "gas", doc.Gas)
		row(w, "cost", ether(e.Wei(prices))+" ether at the next block's prices")
		row(w, "call data", doc.CallData)
	})
}

// ether writes wei with nine decimals.
func ether(wei *big.Int) string {
	gwei := new(big.Int).Div(wei, big.NewInt(1_000_000_000))
	whole, rest := new(big.Int).DivMod(gwei, big.NewInt(1_000_000_000), new(big.Int))
	return fmt.Sprintf("%s.%09d", whole, rest.Uint64())
}

// contractDocument is the contract's state at one block.
type contractDocument struct {
	Contract      string `json:"contract"`
	Block         uint64 `json:"block"`
	GenesisRoot   string `json:"genesis_root"` // zeros: the history began empty
	Lineage       string `json:"lineage"`
	Epoch         uint64 `json:"epoch"`
	LastCommitted uint64 `json:"last_committed"`
	LastVerified  uint64 `json:"last_verified"`
	LastHash      string `json:"last_header_hash"`
	LastRoot      string `json:"last_root"`
	InboxConsumed uint64 `json:"inbox_consumed"`
	InboxLength   uint64 `json:"inbox_length"`
	PausedSince   uint64 `json:"paused_since"` // seconds since the Unix epoch; 0 while it runs
	Owner         string `json:"owner"`
	Submitter     string `json:"submitter"`
	Prover        string `json:"prover"`
	Guardian      string `json:"guardian"`

	Assets []holdingDocument `json:"assets"`
}

func newContractInspect(a *app) *cobra.Command {
	var chain chainFlags
	var level, path string
	c := &cobra.Command{
		Use: "inspect", Short: "Show the contract's state and roles, and what it holds and owes", Args: noArgs,
		Long: `Inspect reads the contract at one block. Of each asset it shows what the contract holds
and what it owes. Where the history began with an order book, what is owed can be known
with that book alone: --book FILE, which is checked against the contract's genesis root.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			at := layer1.Tag(level)
			if at != layer1.Latest && at != layer1.Safe && at != layer1.Finalized {
				return usage("--level is %q; must be latest, safe or finalized", level)
			}
			book, err := a.readGenesis(path)
			if err != nil {
				return err
			}
			return chain.withChain(cmd.Context(), a, true, func(ctx context.Context, _ *layer1.Client, c *layer1.Contract) error {
				seen, err := c.Inspect(ctx, 0, at)
				if err != nil {
					return err
				}
				if err = book.check(ctx, c, seen.Block); err != nil {
					return err
				}
				listings, err := c.Listings(ctx, seen.Block)
				if err != nil {
					return err
				}
				assets, err := book.documents(listings)
				if err != nil {
					return err
				}
				return a.printContract(c, seen, book, assets)
			})
		},
	}
	chain.add(c, true)
	c.Flags().StringVar(&level, "level", "latest", "block to read at: latest, safe or finalized")
	c.Flags().StringVar(&path, "book", "", "book that the history began with, to know what is owed")
	return c
}

func (a *app) printContract(c *layer1.Contract, seen layer1.Inspection, book *genesisBook, assets []holdingDocument) error {
	s := seen.State
	doc := contractDocument{
		Contract: addressText(c.Address()), Block: seen.Block.Number, GenesisRoot: hex.EncodeToString(book.root[:]), Lineage: hex.EncodeToString(s.Lineage[:]), Epoch: s.Epoch,
		LastCommitted: s.LastCommitted, LastVerified: s.LastVerified, LastHash: hex.EncodeToString(s.LastHash[:]),
		LastRoot: hex.EncodeToString(s.LastRoot[:]), InboxConsumed: s.InboxConsumed, InboxLength: s.InboxLength, PausedSince: s.PausedSince,
		Owner: addressText(s.Owner), Submitter: addressText(s.Submitter), Prover: addressText(s.Prover), Guardian: addressText(s.Guardian),
		Assets: assets,
	}
	return a.print(doc, func(w io.Writer) {
		row(w, "contract", doc.Contract)
		row(w, "L1 block", doc.Block)
		if book.root != ([32]byte{}) {
			row(w, "genesis root", doc.GenesisRoot)
		}
		row(w, "lineage", doc.Lineage+", epoch "+fmt.Sprint(doc.Epoch))
		row(w, "committed", doc.LastCommitted)
		row(w, "verified", doc.LastVerified)
		row(w, "last header", doc.LastHash)
		row(w, "last root", doc.LastRoot)
		row(w, "deposits", fmt.Sprintf("%d queued, %d consumed", doc.InboxLength, doc.InboxConsumed))
		paused := "no"
		if s.PausedSince > 0 {
			paused = "since " + clock(int64(s.PausedSince)*1000)
		}
		row(w, "paused", paused)
		row(w, "owner", doc.Owner)
		row(w, "submitter", doc.Submitter)
		row(w, "prover", doc.Prover)
		row(w, "guardian", doc.Guardian)
		for i := range doc.Assets {
			row(w, fmt.Sprintf("asset %d", doc.Assets[i].Asset), doc.Assets[i].text())
		}
	})
}
