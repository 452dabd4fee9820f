"""What the iam check needs from outside to judge access."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pregate.records import dataclass

if TYPE_CHECKING:
    from pregate.checks.base import AccessChecker, AnswerStore
    from pregate.checks.iam.reference import Bound, Reference


@dataclass(frozen=True, slots=True)
class Judge:
    """
    What the comparison needs from outside: which service may be asked (None: none), what remembers its
    answers, the reference policies, and what else bounds policies.
    """

    checker: AccessChecker | None = None
    store: AnswerStore | None = None
    references: tuple[Reference, ...] = ()
    bounds: tuple[Bound, ...] = ()
