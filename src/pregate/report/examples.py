"""
A bad and a good example for each rule that is known beforehand: ``data/<check>.toml`` and
``data/<check>-….toml``, read when one is shown.

A file has a table for each rule, named without the check's prefix: ``bad`` and ``good`` are text, ``given``
what they are held against where a rule compares, ``language`` the name that a fenced block of Markdown has
(default: the check's), ``note`` a sentence about them. Where text would look like a real secret, ``…`` stands
for the value; ``{bidi}`` stands for a character that nobody would see.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from pregate.records import dataclass

LANGUAGES: Mapping[str, str] = MappingProxyType(
    {"python": "python", "secrets": "python", "iam": "json", "dependencies": "text"}
)
"""The checks that have examples, with the language of most of them."""


@dataclass(frozen=True, slots=True)
class Example:
    """
    What a rule finds and what it would not: lines of ``language``, without the last one's end.

    ``given`` is what both are compared with, ``""`` for most rules; ``note`` one sentence or ``""``.
    """

    bad: str
    good: str
    language: str
    note: str = ""
    given: str = ""

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """Title and text of each block, in the order in which they are shown."""
        given = (("Given", self.given),) if self.given else ()
        return (*given, ("Bad", self.bad), ("Good", self.good))


def example_of(rule_id: str) -> Example | None:
    """The example of the rule with this id (``python/B602``); None for a rule that comes with an advisory."""
    check, _, name = rule_id.partition("/")
    entry = _entries(check).get(name) if check in LANGUAGES else None
    if entry is None:
        return None
    return Example(
        bad=entry["bad"].strip("\n"),
        good=entry["good"].strip("\n"),
        language=entry.get("language", LANGUAGES[check]),
        note=entry.get("note", ""),
        given=entry.get("given", "").strip("\n"),
    )


def known_examples() -> tuple[str, ...]:
    """The ids of all rules that have an example, sorted."""
    return tuple(sorted(f"{check}/{name}" for check in LANGUAGES for name in _entries(check)))


@cache
def _entries(check: str) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for file in sorted(files("pregate.report").joinpath("data").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml") and file.name.removesuffix(".toml").partition("-")[0] == check:
            found.update(tomllib.loads(file.read_text("utf-8")))
    return MappingProxyType({name: _written_out(entry) for name, entry in found.items()})


def _written_out(entry: dict[str, Any]) -> dict[str, Any]:
    """An entry with only a ``variable`` shows that one set in Python, and read from the environment."""
    variable = entry.get("variable")
    if not variable:
        return entry
    good = f'import os\n\n{variable} = os.environ["{variable}"]'
    return {"bad": f'{variable} = "…"', "good": good, **entry}
