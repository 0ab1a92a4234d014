package fsm

import "testing"

// An open batch of rejections alone is never sealed: what it remembers of its
// submissions stays bounded, and forgets none.
func TestOriginsStayBounded(t *testing.T) {
	const sessions, rounds = 100, 4000
	var o openBatch
	longest := 0
	for sequence := uint64(1); sequence <= rounds; sequence++ {
		for id := uint64(1); id <= sessions; id++ {
			o.addOrigin(id, sequence)
			longest = max(longest, len(o.origins))
		}
	}
	if longest >= joinOrigins {
		t.Errorf("%d runs of %d sessions", longest, sessions)
	}
	got := sortedOrigins(o.origins)
	if len(got) != sessions {
		t.Fatalf("%d runs, want one a session", len(got))
	}
	for i, run := range got {
		if want := (Origin{Session: uint64(i) + 1, From: 1, To: rounds}); run != want {
			t.Errorf("%+v, want %+v", run, want)
		}
	}
}
