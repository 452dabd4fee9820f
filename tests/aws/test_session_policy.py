"""The inline policy of a session, and the calls that the fake AWS lets it make."""

from __future__ import annotations

import json

import pytest

from pregate.aws import access_analyzer, inspector, s3, security_hub, signing, sns
from pregate.aws.session_policy import FEATURES, LENGTH_MAX, build_session_policy, hop_policy
from pregate.errors import UsageError
from pregate.iam import extract, lint
from pregate.model import Severity

PLACE = ("aws", "eu-central-1", "111122223333")
NAMED = {
    "s3": ["arn:aws:s3:::reports/pregate/*"],
    "sns": ["arn:aws:sns:eu-central-1:111122223333:verdicts"],
    "kms-sign": ["arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"],
    "secret": ["arn:aws:secretsmanager:eu-central-1:111122223333:secret:app-AbCdEf"],
}


def test_resources_are_as_narrow_as_they_are_known() -> None:
    topic = "arn:aws:sns:eu-central-1:111122223333:verdicts"
    policy = json.loads(build_session_policy(["sns", "inspector"], *PLACE, {"sns": [topic]}))
    assert policy["Statement"] == [
        {"Effect": "Allow", "Action": ["inspector-scan:ScanSbom"], "Resource": ["*"]},
        {"Effect": "Allow", "Action": ["sns:Publish"], "Resource": [topic]},
        {
            "Effect": "Allow",
            "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
            "Resource": ["arn:aws:kms:eu-central-1:111122223333:key/*"],
        },
    ]


def test_actions_on_the_same_resources_share_a_statement() -> None:
    policy = json.loads(build_session_policy(["validate-policy", "custom-checks", "inspector"], *PLACE))
    assert [len(s["Action"]) for s in policy["Statement"]] == [5]


def test_each_feature_has_what_its_adapter_says_that_it_takes() -> None:
    said = {
        "validate-policy": access_analyzer.actions(["validate-policy"]),
        "custom-checks": access_analyzer.actions(["custom-checks"]),
        "security-hub": security_hub.actions(),
        "s3": s3.actions(),
        "sns": sns.actions(),
        "inspector": inspector.actions(),
        "kms-sign": signing.actions("alias/app"),
        "secret": (*signing.actions("app"), "kms:Decrypt"),
    }
    granted = {name: {a for grant in grants for a in grant.actions} for name, grants in FEATURES.items()}
    assert granted == {name: set(actions) for name, actions in said.items()}


def test_with_nothing_on_the_session_may_do_nothing() -> None:
    (statement,) = json.loads(build_session_policy([], *PLACE))["Statement"]
    assert statement == {"Effect": "Deny", "Action": "*", "Resource": "*"}


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_everything_together_is_short_enough_and_of_one_partition(partition: str) -> None:
    named = {name: [arn.replace(":aws:", f":{partition}:") for arn in arns] for name, arns in NAMED.items()}
    text = build_session_policy(FEATURES, partition, "us-gov-west-1", "111122223333", named)
    assert len(text) <= LENGTH_MAX
    arns = [a for s in json.loads(text)["Statement"] for a in s["Resource"] if a != "*"]
    assert {arn.split(":")[1] for arn in arns} == {partition}


def test_one_that_is_too_long_is_refused_and_not_widened() -> None:
    names = [f"arn:aws:s3:::{'b' * 60}-{n}/*" for n in range(40)]
    with pytest.raises(UsageError, match="2048"):
        build_session_policy(["s3"], *PLACE, {"s3": names})


@pytest.mark.parametrize("feature", ["s3", "sns", "kms-sign", "secret"])
def test_what_is_one_thing_in_the_configuration_has_to_be_named(feature: str) -> None:
    with pytest.raises(UsageError, match=f"{feature} needs the ARN"):
        build_session_policy([feature], *PLACE)


def test_an_unknown_feature_is_an_error() -> None:
    with pytest.raises(UsageError, match="no AWS feature 'coffee'"):
        build_session_policy(["coffee"], *PLACE)


@pytest.mark.parametrize(
    "text", [build_session_policy(FEATURES, *PLACE, NAMED), hop_policy("arn:aws:iam::1:role/x")]
)
def test_our_own_check_finds_nothing_high_in_it(text: str) -> None:
    (document,) = extract("p.json", text).documents
    assert [r for r in lint(document) if r.severity >= Severity.HIGH] == []
