// Package contract holds the L1 contract of Holdfast: its Solidity source, the
// compiler's artifact and the Go bindings made from it.
//
// Holdfast.sol is the source; Holdfast.json (ABI, creation and runtime code) is
// what the solc that package.json pins makes of it; bindings.go is what abigen
// makes of Holdfast.json. All three are committed, so that building needs Go
// alone. "make generate" makes the latter two anew (it needs Node), and CI
// checks that this changes nothing.
//
// The bindings pack and unpack; they send nothing. Package layer1 talks to a
// chain.
//
// # What the contract promises
//
// Batch numbers run from 1 without gaps. Every batch's parent hash and pre-root
// are the stored header hash and post-root of the batch before it, its lineage
// is the registered one (the first commit registers it) and the epoch never
// falls. The contract computes the header hash by itself: SHA-256 over the 274
// bytes of the packed header of package batch. At commit it also stores the
// SHA-256 digest of the journal that the zkVM program must write for the batch:
//
//	headerHash 32 | preRoot 32 | postRoot 32 | payloadKind 1 | payloadHash 32 |
//	inboxFrom 8 | inboxTo 8 | inboxHash 32 | withdrawalsRoot 32 | batch 8 |
//	chainID 8 | contract 20 | programVersion 4      (249 bytes, big-endian)
//
// verifyBatches hands that digest to the verifier adapter of the batch's program
// version, so public inputs never come from the caller.
//
// # Roles
//
// The submitter commits, the prover verifies, the guardian pauses, the owner
// unpauses, sets the other roles and schedules program versions; ownership moves
// in two steps.
package contract

//go:generate npm ci --silent
//go:generate node compile.mjs
//go:generate go tool -modfile=../../../.tools/go.mod abigen --v2 --combined-json Holdfast.json --pkg contract --out bindings.go
