"""
The suppressions file, ``.pregate/suppressions.toml``: findings that are accepted, known by content.

    version = 1
    salt = "…"             # for the witnesses of secrets; never changed

    [[suppress]]
    rule = "python/B602"
    path = "src/app.py"    # or a glob
    anchor = "…"           # the first digits of the finding's anchor, which is a digest of the flagged text
    reason = "…"

Format: TOML (https://toml.io/en/v1.0.0). :mod:`pregate.suppressions.writing` changes it.
"""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Mapping
from typing import Any, NoReturn

from pregate.errors import UsageError
from pregate.model import Location, Suppression, SuppressionKind
from pregate.records import dataclass
from pregate.suppressions import PATH, is_glob
from pregate.suppressions.matching import wrong_with

__all__ = ["LIMIT", "PATH", "SHORTEST_ANCHOR", "SuppressionFile", "is_glob", "load_suppressions"]

LIMIT = 4 << 20
"""Larger files, in bytes, are refused."""
SHORTEST_ANCHOR = 16
_ANCHOR = re.compile(r"[0-9a-f]{16,64}")
_WITNESS = re.compile(r"[0-9a-f]{1,8}")
_SALT = re.compile(r"(?:[0-9a-f]{2}){16,64}")
_HEADER = re.compile(r"[ \t]{0,80}\[\[[ \t]{0,80}suppress[ \t]{0,80}\]\]")
_KEYS = ("rule", "path", "anchor", "count", "witness", "reason", "owner", "until", "created")
_EXAMPLE = 'An entry is: [[suppress]], rule = "…", path = "…", anchor = "…", reason = "…".'


@dataclass(frozen=True, slots=True)
class SuppressionFile:
    """The entries of the file, in their order, and the salt of the repository (``b""``: it has none)."""

    salt: bytes = b""
    suppressions: tuple[Suppression, ...] = ()


def load_suppressions(data: bytes, origin: str = PATH) -> SuppressionFile:
    """
    The suppressions in the bytes of a file that is called ``origin``.

    Raises UsageError with file, line and what to write for anything that is not as documented.
    """
    tables = _parse(data, origin)
    text = data.decode("utf-8-sig")
    entries = tables.get("suppress", [])
    for key in tables:
        if key not in ("version", "salt", "suppress"):
            raise UsageError(f"{origin}: unknown key {key!r}", "Known keys: version, salt, [[suppress]].")
    if tables.get("version") != 1:
        raise UsageError(
            f"{origin}: version is {'missing' if 'version' not in tables else 'not one that is known'}",
            "Write version = 1 on the first line; a later version needs a later pregate.",
        )
    salt = tables.get("salt", "")
    salt = salt.replace("-", "") if isinstance(salt, str) else salt
    if salt and not (isinstance(salt, str) and _SALT.fullmatch(salt)):
        raise UsageError(
            f"{origin}: salt is not a string of 32 to 128 hexadecimal digits",
            "Take it from an earlier version of the file: with another one, suppressed secrets are new.",
        )
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise UsageError(f"{origin}: suppress is not a list of tables", _EXAMPLE)
    lines = _header_lines(text, len(entries))
    found = tuple(_suppression(entry, origin, line) for entry, line in zip(entries, lines, strict=True))
    return SuppressionFile(bytes.fromhex(salt or ""), found)


def _parse(data: bytes, origin: str) -> Mapping[str, Any]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{origin}:{line}: not UTF-8", "Save the file as UTF-8, as TOML demands.") from None
    for number, row in enumerate(text.split("\n"), 1):
        if row.startswith(("<<<<<<< ", ">>>>>>> ")):
            raise UsageError(
                f"{origin}:{number}: a merge conflict", "Keep the entries of both sides and one salt."
            )
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # The parser's words quote no more than a key of the file.
        raise UsageError(f"{origin}: not TOML: {error}", "Mend the line named above.") from None
    except ValueError:
        raise UsageError(f"{origin}: a number is too long", _EXAMPLE) from None
    except RecursionError:
        raise UsageError(f"{origin}: nested too deep", _EXAMPLE) from None


def _header_lines(text: str, count: int) -> list[int]:
    lines = [n for n, line in enumerate(text.split("\n"), 1) if _HEADER.match(line)]
    if len(lines) == count:
        return lines
    # Inline tables, or text that looks like a header.
    from pregate.positions import Array, Lines, PositionError, parse_toml

    try:
        root = parse_toml(text)
    except PositionError:
        return [1] * count
    node = root.get("suppress")
    items = node.items if isinstance(node, Array) else []
    where = Lines(text)
    return [where.place(item.start)[0] for item in items] if len(items) == count else [1] * count


def _suppression(entry: Mapping[str, Any], origin: str, line: int) -> Suppression:
    place = f"{origin}:{line}"
    for key in entry:
        if key not in _KEYS:
            raise UsageError(f"{place}: unknown key {key!r}", f"Known keys: {', '.join(_KEYS)}.")
    for key in ("rule", "path", "anchor"):
        if not entry.get(key):
            raise UsageError(f"{place}: the entry has no {key}", _EXAMPLE)
    rule, path = _text(entry, "rule", place), _text(entry, "path", place)
    anchor, witness = _text(entry, "anchor", place).replace("-", ""), _text(entry, "witness", place)
    if wrong := wrong_with(rule) or ("" if "/" in rule else "has no check before a slash"):
        raise UsageError(f"{place}: rule {rule!r} {wrong}", 'For example: rule = "python/B602".')
    if "\0" in path:
        _refuse(place, "path", "a path or glob that a file can have")
    if not _ANCHOR.fullmatch(anchor):
        _refuse(place, "anchor", "the first 16 to 64 hexadecimal digits of a finding's anchor")
    if witness and not _WITNESS.fullmatch(witness):
        _refuse(place, "witness", "what pregate suppress wrote there")
    count = entry.get("count", 1)
    if type(count) is not int or count < 0:
        _refuse(place, "count", "a number; 0 stands for any number")
    _day(entry, "created", place)
    return Suppression(
        SuppressionKind.FILE,
        rule,
        Location(origin, line, 1, line, 1),
        place,
        reason=_text(entry, "reason", place),
        owner=_text(entry, "owner", place),
        until=_day(entry, "until", place),
        anchor=anchor,
        path=path,
        witness=witness,
        count=count,
    )


def _text(entry: Mapping[str, Any], key: str, place: str) -> str:
    value = entry.get(key, "")
    if not isinstance(value, str):
        _refuse(place, key, "a string")
    return str(value).strip()


def _day(entry: Mapping[str, Any], key: str, place: str) -> str:
    value = entry.get(key, "")
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value.isoformat()
    if value == "":
        return ""
    try:
        if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            return datetime.date.fromisoformat(value).isoformat()
    except ValueError:
        pass
    return _refuse(place, key, "a day such as 2027-01-31")


def _refuse(place: str, key: str, wanted: str) -> NoReturn:
    raise UsageError(f"{place}: {key} is not {wanted}", f"Mend {key} in the entry that begins on this line.")
