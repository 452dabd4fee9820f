"""Notes about a comparison for the summary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pregate.iam import PolicyDocument
from pregate.iam.comparable import allows_something, parts_of

_LISTED = 5


def removed_note(removed: Sequence[PolicyDocument]) -> Iterator[str]:
    """Policies that the change takes away."""
    if not removed:
        return
    paths = sorted({document.places[0].value.path for document in removed})
    shown = ", ".join(paths[:_LISTED]) + (", …" if len(paths) > _LISTED else "")
    denies = any(not allows_something(document) or _denies(document) for document in removed)
    warning = "; what a removed Deny forbade may be allowed now" if denies else ""
    count = f"{len(removed)} {'policy was' if len(removed) == 1 else 'policies were'}"
    yield f"{count} removed ({shown}){warning}"


def unlike_note(count: int, which: str) -> str:
    """New policies that nothing was compared with."""
    return _counted(count, which, "no reference policy (iam.reference-policies) to compare with")


def untyped_note(count: int) -> str:
    """Policies of resources that the service does not know."""
    words = "a resource type that cannot be asked about for public access; the local rules judged "
    return _counted(count, "resource", words + ("it" if count == 1 else "them"))


def _denies(document: PolicyDocument) -> bool:
    return any(text.lower() == "deny" for path, text in parts_of(document) if path == "/effect")


def _counted(count: int, which: str, what: str) -> str:
    name = f"{which} {'policy has' if count == 1 else 'policies have'}".strip()
    return f"{count} {name} {what}"
