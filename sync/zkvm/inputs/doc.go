// Package inputs keeps the guest's inputs of batches that wait for a proof, in files of this replica.
//
// A proof may come hours after its batch was executed, when the tree versions that the input is made of are long
// released, and after restarts, which keep the newest version alone. So every replica writes the input down while it has
// the versions, and whoever executes a batch, before it says so. Inputs are functions of sealed versions: every replica writes the same bytes, and which replica a prover
// gets one from does not matter.
//
// # File
//
// One file per batch, "<batch, 20 digits>-<header hash, 64 hex digits>.hfi":
//
//	magic "HFI1" | SHA-256 of the rest 32 | input
//
// A file appears under its name only when it is whole and synced (cluster/durable). What does not read
// back as written is [ErrDamaged]; [Store.Load] removes it, so that it is made anew if it still can be.
//
// # Limit
//
// Provers may be away for days. Once the files of the batches before one have the limit's bytes, [Store.Save] answers
// [ErrFull] for it, and whoever must keep an input before it goes on, waits: the batch is not executed, until a proof makes
// room. The oldest batch without a proof is always taken, also where later ones came first; those that fill gaps may take
// the files beyond the limit, to no more than twice of it and one input for each that is saved at the same time.
//
// # Concurrency
//
// A Store may be used concurrently; one process at a time may have a directory.
package inputs
