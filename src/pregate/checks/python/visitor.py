"""Bandit's tests on the nodes of one syntax tree, and its walk to them."""

# mypy: allow-untyped-calls
from __future__ import annotations

import ast
import copy
import io
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from pregate.checks.python.bandit_parts import b_context, b_utils, b_visitor
from pregate.checks.python.marks import mark
from pregate.checks.python.nodes import Event
from pregate.records import dataclass

Tests = Mapping[str, Sequence[tuple[Any, tuple[Any, ...]]]]
"""Tests by kind of node, each with its configuration."""
# What Bandit's tests raise on trees that they were not written for; Bandit itself logs any exception and
# goes on.
TEST_FAILURES = (TypeError, AttributeError, ValueError, LookupError, ArithmeticError, RecursionError)


@dataclass(frozen=True, slots=True)
class Issue:
    """
    One of Bandit's results.

    ``line`` is the number that Bandit gives; ``node`` the tree node that it looked at, ``None`` for a
    whole file. ``text`` may hold source text.
    """

    test_id: str
    severity: str
    confidence: str
    cwe: int
    text: str
    line: int
    node: ast.AST | None
    suppressed_by: str


class Tester:
    """Runs tests on one node, as ``bandit.core.tester`` does; suppressed results are kept and marked."""

    def __init__(self, tests: Tests, nosec: dict[int, set[str]]) -> None:
        self.tests = tests
        self.nosec = nosec
        self.issues: list[Issue] = []
        self.failures: list[tuple[str, int]] = []

    def run_tests(self, raw_context: dict[str, Any], kind: str) -> None:
        """The tests for a kind of node, on what Bandit says of one."""
        for test, config in self.tests.get(kind, ()):
            context = b_context.Context(copy.copy(raw_context))
            try:
                result = test(context, *config)
            except TEST_FAILURES:
                self.failures.append((test._test_id, raw_context.get("lineno", 0)))
                continue
            if result is not None:
                self._add(test, result, raw_context)

    def _add(self, test: Any, result: Any, context: dict[str, Any]) -> None:
        test_id = result.test_id or test._test_id
        suppressed = self._suppression(test_id, result.lineno, context)
        line = context["lineno"] if result.lineno is None else result.lineno
        self.issues.append(
            Issue(
                test_id,
                result.severity,
                result.confidence,
                result.cwe.id,
                result.text,
                line,
                context.get("node"),
                suppressed,
            )
        )

    def _suppression(self, test_id: str, line: int | None, context: dict[str, Any]) -> str:
        if not self.nosec:
            return ""
        # Bandit asks with the line that the test gave, if any, before it fills in the node's.
        own = None if line is None else self.nosec.get(line)
        comments = (own, b_utils.get_nosec(self.nosec, context))
        if comments == (None, None):
            return ""
        tests = set().union(*(named for named in comments if named is not None))
        if not tests:
            return "# nosec"
        return f"# nosec {test_id}" if test_id in tests else ""


class Visitor(b_visitor.BanditNodeVisitor):
    """
    Bandit's walk without its log, scores and look at the file system; nodes that no test wants only pass
    through.
    """

    def __init__(self, path: str, data: bytes, tester: Tester) -> None:
        self.debug = False
        self.depth = 0
        self.fname = path
        self.fdata = io.BytesIO(data)
        self.imports: set[str] = set()
        self.import_aliases: dict[str, str] = {}
        self.namespace = ""
        self.tester: Any = tester
        named = {"ClassDef", "FunctionDef", "Call", "Import", "ImportFrom", "Constant"}
        self.wanted = named | tester.tests.keys()

    def update_scores(self, scores: None) -> None:
        """Scores are not used."""

    def generic_visit(self, node: ast.AST) -> None:
        """Shows Bandit what is below a node."""
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, list):
                for item, following in pairwise((*value, None)):
                    if isinstance(item, ast.AST):
                        self._enter(item, node, following)
            elif isinstance(value, ast.AST):
                self._enter(value, node, None)

    def _enter(self, node: ast.AST, parent: ast.AST, sibling: ast.AST | None) -> None:
        node._bandit_sibling = sibling  # type: ignore[attr-defined]
        node._bandit_parent = parent  # type: ignore[attr-defined]
        kind = type(node).__name__
        if kind in self.wanted:
            self._describe(node)
            self.visit(node)
        self.generic_visit(node)
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            self.namespace = b_utils.namespace_path_split(self.namespace)[0]

    def replay(self, events: Sequence[Event]) -> None:
        """Shows Bandit the nodes that matter, and what was imported before each."""
        mark(events)
        for node, _, is_hot in events:
            if is_hot:
                self._describe(node)
                self.visit(node)
                self.namespace = ""
            else:
                self._remember(node)

    def _remember(self, node: Any) -> None:
        """What an import brings, as ``visit_Import`` and ``visit_ImportFrom`` keep it."""
        module = getattr(node, "module", None)
        for alias in node.names:
            name = f"{module}.{alias.name}" if module is not None else alias.name
            self.imports.add(name)
            if alias.asname or module is not None:
                self.import_aliases[alias.asname or alias.name] = name

    def _describe(self, node: ast.AST) -> None:
        self.context: dict[str, Any] = {
            "imports": self.imports,
            "import_aliases": self.import_aliases,
            "node": node,
            "linerange": b_utils.linerange(node),
            "filename": self.fname,
            "file_data": self.fdata,
        }
        for name in ("lineno", "col_offset", "end_col_offset"):
            if hasattr(node, name):
                self.context[name] = getattr(node, name)

    def run_on_file(self) -> None:
        """The tests that look at the whole source."""
        context = {
            "file_data": self.fdata,
            "filename": self.fname,
            "lineno": 0,
            "linerange": [0, 1],
            "col_offset": 0,
        }
        self.tester.run_tests(context, "File")
