// Package proof verifies Groth16 proofs of zkVMs in Go, before a wei is spent on them.
//
// A Registry holds the verifying keys that an operator installed and verifies proofs by the version that their first
// four bytes name:
//
//	system  version            length  proof                                              public inputs
//	sp1     v4, v5             260     selector 4 | body 256                              program, digest
//	sp1     v6.0, v6.1-v6.4    356     selector 4 | exit code 32 | root 32 | nonce 32 | body 256   program, digest, exit code, root, nonce
//	risc0   V2_1, V2_2, V3_0   260     selector 4 | body 256                              control root (2), claim (2), control id
//	ziren   v1.1.0 to v1.2.5   260     selector 4 | body 256                              program, digest
//	development                260     selector 4 | body 256                              program, digest
//
// The body is A.x A.y B.x1 B.x0 B.y1 B.y0 C.x C.y of BN254, big-endian, imaginary limbs first. The digest is SHA-256 of
// the public values without its top three bits. A claim is RISC Zero's digest of a run of the program that halted with
// code 0, assumed nothing and wrote the journal. Exit code (0), roots and control ids are the version's and never the
// proof's. PLONK proofs are not supported.
//
// # Keys
//
// Keys are operators' files; Key has their formats. A file is taken only if its hash is a published one that the
// package knows: nobody can slip in a key of their own making. RISC Zero has one key for all versions, and the digest of
// each version's parameters binds it.
//
// # Strictness
//
// Lengths are exact. Coordinates and public inputs are canonical field elements, points lie on the curve, in the
// subgroup and not at infinity. So there is one encoding of each proof, though a proof can be randomized again into
// another proof of the same statement, as with every Groth16.
//
// # What a proof says
//
// That the named program, run by the named version's prover, wrote the public values. The caller decides which program
// it wants and makes the public values itself; it never takes either from the prover. The development system's proofs
// (package develop) say nothing at all and are taken on development chains alone; RISC Zero's fake receipts never are.
//
// Verification takes about a millisecond of one core and is a pure function of its arguments.
//
// # Sources
//
// Groth, "On the Size of Pairing-Based Non-interactive Arguments" (EUROCRYPT 2016); EIP-196 and EIP-197 for encodings;
// SP1's and RISC Zero's published verifier contracts for layouts and constants.
package proof
