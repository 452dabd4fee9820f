"""
The modules of rules, each with what a policy must have for one of its rules to say something; the issues of a
policy.

Most policies have few of these things: to load modules that say nothing takes a hook longer than to look.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from pregate.iam.document import PolicyDocument, PolicyKind
from pregate.iam.plain import is_global_arn, is_in_plain_form
from pregate.iam.statements import Statement
from pregate.iam.validation.issue import Issue, Rule, Subject

if TYPE_CHECKING:
    from datetime import date

_OF_RESOURCES = (PolicyKind.RESOURCE, PolicyKind.TRUST)
_SHORTEST_QUOTA = 2_048  # characters
_ROLES = ("iam:passrole", "iam:createservicelinkedrole")

Condition = Callable[[Subject], bool]


def _is_not_plain(subject: Subject) -> bool:
    return not is_in_plain_form(subject.document, subject.statements)


def _has_statements(subject: Subject) -> bool:
    return bool(subject.statements)


def _has(*elements: str) -> Condition:
    """Whether a statement has one of these elements, by their lower-case names."""
    return lambda subject: any(not s.elements.isdisjoint(elements) for s in subject.statements)


_has_conditions = _has("condition")
_has_principals = _has("principal", "notprincipal")


def _has_other_arns(subject: Subject) -> bool:
    """ARNs of which more can be said than that they are of the usual form."""
    return any(
        resource.text != "*" and not is_global_arn(resource.text)
        for statement in subject.statements
        for resource in (*statement.resources, *statement.not_resources)
    )


def _has_wild_services(subject: Subject) -> bool:
    return any(
        "*" in service or "?" in service
        for statement in subject.statements
        for action in (*statement.actions, *statement.not_actions)
        for service, colon, _ in (action.text.partition(":"),)
        if colon
    )


def _has_variables(subject: Subject) -> bool:
    text = subject.document.text
    return "${" in text or "\\" in text  # or an escape, which may hide one


def _may_give_roles(subject: Subject) -> bool:
    def may(statement: Statement) -> bool:
        return "notaction" in statement.elements or any(
            "*" in action.text or "?" in action.text or action.text.lower() in _ROLES
            for action in statement.actions
        )

    return subject.document.kind is PolicyKind.IDENTITY and any(map(may, subject.statements))


def _may_be_redundant(subject: Subject) -> bool:
    def has_lists(statement: Statement) -> bool:
        lists = (statement.actions, statement.not_actions, statement.resources, statement.not_resources)
        return any(len(listed) > 1 for listed in lists)

    return len(subject.statements) > 1 or any(map(has_lists, subject.statements))


def _is(*kinds: PolicyKind) -> Condition:
    return lambda subject: subject.document.kind in kinds


def _any(*conditions: Condition) -> Condition:
    return lambda subject: any(condition(subject) for condition in conditions)


# Modules of this package with rules: those that need the language only, small tables, AWS's services.
MODULES: Mapping[str, Condition] = {
    "grammar_document": _is_not_plain,
    "grammar_statements": _is_not_plain,
    "grammar_resources": _any(_has_other_arns, _has_wild_services),
    "grammar_conditions": _has_conditions,
    "grammar_values": _has_conditions,
    "grammar_variables": _has_variables,
    "grammar_roles": _may_give_roles,
    "grammar_redundancy": _may_be_redundant,
    "tables_principals": _any(_is(*_OF_RESOURCES), _has_principals),
    "tables_trust": _is(PolicyKind.TRUST),
    "tables_services": _any(_has_principals, _has_conditions),
    "tables_controls": _is(PolicyKind.RESOURCE_CONTROL),
    "tables_sizes": lambda subject: len(subject.document.text) > _SHORTEST_QUOTA,
    "tables_keys": _has_conditions,
    "tables_values": _any(_has_other_arns, _has_conditions),
    "tables_federation": _is(*_OF_RESOURCES),
    "services": _has_statements,  # also withholds codes of the others
    "services_arns": _has_statements,
    "services_conditions": _has_conditions,
    "services_resources": _is(*_OF_RESOURCES),
    "services_tags": _has_conditions,
}


def issues_of(document: PolicyDocument, *, today: date | None = None) -> tuple[Issue, ...]:
    """The issues of a policy, in the order of its parts; ``today`` tells the age of tables with a date."""
    subject = Subject(document, today)
    rules, withheld = rules_in((name for name, needs in MODULES.items() if needs(subject)), subject)
    return found_by((rule for _, rule in rules), frozenset(withheld), subject)


def rules_in(
    names: Iterable[str], subject: Subject
) -> tuple[list[tuple[frozenset[str], Rule]], dict[str, str]]:
    """The rules of these modules with their codes; the codes that are withheld, each with the reason."""
    withheld: dict[str, str] = {}
    rules: list[tuple[frozenset[str], Rule]] = []
    for name in names:
        module = import_module(f"pregate.iam.validation.{name}")
        rules += [(frozenset(codes), rule) for codes, rule in module.RULES]
        tell: Callable[[Subject], Iterable[tuple[str, str]]] = getattr(module, "withheld", _nothing)
        withheld.update(tell(subject))
    return rules, withheld


def found_by(rules: Iterable[Rule], withheld: frozenset[str], subject: Subject) -> tuple[Issue, ...]:
    """What rules say of a policy but for some codes, in the order of its parts."""
    issues = [issue for rule in rules for issue in rule(subject) if issue.code not in withheld]
    if len(issues) > 1:
        from pregate.iam.validation.locations import Layout

        layout = Layout(subject.document.text, subject.document.root)
        issues.sort(key=lambda issue: (layout.span(issue.spots[0]) if issue.spots else (0, 0), issue.code))
    return tuple(issues)


def _nothing(_: Subject) -> Iterator[tuple[str, str]]:
    return iter(())
