"""The secrets check: pregate's own detectors, or those of detect-secrets, on the bytes of a file."""

from __future__ import annotations

import importlib.util
import posixpath
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pregate.checks.base import Analysis, PlainCheck, Target
from pregate.config import SecretsConfig
from pregate.digests import sha256
from pregate.errors import UsageError
from pregate.expressions import expression
from pregate.model import Confidence, Finding, Location, Rule, Severity
from pregate.secrets import about
from pregate.secrets.found import Scan, Secret
from pregate.secrets.gitleaks.model import PREFIX
from pregate.secrets.masking import Masker
from pregate.secrets.paths import is_read, is_scanned
from pregate.secrets.scan import DETECT_SECRETS, scan
from pregate.suppressions import without_pragmas

if TYPE_CHECKING:
    from pregate.secrets.gitleaks.model import CustomRule
    from pregate.secrets.given import Given

REVISION = 6
# Hexadecimal digits. A new value in the same words is told from the old one 4095 times out of 4096, and
# whoever tries values finds one in 4096 of them to fit: that confirms no guess.
WITNESS = 3
_LONGEST = 200
# A baseline of detect-secrets' holds the SHA-1 of secrets.
_DIGEST = expression(r"[0-9a-f-]{8,128}")
SUPPRESSIONS, BASELINE = ".pregate/suppressions.toml", ".pregate/baseline.jsonl"
_SHA1 = expression(r"[0-9a-f]{40}")
_VERSION = expression(r"^VERSION = '([^']+)'", re.MULTILINE)
_KEEP = (
    "Then take it out of the code: read it from the environment or a secret store. "
    "Removing the line is not enough, the history keeps it."
)


class SecretsCheck(PlainCheck):
    """
    Finds credentials in any text file that detect-secrets would open.

    ``key`` is the run's own secret: two findings have equal discriminators when their values are equal,
    and nobody without the key can test a guess. ``config.disable`` names plugins that are left out, as
    ``KeywordDetector``. ``salt`` is the repository's, for the witnesses; without one there are none.
    ``given`` are rules, allowlists and known secrets of the repository's own.
    """

    name = "secrets"
    cost = 60
    keyed = True

    def __init__(
        self, config: SecretsConfig, key: bytes, salt: bytes = b"", given: Given | None = None
    ) -> None:
        self._engine = config.engine
        self._least = Confidence.LOW if config.doubtful else Confidence.MEDIUM
        self._given = given
        self._baseline = config.baseline
        self._custom = given.rules.by_detector if given and given.rules else {}
        self._disabled = frozenset(config.disable)
        self._key = key
        self._salt = salt
        named = (*sorted(self._disabled), f"/{self._baseline}")  # no detector's name has a slash in front
        options = sha256("\0".join(named).encode("utf-8", "surrogateescape")).hexdigest()[:8]
        salted = f".{sha256(salt).hexdigest()[:8]}" if salt else ""
        engine = scanner_version() if self._engine == DETECT_SECRETS else f"own.{self._least}"
        own = f".{given.digest}" if given and given.digest else ""
        self.version = f"{engine}+{REVISION}.{options}{salted}{own}"
        # A rule of .gitleaks.toml need not be in every revision.
        wanted = {n for n in self._disabled if not n.startswith(PREFIX)}
        # Without a name to look up the tables are not read.
        unknown = sorted(wanted - about.known()) if wanted else []
        if unknown:
            raise UsageError(
                f"secrets.disable: no detector is called {', '.join(unknown)}",
                f"The detectors: {', '.join(about.entries(self._engine))}.",
            )
        if given and given.rules:
            self._disabled |= frozenset(given.rules.disabled)

    def rules(self) -> tuple[Rule, ...]:
        """One rule for each detector of the engine or the repository's own that is not left out."""
        names = [name for name in about.entries(self._engine) if name not in self._disabled]
        customs = [rule for name, rule in self._custom.items() if name not in self._disabled]
        return (*(_rule(name, self._engine) for name in names), *map(_custom_rule, customs))

    def rule(self, rule_id: str) -> Rule | None:
        """One of :meth:`rules`, without the others' being made."""
        detector = rule_id.removeprefix("secrets/")
        if detector in self._disabled or f"secrets/{detector}" != rule_id:
            return None
        if custom := self._custom.get(detector):
            return _custom_rule(custom)
        return _rule(detector, self._engine) if about.find(detector, self._engine) else None

    def concerns(self, path: str, *, executable: bool) -> bool:  # noqa: ARG002
        """
        Every file whose name does not promise that it is no text; for detect-secrets' engine every file but
        those that it leaves out by name: lock files, styles, swagger files too. A rule of the repository's
        own that is for such a path has it read.
        """
        return self._is_read(path) or self._is_named(path)

    def _is_read(self, path: str) -> bool:
        return is_scanned(path) if self._engine == DETECT_SECRETS else is_read(path)

    def _is_named(self, path: str) -> bool:
        if not self._given or not self._given.rules or not self._custom:
            return False
        from pregate.secrets.gitleaks.matching import names_path

        return names_path(self._given.rules, path)

    def scan(self, target: Target) -> Scan:
        """
        All secrets of a target, those of disabled plugins too, for a ``Masker`` that need not scan again.
        """
        return scan(target.path, target.data, self._disabled, self._engine, self._given)

    def analyse(self, target: Target) -> Analysis:
        """
        The secrets of a target as findings, without their values. Raises ScannerError when detect-secrets
        does not work.
        """
        scanned = self.scan(target)
        masker = Masker.from_scan(scanned)
        found = [
            secret
            for secret in scanned.secrets
            if secret.detector not in self._disabled
            and (secret.confidence or self._least) >= self._least
            and (secret.detector in self._custom or self._is_read(target.path))
            and not self._is_kept_digest(target.path, secret)
        ]
        return Analysis(findings=tuple(self._finding(target.path, secret, masker) for secret in found))

    def _is_kept_digest(self, path: str, secret: Secret) -> bool:
        """Whether this is a digest in detect-secrets' baseline, or one or the salt in our own files."""
        if path == self._baseline:
            return bool(_SHA1.fullmatch(secret.value.reveal()))
        return path in (SUPPRESSIONS, BASELINE) and bool(_DIGEST.fullmatch(secret.value.reveal()))

    def marked_values(self, target: Target) -> Iterator[tuple[bytes, str]]:
        """
        The discriminator of each secret in a target, with the text by which it is known again elsewhere: the
        longest line of a private key, else the value as it is written. For use within this process alone.
        """
        scanned = self.scan(target)
        for secret in scanned.secrets:
            spans = secret.body if not secret.is_value else ((secret.line, secret.start, secret.end),)
            texts = (scanned.lines[line - 1][start - 1 : end - 1] for line, start, end in spans)
            yield self._mark(secret.value.reveal()), max(texts, key=len, default="")

    def _mark(self, value: str) -> bytes:
        import hmac  # and OpenSSL, which a run without a secret need not load

        return hmac.digest(self._key, value.encode("utf-8", "surrogatepass"), "sha256")[:16]

    def _finding(self, path: str, secret: Secret, masker: Masker) -> Finding:
        import hmac

        entry = about.entry(secret.detector, self._engine)
        custom = self._custom.get(secret.detector)
        rule = _custom_rule(custom) if custom else _rule(secret.detector, self._engine)
        confidence = secret.confidence or entry.confidence
        value = secret.value.reveal()
        data = value.encode("utf-8", "surrogatepass")
        shown = about.preview(secret.detector, value, self._engine)
        name = rule.title if custom else entry.name[0].upper() + entry.name[1:]
        context = without_pragmas(masker.line(secret.line, column=secret.start)).strip()
        return Finding(
            rule=rule,
            message=f"{name}{f' ({shown})' if shown else ''} in `{posixpath.basename(path)}`{secret.note}",
            location=Location(path, secret.line, secret.start, secret.line, secret.end),
            severity=_severity(rule.severity, secret.confidence),
            confidence=confidence,
            suppressed_by=secret.suppressed_by,
            anchor=sha256(context.encode("utf-8", "surrogatepass")).hexdigest(),
            discriminator=self._mark(value),
            witness=hmac.digest(self._salt, data, "sha256").hex()[:WITNESS] if self._salt else "",
        )


def rules_of_own(given: Given | None) -> tuple[Rule, ...]:
    """The rules that a repository's own ``.gitleaks.toml`` brings."""
    return tuple(map(_custom_rule, given.rules.rules)) if given and given.rules else ()


def _severity(most: Severity, confidence: Confidence | None) -> Severity:
    """What is not sure does not fail the default gate, whatever it would open."""
    match confidence:
        case Confidence.MEDIUM:
            return min(most, Severity.MEDIUM)
        case Confidence.LOW:
            return min(most, Severity.LOW)
        case _:
            return most


@cache
def _rule(detector: str, engine: str) -> Rule:
    entry = about.entry(detector, engine)
    return Rule(
        id=f"secrets/{detector}",
        title=entry.name[0].upper() + entry.name[1:],
        description=f"Whoever can read the repository, or a copy of it, can {entry.risk}.",
        remedy=" ".join(part for part in (entry.revoke, entry.instead, _KEEP) if part),
        severity=entry.severity,
        help_uri=entry.help_uri or f"https://cwe.mitre.org/data/definitions/{entry.cwe}.html",
        cwe=(entry.cwe,),
        tags=("security", "secret"),
    )


@cache
def _custom_rule(custom: CustomRule) -> Rule:
    words = " ".join(custom.description.split())[:_LONGEST].rstrip(".")
    return Rule(
        id=f"secrets/{custom.detector}",
        title=words or f"Secret ({custom.id[:_LONGEST]})",
        description="A rule of the repository's own `.gitleaks.toml`"
        f"{f', with the tags {_listed(custom.tags)}' if custom.tags else ''}. "
        "Whoever can read the repository, or a copy of it, has what it found.",
        remedy=f"Revoke it where it was issued. {_KEEP}",
        severity=Severity.HIGH,
        help_uri="https://cwe.mitre.org/data/definitions/798.html",
        cwe=(798,),
        tags=("security", "secret"),
    )


def _listed(tags: Sequence[str]) -> str:
    return ", ".join(" ".join(tag.split())[:40] for tag in tags[:10])


@cache
def scanner_version() -> str:
    """
    detect-secrets' version or ``missing``, read from its source: importing the package is not worth it
    when every file is cached.
    """
    spec = importlib.util.find_spec("detect_secrets")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        match = re.search(
            r"^VERSION = '([^']+)'", (Path(folder) / "__version__.py").read_text("utf-8"), re.MULTILINE
        )
        if match:
            return match.group(1)
    return "missing"
