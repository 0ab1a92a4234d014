// Package contract holds the L1 contract of Holdfast: its Solidity sources, the
// compiler's artifacts and the Go bindings made from them.
//
// Holdfast.sol and Verifiers.sol are the sources; Holdfast.json (ABI, creation
// and runtime code) is what the solc that package.json pins makes of them, with
// the settings that it names; bindings.go is what abigen makes of Holdfast.json.
// All are committed, so that building needs Go alone. "make generate" makes the
// latter two anew (it needs Node), and CI checks that this changes nothing.
// "make gas" prints what calls cost.
//
// The bindings pack and unpack; they send nothing. Package layer1 talks to a
// chain. README.md has the design, its trade-offs and the gas table.
//
// # What the contract promises
//
// Batch numbers run from 1 without gaps. Every batch's parent hash and pre-root
// are the header hash and post-root of the batch before it, its lineage is the
// registered one and the epoch never falls within a lineage. Headers come as the
// 274 bytes of package batch; of each batch its SHA-256 alone is stored. Whoever
// verifies, claims or reverts brings the header again, and it is checked against
// that hash. The journal that a proof must have, of package guest, is rebuilt
// from it:
//
//	headerHash 32 | preRoot 32 | postRoot 32 | payloadKind 1 | payloadHash 32 |
//	inboxFrom 8 | inboxTo 8 | inboxHash 32 | withdrawalsRoot 32 | batch 8 |
//	chainID 8 | contract 20 | programVersion 4      (249 bytes, big-endian)
//
// and goes to the verifier adapter of the batch's program version, so public
// inputs never come from the caller. Adapters stand before SP1's verifiers and
// gateways (Ziren's have the same interface) and RISC Zero's. Where their makers
// have none on a chain, SP1Verifier and RiscZeroVerifier stand over a
// Groth16Verifier under the published key. DevelopmentVerifier has SP1's interface
// and checks the proofs of package develop, on development chains alone.
//
// References to what the commit transaction carries are checked against it:
// blobs against blobhash, call data against its own bytes (package da has the
// layouts). What a batch's blobs or archive objects hold is nobody's promise
// here: the payload's hash is in the header, and the proof is about that.
//
// Deposits are queued under the rolling hash of package state ("L1 queue"), and
// the hash after each is kept: a batch names how far it consumed the queue, and
// the contract compares the hashes. Withdrawals of verified batches are paid
// once, by a proof under the withdrawals root of package batch. Of no token more
// is paid than came in: was deposited, or was funded for the balances of an order
// book that the history began with, which is credited to nobody.
package contract

//go:generate npm ci --silent
//go:generate node compile.mjs
//go:generate go tool -modfile=../../../.tools/go.mod abigen --v2 --combined-json Holdfast.json --pkg contract --out bindings.go
