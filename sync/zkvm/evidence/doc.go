// Package evidence keeps what a mismatch between a replica and the zkVM layer can be looked into with, in a file that
// replays offline.
//
// A [Mismatch] holds everything that the execution of one batch was given and gave: the guest's input (deployment,
// sealed header, transitions, hints and witness), the replica's own net diff, and what the executor answered, the journal
// with the extracted diff or the guest's refusal. It needs no replica, no network and no other file to be executed again
// ([Replay]); the answer says which side holds.
//
// # File
//
//	magic "HFEV" | version u8 = 1 | program 32 | node text | time i64, ms since the Unix epoch | input bytes |
//	replica's diff bytes | refused bool | answer | SHA-256 of all that precedes, 32
//
// in the primitives of fsm/command. The answer is the journal (309 bytes) and the extracted diff as bytes, or, of a guest
// that refused, the code as u32 and the message as text. There is exactly one encoding of a Mismatch, and Decode
// refuses every other; it says nothing of whether input and diffs are well-formed, because evidence of a defect need not
// be.
//
// # Store
//
// A [Store] is a directory of such files, named by batch and header hash. A file appears whole or not at all
// (cluster/durable). The store keeps at most its limits of number and bytes and drops the oldest for a new
// one. One process writes to a directory; any number may read.
//
// # Errors
//
// ErrMalformed for what is no such file or damaged, ErrTooLarge for a mismatch above the store's limit; all others are
// the file system's.
package evidence
