// Package altserver is a small alt-DA server in memory, with the HTTP interface of OP's: POST /put/0x<commitment>,
// POST /put, GET /get/0x<commitment>. Devnets and tests use it in the place of a real one.
//
// A commitment is a byte for its form and what follows: 0x00 and the keccak256 of the input, which the server checks,
// or 0x01 and bytes of the server's choice. What is stored is bounded in size and number and is gone with the server.
// A Server is an http.Handler and may be used concurrently.
package altserver
