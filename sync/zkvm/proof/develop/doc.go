// Package develop is a proof system for development chains: a Groth16 key and a prover of its own in SP1's layout. Its
// proofs prove nothing. With them the whole path, from a prover's job to a verified batch on L1, runs on a laptop.
//
// # What it is not
//
// The setup is insecure on purpose: its trapdoor, by which anybody makes a proof of anything, is derived from labels in
// this package. So every node, every prover and the devnet's contract have the same key without a file, and nobody can
// mistake it for another: package proof takes it on chains 1337 and 31337 alone, and so does the contract
// DevelopmentVerifier in sync/layer1/contract. Wherever such a proof is shown it is called a development proof.
//
// # What it is
//
// A proof binds its statement: it verifies for one program and one string of public values, and for no other. The
// circuit (circuit.go) takes program and digest as public inputs, as SP1's does, and computes a product of both, which
// it raises to the third power. Proofs are deterministic.
//
// The layout is SP1 v5's (package proof): selector 4 | body 256. The key file is in gnark's encoding.
//
// Source: Groth, "On the Size of Pairing-Based Non-interactive Arguments" (EUROCRYPT 2016), section 3.2.
package develop
