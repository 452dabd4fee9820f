# `make demo` and `make test` set up all they need in .venv; PYTHON names the interpreter to make it with.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/python -m pytest

.PHONY: demo test lint dev golden test-container test-hooks bench docs clean

demo: $(VENV)/.installed
	$(BIN)/python examples/demo/run.py demo-out

test: dev
	$(BIN)/python -m coverage erase
	$(PYTEST) --cov --cov-report= $(TESTS)
	$(BIN)/python -m coverage report --fail-under=$(COVERAGE)

# Where the machine lacks a tool (podman, the SARIF Multitool) its tests are skipped and say why.
COVERAGE ?= 95
TESTS ?=

lint: dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

dev: $(VENV)/.installed-dev

golden: dev
	$(PYTEST) tests/report --golden-update -q

test-container: dev
	PREGATE_REQUIRE_TOOLS=1 $(PYTEST) -m container tests/container

test-hooks: dev
	PREGATE_REQUIRE_TOOLS=1 $(PYTEST) -m hooks tests/hooks

bench: dev
	$(BIN)/python -m bench

docs: dev
	$(BIN)/python -m tests.tools.generate_docs

clean:
	rm -rf $(VENV) demo-out build dist .mypy_cache .ruff_cache .pytest_cache .coverage .coverage.*

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "pregate needs Python 3.11 or newer: make PYTHON=python3.13 …")'
	test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/.installed-dev: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "pregate needs Python 3.11 or newer: make PYTHON=python3.13 …")'
	test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@ $(VENV)/.installed
