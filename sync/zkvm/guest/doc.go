// Package guest is the zkVM program as a function: Run executes one batch from a witness and states the result in a
// Journal. cmd/guest wraps it for wasip1/wasm and for provers; built natively it is the same function, which is how
// it is tested and fuzzed.
//
// It imports the pure packages of fsm and the pure part of the standard library, nothing else: no time, randomness,
// goroutines, floats, files or logging. What differs between places to run, hashing of 64-byte blocks above all, comes
// in through Host.
//
// # What a journal proves
//
// Somebody knows transitions, hints and a witness of the state with root pre-root such that the state-transition
// function accepts every transition in turn and ends in post-root; payload hash, inbox and withdrawal commitments
// belong to them; and all this is what the header with that hash says. The journal does not prove that traders
// consented to the transitions, nor that client order ids are unique among an account's live orders (fsm/state keeps
// them so; they are outside of what a payload needs).
//
// # Bad input
//
// Whatever the bytes, Run returns an output or an error with a Code; it does not panic and takes memory in proportion
// to the input. A wrong hint or a witness without a needed node is an error, never another root. A forged witness has
// another root and is refused before anything is executed.
package guest
