"""Assertions with words, and a look at what code does besides computing."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Iterator
from typing import Any

from pregate.records import dataclass, field

# Events of the audit hook (docs.python.org/3/library/audit_events.html) that a pure function does not cause.
_WORLD = (
    "open",
    "socket.",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.fork",
    "os.listdir",
    "os.remove",
    "shutil.",
)


def expect(condition: object, words: str) -> None:
    """Raises AssertionError with ``words`` unless ``condition`` holds; also where Python runs with ``-O``."""
    if not condition:
        raise AssertionError(words)


@dataclass(slots=True)
class _Watch:
    is_on: bool = False
    is_there: bool = False
    seen: list[str] = field(default_factory=list)


_watch = _Watch()


@contextlib.contextmanager
def pure(what: str) -> Iterator[None]:
    """
    Raises AssertionError where the block opened a file, called somebody, started a process or printed.

    What is imported late is to be imported before: importing opens files.
    """
    if not _watch.is_there:  # a hook stays for as long as the process lives
        sys.addaudithook(_note)
        _watch.is_there = True
    _watch.seen = []
    _watch.is_on = True
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            yield
    finally:
        _watch.is_on = False
    expect(not _watch.seen, f"{what} reaches out of its arguments: {', '.join(dict.fromkeys(_watch.seen))}")
    expect(not printed.getvalue(), f"{what} prints on standard output, where reports go")


def _note(event: str, _arguments: tuple[Any, ...]) -> None:
    if _watch.is_on and event.startswith(_WORLD):
        _watch.seen.append(event)
