"""``pregate iam diff`` and ``explain``: what policies mean, in words and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pregate.entry.iam_answers import Answer, doubts_data, refused, request_data, statement_line
from pregate.entry.policies import Given
from pregate.iam.document import PolicyDocument, PolicyKind
from pregate.iam.reasoning import Doubt, Limits, Result, new_access
from pregate.iam.reasoning.condition_words import condition_words
from pregate.iam.reasoning.differences import Difference, put_together
from pregate.iam.reasoning.explanation import Saying, explain
from pregate.iam.reasoning.words import (
    ALL_BUT,
    Written,
    deed_words,
    example_words,
    holder_of,
    listed,
    plain,
    principal_element_words,
    readable_of,
    sentence_for,
)
from pregate.iam.statements import Statement, statements_of

MOST_SHOWN = 12
"""Elements of one list that are shown as text; JSON has all of them."""
MOST_IN_WORDS = 3
"""A longer list of actions is easier to read by their names."""
_Doubts = Sequence[tuple[Doubt, str]]


# ------------------------------------------------------------------------------------------------------- diff


def difference(old: Given, new: Given, within: Sequence[Given], limits: Limits) -> Answer:
    """What is gained and lost from the old policy to the new one."""
    bounds = [given.document for given in within]
    gained = new_access(new.document, old.document, within=bounds, limits=limits)
    lost = new_access(old.document, new.document, within=bounds, limits=limits)
    if errors := tuple(dict.fromkeys((*gained.errors, *lost.errors))):
        return refused(errors)
    gaps = [(Doubt.TEMPLATE, gap) for given in (old, new, *within) for gap in given.gaps]
    doubts = tuple(dict.fromkeys((*gaps, *gained.doubts, *lost.doubts)))
    sides = {
        "gained": _Side(new.document, put_together(gained.parts), "the old policy does not allow it"),
        "lost": _Side(old.document, put_together(lost.parts), "the new policy does not allow it"),
    }
    data: dict[str, Any] = {name: list(side.data()) for name, side in sides.items()}
    data["doubts"] = doubts_data(doubts)
    unsure = bool(doubts) or any(d.result is not Result.FAIL for s in sides.values() for d in s.differences)
    changed = any(side.differences for side in sides.values())
    return Answer(data, list(_difference_lines(sides, doubts)), 3 if unsure else int(changed))


_UNDENIED = "what the policy does not deny"


class _Side:
    """The differences of one direction: what ``document`` allows and the other one does not."""

    def __init__(self, document: PolicyDocument, differences: Sequence[Difference], closing: str) -> None:
        self.document, self.differences, self.closing = document, differences, closing
        self.statements: Mapping[int, Statement] = dict(enumerate(statements_of(document)))

    def data(self) -> Iterator[dict[str, Any]]:
        for each in self.differences:
            # None: what a control policy no longer denies is allowed by no statement of its own.
            statement = self.statements.get(each.statement)
            entry: dict[str, Any] = {"statementIndex": each.statement if statement else None}
            if statement and statement.sid:
                entry["statementId"] = self.document.readable(statement.sid)
            entry["certain"] = each.result is Result.FAIL
            entry["principals"] = self._readable(filter(None, each.principals))
            entry["actions"] = self._readable(each.actions)
            entry["resources"] = self._readable(each.resources)
            entry["conditions"] = [condition_words(c, self.document.readable) for c in each.conditions]
            if each.request is not None:
                entry["request"] = request_data(each.request, self.document)
                entry["witness"] = self._witness(each)
            yield entry

    def lines(self) -> Iterator[str]:
        for each in self.differences:
            statement = self.statements.get(each.statement)
            where = statement_line(self.document, each.statement, statement) if statement else _UNDENIED
            certain = "" if each.result is Result.FAIL else ", perhaps"
            yield f"  {self._who(each)}: {_some(self._readable(each.actions))}{certain}"
            if self.document.kind is not PolicyKind.TRUST:
                yield f"    on {_some(self._readable(each.resources))}"
            yield from _condition_lines([condition_words(c, self.document.readable) for c in each.conditions])
            yield f"    by {where}"
            if each.request is not None:
                kind, readable = self.document.kind, readable_of(self.document)
                yield f"    for example {example_words(each.request, kind, _written(each), readable)}"

    def _witness(self, each: Difference) -> str:
        assert each.request is not None  # noqa: S101 - asked only then
        return sentence_for(self.document, each.request, _written(each), self.closing)

    def _who(self, each: Difference) -> str:
        named = [principal_element_words(text) for text in self._readable(filter(None, each.principals))]
        return _some(named) if named else holder_of(self.document)

    def _readable(self, texts: Any) -> list[str]:
        return [self.document.readable(text) for text in texts]


def _written(each: Difference) -> Written:
    """The elements that the example of a difference comes from: the first of each list."""
    return Written(each.principals[0], each.actions[0], each.resources[0])


def _condition_lines(conditions: Sequence[str]) -> Iterator[str]:
    yield from (f"    {'and' if number else 'if'} {words}" for number, words in enumerate(conditions))


def _difference_lines(sides: Mapping[str, _Side], doubts: _Doubts) -> Iterator[str]:
    for name, side in sides.items():
        if side.differences:
            yield f"{name}:"
            yield from side.lines()
    if doubts:
        yield "not decided:"
        yield from (f"  {doubt}: {plain(words)}" for doubt, words in doubts)
    elif not any(side.differences for side in sides.values()):
        yield "no difference in access"


def _some(texts: Sequence[str]) -> str:
    """A list of texts, the first of them only when it is long."""
    shown = [plain(text) for text in texts[:MOST_SHOWN]]
    if len(texts) > MOST_SHOWN:
        shown.append(f"{len(texts) - MOST_SHOWN} more")
    return listed(shown)


# ---------------------------------------------------------------------------------------------------- explain


def explanation(given: Given, limits: Limits) -> Answer:
    """What a policy says."""
    document = given.document
    found = explain(document, limits)
    if found.errors:
        return refused(found.errors)
    doubts = [(Doubt.TEMPLATE, gap) for gap in given.gaps]
    if not found.is_whole:
        doubts.append(
            (Doubt.BUDGET, "how the statements bear on one another was not decided for all of them")
        )
    data = {
        "policyType": document.kind.value,
        "statements": [_saying_data(saying) for saying in found.sayings],
        "doubts": doubts_data(doubts),
    }
    lines = list(_explanation_lines(document, found.sayings))
    if doubts:
        lines += ["not decided:", *(f"  {doubt}: {plain(words)}" for doubt, words in doubts)]
    return Answer(data, lines, 3 if doubts else 0)


def _saying_data(saying: Saying) -> dict[str, Any]:
    data: dict[str, Any] = {"statementIndex": saying.statement}
    if saying.sid:
        data["statementId"] = saying.sid
    data["effect"] = "Allow" if saying.allows else "Deny"
    data["principals"] = list(saying.who)
    data["actions"] = list(saying.actions)
    data["resources"] = list(saying.resources)
    data["conditions"] = list(saying.conditions)
    if saying.allows:
        data["deniedInPartBy"] = list(saying.except_for)
        data["perhapsDeniedBy"] = list(saying.unsure)
        data["grantsNothing"] = saying.is_void
    return data


def _explanation_lines(document: PolicyDocument, sayings: Sequence[Saying]) -> Iterator[str]:
    groups: dict[tuple[bool, tuple[str, ...]], list[Saying]] = {}
    for saying in sayings:
        groups.setdefault((not saying.allows, saying.who), []).append(saying)
    guards = (PolicyKind.SERVICE_CONTROL, PolicyKind.RESOURCE_CONTROL)
    if document.kind not in guards and not any(saying.allows for saying in sayings):
        yield "nobody may do anything by this policy"
    statements = dict(enumerate(statements_of(document)))
    for (denies, who), inside in sorted(groups.items(), key=lambda group: group[0][0]):
        never = " never" if denies else ""
        yield "nobody may:" if denies and who == ("anybody",) else f"{_some(who)} may{never}:"
        for saying in inside:
            yield from _saying_lines(document, saying, statements.get(saying.statement))


def _saying_lines(document: PolicyDocument, saying: Saying, statement: Statement | None) -> Iterator[str]:
    deeds = _deeds(document.kind, saying)
    yield f"  {'call ' if len(deeds) > MOST_IN_WORDS else ''}{_some(deeds)}"
    if saying.resources and document.kind is not PolicyKind.TRUST:
        yield f"    on {_some(saying.resources)}"
    yield from _condition_lines(saying.conditions)
    if saying.is_void:
        yield "    but nothing is left of it"
    elif saying.except_for:
        yield f"    except for what {_numbers(saying.except_for)} denies"
    if saying.unsure:
        yield f"    perhaps except for what {_numbers(saying.unsure)} denies"
    yield f"    by {statement_line(document, saying.statement, statement)}"


def _deeds(kind: PolicyKind, saying: Saying) -> list[str]:
    """A few actions in words, with the element as written where the words do not hold it; many as written."""
    if len(saying.actions) > MOST_IN_WORDS:
        return list(saying.actions)
    resource = "*" if saying.resources == ("*",) else ""
    found = []
    for action in saying.actions:
        words = deed_words(action, resource, kind)
        is_told = action == "*" or action.removeprefix(ALL_BUT) in words
        found.append(words if is_told else f"{words} ({action})")
    return found


def _numbers(statements: Sequence[int]) -> str:
    return f"statement {listed([str(number) for number in statements])}"
