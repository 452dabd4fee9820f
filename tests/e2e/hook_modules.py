"""
What a commit's hook may load, by what the commit holds; tests/e2e/test_hook_imports.py holds hooks to it.

Names of pregate's modules are whole, or end in ``.*`` for a package with everything in it. Of the standard
library and of others only the first part counts, and those of the library that begin with ``_`` do not.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# --------------------------------------------------------------------------------------- may be loaded

LIBRARY = _names("""
    annotationlib argparse atexit base64 binascii bisect collections contextlib copy copyreg datetime enum
    errno fcntl fnmatch functools gc gettext hashlib hmac importlib ipaddress itertools json
    keyword locale math ntpath operator pathlib re reprlib select selectors shlex signal
    sqlite3 string struct subprocess textwrap
    threading types typing unicodedata urllib warnings weakref zlib
""")
if sys.version_info >= (3, 14):  # the argparse of which loads _colorize, which has dataclasses
    LIBRARY |= _names("ast dataclasses dis inspect linecache opcode token tokenize")
# A commit with nothing for any check: arguments, configuration, git, the verdict.
EMPTY = LIBRARY | _names("""
    pregate pregate.errors pregate.levels pregate.model pregate.settings pregate.cache.*
    pregate.pipeline pregate.pipeline.judging pregate.digests pregate.entry.quick
    pregate.baseline pregate.suppressions pregate.records pregate.changes.* pregate.config.*
    pregate.policy.* pregate.tools pregate.tools.wishes pregate.entry pregate.entry.cli
    pregate.entry.ending pregate.entry.hook pregate.entry.options pregate.entry.progress
    pregate.entry.quick pregate.entry.writing pregate.report pregate.report.console
    pregate.report.visible pregate.report.words
    pregate.expressions pregate.logs pregate.digests
""")
# A file that only the search for secrets looks into, without one; each check says whether it is concerned.
TEXT = EMPTY | _names("""
    pregate.engine.* pregate.checks pregate.checks.base pregate.checks.dependencies
    pregate.checks.iam pregate.checks.iam.check pregate.checks.iam.suffixes pregate.checks.python
    pregate.checks.secrets pregate.iam pregate.lockfiles pregate.lockfiles.formats pregate.secrets
    pregate.secrets.document pregate.secrets.formats pregate.secrets.generic pregate.secrets.literals
    pregate.secrets.own pregate.secrets.paths pregate.secrets.places pregate.secrets.scan
    pregate.secrets.search_table pregate.secrets.text pregate.secrets.wrapped
""")
# Python without a finding: a gate that opens for none of Bandit's tests, hence no Bandit.
PYTHON = TEXT | _names("pregate.checks.python.* ast")
# JSON and YAML that hold no policy.
DATA = TEXT | _names("""
    pregate.checks.iam.dependents pregate.iam.finder pregate.iam.document pregate.iam.extraction
    pregate.positions.* pregate.iam.names
""")
# A template without a policy: YAML is read with its positions.
TEMPLATE = DATA | _names("""
    yaml cython_runtime pregate.checks.iam.findings pregate.iam.*
""")
# A lock file of Poetry's.
LOCK = TEXT | _names("""
    packaging tomllib pregate.advisories.* pregate.lockfiles.* pregate.positions.*
    pregate.checks.dependency_assessment
""")
# The same commit again: what is not found in the cache's answers must be read again, and nothing else.
AGAIN = TEXT | _names("""
    pregate.advisories.age pregate.advisories.identity pregate.advisories.told
    pregate.checks.dependency_silence pregate.checks.iam.access_rules pregate.checks.iam.dependents
    pregate.checks.iam.remembered pregate.iam.calls pregate.iam.document pregate.iam.environment
    pregate.iam.rule_form
    pregate.iam.rules pregate.iam.trust_rules pregate.positions.*
""")
# Findings of every check. What of pregate is loaded then is its own affair.
FINDINGS = LIBRARY | _names("""
    ahocorasick_rs bandit configparser cvss cython_runtime decimal difflib fractions heapq numbers
    packaging pregate.* tomllib yaml ast linecache logging token tokenize traceback
""")

# What every run loads, whatever the commit holds: the checks that say whether a file concerns them, the
# advisories that are looked for before anything is read, the report.
START = _names("""
    packaging pregate.advisories pregate.advisories.local pregate.baseline.entries pregate.checks
    pregate.checks.base pregate.checks.dependencies pregate.checks.iam pregate.checks.iam.check
    pregate.checks.iam.judge pregate.checks.iam.suffixes pregate.checks.python
    pregate.checks.python.distribution pregate.checks.secrets pregate.engine.*
    pregate.entry.organisation pregate.entry.pushes pregate.iam pregate.iam.names pregate.lockfiles
    pregate.lockfiles.formats pregate.report.excerpt pregate.report.table pregate.secrets
    pregate.secrets.paths pregate.secrets.scan pregate.secrets.text
""")


def beyond(loaded: Iterable[str], *allowed: frozenset[str]) -> list[str]:
    """Those of the loaded modules that none of the lists holds, sorted."""
    every = frozenset().union(*allowed)
    return sorted({name for name in map(_counted, loaded) if name and not _is_held(name, every)})


def _counted(module: str) -> str:
    top = module.partition(".")[0]
    if top == "pregate":
        return module
    return "" if top.startswith("_") else top


def _is_held(name: str, allowed: frozenset[str]) -> bool:
    if name in allowed:
        return True
    parts = name.split(".")
    return any(".".join([*parts[:end], "*"]) in allowed for end in range(1, len(parts) + 1))
