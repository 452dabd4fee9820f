"""
What one policy allows more than another, put together so that it can be read: nothing is said twice, and what
a statement gives to the same principals on the same resources is one entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pregate.iam.globs import matches
from pregate.iam.reasoning.model import Request, Result
from pregate.iam.reasoning.remainder import Part
from pregate.iam.reasoning.words import ALL_BUT
from pregate.iam.statements import Condition
from pregate.records import dataclass

MOST_WIDE = 200
MOST_COMPARISONS = 500_000
"""So many parts are tried as covers of others, and so often in all: some may then be said twice."""


@dataclass(frozen=True, slots=True)
class Difference:
    """
    What a statement (0-based index) allows: each of the actions on each of the resources to each of the
    principals, as written, under the conditions. ``result`` is FAIL with an example, or UNKNOWN.
    """

    statement: int
    principals: tuple[str, ...]
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[Condition, ...]
    result: Result
    request: Request | None


def put_together(parts: Sequence[Part]) -> tuple[Difference, ...]:
    """The differences that the parts make, in the order of the statements, what is certain first."""
    groups: dict[tuple[int, Result], list[Part]] = {}
    for part in without_covered(parts):
        groups.setdefault((part.statement, part.result), []).append(part)
    found = [difference for group in groups.values() for difference in _of(group)]
    return tuple(sorted(found, key=lambda d: (d.result is not Result.FAIL, d.statement)))


def without_covered(parts: Sequence[Part]) -> list[Part]:
    """The parts without those that lie in another one that is as certain."""
    wide = sorted(
        (number for number, part in enumerate(parts) if _is_wide(part)),
        key=lambda number: (len(parts[number].conditions), _length(parts[number])),
    )[: min(MOST_WIDE, MOST_COMPARISONS // max(len(parts), 1))]
    gone: set[int] = set()
    for number, part in enumerate(parts):
        for other in wide:
            if other != number and other not in gone and _covers(parts[other], part):
                gone.add(number)
                break
    return [part for number, part in enumerate(parts) if number not in gone]


def _is_wide(part: Part) -> bool:
    return "*" in part.principal + part.action + part.resource or not part.conditions


def _length(part: Part) -> int:
    return len(part.principal) + len(part.action) + len(part.resource)


def _covers(one: Part, other: Part) -> bool:
    """Whether every request of the second part is one of the first, by their texts."""
    return (
        (one.result is Result.FAIL or other.result is not Result.FAIL)
        and _within(one.action.lower(), other.action.lower())
        and _fields_within(one.resource, other.resource)
        and (one.principal in ("*", other.principal) or _is_aws(one.principal, other.principal))
        and _tests(one.conditions) <= _tests(other.conditions)
    )


def _is_aws(one: str, other: str) -> bool:
    return one == "AWS: *" and other.startswith("AWS: ")


def _fields_within(pattern: str, text: str) -> bool:
    """The same for ARNs, whose wildcards stay in their field but for one at the end of the pattern."""
    mine, theirs = pattern.split(":", 5), text.split(":", 5)
    if pattern == "*" or len(mine) == len(theirs) == 6:
        return len(mine) != 6 or all(map(_within, mine, theirs))
    return pattern == text


def _within(pattern: str, text: str) -> bool:
    """Whether a pattern matches all that another one does. The text's wildcards are matched as letters."""
    if pattern in ("*", text):
        return True
    if ALL_BUT in (pattern[: len(ALL_BUT)], text[: len(ALL_BUT)]) or "?" in pattern or "${" in pattern + text:
        return False
    return matches(pattern, text)


def _tests(conditions: Iterable[Condition]) -> set[tuple[str, str, bool, str, frozenset[str]]]:
    return {
        (c.operator, c.qualifier, c.if_exists, c.key, frozenset(value.text for value in c.values))
        for c in conditions
    }


def _of(parts: Sequence[Part]) -> list[Difference]:
    """Parts of one statement: those that share two of their lists become one, resources first."""
    resources: dict[tuple[str, str], dict[str, None]] = {}
    for part in parts:
        resources.setdefault((part.principal, part.action), {})[part.resource] = None
    actions: dict[tuple[str, tuple[str, ...]], dict[str, None]] = {}
    for (principal, action), named in resources.items():
        actions.setdefault((principal, tuple(named)), {})[action] = None
    principals: dict[tuple[tuple[str, ...], tuple[str, ...]], dict[str, None]] = {}
    for (principal, named_resources), named_actions in actions.items():
        principals.setdefault((tuple(named_actions), named_resources), {})[principal] = None
    examples = {(part.principal, part.action, part.resource): part for part in parts}
    found = []
    for (of_actions, on_resources), to in principals.items():
        first = examples[next(iter(to)), of_actions[0], on_resources[0]]
        found.append(
            Difference(
                first.statement,
                tuple(to),
                of_actions,
                on_resources,
                first.conditions,
                first.result,
                first.request,
            )
        )
    return found
