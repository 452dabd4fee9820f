"""
Canaries: files with a known finding for each check, judged by the same pipeline, each of which must be found.

A scanner that has silently stopped to see finds nothing, and nothing is what a clean change gives too. The
files are planted in a repository made for this, in a temporary folder; what looks like a secret is put
together when it is planted. No service is asked.
"""

from __future__ import annotations

import enum
import json
import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from pregate.config import CHECKS, AdvisoriesConfig, AwsConfig, Config, DeliverConfig
from pregate.errors import PregateError
from pregate.model import CheckSummary, Completed, Counts, Decision, Failed, State, Verdict
from pregate.records import dataclass, replace

if TYPE_CHECKING:
    from pregate.pipeline import Result

FOLDER = "pregate-canary"
_TIMEOUT = 60  # seconds for each call of git


class Sight(enum.Enum):
    """What became of a check's canary. ``OFF`` by configuration; ``NONE``: the plug-in offers none."""

    FOUND = "found"
    NOT_FOUND = "NOT FOUND"
    OFF = "off by configuration"
    NONE = "no canary"


@dataclass(frozen=True, slots=True)
class Canary:
    """
    The files of a check by path, and its rules of which one at least has to find something; none: any rule
    of the check.
    """

    check: str
    files: tuple[tuple[str, bytes], ...]
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sighting:
    """One check's canary: ``words`` say which rule found it, or what was expected and why not."""

    check: str
    sight: Sight
    words: str = ""
    seconds: float = 0.0


def look(config: Config, tree: Path | None, environ: Mapping[str, str]) -> tuple[Sighting, ...]:
    """
    Plants the canaries of every check and looks for them with the checks, rules and exclusions of ``config``;
    one sighting for each check, in order. ``tree`` is the repository from which no plug-in is taken.

    Raises PregateError when the canaries cannot be planted.
    """
    with tempfile.TemporaryDirectory(prefix="pregate-canary-") as folder:
        root = Path(os.path.realpath(folder))
        database = root / "advisories"
        canaries = [*own(), *_of_plugins(config, tree)]
        _write(database / f"{_ADVISORY['id']}.json", json.dumps(_ADVISORY).encode())
        _plant(root / "repository", canaries, environ)
        settled = _settled(config, str(database))
        result = _judge(root / "repository", settled, tree, environ)
    by_name = {canary.check: canary for canary in canaries}
    names = (*CHECKS, *(check.check for check in result.verdict.checks if check.check not in CHECKS))
    return tuple(_seen(name, by_name.get(name), result, config) for name in names)


def blinded(verdict: Verdict, sightings: Sequence[Sighting]) -> Verdict:
    """
    The verdict, incomplete where a canary was not found: a check that is blind has not looked at anything.
    Its findings stay.
    """
    reasons = [f"the canary of the {s.check} check was not found" for s in _missed(sightings)]
    if not reasons:
        return verdict
    missed = {s.check: s for s in _missed(sightings)}
    checks = [_failed(summary, missed.get(summary.check)) for summary in verdict.checks]
    known = [reason for reason in verdict.reasons if verdict.decision is not Decision.PASSED]
    return replace(verdict, decision=Decision.INCOMPLETE, reasons=(*reasons, *known), checks=tuple(checks))


def is_whole(sightings: Sequence[Sighting]) -> bool:
    """Whether every canary that was planted was found."""
    return not _missed(sightings)


def _missed(sightings: Sequence[Sighting]) -> list[Sighting]:
    return [sighting for sighting in sightings if sighting.sight is Sight.NOT_FOUND]


def _failed(summary: CheckSummary, missed: Sighting | None) -> CheckSummary:
    if missed is None or isinstance(summary.outcome, Failed):
        return summary
    counts = summary.outcome.counts if isinstance(summary.outcome, Completed) else Counts()
    told = f"its canary was not found: {missed.words}"
    return replace(summary, outcome=Failed(summary.check, told, _HINT, counts), gaps=0)


_HINT = (
    "Run pregate selftest where this ran: the scanner sees nothing, or the configuration hides all from it."
)


# ------------------------------------------------------------------------------------------------- canaries


def own() -> tuple[Canary, ...]:
    """The canaries of pregate's own checks, several rules each."""
    policy = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
    return (
        Canary(
            "secrets",
            ((f"{FOLDER}/credentials.txt", _secrets().encode()),),
            ("secrets/AWSKeyDetector", "secrets/GitHubTokenDetector", "secrets/PrivateKeyDetector"),
        ),
        Canary(
            "python",
            ((f"{FOLDER}/canary.py", _PYTHON.encode()),),
            ("python/B602", "python/B301", "python/B307", "python/B506"),
        ),
        Canary("dependencies", ((f"{FOLDER}/requirements.txt", b"pregate-canary==1.0.0\n"),)),
        Canary("iam", ((f"{FOLDER}/policy.json", json.dumps(policy, indent=2).encode()),)),
    )


_PYTHON = """\
import pickle
import subprocess

import yaml


def canary(word):
    subprocess.run(word, shell=True)
    pickle.loads(word)
    yaml.load(word)
    return eval(word)
"""

_ADVISORY = {
    "schema_version": "1.6.0",
    "id": "GHSA-2222-3333-4444",
    "modified": "2020-01-01T00:00:00Z",
    "published": "2020-01-01T00:00:00Z",
    "summary": "A canary of pregate's own: no package has this name.",
    "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "pregate-canary"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.0.0"}]}],
        }
    ],
}


def _secrets() -> str:
    """Nobody's: made of pieces, so that no scanner trips over this file."""
    from base64 import b64encode
    from hashlib import sha512
    from zlib import crc32

    from pregate.secrets.checksums import base62

    key = "AKIA" + "Q3EGRM7VZ" + "KWX2TLD"
    body = "Zk8Q1rT5uW9yB3" + "eH7jM2nP6sV0xA4d"
    token = "ghp" + f"_{body}{base62(crc32(body.encode()), 6)}"
    rows = (b64encode(sha512(str(n).encode()).digest()[:48]).decode() for n in range(12))
    pem = "\n".join(("-----BEGIN RSA " + "PRIVATE KEY-----", *rows, "-----END RSA " + "PRIVATE KEY-----"))
    return f"aws_access_key_id = {key}\ntoken = {token}\n{pem}\n"


def _of_plugins(config: Config, tree: Path | None) -> list[Canary]:
    """What the checks of plug-ins offer; one that cannot be made has failed in the run."""
    if not config.plugins:
        return []
    from pregate.checks import build_checks
    from pregate.plugins.guard import Guard

    found = []
    for name in config.plugins:
        try:
            checks = build_checks(config, (name,), b"", tree=tree)
        except PregateError:
            continue
        files = checks[0].canary if isinstance(checks[0], Guard) else ()
        if files:
            under = f"{FOLDER}/{name}"
            found.append(Canary(name, tuple((f"{under}/{path}", data) for path, data in files)))
    return found


# ----------------------------------------------------------------------------------------------------- run


def _settled(config: Config, database: str) -> Config:
    """The configuration without what reaches the world or the repository's own files."""
    return replace(
        config,
        offline=True,
        jobs=1,
        tools=(),
        secrets=replace(config.secrets, gitleaks_config="", baseline=""),
        advisories=AdvisoriesConfig(source=database),
        dependencies=replace(config.dependencies, sources=("osv",), kev="", epss="", resolve=False),
        iam=replace(config.iam, engine="local", reference_policies=(), boundaries=()),
        aws=AwsConfig(),
        deliver=DeliverConfig(),
    )


def _judge(repository: Path, config: Config, tree: Path | None, environ: Mapping[str, str]) -> Result:
    from pregate.changes import Range
    from pregate.pipeline import Request, run

    kept = {key: value for key, value in environ.items() if key in ("PATH", "HOME", "SYSTEMROOT", "TMPDIR")}
    return run(Request(repository, Range("HEAD~1", "HEAD"), environ=kept, settled=config, plugin_tree=tree))


def _seen(name: str, canary: Canary | None, result: Result, config: Config) -> Sighting:
    summary = next((check for check in result.verdict.checks if check.check == name), None)
    if summary is None:
        return Sighting(name, Sight.OFF)
    outcome = summary.outcome
    seconds = outcome.counts.seconds if isinstance(outcome, Completed | Failed) else 0.0
    if isinstance(outcome, Failed):
        return Sighting(name, Sight.NOT_FOUND, f"the check failed: {outcome.message}", seconds)
    if canary is None:
        return Sighting(name, Sight.NONE, "the plug-in offers none", seconds)
    rules = {
        judged.finding.rule.id
        for judged in result.verdict.findings
        if judged.finding.rule.check == name and judged.state is not State.SUPPRESSED
    }
    hits = sorted(rules.intersection(canary.rules) if canary.rules else rules)
    if hits:
        return Sighting(name, Sight.FOUND, ", ".join(hits), seconds)
    return Sighting(name, Sight.NOT_FOUND, _why(canary, result, config), seconds)


def _why(canary: Canary, result: Result, config: Config) -> str:
    expected = f"expected {' or '.join(canary.rules) or f'a finding of {canary.check}'}"
    globs = sorted({g for path, _ in canary.files for g in config.exclude if fnmatchcase(path, g)})
    if globs:
        return f"{expected}; the configuration excludes its files: exclude = {', '.join(globs)}"
    if any(len(data) > config.max_file_size for _, data in canary.files):
        return f"{expected}; its files are over max-file-size = {config.max_file_size}"
    known = {rule.id for rule in result.rules}
    off = sorted(set(canary.rules) - known)
    skipped = sorted(rule for rule in canary.rules if rule.partition("/")[2] in config.python.skip)
    if canary.rules and len(set(off) | set(skipped)) == len(canary.rules):
        return f"{expected}; the configuration switches these rules off"
    return expected


def _plant(repository: Path, canaries: Sequence[Canary], environ: Mapping[str, str]) -> None:
    """A repository with an empty commit and one that adds the canaries."""
    repository.mkdir(parents=True)
    _git(repository, environ, "init", "--quiet", "--template=")
    _git(repository, environ, "commit", "--quiet", "--allow-empty", "--message", "nothing")
    for canary in canaries:
        for path, data in canary.files:
            _write(repository / path, data)
    _git(repository, environ, "add", "--all", "--force")
    _git(repository, environ, "commit", "--quiet", "--message", "canaries")


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _git(repository: Path, environ: Mapping[str, str], *words: str) -> None:
    """Git with an identity of its own and nobody's configuration, hooks or signatures."""
    who = {f"GIT_{r}_{k}": v for r in ("AUTHOR", "COMMITTER") for k, v in _IDENTITY}
    environment = {
        "PATH": environ.get("PATH", os.defpath),
        "HOME": str(repository.parent),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        **who,
    }
    command = ["git", "-c", "core.autocrlf=false", "-c", "gc.auto=0", *words]
    try:
        done = subprocess.run(command, cwd=repository, env=environment, capture_output=True, timeout=_TIMEOUT)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PregateError(f"git cannot be run for the canaries: {type(error).__name__}") from None
    if done.returncode:
        raise PregateError(
            f"git {words[0]} failed for the canaries", done.stderr.decode("utf-8", "replace")[:500]
        )


_IDENTITY = (("NAME", "pregate"), ("EMAIL", "canary@pregate.invalid"))
