// Command peers measures Holdfast and the systems beside it in one run on one machine, and writes what it found.
//
//	go run . -o RESULTS.md          everything, in about 20 minutes at most
//	go run . -short                 a quick look, below 3 minutes, to standard output
//	go run . -only tree,codec       some of the topics: replication, tree, codec
//	go run . -limit 10m             as many rounds as fit
//
// It is a module of its own, so that the peers' dependencies never reach Holdfast's. Linux only.
//
// # What is compared
//
// Replication: three members as three processes over TCP on loopback, each with its own directory and fsync on; clients
// in another process call the leader by unary gRPC with one request outstanding each. The peers are etcd (its own server,
// embedded, and its own client), a store on hashicorp/raft and boltdb, and one on dragonboat. The last two are this
// package's, as small as they can be: a map behind the log and a gRPC method before it (package comment of store.go). A
// put carries a key of 16 bytes and as its value one transition of the generated flow in the row encoding, 96 bytes.
// Holdfast runs as `holdfast bench submit --replicas 3` starts it: it matches orders, keeps balances and receipts, and
// hashes the state at each seal, where the peers set a key. Its executor is paused for these figures, but not for the
// sustained one, which is `holdfast devnet --processes` with the L1, the archive and the executor on.
//
// Beside them stands the same RPC with nothing behind it: on a small machine clients and gRPC take most of the processors,
// and no store's figure can be above that.
//
// Tree: a batch of changes and the root after it, on the same records and changes, turn by turn in one process. Codec:
// the accepted transitions of the flows, as rows and as columns, through each packing.
//
// # How
//
// Rounds go through all contenders turn by turn and begin with another one each time; a figure is the median of the
// rounds. Each contender of replication starts anew in each round and has the machine for itself. A topic that takes too
// long has fewer rounds, and the report says how many. What cannot be built, or does not run, is left out and named.
package main
