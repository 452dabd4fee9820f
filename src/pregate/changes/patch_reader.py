"""
Git's patches taken apart, many at a time and without a look at each line.

Source of the format: git-diff(1), "Generating patch text with -p" and "Combined diff format". Lines of a file
begin with ``+``, ``-``, a blank or a backslash there, and names have no line ends, so that nothing that a
commit holds can look like the beginning of a part or of a hunk.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Generator

from pregate.changes import addition
from pregate.changes.addition import Addition, Hunk
from pregate.changes.patch_stream import Stream, long_part
from pregate.changes.patch_version import COMBINED, OF_MERGES, Head
from pregate.changes.process import CHUNK

MARK = "diff --="
"""Asked for after some commits: a line that names no object is repeated (git-diff-tree(1), ``--stdin``)."""

_FIRST = b"diff --"
_BETWEEN = b"\n" + _FIRST
_MARKED = b"="
_END = b"=\n"
# Small, so that git, which may be a megabyte ahead, never waits while one is searched.
_BLOCK = 1 << 17
# Git writes 4 KiB at a time: to be woken by each would cost more than to wait for some.
_PAUSE = 0.004
_COMMIT = re.compile(rb"\n([0-9a-f]{40}(?:[0-9a-f]{24})?)\Z")
_COMMIT_AT_MOST = 65
_NEW = re.compile(rb"\d{1,12}(?:,\d{1,12})? \+(\d{1,12})")


class PatchReader:
    """
    Reads one answer of git after the other; ``receive`` gives the next bytes, ``b""`` at the end.

    With ``has_context`` merges come with a line of context around each hunk. Without, git leaves out lines
    within their hunks too, so that the numbers of those after one that is gone are not certain.
    """

    def __init__(self, receive: Callable[[], bytes], *, has_context: bool = False) -> None:
        self._receive = receive
        self._has_context = has_context
        self._parts: list[bytes] = []  # whole ones, the next one last; without ``diff --``
        self._rest = _END  # what may go on

    def additions(self) -> Generator[Addition, None, bool]:
        """The additions up to the next mark, and whether that came."""
        commit = self._begun()
        while commit is not None:
            while self._parts:
                part = self._parts[-1]
                if part.startswith(_MARKED):  # without a line end where the next mark follows at once
                    return True
                self._parts.pop()
                if len(part) > addition.LIMIT:
                    stream = Stream(_FIRST + part + b"\n", lambda: b"")
                    commit = yield from self._long_part(stream, commit)
                    continue
                part, following = _without_commit(part, commit)
                if added := _addition(part, commit, has_context=self._has_context):
                    yield added
                commit = following
            if self._rest.startswith(_END):
                return True
            if len(self._rest) > addition.LIMIT:
                stream = Stream(_FIRST + self._rest, self._receive)
                commit = yield from self._long_part(stream, commit)
                self._split(stream.left.removeprefix(_FIRST))
            elif not self._is_more():
                break
        return False

    def _long_part(self, stream: Stream, commit: str) -> Generator[Addition, None, str]:
        is_rough = not self._has_context and any(stream.starts(_FIRST + word) for word in OF_MERGES)
        following = yield from (_rough(long_part(stream, commit)) if is_rough else long_part(stream, commit))
        return following

    def _begun(self) -> str | None:
        """The commit after the last mark, ``""`` where the next mark follows; ``None`` where nothing does."""
        while not self._parts:
            if not self._is_more():
                return None
        return _without_commit(self._parts.pop(), "")[1]

    def _is_more(self) -> bool:
        """Receives a block, or less where an answer ends; whether there was any."""
        taken, size = [self._rest], 0
        end = (_BETWEEN + self._rest)[-len(_BETWEEN + _END) :]
        while size < _BLOCK and (data := self._receive()):
            taken.append(data)
            size += len(data)
            end = (end + data)[-len(_BETWEEN + _END) :]
            if end == _BETWEEN + _END:
                break
            if len(data) < CHUNK:
                time.sleep(_PAUSE)
        self._split(b"".join(taken))
        return size > 0

    def _split(self, data: bytes) -> None:
        *parts, self._rest = data.split(_BETWEEN)
        self._parts = parts[::-1]


def _without_commit(part: bytes, commit: str) -> tuple[bytes, str]:
    """
    A part without the ids of commits after it, and the last of them or the same commit. There are several
    where merges differ from their parents and add nothing.
    """
    end = len(part)
    while match := _COMMIT.search(part, max(0, end - _COMMIT_AT_MOST), end):
        if end == len(part):
            commit = match[1].decode("ascii")
        end = match.start()
    return part[:end], commit


def _rough(found: Generator[Addition, None, str]) -> Generator[Addition, None, str]:
    """One addition without lines for all of a version, if there is any."""
    is_first = True
    while True:
        try:
            added = next(found)
        except StopIteration as end:
            return str(end.value)
        if is_first:
            yield added if added.is_binary else added._replace(hunks=(), is_cut=False, is_rough=True)
        is_first = False


def _addition(part: bytes, commit: str, *, has_context: bool) -> Addition | None:
    at = part.find(b"\n@@")
    first, *lines = (part if at < 0 else part[:at]).split(b"\n")
    head = Head(first)
    for line in lines:
        head.told(line)
    if not head.path or not head.is_file:
        return None
    if head.is_binary:
        return Addition(commit, head.path, head.oid, is_binary=True)
    body = part[at:] if at >= 0 else b""
    if not head.is_merged:
        hunks = _plain(body)
        return Addition(commit, head.path, head.oid, tuple(hunks)) if hunks else None
    hunks, is_certain = _merged(body, has_context=has_context)
    return Addition(commit, head.path, head.oid, tuple(hunks), is_rough=not is_certain) if hunks else None


def _plain(body: bytes) -> list[Hunk]:
    """The added lines, which stand after those that are gone. There are no others in a hunk."""
    hunks = []
    for text in body.split(b"\n@@ -")[1:]:
        at = text.find(b"\n+") + 2
        match = _NEW.match(text)
        if at < 2 or not match:
            continue
        added = text[at:]
        if (end := added.rfind(b"\n\\")) >= 0:  # no line end at the end of the file
            added = added[:end]
        hunks.append(Hunk(int(match[1]), added.replace(b"\n+", b"\n") + b"\n"))
    return hunks


def _merged(body: bytes, *, has_context: bool) -> tuple[list[Hunk], bool]:
    """
    The lines that no parent has, those together that follow each other; whether their numbers are certain.

    Without context, git leaves out a line that all parents have and before which one is gone. It never stands
    after one that no parent has: what is gone there is told before that.
    """
    found: list[Hunk] = []
    is_certain = True
    if b"\n++" not in body:
        return found, is_certain
    together: list[bytes] = []
    first = line = parents = 0
    added = b""
    is_gone = False  # a line was, in this hunk
    for text in body.split(b"\n")[1:]:
        if text.startswith(added) and added:
            is_certain = is_certain and (has_context or not is_gone)
            first = first if together else line
            together.append(text[parents:])
            line += 1
            continue
        if text.startswith(b"\\") or b"-" in text[:parents]:
            is_gone = True
            continue
        if together:
            found.append(Hunk(first, b"\n".join(together) + b"\n"))
            together = []
        if text.startswith(b"@@@") and (match := COMBINED.match(text)):
            parents, line, is_gone = len(match[1]) - 1, int(match[2]), False
            added = b"+" * parents
        else:
            line += 1
    if together:
        found.append(Hunk(first, b"\n".join(together) + b"\n"))
    return found, is_certain
