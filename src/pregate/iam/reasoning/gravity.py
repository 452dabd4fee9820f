"""
How much harm an access can do, told by the gravest request that it consists of.

Action names: AWS Service Authorization Reference; which lead to more rights: :mod:`pregate.iam.tables`.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence

from pregate.iam.reasoning.cases import Case, Documents
from pregate.iam.reasoning.model import Decision, Limits, Result
from pregate.iam.reasoning.patterns import glob
from pregate.iam.reasoning.questions import decide
from pregate.iam.reasoning.states import ACTION, Test
from pregate.iam.reasoning.unions import Union
from pregate.iam.tables import ESCALATION_ACTIONS, SENSITIVE_ACTIONS
from pregate.records import replace


class Gravity(enum.IntEnum):
    """What an access can do at worst. ``LOOK``: only list and describe, nothing that is stored."""

    LOOK = 1
    USE = 2
    DATA = 3
    DESTRUCTION = 4
    ESCALATION = 5


_DESTROYING = (
    "dynamodb:DeleteTable",
    "dynamodb:DeleteItem",
    "ec2:TerminateInstances",
    "kms:ScheduleKeyDeletion",
    "rds:DeleteDBCluster",
    "rds:DeleteDBInstance",
    "s3:DeleteBucket",
    "s3:DeleteObject",
    "secretsmanager:DeleteSecret",
    "sns:DeleteTopic",
    "sqs:DeleteQueue",
    "sqs:PurgeQueue",
    "lambda:DeleteFunction",
    "cloudtrail:DeleteTrail",
    "cloudtrail:StopLogging",
    "logs:DeleteLogGroup",
)
_ISSUING = (  # credentials, as good as a secret
    "ec2:GetPasswordData",
    "redshift:GetClusterCredentials",
    "redshift:GetClusterCredentialsWithIAM",
    "sts:GetFederationToken",
)
# The gravest first; each list of known names before the patterns, which make poorer examples.
_CLASSES: tuple[tuple[Gravity, tuple[str, ...]], ...] = (
    (Gravity.ESCALATION, (*ESCALATION_ACTIONS, "iam:PassRole")),
    (Gravity.DESTRUCTION, _DESTROYING),
    (Gravity.DESTRUCTION, ("*:Delete*", "*:Purge*", "*:Terminate*")),
    (Gravity.DATA, (*SENSITIVE_ACTIONS, *_ISSUING)),
)
_LOOKING = ("*:Describe*", "*:List*")


def gravest(documents: Documents, found: Decision, limits: Limits) -> tuple[Gravity, Decision]:
    """
    How grave an access is that was ``found`` (a FAIL), and the gravest example of it.

    What cannot be decided counts as not found, but for whether the access only looks: that must be proven.
    """
    for gravity, actions in _CLASSES:
        decision = _among(documents, actions, limits)
        if decision.result is Result.FAIL:
            return gravity, decision
    decision = _among(documents, _LOOKING, limits, positive=False)
    match decision.result:
        case Result.FAIL:
            return Gravity.USE, decision
        case Result.PASS:
            return Gravity.LOOK, found
        case _:
            return Gravity.USE, found


def _among(
    documents: Documents, actions: Sequence[str], limits: Limits, *, positive: bool = True
) -> Decision:
    """Whether the access holds one of the actions (not ``positive``: another than them)."""
    patterns = Union(tuple(glob(action.lower()) for action in actions))
    names = Union((glob("*:*:*"),))  # no action's name has a second colon, but a pattern would match it

    def tests(case: Case) -> tuple[Test, ...]:
        test = case.space.test(ACTION, patterns, positive=positive)
        return (*documents.extras(case), test, case.space.test(ACTION, names, positive=False))

    named = tuple(action for action in actions if "*" not in action)
    return decide(replace(documents, extras=tests, listed=(*documents.listed, *named)), limits)
