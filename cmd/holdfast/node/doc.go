// Package node puts one replica together and runs it until its context ends.
//
// Run reads from top to bottom: machine, cluster, layers' manager, API, HTTP.
// It owns everything it starts; when it returns, all of it has ended. The
// shutdown is graceful: leadership is handed over while the API still answers,
// then the API drains, then the log is closed.
//
// HTTP (plain, for the inside): /metrics for Prometheus, /healthz (the process
// is not broken), /readyz (the replica is caught up).
package node
