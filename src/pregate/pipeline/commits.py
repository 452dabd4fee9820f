"""The search for secrets in what only the commits of a change hold."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from pregate.cache import Cache
from pregate.engine.past import with_past
from pregate.model import ChangeSet, Outcome
from pregate.pipeline import Case
from pregate.pipeline.judging import SECRETS, Build
from pregate.pipeline.silence import Silent
from pregate.records import replace

if TYPE_CHECKING:
    from pregate.changes import Commits


def with_commits(outcome: Outcome, case: Case, commits: Commits, cache: Cache, build: Build) -> Outcome:
    """
    The outcome of the secrets check, with what only those commits hold. ``build`` is that of the run: equal
    values have equal hashes by the same key.
    """
    walk = functools.partial(case.source.changes, replace(commits, lines=False))
    scan = functools.partial(search, case, cache, replace(build, names=(SECRETS,), tree=None))
    return with_past(outcome, case.change, walk, case.contents, scan)


def search(case: Case, cache: Cache, build: Build, change: ChangeSet) -> Outcome:
    """The outcome of the secrets check alone on another change set."""
    scan = build.scan(replace(case, change=change), build.checks(), cache, Silent())
    return scan.run()[0]
