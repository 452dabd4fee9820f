"""
The lines that commits add, from one stream of git's own patches, in memory that does not grow with a commit.

Source of the format: git-diff(1), "Generating patch text with -p" and "Combined diff format". What a file
holds or is called cannot confuse it: lines of a hunk are counted by its header, and those of a combined one
are known by their first character, which no header has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from types import TracebackType
from typing import NamedTuple, Self

from pregate.changes.environment import with_settings
from pregate.changes.parsing import quoted_name, to_text
from pregate.changes.process import Git, Process
from pregate.errors import ChangesError

LIMIT = 2 << 20
"""Bytes of added lines that are held at once; more of one version of a file come in portions."""

OVERLAP = 64 << 10
"""What a portion repeats of the one before, so that a key of several lines is whole in one of them."""

_FLAGS = (
    *("diff-tree", "--stdin", "-r", "--root", "-p", "--full-index", "--inter-hunk-context=0"),
    *(
        "--no-color",
        "--no-ext-diff",
        "--no-textconv",
        "--no-relative",
        "--no-renames",
        "--no-indent-heuristic",
    ),
    *("--diff-algorithm=myers", "--ignore-submodules=dirty", "--submodule=short", "--irreversible-delete"),
    *("--src-prefix=a/", "--dst-prefix=b/"),
)
_PLAIN = (*_FLAGS, "-U0")
# With no context at all, git counts the lines of a combined hunk in more than one way.
_MERGES = (*_FLAGS, "--cc", "-U1")

_MARK = b"="
_AT_ONCE = 500  # ids in a pipe, so that writing them never waits for git
# Of a large pack, git maps a part at a time.
_MEMORY = (("core.packedGitWindowSize", "16m"), ("core.packedGitLimit", "64m"))

_COMMIT = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_INDEX = re.compile(rb"index [0-9a-f,]{40,}\.\.([0-9a-f]{40,64})(?: ([0-7]{6}))?")
_HUNK = re.compile(rb"@@ -\d{1,12}(?:,(\d{1,12}))? \+(\d{1,12})(?:,(\d{1,12}))? @@")
_COMBINED = re.compile(rb"(@{3,}) (?:-\d{1,12}(?:,\d{1,12})? ){2,}\+(\d{1,12})(?:,\d{1,12})? @")
_NOT_FILES = (b"120000", b"160000")


class Hunk(NamedTuple):
    """Whole lines that stand together: the number of the first, from 1, and the bytes with line ends."""

    start: int
    data: bytes


class Addition(NamedTuple):
    """
    What a commit adds to a file: ``hunks`` in the order of their lines, or nothing of them where git calls
    the file binary (``is_binary``). ``oid`` names the whole version. A merge adds what none of its parents
    has. ``is_cut`` says that a line of a merge was too long to be held.
    """

    commit: str
    path: str
    oid: str
    hunks: tuple[Hunk, ...] = ()
    is_binary: bool = False
    is_cut: bool = False


def additions(
    git: Git, commits: Sequence[str], *, merges: bool = False, paths: Sequence[bytes] = ()
) -> Iterator[Addition]:
    """As :meth:`Patches.additions`, by a process of its own. With ``paths``, only what is added to these."""
    with Patches(git, merges=merges, paths=paths) as source:
        yield from source.additions(commits)


class Patches:
    """
    One process of git that is asked again and again: what it has unpacked for some commits serves the next.

    All commits are merges, or none is. A context manager; git is started at the first question.
    """

    def __init__(self, git: Git, *, merges: bool = False, paths: Sequence[bytes] = ()) -> None:
        places: tuple[str | bytes, ...] = ("--", *paths) if paths else ()
        self._command = (*(_MERGES if merges else _PLAIN), *places)
        self._git = git.with_environment(with_settings(git.environment, _MEMORY))
        self._process: Process | None = None
        self._stream = _Stream(lambda: b"")

    def additions(self, commits: Sequence[str]) -> Iterator[Addition]:
        """
        What each of ``commits`` (ids) adds, in their order; links, submodules and deletions are left out.

        A version of a file comes in several portions where its added lines are more than :data:`LIMIT`. To be
        read to its end. Raises ChangesError when git fails; what was given before that holds.
        """
        for first in range(0, len(commits), _AT_ONCE):
            if self._process is None:
                self._process = self._git.start(*self._command, stdin=None)
                self._stream = _Stream(self._process.receive)
            asked = (*commits[first : first + _AT_ONCE], "=")
            self._process.send("".join(f"{word}\n" for word in asked).encode("ascii"))
            is_whole = yield from _read(self._stream)
            if not is_whole:
                raise self._process.failure()

    def close(self) -> None:
        """Ends git. It may be asked again, and then starts anew."""
        if self._process:
            self._process.close()
        self._process = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _read(stream: _Stream) -> Generator[Addition, None, bool]:
    """
    The additions in git's answer up to the mark that it repeats; whether that came. A line that names no
    object is written as it is (git-diff-tree(1), ``--stdin``).
    """
    version = _Version()
    while (line := stream.line()) is not None:
        if line.startswith(b"@@@") and (combined := _COMBINED.match(line)):
            yield from version.portions(_merged(stream, len(combined[1]) - 1, int(combined[2])))
        elif match := _HUNK.match(line):
            for _ in stream.block(int(match[1] or 1), b"-"):
                pass
            hunks = stream.block(int(match[3] or 1), b"+")
            yield from version.portions(_numbered(hunks, int(match[2])))
        elif line.startswith(b"diff --"):
            yield from version.rest()
            version = _Version(version.commit, _named(line))
        elif _COMMIT.fullmatch(line):
            yield from version.rest()
            version = _Version(line.decode("ascii"))
        elif line == _MARK:
            yield from version.rest()
            return True
        else:
            version.told(line)
    return False


class _Version:
    """One version of a file while its part of a patch is read."""

    def __init__(self, commit: str = "", path: str = "") -> None:
        self.commit = commit
        self._path = path
        self._oid = ""
        self._is_file = True
        self._is_binary = self._is_cut = False
        self._is_told = True  # nothing but what was told before is held
        self._hunks: list[Hunk] = []
        self._size = 0

    def told(self, line: bytes) -> None:
        """Takes note of a header line."""
        if line.startswith(b"index ") and (match := _INDEX.match(line)):
            self._oid = match[1].decode("ascii")
            self._is_file = self._is_file and match[2] not in _NOT_FILES
        elif line.startswith((b"new file mode ", b"new mode ", b"mode ")):
            self._is_file = self._is_file and not line.endswith(_NOT_FILES)
        elif line.startswith(b"deleted file mode "):
            self._is_file = False
        elif line.startswith(b"Binary files "):
            self._is_binary = True

    def portions(self, hunks: Iterator[Hunk | None]) -> Iterator[Addition]:
        """The portions that are full; ``None`` among the hunks stands for the rest of a line that was cut."""
        for hunk in hunks:
            if hunk is None:
                self._is_cut = True
            elif self._is_file:
                self._hunks.append(hunk)
                self._size += len(hunk.data)
                self._is_told = False
                if self._size > LIMIT:
                    yield self._addition()
                    self._hunks, self._size, self._is_told = _tail(hunk), 0, True

    def rest(self) -> Iterator[Addition]:
        """What is left at the end of the file's part, if it is of interest."""
        if self._path and self._is_file and (self._is_binary or not self._is_told):
            yield self._addition()

    def _addition(self) -> Addition:
        hunks = () if self._is_binary else tuple(self._hunks)
        return Addition(self.commit, self._path, self._oid, hunks, self._is_binary, self._is_cut)


def _tail(hunk: Hunk) -> list[Hunk]:
    """The last whole lines of a portion, to be seen again with what follows; fragments overlap anyway."""
    start = hunk.data.find(b"\n", max(0, len(hunk.data) - OVERLAP)) + 1
    if not start or start == len(hunk.data):
        return []
    return [Hunk(hunk.start + hunk.data.count(b"\n", 0, start), hunk.data[start:])]


def _numbered(blocks: Iterable[bytes], line: int) -> Iterator[Hunk]:
    for block in blocks:
        yield Hunk(line, block)
        line += block.count(b"\n")


def _merged(stream: _Stream, parents: int, line: int) -> Iterator[Hunk | None]:
    """The lines of one combined hunk that no parent has, those together that follow each other."""
    added = b"+" * parents
    together: list[bytes] = []
    size = first = 0
    while stream.peek() in (b" ", b"+", b"-", b"\\"):
        text, is_cut = stream.some(LIMIT)
        marks = text[:parents]
        if text.startswith(b"\\") or b"-" in marks:
            continue
        if marks == added and size < LIMIT:
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


class _Stream:
    """Git's answer, in lines and in blocks of lines."""

    def __init__(self, receive: Callable[[], bytes]) -> None:
        self._receive = receive
        self._buffer = b""
        self._at = 0

    def peek(self) -> bytes:
        """The next byte, ``b""`` at the end."""
        if self._at == len(self._buffer):
            self._buffer, self._at = self._receive(), 0
        return self._buffer[self._at : self._at + 1]

    def line(self) -> bytes | None:
        """The next line without its end; ``None`` at the end."""
        end = self._buffer.find(b"\n", self._at)
        if end < 0:
            return self.some(LIMIT)[0] if self.peek() else None
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
        :data:`LIMIT` comes in fragments, which overlap, each with a line end only at its end.
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
            elif len(self._buffer) - self._at > LIMIT:
                yield from _bare(taken, mark)
                taken, size = [], 0
                yield from self._fragments()
                wanted -= 1
            else:
                rest = self._buffer[self._at :]
                self._more()
                self._buffer = rest + self._buffer
            if size > LIMIT:
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
            if len(piece) > LIMIT:
                yield piece
                piece = piece[-OVERLAP:]
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


def _named(line: bytes) -> str:
    """
    The path in the first line of a file's part. Without renames both its names are the same, so that they
    have the same length, whatever they hold.
    """
    words = line.partition(b" ")[2]
    if words.startswith((b"--cc ", b"--combined ")):
        word = words.partition(b" ")[2]
        return quoted_name(word) if word.startswith(b'"') else to_text(word)
    words = words.removeprefix(b"--git ")
    half = words[: len(words) // 2]
    name = quoted_name(half) if half.startswith(b'"') else to_text(half)
    return name.removeprefix("a/")
