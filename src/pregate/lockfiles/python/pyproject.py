"""
``pyproject.toml`` of a project without a lock file: what it pins to one version.

Formats: see :mod:`pregate.lockfiles.python.manifest`.
"""

from __future__ import annotations

from collections.abc import Mapping

from pregate.expressions import expression
from pregate.lockfiles.document import Collector, conflict, failed, shown
from pregate.lockfiles.ecosystems import PYPI, normalised
from pregate.lockfiles.model import Depth, Package, Reading
from pregate.lockfiles.python.logical_lines import LogicalLine
from pregate.lockfiles.python.manifest import Use, Wish, load_pyproject
from pregate.lockfiles.python.pinned_line import around_place, physical_lines
from pregate.lockfiles.python.requirement import Pin, parse_pin
from pregate.lockfiles.python.uv import members
from pregate.model import Location, UnreadReason
from pregate.positions import PositionError, decode
from pregate.records import replace

MAX_ABOVE = 10
_LOCKS = ("poetry.lock", "uv.lock", "pdm.lock", "pylock.toml")
# Poetry reads a version without an operator as exactly that one ("Exact requirements" of its manual).
_EXACT = expression(r"(?:={2,3}[ \t]{0,9})?v?([0-9][0-9A-Za-z.!+_-]{0,99})")
# One condition alone: another one may forbid the version that is to be written there.
_ALONE = expression(
    r"[A-Za-z0-9._-]{1,200}\s{0,9}(?:\[[^\]]{0,400}\])?\s{0,9}\(?={2,3}\s{0,9}[^\s,()]{1,100}\)?"
)


def workspace_locks(path: str, files: Mapping[str, bytes]) -> tuple[str, ...]:  # noqa: ARG001 - the shape of Format.more
    """The ``uv.lock`` of each folder above: one may be of a workspace that this project is a member of."""
    parts = path.split("/")[:-1]
    above = ["/".join(parts[:count]) for count in range(max(len(parts) - MAX_ABOVE, 0), len(parts))]
    return tuple(f"{folder}/uv.lock".lstrip("/") for folder in above)


def read_pyproject(path: str, files: Mapping[str, bytes]) -> Reading:
    """
    Packages pinned to one version; other requirements are not audited. Nothing at all where a lock file of
    the same folder is among ``files``, or one of a uv workspace of which this is a member: those tell the
    versions.
    """
    folder = path.rpartition("/")[0]
    if any(f"{folder}/{name}".lstrip("/") in files for name in _LOCKS):
        return Reading()
    if any(path in members(lock, files) for lock in workspace_locks(path, files) if lock in files):
        return Reading()
    data = files[path]
    try:
        manifest = load_pyproject(path, data)
    except PositionError as error:
        return _broken(path, data, error)
    found = Collector(path, "pyproject.toml", PYPI)
    lines = physical_lines(data)
    for wish in manifest.wishes:
        if not manifest.name or normalised(PYPI, wish.name) != normalised(PYPI, manifest.name):
            _audit(found, wish, lines)
    return found.reading()


def _broken(path: str, data: bytes, error: PositionError) -> Reading:
    try:
        told = conflict(path, decode(data))
    except PositionError:
        told = None
    return told or failed(path, f"not TOML: {error.message}", error.line)


def _audit(found: Collector, wish: Wish, lines: tuple[str, ...]) -> None:
    pin = _keyed(wish) if wish.is_keyed else _listed(wish)
    if pin is None:
        found.skip("not a requirement", wish.location, UnreadReason.UNPARSABLE)
    elif wish.is_elsewhere and wish.name:
        found.skip(f"{shown(wish.name)} is not from a package index", wish.location)
    elif not pin.version:
        found.skip(pin.why, wish.location)
    else:
        around = around_place(lines, pin.location, pin.version) if pin.around else ()
        details = {Use.DEVELOPMENT: (True, False), Use.EXTRA: (False, True)}
        dev, optional = details.get(wish.use, (False, False))
        package = Package(
            PYPI,
            pin.name,
            pin.version,
            pin.location,
            found.kind,
            around=around,
            depth=Depth.DIRECT,
            dev=dev,
            optional=optional,
        )
        found.packages.append(package)


def _keyed(wish: Wish) -> Pin | None:
    exact = _EXACT.fullmatch(wish.text.strip())
    if exact is None or "*" in wish.text:
        return Pin(wish.name, "", wish.location, why=f"{shown(wish.name)} is not pinned to one version")
    start = wish.text.index(exact[1])
    return Pin(wish.name, exact[1], _part(wish, start, exact[1]), around=("whole",))


def _listed(wish: Wish) -> Pin | None:
    at, text = wish.location, wish.text.strip()
    left = len(wish.text) - len(wish.text.lstrip())
    pin = parse_pin(at.path, LogicalLine(text, ((0, at.start_line, at.start_column + left),)))
    if pin is None or not pin.version:
        return pin
    end = pin.location.end_column - at.start_column
    place = _part(wish, end - len(pin.version), pin.version)
    is_alone = _ALONE.fullmatch(text.partition(";")[0].strip()) is not None
    return replace(pin, location=place, around=("whole",) if is_alone else ())


def _part(wish: Wish, start: int, version: str) -> Location:
    """Where the version stands within the text, where that is written as it is read."""
    at = wish.location
    is_plain = at.start_line == at.end_line and at.end_column - at.start_column == len(wish.text)
    if not is_plain or not wish.text.startswith(version, start):
        return at
    first = at.start_column + start
    return Location(at.path, at.start_line, first, at.start_line, first + len(version))
