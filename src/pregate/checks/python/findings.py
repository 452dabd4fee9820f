"""Bandit's results as findings: places, messages that hold no password, and the regions of those."""

from __future__ import annotations

import ast
import re

from pregate.checks.base import Analysis, Target
from pregate.checks.python import rules
from pregate.checks.python.fixes import Fixer
from pregate.checks.python.places import Source, read
from pregate.checks.python.visitor import Issue
from pregate.model import Confidence, Finding, Location, Rule, Unread, UnreadReason

_PASSWORDS = frozenset({"B105", "B106", "B107"})
_CONFIDENCES = {
    "UNDEFINED": Confidence.LOW,
    "LOW": Confidence.LOW,
    "MEDIUM": Confidence.MEDIUM,
    "HIGH": Confidence.HIGH,
}
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200f")


def analysis_of(
    tree: ast.Module, target: Target, issues: list[Issue], failures: list[tuple[str, int]]
) -> Analysis:
    """
    What is said of a file. ``failures`` are ids of tests that failed, with the line; :func:`.marks.mark` has
    been at the nodes of ``issues``.
    """
    source, fixer = read(target.path, target.data), Fixer(tree, target.data)
    findings = [_finding(source, fixer, issue) for issue in issues]
    passwords = [node for issue in issues if issue.test_id in _PASSWORDS for node in _values(issue)]
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
    if issue.test_id in _PASSWORDS:
        return "Possible hardcoded password"
    # Some messages hold a tree node's repr, with an address that differs from run to run.
    return _ADDRESS.sub("", " ".join(issue.text.split()))


def _location(source: Source, issue: Issue) -> Location:
    if issue.node is not None and hasattr(issue.node, "lineno"):
        if issue.test_id in _PASSWORDS:
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
