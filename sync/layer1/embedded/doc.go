// Package embedded runs an Ethereum L1 inside the process: go-ethereum with a
// real JSON-RPC endpoint over HTTP on the loopback interface.
//
// It is what devnets, drills and tests use as L1, so it offers what a public
// L1 never would: blocks on demand, side branches, reorgs to any depth, a chain
// that stands still, and an endpoint that refuses, hangs or swallows answers.
//
// Beside JSON-RPC it serves the part of the Beacon API by which a reader gets the
// blobs of its own blocks: genesis, specification (slots of one second) and
// /eth/v1/beacon/blobs/{slot}, for Config.BlobRetention blocks.
//
// It assumes that nobody else drives its chain. Blocks carry a timestamp of at
// least parent + 1 s, so with an interval below one second the chain's clock
// runs ahead of the wall clock; the tags safe and finalized trail the head by
// fixed distances in blocks, and before the chain is long enough they are
// answered by an error, as a real consensus client does before first finality.
//
// The caller must Close the chain. All methods may be called concurrently.
// The development keys are public knowledge and never worth anything.
package embedded
