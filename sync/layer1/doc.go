// Package layer1 is Holdfast's side of the L1: a client, a follower that turns
// what the chain shows into cursor events, a transaction manager that sends
// anchors, signers, and the deployment of the contract (package contract).
// Package anchor is the small reader for clients; package embedded is an L1 in
// the process.
//
// # What it assumes
//
// The node speaks plain Ethereum JSON-RPC over HTTP: eth_chainId,
// eth_getBlockByNumber, eth_getTransactionReceipt, eth_getTransactionByHash,
// eth_getTransactionCount, eth_getBalance, eth_call, eth_getLogs, eth_estimateGas,
// eth_blobBaseFee, eth_feeHistory, eth_maxPriorityFeePerGas and
// eth_sendRawTransaction; the last but one may be missing. It keeps the states of
// as many blocks as the configured depth. There are no filters and no subscriptions: provider-side filters die
// silently. Without a quorum an endpoint is trusted about the chain that it serves,
// after it stated the configured chain id; never about nonces alone.
//
// # The duties of the caller
//
// The follower and the managers act on the leader alone, in its duties' context:
//
//   - run one [Follower] (Run, or Poll at an interval);
//   - choose the anchor epoch from the contract's counter ([Contract.Inspect])
//     before the first new intent;
//   - run one [TxManager] per kind of anchor, each with an account of its own;
//     call Maintain first of all after a failover and at every interval; call
//     Commit and Verify for what the cursor allows, while Free is positive; call
//     CancelStale while anchoring is halted. After a failed Check (a signer that is
//     down, a wrong role) this replica leads no anchoring;
//   - give a manager whose commits carry blobs a source of them ([Blobs]) that
//     builds the same blobs from the retained payloads on every replica, and the
//     follower a Readable that fetches and decodes what was carried.
//
// Record functions commit an event through Raft and return when it is applied
// locally, so that the next look at the cursor sees it. Fence functions confirm
// leadership in the current term.
//
// # Errors
//
// An [*AnswerError] is definite, a [*TransportError] is unknown, and everything
// else says what it is. A chain that cannot be read is waited for; a wrong chain
// is named ([*WrongChainError]). Alarms are conditions that an operator must
// see; they repeat for as long as they last.
//
// # Units
//
// Fees are wei (per gas), times are milliseconds since the Unix epoch, depths
// and patience are L1 blocks.
//
// The rules are layers.md's; the pitfalls behind them are those of systems that
// do the same: persist the signed transaction before sending it, replace at the
// recorded nonce, look for the receipt of every attempt, believe the contract's
// state and not the receipt alone, follow by number with a watchdog.
package layer1
