// Package zkvm is the second layer: it executes every sealed batch again, in a program that knows nothing but a
// witness, and states the root that came out.
//
// Prepare makes a batch's Task: the guest's input, from the sealed version before the batch and its transitions, and the
// replica's own net diff. An Executor runs the embedded guest over the input, and Task.Judge holds journal and extracted
// diff against what the replica sealed, so that a mismatch names the keys. This is execution, not proof: everything that
// shows a result says so. A prover takes the same input (InputOf) and gives the same journal; package proof verifies what
// it makes of them. What is needed to look into a mismatch is kept by package evidence.
//
// # Guest and artifact
//
// The program is cmd/guest around sync/zkvm/guest. Its wasm module is committed in program/VERSION/, packed with zstd,
// beside a manifest with its SHA-256, which is the program id, and the Go version that built it. `go generate ./sync/zkvm`
// rebuilds those of the newest version; a test compares them with the source. Any change to the packages that the guest is
// made of changes the id, and one that changes results needs a new program version and an activation: the next number in
// sync/zkvm/guest/version.go and, so that older builds stop, in fsm/version.go. The guests of versions that were in use stay
// committed, and every batch is executed in the one that its header names.
//
// # Executor
//
// wazero compiles a module once per process (0.7 s, or 35 ms with a cache directory). Each execution has an instance
// of its own, with a memory that never grows beyond the cap. The guest sees WASI's inert defaults (a clock that only
// counts calls, fixed randomness, no files, no arguments) and the host module "holdfast":
//
//	input_size() u32                          bytes of the input
//	input_read(dst)                           copies the input to dst
//	sha256_blocks(digests, blocks, n)         n digests of 32 bytes for n blocks of 64
//	pulse()                                   called now and then
//	output(src, size)                         the result, once
//	refuse(code, src, size)                   why there is none
//
// An execution ends early only in host calls, when its context has ended: compiled code carries no other check,
// because that makes it several times slower. The guest calls pulse every few hundred transitions, and its input is
// bounded, so that is soon. Nothing that an execution gives depends on time, on other executions or on the machine.
//
// A core executes and compares 70,000 transitions of the default generated flow per second in batches of 17,000, in 20 MiB, and
// makes 190,000 a second into tasks, inputs of 67 bytes each (go test ./sync/zkvm -run '^$' -bench Executor -cpu 1 on two cores
// of an AMD EPYC with SHA-NI; natively the guest executes 290,000).
//
// # Processes
//
// Processes is an Executor in processes of its own, which the replica begins with its own program and Serve runs (the
// protocol stands there). Compiled guest code is not preempted by the Go scheduler, so that inside a replica it holds up
// the collector, and every goroutine that waits for the same processor. A process stands back (Linux: the policy for
// idle work, in a session of its own, and the first to go when memory is short); an execution that starves there is
// begun again in one that does not. Tasks are made in the replica, of the versions that it keeps, and there in a thread
// that makes way for its others (sync/aside). The parent believes a process nothing but its output, which it judges
// itself. A process ends with its standard input, whatever becomes of the parent.
//
// # Errors
//
// Execute's comment lists them. DivergenceError and RefusalError speak of the batch: it must not be anchored. All
// others speak of the executor, and another attempt may succeed.
package zkvm
