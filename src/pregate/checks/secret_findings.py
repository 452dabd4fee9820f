"""Secrets as findings, without their values, and the rules that they are found under."""

from __future__ import annotations

import hmac
import posixpath
from collections.abc import Mapping, Sequence
from functools import cache

from pregate.digests import sha256
from pregate.model import Confidence, Finding, Location, Rule, Severity
from pregate.secrets import about
from pregate.secrets.found import Secret
from pregate.secrets.gitleaks.model import CustomRule
from pregate.secrets.masking import Masker
from pregate.suppressions import without_pragmas

# Hexadecimal digits. A new value in the same words is told from the old one 4095 times out of 4096, and
# whoever tries values finds one in 4096 of them to fit: that confirms no guess.
WITNESS = 3
_LONGEST = 200
_KEEP = (
    "Then take it out of the code: read it from the environment or a secret store. "
    "Removing the line is not enough, the history keeps it."
)


def mark(key: bytes, value: str) -> bytes:
    """The discriminator of a value under a run's own key."""
    return hmac.digest(key, value.encode("utf-8", "surrogatepass"), "sha256")[:16]


class Findings:
    """
    Makes findings of secrets.

    ``engine`` found them; ``custom`` are the repository's own rules by their detectors; ``key`` is the run's,
    for discriminators, and ``salt`` the repository's, for witnesses (``b""``: none).
    """

    __slots__ = ("_custom", "_engine", "_key", "_salt")

    def __init__(self, engine: str, custom: Mapping[str, CustomRule], key: bytes, salt: bytes) -> None:
        self._engine = engine
        self._custom = custom
        self._key = key
        self._salt = salt

    def of(self, path: str, secret: Secret, masker: Masker) -> Finding:
        """The finding of one secret in the file that a masker knows."""
        entry = about.entry(secret.detector, self._engine)
        custom = self._custom.get(secret.detector)
        told = custom_rule(custom) if custom else rule(secret.detector, self._engine)
        confidence = secret.confidence or entry.confidence
        value = secret.value.reveal()
        data = value.encode("utf-8", "surrogatepass")
        shown = about.preview(secret.detector, value, self._engine)
        name = told.title if custom else entry.name[0].upper() + entry.name[1:]
        context = without_pragmas(masker.line(secret.line, column=secret.start)).strip()
        return Finding(
            rule=told,
            message=f"{name}{f' ({shown})' if shown else ''} in `{posixpath.basename(path)}`{secret.note}",
            location=Location(path, secret.line, secret.start, secret.line, secret.end),
            severity=_severity(told.severity, secret.confidence),
            confidence=confidence,
            suppressed_by=secret.suppressed_by,
            anchor=sha256(context.encode("utf-8", "surrogatepass")).hexdigest(),
            discriminator=mark(self._key, value),
            witness=hmac.digest(self._salt, data, "sha256").hex()[:WITNESS] if self._salt else "",
        )


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
def rule(detector: str, engine: str) -> Rule:
    """The rule of a detector of an engine's."""
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
def custom_rule(custom: CustomRule) -> Rule:
    """The rule of one that a user wrote."""
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
