// Package wire translates between the protocol's messages and the core's
// values, for server and client alike, and checks what needs no state.
//
// What it refuses is a *FieldError with the path of the field, so that the
// caller learns what to change; everything that depends on the state (unknown
// markets, balances, ticks) is decided by the transition function and comes
// back as a receipt. A message that Transition accepts survives the way through
// the Raft log unchanged: TransitionProto of it gives an equal message.
//
// Values taken from a message are copied; the package keeps nothing and may be
// used concurrently.
package wire
