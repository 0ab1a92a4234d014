// Package config is the configuration of a Holdfast replica: one YAML file,
// environment variables over it, flags over those.
//
// An empty file runs a single node on loopback without L1. Unknown keys are
// errors. Load reports every fault at once, each with the path of its key, as a
// *FaultsError.
//
// The value at path a.b.c is overridden by the environment variable
// HOLDFAST_A_B_C and by a Set of "a.b.c=value"; values have YAML form, so that
// lists read [x, y]. Durations read "250ms", "10s". Relative paths in the file
// are relative to the file's directory.
//
// No secret is ever a value of the configuration: keys are named by {file: PATH}
// or {env: NAME}. L1 endpoints, whose URLs often carry an access key, may be
// given as "env:NAME" or "file:PATH", and are masked by Masked when given
// plainly.
package config
