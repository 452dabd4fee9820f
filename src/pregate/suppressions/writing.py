"""
Changes to the suppressions file, made in its text: comments and order stay, and a new entry is a block of its
own beside its neighbours by path, so that git merges what two branches add.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pregate.errors import PregateError, UsageError
from pregate.model import Suppression
from pregate.suppressions.file import PATH, SuppressionFile, load_suppressions

_ANCHOR_DIGITS = 32
# Hexadecimal digits in a row, in quotes, look like a secret to whoever searches for such.
_GROUP = 8
_COUNT = re.compile(r"[ \t]{0,80}count[ \t]{0,80}=[ \t]{0,80}[0-9]{1,9}")


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
    return anchor[:_ANCHOR_DIGITS]


def path_of(path: str) -> str:
    """A finding's path as an entry holds it: what TOML cannot say stands for itself as ``?``."""
    return "".join("?" if "\ud800" <= c <= "\udfff" else c for c in path)


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
