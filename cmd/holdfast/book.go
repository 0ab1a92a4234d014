package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/cmd/holdfast/node"
	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/book"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/recovery"
)

// A book's root is what it is compared by: on L1, in the archive, and of what a file holds.

func newBook(a *app) *cobra.Command {
	return group("book", "Export an order book, check one that a new cluster shall begin with, or put it into the archive",
		newBookExport(a), newBookCheck(a), newBookArchive(a))
}

// bookDocument is what a book holds.
type bookDocument struct {
	Root     string          `json:"root"`
	Records  uint64          `json:"records"`
	Accounts uint64          `json:"accounts"`
	Markets  uint64          `json:"markets"`
	Orders   uint64          `json:"orders"`
	Assets   []assetDocument `json:"assets"`
}

type assetDocument struct {
	ID     uint32 `json:"id"`
	Token  string `json:"token"`
	Supply uint64 `json:"supply"`
}

func bookDocumentOf(what fsm.Imported) bookDocument {
	doc := bookDocument{hex.EncodeToString(what.Root[:]), what.Records, what.Accounts, what.Markets, what.Orders, []assetDocument{}}
	for _, x := range what.Assets {
		doc.Assets = append(doc.Assets, assetDocument{x.ID, tokenText(x.Token), x.Supply})
	}
	return doc
}

func (d *bookDocument) rows(w io.Writer) {
	row(w, "root", d.Root)
	row(w, "records", d.Records)
	row(w, "accounts", d.Accounts)
	row(w, "markets", d.Markets)
	row(w, "orders", d.Orders)
	for _, x := range d.Assets {
		row(w, fmt.Sprintf("asset %d", x.ID), fmt.Sprintf("supply %d of token %s", x.Supply, x.Token))
	}
}

// readBook imports a book file into a state that no node runs.
func (a *app) readBook(path string) (*fsm.Replayer, fsm.Imported, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fsm.Imported{}, fmt.Errorf("open the book: %w", err)
	}
	defer f.Close() //nolint:errcheck // read only
	a.progress("importing %s", path)
	state, what, err := fsm.ImportBook(machineConfig(), f)
	if _, wrong := errors.AsType[*book.LineError](err); wrong {
		err = &exitError{exitUsage, fmt.Errorf("%s: %w; nothing was imported: correct that line and begin again", path, err)}
	}
	return state, what, err
}

func newBookCheck(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "check FILE", Short: "Import a book on the spot, and show its root and what it holds", Args: exactArgs("FILE"),
		Long: `Check reads a book as ` + "`holdfast init --book`" + ` would, and writes nothing. The root is
what the contract has to be created with (` + "`holdfast contract deploy --genesis-root`" + `).

A book is text, one record a line, fields separated by commas, numbers in decimal:

  holdfast book 1
  asset,ID,DECIMALS,TOKEN,SUPPLY
  market,ID,BASE,QUOTE,TICK,LOT,MAKER FEE,TAKER FEE,STATUS
  account,ID,ADDRESS
  balance,ACCOUNT,ASSET,AMOUNT
  order,MARKET,ACCOUNT,SIDE,PRICE,SIZE,CLIENT ID
  end,RECORDS

What a record names comes before it. A balance includes what its account's orders
lock, a SUPPLY is the sum of its asset's balances. Of equal prices the order that
comes first has priority, and a record's number is the id that its order gets.`,
		RunE: func(_ *cobra.Command, args []string) error {
			_, what, err := a.readBook(args[0])
			if err != nil {
				return err
			}
			doc := bookDocumentOf(what)
			return a.print(doc, doc.rows)
		},
	}
}

func newBookArchive(a *app) *cobra.Command {
	var file string
	c := &cobra.Command{
		Use: "archive FILE", Short: "Put the book that the cluster began with into its archive again", Args: exactArgs("FILE"),
		Long: `Archive puts a book into the archive as the checkpoint of batch 0, as ` + "`holdfast init`" + ` does:
for an archive that has lost it. The contract of --config must have been created
with this book's root.`,
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			h, err := openHoldings(cmd.Context(), a, file)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, h.close()) }()
			cfg, err := config.Load(config.Sources{File: file, Env: a.env})
			if err != nil {
				return err
			}
			state, what, err := a.readBook(args[0])
			if err != nil {
				return err
			}
			root, _, err := genesisOnL1(cmd.Context(), h.contract)
			if err != nil {
				return onChain(err)
			}
			if root != what.Root {
				return inconsistent("the contract was created with root %x, the book has %x: it is another book", root, what.Root)
			}
			m, err := archiveBook(cmd.Context(), recovery.NewCheckpoints(h.set.Archive()), state, newGenesis(cfg))
			if err != nil {
				return err
			}
			return a.print(map[string]any{"checkpoint": m.Name(), "root": m.Root, "bytes": m.Bytes}, func(w io.Writer) {
				row(w, "checkpoint", m.Name())
				row(w, "bytes", m.Bytes)
			})
		},
	}
	c.Flags().StringVar(&file, "config", "", "a replica's configuration: its sections l1 and da")
	return c
}

// genesisOnL1 is the root that the contract was created with, and whether it holds batches already.
func genesisOnL1(ctx context.Context, c *layer1.Contract) (root [32]byte, begun bool, err error) {
	seen, err := c.Inspect(ctx, 0, layer1.Latest)
	if err != nil {
		return root, false, err
	}
	root, err = c.GenesisRoot(ctx, seen.Block)
	return root, seen.State.LastCommitted > 0, err
}

// newGenesis is a configuration's genesis under a lineage of its own.
func newGenesis(cfg *config.Config) command.Genesis {
	g := node.Genesis(cfg)
	rand.Read(g.Lineage[:])
	g.TimeMs = time.Now().UnixMilli()
	return g
}

// archiveBook makes the checkpoint of batch 0.
func archiveBook(ctx context.Context, to *recovery.Checkpoints, state *fsm.Replayer, genesis command.Genesis) (*recovery.Manifest, error) {
	r, w := io.Pipe()
	go func() { _ = w.CloseWithError(state.WriteGenesis(w, genesis)) }() // who reads is told
	m, _, err := to.Create(ctx, recovery.Source{Snapshot: r, Term: 1, Node: "init", NowMs: genesis.TimeMs})
	return m, errors.Join(err, r.Close())
}
