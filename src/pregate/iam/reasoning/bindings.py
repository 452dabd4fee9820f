"""
Values of policy variables that are worth a try when a request is looked for.

A request has one value for a variable, so that any value for which access is new settles the question. None
of these that does leaves it open.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Mapping

from pregate.iam.reasoning.cases import Case
from pregate.iam.reasoning.patterns import is_exact
from pregate.iam.reasoning.policies import Clause
from pregate.iam.reasoning.states import Mode, Test
from pregate.iam.reasoning.unions import Union
from pregate.iam.statements import statements_of

_MOST = 24
_SEPARATORS = re.compile(r"[/:*?{}$,'\s]+")
_FRESH = ("alice", "bob", "carol", "dave", "erin")


def values_to_try(case: Case, index: int, variables: tuple[str, ...]) -> Iterator[Mapping[str, str | None]]:
    """
    Values by key: first ones that the policies do not name, then, for each key, those that its own
    conditions ask for, parts of the policies' strings, and none at all. ``index`` is the statement that
    matters, -1: any.
    """
    if not variables:
        yield {}
        return
    plain: dict[str, str | None] = {key: _fresh(case, key) for key in variables}
    asked = {key: value for key in variables if (value := _asked_for(case, index, key)) is not None}
    yield plain | asked
    if asked:
        yield plain
    count = 0
    for key in variables:
        for value in (None, *_parts(case)):
            yield plain | asked | {key: value}
            count += 1
            if count >= _MOST:
                return


def values_asked_for(case: Case, clause: Clause) -> Iterator[Mapping[str, str | None]]:
    """
    Every value that a statement's own conditions leave for the keys of policy variables; nothing when they
    leave too many.
    """
    options: list[list[tuple[str, str]]] = []
    for key in case.compiler.variables:
        texts = [
            c.texts
            for t in clause.tests
            if t.variable == key and t.mode is Mode.ONE and (c := _strings(t)) and not t.absent
        ]
        counted = [text for text in texts if text is not None]
        if counted:
            fewest = min(counted, key=frozenset.__len__)
            options.append([(key, text) for text in sorted(fewest)])
    if options and math.prod(len(option) for option in options) <= _MOST:
        for chosen in itertools.product(*options):
            yield dict(chosen)


def _strings(test: Test) -> Union | None:
    return test.content if test.positive and isinstance(test.content, Union) else None


def _fresh(case: Case, key: str) -> str:
    if key.endswith(("account", "accountid")):
        return "444455556666"
    text = "".join(document.text for document in case.documents.all)
    return next((name for name in _FRESH if name not in text), "somebody-else")


def _asked_for(case: Case, index: int, key: str) -> str | None:
    """A value that the statement's own conditions on the key are content with."""
    for clause in case.new.allows:
        if index in (-1, clause.index):
            tests: frozenset[Test] = frozenset(t for t in clause.tests if t.variable == key)
            state = case.space.solve(tests) if tests else None
            if state and isinstance(state[0], tuple) and is_exact(state[0]):
                return "".join(state[0])
    return None


def _parts(case: Case) -> list[str]:
    """Words of the policies' resources and condition values."""
    words: dict[str, None] = {}
    for text in case.documents.listed:
        words |= dict.fromkeys(w for w in _SEPARATORS.split(text) if 0 < len(w) < 65)
    for document in case.documents.all:
        for statement in statements_of(document):
            elements = [*statement.resources, *statement.not_resources]
            elements += [value for condition in statement.conditions for value in condition.values]
            for element in elements[:50]:
                words |= dict.fromkeys(w for w in _SEPARATORS.split(element.text) if 0 < len(w) < 65)
    return [word for word in words if word not in ("arn", "aws")][:_MOST]
