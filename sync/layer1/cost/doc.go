// Package cost says before sending what a transaction will cost, and whether to wait for cheaper blobs. It is pure:
// prices and lag come in as arguments, and the same arguments give the same answer.
//
// # Gas
//
// A transaction pays for itself (21,000), its call data and what the contract's code does. Call data costs 4 gas per
// zero byte and 16 per other byte; but a transaction never pays less than 21,000 and 10 or 40 gas per byte (EIP-7623),
// which decides what a commit with envelopes in its call data costs. Blobs cost 131,072 blob gas each (EIP-4844), paid
// at a price of their own. What the contract's code takes is a linear model whose figures were measured; a test
// compares them with receipts for every DA mode, and a metric does so for every anchor (PerMille).
//
// # Prices
//
// Prices are the chain's own statement about the next block: the blob base fee moves by rules that differ from fork to
// fork, so it is read (eth_feeHistory, eth_blobBaseFee) and never computed. All prices are in wei per gas.
//
// # Waiting
//
// Decide sends a commit at once if blobs are cheap in comparison with the recent blocks, if they are a small part of
// what the commit costs anyway, or if committing lags too far behind. What counts as cheap rises with the lag, so that
// the wait ends before its limit on all but the worst of markets, and at the limit on those.
package cost
