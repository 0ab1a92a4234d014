package floor_test

import (
	"path/filepath"
	"testing"

	"github.com/holdfast-rollup/holdfast/cmd/holdfast/floor"
)

// All are above zero; a directory that is not there is an error, not a time; nothing is left behind.
func TestFloor(t *testing.T) {
	dir := t.TempDir()
	if ms, err := floor.Fdatasync(dir); ms <= 0 || err != nil {
		t.Errorf("fdatasync takes %v ms, %v", ms, err)
	}
	if rate, err := floor.Stream(dir, 3<<20); rate <= 0 || err != nil {
		t.Errorf("a stream has %v bytes a second, %v", rate, err)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*")); len(left) > 0 || err != nil {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if ms, err := floor.RoundTrip(); ms <= 0 || err != nil {
		t.Errorf("a round trip takes %v ms, %v", ms, err)
	}
	if _, err := floor.Fdatasync(filepath.Join(dir, "missing")); err == nil {
		t.Error("a directory that is not there has a time")
	}
	if _, err := floor.Stream(filepath.Join(dir, "missing"), 1); err == nil {
		t.Error("a directory that is not there has a rate")
	}
}
