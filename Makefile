# `make demo` and `make test` set up all they need in .venv; PYTHON names the interpreter to make it with.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/python -m pytest

.PHONY: demo test test-fast test-versions lint dev golden test-container test-hooks bench fuzz-iam docs iam-catalogue clean

demo: $(VENV)/.installed
	$(BIN)/python examples/demo/run.py demo-out

# Where the machine lacks a tool (podman, the SARIF Multitool) its tests are skipped and say why.
# The tests of one file stay in one process, which keeps what is built once for a file built once.
COVERAGE ?= 97
TESTS ?=
JOBS ?= 2
FAST ?= not container and not hooks and not multitool
PARALLEL := -n $(JOBS) --dist loadfile

test: dev
	$(PYTEST) $(PARALLEL) --cov --cov-report=term-missing:skip-covered --cov-fail-under=$(COVERAGE) $(TESTS)

test-fast: dev
	$(PYTEST) -q $(PARALLEL) -m "$(FAST)" $(TESTS)

# The fast tests on other Pythons: PYTHONS="3.12 3.13", or programs; by default all that are found.
test-versions:
	PYTHON="$(PYTHON)" MAKE="$(MAKE)" sh tests/tools/test_versions.sh $(PYTHONS)

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

# Coverage-guided; atheris is installed for it alone.
FUZZ_SECONDS ?= 300
fuzz-iam: dev
	$(BIN)/python -m pip install --quiet atheris
	$(BIN)/python -m bench.fuzz_iam -max_total_time=$(FUZZ_SECONDS) -timeout=60 -max_len=800 -len_control=0

docs: dev
	$(BIN)/python -m tests.tools.generate_docs

# The table of AWS services from the packages that tests/tools/iam_sources.json names: docs/release.md.
iam-catalogue: dev
	$(BIN)/python -m tests.tools.fetch_iam_sources build/iam-catalogue
	$(BIN)/python -m tests.tools.iam_catalogue build/iam-catalogue/*

clean:
	rm -rf $(VENV) .venv-3.* demo-out build dist .mypy_cache .ruff_cache .pytest_cache .coverage .coverage.*

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
