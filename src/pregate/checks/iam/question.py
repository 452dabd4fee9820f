"""A question about access, and the reasons why one has no answer."""

from __future__ import annotations

from collections.abc import Sequence

from pregate.errors import NotEvaluatedError
from pregate.iam import PolicyDocument
from pregate.iam.comparable import comparable
from pregate.records import dataclass, replace

_OPEN = "a value that decides it is known only at deployment"


class BudgetError(NotEvaluatedError):
    """The question was not asked because the budget is used up."""


class UnknownError(NotEvaluatedError):
    """pregate itself has no certain answer; ``codes`` say why."""

    def __init__(self, doubts: Sequence[tuple[str, str]]) -> None:
        self.codes = tuple(dict.fromkeys(code for code, _ in doubts))
        words = dict.fromkeys(words for _, words in doubts)
        super().__init__("; ".join(words) or "there is no certain answer", "")


class InvalidPolicyError(NotEvaluatedError):
    """AWS would refuse the policy (``is_new``), or one that it is compared with."""

    def __init__(self, errors: Sequence[str], *, is_new: bool) -> None:
        self.is_new = is_new
        which = "the policy" if is_new else "the policy that it is compared with"
        super().__init__(f"AWS would refuse {which}: {'; '.join(error.rstrip('.') for error in errors)}", "")


@dataclass(frozen=True, slots=True)
class Question:
    """
    One question: ``check`` is its name in the configuration (``no-new-access``); ``existing`` the policy to
    compare with; ``actions`` and ``resources`` what must not be granted; ``within`` what else bounds the
    policies.
    """

    check: str
    document: PolicyDocument
    existing: PolicyDocument | None = None
    actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    within: tuple[PolicyDocument, ...] = ()

    @property
    def key(self) -> tuple[str, ...]:
        """Everything that the answer of a service depends on."""
        existing = self.existing.text if self.existing else ""
        kind, attached = self.document.kind.value, self.document.resource_type
        head = ("access-1", self.check, kind, attached if self.check == "no-public-access" else "")
        counts = (str(len(self.actions)), str(len(self.resources)))
        return (*head, self.document.text, existing, *counts, *self.actions, *self.resources)


def for_service(question: Question) -> Question:
    """
    The question with a value for everything that a template leaves open. Raises NotEvaluatedError where there
    is none that would do.
    """
    alone = question.existing is None
    document = comparable(question.document, widest=bool(question.resources), alone=alone)
    existing = comparable(question.existing) if question.existing else None
    if document is None or (existing is None and not alone):
        raise NotEvaluatedError(_OPEN, "")
    return replace(question, document=document, existing=existing)
