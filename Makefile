# The first three need Python 3.11 or newer (with venv) and make, and nothing else: install, run, test.

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
INSTALLED := $(VENV)/.installed
TEST_INSTALLED := $(VENV)/.test-installed
COMPILE = uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
  --python-version 3.11 --extra build

# How many tests at a time, and whatever else pytest should be told.
PYTEST_ARGS ?= -n auto --dist loadfile

.PHONY: help install test-install system-install run demo test lint bench interop lock clean

help:
	@echo "make install   the environment in $(VENV), from requirements.lock"
	@echo "make run       the monitor: http://127.0.0.1:8000"
	@echo "make demo      the monitor on a small made-up site that changes while you watch"
	@echo "make test      everything that must hold: style, types, import rules, tests"
	@echo "make lint      the first three of these"
	@echo "make bench     what it costs, against what it promises"
	@echo "make interop   our outputs read by other people's programs"
	@echo "make lock      the locked lists anew (needs uv)"
	@echo "make clean     remove $(VENV) and caches; the data stays"

install: $(INSTALLED)

test-install: $(TEST_INSTALLED)

# The first Python that is new enough and has venv, as named by PYTHON or found; else one line about what is missing.
$(BIN)/python:
	@set -u; new=""; \
	for python in $${PYTHON:-python3.13 python3.12 python3.11 python3}; do \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  new="$$python"; \
	  "$$python" -c 'import ensurepip, venv' 2>/dev/null || continue; \
	  echo "Making $(VENV) with $$("$$python" --version)"; \
	  exec "$$python" -m venv --clear $(VENV); \
	done; \
	if [ -n "$$new" ]; then \
	  echo "error: expected $$new to have the module venv (Debian: apt-get install python3-venv), it has not" >&2; \
	else \
	  found="$$(python3 --version 2>/dev/null)"; \
	  echo "error: expected Python 3.11 or newer, found $${found:-none}" >&2; \
	fi; exit 1

$(INSTALLED): requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing what the monitor needs (requirements.lock)"
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(TEST_INSTALLED): tests/requirements.lock $(INSTALLED)
	@echo "Installing what the tests need (tests/requirements.lock)"
	@$(PIP) install --require-hashes -r tests/requirements.lock
	@touch $@

run: $(INSTALLED)
	@exec $(BIN)/releasevakt serve

demo: $(INSTALLED)
	@exec $(BIN)/releasevakt demo

lint: $(TEST_INSTALLED)
	@echo "Style (ruff)"
	@$(BIN)/ruff check .
	@echo "Types (mypy)"
	@$(BIN)/mypy
	@echo "Import rules (import-linter)"
	@$(BIN)/lint-imports

test: system-install lint
	@echo "Tests (pytest)"
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

# In CI on a bare Debian: the database server and the browser that some tests drive. Elsewhere these tests are skipped.
system-install:
	@if [ "$${CI:-}" = true ] && [ "$$(id -u)" = 0 ] && [ -f /etc/debian_version ]; then \
	  missing=""; \
	  ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$$missing postgresql"; \
	  command -v chromium >/dev/null 2>&1 || missing="$$missing chromium"; \
	  if [ -n "$$missing" ]; then \
	    echo "Installing from Debian:$$missing"; \
	    export DEBIAN_FRONTEND=noninteractive; \
	    apt-get -qq update && apt-get -qq install -y --no-install-recommends $$missing >/dev/null; \
	  fi; \
	fi

bench: $(TEST_INSTALLED)
	@$(BIN)/python -m bench

interop: $(TEST_INSTALLED)
	@$(BIN)/python -m bench.interop

lock:
	@command -v uv >/dev/null 2>&1 || { echo "error: expected uv on the PATH to make the lists, found none" >&2; exit 1; }
	$(COMPILE) pyproject.toml -o requirements.lock
	$(COMPILE) --extra dev pyproject.toml -o tests/requirements.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist
