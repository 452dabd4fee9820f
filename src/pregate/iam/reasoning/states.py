"""
What a policy asks of one variable of a request: tests, and whether some state of the variable passes them.

A variable is ``principal``, ``action``, ``resource``, a condition key, or a proposition that the reasoning
does not look into (there or not there). Its state is absent, one value, or, of a key with several values,
some. The opposite of a test is a test again, and tests of different variables are independent: on that the
search rests.
"""

from __future__ import annotations

import enum
import time
from collections.abc import Iterable, Sequence
from fractions import Fraction

from pregate.iam.reasoning.model import ExhaustedError, Limits
from pregate.iam.reasoning.patterns import Pattern, is_hole
from pregate.iam.reasoning.points import Intervals, find_point
from pregate.iam.reasoning.texts import find_text
from pregate.iam.reasoning.unions import Union
from pregate.records import dataclass, field

Value = Pattern | Fraction | int
State = tuple[Value, ...]  # none: absent
Tests = frozenset["Test"]

PRINCIPAL, ACTION, RESOURCE = "principal", "action", "resource"


class Mode(enum.Enum):
    """Which of a key's values must pass: its one value, one of them, or all of them (at least one)."""

    ONE = "one"
    SOME = "some"
    EVERY = "every"


@dataclass(eq=False, slots=True)
class Test:
    """
    Whether a variable passes: when absent as ``absent`` says, else when its values are in ``content``
    (None: whatever they are) or, if not ``positive``, outside it. Made by :meth:`Space.test` only, so that
    equal ones are the same object.
    """

    variable: str
    absent: bool
    mode: Mode
    content: Union | Intervals | None
    positive: bool
    number: int
    opposite: Test | None = None


@dataclass
class Space:
    """
    The tests of one question, what is known of them, and the work that it may cost.

    ``for_all``: a state counts only if it passes whatever text the holes stand for.
    """

    limits: Limits = field(default_factory=Limits)
    for_all: bool = False

    def __post_init__(self) -> None:
        self.steps = 0
        self.ends_at = time.process_time() + self.limits.seconds
        self.bags: set[str] = set()
        self.bases: dict[str, Test] = {}
        self._tests: dict[tuple[object, ...], Test] = {}
        self._contents: dict[Union | Intervals, Union | Intervals] = {}
        self._known: dict[Tests, State | None] = {}
        self._checked = 0

    def spend(self, steps: int) -> None:
        """Counts work; raises ExhaustedError when there was too much of it."""
        self.steps += steps
        if self.steps > self.limits.steps:
            raise ExhaustedError
        if self.steps - self._checked > 200:
            self._checked = self.steps
            if time.process_time() > self.ends_at:
                raise ExhaustedError

    def test(
        self,
        variable: str,
        content: Union | Intervals | None,
        *,
        positive: bool = True,
        absent: bool = False,
        mode: Mode = Mode.ONE,
    ) -> Test:
        """The test with these properties."""
        if content is not None:
            content = self._contents.setdefault(content, content)
        key = (variable, absent, mode, None if content is None else id(content), positive)
        known = self._tests.get(key)
        if known is None:
            known = Test(variable, absent, mode, content, positive, len(self._tests))
            self._tests[key] = known
        return known

    def copied(self, test: Test) -> Test:
        """The test of another space, in this one."""
        return self.test(
            test.variable, test.content, positive=test.positive, absent=test.absent, mode=test.mode
        )

    def opposite(self, test: Test) -> Test:
        """The test that exactly the other states pass."""
        if test.opposite is None:
            modes = {Mode.SOME: Mode.EVERY, Mode.EVERY: Mode.SOME, Mode.ONE: Mode.ONE}
            test.opposite = self.test(
                test.variable,
                test.content,
                positive=not test.positive,
                absent=not test.absent,
                mode=modes[test.mode],
            )
            test.opposite.opposite = test
        return test.opposite

    def solve(self, tests: Tests) -> State | None:
        """A state that passes all tests of one variable, or None: there is none."""
        if tests in self._known:
            return self._known[tests]
        self.spend(1)
        found = self._solve(tests)
        self._known[tests] = found
        return found

    def _solve(self, tests: Tests) -> State | None:
        variable = next(iter(tests)).variable
        base = self.bases.get(variable)
        ordered = sorted((*tests, base) if base else tests, key=lambda test: test.number)
        if all(test.absent for test in ordered):
            return ()
        if any(test.opposite in tests for test in ordered):
            return None
        if variable not in self.bags:
            value = self._value(ordered)
            return None if value is None else (value,)
        every = [test for test in ordered if test.mode is not Mode.SOME]
        some = [test for test in ordered if test.mode is Mode.SOME]
        values: dict[Value, None] = {}
        for tests_of_one in [[*every, test] for test in some] or [every]:
            value = self._value(tests_of_one)
            if value is None:
                return None
            values[value] = None
        return tuple(values)

    def _value(self, tests: Sequence[Test]) -> Value | None:
        """One value that is in the content of each test, or outside, as it says."""
        if any(test.content is None and not test.positive for test in tests):
            return None
        inside = [test.content for test in tests if test.positive and test.content is not None]
        outside = [test.content for test in tests if not test.positive and test.content is not None]
        if any(isinstance(content, Intervals) for content in (*inside, *outside)):
            return find_point(
                [content for content in inside if isinstance(content, Intervals)],
                [content for content in outside if isinstance(content, Intervals)],
            )
        held = [content for content in inside if isinstance(content, Union)]
        shut = [content for content in outside if isinstance(content, Union)]
        if self.for_all and any(union.has_holes for union in (*held, *shut)):
            shut = [part for union in shut for part in _widest(union, held)]
        return find_text(held, shut, self.spend)


def _widest(union: Union, held: Sequence[Union]) -> tuple[Union, Union]:
    """
    A set of strings as large as it may be: with any text for its holes, and for those of a string. A hole
    that the string has too is the same text in both.
    """
    known = frozenset().union(*(other.holes for other in held))
    same = tuple(p for p in union.patterns if (holes := {s for s in p if is_hole(s)}) and holes <= known)
    rest = tuple(pattern for pattern in union.patterns if pattern not in same)
    return Union(same), Union(rest, loose=True)


def passes(tests: Iterable[Test], value: Pattern) -> bool:
    """Whether one text passes tests of its variable."""
    for test in tests:
        if test.content is None:
            if not test.positive:
                return False
        elif not isinstance(test.content, Union) or test.content.accepts(value) is not test.positive:
            return False
    return True
