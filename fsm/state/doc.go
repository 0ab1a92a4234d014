// Package state is the pure state-transition function (skeleton: doc follows).
package state
