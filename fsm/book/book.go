package book

// A line is either exactly what this package writes, or an error that names it.

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/holdfast-rollup/holdfast/fsm/command"
)

const title = "holdfast book 1"

// maxLine is above the longest line there is: a market's.
const maxLine = 256

// ErrMalformed is wrapped by everything that is wrong with a book's text.
var ErrMalformed = errors.New("book: malformed")

// LineError names the line that is wrong. It wraps the reason.
type LineError struct {
	Line   uint64 // from 1
	Reason error
}

func (e *LineError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Reason) }

func (e *LineError) Unwrap() error { return e.Reason }

// Record is one record of a book.
type Record struct {
	Number     uint64 // from 1
	Transition command.Transition
	Supply     uint64 // of an asset: the sum of its balances in the book
}

// Line is where the record stands, from 1.
func (r *Record) Line() uint64 { return r.Number + 1 }

// Reader reads a book.
type Reader struct {
	in      *bufio.Reader
	line    uint64
	records uint64
	done    bool
}

// NewReader reads a book from in.
func NewReader(in io.Reader) *Reader { return &Reader{in: bufio.NewReaderSize(in, 1<<16)} }

// Next returns the next record, and io.EOF after the last of a book that is whole. A wrong line is a *LineError that
// wraps ErrMalformed; an error of the reader below is returned as it is.
func (r *Reader) Next() (Record, error) {
	if r.done {
		return Record{}, io.EOF
	}
	if r.line == 0 {
		text, err := r.read()
		if err != nil {
			return Record{}, err
		}
		if text != title {
			return Record{}, r.wrong("want %q, got %q", title, text)
		}
	}
	text, err := r.read()
	if err != nil {
		return Record{}, err
	}
	if rest, last := strings.CutPrefix(text, "end,"); last {
		return Record{}, r.end(rest)
	}
	f := fields{rest: text, more: true}
	record := f.record()
	if f.err == nil && f.more {
		f.fail("something follows the last field")
	}
	if f.err != nil {
		return Record{}, &LineError{Line: r.line, Reason: f.err}
	}
	r.records++
	record.Number = r.records
	return record, nil
}

// read returns the next line without its end.
func (r *Reader) read() (string, error) {
	r.line++
	line, err := r.in.ReadSlice('\n')
	switch {
	case errors.Is(err, bufio.ErrBufferFull) || len(line) > maxLine:
		return "", r.wrong("it is longer than %d bytes", maxLine)
	case errors.Is(err, io.EOF):
		return "", r.wrong("the book ends before its last line, end,RECORDS")
	case err != nil:
		return "", fmt.Errorf("book: %w", err)
	}
	return string(bytes.TrimSuffix(line, []byte{'\n'})), nil
}

// end checks the last line and that nothing follows it.
func (r *Reader) end(count string) error {
	f := fields{rest: count, more: true}
	if n := f.number("records", 64); f.err != nil || f.more || n != r.records {
		return r.wrong("%d records stand above, the last line says %q", r.records, count)
	}
	r.line++
	if _, err := r.in.ReadByte(); err == nil {
		return r.wrong("something follows the last line")
	} else if !errors.Is(err, io.EOF) {
		return fmt.Errorf("book: %w", err)
	}
	r.done = true
	return io.EOF
}

func (r *Reader) wrong(format string, args ...any) error {
	return &LineError{Line: r.line, Reason: fmt.Errorf("%w: %s", ErrMalformed, fmt.Sprintf(format, args...))}
}

// fields takes a line apart from left to right. After an error everything it gives is zero.
type fields struct {
	rest string
	more bool // whether there is another field
	err  error
}

func (f *fields) fail(format string, args ...any) {
	if f.err == nil {
		f.err = fmt.Errorf("%w: %s", ErrMalformed, fmt.Sprintf(format, args...))
	}
}

func (f *fields) next(name string) (field string) {
	if f.err != nil {
		return ""
	}
	if !f.more {
		f.fail("there is no %s", name)
		return ""
	}
	field, f.rest, f.more = strings.Cut(f.rest, ",")
	return field
}

func (f *fields) number(name string, bits int) uint64 {
	text := f.next(name)
	if f.err != nil {
		return 0
	}
	n, err := strconv.ParseUint(text, 10, bits)
	if err != nil || text[0] == '+' || len(text) > 1 && text[0] == '0' {
		f.fail("%s %q is no decimal number of %d bits", name, text, bits)
		return 0
	}
	return n
}

func (f *fields) address(name string) (a command.Address) {
	text := f.next(name)
	if f.err != nil {
		return a
	}
	digits, prefixed := strings.CutPrefix(text, "0x")
	if n, err := hex.Decode(a[:], []byte(digits[:min(len(digits), 2*len(a))])); !prefixed || err != nil || n != len(a) ||
		len(digits) != 2*len(a) || strings.ToLower(digits) != digits {
		f.fail("%s %q is not 0x and %d hexadecimal digits in lower case", name, text, 2*len(a))
		return command.Address{}
	}
	return a
}

// oneOf reads a name; the names are those of the values 0, 1 and so on.
func (f *fields) oneOf(name string, names []string) uint8 {
	text := f.next(name)
	for i, n := range names {
		if n == text && f.err == nil {
			return uint8(i)
		}
	}
	f.fail("%s %q is none of %s", name, text, strings.Join(names, ", "))
	return 0
}

func sides() []string { return []string{command.Bid.String(), command.Ask.String()} }

func statuses() []string { return []string{"open", "halted", "cancel_only"} }

func (f *fields) record() (r Record) {
	t := &r.Transition
	switch kind := f.next("kind"); kind {
	case "asset":
		t.Kind = command.RegisterAsset
		t.Asset, t.Decimals = uint32(f.number("id", 32)), uint8(f.number("decimals", 8))
		t.Address, r.Supply = f.address("token"), f.number("supply", 64)
	case "market":
		t.Kind = command.CreateMarket
		t.Market, t.Asset, t.Quote = uint32(f.number("id", 32)), uint32(f.number("base", 32)), uint32(f.number("quote", 32))
		t.Tick, t.Lot = f.number("tick", 64), f.number("lot", 64)
		t.MakerFee, t.TakerFee = uint16(f.number("maker fee", 16)), uint16(f.number("taker fee", 16))
		t.Status = command.MarketStatus(f.oneOf("status", statuses()))
	case "account":
		t.Kind = command.ImportAccount
		t.Account, t.Address = f.number("id", 64), f.address("address")
	case "balance":
		t.Kind = command.ImportBalance
		t.Account, t.Asset, t.Amount = f.number("account", 64), uint32(f.number("asset", 32)), f.number("amount", 64)
	case "order":
		t.Kind = command.ImportOrder
		t.Market, t.Account = uint32(f.number("market", 32)), f.number("account", 64)
		t.Side = command.Side(f.oneOf("side", sides()))
		t.Price, t.Size, t.ClientID = f.number("price", 64), f.number("size", 64), f.number("client id", 64)
	default:
		f.fail("%q is none of asset, market, account, balance, order, end", kind)
	}
	return r
}

// Writer writes a book.
type Writer struct {
	out     io.Writer
	buf     []byte
	records uint64
	err     error
}

// NewWriter writes a book to out, which the caller buffers.
func NewWriter(out io.Writer) *Writer {
	w := &Writer{out: out}
	w.line(append(w.buf, title...))
	return w
}

// Write writes one record; its number is given by its place. It refuses what is no record of a book.
func (w *Writer) Write(r Record) error {
	if w.err != nil {
		return w.err
	}
	t := &r.Transition
	b := w.buf[:0]
	switch t.Kind {
	case command.RegisterAsset:
		b = appendNumbers(append(b, "asset"...), uint64(t.Asset), uint64(t.Decimals))
		b = appendNumbers(appendAddress(b, t.Address), r.Supply)
	case command.CreateMarket:
		b = appendNumbers(append(b, "market"...), uint64(t.Market), uint64(t.Asset), uint64(t.Quote), t.Tick, t.Lot, uint64(t.MakerFee), uint64(t.TakerFee))
		if names := statuses(); int(t.Status) < len(names) {
			b = append(append(b, ','), names[t.Status]...)
			break
		}
		return fmt.Errorf("%w: market %d has status %d", ErrMalformed, t.Market, t.Status)
	case command.ImportAccount:
		b = appendAddress(appendNumbers(append(b, "account"...), t.Account), t.Address)
	case command.ImportBalance:
		b = appendNumbers(append(b, "balance"...), t.Account, uint64(t.Asset), t.Amount)
	case command.ImportOrder:
		b = appendNumbers(append(b, "order"...), uint64(t.Market), t.Account)
		b = append(append(b, ','), t.Side.String()...)
		b = appendNumbers(b, t.Price, t.Size, t.ClientID)
	default:
		return fmt.Errorf("%w: %s is no record of a book", ErrMalformed, t.Kind)
	}
	w.records++
	w.line(b)
	return w.err
}

// Close writes the last line. The caller flushes what is below.
func (w *Writer) Close() error {
	w.line(appendNumbers(append(w.buf[:0], "end"...), w.records))
	return w.err
}

func (w *Writer) line(b []byte) {
	w.buf = append(b, '\n')
	if w.err == nil {
		if _, err := w.out.Write(w.buf); err != nil {
			w.err = fmt.Errorf("book: %w", err)
		}
	}
}

func appendNumbers(b []byte, numbers ...uint64) []byte {
	for _, n := range numbers {
		b = strconv.AppendUint(append(b, ','), n, 10)
	}
	return b
}

func appendAddress(b []byte, a command.Address) []byte {
	return hex.AppendEncode(append(b, ",0x"...), a[:])
}
