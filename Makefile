# What people do with this project. Everything that is downloaded or built is kept outside the clone, in CACHE.
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/todo-engine
export CARGO_TARGET_DIR ?= $(CACHE)/target
# mold links several times faster; without it the default linker does.
ifneq ($(shell command -v mold),)
export RUSTFLAGS ?= -C link-arg=-fuse-ld=mold
endif
# `dev` builds sooner and runs slower.
PROFILE ?= release
DATA ?=
# Tests have a stack of their own beside the one of `make stack`.
TEST_STACK := STACK_DIR=$(CACHE)/stack-test STACK_PORT_BASE=23000

# What the page is made of. npm and Vite want their folders beside it: they are ignored by Git.
PAGE := $(shell find web/src web/public web/scripts web/index.html web/*.config.* web/package-lock.json -type f 2>/dev/null)

.PHONY: help run page test test-unit test-web test-web-stack test-stack test-readme screenshots stack stack-down bench lint tools binary fmt deploy-check image-check cluster-test freeze-contract load

help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

run: page ## Build and serve the page and the API at 127.0.0.1:8080, on SQLite
	tools/engine install build
	cargo run --profile $(PROFILE) -p todo -- serve $(if $(DATA),--data $(DATA))

page: ## Build the web page, where there is Node.js; without it the binary says how to get the page
	@if web/scripts/node-ready; then $(MAKE) --no-print-directory web/dist/index.html; fi

web/node_modules/.package-lock.json: web/package-lock.json
	cd web && npm ci --no-progress

web/dist/index.html: web/node_modules/.package-lock.json $(PAGE)
	cd web && npm run --silent build

tools: ## Install what building and testing needs
	tools/engine install
	command -v cargo-nextest >/dev/null || cargo install --locked cargo-nextest
	command -v cargo-deny >/dev/null || cargo install --locked cargo-deny

# Not for every recipe, nor out of the caller's environment: a make within `make test` has a profile of its own.
stack bench load: export TODO_BIN := $(CARGO_TARGET_DIR)/$(patsubst dev,debug,$(PROFILE))/todo

binary: page ## Build the binary with both shapes
	cargo build --profile $(PROFILE) -p todo --features cluster

# The page first: what is built after it has it in it, and need not be built again.
test: tools web/dist/index.html ## Run every test, those on the real engine included
	python3 -m unittest discover -q -s tools/tests
	$(MAKE) --no-print-directory deploy-check lint test-unit test-web test-stack test-readme

test-unit: ## Tests that need no running stack
	cargo nextest run --workspace --all-features -E 'not test(/^stack_/)' --no-tests=fail

# One binary for all: the one that the workspace's tests build, too. Built by itself it would have other features, since
# Cargo leaves out what only tests ask of a dependency, and every second target would build it again.
TEST_BINARY := cargo test --quiet --workspace --all-features --test stack_erasure --no-run
test-web test-web-stack test-stack screenshots: export TODO_BIN := $(CARGO_TARGET_DIR)/debug/todo

test-web: web/dist/index.html ## Types, and browser tests of the page in the embedded binary
	$(TEST_BINARY)
	cd web && npm run --silent check && npm test --silent

screenshots: web/dist/index.html ## Take docs/screenshots anew
	$(TEST_BINARY)
	node web/scripts/screenshots.js

test-web-stack: web/dist/index.html ## Browser tests of what people do together, through the gateway of the real stack
	$(TEST_BINARY)
	tools/with-stack-down env $(TEST_STACK) tools/test-on-stack

# With those of test-web-stack: the stack is started once for both.
test-stack: web/dist/index.html ## Tests on the real Dapr, Redis, Kafka and PostgreSQL
	$(TEST_BINARY)
	tools/with-stack-down env $(TEST_STACK) tools/test-on-stack \
		cargo nextest run --workspace --all-features -E 'test(/^stack_/)' --no-tests=fail

test-readme: ## Run the commands of README.md
	$(TEST_STACK) tools/readme-check

deploy-check: ## Judge deploy/: schemas, policies, alerts, linters, agreement with the code
	tools/deploy-tools install
	tools/engine install collector
	tools/deploy-check
	printf '%s\n' tools/deploytests/test_*.py | xargs -P 2 -n 1 env PYTHONDONTWRITEBYTECODE=1 python3

image-check: page ## Build the image's last stage around a binary as it is shipped, run it, and look at its size
	cargo build --profile dist -p todo --features cluster
	tools/image-check "$(CARGO_TARGET_DIR)/dist/todo"

cluster-test: ## Apply deploy/ to a real Kubernetes API server (built once, about 10 minutes)
	tools/deploy-tools install cluster
	tools/deploy-check --cluster-test

stack: binary ## Start the whole cluster shape as local processes
	tools/stack up
	@tools/stack env

stack-down: ## Stop it
	tools/stack down

bench: tools binary ## Measure commands in both shapes, events to views, replays, and pages of large views
	cargo build --profile $(PROFILE) -p bare-actor
	loadtest/bench
	cargo bench -p todo --features cluster --bench events
	cargo bench -p adapters --all-features --bench views

load: tools ## Hold the cluster shape to its target: 1,000 requests/s (RATE) for 5 minutes (SECS), with a report and plots
	tools/engine install load
	$(MAKE) --no-print-directory binary
	K6=$$(tools/engine path k6)/k6 loadtest/load

lint: ## Format, clippy, licences and advisories, arrows between rooms, the contract's form
	cargo fmt --all --check
	cargo clippy --workspace --all-features --all-targets -- -D warnings
	cargo deny --all-features check bans licenses sources
	tools/asyncapi/check docs/asyncapi.yaml

freeze-contract: ## Guard what docs/asyncapi.yaml newly promises, in docs/schemas/v1, and keep the form of new samples of events
	FREEZE_CONTRACT=1 cargo test -q -p domain --test laws what_is_written_today
	FREEZE_CONTRACT=1 cargo test -q -p testkit --test contract what_is_promised_is_frozen

fmt: ## Format the code
	cargo fmt --all
