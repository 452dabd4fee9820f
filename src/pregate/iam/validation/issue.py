"""What the validation of a policy says, in the terms of ``accessanalyzer:ValidatePolicy``."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from pregate.iam.document import PolicyDocument
from pregate.iam.statements import Statement, statements_of
from pregate.records import dataclass

if TYPE_CHECKING:
    from datetime import date


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
    """
    What a rule looks at: a policy, read as statements. ``today`` tells the age of tables with a date; None:
    the day on which it is asked.
    """

    document: PolicyDocument
    today: date | None = None

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """The statements that are objects."""
        return statements_of(self.document)

    def is_older(self, dated: str, days: int) -> bool:
        """Whether a table of that date (ISO) is more than so many days old."""
        if self.today is None:
            return dated < time.strftime("%Y-%m-%d", time.gmtime(time.time() - days * 86_400))
        from datetime import timedelta

        return dated < (self.today - timedelta(days)).isoformat()


# A rule yields the issues of the codes that it is for; rules are independent of each other.
Rule = Callable[[Subject], Iterator[Issue]]
