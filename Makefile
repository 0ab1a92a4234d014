# README's two commands are `make devnet` and `make test`: they need Go, git and make, nothing else.
# What needs more (a C compiler for the race detector, Node for solc, promtool, geth, anvil) is in `make test-full`,
# whose script installs it.

GO      ?= go
GOFLAGS ?= -buildvcs=false
TOOL     = $(GO) tool -modfile=.tools/go.mod
FUZZTIME ?= 20s
BENCHTIME ?= 1s
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

export GOFLAGS
export CGO_ENABLED ?= 0

.PHONY: build devnet test test-full runbooks bench bench-compare peers gas lint generate fuzz clean

build: ## bin/holdfast, a static binary
	$(GO) build -trimpath -ldflags "-s -w -X main.version=$(VERSION)" -o bin/holdfast ./cmd/holdfast

devnet: build ## three replicas, an in-process L1 and an order flow, with a live view; end with ^C
	./bin/holdfast devnet $(DEVNET_FLAGS)

test: ## unit, property and process tests
	$(GO) test -timeout 20m ./...

test-full: ## everything else: race detector, generated files, alert rules, fuzzing, drills; installs what it needs
	.ci/test-full

runbooks: ## every procedure of deploy/runbooks, by its own commands, on clusters of processes; two builds in a rolling upgrade
	HOLDFAST_RUNBOOKS=1 $(GO) test -count 1 -v -timeout 40m \
		-run 'Bootstrap|Lost|Corrupted|Migration|Rolling|Replace|RotateKeys' ./jepsen/process

bench: build ## every figure of this tree, as ratios within one run where there is something to compare with
	./bin/holdfast bench state
	./bin/holdfast bench tree
	./bin/holdfast bench tree --leaves 10000000 --rounds 5
	./bin/holdfast bench codec
	./bin/holdfast bench replicate
	./bin/holdfast bench submit --replicas 3 --log-store wal --mode unary --clients 1 --warmup 2s
	./bin/holdfast bench submit --replicas 3 --log-store wal --mode unary --clients 1024 --connections 16 --accounts 1024 --warmup 2s
	./bin/holdfast bench submit --replicas 3 --log-store wal --mode stream --clients 16 --connections 16 --warmup 2s
	./bin/holdfast bench duties --log-store wal
	$(GO) test -run '^$$' -bench RootUpdates -benchtime 25x -timeout 30m ./fsm/tree
	$(GO) test -count 1 -v -run BytesPerTransition ./fsm/batch
	$(GO) test -run '^$$' -bench . -benchtime $(BENCHTIME) -cpu 1 ./sync/zkvm
	$(GO) test -run '^$$' -bench 'Million|ReadBarrier|Stream|Entry|Answer|Request' -benchtime $(BENCHTIME) ./fsm/state ./fsm ./cluster ./rpc/...
	HOLDFAST_FAILOVER_ROUNDS=20 $(GO) test -count 1 -v -run Failover -timeout 20m ./jepsen/process
	./bin/holdfast devnet --processes --speed max --duration 60s --drain 3m

bench-compare: ## Go benchmarks beside those of REV (ten runs, turn by turn, benchstat); BENCH= and PKGS= choose
	@BENCH='$(BENCH)' .ci/bench-compare '$(REV)' '$(PKGS)'

gas: ## what the contract's calls cost, against their goals
	@$(GO) test -count 1 -v -run '^TestGas$$' ./sync/layer1/contract | grep -v -e '^===' -e '^---'

peers: ## etcd, raft stores, trees and codecs beside Holdfast in one run; writes jepsen/peers/RESULTS.md (PEERS_FLAGS=-short for a look)
	cd jepsen/peers && $(GO) run -mod=mod . -o RESULTS.md $(PEERS_FLAGS)

lint: ## golangci-lint and buf, pinned in .tools/go.mod
	$(TOOL) golangci-lint run ./...
	$(TOOL) buf lint

generate: ## protobuf, contract artifact and bindings, guest; needs Node for the contract
	$(TOOL) buf generate
	$(GO) generate ./...

fuzz: ## every fuzz target for FUZZTIME
	.ci/fuzz $(FUZZTIME)

clean:
	rm -rf bin data
