package node

import (
	"strconv"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/cluster/mtls"
	"github.com/holdfast-rollup/holdfast/fsm"
	"github.com/holdfast-rollup/holdfast/fsm/batch"
	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/da"
	"github.com/holdfast-rollup/holdfast/sync/manager"
)

// Everything but latencies is read from the replica when it is scraped, so that
// a metric can never disagree with the state. Labels have few values: heads,
// layer pairs, findings, peers, duties, methods.

// metrics are a replica's; they implement server.Observer and prometheus.Collector.
type metrics struct {
	registry    *prometheus.Registry
	calls       *prometheus.HistogramVec
	submits     *prometheus.HistogramVec
	submissions *prometheus.CounterVec
	proving     prometheus.Histogram
	receipts    outcomeMetrics // of submits and submissions, looked up once
	errors      outcomeMetrics

	source atomic.Pointer[source]
}

// outcomeMetrics are those of one outcome of submissions.
type outcomeMetrics struct {
	took  prometheus.Observer
	count prometheus.Counter
}

// source is what is read at a scrape.
type source struct {
	machine   *fsm.Machine
	cluster   *cluster.Node
	manager   *manager.Manager
	anchoring bool   // whether an L1 is configured
	policy    string // what finality rests on
	// credentials are nil without TLS.
	credentials *mtls.Store
}

// latencyBuckets span 100 us to 10 s.
func latencyBuckets() []float64 {
	return []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}
}

func newMetrics(version string) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		calls: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "holdfast_rpc_duration_seconds", Help: "Time of API calls, by method and code.", Buckets: latencyBuckets(),
		}, []string{"method", "code"}),
		submits: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "holdfast_submit_duration_seconds", Help: "Time from a group of submissions to its receipts: order, replicate, sync, apply.",
			Buckets: latencyBuckets(),
		}, []string{"outcome"}),
		submissions: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "holdfast_submissions_total", Help: "Submissions answered by this replica as leader, by outcome.",
		}, []string{"outcome"}),
	}
	m.proving = prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "holdfast_proving_duration_seconds", Help: "Time from a batch's lease to its recorded proof.", Buckets: provingBuckets(),
	})
	m.receipts = outcomeMetrics{m.submits.WithLabelValues("receipt"), m.submissions.WithLabelValues("receipt")}
	m.errors = outcomeMetrics{m.submits.WithLabelValues("error"), m.submissions.WithLabelValues("error")}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "holdfast_build_info", Help: "Always 1; the version is in the label.", ConstLabels: prometheus.Labels{"version": version},
	})
	build.Set(1)
	m.registry.MustRegister(m.calls, m.submits, m.submissions, m.proving, build, m,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// observe begins to read from the parts.
func (m *metrics) observe(s source) { m.source.Store(&s) }

// Call implements server.Observer.
func (m *metrics) Call(method, code string, took time.Duration) {
	m.calls.WithLabelValues(method, code).Observe(took.Seconds())
}

// Submitted implements server.Observer.
func (m *metrics) Submitted(transitions int, ok bool, took time.Duration) {
	to := &m.receipts
	if !ok {
		to = &m.errors
	}
	to.took.Observe(took.Seconds())
	to.count.Add(float64(transitions))
}

// Describe implements prometheus.Collector: what is collected is made at each scrape.
func (m *metrics) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (m *metrics) Collect(out chan<- prometheus.Metric) {
	s := m.source.Load()
	if s == nil {
		return
	}
	w := writer{out}
	w.raft(s.cluster.Status())
	w.machine(s.machine.Status(), s.machine.Stats())
	w.layers(s.machine.Cursor(), s.machine.Status().Heads, time.Now())
	w.deposits(s.machine.Cursor(), s.machine.Status().Deposits, time.Now())
	w.flag("anchoring", "Whether an L1 is configured.", s.anchoring)
	w.duties(s.manager)
	w.proofs(s.manager, s.policy, time.Now())
	if s.credentials != nil {
		w.credentials(s.credentials.Status(), time.Now())
	}
}

// writer makes metrics; kv are alternating label names and values.
type writer struct{ out chan<- prometheus.Metric }

func (w writer) write(kind prometheus.ValueType, name, help string, v float64, kv ...string) {
	var names, values []string
	for i := 0; i < len(kv); i += 2 {
		names, values = append(names, kv[i]), append(values, kv[i+1])
	}
	w.out <- prometheus.MustNewConstMetric(prometheus.NewDesc("holdfast_"+name, help, names, nil), kind, v, values...)
}

func (w writer) gauge(name, help string, v float64, kv ...string) {
	w.write(prometheus.GaugeValue, name, help, v, kv...)
}

func (w writer) counter(name, help string, v uint64, kv ...string) {
	w.write(prometheus.CounterValue, name, help, float64(v), kv...)
}

func (w writer) flag(name, help string, on bool, kv ...string) {
	v := 0.0
	if on {
		v = 1
	}
	w.gauge(name, help, v, kv...)
}

func (w writer) raft(s cluster.Status) {
	for _, state := range []string{"Follower", "Candidate", "Leader", "Shutdown"} {
		w.flag("raft_state", "1 for the state that Raft is in.", s.State == state, "state", state)
	}
	w.flag("raft_accepting", "Whether this replica leads and takes writes.", s.Accepting)
	w.flag("raft_has_leader", "Whether this replica knows a leader.", s.LeaderID != "")
	w.gauge("raft_term", "Raft's term.", float64(s.Term))
	w.gauge("raft_last_index", "Newest index in the local log.", float64(s.LastIndex))
	w.gauge("raft_commit_index", "Newest index known to be committed.", float64(s.CommitIndex))
	w.gauge("raft_applied_index", "Newest index applied.", float64(s.AppliedIndex))
	w.gauge("raft_leader_contact_seconds", "Time since the leader was heard; 0 on the leader.", s.SinceLeader.Seconds())
	w.gauge("raft_log_write_seconds", "Time of the last synced write to the log.", s.LastWrite.Seconds())
	w.disk(&s)
	w.gauge("raft_in_flight", "Admitted transitions without an outcome.", float64(s.InFlight))
	w.flag("intake_slowed", "Whether intake is slowed because the zkVM layer or L1 is too far behind.", s.Slowed != "")
	w.counter("intake_slowed_refusals_total", "Transitions refused as leader because intake is slowed; they come again.", s.SlowedTotal)
	w.flag("quarantined", "Whether this replica quarantined itself.", s.Quarantined)
	voters, reachable := 1, 1 // this one
	for i := range s.Peers {
		p := &s.Peers[i]
		if p.ID == s.NodeID {
			continue
		}
		alive := p.Heard && p.SinceContact < peerGone
		if p.Voter {
			voters++
		}
		if p.Voter && alive {
			reachable++
		}
		w.flag("raft_peer_reachable", "Whether a peer was heard lately.", alive, "peer", p.ID)
		w.gauge("raft_peer_lag_entries", "Entries that a peer is behind this replica's commit index.", float64(p.Lag), "peer", p.ID)
	}
	w.gauge("raft_voters", "Replicas that vote.", float64(voters))
	w.gauge("raft_voters_reachable", "Replicas that vote and were heard lately, this one included.", float64(reachable))
}

// peerGone is after how long without a word a peer counts as unreachable.
const peerGone = 3 * time.Second

func (w writer) machine(s fsm.Status, t fsm.Stats) {
	w.gauge("sessions", "Open sessions.", float64(s.Sessions))
	w.gauge("versions_kept", "Batches whose state is kept.", float64(len(s.Versions)))
	w.gauge("retained_bytes", "Bytes of retained payloads.", float64(s.RetainedBytes))
	w.gauge("open_batch_transitions", "Transitions in the open batch.", float64(s.Open.Transitions))
	w.flag("intake_halted", "Whether intake is halted.", s.IntakeHalted)
	w.counter("entries_total", "Entries applied since the process started.", t.Entries)
	w.counter("transitions_total", "Transitions executed, by result.", t.Accepted, "result", "accepted")
	w.counter("transitions_total", "Transitions executed, by result.", t.Rejected, "result", "rejected")
	w.counter("transitions_total", "Transitions executed, by result.", t.Duplicates, "result", "duplicate")
	w.counter("transitions_total", "Transitions executed, by result.", t.Refused, "result", "refused")
	w.counter("seals_total", "Batches sealed.", t.Seals)
	w.counter("rollbacks_total", "Rollbacks.", t.Rollbacks)
	w.counter("adoptions_total", "Batches adopted from L1.", t.Adoptions)
	w.counter("cursor_events_total", "Facts about other layers recorded.", t.CursorEvents)
	w.counter("cursor_events_illegal_total", "Facts about other layers refused.", t.IllegalEvents)
	w.counter("snapshots_total", "Snapshots taken.", t.Snapshots)
	w.counter("restores_total", "Snapshots restored.", t.Restores)
	w.counter("subscribers_dropped_total", "Watchers that were too slow.", t.SubscribersDropped)
	w.counter("payload_bytes_total", "Bytes of payload columns sealed.", t.PayloadBytes)
}

func (w writer) layers(c *cursor.Cursor, h cursor.Heads, now time.Time) {
	w.gauge("applied_sequence", "Accepted transitions in the whole history.", float64(h.Applied))
	for _, head := range []struct {
		name string
		at   uint64
	}{
		{"sealed", h.Sealed},
		{"executed", h.Executed},
		{"published", h.Published},
		{"committed", h.Committed},
		{"proven", h.Proven},
		{"finalized", h.Finalized},
	} {
		w.gauge("head_batch", "Newest batch of a head.", float64(head.at), "head", head.name)
		w.gauge("head_lag_batches", "Batches that a head is behind sealed.", float64(h.Sealed-min(h.Sealed, head.at)), "head", head.name)
		age := 0.0
		if rec, ok := c.Batch(head.at + 1); ok && head.at < h.Sealed {
			age = max(0, now.Sub(time.UnixMilli(rec.SealedMs)).Seconds())
		}
		w.gauge("head_lag_seconds", "Age of the oldest batch that a head has not reached; 0 when level.", age, "head", head.name)
	}
	w.verdicts(c)
	w.anchors(c, now)
	w.published(c, h)
	f := c.Follow()
	w.gauge("l1_block", "L1 blocks as followed, by level.", float64(f.Latest.Number), "level", "latest")
	w.gauge("l1_block", "L1 blocks as followed, by level.", float64(f.Safe.Number), "level", "safe")
	w.gauge("l1_block", "L1 blocks as followed, by level.", float64(f.Finalized.Number), "level", "finalized")
	if f.Latest.Number > 0 {
		w.gauge("l1_block_age_seconds", "Age of the newest L1 block followed.", max(0, now.Sub(time.UnixMilli(f.Latest.TimeMs)).Seconds()))
	}
}

// published shows what the DA providers hold of batches that are not finalized.
func (w writer) published(c *cursor.Cursor, h cursor.Heads) {
	type held struct{ envelopes, rows uint64 }                  // bytes
	byProvider := map[uint8]held{uint8(da.ProviderArchive): {}} // the archive is always there
	for n := h.Finalized + 1; n <= h.Sealed; n++ {
		rec, _ := c.Batch(n)
		for _, r := range rec.Refs {
			sum := byProvider[r.Provider]
			sum.envelopes += uint64(r.Bytes)
			sum.rows += uint64(batch.RowSize(int(rec.LastSequence - rec.FirstSequence + 1)))
			byProvider[r.Provider] = sum
		}
	}
	for provider, sum := range byProvider {
		name := strconv.Itoa(int(provider))
		w.gauge("da_bytes", "Bytes of envelopes published for batches that are not finalized, by provider number.",
			float64(sum.envelopes), "provider", name)
		w.gauge("da_row_bytes", "Bytes that the transitions of those batches take as fixed-width rows: over da_bytes, the ratio.",
			float64(sum.rows), "provider", name)
	}
}

// deposits shows how far the L1 queue has come in, and what nobody has read of what rollbacks removed.
func (w writer) deposits(c *cursor.Cursor, credited uint64, now time.Time) {
	w.gauge("deposits_seen", "Entries of the L1 queue that were seen in followed blocks.", float64(c.Inbox().To))
	w.gauge("deposits_credited", "Entries of the L1 queue that are credited.", float64(credited))
	age := 0.0
	if d, waits := c.Deposit(credited); waits {
		age = max(0, now.Sub(time.UnixMilli(d.Block.TimeMs)).Seconds())
	}
	w.gauge("deposit_lag_seconds", "Age of the oldest deposit's L1 block that was seen and is not credited; 0 when none waits.", age)
	w.gauge("rollbacks_unread", "Rollbacks whose removed transitions the sequencer has not acknowledged.",
		float64(uint64(len(c.Rollbacks()))-c.RevertedAcknowledged()))
	_, reconciling := c.Reconciling()
	w.flag("reconciling", "Whether a reconciliation with L1 is under way.", reconciling)
}

func (w writer) verdicts(c *cursor.Cursor) {
	divergent := 0
	for pair := cursor.LocalZKVM; pair <= cursor.Audit; pair++ {
		v, found := c.LastVerdict(pair)
		for f := cursor.Consistent; f <= cursor.Unknown; f++ {
			w.flag("verdict", "1 for the last finding about a pair of layers; none before the first check.", found && v.Finding == f,
				"layers", pair.String(), "finding", f.String())
		}
		if v.Finding.Stops() && pair != cursor.Audit {
			divergent++
		}
	}
	for _, v := range c.Verdicts() {
		w.gauge("verdict_since_seconds", "Log time since which the last finding about a pair of layers stands, in seconds since the epoch.",
			float64(v.FirstMs)/1000, "layers", v.Pair.String())
	}
	w.gauge("divergences", "Pairs of layers that diverge, or with a foreign or reverted batch.", float64(divergent))
	w.gauge("quarantined_replicas", "Replicas recorded as wrong.", float64(len(c.Quarantines())))
	for _, s := range []command.Scope{command.ScopeIntake, command.ScopeAnchoring} {
		w.flag("halted", "Whether a scope is halted.", c.Halted(s), "scope", scope(s))
	}
}

func (w writer) anchors(c *cursor.Cursor, now time.Time) {
	type key struct{ kind, status string }
	counts := map[key]int{}
	attempts := map[string]int{}
	pending := map[string]float64{}
	for _, kind := range []string{cursor.Commit.String(), cursor.Verify.String()} {
		for st := cursor.StatusPending; st <= cursor.StatusFailed; st++ {
			counts[key{kind, st.String()}] = 0
		}
		attempts[kind], pending[kind] = 0, 0
	}
	for _, a := range c.InFlight() {
		counts[key{a.Kind.String(), a.Status.String()}]++
		attempts[a.Kind.String()] += len(a.Attempts)
		if a.Status == cursor.StatusPending {
			age := now.Sub(time.UnixMilli(a.IntentMs)).Seconds()
			pending[a.Kind.String()] = max(pending[a.Kind.String()], age)
		}
	}
	for k, n := range counts {
		w.gauge("anchors", "L1 transactions whose block is not finalized, by status.", float64(n), "kind", k.kind, "status", k.status)
	}
	for kind, n := range attempts {
		w.gauge("anchor_attempts", "Signed attempts of the anchors that are not finalized; more than anchors means replacements.", float64(n), "kind", kind)
	}
	for kind, age := range pending {
		w.gauge("anchor_pending_seconds", "Age of the oldest intent that L1 has not included; 0 when none waits.", age, "kind", kind)
	}
}

func (w writer) duties(m *manager.Manager) {
	w.counter("checks_total", "Checks of all layers made here.", m.Checks())
	w.gauge("check_interval_seconds", "Configured time between two checks (consistency.verification_interval).", m.Interval().Seconds())
	if r, ok := m.Report(); ok {
		w.gauge("check_seconds", "Time that the newest check of all layers took here.", r.Took.Seconds())
	}
	au := m.Audits()
	w.counter("audits_total", "Audits of the leader's record of L1 by this replica's own endpoints.", au.Agreed, "outcome", "agreed")
	w.counter("audits_total", "Audits of the leader's record of L1 by this replica's own endpoints.", au.Disagreed, "outcome", "disagreed")
	w.counter("audits_total", "Audits of the leader's record of L1 by this replica's own endpoints.", au.Unread, "outcome", "unread")
	w.flag("audit_disagrees", "Whether this replica's L1 contradicts what the leader recorded.", au.Standing != nil)
	w.counter("l1_alarms_total", "Conditions on L1 that an operator must see; the log names each.", m.Alarms())
	if c := m.L1Counters(); c != nil {
		for _, x := range []struct {
			outcome string
			count   uint64
		}{
			{"sent", c.Sent.Load()},
			{"replaced", c.Replaced.Load()},
			{"cancelled", c.Cancelled.Load()},
			{"included", c.Included.Load()},
			{"reverted", c.Reverted.Load()},
			{"foreign_nonce", c.ForeignNonce.Load()},
		} {
			w.counter("l1_transactions_total", "What this replica did and saw with the accounts' transactions on L1.", x.count, "outcome", x.outcome)
		}
	}
	w.gauge("da_single_copy_batches", "Sampled batches that one DA provider alone still has, as this replica last saw as leader.", float64(m.Alone()))
	for _, c := range m.Costs() {
		kind := c.Kind.String()
		w.counter("l1_receipts_total", "Receipts of anchors that were compared with their estimates.", c.Receipts, "kind", kind)
		w.counter("l1_gas_estimated_total", "Gas that those anchors were estimated to use.", c.EstimatedGas, "kind", kind)
		w.counter("l1_gas_used_total", "Gas that those anchors used.", c.Gas, "kind", kind)
		w.counter("l1_blob_gas_total", "Blob gas that those anchors used.", c.BlobGas, "kind", kind)
		if c.LastPerMille > 0 {
			w.gauge("l1_estimate_ratio", "The newest estimate over the gas of its receipt.", float64(c.LastPerMille)/1000, "kind", kind)
		}
		if c.Kind == cursor.Commit {
			w.flag("l1_waiting_for_blobs", "Whether a commit waits for cheaper blobs.", c.WaitingForBlobs)
			w.counter("l1_blob_waits_total", "Looks at the price of blobs that ended with a wait.", c.WaitsForCheaperBlobs)
		}
	}
	for _, d := range m.Status() {
		w.counter("duty_steps_total", "Steps of a duty that made progress.", d.Steps, "duty", d.Name)
		w.gauge("duty_failures", "Failures of a duty in a row.", float64(d.Failures), "duty", d.Name)
		running := 0.0
		if !d.Step.IsZero() {
			running = max(0, time.Since(d.Step).Seconds())
		}
		w.gauge("duty_step_seconds", "How long the step of a duty has been running that runs now; 0 when none does.", running, "duty", d.Name)
	}
}

func scope(s command.Scope) string {
	if s == command.ScopeIntake {
		return "intake"
	}
	return "anchoring"
}
