"""What the rules with small tables ask of a statement, so that a part that is not known decides nothing."""

from __future__ import annotations

from collections.abc import Iterator

from pregate.iam.document import TOKEN, children
from pregate.iam.globs import has_wildcard, matches
from pregate.iam.statements import Condition, Element, Statement
from pregate.positions import Object

MAX_AGE_DAYS = 180
# Operators that compare with values of a policy as text.
TEXT_OPERATORS = frozenset(
    {
        "stringequals",
        "stringequalsignorecase",
        "stringlike",
        "stringnotequals",
        "stringnotequalsignorecase",
        "stringnotlike",
    }
)
EQUAL = frozenset({"stringequals", "stringequalsignorecase", "stringlike"})


def allows(statement: Statement) -> bool:
    """Whether it allows, for certain."""
    return statement.effect is not None and statement.effect.text == "Allow"


def denies(statement: Statement) -> bool:
    """Whether it denies, for certain."""
    return statement.effect is not None and statement.effect.text == "Deny"


def is_settled(statement: Statement) -> bool:
    """Whether all its condition keys are known, so that the absence of one says something."""
    for _, name, blocks in children(statement.node):
        if name is None or name.text.lower() != "condition":
            continue
        if not isinstance(blocks, Object):
            return False
        for _, operator, block in children(blocks):
            if operator is None or TOKEN.search(operator.text) or not isinstance(block, Object):
                return False
            if any(key is not None and TOKEN.search(key.text) for _, key, _ in children(block)):
                return False
    return True


def plain_values(condition: Condition) -> Iterator[Element]:
    """Its values that are known and hold neither a policy variable nor a wildcard."""
    for value in condition.values:
        if not value.is_partly_unknown and "${" not in value.text and not has_wildcard(value.text):
            yield value


def covers(statement: Statement, action: str) -> bool:
    """Whether Action covers an action (in lower case), or may."""
    return any(item.is_partly_unknown or matches(item.text.lower(), action) for item in statement.actions)
