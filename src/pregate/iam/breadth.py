"""How much an action, a resource or a condition covers."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_network

from pregate.iam.document import TOKEN
from pregate.iam.globs import has_wildcard, is_everything, matches
from pregate.iam.plain import is_all_of_a_kind
from pregate.iam.statements import Condition, Element, Statement
from pregate.iam.tables import RESOURCE_KEYS, SOURCE_KEYS

_LIKE = ("stringlike", "arnlike", "arnequals")  # ArnEquals and ArnLike behave identically (IAM User Guide)
POSITIVE = (*_LIKE, "stringequals", "stringequalsignorecase", "ipaddress")


def is_every_action(action: str) -> bool:
    """``*``, ``*:*`` and their disguises."""
    return "*" in action and not action.strip("*?:")


def service_of(action: str) -> tuple[str, bool]:
    """The service part in lower case, and whether all of its actions are meant."""
    service, colon, name = action.partition(":")
    return service.lower(), bool(colon) and is_everything(name)


def covered(action: str, known: Iterable[str]) -> list[str]:
    """Those of the known actions that an action pattern matches; case does not matter."""
    pattern = action.lower()
    service, colon, _ = pattern.partition(":")
    if not colon and not is_everything(pattern):
        return []
    if colon and not has_wildcard(service):
        known = [name for name in known if name.startswith(service)]  # services are lower-case
    return [name for name in known if matches(pattern, name.lower())]


def is_every_resource(resource: str) -> bool:
    """Only wildcards."""
    return is_everything(resource)


def broad_resource(statement: Statement) -> Element | None:
    """The first resource of a statement that covers all of a kind."""
    return next((r for r in statement.resources if is_all_of_a_kind(r.text)), None)


def narrows_resource(statement: Statement, besides: str = "") -> bool:
    """
    Whether a condition, ``besides`` one key, limits the statement to some resources, or to a use of them, by
    a positive test.
    """
    return any(
        c.key != besides
        and (c.key in RESOURCE_KEYS or "resourcetag/" in c.key or c.key.startswith("s3:existingobjecttag/"))
        and is_test(c)
        and not all(is_everything(value.text) for value in c.values)
        for c in statement.conditions
    )


def narrows_source(statement: Statement) -> bool:
    """Whether a condition limits who may ask, or from where, to fixed values."""
    return any(c.key in SOURCE_KEYS and is_test(c) and is_fixed(c) for c in statement.conditions)


def is_test(condition: Condition) -> bool:
    """
    A positive test that a request without the key does not pass.

    ``IfExists`` and ``ForAllValues`` pass when the key is missing (IAM User Guide, "Condition operators").
    """
    missing_passes = condition.if_exists or condition.qualifier == "forallvalues"
    return condition.operator in POSITIVE and not missing_passes and bool(condition.values)


def is_fixed(condition: Condition) -> bool:
    """Whether the values of a test name something: no wildcards only, no ARN without an account."""
    if condition.operator == "ipaddress":
        return all(_is_small_network(value.text) for value in condition.values)
    if condition.operator not in _LIKE:
        return True
    if condition.key.endswith(("arn", "sourcearn")):
        return all(_is_fixed_arn(value.text) for value in condition.values)
    return all(value.text.strip("*?") for value in condition.values)


def _is_small_network(text: str) -> bool:
    if TOKEN.search(text):
        return True
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        return True  # AWS refuses it: nobody is let in
    # Wider than a /8 (IPv4) or /32 (IPv6) is public: Amazon S3 User Guide, "The meaning of public".
    return network.prefixlen >= (8 if network.version == 4 else 32)


def _is_fixed_arn(text: str) -> bool:
    """An ARN that names an account, or a resource of a service whose ARNs have none (S3)."""
    if not has_wildcard(text):
        return True
    fields = text.split(":", 5)
    if len(fields) < 6:
        return bool(TOKEN.search(text))
    account, resource = fields[4], fields[5]
    return bool(account.strip("*?")) or (not account and bool(resource.strip("*?/")))
