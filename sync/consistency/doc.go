// Package consistency compares the layers and states verdicts.
//
// A [Checker] holds what one replica can see: its own sealed batches and cursor, the zkVM's statements in the cursor,
// the contract on L1, the DA providers and the roots that the other replicas reported. [Checker.Check] compares them
// and gives one [cursor.Verdict] for each pair of layers: the worst finding, at the first batch that shows it.
//
// [Watch] runs a checker at every interval and soon after events. An [Auditor] compares what the leader recorded of L1 with
// what this replica's own endpoints show.
//
// # Findings
//
//   - consistent: both layers state the same for every batch that both have;
//   - lagging: one layer is behind by more than [Tolerance] allows; lag within it is consistent;
//   - stalled: lagging, and the head behind has not moved for [Tolerance].Blocks L1 blocks;
//   - missing: no DA provider gives the payload; wrong bytes are absent bytes;
//   - divergent: two layers state different roots or header hashes for the same batch. There is no tolerance for it;
//   - foreign: the contract holds a batch that this cluster has no intent for;
//   - reverted: the contract no longer holds a batch that was committed at depth;
//   - unknown: a layer could not be read. It says nothing about the batches. A chain that moves while it is read, or
//     that the follower has yet to follow through a reorganization, counts as one that could not be read.
//
// Each has a [cursor.Cause]; one that is fatal no waiting heals.
//
// # How little is read
//
// Payloads are read back once: from any place where they were published, and from the place that L1 names. Of the finalized
// batches one is read for every sixteen checks, in an order that replicas begin at different places (splitmix64); what is
// missing is asked for again until it is back.
//
// A header binds its parent's hash, locally and in the contract. So the newest batch that both have decides for all
// below it, and one call to L1 checks the whole window. Only when it differs is the first differing batch searched, by
// bisection over locally kept headers.
//
// # Duties of callers
//
// One goroutine calls Check, and one Audit; a Checker remembers which payloads it has already fetched and when heads moved. Contexts
// bound all waiting; a layer that cannot be read makes its verdict unknown and does not fail the check.
package consistency
