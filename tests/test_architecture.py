"""Which room may know which: the table of docs/architecture.md, held against every import in the source."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PLAIN = {"PYTHONPATH": str(Path(__file__).parent.parent / "src")}
SOURCE = Path(__file__).parent.parent / "src" / "pregate"

OPEN = {"records", "expressions", "logs", "digests"}
BASE = {"model", "errors"}
DOMAINS = {"secrets", "lockfiles", "iam"}
# room → the rooms that it may import besides itself; the version and OPEN are open to all
ROOMS: dict[str, set[str]] = {
    "records": set(),
    "expressions": set(),
    "logs": set(),
    "digests": set(),
    "levels": set(),
    "model": {"levels"},
    "errors": set(),
    "config": BASE | {"positions"},
    "cache": {"errors"},
    "positions": BASE,
    "suppressions": BASE | {"positions"},
    "changes": BASE,
    "secrets": BASE | {"levels", "positions", "suppressions"},
    "lockfiles": BASE | {"positions"},
    "intake": BASE | {"secrets.text"},
    "iam": BASE | {"positions"},
    "checks": BASE | {"config", "positions", "plugins", "suppressions"} | DOMAINS,
    "plugins": BASE | {"config", "checks.base", "secrets.text"},
    "baseline": BASE,
    "policy": BASE | {"config"},
    "engine": BASE
    | {"baseline", "config", "cache", "checks", "intake", "policy", "secrets", "suppressions", "tools"},
    "tools": BASE | {"config"},
    "verification": BASE | {"aws.live", "secrets"},
    "report": BASE - {"errors"},
    "github": BASE | {"changes", "config.extending"},
    "aws": BASE | {"config", "checks.base", "iam", "lockfiles"},
    "advisories": BASE | {"checks.base", "lockfiles", "positions"},
    "settings": BASE | {"config", "changes"},
    "pipeline": BASE
    | {"settings", "config", "cache", "changes", "checks", "engine", "policy", "advisories", "aws", "plugins"}
    | {"secrets.given", "suppressions", "tools", "verification"},
    "fleet": BASE
    | {
        "cache",
        "changes",
        "engine.ports",
        "engine.processes",
        "engine.workers",
        "pipeline",
        "report",
        "settings",
        "tools.wishes",
    },
    "history": BASE
    | {"cache", "changes", "checks", "config", "engine", "pipeline", "policy", "secrets.given", "settings"}
    | {"secrets.scan"},
    "entry": {"*"},
    "conformance": BASE | {"checks", "engine", "plugins"},
    "__init__": set(),
    "__main__": {"entry"},
}

# outside libraries → the rooms that alone may import them
OUTSIDE: dict[str, set[str]] = {
    "git": {"changes"},
    "detect_secrets": {"secrets"},
    "re2": {"secrets"},
    "bandit": {"checks"},
    "boto3": {"aws"},
    "botocore": {"aws"},
    "cryptography": {"aws"},
    "github": {"github"},
    "requests": {"advisories", "github", "verification"},
    "sarif_om": {"report"},
    "fastjsonschema": {"report"},
    "cvss": {"lockfiles"},
    "packaging": {"lockfiles"},
    "resolvelib": {"lockfiles"},
    "dask": {"fleet"},
    "distributed": {"fleet"},
    "yaml": {"positions", "secrets"},
    "subprocess": {"changes", "entry", "tools"},
    "socket": set(),
}

# what a hook's start may load besides the standard library, when no scanner is needed yet
HEAVY = (
    "dask",
    "distributed",
    "git",
    "github",
    "boto3",
    "botocore",
    "cryptography",
    "requests",
    "bandit",
    "detect_secrets",
    "re2",
    "yaml",
    "sarif_om",
    "fastjsonschema",
    "rich",
)


def modules() -> Iterator[tuple[str, str, ast.Module]]:
    """``(room, dotted name below pregate, syntax tree)`` of every module."""
    for file in sorted(SOURCE.rglob("*.py")):
        parts = list(file.relative_to(SOURCE).with_suffix("").parts)
        if len(parts) > 1 and parts[-1] == "__init__":
            parts.pop()
        yield parts[0], ".".join(parts), ast.parse(file.read_bytes())


def imports(tree: ast.Module) -> Iterator[str]:
    """Every module named in an import statement, also those inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            if node.module == "pregate":
                yield from (f"pregate.{alias.name}" for alias in node.names)
            else:
                yield node.module


def is_allowed(room: str, inner: str) -> bool:
    target = inner.split(".", maxsplit=1)[0]
    if target in (room, "__version__", *OPEN) or ROOMS[room] == {"*"}:
        return True
    return any(inner == allowed or inner.startswith(allowed + ".") for allowed in ROOMS[room])


def test_every_room_is_in_the_table() -> None:
    assert {room for room, _, _ in modules()} == set(ROOMS)


def test_no_room_knows_what_it_should_not() -> None:
    wrong = [
        f"{name} imports {found}"
        for room, name, tree in modules()
        for found in imports(tree)
        if found.startswith("pregate.") and not is_allowed(room, found.removeprefix("pregate."))
    ]
    assert wrong == []


def test_each_outside_library_is_known_to_its_room_alone() -> None:
    wrong = [
        f"{name} imports {found}"
        for room, name, tree in modules()
        for found in imports(tree)
        if found.split(".")[0] in OUTSIDE and room not in OUTSIDE[found.split(".")[0]]
    ]
    assert wrong == []


def test_the_engine_prints_nothing_and_exits_nowhere() -> None:
    wrong = [
        f"{name}:{node.lineno}"
        for room, name, tree in modules()
        for node in ast.walk(tree)
        if room not in ("entry", "__main__")
        and isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("print", "sys.exit", "exit", "quit", "os._exit")
    ]
    assert wrong == []


def test_broad_excepts_stand_in_pipeline_engine_and_entry_and_around_plugins_only() -> None:
    wrong = [
        f"{name}:{node.lineno}"
        for room, name, tree in modules()
        for node in ast.walk(tree)
        if room not in ("entry", "pipeline", "engine")
        and name != "plugins.calls"
        and isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException"))
    ]
    assert wrong == []


def loaded_by(statement: str) -> set[str]:
    code = f"import sys\n{statement}\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {name.split(".")[0] for name in done.stdout.split()}


@pytest.mark.parametrize("module", ["entry.cli", "entry.hook", "pipeline", "changes"])
def test_a_hooks_start_loads_no_heavy_module(module: str) -> None:
    assert loaded_by(f"import pregate.{module}").isdisjoint(HEAVY)


# what the search for secrets alone may not load: each takes a tenth of a hook's time or more
NOT_FOR_SECRETS = {
    "dataclasses",
    "inspect",
    "json",
    "string",
    "logging",
    "pathlib",
    "subprocess",
    "ahocorasick_rs",
}


def test_the_search_for_secrets_loads_little_and_compiles_nothing_for_a_file_without_any() -> None:
    scan = "from pregate.secrets.scan import scan; scan('a.py', b'a = 1')"
    code = f"import re, sys\nbefore = len(re._cache)\n{scan}\nprint(len(re._cache) - before, *sys.modules)"
    command = [sys.executable, "-S", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=PLAIN)
    compiled, *names = done.stdout.split()
    assert int(compiled) <= 1
    assert {*NOT_FOR_SECRETS, *HEAVY, "pregate.model"}.isdisjoint(names)
