package session

// Receipt is what a retry of the sequence number would be answered, without
// being one: nothing changes, the session's idle time neither. Executed numbers
// answer Duplicate, unused ones Gap.
func (t *Table) Receipt(id, sequence uint64) Receipt {
	answer := Receipt{Session: id, Sequence: sequence}
	if t.Reverted(id, sequence) {
		answer.Status = Reverted
		return answer
	}
	i, ok := t.find(id)
	if !ok {
		answer.Status = UnknownSession
		if id != 0 && id < t.next {
			answer.Status = Expired
		}
		return answer
	}
	r := t.sessions[i]
	switch {
	case sequence == 0 || sequence >= r.next:
		answer.Status = Gap
	case sequence <= r.low:
		answer.Status = Acknowledged
	default:
		answer = r.receipts[sequence-r.base()].Receipt
		answer.Status = Duplicate
	}
	return answer
}
