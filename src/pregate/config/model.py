"""
The configuration: one tree of frozen dataclasses, the only home of defaults.

Read from ``.pregate.toml``, or from ``[tool.pregate]`` in ``pyproject.toml`` when there is no such file.
Flags and action inputs carry the same names and overrule it. Where a change is judged against a base, the
file comes from the base: a change cannot weaken the gate that judges it.
"""

from __future__ import annotations

from pregate.config.words import BOUNDARY_KINDS, CHECKS, DELIVERIES, UNLIMITED
from pregate.model import Severity
from pregate.records import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """
    When findings fail the gate; what is not set (``""``, :data:`UNLIMITED`) is as it is one level up.

    ``fail_on`` is the least severity that fails, ``min_confidence`` the least confidence a finding needs for
    that. ``max_…`` are how many new findings of exactly that severity there may be; more of them fail,
    whatever ``fail_on`` says.
    """

    fail_on: str = ""
    min_confidence: str = ""
    max_critical: int = UNLIMITED
    max_high: int = UNLIMITED
    max_medium: int = UNLIMITED
    max_low: int = UNLIMITED

    def limit(self, severity: Severity) -> int:
        """How many findings of that severity there may be, or :data:`UNLIMITED`."""
        limits = {
            Severity.CRITICAL: self.max_critical,
            Severity.HIGH: self.max_high,
            Severity.MEDIUM: self.max_medium,
            Severity.LOW: self.max_low,
        }
        return limits.get(severity, UNLIMITED)


@dataclass(frozen=True, slots=True, kw_only=True)
class PathRule(Thresholds):
    """
    Other thresholds for the files of a glob, of all checks or of ``checks``. Of several that fit, each key
    has the word of the last that sets it.
    """

    match: str
    checks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolConfig(Thresholds):
    """
    A scanner that is installed where pregate runs, and run on the files of the change set.

    ``name`` is the check's name in reports; one that pregate knows needs nothing more. ``run`` is the command
    with its arguments, ``sarif`` the file that it writes (``""``: its standard output), ``files`` are globs
    of what concerns it. ``timeout`` is in seconds. ``environment`` names variables that it may see.
    ``settings`` are paths, folders and globs of its own configuration and rules, which are the trusted
    revision's.
    """

    name: str
    run: tuple[str, ...] = ()
    sarif: str = ""
    files: tuple[str, ...] = ()
    timeout: int = 300
    environment: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SuppressionsConfig:
    """
    What suppressions count.

    ``from_change`` says what becomes of those that the change under judgement adds itself: ``accept`` or
    ``refuse``; they are listed in any case. ``inline`` are pregate's comments, ``scanner_pragmas`` those of
    the tools below (``# nosec``). Without what ``require_reason`` and ``require_owner`` ask for a suppression
    does not count; nor does one that lasts longer than ``max_days`` from today, or for ever (0: it may).
    ``expired`` and ``unused`` say what becomes of a run that has such: ``report``, ``fail`` or ``ignore``.
    """

    from_change: str = "accept"
    inline: bool = True
    scanner_pragmas: bool = True
    require_reason: bool = False
    require_owner: bool = False
    max_days: int = 0
    expired: str = "report"
    unused: str = "report"


@dataclass(frozen=True, slots=True)
class BaselineConfig:
    """
    What the baseline may do. With ``ratchet`` a change that adds to it fails. ``clean_touched`` makes what
    was there before count as new in files that the change touches.
    """

    ratchet: bool = False
    clean_touched: bool = False


@dataclass(frozen=True, slots=True)
class PythonConfig(Thresholds):
    """Options of the python check."""

    skip: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DependenciesConfig(Thresholds):
    """
    Options of the dependencies check.

    ``sources`` are the databases to ask; their answers are put together. ``only_fixable`` and ``ignore_dev``
    let findings without a fixed version, and those of packages for development alone, not fail the gate;
    ``grace_days`` does so for advisories that were published less than so many days ago. ``allow_licenses``
    and ``deny_licenses`` are SPDX expressions, one list or the other; none given: licences are not looked at.
    ``kev`` and ``epss`` are files or addresses of CISA's catalogue of exploited vulnerabilities and FIRST's
    scores.
    ``confusable_names`` says what becomes of a new package whose name is nearly that of a much more used one.
    ``resolve`` allows to ask ``index_url`` for the versions of requirements that are not pinned.
    """

    unknown_severity: str = "warn"
    sources: tuple[str, ...] = ("osv",)
    only_fixable: bool = False
    ignore_dev: bool = False
    grace_days: int = 0
    allow_licenses: tuple[str, ...] = ()
    deny_licenses: tuple[str, ...] = ()
    kev: str = ""
    epss: str = ""
    confusable_names: str = "warn"
    resolve: bool = False
    index_url: str = "https://pypi.org/simple"


@dataclass(frozen=True, slots=True)
class AdvisoriesConfig:
    """
    The vulnerability database. ``source`` is a path (an index, a zip or a folder of records) or the address
    of a service, ``""`` for OSV's own; ``max_age`` is how many days old a local one may be, 0 for any age.
    """

    source: str = ""
    max_age: int = 0


@dataclass(frozen=True, slots=True)
class SecretsConfig(Thresholds):
    """
    Options of the secrets check.

    ``engine`` is ``pregate`` or ``detect-secrets``, whose findings are then exactly those of that tool.
    ``disable`` names detectors that report nothing; ``doubtful`` says whether what is rather no secret is
    reported all the same, with low severity. ``history`` says whether the commits of a range are searched
    too, for what a later one of them takes away. ``gitleaks_config`` and ``baseline`` are the paths of a
    configuration of gitleaks' and a baseline of detect-secrets', ``""`` for none.
    """

    engine: str = "pregate"
    disable: tuple[str, ...] = ()
    doubtful: bool = False
    history: bool = True
    gitleaks_config: str = ".gitleaks.toml"
    baseline: str = ".secrets.baseline"


@dataclass(frozen=True, slots=True)
class ReferencePolicy:
    """
    The policy file (path in the repository) that says what new policies in files of a glob may allow at most.
    """

    match: str
    policy: str


@dataclass(frozen=True, slots=True)
class Boundary:
    """
    The policy file that bounds what identity policies in files of a glob can grant: a permissions boundary or
    a service control policy.
    """

    match: str
    policy: str
    kind: str = BOUNDARY_KINDS[0]


@dataclass(frozen=True, slots=True)
class IamConfig(Thresholds):
    """
    Options of the iam check.

    ``engine`` says who answers: pregate itself and, where it is not certain, Access Analyzer (``auto``), one
    of them, or both. ``checks`` are the questions; ``max_custom_checks`` is how many charged ones a run may
    put to Access Analyzer. ``sensitive_actions`` and ``sensitive_resources`` are what no policy may grant
    unnoticed, ``reference_policies`` what new ones are compared with, the first that fits; ``boundaries`` are
    what else bounds policies, all that fit. ``unknown`` says what becomes of a question that has no certain
    answer. ``severity`` gives severities by finding type, issue code or rule, as pairs.
    """

    engine: str = "auto"
    unknown: str = "report"
    region: str = ""
    checks: tuple[str, ...] = ("validate", "no-new-access", "access-not-granted", "no-public-access")
    max_custom_checks: int = 20
    reference_policies: tuple[ReferencePolicy, ...] = field(default=(), metadata={"read": "references"})
    boundaries: tuple[Boundary, ...] = field(default=(), metadata={"read": "boundaries"})
    sensitive_actions: tuple[str, ...] = field(default=(), metadata={"read": "actions"})
    sensitive_resources: tuple[str, ...] = field(default=(), metadata={"read": "arns"})
    severity: tuple[tuple[str, str], ...] = field(default=(), metadata={"read": "severities"})


@dataclass(frozen=True, slots=True)
class AwsConfig:
    """
    Who the run is on AWS.

    ``role_to_assume`` is the ARN of the role that a job of GitHub's assumes by its identity token, and
    ``role_chain`` those that are assumed from it, one by one. ``audience`` of the token, ``region`` and
    ``session_name`` have a default that depends on the rest. ``allowed_account_ids`` (none: any) are checked
    before anything is called. ``session_duration`` is in seconds; ``session_policy`` is ``auto`` for a
    session that may do no more than pregate does, or ``none``.
    """

    role_to_assume: str = ""
    audience: str = ""
    region: str = ""
    role_chain: tuple[str, ...] = ()
    allowed_account_ids: tuple[str, ...] = ()
    session_name: str = ""
    session_duration: int = 3600
    session_policy: str = "auto"


@dataclass(frozen=True, slots=True)
class DeliverConfig:
    """
    What is sent to AWS after the verdict; an empty bucket or topic means that nothing is.

    ``s3_kms_key`` is an id, alias or ARN (``""``: the keys of S3 itself), ``s3_bucket_owner`` the account
    that must own the bucket (``""``: the caller's). ``require`` names deliveries whose failure makes the run
    incomplete.
    """

    security_hub: str = "off"
    s3_bucket: str = ""
    s3_prefix: str = "pregate"
    s3_kms_key: str = ""
    s3_bucket_owner: str = ""
    sns_topic: str = ""
    sns_when: str = "failure"
    require: tuple[str, ...] = ()

    @property
    def wanted(self) -> frozenset[str]:
        """The names of the deliveries that are configured."""
        given = {"security-hub": self.security_hub != "off", "s3": self.s3_bucket, "sns": self.sns_topic}
        return frozenset(name for name in DELIVERIES if given[name])


Option = str | int | float | bool | tuple[str | int | float | bool, ...]
PluginOptions = tuple[tuple[str, Option], ...]


@dataclass(frozen=True, slots=True)
class Config:
    """
    Every option with its default.

    ``extends`` is the address of an organisation's policy that comes before this file; the keys in ``locked``
    can only be tightened by what comes after. ``fail_on`` is the least severity that fails the gate
    (``none``: never), ``min_confidence`` and ``max_…`` as in :class:`Thresholds`; ``paths`` sets them for
    files of a glob. ``exclude`` are globs of paths that no check reads; they are counted. ``max_file_size``
    is in bytes. ``tolerate_unread`` names the reasons (``UnreadReason``) for which an unread file does not
    make the run incomplete; ``tolerate_failed`` the checks and tools whose failure does not either;
    ``allow_unread`` are globs of files that may be unread for any reason. ``file_timeout`` is in seconds for
    each file and check; ``jobs`` the number of processes, 0 for one per processor. ``plugins`` names the
    installed plug-ins to use, ``plugin`` holds their options by name.
    """

    extends: str = field(default="", metadata={"read": "address"})
    locked: tuple[str, ...] = field(default=(), metadata={"read": "locked"})
    fail_on: str = "high"
    min_confidence: str = "low"
    max_critical: int = UNLIMITED
    max_high: int = UNLIMITED
    max_medium: int = UNLIMITED
    max_low: int = UNLIMITED
    checks: tuple[str, ...] = CHECKS
    require: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    max_file_size: int = 5 * 1024 * 1024
    tolerate_unread: tuple[str, ...] = ("binary", "symbolic-link", "submodule", "lfs-pointer", "not-audited")
    tolerate_failed: tuple[str, ...] = ()
    allow_unread: tuple[str, ...] = ()
    file_timeout: int = 30
    jobs: int = 0
    offline: bool = False
    paths: tuple[PathRule, ...] = field(default=(), metadata={"rows": PathRule})
    suppressions: SuppressionsConfig = field(default_factory=SuppressionsConfig)
    baseline: BaselineConfig = field(default_factory=BaselineConfig)
    tools: tuple[ToolConfig, ...] = field(default=(), metadata={"rows": ToolConfig})
    plugins: tuple[str, ...] = field(default=(), metadata={"read": "plugins"})
    plugin: tuple[tuple[str, PluginOptions], ...] = field(default=(), metadata={"read": "plugin-options"})
    advisories: AdvisoriesConfig = field(default_factory=AdvisoriesConfig, metadata={"shorthand": "source"})
    secrets: SecretsConfig = field(default_factory=SecretsConfig)
    python: PythonConfig = field(default_factory=PythonConfig)
    dependencies: DependenciesConfig = field(default_factory=DependenciesConfig)
    iam: IamConfig = field(default_factory=IamConfig)
    aws: AwsConfig = field(default_factory=AwsConfig)
    deliver: DeliverConfig = field(default_factory=DeliverConfig)
