"""What the local rules could not decide because a template leaves it open."""

from __future__ import annotations

from pregate.iam.document import PolicyDocument, PolicyKind
from pregate.iam.statements import Element, statements_of
from pregate.model import Location


def undecided(document: PolicyDocument) -> tuple[tuple[Location, str], ...]:
    """
    Place and words for each value of an Allow statement that might be a wildcard once it is known.

    An attribute or reference of a resource is not among them: it is a name or ARN, never ``*``.
    """
    found: dict[tuple[Location, str], None] = {}
    for statement in statements_of(document):
        if not statement.allows:
            continue
        effect = (statement.effect,) if statement.effect else ()
        principals = tuple(p.element for p in (*statement.principals, *statement.not_principals))
        groups: list[tuple[str, tuple[Element, ...]]] = [
            ("effect", effect),
            ("action", (*statement.actions, *statement.not_actions)),
            ("principal", tuple(p for p in principals if p.is_unknown)),
        ]
        if document.kind is PolicyKind.IDENTITY:
            groups.append(("resource", tuple(r for r in statement.resources if r.is_unknown)))
        for word, elements in groups:
            for element in elements:
                for unknown in document.unknowns_in(element.text):
                    if unknown.may_be_wildcard or word in ("effect", "action"):
                        words = f"{_a(word)} is known only at deployment ({unknown.expression})"
                        found[unknown.location, words] = None
    return tuple(found)


def _a(word: str) -> str:
    return f"an {word}" if word[0] in "ae" else f"a {word}"
