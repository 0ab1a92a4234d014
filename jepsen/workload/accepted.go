package workload

// The payload is the model's, so that it needs no cluster and no state-transition function.

import (
	"fmt"

	"github.com/holdfast-rollup/holdfast/fsm/command"
	"github.com/holdfast-rollup/holdfast/jepsen/models"
)

// Accepted executes a flow's Setup and then its transitions until n have been recorded or the flow ends, and returns
// what batches record of them: what comes after Setup, in normalised form.
func Accepted(flow Flow, n int) ([]command.Transition, error) {
	x := models.NewExchange()
	for _, t := range flow.Setup() {
		if o := x.Apply(&t); !o.Accepted() {
			return nil, fmt.Errorf("workload: setup: %v: %s", t.Kind, o.Reason)
		}
	}
	out := make([]command.Transition, 0, n)
	var t command.Transition
	for len(out) < n && flow.Next(&t) {
		o := x.Apply(&t)
		out = append(out, o.Payload...)
	}
	return out[:min(len(out), n)], nil
}
