package fsm_test

import (
	"testing"

	"github.com/holdfast-rollup/holdfast/fsm/batch"
)

func TestSmoke(t *testing.T) {
	h, f := begin(t, testConfig(), batch.PayloadTransitions)
	for i := range 10 {
		h.trade(f, uint64(i), 20)
		h.seal()
	}
	h2 := h.restart(testConfig())
	if h2.m.Position() != h.m.Position() {
		t.Fatal("positions differ")
	}
	h.trade(f, 99, 20)
	h.rollback(5)
	t.Logf("%+v", h.m.Status())
}
