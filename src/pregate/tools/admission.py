"""
Which of the configured scanners may run here.

A command of the base's configuration is not the change's own word, and may run. Where nothing is compared the
configuration is that of the tree itself: then a ready entry may run as it is, for its command line is ours,
and a free command (or a ready one that is to see variables) where somebody who is not the tree says so. In a
pull request's run that compares nothing, the tree is the pull request's, and none of its entries runs.
"""

from __future__ import annotations

from collections.abc import Sequence

from pregate.config import Config, ToolConfig
from pregate.errors import UsageError
from pregate.model import Counts, Failed, Outcome, Skipped, SkipReason
from pregate.records import replace
from pregate.tools.choosing import choose
from pregate.tools.known import KNOWN
from pregate.tools.scanner import Scanner
from pregate.tools.wishes import ALLOW, Wishes

_MOST = 50


def wanted(config: Config, wishes: Wishes) -> Config:
    """
    The configuration with the scanners that are wanted; those that an organisation has locked are not to be
    left out of a gate. Raises UsageError for a name that is not ready.
    """
    if wishes.is_off and not (wishes.is_gate and "tools" in config.locked):
        return replace(config, tools=())
    known = {table.name for table in config.tools}
    named = tuple(ToolConfig(name=name) for name in dict.fromkeys(wishes.names) if name not in known)
    for table in named:
        if table.name not in KNOWN:
            choose([table], "--tool")
    return replace(config, tools=(*config.tools, *named))


def admit(
    tables: Sequence[ToolConfig], wishes: Wishes, *, is_own: bool, is_foreign: bool
) -> tuple[list[Scanner], dict[str, Outcome]]:
    """
    The scanners that may run, and an outcome for each that may not.

    ``is_own`` says that the configuration is that of the tree under judgement, ``is_foreign`` that the tree
    may be a stranger's.
    """
    scanners: list[Scanner] = []
    withheld: dict[str, Outcome] = {}
    for table in tables:
        is_named = table.name in wishes.names
        if wishes.is_hook:
            withheld[table.name] = Skipped(table.name, SkipReason.IN_HOOK)
        elif is_own and is_foreign and not is_named:
            withheld[table.name] = Skipped(table.name, SkipReason.UNTRUSTED)
        elif is_own and is_foreign:
            scanners += choose([ToolConfig(name=table.name)], "--tool")
        elif is_own and not wishes.may_run and not _is_harmless(table):
            withheld[table.name] = _not_allowed(table.name)
        else:
            scanners += choose([table])
    return scanners, withheld


def _is_harmless(table: ToolConfig) -> bool:
    """Whether an entry has nothing of its own that could run anything, or show anybody a variable's value."""
    known = KNOWN.get(table.name)
    if known is None or table.run or table.environment:
        return False
    return not (table.settings and known.is_steered)


def _not_allowed(name: str) -> Failed:
    return Failed(
        name,
        "its command is that of the tree under judgement, and nothing is compared",
        f"Judge against a base (--base REV), or say that it may run: --allow-tools, {ALLOW}=1.",
        Counts(),
    )


def check_tables(tables: Sequence[ToolConfig], origin: str) -> None:
    """Raises UsageError, naming ``origin``, for entries that could not be used."""
    if len(tables) > _MOST:
        raise UsageError(f"{origin}: more than {_MOST} tools", "Leave some out.")
    choose(tables, origin)
