// Package tree is the ordered Merkle tree that commits the replicated state: a
// binary Merkle Patricia (crit-bit) tree over prefix-free keys, with versions,
// proofs and partial trees. Key order is byte order, so that the first record
// under a prefix is, for orders, the best one.
//
// The crit-bit shape is D. J. Bernstein's; versions with birth times and dead
// lists are those of ZFS snapshots; hashing by levels in blocks of 64 bytes is
// the way of the beacon chain's clients.
//
// # Encoding
//
// This section, "Proofs" and "Stream" are normative: they suffice to write a
// verifier. Numbers are big-endian.
//
// A record has a key of 1 to 31 bytes and a value of 0 to 30. No key of a tree
// is a prefix of another, nor becomes equal to one when both are padded with
// zero bytes. Bit i of a key is bit 7-(i mod 8), counted from the lowest, of its
// byte i/8; past its end bits are 0.
//
// Every hash input is 64 bytes:
//
//	leaf   = key length (1) | key | zeros up to 32 | 0x01 | value length (1) | value | zeros up to 64
//	branch = commitment of the left child (32) | commitment of the right child (32)
//
// A node's commitment is 32 bytes:
//
//	commitment = label (2) | first 30 bytes of SHA-256(input)
//	label      = 0xFFFF for a leaf, the index of the bit at which a branch splits, 0 to 247
//
// All keys below a branch agree in the bits before its label; those with a 0
// there are below its left child, those with a 1 below its right. Labels
// therefore increase strictly from the root down. A set of records has exactly
// one tree.
//
// The root is the root node's commitment, its label included; the empty tree's
// is 32 zero bytes. A leaf's input begins with a byte from 1 to 31 and a
// branch's with 0x00 or 0xFF, so neither passes for the other. The strength
// against collisions is 2^120.
//
// # Proofs
//
// Proofs and witnesses encode a part of a tree, in preorder:
//
//	pruned node = its commitment (32)
//	leaf        = 0x01 | key length (1) | key | value length (1) | value
//	branch      = 0x02 | label (1) | left child | right child
//	empty tree  = nothing
//
// A verifier refuses: a commitment whose label is from 248 up and not 0xFFFF; a
// branch with such a label; labels that do not strictly increase downward, those
// in commitments included; key and value lengths out of range; a revealed leaf
// whose key has, at a branch above it, not the bit of the side it is on, or ends
// before that bit; revealed leaves on both sides of a branch whose keys do not
// first differ at its label; bytes that are missing or left over; a proof longer
// than 16 MiB; and a root that is not the one it was given.
//
// What must be revealed, no more and no less:
//
//   - One key, or several: a node is revealed if and only if the descent of one of
//     the keys, by its bits at the labels, leads to it. The leaf at the end has the
//     key, or the key is absent.
//   - A range [from, to), ends and keys compared as padded with zeros to 31 bytes:
//     the root is revealed. Of a revealed branch, a child is revealed if and only
//     if the range has a key that agrees with the keys below the branch in the
//     bits before the label and has the child's bit there; if neither child
//     qualifies, the one on the side of from's bit at the label is revealed. What
//     the keys below a branch agree in is known from any leaf revealed below it;
//     a branch with none is refused.
//
// So a proof has one encoding. No verifier can see that a tree is well formed
// where it is pruned: that something is absent, or first, is proved only under a
// root that was made by honest insertion, as a replica's is.
//
// # Test vectors
//
// Roots of: no record; 01 with an empty value; 0461 (78) and 0462 (79), values in
// parentheses; these two and 050000 (30 bytes FF).
//
//	R0 = 0000000000000000000000000000000000000000000000000000000000000000
//	R1 = fffff73db4459317388220ae2bc8288f3f053fb43f58c2830308c93b785c62b2
//	R2 = 000e61e0ed8e9ae8b8437429c1ac45eb6fddbe607feb997bfa4dee4d5ecde0af
//	R3 = 00071c0d885c6f5e2c9bd6b80c3161480d15046314ca8fd566892f0d921946b3
//
// Proofs under R3: of 0462, present; of 0463, absent; of the range [04, 05).
//
//	P1 = 0207020effff43b7caee5b5fa7eb840cce9decb51a5f5bd3db7c1debdc899be6f0055a5a010204620179ffffc4ed86db9590109f5a361d06a1bce4d9b0a596a64ab62a56bb40e1ddab48
//	P2 = 0207020effff43b7caee5b5fa7eb840cce9decb51a5f5bd3db7c1debdc899be6f0055a5a010204620179ffffc4ed86db9590109f5a361d06a1bce4d9b0a596a64ab62a56bb40e1ddab48
//	P3 = 0207020e010204610178010204620179ffffc4ed86db9590109f5a361d06a1bce4d9b0a596a64ab62a56bb40e1ddab48
//
// # Witnesses
//
// A witness is the part of a pre-version that a fork resolved, in the encoding of
// proofs, under the same rules, except that any nodes may be pruned. FromWitness
// computes the root; the caller compares it with the one it trusts.
//
// # Stream
//
// WriteTo writes frames of whole records in key order, then the number of
// records:
//
//	frame  = length (4), 1 to 65,536 | records
//	record = key length (1) | value length (1) | key | value
//	end    = zeros (4) | number of records (8)
//
// A writer fills each frame until the next record would not fit. A reader checks
// order and prefixes, and recomputes the root for the caller to compare.
//
// # Folds
//
// A fold is a version as its difference from a newer one: frames of whole changes,
// strictly increasing by key over all frames.
//
//	change = key length (1) | value length + 1 (1), or 0 where the key is not there | key | value
//
// # Versions
//
// Changes act on the working version. Seal hashes what is dirty, freezes it and
// keeps it under a number that is never used again; Release lets a kept version
// go, Rollback returns to one. What a version costs is what it does not share
// with its neighbours.
//
// # Memory
//
// Nodes lie in chunked tables without pointers, so that the garbage collector
// has nothing to scan, and never move. A leaf takes 100 bytes and a branch 48 in
// each version that does not share it. A tree holds at most 33.5 million slots of
// each kind (ErrFull) and at least takes about 1.7 MB; memory of released
// versions is used again, not given back. fast.Memory gives Options.Memory in huge
// pages: large trees change about a fifth faster there.
//
// # Concurrency
//
// One goroutine, the writer, calls all methods of a Tree but View. View, and all
// methods of a View, may be called from any goroutine at any time; what a View
// returns may be read until its Close. The package starts no goroutine: Apply,
// Seal, Root and Load use Options.Parallel, if it is set, for work on disjoint
// parts. A fork or a tree from a witness belongs, with its views, to one goroutine.
//
// # Errors
//
// Errors wrap the package's Err values. Refused changes leave the tree as it was;
// only Apply and Load can fail half way, and then everything but Rollback answers
// ErrBroken, and Seal and Root panic. A panic otherwise means a broken invariant.
package tree
