// Package counterpart puts L1s of other makes behind the tests of sync/layer1 and
// whatever else wants to be run against them: geth as a program, driven over the
// Engine API, and anvil. It is for tests and development; the holdfast binary does
// not import it.
//
// All are started as processes of their own, with their data in a directory of
// their own, on free ports of the loopback interface, and end with Close or with
// the process that started them. Before each stands a front that serves JSON-RPC
// and the Beacon API on one URL and can be put into the faults of package embedded,
// so that what a test does to a [Chain] is the same whatever is behind it.
//
// Geth has no consensus client beside it: this package is one, as far as tests need
// it. It orders a block (testing_buildBlockV1), hands it over (engine_newPayload)
// and adopts it (engine_forkchoiceUpdated) with the safe and finalized block; keeps
// the blobs of each block and serves them; and reorganizes by the fork choice alone,
// from side branches that were handed over before. Geth does not rewind below its
// finalized block: that is [ErrCannot]. Engine API:
// https://github.com/ethereum/execution-apis/tree/main/src/engine.
//
// Anvil has no side branches and enforces no finality: blocks are rolled back and
// others mined ([ErrCannot] where a test wants a branch that is not adopted). It
// forgets the transactions that it rolls back, where a network would still have
// them: they are sent again from here, blob transactions excepted, whose blobs
// nobody has any more. Its tags are at a distance of N and 2N blocks, its slots are
// block numbers.
//
// The methods of a Chain may be called concurrently.
package counterpart
