"""
What a run begins with: the change set, its contents, and the configuration that counts, which is that of the
trusted revision.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pregate.cache import Cache
from pregate.cache.keeping import keeping_of
from pregate.changes import open_source as open_changes
from pregate.config import FILES, Config, Source
from pregate.config.reading import Settled
from pregate.engine.given import changes_of
from pregate.engine.waivers import Recorded, recorded, widened
from pregate.logs import logger
from pregate.model import ChangeSet
from pregate.records import dataclass, replace
from pregate.settings import find_sources, given_reader

if TYPE_CHECKING:
    from pregate.changes import Contents
    from pregate.changes import Source as ChangeSource
    from pregate.pipeline import Request

_log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Case:
    """A request whose change set and configuration are known, and where its contents are read."""

    request: Request
    source: ChangeSource
    change: ChangeSet
    contents: Contents
    settled: Settled

    @property
    def config(self) -> Config:
        """The configuration that judges."""
        return self.settled.config

    @property
    def root(self) -> Path | None:
        """Where the repository stands."""
        return self.source.root

    @property
    def tree(self) -> Path:
        """The tree from which no plug-in is taken."""
        return self.request.plugin_tree or self.root or self.request.directory


@contextlib.contextmanager
def open_case(request: Request) -> Iterator[Case]:
    """
    The change set of a request, with the configuration that counts and the open contents.

    Raises as :func:`run`.
    """
    source = open_changes(request.directory, request.environ, request.selection)
    change = source.changes(request.selection)
    request = replace(request, cache_dir=believed(request.cache_dir, source))
    with source.contents(change) as contents:
        yield Case(request, source, change, contents, settle_config(contents, change, request, source.root))


def with_records(case: Case) -> tuple[Case, Recorded]:
    """
    The case, with the repository's salt and the files that a change of its accepted findings concerns; and
    those findings. Raises UsageError where they cannot be read.
    """
    told = recorded(case.contents, case.change)
    request = replace(case.request, salt=told.salt or case.request.salt)
    return replace(case, request=request, change=widened(case.contents, case.change, told)), told


def policy_changes(case: Case) -> tuple[str, ...]:
    """
    What the change makes of the configuration, by its effect. It does not judge this change.

    Raises PregateError when it brings one that cannot be used: once that is in the base, nothing could be
    judged any more, not even the change that mends it.
    """
    change, found = case.change, tuple[str, ...]()
    touched = {file.path for file in change} | set(change.removed) if change.compared else set()
    if touched.intersection(FILES):
        from pregate.pipeline.settling import config_changes

        found = config_changes(case)
    if touched and "secrets" in case.config.checks:
        before, after = (given_reader(case.contents, revision) for revision in (change.trusted, change.head))
        return (*found, *changes_of(case.config.secrets, before, after, touched))
    return found


def settle_config(
    contents: Contents, change: ChangeSet, request: Request, root: Path | None = None
) -> Settled:
    """
    The configuration of the revision that the change set trusts, overruled by the request's flags, with what
    an organisation's locks held.

    A path in the file is relative to ``root``, one in a flag to the current directory.

    Raises UsageError, naming the file, for anything that is not as documented, and PregateError where the
    organisation's policy is not to be had.
    """
    if request.settled is not None:
        return Settled(request.settled)
    settled = settle_at(change.trusted, contents, request, root)
    if request.in_pull and not change.compared:
        from pregate.pipeline.settling import without_own_word

        return replace(settled, config=without_own_word(settled.config, request))
    return settled


def settle_at(
    revision: str, contents: Contents, request: Request, root: Path | None, remark: str = ""
) -> Settled:
    """As :func:`settle_config`, of any revision; ``remark`` is added to the file's name in messages."""
    flags = Source(request.origin, request.overrides)
    settled = find_sources(contents, revision, flags, root, request.policies, remark).settle()
    config, wishes = settled.config, request.wishes
    licenses = config.dependencies.allow_licenses or config.dependencies.deny_licenses
    if licenses or config.tools or (wishes and wishes.names):
        from pregate.pipeline.settling import with_tools

        return replace(settled, config=with_tools(config, request, f"configuration{remark}"))
    return settled


def believed(folder: Path | None, source: ChangeSource) -> Path | None:
    """
    A cache folder; None for one that came with the checkout: whoever wrote that may have written its results.
    """
    if folder is None or not source.brings(folder):
        return folder
    _log.warning(
        "the cache folder %s is not used: git tracks files in it, or it is another checkout's. "
        "Name one outside of the working tree (--cache-dir, PREGATE_CACHE_DIR).",
        folder,
    )
    return None


def open_cache(request: Request) -> Cache:
    """The results of earlier runs, kept as the request or the environment says."""
    return (request.keeping or keeping_of(request.environ)).open(request.cache_dir)
