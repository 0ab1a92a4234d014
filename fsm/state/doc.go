// Package state is the state-transition function: a spot exchange with central
// limit order books in strict price-time priority, deterministic to the bit.
//
// # What it is
//
// Apply executes one transition over a Store and returns a receipt; a business
// refusal is a receipt with a code, never an error, and changes nothing. What
// an accepted transition recorded (its normalised form, listed in package
// command) is what a batch's payload holds; Replay executes a payload and
// reaches the same state. The function is the same in a replica, in a guest on
// a partial tree, and in a verifier's tool.
//
// # Assumptions and duties
//
// The package is pure: no time, randomness, goroutines, I/O, floats, or order
// taken from a Go map. A Store has one user at a time; readers work on views,
// or on a Native while nobody writes to it.
// The caller
//   - asks Store.Err after each Apply (or each batch): a receipt with
//     StoreFailed means nothing, and the store's content is to be thrown away.
//     Err is tree.ErrPruned on a partial tree that lacks what was needed, and
//     ErrCorrupt where a record is none that a transition can have written;
//   - copies what it keeps of a Receipt: Apply reuses the Fills slice;
//   - makes a new TreeStore and rebuilds the index after it rolled the tree
//     back or loaded it; a Native is taken back by Rewind instead;
//   - authorizes: the sequencer's word that an account wants a transition is
//     trusted here.
//
// # Keys and values (normative)
//
// Integers are big-endian; the number behind a name is its length in bytes.
// Keys are prefix-free, and byte order is the order of everything below.
// Every value has one encoding; reserved bits are zero.
//
//	01 asset4                     decimals1 token20 supply8
//	02 market4                    base4 quote4 tick8 lot8 makerfee2 takerfee2 status1 decimals1
//	03 account8                   address20 flags1 (0)
//	04 account8 asset4            available8 locked8; a zero balance has no record
//	05 market4 side1 price8 id8   account8 remaining8 flags1 (bit 0: post-only) clientid8 feecap2
//	06 index8 asset4              address20 amount8: a withdrawal, indices from 0 without gaps
//	07 00                         next8 hash[0:16]: the L1 queue index to come, its rolling hash
//	07 01                         hash[16:32]
//	08                            sequence8 withdrawals8 flags1 (bit 0: the import has ended)
//
// side is 0 for bids, 1 for asks; the price of a bid is stored as its bitwise
// complement. Under 05 market4 side1 the better price therefore sorts first on
// either side, and of one price the lower id: key order is price-time
// priority, and the first leaf is the best order. The ids 0 of assets, markets
// and accounts are reserved. Account 0 collects fees; it has balances, no
// record, and does not trade. 02's decimals is the base asset's. supply is
// deposits + imports - withdrawals. Before the first transition that writes
// them 07 and 08 do not exist and count as zero.
//
// # Numbers
//
// Amounts are unsigned 64-bit numbers of an asset's smallest listed unit;
// products are taken in 128 bits; what would not fit rejects with Overflow. A
// market's price is quote units for 10^decimals(base) base units. Price is a
// multiple of tick, size of lot, and tick x lot a multiple of
// 10^decimals(base), so that every quote amount price x size /
// 10^decimals(base) is whole. Rates are millionths (1/100 bp); a fee is quote
// amount x rate, rounded up, for each fill and each side, in quote units.
//
// An ask locks its remaining size. A bid locks, for each lot, the lot's quote
// amount plus the fee of a fill of that lot alone at its fee cap, the higher
// of the market's two rates when it was entered: rounding up makes many small
// fills dearer than one, and this covers the dearest way. What a fill did not
// need of its part is available again at once. A resting order never pays more
// than its fee cap, whatever the market's rates become.
//
// Conservation: of each asset, supply = the sum of all balances, available and
// locked, account 0's included. As supply fits 64 bits, so does every balance.
//
// # Transitions
//
// Each accepted transition takes the next sequence number, from 1; an order's
// id is the number of the transition that placed it. A cancel-all takes one
// number for each order, in order of id. An order that would neither trade nor
// rest nor remove anything is rejected (NoLiquidity, SelfTrade,
// InsufficientBalance).
//
//   - Place: a limit order must be funded for the worst it may come to. GTC
//     rests; IOC drops what is left; FOK fills whole or is rejected; post-only
//     is rejected if it would trade. A market order drops what is left; a
//     market bid takes as many lots at each price as the available balance
//     pays for, fees included.
//   - Self-trade prevention is the taker's: what is left of the taker goes, or
//     the resting order, or both, or both shrink by the smaller size. Nothing
//     of a stopped taker rests. A FOK order does not count on its own
//     account's orders.
//   - No transition touches more than MaxTouched resting orders. What an order
//     has left then is dropped (a FOK order is rejected); a cancel-all cancels
//     the oldest, and another one the next.
//   - Amend: the same price and a smaller remaining size keep id and priority.
//     Anything else takes the order out and enters it as a taker under a new
//     id, post-only if it was; if that is rejected, the order stays as it was.
//   - Deposit: contiguous indices of the L1 queue; creates the account at its
//     first credit. Withdraw: out of the available balance, recorded under 06.
//   - Import*: until EndImport, or until the first transition that is neither
//     administration nor import. An imported order must not cross the book.
//   - A halted market refuses everything (a cancel-all over all markets passes
//     it by); a cancel-only one takes cancels and amends that reduce in place.
//
// # L1 queue
//
// The rolling hash over the queue starts at 32 zero bytes; each deposit makes
// it SHA-256 of the 88 bytes
//
//	previous32 index8 token20 address20 amount8
//
// with the asset's token as registered, the depositor's account address, and
// the amount in listed units. The L1 contract computes the same from what it
// queued.
//
// # Indexes and hints
//
// Order id -> place in the book, client id -> order and account -> orders are
// derived (Index), outside the root, and only say where to look. A payload
// names orders by id; a guest is told their places as hints, encoded as
//
//	count uvarint, then by increasing order id:
//	order - previous order uvarint (the first minus 0) | market*2 + side uvarint | price uvarint
//
// with shortest varints and nothing behind. A wrong hint makes Replay fail.
// They are found by a scan over the orders of the batch's pre-version
// (CollectHints). The witness is recorded by replaying the payload over a fork
// with a HintIndex, as the guest will.
// That client ids are unique among an account's live orders is the replicas'
// care and no part of what a proof states.
//
// # Two stores
//
// TreeStore keeps the state in a tree, every write at once: it is the
// reference, and what guests and verifiers run. Native is what replicas trade
// on: it touches no tree, and hands over a batch's net changes (Changes) to be
// applied to one. Whatever TreeStore answers, Native answers; they are fuzzed
// against each other. A Native is rebuilt from a version (LoadNative) and goes
// back by a difference between versions (Rewind) or to the last Changes
// (Discard).
//
// Everything of a Native stands in slabs of records without pointers, linked
// by index, so that the collector has nothing to scan and nothing is ever
// copied to grow:
//
//   - An order is one cache line. It is linked in its price's queue and in its
//     account's list, both in order of id, and found by id and by client id.
//   - A price's level sums its orders (128 bits, for Depth). The levels of a side
//     hang in a list, best first, and under a trie over their key's base-64
//     digits, where only nodes exist at which keys part: fewer than levels,
//     whatever the prices, and eleven on any way down. Near the touch, where
//     prices lie close together, two nodes are a ladder of 4,096 ticks with its
//     bitmaps; no window has to be chosen or moved. Key = price / tick,
//     complemented for bids.
//   - An account is two cache lines: its name and list in the first, its first
//     four balances in the second. Further balances stand on a shelf of their own.
//   - Tables are extendible hashing over segments of 1,024 places with linear
//     probing; growing splits one segment. They are keyed by a seed that each
//     replica draws for itself: accounts and client ids are chosen by clients,
//     and nobody can choose such that meet. No result depends on the seed.
//   - What a record was when the batch began is noted when it first changes. The
//     notes are the net changes (what is again as it was is none; an order placed
//     and gone within a batch costs nothing) and the way back of Discard.
//
// A transition's time goes into cache misses, not into matching. With a table
// and a slab for each of accounts and balances it took half as long again as
// with an account's balances in its own slot; the levels and their trie are a
// twentieth of it. A way back restores orders in key order, each found from
// the one before it or from the queue's end, whichever is nearer.
//
// # Source
//
// Key order as priority is the design's own; the matching rules are the usual
// ones of spot exchanges. Extendible hashing is Fagin's (1979), the trie a
// Patricia tree of higher degree with bitmaps, the hash two folded
// multiplications as in wyhash.
package state
