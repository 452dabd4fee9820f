"""
Requirements and constraints files of pip.

Read as pip reads them, but nothing is expanded, fetched or resolved: markers are not evaluated (a pin under
any marker counts), ``${VARIABLES}`` stay as they are, and included files are looked up among bytes that are
handed in. Format: https://pip.pypa.io/en/stable/reference/requirements-file-format/.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from pregate.digests import blake2b
from pregate.expressions import expression
from pregate.lockfiles.ecosystems import PYPI, normalised
from pregate.lockfiles.formats import REQUIREMENTS, format_for
from pregate.lockfiles.model import Package, Reading
from pregate.lockfiles.paths import path_from
from pregate.lockfiles.python.logical_lines import LogicalLine, decode_requirements, logical_lines
from pregate.lockfiles.python.pinned_line import physical_lines
from pregate.lockfiles.python.requirement import VARIABLE, Pin, parse_pin
from pregate.lockfiles.python.requirement_options import parse_options
from pregate.lockfiles.python.via import with_depths
from pregate.model import Related, Unread, UnreadReason
from pregate.records import dataclass, field, replace

MAX_FILES = 500
MAX_OPTIONS = 16384
_CONFLICT = expression(r"(?:<{7}|={7}|>{7})(?:\s|$)")
_PYLOCK = expression(r"(?:^|/)pylock(?:\.[^./]{1,200})?\.toml$")  # PEP 751, "File name"


@dataclass(frozen=True, slots=True)
class _Include:
    path: str
    constraint: bool
    line: int


@dataclass(slots=True)
class _File:
    lines: tuple[str, ...] = ()
    pins: list[Pin] = field(default_factory=list)
    includes: list[_Include] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)


def wanted(path: str, files: Mapping[str, bytes]) -> tuple[str, ...]:
    """
    Paths that the file includes, directly or through others, and that are not in ``files``; sorted.

    The caller asks again for each file that it has found, so that what a file includes is kept.
    """
    _, missing = _reach(path, files)
    return tuple(sorted(missing))


def _reach(path: str, files: Mapping[str, bytes]) -> tuple[list[str], set[str]]:
    """Every file that can be reached, once, and the paths that are missing. Cycles end where they begin."""
    known: dict[str, None] = {}
    missing: set[str] = set()
    waiting = [path]
    while waiting:
        name = waiting.pop()
        if name in known or name in missing:
            continue
        if name not in files or len(known) >= MAX_FILES:
            missing.add(name)
            continue
        known[name] = None
        waiting += _includes(name, files[name])
    return list(known), missing


_included: dict[tuple[str, bytes], tuple[str, ...]] = {}  # the newest answers, by path and digest of the text


def _includes(path: str, data: bytes) -> tuple[str, ...]:
    key = (path, blake2b(data, digest_size=32).digest())
    if key not in _included:
        if len(_included) >= MAX_FILES:
            _included.clear()
        file = _File()
        for line in logical_lines(decode_requirements(data)):
            if line.text.startswith("-"):
                _option(file, path, line)
        _included[key] = tuple(dict.fromkeys(include.path for include in file.includes))
    return _included[key]


def read_requirements(path: str, files: Mapping[str, bytes]) -> Reading:
    """
    The packages pinned by the file and by what it includes; a requirement that is not pinned, by itself or by
    a constraint, is not audited.

    A pin of a constraint is told at the constraint's line. What an included file holds is left to that file
    where its name says that it is audited by itself.
    """
    names, _ = _reach(path, files)
    parsed = {name: _parse(name, files[name]) for name in names}
    constraints = _constraints(path, parsed)
    packages: list[Package] = []
    unread: list[Unread] = []
    for name in _requirement_files(path, parsed):
        if name == path or not _stands_alone(name):
            file = parsed[name]
            unread += file.unread + _missing(name, file, parsed)
            for pin in file.pins:
                _audit(pin, constraints, packages, unread)
    for name in sorted(set(parsed) - {path}):
        if not _stands_alone(name) and name not in _requirement_files(path, parsed):
            unread += parsed[name].unread + _missing(name, parsed[name], parsed)
    packages = with_depths(packages, files)
    packages.sort(key=lambda p: (p.location.path != path, p.location, p.key))
    unread.sort(key=lambda u: (u.path != path, u.path, u.line, u.detail))
    return Reading(tuple(packages), tuple(dict.fromkeys(unread)))


def _audit(pin: Pin, constraints: Mapping[str, Pin], packages: list[Package], unread: list[Unread]) -> None:
    constraint = constraints.get(normalised(PYPI, pin.name)) if pin.name else None
    if pin.version:
        # Where a constraint pins it as well, another version in one of the two is at odds with the other.
        packages.append(_package(replace(pin, around=()) if constraint else pin))
        return
    if constraint is not None:
        related = (Related(pin.location, f"{pin.name} is required here, without a version"),)
        packages.append(_package(constraint, related))
        return
    unread.append(Unread(pin.location.path, UnreadReason.NOT_AUDITED, pin.why, pin.location.start_line))


def _package(pin: Pin, related: tuple[Related, ...] = ()) -> Package:
    return Package(PYPI, pin.name, pin.version, pin.location, "requirements", pin.hashed, related, pin.around)


def _missing(name: str, file: _File, parsed: Mapping[str, _File]) -> list[Unread]:
    detail = "the file that is included here is not in the repository, or cannot be read"
    gone = [i for i in file.includes if i.path not in parsed]
    return [Unread(name, UnreadReason.MISSING, detail, i.line) for i in gone]


def _stands_alone(path: str) -> bool:
    return format_for(path) is REQUIREMENTS


def _requirement_files(path: str, parsed: Mapping[str, _File]) -> list[str]:
    """The file and those that it includes with -r, in the order of inclusion."""
    found = {path: None}
    waiting = [path]
    while waiting:
        for include in parsed[waiting.pop()].includes:
            if not include.constraint and include.path in parsed and include.path not in found:
                found[include.path] = None
                waiting.append(include.path)
    return list(found)


def _constraints(path: str, parsed: Mapping[str, _File]) -> dict[str, Pin]:
    """
    Pins by normalised name of all files reached through -c; the first in the order of path and line wins.
    """
    requirement_files = _requirement_files(path, parsed)
    includes = [i for name in requirement_files for i in parsed[name].includes if i.constraint]
    reached = {i.path for i in includes if i.path in parsed}
    waiting = list(reached)
    while waiting:
        for include in parsed[waiting.pop()].includes:
            if include.path in parsed and include.path not in reached:
                reached.add(include.path)
                waiting.append(include.path)
    pins: dict[str, Pin] = {}
    for name in sorted(reached):
        for pin in parsed[name].pins:
            if pin.version:
                pins.setdefault(normalised(PYPI, pin.name), pin)
    return pins


def _parse(path: str, data: bytes) -> _File:
    file = _File(physical_lines(data))
    for line in logical_lines(decode_requirements(data)):
        if line.text.startswith("-"):
            _option(file, path, line)
        else:
            _requirement(file, path, line)
    return file


def _option(file: _File, path: str, line: LogicalLine) -> None:
    """
    A line of options. Those that say where to look change nothing for us; those that include are followed.
    """
    options = parse_options(line.text) if len(line.text) <= MAX_OPTIONS else None
    if options is None:
        _unread(file, path, line, "options that are too long, or with an open quotation")
        return
    for name, value in options:
        if name in ("--requirement", "--constraint"):
            _include(file, path, line, name == "--constraint", value)
        elif name == "--editable":
            own = value.split("[")[0] in (".", "./")
            what = "the project itself" if own else "an editable requirement"
            _unread(file, path, line, f"{what}: not from a package index", UnreadReason.NOT_AUDITED)
        elif not name:
            _unread(file, path, line, "an option that is not known")


def _include(file: _File, path: str, line: LogicalLine, constraint: bool, value: str) -> None:
    if VARIABLE.search(value):
        detail = "includes a file named by an environment variable"
        _unread(file, path, line, detail, UnreadReason.NOT_AUDITED)
        return
    if "://" in value or value.startswith("file:"):
        _unread(file, path, line, "includes a file from an address: not fetched", UnreadReason.MISSING)
        return
    target = path_from(posixpath.dirname(path), value) if value else ""
    if not target:
        _unread(file, path, line, "includes a file outside the repository", UnreadReason.MISSING)
        return
    if _PYLOCK.search(target):  # pip reads it as what it is, and it is audited under its own name
        return
    file.includes.append(_Include(target, constraint, line.line))


def _requirement(file: _File, path: str, line: LogicalLine) -> None:
    pin = parse_pin(path, line, file.lines)
    if pin is None and _CONFLICT.match(line.text):
        _unread(file, path, line, "a merge conflict is not resolved")
    elif pin is None:
        _unread(file, path, line, "not a requirement that pip would accept")
    else:
        file.pins.append(pin)


def _unread(
    file: _File, path: str, line: LogicalLine, detail: str, reason: UnreadReason = UnreadReason.UNPARSABLE
) -> None:
    file.unread.append(Unread(path, reason, detail, line.line))
