package zkvm

import (
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/sync/zkvm/guest"
)

// Expected is the journal that an execution of a batch states if it agrees with its header: what the contract rebuilds
// from what it stores, and what a proof of the batch must be about.
func Expected(header batch.Header, deployment guest.Deployment) guest.Journal {
	return guest.Journal{
		HeaderHash: header.Hash(), PreRoot: header.PreRoot, PostRoot: header.PostRoot, PayloadKind: uint8(header.PayloadKind),
		PayloadHash: header.PayloadHash, InboxFrom: header.InboxFrom, InboxTo: header.InboxTo, InboxHash: header.InboxHash,
		WithdrawalsRoot: header.WithdrawalsRoot, Batch: header.Number,
		ChainID: deployment.ChainID, Contract: deployment.Contract, ProgramVersion: header.ProgramVersion,
	}
}

// Compare holds a journal against the sealed header of its batch and the deployment that it should be for. It gives
// nil or a *DivergenceError that names every field that differs. The header hash covers what the journal does not
// repeat: sequences and the number of transitions.
func Compare(journal *guest.Journal, header batch.Header, deployment guest.Deployment) error {
	var differ []string
	field := func(name string, same bool) {
		if !same {
			differ = append(differ, name)
		}
	}
	field("header_hash", journal.HeaderHash == header.Hash())
	field("pre_root", journal.PreRoot == header.PreRoot)
	field("post_root", journal.PostRoot == header.PostRoot)
	field("payload_kind", journal.PayloadKind == uint8(header.PayloadKind))
	field("payload_hash", journal.PayloadHash == header.PayloadHash)
	field("inbox_from", journal.InboxFrom == header.InboxFrom)
	field("inbox_to", journal.InboxTo == header.InboxTo)
	field("inbox_hash", journal.InboxHash == header.InboxHash)
	field("withdrawals_root", journal.WithdrawalsRoot == header.WithdrawalsRoot)
	field("batch", journal.Batch == header.Number)
	field("chain_id", journal.ChainID == deployment.ChainID)
	field("contract", journal.Contract == deployment.Contract)
	field("program_version", journal.ProgramVersion == header.ProgramVersion)
	if len(differ) == 0 {
		return nil
	}
	return &DivergenceError{Batch: header.Number, Fields: differ, Header: header, Journal: *journal}
}
