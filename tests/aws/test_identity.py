"""
The run's identity on AWS: the real boto3 against the fake AWS, with identity tokens of the fake GitHub.
"""

from __future__ import annotations

import json
import logging
import os
import threading
import traceback
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from pregate.aws.federation import session_name
from pregate.aws.identity import Identity, is_within_reach, open_identity
from pregate.aws.refusals import PassingError, RefusedError
from pregate.aws.session_policy import FEATURES
from pregate.aws.sts import TRIES, Sts
from pregate.config import AwsConfig
from pregate.errors import AwsError, CredentialsError, GitHubError, PregateError, UsageError
from pregate.github.oidc import IdentityTokens
from tests.fakeaws import FakeAws
from tests.fakehub.hub import FakeHub

POLICY = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}'
NAMED = {
    "s3": ["arn:aws:s3:::reports/pregate/*"],
    "sns": ["arn:aws:sns:eu-west-1:111122223333:verdicts"],
    "kms-sign": ["arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"],
    "secret": ["arn:aws:secretsmanager:eu-west-1:111122223333:secret:app-AbCdEf"],
}
JOB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_REPOSITORY": "octo-org/octo-repo",
    "GITHUB_RUN_ID": "1700000001",
}


@dataclass
class Desk:
    """A job of the fake GitHub's, before the fake AWS."""

    hub: FakeHub
    aws: FakeAws
    masked: list[str] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)
    more: dict[str, str] = field(default_factory=dict)

    def role(self, name: str = "gate", **options: Any) -> str:
        """A role that trusts this repository's pull requests; gives its ARN."""
        partition = options.get("partition", "aws")
        audience = options.pop("audience", "sts.amazonaws.com")
        self.aws.provider(self.hub.oidc.url, [audience], partition=partition)
        trust = self.aws.trust(
            self.hub.oidc.url,
            options.pop("sub", "repo:octo-org/octo-repo:pull_request"),
            audience,
            partition=partition,
        )
        return self.aws.role(name, trust, **options).arn

    def chained(self, name: str, before: str) -> str:
        """A role that trusts another one."""
        statement = {"Effect": "Allow", "Principal": {"AWS": before}, "Action": "sts:AssumeRole"}
        return self.aws.role(name, {"Version": "2012-10-17", "Statement": [statement]}).arn

    def open(
        self, role: str = "", features: tuple[str, ...] = ("validate-policy",), **config: Any
    ) -> Identity:
        """The identity with ``config``; pauses are noted and not made."""
        environ = JOB | self.hub.oidc_variables() | {"AWS_REGION": self.aws.region} | self.more
        tokens = IdentityTokens(environ, self.masked.append, wait=self.waited.append)
        return open_identity(
            AwsConfig(role_to_assume=role, **config),
            environ,
            frozenset(features),
            tokens=tokens,
            resources=NAMED,
            open_sts=lambda region: Sts(region, wait=self.waited.append),
        )

    def did(self) -> list[str]:
        """The operations that were called."""
        return [call.operation for call in self.aws.log]


@pytest.fixture
def desk(hub: FakeHub, aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> Desk:
    hub.add_repository("octo-org/octo-repo")
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setattr("time.sleep", lambda _: None)
    return Desk(hub, aws)


def validate(identity: Identity) -> Any:
    client = identity.client("accessanalyzer")
    return client.validate_policy(policyDocument=POLICY, policyType="IDENTITY_POLICY")


# --------------------------------------------------------------------------------------------- a plain role


def test_the_role_is_assumed_once_and_at_the_first_call(desk: Desk) -> None:
    identity = desk.open(desk.role())
    client = identity.client("accessanalyzer")
    assert desk.did() == []
    for _ in range(2):
        client.validate_policy(policyDocument=POLICY, policyType="IDENTITY_POLICY")
    assert desk.did() == ["AssumeRoleWithWebIdentity", "ValidatePolicy", "ValidatePolicy"]
    assert identity.client("accessanalyzer") is client


def test_the_session_has_a_name_that_tells_of_the_run_and_lasts_as_configured(desk: Desk) -> None:
    validate(desk.open(desk.role(), session_duration=900))
    asked = desk.aws.calls("sts")[0].request
    assert asked["RoleSessionName"] == "pregate-octo-org-octo-repo-1700000001"
    assert int(asked["DurationSeconds"]) == 900


def test_the_token_is_masked_before_it_is_sent(desk: Desk) -> None:
    validate(desk.open(desk.role()))
    assert desk.masked == [desk.aws.calls("sts")[0].request["WebIdentityToken"]]


def test_the_session_may_do_no_more_than_what_is_on(desk: Desk) -> None:
    identity = desk.open(desk.role())
    validate(identity)
    asked = json.loads(desk.aws.calls("sts")[0].request["Policy"])
    assert [s["Action"] for s in asked["Statement"]] == [["access-analyzer:ValidatePolicy"]]
    with pytest.raises(Exception, match="Authorization"):
        identity.client("sns").publish(TopicArn=desk.aws.topic(), Message="m")


def test_the_session_policy_can_be_switched_off(desk: Desk) -> None:
    identity = desk.open(desk.role(), session_policy="none")
    identity.client("sns").publish(TopicArn=desk.aws.topic(), Message="m")
    assert "Policy" not in desk.aws.calls("sts")[0].request


def test_all_features_together_are_within_the_limits_of_the_service(desk: Desk) -> None:
    validate(desk.open(desk.role(), tuple(FEATURES)))
    assert len(desk.aws.calls("sts")[0].request["Policy"]) <= 2048


def test_the_account_is_asked_once(desk: Desk) -> None:
    identity = desk.open(desk.role())
    assert (identity.account, identity.account) == (desk.aws.account, desk.aws.account)
    assert desk.did() == ["AssumeRoleWithWebIdentity", "GetCallerIdentity"]
    assert (identity.region, identity.partition) == ("eu-west-1", "aws")


def test_another_account_than_the_allowed_ones_is_refused_before_any_other_call(desk: Desk) -> None:
    identity = desk.open(desk.role(), allowed_account_ids=("999999999999",))
    with pytest.raises(CredentialsError) as caught:
        validate(identity)
    assert "account 111122223333" in caught.value.message
    assert "999999999999" in caught.value.message
    assert "ValidatePolicy" not in desk.did()


def test_an_allowed_account_is_let_through(desk: Desk) -> None:
    validate(desk.open(desk.role(), allowed_account_ids=("999999999999", desk.aws.account)))
    assert desk.did() == ["AssumeRoleWithWebIdentity", "GetCallerIdentity", "ValidatePolicy"]


# ------------------------------------------------------------------------------------------------- refusals


def test_access_denied_is_asked_once_however_often_the_client_is_used(desk: Desk) -> None:
    identity = desk.open(desk.role(sub="repo:octo-org/octo-repo:ref:refs/heads/main"))
    for _ in range(3):
        with pytest.raises(RefusedError, match="AccessDenied") as caught:
            validate(identity)
    assert desk.did() == ["AssumeRoleWithWebIdentity"]
    assert desk.waited == []
    assert "sub: repo:octo-org/octo-repo:pull_request" in caught.value.hint
    assert "mode: doctor" in caught.value.hint


def test_a_wrong_audience_is_told_and_not_tried_again(desk: Desk) -> None:
    with pytest.raises(RefusedError) as caught:
        validate(desk.open(desk.role(), audience="somebody-else"))
    assert desk.did() == ["AssumeRoleWithWebIdentity"]
    assert "somebody-else" in caught.value.hint


def test_an_account_without_the_provider_is_told_the_issuer(desk: Desk) -> None:
    role = desk.role()
    desk.aws.providers.clear()
    with pytest.raises(RefusedError) as caught:
        validate(desk.open(role))
    assert desk.hub.oidc.url in caught.value.hint
    assert len(desk.aws.log) == 1


def test_a_session_longer_than_the_role_allows_is_told_so(desk: Desk) -> None:
    with pytest.raises(RefusedError) as caught:
        validate(desk.open(desk.role(), session_duration=7200))
    assert "MaxSessionDuration" in caught.value.hint


def test_a_run_without_a_token_makes_no_call(desk: Desk) -> None:
    desk.more = {"ACTIONS_ID_TOKEN_REQUEST_URL": ""}
    with pytest.raises(GitHubError, match="no identity token"):
        validate(desk.open(desk.role()))
    assert desk.did() == []


@pytest.mark.parametrize(
    "code", ["RegionDisabledException", "PackedPolicyTooLarge", "MalformedPolicyDocument"]
)
def test_other_refusals_have_a_hint_of_their_own_and_one_call(desk: Desk, code: str) -> None:
    role = desk.role()
    desk.aws.fail("sts", "*", code)
    with pytest.raises(RefusedError, match=code) as caught:
        validate(desk.open(role))
    assert "doctor" not in caught.value.hint
    assert len(desk.aws.log) == 1


def test_a_refusal_that_quotes_the_token_is_not_repeated(desk: Desk) -> None:
    role = desk.role()
    desk.aws.fail("sts", "*", "ValidationError", message="Value 'eyJtoken' at 'webIdentityToken' failed")
    with pytest.raises(RefusedError) as caught:
        validate(desk.open(role))
    assert "eyJ" not in str(caught.value)


# ------------------------------------------------------------------------------------------- what may heal


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("IDPCommunicationError", 400),
        ("Throttling", 400),
        ("RequestLimitExceeded", 503),
        ("ServiceUnavailable", 503),
        ("InternalFailure", 500),
        ("Strange", 502),
        ("InvalidIdentityToken", 400),
        ("ExpiredTokenException", 400),
    ],
)
def test_what_may_heal_is_tried_again_with_a_new_token(desk: Desk, code: str, status: int) -> None:
    role = desk.role()
    desk.aws.fail("sts", "*", code, status, times=3, message="Couldn't retrieve verification key")
    validate(desk.open(role))
    tokens = {call.request["WebIdentityToken"] for call in desk.aws.calls("sts")}
    assert len(tokens) == len(desk.masked) == 4
    assert len(desk.waited) == 3
    assert 0 < desk.waited[0] < desk.waited[2]


def test_a_lost_connection_is_tried_again(desk: Desk) -> None:
    role = desk.role()
    desk.aws.fail("sts", "*", "", times=2, drop=True)
    validate(desk.open(role))
    assert len(desk.waited) == 2


def test_pauses_differ_by_chance(desk: Desk) -> None:
    waited: list[list[float]] = [[], []]
    role = desk.role()
    for chance, pauses in zip((0.0, 1.0), waited, strict=True):
        desk.aws.throttle("sts", times=4)
        identity = desk.open(role)
        assert identity.federation
        identity.federation.open_sts = partial(Sts, wait=pauses.append, chance=partial(float, chance))
        validate(identity)
    assert waited == [[0.5, 1.0, 2.0, 4.0], [1.0, 2.0, 4.0, 8.0]]


def test_a_storm_ends_after_some_tries_and_is_not_started_again(desk: Desk) -> None:
    role = desk.role()
    desk.aws.throttle("sts", times=1000)
    identity = desk.open(role)
    for _ in range(3):
        with pytest.raises(PassingError, match="Throttling"):
            validate(identity)
    assert len(desk.aws.log) == TRIES


def test_an_answer_of_another_shape_is_an_error(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.fakeaws.sts._answer", lambda *_: {"SubjectFromWebIdentityToken": "x"})
    with pytest.raises(AwsError, match="another shape"):
        validate(desk.open(desk.role()))


def test_nobody_at_the_address_is_an_error_in_our_words(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(PassingError, match="cannot be reached"):
        validate(desk.open(desk.role()))
    assert len(desk.waited) == TRIES - 1


def test_a_certificate_that_is_not_believed_is_no_passing_fault(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", desk.aws.url.replace("http:", "https:"))
    with pytest.raises(AwsError, match="SSLError"):
        validate(desk.open(desk.role()))
    assert desk.waited == []


# ------------------------------------------------------------------------------------------------- renewal


def test_a_short_session_is_renewed_in_the_middle_of_the_run(desk: Desk) -> None:
    desk.aws.lifetime = 1.0
    identity = desk.open(desk.role())
    validate(identity)
    threading.Event().wait(1.2)
    validate(identity)
    assert desk.did().count("AssumeRoleWithWebIdentity") == 2
    assert all(call.status == 200 for call in desk.aws.log)


def test_a_session_that_aws_ended_before_its_time_is_assumed_again(desk: Desk) -> None:
    identity = desk.open(desk.role())
    validate(identity)
    desk.aws.expire()
    validate(identity)
    assert desk.did().count("AssumeRoleWithWebIdentity") == 2
    assert len(set(desk.masked)) == 2


def test_a_storm_in_the_middle_of_the_run_is_got_over(desk: Desk) -> None:
    identity = desk.open(desk.role())
    validate(identity)
    desk.aws.expire()
    desk.aws.throttle("sts", times=TRIES)
    with pytest.raises(PassingError):
        validate(identity)
    validate(identity)
    assert desk.did()[-1] == "ValidatePolicy"


def test_a_renewal_that_does_not_help_is_not_repeated(desk: Desk) -> None:
    identity = desk.open(desk.role())
    desk.aws.fail("accessanalyzer", "*", "ExpiredTokenException", 403, times=9)
    with pytest.raises(Exception, match="ExpiredToken"):
        validate(identity)
    assert desk.did().count("AssumeRoleWithWebIdentity") <= 2


# ----------------------------------------------------------------------------------------------- role chain


def test_roles_are_assumed_from_one_to_the_next_the_work_is_the_last_ones(desk: Desk) -> None:
    first = desk.role("hub")
    second = desk.chained("middle", first)
    third = desk.chained("work", second)
    identity = desk.open(first, role_chain=(second, third))
    validate(identity)
    assert desk.did() == ["AssumeRoleWithWebIdentity", "AssumeRole", "AssumeRole", "ValidatePolicy"]
    policies = [json.loads(call.request["Policy"])["Statement"][0] for call in desk.aws.calls("sts")]
    assert [p["Action"] for p in policies] == [
        ["sts:AssumeRole"],
        ["sts:AssumeRole"],
        ["access-analyzer:ValidatePolicy"],
    ]
    assert [p["Resource"] for p in policies] == [[second], [third], ["*"]]


def test_without_session_policies_none_is_sent_along_the_chain(desk: Desk) -> None:
    first = desk.role("hub")
    validate(desk.open(first, role_chain=(desk.chained("work", first),), session_policy="none"))
    assert not [call for call in desk.aws.calls("sts") if "Policy" in call.request]


def test_a_refusal_in_the_chain_names_the_role_and_its_trust(desk: Desk) -> None:
    first = desk.role("hub")
    other = desk.chained("work", "arn:aws:iam::111122223333:role/somebody")
    with pytest.raises(RefusedError, match="AccessDenied") as caught:
        validate(desk.open(first, role_chain=(other,)))
    assert other in caught.value.hint
    assert len(desk.aws.log) == 2


# ----------------------------------------------------------------------------------------------- partitions


@pytest.mark.parametrize(
    ("partition", "region", "audience", "host"),
    [
        ("aws", "eu-central-1", "sts.amazonaws.com", "sts.eu-central-1.amazonaws.com"),
        ("aws-cn", "cn-north-1", "sts.amazonaws.com.cn", "sts.cn-north-1.amazonaws.com.cn"),
        ("aws-us-gov", "us-gov-east-1", "sts.amazonaws.com", "sts.us-gov-east-1.amazonaws.com"),
        ("aws-iso", "us-iso-east-1", "sts.amazonaws.com", "sts.us-iso-east-1.c2s.ic.gov"),
        ("aws-iso-b", "us-isob-east-1", "sts.amazonaws.com", "sts.us-isob-east-1.sc2s.sgov.gov"),
    ],
)
def test_each_partition_has_its_endpoint_audience_and_arns(
    desk: Desk, partition: str, region: str, audience: str, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    role = desk.role(partition=partition, audience=audience)
    identity = desk.open(role, ("security-hub",), region=region)
    assert identity.federation
    assert identity.federation.audience == audience
    statement = json.loads(identity.federation.policy())["Statement"][0]
    assert statement["Resource"][0] == f"arn:{partition}:securityhub:{region}:111122223333:hub/default"
    assert identity.account == "111122223333"
    assert desk.hub.oidc.audiences == [audience]
    assert identity.partition == partition
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    from pregate.aws.sts import _open_client

    assert _open_client(region, None).meta.endpoint_url == f"https://{host}"
    assert Identity(region)._open_client("sts", region).meta.endpoint_url == f"https://{host}"


@pytest.mark.parametrize(
    ("role", "region"), [("aws-cn", "cn-northwest-1"), ("aws-us-gov", "us-gov-west-1"), ("aws", "us-east-1")]
)
def test_without_a_region_the_roles_partition_gives_its_main_one(desk: Desk, role: str, region: str) -> None:
    desk.more = {"AWS_REGION": ""}
    assert desk.open(f"arn:{role}:iam::111122223333:role/gate").region == region


def test_a_region_of_another_partition_is_refused_before_any_call(desk: Desk) -> None:
    identity = desk.open("arn:aws-cn:iam::111122223333:role/gate", region="eu-west-1")
    with pytest.raises(UsageError, match="not in the partition aws-cn"):
        validate(identity)


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"region": "mars-1"}, "no region of AWS"),
        ({"role_to_assume": "arn:aws-moon:iam::111122223333:role/gate"}, "no partition of AWS"),
    ],
)
def test_places_that_do_not_exist_are_refused_before_any_call(
    desk: Desk, config: dict[str, Any], words: str
) -> None:
    role = {"role_to_assume": "arn:aws:iam::111122223333:role/gate"} | config
    with pytest.raises(UsageError, match=words):
        validate(desk.open(role.pop("role_to_assume"), **role))


# -------------------------------------------------------------------------------------------- configuration


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"role_to_assume": "gate"}, "aws.role-to-assume: 'gate' is no ARN"),
        ({"role_to_assume": "arn:aws:iam::12:role/gate"}, "is no ARN"),
        ({"role_to_assume": "arn:aws:iam::111122223333:role/gate\n"}, "is no ARN"),
        ({"role_to_assume": "arn:aws:iam::111122223333:role/a", "role_chain": ("b",)}, "aws.role-chain"),
        ({"role_chain": ("arn:aws:iam::111122223333:role/gate",)}, "needs aws.role-to-assume"),
        ({"session_name": "a b"}, "no name of a session"),
        ({"session_name": "x" * 65}, "no name of a session"),
        ({"session_name": "ü2"}, "no name of a session"),
        ({"session_duration": 899}, "between 900 and 43200"),
        ({"session_duration": 43_201}, "between 900 and 43200"),
        (
            {
                "role_to_assume": "arn:aws:iam::111122223333:role/a",
                "role_chain": ("arn:aws:iam::111122223333:role/b",),
                "session_duration": 3601,
            },
            "chained role no more than an hour",
        ),
        ({"allowed_account_ids": ("1234",)}, "no id of an account"),
    ],
)
def test_a_wrong_configuration_is_told_without_asking_anybody(config: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        open_identity(AwsConfig(**config), {})


def test_a_configured_session_name_is_kept() -> None:
    assert session_name(AwsConfig(session_name="audit@x"), {}) == "audit@x"


@pytest.mark.parametrize(
    ("repository", "run", "name"),
    [
        ("o/r", "17", "pregate-o-r-17"),
        ("o/r", "", "pregate-o-r"),
        ("", "", "pregate"),
        ("o/" + "r" * 100, "17", f"pregate-o-{'r' * 51}-17"),
        ("o/" + "r" * 100, "", f"pregate-o-{'r' * 54}"),
        ("ö/r\n", "1 7", "pregate---r-1-7"),
    ],
)
def test_a_sessions_own_name_is_one_that_aws_takes(repository: str, run: str, name: str) -> None:
    found = session_name(AwsConfig(), {"GITHUB_REPOSITORY": repository, "GITHUB_RUN_ID": run})
    assert len(found) <= 64
    assert found.replace("--", "-").strip("-") == name.replace("--", "-").strip("-").replace("--", "-")


# ---------------------------------------------------------------------------------------------- boto3's own


def test_outside_of_a_job_boto3_finds_the_credentials_itself(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = desk.aws.user()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", user.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", user.secret_key)
    config = AwsConfig(role_to_assume="arn:aws:iam::111122223333:role/gate", region="eu-north-1")
    identity = open_identity(config, {})
    validate(identity)
    assert identity.account == desk.aws.account
    assert desk.did() == ["ValidatePolicy", "GetCallerIdentity"]
    assert identity.region == "eu-north-1"
    assert identity.federation is None


def test_without_a_region_anywhere_there_is_a_default() -> None:
    assert open_identity(AwsConfig(), {}).region == "us-east-1"


def test_keys_that_aws_does_not_know_are_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIA" + "X" * 16)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "y" * 40)
    with pytest.raises(CredentialsError, match="GetCallerIdentity"):
        _ = open_identity(AwsConfig(), {}).account
    assert len(desk.aws.log) == 1


def test_no_credentials_at_all_are_told(desk: Desk) -> None:
    with pytest.raises(CredentialsError, match="NoCredentialsError"):
        _ = open_identity(AwsConfig(), {}).account


@pytest.mark.parametrize(
    ("config", "environ", "fork", "expected"),
    [
        ("role", {"GITHUB_ACTIONS": "true"}, False, True),
        ("role", {"GITHUB_ACTIONS": "true"}, True, False),
        ("role", {}, False, False),
        ("", {"GITHUB_ACTIONS": "true"}, False, False),
        ("", {"AWS_ACCESS_KEY_ID": "x"}, False, True),
    ],
)
def test_credentials_are_expected_where_something_tells_of_them(
    config: str, environ: dict[str, str], fork: bool, expected: bool
) -> None:
    tokens = IdentityTokens(environ, lambda _: None, is_fork=fork)
    assert is_within_reach(AwsConfig(role_to_assume=config), environ, tokens) is expected


# -------------------------------------------------------------------------------------------------- secrecy


def test_no_value_is_in_an_environment_a_representation_a_log_or_an_exception(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "pregate")
    first = desk.role("hub")
    last = desk.chained("work", first)
    identity = desk.open(first, role_chain=(last,), allowed_account_ids=(desk.aws.account,))
    desk.aws.throttle("sts", times=2)
    validate(identity)
    keys = identity._keys
    assert keys
    said = [repr(identity), repr(keys), repr(keys.get_frozen_credentials()), repr(identity.federation)]
    desk.aws.fail("sts", "*", "AccessDenied", 403)
    keys.renew()
    with pytest.raises(PregateError) as caught:
        validate(identity)
    said += traceback.format_exception(caught.value)
    said += [caplog.text, str(dict(os.environ))]
    values = desk.aws.values()
    assert len(values) > 6
    assert not [value for value in values for text in said if value in text]
    assert said[:3] == ["Identity(***)", "RenewedKeys(***)", "Keys(***)"]
