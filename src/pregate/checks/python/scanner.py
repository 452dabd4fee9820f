"""
Bandit's own tests over one syntax tree, without its file handling, logging and plug-in discovery.

Imported when the first Python file is analysed. Results are those of ``bandit`` with its default
configuration: ``tests/checks/test_python_same_as_bandit.py`` compares them.
"""

# mypy: allow-untyped-calls
from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from pregate.checks.python.bandit_parts import b_config, b_extensions, b_manager, b_test_set
from pregate.checks.python.gates import is_not_utf8, is_read_as_text
from pregate.checks.python.marks import unmark as unmark  # noqa: PLC0414 - what scan does is undone by it
from pregate.checks.python.nodes import Event
from pregate.checks.python.rules import TESTS
from pregate.checks.python.tables import CALLS, IMPORTS, PROTOCOLS, TEMPORARY
from pregate.checks.python.visitor import Issue, Tester, Visitor

_LISTS = "B001"  # the id under which its lists of calls and imports are one test
# Kinds of nodes that have a condition, and the options that its tests' names are in.
_KINDS = frozenset({"Assert", "Call", "ExceptHandler", "File", "FunctionDef", "Import", "ImportFrom", "Str"})
_NAMES = ("subprocess", "shell", "no_shell", "tmp_dirs", "extend_markup_names", "bad_protocol_versions")


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
    tester = Tester(tests.by_kind, _nosec(data))
    visitor = Visitor(path, data, tester)
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
