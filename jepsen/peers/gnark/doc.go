// Package gnark holds Holdfast's verifiers beside gnark's. It has tests alone, and is a module of its own, so that gnark
// never reaches Holdfast's dependencies.
//
// gnark reads every operator's key, and takes and refuses what package proof does. TestExport compiles the contracts
// that gnark exports from the real keys, with Node and the solc that sync/layer1/contract pins, for that package's test
// of Holdfast's adapters over them:
//
//	HOLDFAST_EXPORTED=/tmp/verifiers.json go test -run TestExport .
//	HOLDFAST_EXPORTED=/tmp/verifiers.json go test -run TestExportedVerifiers ../../../sync/layer1/contract
//
// The second command belongs to Holdfast's module. .ci/test-full runs both.
package gnark
