package contract_test

import (
	"math/big"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/sync/layer1/contract"
)

// Every refusal of the contract answers with its own error, with its data, and there is no error without a case here.
func TestRefusals(t *testing.T) {
	w := newWorld(t, 100)
	w.listTokens()
	w.depositETH(w.stranger, addr(w.stranger), ether(1))
	for _, group := range []func(*world){
		refuseFirstCommit, refuseCommits, refuseBlobs, refuseCalldata, refuseVerifications, refuseReverts, refuseTakeOvers,
		refuseListings, refuseDeposits, refuseFunds, refuseClaims, refuseReentry, refusePrograms, refuseRoles, refusePaused,
	} {
		group(w)
	}
	parsed, err := contract.HoldfastMetaData.ParseABI()
	if err != nil {
		t.Fatal(err)
	}
	for name := range parsed.Errors {
		if !w.refused[name] {
			t.Errorf("no case for the error %s", name)
		}
	}
}

func edited(h batch.Header, edit func(*batch.Header)) batch.Header {
	edit(&h)
	return h
}

func refuseFirstCommit(w *world) {
	first := w.tip.run(1, 1)[0]
	w.refuse("no lineage", w.submitter, w.packCommit(edited(first, func(h *batch.Header) { h.Lineage = [16]byte{} })), &contract.HoldfastLineageZero{})
	w.refuse("a first header of nothing", w.submitter, w.binding.PackCommitBatches(1, [][]byte{{}}, archived(first)), &contract.HoldfastHeaderLength{Length: new(big.Int)})
	w.refuse("nothing to verify yet", w.prover, w.packVerify(first), &contract.HoldfastNotCommitted{Number: 1})
	w.refuse("nothing to revert yet", w.guardian, w.binding.PackRevertBatches(1, nil), &contract.HoldfastNotCommitted{Number: 1})
	w.refuse("nothing ever to revert", w.guardian, w.binding.PackRevertBatches(0, nil), &contract.HoldfastAlreadyVerified{})
	w.commit(w.tip.run(2, 1)...)
}

func refuseCommits(w *world) {
	b := w.binding
	hs := w.tip.run(2, 1)
	next, parent := hs[0], w.headers[1]
	commit := func(name string, edit func(*batch.Header), want any) {
		w.t.Helper()
		w.refuse(name, w.submitter, w.packCommit(edited(next, edit)), want)
	}
	w.refuse("commit by another role", w.prover, w.packCommit(next), &contract.HoldfastNotSubmitter{Caller: addr(w.prover)})
	w.refuse("no headers", w.submitter, b.PackCommitBatches(epoch, nil, nil), &contract.HoldfastNothingToCommit{})
	w.refuse("references do not match", w.submitter, b.PackCommitBatches(epoch, packed(next), archived(hs...)), &contract.HoldfastReferencesMismatch{Headers: big.NewInt(1), Refs: big.NewInt(2)})
	w.refuse("old epoch", w.submitter, b.PackCommitBatches(epoch-1, packed(next), archived(next)), &contract.HoldfastEpochTooOld{Last: epoch, Given: epoch - 1})
	long := [][]byte{append(next.Append(nil), 0)}
	w.refuse("a long header", w.submitter, b.PackCommitBatches(epoch, long, archived(next)), &contract.HoldfastHeaderLength{Length: big.NewInt(batch.HeaderSize + 1)})
	version := packed(next)
	version[0][0] = 2
	w.refuse("header version", w.submitter, b.PackCommitBatches(epoch, version, archived(next)), &contract.HoldfastHeaderVersionUnknown{Version: 2})
	commit("another lineage", func(h *batch.Header) { h.Lineage[0] = 9 }, &contract.HoldfastLineageMismatch{Registered: lineage, Given: [16]byte{9, 2, 3}})
	w.refuse("a gap", w.submitter, w.packCommit(hs[1]), &contract.HoldfastNumberMismatch{Expected: 3, Given: 4})
	w.refuse("a repeat", w.submitter, w.packCommit(parent), &contract.HoldfastNumberMismatch{Expected: 3, Given: 2})
	commit("equal root under another header", func(h *batch.Header) { h.ParentHash[0]++ }, &contract.HoldfastParentMismatch{
		Number: 3, Expected: parent.Hash(), Given: edited(next, func(h *batch.Header) { h.ParentHash[0]++ }).ParentHash,
	})
	commit("another pre-root", func(h *batch.Header) { h.PreRoot = genesisRoot }, &contract.HoldfastPreRootMismatch{Number: 3, Expected: parent.PostRoot, Given: genesisRoot})
	commit("unknown program", func(h *batch.Header) { h.ProgramVersion = 8 }, &contract.HoldfastProgramUnknown{Version: 8})

	// One deposit is queued; none is consumed.
	rolled, err := b.UnpackInboxHashes(w.view(b.PackInboxHashes(1)))
	if err != nil {
		w.t.Fatal(err)
	}
	commit("inbox from another position", func(h *batch.Header) { h.InboxFrom, h.InboxTo = 1, 1 }, &contract.HoldfastInboxMismatch{Number: 3, From: 1, To: 1})
	commit("inbox backwards", func(h *batch.Header) { h.InboxFrom, h.InboxTo = 1, 0 }, &contract.HoldfastInboxMismatch{Number: 3, From: 1})
	commit("another hash of the queue", func(h *batch.Header) { h.InboxTo, h.InboxHash = 1, rolled; h.InboxHash[0]++ }, &contract.HoldfastInboxHashMismatch{
		Number: 3, To: 1, Expected: rolled, Given: edited(next, func(h *batch.Header) { h.InboxHash = rolled; h.InboxHash[0]++ }).InboxHash,
	})
	commit("more than the queue holds", func(h *batch.Header) { h.InboxTo = 2 }, &contract.HoldfastInboxHashMismatch{Number: 3, To: 2})
	commit("a hash of an empty queue", func(h *batch.Header) { h.InboxHash[0] = 1 }, &contract.HoldfastInboxHashMismatch{Number: 3, Given: [32]byte{1}})
	refs := archived(next)
	refs[0].Provider = 5
	w.refuse("a provider that is none", w.submitter, b.PackCommitBatches(epoch, packed(next), refs), &contract.HoldfastProviderUnsupported{Number: 3, Provider: 5})
}

// layers.md: versioned hashes are read by blobhash. A reference that does not match the blobs of its transaction, or
// blobs that no reference names, are refused.
func refuseBlobs(w *world) {
	hs := w.tip.run(2, 1)
	hashes := []common.Hash{{1, 1}, {1, 2}, {1, 3}, {1, 4}, {1, 5}, {1, 6}, {1, 7}}
	three := sent{hashes: hashes[:3]}
	refuse := func(name string, with sent, want any, refs ...contract.DaRef) {
		w.t.Helper()
		w.refuse(name, w.submitter, w.binding.PackCommitBatches(epoch, packed(hs[:len(refs)]...), refs), want, with)
	}
	malformed := func(number uint64) any { return &contract.HoldfastReferenceMalformed{Number: number} }
	extra := func(e ...byte) contract.DaRef { r := blobRef(0, 1, hashes); r.Extra = e; return r }
	refuse("no blobs at all", sent{}, &contract.HoldfastBlobMissing{Number: 3, Blob: new(big.Int)}, blobRef(0, 1, hashes))
	refuse("fewer than named", three, &contract.HoldfastBlobMissing{Number: 3, Blob: big.NewInt(3)}, blobRef(0, 4, hashes))
	refuse("more than named", three, &contract.HoldfastBlobUnnamed{Blob: big.NewInt(2)}, blobRef(0, 2, hashes))
	refuse("none is named", three, &contract.HoldfastBlobUnnamed{Blob: new(big.Int)}, archived(hs[0])...)
	refuse("a gap before the first", three, malformed(3), blobRef(1, 2, hashes))
	refuse("a gap between two", three, malformed(4), blobRef(0, 1, hashes), blobRef(2, 1, hashes))
	refuse("out of order", three, malformed(4), blobRef(0, 3, hashes), blobRef(0, 1, hashes))
	refuse("none of them", three, malformed(3), extra(0, 0, 0, 0, 0, 0))
	refuse("seven", sent{hashes: hashes[:6]}, malformed(3), blobRef(0, 7, hashes))
	refuse("the seventh", sent{hashes: hashes[:6]}, malformed(4), blobRef(0, 6, hashes), blobRef(6, 1, hashes))
	refuse("short extra", three, malformed(3), extra(0, 1, 0, 0, 0))
	refuse("long extra", three, malformed(3), extra(0, 1, 0, 0, 0, 0, 0))
	other := blobRef(0, 3, hashes)
	other.Commitment = blobRef(1, 3, hashes).Commitment
	refuse("a commitment to other blobs", three, &contract.HoldfastCommitmentMismatch{Number: 3, Expected: blobRef(0, 3, hashes).Commitment, Given: other.Commitment}, other)
}

func refuseCalldata(w *world) {
	hs := w.tip.run(2, 1)
	tail := []byte("envelope header.. and data; then the second, whole")
	ref := func(from, size int) contract.DaRef {
		return contract.DaRef{
			Provider: 3, Size: uint32(size - 9), Extra: []byte{0, 0, 0, byte(len(tail) - from)}, Commitment: [32]byte(crypto.Keccak256(tail[from : from+size])),
		}
	}
	commit := func(refs ...contract.DaRef) []byte {
		return append(w.binding.PackCommitBatches(epoch, packed(hs[:len(refs)]...), refs), tail...)
	}
	malformed := func(number uint64) any { return &contract.HoldfastReferenceMalformed{Number: number} }
	whole := len(tail)
	if err := w.try(w.submitter, commit(ref(0, 26), ref(26, whole-26))); err != nil {
		w.t.Fatalf("two whole envelopes: %T%+v", err, err)
	}
	w.refuse("a rest that nothing names", w.submitter, commit(ref(0, 26)), &contract.HoldfastCalldataUnnamed{Size: big.NewInt(int64(whole - 26))})
	w.refuse("a gap", w.submitter, commit(ref(0, 20), ref(26, whole-26)), malformed(4))
	w.refuse("twice the same", w.submitter, commit(ref(0, whole), ref(0, whole)), malformed(4))
	beyond := ref(26, whole-26)
	beyond.Size++
	w.refuse("more than there is", w.submitter, commit(beyond), malformed(3))
	before := ref(0, whole)
	before.Extra = []byte{1, 0, 0, 0}
	w.refuse("before the call data", w.submitter, commit(before), malformed(3))
	short := ref(0, whole)
	short.Extra = short.Extra[1:]
	w.refuse("short extra", w.submitter, commit(short), malformed(3))
	wrong := ref(0, whole)
	wrong.Commitment[5]++
	w.refuse("other bytes", w.submitter, commit(wrong), &contract.HoldfastCommitmentMismatch{Number: 3, Expected: ref(0, whole).Commitment, Given: wrong.Commitment})
}

func refuseVerifications(w *world) {
	b := w.binding
	h1, h2 := w.headers[0], w.headers[1]
	w.refuse("verify by another role", w.submitter, w.packVerify(h1), &contract.HoldfastNotProver{Caller: addr(w.submitter)})
	w.refuse("no headers", w.prover, b.PackVerifyBatches(1, nil, nil), &contract.HoldfastNothingToVerify{})
	w.refuse("too few proofs", w.prover, b.PackVerifyBatches(1, packed(h1, h2), make([][]byte, 1)), &contract.HoldfastProofsMismatch{Headers: big.NewInt(2), Proofs: big.NewInt(1)})
	w.refuse("not the next", w.prover, w.packVerify(h2), &contract.HoldfastNotNext{Expected: 1, Given: 2})
	w.refuse("beyond the last", w.prover, w.packVerify(h1, h2, w.tip.run(1, 1)[0]), &contract.HoldfastNotCommitted{Number: 3, LastCommitted: 2})
	w.refuse("another header", w.prover, b.PackVerifyBatches(1, packed(h2), make([][]byte, 1)), &contract.HoldfastHeaderMismatch{Number: 1, Expected: h1.Hash(), Given: h2.Hash()})
	w.refuse("half a header", w.prover, b.PackVerifyBatches(1, [][]byte{h1.Append(nil)[:100]}, make([][]byte, 1)), &contract.HoldfastHeaderLength{Length: big.NewInt(100)})
}

func refuseReverts(w *world) {
	b := w.binding
	h1, h2 := w.headers[0], w.headers[1]
	w.refuse("revert by another role", w.owner, b.PackRevertBatches(2, h1.Append(nil)), &contract.HoldfastNotGuardian{Caller: addr(w.owner)})
	w.refuse("beyond the last", w.guardian, b.PackRevertBatches(3, h2.Append(nil)), &contract.HoldfastNotCommitted{Number: 3, LastCommitted: 2})
	w.refuse("to another parent", w.guardian, b.PackRevertBatches(2, h2.Append(nil)), &contract.HoldfastHeaderMismatch{Number: 1, Expected: h1.Hash(), Given: h2.Hash()})
	w.refuse("without the parent", w.guardian, b.PackRevertBatches(2, nil), &contract.HoldfastHeaderLength{Length: new(big.Int)})
	w.refuse("a parent of the first", w.guardian, b.PackRevertBatches(1, h1.Append(nil)), &contract.HoldfastHeaderLength{Length: big.NewInt(batch.HeaderSize)})
	w.verify(h1)
	w.refuse("what is verified", w.guardian, b.PackRevertBatches(1, nil), &contract.HoldfastAlreadyVerified{Number: 1, LastVerified: 1})
}

func refuseTakeOvers(w *world) {
	b := w.binding
	to, last := [16]byte{7}, w.headers[1].Hash()
	w.refuse("take-over by another role", w.owner, b.PackTakeOver(to, 2, last), &contract.HoldfastNotGuardian{Caller: addr(w.owner)})
	w.refuse("to no lineage", w.guardian, b.PackTakeOver([16]byte{}, 2, last), &contract.HoldfastLineageZero{})
	w.refuse("to the same lineage", w.guardian, b.PackTakeOver(lineage, 2, last), &contract.HoldfastLineageReused{Lineage: lineage})
	w.refuse("at another number", w.guardian, b.PackTakeOver(to, 1, last), &contract.HoldfastNumberMismatch{Expected: 2, Given: 1})
	w.refuse("on another header", w.guardian, b.PackTakeOver(to, 2, [32]byte{1}), &contract.HoldfastHeaderMismatch{Number: 2, Expected: last, Given: [32]byte{1}})
}

func refuseListings(w *world) {
	b := w.binding
	token := w.tokens[assetToken].address
	w.refuse("listing by another role", w.guardian, b.PackListToken(9, w.verifier, 0), &contract.HoldfastNotOwner{Caller: addr(w.guardian)})
	w.refuse("asset 0", w.owner, b.PackListToken(0, w.verifier, 0), &contract.HoldfastAssetZero{})
	w.refuse("a listed asset", w.owner, b.PackListToken(assetETH, w.verifier, 0), &contract.HoldfastAssetListed{Asset: assetETH})
	w.refuse("a token under two assets", w.owner, b.PackListToken(9, token, 0), &contract.HoldfastTokenExists{Token: token, Asset: assetToken})
	w.refuse("ether under two assets", w.owner, b.PackListToken(9, common.Address{}, 0), &contract.HoldfastTokenExists{Asset: assetETH})
	w.refuse("an account for a token", w.owner, b.PackListToken(9, addr(w.stranger), 0), &contract.HoldfastNotAToken{Token: addr(w.stranger)})
	w.refuse("a unit beyond every amount", w.owner, b.PackListToken(9, w.verifier, 37), &contract.HoldfastScaleTooLarge{Scale: 37})
	w.refuse("deposits closed by another role", w.guardian, b.PackOpenDeposits(assetETH, false), &contract.HoldfastNotOwner{Caller: addr(w.guardian)})
	w.refuse("deposits of no asset", w.owner, b.PackOpenDeposits(9, true), &contract.HoldfastAssetUnknown{Asset: 9})
}

func refuseDeposits(w *world) {
	b := w.binding
	me, token := addr(w.stranger), w.tokens[assetToken]
	wei := func(n *big.Int) sent { return sent{value: n} }
	unit := big.NewInt(1e10)
	w.refuse("for nobody", w.stranger, b.PackDepositETH(common.Address{}), &contract.HoldfastZeroAddress{}, wei(unit))
	w.refuse("of nothing", w.stranger, b.PackDepositETH(me), &contract.HoldfastAmountZero{})
	w.refuse("of dust", w.stranger, b.PackDepositETH(me), &contract.HoldfastAmountNotWhole{Amount: big.NewInt(1e10 + 1), Unit: unit}, wei(big.NewInt(1e10+1)))
	w.refuse("of a token that is not listed", w.stranger, b.PackDepositToken(w.verifier, me, unit), &contract.HoldfastTokenUnknown{Token: w.verifier})
	w.refuse("of ether as a token", w.stranger, b.PackDepositToken(common.Address{}, me, unit), &contract.HoldfastTokenUnknown{})
	much := new(big.Int).Mul(new(big.Int).Lsh(big.NewInt(1), 63), big.NewInt(1e12))
	w.refuse("beyond what the rollup's supply takes", w.stranger, b.PackDepositToken(token.address, me, much), &contract.HoldfastAmountTooLarge{Amount: much})
	w.do(w.owner, b.PackOpenDeposits(assetETH, false))
	w.refuse("of a closed asset", w.stranger, b.PackDepositETH(me), &contract.HoldfastDepositsClosed{Asset: assetETH}, wei(unit))
	w.do(w.owner, b.PackOpenDeposits(assetETH, true))

	deposit := b.PackDepositToken(token.address, me, units(1))
	for mode, want := range map[uint8]any{
		modeRefusing:  &contract.HoldfastTransferFailed{Token: token.address},
		modeGarbled:   &contract.HoldfastTransferFailed{Token: token.address},
		modeReverting: &contract.HoldfastTransferFailed{Token: token.address},
		modeTaxing:    &contract.HoldfastTransferIncomplete{Expected: units(1), Received: new(big.Int).Sub(units(1), big.NewInt(1))},
	} {
		token.send(w.owner, "setMode", mode)
		w.refuse("of a token that misbehaves", w.stranger, deposit, want)
	}
	token.send(w.owner, "setMode", modeStandard)
}

func refuseFunds(w *world) {
	b := w.binding
	token, unit := w.tokens[assetToken], big.NewInt(1e10)
	wei := func(n *big.Int) sent { return sent{value: n} }
	half := new(big.Int).Lsh(big.NewInt(1), 63)
	w.refuse("funds of nothing", w.stranger, b.PackFundETH(0), &contract.HoldfastAmountZero{})
	w.refuse("funds of dust", w.stranger, b.PackFundETH(0), &contract.HoldfastAmountNotWhole{Amount: big.NewInt(1e10 + 1), Unit: unit}, wei(big.NewInt(1e10+1)))
	w.refuse("funds of a token that is not listed", w.stranger, b.PackFundToken(w.verifier, unit, 0), &contract.HoldfastTokenUnknown{Token: w.verifier})
	w.refuse("funds of ether as a token", w.stranger, b.PackFundToken(common.Address{}, unit, 0), &contract.HoldfastTokenUnknown{})
	w.refuse("funds after what nobody funded", w.stranger, b.PackFundETH(1), &contract.HoldfastFundedMismatch{Asset: assetETH, Given: 1}, wei(unit))
	much := new(big.Int).Mul(half, big.NewInt(1e12))
	w.refuse("more than a book can hold", w.stranger, b.PackFundToken(token.address, much, 0), &contract.HoldfastAmountTooLarge{Amount: much})
	fund := b.PackFundToken(token.address, units(1), 0)
	for mode, want := range map[uint8]any{
		modeRefusing: &contract.HoldfastTransferFailed{Token: token.address},
		modeTaxing:   &contract.HoldfastTransferIncomplete{Expected: units(1), Received: new(big.Int).Sub(units(1), big.NewInt(1))},
	} {
		token.send(w.owner, "setMode", mode)
		w.refuse("funds of a token that misbehaves", w.stranger, fund, want)
	}
	token.send(w.owner, "setMode", modeStandard)

	// All that a book can hold is funded and claimed: nothing more is owed that was not deposited.
	silent := w.tokens[assetSilent]
	most := new(big.Int).Sub(half, big.NewInt(1))
	w.fund(assetSilent, 0, most.Uint64()-1)
	w.refuse("sent twice", w.stranger, b.PackFundToken(silent.address, big.NewInt(1), 0), &contract.HoldfastFundedMismatch{Asset: assetSilent, Expected: most.Uint64() - 1})
	w.verify(w.headers[1])
	ws := []batch.Withdrawal{{Index: 200, Asset: assetSilent, Address: [20]byte{1}, Amount: 2}}
	w.claim(w.owner, w.withdraw(ws), ws, 0)
	w.refuse("more than a book can hold, in parts", w.stranger, b.PackFundToken(silent.address, big.NewInt(2), most.Uint64()-1), &contract.HoldfastAmountTooLarge{Amount: big.NewInt(2), Held: most.Uint64() - 1})
}

func refuseClaims(w *world) {
	b := w.binding
	recipient := w.fixture("TestRecipient")
	recipient.send(w.owner, "set", true, common.Address{}, []byte{})
	me := batch.Withdrawal{Index: 300, Asset: assetETH, Address: [20]byte(addr(w.stranger)), Amount: 1}
	ws := []batch.Withdrawal{me, me, me, me, me}
	ws[1].Index, ws[1].Asset = 301, 9
	ws[2].Index, ws[2].Amount = 302, 1e8+1
	ws[3].Index, ws[3].Address = 303, [20]byte(recipient.address)
	ws[4].Index = 304
	h := w.withdraw(ws)
	x, p := prove(w.t, ws, 0)
	header := h.Append(nil)
	w.refuse("to nobody", w.stranger, b.PackClaim(header, x, p, common.Address{}), &contract.HoldfastZeroAddress{})
	w.refuse("to another than its account", w.owner, b.PackClaim(header, x, p, addr(w.owner)), &contract.HoldfastNotRecipient{Caller: addr(w.owner), Account: x.Account})
	w.refuse("without header", w.owner, b.PackClaim(nil, x, p, x.Account), &contract.HoldfastHeaderLength{Length: new(big.Int)})
	t := w.tip
	later := t.next(1, func(h *batch.Header) { h.WithdrawalsRoot = batch.WithdrawalsRoot(ws) })
	w.refuse("of a batch that is not committed", w.owner, b.PackClaim(later.Append(nil), x, p, x.Account), &contract.HoldfastNotVerified{Number: later.Number, LastVerified: h.Number})
	w.commit(later)
	w.refuse("of a batch that is not verified", w.owner, b.PackClaim(later.Append(nil), x, p, x.Account), &contract.HoldfastNotVerified{Number: later.Number, LastVerified: h.Number})
	forged := edited(w.headers[0], func(f *batch.Header) { f.WithdrawalsRoot = h.WithdrawalsRoot })
	w.refuse("under a header of one's own", w.owner, b.PackClaim(forged.Append(nil), x, p, x.Account), &contract.HoldfastHeaderMismatch{Number: 1, Expected: w.headers[0].Hash(), Given: forged.Hash()})
	zero := edited(forged, func(f *batch.Header) { f.Number = 0 })
	w.refuse("under number 0", w.owner, b.PackClaim(zero.Append(nil), x, p, x.Account), &contract.HoldfastHeaderMismatch{Given: zero.Hash()})
	long := p
	long.Siblings = append(long.Siblings, [32]byte{})
	w.refuse("with a longer proof", w.owner, b.PackClaim(header, x, long, x.Account), &contract.HoldfastProofMalformed{Position: 0, Count: 5, Siblings: big.NewInt(4)})
	outside := p
	outside.Position = 5
	w.refuse("at a position outside", w.owner, b.PackClaim(header, x, outside, x.Account), &contract.HoldfastProofMalformed{Position: 5, Count: 5, Siblings: big.NewInt(3)})
	none := contract.WithdrawalProof{Siblings: [][32]byte{}}
	w.refuse("of none", w.owner, b.PackClaim(header, x, none, x.Account), &contract.HoldfastProofMalformed{Siblings: new(big.Int)})
	more, forgedWs := x, append([]batch.Withdrawal{}, ws...)
	more.Amount, forgedWs[0].Amount = 2, 2
	w.refuse("of more", w.owner, b.PackClaim(header, more, p, x.Account), &contract.HoldfastProofInvalid{Expected: h.WithdrawalsRoot, Given: batch.WithdrawalsRoot(forgedWs)})
	w.refuse("of an asset that is not listed", w.owner, w.packClaim(h, ws, 1), &contract.HoldfastAssetUnknown{Asset: 9})
	w.refuse("of more than came in", w.owner, w.packClaim(h, ws, 2), &contract.HoldfastHeldTooLittle{Asset: assetETH, Held: 1e8, Amount: 1e8 + 1})
	w.refuse("to an account that takes none", w.owner, w.packClaim(h, ws, 3), &contract.HoldfastTransferFailed{})
	w.claim(w.owner, h, ws, 0)
	w.refuse("twice", w.owner, w.packClaim(h, ws, 0), &contract.HoldfastAlreadyClaimed{Index: 300})
}

// A token's code and a recipient's run while value moves; they find the contract locked.
func refuseReentry(w *world) {
	b := w.binding
	me := addr(w.stranger)
	recipient := w.fixture("TestRecipient")
	ws := []batch.Withdrawal{
		{Index: 400, Asset: assetETH, Address: [20]byte(recipient.address), Amount: 1},
		{Index: 401, Asset: assetETH, Address: [20]byte(me), Amount: 1},
	}
	w.verify(w.headers[len(w.headers)-1])
	h := w.withdraw(ws)
	token := w.tokens[assetToken]
	for name, inner := range map[string][]byte{
		"claim": w.packClaim(h, ws, 1), "the same claim": w.packClaim(h, ws, 0),
		"depositETH": b.PackDepositETH(me), "depositToken": b.PackDepositToken(token.address, me, units(1)),
		"fundETH": b.PackFundETH(0), "fundToken": b.PackFundToken(token.address, units(1), 0),
	} {
		token.send(w.owner, "setHook", w.address, inner)
		w.depositToken(assetToken, w.stranger, me, units(1))
		w.reentered(name+" within a deposit", ask[bool](token, "hookOk"), ask[[]byte](token, "hookAnswer"))
	}
	w.fund(assetToken, 0, 1)
	w.reentered("the last of them within funds", ask[bool](token, "hookOk"), ask[[]byte](token, "hookAnswer"))
	token.send(w.owner, "setHook", common.Address{}, []byte{})
	recipient.send(w.owner, "set", false, w.address, w.packClaim(h, ws, 1))
	w.claim(w.owner, h, ws, 0)
	w.reentered("claim within a claim", ask[bool](recipient, "callOk"), ask[[]byte](recipient, "answer"))
	w.claim(w.owner, h, ws, 1) // afterwards the lock is open
}

func (w *world) reentered(name string, ok bool, answer []byte) {
	w.t.Helper()
	got, err := w.binding.UnpackError(answer)
	if _, is := got.(*contract.HoldfastReentered); ok || err != nil || !is {
		w.t.Errorf("%s: taken %t, %T, %v", name, ok, got, err)
	}
	w.refused["Reentered"] = true
}

func refusePrograms(w *world) {
	b := w.binding
	w.refuse("program by another role", w.prover, b.PackScheduleProgram(8, w.verifier), &contract.HoldfastNotOwner{Caller: addr(w.prover)})
	w.refuse("program without verifier", w.owner, b.PackScheduleProgram(8, common.Address{}), &contract.HoldfastZeroAddress{})
	w.refuse("program replaced", w.owner, b.PackScheduleProgram(programVersion, w.address), &contract.HoldfastProgramExists{Version: programVersion})
	w.refuse("program retired by another role", w.guardian, b.PackRetireProgram(programVersion), &contract.HoldfastNotOwner{Caller: addr(w.guardian)})
	w.refuse("unknown program retired", w.owner, b.PackRetireProgram(8), &contract.HoldfastProgramUnknown{Version: 8})
}

func refuseRoles(w *world) {
	b := w.binding
	w.refuse("roles by another role", w.guardian, b.PackSetRoles(addr(w.owner), addr(w.owner), addr(w.owner)), &contract.HoldfastNotOwner{Caller: addr(w.guardian)})
	for i := range 3 {
		roles := []common.Address{addr(w.submitter), addr(w.prover), addr(w.guardian)}
		roles[i] = common.Address{}
		w.refuse("role without account", w.owner, b.PackSetRoles(roles[0], roles[1], roles[2]), &contract.HoldfastZeroAddress{})
	}
	w.refuse("ownership offered by another", w.guardian, b.PackTransferOwnership(addr(w.guardian)), &contract.HoldfastNotOwner{Caller: addr(w.guardian)})
	w.refuse("ownership not offered", w.stranger, b.PackAcceptOwnership(), &contract.HoldfastNotPendingOwner{Caller: addr(w.stranger)})
	w.refuse("pause by another role", w.owner, b.PackPause(), &contract.HoldfastNotGuardian{Caller: addr(w.owner)})
	w.refuse("unpause while running", w.owner, b.PackUnpause(), &contract.HoldfastIsNotPaused{})
	w.refuse("unpause by another role", w.guardian, b.PackUnpause(), &contract.HoldfastNotOwner{Caller: addr(w.guardian)})
}

func refusePaused(w *world) {
	b := w.binding
	next := w.tip.run(1, 1)
	w.do(w.guardian, b.PackPause())
	paused := &contract.HoldfastIsPaused{}
	w.refuse("commit while paused", w.submitter, w.packCommit(next...), paused)
	w.refuse("verify while paused", w.prover, w.packVerify(w.headers[0]), paused)
	w.refuse("deposit while paused", w.stranger, b.PackDepositETH(addr(w.stranger)), paused, sent{value: ether(1)})
	w.refuse("token deposit while paused", w.stranger, b.PackDepositToken(w.tokens[assetToken].address, addr(w.stranger), units(1)), paused)
	w.refuse("funds while paused", w.stranger, b.PackFundETH(0), paused, sent{value: ether(1)})
	w.refuse("token funds while paused", w.stranger, b.PackFundToken(w.tokens[assetToken].address, units(1), 0), paused)
	w.refuse("claim while paused", w.stranger, b.PackClaim(nil, contract.Withdrawal{}, contract.WithdrawalProof{}, common.Address{}), paused)
	w.refuse("pause twice", w.guardian, b.PackPause(), paused)
	w.do(w.owner, b.PackUnpause())
	w.commit(next...)
}

// The constructor refuses accounts that nobody holds.
func TestConstructorRefusesZero(t *testing.T) {
	w := newWorld(t, 0)
	good := []common.Address{addr(w.owner), addr(w.submitter), addr(w.prover), addr(w.guardian), w.verifier}
	for i := range good {
		args := append([]common.Address(nil), good...)
		args[i] = common.Address{}
		_, err := w.create(append(common.FromHex(contract.HoldfastMetaData.Bin), w.binding.PackConstructor(args[0], args[1], args[2], args[3], genesisRoot, programVersion, args[4], 0)...))
		if err == nil {
			t.Errorf("argument %d may be zero", i)
			continue
		}
		if _, is := decodeRevert(t, w.binding.UnpackError, err).(*contract.HoldfastZeroAddress); !is {
			t.Errorf("argument %d: %v", i, err)
		}
	}
}
