package cursor

import "fmt"

// Recovered returns the cursor of a history that goes on, under another lineage,
// from a batch that L1 has finalized, of which Seal's fields count. inboxHash is
// the rolling hash of the L1 queue where the batch has consumed it to. A batch
// number of 0 is the empty history.
func Recovered(lineage [16]byte, newest Batch, inboxHash Hash, at Context) *Cursor {
	c := New()
	c.epoch.Lineage = lineage
	c.note(at, AuditGenesis, newest.Number, fmt.Sprintf("%x", lineage), "recovered")
	if newest.Number == 0 {
		return c
	}
	n := newest.Number
	c.heads = Heads{Applied: newest.LastSequence, Sealed: n, Executed: n, Published: n, Committed: n, Proven: n, Finalized: n}
	c.batches = []*Batch{{
		Number: n, HeaderHash: newest.HeaderHash, Root: newest.Root,
		FirstSequence: newest.FirstSequence, LastSequence: newest.LastSequence, SealedMs: newest.SealedMs, InboxTo: newest.InboxTo,
	}}
	c.inboxFrom, c.inboxHash = newest.InboxTo, inboxHash
	c.check()
	return c
}
