PYTHON ?= python3
BIN := .venv/bin
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-config --custom-compile-command "make lock" $(LOCK_OPTIONS)
APART := tests/attacks tests/e2e tests/benchmarks

# The tests start hundreds of commands, and none should have to compile the service first.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup run demo test test-fast test-attacks test-e2e format lock bench soak clean
.PHONY: lint lint-style lint-types lint-layers lint-containers

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Prepare .venv, .runtime, the pages' assets and the system (GPU=1: a runtime with CUDA)
	@$(PYTHON) -m scripts.setup $(if $(GPU),--gpu)

run: setup ## Start the service: API, pages, worker and database
	$(BIN)/jurax serve

test: setup lint test-fast test-attacks test-e2e ## Everything that CI runs: lint, then all tests

test-fast: ## The tests without attacks, browser and benchmarks
	$(BIN)/pytest -n 2 --dist loadgroup $(addprefix --ignore=,$(APART)) tests

test-attacks: ## What hostile submissions try
	$(BIN)/pytest -n 2 --dist loadgroup tests/attacks

test-e2e: ## The pages in a real browser
	$(BIN)/pytest -n 2 --dist loadgroup tests/e2e

lint: lint-style lint-types lint-layers lint-containers ## Style, types, layers, Dockerfile and compose file

lint-style:
	$(BIN)/ruff check
	$(BIN)/ruff format --check

lint-types:
	$(BIN)/mypy

lint-layers:
	$(BIN)/lint-imports

lint-containers:
	$(BIN)/hadolint Dockerfile
	$(BIN)/yamllint --strict docker-compose.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml

format: ## Rewrite the code in the project's style
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

lock: ## Remake the locks (LOCK_OPTIONS=--upgrade: with newer versions)
	$(LOCK) pyproject.toml --output-file requirements/service.txt
	$(LOCK) --group build --constraints requirements/service.txt --output-file requirements/build.txt
	$(LOCK) pyproject.toml --group dev --constraints requirements/build.txt --constraints requirements/service.txt --output-file requirements/dev.txt
	$(LOCK) --group runtime --output-file requirements/runtime.txt
	$(LOCK) --group runtime-gpu --constraints requirements/runtime.txt --output-file requirements/runtime-gpu.txt

demo: setup ## Fill the service that runs with a course (STUDENTS=300), judged by itself
	$(BIN)/jurax admin demo --students $(or $(STUDENTS),300)

bench: setup ## Measure the engine and the service
	$(BIN)/jurax bench

soak: setup ## Run the service under load for a long time
	$(BIN)/pytest -m soak --timeout 0 tests

clean: ## Remove what setup and the tools made; the data in .jurax stays
	rm -rf .venv .runtime .runtime.* build dist test-results app/web/static/dist app/web/frontend/node_modules
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
