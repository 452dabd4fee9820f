"""What the tests of Python's formats share: reading a folder of files, and short forms of what was read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pregate.lockfiles import readers
from pregate.lockfiles.model import Depth, Reading

MADE = Path(__file__).parents[1] / "made" / "python"


def read(path: str, text: str | bytes, **others: str) -> Reading:
    """``path`` with ``text``, beside files whose names are written with ``__`` for a full stop."""
    files = {name.replace("__", "."): body.encode() for name, body in others.items()}
    return readers.read(path, {**files, path: text if isinstance(text, bytes) else text.encode()})


def read_made(folder: str, name: str) -> Reading:
    """A file of ``made/python`` together with what its reader asks for."""
    files = {name: (MADE / folder / name).read_bytes()}
    for other in readers.includes(name, files):
        if (MADE / folder / other).is_file():
            files[other] = (MADE / folder / other).read_bytes()
    return readers.read(name, files)


def pins(reading: Reading) -> list[tuple[str, str]]:
    return [(p.name, p.version) for p in reading.packages]


def direct(reading: Reading) -> set[str]:
    return {p.name for p in reading.packages if p.depth is Depth.DIRECT}


def transitive(reading: Reading) -> set[str]:
    return {p.name for p in reading.packages if p.depth is Depth.TRANSITIVE}


def development(reading: Reading) -> set[str]:
    return {p.name for p in reading.packages if p.dev}


def optional(reading: Reading) -> set[str]:
    return {p.name for p in reading.packages if p.optional}


def edges(reading: Reading) -> set[tuple[str, str]]:
    return {(p.ident, r.ident) for p in reading.packages for r in p.requires}


def constraints(reading: Reading) -> dict[tuple[str, str], str]:
    return {(p.name, r.ident.partition("@")[0]): r.constraint for p in reading.packages for r in p.requires}


def flagged(reading: Reading, text: str) -> Iterator[tuple[str, str]]:
    """Each package's version beside what stands at its place."""
    lines = text.splitlines()
    for package in reading.packages:
        place = package.location
        assert place.start_line == place.end_line
        yield package.version, lines[place.start_line - 1][place.start_column - 1 : place.end_column - 1]


def declared(reading: Reading) -> dict[str, list[tuple[str, int, str]]]:
    return {
        p.name: [(d.location.path, d.location.start_line, d.constraint) for d in p.declared]
        for p in reading.packages
        if p.declared
    }
