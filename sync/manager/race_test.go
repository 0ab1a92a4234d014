//go:build race

package manager_test

// slow is how much more time everything has under the race detector: heartbeats, blocks, and whoever waits.
const slow = 2
