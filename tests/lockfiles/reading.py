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


def _bytes(data: str | bytes) -> bytes:
    return data if isinstance(data, bytes) else dedent(data).encode()


def pins(reading: Reading) -> list[tuple[str, str]]:
    """Name and version, in the order of the file."""
    return [(p.name, p.version) for p in reading.packages]


def gaps(reading: Reading) -> list[tuple[int, str, str]]:
    """Line, reason and words of what is unread."""
    return [(u.line, u.reason.value, u.detail) for u in reading.unread]


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
