package cluster

import (
	"errors"
	"fmt"
	"time"
)

// Three kinds of failure are kept apart: definitely not applied, unknown, and
// fatal for this replica. Nothing in this file is ever returned for a
// transition that was rejected; a rejection is a committed receipt.

var (
	// ErrClosed says that the node is closing or closed. Nothing was applied.
	ErrClosed = errors.New("cluster: node is closed")
	// ErrNotApplied marks definite failures that have no type of their own.
	ErrNotApplied = errors.New("cluster: definitely not applied")
	// ErrLocked says that another process holds the data directory.
	ErrLocked = errors.New("cluster: data directory is in use by another process")
	// ErrVersionFile says that a data directory's VERSION file is not one.
	ErrVersionFile = errors.New("cluster: the VERSION file is damaged")
	// ErrPlaintext says that the listener would speak plaintext beyond loopback.
	ErrPlaintext = errors.New("cluster: plaintext is refused beyond loopback")
	// ErrDamagedSnapshot says that no snapshot that the log goes on from can be restored.
	ErrDamagedSnapshot = errors.New("cluster: the snapshot is damaged")
	// ErrDamagedLog says that the log or the stable store is not whole.
	ErrDamagedLog = errors.New("cluster: the Raft log is damaged")
	// ErrNotEmpty says that a directory that should be new holds something.
	ErrNotEmpty = errors.New("cluster: the directory is not empty")
	// ErrDutyWedged says that a leader duty ignored the end of its context.
	ErrDutyWedged = errors.New("cluster: a leader duty did not return after leadership ended")
	// ErrTransferWedged says that Raft refuses writes because of a leadership
	// transfer that is no longer running.
	ErrTransferWedged = errors.New("cluster: leadership transfer is wedged, the process must restart")
)

// NotLeaderError says that this node does not accept writes or confirmations.
// Nothing was applied; ask the leader. Both fields are empty while there is no
// known leader, and hold this node's own while it has not finished taking over.
type NotLeaderError struct {
	LeaderID  string
	LeaderRPC string
}

func (e *NotLeaderError) Error() string {
	if e.LeaderID == "" {
		return "cluster: not the leader, no leader known"
	}
	return fmt.Sprintf("cluster: not the leader, leader is %s at %s", e.LeaderID, e.LeaderRPC)
}

// OverloadError says that the node is at its admission limit. Nothing was
// applied.
type OverloadError struct {
	RetryAfter time.Duration
	Reason     string
}

func (e *OverloadError) Error() string {
	return fmt.Sprintf("cluster: overloaded (%s), retry after %v", e.Reason, e.RetryAfter)
}

// TooLargeError says that one call does not fit into one Raft entry. Nothing
// was applied.
type TooLargeError struct {
	What        string // "transitions" or "bytes"
	Size, Limit int
}

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("cluster: %d %s in one call, limit %d", e.Size, e.What, e.Limit)
}

// UnknownOutcomeError says that the proposal may or may not take effect, now
// or later. Retry with the same session and sequence.
type UnknownOutcomeError struct {
	Cause error
}

func (e *UnknownOutcomeError) Error() string {
	return fmt.Sprintf("cluster: outcome unknown, retry with the same session and sequence: %v", e.Cause)
}

func (e *UnknownOutcomeError) Unwrap() error { return e.Cause }

// ForeignError says that a directory or a peer belongs to another history or
// another node.
type ForeignError struct {
	Where        string // directory or peer
	What         string // "lineage", "cluster" or "node id"
	Ours, Theirs string
}

func (e *ForeignError) Error() string {
	return fmt.Sprintf("cluster: %s belongs to another %s: %s there, %s here", e.Where, e.What, e.Theirs, e.Ours)
}

// QuarantinedError says that this replica's state is not the majority's. The
// only exit for now is the one it names.
type QuarantinedError struct {
	Dir      string
	Batch    uint64
	Root     string
	Majority string
}

func (e *QuarantinedError) Error() string {
	return fmt.Sprintf("cluster: replica is quarantined, at batch %d it had root %s and the majority %s; "+
		"exit: stop it, move %s away; %s", e.Batch, e.Root, e.Majority, e.Dir, refillExit)
}

// refillExit is how a replica whose directory is of no use comes back. It must not vote before it holds again what it
// had acknowledged: empty, under its old vote, it could elect one that lacks committed entries.
const refillExit = "start it with an empty data directory: the other replicas take its vote, fill it, and give its vote back"

// LayoutError says that a data directory was written by another version of this program.
type LayoutError struct {
	Dir          string
	Found, Known int
}

func (e *LayoutError) Error() string {
	return fmt.Sprintf("cluster: %s has layout version %d, this program knows %d: run the program that wrote it", e.Dir, e.Found, e.Known)
}

// DiskHungError says that a write to the log has not returned for too long.
type DiskHungError struct {
	Since time.Duration
}

func (e *DiskHungError) Error() string {
	return fmt.Sprintf("cluster: a write to the Raft log has not returned for %v", e.Since)
}
