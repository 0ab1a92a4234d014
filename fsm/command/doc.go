// Package command defines everything that enters the Raft log: the transition
// types, the frame around each log entry, and the encoding of every command
// except the transition entry itself, whose columns fsm/batch lays out.
//
// # Assumptions and duties
//
// The package is pure (standard library only, no I/O, no time) and its values
// are plain data: safe for concurrent reads, not for concurrent writes.
// Encodings are canonical: a value has exactly one byte string, and a decoder
// accepts that one only. A committed frame that does not decode stops a
// replica, so whoever proposes one keeps the limits below first: the Append
// methods assert them (panic), they never truncate.
//
// # Frame
//
//	version u8 (=1) | type u8 | body
//
// # Primitives (Writer, Reader)
//
// Fixed integers are big-endian; int64 is two's complement; uvarint is LEB128
// in its shortest form; bytes and strings are a uvarint length and the bytes;
// a bool is one byte, 0 or 1. A decoder rejects trailing bytes, longer forms
// of a varint, and lengths beyond the field's limit before memory is taken.
// Times are milliseconds since the Unix epoch (suffix Ms).
//
// # Transitions: which fields count
//
// Transition is flat. A field that a kind does not use is ignored by
// fsm/state, so a codec may drop it. The ids 0 of assets, markets and accounts
// are reserved (account 0 collects fees). The right column is the normalised
// form: what a payload records, every other field being zero.
//
//	kind           submitted                                          normalised
//	Place          Side Type TIF STP Market Account ClientID          the same; a Market order has Price 0
//	               Price Size                                         and TIF IOC or FOK; with these no ClientID
//	Cancel         Account, Order or (Order 0) ClientID               Order
//	CancelAll      Account, Market (0 = all markets)                  one Cancel per order, by order id
//	Amend          Account, Order or ClientID, Price (0 = unchanged), Order, Price (0 = unchanged), Size,
//	               Size (the new remaining size), STP                 STP (0 when priority is kept)
//	Deposit        not by clients: Credit                             Account Asset Amount Inbox Address
//	Withdraw       Account Asset Amount Address                       the same
//	RegisterAsset  Asset Decimals Address                             the same
//	CreateMarket   Market Asset Quote Tick Lot MakerFee TakerFee      the same
//	               Status
//	UpdateMarket   Market MakerFee TakerFee Status                    the same
//	ImportAccount  Account Address                                    the same
//	ImportBalance  Account Asset Amount                               the same
//	ImportOrder    Side Market Account ClientID Price Size            the same
//	EndImport      none                                               the same
package command
