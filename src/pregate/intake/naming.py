"""What a tool and a rule of somebody else's are called here."""

from __future__ import annotations

import hashlib
import re
import string
import unicodedata

LONGEST = 40
ID_LONGEST = 200
OWN = ("secrets", "python", "dependencies", "iam")
"""The names of our own checks: a tool's may be none of them."""

# What tools write as their driver's name, where the slug of it is not how people call them.
_KNOWN = {
    "semgrep-oss": "semgrep",
    "semgrep-pro": "semgrep",
    "semgrep-ci": "semgrep",
    "opengrep-oss": "opengrep",
    "trivy-vulnerability-scanner": "trivy",
    "checkov-by-bridgecrew": "checkov",
    "aqua-security-trivy": "trivy",
    "ash-aggregated-results": "ash",
    "automated-security-helper": "ash",
    "aws-labs-automated-security-helper": "ash",
    "awslabs-automated-security-helper": "ash",
    "defsec": "tfsec",
    "snykcode": "snyk-code",
    "eslint-js": "eslint",
    "keeping-infrastructure-as-code-secure": "kics",
    "cloudformation-guard": "cfn-guard",
    "cfn-python-lint": "cfn-lint",
}
_REST = re.compile(r"[^a-z0-9]+")
_OTHERS = re.compile(r"[^A-Za-z0-9_.:@+/-]+")
_PLAIN = frozenset(string.ascii_letters + string.digits + "_.:@+/- []()")
"""What may be in an id whose other characters go without a trace."""


def slug_of(name: str) -> str:
    """
    The check's name for a tool: lower-case letters, digits and dashes, at most 40 characters; never one of
    our own checks (``secrets`` becomes ``secrets-sarif``), ``tool`` where nothing is left.
    """
    plain = unicodedata.normalize("NFKD", name[:400]).encode("ascii", "ignore").decode("ascii").lower()
    slug = _REST.sub("-", plain).strip("-")[:LONGEST].strip("-") or "tool"
    slug = _KNOWN.get(slug, slug)
    return f"{slug}-sarif" if slug in OWN else slug


def rule_id(tool: str, name: str) -> str:
    """
    ``<tool>/<id>`` of at most 200 characters, which suppressions can name: letters, digits and ``_.:@+/-``.

    A tool that puts its own name before its ids (``zizmor/artipacked``) does not have it twice. Ids that
    would be one after the change keep apart by a digest.
    """
    shown = _OTHERS.sub("-", name.strip()).strip("-/").removeprefix(f"{tool}/").strip("-/") or "unnamed"
    whole = f"{tool}/{shown}"
    is_other = not set(name) <= _PLAIN
    if len(whole) <= ID_LONGEST - 13 and not is_other:
        return whole
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{whole[: ID_LONGEST - 13]}-{digest}"
