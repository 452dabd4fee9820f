"""Reading and writing the baseline file, and what changes in it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from pregate.errors import UsageError
from pregate.model import BaselineEntry, Finding
from pregate.records import replace

PATH = ".pregate/baseline.jsonl"
VERSION = 1
ANCHOR_DIGITS = 16
_MARK = "sha256:"  # no scanner takes what begins so for a secret
_FIELDS = {"rule": str, "path": str, "anchor": str, "ordinal": int, "witness": str}
_Content = tuple[str, str, str]  # rule, anchor, witness


def parse_baseline(data: bytes, origin: str = PATH) -> tuple[BaselineEntry, ...]:
    """
    The entries of a baseline file, sorted, each once; lines in another order or twice are left by merges.

    Raises UsageError, naming the file and the line, for what is no entry (a conflict's marks, say) and for a
    version that is not known.
    """
    found: dict[BaselineEntry, None] = {}
    for number, line in enumerate(data.split(b"\n"), 1):
        if not line.strip():
            continue
        value = _value(line, f"{origin}:{number}")
        if set(value) == {"version"}:
            _check_version(value["version"], origin)
        else:
            found[_entry(value, f"{origin}:{number}")] = None
    return tuple(sorted(found, key=_order))


def _value(line: bytes, where: str) -> dict[str, Any]:
    if line.startswith((b"<<<<<<<", b"=======", b">>>>>>>")):
        raise UsageError(
            f"{where}: a merge conflict is left",
            "Keep the lines of both sides and remove the marks; pregate baseline update puts them in order.",
        )
    try:
        value = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError):
        raise UsageError(f"{where}: not JSON", "Each line is one finding: {…}. Remove the line.") from None
    if not isinstance(value, dict):
        raise UsageError(f"{where}: not an object", "Each line is one finding: {…}. Remove the line.")
    return value


def _check_version(version: Any, origin: str) -> None:
    if version != VERSION:
        raise UsageError(
            f"{origin}: version {version!r:.40} is not known",
            f"This pregate reads version {VERSION}: use a newer one, or make the baseline anew.",
        )


def _entry(value: dict[str, Any], where: str) -> BaselineEntry:
    is_sound = (
        {"rule", "path", "anchor"} <= set(value) <= set(_FIELDS)
        and all(type(v) is _FIELDS[k] for k, v in value.items())
        and len(value["anchor"]) == len(_MARK) + ANCHOR_DIGITS
        and value["anchor"].startswith(_MARK)
        and _is_path(value["path"])
    )
    if not is_sound:
        raise UsageError(
            f"{where}: not an entry",
            'An entry is {"anchor":"sha256:…","path":"…","rule":"…"} with maybe "ordinal" and "witness".',
        )
    return BaselineEntry(**value | {"anchor": value["anchor"].removeprefix(_MARK)})


def _is_path(path: str) -> bool:
    """Whether a file can have it: bytes that are no UTF-8 are lone surrogates of one kind."""
    try:
        return b"\0" not in path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False


def render_baseline(entries: Iterable[BaselineEntry]) -> bytes:
    """The file: a line with the version, then one for each entry, sorted; equal ones are numbered anew."""
    lines = [_line({"version": VERSION})]
    lines += [_line(_fields(entry)) for entry in sorted(_numbered(entries), key=_order)]
    return b"".join(lines)


def _fields(entry: BaselineEntry) -> dict[str, Any]:
    value = {name: getattr(entry, name) for name in _FIELDS} | {"anchor": _MARK + entry.anchor}
    return {name: v for name, v in value.items() if v or name in ("rule", "path", "anchor")}


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii") + b"\n"


def _numbered(entries: Iterable[BaselineEntry]) -> Iterable[BaselineEntry]:
    """Equal entries with ordinals from 0, so that they do not change when another one goes."""
    seen: Counter[BaselineEntry] = Counter()
    for entry in entries:
        plain = replace(entry, ordinal=0)
        yield replace(entry, ordinal=seen[plain])
        seen[plain] += 1


def _order(entry: BaselineEntry) -> tuple[str, str, str, str, int]:
    return entry.path, entry.rule, entry.anchor, entry.witness, entry.ordinal


def entries_of(findings: Iterable[Finding]) -> tuple[BaselineEntry, ...]:
    """An entry for each finding."""
    return tuple(
        _numbered(
            BaselineEntry(f.rule.id, f.location.path, f.anchor[:ANCHOR_DIGITS], 0, f.witness)
            for f in findings
        )
    )


def growth(before: Sequence[BaselineEntry], after: Sequence[BaselineEntry]) -> tuple[BaselineEntry, ...]:
    """What ``after`` holds more than ``before``; an entry that has only another path is not more."""
    known = Counter(_content(e) for e in before)
    more = []
    old = set(before)
    for entry in sorted(after, key=lambda e: (e not in old, _order(e))):
        known[_content(entry)] -= 1
        if known[_content(entry)] < 0:
            more.append(entry)
    return tuple(more)


def refreshed(
    entries: Sequence[BaselineEntry], findings: Sequence[Finding], absent: Collection[str]
) -> tuple[BaselineEntry, ...]:
    """
    The entries that still have a finding, with the path at which it now stands. ``absent`` are the paths of
    entries at which there is no file any more.
    """
    here = Counter((*_content(e), e.path) for e in entries if e.path not in absent)
    moved = Counter(_content(e) for e in entries if e.path in absent)
    kept = []
    for found in entries_of(sorted(findings, key=lambda f: f.location)):
        for witness in dict.fromkeys((found.witness, "")):
            content = (found.rule, found.anchor, witness)
            if here[*content, found.path] > 0:
                here[*content, found.path] -= 1
            elif moved[content] > 0:
                moved[content] -= 1
            else:
                continue
            kept.append(replace(found, ordinal=0))
            break
    return tuple(_numbered(kept))


def _content(entry: BaselineEntry) -> _Content:
    return entry.rule, entry.anchor, entry.witness
