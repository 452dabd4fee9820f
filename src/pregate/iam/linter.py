"""
The local linter: what an identity policy grants too widely, and whom a resource or trust policy lets in.

Conditions are taken simply: one that names whose request or whose resource it is, by a positive test with
fixed values, is trusted. Where a Deny speaks of what an Allow grants, it is weighed
(:mod:`pregate.iam.weighing`, :mod:`pregate.iam.demands`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from pregate.iam.document import PolicyDocument, PolicyKind
from pregate.iam.plain import grants_by_name, is_in_plain_form
from pregate.iam.statements import Statement, statements_of

if TYPE_CHECKING:
    from pregate.iam.remark import Remark

# An endpoint policy only bounds what callers may do through it; AWS's default is Principal * (VPC User
# Guide).
BOUNDING_TYPES = ("AWS::EC2::VPCEndpoint",)


def lint(document: PolicyDocument) -> tuple[Remark, ...]:
    """Every remark of the local rules on a policy; rules that surely have none are not even loaded."""
    statements = statements_of(document)
    remarks: list[Remark] = []
    if not is_in_plain_form(document, statements):
        from pregate.iam.structure import structure_remarks

        remarks += structure_remarks(document, statements)
    granted: Mapping[str, Sequence[Remark]] = {}
    if document.kind is PolicyKind.IDENTITY and not grants_by_name(statements):
        from pregate.iam.granting import grant_remarks

        granted, paths = grant_remarks(document, statements)
        remarks += paths
    denials = _denials(document, statements)
    for statement in statements:
        if statement.allows:
            remarks += _allow_remarks(document, statement, denials)
            remarks += granted.get(statement.pointer, ())
            remarks += _for_all_values(statement)
    return tuple(remarks)


def _allow_remarks(
    document: PolicyDocument, statement: Statement, denials: Sequence[Statement]
) -> Iterator[Remark]:
    match document.kind:
        case PolicyKind.IDENTITY:
            yield from _negations(statement)
        case PolicyKind.RESOURCE | PolicyKind.TRUST:
            from pregate.iam.deputy import deputy_remarks

            if document.resource_type not in BOUNDING_TYPES:
                yield from _principals(document, statement)
                yield from _negations(statement)
            if document.kind is PolicyKind.TRUST:
                from pregate.iam.trust import trust_remarks

                yield from trust_remarks(document, statement, denials)
            yield from deputy_remarks(document, statement, denials)


def _denials(document: PolicyDocument, statements: Sequence[Statement]) -> Sequence[Statement]:
    if document.kind not in (PolicyKind.RESOURCE, PolicyKind.TRUST):
        return ()
    from pregate.iam.demands import denials_of

    return denials_of(statements)


def _negations(statement: Statement) -> Iterable[Remark]:
    if not (statement.not_actions or statement.not_resources):
        return ()
    from pregate.iam.allowing import negations

    return negations(statement)


def _principals(document: PolicyDocument, statement: Statement) -> Iterable[Remark]:
    from pregate.iam.allowing import principals

    return principals(document, statement)


def _for_all_values(statement: Statement) -> Iterable[Remark]:
    if not any(condition.qualifier == "forallvalues" for condition in statement.conditions):
        return ()
    from pregate.iam.allowing import for_all_values

    return for_all_values(statement)
