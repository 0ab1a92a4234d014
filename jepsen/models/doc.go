// Package models holds models of what the cluster must do, written to be obviously right and nothing else. They stand
// on the words of the design and on fsm/command's types; they import nothing of the code that they are compared with.
//
// Exchange is the order book: sorted slices, strict price-time priority, no index. It models orders, not money: every
// account exists and can pay. A flow that is compared with it must therefore be funded so that nothing is rejected
// for money. Fees do not move orders and are not modelled either.
//
// Order ids are the number of the accepted transition that placed the order, counted over all kinds, so that they are
// the cluster's ids if both see the same transitions from the first on.
//
// An order that cannot rest (market, immediate-or-cancel, fill-or-kill) is refused for the client id of a live order
// like any other, but nothing rests under its own, and it is recorded without. A fill-or-kill order that meets an order of its own account under a
// self-trade prevention mode that shrinks both can never fill whole.
//
// Nothing here may be used concurrently.
package models
