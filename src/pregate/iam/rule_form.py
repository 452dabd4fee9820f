"""How a local rule of the iam check is written."""

from __future__ import annotations

from pregate.model import Rule, Severity

GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
PRACTICES = GUIDE + "best-practices.html"
ELEMENTS = GUIDE + "reference_policies_elements"


def iam_rule(
    name: str, severity: Severity, title: str, description: str, remedy: str, cwe: int, uri: str = PRACTICES
) -> Rule:
    """The rule ``iam/<name>``; ``cwe`` is a number, ``uri`` a page of AWS's about it."""
    return Rule(f"iam/{name}", title, description, remedy, severity, uri, (cwe,), ("security", "iam"))
