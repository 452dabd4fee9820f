"""What the iam check needs from outside to judge access."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pregate.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pregate.checks.base import AccessChecker, AnswerStore, Pair
    from pregate.checks.iam.reference import Bound, Reference
    from pregate.config import IamConfig


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

    def has_nothing_to_ask(self, config: IamConfig, pairs: Sequence[Pair], removed: Sequence[Pair]) -> bool:
        """
        Whether every policy is a new one of an identity, and nothing says what such a policy may not grant.

        A necessary condition of a comparison without a word, which need not be made then.
        """
        from pregate.iam.document import PolicyDocument, PolicyKind

        given = self.checker or self.references or self.bounds
        if given or config.sensitive_actions or config.sensitive_resources:
            return False
        if any(side.facts for pair in (*pairs, *removed) for side in pair.bases):
            return False
        facts = [fact for pair in pairs for fact in pair.head.facts]
        return all(isinstance(f, PolicyDocument) and f.kind is PolicyKind.IDENTITY for f in facts)
