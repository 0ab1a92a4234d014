package config

import (
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/sync/consistency"
	"github.com/holdfast-rollup/holdfast/sync/da"
)

// nodeID keeps names fit for file names, metrics and certificates.
var nodeID = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$`)

// Validate reports everything that is wrong at once, as a *FaultsError. It repairs nothing.
func (c *Config) Validate() error {
	v := &validator{}
	c.validateNode(v)
	c.validateDisk(v)
	c.validateRaft(v)
	c.validateRPC(v)
	c.validateTLS(v)
	c.validateLimits(v)
	c.validateL1(v)
	c.validateDA(v)
	v.oneOf("log.level", c.Log.Level, "debug", "info", "warn", "error")
	v.oneOf("log.format", c.Log.Format, "text", "json")
	c.validateZKVM(v)
	if c.Risk.ShallowDeposits != (c.Risk.DepositDepth > 0) {
		v.fault("risk.deposit_depth", "a depth above 0 and risk.shallow_deposits: true go together: both, or neither")
	}
	if len(v.faults) > 0 {
		return &FaultsError{Faults: v.faults}
	}
	return nil
}

func (c *Config) validateNode(v *validator) {
	if !nodeID.MatchString(c.Node.ID) {
		v.fault("node.id", "must be 1 to 63 of a-z, 0-9, '-' and '.', beginning and ending with a letter or digit")
	}
	if !nodeID.MatchString(c.Node.Cluster) {
		v.fault("node.cluster", "must be a name of the same form as node.id")
	}
	if c.Node.DataDir == "" {
		v.fault("node.data_dir", "must name a directory")
	}
	v.positive("node.shutdown_timeout", c.Node.ShutdownTimeout)
}

func (c *Config) validateRaft(v *validator) {
	v.address("raft.bind", c.Raft.Bind, c.open())
	if c.Raft.Advertise != "" {
		v.address("raft.advertise", c.Raft.Advertise, true)
	}
	v.oneOf("raft.log_store", c.Raft.LogStore, "boltdb", "wal")
	v.notNegative("raft.heartbeat_timeout", c.Raft.HeartbeatTimeout)
	v.notNegative("raft.election_timeout", c.Raft.ElectionTimeout)
	v.notNegative("raft.snapshot_interval", c.Raft.SnapshotInterval)
	v.notNegative("raft.clean_up_after", c.Raft.CleanUpAfter)
	v.zeroOrAtLeast("raft.stall_limit", c.Raft.StallLimit, time.Second)
	v.zeroOrAtLeast("raft.transfer_idle_limit", c.Raft.TransferIdleLimit, time.Second)
	v.within("raft.clean_up_voters", c.Raft.CleanUpVoters, 1, 9)
	v.within("raft.max_in_flight", c.Raft.MaxInFlight, 1<<12, 1<<20) // at least one entry
	v.within("raft.max_entry_bytes", c.Raft.MaxEntryBytes, 4<<10, 512<<10)
	c.validatePeers(v)
}

func (c *Config) validatePeers(v *validator) {
	peers := c.Raft.Peers
	if len(peers) == 0 && !c.Raft.Join {
		return
	}
	if c.Raft.Join && len(peers) < 2 {
		v.fault("raft.peers", "must hold a member beside this replica, which raft.join makes wait for its invitation")
	} else if !c.Raft.Join && !slices.Contains([]int{1, 3, 5}, len(peers)) {
		v.fault("raft.peers", fmt.Sprintf("has %d replicas; a cluster starts with 1, 3 or 5", len(peers)))
	}
	if !slices.ContainsFunc(peers, func(p Peer) bool { return p.ID == c.Node.ID }) {
		v.fault("raft.peers", fmt.Sprintf("does not hold this replica (node.id is %q)", c.Node.ID))
	}
	seen := map[string]string{}
	once := func(path, value string) {
		if first, ok := seen[value]; ok && value != "" {
			v.fault(path, fmt.Sprintf("%q is also %s", value, first))
		}
		seen[value] = path
	}
	for i, p := range peers {
		at := fmt.Sprintf("raft.peers[%d]", i)
		if !nodeID.MatchString(p.ID) {
			v.fault(at+".id", "must be a replica's name")
		}
		v.address(at+".address", p.Address, true)
		v.address(at+".rpc_address", p.RPCAddress, true)
		once(at+".id", p.ID)
		once(at+".address", p.Address)
		once(at+".rpc_address", p.RPCAddress)
	}
}

func (c *Config) validateRPC(v *validator) {
	v.address("rpc.bind", c.RPC.Bind, c.open())
	if c.RPC.Advertise != "" {
		v.address("rpc.advertise", c.RPC.Advertise, true)
	}
	v.within("rpc.max_message_bytes", c.RPC.MaxMessageBytes, 64<<10, 64<<20)
	v.within("rpc.max_streams", int(c.RPC.MaxStreams), 1, 1<<20)
	v.within("rpc.stream_window", c.RPC.StreamWindow, 1, 4096)
	v.within("rpc.fill_history", c.RPC.FillHistory, 0, 1<<24)
	v.positive("rpc.call_timeout", c.RPC.CallTimeout)
	v.positive("rpc.keepalive_interval", c.RPC.KeepaliveInterval)
	v.positive("rpc.keepalive_timeout", c.RPC.KeepaliveTimeout)
	v.within("rpc.max_rate", c.RPC.MaxRate, 0, 1<<30)
	v.within("rpc.max_byte_rate", c.RPC.MaxByteRate, 0, 1<<40)
}

func (c *Config) validateLimits(v *validator) {
	v.within("intake.slow_rate", c.Intake.SlowRate, 1, 1<<20)
	v.within("sessions.max_in_flight", c.Sessions.MaxInFlight, 1, 1<<20)
	v.within("sessions.max_sessions", c.Sessions.MaxSessions, 1, 1<<24)
	if c.Sessions.Expiry < time.Millisecond {
		v.fault("sessions.expiry", "must be at least 1ms")
	}
	v.within("versions.recent", c.Versions.Recent, 1, 1<<16)
	if c.Versions.MaxBytes == 0 || c.Versions.MaxBytes > 1<<50 {
		v.fault("versions.max_bytes", "must be above 0 and at most 2^50")
	}
	v.within("batches.max_transitions", c.Batches.MaxTransitions, 1, fsm.MaxOpenTransitions)
	v.within("batches.max_bytes", c.Batches.MaxBytes, 1<<10, 16<<20)
	v.positive("batches.max_age", c.Batches.MaxAge)
	v.notNegative("checkpoints.interval", c.Checkpoints.Interval)
	v.within("checkpoints.keep", c.Checkpoints.Keep, 0, 1<<20)
	c.validateConsistency(v)
}

func (c *Config) validateConsistency(v *validator) {
	k := &c.Consistency
	if k.VerificationInterval < 10*time.Millisecond || k.VerificationInterval > time.Hour {
		v.fault("consistency.verification_interval", fmt.Sprintf("is %s; must be 10ms to 1h", k.VerificationInterval))
	}
	v.within("consistency.tolerance_threshold.batches", int(min(k.ToleranceThreshold.Batches, 1<<31)), 0, 1<<20)
	v.within("consistency.tolerance_threshold.blocks", int(min(k.ToleranceThreshold.Blocks, 1<<31)), 1, 1<<20)
	for i, a := range k.AcceptedSubmitters {
		if _, err := ParseAddress(a); err != nil {
			v.fault(fmt.Sprintf("consistency.accepted_submitters[%d]", i), "must be an account's address, 0x and 40 hex digits")
		}
	}
	v.oneOf("consistency.reconciliation_strategy", k.ReconciliationStrategy,
		string(consistency.L1Wins), string(consistency.Halt), string(consistency.AlertOnly))
}

func (c *Config) validateL1(v *validator) {
	for i, e := range c.L1.Endpoints {
		if e.reference() {
			continue
		}
		if err := checkURL(string(e)); err != nil {
			v.fault(fmt.Sprintf("l1.endpoints[%d]", i), err.Error())
		}
	}
	v.check("l1.submitter_key", c.L1.SubmitterKey.Validate())
	v.check("l1.prover_key", c.L1.ProverKey.Validate())
	v.within("l1.batches_per_anchor", c.L1.BatchesPerAnchor, 1, 64)
	v.within("l1.anchors_in_flight", c.L1.AnchorsInFlight, 1, 64)
	v.notNegative("l1.blob_wait", c.L1.BlobWait)
	if c.L1.BlobPatience > 1000 {
		v.fault("l1.blob_patience", "is above 1000 thousandths")
	}
	if !c.Anchoring() {
		return
	}
	v.within("l1.quorum", c.L1.Quorum, 1, len(c.L1.Endpoints))
	for _, fee := range []struct {
		path string
		gwei uint64
	}{{"l1.max_fee_gwei", c.L1.MaxFeeGwei}, {"l1.max_blob_fee_gwei", c.L1.MaxBlobFeeGwei}} {
		if fee.gwei == 0 {
			v.fault(fee.path, "must not be 0")
		}
	}
	if _, err := ParseAddress(c.L1.Contract); err != nil {
		v.fault("l1.contract", "must be the contract's address, 0x and 40 hex digits; `holdfast init` deploys one on a development chain")
	}
	if c.L1.SubmitterKey.Given() && c.L1.SubmitterKey == c.L1.ProverKey {
		v.fault("l1.prover_key", "must be another account's than l1.submitter_key")
	}
	if c.L1.ChainID == 0 {
		v.fault("l1.chain_id", "must not be 0")
	}
	if c.L1.Confirmations == 0 {
		v.fault("l1.confirmations", "must not be 0")
	}
	v.positive("l1.poll_interval", c.L1.PollInterval)
}

func (c *Config) validateDA(v *validator) {
	d := &c.DA
	if d.Archive != "" {
		if u, err := url.Parse(d.Archive); err != nil || u.Scheme == "" {
			v.fault("da.archive", "must be the URL of a bucket, such as file:///var/lib/holdfast/archive or s3://bucket")
		}
	}
	v.oneOf("da.codec", d.Codec, "range", "zstd", "raw")
	v.oneOf("da.primary", d.Primary, "archive", "blob", "calldata", "altda")
	if (d.Primary == "blob" || d.Primary == "calldata") && !c.Anchoring() {
		v.fault("da.primary", fmt.Sprintf("%q rides in L1's transactions and needs l1.endpoints", d.Primary))
	}
	if d.Primary == "blob" && len(d.Beacon) == 0 {
		v.fault("da.beacon", "must name a consensus client's Beacon API: blobs are read back before a batch counts as committed")
	}
	for i, e := range d.Beacon {
		if !e.reference() {
			v.check(fmt.Sprintf("da.beacon[%d]", i), checkHTTP(string(e)))
		}
	}
	if d.Primary == "altda" && d.AltDA == "" {
		v.fault("da.altda", "must be the URL of an alt-DA server")
	}
	if d.AltDA != "" && !d.AltDA.reference() {
		v.check("da.altda", checkHTTP(string(d.AltDA)))
	}
	v.within("da.max_blobs", d.MaxBlobs, 1, da.MaxBlobs)
	v.within("da.max_calldata_bytes", d.MaxCalldataBytes, 1<<10, 120_000)
	v.notNegative("da.census_interval", d.CensusInterval)
}

type validator struct{ faults []Fault }

func (v *validator) fault(path, problem string) {
	v.faults = append(v.faults, Fault{Path: path, Problem: problem})
}

func (v *validator) check(path string, err error) {
	if err != nil {
		v.fault(path, strings.ReplaceAll(err.Error(), "\n", "; "))
	}
}

func (v *validator) positive(path string, d time.Duration) {
	if d <= 0 {
		v.fault(path, "must be longer than 0")
	}
}

func (v *validator) notNegative(path string, d time.Duration) {
	if d < 0 {
		v.fault(path, "must not be negative")
	}
}

func (v *validator) zeroOrAtLeast(path string, d, low time.Duration) {
	if d != 0 && d < low {
		v.fault(path, fmt.Sprintf("is %s; must be 0, or at least %s", d, low))
	}
}

func (v *validator) within(path string, n, low, high int) {
	if n < low || n > high {
		v.fault(path, fmt.Sprintf("is %d; must be %d to %d", n, low, high))
	}
}

func (v *validator) oneOf(path, value string, allowed ...string) {
	if !slices.Contains(allowed, value) {
		v.fault(path, fmt.Sprintf("is %q; must be %s", value, strings.Join(allowed, " or ")))
	}
}

// address checks host:port; off loopback it needs the explicit word that plaintext is meant.
func (v *validator) address(path, addr string, anywhere bool) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		v.fault(path, fmt.Sprintf("%q is not host:port", addr))
		return
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 && !anywhere && host == "" {
		v.fault(path, fmt.Sprintf("%q is not a port", port))
		return
	}
	if !anywhere && !loopback(addr) {
		v.fault(path, fmt.Sprintf("%q is not loopback and there is no TLS: bind to loopback, set tls.directory (`holdfast init --tls` makes one), or set raft.insecure: true if the network is yours alone", addr))
	}
}

// ContractAddress is l1.contract as bytes; zero if none is given.
func (c *Config) ContractAddress() (a [20]byte) {
	a, _ = ParseAddress(c.L1.Contract)
	return a
}

// ArchiveURL is the bucket that payloads are archived in.
func (c *Config) ArchiveURL() string {
	if c.DA.Archive != "" {
		return c.DA.Archive
	}
	u := url.URL{Scheme: "file", Path: filepath.Join(c.Node.DataDir, "archive"), RawQuery: "create_dir=true&no_tmp_dir=true"}
	return u.String()
}
