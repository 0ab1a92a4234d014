package session

import "testing"

// A lookup answers as a retry does, and changes nothing.
func TestReceiptAnswersAsARetry(t *testing.T) {
	table := New(Limits{MaxInFlight: 8, MaxSessions: 4, ExpiryMs: 100})
	id, err := table.Open([16]byte{1}, "owner", 0)
	if err != nil {
		t.Fatal(err)
	}
	for sequence := uint64(1); sequence <= 4; sequence++ {
		if _, execute := table.Check(id, sequence, 1); !execute {
			t.Fatalf("sequence %d was not let through", sequence)
		}
		r := Receipt{Session: id, Sequence: sequence, Index: 10 + sequence, Status: Executed}
		r.Order = 100 + sequence
		table.Record(r)
	}
	table.Ack(id, 1, 1)
	table.Revert(id, Range{From: 4, To: 4})
	digest := table.Digest()
	for sequence, want := range map[uint64]Status{0: Gap, 1: Acknowledged, 2: Duplicate, 3: Duplicate, 4: Reverted, 5: Gap, 1 << 60: Gap} {
		got := table.Receipt(id, sequence)
		if got.Status != want || got.Sequence != sequence || got.Session != id {
			t.Errorf("sequence %d: %+v, want %v", sequence, got, want)
		}
		if want == Duplicate && got.Order != 100+sequence {
			t.Errorf("sequence %d: order %d", sequence, got.Order)
		}
	}
	if s := table.Receipt(id+1, 1).Status; s != UnknownSession {
		t.Errorf("a session that never was: %v", s)
	}
	if table.Digest() != digest {
		t.Error("a lookup changed the table")
	}
}
