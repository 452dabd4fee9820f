"""
Bandit's own tests over one syntax tree, without its file handling, logging and plug-in discovery.

Imported when the first Python file is analysed. Results are those of ``bandit`` with its default
configuration: ``tests/checks/test_python_same_as_bandit.py`` compares them.
"""

# mypy: allow-untyped-calls, implicit-reexport
from __future__ import annotations

import ast
import copy
import importlib
import io
import logging
import sys
import tokenize
import warnings
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType, ModuleType
from typing import Any, NamedTuple

from pregate.checks.python.distribution import distribution_file, version
from pregate.checks.python.gates import is_not_utf8, is_read_as_text
from pregate.checks.python.marks import mark
from pregate.checks.python.marks import unmark as unmark  # noqa: PLC0414 - what scan does is undone by it
from pregate.checks.python.rules import TESTS
from pregate.checks.python.tables import CALLS, IMPORTS, PROTOCOLS, TEMPORARY
from pregate.checks.python.walk import Event
from pregate.records import dataclass


class _EntryPoint(NamedTuple):
    name: str
    plugin: Any


class _ExtensionManager:
    """
    Stands in for stevedore's, which loads plug-ins of every distribution installed beside Bandit.

    Only Bandit's own are loaded, from its own list: what else is installed must not change results that
    are kept under Bandit's version, and looking through every distribution takes longer than a scan.
    Formatters are not needed.
    """

    def __init__(self, namespace: str, **options: object) -> None:  # noqa: ARG002
        self.extensions = () if namespace == "bandit.formatters" else tuple(_entry_points(namespace))

    def __iter__(self) -> Iterator[_EntryPoint]:
        return iter(self.extensions)

    def names(self) -> list[str]:
        return [extension.name for extension in self.extensions]


def _entry_points(namespace: str) -> Iterator[_EntryPoint]:
    section = ""
    for line in distribution_file("entry_points.txt").splitlines():
        if line.startswith("["):
            section = line.strip("[] ")
        elif "=" in line and section == namespace:
            name, _, target = line.partition("=")
            module, _, attribute = target.strip().partition(":")
            yield _EntryPoint(name.strip(), getattr(importlib.import_module(module), attribute))


class _Deferred(ModuleType):
    """
    Stands in for a module while Bandit is imported; the first use of any of its names loads the real one.

    Bandit imports rich (a progress bar), yaml, tomllib and configparser (its configuration files), json (its
    report) and importlib.metadata (its own version) at the top; none is used here, and together with
    stevedore they are four fifths of its import time.
    """

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)


def _stand_ins() -> dict[str, ModuleType]:
    extension = ModuleType("stevedore.extension")
    extension.ExtensionManager = _ExtensionManager  # type: ignore[attr-defined]
    stevedore = ModuleType("stevedore")
    stevedore.extension = extension  # type: ignore[attr-defined]
    progress = _Deferred("rich.progress")
    rich = ModuleType("rich")
    rich.progress = progress  # type: ignore[attr-defined]
    metadata = ModuleType("importlib.metadata")
    metadata.metadata = lambda name: {"Author": ""}  # type: ignore[attr-defined]  # noqa: ARG005
    metadata.version = lambda name: version()  # type: ignore[attr-defined]  # noqa: ARG005
    modules = {"stevedore": stevedore, "stevedore.extension": extension}
    # The others only if they are not there already: replacing them would save nothing.
    optional = {
        "rich": rich,
        "rich.progress": progress,
        **{name: _Deferred(name) for name in ("configparser", "json", "tomllib", "yaml")},
        "importlib.metadata": metadata,
    }
    return modules | {name: module for name, module in optional.items() if name not in sys.modules}


def _import_bandit() -> None:
    """Import Bandit between stand-ins, and undo what its import changes for the whole process."""
    if "bandit.core.manager" in sys.modules:
        return
    placed = _stand_ins()
    kept = {name: sys.modules.get(name) for name in placed}
    shown = warnings.formatwarning
    sys.modules.update(placed)
    try:
        importlib.import_module("bandit.core.manager")
    finally:
        warnings.formatwarning = shown  # bandit.core.tester puts its own in place
        for name, module in kept.items():
            if module is not None:
                sys.modules[name] = module
            elif sys.modules.get(name) is placed[name]:
                del sys.modules[name]


_import_bandit()
# Its log quotes source, and without a handler of its own it would end up on stderr.
logging.getLogger("bandit").addHandler(logging.NullHandler())
logging.getLogger("bandit").propagate = False

from bandit.core import config as b_config  # noqa: E402
from bandit.core import context as b_context  # noqa: E402
from bandit.core import extension_loader as b_extensions  # noqa: E402
from bandit.core import manager as b_manager  # noqa: E402
from bandit.core import node_visitor as b_visitor  # noqa: E402
from bandit.core import test_set as b_test_set  # noqa: E402
from bandit.core import utils as b_utils  # noqa: E402

_LISTS = "B001"  # the id under which its lists of calls and imports are one test
# Kinds of nodes that have a condition, and the options that its tests' names are in.
_KINDS = frozenset({"Assert", "Call", "ExceptHandler", "File", "FunctionDef", "Import", "ImportFrom", "Str"})
_NAMES = ("subprocess", "shell", "no_shell", "tmp_dirs", "extend_markup_names", "bad_protocol_versions")
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


class Selection:
    """Bandit's tests by kind of node, with their configuration as it was when they were chosen."""

    __slots__ = ("by_kind",)

    def __init__(self, skip: Collection[str]) -> None:
        chosen = b_test_set.BanditTestSet(b_config.BanditConfig(), {"exclude": sorted(skip)}).tests
        # Bandit keeps the blacklists' configuration on the function, where the next test set replaces it.
        self.by_kind: Mapping[str, Sequence[tuple[Any, tuple[Any, ...]]]] = {
            kind: [(test, (test._config,) if hasattr(test, "_config") else ()) for test in tests]
            for kind, tests in chosen.items()
        }


def doubt(tests: Selection) -> str:
    """
    Why the conditions of :mod:`.walk` are not to be trusted for these tests as they are configured; ``""``
    when they are.
    """
    for kind, chosen in tests.by_kind.items():
        for test, config in chosen:
            if kind not in _KINDS or test._test_id not in TESTS.keys() | {_LISTS}:
                return f"bandit's test {test._test_id} for {kind} is none that was looked into"
            if config and config[0].get("check_typed_exception"):
                return f"bandit's test {test._test_id} looks at every exception"
            strange = _names_in(kind, *config) - _known_names(test._test_id, kind)
            if strange:
                return f"bandit's test {test._test_id} asks for {', '.join(sorted(strange))}"
    return ""


def _names_in(kind: str, options: Mapping[str, Any] = MappingProxyType({})) -> set[str]:
    """Names and texts that a test compares whole with what stands in a file, as it is configured."""
    listed = {name for option in _NAMES for name in options.get(option, ())}
    return listed | {name for entry in options.get(kind, ()) for name in entry["qualnames"]}


def _known_names(test_id: str, kind: str) -> frozenset[str]:
    if test_id == "B108":
        return frozenset(TEMPORARY)
    if test_id in ("B502", "B503"):
        return PROTOCOLS
    return frozenset(IMPORTS) if kind in ("Import", "ImportFrom") else CALLS


def known_tests() -> dict[str, str]:
    """Ids of all tests that Bandit has, with their names."""
    manager: Any = b_extensions.MANAGER
    blacklists = {test_id: entry["name"] for test_id, entry in manager.blacklist_by_id.items()}
    return {test_id: plugin.name for test_id, plugin in manager.plugins_by_id.items()} | blacklists


def scan(
    tree: ast.Module, path: str, data: bytes, tests: Selection, events: Sequence[Event] | None = None
) -> tuple[list[Issue], list[tuple[str, int]]]:
    """
    Issues in the order in which Bandit meets them, and the tests that failed at a node, with its line.

    ``events`` are the nodes that matter, where they are known; without them each node is looked at. Raises
    RecursionError when the tree is too deep, and SyntaxError when the tokeniser refuses the source.
    """
    tester = _Tester(tests, _nosec(data))
    visitor = _Visitor(path, data, tester)
    if events is None:
        visitor.generic_visit(tree)
    else:
        visitor.replay(events)
    if is_read_as_text(data):
        visitor.run_on_file()
    return tester.issues, tester.failures


def _nosec(data: bytes) -> dict[int, set[str]]:
    """The tests that a comment on a line switches off; an empty set is all of them."""
    if b"nosec" not in data and not is_not_utf8(data):
        return {}
    found: dict[int, set[str]] = {}
    try:
        for token in tokenize.tokenize(io.BytesIO(data).readline):
            if token.type == tokenize.COMMENT and "nosec" in token.string:
                tests = b_manager._parse_nosec_comment(token.string)
                if tests is not None:
                    found[token.start[0]] = tests
    except tokenize.TokenError:
        pass  # as Bandit: what was seen until here counts
    return found


class _Tester:
    """Runs tests on one node, as ``bandit.core.tester`` does; suppressed results are kept and marked."""

    def __init__(self, tests: Selection, nosec: dict[int, set[str]]) -> None:
        self.tests = tests.by_kind
        self.nosec = nosec
        self.issues: list[Issue] = []
        self.failures: list[tuple[str, int]] = []

    def run_tests(self, raw_context: dict[str, Any], kind: str) -> None:
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


class _Visitor(b_visitor.BanditNodeVisitor):
    """
    Bandit's walk without its log, scores and look at the file system; nodes that no test wants only pass
    through.
    """

    def __init__(self, path: str, data: bytes, tester: _Tester) -> None:
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
