"""
Whether a policy's other statements and conditions prevent what one of its actions seems to grant.

Reading the texts says what is granted; where a Deny or a guarding condition speaks of the action, the
reasoning decides (:mod:`pregate.iam.reasoning`, imported only then: a hook must stay quick). Asked is about a
resource of an arbitrary name without tags and without a permissions boundary, as most are; what cannot be
decided is not prevented.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from pregate.iam.breadth import covered, is_every_resource
from pregate.iam.document import TOKEN, PolicyDocument, PolicyKind
from pregate.iam.statements import Condition, Statement
from pregate.records import dataclass, field

MAX_QUESTIONS = 80
MAX_READ = 1_000_000
MAX_EXHAUSTED = 3
_SECONDS, _STEPS = 1.0, 20_000

_BOUNDARY, _PASSED_TO, _POLICY = "iam:permissionsboundary", "iam:passedtoservice", "iam:policyarn"
_ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
_ACCOUNT, _NAME = "123456789012", "any-name-at-all"
# The own part of an ARN by the action's service, where it has a kind before the name; those of IAM by the
# action's name.
_KINDS: Mapping[str, str] = {
    "dynamodb": "table/",
    "kms": "key/",
    "lambda": "function:",
    "secretsmanager": "secret:",
    "ssm": "parameter/",
}
_IAM_KINDS = (("Role", "role/"), ("Group", "group/"), ("PolicyVersion", "policy/"))  # else a user


@dataclass(slots=True)
class Weigher:
    """
    Answers for one policy; each question is put once. There are at most ``MAX_QUESTIONS``, fewer for a policy
    longer than AWS takes, of which no more than ``MAX_READ`` characters are read in all; after
    ``MAX_EXHAUSTED`` that cost more than any real policy does, none.
    """

    document: PolicyDocument
    statements: Sequence[Statement]
    asked: dict[tuple[str, str, str], bool] = field(default_factory=dict)
    denied: dict[str, bool] = field(default_factory=dict)
    exhausted: int = 0

    def prevents(self, action: str, statement: Statement, broad: str, passed_to: str = "") -> bool:
        """
        Whether it is certain that the policy does not allow ``action`` (a full name) on a resource like
        ``broad``, though ``statement`` seems to; ``passed_to``: for a role that is passed to this service.
        """
        if not (self._is_denied(action) or any(_guards(c, passed_to) for c in statement.conditions)):
            return False
        question = action, resource_for(action, broad), passed_to
        if question not in self.asked:
            most = min(MAX_QUESTIONS, MAX_READ // len(self.document.text))
            may_ask = len(self.asked) < most and self.exhausted < MAX_EXHAUSTED
            self.asked[question] = may_ask and self._is_proven(*question)
        return self.asked[question]

    def _is_denied(self, action: str) -> bool:
        """Whether a Deny speaks of the action, on whatever resources and conditions."""
        if action not in self.denied:
            self.denied[action] = any(_speaks_of(s, action) for s in self.statements if s.denies)
        return self.denied[action]

    def _is_proven(self, action: str, resource: str, passed_to: str) -> bool:
        from pregate.iam.reasoning import Doubt, Limits, Result, check_access_not_granted

        within = (self._unguarded(action, passed_to),)
        limits = Limits(_SECONDS, _STEPS)
        resources = [resource] if resource else []
        found = check_access_not_granted(self.document, [action], resources, within=within, limits=limits)
        self.exhausted += any(doubt is Doubt.BUDGET for doubt, _ in found.doubts)
        return found.result is Result.PASS

    def _unguarded(self, action: str, passed_to: str) -> PolicyDocument:
        """All requests about a target without the guards that the policy knows, to the worst end."""
        guards = sorted({c.key for s in self.statements for c in s.conditions if _is_optional(c.key)})
        worst = {_PASSED_TO: passed_to} if passed_to else {}
        if action.startswith("iam:Attach"):
            worst[_POLICY] = _ADMINISTRATOR
        condition: dict[str, dict[str, str]] = {}
        if guards:
            condition["Null"] = dict.fromkeys(guards, "true")
        if worst:
            condition["StringEquals"] = worst
        statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}
        text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        return PolicyDocument(PolicyKind.IDENTITY, "", "", text, self.document.places[:1])


def resource_for(action: str, broad: str) -> str:
    """
    The ARN of a resource of no particular name that an action may be about and ``broad`` covers; ``""``, for
    any resource, where a template leaves some of it open.
    """
    if TOKEN.search(broad):
        return ""
    if not is_every_resource(broad):
        stars = ("arn", "aws", "", "us-east-1", _ACCOUNT, "")
        fields = broad.split(":", 5)
        known = [
            field if field.strip("*?") or not field else star
            for field, star in zip(fields, stars, strict=False)
        ]
        return ":".join((*known[:5], fields[5].replace("*", _NAME).replace("?", "a")))
    service, _, name = action.partition(":")
    if service == "s3":
        return f"arn:aws:s3:::{_NAME}/{_NAME}" if "Object" in name else f"arn:aws:s3:::{_NAME}"
    if service in ("iam", "sts"):
        kind = next((kind for word, kind in _IAM_KINDS if word in name), "user/")
        return f"arn:aws:iam::{_ACCOUNT}:{kind}{_NAME}"
    return f"arn:aws:{service}:us-east-1:{_ACCOUNT}:{_KINDS.get(service, '')}{_NAME}"


def _speaks_of(statement: Statement, action: str) -> bool:
    named = any(covered(pattern.text, (action,)) for pattern in statement.actions)
    others = [covered(pattern.text, (action,)) for pattern in statement.not_actions]
    return named or (bool(others) and not any(others))


def _guards(condition: Condition, passed_to: str) -> bool:
    """Whether a condition may say what becomes of the target, not only who asks."""
    return (
        _is_optional(condition.key)
        or condition.key == _POLICY
        or (bool(passed_to) and condition.key == _PASSED_TO)
    )


def _is_optional(key: str) -> bool:
    """Whether it is a key that a request about an ordinary target does not have."""
    return key == _BOUNDARY or "resourcetag/" in key
