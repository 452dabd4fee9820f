"""
Trust policies for identity providers: whose tokens can assume the role?

Sources: GitHub documentation, "OpenID Connect reference" (:mod:`pregate.iam.subjects`); IAM User Guide,
"Available keys for AWS OIDC federation" and "Identity-provider controls for shared OIDC providers".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pregate.iam import trust_rules as rules
from pregate.iam.breadth import is_test
from pregate.iam.demands import with_demands
from pregate.iam.document import PolicyDocument
from pregate.iam.providers import SHARED, checks_audience, issuer_of, names_customer
from pregate.iam.remark import Remark, shown
from pregate.iam.statements import Condition, Element, Principal, Statement
from pregate.iam.subjects import Audience, Reach, admitted
from pregate.iam.tables import GITHUB_CLAIMS, GITHUB_PROVIDER
from pregate.model import Rule, Severity

_WEB_IDENTITY = "sts:assumerolewithwebidentity"
_TESTS = ("stringequals", "stringequalsignorecase", "stringlike")


def trust_remarks(
    document: PolicyDocument, statement: Statement, denials: Sequence[Statement]
) -> Iterator[Remark]:
    """
    Remarks on the federated principals of an Allow statement of a trust policy beside the ``denials``.
    """
    if not any(a.text.lower() == _WEB_IDENTITY or "*" in a.text for a in statement.actions):
        return
    for principal in statement.principals:
        if principal.kind != "Federated" or "saml-provider/" in principal.element.text.lower():
            continue
        demanded = with_demands(statement, principal, denials)
        yield from _provider(document, demanded, principal)


def _provider(document: PolicyDocument, statement: Statement, principal: Principal) -> Iterator[Remark]:
    conditions = statement.conditions
    issuer = issuer_of(principal.element.text)
    if issuer not in SHARED:  # it may be known by its claims alone
        named = (c.key.rpartition(":")[0] for c in conditions)
        issuer = next((name for name in named if name in SHARED), issuer)
    if issuer.endswith(GITHUB_PROVIDER) or any(_claim(c) for c in conditions):
        yield from _github(document, statement, principal)
    elif issuer in SHARED:
        if not any(names_customer(c, issuer) for c in conditions):
            yield _stranger(statement, principal, issuer)
            return
    elif not conditions:
        message = "Every identity of the provider can assume the role: there is no condition on the token."
        yield _remark(rules.OIDC_NO_CONDITION, message, principal.element, statement)
        return
    for condition in conditions:
        if condition.if_exists and condition.key.endswith(":sub") and condition.operator in _TESTS:
            message = f"The condition on {shown(condition.key)} holds for a token without that claim."
            yield _remark(rules.OIDC_OPTIONAL_CLAIM, message, _element_of(condition), statement)
    if not any(map(checks_audience, conditions)):
        message = "No condition checks the token's audience (`aud`)."
        yield _remark(rules.OIDC_NO_AUDIENCE, message, principal.element, statement)


def _element_of(condition: Condition) -> Element:
    """The test itself, to point at."""
    return Element(condition.key, condition.pointer)


def _stranger(statement: Statement, principal: Principal, issuer: str) -> Remark:
    name, claims = SHARED[issuer]
    message = (
        f"Every customer of {name} can assume the role: no condition on `{issuer}:{claims[0]}` says whose "
        "tokens are meant."
    )
    return _remark(rules.OIDC_ANY_TENANT, message, principal.element, statement)


def _remark(
    rule: Rule, message: str, element: Element, statement: Statement, severity: Severity | None = None
) -> Remark:
    anchor = (statement.sid, element.text)
    return Remark(rule, message, element.pointer, severity or rule.severity, statement.pointer, anchor)


# ---------------------------------------------------------------------------------------------------- GitHub


def _claim(condition: Condition) -> str:
    """The claim of GitHub's token that a condition is about, or ``""``."""
    provider, _, claim = condition.key.rpartition(":")
    return claim if provider.endswith(GITHUB_PROVIDER) else ""


def _naming(statement: Statement) -> Iterator[Condition]:
    """
    The positive tests of claims that say something of the workflow. A token always has a subject; a test of
    another claim that a missing one passes is none.
    """
    for condition in statement.conditions:
        claim = _claim(condition)
        if claim in GITHUB_CLAIMS and condition.operator in _TESTS and (claim == "sub" or is_test(condition)):
            yield condition


def _github(document: PolicyDocument, statement: Statement, principal: Principal) -> Iterator[Remark]:
    graded = [_widest(condition) for condition in _naming(statement)]
    if not graded:
        message = (
            "Every workflow on GitHub can assume the role: no condition on `sub` says of which repository."
        )
        yield _remark(rules.GITHUB_NO_SUBJECT, message, principal.element, statement)
        return
    # Conditions are all to be met: the narrowest says whose tokens, and any may bound which of them.
    audience, value = min(graded, key=lambda found: (found[0].reach, not found[0].bounded))
    written = shown(document.readable(value.text))
    match audience.reach:
        case Reach.ANYBODY:
            message = f"Any GitHub owner's repository satisfies the condition {written}."
            yield _remark(rules.GITHUB_NO_SUBJECT, message, value, statement)
        case Reach.OWNER:
            message = f"Every repository that matches {written} can assume the role."
            yield _remark(rules.GITHUB_BROAD_SUBJECT, message, value, statement)
        case Reach.WORKFLOW:
            message = f"Every repository that may call the workflow {written} can assume the role"
            message += ", with any revision of it." if audience.open else "."
            severity = Severity.HIGH if audience.open else None
            yield _remark(rules.GITHUB_ANY_CALLER, message, value, statement, severity)
        case Reach.REPOSITORY if not any(found.bounded for found, _ in graded):
            meant = value.text.endswith(":pull_request")  # who writes this knows what it is for
            what = "A pull request's" if meant else "Any branch's"
            message = f"{what} workflow of the repository can assume the role: {written} names no branch."
            yield _remark(rules.GITHUB_ANY_REF, message, value, statement, Severity.INFO if meant else None)


def _widest(condition: Condition) -> tuple[Audience, Element]:
    """What the widest of its values admits."""
    like, claim = condition.operator == "stringlike", _claim(condition)
    found = [(admitted(claim, value.text, like=like), value) for value in condition.values]
    nobody = (Audience(Reach.NOBODY, bounded=True), _element_of(condition))
    return max(found, key=lambda one: (one[0].reach, one[0].open, not one[0].bounded), default=nobody)
