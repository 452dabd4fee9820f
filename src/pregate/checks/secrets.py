"""The secrets check: pregate's own detectors, or those of detect-secrets, on the bytes of a file."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pregate.checks.base import Analysis, PlainCheck, Target
from pregate.config import SecretsConfig
from pregate.digests import sha256
from pregate.errors import UsageError
from pregate.expressions import expression
from pregate.model import Confidence
from pregate.secrets.paths import is_read, is_scanned
from pregate.secrets.scan import DETECT_SECRETS, Scan, scan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pregate.model import Rule
    from pregate.secrets.found import Secret
    from pregate.secrets.given import Given

REVISION = 6
# A baseline of detect-secrets' holds the SHA-1 of secrets.
_DIGEST = expression(r"[0-9a-f-]{8,128}")
SUPPRESSIONS, BASELINE = ".pregate/suppressions.toml", ".pregate/baseline.jsonl"
_SHA1 = expression(r"[0-9a-f]{40}")
_VERSION = expression(r"^VERSION = '([^']+)'", re.MULTILINE)


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
        if self._disabled:
            self._look_up()
        if given and given.rules:
            self._disabled |= frozenset(given.rules.disabled)

    def _look_up(self) -> None:
        """Raises UsageError when a name of what is left out is that of no detector."""
        from pregate.secrets import about
        from pregate.secrets.gitleaks.model import PREFIX

        # A rule of .gitleaks.toml need not be in every revision.
        unknown = sorted({n for n in self._disabled if not n.startswith(PREFIX)} - about.known())
        if unknown:
            raise UsageError(
                f"secrets.disable: no detector is called {', '.join(unknown)}",
                f"The detectors: {', '.join(about.entries(self._engine))}.",
            )

    def rules(self) -> tuple[Rule, ...]:
        """One rule for each detector of the engine or the repository's own that is not left out."""
        from pregate.checks.secret_findings import custom_rule, rule
        from pregate.secrets import about

        names = [name for name in about.entries(self._engine) if name not in self._disabled]
        customs = [custom for name, custom in self._custom.items() if name not in self._disabled]
        return (*(rule(name, self._engine) for name in names), *map(custom_rule, customs))

    def rule(self, rule_id: str) -> Rule | None:
        """One of :meth:`rules`, without the others' being made."""
        detector = rule_id.removeprefix("secrets/")
        if detector in self._disabled or f"secrets/{detector}" != rule_id:
            return None
        from pregate.checks.secret_findings import custom_rule, rule
        from pregate.secrets import about

        if custom := self._custom.get(detector):
            return custom_rule(custom)
        return rule(detector, self._engine) if about.find(detector, self._engine) else None

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
        found = [
            secret
            for secret in scanned.secrets
            if secret.detector not in self._disabled
            and (secret.confidence or self._least) >= self._least
            and (secret.detector in self._custom or self._is_read(target.path))
            and not self._is_kept_digest(target.path, secret)
        ]
        if not found:
            return Analysis()
        from pregate.checks.secret_findings import Findings
        from pregate.secrets.masking import Masker

        masker = Masker.from_scan(scanned)
        findings = Findings(self._engine, self._custom, self._key, self._salt)
        return Analysis(findings=tuple(findings.of(target.path, secret, masker) for secret in found))

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
        from pregate.checks.secret_findings import mark

        return mark(self._key, value)


def rules_of_own(given: Given | None) -> tuple[Rule, ...]:
    """The rules that a repository's own ``.gitleaks.toml`` brings."""
    if given is None or given.rules is None:
        return ()
    from pregate.checks.secret_findings import custom_rule

    return tuple(map(custom_rule, given.rules.rules))


@cache
def scanner_version() -> str:
    """
    detect-secrets' version or ``missing``, read from its source: importing the package is not worth it
    when every file is cached.
    """
    import importlib.util

    spec = importlib.util.find_spec("detect_secrets")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        match = re.search(
            r"^VERSION = '([^']+)'", (Path(folder) / "__version__.py").read_text("utf-8"), re.MULTILINE
        )
        if match:
            return match.group(1)
    return "missing"
