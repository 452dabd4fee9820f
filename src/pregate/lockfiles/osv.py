"""
From a JSON record in the OSV format to an :class:`Advisory`. Records are hostile: every type is checked,
every text bounded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pregate.expressions import expression
from pregate.lockfiles.model import Advisory, Affected, Event, Range

MAX_TEXT = 20_000
MAX_SHORT = 512
MAX_ITEMS = 20_000
EVENTS = ("introduced", "fixed", "last_affected", "limit")
_ID = expression(r"[A-Za-z0-9][A-Za-z0-9._:+-]{0,127}")
_CWE = expression(r"CWE-([0-9]{1,6})")


class MalformedRecordError(ValueError):
    """A record that is not in the OSV format; the text says which field is wrong."""


def is_advisory_id(text: object) -> bool:
    """Whether ``text`` is safe as an identifier, in an address and a file's name."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None


def plain(text: str, limit: int = MAX_TEXT) -> str:
    """
    ``text`` without control and formatting characters or lone surrogates, blanks collapsed, cut at a word
    near ``limit``.
    """
    words = " ".join(text[: 4 * limit].split())
    if not words.isprintable():  # blanks but the plain one are gone: what is left is of Unicode's category C
        words = " ".join("".join(c for c in words if c.isprintable()).split())
    if len(words) <= limit:
        return words
    head = words[: limit - 1]
    return (head[: head.rfind(" ")] if " " in head[limit // 2 :] else head).rstrip(" ,.;:") + "…"


def parse_advisory(record: object) -> Advisory:
    """
    The advisory in a decoded JSON record.

    Raises MalformedRecordError, saying which field is wrong, when the record cannot be relied on: an advisory
    read by half is a false all-clear. Fields that only illustrate (references, CWE) are dropped when they are
    malformed.
    """
    if not isinstance(record, Mapping):
        raise MalformedRecordError("the record is no object")
    if not is_advisory_id(record.get("id")):
        raise MalformedRecordError("the record has no usable id")
    specific = _mapping(record.get("database_specific"), lenient=True)
    return Advisory(
        id=record["id"],
        aliases=tuple(a for a in _list(record.get("aliases"), "aliases") if is_advisory_id(a)),
        summary=_text(record.get("summary"), MAX_SHORT),
        details=_text(record.get("details"), MAX_TEXT),
        published=_text(record.get("published"), 40),
        modified=_text(record.get("modified"), 40),
        withdrawn=_text(record.get("withdrawn"), 40),
        severity=_severity(record.get("severity")),
        severity_word=_text(specific.get("severity"), 20),
        cwe=_cwe(specific.get("cwe_ids")),
        affected=tuple(_affected(a) for a in _list(record.get("affected"), "affected")),
        references=tuple(_references(record.get("references"))),
    )


def _affected(value: object) -> Affected:
    entry = _mapping(value)
    package = _mapping(entry.get("package", {}))
    ecosystem, name = package.get("ecosystem", ""), package.get("name", "")
    if not isinstance(ecosystem, str) or not isinstance(name, str):
        raise MalformedRecordError("affected.package is malformed")
    versions = _list(entry.get("versions"), "affected.versions")
    if not all(isinstance(v, str) for v in versions):
        raise MalformedRecordError("affected.versions is malformed")
    word = ""
    for key in ("database_specific", "ecosystem_specific"):
        word = word or _text(_mapping(entry.get(key), lenient=True).get("severity"), 20)
    base, _, release = ecosystem.partition(":")
    return Affected(
        ecosystem=base,
        name=name,
        ranges=tuple(_range(r) for r in _list(entry.get("ranges"), "affected.ranges")),
        versions=tuple(versions),
        severity=_severity(entry.get("severity")),
        severity_word=word,
        functions=_functions(entry),
        release=release,
    )


def _functions(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """
    The vulnerable functions, where a database names them.

    ``affected_functions`` is a list of PyPA's and of GitHub's, or RustSec's table of paths and versions below
    ``affects``; Go's ``imports`` are lists of a package with its ``symbols``.
    """
    found: dict[str, None] = {}
    for key in ("database_specific", "ecosystem_specific"):
        specific = _mapping(entry.get(key), lenient=True)
        affects = _mapping(specific.get("affects"), lenient=True)
        for listed in (specific.get("affected_functions"), affects.get("functions")):
            names = listed[:200] if isinstance(listed, list) else ()
            found |= dict.fromkeys(name for name in names if isinstance(name, str))
        for row in specific["imports"][:200] if isinstance(specific.get("imports"), list) else ():
            package, symbols = (row.get("path"), row.get("symbols")) if isinstance(row, Mapping) else ("", [])
            if isinstance(package, str) and isinstance(symbols, list):
                found |= {f"{package}.{s}": None for s in symbols[:200] if isinstance(s, str)}
    return tuple(plain(name, MAX_SHORT) for name in list(found)[:200])


def _range(value: object) -> Range:
    entry = _mapping(value)
    kind = entry.get("type", "ECOSYSTEM")
    if not isinstance(kind, str):
        raise MalformedRecordError("affected.ranges.type is malformed")
    events: list[Event] = []
    for event in _list(entry.get("events"), "affected.ranges.events"):
        for name, version in _mapping(event).items():
            if name not in EVENTS or not isinstance(version, str):
                raise MalformedRecordError("affected.ranges.events is malformed")
            events.append(Event(name, version))
    return Range(kind, tuple(events))


def _severity(value: object) -> tuple[tuple[str, str], ...]:
    pairs = []
    for item in value[:50] if isinstance(value, list) else ():
        if isinstance(item, Mapping):
            kind, score = item.get("type"), item.get("score")
            if isinstance(kind, str) and isinstance(score, str) and len(score) <= MAX_SHORT:
                pairs.append((kind, score))
    return tuple(pairs)


def _cwe(value: object) -> tuple[int, ...]:
    items = value[:100] if isinstance(value, list) else []
    found = (_CWE.fullmatch(item) for item in items if isinstance(item, str))
    return tuple(sorted({int(m.group(1)) for m in found if m}))


def _references(value: object) -> Iterable[str]:
    for item in value[:200] if isinstance(value, list) else ():
        url = item.get("url") if isinstance(item, Mapping) else None
        if (
            isinstance(url, str)
            and url.startswith(("https://", "http://"))
            and len(url) <= 2048
            and url.isprintable()
        ):
            yield url


def _list(value: object, field: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > MAX_ITEMS:
        raise MalformedRecordError(f"{field} is malformed")
    return value


def _mapping(value: object, *, lenient: bool = False) -> Mapping[str, Any]:
    if isinstance(value, Mapping):
        return value
    if lenient:
        return {}
    raise MalformedRecordError("affected is malformed")


def _text(value: object, limit: int) -> str:
    return plain(value, limit) if isinstance(value, str) else ""
