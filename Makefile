# `make demo` and `make test` set up all they need in .venv; PYTHON names the interpreter to make it with.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/python -m pytest

.PHONY: demo test test-fast test-long test-versions test-interpreter lint dev golden test-browser test-container test-hooks test-tools bench bench-secrets fuzz-iam fuzz-secrets docs formats iam-catalogue popular-names clean

demo: $(VENV)/.installed
	$(BIN)/python examples/demo/run.py demo-out

# Where the machine lacks a tool (podman, Chromium, the SARIF Multitool) its tests are skipped and say why.
# The tests of one file stay in one process, which keeps what is built once for a file built once; files begin in
# the order of tests/conftest.py.
COVERAGE ?= 97
TESTS ?=
JOBS ?= 2
FAST ?= not browser and not container and not hooks and not multitool and not tools
PARALLEL := -n $(JOBS) --dist loadfile --no-loadscope-reorder

test: dev
	$(PYTEST) $(PARALLEL) --cov --cov-report=term-missing:skip-covered --cov-fail-under=$(COVERAGE) $(TESTS)

test-fast: dev
	$(PYTEST) -q $(PARALLEL) -m "$(FAST)" $(TESTS)

# What is generated or compared in larger numbers than in an ordinary run; tests/examples.py.
test-long: dev
	PREGATE_LONG=1 $(PYTEST) -q $(PARALLEL) -m long $(TESTS)

# The fast tests on other Pythons: PYTHONS="3.12 3.13", or programs; by default all that are found. Another TARGET
# than test-fast is made with each.
test-versions:
	PYTHON="$(PYTHON)" MAKE="$(MAKE)" TARGET="$(TARGET)" sh tests/tools/test_versions.sh $(PYTHONS)

# What may differ from one Python to the next: its syntax trees, processes, regular expressions, files, TOML.
INTERPRETER ?= tests/changes tests/checks tests/engine tests/lockfiles tests/test_cache.py tests/config \
	tests/test_positions.py $(addprefix tests/secrets/test_,detectors.py format_table.py masking.py needles.py \
	same_as_detect_secrets.py scan.py)
test-interpreter: dev
	$(PYTEST) -q $(PARALLEL) -m "$(FAST)" $(INTERPRETER)

lint: dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# EXTRA=interpreter is enough for test-interpreter, and installed in a third of the time.
EXTRA ?= dev
dev: $(VENV)/.installed-dev

golden: dev
	$(PYTEST) tests/report --golden-update -q

test-container: dev
	PREGATE_REQUIRE_TOOLS=1 $(PYTEST) -m container tests/container

test-browser: dev
	PREGATE_REQUIRE_TOOLS=1 $(PYTEST) -m browser tests/report

test-hooks: dev
	PREGATE_REQUIRE_TOOLS=1 $(PYTEST) -m hooks tests/hooks

# Each scanner in a virtual environment of its own, for what they depend on does not fit together.
SCANNERS ?= checkov semgrep
test-tools: dev
	sh tests/tools/fetch_scanners.sh $(SCANNERS)
	PREGATE_REQUIRE_SCANNERS="zizmor hadolint cfn-lint npm-audit $(SCANNERS)" $(PYTEST) -m tools tests/scanners tests/secrets/gitleaks

bench: dev
	$(BIN)/python -m bench
	$(BIN)/python -m bench hook

# How many secrets are found of a generated set, beside detect-secrets: docs/secrets-measured.md.
bench-secrets: dev
	$(BIN)/python -m bench.secrets --gaps

# Coverage-guided; atheris is installed for it alone.
FUZZ_SECONDS ?= 300
fuzz-iam: dev
	$(BIN)/python -m pip install --quiet atheris
	$(BIN)/python -m bench.fuzz_iam -max_total_time=$(FUZZ_SECONDS) -timeout=60 -max_len=800 -len_control=0

# Both engines' findings in generated files, from a seed that is new each time.
FUZZ_FILES ?= 2000
FUZZ_SEED ?=
fuzz-secrets: dev
	$(BIN)/python -m bench.secrets_fuzz $(FUZZ_FILES) $(FUZZ_SEED)

docs: dev
	$(BIN)/python -m tests.tools.generate_docs

# The summary of token formats, after each change of one.
formats: dev
	$(BIN)/python -m tests.tools.generate_format_table

# The table of AWS services from the packages that tests/tools/iam_sources.json names: docs/release.md.
iam-catalogue: dev
	$(BIN)/python -m tests.tools.fetch_iam_sources build/iam-catalogue
	$(BIN)/python -m tests.tools.iam_catalogue build/iam-catalogue/*

# The much used names that others are easily taken for, from the packages of tests/tools/popular_sources.json.
popular-names: dev
	$(BIN)/python -m tests.tools.fetch_iam_sources build/popular-names tests/tools/popular_sources.json
	$(BIN)/python -m tests.tools.popular_names build/popular-names/*

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
	$(BIN)/python -m pip install --quiet --editable '.[$(EXTRA)]'
	touch $@ $(VENV)/.installed
