package workload

// A flow has one name wherever people choose one.

import (
	"fmt"
	"strings"
)

// Names of flows for people: the generator's, and what goes before the file of a recorded one.
const (
	FlowMarket   = "market"
	FlowBitstamp = "bitstamp:"
)

// ValidFlow says whether a name is one of a flow; the file is not looked at.
func ValidFlow(name string) error {
	if name != FlowMarket && !strings.HasPrefix(name, FlowBitstamp) {
		return fmt.Errorf("flow %q: want %s or %sFILE", name, FlowMarket, FlowBitstamp)
	}
	return nil
}

// Open opens the flow of a name: FlowMarket, made by Generator, or FlowBitstamp and a file, for OpenBitstamp. The close
// function is never nil.
func Open(name string, seed uint64, o Options) (Flow, func() error, error) {
	nothing := func() error { return nil }
	if err := ValidFlow(name); err != nil {
		return nil, nothing, err
	}
	if path, recorded := strings.CutPrefix(name, FlowBitstamp); recorded {
		return OpenBitstamp(path)
	}
	f, err := Generator(seed, o)
	return f, nothing, err
}
