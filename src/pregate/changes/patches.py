"""
The lines that commits add, from one stream of git's own patches, in memory that does not grow with a commit.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator, Sequence
from types import TracebackType
from typing import Self

from pregate.changes.addition import Addition, Hunk
from pregate.changes.environment import MAPPED, with_settings
from pregate.changes.patch_reader import MARK, PatchReader
from pregate.changes.process import Git, Process

__all__ = ["Addition", "Hunk", "Patches", "additions"]

_FLAGS = (
    *("diff-tree", "--stdin", "-r", "--root", "--cc", "-p", "--full-index", "--inter-hunk-context=0"),
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
# With no context at all, git leaves out lines within the hunks of a merge.
_FAST, _EXACT = (*_FLAGS, "-U0"), (*_FLAGS, "-U1")

AT_ONCE = 500
"""Commits of one question: two of them are no more than a pipe holds, so that asking never waits for git."""

_AHEAD = 1 << 20  # git goes on while so much of its answer waits
# Megabytes that git holds of what it has unpacked: for all processes, and for one at least and at most.
_UNPACKED, _LEAST, _MOST = 92, 16, 64
_UNPACKED_EXACT = 4  # of one merge, it seldom serves the next


def additions(git: Git, commits: Sequence[str], *, paths: Sequence[bytes] = ()) -> Iterator[Addition]:
    """As :meth:`Patches.additions`, by a process of its own. With ``paths``, only what is added to these."""
    with Patches(git, paths=paths) as source:
        yield from source.additions(commits)


class Patches:
    """
    One process of git that is asked again and again: what it has unpacked for some commits serves the next.
    That of a merge stands beside that of its neighbours, so that one process is asked for both.

    With ``is_exact`` the numbers of lines are certain; commits that are no merges cannot be read then.
    ``count`` such processes are to share their memory. A context manager; git is started at the first
    question.
    """

    def __init__(
        self, git: Git, *, paths: Sequence[bytes] = (), is_exact: bool = False, count: int = 1
    ) -> None:
        places: tuple[str | bytes, ...] = ("--", *paths) if paths else ()
        self._command = (*(_EXACT if is_exact else _FAST), *places)
        self._plain_git, self._paths, self._is_exact = git, paths, is_exact
        held = _UNPACKED_EXACT if is_exact else max(_LEAST, min(_UNPACKED // count, _MOST))
        settings = (*MAPPED, ("core.deltaBaseCacheLimit", f"{held}m"))
        self._git = git.with_environment(with_settings(git.environment, settings))
        self._process: Process | None = None
        self._reader = PatchReader(lambda: b"")
        self._asked: deque[Sequence[str]] = deque()
        self._careful: Patches | None = None

    def ask(self, commits: Sequence[str]) -> None:
        """
        Has git begin with some commits while the answer on those before is read. :meth:`additions` is to be
        called with the same, in the order of asking; to ask for the same again does nothing, and for many
        neither.
        """
        if len(commits) <= AT_ONCE and len(self._asked) < 2 and commits not in self._asked:
            self._send(commits)

    def additions(self, commits: Sequence[str]) -> Iterator[Addition]:
        """
        What each of ``commits`` (ids) adds, in their order; links, submodules and deletions are left out.

        A version of a file comes in several portions where its added lines are more than
        :data:`pregate.changes.addition.LIMIT`. That of a merge may say that its numbers are not certain, and
        :meth:`exact` gives one with others. To be read to its end. Raises ChangesError when git fails; what
        was given before that holds.
        """
        for first in range(0, len(commits), AT_ONCE):
            some = commits[first : first + AT_ONCE]
            if not self._asked:
                self._send(some)
            asked = self._asked.popleft()
            assert asked == some  # noqa: S101 - answers come in the order of questions
            is_whole = yield from self._certain(self._reader.additions())
            if not is_whole:
                assert self._process is not None  # noqa: S101 - it was asked
                raise self._process.failure()

    def _certain(self, found: Generator[Addition, None, bool]) -> Generator[Addition, None, bool]:
        """The same, but exact ones in place of the rough ones without lines."""
        while True:
            try:
                added = next(found)
            except StopIteration as end:
                return bool(end.value)
            if added.is_rough and not added.hunks:
                yield from self.exact(added.commit, added.path)
            else:
                yield added

    def exact(self, merge: str, path: str) -> Iterator[Addition]:
        """What a merge adds to a file, with certain numbers. For few: git begins anew for each."""
        if self._careful is None:
            self._careful = Patches(self._plain_git, paths=self._paths, is_exact=True)
        yield from (added for added in self._careful.additions([merge]) if added.path == path)

    def _send(self, commits: Sequence[str]) -> None:
        if self._process is None:
            self._process = self._git.start(*self._command, stdin=None)
            self._process.widen(_AHEAD)
            self._reader = PatchReader(self._process.receive, has_context=self._is_exact)
        self._process.send("".join(f"{word}\n" for word in (*commits, MARK)).encode("ascii"))
        self._asked.append(commits)

    def close(self) -> None:
        """Ends git. It may be asked again, and then starts anew."""
        if self._process:
            self._process.close()
        if self._careful:
            self._careful.close()
        self._process = None
        self._asked.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
