"""What the tests of this folder share: reading a file with what it asks for, the text at its places."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pregate.lockfiles import readers
from pregate.lockfiles.model import Package, Reading
from pregate.model import Location

MADE = Path(__file__).parent.parent / "made" / "javascript"


def read(name: str, text: str | bytes, **others: str) -> Reading:
    """``others`` are further files, ``package_json`` for ``package.json``."""
    files = {key.replace("__", "/").replace("_json", ".json"): text.encode() for key, text in others.items()}
    return readers.read(name, {**files, name: text if isinstance(text, bytes) else text.encode()})


def read_made(folder: str, name: str, manifests: bool = True) -> tuple[Reading, str]:
    """A file that a real manager wrote, with the manifests that it was written for."""
    files = {name: (MADE / folder / name).read_bytes()}
    while manifests:
        asked = [
            p for p in readers.includes(name, files) if p not in files and (MADE / "project" / p).exists()
        ]
        if not asked:
            break
        files.update({p: (MADE / "project" / p).read_bytes() for p in asked})
    return readers.read(name, files), files[name].decode()


def named(packages: Reading | list[Package]) -> list[str]:
    found = packages.packages if isinstance(packages, Reading) else packages
    return [f"{p.name}@{p.version}" for p in found]


def by_name(reading: Reading) -> dict[str, Package]:
    return {f"{p.name}@{p.version}": p for p in reading.packages}


def requires(package: Package) -> list[tuple[str, str]]:
    return [(r.ident, r.constraint) for r in package.requires]


def unread(reading: Reading) -> list[tuple[str, str, int]]:
    return [(u.reason.value, u.detail, u.line) for u in reading.unread]


def text_at(text: str, place: Location) -> str:
    lines = text.splitlines()
    assert place.start_line == place.end_line
    return lines[place.start_line - 1][place.start_column - 1 : place.end_column - 1]


def dumped(value: Mapping[str, Any]) -> str:
    return json.dumps(value, indent=2)
