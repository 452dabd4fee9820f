"""
The order of a search of all history, commit by commit, for secrets that it holds:

    revisions → commits → those not searched before → git's patches → records → findings → policy → verdict
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pregate import pipeline, policy
from pregate.changes import Everything, Repository
from pregate.changes.commits import CommitList, commits_of
from pregate.checks.secrets import SecretsCheck
from pregate.engine.given import with_mistakes
from pregate.engine.waivers import recorded, waivers_of
from pregate.errors import UsageError
from pregate.history.hands import Build
from pregate.history.search import Search
from pregate.model import ChangeSet
from pregate.records import dataclass, field, replace
from pregate.settings import PolicyReader

if TYPE_CHECKING:
    from pregate.engine.ports import Progress


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
    request = replace(request, cache_dir=pipeline.believed(request.cache_dir, repository))
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
        with pipeline.open_cache(asked) as cache:
            build = Build(config, repository.git, os.urandom(32), told.salt, given)
            search = Search(repository, contents, cache, build, request.cache_dir)
            outcome = lost.get(SecretsCheck.name) or search.outcome(
                commits, head, progress or pipeline.Silent()
            )
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
