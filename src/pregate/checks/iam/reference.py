"""Policies of the organisation that others are held against: references, and what bounds them."""

from __future__ import annotations

import fnmatch

from pregate.config import Boundary, ReferencePolicy
from pregate.errors import UsageError
from pregate.iam import PolicyDocument, PolicyKind, extract
from pregate.iam.comparable import as_guard
from pregate.positions import PositionError, decode
from pregate.records import dataclass, replace

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


@dataclass(frozen=True, slots=True)
class Bound:
    """
    A permissions boundary or service control policy that bounds what identity policies in files that match
    ``glob`` grant; ``path`` is where it is written.
    """

    glob: str
    path: str
    document: PolicyDocument

    def is_for(self, document: PolicyDocument) -> bool:
        """Whether it bounds this policy. It never bounds itself, nor a policy that grants nothing."""
        path = document.places[0].value.path
        bounded = document.kind is PolicyKind.IDENTITY and document.label("use") != "permissions-boundary"
        return bounded and path != self.path and fnmatch.fnmatchcase(path, self.glob)


def read_reference(row: ReferencePolicy, data: bytes | None) -> Reference:
    """
    The reference of one row of ``iam.reference-policies``; ``data`` is its file at the trusted revision.

    Raises UsageError when there is no such file, or not exactly one policy in it.
    """
    return Reference(row.match, row.policy, _only_policy("iam.reference-policies", row.policy, data))


def read_bound(row: Boundary, data: bytes | None) -> Bound:
    """One row of ``iam.boundaries``, read as :func:`read_reference` reads. Raises UsageError as it does."""
    document = _only_policy("iam.boundaries", row.policy, data)
    if row.kind == PolicyKind.SERVICE_CONTROL.value:
        document = as_guard(replace(document, kind=PolicyKind.SERVICE_CONTROL))
    return Bound(row.match, row.policy, document)


def _only_policy(key: str, path: str, data: bytes | None) -> PolicyDocument:
    if data is None:
        raise UsageError(
            f"{key}: there is no file {path} in the revision that the change is compared with",
            "Give a path from the root of the repository, and bring the file in before the key.",
        )
    try:
        documents = extract(path, decode(data)).documents
    except PositionError as error:
        raise UsageError(f"{key}: {path}: {error.message}", "Mend the file.") from None
    if len(documents) != 1 or documents[0].unknowns:
        raise UsageError(f"{key}: {path} does not hold exactly one policy", "One file, one policy.")
    return documents[0]
