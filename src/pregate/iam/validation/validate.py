"""
Evaluates the issue codes that can be evaluated offline, and says which were not.

A module of rules has ``RULES``, pairs of the codes that a rule may report and the rule. It may have
``withheld``, a function from the subject to pairs of a code and the reason why it is not evaluated this time
(a table that is too old).
"""

from __future__ import annotations

from datetime import date

from pregate.iam.document import PolicyDocument
from pregate.iam.validation import issues
from pregate.iam.validation.codes import CODES, Needs
from pregate.iam.validation.issue import Issue, Subject
from pregate.records import dataclass

MODULES: tuple[str, ...] = tuple(issues.MODULES)

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
    subject = Subject(document, today)
    rules, withheld = issues.rules_in(MODULES, subject)
    # Text that is no JSON never becomes a document (``raw.document_of``).
    known = frozenset({"JSON_SYNTAX_ERROR"}.union(*(codes for codes, _ in rules)))
    evaluated = known - withheld.keys()
    return Validation(
        issues.found_by((rule for _, rule in rules), frozenset(withheld), subject),
        evaluated,
        tuple(
            (code.name, withheld.get(code.name, _REASONS[code.needs]))
            for code in CODES.values()
            if code.name not in evaluated
        ),
    )
