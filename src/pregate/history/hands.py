"""Those that search commits: this process alone, or several beside each other."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, NamedTuple

from pregate.changes.patches import Patches
from pregate.checks import make_masker
from pregate.checks.secrets import SecretsCheck
from pregate.engine import commit_records
from pregate.engine.analyst import Analyst
from pregate.engine.commit_records import Record
from pregate.engine.commit_search import Searcher
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
    the records that one was without, before that is given.
    """
    row = max(1, min(_IN_A_ROW, count // (jobs * _ROWS)))
    flying: deque[_Flight] = deque()
    with _pool(jobs, build) as pool:
        try:
            for some in _in_rows(portions, row):
                missing = [portion.missing for portion in some]
                flying.append(_Flight(some, pool.submit(_search_here, missing) if any(missing) else None))
                if len(flying) >= jobs * _WAITING:
                    yield from _landed(flying, land)
            while flying:
                yield from _landed(flying, land)
        finally:  # what is done is kept, whatever ends the search
            pool.shutdown(cancel_futures=True)
            _land_rest(flying, land)


class _Flight(NamedTuple):
    """Portions, and what is to become of them where a process has them."""

    portions: list[Portion]
    future: Future[list[list[bytes]]] | None

    def land(self, land: Callable[[Portion, list[bytes]], None]) -> None:
        if self.future is not None:
            for portion, found in zip(self.portions, self.future.result(), strict=True):
                if portion.missing:
                    land(portion, found)


def _landed(flying: deque[_Flight], land: Callable[[Portion, list[bytes]], None]) -> list[Portion]:
    flying[0].land(land)
    return flying.popleft().portions


def _land_rest(flying: Iterable[_Flight], land: Callable[[Portion, list[bytes]], None]) -> None:
    for flight in flying:
        future = flight.future
        if future and future.done() and not future.cancelled() and future.exception() is None:
            flight.land(land)


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


def _pool(jobs: int, build: Build) -> AbstractContextManager[ProcessPoolExecutor]:
    from multiprocessing import get_context

    method = "fork" if os.name == "posix" and os.uname().sysname == "Linux" else "spawn"
    return _Pool(jobs, mp_context=get_context(method), initializer=_start, initargs=(build, jobs))


class _Pool(ProcessPoolExecutor):
    """What waits is dropped when the search ends early."""

    def __exit__(self, *error: object) -> None:
        self.shutdown(wait=True, cancel_futures=True)


def _start(build: Build, count: int) -> None:
    import signal
    from multiprocessing.util import Finalize

    from pregate.changes.contents import Contents

    # An interrupt is for the process that keeps what is done; it ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _hands[:] = [Hand(build, Contents(build.git, None), count)]
    Finalize(None, _hands[0].close, exitpriority=1)  # git ends before this process does, and is waited for


def _search_here(portions: Sequence[Sequence[str]]) -> list[list[bytes]]:
    hand = _hands[0]
    following = (*portions[1:], ())
    found = (hand.search(*pair) for pair in zip(portions, following, strict=True))
    return [[commit_records.dump(record) for record in records] for records in found]
