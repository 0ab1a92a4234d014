package layer1

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/holdfast-rollup/holdfast/sync/layer1/contract"
)

// AdapterKind is what kind of adapter verifies a program version's proofs.
type AdapterKind string

// Kinds of adapters.
const (
	AdapterNone      AdapterKind = "none"      // the version is not scheduled, or retired
	AdapterExecution AdapterKind = "execution" // takes batches without proofs
	AdapterSP1       AdapterKind = "sp1"       // for SP1's interface, which Ziren and the development system have too
	AdapterRiscZero  AdapterKind = "risc0"
)

// Program is what the contract verifies the proofs of one program version with.
type Program struct {
	Version    uint32
	Kind       AdapterKind
	Adapter    [20]byte
	ActiveFrom uint64   // seconds since the Unix epoch
	Key        [32]byte // verifying key's hash or image id; zero of the execution-only adapter
	Selector   [4]byte  // the first bytes of the proofs that it takes
}

// Program reads what the contract has scheduled for a program version. An adapter that has neither interface counts as
// the execution-only one.
func (c *Contract) Program(ctx context.Context, version uint32) (Program, error) {
	p := Program{Version: version, Kind: AdapterNone}
	fail := func(err error) (Program, error) {
		return Program{}, fmt.Errorf("program version %d of contract %x: %w", version, c.address, err)
	}
	out, err := c.client.Call(ctx, c.address, c.binding.PackPrograms(version), Latest)
	if err != nil {
		return fail(c.reason(err))
	}
	scheduled, err := c.binding.UnpackPrograms(out)
	if err != nil {
		return fail(fmt.Errorf("%w: %w", ErrNoContract, err))
	}
	p.Adapter, p.ActiveFrom = scheduled.Verifier, scheduled.ActiveFrom
	if p.Adapter == ([20]byte{}) || p.ActiveFrom == ^uint64(0) {
		return p, nil
	}
	sp1, risc0 := contract.NewSP1Adapter(), contract.NewRiscZeroAdapter()
	for _, as := range []struct {
		kind          AdapterKind
		key, selector []byte
	}{
		{AdapterSP1, sp1.PackProgramVKey(), sp1.PackSelector()},
		{AdapterRiscZero, risc0.PackImageId(), risc0.PackSelector()},
	} {
		key, has, err := c.word(ctx, p.Adapter, as.key)
		if err != nil {
			return fail(err)
		}
		if !has {
			continue
		}
		selector, has, err := c.word(ctx, p.Adapter, as.selector)
		if err != nil || !has {
			return fail(errors.Join(err, fmt.Errorf("adapter %x has no selector", p.Adapter)))
		}
		p.Kind, p.Key, p.Selector = as.kind, key, [4]byte(selector[:4])
		return p, nil
	}
	p.Kind = AdapterExecution
	return p, nil
}

// word asks a contract for 32 bytes; has is false if it refuses or answers with anything else.
func (c *Contract) word(ctx context.Context, at [20]byte, call []byte) (word [32]byte, has bool, err error) {
	out, err := c.client.Call(ctx, at, call, Latest)
	if a, ok := errors.AsType[*AnswerError](err); ok && strings.Contains(a.Message, "revert") {
		return word, false, nil
	}
	if err != nil || len(out) != len(word) {
		return word, false, err
	}
	return [32]byte(out), true, nil
}
