"""The line of a requirements file in which another version can be written by itself."""

from __future__ import annotations

from collections.abc import Sequence

from pregate.expressions import expression
from pregate.lockfiles.document import may_hold_password
from pregate.lockfiles.python.logical_lines import LogicalLine
from pregate.model import Location

MAX_LINE = 1_000
# A name, its extras, and the parenthesis of an older form. Another condition may forbid the new version.
_NAME = expression(r"[A-Za-z0-9._-]{1,200}[ \t]{0,9}(?:\[[^\]=<>!~;]{0,400}\])?[ \t]{0,9}\(?[ \t]{0,9}")


def physical_lines(data: bytes) -> tuple[str, ...]:
    """
    The lines as editors and git count them, without their ends; none when the file is not UTF-8, or when a
    carriage return stands alone, so that they count differently.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return ()
    if "\r" in text.replace("\r\n", ""):
        return ()
    return tuple(line.removesuffix("\r") for line in text.split("\n"))


def around_version(lines: Sequence[str], line: LogicalLine, version: str) -> tuple[str, ...]:
    """
    What stands before and after the version in the line that holds the whole of a requirement with one
    ``==``, and at most a comment beside it; nothing when there is any doubt.

    A line with an address and an ``@`` may hold a password: it is left alone. So is one with a byte order
    mark, or any other character that does not show.
    """
    number = line.line
    if any(piece[1] != number for piece in line.pieces) or number > len(lines):
        return ()
    raw = lines[number - 1]
    at = len(raw) - len(raw.lstrip())
    behind = raw[at + len(line.text) :]
    is_whole = raw.startswith(line.text, at) and _is_comment(behind)
    if not is_whole or not _is_plain(raw) or may_hold_password(raw):
        return ()
    head = line.text.partition(";")[0]
    name, equal, rest = head.partition("==")
    start = len(name) + len(equal) + len(rest) - len(rest.lstrip())
    end = start + len(version)
    if not _NAME.fullmatch(name) or not head.startswith(version, start) or head[end:].strip(" \t)"):
        return ()
    if not version.isascii() or "+" in version:  # a build of its own (PEP 440, "Local version identifiers")
        return ()
    return raw[: at + start], raw[at + end :]


def around_place(lines: Sequence[str], place: Location, version: str) -> tuple[str, ...]:
    """What stands before and after the version at ``place`` in its line; nothing when there is any doubt."""
    if not 0 < place.start_line <= len(lines):
        return ()
    raw = lines[place.start_line - 1]
    start, end = place.start_column - 1, place.end_column - 1
    if raw[start:end] != version or not _is_plain(raw) or may_hold_password(raw):
        return ()
    if not version.isascii() or "+" in version:
        return ()
    return raw[:start], raw[end:]


def _is_comment(text: str) -> bool:
    return not text.strip() or (text[0] in " \t" and text.lstrip().startswith("#"))


def _is_plain(line: str) -> bool:
    return len(line) <= MAX_LINE and line.replace("\t", " ").isprintable()
