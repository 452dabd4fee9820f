"""
Issues of the trust policies of roles: identity providers, the actions that go with each principal, and
principals that say nothing new.

Sources: IAM User Guide, "IAM policy validation check reference"; IAM Roles Anywhere User Guide, "Trust
model".
"""

from __future__ import annotations

from collections.abc import Iterator

from pregate.expressions import expression
from pregate.iam.document import PolicyKind
from pregate.iam.globs import has_wildcard, matches
from pregate.iam.statements import Element, Principal, Statement
from pregate.iam.validation.issue import Issue, Rule, Spot, Subject

_PROVIDER = expression(r"arn:aws[a-z-]*:iam::[0-9]{12}:(?:saml|oidc)-provider/\S+")
_DOMAIN = expression(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::[0-9]+)?(?:/\S*)?")
_SESSION = expression(r"arn:(aws[a-z-]*):sts::([0-9]{12}):assumed-role/([^/]+)/[^/]+")
_ROLE = expression(r"arn:(aws[a-z-]*):iam::([0-9]{12}):role/(?:[^/]+/)*([^/]+)")
# What each action takes as principals: accounts, users, roles and services; or providers of one protocol.
_PLAIN, _SAML, _OIDC = "plain", "SAML", "OIDC"
_TAKES = {
    "sts:assumerole": _PLAIN,
    "sts:assumerolewithsaml": _SAML,
    "sts:assumerolewithwebidentity": _OIDC,
}
_ANY = frozenset({_PLAIN, _SAML, _OIDC})
_ROLES_ANYWHERE = "rolesanywhere.amazonaws.com"
_ROLES_ANYWHERE_ACTIONS = ("sts:assumerole", "sts:setsourceidentity", "sts:tagsession")


def _allowing(subject: Subject) -> Iterator[Statement]:
    for statement in subject.statements:
        if statement.effect is not None and statement.effect.text == "Allow":
            yield statement


def providers(subject: Subject) -> Iterator[Issue]:
    """Providers that are neither a domain nor the ARN of a provider."""
    if subject.document.kind is not PolicyKind.TRUST:
        return
    for statement in subject.statements:
        for principal in statement.principals:
            element = principal.element
            if principal.kind.lower() != "federated" or element.is_partly_unknown:
                continue
            # Wildcards and variables are other codes' business.
            # In a template an empty text is the default of a parameter that is to be set.
            unset = not element.text and subject.document.resource_type
            if has_wildcard(element.text) or "${" in element.text or unset:
                continue
            if not _PROVIDER.fullmatch(element.text) and not _DOMAIN.fullmatch(element.text):
                details = (
                    "The principal value specifies a federated principal that does not match the expected "
                    "format. Update the federated principal to a domain name or a SAML metadata ARN."
                )
                code = "INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY"
                yield Issue(code, details, (Spot(element.pointer),))


def mismatches(subject: Subject) -> Iterator[Issue]:
    """Actions that none of the statement's principals can take."""
    if subject.document.kind is not PolicyKind.TRUST:
        return
    for statement in _allowing(subject):
        fitting: set[str] = set().union(*map(_fits, statement.principals))
        wrong: dict[str, list[Element]] = {}
        for action in statement.actions if fitting else ():
            if _TAKES.get(action.text.lower()) not in (None, *fitting):
                wrong.setdefault(action.text.lower(), []).append(action)
        if not wrong:
            continue
        named = dict.fromkeys(principal.element.text for principal in statement.principals)
        names = ", ".join(subject.document.readable(name) for name in named)
        for actions in wrong.values():
            details = (
                f"The {actions[0].text} action is invalid with the following principal(s): {names}. Use a "
                "SAML provider principal with the sts:AssumeRoleWithSAML action or use an OIDC provider "
                "principal with the sts:AssumeRoleWithWebIdentity action. Ensure the provider is Federated "
                "if you use either of the two options."
            )
            spots = tuple(Spot(action.pointer) for action in actions)
            yield Issue("MISMATCHED_ACTION_FOR_PRINCIPAL", details, spots)


def _fits(principal: Principal) -> frozenset[str]:
    """The sorts of principal that it is or may be."""
    text, kind = principal.element.text, principal.kind.lower()
    if kind in ("aws", "service") and text != "*":
        return frozenset({_PLAIN})
    if kind != "federated":
        return _ANY
    if ":saml-provider/" in text:
        return frozenset({_SAML})
    if ":oidc-provider/" in text or _DOMAIN.fullmatch(text):
        return frozenset({_OIDC})
    return _ANY


def roles_anywhere(subject: Subject) -> Iterator[Issue]:
    """A policy that trusts IAM Roles Anywhere without all the actions that it takes."""
    if subject.document.kind is not PolicyKind.TRUST:
        return
    trusting = [(statement, item) for statement in _allowing(subject) if (item := _anywhere(statement))]
    if any(statement.not_actions for statement, _ in trusting):
        return
    actions = [action for statement, _ in trusting for action in statement.actions]
    if not trusting or any(action.is_partly_unknown for action in actions):
        return
    patterns = [action.text.lower() for action in actions]
    if not all(any(matches(pattern, name) for pattern in patterns) for name in _ROLES_ANYWHERE_ACTIONS):
        details = (
            f"The {_ROLES_ANYWHERE} service principal requires the sts:AssumeRole, sts:SetSourceIdentity, "
            "and sts:TagSession permissions to assume a role. Add the missing permissions to the policy."
        )
        spots = tuple(Spot(principal.element.pointer) for _, principal in trusting)
        yield Issue("MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY", details, spots)


def _anywhere(statement: Statement) -> Principal | None:
    for principal in statement.principals:
        if principal.kind.lower() == "service" and principal.element.text == _ROLES_ANYWHERE:
            return principal
    return None


def redundant(subject: Subject) -> Iterator[Issue]:
    """Sessions of a role beside the role itself."""
    if subject.document.kind is not PolicyKind.TRUST:
        return
    for statement in subject.statements:
        named = [item.element for item in statement.principals if item.kind.lower() == "aws"]
        named = [element for element in named if not element.is_partly_unknown and "${" not in element.text]
        parents = {role.groups(): role[0] for item in named if (role := _ROLE.fullmatch(item.text))}
        for item in named:
            session = _SESSION.fullmatch(item.text)
            if session and session.groups() in parents and not has_wildcard(item.text):
                details = (
                    f"The assumed-role principal {item.text} is redundant with its parent role "
                    f"{parents[session.groups()]}. Remove the assumed-role principal."
                )
                yield Issue("REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY", details, (Spot(item.pointer),))


RULES: tuple[tuple[tuple[str, ...], Rule], ...] = (
    (("INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY",), providers),
    (("MISMATCHED_ACTION_FOR_PRINCIPAL",), mismatches),
    (("MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY",), roles_anywhere),
    (("REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY",), redundant),
)
