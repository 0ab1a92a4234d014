package counterpart

// Whatever a chain cannot do is ErrCannot, and never something similar.

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/holdfast-rollup/holdfast/sync/layer1/embedded"
)

// ErrCannot says that this make of L1 has no way to do what was asked for.
var ErrCannot = errors.New("this L1 cannot do that")

// Chain is an L1 that does as it is told. What the methods do is said at those of
// [embedded.Chain].
type Chain interface {
	Kind() Kind
	URL() string
	BeaconURL() string
	ChainID() uint64
	Head() embedded.Block
	BlockAt(number uint64) (embedded.Block, error)
	Mine(n int) (embedded.Block, error)
	Fork(parent uint64, length int, fill bool) (embedded.Block, error)
	Adopt(tip [32]byte) error
	Reorg(depth uint64, length int) (embedded.Block, error)
	DropPending()
	SetFault(f embedded.Fault)
	SetBeaconFault(f embedded.Fault)
	Close() error
}

// Kind of L1.
type Kind string

// Kinds of L1.
const (
	Embedded Kind = "embedded" // go-ethereum in this process
	Geth     Kind = "geth"
	Anvil    Kind = "anvil"
)

// Environment variables: which kind, and where the programs are if PATH does not
// have them.
const (
	KindEnv  = "HOLDFAST_L1"
	GethEnv  = "HOLDFAST_GETH"
	AnvilEnv = "HOLDFAST_ANVIL"
)

// Chosen is the kind that the environment names; Embedded if it names none.
func Chosen() (Kind, error) {
	switch k := Kind(os.Getenv(KindEnv)); k {
	case "":
		return Embedded, nil
	case Embedded, Geth, Anvil:
		return k, nil
	default:
		return "", fmt.Errorf("%s=%q: want %s, %s or %s", KindEnv, k, Embedded, Geth, Anvil)
	}
}

// SlotIsBlock says whether the Beacon API of this kind takes block numbers for
// slots.
func (k Kind) SlotIsBlock() bool { return k == Anvil }

// Start starts a chain. The context bounds the start only; Close ends it.
func Start(ctx context.Context, kind Kind, cfg embedded.Config) (Chain, error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("counterpart configuration: %w", err)
	}
	if cfg.ChainID == 0 {
		cfg.ChainID = embedded.DefaultChainID
	}
	switch kind {
	case Geth:
		return startGeth(ctx, cfg)
	case Anvil:
		return startAnvil(ctx, cfg)
	default:
		c, err := embedded.Start(ctx, cfg)
		if err != nil {
			return nil, err
		}
		return inProcess{c}, nil
	}
}

type inProcess struct{ *embedded.Chain }

func (inProcess) Kind() Kind { return Embedded }
