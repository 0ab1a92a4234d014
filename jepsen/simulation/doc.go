// Package simulation runs whole clusters of three replicas in simulated time:
// the real state machine and the real cluster node over an in-memory network
// that drops, delays, reorders and duplicates, with crashes, restarts,
// partitions and leadership transfers, client sessions that retry, a leader that
// seals and anchors, and a scripted L1 with reorganizations. It must run inside
// a testing/synctest bubble.
//
// After each step the invariants of the design are checked: the same seal has
// the same root, header and digest on every replica that ever made it; heads are
// in order and the finalized one never moves back; at most one commit takes
// effect per batch, with the cluster's header. At the end: everything
// acknowledged answers a retry with the same receipt, everything that took
// effect did so once and as the independent model of jepsen/models says (which
// trades on its own, so that nothing is created or lost in a fill), all replicas
// are equal, and what was sealed is finalized.
//
// A seed fixes every random choice, but not the order in which goroutines make
// them; a failing seed usually fails again, not always.
package simulation
