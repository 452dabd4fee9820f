"""
Trust policies for identity providers: whose tokens can assume the role?

Sources: GitHub documentation, "OpenID Connect reference" (claims and the forms of ``sub``); IAM User Guide,
"Available keys for AWS OIDC federation". Immutable subjects (``repo:owner@id/name@id:…``) have the same parts
in the same order.
"""

from __future__ import annotations

from collections.abc import Iterator

from pregate.iam import rules
from pregate.iam.document import PolicyDocument
from pregate.iam.remark import Remark, shown
from pregate.iam.statements import Condition, Element, Principal, Statement
from pregate.iam.tables import GITHUB_CLAIMS, GITHUB_PROVIDER
from pregate.model import Rule

_WEB_IDENTITY = "sts:assumerolewithwebidentity"
_POSITIVE = ("stringequals", "stringequalsignorecase", "stringlike")


def trust_remarks(document: PolicyDocument, statement: Statement) -> Iterator[Remark]:
    """Remarks on the federated principals of an Allow statement of a trust policy."""
    federated = [p for p in statement.principals if p.kind == "Federated"]
    if not any(a.text.lower() == _WEB_IDENTITY or "*" in a.text for a in statement.actions):
        return
    for principal in federated:
        text = principal.element.text.lower()
        if "saml-provider/" in text:
            continue
        if text.endswith(GITHUB_PROVIDER) or any(_claim(c) for c in statement.conditions):
            yield from _github(document, statement, principal)
        elif not statement.conditions:
            message = (
                "Every identity of the provider can assume the role: there is no condition on the token."
            )
            yield _remark(rules.OIDC_NO_CONDITION, message, principal.element, statement)
            continue
        if not any(c.key.endswith(":aud") for c in statement.conditions):
            message = "No condition checks the token's audience (`aud`)."
            yield _remark(rules.OIDC_NO_AUDIENCE, message, principal.element, statement)


def _remark(rule: Rule, message: str, element: Element, statement: Statement, *context: str) -> Remark:
    anchor = (statement.sid, element.text, *context)
    return Remark(rule, message, element.pointer, rule.severity, statement.pointer, anchor)


def _claim(condition: Condition) -> str:
    """The claim of GitHub's token that a condition is about, or ``""``."""
    provider, _, claim = condition.key.rpartition(":")
    return claim if provider.endswith(GITHUB_PROVIDER) else ""


def _github(document: PolicyDocument, statement: Statement, principal: Principal) -> Iterator[Remark]:
    naming = [c for c in statement.conditions if _claim(c) in GITHUB_CLAIMS and c.operator in _POSITIVE]
    if not naming:
        message = (
            "Every workflow on GitHub can assume the role: no condition on `sub` says of which repository."
        )
        yield _remark(rules.GITHUB_NO_SUBJECT, message, principal.element, statement)
        return
    # Conditions are all to be met: one that is narrow in all its values is enough.
    worst = [
        max(((_breadth(c, v), v) for v in c.values), key=lambda found: found[0], default=None) for c in naming
    ]
    graded = [found for found in worst if found is not None]
    if len(graded) < len(worst) or not graded:
        return
    breadth, value = min(graded, key=lambda found: found[0])
    if breadth == 2:
        message = (
            f"Any GitHub owner's repository satisfies the condition {shown(document.readable(value.text))}."
        )
        yield _remark(rules.GITHUB_NO_SUBJECT, message, value, statement)
    elif breadth == 1:
        message = f"Every repository that matches {shown(document.readable(value.text))} can assume the role."
        yield _remark(rules.GITHUB_BROAD_SUBJECT, message, value, statement)


def _breadth(condition: Condition, value: Element) -> int:
    """
    0: names a repository; 1: an owner; 2: neither. Only the text before the first wildcard can name anything.
    """
    if condition.operator != "stringlike":
        return 0
    text = value.text
    positions = [at for at in (text.find("*"), text.find("?")) if at >= 0]
    if not positions:
        return 0
    prefix = text[: min(positions)]
    if _claim(condition) != "sub":
        return 0 if "/" in prefix or prefix.strip("*?") else 2
    if "repo:".startswith(prefix):
        return 2
    if not prefix.startswith("repo:"):
        return 0
    _, slash, repository = prefix.removeprefix("repo:").partition("/")
    if not slash:
        return 2
    return 0 if ":" in repository else 1
