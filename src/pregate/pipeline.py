"""
The order of a run, and the only place where a failing check is caught:

    request → change set → configuration (from the trusted revision) → checks → outcomes → policy → verdict
"""

from __future__ import annotations

import functools
import os
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pregate import config as configuration
from pregate import policy
from pregate.cache import Cache, advisory_index, is_ours
from pregate.cache.keeping import Keeping, keeping_of
from pregate.changes import open_source as open_changes
from pregate.checks import Ports, build_checks, make_masker
from pregate.checks.base import (
    AccessChecker,
    AdvisorySource,
    Analysis,
    Check,
    Moment,
    PackageIndex,
    Target,
    Threats,
)
from pregate.config import Config, Source
from pregate.engine.analyst import Analyst, MakeMasker, finish, maskers_for
from pregate.engine.answers import CachedAnswers
from pregate.engine.broken import failure_of
from pregate.engine.given import changes_of, read_given, with_mistakes
from pregate.engine.past import with_past
from pregate.engine.ports import Progress, Shard, words_of_lost
from pregate.engine.scan import Scan
from pregate.engine.waivers import recorded, waivers_of, widened
from pregate.errors import PregateError, ScannerError, UsageError
from pregate.logs import logger
from pregate.model import (
    ChangeSet,
    Completed,
    Counts,
    Failed,
    Finding,
    Inventory,
    Mode,
    Outcome,
    Rule,
    Skipped,
    SkipReason,
    Unread,
    UnreadReason,
    Verdict,
)
from pregate.records import dataclass, field, replace
from pregate.settings import FILE_LIMIT, PolicyReader, file_in, find_sources

if TYPE_CHECKING:
    from pregate.aws import AccessAnalyzer, Identity
    from pregate.aws.sts import TokenSource
    from pregate.changes import Commits, Contents, Selection
    from pregate.changes import Source as ChangeSource
    from pregate.checks.iam.judge import Judge
    from pregate.config.reading import Settled
    from pregate.engine.intake import Document
    from pregate.secrets.given import Given
    from pregate.tools.wishes import Wishes
    from pregate.verification import Verifier

_log = logger(__name__)
UNLISTED = ("secrets",)
"""The checks of whose rules a report lists only those that found something."""
_DEPENDENCIES = "dependencies"
_SECRETS = "secrets"
GIVEN_LIMIT = 16 * 1024 * 1024
"""How many bytes a baseline of detect-secrets', or a configuration of gitleaks', may have."""


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


class Silent:
    """Progress that nobody watches."""

    def started(self, files: int, checks: Mapping[str, int]) -> None:
        """Nothing is said."""

    def analysed(self, check: str) -> None:
        """Nothing is said."""

    def finished(self, outcome: Outcome) -> None:
        """Nothing is said."""


def run(request: Request, progress: Progress | None = None) -> Result:
    """
    Judges the change set of a request.

    Raises UsageError for a wrong configuration and ChangesError when the change set cannot be found; a check
    that fails is an outcome in the verdict.
    """
    started = time.perf_counter()
    repository = open_changes(request.directory, request.environ, request.selection)
    change = repository.changes(request.selection)
    request = replace(request, cache_dir=believed(request.cache_dir, repository))
    with repository.contents(change) as contents:
        settled = settle_config(contents, change, request, repository.root)
        config = settled.config
        changes = _policy_changes(contents, change, request, repository.root, settled)
        _refuse_foreign_advisories(config, request, repository.root)
        commits = replace(request.history, lines=False) if request.history else None
        walk = functools.partial(repository.changes, commits) if commits else None
        identity = _identity(config, request)
        watcher = progress or Silent()
        told = recorded(contents, change)
        change = widened(contents, change, told)
        request = replace(request, salt=told.salt or request.salt)
        outcomes, checks = _check(config, change, contents, request, watcher, walk, identity, repository.root)
        if request.verifier:
            outcomes = _verified(request.verifier, config, change, contents, outcomes)
        waivers = waivers_of(contents, change, told)
        seconds = round(time.perf_counter() - started, 3)
        verdict = policy.decide(outcomes, config, change, seconds, waivers, words_of_lost(request.lost))
        notes = (*settled.notes, *verdict.notes)
        verdict = replace(verdict, notes=notes, policy_changes=changes, ended=time.time_ns() // 1_000_000)
        if request.line_hashes:
            hashes = _line_hashes(contents, change, [j.finding for j in verdict.findings], config)
            verdict = replace(verdict, line_hashes=hashes)
        if request.components:
            found = _inventory(config, change, contents, request, repository.root)
            verdict = replace(verdict, inventory=found)
    return Result(verdict, repository.root, tuple(checks), change, identity, config)


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


def _verified(
    make: Callable[[str], Verifier],
    config: Config,
    change: ChangeSet,
    contents: Contents,
    outcomes: Sequence[Outcome],
) -> list[Outcome]:
    """The outcomes, that of the secrets check with what the providers say of live tokens."""
    if config.offline:
        raise UsageError("--verify asks providers, and offline is set", "Leave one of the two out.")

    def read(finding: Finding) -> bytes | None:
        blob = contents.find(finding.commit or change.head, finding.location.path)
        data = contents.read(blob, config.max_file_size) if blob else None
        return data if isinstance(data, bytes) else None

    verifier = make(config.secrets.engine)
    return [
        verifier.verified(outcome, read)
        if outcome.check == _SECRETS and isinstance(outcome, Completed)
        else outcome
        for outcome in outcomes
    ]


def warm(request: Request, shard: Shard, progress: Progress | None = None) -> tuple[int, int]:
    """
    Analyses one shard of a change set into the cache of the request: how many versions of files, of how many.
    Nothing is judged, and no service asked.

    Raises as :func:`run`.
    """
    repository = open_changes(request.directory, request.environ, request.selection)
    change = repository.changes(request.selection)
    request = replace(request, cache_dir=believed(request.cache_dir, repository))
    with repository.contents(change) as contents, open_cache(request) as cache:
        config = load_config(contents, change, request, repository.root)
        told = recorded(contents, change)
        change, salt = widened(contents, change, told), told.salt or request.salt
        tree = request.plugin_tree or repository.root or request.directory
        names = [name for name in configuration.CHECKS if name in config.checks]
        given, lost = given_of(config, change, contents) if _SECRETS in names else (None, {})
        names = [name for name in names if name not in lost]
        checks, _ = _build_each(config, names, os.urandom(32), Ports(), salt, tree, given)
        names = [check.name for check in checks]
        build = _Build(config, tuple(names), os.urandom(32), True, salt, tree, given)
        finish = functools.partial(_finish, engine=config.secrets.engine, given=given)
        masking, watcher = _masking(config, given), progress or Silent()
        scan = Scan(change, checks, contents, cache, config, build, finish, watcher, masking)
        return scan.warm(shard)


def take_inventory(request: Request) -> Inventory:
    """
    What the lock files of a change set hold, and nothing else: no check is run and nobody asked.

    Raises as :func:`run`.
    """
    repository = open_changes(request.directory, request.environ, request.selection)
    change = repository.changes(request.selection)
    request = replace(request, cache_dir=believed(request.cache_dir, repository))
    with repository.contents(change) as contents:
        config = load_config(contents, change, request, repository.root)
        return _inventory(config, change, contents, request, repository.root)


def _inventory(
    config: Config, change: ChangeSet, contents: Contents, request: Request, root: Path | None
) -> Inventory:
    """
    The packages in the head's versions of the files, also where the dependencies check does not run or has no
    database to ask.
    """
    from pregate.checks.inventory import InventoryCheck

    subject = request.environ.get("GITHUB_REPOSITORY", "") or (root.resolve().name if root else "")
    names, key = (_DEPENDENCIES,), b""
    check = InventoryCheck(config.dependencies)
    files = [replace(file, bases=()) for file in change.files] if change.compared else change.files
    heads = replace(change, files=files)
    with open_cache(request) as cache:
        build = _Build(config, names, key, cache.is_open)
        scan = Scan(heads, [check], contents, cache, config, build, _finish, Silent())
        (outcome,) = scan.run()
    gaps: tuple[Unread, ...] = ()
    match outcome:
        case Completed(unread=unread, counts=counts):
            gaps = unread
            if counts.excluded:
                words = f"files that the configuration excludes: {counts.excluded}"
                gaps += (Unread("", UnreadReason.NOT_ASKED, words),)
        case Failed(message=message):
            gaps = (Unread("", UnreadReason.CRASHED, message),)
        case Skipped():
            pass
    return Inventory(check.components, gaps, subject)


def _line_hashes(
    contents: Contents, change: ChangeSet, findings: Sequence[Finding], config: Config
) -> tuple[tuple[str, str], ...]:
    from pregate.engine.line_hash import line_hashes

    by_file: defaultdict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        by_file[finding.commit or change.head, finding.location.path].append(finding)
    hashes: list[tuple[str, str]] = []
    for (revision, path), found in by_file.items():
        blob = contents.find(revision, path)
        data = contents.read(blob, config.max_file_size) if blob else None
        if isinstance(data, bytes):
            lines = line_hashes(data, {f.location.start_line for f in found})
            known = [f for f in found if f.location.start_line in lines]
            hashes += [(f.fingerprint, lines[f.location.start_line]) for f in known]
    return tuple(sorted(hashes))


def load_config(contents: Contents, change: ChangeSet, request: Request, root: Path | None = None) -> Config:
    """
    The configuration of the revision that the change set trusts, overruled by the request's flags.

    A path in the file is relative to ``root``, one in a flag to the current directory.

    Raises UsageError, naming the file, for anything that is not as documented, and PregateError where the
    organisation's policy is not to be had.
    """
    return settle_config(contents, change, request, root).config


def settle_config(
    contents: Contents, change: ChangeSet, request: Request, root: Path | None = None
) -> Settled:
    """As :func:`load_config`, with what an organisation's locks held."""
    if request.settled is not None:
        from pregate.config.reading import Settled

        return Settled(request.settled)
    settled = _settled(contents, change.trusted, request, root)
    if request.in_pull and not change.compared:
        return replace(settled, config=_without_own_word(settled.config, request))
    return settled


def _settled(
    contents: Contents, revision: str, request: Request, root: Path | None, remark: str = ""
) -> Settled:
    flags = Source(request.origin, request.overrides)
    settled = find_sources(contents, revision, flags, root, request.policies, remark).settle()
    lists = settled.config.dependencies
    if lists.allow_licenses or lists.deny_licenses:
        from pregate.checks.dependency_licenses import check_lists

        check_lists(lists)
    return replace(settled, config=_with_tools(settled.config, request, f"configuration{remark}"))


def _with_tools(config: Config, request: Request, origin: str) -> Config:
    """The configuration with the other scanners that are to run; ``origin`` names it in errors."""
    wishes = request.wishes
    if not config.tools and (wishes is None or not wishes.names):
        return config
    from pregate.tools.admission import check_tables, wanted
    from pregate.tools.wishes import Wishes

    check_tables(config.tools, origin)
    return wanted(config, wishes or Wishes())


def _without_own_word(config: Config, request: Request) -> Config:
    """
    The configuration where it is the pull request's own: who the run is on AWS, and how many questions may be
    charged to the account, is not for the pull request to say.
    """
    given = {"aws": request.overrides.get("aws", {})}
    most = min(config.iam.max_custom_checks, configuration.IamConfig().max_custom_checks)
    return replace(
        config,
        aws=configuration.load([(request.origin, given)]).aws,
        iam=replace(config.iam, max_custom_checks=most),
    )


def _refuse_foreign_advisories(config: Config, request: Request, root: Path | None) -> None:
    """Raises UsageError for a local database that whoever wrote the tree under judgement may have written."""
    places = {
        "advisories": config.advisories.source,
        "dependencies.kev": config.dependencies.kev,
        "dependencies.epss": config.dependencies.epss,
    }
    for key, place in places.items():
        if request.foreign_tree and root is not None and place:
            _refuse_inside(key, place, root)


def _refuse_inside(key: str, place: str, root: Path) -> None:
    if place.startswith(("https://", "http://")):
        return
    if _is_inside(place, root):
        raise UsageError(
            f"{key}: a database inside the checkout is not used on pull_request_target, where "
            "a stranger's pull request may bring its own",
            "Keep the database outside the workspace's checkout, give the address of a service, or leave the "
            "key out; or run the action on pull_request.",
        )


def _is_inside(place: str, root: Path) -> bool:
    # The name may be a link of the tree that leads out of it, or one outside that leads into it.
    named, real = Path(os.path.abspath(place)), Path(os.path.realpath(place))  # noqa: PTH100
    return any(path.is_relative_to(at) for at in (root, root.resolve()) for path in (named, real))


def _policy_changes(
    contents: Contents, change: ChangeSet, request: Request, root: Path | None, now: Settled
) -> tuple[str, ...]:
    """
    What the change makes of the configuration, by its effect. It does not judge this change.

    Raises PregateError when it brings one that cannot be used: once that is in the base, nothing could be
    judged any more, not even the change that mends it.
    """
    if not change.compared:
        return ()
    touched = {file.path for file in change} | set(change.removed)
    return (
        *_config_changes(contents, change, request, root, now, touched),
        *_given_changes(contents, change, now.config, touched),
    )


def _given_changes(
    contents: Contents, change: ChangeSet, config: Config, touched: Collection[str]
) -> tuple[str, ...]:
    if _SECRETS not in config.checks:
        return ()
    before, after = (_reader(contents, revision) for revision in (change.trusted, change.head))
    return changes_of(config.secrets, before, after, touched)


def _config_changes(
    contents: Contents,
    change: ChangeSet,
    request: Request,
    root: Path | None,
    now: Settled,
    touched: Collection[str],
) -> tuple[str, ...]:
    if not set(configuration.FILES) & set(touched):
        return ()
    from pregate.config.effects import changes_of_effect

    then = _settled(contents, change.head, request, root, ", as this change leaves it")
    if then.config.secrets != now.config.secrets and _SECRETS in then.config.checks:
        read_given(then.config.secrets, _reader(contents, change.head))
    held = tuple(
        note for note in then.notes if note.replace(", as this change leaves it", "") not in now.notes
    )
    return (*changes_of_effect(now.config, then.config), *held)


@dataclass(frozen=True, slots=True)
class _Build:
    """Makes an analyst in this process or another: holds nothing but what can be pickled."""

    config: Config
    names: tuple[str, ...]
    key: bytes = field(repr=False)
    keeps: bool  # there is a cache
    salt: bytes = field(default=b"", repr=False)
    tree: Path | None = None
    given: Given | None = None

    def __call__(self) -> Analyst:
        checks = build_checks(
            self.config, self.names, self.key, salt=self.salt, tree=self.tree, given=self.given
        )
        return Analyst(checks, _masker(self.config, self.given), self.config.file_timeout, keeps=self.keeps)


def _check(
    config: Config,
    change: ChangeSet,
    contents: Contents,
    request: Request,
    progress: Progress,
    walk: Callable[[], ChangeSet] | None,
    identity: Identity | None,
    root: Path | None,
) -> tuple[list[Outcome], list[Check]]:
    source = _advisories(config, request, identity, root) if _DEPENDENCIES in config.checks else None
    threats = _threats(config) if source else None
    names = [n for n in configuration.CHECKS if n in config.checks and (n != _DEPENDENCIES or source)]
    tree = request.plugin_tree or root or request.directory
    foreign, done = _plugins(config, change, request, tree) if config.plugins else ((), {})
    order = [n for n in configuration.CHECKS if n in config.checks]
    order += [n for n in config.plugins if n in foreign or n in done]
    key = os.urandom(32)
    analyzer = _analyzer(config, identity) if "iam" in names else None
    given, lost = given_of(config, change, contents) if _SECRETS in names else (None, {})
    done |= lost
    names = [name for name in names if name not in lost]
    with open_cache(request) as cache:
        judge = _judge(config, change, contents, analyzer, cache) if "iam" in names else None
        moment = Moment(time.time(), request.opened, change.compared)
        ports = Ports(source, threats, _index(config), moment, analyzer, judge)
        checks, broken = _build_each(config, (*names, *foreign), key, ports, request.salt, tree, given)
        done |= broken
        names = [check.name for check in checks]
        build = _Build(config, tuple(names), key, cache.is_open, request.salt, tree, given)
        finish = functools.partial(_finish, engine=config.secrets.engine, given=given)
        masking = _masking(config, given)
        scan = Scan(change, checks, contents, cache, config, build, finish, progress, masking, request.lost)
        done |= {outcome.check: outcome for outcome in scan.run()}
        if walk and _SECRETS in done and config.secrets.history:
            again = functools.partial(_secrets_of, config, contents, cache, key, request.salt, given)
            done[_SECRETS] = with_past(done[_SECRETS], change, walk, contents, again)
    if _SECRETS in done:
        done[_SECRETS] = with_mistakes(done[_SECRETS], given)
    if _DEPENDENCIES in config.checks and source is None:
        idle, broken = _build_each(config, (_DEPENDENCIES,), b"", Ports(), b"", tree)
        checks = [*checks, *idle]
        done |= broken or {_DEPENDENCIES: _not_asked(idle[0], change)}
    outcomes = [done[name] for name in order]
    if config.tools:
        outcomes += _run_tools(config, change, contents, request, root, progress, given)
    if request.foreign:
        names = [*configuration.CHECKS, *(outcome.check for outcome in outcomes)]
        outcomes += _foreign(request, names, config, change, contents, root, progress, given)
    return outcomes, checks


def given_of(
    config: Config, change: ChangeSet, contents: Contents
) -> tuple[Given | None, dict[str, Outcome]]:
    """What the repository's own files say of secrets, or the outcome of a check that cannot know it."""
    paths = {config.secrets.gitleaks_config, config.secrets.baseline} - {""}
    there = contents.find_all(change.trusted, paths)  # one process of git, where most repositories have none
    read = _reader(contents, change.trusted)
    try:
        return read_given(config.secrets, lambda p: b"" if p in paths and p not in there else read(p)), {}
    except PregateError as error:
        return None, {_SECRETS: Failed(_SECRETS, error.message, error.hint, Counts())}


def _reader(contents: Contents, revision: str) -> Callable[[str], bytes]:
    def read(path: str) -> bytes:
        blob = contents.find(revision, path)
        if blob and blob.mode is Mode.SYMBOLIC_LINK:
            raise UsageError(
                f"{path}: a link is not followed",
                "Put the file itself there, or name where it is (gitleaks-config, baseline under [secrets]).",
            )
        return file_in(contents, revision, path, GIVEN_LIMIT) if blob else b""

    return read


def _build_each(
    config: Config,
    names: Sequence[str],
    key: bytes,
    ports: Ports,
    salt: bytes,
    tree: Path,
    given: Given | None = None,
) -> tuple[list[Check], dict[str, Outcome]]:
    """The checks, and the outcomes of those whose scanner or plug-in is not there: the others go on."""
    checks: list[Check] = []
    broken: dict[str, Outcome] = {}
    for name in names:
        try:
            checks += build_checks(config, (name,), key, ports, salt, tree, given)
        except (ScannerError, ImportError, SystemExit) as error:
            broken[name] = Failed(name, *failure_of(error, name), Counts())
    return checks, broken


def _plugins(
    config: Config, change: ChangeSet, request: Request, tree: Path
) -> tuple[tuple[str, ...], dict[str, Outcome]]:
    """
    The plug-ins with a check to run, and the outcomes of those that may not: where the configuration is the
    pull request's own, no plug-in is taken on its word. One that brings a report alone has no outcome.
    """
    from pregate.plugins import CHECKS, REPORTS, installed

    others = {plugin.name for plugin in installed(REPORTS, tree)}
    others -= {plugin.name for plugin in installed(CHECKS, tree)}
    names = tuple(name for name in config.plugins if name not in others)
    if not request.in_pull or change.compared:
        return names, {}
    given = request.overrides.get("plugins", ())
    refused: dict[str, Outcome] = {
        name: Failed(
            name,
            "the plug-in is switched on by the pull request that is judged",
            "Where nothing is compared, name plug-ins in the action's input plugins.",
            Counts(),
        )
        for name in names
        if name not in given
    }
    return tuple(name for name in names if name not in refused), refused


def _run_tools(
    config: Config,
    change: ChangeSet,
    contents: Contents,
    request: Request,
    root: Path | None,
    progress: Progress,
    given: Given | None,
) -> list[Outcome]:
    """The outcomes of other scanners, in the order of the configuration; of those that may not run too."""
    from pregate.engine.scanner_jobs import Terms
    from pregate.engine.scanners import run_scanners
    from pregate.tools.admission import admit
    from pregate.tools.wishes import Wishes, allows

    wishes = request.wishes or Wishes(may_run=allows(request.environ))
    is_own, is_foreign = not change.compared, request.in_pull or request.foreign_tree
    scanners, done = admit(config.tools, wishes, is_own=is_own, is_foreign=is_foreign)
    trusted = "" if is_own and is_foreign else change.trusted
    may_steer = change.compared or wishes.may_run
    key, masker = os.urandom(32), _masker(config, given)
    terms = Terms(change, contents, config, request.environ, root, trusted, key, may_steer, masker)
    done.update({outcome.check: outcome for outcome in run_scanners(scanners, terms)})
    outcomes = [done[table.name] for table in config.tools]
    for outcome in outcomes:
        progress.finished(outcome)
    return outcomes


def _foreign(
    request: Request,
    taken: Sequence[str],
    config: Config,
    change: ChangeSet,
    contents: Contents,
    root: Path | None,
    progress: Progress,
    given: Given | None,
) -> list[Outcome]:
    """What other scanners found, in the order of their reports, under names that are not ``taken``."""
    from pregate.engine.intake import Terms, outcomes_of

    place, started = root.resolve() if root else None, request.directory.resolve()
    folder = started.relative_to(place).as_posix() if place and started.is_relative_to(place) else ""
    limits = config.max_file_size, config.exclude, config.file_timeout, "" if folder == "." else folder
    terms = Terms(change, contents, str(place or ""), os.urandom(32), *limits, _masker(config, given))
    outcomes = outcomes_of(request.foreign, terms, taken)
    for outcome in outcomes:
        progress.finished(outcome)
    return outcomes


def _secrets_of(
    config: Config,
    contents: Contents,
    cache: Cache,
    key: bytes,
    salt: bytes,
    given: Given | None,
    change: ChangeSet,
) -> Outcome:
    """The secrets check alone on another change set; equal values have equal hashes by the same ``key``."""
    names = (_SECRETS,)
    checks = build_checks(config, names, key, salt=salt, given=given)
    build = _Build(config, names, key, cache.is_open, salt, given=given)
    finish = functools.partial(_finish, engine=config.secrets.engine, given=given)
    masking = _masking(config, given)
    return Scan(change, checks, contents, cache, config, build, finish, Silent(), masking).run()[0]


def _not_asked(check: Check, change: ChangeSet) -> Skipped:
    """Without a database the check is skipped; where no file concerns it, that is the reason to give."""
    concerned = any(check.concerns(file.path, executable=False) for file in change)
    return Skipped(_DEPENDENCIES, SkipReason.OFFLINE if concerned else SkipReason.NO_TARGETS)


def _advisories(
    config: Config, request: Request, identity: Identity | None, root: Path | None
) -> AdvisorySource | None:
    """
    The vulnerability database to ask; ``None`` when offline without one, which skips the check in so
    many words.
    """
    names = config.dependencies.sources
    sources: list[AdvisorySource] = []
    if "osv" in names:
        from pregate.advisories import open_source

        keeping = request.keeping or keeping_of(request.environ)
        database = open_source(
            config.advisories.source,
            config.offline,
            request.cache_dir if _may_keep_records(request.cache_dir) else None,
            max_age=config.advisories.max_age,
            own_index=_own_index(request, root),
            seal=keeping.seal,
            others=[other for other in keeping.others if _may_keep_records(other[0])],
        )
        sources += [database] if database else []
    if "inspector" not in names or config.offline:
        return sources[0] if sources else None
    return _with_inspector(sources, identity)


def _may_keep_records(folder: Path | None) -> bool:
    """Whether nobody else may write to the folder, or have put another in the place of its records."""
    places = (folder, folder / "osv") if folder else ()
    try:
        return all(is_ours(place) for place in places if os.path.lexists(place))
    except OSError:
        return False


def _own_index(request: Request, root: Path | None) -> Path | None:
    """The user's own index of advisories, unless that tree or a stranger's may have brought it."""
    path = advisory_index(request.environ)
    if path is None or root is None or not _is_inside(str(path), root):
        return path
    if request.foreign_tree:
        return None
    source = open_changes(request.directory, request.environ, request.selection)
    if source.brings(path.parent) and path.exists():
        _log.warning("the index of advisories %s is not used: it came with the checkout", path)
        return None
    return path


def _threats(config: Config) -> Threats | None:
    """The lists of exploited vulnerabilities and of scores that are configured."""
    kev, epss = config.dependencies.kev, config.dependencies.epss
    if not kev and not epss:
        return None
    from pregate.advisories.lists import ThreatLists

    return ThreatLists(kev, epss, offline=config.offline)


def _index(config: Config) -> PackageIndex | None:
    """The package index, where requirements that are not pinned may be asked about."""
    if not config.dependencies.resolve or config.offline or _DEPENDENCIES not in config.checks:
        return None
    from pregate.advisories.package_index import SimpleIndex

    return SimpleIndex(config.dependencies.index_url)


def _with_inspector(sources: Sequence[AdvisorySource], identity: Identity | None) -> AdvisorySource:
    """
    Amazon Inspector beside the others. Where there obviously are no credentials, as in a fork's run, and
    there is another source, that one is enough, and it is said.
    """
    from pregate.advisories.several import Several, Unasked
    from pregate.aws.inspector import Inspector

    lacking = "Amazon Inspector was not asked: no AWS credentials"
    if identity is not None:
        return Several((*sources, Inspector(identity)))
    if sources:
        return Several(sources, (lacking,))
    return Unasked(lacking, "Give the job an AWS role, or name osv among dependencies.sources too.")


def aws_features(config: Config) -> frozenset[str]:
    """What the configuration wants of AWS, in the words of :mod:`pregate.aws.session_policy`."""
    features: set[str] = set()
    if "iam" in config.checks and config.iam.engine != "local":
        features |= {"validate-policy"} if "validate" in config.iam.checks else set()
        features |= {"custom-checks"} if set(config.iam.checks) - {"validate"} else set()
    if _DEPENDENCIES in config.checks and "inspector" in config.dependencies.sources:
        features.add("inspector")
    return frozenset(features)


def _identity(config: Config, request: Request) -> Identity | None:
    """Who the run is on AWS; None where nothing needs it, or there obviously are no credentials."""
    features = aws_features(config)
    if config.offline or not features:
        return None
    from pregate.aws import is_within_reach, open_identity

    if not is_within_reach(config.aws, request.environ, request.tokens):
        if config.aws.role_to_assume and request.tokens is not None:
            _log.warning("AWS is not asked: a pull request from a fork has no identity token")
        return None
    return open_identity(config.aws, request.environ, features, tokens=request.tokens)


def _analyzer(config: Config, identity: Identity | None) -> AccessAnalyzer | None:
    """Access Analyzer where it may be asked and credentials are there."""
    required = config.iam.engine in ("aws", "both")
    if config.offline and required:
        raise UsageError(
            f"iam.engine {config.iam.engine} cannot work offline",
            "Leave out offline, or choose the engine local.",
        )
    if config.offline or config.iam.engine == "local":
        return None
    from pregate.aws import open_validator

    return open_validator(identity, config.iam.region, required=required)


def _judge(
    config: Config, change: ChangeSet, contents: Contents, checker: AccessChecker | None, cache: Cache
) -> Judge:
    """Who answers questions about access, with the organisation's policies at the trusted revision."""
    from pregate.checks.iam.judge import Judge

    store, iam = CachedAnswers(cache), config.iam
    if not iam.reference_policies and not iam.boundaries:
        return Judge(checker, store)
    from pregate.checks.iam.reference import read_bound, read_reference

    def read(path: str) -> bytes | None:
        blob = contents.find(change.trusted, path)
        is_file = blob is not None and blob.mode in (Mode.FILE, Mode.EXECUTABLE)
        data = contents.read(blob, FILE_LIMIT) if blob and is_file else None
        return data if isinstance(data, bytes) else None

    references = tuple(read_reference(row, read(row.policy)) for row in iam.reference_policies)
    bounds = tuple(read_bound(row, read(row.policy)) for row in iam.boundaries)
    return Judge(checker, store, references, bounds)


def _masker(config: Config, given: Given | None) -> MakeMasker:
    return functools.partial(make_masker, engine=config.secrets.engine, given=given)


def _masking(config: Config, given: Given | None) -> str:
    """
    What changes with the values that are hidden in a result: what one search knew as a secret may stand in
    what another check was told to keep.
    """
    rules = given.rules.digest if given and given.rules else ""
    return f"{config.secrets.engine} {rules}"


def _finish(
    target: Target, analysis: Analysis, engine: str = "pregate", given: Given | None = None
) -> Analysis:
    masker = functools.partial(make_masker, engine=engine, given=given)
    return finish(analysis, maskers_for(target, masker, analysis.sensitive))
