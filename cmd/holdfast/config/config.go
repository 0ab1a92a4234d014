package config

import (
	"path/filepath"
	"time"

	"github.com/holdfast-rollup/holdfast/sync/consistency"
	"github.com/holdfast-rollup/holdfast/sync/da"
)

// Config is the whole configuration. Default gives every value that a file may leave out.
type Config struct {
	Node        Node        `yaml:"node"`
	Disk        Disk        `yaml:"disk"`
	Raft        Raft        `yaml:"raft"`
	RPC         RPC         `yaml:"rpc"`
	HTTP        HTTP        `yaml:"http"`
	TLS         TLS         `yaml:"tls"`
	Intake      Intake      `yaml:"intake"`
	Sessions    Sessions    `yaml:"sessions"`
	Versions    Versions    `yaml:"versions"`
	Batches     Batches     `yaml:"batches"`
	Consistency Consistency `yaml:"consistency"`
	L1          L1          `yaml:"l1"`
	DA          DA          `yaml:"da"`
	Checkpoints Checkpoints `yaml:"checkpoints"`
	Recovery    Recovery    `yaml:"recovery"`
	ZKVM        ZKVM        `yaml:"zkvm"`
	Risk        Risk        `yaml:"risk"`
	Log         Log         `yaml:"log"`
}

// Node names the replica and its place on disk.
type Node struct {
	// ID is the replica's name, unique in the cluster.
	ID string `yaml:"id"`
	// Cluster is the cluster's name; replicas of another name are refused.
	Cluster string `yaml:"cluster"`
	// DataDir holds the log, the snapshots and the archive unless da.archive says otherwise.
	DataDir string `yaml:"data_dir"`
	// ShutdownTimeout bounds a graceful shutdown, the transfer of leadership included.
	ShutdownTimeout time.Duration `yaml:"shutdown_timeout"`
}

// Raft is the replica's part in the Raft group. Zero timeouts mean the cluster's own defaults.
type Raft struct {
	// Bind is the address that replicas speak to each other on.
	Bind string `yaml:"bind"`
	// Advertise is the address the others reach Bind at; empty for Bind itself.
	Advertise string `yaml:"advertise"`
	// LogStore is "boltdb" or "wal".
	LogStore string `yaml:"log_store"`
	// Peers are all replicas of the first start, this one included; empty for a single node.
	Peers []Peer `yaml:"peers"`
	// Join has a replica with an empty data directory wait until `holdfast members` invites it, instead of beginning a
	// cluster with its peers. It changes nothing for one that has a state.
	Join bool `yaml:"join"`
	// CleanUpAfter is how long a voter may be silent before the leader removes it by itself; 0 for never.
	CleanUpAfter time.Duration `yaml:"clean_up_after"`
	// CleanUpVoters is how many voters always stay.
	CleanUpVoters int `yaml:"clean_up_voters"`
	// HeartbeatTimeout is how long a follower waits for the leader before it becomes a candidate.
	HeartbeatTimeout time.Duration `yaml:"heartbeat_timeout"`
	// ElectionTimeout is how long a candidate waits for votes.
	ElectionTimeout time.Duration `yaml:"election_timeout"`
	// MaxInFlight is how many submissions may wait for their receipts before new ones are refused.
	MaxInFlight int `yaml:"max_in_flight"`
	// MaxEntryBytes bounds one entry of the log.
	MaxEntryBytes int `yaml:"max_entry_bytes"`
	// SnapshotEntries is how many entries of the log call for a snapshot; 0 for the cluster's own default.
	SnapshotEntries uint64 `yaml:"snapshot_entries"`
	// SnapshotInterval is how often that is looked at; 0 for the cluster's own default.
	SnapshotInterval time.Duration `yaml:"snapshot_interval"`
	// TrailingEntries is how many entries before a snapshot are kept, for replicas that are a little behind; 0 for the cluster's own default.
	TrailingEntries uint64 `yaml:"trailing_entries"`
	// StallLimit is how long a leader may commit nothing of what waits before it hands over; 0 for the cluster's own default.
	StallLimit time.Duration `yaml:"stall_limit"`
	// TransferIdleLimit is how long nothing may move of a message to or from another replica, a snapshot above all, before
	// its connection ends; 0 for the cluster's own default.
	TransferIdleLimit time.Duration `yaml:"transfer_idle_limit"`
	// Insecure allows plaintext off loopback, for Raft and the API: whoever reaches them may do everything.
	Insecure bool `yaml:"insecure"`
}

// Peer is one replica of the first start.
type Peer struct {
	// ID is its name.
	ID string `yaml:"id"`
	// Address is where it speaks Raft.
	Address string `yaml:"address"`
	// RPCAddress is where it serves the API.
	RPCAddress string `yaml:"rpc_address"`
}

// RPC is the gRPC API.
type RPC struct {
	// Bind is the address the API is served on.
	Bind string `yaml:"bind"`
	// Advertise is the address the other replicas forward to; empty for Bind itself.
	Advertise string `yaml:"advertise"`
	// MaxMessageBytes bounds one message in either direction.
	MaxMessageBytes int `yaml:"max_message_bytes"`
	// MaxStreams bounds concurrent calls per connection.
	MaxStreams uint32 `yaml:"max_streams"`
	// StreamWindow bounds unanswered requests of one Submit stream.
	StreamWindow int `yaml:"stream_window"`
	// CallTimeout bounds a unary call that came without a deadline.
	CallTimeout time.Duration `yaml:"call_timeout"`
	// KeepaliveInterval is how often an idle connection is probed.
	KeepaliveInterval time.Duration `yaml:"keepalive_interval"`
	// KeepaliveTimeout is how long a probe may stay unanswered.
	KeepaliveTimeout time.Duration `yaml:"keepalive_timeout"`
	// FillHistory is how many recent fills are kept for watchers that resume.
	FillHistory int `yaml:"fill_history"`
	// MaxRate bounds what one identity may send per second, calls and messages of streams alike; 0 for no limit. It takes
	// TLS: without, nobody has an identity.
	MaxRate int `yaml:"max_rate"`
	// MaxByteRate bounds the bytes of that; 0 for no limit.
	MaxByteRate int `yaml:"max_byte_rate"`
}

// Intake slows down, and never stops, while another layer is too far behind.
type Intake struct {
	// MaxUnexecuted is how many transitions may wait for their execution; 0 for no limit.
	MaxUnexecuted uint64 `yaml:"max_unexecuted"`
	// MaxUncommitted is how many transitions may wait for their commit on L1, if there is one; 0 for no limit.
	MaxUncommitted uint64 `yaml:"max_uncommitted"`
	// SlowRate is how many transitions per second are then still taken.
	SlowRate int `yaml:"slow_rate"`
}

// Checkpoints go from the leader into the archive: whichever limit comes first.
type Checkpoints struct {
	// Interval is the time between two; 0 for none by time.
	Interval time.Duration `yaml:"interval"`
	// Batches is how many batches are sealed between two; 0 for none by number.
	Batches uint64 `yaml:"batches"`
	// Keep is how many of a lineage stay; 0 for all.
	Keep int `yaml:"keep"`
}

// Recovery says what empty replicas do whose contract holds a history.
type Recovery struct {
	// Automatic brings the state back from L1 and DA once every voter has answered that it holds none. Otherwise the
	// replicas stop, and say what to do.
	Automatic bool `yaml:"automatic"`
	// AcceptDataLoss does not wait for replicas that are silent, where a majority is empty: what they alone hold is lost.
	AcceptDataLoss bool `yaml:"accept_data_loss"`
}

// HTTP serves /metrics, /healthz and /readyz.
type HTTP struct {
	// Bind is the address; empty for no HTTP.
	Bind string `yaml:"bind"`
	// TLS serves it with the credentials of tls.directory. Metrics then need a certificate with the role reader and
	// profiles one with the role operator; /healthz and /readyz need none.
	TLS bool `yaml:"tls"`
	// Insecure allows plaintext off loopback.
	Insecure bool `yaml:"insecure"`
	// Profiles serves Go's profiles under /debug/pprof as well. They cost while they are taken, and those of waiting a
	// little always.
	Profiles bool `yaml:"profiles"`
}

// TLS is mutual TLS, for Raft and the API alike, and for HTTP if http.tls says so.
type TLS struct {
	// Directory holds tls.crt, tls.key and ca.crt; empty for plaintext, which is for loopback. The certificate must name
	// this replica: holdfast://CLUSTER/node/ID among its subject alternative names.
	Directory string `yaml:"directory"`
	// ReloadInterval is how often the files are looked at.
	ReloadInterval time.Duration `yaml:"reload_interval"`
	// Roles are those of single identities, in place of those that their certificates' organizational units name.
	Roles []Grant `yaml:"roles"`
}

// Grant gives an identity its roles.
type Grant struct {
	// Identity is one within the cluster, such as "client/alice".
	Identity string `yaml:"identity"`
	// Roles are "reader", "sequencer", "prover", "guardian" and "operator"; none to shut the identity out.
	Roles []string `yaml:"roles"`
}

// Given reports whether there is TLS.
func (t *TLS) Given() bool { return t.Directory != "" }

// Sessions bounds client sessions. The first leader's values become the cluster's; other replicas follow them.
type Sessions struct {
	// MaxInFlight is how many unacknowledged receipts a session may have.
	MaxInFlight int `yaml:"max_in_flight"`
	// MaxSessions is how many sessions may be open.
	MaxSessions int `yaml:"max_sessions"`
	// Expiry is the idle time, by the log's clock, after which a session is closed.
	Expiry time.Duration `yaml:"expiry"`
}

// Versions bounds the kept versions of the state. The first leader's values become the cluster's; other replicas follow them.
type Versions struct {
	// Recent is how many of the newest are kept whole. Older ones, down to the finalized one, are kept as differences.
	Recent int `yaml:"recent"`
	// MaxBytes bounds what retained payloads may take.
	MaxBytes uint64 `yaml:"max_bytes"`
}

// Batches says when the leader seals: whichever limit comes first.
type Batches struct {
	// MaxTransitions is a batch's number of transitions.
	MaxTransitions int `yaml:"max_transitions"`
	// MaxBytes is its payload's size.
	MaxBytes int `yaml:"max_bytes"`
	// MaxAge is the age of its first transition.
	MaxAge time.Duration `yaml:"max_age"`
}

// Consistency says how the layers are compared, and what follows when they differ.
type Consistency struct {
	// VerificationInterval is the time between two checks of all layers; every event that matters starts one as well.
	VerificationInterval time.Duration `yaml:"verification_interval"`
	// ToleranceThreshold is how much lag is still called consistent. Roots have no tolerance.
	ToleranceThreshold Tolerance `yaml:"tolerance_threshold"`
	// ReconciliationStrategy is what the leader does about a divergence: "l1_wins" rolls back to the last common batch and
	// derives the rest from L1 and DA, "halt" stops intake and anchoring, "alert_only" stops anchoring and says so.
	ReconciliationStrategy string `yaml:"reconciliation_strategy"`
	// AcceptedSubmitters are the L1 accounts whose batches l1_wins adopts without an operator once L1 has verified them by a
	// verifier of proofs; batches that this cluster itself sealed need none.
	AcceptedSubmitters []string `yaml:"accepted_submitters"`
}

// Tolerance bounds lag.
type Tolerance struct {
	// Batches is how far a layer may be behind the sealed head.
	Batches uint64 `yaml:"batches"`
	// Blocks is how many L1 blocks a lagging layer may stand still; without an L1 a block counts as 12 s.
	Blocks uint64 `yaml:"blocks"`
}

// L1 is where batches are anchored. Without endpoints nothing is anchored.
type L1 struct {
	// Endpoints are JSON-RPC URLs, the preferred first.
	Endpoints []Endpoint `yaml:"endpoints"`
	// Quorum is how many of the endpoints must state the same block; 1 believes the first that answers.
	Quorum int `yaml:"quorum"`
	// ChainID is the chain the endpoints must be of.
	ChainID uint64 `yaml:"chain_id"`
	// Contract is the address of the Holdfast contract, 0x and 40 hex digits.
	Contract string `yaml:"contract"`
	// SubmitterKey signs commits.
	SubmitterKey Key `yaml:"submitter_key"`
	// ProverKey signs verifications. Another account than the submitter's: each has its own row of nonces.
	ProverKey Key `yaml:"prover_key"`
	// Confirmations is the depth at which a transaction counts.
	Confirmations uint64 `yaml:"confirmations"`
	// PollInterval is how often the chain is asked.
	PollInterval time.Duration `yaml:"poll_interval"`
	// MaxFeeGwei caps the fee per gas.
	MaxFeeGwei uint64 `yaml:"max_fee_gwei"`
	// MaxBlobFeeGwei caps the fee per blob gas.
	MaxBlobFeeGwei uint64 `yaml:"max_blob_fee_gwei"`
	// BatchesPerAnchor bounds how many batches one transaction carries.
	BatchesPerAnchor int `yaml:"batches_per_anchor"`
	// AnchorsInFlight bounds how many transactions of one kind wait for a block.
	AnchorsInFlight int `yaml:"anchors_in_flight"`
	// BlobWait is how old a batch may become while its commit waits for cheaper blobs; 0 for no limit of age.
	BlobWait time.Duration `yaml:"blob_wait"`
	// BlobWaitBatches is how many batches may wait for that; 0 for no limit of number. With both 0 nothing waits.
	BlobWaitBatches uint64 `yaml:"blob_wait_batches"`
	// BlobPatience is which share of recent blocks, in thousandths, had blobs as cheap as a commit without lag waits for.
	BlobPatience uint64 `yaml:"blob_patience"`
}

// DA is where payloads are kept.
type DA struct {
	// Primary is where envelopes go beside the archive: "archive" (nowhere else), "blob", "calldata" or "altda".
	Primary string `yaml:"primary"`
	// Archive is the URL of a blob bucket; empty for a directory in the data directory.
	Archive string `yaml:"archive"`
	// Codec packs payloads: "range" (smallest), "zstd" or "raw". Every replica reads all of them.
	Codec string `yaml:"codec"`
	// Beacon are base URLs of consensus clients' Beacon APIs, the preferred first: where blobs are read back.
	Beacon []Endpoint `yaml:"beacon"`
	// BeaconSlotIsBlock is for development nodes that call a block's number its slot, such as anvil.
	BeaconSlotIsBlock bool `yaml:"beacon_slot_is_block"`
	// AltDA is the URL of an alt-DA server.
	AltDA Endpoint `yaml:"altda"`
	// AltDAGeneric is for alt-DA servers that choose their own commitments.
	AltDAGeneric bool `yaml:"altda_generic"`
	// MaxBlobs bounds the blobs of one transaction.
	MaxBlobs int `yaml:"max_blobs"`
	// MaxCalldataBytes bounds the envelopes in one transaction's call data.
	MaxCalldataBytes int `yaml:"max_calldata_bytes"`
	// CensusInterval is how often the leader asks every provider for one of the newest batches; 0 for never.
	CensusInterval time.Duration `yaml:"census_interval"`
}

// Values of ZKVM.Executor.
const (
	ExecutorRun    = "run"
	ExecutorPaused = "paused"
	ExecutorNone   = "none"
)

// Values of ZKVM.Proofs; any other is a proof system's name.
const (
	ProofsExecution   = "execution"
	ProofsDevelopment = "development"
)

// ZKVM is the zkVM layer: what executes batches, and what the proven head rests on.
type ZKVM struct {
	// Proofs is "execution" (executed, not proven) or "development" (proofs by a key whose maker can prove anything),
	// both for the development chains alone, or the system of the proofs: "sp1", "risc0" or "ziren".
	Proofs string `yaml:"proofs"`
	// Keys are files with the proof system's verifying keys; only published ones are taken.
	Keys []string `yaml:"keys"`
	// Program is what was proved to have run, by program version. The contract's schedule must say the same.
	Program []Program `yaml:"program"`
	// Lease is how long a prover keeps a job without a word.
	Lease time.Duration `yaml:"lease"`
	// MaxInputsBytes bounds what is kept on this replica's disk of batches that wait for a prover. At it no batch is
	// executed until a proof makes room, and intake slows down. 0 for no limit.
	MaxInputsBytes uint64 `yaml:"max_inputs_bytes"`
	// Executor is "run", or "paused" to measure the trading path alone: nothing is executed then, and so nothing anchored.
	// With "none" the leader has no duty but to seal, and nothing is published or checked either: to measure what its
	// duties cost, without an L1.
	Executor string `yaml:"executor"`
}

// Program is the key of one version of the guest.
type Program struct {
	// Version is the program version, as headers name it.
	Version uint32 `yaml:"version"`
	// Key is the verifying key's hash or the image id: 0x and 64 hex digits.
	Key string `yaml:"key"`
}

// Risk is what must be asked for by name.
type Risk struct {
	// ShallowDeposits allows deposit_depth: a reorganization of L1 may then take back deposits that were traded on, and
	// everything since is rolled back. The first leader's values become the cluster's.
	ShallowDeposits bool `yaml:"shallow_deposits"`
	// DepositDepth is how many blocks must follow a deposit's before it is credited; 0: once it is finalized on L1.
	DepositDepth uint32 `yaml:"deposit_depth"`
}

// Log is the log on standard error.
type Log struct {
	// Level is "debug", "info", "warn" or "error".
	Level string `yaml:"level"`
	// Format is "text" or "json".
	Format string `yaml:"format"`
}

// Default is a single node on loopback without L1.
func Default() Config {
	return Config{
		Node: Node{ID: "node1", Cluster: "holdfast", DataDir: "data", ShutdownTimeout: 15 * time.Second},
		Disk: Disk{ReserveBytes: 256 << 20, LogBudgetBytes: 1 << 30, SlowLimit: time.Second, HangLimit: 3 * time.Second},
		Raft: Raft{
			Bind: "127.0.0.1:7001", LogStore: "boltdb",
			MaxInFlight: 65536, MaxEntryBytes: 256 << 10, CleanUpVoters: 3,
		},
		RPC: RPC{
			Bind: "127.0.0.1:7101", MaxMessageBytes: 4 << 20, MaxStreams: 1024, StreamWindow: 64,
			CallTimeout: 30 * time.Second, KeepaliveInterval: 20 * time.Second, KeepaliveTimeout: 10 * time.Second,
			FillHistory: 65536, MaxRate: 20_000, MaxByteRate: 64 << 20,
		},
		HTTP:     HTTP{Bind: "127.0.0.1:7201"},
		TLS:      TLS{ReloadInterval: 10 * time.Second},
		Intake:   Intake{MaxUnexecuted: 200_000, MaxUncommitted: 20_000_000, SlowRate: 1000},
		Sessions: Sessions{MaxInFlight: 65536, MaxSessions: 65536, Expiry: 24 * time.Hour},
		Versions: Versions{Recent: 8, MaxBytes: 1 << 30},
		Batches:  Batches{MaxTransitions: 20000, MaxBytes: 600 << 10, MaxAge: time.Second},
		Consistency: Consistency{
			VerificationInterval: time.Second, ToleranceThreshold: Tolerance{Batches: 16, Blocks: 32},
			ReconciliationStrategy: string(consistency.L1Wins),
		},
		L1: L1{
			ChainID: 1337, Quorum: 1, Confirmations: 1, PollInterval: 500 * time.Millisecond, MaxFeeGwei: 200, MaxBlobFeeGwei: 100,
			BatchesPerAnchor: 8, AnchorsInFlight: 16, BlobWait: 2 * time.Minute, BlobWaitBatches: 64, BlobPatience: 250,
		},
		ZKVM: ZKVM{Proofs: ProofsExecution, Lease: time.Minute, MaxInputsBytes: 16 << 30, Executor: ExecutorRun},
		DA: DA{
			Primary: "archive", Codec: "range", MaxBlobs: da.MaxBlobs, MaxCalldataBytes: 100_000, CensusInterval: 10 * time.Second,
		},
		Checkpoints: Checkpoints{Interval: time.Hour, Keep: 3},
		Log:         Log{Level: "info", Format: "text"},
	}
}

// Anchoring reports whether the replica knows an L1 to anchor on.
func (c *Config) Anchoring() bool { return len(c.L1.Endpoints) > 0 }

// EvidenceDir is where the replica keeps what mismatches with the zkVM layer can be looked into with.
func (c *Config) EvidenceDir() string { return filepath.Join(c.Node.DataDir, "evidence") }

// rebase makes relative paths relative to dir.
func (c *Config) rebase(dir string) {
	abs := func(p *string) {
		if *p != "" && !filepath.IsAbs(*p) {
			*p = filepath.Join(dir, *p)
		}
	}
	abs(&c.Node.DataDir)
	abs(&c.TLS.Directory)
	for _, k := range []*Key{&c.L1.SubmitterKey, &c.L1.ProverKey} {
		abs(&k.File)
		abs(&k.Keystore)
		abs(&k.Passphrase)
		k.Web3Signer, k.Clef = k.Web3Signer.rebase(dir), k.Clef.rebase(dir)
	}
	for i, e := range c.L1.Endpoints {
		c.L1.Endpoints[i] = e.rebase(dir)
	}
	for i, e := range c.DA.Beacon {
		c.DA.Beacon[i] = e.rebase(dir)
	}
	c.DA.AltDA = c.DA.AltDA.rebase(dir)
	for i := range c.ZKVM.Keys {
		abs(&c.ZKVM.Keys[i])
	}
}
