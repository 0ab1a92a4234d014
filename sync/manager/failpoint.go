package manager

// What must hold here: between two places that have a name, a duty does at most one thing that outlasts this process.

import (
	"context"

	"github.com/holdfast-rollup/holdfast/fsm/cursor"
	"github.com/holdfast-rollup/holdfast/sync/layer1"
)

// Failpoint is called at every place where a duty may die, with the duties' context and the place's name; an error ends
// the step there, as a crash would. Tests alone set one: no configuration reaches it.
//
// A place is named after what lies before or behind it. With each command that a duty proposes there are two: what it
// states has happened and is not recorded (name + [Unrecorded]), and it is recorded and nothing further has happened
// (name + [Recorded]). The name is that of the command (cut, seal, credit, epoch, halt, ...) or of the cursor's event
// (published, executed, intent, included, ...). An anchor has three more, with its kind (commit, verify) before the step
// of the transaction manager: chosen, fenced and sent ([layer1.Step]).
type Failpoint func(ctx context.Context, place string) error

// Ends of a place's name.
const (
	Unrecorded = "/unrecorded"
	Recorded   = "/recorded"
)

func (f Failpoint) at(ctx context.Context, place string) error {
	if f == nil {
		return nil
	}
	return f(ctx, place)
}

// anchorSteps calls the failpoint at the steps of anchors of one kind that are not beside a command.
func (m *Manager) anchorSteps(kind cursor.Kind) layer1.Failpoint {
	if m.parts.Failpoint == nil {
		return nil
	}
	return func(s layer1.Step) error {
		ctx := m.leading.Load()
		switch s {
		case layer1.StepChosen, layer1.StepFenced, layer1.StepSent:
			if ctx != nil {
				return m.parts.Failpoint(*ctx, kind.String()+"/"+string(s))
			}
		default: // the command beside it has its own places
		}
		return nil
	}
}
