"""Reference policies: what the organisation lets policies of a place allow at most."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass

from pregate.config import ReferencePolicy
from pregate.errors import UsageError
from pregate.iam import PolicyDocument, PolicyKind, extract
from pregate.positions import PositionError, decode

# A file cannot say that its policy is a control policy; the grammar is the same.
_WRITTEN_AS = {
    PolicyKind.SERVICE_CONTROL: PolicyKind.IDENTITY,
    PolicyKind.RESOURCE_CONTROL: PolicyKind.RESOURCE,
}


@dataclass(frozen=True, slots=True)
class Reference:
    """What policies in files that match ``glob`` may allow at most; ``path`` is where it is written."""

    glob: str
    path: str
    document: PolicyDocument

    def is_for(self, document: PolicyDocument) -> bool:
        """Whether it is the reference for this policy: by its file, and by its kind."""
        kind = _WRITTEN_AS.get(document.kind, document.kind)
        return fnmatch.fnmatchcase(document.places[0].value.path, self.glob) and kind is self.document.kind


def read_reference(row: ReferencePolicy, data: bytes | None) -> Reference:
    """
    The reference of one row of ``iam.reference-policies``; ``data`` is its file at the trusted revision.

    Raises UsageError when there is no such file, or not exactly one policy in it.
    """
    if data is None:
        raise UsageError(
            f"iam.reference-policies: there is no file {row.policy} in the revision that the change is "
            "compared with",
            "Give a path from the root of the repository, and bring the file in before the key.",
        )
    try:
        documents = extract(row.policy, decode(data)).documents
    except PositionError as error:
        raise UsageError(f"iam.reference-policies: {row.policy}: {error.message}", "Mend the file.") from None
    if len(documents) != 1 or documents[0].unknowns:
        raise UsageError(
            f"iam.reference-policies: {row.policy} does not hold exactly one policy", "One file, one policy."
        )
    return Reference(row.match, row.policy, documents[0])
