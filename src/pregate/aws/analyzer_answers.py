"""
Access Analyzer's answers as values of ours, checked for their shape.

Spans are offsets into the text that was sent, from 0, the end exclusive; that text is one line of ASCII, so
code points, UTF-16 units and bytes are the same, and a span's column is its offset. A span that says
something else is not believed: the finding's ``path`` says where it stands then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pregate.checks.base import AccessAnswer, AccessReason, PolicyRemark
from pregate.errors import AwsError
from pregate.iam.document import PolicyDocument
from pregate.iam.paths import span_of_path, statement_number

_WORDS = ("findingType", "issueCode", "findingDetails")
_MAX_REASONS = 200


def policy_remark(document: PolicyDocument, finding: Any) -> PolicyRemark:
    """One of ValidatePolicy's findings. Raises AwsError when it is not of the API's form."""
    if not isinstance(finding, Mapping) or not all(isinstance(finding.get(word), str) for word in _WORDS):
        raise _nonsense("ValidatePolicy")
    locations = finding.get("locations")
    link = finding.get("learnMoreLink")
    return PolicyRemark(
        kind=finding["findingType"],
        code=finding["issueCode"],
        message=finding["findingDetails"],
        link=link if isinstance(link, str) and link.startswith("https://") else "",
        spans=tuple(_span(document, place) for place in locations if isinstance(place, Mapping))
        if isinstance(locations, Sequence)
        else (),
    )


def access_answer(document: PolicyDocument, answer: Mapping[str, Any]) -> AccessAnswer:
    """The answer of a custom policy check on ``document``. Raises AwsError when it is none."""
    result = answer.get("result")
    if result not in ("PASS", "FAIL"):
        raise _nonsense("a policy check")
    message = answer.get("message")
    reasons = answer.get("reasons")
    return AccessAnswer(
        granted=result == "FAIL",
        message=message if isinstance(message, str) else "",
        reasons=tuple(
            _reason(document, reason) for reason in reasons[:_MAX_REASONS] if isinstance(reason, Mapping)
        )
        if isinstance(reasons, list)
        else (),
    )


def _reason(document: PolicyDocument, reason: Mapping[str, Any]) -> AccessReason:
    words = reason.get("description")
    number = statement_number(document, reason.get("statementIndex"), reason.get("statementId"))
    return AccessReason(words if isinstance(words, str) else "", number)


def _span(document: PolicyDocument, location: Mapping[str, Any]) -> tuple[int, int]:
    span = location.get("span")
    if isinstance(span, Mapping):
        start, end = _offset(span.get("start")), _offset(span.get("end"))
        if 0 <= start <= end <= len(document.text) and start < len(document.text):
            return start, end
    path = location.get("path")
    return span_of_path(document, path if isinstance(path, list) else ())


def _offset(place: Any) -> int:
    """The offset if it agrees with line and column, else -1."""
    if not isinstance(place, Mapping):
        return -1
    offset = place.get("offset")
    agrees = place.get("line") == 1 and place.get("column") == offset
    return offset if agrees and isinstance(offset, int) else -1


def _nonsense(operation: str) -> AwsError:
    return AwsError(
        f"AWS Access Analyzer's answer to {operation} is not of its documented form.",
        'Run again later, or set iam.engine = "local" to judge offline only.',
    )
