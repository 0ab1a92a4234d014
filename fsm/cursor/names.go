package cursor

import "strconv"

func nameFrom(names []string, v uint8) string {
	if int(v) < len(names) && names[v] != "" {
		return names[v]
	}
	return "value_" + strconv.Itoa(int(v))
}

func (s Status) String() string {
	return nameFrom([]string{"", "pending", "included", "at_depth", "failed"}, uint8(s))
}

func (k Kind) String() string { return kindName(k) }

func (k AuditKind) String() string {
	return nameFrom([]string{
		"", "genesis", "epoch", "rollback", "reorg", "halt", "resume", "quarantine", "verdict", "activation", "anchor_failed", "order",
		"operator", "adoption", "reconciliation", "taken_back",
	}, uint8(k))
}

func kindName(k Kind) string { return nameFrom([]string{"", "commit", "verify"}, uint8(k)) }

// Name is what logs, metrics and errors call an event.
func Name(ev Event) string {
	switch ev.(type) {
	case Ordered:
		return "ordered"
	case OperatorAction:
		return "operator_action"
	case Proved:
		return "proved"
	case Held:
		return "held"
	case TakenBack:
		return "taken_back"
	case Planned:
		return "planned"
	case Stepped:
		return "stepped"
	}
	return nameFrom([]string{
		"", "executed", "published", "intent", "replaced", "included", "failed", "at_depth", "l1_observed", "l1_reorg",
		"verdict", "replica_root", "filler", "deposited", "reverted_acked",
	}, uint8(ev.eventType()))
}

// subject returns the batch and nonce that an event speaks of, 0 where none.
func subject(ev Event) (batch, nonce uint64) {
	switch e := ev.(type) {
	case Executed:
		return e.Batch, 0
	case Published:
		return e.Batch, 0
	case Proved:
		return e.Batch, 0
	case Held:
		return e.Batch, 0
	case TakenBack:
		return e.To, 0
	case Planned:
		return e.Plan.To, 0
	case Intent:
		return e.First, e.Nonce
	case Replaced:
		return 0, e.Nonce
	case Included:
		return 0, e.Nonce
	case Failed:
		return 0, e.Nonce
	case AtDepth:
		return 0, e.Nonce
	case Ordered:
		return 0, e.Nonce
	case Filler:
		return 0, e.Nonce
	case Verdict:
		return e.Batch, 0
	case ReplicaRoot:
		return e.Batch, 0
	default:
		return 0, 0
	}
}
