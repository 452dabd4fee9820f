"""The words that keys of the configuration may hold."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pregate.expressions import expression
from pregate.model import Confidence, Severity, UnreadReason

UNLIMITED = -1
"""A ``max_…`` that nobody has set."""

FILES = (".pregate.toml", "pyproject.toml")
CHECKS = ("secrets", "python", "dependencies", "iam")
READY_TOOLS = (
    *("checkov", "cfn-lint", "cfn-guard", "semgrep", "opengrep", "zizmor", "hadolint", "trivy", "gitleaks"),
    *("osv-scanner", "npm-audit"),
)
"""The scanners that pregate can run by their names alone."""

SECRETS_ENGINES = ("pregate", "detect-secrets")
IAM_ENGINES = ("auto", "local", "aws", "both")
DELIVERIES = ("security-hub", "s3", "sns")
MIN_CONFIDENCE = tuple(c.word for c in Confidence)
FAIL_ON = ("none", *(s.word for s in Severity if s is not Severity.UNKNOWN))
FINDING_TYPES = ("ERROR", "SECURITY_WARNING", "WARNING", "SUGGESTION")
ACCESS_RULES = ("new-access", "beyond-reference", "sensitive-access", "public-access")
PLUGIN_NAME = expression(r"[a-z][a-z0-9-]{0,39}")
BOUNDARY_KINDS = ("permissions-boundary", "service-control")


# Where thresholds may stand: at the top, and in these tables.
_TABLES = ("", *(f"{name}." for name in (*CHECKS, "paths", "tools")))

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
    "secrets.engine": SECRETS_ENGINES,
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
    "deliver.s3-bucket": (expression(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"), "example-security-reports"),
    "deliver.s3-prefix": (expression(r"[A-Za-z0-9!_.*'()/-]{1,200}"), "pregate/reports"),
    "deliver.s3-kms-key": (expression(r"[A-Za-z0-9:/_-]{1,2048}"), "alias/security-reports"),
    "deliver.s3-bucket-owner": (expression(r"[0-9]{12}"), "111122223333"),
    "deliver.sns-topic": (
        expression(r"arn:aws[a-z-]{0,20}:sns:[a-z0-9-]{1,30}:[0-9]{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?"),
        "arn:aws:sns:eu-central-1:111122223333:security",
    ),
}
