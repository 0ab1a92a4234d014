package node

import (
	"errors"
	"testing"

	"github.com/holdfast-rollup/holdfast/cluster"
	"github.com/holdfast-rollup/holdfast/cmd/holdfast/config"
	"github.com/holdfast-rollup/holdfast/sync/da"
)

// recovery.md: L1/DA fallback is automatic only when every configured voter answers that its directory is empty;
// otherwise wait, or accept the loss. Silent peers must never fork the cluster.
func TestSilentVotersAreWaitedFor(t *testing.T) {
	automatic, accepting := config.Recovery{Automatic: true}, config.Recovery{Automatic: true, AcceptDataLoss: true}
	for _, c := range []struct {
		name string
		rule config.Recovery
		of   cluster.Beginning
		want error
	}{
		{"not allowed", config.Recovery{}, cluster.Beginning{Empty: []string{"b", "c"}}, cluster.ErrHistoryExists},
		{"accepting a loss allows nothing", config.Recovery{AcceptDataLoss: true}, cluster.Beginning{}, cluster.ErrHistoryExists},
		{"all empty", automatic, cluster.Beginning{Empty: []string{"b", "c"}}, nil},
		{"one silent", automatic, cluster.Beginning{Empty: []string{"b"}, Silent: []string{"c"}}, cluster.ErrWaitForVoters},
		{"one silent, accepted", accepting, cluster.Beginning{Empty: []string{"b"}, Silent: []string{"c"}}, nil},
	} {
		err := (&beginner{cfg: &config.Config{Recovery: c.rule}}).may(c.of, 7)
		if c.want == nil && err != nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

// recovery.md: silent peers, an L1 that does not answer included, must never fork the cluster.
func TestNothingBeginsBesideAHistory(t *testing.T) {
	set, err := da.Open(t.Context(), da.Config{Primary: da.ProviderArchive, Codec: da.CodecRange, ArchiveURL: "file://" + t.TempDir()}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer set.Close() //nolint:errcheck // memory
	down := errors.New("L1 is down")
	for i, c := range []struct {
		name    string
		of      cluster.Beginning
		archive bool // holds something
		want    error
	}{
		{"all empty", cluster.Beginning{Empty: []string{"b", "c"}}, false, nil},
		{"one silent", cluster.Beginning{Empty: []string{"b"}, Silent: []string{"c"}}, false, cluster.ErrWaitForVoters},
		{"all empty but the archive", cluster.Beginning{Empty: []string{"b", "c"}}, true, cluster.ErrWaitForVoters},
	} {
		if c.archive {
			if err = set.Archive().Put(t.Context(), "marks/00/00", []byte{1}); err != nil {
				t.Fatal(err)
			}
		}
		err = withoutL1(t.Context(), c.of, set.Archive(), down)
		if !errors.Is(err, c.want) || c.want != nil && !errors.Is(err, down) {
			t.Errorf("case %d, %s: %v, want %v", i, c.name, err, c.want)
		}
	}
	// Whatever L1 says, or without one: who holds a history is to lead.
	b := &beginner{cfg: &config.Config{Recovery: config.Recovery{Automatic: true, AcceptDataLoss: true}}, layers: &layers{}}
	if _, err = b.begin(t.Context(), cluster.Beginning{Holding: []string{"c"}, Silent: []string{"b"}}); !errors.Is(err, cluster.ErrWaitForVoters) {
		t.Errorf("one holds a history: %v", err)
	}
	if write, err := b.begin(t.Context(), cluster.Beginning{Empty: []string{"b", "c"}}); write != nil || err != nil {
		t.Errorf("a new cluster without an L1: %v", err)
	}
}
