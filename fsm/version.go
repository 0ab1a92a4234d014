package fsm

// Version is the version of this binary's state machine: the highest minimum
// version that it can serve under. A release that reads or writes anything in the
// log or in a snapshot that the release before does not know has the next one, and
// does so once the replicated minimum says that every replica can.
const Version uint32 = 1
