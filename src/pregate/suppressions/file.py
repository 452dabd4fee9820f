"""
The suppressions file, ``.pregate/suppressions.toml``: findings that are accepted, known by content.

    version = 1
    salt = "…"             # for the witnesses of secrets; never changed

    [[suppress]]
    rule = "python/B602"
    path = "src/app.py"    # or a glob
    anchor = "…"           # the first digits of the finding's anchor, which is a digest of the flagged text
    reason = "…"

Format: TOML (https://toml.io/en/v1.0.0). It is changed as text, so that comments and order stay; a new entry
is a block of its own beside its neighbours by path, so that git merges what two branches add.
"""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from pregate.errors import PregateError, UsageError
from pregate.model import Location, Suppression, SuppressionKind
from pregate.suppressions.matching import wrong_with

PATH = ".pregate/suppressions.toml"
LIMIT = 4 << 20
"""Larger files, in bytes, are refused."""
SHORTEST_ANCHOR = 16
_WRITTEN_ANCHOR = 32
_ANCHOR = re.compile(r"[0-9a-f]{16,64}")
_WITNESS = re.compile(r"[0-9a-f]{1,8}")
_SALT = re.compile(r"(?:[0-9a-f]{2}){16,64}")
# Hexadecimal digits in a row, in quotes, look like a secret to whoever searches for such.
_GROUP = 8
_HEADER = re.compile(r"[ \t]{0,80}\[\[[ \t]{0,80}suppress[ \t]{0,80}\]\]")
_COUNT = re.compile(r"[ \t]{0,80}count[ \t]{0,80}=[ \t]{0,80}[0-9]{1,9}")
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


def new_file(salt: bytes) -> bytes:
    """A suppressions file without entries."""
    return f"""\
# Findings that are accepted: see https://github.com/pregate/pregate/blob/main/docs/suppressions.md
# Written by `pregate suppress`; entries may be edited and removed by hand.
version = 1
# Tells values of suppressed secrets apart without holding them. Never change it.
salt = "{_grouped(salt.hex())}"
""".encode()


def with_entry(data: bytes, entry: Suppression, created: str) -> bytes:
    """
    ``data`` with one entry more, before the first that comes after it by path, rule and anchor.

    ``created`` is a day (``2026-11-26``) or ``""``. All other text stays as it is. Raises UsageError when
    ``data`` is no suppressions file.
    """
    known = load_suppressions(data)
    text = data.decode("utf-8-sig")
    lines = _split(text)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    end = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    block = _written(entry, created).replace("\n", end)
    place = next((_start(lines, s) for s in known.suppressions if _rank(s) > _rank(entry)), len(lines))
    before, after = lines[:place], lines[place:]
    gap = end if before and before[-1].strip() else ""
    made = "".join((*before, gap, block, end if after else "", *after)).encode()
    return _checked(made, known.salt, len(known.suppressions) + 1)


def with_salt(data: bytes, salt: bytes) -> bytes:
    """``data``, which has no salt, with this one behind its version."""
    file = load_suppressions(data)
    lines = _split(data.decode("utf-8-sig"))
    place = next(n for n, line in enumerate(lines) if line.lstrip().startswith("version")) + 1
    lines[place - 1] = lines[place - 1].rstrip("\r\n") + "\n"
    lines.insert(place, f'salt = "{_grouped(salt.hex())}"\n')
    return _checked("".join(lines).encode(), salt, len(file.suppressions))


def with_count(data: bytes, entry: Suppression, count: int) -> bytes:
    """``data`` with another count in an entry that was loaded from it."""
    file = load_suppressions(data)
    lines = _split(data.decode("utf-8-sig"))
    first = entry.origin.start_line
    stop = min((s.origin.start_line for s in file.suppressions if s.origin.start_line > first), default=0)
    old = [n for n in range(first, stop - 1 if stop else len(lines)) if _COUNT.match(lines[n])]
    if old:
        lines[old[0]] = _COUNT.sub(f"count = {count}", lines[old[0]], count=1)
    else:
        lines.insert(first, f"count = {count}\n")
    made = _checked("".join(lines).encode(), file.salt, len(file.suppressions))
    if not any(s.origin == entry.origin and s.count == count for s in load_suppressions(made).suppressions):
        raise _unchangeable()
    return made


def without_entries(data: bytes, gone: Sequence[Suppression]) -> bytes:
    """
    ``data`` without the entries in ``gone``, which were loaded from it; the comments right above go too.

    Raises PregateError when the file is written so that they cannot be told from the rest.
    """
    file = load_suppressions(data)
    known = file.suppressions
    lines = _split(data.decode("utf-8-sig"))
    starts = [_start(lines, s) for s in known]
    left: list[str] = lines[: starts[0]] if starts else lines
    for number, suppression in enumerate(known):
        stop = starts[number + 1] if number + 1 < len(starts) else len(lines)
        if suppression not in gone:
            left += lines[starts[number] : stop]
    made = "".join(left).rstrip("\r\n") + ("\r\n" if "\r\n" in lines[0] else "\n")
    return _checked(made.encode(), file.salt, len(known) - len(set(gone)))


def anchor_of(anchor: str) -> str:
    """As much of a finding's anchor as an entry holds."""
    return anchor[:_WRITTEN_ANCHOR]


def path_of(path: str) -> str:
    """A finding's path as an entry holds it: what TOML cannot say stands for itself as ``?``."""
    return "".join("?" if "\ud800" <= c <= "\udfff" else c for c in path)


def is_glob(path: str) -> bool:
    """Whether an entry's path stands for several; square brackets alone are part of a name."""
    return "*" in path or "?" in path


# ------------------------------------------------------------------------------------------------- reading


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


# ------------------------------------------------------------------------------------------------- writing


def _split(text: str) -> list[str]:
    """The lines with their ends, as TOML counts them."""
    lines = re.split(r"(?<=\n)", text)
    return lines if lines[-1] else lines[:-1]


def _rank(suppression: Suppression) -> tuple[str, str, str]:
    return suppression.path, suppression.rule, suppression.anchor


def _start(lines: Sequence[str], suppression: Suppression) -> int:
    """The index of the first line of an entry: that of the comments right above it."""
    at = suppression.origin.start_line - 1
    while at > 0 and lines[at - 1].lstrip().startswith("#"):
        at -= 1
    return at


def _written(entry: Suppression, created: str) -> str:
    values = (
        ("rule", quoted(entry.rule)),
        ("path", quoted(path_of(entry.path))),
        ("anchor", quoted(_grouped(entry.anchor))),
        ("witness", quoted(entry.witness) if entry.witness else ""),
        ("count", str(entry.count) if entry.count != 1 else ""),
        ("reason", quoted(entry.reason) if entry.reason else ""),
        ("owner", quoted(entry.owner) if entry.owner else ""),
        ("until", entry.until),
        ("created", created),
    )
    return "[[suppress]]\n" + "".join(f"{key} = {value}\n" for key, value in values if value)


def _grouped(digits: str) -> str:
    return "-".join(digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP))


_SHORT = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def quoted(text: str) -> str:
    """A basic string of TOML; a lone surrogate, which TOML cannot hold, becomes U+FFFD."""
    parts = []
    for c in text:
        if c in _SHORT:
            parts.append(_SHORT[c])
        elif "\ud800" <= c <= "\udfff":
            parts.append("\ufffd")
        else:
            parts.append(c if c.isprintable() or c == " " else f"\\U{ord(c):08X}")
    return f'"{"".join(parts)}"'


def _checked(data: bytes, salt: bytes, count: int) -> bytes:
    """``data`` if it reads as what it should be; raises PregateError."""
    try:
        found = load_suppressions(data)
    except UsageError:
        found = SuppressionFile()
    if (found.salt, len(found.suppressions)) != (salt, count):
        raise _unchangeable()
    return data


def _unchangeable() -> PregateError:
    return PregateError(
        f"{PATH}: cannot be changed by pregate as it is written",
        "Write its entries as [[suppress]] tables, each key on a line of its own.",
    )
