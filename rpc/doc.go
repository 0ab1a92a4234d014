// Package rpc holds how programs talk to a Holdfast replica: the protocol
// (proto), the adapters that serve it (server) and the Go client (client).
//
// Generated code lies beside its .proto file and is made by
// `go tool -modfile=.tools/go.mod buf generate` from the module root.
package rpc
