package da_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/da"
)

// layers.md: a metric says how many batches only one provider still has; who could not be asked may have it.
func TestTallyCountsBatchesFoundInOnePlace(t *testing.T) {
	header, payload := sealed(1, 50)
	refs := []cursor.Ref{{Provider: 1}, {Provider: 2}, {Provider: 2}}
	archive := &scripted{id: 1, name: "archive", payload: payload}
	blob := &scripted{id: 2, name: "blob", payload: payload}
	unasked := &scripted{id: 4, name: "altda", payload: payload} // no reference of its own
	reader := da.NewReader(archive, blob, unasked)
	var tally da.Tally
	step := func(what string, blobErr error, holders []string, alone bool, count int) {
		t.Helper()
		blob.err = blobErr
		c := reader.Census(t.Context(), header, refs)
		tally.Note(header.Number, c)
		if !slices.Equal(c.Holders, holders) || c.Alone() != alone || tally.Alone() != count {
			t.Fatalf("%s: %+v, alone %v, tally %d", what, c, c.Alone(), tally.Alone())
		}
	}
	step("both", nil, []string{"archive", "blob"}, false, 0)
	step("unreachable", errors.New("unreachable"), []string{"archive"}, false, 0)
	step("expired", da.ErrAbsent, []string{"archive"}, true, 1)
	step("unreachable again: what was known stays", errors.New("unreachable"), []string{"archive"}, false, 1)
	step("wrong bytes are absent bytes", &da.WrongBytesError{}, []string{"archive"}, true, 1)
	step("back", nil, []string{"archive", "blob"}, false, 0)
	archive.err = da.ErrAbsent
	step("nobody: lost, not alone", da.ErrAbsent, nil, false, 0)
	if unasked.asked != 0 {
		t.Fatal("asked a provider without a reference")
	}
}
