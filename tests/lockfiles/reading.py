"""What the tests of the readers share."""

from __future__ import annotations

from textwrap import dedent

from pregate.lockfiles import readers
from pregate.lockfiles.model import Package, Reading


def read(path: str, data: str | bytes, **beside: str) -> Reading:
    """
    ``data`` as the file ``path``; ``beside`` holds manifests by their names, a dot written as ``_``: they
    stand in the same folder. Texts are dedented.
    """
    folder = path.rpartition("/")[0]
    files = {f"{folder}/{n.replace('_', '.')}".lstrip("/"): _bytes(text) for n, text in beside.items()}
    return readers.read(path, {**files, path: _bytes(data)})


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


def _bytes(data: str | bytes) -> bytes:
    return data if isinstance(data, bytes) else dedent(data).encode()


def pins(reading: Reading) -> list[tuple[str, str]]:
    """Name and version, in the order of the file."""
    return [(p.name, p.version) for p in reading.packages]


def gaps(reading: Reading) -> list[tuple[int, str, str]]:
    """Line, reason and words of what is unread."""
    return [(u.line, u.reason.value, u.detail) for u in reading.unread]


def told(reading: Reading) -> list[tuple[str, int, str]]:
    """What could not be read or audited: reason, line, words."""
    return [(u.reason.value, u.line, u.detail) for u in reading.unread]


def flagged(reading: Reading, text: str) -> list[str]:
    """What stands at the places of the packages."""
    lines = dedent(text).splitlines()
    return [
        lines[p.location.start_line - 1][p.location.start_column - 1 : p.location.end_column - 1]
        for p in reading.packages
    ]


def package(reading: Reading, name: str) -> Package:
    """The one package of that name."""
    (found,) = [p for p in reading.packages if p.name == name]
    return found


def needs(reading: Reading, name: str) -> list[tuple[str, str]]:
    """Ident and constraint of what the package needs."""
    return [(r.ident, r.constraint) for r in package(reading, name).requires]


def asked(reading: Reading, name: str) -> list[tuple[str, int, int, str]]:
    """File, line, column and constraint of where a manifest names the package."""
    return [
        (d.location.path, d.location.start_line, d.location.start_column, d.constraint)
        for d in package(reading, name).declared
    ]
