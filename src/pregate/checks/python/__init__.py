"""The python check: Bandit's default tests on the bytes of a file, with nothing read from the tree."""

from __future__ import annotations

import ast
import contextlib
import gc
import hashlib
import posixpath
import re
import sys
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pregate.checks.base import Analysis, PlainCheck, Target
from pregate.checks.python import gates, rules
from pregate.checks.python.source import Source, parse, read
from pregate.config import PythonConfig
from pregate.errors import ScannerError, UsageError
from pregate.logs import logger
from pregate.model import Confidence, Finding, Location, Rule, Unread, UnreadReason

if TYPE_CHECKING:
    from pregate.checks.python.fixes import Fixer
    from pregate.checks.python.scanner import Issue

_log = logger(__name__)
REVISION = 3
SUFFIXES = frozenset({".py", ".pyi", ".pyw"})
PASSWORDS = frozenset({"B105", "B106", "B107"})
_CONFIDENCES = {
    "UNDEFINED": Confidence.LOW,
    "LOW": Confidence.LOW,
    "MEDIUM": Confidence.MEDIUM,
    "HIGH": Confidence.HIGH,
}
_SHEBANG = re.compile(rb"#![^\n]{0,200}\bpython")
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200f")


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
        options = hashlib.sha256("\0".join(sorted(self._skip)).encode()).hexdigest()[:8]
        unknown = sorted(self._skip - set(rules.TESTS))
        if unknown:
            raise UsageError(
                f"python.skip: there is no test {', '.join(unknown)}",
                "pregate rules --check python lists them: python/B602 is the test B602.",
            )
        # The interpreter parses the file: another one reads other syntax and gives other columns.
        python = ".".join(map(str, sys.version_info[:2]))
        self.version = f"{_bandit_version()}+{REVISION}.{options}-{python}"

    def rules(self) -> tuple[Rule, ...]:
        """One rule for each test that is run."""
        return tuple(rules.rule(test_id) for test_id in sorted(rules.TESTS) if test_id not in self._skip)

    def concerns(self, path: str, *, executable: bool) -> bool:
        """Files named as Python, and executable files without a suffix, whose first line decides."""
        suffix = posixpath.splitext(path)[1].lower()
        return suffix in SUFFIXES or (executable and not suffix)

    def analyse(self, target: Target) -> Analysis:
        """
        Bandit's results for one file.

        A file that Python cannot parse is unread. Raises ScannerError when Bandit does not work.
        """
        if posixpath.splitext(target.path)[1] not in SUFFIXES and not _SHEBANG.match(target.data):
            return Analysis(concerned=False)
        with _without_collections():
            return self._analysed(target)

    def _analysed(self, target: Target) -> Analysis:
        tree = parse(target.path, target.data)
        if isinstance(tree, Unread):
            return Analysis(unread=(tree,))
        try:
            events = gates.events_of(tree) if self._is_proven else None
            if events is not None and gates.is_silent(events, target.data):
                return Analysis()
            scanner, tests = self._bandit
            issues, failures = scanner.scan(tree, target.path, target.data, tests, events)
        except RecursionError:
            return _unparsable(target.path, "nested too deep for Bandit")
        except SyntaxError as error:
            return _unparsable(target.path, "Python's tokeniser refuses it", error.lineno or 0)
        if not issues and not failures:
            return Analysis()
        from pregate.checks.python.fixes import Fixer

        return _analysis(read(target.path, target.data), Fixer(tree, target.data), issues, failures)

    @cached_property
    def _is_proven(self) -> bool:
        if gates.is_proven():
            return True
        _log.info(
            "bandit %s is not the release that was looked into: its own walk over each file is used, which "
            "takes several times as long",
            _bandit_version(),
        )
        return False

    @cached_property
    def _bandit(self) -> tuple[Any, Any]:
        try:
            from pregate.checks.python import scanner

            return scanner, scanner.Selection(self._skip)
        except (ImportError, AttributeError, TypeError, LookupError) as error:
            raise ScannerError(
                f"Bandit cannot be used: {type(error).__name__}: {error}",
                "Install the version that pregate asks for: pip install 'bandit>=1.9.4,<1.10'.",
            ) from error


@contextlib.contextmanager
def _without_collections() -> Iterator[None]:
    """A syntax tree has no cycles, and looking for them while it grows is a fifth of the time."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _bandit_version() -> str:
    """Read without importing Bandit: it is not needed when every file is cached."""
    from pregate.checks.python.distribution import version

    return version()


def _unparsable(path: str, detail: str, line: int = 0) -> Analysis:
    return Analysis(unread=(Unread(path, UnreadReason.UNPARSABLE, detail, line),))


def _analysis(source: Source, fixer: Fixer, issues: list[Issue], failures: list[tuple[str, int]]) -> Analysis:
    findings = [_finding(source, fixer, issue) for issue in issues]
    passwords = [node for issue in issues if issue.test_id in PASSWORDS for node in _values(issue)]
    unread = [
        Unread(source.path, UnreadReason.CRASHED, f"Bandit's test {test_id} failed on this line", line)
        for test_id, line in failures
    ]
    return Analysis(
        findings=tuple(sorted(findings, key=lambda f: (f.location, f.rule.id))),
        unread=tuple(sorted(set(unread), key=lambda u: (u.line, u.detail))),
        sensitive=tuple(dict.fromkeys(source.region(node) for node in passwords)),
    )


def _finding(source: Source, fixer: Fixer, issue: Issue) -> Finding:
    rule = rules.rule(issue.test_id)
    if issue.test_id not in rules.TESTS and issue.cwe:
        rule = _with_cwe(rule, issue.cwe)
    return Finding(
        rule=rule,
        message=_message(issue),
        location=_location(source, issue),
        severity=rules.SEVERITIES[issue.severity],
        confidence=_CONFIDENCES[issue.confidence],
        properties=(("scanner-line", str(issue.line)),),
        suppressed_by=issue.suppressed_by,
        fixes=() if issue.suppressed_by else fixer.fixes(issue.test_id, issue.node),
    )


def _with_cwe(rule: Rule, cwe: int) -> Rule:
    return Rule(
        rule.id, rule.title, rule.description, rule.remedy, rule.severity, rule.help_uri, (cwe,), rule.tags
    )


def _message(issue: Issue) -> str:
    if issue.test_id in PASSWORDS:
        return "Possible hardcoded password"
    # Some messages hold a tree node's repr, with an address that differs from run to run.
    return _ADDRESS.sub("", " ".join(issue.text.split()))


def _location(source: Source, issue: Issue) -> Location:
    if issue.node is not None and hasattr(issue.node, "lineno"):
        if issue.test_id in PASSWORDS:
            values = _values(issue)
            return source.region(values[0] if values else issue.node)
        return source.region(issue.node)
    for number, line in enumerate(source.lines, start=1):
        for column, character in enumerate(line if not line.isascii() else "", start=1):
            if character in _BIDI:
                return Location(source.path, number, column, number, column + 1)
    return source.line(issue.line)


def _values(issue: Issue) -> list[ast.Constant]:
    """
    The constants behind a password that Bandit reports: its message gives the value, and the node is near it.
    """
    value = issue.text.partition("'")[2].removesuffix("'")
    return [
        node
        for root in _near(issue)
        for node in ast.walk(root)
        if isinstance(node, ast.Constant) and str(node.value) == value
    ]


def _near(issue: Issue) -> list[ast.AST]:
    node = issue.node
    if isinstance(node, ast.Call):
        return [keyword.value for keyword in node.keywords]
    if isinstance(node, ast.FunctionDef):
        return list(node.args.defaults)
    parent = getattr(node, "_bandit_parent", None)
    if isinstance(parent, ast.Dict) and node in parent.keys:
        return [parent.values[parent.keys.index(node)]]
    if isinstance(parent, ast.Subscript):
        assignment = parent._bandit_parent  # type: ignore[attr-defined]
        return [assignment.value] if isinstance(assignment, ast.Assign) else []
    if isinstance(parent, ast.Compare):
        return list(parent.comparators[:1])
    return [node] if node is not None else []
