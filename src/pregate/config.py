"""
The configuration: one tree of frozen dataclasses, the only home of defaults.

Read from ``.pregate.toml``, or from ``[tool.pregate]`` in ``pyproject.toml`` when there is no such file.
Flags and action inputs carry the same names and overrule it. Where a change is judged against a base, the
file comes from the base: a change cannot weaken the gate that judges it.
"""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pregate.errors import UsageError
from pregate.model import Confidence, Severity, UnreadReason

FILES = (".pregate.toml", "pyproject.toml")
CHECKS = ("secrets", "python", "dependencies", "iam")
READY_TOOLS = (
    *("checkov", "cfn-lint", "cfn-guard", "semgrep", "opengrep", "zizmor", "hadolint", "trivy", "gitleaks"),
    *("osv-scanner", "npm-audit"),
)
"""The scanners that pregate can run by their names alone."""
IAM_ENGINES = ("auto", "local", "aws", "both")
DELIVERIES = ("security-hub", "s3", "sns")
MIN_CONFIDENCE = tuple(c.word for c in Confidence)
FAIL_ON = ("none", *(s.word for s in Severity if s is not Severity.UNKNOWN))


UNLIMITED = -1
"""A ``max_…`` that nobody has set."""


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
    ``settings`` are paths or globs of its own configuration and rules, which are the trusted revision's.
    """

    name: str
    run: tuple[str, ...] = ()
    sarif: str = ""
    files: tuple[str, ...] = ()
    timeout: int = 300
    environment: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()


def _read_tables(kind: type[Any], example: str, needed: str) -> Callable[[Any, str, str], tuple[Any, ...]]:
    """A reader of a list of tables, each of them a ``kind`` with at least the key ``needed``."""

    def read(value: Any, origin: str, name: str) -> tuple[Any, ...]:
        rows = value if isinstance(value, list | tuple) else [value]
        if not all(isinstance(row, Mapping) and isinstance(row.get(needed), str) for row in rows):
            raise UsageError(
                f"{origin}: {name} must be a list of tables with {needed}", f"For example:\n{example}"
            )
        empty = kind(**{needed: ""})
        return tuple(_merge(empty, row, origin, f"{name}.") for row in rows)

    return read


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

    ``disable`` names plugins that report nothing; ``history`` says whether the commits of a range are
    searched too, for what a later one of them takes away.
    """

    disable: tuple[str, ...] = ()
    history: bool = True


@dataclass(frozen=True, slots=True)
class ReferencePolicy:
    """
    The policy file (path in the repository) that says what new policies in files of a glob may allow at most.
    """

    match: str
    policy: str


def _read_references(value: Any, origin: str, name: str) -> tuple[ReferencePolicy, ...]:
    keys = {"match", "policy"}
    rows = value if isinstance(value, list | tuple) else [value]
    for row in rows:
        strings = (
            isinstance(row, Mapping) and set(row) == keys and all(isinstance(v, str) for v in row.values())
        )
        if not strings or not all(row.values()):
            raise UsageError(
                f"{origin}: {name} must be a list of tables with match and policy",
                f'For example: {name} = [{{ match = "infra/*", policy = "iam/reference.json" }}]',
            )
    return tuple(ReferencePolicy(row["match"], row["policy"].removeprefix("./")) for row in rows)


BOUNDARY_KINDS = ("permissions-boundary", "service-control")


@dataclass(frozen=True, slots=True)
class Boundary:
    """
    The policy file that bounds what identity policies in files of a glob can grant: a permissions boundary or
    a service control policy.
    """

    match: str
    policy: str
    kind: str = BOUNDARY_KINDS[0]


def _read_boundaries(value: Any, origin: str, name: str) -> tuple[Boundary, ...]:
    rows = value if isinstance(value, list | tuple) else [value]
    found = []
    for row in rows:
        kind = row.get("kind", BOUNDARY_KINDS[0]) if isinstance(row, Mapping) else ""
        if kind not in BOUNDARY_KINDS:
            raise UsageError(
                f"{origin}: {name} must be a list of tables with match, policy and maybe kind "
                f"({', '.join(BOUNDARY_KINDS)})",
                f'For example: {name} = [{{ match = "infra/*", policy = "iam/boundary.json" }}]',
            )
        plain = {key: word for key, word in row.items() if key != "kind"}
        found += [Boundary(r.match, r.policy, kind) for r in _read_references(plain, origin, name)]
    return tuple(found)


def _read_actions(value: Any, origin: str, name: str) -> tuple[str, ...]:
    actions = _strings(value, origin, name)
    for action in actions:
        service, colon, rest = action.partition(":")
        if action != "*" and not (service and colon and rest):
            raise UsageError(f"{origin}: {name}: {action!r} is no action", "Write service:Action.")
    return actions


def _read_arns(value: Any, origin: str, name: str) -> tuple[str, ...]:
    arns = _strings(value, origin, name)
    for arn in arns:
        if arn != "*" and not (arn.startswith("arn:") and arn.count(":") >= 5 and len(arn) <= 2048):
            hint = "Write an ARN with six fields; wildcards stand in the last of them only."
            raise UsageError(f"{origin}: {name}: {arn[:80]!r} is no ARN", hint)
    return arns


def _strings(value: Any, origin: str, name: str) -> tuple[str, ...]:
    items = (value,) if isinstance(value, str) else value
    if not isinstance(items, list | tuple) or not all(isinstance(i, str) for i in items):
        raise UsageError(f"{origin}: {name} must be a list of strings", f'For example: {name} = ["…"]')
    return tuple(items)


FINDING_TYPES = ("ERROR", "SECURITY_WARNING", "WARNING", "SUGGESTION")
ACCESS_RULES = ("new-access", "beyond-reference", "sensitive-access", "public-access")


def _read_severities(value: Any, origin: str, name: str) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, Mapping):
        raise UsageError(f"{origin}: {name} is not a table", f"Write its keys under a line [{name}].")
    known, words = (*FINDING_TYPES, *ACCESS_RULES), FAIL_ON[1:]
    for key, word in value.items():
        if not isinstance(word, str) or word not in words:
            raise UsageError(
                f"{origin}: {name}.{key} has no value {word!r}", f"Choose from: {', '.join(words)}."
            )
        if key in known:
            continue
        near = nearest(key, known, 0.85) or nearest(key.upper(), known, 0.85)
        is_code = key.isascii() and key.isupper() and key.replace("_", "").isalnum()
        if near or not is_code:
            hint = (
                f"Did you mean {near}?"
                if near
                else f"Keys: {', '.join(known)}, or an issue code such as PASS_ROLE_WITH_STAR_IN_RESOURCE."
            )
            raise UsageError(f"{origin}: unknown key {f'{name}.{key}'!r}", hint)
    return tuple(sorted(value.items()))


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
    reference_policies: tuple[ReferencePolicy, ...] = field(default=(), metadata={"read": _read_references})
    boundaries: tuple[Boundary, ...] = field(default=(), metadata={"read": _read_boundaries})
    sensitive_actions: tuple[str, ...] = field(default=(), metadata={"read": _read_actions})
    sensitive_resources: tuple[str, ...] = field(default=(), metadata={"read": _read_arns})
    severity: tuple[tuple[str, str], ...] = field(default=(), metadata={"read": _read_severities})


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


@dataclass(frozen=True, slots=True)
class Config:
    """
    Every option with its default.

    ``extends`` is the address of an organisation's policy that comes before this file; the keys in ``locked``
    can only be tightened by what comes after. ``fail_on`` is the least severity that fails the gate
    (``none``: never), ``min_confidence`` and ``max_…`` as in :class:`Thresholds`; ``paths`` sets them for
    files of a glob. ``exclude`` are globs of paths that no check reads; they are counted. ``max_file_size``
    is in bytes. ``tolerate_unread`` names the reasons (``UnreadReason``) for which an unread file does not
    make the run incomplete; ``allow_unread`` are globs of files that may be unread for any reason.
    ``file_timeout`` is in seconds for each file and check; ``jobs`` the number of processes, 0 for one per
    processor.
    """

    extends: str = ""
    locked: tuple[str, ...] = ()
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
    allow_unread: tuple[str, ...] = ()
    file_timeout: int = 30
    jobs: int = 0
    offline: bool = False
    paths: tuple[PathRule, ...] = field(
        default=(),
        metadata={
            "read": _read_tables(
                PathRule, '[[paths]]\nmatch = "services/payments/**"\nfail-on = "medium"', "match"
            )
        },
    )
    suppressions: SuppressionsConfig = field(default_factory=SuppressionsConfig)
    baseline: BaselineConfig = field(default_factory=BaselineConfig)
    tools: tuple[ToolConfig, ...] = field(
        default=(),
        metadata={"read": _read_tables(ToolConfig, '[[tools]]\nname = "checkov"', "name")},
    )
    advisories: AdvisoriesConfig = field(default_factory=AdvisoriesConfig, metadata={"shorthand": "source"})
    secrets: SecretsConfig = field(default_factory=SecretsConfig)
    python: PythonConfig = field(default_factory=PythonConfig)
    dependencies: DependenciesConfig = field(default_factory=DependenciesConfig)
    iam: IamConfig = field(default_factory=IamConfig)
    aws: AwsConfig = field(default_factory=AwsConfig)
    deliver: DeliverConfig = field(default_factory=DeliverConfig)


# Where thresholds may stand: at the top, and in these tables.
_TABLES = ("", *(f"{name}." for name in (*CHECKS, "paths", "tools")))

# TOML's words for what a key holds; other kinds are told under Python's name.
_KINDS: Mapping[type, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number with a fraction",
    str: "a string",
    list: "a list",
    dict: "a table",
}
CHOICES: Mapping[str, tuple[str, ...]] = {
    **{f"{table}fail-on": FAIL_ON for table in _TABLES},
    **{f"{table}min-confidence": MIN_CONFIDENCE for table in _TABLES},
    "suppressions.from-change": ("accept", "refuse"),
    "suppressions.expired": ("report", "fail", "ignore"),
    "suppressions.unused": ("report", "fail", "ignore"),
    "checks": CHECKS,
    "tolerate-unread": tuple(r.value for r in UnreadReason),
    "dependencies.unknown-severity": ("fail", "warn", "ignore"),
    "dependencies.confusable-names": ("warn", "ignore"),
    "iam.engine": IAM_ENGINES,
    "iam.unknown": ("report", "fail"),
    "aws.session-policy": ("auto", "none"),
    "iam.checks": ("validate", "no-new-access", "access-not-granted", "no-public-access"),
    "dependencies.sources": ("osv", "inspector"),
    "deliver.security-hub": ("off", "default-branch", "always"),
    "deliver.sns-when": ("failure", "always"),
    "deliver.require": DELIVERIES,
}

# What AWS takes for such a name, and an example. Sources: Amazon S3 User Guide, "General purpose bucket
# naming rules" and "Naming Amazon S3 objects"; AWS KMS API Reference, "KeyId"; Amazon SNS API Reference,
# "CreateTopic".
FORMS: Mapping[str, tuple[re.Pattern[str], str]] = {
    "deliver.s3-bucket": (re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"), "example-security-reports"),
    "deliver.s3-prefix": (re.compile(r"[A-Za-z0-9!_.*'()/-]{1,200}"), "pregate/reports"),
    "deliver.s3-kms-key": (re.compile(r"[A-Za-z0-9:/_-]{1,2048}"), "alias/security-reports"),
    "deliver.s3-bucket-owner": (re.compile(r"[0-9]{12}"), "111122223333"),
    "deliver.sns-topic": (
        re.compile(r"arn:aws[a-z-]{0,20}:sns:[a-z0-9-]{1,30}:[0-9]{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?"),
        "arn:aws:sns:eu-central-1:111122223333:security",
    ),
}


def parse_file(name: str, data: bytes) -> Mapping[str, Any]:
    """
    The options in a configuration file, as nested tables with their written names; empty when a pyproject
    has no table of ours.

    Raises UsageError, naming the file and the line, when it is not TOML.
    """
    try:
        tables: dict[str, Any] = tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{name}: not UTF-8 (byte {error.start})", "Save the file as UTF-8, as TOML demands."
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{name}: not TOML: {error}", "Mend the line named above.") from None
    except RecursionError:
        raise UsageError(f"{name}: nested too deep", "Configuration has two levels at most.") from None
    if name.rpartition("/")[2] == "pyproject.toml":
        tool = tables.get("tool")
        tables = tool.get("pregate", {}) if isinstance(tool, dict) else {}
    if not isinstance(tables, dict):
        raise UsageError(
            f"{name}: [tool.pregate] is not a table", "Write its keys under a line [tool.pregate]."
        )
    return tables


def load(sources: list[tuple[str, Mapping[str, Any]]]) -> Config:
    """
    The configuration from ``(origin, options)`` pairs, later ones overruling earlier ones.

    Raises UsageError for an unknown key (naming the nearest one), a wrong type or a value that is not
    offered.
    """
    config = Config()
    for origin, options in sources:
        config = _merge(config, options, origin, "")
        if config.dependencies.allow_licenses and config.dependencies.deny_licenses:
            raise UsageError(
                f"{origin}: dependencies.allow-licenses and dependencies.deny-licenses exclude each other",
                "Keep one: with a list of what is allowed, everything else is denied.",
            )
        _check_required(config, origin)
    return config


def _check_required(config: Config, origin: str) -> None:
    known = (*CHECKS, *dict.fromkeys((*READY_TOOLS, *(table.name for table in config.tools))))
    for name in config.require:
        if name not in known:
            near = nearest(name, known)
            hint = f"Did you mean {near}? " if near else ""
            choices = ", ".join((*CHECKS, *(table.name for table in config.tools)))
            raise UsageError(
                f"{origin}: require has no value {name!r}",
                f"{hint}Choose from: {choices}, or another tool's name.",
            )


def _merge(config: Any, options: Mapping[str, Any], origin: str, prefix: str) -> Any:
    known = {f.name.replace("_", "-"): f for f in dataclasses.fields(config)}
    values: dict[str, Any] = {}
    for key, value in options.items():
        name = prefix + key
        if key not in known:
            near = nearest(key, known)
            hint = f"Did you mean {prefix}{near}?" if near else f"Known keys: {', '.join(sorted(known))}."
            raise UsageError(f"{origin}: unknown key {name!r}", hint)
        current = getattr(config, known[key].name)
        read = known[key].metadata.get("read")
        if read:
            values[known[key].name] = read(value, origin, name)
        elif dataclasses.is_dataclass(current):
            short = known[key].metadata.get("shorthand")
            # advisories = "x" is short for [advisories] source = "x"
            table = {short: value} if short and isinstance(value, str) else value
            if not isinstance(table, Mapping):
                raise UsageError(f"{origin}: {name} is not a table", f"Write its keys under a line [{name}].")
            values[known[key].name] = _merge(current, table, origin, f"{name}.")
        else:
            values[known[key].name] = _checked(value, current, origin, name)
    return dataclasses.replace(config, **values)


def _checked(value: Any, current: Any, origin: str, name: str) -> Any:
    if isinstance(current, tuple):
        items = _strings(value, origin, name)
        for item in items:
            _check_choice(item, origin, name)
        if name in ("checks", "dependencies.sources") and not items:
            hint = f"Name those to use ({', '.join(CHOICES[name])}), or leave the key out for the default."
            raise UsageError(f"{origin}: {name} is empty: nothing would be scanned", hint)
        return items
    if type(value) is not type(current):
        words = _KINDS[type(current)]
        raise UsageError(
            f"{origin}: {name} must be {words}", f"It is {_KINDS.get(type(value), type(value).__name__)} now."
        )
    if isinstance(value, int) and value < 0:
        hint = "Leave it out for no limit." if current == UNLIMITED else f"The default is {current}."
        raise UsageError(f"{origin}: {name} must not be negative", hint)
    if isinstance(value, str):
        _check_choice(value, origin, name)
    return value


def _check_choice(value: str, origin: str, name: str) -> None:
    form, example = FORMS.get(name, (None, ""))
    if form and value and not form.fullmatch(value):
        raise UsageError(
            f"{origin}: {name} is not of the form that AWS gives it", f'For example: {name} = "{example}"'
        )
    choices = CHOICES.get(name)
    if choices and value not in choices:
        near = nearest(value, choices)
        hint = f"Did you mean {near}? " if near else ""
        raise UsageError(
            f"{origin}: {name} has no value {value!r}", f"{hint}Choose from: {', '.join(choices)}."
        )


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """The known word that is most like ``word``; ``""`` when none is much like it (1: equal)."""
    import difflib

    return next(iter(difflib.get_close_matches(word, list(known), 1, cutoff)), "")
