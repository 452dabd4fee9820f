"""The secrets check: detect-secrets on the bytes of a file, with its default plugins and filters."""

from __future__ import annotations

import hashlib
import hmac
import importlib.util
import posixpath
import re
from functools import cache
from pathlib import Path

from pregate.checks.base import Analysis, PlainCheck, Target
from pregate.config import SecretsConfig
from pregate.errors import UsageError
from pregate.model import Finding, Location, Rule
from pregate.secrets import catalogue
from pregate.secrets.masking import Masker
from pregate.secrets.paths import is_scanned
from pregate.secrets.scan import Scan, Secret, scan
from pregate.suppressions import without_pragmas

REVISION = 3
# Hexadecimal digits. A new value in the same words is told from the old one 4095 times out of 4096, and
# whoever tries values finds one in 4096 of them to fit: that confirms no guess.
WITNESS = 3
_VERSION = re.compile(r"^VERSION = '([^']+)'", re.MULTILINE)
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
    """

    name = "secrets"
    cost = 60
    keyed = True

    def __init__(self, config: SecretsConfig, key: bytes, salt: bytes = b"") -> None:
        self._disabled = frozenset(config.disable)
        self._key = key
        self._salt = salt
        options = hashlib.sha256("\0".join(sorted(self._disabled)).encode()).hexdigest()[:8]
        salted = f".{hashlib.sha256(salt).hexdigest()[:8]}" if salt else ""
        self.version = f"{scanner_version()}+{REVISION}.{options}{salted}"
        unknown = sorted(self._disabled - catalogue.ENTRIES.keys())
        if unknown:
            raise UsageError(
                f"secrets.disable: no plugin is called {', '.join(unknown)}",
                f"The plugins: {', '.join(sorted(catalogue.ENTRIES))}.",
            )

    def rules(self) -> tuple[Rule, ...]:
        """One rule for each plugin that is not left out."""
        return tuple(_rule(name) for name in sorted(catalogue.ENTRIES) if name not in self._disabled)

    def concerns(self, path: str, *, executable: bool) -> bool:  # noqa: ARG002
        """
        Every file but those that detect-secrets leaves out by name: lock files, images, archives, styles,
        swagger files.
        """
        return is_scanned(path)

    def scan(self, target: Target) -> Scan:
        """
        All secrets of a target, those of disabled plugins too, for a ``Masker`` that need not scan again.
        """
        return scan(target.path, target.data, self._disabled)

    def analyse(self, target: Target) -> Analysis:
        """
        The secrets of a target as findings, without their values. Raises ScannerError when detect-secrets
        does not work.
        """
        scanned = self.scan(target)
        masker = Masker.from_scan(scanned)
        found = [s for s in scanned.secrets if s.detector not in self._disabled]
        return Analysis(findings=tuple(self._finding(target.path, secret, masker) for secret in found))

    def _finding(self, path: str, secret: Secret, masker: Masker) -> Finding:
        entry = catalogue.entry(secret.detector)
        rule = _rule(secret.detector)
        value = secret.value.reveal()
        data = value.encode("utf-8", "surrogatepass")
        shown = catalogue.preview(secret.detector, value)
        name = entry.name[0].upper() + entry.name[1:]
        context = without_pragmas(masker.line(secret.line, column=secret.start)).strip()
        return Finding(
            rule=rule,
            message=f"{name}{f' ({shown})' if shown else ''} in `{posixpath.basename(path)}`",
            location=Location(path, secret.line, secret.start, secret.line, secret.end),
            severity=rule.severity,
            confidence=entry.confidence,
            suppressed_by=secret.suppressed_by,
            anchor=hashlib.sha256(context.encode("utf-8", "surrogatepass")).hexdigest(),
            discriminator=hmac.digest(self._key, data, "sha256")[:16],
            witness=hmac.digest(self._salt, data, "sha256").hex()[:WITNESS] if self._salt else "",
        )


@cache
def _rule(detector: str) -> Rule:
    entry = catalogue.entry(detector)
    return Rule(
        id=f"secrets/{detector}",
        title=entry.name[0].upper() + entry.name[1:],
        description=f"Whoever can read the repository, or a copy of it, can {entry.risk}.",
        remedy=f"{entry.revoke} {_KEEP}",
        severity=entry.severity,
        help_uri=entry.help_uri or f"https://cwe.mitre.org/data/definitions/{entry.cwe}.html",
        cwe=(entry.cwe,),
        tags=("security", "secret"),
    )


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
