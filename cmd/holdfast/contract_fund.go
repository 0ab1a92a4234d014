package main

// Of an asset is owed what was deposited and not claimed, and what the book that the history began with holds of it, which
// nobody deposited. So what a book lacks is its supply less what was funded, whatever was traded, withdrawn and claimed since.

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"math/big"

	"github.com/spf13/cobra"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
	"github.com/holdfast-rollup/holdfast/sync/layer1/cost"
)

// genesisBook is what the contract's history began with. Without its file what it holds is not known.
type genesisBook struct {
	root  [32]byte // zero: the history began empty
	known bool
	what  fsm.Imported
}

// readGenesis reads --book, before anything is asked or sent.
func (a *app) readGenesis(path string) (*genesisBook, error) {
	if path == "" {
		return &genesisBook{}, nil
	}
	_, what, err := a.readBook(path)
	return &genesisBook{known: true, what: what}, err
}

// check holds the book against the root that the contract was created with.
func (b *genesisBook) check(ctx context.Context, c *layer1.Contract, at layer1.Block) (err error) {
	if b.root, err = c.GenesisRoot(ctx, at); err != nil {
		return err
	}
	empty := b.root == [32]byte{}
	switch {
	case b.known && empty:
		return usage("the contract's history began empty: leave out --book")
	case b.known && b.root != b.what.Root:
		return inconsistent("the contract was created with root %x, the book has %x: it is another book", b.root, b.what.Root)
	}
	b.known = b.known || empty
	return nil
}

// holding is an asset that the contract lists or the book holds.
type holding struct {
	layer1.Listing
	supply uint64 // in the book
}

// holdings are the contract's assets, and behind them those of the book that it does not list.
func (b *genesisBook) holdings(listings []layer1.Listing) ([]holding, error) {
	var all []holding
	at := map[uint32]int{}
	for _, l := range listings {
		at[l.Asset] = len(all)
		all = append(all, holding{Listing: l})
	}
	for _, x := range b.what.Assets {
		i, listed := at[x.ID]
		switch {
		case !listed:
			all = append(all, holding{layer1.Listing{Token: layer1.Token{Address: x.Token}, Asset: x.ID}, x.Supply})
		case all[i].Address != [20]byte(x.Token):
			return nil, inconsistent("the contract lists asset %d with token %s, the book has it with token %s",
				x.ID, tokenText(all[i].Address), tokenText(x.Token))
		default:
			all[i].supply = x.Supply
		}
	}
	return all, nil
}

// missing is what has to be funded yet.
func (h *holding) missing() uint64 { return h.supply - min(h.supply, h.Funded) }

// owed is what accounts, deposits that wait and withdrawals that are not claimed come to. Both terms of the sum are below
// 2^63. Less than nothing is owed only where more was claimed than anybody had.
func (h *holding) owed() (uint64, error) {
	if h.Held+h.supply < h.Funded {
		return 0, inconsistent("of asset %d %d units were funded, and %d are held and %d in the book: more was claimed than anybody had",
			h.Asset, h.Funded, h.Held, h.supply)
	}
	return h.Held + h.supply - h.Funded, nil
}

// holdingDocument is how an asset stands; amounts are in listed units.
type holdingDocument struct {
	Asset   uint32  `json:"asset"`
	Token   string  `json:"token"`
	Listed  bool    `json:"listed"`
	Open    bool    `json:"open"`           // takes deposits
	Unit    string  `json:"unit,omitempty"` // a listed unit in the token's smallest units
	Held    uint64  `json:"held"`
	Funded  uint64  `json:"funded"`
	Owed    *uint64 `json:"owed,omitempty"`    // absent without the book that the history began with
	Missing *uint64 `json:"missing,omitempty"` // of what the book holds; absent without it
}

func (b *genesisBook) documents(listings []layer1.Listing) ([]holdingDocument, error) {
	all, err := b.holdings(listings)
	if err != nil {
		return nil, err
	}
	docs := make([]holdingDocument, len(all))
	for i := range all {
		h := &all[i]
		docs[i] = holdingDocument{Asset: h.Asset, Token: tokenText(h.Address), Listed: h.Listed, Open: h.Open, Held: h.Held, Funded: h.Funded}
		if h.Listed {
			docs[i].Unit = h.Unit.String()
		}
		if b.known {
			owed, err := h.owed()
			if err != nil {
				return nil, err
			}
			docs[i].Owed, docs[i].Missing = &owed, new(h.missing())
		}
	}
	return docs, nil
}

// text is a holding in words.
func (d *holdingDocument) text() string {
	text := fmt.Sprintf("%s, %d held, %d funded", d.Token, d.Held, d.Funded)
	if d.Owed == nil {
		text += "; owed: --book FILE, the book that the history began with, shows it"
	} else {
		text += fmt.Sprintf(", %d owed", *d.Owed)
		if *d.Missing > 0 {
			text += fmt.Sprintf(", %d missing (`holdfast contract fund`)", *d.Missing)
		}
	}
	switch {
	case !d.Listed:
		text += "; not listed (`holdfast contract list-token`)"
	case !d.Open:
		text += "; takes no deposits"
	}
	return text
}

// fundFlags are those of `contract fund`.
type fundFlags struct {
	orderFlags
	book  string
	asset uint32
	units uint64
}

func newContractFund(a *app) *cobra.Command {
	var f fundFlags
	c := &cobra.Command{
		Use: "fund", Short: "Add what the balances of an imported book lack to what the contract holds", Args: noArgs,
		Long: `Fund pays into the contract what the accounts of the book that the history began with
own, and nobody deposited: of each asset its supply in --book, less what was funded
already. Nobody is credited, and nobody gets it back but by withdrawing what he owns.
Any account may pay, best one that neither submits nor proves. Interrupted, it is run
again: what was paid is not missing any more.

--asset funds that one alone, --amount a part of it, at each run anew. Without the book's
file both are needed, and whether so much is missing is not checked.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if f.units != 0 && f.asset == 0 || f.book == "" && f.units == 0 {
				return usage("name the book that the history began with (--book FILE), or what to fund (--asset ID --amount UNITS)")
			}
			book, err := a.readGenesis(f.book)
			if err != nil {
				return err
			}
			return f.start(cmd.Context(), a, func(ctx context.Context, x *wallet, now layer1.Inspection) error {
				return a.fund(ctx, &f, x, now, book)
			})
		},
	}
	f.add(c)
	c.Flags().StringVar(&f.book, "book", "", "book that the history began with, as `holdfast init --book` was given it")
	c.Flags().Uint32Var(&f.asset, "asset", 0, "fund this asset alone")
	c.Flags().Uint64Var(&f.units, "amount", 0, "with --asset: so many listed units; without it, what is missing")
	return c
}

// funding is one asset's part.
type funding struct {
	holding
	units  uint64
	amount *big.Int // the same in the token's smallest units
}

// fundingDocument is what was paid, or would be.
type fundingDocument struct {
	Asset    uint32 `json:"asset"`
	Token    string `json:"token"`
	Units    uint64 `json:"units"`
	Amount   string `json:"amount"`                // of the token's smallest units
	CallData string `json:"call_data,omitempty"`   // of a dry run
	Gas      uint64 `json:"gas,omitempty"`         // of a dry run; unknown before the contract may take the token
	Wei      string `json:"wei,omitempty"`         // of a dry run: the cost
	Tx       string `json:"transaction,omitempty"` // what was sent
	Block    uint64 `json:"block,omitempty"`
	GasUsed  uint64 `json:"gas_used,omitempty"`
}

// fund pays for one asset after the other.
func (a *app) fund(ctx context.Context, f *fundFlags, x *wallet, now layer1.Inspection, book *genesisBook) error {
	plan, err := planFunding(ctx, f, x, now, book)
	if err != nil {
		return err
	}
	docs := []fundingDocument{}
	for i := range plan {
		doc, err := a.fundOne(ctx, f.dry, x, &plan[i])
		if err != nil {
			return err
		}
		docs = append(docs, doc)
	}
	return a.print(map[string]any{"dry_run": f.dry, "funded": docs}, func(w io.Writer) {
		if len(docs) == 0 {
			row(w, "nothing is missing: all that the book holds is funded")
		}
		for _, d := range docs {
			what := fmt.Sprintf("%d units, %s of the smallest of %s", d.Units, d.Amount, d.Token)
			switch {
			case !f.dry:
				what += fmt.Sprintf(", in block %d by %s", d.Block, d.Tx)
			case d.Gas == 0:
				what += " (dry run, nothing was sent; the contract would first be allowed to take them)"
			default:
				what += fmt.Sprintf(", %d gas (dry run, nothing was sent)", d.Gas)
			}
			row(w, fmt.Sprintf("asset %d", d.Asset), what)
		}
	})
}

// planFunding says what is to be paid. Everything is checked before anything is sent.
func planFunding(ctx context.Context, f *fundFlags, x *wallet, now layer1.Inspection, book *genesisBook) ([]funding, error) {
	if err := book.check(ctx, x.contract, now.Block); err != nil {
		return nil, err
	}
	if book.root == ([32]byte{}) {
		return nil, usage("the contract's history began empty: it owes nothing that was not deposited; `holdfast deposit` credits an account")
	}
	listings, err := x.contract.Listings(ctx, now.Block)
	if err != nil {
		return nil, err
	}
	all, err := book.holdings(listings)
	if err != nil {
		return nil, err
	}
	var plan []funding
	found := false
	for i := range all {
		h := all[i]
		if f.asset != 0 && h.Asset != f.asset {
			continue
		}
		found = true
		units := h.missing()
		if f.units != 0 {
			if book.known && f.units > units {
				return nil, usage("--amount is %d, and of asset %d %d units are missing", f.units, h.Asset, units)
			}
			units = f.units
		}
		switch {
		case units == 0:
			continue
		case !h.Listed:
			return nil, notListed(h.Asset)
		}
		amount, err := x.covers(ctx, h.Token, h.Asset, units)
		if err != nil {
			return nil, err
		}
		plan = append(plan, funding{h, units, amount})
	}
	if !found && f.asset != 0 {
		return nil, notListed(f.asset)
	}
	return plan, nil
}

func (a *app) fundOne(ctx context.Context, dry bool, x *wallet, p *funding) (fundingDocument, error) {
	o := x.contract.FundOrder(p.Listing, p.units)
	doc := fundingDocument{Asset: p.Asset, Token: tokenText(p.Address), Units: p.units, Amount: p.amount.String()}
	if dry {
		doc.CallData = "0x" + hex.EncodeToString(o.Data)
		estimate, prices, err := x.estimate(ctx, p, o)
		if estimate.Gas > 0 {
			doc.Gas, doc.Wei = estimate.Gas, estimate.Wei(prices).String()
		}
		return doc, err
	}
	a.progress("asset %d: %d units, %s of the smallest of %s", doc.Asset, doc.Units, doc.Amount, doc.Token)
	if p.Address != ([20]byte{}) {
		if err := x.contract.Approve(ctx, x.signer, p.Address, p.amount); err != nil {
			return doc, err
		}
	}
	r, err := a.send(ctx, x, o)
	doc.Tx, doc.Block, doc.GasUsed = "0x"+hex.EncodeToString(r.TxHash[:]), r.Block, r.GasUsed
	return doc, err
}

// estimate is what the contract says; before it may take the token there is none.
func (x *wallet) estimate(ctx context.Context, p *funding, o layer1.Order) (cost.Estimate, cost.Prices, error) {
	if p.Address != ([20]byte{}) {
		allowed, err := x.contract.Allowance(ctx, p.Address, x.signer.Address())
		if err != nil || allowed.Cmp(p.amount) < 0 {
			return cost.Estimate{}, cost.Prices{}, err
		}
	}
	return x.contract.Estimate(ctx, x.signer.Address(), o)
}
