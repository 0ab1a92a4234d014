package consistency

// Strategy is what the leader does about a divergence, a foreign or a reverted batch. It decides nothing about what is
// found: a verdict is the same under every strategy.
type Strategy string

// The strategies.
const (
	// L1Wins rolls back to the last common batch, derives the rest from L1 and DA, and goes on.
	L1Wins Strategy = "l1_wins"
	// Halt stops intake and anchoring until somebody decides.
	Halt Strategy = "halt"
	// AlertOnly stops anchoring, which every such finding does, and leaves intake alone.
	AlertOnly Strategy = "alert_only"
)
