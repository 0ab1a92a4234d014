// Package relay is a TCP relay that misbehaves on request: it stands in front of
// a server and cuts, holds or delays what passes, by who dialled. It needs no
// privileges, because it is in user space.
//
// A Relay forwards to one target. Who dialled is learnt from the first bytes of
// a connection (Identify), so that one relay in front of each server of a group
// reaches every ordered pair of them: the link from a to b is the rule for
// source a at b's relay. A connection carries bytes both ways; its two
// directions have rules of their own, and cutting it cuts both.
//
// Nothing that passes is ever lost in the middle of a connection: bytes that are
// held wait, in order, until the link heals or an end gives the connection up.
// That is what a network that loses packets does to TCP. A cut resets the open
// connections and every new one.
//
// What it cannot do: it resets a new connection after the dialler's TCP connect
// has succeeded, so that a dialler never sees "connection refused".
//
// All methods may be called concurrently. Close ends all connections and waits
// for everything that the relay started.
package relay
