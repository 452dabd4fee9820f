"""Short ways to make policies and to look at what validation says of them."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from pregate.iam.document import PolicyKind
from pregate.iam.validation.issues import issues_of
from pregate.iam.validation.locations import findings
from pregate.iam.validation.raw import document_of
from pregate.iam.validation.validate import validate

KINDS = {kind.value: kind for kind in PolicyKind}
ARN = "arn:aws:s3:::shop/*"


def allow(**changes: Any) -> dict[str, Any]:
    """An Allow statement; an element that is changed to None is left out."""
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": ARN, **changes}
    return {name: value for name, value in statement.items() if value is not None}


def when(operator: str, key: str, value: Any, **changes: Any) -> dict[str, Any]:
    """An Allow statement under one condition."""
    return allow(**changes, Condition={operator: {key: value}})


def policy(*statements: Any, **changes: Any) -> str:
    """The text of a policy; an element that is changed to None is left out."""
    document = {"Version": "2012-10-17", "Statement": list(statements), **changes}
    return json.dumps({name: value for name, value in document.items() if value is not None})


def found(text: str, kind: str = "identity", today: date | None = None) -> dict[str, list[str]]:
    """The parts of the text that each code stands at, by code; the same of all rules and of those needed."""
    document = document_of(text, KINDS[kind])
    issues = validate(document, today=today).issues
    assert issues_of(document, today=today) == issues
    parts: dict[str, list[str]] = {}
    for finding in findings(document, issues):
        for location in finding["locations"]:
            start, end = (location["span"][side]["offset"] for side in ("start", "end"))
            parts.setdefault(finding["issueCode"], []).append(text[start:end])
    return parts
