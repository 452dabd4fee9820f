"""
The order of a run, and the only place where a failing check is caught:

    request → change set → configuration (from the trusted revision) → checks → outcomes → policy → verdict

What every run needs is here and in :mod:`pregate.pipeline.judging`; what only some runs need is in modules
that are imported then, because a hook's start-up counts.
"""

from __future__ import annotations

import contextlib
import importlib
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pregate import policy
from pregate.cache import Cache
from pregate.cache.keeping import Keeping, keeping_of
from pregate.cache.keeping import believed as believed
from pregate.changes import open_source as open_changes
from pregate.config import Config, Source
from pregate.config.reading import Settled
from pregate.engine.ports import words_of_lost
from pregate.engine.waivers import Recorded, recorded, waivers_of, widened
from pregate.model import ChangeSet, Rule, Verdict
from pregate.records import dataclass, field, replace
from pregate.settings import PolicyReader, find_sources

if TYPE_CHECKING:
    from pregate.aws import Identity
    from pregate.aws.sts import TokenSource
    from pregate.changes import Commits, Contents, Selection
    from pregate.changes import Source as ChangeSource
    from pregate.checks.base import Check
    from pregate.engine.intake import Document
    from pregate.engine.ports import Progress, Shard
    from pregate.pipeline.access import aws_features as aws_features
    from pregate.pipeline.inventory import take_inventory as take_inventory
    from pregate.pipeline.judging import given_of as given_of
    from pregate.pipeline.settling import load_config as load_config
    from pregate.pipeline.silence import Silent as Silent
    from pregate.pipeline.warming import warm as warm
    from pregate.tools.wishes import Wishes
    from pregate.verification import Verifier

UNLISTED = ("secrets",)
"""The checks of whose rules a report lists only those that found something."""
_HOMES = {"Silent": "silence", "aws_features": "access", "given_of": "judging", "load_config": "settling"}
_HOMES |= {"take_inventory": "inventory", "warm": "warming"}


@dataclass(frozen=True, slots=True)
class Request:
    """
    What to judge.

    ``overrides`` holds configuration keys as they are written in the file, from flags or action inputs;
    ``origin`` names where they come from in error messages. ``cache_dir`` is ``None`` for no cache.
    ``line_hashes`` asks for what a SARIF report needs beside the findings. ``history`` are the commits of the
    change, to be searched for secrets that a later one of them takes away. With ``foreign_tree`` the working
    tree is a stranger's beside the secrets of the base: no database in it is believed. ``tokens`` gives the
    identity tokens of a job of GitHub's, for the AWS role that is configured. ``in_pull`` says that this is a
    pull request's run, ``opened`` when that was opened, in seconds since 1970 (0: not known). ``components``
    asks for an inventory of what the lock files hold. ``policies`` reads the policy of an organisation that
    the configuration extends. ``foreign`` are reports of other scanners to judge with our own; ``wishes``
    says which scanners are to be run, None for those of the configuration. ``salt`` stands for the
    repository's where it has none yet. ``settled`` is the configuration where no file has a say in it,
    ``plugin_tree`` the tree from which no plug-in is taken where that is not the one judged.
    ``verifier``, given the engine of the secrets check, asks providers about what that found. ``keeping`` is
    how results are kept in the cache; None: as the environment says. ``lost`` are shards that could not be
    analysed, and why: what the cache has not of them is unread, and the verdict incomplete.
    """

    directory: Path
    selection: Selection
    overrides: Mapping[str, Any] = field(default_factory=dict)
    origin: str = "command line"
    cache_dir: Path | None = None
    environ: Mapping[str, str] = field(default_factory=dict)
    line_hashes: bool = False
    history: Commits | None = None
    foreign_tree: bool = False
    tokens: TokenSource | None = None
    in_pull: bool = False
    opened: float = 0.0
    components: bool = False
    policies: PolicyReader | None = field(default=None, repr=False)
    foreign: tuple[Document, ...] = ()
    wishes: Wishes | None = None
    salt: bytes = field(default=b"", repr=False)
    settled: Config | None = None
    plugin_tree: Path | None = None
    verifier: Callable[[str], Verifier] | None = field(default=None, repr=False)
    keeping: Keeping | None = None
    lost: Mapping[Shard, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Result:
    """
    The verdict, where the repository stands, the checks that were to run, what on, and the options in force.

    ``identity`` is who the run is on AWS; None where nothing that is configured needs AWS.
    """

    verdict: Verdict
    root: Path | None
    checks: tuple[Check, ...] = field(repr=False)
    change: ChangeSet = field(repr=False)
    identity: Identity | None = field(default=None, repr=False)
    config: Config = field(repr=False, default_factory=Config)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """
        The rules that reports explain: those of the checks, and those that came with a finding. Of the
        secrets check, which has hundreds, those that found something.
        """
        own = {rule for check in self.checks if check.name not in UNLISTED for rule in check.rules()}
        found = {judged.finding.rule for judged in self.verdict.findings}
        return tuple(sorted(own | found, key=lambda rule: (rule.id, rule.title)))


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
    def tree(self) -> Path:
        """The tree from which no plug-in is taken."""
        return self.request.plugin_tree or self.source.root or self.request.directory


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def run(request: Request, progress: Progress | None = None) -> Result:
    """
    Judges the change set of a request.

    Raises UsageError for a wrong configuration and ChangesError when the change set cannot be found; a check
    that fails is an outcome in the verdict.
    """
    from pregate.pipeline.judging import judge, policy_changes

    started = time.perf_counter()
    with open_case(request) as opened:
        changes = policy_changes(opened)
        if request.foreign_tree:
            from pregate.pipeline.settling import refuse_foreign_advisories

            refuse_foreign_advisories(opened)
        identity = None
        if not opened.config.offline:
            from pregate.pipeline.access import identity_of

            identity = identity_of(opened)
        case, told = with_records(opened)
        if progress is None:
            from pregate.pipeline.silence import Silent

            progress = Silent()
        outcomes, checks = judge(case, progress, identity)
        if request.verifier:
            from pregate.pipeline.additions import verified

            outcomes = verified(request.verifier, case, outcomes)
        waivers = waivers_of(case.contents, case.change, told)
        seconds = round(time.perf_counter() - started, 3)
        lost = words_of_lost(request.lost) if request.lost else ()
        verdict = policy.decide(outcomes, case.config, case.change, seconds, waivers, lost)
        notes = (*case.settled.notes, *verdict.notes)
        verdict = replace(verdict, notes=notes, policy_changes=changes, ended=time.time_ns() // 1_000_000)
        if request.line_hashes or request.components:
            from pregate.pipeline.additions import with_additions

            verdict = with_additions(verdict, case)
    return Result(verdict, case.source.root, tuple(checks), case.change, identity, case.config)


@contextlib.contextmanager
def open_case(request: Request) -> Iterator[Case]:
    """The change set and the configuration of a request, while contents are read. Raises as :func:`run`."""
    source = open_changes(request.directory, request.environ, request.selection)
    change = source.changes(request.selection)
    request = replace(request, cache_dir=believed(request.cache_dir, source))
    with source.contents(change) as contents:
        yield Case(request, source, change, contents, settle_config(contents, change, request, source.root))


def with_records(case: Case) -> tuple[Case, Recorded]:
    """The case with the files that a change of accepted findings concerns, and those findings."""
    told = recorded(case.contents, case.change)
    request = replace(case.request, salt=told.salt or case.request.salt)
    return replace(case, request=request, change=widened(case.contents, case.change, told)), told


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


def open_cache(request: Request) -> Cache:
    """The results of earlier runs, kept as the request or the environment says."""
    return (request.keeping or keeping_of(request.environ)).open(request.cache_dir)
