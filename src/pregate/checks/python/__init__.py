"""The python check: Bandit's default tests on the bytes of a file, with nothing read from the tree."""

from __future__ import annotations

import gc
import posixpath
import sys
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pregate.checks.base import Analysis, PlainCheck, Target
from pregate.checks.python.distribution import version
from pregate.logs import logger
from pregate.model import Unread, UnreadReason

if TYPE_CHECKING:
    import ast

    from pregate.checks.python.nodes import Event
    from pregate.config import PythonConfig
    from pregate.model import Rule

_log = logger(__name__)
REVISION = 4
SUFFIXES = frozenset({".py", ".pyi", ".pyw"})


class PythonCheck(PlainCheck):
    """
    Finds insecure patterns in Python source.

    ``config.skip`` holds ids of Bandit's tests that are not run. A finding's severity is Bandit's for that
    place, its property ``scanner-line`` the line that Bandit names (for a call of several lines often that
    of one argument).
    """

    name = "python"
    cost = 1_500
    reads_text = True

    def __init__(self, config: PythonConfig) -> None:
        self._skip = frozenset(config.skip)
        if self._skip:
            _refuse_unknown(self._skip)
        # The interpreter parses the file: another one reads other syntax and gives other columns.
        python = ".".join(map(str, sys.version_info[:2]))
        self.version = f"{version()}+{'.'.join((str(REVISION), *sorted(self._skip)))}-{python}"

    def rules(self) -> tuple[Rule, ...]:
        """One rule for each test that is run."""
        from pregate.checks.python import rules

        return tuple(rules.rule(test_id) for test_id in sorted(rules.TESTS) if test_id not in self._skip)

    def rule(self, rule_id: str) -> Rule | None:
        """One of :meth:`rules`, without the others' being made."""
        from pregate.checks.python import rules

        test_id = rule_id.removeprefix("python/")
        is_run = f"python/{test_id}" == rule_id and test_id in rules.TESTS and test_id not in self._skip
        return rules.rule(test_id) if is_run else None

    def concerns(self, path: str, *, executable: bool) -> bool:
        """Files named as Python, and executable files without a suffix, whose first line decides."""
        suffix = posixpath.splitext(path)[1].lower()
        return suffix in SUFFIXES or (executable and not suffix)

    def analyse(self, target: Target) -> Analysis:
        """
        Bandit's results for one file.

        A file that Python cannot parse is unread. Raises ScannerError when Bandit does not work.
        """
        if posixpath.splitext(target.path)[1] not in SUFFIXES and not _has_shebang(target.data):
            return Analysis(concerned=False)
        if not gc.isenabled():
            return self._analysed(target)
        # A syntax tree has no cycles, and looking for them while it grows is a fifth of the time.
        gc.disable()
        try:
            return self._analysed(target)
        finally:
            gc.enable()

    def _analysed(self, target: Target) -> Analysis:
        # A commit without Python pays for none of it.
        from pregate.checks.python import gates, walk
        from pregate.checks.python.source import parse

        tree = parse(target.path, target.data)
        if isinstance(tree, Unread):
            return Analysis(unread=(tree,))
        try:
            events = walk.events_of(tree) if self._is_proven else None
            if events is not None and gates.is_silent(events, target.data):
                return Analysis()
            return self._told(tree, target, events)
        except RecursionError:
            return _unparsable(target.path, "nested too deep for Bandit")
        except SyntaxError as error:
            return _unparsable(target.path, "Python's tokeniser refuses it", error.lineno or 0)

    def _told(self, tree: ast.Module, target: Target, events: list[Event] | None) -> Analysis:
        scanner, tests = self._bandit
        try:
            issues, failures = scanner.scan(tree, target.path, target.data, tests, events)
            if not issues and not failures:
                return Analysis()
            from pregate.checks.python.findings import analysis_of

            return analysis_of(tree, target, issues, failures)
        finally:
            scanner.unmark(events or ())

    @cached_property
    def _is_proven(self) -> bool:
        """Whether Bandit need not see every node; says why, when it must."""
        from pregate.checks.python import proven

        doubt = proven.doubt()
        if not doubt and not proven.has_record():
            scanner, tests = self._bandit
            doubt = scanner.doubt(tests)
        if doubt:
            _log.info("%s: its own walk over each file is used, which takes several times as long", doubt)
        return not doubt

    @cached_property
    def _bandit(self) -> tuple[Any, Any]:
        try:
            from pregate.checks.python import scanner

            return scanner, scanner.Selection(self._skip)
        except (ImportError, AttributeError, TypeError, LookupError) as error:
            from pregate.errors import ScannerError

            raise ScannerError(
                f"Bandit cannot be used: {type(error).__name__}: {error}",
                "Install the version that pregate asks for: pip install 'bandit>=1.9.4,<1.10'.",
            ) from error


def _refuse_unknown(skip: frozenset[str]) -> None:
    from pregate.checks.python import rules
    from pregate.errors import UsageError

    unknown = sorted(skip - set(rules.TESTS))
    if unknown:
        raise UsageError(
            f"python.skip: there is no test {', '.join(unknown)}",
            "pregate rules --check python lists them: python/B602 is the test B602.",
        )


def _has_shebang(data: bytes) -> bool:
    import re

    return re.match(rb"#![^\n]{0,200}\bpython", data) is not None


def _unparsable(path: str, detail: str, line: int = 0) -> Analysis:
    return Analysis(unread=(Unread(path, UnreadReason.UNPARSABLE, detail, line),))
