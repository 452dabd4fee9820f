"""
The order of a search of all history, commit by commit, for secrets that it holds:

    revisions → commits → those not searched before → git's patches → records → findings → policy → verdict
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pregate import __version__, pipeline, policy
from pregate.cache import Cache, key_of, own_key
from pregate.changes import Everything, Repository
from pregate.changes.commits import CommitList, author_times, commits_of
from pregate.changes.patches import Patches, additions
from pregate.checks import make_masker
from pregate.checks.secrets import SecretsCheck
from pregate.engine import commit_records, results
from pregate.engine.analyst import Analyst
from pregate.engine.broken import BROKEN, failure_of
from pregate.engine.commit_findings import Collection, standing_in
from pregate.engine.commit_records import Record
from pregate.engine.commit_search import Searcher
from pregate.engine.given import with_mistakes
from pregate.engine.waivers import recorded, waivers_of
from pregate.engine.workers import processors
from pregate.errors import UsageError
from pregate.model import (
    Blob,
    ChangeSet,
    Completed,
    Counts,
    Failed,
    Finding,
    Mode,
    Outcome,
    Skipped,
    SkipReason,
    Unread,
    UnreadReason,
)
from pregate.secrets.scan import OWN
from pregate.settings import PolicyReader

if TYPE_CHECKING:
    from pregate.changes.contents import Contents
    from pregate.changes.process import Git
    from pregate.config import Config
    from pregate.engine.scan import Progress
    from pregate.secrets.given import Given

PORTION = 256
"""Commits that are searched by one process of git, and kept together."""

_SECRETS = "secrets"
_WORTH_A_POOL = 4
_WAITING = 3
_COMMAND_LINE = 60_000
_SHALLOW = (
    "the clone is shallow: what its oldest commits had before is not here. Fetch it all with "
    "`git fetch --unshallow` (in a workflow: `fetch-depth: 0`)"
)


@dataclass(frozen=True, slots=True)
class Request:
    """
    What to search: the commits that ``revision`` reaches (``A..B``: those that A does not), or with ``every``
    all that any reference does; with ``since`` only those that are younger. The other fields are as in
    :class:`pregate.pipeline.Request`.
    """

    directory: Path
    revision: str = "HEAD"
    every: bool = False
    since: str = ""
    overrides: Mapping[str, Any] = field(default_factory=dict)
    cache_dir: Path | None = None
    environ: Mapping[str, str] = field(default_factory=dict)
    policies: PolicyReader | None = field(default=None, repr=False)


def run(request: Request, progress: Progress | None = None) -> pipeline.Result:
    """
    Searches the history that a request names. Configuration, suppressions and baseline are those of the
    newest commit.

    Raises UsageError for a wrong configuration and ChangesError for a revision that is not there; where the
    search itself fails, the outcome in the verdict says so, and what was searched is kept.
    """
    started = time.perf_counter()
    repository = Repository.open(request.directory, request.environ)
    first, head, revisions = _revisions(repository, request)
    commits = commits_of(repository, revisions, every=request.every, since=request.since)
    change = ChangeSet((), _description(commits, first, head, request), False, head, head)
    with repository.contents() as contents:
        asked = pipeline.Request(
            request.directory,
            Everything(head),
            request.overrides,
            cache_dir=request.cache_dir,
            environ=request.environ,
            policies=request.policies,
        )
        settled = pipeline.settle_config(contents, change, asked, repository.root)
        config = settled.config
        given, lost = pipeline.given_of(config, change, contents)
        told = recorded(contents, change)
        with Cache(request.cache_dir) as cache:
            build = _Build(config, repository.git, os.urandom(32), told.salt, given)
            search = _Search(repository, contents, cache, build, request.cache_dir)
            outcome = lost.get(_SECRETS) or search.outcome(commits, head, progress or pipeline.Silent())
            outcome = with_mistakes(outcome, given)
        waivers = waivers_of(contents, change, told)
        seconds = round(time.perf_counter() - started, 3)
        verdict = policy.decide([outcome], config, change, seconds, waivers)
    verdict = replace(verdict, notes=(*settled.notes, *verdict.notes), ended=time.time_ns() // 1_000_000)
    return pipeline.Result(verdict, repository.root, (search.check,), change, None, config)


def _revisions(repository: Repository, request: Request) -> tuple[str, str, list[str]]:
    """What is excluded and what is the newest commit, as ids, and both as git is to be told them."""
    base, dots, named = request.revision.partition("..")
    if not dots:
        base, named = "", base
    if named.startswith("."):
        raise UsageError(f"{request.revision!r} is no range", "Write it A..B, for example v1.0..HEAD.")
    head = repository.commit_id(named or "HEAD")
    first = repository.commit_id(base) if base else ""
    return first, head, [head, *([f"^{first}"] if first else [])]


def _description(commits: CommitList, first: str, head: str, request: Request) -> str:
    number = f"{len(commits)} {'commit' if len(commits) == 1 else 'commits'}"
    where = "of all references" if request.every else f"up to {head[:12]}"
    since = f" since {request.since}" if request.since else ""
    return f"{number} {where}{f' and not in {first[:12]}' if first else ''}{since}"


class _Search:
    """One search of many commits."""

    def __init__(
        self,
        repository: Repository,
        contents: Contents,
        cache: Cache,
        build: _Build,
        directory: Path | None,
    ) -> None:
        self._repository = repository
        self._contents = contents
        self._cache = cache
        self._config = config = build.config
        kept = own_key(directory) if cache.is_open else None
        self._keeps = kept is not None
        self._build = replace(build, key=kept) if kept else build
        self.check = self._build.check()
        self._known = {rule.id: rule for rule in self.check.rules()}
        self._cached = 0
        self._did = 0
        options = [*sorted(config.exclude), str(config.max_file_size), str(config.file_timeout)]
        digest = hashlib.sha256(self._build.key).hexdigest()
        layouts = (str(results.LAYOUT), str(commit_records.LAYOUT))
        self._basis = ("history", __version__, *layouts, self.check.version, digest, *options)

    def outcome(self, commits: CommitList, head: str, progress: Progress) -> Outcome:
        """The outcome of the secrets check on the commits."""
        started = time.process_time()
        found = Collection()
        progress.started(len(commits), {_SECRETS: len(commits)})
        try:
            for record in self._records(commits):
                found.add(record)
                progress.analysed(_SECRETS)
            outcome = self._completed(commits, head, found, started)
        except BROKEN as error:
            outcome = Failed(_SECRETS, *failure_of(error, _SECRETS), self._counts(found, started))
        progress.finished(outcome)
        return outcome

    def _completed(self, commits: CommitList, head: str, found: Collection, started: float) -> Outcome:
        if not len(commits):
            return Skipped(_SECRETS, SkipReason.NO_TARGETS)
        firsts = found.firsts
        standing = self._standing(head, found) if firsts else {}
        for finding in self._judged_again(head, found.mixed):
            found.settle(finding)
        times = author_times(self._repository.git, [finding.commit for finding in firsts])
        unread = list(found.unread)
        if commits.cut:
            unread.append(Unread("", UnreadReason.MISSING, _SHALLOW))
        return Completed(
            _SECRETS,
            tuple(found.candidates(standing, times)),
            tuple(sorted(unread)),
            self._counts(found, started),
            self._notes(found),
        )

    def _notes(self, found: Collection) -> tuple[str, ...]:
        tally = found.tally
        megabytes = f"{tally.size / 1e6:.1f} MB"
        kept = f", {self._cached} of them in an earlier run" if self._cached else ""
        versions = f"{tally.files} {'version' if tally.files == 1 else 'versions'} of files"
        many = f"{self._did} {'commit' if self._did == 1 else 'commits'} searched"
        notes = [f"{many}{kept}: {megabytes} of added lines in {versions}"]
        left = ((tally.binary, "binary files"), (tally.ignored, "files that are left out by their names"))
        notes += [f"not searched: {number} versions of {what}" for number, what in left if number]
        return tuple(notes)

    def _counts(self, found: Collection, started: float) -> Counts:
        tally = found.tally
        seconds = round(time.process_time() - started, 3)
        files = tally.files + tally.excluded
        return Counts(files, tally.files, 0, tally.excluded, seconds)

    # ---------------------------------------------------------------------------------------- records

    def _records(self, commits: CommitList) -> Iterator[Record]:
        """The record of each commit, in order; those that are not kept from an earlier run are made."""
        portions = (self._look_up(portion, commits.cut) for portion in commits.portions(PORTION))
        with ExitStack() as stack:
            for portion in self._searched(portions, stack, len(commits)):
                for commit, _ in portion.commits:
                    self._did += 1
                    yield portion.records[commit]

    def _look_up(self, commits: list[tuple[str, bool]], cut: Sequence[str]) -> _Portion:
        keys = {c: key_of(*self._basis, c, "cut" if c in cut else "") for c, _ in commits}
        portion = _Portion(commits, keys)
        if not self._keeps:
            return portion
        values = self._cache.get(keys.values())
        for commit, key in keys.items():
            if key in values and (
                record := commit_records.load(values[key], commit, self.check, self._known)
            ):
                portion.records[commit] = record
        self._cached += len(portion.records)
        self._cache.touch(keys[commit] for commit in portion.records)
        return portion

    def _searched(self, portions: Iterator[_Portion], stack: ExitStack, total: int) -> Iterator[_Portion]:
        jobs = self._config.jobs or processors()
        if jobs == 1 or total < _WORTH_A_POOL * PORTION:
            hand = _Hand(self._build, self._contents)
            stack.callback(hand.close)
            for portion, following in _with_next(portions):
                self._keep(portion, hand.search(portion.missing, following.missing if following else ()))
                yield portion
            return
        pool = stack.enter_context(_pool(jobs, self._build))
        flying: list[tuple[_Portion, Future[list[bytes]] | None]] = []
        for portion in portions:
            flying.append((portion, pool.submit(_search_here, portion.missing) if portion.missing else None))
            if len(flying) >= jobs * _WAITING:
                yield self._landed(*flying.pop(0))
        for pair in flying:
            yield self._landed(*pair)

    def _landed(self, portion: _Portion, future: Future[list[bytes]] | None) -> _Portion:
        if future is not None:
            found = []
            for data, (commit, _) in zip(future.result(), portion.missing, strict=True):
                record = commit_records.load(data, commit, self.check, self._known)
                assert record is not None  # noqa: S101 - it was made by this very version
                found.append(record)
            self._keep(portion, found)
        return portion

    def _keep(self, portion: _Portion, records: Sequence[Record]) -> None:
        for record in records:
            portion.records[record.commit] = record
        if self._keeps:
            whole = (record for record in records if not record.analysis.unread)
            self._cache.put({portion.keys[r.commit]: commit_records.dump(r) for r in whole})

    # --------------------------------------------------------------------------------------- the head

    def _standing(self, head: str, found: Collection) -> dict[bytes, str | None]:
        """
        Where in the head each value stands. The values themselves are in no record: they are read from the
        commits once more.
        """
        firsts = found.firsts
        wanted = {(finding.commit, finding.location.path) for finding in firsts}
        marks: dict[bytes, set[str]] = {}
        for finding in firsts:
            marks.setdefault(finding.discriminator, set()).add(finding.location.path)
        values: dict[bytes, tuple[str, frozenset[str]]] = {}
        searcher = self._build.searcher(self._contents)
        for mark, text in searcher.values(self._again(wanted), wanted):
            if mark in marks:
                values.setdefault(mark, (text, frozenset(marks[mark])))
        files = self._repository.changes(Everything(head)).files
        blobs = [file.head for file in files if file.head.mode in (Mode.FILE, Mode.EXECUTABLE)]
        places = standing_in(blobs, values, self._bytes_of)
        return {mark: places.get(mark) for mark in marks}

    def _judged_again(self, head: str, paths: set[str]) -> Iterator[Finding]:
        """The findings in the head's versions of some files."""
        if paths:
            searcher = self._build.searcher(self._contents)
            for path, blob in self._contents.find_all(head, sorted(paths)).items():
                yield from searcher.judged(path, self._bytes_of(blob))

    def _again(self, wanted: set[tuple[str, str]]) -> Iterator[Any]:
        """What the commits of some findings add, in no order."""
        from pregate.changes.parsing import to_bytes

        commits = list(dict.fromkeys(commit for commit, _ in wanted))
        paths = list(dict.fromkeys(to_bytes(path) for _, path in wanted))
        if sum(map(len, paths)) > _COMMAND_LINE:
            paths = []
        git = self._repository.git
        given = "".join(f"{commit}\n" for commit in commits).encode("ascii")
        merges = git.run("rev-list", "--no-walk", "--stdin", "--min-parents=2", stdin=given)
        joined = set(merges.decode("ascii").split())
        yield from additions(git, [c for c in commits if c not in joined], paths=paths)
        yield from additions(git, [c for c in commits if c in joined], paths=paths, merges=True)

    def _bytes_of(self, blob: Blob) -> bytes:
        data = self._contents.read(blob, self._config.max_file_size)
        return data if isinstance(data, bytes) else b""


class _Portion:
    """Some commits with the keys of their records, and the records that there are."""

    __slots__ = ("commits", "keys", "records")

    def __init__(self, commits: list[tuple[str, bool]], keys: Mapping[str, bytes]) -> None:
        self.commits = commits
        self.keys = keys
        self.records: dict[str, Record] = {}

    @property
    def missing(self) -> list[tuple[str, bool]]:
        """The commits without a record."""
        return [pair for pair in self.commits if pair[0] not in self.records]


@dataclass(frozen=True, slots=True)
class _Build:
    """Makes a searcher in this process or another: holds nothing but what can be pickled."""

    config: Config
    git: Git
    key: bytes = field(repr=False)
    salt: bytes = field(repr=False)
    given: Given | None

    def check(self) -> SecretsCheck:
        return SecretsCheck(self.config.secrets, self.key, self.salt, self.given)

    def searcher(self, contents: Contents) -> Searcher:
        import functools

        check = self.check()
        masker = functools.partial(make_masker, engine=self.config.secrets.engine, given=self.given)
        analyst = Analyst([check], masker, self.config.file_timeout, keeps=False)
        # Rules of the repository's own may find something in any text.
        is_open = self.config.secrets.engine != OWN or bool(self.given and self.given.rules)
        return Searcher(check, analyst, self.config, contents, has_gate=not is_open)


class _Hand:
    """Searches commits, with two processes of git of its own: one for merges, one for the others."""

    def __init__(self, build: _Build, contents: Contents) -> None:
        self._searcher = build.searcher(contents)
        self._patches = {is_merge: Patches(build.git, merges=is_merge) for is_merge in (False, True)}

    def search(
        self, commits: Sequence[tuple[str, bool]], following: Sequence[tuple[str, bool]] = ()
    ) -> list[Record]:
        """
        The records of commits (the id, and whether it is a merge), in their order. Git goes on with those
        that are ``following``, which are to be asked for next, if any are.
        """
        records: dict[str, Record] = {}
        for is_merge in self._patches:
            self._ask(commits, is_merge)
            self._ask(following, is_merge)
        for is_merge, patches in self._patches.items():
            if some := _alike(commits, is_merge):
                found = self._searcher.search(some, patches.additions(some))
                records.update((record.commit, record) for record in found)
        return [records[commit] for commit, _ in commits]

    def _ask(self, commits: Sequence[tuple[str, bool]], is_merge: bool) -> None:
        if some := _alike(commits, is_merge):
            self._patches[is_merge].ask(some)

    def close(self) -> None:
        """Ends git."""
        for patches in self._patches.values():
            patches.close()


def _alike(commits: Sequence[tuple[str, bool]], is_merge: bool) -> list[str]:
    """Those that are merges or are not, the newest first: of a file, packs hold the newest version whole."""
    return [commit for commit, joins in reversed(commits) if joins is is_merge]


def _with_next(portions: Iterator[_Portion]) -> Iterator[tuple[_Portion, _Portion | None]]:
    portion = next(portions, None)
    while portion:
        following = next(portions, None)
        yield portion, following
        portion = following


_hands: list[_Hand] = []  # one in each process of the pool, made when it starts


def _pool(jobs: int, build: _Build) -> AbstractContextManager[ProcessPoolExecutor]:
    from multiprocessing import get_context

    method = "fork" if os.name == "posix" and os.uname().sysname == "Linux" else "spawn"
    return _Pool(jobs, mp_context=get_context(method), initializer=_start, initargs=(build,))


class _Pool(ProcessPoolExecutor):
    """What waits is dropped when the search ends early."""

    def __exit__(self, *error: object) -> None:
        self.shutdown(wait=True, cancel_futures=True)


def _start(build: _Build) -> None:
    import signal
    from multiprocessing.util import Finalize

    from pregate.changes.contents import Contents

    # An interrupt is for the process that keeps what is done; it ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _hands[:] = [_Hand(build, Contents(build.git, None))]
    Finalize(None, _hands[0].close, exitpriority=1)  # git ends before this process does, and is waited for


def _search_here(commits: Sequence[tuple[str, bool]]) -> list[bytes]:
    return [commit_records.dump(record) for record in _hands[0].search(commits)]
