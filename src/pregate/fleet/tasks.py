"""
One task: a repository is cloned into a folder of its own, judged, and gone again. Of one that is to be done
in parts, a task says so, others analyse a part each, and the last one judges the whole.

It runs in another process, perhaps on another machine, and writes nothing: its answer carries the report. The
token is not in a job either; the process that clones has it in its environment, or has none.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pregate import __version__
from pregate.cache.keeping import keeping_of
from pregate.changes.selection import Everything
from pregate.errors import PregateError, UsageError
from pregate.fleet.bound import MAX_FETCH
from pregate.fleet.limit import Limit, OverTimeError
from pregate.fleet.model import Count, Record, Repository, State
from pregate.fleet.remote import PUBLIC_SERVER, Remote
from pregate.fleet.shares import Share, joined, packed, parts_of
from pregate.model import Verdict
from pregate.records import dataclass, field

if TYPE_CHECKING:
    from pregate.pipeline import Request
    from pregate.settings import PolicyReader

    Policies = Callable[[Mapping[str, str], Path | None], PolicyReader]

_LISTED = ("new", "below-threshold", "pre-existing")


@dataclass(frozen=True, slots=True)
class Options:
    """
    How every repository of a fleet is judged: ``overrides`` as in :class:`pregate.pipeline.Request`, the
    folder of the cache where the task runs (``""`` for none), the seconds that a task may take, the folder
    for clones (``""`` for the machine's own), the bytes that a clone may have, and the server to which the
    token belongs. ``policies`` makes a reader of organisations' policies; it is pickled by its name.
    ``shards`` and ``shard_files`` say how large repositories are done, as in :mod:`pregate.fleet.shares`.
    """

    overrides: Mapping[str, Any] = field(default_factory=dict)
    cache_dir: str = ""
    seconds: float = 1800.0
    scratch: str = ""
    server: str = PUBLIC_SERVER
    policies: Policies | None = None
    max_fetch: int = MAX_FETCH
    shards: int = 0
    shard_files: int = 0

    @property
    def digest(self) -> str:
        """A name for what can change a verdict."""
        words = json.dumps(self.overrides, sort_keys=True, default=str)
        return hashlib.sha256(words.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Job:
    """
    A repository to judge; ``known`` is the commit that was judged already, in the same way.

    With a ``commit`` it is about that one: with a ``part``, from 1 to ``parts``, it is to analyse that part;
    without one, to judge the whole with the parts' ``shares``. ``lost`` are the parts that could not be
    analysed, and why: they are told as unread.
    """

    repository: Repository
    options: Options
    known: str | None = None
    commit: str = ""
    part: int = 0
    parts: int = 0
    shares: tuple[Share, ...] = ()
    lost: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """
    What became of a job; ``report`` is the JSON report, compressed by zlib, ``b""`` for none. ``record`` is
    ``None`` where there is nothing to record: where the repository is still at the commit that is known,
    where its ``commit`` is to be done in so many ``parts``, and where a part is done, whose results are
    ``share``, after ``seconds``.
    """

    record: Record | None
    report: bytes = field(default=b"", repr=False)
    commit: str = ""
    parts: int = 0
    share: bytes = field(default=b"", repr=False)
    seconds: float = 0.0


def scan_one(job: Job) -> Answer:
    """Does a job. Every expected failure is an answer; what is raised is a bug or the end of the process."""
    started = time.perf_counter()
    try:
        with (
            tempfile.TemporaryDirectory(
                prefix="pregate-fleet-", dir=job.options.scratch or None, ignore_cleanup_errors=True
            ) as folder,
            Limit(job.options.seconds),
        ):
            return _scanned(job, Path(folder), started)
    except OverTimeError:
        limit = f"it took more than {job.options.seconds:g} seconds"
        return Answer(failed(job, (limit,), started))
    except UsageError as error:
        return Answer(failed(job, _sentences(error), started))
    except PregateError as error:
        return Answer(failed(job, _sentences(error), started, is_final=False))
    except OSError as error:
        return Answer(failed(job, (f"the disk: {error.strerror}",), started, is_final=False))
    except (MemoryError, RecursionError) as error:
        return Answer(failed(job, (f"it needs too much memory ({type(error).__name__})",), started))


def failed(job: Job, reasons: tuple[str, ...], started: float = 0.0, *, is_final: bool = True) -> Record:
    """The record of a repository that could not be judged; ``started`` as time.perf_counter() gave it."""
    return Record(
        job.repository,
        State.FAILED,
        reasons=reasons,
        seconds=round(time.perf_counter() - started, 3) if started else 0.0,
        ended=time.time_ns() // 1_000_000,
        version=__version__,
        options=job.options.digest,
        is_final=is_final,
    )


def _scanned(job: Job, folder: Path, started: float) -> Answer:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    clone = folder / "clone"
    clone.mkdir()
    remote = _remote(job, clone, environ)
    commit = job.commit or remote.commit()
    if commit == job.known:
        return Answer(None)
    if not commit:
        return Answer(_empty(job, started))
    shards, shard_files = job.options.shards, job.options.shard_files
    is_whole = bool(job.commit)
    if not is_whole and not shard_files and shards > 1:
        return Answer(None, commit=commit, parts=shards)
    remote.fetch(commit)
    if not is_whole and shard_files:
        count = parts_of(remote.count_files(), shards, shard_files)
        if count > 1:
            return Answer(None, commit=commit, parts=count)
    if job.part:
        return _part(job, _request(job, clone, environ, str(folder / "part")), started)
    cache_dir = job.options.cache_dir
    if job.shares:
        cache_dir = str(joined(job.shares, folder, keeping_of(environ)))
    return _judged(job, _request(job, clone, environ, cache_dir), commit, started)


def _remote(job: Job, clone: Path, environ: Mapping[str, str]) -> Remote:
    options = job.options
    return Remote(
        job.repository,
        clone,
        environ,
        seconds=options.seconds,
        server=options.server,
        token=environ.get("GITHUB_TOKEN") or environ.get("GH_TOKEN") or "",
        max_bytes=options.max_fetch,
    )


def _request(job: Job, clone: Path, environ: Mapping[str, str], cache: str) -> Request:
    from pregate.engine.ports import Shard
    from pregate.pipeline import Request
    from pregate.tools.wishes import Wishes

    options = job.options
    policies = Path(options.cache_dir) if options.cache_dir else None
    return Request(
        directory=clone,
        selection=Everything(),
        # Processes are for repositories: a task is one of many.
        overrides={**options.overrides, "jobs": 1},
        cache_dir=Path(cache) if cache else None,
        policies=options.policies(environ, policies) if options.policies else None,
        environ=environ,
        line_hashes=True,
        foreign_tree=True,
        wishes=Wishes(is_off=True),
        lost={Shard(number, job.parts): reason for number, reason in job.lost},
    )


def _judged(job: Job, request: Request, commit: str, started: float) -> Answer:
    from pregate.pipeline import run
    from pregate.report.json_report import render

    result = run(request)
    report = render(result.verdict, result.rules).encode("ascii")
    return Answer(_record(job, result.verdict, commit, started), zlib.compress(report, 6))


def _part(job: Job, request: Request, started: float) -> Answer:
    from pregate.engine.ports import Shard
    from pregate.pipeline import warm

    assert request.cache_dir is not None  # noqa: S101 - a part's results are kept
    warm(request, Shard(job.part, job.parts))
    seconds = round(time.perf_counter() - started, 3)
    return Answer(None, share=packed(request.cache_dir), seconds=seconds)


def _record(job: Job, verdict: Verdict, commit: str, started: float) -> Record:
    listed = [judged for judged in verdict.findings if judged.state.value in _LISTED]
    pairs = Counter((j.finding.rule.id.partition("/")[0], j.finding.severity.word) for j in listed)
    return Record(
        job.repository,
        State.SCANNED,
        verdict.decision,
        commit,
        reasons=verdict.reasons,
        findings=tuple(Count(check, word, number) for (check, word), number in sorted(pairs.items())),
        suppressed=len(verdict.findings) - len(listed),
        seconds=round(time.perf_counter() - started, 3),
        ended=time.time_ns() // 1_000_000,
        version=__version__,
        options=job.options.digest,
    )


def _empty(job: Job, started: float) -> Record:
    from pregate.model import Decision

    return Record(
        job.repository,
        State.SCANNED,
        Decision.PASSED,
        reasons=("the repository is empty",),
        seconds=round(time.perf_counter() - started, 3),
        ended=time.time_ns() // 1_000_000,
        version=__version__,
        options=job.options.digest,
    )


def _sentences(error: PregateError) -> tuple[str, ...]:
    return (error.message, error.hint) if error.hint else (error.message,)
