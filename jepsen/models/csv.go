package models

import (
	"fmt"
	"io"

	"github.com/holdfast-rollup/holdfast/fsm/command"
)

// Row is one resting order of a recorded flow: the id is the recording's, the price in cents, the size in 1e-8.
type Row struct {
	ID        uint64
	Side      command.Side
	Cents     uint64
	Remaining uint64
}

// WriteCSV writes a final book: a header line, then a line per order. The caller gives the rows in order: bids
// before asks, each side best first and, at one price, the oldest first.
func WriteCSV(w io.Writer, rows []Row) error {
	out := []byte("id,side,price,remaining\n")
	for _, r := range rows {
		out = fmt.Appendf(out, "%d,%s,%d.%02d,%d\n", r.ID, r.Side, r.Cents/100, r.Cents%100, r.Remaining)
	}
	if _, err := w.Write(out); err != nil {
		return fmt.Errorf("models: writing the book: %w", err)
	}
	return nil
}
