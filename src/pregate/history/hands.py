"""Those that search commits: this process alone, or several beside each other."""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Self

from pregate.changes.patches import Patches
from pregate.checks import make_masker
from pregate.checks.base import Analysis
from pregate.checks.secrets import SecretsCheck
from pregate.engine import commit_records
from pregate.engine.analyst import Analyst
from pregate.engine.commit_records import Record, Tally
from pregate.engine.commit_search import Searcher
from pregate.engine.processes import begin, end
from pregate.model import Unread, UnreadReason
from pregate.records import dataclass, field
from pregate.secrets.scan import OWN

if TYPE_CHECKING:
    from pregate.changes.contents import Contents
    from pregate.changes.process import Git
    from pregate.config import Config
    from pregate.secrets.given import Given

# What git has unpacked for some commits serves the next: so many portions in a row go to one process, fewer
# where each would get no more than a few such rows.
_IN_A_ROW = 8
_ROWS = 3
_WAITING = 2

Commits = Sequence[str]
"""Their ids."""

Found = list[list[bytes]]
"""For each of some portions, the bytes of its records."""


class Portion:
    """Some commits with the keys of their records, and the records that there are."""

    __slots__ = ("commits", "keys", "records")

    def __init__(self, commits: list[str], keys: Mapping[str, bytes]) -> None:
        self.commits = commits
        self.keys = keys
        self.records: dict[str, Record] = {}

    @property
    def missing(self) -> list[str]:
        """The commits without a record."""
        return [commit for commit in self.commits if commit not in self.records]


@dataclass(frozen=True, slots=True)
class Build:
    """Makes a searcher in this process or another: holds nothing but what can be pickled."""

    config: Config
    git: Git
    key: bytes = field(repr=False)
    salt: bytes = field(repr=False)
    given: Given | None

    def check(self) -> SecretsCheck:
        """The check."""
        return SecretsCheck(self.config.secrets, self.key, self.salt, self.given)

    def searcher(self, contents: Contents) -> Searcher:
        """One that reads whole files from ``contents``."""
        import functools

        check = self.check()
        masker = functools.partial(make_masker, engine=self.config.secrets.engine, given=self.given)
        analyst = Analyst([check], masker, self.config.file_timeout, keeps=False)
        # Rules of the repository's own may find something in any text.
        is_open = self.config.secrets.engine != OWN or bool(self.given and self.given.rules)
        return Searcher(check, analyst, self.config, contents, has_gate=not is_open)


class Hand:
    """Searches commits, one of ``count`` that do so at once, with a process of git of its own."""

    def __init__(self, build: Build, contents: Contents, count: int = 1) -> None:
        self._searcher = build.searcher(contents)
        self._patches = Patches(build.git, count=count)

    def search(self, commits: Sequence[str], following: Sequence[str] = ()) -> list[Record]:
        """
        The records of commits, in their order. Git goes on with those that are ``following``, which are to be
        asked for next, if any are.
        """
        if not commits:
            return []
        # The newest first: of a file, packs hold the newest version whole.
        some, others = commits[::-1], following[::-1]
        self._patches.ask(some)
        if others:
            self._patches.ask(others)
        return self._searcher.search(some, self._patches.additions(some), self._patches.exact)[::-1]

    def close(self) -> None:
        """Ends git."""
        self._patches.close()


def _with_next(portions: Iterable[Portion]) -> Iterator[tuple[Portion, Portion | None]]:
    following = iter(portions)
    portion = next(following, None)
    while portion:
        after = next(following, None)
        yield portion, after
        portion = after


def alone(
    build: Build, contents: Contents, portions: Iterable[Portion]
) -> Iterator[tuple[Portion, list[Record]]]:
    """The portions in their order, each with the records that it was without."""
    hand = Hand(build, contents)
    try:
        for portion, following in _with_next(portions):
            yield portion, hand.search(portion.missing, following.missing if following else ())
    finally:
        hand.close()


def beside_each_other(
    build: Build,
    jobs: int,
    portions: Iterable[Portion],
    count: int,
    land: Callable[[Portion, list[bytes]], None],
) -> Iterator[Portion]:
    """
    The portions, about ``count`` of them, in their order, by so many processes. ``land`` gets the bytes of
    the records that one was without, before that is given, and those of what is done when all ends early.
    What is lost with a process that dies is searched again in one of its own; a commit that it dies of each
    time has a record that says so.
    """
    row = max(1, min(_IN_A_ROW, count // (jobs * _ROWS)))
    flying: deque[tuple[list[Portion], Future[Found] | None]] = deque()
    with _Crew(jobs, build) as crew:
        try:
            for some in _in_rows(portions, row):
                missing = [portion.missing for portion in some]
                flying.append((some, crew.ask(missing) if any(missing) else None))
                if len(flying) >= jobs * _WAITING:
                    yield from _landed(*flying.popleft(), build, land)
            while flying:
                yield from _landed(*flying.popleft(), build, land)
        finally:
            _land_done(flying, land)


def _land_done(
    flying: Iterable[tuple[list[Portion], Future[Found] | None]],
    land: Callable[[Portion, list[bytes]], None],
) -> None:
    for portions, future in flying:
        if future and future.done() and not future.cancelled() and future.exception() is None:
            for portion, found in zip(portions, future.result(), strict=True):
                land(portion, found)


def _landed(
    portions: list[Portion],
    future: Future[Found] | None,
    build: Build,
    land: Callable[[Portion, list[bytes]], None],
) -> list[Portion]:
    if future is not None:
        try:
            every = future.result()
        except BrokenExecutor:
            every = _found_alone(build, [portion.missing for portion in portions])
        for portion, found in zip(portions, every, strict=True):
            land(portion, found)
    return portions


def _found_alone(build: Build, portions: list[Commits]) -> Found:
    """As :func:`_search_here`, in a process of its own; where that dies, in one for each half."""
    if not any(portions):
        return [[] for _ in portions]
    try:
        with _Crew(1, build) as crew:
            return crew.ask(portions).result()
    except BrokenExecutor:
        middle = len(portions) // 2
        if middle:
            return _found_alone(build, portions[:middle]) + _found_alone(build, portions[middle:])
        (commits,) = portions
        if len(commits) == 1:
            return [[commit_records.dump(_lost(commits[0]))]]
        middle = len(commits) // 2
        halves = (_found_alone(build, [half]) for half in (commits[:middle], commits[middle:]))
        return [[record for (found,) in halves for record in found]]


def _lost(commit: str) -> Record:
    words = f"the process that searched the commit {commit[:12]} died"
    return Record(commit, Tally(), Analysis(unread=(Unread("", UnreadReason.CRASHED, words),)))


def _in_rows(portions: Iterable[Portion], size: int) -> Iterator[list[Portion]]:
    some: list[Portion] = []
    for portion in portions:
        some.append(portion)
        if len(some) == size:
            yield some
            some = []
    if some:
        yield some


_hands: list[Hand] = []  # one in each process of the pool, made when it starts


class _Crew:
    """So many processes that search; those of a pool that broke are replaced. A context manager."""

    def __init__(self, jobs: int, build: Build) -> None:
        self._jobs = jobs
        self._build = build
        self._pool = _pool(jobs, build)

    def ask(self, portions: Sequence[Commits]) -> Future[Found]:
        """Has one of them search."""
        try:
            return self._pool.submit(_search_here, portions)
        except BrokenExecutor:
            end(self._pool)
            self._pool = _pool(self._jobs, self._build)
            return self._pool.submit(_search_here, portions)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind:
            end(self._pool)
        else:
            self._pool.shutdown()


def _pool(jobs: int, build: Build) -> ProcessPoolExecutor:
    from multiprocessing import get_context

    method = "fork" if os.name == "posix" and os.uname().sysname == "Linux" else "spawn"
    return ProcessPoolExecutor(
        jobs, mp_context=get_context(method), initializer=_start, initargs=(build, jobs)
    )


def _start(build: Build, count: int) -> None:
    from multiprocessing.util import Finalize

    from pregate.changes.contents import Contents

    begin(_leave)
    _hands[:] = [Hand(build, Contents(build.git, None), count)]
    Finalize(None, _hands[0].close, exitpriority=1)  # git ends before this process does, and is waited for


def _leave(number: int, _: FrameType | None) -> None:
    """Ends git, then this process, whatever it does."""
    signal.signal(number, signal.SIG_DFL)
    for hand in _hands:
        hand.close()
    os.kill(os.getpid(), number)


def _search_here(portions: Sequence[Commits]) -> Found:
    hand = _hands[0]
    following = (*portions[1:], ())
    found = (hand.search(*pair) for pair in zip(portions, following, strict=True))
    return [[commit_records.dump(record) for record in records] for records in found]
