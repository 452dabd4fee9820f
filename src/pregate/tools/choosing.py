"""From the configuration to scanners: ready entries by name, and what the tables say otherwise."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pregate.config import CHECKS, ToolConfig, nearest
from pregate.errors import UsageError
from pregate.records import replace
from pregate.tools.known import KNOWN
from pregate.tools.scanner import FILES, OUT, Scanner

_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,100}")


def choose(tables: Sequence[ToolConfig], origin: str = "configuration") -> tuple[Scanner, ...]:
    """
    The scanners of ``[[tools]]``, in their order.

    Raises UsageError, naming ``origin``, for a name that is taken or that no ready entry has where there is
    no command, and for a command that could not be meant.
    """
    scanners: list[Scanner] = []
    for table in tables:
        _check(table, origin)
        if any(scanner.name == table.name for scanner in scanners):
            raise UsageError(f"{origin}: tools: {table.name} is there twice", "Give each its own name.")
        scanners.append(_scanner(table, origin))
    return tuple(scanners)


def _check(table: ToolConfig, origin: str) -> None:
    if not _NAME.fullmatch(table.name) or table.name in CHECKS:
        hint = f"Lower-case letters, digits and dashes, at most 40; not {', '.join(CHECKS)}."
        raise UsageError(f"{origin}: tools.name {table.name[:60]!r} cannot be a scanner's name", hint)
    if table.timeout < 1:
        raise UsageError(f"{origin}: tools.timeout of {table.name} is 0", "Give a number of seconds.")
    for name in table.environment:
        if not _VARIABLE.fullmatch(name):
            hint = "Write names alone; their values are those of the environment that pregate runs in."
            raise UsageError(
                f"{origin}: tools.environment of {table.name}: no variable has such a name", hint
            )


def _scanner(table: ToolConfig, origin: str) -> Scanner:
    known = KNOWN.get(table.name)
    if known is None and not table.run:
        near = nearest(table.name, KNOWN)
        hint = f"Did you mean {near}? " if near else ""
        raise UsageError(
            f"{origin}: tools: {table.name} is no scanner that pregate knows, and has no run",
            f"{hint}Ready are {', '.join(KNOWN)}; for another one give its command with run.",
        )
    base = known or Scanner(name=table.name, run=())
    chosen = replace(
        base,
        timeout=table.timeout,
        environment=table.environment,
        files=table.files or base.files,
        extra=tuple(_inside(path, "settings", table, origin) for path in table.settings),
    )
    if known and table.settings and known.rules:
        chosen = replace(chosen, rules=(*_plain(table.settings), *known.rules))
    return _with_command(chosen, table, origin) if table.run else chosen


def _plain(settings: Sequence[str]) -> tuple[str, ...]:
    """The settings that may be rules: a folder's, where a glob names what is in it."""
    return tuple(setting.removesuffix("/**").removesuffix("/*").removeprefix("./") for setting in settings)


def _with_command(scanner: Scanner, table: ToolConfig, origin: str) -> Scanner:
    program = table.run[0]
    if "/" in program and not program.startswith("/"):
        hint = "Name an installed program, or give its absolute path outside of the repository."
        raise UsageError(f"{origin}: tools.run of {table.name} would run a file of the tree", hint)
    if not program or any("\0" in argument for argument in table.run):
        raise UsageError(f"{origin}: tools.run of {table.name} names no program", 'Write run = ["…", "…"].')
    sarif = table.sarif
    if sarif and not sarif.startswith(f"{OUT}/"):
        sarif = _inside(sarif, "sarif", table, origin)
    return replace(
        scanner,
        run=table.run,
        sarif=sarif,
        converts="",
        gaps="",
        needs_network=False,
        needs=() if FILES in table.run else scanner.needs,
    )


def _inside(path: str, key: str, table: ToolConfig, origin: str) -> str:
    plain = path.removeprefix("./")
    if not plain or plain.startswith("/") or "\0" in plain or ".." in plain.split("/"):
        hint = "Paths are relative to the root of the repository."
        raise UsageError(f"{origin}: tools.{key} of {table.name} leaves the tree", hint)
    return plain
