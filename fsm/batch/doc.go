// Package batch lays out what a batch is made of: its header, its payload, the Raft entries that its transitions
// came in, and the root of its withdrawals. It is pure: it imports fsm/command, fsm/tree (for the Hash and Change
// types) and the standard library, reads no clock and starts no goroutine.
//
// The caller validates what has a meaning (fsm/state does): the codec carries any value of any field and gives
// exactly that back. What it guarantees is the form. Encoding is a function of the value alone, and a decoder accepts
// exactly what the encoder writes: encode(decode(b)) == b for every accepted b, so that SHA-256 of a payload's
// columns identifies its transitions. Sizes are checked against Limits and against the bytes at hand before memory
// is taken. Errors wrap ErrMalformed, ErrLimit, ErrVersion, ErrHeader, ErrRow or ErrWithdrawalProof.
//
// Functions and values may be used concurrently; one Encoder or Decoder may not. Those two keep their working memory
// and are for whoever encodes or decodes more than once.
//
// # Header
//
// HeaderSize = 274 bytes, packed, integers big-endian; the header hash is their SHA-256:
//
//	version 1 (=1) | lineage 16 | number 8 | parentHash 32 | preRoot 32 | postRoot 32 | payloadKind 1 |
//	payloadHash 32 | transitions 4 | firstSequence 8 | lastSequence 8 | inboxFrom 8 | inboxTo 8 | inboxHash 32 |
//	withdrawalsRoot 32 | firstTimeMs 8 | sealTimeMs 8 | programVersion 4
//
// # Withdrawals root
//
// A binary SHA-256 tree over the batch's withdrawals in their order. Each hash input starts with a domain byte:
//
//	leaf   = SHA-256(10 | index 8 | asset 4 | address 20 | amount 8)
//	branch = SHA-256(11 | left 32 | right 32)
//	root   = SHA-256(12 | count 4 | top 32)
//
// An odd level is completed with 32 zero bytes on its right. Without withdrawals top is 32 zero bytes. A proof is
// position 4, count 4 and one sibling for each of the ceil(log2(count)) levels, from the leaf upwards; bit i of the
// position says on which side the running hash stands at level i (0 is left).
//
// # Columns
//
// One container for three schemas (1 entry, 2 transitions, 3 diff). "uv" is an unsigned LEB128 varint of minimal
// length; "zz" is an uv of (d<<1)^(d>>63) for a difference d modulo 2^64:
//
//	format 1 (=1) | schema 1 | rows uv | directory uv | length uv of each column in the directory | the columns
//
// Bit i of the directory says that column i is there; an empty column is not. The columns' boundaries can therefore be
// found without decoding (Columns), for an entropy coder that keeps a model per column. Within a column the symbols
// are what such a coder models best: small numbers of one meaning.
//
// A transition's shape is its kind, its narrow fields, and which of its wide fields are not zero. Shapes stand in a
// dictionary, rows refer to it, and a wide field stands in its column only for rows that have it:
//
//	 0 shapes       per shape, in order of first use: kind uv | presence uv | narrow 1 | one byte for each bit of narrow.
//	                Narrow bits: side, type, tif, stp, status. Presence bits: market, account, order, client id, price,
//	                size, amount, asset, quote, tick, lot, inbox, address, decimals, maker fee, taker fee.
//	 1 rows         per row: number of its shape, uv
//	 2 markets      price unit uv | size unit uv, for rows without market; then per market, in order of first use:
//	                zz(id - previous id) | price unit uv | size unit uv. A unit is the greatest common divisor of all
//	                such values of that market, 0 if there are none.
//	 3 market       number of the market, uv
//	 4 account      0 for an account's first row, else its number in order of first use, from 1, uv
//	 5 new account  zz(id - previous new id)
//	 6 order        base uv, then per value base + row - order, uv. The base makes the smallest distance 0: it is the
//	                row's order minus row (modulo 2^64, compared as signed distances from the first such row) at its
//	                greatest. With ids being sequence numbers, a distance is an order's age.
//	 7 client id    for Place zz(id - (last + 1)), for other kinds zz(last - id). "last" is the account's last client
//	                id of a Place, or until there is one the first of any kind; it begins at 0.
//	 8 price        zz(price/unit - last), last being the market's last price on that side (the other side's, before
//	                there is one; then 0). The side counts by its lowest bit.
//	 9 size         size/unit uv
//	10 amount  11 asset  12 quote  13 tick  14 lot   uv
//	15 inbox        zz(inbox - (previous + 1)), from previous 0
//	16 address      20 bytes
//	17 decimals  18 maker fee  19 taker fee          uv
//
// Schema 1 (entry) has these as well:
//
//	20 time             zz(milliseconds)
//	21 sessions         per session, in order of first use: zz(id - previous id) | first sequence uv
//	22 session runs     per run of rows of one session: 2*number uv for a single row, else (2*number+1) uv | rows-2 uv
//	23 sequence breaks  per row whose sequence is not its session's last plus one: rows since the previous break uv |
//	                    zz(sequence - expected)
//	24 ack session      zz(id - previous id)
//	25 ack low          uv
//
// Schema 3 (diff) has these alone, a row per changed key in strictly increasing order of keys:
//
//	26 shared       bytes of the longest common prefix with the key before, 1
//	27 suffix size  1
//	28 suffix       the rest of the key
//	29 value size   0 for a deletion, else 1 + length, 1
//	30 value
//
// # Rows
//
// Ratios are against this fixed-width row of RowWidth = 96 bytes, big-endian, unused places zero:
//
//	kind 1 | side 1 | type 1 | tif 1 | stp 1 | status 1 | decimals 1 | 0 | maker fee 2 | taker fee 2 | market 4 |
//	asset 4 | quote 4 | account 8 | order 8, client id 8, 0 8 (or address 20, 0 4) | price 8 (or tick, inbox) |
//	size 8 (or lot) | amount 8 | session 8 | sequence 8
//
// The address stands there for Deposit, Withdraw, RegisterAsset and ImportAccount; tick and lot for CreateMarket, the
// inbox index for Deposit.
//
// Columns of deltas and varints are what column stores do ("Integrating compression and execution in column-oriented
// database systems", Abadi, Madden and Ferreira, 2006). The tree of withdrawals takes its domain bytes from RFC 6962,
// but is padded instead of unbalanced, so that a contract verifies a proof in a short loop.
package batch
