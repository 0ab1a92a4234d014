//go:build race

package manager_test

// slow is how much more time everything has under the race detector: heartbeats, blocks (of which L1 keeps the state for 128),
// and whoever waits.
const slow = 2
