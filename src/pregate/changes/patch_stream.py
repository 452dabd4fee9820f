"""
A part of a patch that is too large to be held: its lines are counted as they come.

What a file holds cannot confuse it: lines of a hunk are counted by its header, and those of a combined one
are known by their first character, which no header has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Iterator

from pregate.changes import addition
from pregate.changes.addition import Addition, Hunk
from pregate.changes.patch_version import COMBINED, Head
from pregate.changes.process import CHUNK
from pregate.errors import ChangesError

_HUNK = re.compile(rb"@@ -\d{1,12}(?:,(\d{1,12}))? \+(\d{1,12})(?:,(\d{1,12}))? @@")
_COMMIT = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_FIRST = b"diff --"


def long_part(stream: Stream, commit: str) -> Generator[Addition, None, str]:
    """
    The additions in the part that begins here, and the commit of what comes after it: what is left of the
    stream begins with the next part.
    """
    version = _Version(commit, Head((stream.line() or b"").removeprefix(_FIRST)))
    while stream.peek():
        if stream.starts(_FIRST):
            break
        line = stream.line() or b""
        if line.startswith(b"@@@") and (combined := COMBINED.match(line)):
            yield from version.portions(_merged(stream, len(combined[1]) - 1, int(combined[2])))
        elif match := _HUNK.match(line):
            for _ in stream.block(int(match[1] or 1), b"-"):
                pass
            hunks = stream.block(int(match[3] or 1), b"+")
            yield from version.portions(_numbered(hunks, int(match[2])))
        elif _COMMIT.fullmatch(line):
            commit = line.decode("ascii")
        else:
            version.head.told(line)
    yield from version.rest()
    return commit


class _Version:
    """One version of a file while its part of a patch is read."""

    def __init__(self, commit: str, head: Head) -> None:
        self.head = head
        self._commit = commit
        self._is_cut = False
        self._is_told = True  # nothing but what was told before is held
        self._hunks: list[Hunk] = []
        self._size = 0

    def portions(self, hunks: Iterator[Hunk | None]) -> Iterator[Addition]:
        """The portions that are full; ``None`` among the hunks stands for the rest of a line that was cut."""
        for hunk in hunks:
            if hunk is None:
                self._is_cut = True
            elif self.head.is_file:
                self._hunks.append(hunk)
                self._size += len(hunk.data)
                self._is_told = False
                if self._size > addition.LIMIT:
                    yield self._addition()
                    self._hunks, self._size, self._is_told = _tail(hunk), 0, True

    def rest(self) -> Iterator[Addition]:
        """What is left at the end of the file's part, if it is of interest."""
        if self.head.path and self.head.is_file and (self.head.is_binary or not self._is_told):
            yield self._addition()

    def _addition(self) -> Addition:
        head = self.head
        hunks = () if head.is_binary else tuple(self._hunks)
        return Addition(self._commit, head.path, head.oid, hunks, head.is_binary, self._is_cut)


def _tail(hunk: Hunk) -> list[Hunk]:
    """The last whole lines of a portion, to be seen again with what follows; fragments overlap anyway."""
    start = hunk.data.find(b"\n", max(0, len(hunk.data) - addition.OVERLAP)) + 1
    if not start or start == len(hunk.data):
        return []
    return [Hunk(hunk.start + hunk.data.count(b"\n", 0, start), hunk.data[start:])]


def _numbered(blocks: Iterable[bytes], line: int) -> Iterator[Hunk]:
    for block in blocks:
        yield Hunk(line, block)
        line += block.count(b"\n")


def _merged(stream: Stream, parents: int, line: int) -> Iterator[Hunk | None]:
    """The lines of one combined hunk that no parent has, those together that follow each other."""
    added = b"+" * parents
    together: list[bytes] = []
    size = first = 0
    while stream.peek() in (b" ", b"+", b"-", b"\\"):
        text, is_cut = stream.some(addition.LIMIT)
        marks = text[:parents]
        if text.startswith(b"\\") or b"-" in marks:
            continue
        if marks == added and size < addition.LIMIT:
            first = first if together else line
            together.append(text[parents:] + b"\n")
            size += len(text)
            if is_cut:
                yield None
        elif together:
            yield Hunk(first, b"".join(together))
            together, size = [], 0
            if marks == added:
                together, first, size = [text[parents:] + b"\n"], line, len(text)
        line += 1
    if together:
        yield Hunk(first, b"".join(together))


class Stream:
    """Git's answer, in lines and in blocks of lines: what was received of it, then what ``receive`` gives."""

    def __init__(self, received: bytes, receive: Callable[[], bytes]) -> None:
        self._received = memoryview(received)
        self._further = receive
        self._buffer = b""
        self._at = 0

    @property
    def left(self) -> bytes:
        """What was received and not read."""
        return self._buffer[self._at :] + bytes(self._received)

    def _receive(self) -> bytes:
        if not self._received:
            return self._further()
        piece, self._received = bytes(self._received[:CHUNK]), self._received[CHUNK:]
        return piece

    def peek(self) -> bytes:
        """The next byte, ``b""`` at the end."""
        if self._at == len(self._buffer):
            self._buffer, self._at = self._receive(), 0
        return self._buffer[self._at : self._at + 1]

    def starts(self, words: bytes) -> bool:
        """Whether the next bytes are these."""
        while len(self._buffer) - self._at < len(words) and (more := self._receive()):
            self._buffer, self._at = self._buffer[self._at :] + more, 0
        return self._buffer.startswith(words, self._at)

    def line(self) -> bytes | None:
        """The next line without its end; ``None`` at the end."""
        end = self._buffer.find(b"\n", self._at)
        if end < 0:
            return self.some(addition.LIMIT)[0] if self.peek() else None
        line = self._buffer[self._at : end]
        self._at = end + 1
        return line

    def some(self, most: int) -> tuple[bytes, bool]:
        """The next line without its end, at most so much of it, and whether there was more."""
        parts: list[bytes] = []
        size = 0
        while (end := self._buffer.find(b"\n", self._at)) < 0:
            if size < most:
                parts.append(self._buffer[self._at :])
            size += len(self._buffer) - self._at
            self._more()
        parts.append(self._buffer[self._at : end])
        size += end - self._at
        self._at = end + 1
        return b"".join(parts)[:most], size > most

    def block(self, lines: int, mark: bytes) -> Iterator[bytes]:
        """
        So many lines that begin with ``mark``, without it, in pieces of whole lines; one that is longer than
        :data:`~pregate.changes.addition.LIMIT` comes in fragments, which overlap, each with a line end only
        at its end.
        """
        wanted = lines
        taken: list[bytes] = []
        size = 0
        while wanted:
            end, count = self._ends(wanted)
            if count:
                taken.append(self._buffer[self._at : end])
                size += end - self._at
                self._at = end
                wanted -= count
            elif len(self._buffer) - self._at > addition.LIMIT:
                yield from _bare(taken, mark)
                taken, size = [], 0
                yield from self._fragments()
                wanted -= 1
            else:
                rest = self._buffer[self._at :]
                self._more()
                self._buffer = rest + self._buffer
            if size > addition.LIMIT:
                yield from _bare(taken, mark)
                taken, size = [], 0
        yield from _bare(taken, mark)
        if lines and self.peek() == b"\\":
            self.line()

    def _ends(self, wanted: int) -> tuple[int, int]:
        """Where the last whole line of those wanted ends in the buffer, and how many there are."""
        buffer, end = self._buffer, self._at
        if wanted > 64:
            held = buffer.count(b"\n", end)
            if held <= wanted:
                return buffer.rfind(b"\n", end) + 1, held
        for count in range(wanted):
            found = buffer.find(b"\n", end)
            if found < 0:
                return end, count
            end = found + 1
        return end, wanted

    def _fragments(self) -> Iterator[bytes]:
        """A long line; what it repeats at the beginning of a fragment holds the secret that was cut."""
        piece, self._at = self._buffer[self._at + 1 :], len(self._buffer)
        while True:
            end = piece.find(b"\n")
            if end >= 0:
                self._buffer, self._at = piece, end + 1
                yield piece[: end + 1]
                return
            if len(piece) > addition.LIMIT:
                yield piece
                piece = piece[-addition.OVERLAP :]
            self._more()
            piece, self._at = piece + self._buffer, len(self._buffer)

    def _more(self) -> None:
        self._buffer, self._at = self._receive(), 0
        if not self._buffer:
            raise ChangesError(
                "git's answer was cut short.", "Run pregate again; was git ended by something else?"
            )


def _bare(taken: list[bytes], mark: bytes) -> Iterator[bytes]:
    """Whole lines without their marks: every line has one, so that each after a line end is one."""
    if taken and mark == b"+":
        yield b"".join(taken)[1:].replace(b"\n+", b"\n")
    elif taken:
        yield b""
