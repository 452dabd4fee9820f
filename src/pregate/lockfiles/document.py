"""What all readers share: one entry at a time, errors in our words; and lock files in TOML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from pregate.expressions import expression
from pregate.lockfiles.model import Declaration, Depth, Package, Reading, Requirement
from pregate.model import Location, Related, Unread, UnreadReason
from pregate.positions import Array, Lines, Node, Object, PositionError, Scalar, decode

_CONFLICT = expression(r"^(?:<{7}|>{7})(?: |$)", re.MULTILINE)
Entries = list[tuple[Any, Location]]
MAX_WORD = 300


if TYPE_CHECKING:

    class Details(TypedDict, total=False):
        """What an entry may tell of its package beside name, version and place."""

        hashed: bool
        related: tuple[Related, ...]
        around: tuple[str, ...]
        depth: Depth
        dev: bool
        optional: bool
        requires: tuple[Requirement, ...]
        declared: tuple[Declaration, ...]
        licenses: str
        own_ident: str


class Collector:
    """Gathers the packages and the unread parts of one lock file."""

    def __init__(self, path: str, kind: str, ecosystem: str) -> None:
        self.path, self.kind, self.ecosystem = path, kind, ecosystem
        self.packages: list[Package] = []
        self.unread: list[Unread] = []

    def add(
        self,
        name: object,
        version: object,
        location: Location,
        ecosystem: str = "",
        **details: Unpack[Details],
    ) -> None:
        """
        One entry; a name or version that is none makes the entry unread, not the file.

        ``ecosystem`` is given where it is not the collector's; ``details`` are fields of :class:`Package`.
        """
        if not is_word(name) or not is_word(version):
            self.skip("an entry's name or version is no usable text", location, UnreadReason.UNPARSABLE)
            return
        world = ecosystem or self.ecosystem
        self.packages.append(Package(world, str(name), str(version), location, self.kind, **details))

    def skip(self, detail: str, location: Location, reason: UnreadReason = UnreadReason.NOT_AUDITED) -> None:
        """Lists an entry, or the line of one, as unread; ``detail`` must not quote addresses."""
        self.unread.append(Unread(self.path, reason, detail, location.start_line))

    def reading(self) -> Reading:
        """Everything, in the order of the places."""
        packages = sorted(self.packages, key=lambda p: (*place_of(p.location), p.key))
        return Reading(tuple(packages), tuple(sorted(self.unread, key=lambda u: (u.line, u.detail))))


def place_of(place: Location) -> tuple[str, int, int, int, int]:
    """What locations are ordered by; a tuple is compared far faster than they are."""
    return place.path, place.start_line, place.start_column, place.end_line, place.end_column


def shown(name: object) -> str:
    """
    A name for a message, or words in its place: bounded, printable, and no address that may hold a password.
    """
    text = name if isinstance(name, str) and name.isprintable() and 0 < len(name) <= MAX_WORD else ""
    return "an entry" if not text or "@" in text.partition(":")[2] else text


def is_word(value: object) -> bool:
    """
    Whether ``value`` can stand as a name or a version: a bounded, printable text without blanks, and no
    address that may hold a password.
    """
    if not (isinstance(value, str) and 0 < len(value) <= MAX_WORD and value.isprintable()):
        return False
    return " " not in value and not may_hold_password(value)


def phrase(value: object) -> str:
    """
    A constraint or a licence of a file if it is a bounded, printable text, ``""`` for anything else.

    It is not cut: a part of it would say something else.
    """
    return value if isinstance(value, str) and len(value) <= MAX_WORD and value.isprintable() else ""


def may_hold_password(text: str) -> bool:
    """Whether an address with a user's name before its host may stand in ``text``: it is not quoted then."""
    return "://" in text and "@" in text


def failed(path: str, detail: str, line: int = 0) -> Reading:
    """A file that could not be read at all."""
    return Reading((), (Unread(path, UnreadReason.UNPARSABLE, detail, line),))


def load_toml(path: str, data: bytes, array: str) -> tuple[Mapping[str, Any], Entries] | Reading:
    """
    A TOML file's data, and the entries of its array of tables ``array`` with the place of each one's version.

    Gives the reading that says why there is none when the file is not TOML.

    The values of ``files``, ``wheels`` and ``sdist`` may be left empty: see
    :mod:`pregate.lockfiles.toml_lines`.
    """
    from pregate.lockfiles.toml_lines import IrregularError  # JSON files do without its patterns

    text = ""
    try:
        text = decode(data).removeprefix("\ufeff")
        return _regular_toml(path, text, array)
    except PositionError as error:
        return failed(path, f"not TOML: {error.message}", error.line)
    except IrregularError:
        return _any_toml(path, text, array)


def _regular_toml(path: str, text: str, array: str) -> tuple[Mapping[str, Any], Entries]:
    from pregate.lockfiles.toml_lines import IrregularError, parse_lines

    text = text.replace("\r\n", "\n")
    regular = parse_lines(text)
    entries = regular.data.get(array, [])
    if not isinstance(entries, list) or not all(id(entry) in regular.spans for entry in entries):
        raise IrregularError
    places: list[tuple[Any, Location]] = []
    line, last = 1, 0
    for entry in entries:
        start, end = regular.spans[id(entry)]
        line += text.count("\n", last, start)
        column = start - text.rfind("\n", 0, start)
        places.append((entry, Location(path, line, column, line, column + end - start)))
        last = start
    return regular.data, places


def _any_toml(path: str, text: str, array: str) -> tuple[Mapping[str, Any], Entries] | Reading:
    from pregate.positions.toml_text import parse_toml  # its patterns cost what a small lock file does

    try:
        root = parse_toml(text)
    except PositionError as error:
        return conflict(path, text) or failed(path, f"not TOML: {error.message}", error.line)
    nodes = root.get(array)
    if nodes is not None and not isinstance(nodes, Array):
        return failed(path, f"{array} is no array of tables")
    tables, lines = root.to_plain(), Lines(text)
    places = [_place(path, lines, node) for node in nodes or ()]
    return tables, list(zip(tables.get(array, ()), places, strict=True))


def _place(path: str, lines: Lines, entry: Node) -> Location:
    """The place of an entry's version, else of its header or of all of it."""
    version = entry.get("version") if isinstance(entry, Object) else None
    if isinstance(version, Scalar) and isinstance(version.value, str):
        return lines.location(path, version.start + 1, version.end - 1)
    return lines.location(path, entry.start, entry.end)


def conflict(path: str, text: str) -> Reading | None:
    """The reading of a file in which a merge conflict was left, or None where there is no marker of one."""
    # A search at every line's beginning takes long: it is made only where there are such marks at all.
    marker = _CONFLICT.search(text) if "<" * 7 in text or ">" * 7 in text else None
    if marker is None:
        return None
    return failed(path, "a merge conflict is not resolved", Lines(text).place(marker.start())[0])
