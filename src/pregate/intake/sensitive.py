"""Which findings of other tools point at a secret, so that what stands there is shown nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pregate.model import Finding

SCANNERS = frozenset(
    {
        "gitleaks",
        "betterleaks",
        "trufflehog",
        "detect-secrets",
        "ggshield",
        "gitguardian",
        "secretlint",
        "whispers",
        "noseyparker",
        "nosey-parker",
        "kingfisher",
        "talisman",
        "git-secrets",
        "semgrep-secrets",
        "trivy-secret",
    }
)
# Hard-coded password, cryptographic key, credentials; password in a configuration file; credentials that are
# kept unprotected, or in a recoverable form.
_CWES = frozenset({257, 259, 260, 321, 522, 798})
_TAGS = frozenset({"secret", "secrets", "credential", "credentials", "password", "hardcoded-secret"})
_WORD = re.compile(
    r"(?<![a-z])(?:secrets?|passwords?|passwd|credentials?|api-?keys?|private-?keys?)(?![a-z])", re.IGNORECASE
)
_TITLE = re.compile(
    r"hard-?coded|passwords and secrets|(?:secret|key|token|password)s? (?:detected|leak)", re.IGNORECASE
)
# Their rules speak of how secrets are used and point at no value.
_NO_VALUES = frozenset({"zizmor", "actionlint"})


def holds_secret(finding: Finding) -> bool:
    """
    Whether a secret value may stand where ``finding`` points. Wrong in doubt: then more is masked than need
    be.
    """
    rule = finding.rule
    return is_secret_rule(rule.check, rule.id, rule.cwe, rule.tags, rule.title)


def is_secret_rule(tool: str, name: str, cwe: Iterable[int], tags: Iterable[str], title: str = "") -> bool:
    """:func:`holds_secret` of a rule that is not made yet."""
    if tool in _NO_VALUES:
        return False
    return (
        tool in SCANNERS
        or not _CWES.isdisjoint(cwe)
        or any(tag.strip().lower() in _TAGS for tag in tags)
        or _WORD.search(name.replace("_", "-")[:1000]) is not None
        or _TITLE.search(title[:1000]) is not None
    )
