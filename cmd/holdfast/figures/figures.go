// Package figures measures the parts of Holdfast on the machine that it runs on: the state-transition function, the
// tree, the codecs, replication. It is what `holdfast bench` prints.
//
// Each measurement takes Options, which a Default... function gives and Validate checks, and returns a report for
// people (WriteTable) and for programs (JSON: times and rates as numbers, units in the names). A figure is the median of
// several rounds; where figures are compared, the contenders take turns in each round. Everything is measured in this
// process; nothing of it is a promise about another machine.
//
// A measurement ends early with its context's error and leaves nothing behind.
package figures

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Progress is told how far a measurement is, in lines for people. It must not block.
type Progress func(format string, args ...any)

// OptionError says which option is out of range.
type OptionError struct {
	Option string
	Value  any
	Want   string
}

func (e *OptionError) Error() string {
	return fmt.Sprintf("--%s is %v; must be %s", e.Option, e.Value, e.Want)
}

// within checks that least <= v <= most.
func within(option string, v, least, most int) error {
	if v < least || v > most {
		return &OptionError{Option: option, Value: v, Want: fmt.Sprintf("%d to %d", least, most)}
	}
	return nil
}

// Median sorts its argument and gives the middle, of two the upper one; 0 of none.
func Median(v []float64) float64 {
	if len(v) == 0 {
		return 0
	}
	slices.Sort(v)
	return v[len(v)/2]
}

// each is the time that fn took for each of n, in nanoseconds.
func each(n int, fn func() error) (float64, error) {
	start := time.Now()
	err := fn()
	return float64(time.Since(start).Nanoseconds()) / float64(max(n, 1)), err
}

// rounds runs round as often as asked for and says so, until ctx ends.
func rounds(ctx context.Context, n int, say Progress, round func(i int) error) error {
	for i := range n {
		if err := ctx.Err(); err != nil {
			return err
		}
		say("round %d of %d", i+1, n)
		if err := round(i); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// line writes cells of a table for a tabwriter.
func line(w io.Writer, cells ...string) { _, _ = fmt.Fprintln(w, strings.Join(cells, "\t")) }
