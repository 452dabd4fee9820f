"""
The checks of a run: built with what they ask, run over the change set, and their outcomes put in order. One
whose scanner or plug-in is not there has failed, and the others go on.
"""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pregate.cache import Cache
from pregate.cache.keeping import believed_index, keeping_of, may_keep_records
from pregate.checks import Ports, build_checks, make_masker
from pregate.checks.base import Moment
from pregate.config import CHECKS, FILES, Config
from pregate.engine.analyst import Analyst, finish, maskers_for
from pregate.engine.broken import failure_of
from pregate.engine.given import changes_of, read_given, with_mistakes
from pregate.engine.scan import Scan
from pregate.errors import PregateError, ScannerError
from pregate.model import ChangeSet, Counts, Failed, Outcome, Skipped, SkipReason
from pregate.pipeline import Case, open_cache
from pregate.records import dataclass, field, replace
from pregate.settings import given_reader

if TYPE_CHECKING:
    from pathlib import Path

    from pregate.aws import AccessAnalyzer, Identity
    from pregate.changes import Contents
    from pregate.checks.base import AdvisorySource, Analysis, Check, Target
    from pregate.checks.iam.judge import Judge
    from pregate.checks.iam.reference import Bound, Reference
    from pregate.engine.analyst import MakeMasker
    from pregate.engine.ports import Progress
    from pregate.secrets.given import Given

DEPENDENCIES = "dependencies"
SECRETS = "secrets"


@dataclass(frozen=True, slots=True)
class Build:
    """Makes an analyst in this process or another: holds nothing but what can be pickled."""

    config: Config
    names: tuple[str, ...]
    key: bytes = field(repr=False)
    keeps: bool  # there is a cache
    salt: bytes = field(default=b"", repr=False)
    tree: Path | None = None
    given: Given | None = None

    def __call__(self) -> Analyst:
        """The analyst."""
        return Analyst(self.checks(), self.masker(), self.config.file_timeout, keeps=self.keeps)

    def checks(self) -> list[Check]:
        """The checks, which analyse and conclude nothing."""
        return build_checks(
            self.config, self.names, self.key, salt=self.salt, tree=self.tree, given=self.given
        )

    def each(self, ports: Ports) -> tuple[list[Check], dict[str, Outcome]]:
        """The checks, and the outcomes of those whose scanner or plug-in is not there: the others go on."""
        checks: list[Check] = []
        broken: dict[str, Outcome] = {}
        for name in self.names:
            try:
                checks += build_checks(
                    self.config, (name,), self.key, ports, self.salt, self.tree, self.given
                )
            except (ScannerError, ImportError, SystemExit) as error:
                broken[name] = Failed(name, *failure_of(error, name), Counts())
        return checks, broken

    def masker(self) -> MakeMasker:
        """What hides the secrets of a file, as this run knows them."""
        return functools.partial(make_masker, engine=self.config.secrets.engine, given=self.given)

    def scan(self, case: Case, checks: Sequence[Check], cache: Cache, progress: Progress) -> Scan:
        """A scan of the change set of a case by checks of this build."""
        # What changes with the values that are hidden in a result: what one search knew as a secret may stand
        # in what another check was told to keep.
        rules = self.given.rules.digest if self.given and self.given.rules else ""
        masking = f"{self.config.secrets.engine} {rules}"
        finish = functools.partial(_finish, masker=self.masker())
        world = case.contents, cache, self.config, self, finish, progress
        return Scan(case.change, checks, *world, masking, case.request.lost)


def build_of(case: Case, names: Sequence[str], cache: Cache, given: Given | None) -> Build:
    """What builds checks for a case, with a new key for the discriminators of secrets."""
    return Build(
        case.config, tuple(names), os.urandom(32), cache.is_open, case.request.salt, case.tree, given
    )


def given_of(
    config: Config, change: ChangeSet, contents: Contents
) -> tuple[Given | None, dict[str, Outcome]]:
    """What the repository's own files say of secrets, or the outcome of a check that cannot know it."""
    paths = {config.secrets.gitleaks_config, config.secrets.baseline} - {""}
    there = contents.find_all(change.trusted, paths)  # one process of git, where most repositories have none
    read = given_reader(contents, change.trusted)
    try:
        return read_given(config.secrets, lambda p: b"" if p in paths and p not in there else read(p)), {}
    except PregateError as error:
        return None, {SECRETS: Failed(SECRETS, error.message, error.hint, Counts())}


def ports_of(case: Case, source: AdvisorySource | None, identity: Identity | None, cache: Cache) -> Ports:
    """Whom the checks may ask, as it is configured, beside the vulnerability database."""
    config, threats, index, validator, judge = case.config, None, None, None, None
    if source and (config.dependencies.kev or config.dependencies.epss):
        from pregate.advisories.lists import ThreatLists

        threats = ThreatLists(config.dependencies.kev, config.dependencies.epss, offline=config.offline)
    if config.dependencies.resolve and not config.offline and DEPENDENCIES in config.checks:
        from pregate.advisories.package_index import SimpleIndex

        index = SimpleIndex(config.dependencies.index_url)
    if "iam" in config.checks:
        validator, judge = _judge_of_access(case, identity, cache)
    moment = Moment(time.time(), case.request.opened, case.change.compared)
    return Ports(source, threats, index, moment, validator, judge)


def _judge_of_access(
    case: Case, identity: Identity | None, cache: Cache
) -> tuple[AccessAnalyzer | None, Judge]:
    """Access Analyzer where it may be asked, and who answers questions about access."""
    from pregate.checks.iam.judge import Judge

    iam, validator, store = case.config.iam, None, None
    against: tuple[tuple[Reference, ...], tuple[Bound, ...]] = ((), ())
    if iam.engine != "local" and not (case.config.offline and iam.engine == "auto"):
        from pregate.pipeline.access import analyzer_of

        validator = analyzer_of(case.config, identity)
    if iam.reference_policies or iam.boundaries:
        from pregate.pipeline.access import policies_of

        against = policies_of(case)
    if cache.is_open:
        from pregate.engine.answers import CachedAnswers

        store = CachedAnswers(cache)
    return validator, Judge(validator, store, *against)


def judge(case: Case, progress: Progress, identity: Identity | None) -> tuple[list[Outcome], list[Check]]:
    """The outcomes of the checks, then those of other scanners, in the order of reports; and the checks."""
    config = case.config
    plugins, done = tuple[str, ...](), dict[str, Outcome]()
    if config.plugins:
        from pregate.pipeline.others import admit_plugins

        plugins, done = admit_plugins(case)
    own = [name for name in CHECKS if name in config.checks]
    order = [*own, *(name for name in config.plugins if name in plugins or name in done)]
    source = advisories_of(case, identity) if DEPENDENCIES in own else None
    given, lost = given_of(config, case.change, case.contents) if SECRETS in own else (None, {})
    names = [name for name in own if name not in lost and (name != DEPENDENCIES or source)]
    with open_cache(case.request) as cache:
        ports = ports_of(case, source, identity, cache)
        build = build_of(case, (*names, *plugins), cache, given)
        checks, found = _run(build, ports, case, cache, progress)
    done |= lost | found
    if SECRETS in done:
        done[SECRETS] = with_mistakes(done[SECRETS], given)
    if DEPENDENCIES in own and source is None:
        idle, broken = Build(config, (DEPENDENCIES,), b"", keeps=False).each(Ports())
        checks += idle
        done |= broken or {DEPENDENCIES: _not_asked(idle[0], case.change)}
    outcomes = [done[name] for name in order]
    if config.tools or case.request.foreign:
        from pregate.pipeline.others import outcomes_of_others

        outcomes += outcomes_of_others(case, outcomes, build.masker(), progress)
    return outcomes, checks


def _run(
    build: Build, ports: Ports, case: Case, cache: Cache, progress: Progress
) -> tuple[list[Check], dict[str, Outcome]]:
    """The checks that can be built, and what came of each that cannot or that has run."""
    checks, found = build.each(ports)
    build = replace(build, names=tuple(check.name for check in checks))
    found |= {outcome.check: outcome for outcome in build.scan(case, checks, cache, progress).run()}
    if case.request.history and SECRETS in found and case.config.secrets.history:
        from pregate.pipeline.commits import with_commits

        found[SECRETS] = with_commits(found[SECRETS], case, case.request.history, cache, build)
    return checks, found


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
    if touched and SECRETS in case.config.checks:
        before, after = (given_reader(case.contents, revision) for revision in (change.trusted, change.head))
        return (*found, *changes_of(case.config.secrets, before, after, touched))
    return found


def advisories_of(case: Case, identity: Identity | None) -> AdvisorySource | None:
    """The vulnerability database to ask; None when offline without one, which skips the check."""
    config, request = case.config, case.request
    sources: list[AdvisorySource] = []
    if "osv" in config.dependencies.sources:
        from pregate.advisories import open_source

        keeping = request.keeping or keeping_of(request.environ)
        database = open_source(
            config.advisories.source,
            config.offline,
            request.cache_dir if may_keep_records(request.cache_dir) else None,
            max_age=config.advisories.max_age,
            own_index=believed_index(request.environ, case.source, is_foreign=request.foreign_tree),
            seal=keeping.seal,
            others=[other for other in keeping.others if may_keep_records(other[0])],
        )
        sources += [database] if database else []
    if "inspector" not in config.dependencies.sources or config.offline:
        return sources[0] if sources else None
    from pregate.pipeline.access import with_inspector

    return with_inspector(sources, identity)


def _not_asked(check: Check, change: ChangeSet) -> Skipped:
    """Without a database the check is skipped; where no file concerns it, that is the reason to give."""
    concerned = any(check.concerns(file.path, executable=False) for file in change)
    return Skipped(DEPENDENCIES, SkipReason.OFFLINE if concerned else SkipReason.NO_TARGETS)


def _finish(target: Target, analysis: Analysis, masker: MakeMasker) -> Analysis:
    return finish(analysis, maskers_for(target, masker, analysis.sensitive))
