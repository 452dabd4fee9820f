"""A request, put before an evaluation that shares no code with the search that found it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from pregate.iam.reasoning.cases import Documents
from pregate.iam.reasoning.model import Reading, Request
from pregate.records import dataclass

if TYPE_CHECKING:
    from pregate.iam.evaluation import Policy


@dataclass
class Witness:
    """Confirms requests of one question."""

    documents: Documents

    @cached_property
    def _policies(self) -> tuple[Policy, Policy | None, tuple[Policy, ...]]:
        from pregate.iam.evaluation import load

        documents = self.documents
        existing = load(documents.existing) if documents.existing else None
        return load(documents.new), existing, tuple(load(document) for document in documents.within)

    def confirms(self, request: Request, reading: Reading) -> bool:
        """Whether the new policy allows the request, the bounding ones do, and the existing one does not."""
        # Only what was found is put before it: most questions end without.
        from pregate.iam.evaluation import UndecidedError, allows

        try:
            new, existing, within = self._policies
            if not allows(new, request, reading, within=within):
                return False
            return existing is None or not allows(existing, request, reading)
        except UndecidedError:
            return False
