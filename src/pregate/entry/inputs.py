"""
The action's inputs and outputs as data: what ``action.yml`` and the table in the documentation are made from.

The runner hands an input over as ``INPUT_<NAME>``, upper-cased, blanks turned to ``_`` and hyphens kept; one
that the workflow does not set is there and empty.
"""

from __future__ import annotations

import difflib
import enum
from collections.abc import Mapping
from typing import Any

from pregate.errors import UsageError
from pregate.records import dataclass


class Kind(enum.Enum):
    """How the text of an input is read. The value is what the documentation calls it."""

    TEXT = "text"
    FLAG = "`true` or `false`"
    NUMBER = "number"
    WORDS = "list, by commas or lines"
    LINES = "list, one per line"
    TOKEN = "token"  # noqa: S105 - the kind's name


class Token:
    """A token that no log, message or representation shows."""

    __slots__ = ("_value",)

    def __init__(self, value: str = "") -> None:
        self._value = value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return "Token(***)"

    def reveal(self) -> str:
        """The token itself, for whoever sends it to its server."""
        return self._value


@dataclass(frozen=True, slots=True)
class Input:
    """
    An input. ``key`` is the configuration key that it overrules, dotted; ``""`` for one that only the action
    has. ``default`` is for people; ``metadata_default`` is what ``action.yml`` fills in, an expression.
    """

    name: str
    description: str
    key: str = ""
    kind: Kind = Kind.TEXT
    default: str = "the configuration file's"
    metadata_default: str = ""


INPUTS = (
    Input(
        "fail-on",
        "Least severity of a new finding that fails the step: none, info, low, medium, high or critical.",
        "fail-on",
    ),
    Input(
        "min-confidence",
        "Least confidence that a finding needs to fail the step: low, medium or high.",
        "min-confidence",
    ),
    *(
        Input(
            f"max-{word}",
            f"How many new findings of severity {word} there may be, whatever fail-on says.",
            f"max-{word}",
            Kind.NUMBER,
        )
        for word in ("critical", "high", "medium", "low")
    ),
    Input(
        "extends",
        "Address of an organisation's policy, pinned by a commit or a digest (docs/configuration.md).",
        "extends",
    ),
    Input("checks", "Checks to run: secrets, python, dependencies, iam.", "checks", Kind.WORDS),
    Input("plugins", "Installed plug-ins to use.", "plugins", Kind.WORDS),
    Input("require", "Checks that must not be skipped.", "require", Kind.WORDS),
    Input(
        "exclude",
        "Globs of paths that no check reads. They are counted in the summary.",
        "exclude",
        Kind.LINES,
    ),
    Input(
        "advisories",
        "A local vulnerability database (an index, a zip or a folder of OSV records), or the address of a "
        "service, used instead of the OSV API.",
        "advisories.source",
    ),
    Input("offline", "Ask no service.", "offline", Kind.FLAG),
    Input(
        "unknown-severity",
        "What an advisory without a severity does: fail, warn or ignore.",
        "dependencies.unknown-severity",
    ),
    Input(
        "advisories-max-age",
        "How many days old a local vulnerability database may be; 0 is any age.",
        "advisories.max-age",
        Kind.NUMBER,
    ),
    Input(
        "only-fixable",
        "Vulnerabilities without a fixed version do not fail the gate.",
        "dependencies.only-fixable",
        Kind.FLAG,
    ),
    Input(
        "ignore-dev",
        "Packages for development alone do not fail the gate.",
        "dependencies.ignore-dev",
        Kind.FLAG,
    ),
    Input(
        "grace-days",
        "Advisories that came after the pull request and are younger than this do not fail the gate.",
        "dependencies.grace-days",
        Kind.NUMBER,
    ),
    Input("kev", "CISA's list of exploited vulnerabilities: a file or an address.", "dependencies.kev"),
    Input("epss", "FIRST's EPSS scores: a file or an address.", "dependencies.epss"),
    Input(
        "allow-licenses",
        "SPDX licences that packages may be under; any other one fails.",
        "dependencies.allow-licenses",
        Kind.LINES,
    ),
    Input(
        "deny-licenses",
        "SPDX licences that packages may not be under.",
        "dependencies.deny-licenses",
        Kind.LINES,
    ),
    Input(
        "confusable-names",
        "What a new package does whose name is nearly that of a much more used one: warn or ignore.",
        "dependencies.confusable-names",
    ),
    Input(
        "index-url",
        "The Python package index that resolve asks.",
        "dependencies.index-url",
    ),
    Input(
        "resolve",
        "Ask the package index for the versions of requirements that are not pinned.",
        "dependencies.resolve",
        Kind.FLAG,
    ),
    Input(
        "iam-engine",
        "Who judges IAM policies: auto (AWS is asked where pregate is not certain), local, aws or both.",
        "iam.engine",
    ),
    Input(
        "role-to-assume",
        "ARN of the AWS role to assume by the job's identity token (needs id-token: write).",
        "aws.role-to-assume",
    ),
    Input("aws-region", "Region of AWS to call.", "aws.region"),
    Input("audience", "Audience of the identity token for AWS.", "aws.audience"),
    Input("role-session-name", "Name of the AWS session.", "aws.session-name"),
    Input("role-duration-seconds", "How long the AWS session lasts.", "aws.session-duration", Kind.NUMBER),
    Input(
        "role-chain", "ARNs of roles to assume from the first one, one by one.", "aws.role-chain", Kind.LINES
    ),
    Input(
        "allowed-account-ids",
        "AWS accounts that the credentials may belong to.",
        "aws.allowed-account-ids",
        Kind.WORDS,
    ),
    Input(
        "session-policy",
        "auto narrows the AWS session to the calls that pregate makes; none does not.",
        "aws.session-policy",
    ),
    Input("max-file-size", "Larger files (bytes) are listed as unread.", "max-file-size", Kind.NUMBER),
    Input(
        "tolerate-unread",
        "Reasons for which an unread file does not make the run incomplete.",
        "tolerate-unread",
        Kind.WORDS,
    ),
    Input(
        "scan",
        "What to scan: auto (what the event changes, or the tree where it changes nothing), changes or all.",
        default="auto",
    ),
    Input(
        "canary",
        "Plant a known finding for each check first; one that is not found makes the step incomplete.",
        kind=Kind.FLAG,
        default="false",
    ),
    Input(
        "verify",
        "Ask providers whether found tokens are live; a value goes to its provider's own host alone.",
        kind=Kind.FLAG,
        default="false",
    ),
    Input("base", "Revision to compare with, instead of the event's.", default="the event's"),
    Input("head", "Revision to judge, with base.", default="the checked-out commit"),
    Input(
        "working-directory", "Folder of the checkout, when it is not the workspace.", default="the workspace"
    ),
    Input(
        "output-directory",
        "Folder in the workspace for the SARIF and JSON reports.",
        default="pregate-reports",
    ),
    Input(
        "sarif-in",
        "SARIF files of other scanners (names or globs in the workspace) to judge with our findings.",
        kind=Kind.LINES,
        default="none",
    ),
    Input(
        "sarif-in-base",
        "What the same scanners say of the base, so that only the rest is new.",
        kind=Kind.LINES,
        default="none: new is what stands on added lines",
    ),
    Input(
        "tools",
        "Run the scanners that the configuration names in tools; the action's image holds none.",
        kind=Kind.FLAG,
        default="true",
    ),
    Input(
        "cache-directory",
        "Folder of the runner's temporary one that keeps results for the next run (docs/cache.md).",
        default="none",
    ),
    Input(
        "cache-size",
        "How many MiB of results the cache keeps at most.",
        kind=Kind.NUMBER,
        default="128",
    ),
    Input(
        "cache-key",
        "Secret under which the cache is sealed: without it nobody writes what is believed.",
        kind=Kind.TOKEN,
        default="none: a checksum",
    ),
    Input("annotations", "Mark findings in the diff and the log.", kind=Kind.FLAG, default="true"),
    Input("summary", "Write the job summary.", kind=Kind.FLAG, default="true"),
    Input(
        "github-token",
        "Token for GitHub's API: comment, review, code scanning, and fetching history that the clone lacks.",
        kind=Kind.TOKEN,
        default="the workflow's",
        metadata_default="${{ github.token }}",
    ),
    Input(
        "mode",
        "scan; report: publish another run's report, on workflow_run; doctor: say what is there and missing.",
        default="scan",
    ),
    Input("report", "With `mode: report`, the pregate.json of that run.", default=""),
    Input(
        "comment",
        "The summary comment on the pull request: always, on-findings (and kept up to date after) or never.",
        default="on-findings",
    ),
    Input(
        "comment-tag",
        "Name that keeps comment and remarks of this job apart from those of others on the pull request.",
        default="",
    ),
    Input(
        "comment-when-fixed",
        "What becomes of the comment when nothing is left to say: keep, minimize or delete.",
        default="keep",
    ),
    Input("review", "Remark on the lines of the pull request.", kind=Kind.FLAG, default="true"),
    Input("suggestions", "Offer certain fixes as suggestions in remarks.", kind=Kind.FLAG, default="true"),
    Input(
        "check-run",
        "Make a check run whose title is the verdict (needs checks: write).",
        kind=Kind.FLAG,
        default="false",
    ),
    Input(
        "github-app-id",
        "GitHub App that comments, reviews and makes the check run; its key is in AWS (docs/github-app.md).",
        default="none: the workflow's token",
    ),
    Input("github-app-kms-key", "Key of AWS KMS that is the app's: ARN, id or alias/NAME.", default=""),
    Input(
        "github-app-secret",
        "Or the secret of AWS Secrets Manager that holds the app's key in PEM: ARN or name.",
        default="",
    ),
    Input(
        "require-github-app",
        "Nobody speaks in the app's place: where it cannot, the step is incomplete (exit code 3).",
        kind=Kind.FLAG,
        default="false",
    ),
    Input(
        "upload-sarif",
        "Upload to code scanning: auto (where the result is whole, or on a pull request), always or never.",
        default="auto",
    ),
    Input(
        "require-upload",
        "A refused upload makes the step incomplete (exit code 3).",
        kind=Kind.FLAG,
        default="false",
    ),
    Input(
        "category",
        "Suffix of the categories in code scanning, which keeps jobs of a matrix apart.",
        default="",
    ),
    Input(
        "dependency-submission",
        "Tell GitHub's dependency graph what the default branch's lock files hold (needs contents: write).",
        kind=Kind.FLAG,
        default="false",
    ),
    Input(
        "require-dependency-submission",
        "A refused dependency submission makes the step incomplete (exit code 3).",
        kind=Kind.FLAG,
        default="false",
    ),
    Input(
        "dependency-sources",
        "Vulnerability databases to ask: osv, inspector (Amazon Inspector).",
        "dependencies.sources",
        Kind.WORDS,
    ),
    Input(
        "security-hub",
        "Findings for AWS Security Hub: off, default-branch (runs over its whole tree) or always.",
        "deliver.security-hub",
    ),
    Input("s3-bucket", "Bucket for the reports.", "deliver.s3-bucket"),
    Input("s3-prefix", "What the names of the reports in the bucket begin with.", "deliver.s3-prefix"),
    Input("s3-kms-key", "KMS key that encrypts them, instead of the keys of S3.", "deliver.s3-kms-key"),
    Input(
        "s3-bucket-owner",
        "Account that must own the bucket, where it is not the one that is signed in to.",
        "deliver.s3-bucket-owner",
    ),
    Input("sns-topic", "ARN of the topic that is told the verdict.", "deliver.sns-topic"),
    Input("sns-when", "When it is told: failure (also of an incomplete run) or always.", "deliver.sns-when"),
    *(
        Input(
            f"require-{name}",
            f"A failed delivery to {what} makes the step incomplete (exit code 3).",
            kind=Kind.FLAG,
            default="false",
        )
        for name, what in (("security-hub", "Security Hub"), ("s3", "S3"), ("sns", "SNS"))
    ),
)

OUTPUTS: Mapping[str, str] = {
    "verdict": "passed, failed, incomplete, error (could not start), or empty with nothing to report.",
    "reason": "Why, in words.",
    "exit-code": "0 passed, 1 failed, 2 usage, 3 incomplete, 4 a bug; 130, 143, 129 ended by a signal.",
    "new": "Findings that the change introduces, of any severity.",
    "failing": "Those of them at or over fail-on.",
    "total": "Findings in all, also those that were there before and those that are suppressed.",
    "pre-existing": "Findings that were there before.",
    "suppressed": "Findings that a comment or the configuration suppresses.",
    "critical": "New findings of severity critical.",
    "high": "New findings of severity high.",
    "medium": "New findings of severity medium.",
    "low": "New findings of severity low.",
    "info": "New findings of severity info.",
    "unknown": "New findings of unknown severity.",
    "sarif": "Path of the SARIF file, relative to the workspace.",
    "json": "Path of the JSON report, relative to the workspace.",
    "html": "Path of the HTML report, relative to the workspace.",
    "sarif-id": "Id of the upload to code scanning, empty when there was none.",
    "comment-url": "Address of the summary comment, empty when there is none.",
    "result": "All of this as JSON, with the counts of each check by state and severity.",
}

# A container action's own `with:` keys, which the runner hands over in the same way.
_RUNNERS_OWN = frozenset({"args", "entrypoint"})
_FLAGS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Inputs:
    """
    Inputs that are set: ``values`` by name, for those that only the action has; ``overrides`` as
    configuration tables.
    """

    values: Mapping[str, Any]
    overrides: Mapping[str, Any]

    def text(self, name: str, default: str = "") -> str:
        """A text input, or ``default``."""
        return str(self.values.get(name, default))

    @property
    def token(self) -> Token:
        """The token for GitHub's API; false when there is none."""
        token = self.values.get("github-token")
        return token if isinstance(token, Token) else Token()

    def flag(self, name: str, *, default: bool) -> bool:
        """A flag, or ``default``."""
        return bool(self.values.get(name, default))


def parse_inputs(environ: Mapping[str, str]) -> Inputs:
    """
    The inputs in the runner's variables. Raises UsageError for an unknown name or a value of the wrong kind.
    """
    known = {entry.name: entry for entry in INPUTS}
    values: dict[str, Any] = {}
    overrides: dict[str, Any] = {}
    for variable, text in sorted(environ.items()):
        name = variable.removeprefix("INPUT_").lower()
        if not variable.startswith("INPUT_") or not text.strip() or name in _RUNNERS_OWN:
            continue
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f"Did you mean {near[0]}?" if near else f"Inputs: {', '.join(known)}."
            raise UsageError(f"there is no input {name!r}", hint)
        entry = known[name]
        value = _parse_value(entry, text.strip())
        if entry.key:
            _put(overrides, entry.key, value)
        else:
            values[name] = value
    return Inputs(values, overrides)


def _parse_value(entry: Input, text: str) -> Any:
    match entry.kind:
        case Kind.FLAG:
            if text.lower() not in _FLAGS:
                raise UsageError(
                    f"the input {entry.name} is neither true nor false", f"Write `{entry.name}: true`."
                )
            return _FLAGS[text.lower()]
        case Kind.NUMBER:
            if not (text.isascii() and text.isdigit() and len(text) < 19):
                raise UsageError(
                    f"the input {entry.name} is no whole number", f"Write `{entry.name}: 5242880`."
                )
            return int(text)
        case Kind.WORDS:
            return tuple(text.replace(",", " ").split())
        case Kind.LINES:
            return tuple(line.strip() for line in text.splitlines() if line.strip())
        case Kind.TOKEN:
            return Token(text)
        case Kind.TEXT:
            return text


def _put(tables: dict[str, Any], key: str, value: Any) -> None:
    table, _, name = key.rpartition(".")
    (tables.setdefault(table, {}) if table else tables)[name] = value


def render_inputs_markdown() -> str:
    """The inputs as a Markdown table."""
    rows = ["| Input | What it does | Kind | Default |", "|---|---|---|---|"]
    rows += [f"| `{i.name}` | {i.description} | {i.kind.value} | {i.default} |" for i in INPUTS]
    return "\n".join(rows) + "\n"


def render_outputs_markdown() -> str:
    """The outputs as a Markdown table."""
    rows = ["| Output | What it holds |", "|---|---|"]
    rows += [f"| `{name}` | {text} |" for name, text in OUTPUTS.items()]
    return "\n".join(rows) + "\n"


def render_metadata() -> str:
    """
    The parts ``inputs`` and ``outputs`` of ``action.yml``. No defaults of options: they would overrule the
    configuration file.
    """
    lines = ["inputs:"]
    for entry in INPUTS:
        lines += [f"  {entry.name}:", f'    description: "{entry.description}"', "    required: false"]
        if entry.metadata_default:
            lines.append(f"    default: {entry.metadata_default}")
    lines.append("outputs:")
    for name, text in OUTPUTS.items():
        lines += [f"  {name}:", f'    description: "{text}"']
    return "\n".join(lines) + "\n"
