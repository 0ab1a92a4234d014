package guest

// ProgramVersion is the newest version of the state-transition function in this source, and what its guest is built as.
// A replica executes every version up to it, each batch under the one that the header names: from the batch on that an
// activation (fsm/command) says.
const ProgramVersion = 1
