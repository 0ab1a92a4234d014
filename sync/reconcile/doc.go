// Package reconcile decides what removes a divergence from L1, and does nothing itself.
//
// # What it is
//
// [Decide] is a pure function of what the cursor records, what the contract holds at a block at depth, what could be
// fetched and executed of it, the strategy, and an operator's order if there is one. It answers with a [Decision]: do
// nothing, wait, stop until somebody decides, or act on a plan (cursor.Plan), which the manager's reconcile duty records
// and carries out step by step.
//
// # Limits (design, layers.md)
//
//   - A batch that this cluster never sealed is foreign. Without an operator it is adopted only if L1 verified it with a
//     verifier that checks proofs and an allow-listed account submitted it. Otherwise intake and anchoring stop, and the
//     exits are the contract's guardian or an operator's order that accepts it.
//   - A batch that this cluster did seal, now or before a rollback, is its own: L1 holds it, so it is adopted again.
//   - What the guardian took back is never sent again by a duty. An operator chooses: as it is, or back to a batch.
//   - A batch whose content does not give the anchored root when it is executed is never adopted, by nobody's order.
//   - Nothing is decided by blocks that are not at depth, and nothing reaches below the finalized head.
//
// L1 is the source of truth in the strategy l1_wins alone; halt and alert_only name the same exits and leave the choice to
// an operator, whose order is carried out under every strategy.
//
// # Differences
//
// [First] finds the first batch that differs by bisection: headers are chained, so whatever follows a batch that differs
// differs too. [Keys] lists where two versions of the state differ, in words.
//
// Everything here may be called concurrently.
package reconcile
