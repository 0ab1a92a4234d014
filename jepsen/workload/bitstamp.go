package workload

// What is emitted is a function of the file alone: the flow's own book has executed everything emitted before.

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/ulikunitz/xz"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/jepsen/models"
)

// The recorded flow's market, and what its prices and sizes count in.
const (
	BitstampMarket   = 1
	BitstampBase     = 1 // BTC, 8 decimals
	BitstampQuote    = 2 // USD, 10 decimals
	BitstampTick     = 100_000_000
	BitstampLot      = 1
	BitstampAccounts = 16

	bitstampQuoteFunds = 500_000_000_000_000_000 // 50 million USD for each account
	bitstampBaseFunds  = 100_000_000_000_000     // a million BTC for each account
)

// ErrRecording is wrapped by every complaint about the recorded file.
var ErrRecording = errors.New("workload: bad recording")

// Mapping counts what the recorded events became. Submitted ones are counted by action whether they were accepted or
// not; Messages = Created + Changed + Deleted + NotSubmitted.
type Mapping struct {
	Messages     uint64 `json:"messages"`
	Created      uint64 `json:"created"`
	Changed      uint64 `json:"changed"`
	Deleted      uint64 `json:"deleted"`
	Rejected     uint64 `json:"rejected"`      // submitted of which the book must reject: the id does not rest
	NotSubmitted uint64 `json:"not_submitted"` // changes to a size that is not smaller than ours
}

// Recorded is the replay of a recording.
type Recorded struct {
	lines   *bufio.Scanner
	book    *models.Exchange
	mapping Mapping
	line    int
	err     error
}

const bitstampHeader = "id,timestamp,exchange.timestamp,price,volume,action,direction"

// Bitstamp returns the flow of a recording (CSV, uncompressed). It reads r as the flow goes on; Err says whether the
// flow ended for another reason than the recording's end.
func Bitstamp(r io.Reader) (*Recorded, error) {
	b := &Recorded{lines: bufio.NewScanner(r), book: models.NewExchange()}
	if !b.lines.Scan() || strings.TrimSpace(b.lines.Text()) != bitstampHeader {
		if err := b.lines.Err(); err != nil {
			return nil, fmt.Errorf("%w: reading the header: %w", ErrRecording, err)
		}
		return nil, fmt.Errorf("%w: the first line is not %q", ErrRecording, bitstampHeader)
	}
	b.line = 1
	for _, t := range b.Setup() {
		if o := b.book.Apply(&t); !o.Accepted() {
			return nil, fmt.Errorf("workload: setup: %v: %s", t.Kind, o.Reason)
		}
	}
	return b, nil
}

// OpenBitstamp is Bitstamp of a file, which may be compressed (.xz). The close function is never nil.
func OpenBitstamp(path string) (*Recorded, func() error, error) {
	nothing := func() error { return nil }
	file, err := os.Open(path)
	if err != nil {
		return nil, nothing, fmt.Errorf("open the recorded flow: %w", err)
	}
	var plain io.Reader = file
	if strings.HasSuffix(path, ".xz") {
		if plain, err = xz.NewReader(file); err != nil {
			return nil, nothing, errors.Join(fmt.Errorf("read the recorded flow %s: %w", path, err), file.Close())
		}
	}
	b, err := Bitstamp(plain)
	if err != nil {
		return nil, nothing, errors.Join(err, file.Close())
	}
	return b, file.Close, nil
}

// Setup returns the two assets, the market, the accounts and their funds.
func (b *Recorded) Setup() []command.Transition {
	ts := []command.Transition{
		{Kind: command.RegisterAsset, Asset: BitstampBase, Decimals: 8, Address: address(tokenDomain, BitstampBase)},
		{Kind: command.RegisterAsset, Asset: BitstampQuote, Decimals: 10, Address: address(tokenDomain, BitstampQuote)},
		{Kind: command.CreateMarket, Market: BitstampMarket, Asset: BitstampBase, Quote: BitstampQuote, Tick: BitstampTick, Lot: BitstampLot},
	}
	for account := uint64(1); account <= BitstampAccounts; account++ {
		ts = append(ts,
			command.Transition{Kind: command.ImportAccount, Account: account, Address: address(accountDomain, account)},
			command.Transition{Kind: command.ImportBalance, Account: account, Asset: BitstampBase, Amount: bitstampBaseFunds},
			command.Transition{Kind: command.ImportBalance, Account: account, Asset: BitstampQuote, Amount: bitstampQuoteFunds})
	}
	return append(ts, command.Transition{Kind: command.EndImport})
}

// Mapping returns the counters so far; after the last Next they are the recording's.
func (b *Recorded) Mapping() Mapping { return b.mapping }

// Err returns why the flow ended early, if it did.
func (b *Recorded) Err() error { return b.err }

// event is one line of the recording.
type event struct {
	id, cents, volume uint64
	action            string
	side              command.Side
}

// Next gives the transition of the next event that has one.
func (b *Recorded) Next(t *command.Transition) bool {
	for b.err == nil && b.lines.Scan() {
		b.line++
		e, err := parseEvent(b.lines.Text())
		if err != nil {
			b.err = fmt.Errorf("%w: line %d: %w", ErrRecording, b.line, err)
			return false
		}
		b.mapping.Messages++
		if !b.translate(e, t) {
			continue
		}
		if o := b.book.Apply(t); !o.Accepted() {
			b.mapping.Rejected++
		}
		return true
	}
	if b.err == nil && b.lines.Err() != nil {
		b.err = fmt.Errorf("%w: line %d: %w", ErrRecording, b.line+1, b.lines.Err())
	}
	return false
}

// translate sets t to what the event asks for, and returns false if that is nothing.
func (b *Recorded) translate(e event, t *command.Transition) bool {
	account := 1 + e.id%BitstampAccounts
	*t = command.Transition{Account: account, ClientID: e.id}
	switch e.action {
	case "created":
		b.mapping.Created++
		t.Kind, t.Market, t.Side, t.Price, t.Size = command.Place, BitstampMarket, e.side, e.cents*BitstampTick, e.volume
	case "changed":
		if ours, rests := b.book.Resting(account, e.id); rests && e.volume >= ours.Remaining {
			b.mapping.NotSubmitted++
			return false
		}
		b.mapping.Changed++
		t.Kind, t.Size = command.Amend, e.volume
	default: // deleted
		b.mapping.Deleted++
		t.Kind = command.Cancel
	}
	return true
}

func parseEvent(line string) (event, error) {
	fields := strings.Split(strings.TrimSpace(line), ",")
	if len(fields) != 7 {
		return event{}, fmt.Errorf("%d fields, want 7", len(fields))
	}
	var e event
	var err error
	if e.id, err = strconv.ParseUint(fields[0], 10, 64); err != nil || e.id == 0 {
		return event{}, fmt.Errorf("id %q", fields[0])
	}
	// Two decimals, so that the price without its point counts cents.
	whole, cents, ok := strings.Cut(fields[3], ".")
	if e.cents, err = strconv.ParseUint(whole+cents, 10, 32); err != nil || !ok || len(cents) != 2 {
		return event{}, fmt.Errorf("price %q", fields[3])
	}
	if e.volume, err = strconv.ParseUint(fields[4], 10, 64); err != nil {
		return event{}, fmt.Errorf("volume %q", fields[4])
	}
	if e.action = fields[5]; e.action != "created" && e.action != "changed" && e.action != "deleted" {
		return event{}, fmt.Errorf("action %q", e.action)
	}
	switch fields[6] {
	case "bid":
		e.side = command.Bid
	case "ask":
		e.side = command.Ask
	default:
		return event{}, fmt.Errorf("direction %q", fields[6])
	}
	return e, nil
}

// FinalBook turns resting orders (bids first, each side best first) into the rows of the final book.
func FinalBook(orders []models.Order) []models.Row {
	rows := make([]models.Row, len(orders))
	for i, o := range orders {
		rows[i] = models.Row{ID: o.ClientID, Side: o.Side, Cents: o.Price / BitstampTick, Remaining: o.Remaining}
	}
	return rows
}

// Replay is the model's final book, for comparison with the cluster's.
func (b *Recorded) Replay() []models.Row { return FinalBook(b.book.Book(BitstampMarket)) }
