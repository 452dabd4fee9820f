"""
Git's output, read as it comes: raw records (git-diff(1), "Raw output format") and the hunk headers of ``-U0``
patches.

Neither can be confused by what a file contains or is called: names in records end with NUL, and the lines of
a hunk are skipped by the numbers in its header, without being looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from pregate.errors import ChangesError
from pregate.expressions import expression
from pregate.model import LineRange, Mode
from pregate.records import dataclass

WHOLE = LineRange(1, 2**31 - 1)
"""The lines of a file whose added lines git does not tell: it calls the file binary, or attributes say so."""

EMPTY_TREES = {
    "sha1": "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    "sha256": "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}
"""
The id of the tree without entries, which git knows without storing it (``git hash-object -t tree
/dev/null``).
"""

_HUNK = expression(rb"@@ -(\d{1,12})(?:,(\d{1,12}))? \+(\d{1,12})(?:,(\d{1,12}))? @@")
_COMMIT = expression(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_ESCAPE = expression(rb"\\([0-7]{3}|.)", re.DOTALL)
_LETTERS = {
    b"a": b"\a",
    b"b": b"\b",
    b"t": b"\t",
    b"n": b"\n",
    b"v": b"\v",
    b"f": b"\f",
    b"r": b"\r",
    b'"': b'"',
    b"\\": b"\\",
}


class Reader:
    """Bytes that come in pieces: up to a mark, or so many lines skipped, in bounded memory."""

    def __init__(self, receive: Callable[[], bytes]) -> None:
        self._receive = receive
        self._buffer = b""
        self._at = 0

    def peek(self) -> bytes:
        """The next byte, ``b""`` at the end."""
        if self._at == len(self._buffer):
            self._buffer, self._at = self._receive(), 0
        return self._buffer[self._at : self._at + 1]

    def until(self, mark: bytes) -> bytes | None:
        """What comes before the next ``mark`` (one byte), which is passed; ``None`` at the end."""
        if not self.peek():
            return None
        parts = []
        while (end := self._buffer.find(mark, self._at)) < 0:
            parts.append(self._buffer[self._at :])
            self._at = len(self._buffer)
            if not self.peek():
                raise ChangesError(
                    "git's answer was cut short.", "Run pregate again; was git ended by something else?"
                )
        parts.append(self._buffer[self._at : end])
        self._at = end + 1
        return b"".join(parts)

    def exactly(self, size: int, *, keep: bool = True) -> bytes:
        """The next ``size`` bytes, or ``b""`` where they are only passed over."""
        parts = []
        while size:
            if not self.peek():
                raise ChangesError(
                    "git's answer was cut short.", "Run pregate again; was git ended by something else?"
                )
            part = self._buffer[self._at : self._at + size]
            self._at += len(part)
            size -= len(part)
            if keep:
                parts.append(part)
        return b"".join(parts)

    def skip(self, lines: int) -> None:
        """Pass over so many lines, of any length."""
        while lines and self.peek():
            held = self._buffer.count(b"\n", self._at)
            if held < lines:
                lines -= held
                self._at = len(self._buffer)
                continue
            for _ in range(lines):
                self._at = self._buffer.index(b"\n", self._at) + 1
            lines = 0


@dataclass(frozen=True, slots=True)
class Side:
    """One version of a file in a record; ``mode`` is ``None`` where there is none."""

    path: str
    oid: str
    mode: Mode | None


@dataclass(frozen=True, slots=True)
class Record:
    """
    A changed path: its versions before, one for each parent, and after.

    ``status`` is git's letter (A, D, M, R, T, U; one for each parent of a merge). An ``oid`` of zeros is
    content that is in no object.
    """

    status: str
    before: tuple[Side, ...]
    after: Side
    commit: str = ""


def to_text(path: bytes) -> str:
    """A path as the model has it: UTF-8, other bytes as lone surrogates, whatever the locale."""
    return path.decode("utf-8", "surrogateescape")


def to_bytes(path: str) -> bytes:
    """The inverse of ``to_text``."""
    return path.encode("utf-8", "surrogateescape")


def is_inside(path: str) -> bool:
    """Whether a path is one that git could hold: relative, without a dot or an empty name in it."""
    return "\0" not in path and not any(part in ("", ".", "..") for part in path.split("/"))


def read_mode(octal: bytes | str) -> Mode | None:
    """Git's mode, old group-writable files (100664) read as plain ones; ``None`` for 000000."""
    number = int(octal, 8)
    if number in (Mode.SYMBOLIC_LINK, Mode.SUBMODULE):
        return Mode(number)
    if not number:
        return None
    return Mode.EXECUTABLE if number & 0o100 else Mode.FILE


def read_records(reader: Reader) -> tuple[list[Record], bool]:
    """
    Records of ``--raw -z``, and whether a patch follows: an empty token stands before it.

    Commit ids between them, as ``diff-tree --stdin`` writes, become the records' ``commit``.
    """
    commit = ""
    records: list[Record] = []
    while token := reader.until(b"\0"):
        if not token.startswith(b":"):
            commit = token.decode("ascii")
            continue
        parents = len(token) - len(token.lstrip(b":"))
        fields = token[parents:].decode("ascii").split(" ")
        modes, oids, status = fields[: parents + 1], fields[parents + 1 : -1], fields[-1]
        names = _names(reader, parents, status)
        sides = [Side(n, o, read_mode(m)) for n, o, m in zip(names, oids, modes, strict=True)]
        records.append(Record(status.rstrip("0123456789"), tuple(sides[:-1]), sides[-1], commit))
    return records, token is not None


def _names(reader: Reader, parents: int, status: str) -> list[str]:
    """Names of all sides: ``--combined-all-paths`` gives every one, a plain record two only for a rename."""
    count = parents + 1 if parents > 1 or status[0] in "RC" else 1
    names = [to_text(reader.until(b"\0") or b"") for _ in range(count)]
    return names * 2 if count == 1 else names


@dataclass(frozen=True, slots=True)
class Hunk:
    """
    Lines ``start`` on (from 1, ``count`` of them) of the old version became those of the new one.

    With a count of 0 the start is the line before: git-diff(1), "Combined diff format", gives it so.
    """

    start: int
    count: int
    new_start: int
    new_count: int


def read_patch(reader: Reader) -> Iterator[tuple[str, dict[str, list[LineRange]]]]:
    """
    Lines that a ``-U0`` patch adds, by path; ``(commit, paths)`` for each commit id before a patch, in order,
    ``""`` where there is none.

    A path whose hunks only take lines away is there with an empty list; one without hunks is not.
    """
    for commit, paths in read_hunks(reader):
        yield commit, {path: [_added(h) for h in hunks if h.new_count] for path, hunks in paths.items()}


def _added(hunk: Hunk) -> LineRange:
    return LineRange(hunk.new_start, hunk.new_start + hunk.new_count - 1)


def read_hunks(reader: Reader) -> Iterator[tuple[str, dict[str, list[Hunk]]]]:
    """The hunks of a ``-U0`` patch in the same order; a path without hunks is not there."""
    commit = path = ""
    found: dict[str, list[Hunk]] = {}
    while (line := reader.until(b"\n")) is not None:
        if match := _HUNK.match(line):
            hunk = Hunk(int(match[1]), int(match[2] or 1), int(match[3]), int(match[4] or 1))
            _skip_hunk(reader, hunk.count, hunk.new_count)
            if path:
                found.setdefault(path, []).append(hunk)
        elif line.startswith(b"+++ "):
            path = _name(line[4:])
        elif line.startswith(b"diff --git "):
            path = ""
        elif _COMMIT.fullmatch(line):
            if commit:
                yield commit, found
            commit, path, found = line.decode("ascii"), "", {}
    yield commit, found


def _skip_hunk(reader: Reader, taken: int, added: int) -> None:
    """
    Without context, the lines taken away come first; ``\\ No newline at end of file`` may follow either part.
    """
    for lines in (taken, added):
        if lines:
            reader.skip(lines)
            if reader.peek() == b"\\":
                reader.skip(1)


def _name(word: bytes) -> str:
    """
    The path in a ``+++`` line: after ``b/``, perhaps quoted as in C, with a tab after it if it holds a blank;
    ``""`` if none.
    """
    name = quoted_name(word) if word.startswith(b'"') else to_text(word.removesuffix(b"\t"))
    return name[2:] if name.startswith("b/") else ""


def quoted_name(word: bytes) -> str:
    """The name in double quotes at the start of ``word``, quoted as in C (git-config(1), core.quotePath)."""
    return to_text(_ESCAPE.sub(_unescape, word[1 : word.rindex(b'"')]))


def _unescape(match: re.Match[bytes]) -> bytes:
    code = match[1]
    return bytes([int(code, 8) & 0xFF]) if len(code) == 3 else _LETTERS.get(code, code)


def intersect(one: list[LineRange], other: list[LineRange]) -> list[LineRange]:
    """Lines in both; each list is in order and without overlaps."""
    result = []
    i = j = 0
    while i < len(one) and j < len(other):
        start, end = max(one[i].start, other[j].start), min(one[i].end, other[j].end)
        if start <= end:
            result.append(LineRange(start, end))
        if one[i].end < other[j].end:
            i += 1
        else:
            j += 1
    return result
