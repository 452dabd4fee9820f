"""What the validation of a policy says, in the terms of ``accessanalyzer:ValidatePolicy``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import cached_property

from pregate.iam.document import PolicyDocument
from pregate.iam.statements import Statement, statements_of
from pregate.records import dataclass


@dataclass(frozen=True, slots=True)
class Spot:
    """
    A part of a policy: the value at a JSON pointer, its key (``on_key``), or of a string's value a substring,
    ``(start, length)`` in code points.
    """

    pointer: str
    on_key: bool = False
    substring: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is wrong. ``code`` is one of ``codes.CODES``, which says its type."""

    code: str
    details: str
    spots: tuple[Spot, ...]


@dataclass(frozen=True)
class Subject:
    """What a rule looks at: a policy, read as statements. ``today`` tells the age of tables with a date."""

    document: PolicyDocument
    today: date = date.min

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """The statements that are objects."""
        return statements_of(self.document)


# A rule yields the issues of the codes that it is for; rules are independent of each other.
Rule = Callable[[Subject], Iterator[Issue]]
