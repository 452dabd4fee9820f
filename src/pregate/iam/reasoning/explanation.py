"""
What a policy says, statement by statement, and how its statements bear on one another: which denials cut into
which grants, and which grants come to nothing. The reasoning decides both; the rest is reading.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from pregate.iam.document import PolicyDocument, to_text
from pregate.iam.reasoning.condition_words import condition_words
from pregate.iam.reasoning.model import Limits, Result
from pregate.iam.reasoning.policies import errors_of
from pregate.iam.reasoning.questions import check_access_not_granted, check_no_new_access
from pregate.iam.reasoning.words import ALL_BUT, holder_of, principal_element_words
from pregate.iam.statements import Element, Principal, Statement, statements_of
from pregate.positions import Array, Node, Object, Scalar
from pregate.records import dataclass, replace

MOST_PAIRS = 2_000
"""So many pairs of a grant and a denial are decided; of the others, nothing is said."""


@dataclass(frozen=True, slots=True)
class Saying:
    """
    One statement (0-based index).

    ``who`` are words; ``actions`` and ``resources`` as written (``all but a, b``): no resource for one
    that is about what the policy is attached to. ``except_for`` are the
    denying statements that take away some of what it grants, ``unsure`` those of which that is not decided;
    ``is_void``: nothing is left of it.
    """

    statement: int
    sid: str
    allows: bool
    who: tuple[str, ...]
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[str, ...]
    except_for: tuple[int, ...] = ()
    unsure: tuple[int, ...] = ()
    is_void: bool = False


@dataclass(frozen=True, slots=True)
class Explanation:
    """The statements in their order; ``is_whole`` is false when time ran out. ``errors``: it is invalid."""

    sayings: tuple[Saying, ...] = ()
    errors: tuple[str, ...] = ()
    is_whole: bool = True


def explain(document: PolicyDocument, limits: Limits) -> Explanation:
    """The explanation of a policy; ``limits`` are for all of it."""
    if errors := errors_of(document):
        return Explanation(errors=errors)
    statements = statements_of(document)
    ends = time.process_time() + limits.seconds
    denials = [number for number, statement in enumerate(statements) if not statement.allows]
    found: list[Saying] = []
    is_whole, pairs = True, 0
    for number, statement in enumerate(statements):
        saying = _saying(document, number, statement)
        left = ends - time.process_time()
        if saying.allows:
            pairs += len(denials) + 1
            if left > 0 and pairs <= MOST_PAIRS:
                saying = _weighed(document, statements, saying, denials, replace(limits, seconds=left))
            else:
                is_whole = False
        found.append(saying)
    return Explanation(tuple(found), is_whole=is_whole)


def _weighed(
    document: PolicyDocument,
    statements: Sequence[Statement],
    saying: Saying,
    denials: Sequence[int],
    limits: Limits,
) -> Saying:
    """The saying with what the denials leave of it."""

    def only(*numbers: int) -> PolicyDocument:
        return _with(document, [statements[number].node for number in numbers])

    alone = only(saying.statement)
    cut: list[int] = []
    unsure: list[int] = []
    for denial in denials:
        match check_no_new_access(alone, only(saying.statement, denial), limits=limits).result:
            case Result.FAIL:
                cut.append(denial)
            case Result.UNKNOWN:
                unsure.append(denial)
    rest = check_access_not_granted(only(saying.statement, *denials), ("*",), (), limits=limits)
    is_void = rest.result is Result.PASS
    return replace(saying, except_for=tuple(cut), unsure=tuple(unsure), is_void=is_void)


def _with(document: PolicyDocument, statements: list[Node]) -> PolicyDocument:
    """The policy with these statements in place of its own."""
    root = document.root
    assert isinstance(root, Object)  # noqa: S101 - a policy without errors is one
    members: list[tuple[Scalar, Node]] = []
    for key, value in root.members:
        is_list = key.text == "Statement"
        members.append((key, Array(statements, value.start, value.end) if is_list else value))
    return replace(document, text=to_text(Object(members, root.start, root.end)))


def _saying(document: PolicyDocument, number: int, statement: Statement) -> Saying:
    conditions = tuple(condition_words(c, document.readable) for c in statement.conditions)
    return Saying(
        number,
        document.readable(statement.sid),
        statement.allows,
        tuple(_who(document, statement)),
        _elements(document, statement.actions, statement.not_actions),
        _elements(document, statement.resources, statement.not_resources),
        conditions,
    )


def _who(document: PolicyDocument, statement: Statement) -> Iterator[str]:
    if statement.not_principals:
        names = [principal_element_words(_written(document, p)) for p in statement.not_principals]
        yield f"everybody but {', '.join(names)}"
    elif statement.principals:
        yield from (principal_element_words(_written(document, p)) for p in statement.principals)
    else:
        yield holder_of(document)


def _written(document: PolicyDocument, principal: Principal) -> str:
    text = document.readable(principal.element.text)
    return text if principal.kind == "*" else f"{principal.kind}: {text}"


def _elements(
    document: PolicyDocument, named: Sequence[Element], others: Sequence[Element]
) -> tuple[str, ...]:
    if others:
        return (ALL_BUT + ", ".join(document.readable(element.text) for element in others),)
    return tuple(document.readable(element.text) for element in named)
