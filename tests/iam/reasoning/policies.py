"""Policies for tests of the reasoning, written short."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pregate.iam import Place, PolicyDocument, PolicyKind
from pregate.model import Location

Statement = Mapping[str, Any]
_AT = Location("policy.json", 1, 1, 1, 2)


def allow(action: str | Sequence[str], resource: str | Sequence[str] = "*", **more: Any) -> Statement:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: str | Sequence[str], resource: str | Sequence[str] = "*", **more: Any) -> Statement:
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def when(operator: str, key: str, *values: str) -> dict[str, Any]:
    return {"Condition": {operator: {key: list(values)}}}


def text_policy(text: str, kind: PolicyKind = PolicyKind.IDENTITY, resource_type: str = "") -> PolicyDocument:
    return PolicyDocument(kind, resource_type, "", text, (Place("", _AT, _AT),))


def policy(
    *statements: Statement, kind: PolicyKind = PolicyKind.IDENTITY, version: str = "2012-10-17"
) -> PolicyDocument:
    return text_policy(json.dumps({"Version": version, "Statement": list(statements)}), kind)


def resource_policy(*statements: Statement) -> PolicyDocument:
    return policy(*statements, kind=PolicyKind.RESOURCE)
