"""
Reasoning about access: what policies allow, decided without AWS.

Nothing here asks anybody: a policy is a set of requests, and questions about policies are about whether a set
is empty. docs/iam-engine.md has the model and its limits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pregate.iam.reasoning.model import Decision, Doubt, Limits, Principal, Reading, Request, Result
from pregate.iam.reasoning.questions import (
    check_access_not_granted,
    check_no_new_access,
    check_no_public_access,
)

if TYPE_CHECKING:
    from pregate.iam.reasoning.remainder import Part, Remainder, new_access

__all__ = [
    "Decision",
    "Doubt",
    "Limits",
    "Part",
    "Principal",
    "Reading",
    "Remainder",
    "Request",
    "Result",
    "check_access_not_granted",
    "check_no_new_access",
    "check_no_public_access",
    "new_access",
]


def __getattr__(name: str) -> Any:
    """The inventory of a difference is imported when somebody asks for one."""
    if name not in ("Part", "Remainder", "new_access"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from pregate.iam.reasoning import remainder

    return getattr(remainder, name)
