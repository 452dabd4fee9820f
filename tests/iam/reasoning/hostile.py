"""Any text through everything that reads policies: an answer or a known refusal comes out."""

from __future__ import annotations

from pregate.iam import PolicyDocument, extract
from pregate.iam.evaluation import UndecidedError, allows, load
from pregate.iam.reasoning import (
    Decision,
    Limits,
    Principal,
    Reading,
    Request,
    Result,
    check_access_not_granted,
    check_no_new_access,
    check_no_public_access,
)
from pregate.iam.validation.validate import validate
from pregate.positions import PositionError
from tests.iam.samples import policy

LIMITS = Limits(seconds=0.5, steps=20_000)
EXISTING = policy({"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::shop/${aws:username}/*"})
CONTEXT = (("aws:username", ("ann",)), ("k", ("a", "1")))
REQUEST = Request(Principal("AWS", "arn:aws:iam::111122223333:user/ann"), "s3:GetObject", "*", CONTEXT)


def survive(path: str, text: str) -> int:
    """
    Extracts the policies of a file, reasons about each, and evaluates it; gives their number. Raises for no
    input; AssertionError when a FAIL is not shown by its request.
    """
    try:
        documents = extract(path, text).documents
    except PositionError:
        return 0
    for document in documents:
        judge(document)
    return len(documents)


def judge(document: PolicyDocument) -> None:
    """All questions about one policy."""
    validate(document)
    _confirm(check_no_new_access(document, EXISTING, limits=LIMITS), document)
    _confirm(check_no_new_access(EXISTING, document, within=[document], limits=LIMITS), EXISTING)
    _confirm(check_access_not_granted(document, ["s3:GetObject", "iam:*"], [], limits=LIMITS), document)
    _confirm(check_no_public_access(document, limits=LIMITS), document)
    _allows(document, REQUEST)


def _confirm(decision: Decision, document: PolicyDocument) -> None:
    if decision.result is Result.FAIL:
        assert decision.request is not None
        assert _allows(document, decision.request)


def _allows(document: PolicyDocument, request: Request) -> bool | None:
    try:
        return allows(load(document), request, Reading())
    except UndecidedError:
        return None
