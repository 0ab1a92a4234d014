package node

import (
	"time"

	"github.com/holdfast-rollup/holdfast/sync/manager"
)

// provingBuckets span a second to half a day: from a development proof to the slowest real one.
func provingBuckets() []float64 {
	return []float64{.1, .5, 1, 5, 15, 60, 300, 900, 1800, 3600, 2 * 3600, 6 * 3600, 12 * 3600}
}

// proved measures a proof that was recorded here.
func (m *metrics) proved(took time.Duration) { m.proving.Observe(took.Seconds()) }

// proofs shows the prover queue of a replica that leads; elsewhere, and where no proofs are wanted, it is empty.
func (w writer) proofs(m *manager.Manager, policy string, now time.Time) {
	w.gauge("proof_policy", "1 for what finality rests on.", 1, "policy", policy)
	s, _ := m.ProofQueue()
	held, oldest := 0, 0.0
	for i := range s.Waiting {
		if s.Waiting[i].Lease != nil {
			held++
		}
		oldest = max(oldest, now.Sub(time.UnixMilli(s.Waiting[i].SealedMs)).Seconds())
	}
	w.gauge("proof_queue_batches", "Committed batches that wait for a proof, as the leader has them.", float64(len(s.Waiting)))
	w.gauge("proof_queue_age_seconds", "Age of the oldest batch that waits for a proof, as the leader has it; 0 when none waits.", oldest)
	w.gauge("proof_leases", "Batches that provers hold, as the leader has them.", float64(held))
	w.gauge("proof_provers", "Provers that the leader has heard of since it leads.", float64(len(s.Provers)))
	for _, x := range []struct {
		outcome string
		count   uint64
	}{
		{"recorded", s.Totals.Proved},
		{"invalid", s.Totals.Invalid},
		{"malformed", s.Totals.Malformed},
		{"expired", s.Totals.Expired},
		{"released", s.Totals.Released},
	} {
		w.counter("proof_leases_total", "Leases of batches to be proved that ended on this replica as leader, by how.", x.count, "outcome", x.outcome)
	}
	inputs, bytes := m.ProofInputs()
	w.gauge("proof_inputs", "Inputs that this replica keeps for provers.", float64(inputs))
	w.gauge("proof_inputs_bytes", "What these inputs have; at zkvm.max_inputs_bytes no batch is executed until a proof makes room.", float64(bytes))
}
