"""What the tests of readers ask of a reading."""

from __future__ import annotations

from pregate.lockfiles import readers
from pregate.lockfiles.model import Reading


def read_text(path: str, text: str | bytes, **others: str) -> Reading:
    """The reading of one file, others beside it by their paths."""
    files = {name: data.encode() for name, data in others.items()}
    return readers.read(path, files | {path: text if isinstance(text, bytes) else text.encode()})


def read_of(path: str, files: dict[str, str]) -> Reading:
    """The reading of one of several files, with those of them that it asks for."""
    known = {path: files[path].encode()}
    while new := [name for name in readers.includes(path, known) if name in files and name not in known]:
        known.update((name, files[name].encode()) for name in new)
    return readers.read(path, known)


def pins(reading: Reading) -> list[tuple[str, str]]:
    """Names and versions in the order of the file."""
    return [(p.name, p.version) for p in reading.packages]


def marked(reading: Reading, text: str) -> list[str]:
    """What stands at the places of the packages."""
    lines = text.splitlines()
    return [
        lines[p.location.start_line - 1][p.location.start_column - 1 : p.location.end_column - 1]
        for p in reading.packages
    ]


def told(reading: Reading) -> list[tuple[str, int, str]]:
    """What could not be read or audited: reason, line, words."""
    return [(u.reason.value, u.line, u.detail) for u in reading.unread]
