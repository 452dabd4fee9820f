"""
What git tells the hooks of a push on their standard input, and which commits that means.

Formats: githooks(5), "pre-push" and "pre-receive".
"""

from __future__ import annotations

from collections.abc import Iterable

from pregate.errors import UsageError
from pregate.expressions import expression
from pregate.records import dataclass

_OBJECT_ID = expression(r"[0-9a-f]{40}([0-9a-f]{24})?")


@dataclass(frozen=True, slots=True)
class Update:
    """
    One ref that a push changes, by its name on the other side; ``old`` is ``""`` for a new one, ``new`` for a
    deleted one.
    """

    ref: str
    old: str
    new: str

    @property
    def is_deletion(self) -> bool:
        """Whether the ref goes away, so that nothing is to be judged."""
        return not self.new

    def describe(self) -> str:
        """The ref's short name."""
        return self.ref.removeprefix("refs/heads/").removeprefix("refs/")


def parse_pre_push(lines: Iterable[str]) -> tuple[Update, ...]:
    """
    ``<local ref> <local id> <remote ref> <remote id>``, one line for each ref. Raises UsageError for another
    shape.
    """
    updates = []
    for line in _filled(lines):
        # A local ref may be any revision, with blanks in it (`HEAD@{2 days ago}:main`); the last three fields
        # cannot.
        fields = line.rsplit(" ", 3)
        if len(fields) != 4:
            raise _malformed("pre-push", "<local ref> <local id> <remote ref> <remote id>")
        updates.append(Update(fields[2], _parse_id(fields[3], "pre-push"), _parse_id(fields[1], "pre-push")))
    return tuple(updates)


def parse_pre_receive(lines: Iterable[str]) -> tuple[Update, ...]:
    """``<old id> <new id> <ref>``, one line for each ref. Raises UsageError for another shape."""
    updates = []
    for line in _filled(lines):
        fields = line.split(" ", 2)
        if len(fields) != 3:
            raise _malformed("pre-receive", "<old id> <new id> <ref>")
        updates.append(
            Update(fields[2], _parse_id(fields[0], "pre-receive"), _parse_id(fields[1], "pre-receive"))
        )
    return tuple(updates)


def _filled(lines: Iterable[str]) -> Iterable[str]:
    return (line for line in (raw.rstrip("\n") for raw in lines) if line)


def _parse_id(text: str, hook: str) -> str:
    if not _OBJECT_ID.fullmatch(text):
        raise _malformed(hook, "object ids of 40 or 64 hexadecimal digits")
    return text if text.strip("0") else ""


def _malformed(hook: str, shape: str) -> UsageError:
    return UsageError(
        f"the standard input is not git's: {hook} expects {shape}",
        "Let git run this hook; by hand, `pregate scan --commits A..B` does what it would.",
    )
