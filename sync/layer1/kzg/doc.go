// Package kzg makes what a blob transaction carries beside its blobs: KZG commitments, versioned hashes and proofs
// (EIP-4844, and the cell proofs of EIP-7594), by go-ethereum's pure-Go library.
//
// The first use of the library reads its trusted setup, which takes seconds: call Warm in a goroutine of its own at
// start. After that a commitment costs tens of milliseconds of one core, a blob proof as much, the cell proofs of one
// blob several times that. A Prover keeps the commitments and proofs of the blobs it saw last, because a transaction
// is made, sent again and replaced with the same blobs. A Prover may be used concurrently.
//
// Which sidecar a chain wants follows from its fork: version 0, one proof per blob, before Osaka; version 1, 128 cell
// proofs per blob, from then on.
package kzg
