// Package rangecoder packs payloads (fsm/batch) by adaptive binary range coding: each bit of each value is predicted
// by how often it was set before in the same place, and costs the logarithm of what that prediction gave it. It is
// pure: no clock, no goroutines, no floats, no state between calls. What it gives is a function of the payload alone,
// on every machine.
//
// Any bytes can be packed. Those that are a payload of transitions are coded row by row, with models that know what
// the columns mean; other containers of fsm/batch column by column as bytes; anything else as bytes. Identity never
// depends on it: the payload hash is over what Decode gives back.
//
// # Duties of callers
//
// Keep the payload's size beside the packed bytes, and compare a size that somebody else declares with a limit before
// Decode: it takes that much memory and, for its models, at most 32 MiB more, and time in proportion. It either gives
// exactly that many bytes, all of the input being used up, or an error that wraps ErrMalformed. Compare what it gives
// with the payload hash: other bytes may decode to the same payload. Functions may be called concurrently. A payload's
// models start without knowledge, so that each batch stands alone; learning costs about 150 bytes for each column of
// wide values.
//
// # Format
//
// The first byte is the form: 0 stored, 1 bytes, 2 columns of bytes, 3 rows of transitions in container version 1. A
// model that predicts otherwise, or another version of the container, takes another form. All after it is one range
// coder stream without terminator; a decoder ends exactly at its end.
//
// The coder is a carry-propagating range coder on bytes (G. N. N. Martin, "Range encoding", 1979; the binary form is
// that of LZMA): 32-bit width, of which a set bit takes the lower part in proportion to its probability in 1/65536.
// Values are coded as the length of their binary form in a tree of four bits (15 and then six bits more for 15 and
// above), then the bits behind the leading one in chunks of four, each chunk under all bits before it. What follows
// the fourth chunk is the tail last seen behind the same bits, or else random.
//
// A slot predicts a bit by its frequency, moving by 1/(n+1.5) at its n-th bit and by 1/256.5 from the 255th on. Two
// slots of two contexts, where a value has two, are mixed by weights in the logistic domain, the weights learning on line and being apart for
// each pair of how much the slots have seen (M. Mahoney, "Adaptive weighing of context models for lossless data
// compression", 2005). The logistic function is computed in integers. The contexts of transitions:
//
//	row          the shape before; the two before
//	market       none
//	account      whether it is the one that came after the account before it the last time; else none
//	new account  whether its id is the one after the last new account's; else length and first chunk only
//	order        the rank, by age, among the orders of this batch that may rest and were not cancelled in it, from the
//	             newest (a Fenwick tree, 1994), under the row's shape and the size of the last rank; other orders
//	             by the column's distance
//	client id    zero or not under whether the account is new, and under the shape; then whether the account is new
//	price        market and side; how far the other side's last price is
//	size         none. Where sizes take more than 1.5 bytes a row, the zeros that the decimal form ends in are coded
//	             first, and the digits before them under how many they are.
//
// The dictionaries and addresses are bytes under the one and the two before them; rare columns are values under none.
//
// # What sizes are compared with
//
// The order-0 entropy of a payload's columns is, summed over its columns, the entropy of the frequencies of the
// column's symbols in this very payload, times their number. A symbol is one varint of the column; of the columns of
// shapes and addresses, one byte. Neither the directory nor a description of the frequencies is counted, so that a
// decoder could do nothing with that many bytes: a column whose values are all different has the entropy of their
// numbering, however long the values are. A coder stays below it only by contexts.
package rangecoder
