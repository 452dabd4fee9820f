"""
Evaluates the issue codes that can be evaluated offline, and says which were not.

A module of rules has ``RULES``, pairs of the codes that a rule may report and the rule. It may have
``withheld``, a function from the subject to pairs of a code and the reason why it is not evaluated this time
(a table that is too old).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from importlib import import_module

from pregate.iam.document import PolicyDocument
from pregate.iam.validation.codes import CODES, Needs
from pregate.iam.validation.issue import Issue, Rule, Subject
from pregate.iam.validation.locations import Layout
from pregate.records import dataclass

# Modules of this package with rules: those that need the language only, small tables, AWS's services.
MODULES: tuple[str, ...] = (
    "grammar_document",
    "grammar_statements",
    "grammar_resources",
    "grammar_conditions",
    "grammar_values",
    "grammar_variables",
    "grammar_roles",
    "grammar_redundancy",
    "tables_principals",
    "tables_trust",
    "tables_services",
    "tables_controls",
    "tables_sizes",
    "tables_keys",
    "tables_values",
    "tables_federation",
    "services",
    "services_arns",
    "services_conditions",
    "services_resources",
    "services_tags",
)

_REASONS = {
    Needs.GRAMMAR: "There is no rule for it.",
    Needs.TABLES: "There is no rule for it.",
    Needs.SERVICES: "It needs data about AWS's services.",
}


@dataclass(frozen=True)
class Validation:
    """
    What was found in a policy, in the order of its parts, and the codes that were looked for.

    ``not_evaluated`` are the other codes, each with the reason: finding none of these says nothing.
    """

    issues: tuple[Issue, ...]
    evaluated: frozenset[str]
    not_evaluated: tuple[tuple[str, str], ...]


def validate(document: PolicyDocument, *, today: date | None = None) -> Validation:
    """The issues of a policy; ``today`` tells the age of tables with a date."""
    subject = Subject(document, today or datetime.now(UTC).date())
    withheld: dict[str, str] = {}
    rules: list[tuple[frozenset[str], Rule]] = []
    for name in MODULES:
        module = import_module(f"pregate.iam.validation.{name}")
        rules += [(frozenset(codes), rule) for codes, rule in module.RULES]
        tell: Callable[[Subject], Iterable[tuple[str, str]]] = getattr(module, "withheld", _nothing)
        withheld.update(tell(subject))
    # Text that is no JSON never becomes a document (``raw.document_of``).
    known = frozenset({"JSON_SYNTAX_ERROR"}.union(*(codes for codes, _ in rules)))
    evaluated = known - withheld.keys()
    issues = [issue for _, rule in rules for issue in rule(subject) if issue.code in evaluated]
    layout = Layout(document.text, document.root)
    issues.sort(key=lambda issue: (layout.span(issue.spots[0]) if issue.spots else (0, 0), issue.code))
    return Validation(
        tuple(issues),
        evaluated,
        tuple(
            (code.name, withheld.get(code.name, _REASONS[code.needs]))
            for code in CODES.values()
            if code.name not in evaluated
        ),
    )


def _nothing(_: Subject) -> Iterator[tuple[str, str]]:
    return iter(())
