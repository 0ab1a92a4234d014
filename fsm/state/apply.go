package state

import "github.com/holdfast-rollup/holdfast/fsm/command"

// MaxDecimals is the most decimals that an asset may have.
const MaxDecimals = 18

func saturatingAdd(a, b uint64) uint64 {
	if a+b < a {
		return ^uint64(0)
	}
	return a + b
}

// Apply executes one transition.
func Apply(s Store, t *command.Transition, r *Receipt, normalized []command.Transition) []command.Transition {
	panic("skeleton")
}

// Replay executes a payload.
func Replay(s Store, payload []command.Transition) error { panic("skeleton") }

// Check checks every invariant.
func Check(v interface {
	Getter
	Ascender
},
) error {
	panic("skeleton")
}
