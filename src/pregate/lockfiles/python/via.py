"""
Who requires whom, as pip-compile and uv write it into a requirements file: ``# via django``.

Facts from https://pip-tools.readthedocs.io/en/stable/ ("--annotation-style"), from
https://docs.astral.sh/uv/pip/compile/ and from files that both write.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pregate.expressions import expression
from pregate.lockfiles.ecosystems import PYPI, normalised
from pregate.lockfiles.model import Depth, Package, Requirement
from pregate.lockfiles.python.pinned_line import physical_lines
from pregate.records import replace

MAX_SAME_NAME = 10
_VIA = expression(r"(?:^|(?<=\s))#[ \t]*+via\b[ \t]*+(.*+)$")
_MORE = expression(r"[ \t]*+#[ \t]{2,}+(\S.*+)$")
_NAME = expression(r"([A-Za-z0-9][A-Za-z0-9._-]*+)[ \t]*+(?:\[[^\]]*+\])?+")
# uv export writes nothing beside what a dependency group of the project itself asks for.
_EXPORTED = expression(r"#[ \t]+uv export\b")


def with_depths(packages: Sequence[Package], files: Mapping[str, bytes]) -> list[Package]:
    """The packages with ``depth`` and ``requires``, as far as comments in their own files tell them."""
    told: list[Package] = []
    by_file: dict[str, list[Package]] = {}
    for package in packages:
        by_file.setdefault(package.location.path, []).append(package)
    changed: dict[int, Package] = {}
    for path, those in by_file.items():
        if b"# via" in files.get(path, b""):
            for old, new in zip(those, _told(those, files[path]), strict=True):
                changed[id(old)] = new
    for package in packages:
        told.append(changed.get(id(package), package))
    return told


def _told(packages: Sequence[Package], data: bytes) -> list[Package]:
    lines = physical_lines(data)
    sources = _sources(lines)
    is_exported = any(_EXPORTED.search(line) for line in lines[:10])
    by_name: dict[str, list[int]] = {}
    for index, package in enumerate(packages):
        by_name.setdefault(normalised(PYPI, package.name), []).append(index)
    depths: list[Depth] = []
    requires: list[dict[str, None]] = [{} for _ in packages]
    for package in packages:
        written = sources.get(package.location.start_line)
        if written is None:
            depths.append(Depth.DIRECT if is_exported else Depth.UNKNOWN)
            continue
        is_direct = False
        for source in written:
            parents = by_name.get(_package_name(source), [])[:MAX_SAME_NAME]
            is_direct = is_direct or (not parents and not _is_constraint(source))
            for parent in parents:
                if packages[parent] is not package:
                    requires[parent][package.ident] = None
        depths.append(Depth.DIRECT if is_direct else Depth.TRANSITIVE)
    return [
        replace(package, depth=depth, requires=tuple(Requirement(ident) for ident in idents))
        for package, depth, idents in zip(packages, depths, requires, strict=True)
    ]


def _package_name(source: str) -> str:
    """The normalised name, ``""`` for a file (``-r requirements.in``, ``shop (pyproject.toml)``)."""
    found = _NAME.fullmatch(source)
    return normalised(PYPI, found[1]) if found else ""


def _is_constraint(source: str) -> bool:
    """Whether an option is meant that only narrows what others ask for."""
    return source.startswith("-") and not source.startswith(("-r", "--requirement"))


def _sources(lines: Sequence[str]) -> dict[int, list[str]]:
    """For the line of each requirement what the comment beside or below it names."""
    found: dict[int, list[str]] = {}
    current, is_open, is_listing = 0, False, False
    for number, line in enumerate(lines, start=1):
        is_comment = line.lstrip().startswith("#")
        if not is_comment and not is_open:
            current = number if line.strip() else 0
        is_open = line.endswith("\\") and not is_comment
        via = _VIA.search(line) if current and "#" in line else None
        more = _MORE.match(line) if is_comment and is_listing else None
        if via:
            found.setdefault(current, []).extend(_split(via[1]))
        elif more:
            found.setdefault(current, []).extend(_split(more[1]))
        is_listing = via is not None or more is not None
    return found


def _split(text: str) -> Iterator[str]:
    return (part.strip() for part in text.split(",") if part.strip())
