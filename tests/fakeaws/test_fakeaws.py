"""The fake AWS is as strict as the services: identity, permissions, faults, by the real boto3."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.fakeaws import FakeAws, Role
from tests.fakeaws.records import Principal
from tests.fakehub import FakeHub

AUDIENCE = "sts.amazonaws.com"
REPOSITORY = "octo-org/octo-repo"


def statement(*actions: str, resource: str = "*", **more: Any) -> dict[str, Any]:
    """A policy of one statement."""
    made = {"Effect": "Allow", "Action": list(actions), "Resource": resource} | more
    return {"Version": "2012-10-17", "Statement": [made]}


def refused(call: Any, **asked: Any) -> tuple[str, int, str]:
    """Code, HTTP status and message of the error that a call gives."""
    with pytest.raises(ClientError) as caught:
        call(**asked)
    error: dict[str, Any] = caught.value.response
    return error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"], error["Error"]["Message"]


@pytest.fixture
def role(aws: FakeAws, hub: FakeHub) -> Role:
    aws.provider(hub.oidc.url)
    return aws.role("gate", aws.trust(hub.oidc.url, f"repo:{REPOSITORY}:*"), max_session=7200)


def assume(aws: FakeAws, role: Role, token: str, **more: Any) -> dict[str, Any]:
    sts = aws.clients().client("sts")
    answer: dict[str, Any] = sts.assume_role_with_web_identity(
        RoleArn=role.arn, RoleSessionName="run-1", WebIdentityToken=token, **more
    )
    return answer


def refusal(aws: FakeAws, role: Role, token: str, **more: Any) -> tuple[str, int, str]:
    return refused(lambda: assume(aws, role, token, **more))


def holder(aws: FakeAws, answer: dict[str, Any]) -> Principal:
    return aws.principals[answer["Credentials"]["AccessKeyId"]]


# --- identity tokens


def test_a_right_token_gives_a_session_of_the_role(aws: FakeAws, hub: FakeHub, role: Role) -> None:
    answer = assume(aws, role, hub.oidc.token(AUDIENCE, REPOSITORY))
    assert answer["AssumedRoleUser"]["Arn"] == "arn:aws:sts::111122223333:assumed-role/gate/run-1"
    identity = aws.clients(holder(aws, answer)).client("sts").get_caller_identity()
    assert identity["Arn"] == "arn:aws:sts::111122223333:assumed-role/gate/run-1"
    assert [(c.operation, c.access_key != "", c.status) for c in aws.log] == [
        ("AssumeRoleWithWebIdentity", False, 200),
        ("GetCallerIdentity", True, 200),
    ]


def test_a_token_for_another_audience_is_refused(aws: FakeAws, hub: FakeHub, role: Role) -> None:
    found = refusal(aws, role, hub.oidc.token("else", REPOSITORY))
    assert found == ("InvalidIdentityToken", 400, "Incorrect token audience")


def test_a_token_that_is_over_is_refused(aws: FakeAws, hub: FakeHub, role: Role) -> None:
    hub.oidc.claims["exp"] = int(time.time()) - 10
    assert refusal(aws, role, hub.oidc.token(AUDIENCE, REPOSITORY))[:2] == ("ExpiredTokenException", 400)


@pytest.mark.parametrize("sub", ["repo:octo-org/other:pull_request", "repo:octo-org@1/octo-repo@2:x"])
def test_a_subject_that_the_role_does_not_trust_is_denied(
    aws: FakeAws, hub: FakeHub, role: Role, sub: str
) -> None:
    hub.oidc.claims["sub"] = sub
    words = "Not authorized to perform sts:AssumeRoleWithWebIdentity"
    assert refusal(aws, role, hub.oidc.token(AUDIENCE, REPOSITORY)) == ("AccessDenied", 403, words)


def test_the_immutable_form_of_the_subject_can_be_trusted(aws: FakeAws, hub: FakeHub) -> None:
    aws.provider(hub.oidc.url)
    subs = [f"repo:{REPOSITORY}:*", "repo:octo-org@1/octo-repo@2:*"]
    role = aws.role("gate", aws.trust(hub.oidc.url, subs))
    hub.oidc.claims["sub"] = "repo:octo-org@1/octo-repo@2:pull_request"
    assert assume(aws, role, hub.oidc.token(AUDIENCE, REPOSITORY))["Provider"].endswith("/_services/token")


def test_a_role_that_does_not_exist_is_denied_like_one_that_does_not_trust(
    aws: FakeAws, hub: FakeHub, role: Role
) -> None:
    role.arn = role.arn.replace("gate", "none")
    assert refusal(aws, role, hub.oidc.token(AUDIENCE, REPOSITORY))[0] == "AccessDenied"


def test_an_issuer_that_the_account_does_not_know_is_refused(aws: FakeAws, hub: FakeHub) -> None:
    role = aws.role("gate", aws.trust(hub.oidc.url))
    code, _, words = refusal(aws, role, hub.oidc.token(AUDIENCE, REPOSITORY))
    assert code == "InvalidIdentityToken"
    assert words == f"No OpenIDConnect provider found in your account for {hub.oidc.url}"


def test_a_signature_of_another_key_is_refused(aws: FakeAws, hub: FakeHub, role: Role) -> None:
    import jwt

    claims = jwt.decode(hub.oidc.token(AUDIENCE, REPOSITORY), options={"verify_signature": False})
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    token = jwt.encode(claims, other, algorithm="RS256", headers={"kid": "hub-1"})
    assert refusal(aws, role, token)[:2] == ("InvalidIdentityToken", 400)
    assert refusal(aws, role, "no.token.this")[0] == "InvalidIdentityToken"


def test_an_issuer_out_of_reach_is_an_error_that_can_heal(aws: FakeAws, hub: FakeHub, role: Role) -> None:
    aws.unreachable_issuers.add(hub.oidc.url)
    assert refusal(aws, role, hub.oidc.token(AUDIENCE, REPOSITORY))[0] == "IDPCommunicationError"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"DurationSeconds": 7201}, "ValidationError"),
        ({"Policy": "{"}, "MalformedPolicyDocument"),
        ({"Policy": '{"Version": "2012-10-17", "Statement": []}'}, "MalformedPolicyDocument"),
        ({"Policy": json.dumps(statement("s3:GetObject")).ljust(2049)}, "ValidationError"),
    ],
)
def test_the_limits_of_a_session_are_kept(
    aws: FakeAws, hub: FakeHub, role: Role, more: dict[str, Any], code: str
) -> None:
    assert refusal(aws, role, hub.oidc.token(AUDIENCE, REPOSITORY), **more)[:2] == (code, 400)


def test_a_session_policy_that_does_not_pack_is_refused(aws: FakeAws, hub: FakeHub, role: Role) -> None:
    aws.packed_policy_limit = 50
    policy = json.dumps(statement("s3:GetObject"))
    found = refusal(aws, role, hub.oidc.token(AUDIENCE, REPOSITORY), Policy=policy)
    assert found[:2] == ("PackedPolicyTooLarge", 400)


# --- sessions


def test_a_session_may_do_no_more_than_its_policy(aws: FakeAws, hub: FakeHub, role: Role) -> None:
    policy = json.dumps(statement("access-analyzer:ValidatePolicy"))
    session = holder(aws, assume(aws, role, hub.oidc.token(AUDIENCE, REPOSITORY), Policy=policy))
    analyzer = aws.clients(session).client("accessanalyzer")
    good = json.dumps(statement("s3:GetObject", resource="arn:aws:s3:::a/*"))
    asked = {"policyDocument": good, "policyType": "IDENTITY_POLICY"}
    assert analyzer.validate_policy(**asked)["findings"] == []
    code, status, words = refused(
        analyzer.check_access_not_granted, **asked, access=[{"actions": ["s3:PutObject"]}]
    )
    assert (code, status) == ("AccessDeniedException", 403)
    assert "no session policy allows the access-analyzer:CheckAccessNotGranted action" in words


def test_a_session_may_do_no_more_than_its_role(aws: FakeAws, hub: FakeHub) -> None:
    aws.provider(hub.oidc.url)
    role = aws.role("small", aws.trust(hub.oidc.url), [statement("s3:GetObject")])
    session = holder(aws, assume(aws, role, hub.oidc.token(AUDIENCE, REPOSITORY)))
    found = refused(aws.clients(session).client("sns").publish, TopicArn=aws.topic(), Message="x")
    assert found[:2] == ("AuthorizationError", 403)


def test_keys_expire(aws: FakeAws, hub: FakeHub, role: Role) -> None:
    aws.lifetime = 0.2
    session = holder(aws, assume(aws, role, hub.oidc.token(AUDIENCE, REPOSITORY)))
    sts = aws.clients(session).client("sts")
    sts.get_caller_identity()
    time.sleep(0.25)
    assert refused(sts.get_caller_identity)[:2] == ("ExpiredToken", 403)
    analyzer = aws.clients(session).client("accessanalyzer")
    code = refused(analyzer.validate_policy, policyDocument="{}", policyType="IDENTITY_POLICY")[0]
    assert code == "ExpiredTokenException"
    assert refused(aws.clients(session).client("s3").list_buckets)[:2] == ("ExpiredToken", 400)


def test_all_sessions_can_be_ended_at_once(aws: FakeAws, hub: FakeHub, role: Role) -> None:
    session = holder(aws, assume(aws, role, hub.oidc.token(AUDIENCE, REPOSITORY)))
    aws.expire()
    assert refused(aws.clients(session).client("kms").list_keys)[:2] == ("ExpiredTokenException", 400)


def test_keys_that_nobody_has_are_refused(aws: FakeAws) -> None:
    user = aws.user()
    del aws.principals[user.access_key]
    clients = aws.clients(user)
    assert refused(clients.client("sts").get_caller_identity)[:2] == ("InvalidClientTokenId", 403)
    assert refused(clients.client("s3").list_buckets)[:2] == ("InvalidAccessKeyId", 403)
    assert refused(clients.client("kms").list_keys)[:2] == ("UnrecognizedClientException", 400)


def test_keys_are_of_one_partition(aws: FakeAws) -> None:
    china = aws.user(partition="aws-cn")
    clients = aws.clients(china)
    assert clients.client("sts", "cn-north-1").get_caller_identity()["Arn"].startswith("arn:aws-cn:")
    assert refused(clients.client("sts", "eu-west-1").get_caller_identity)[0] == "InvalidClientTokenId"
    assert [c.region for c in aws.log] == ["cn-north-1", "eu-west-1"]


@pytest.mark.parametrize(
    ("region", "partition", "host"),
    [
        ("eu-west-1", "aws", "sts.eu-west-1.amazonaws.com"),
        ("cn-north-1", "aws-cn", "sts.cn-north-1.amazonaws.com.cn"),
        ("us-gov-west-1", "aws-us-gov", "sts.us-gov-west-1.amazonaws.com"),
    ],
)
def test_the_host_that_boto3_chose_is_known(aws: FakeAws, region: str, partition: str, host: str) -> None:
    session = aws.session(aws.user(partition=partition), region)
    with aws.as_amazonaws():
        session.client("sts", region_name=region).get_caller_identity()
        session.client("s3", region_name=region).list_buckets()
    assert [call.host for call in aws.log] == [host, host.replace("sts", "s3")]
    assert [call.region for call in aws.log] == [region, region]


def test_a_bucket_in_a_hosts_name_is_found(aws: FakeAws) -> None:
    bucket = aws.bucket()
    with aws.as_amazonaws():
        aws.session().client("s3").put_object(Bucket=bucket, Key="a", Body=b"x")
    assert aws.objects(bucket) == {"a": b"x"}
    assert aws.log[0].host == "reports.s3.eu-west-1.amazonaws.com"


# --- role chaining


def chained(aws: FakeAws, hub: FakeHub, trusted: str) -> tuple[Any, Role]:
    aws.provider(hub.oidc.url)
    first = aws.role("first", aws.trust(hub.oidc.url), max_session=43200)
    trust = statement("sts:AssumeRole", Principal={"AWS": trusted})
    del trust["Statement"][0]["Resource"]
    second = aws.role("second", trust, account="444455556666", max_session=43200)
    session = holder(aws, assume(aws, first, hub.oidc.token(AUDIENCE, REPOSITORY)))
    return aws.clients(session).client("sts"), second


@pytest.mark.parametrize(
    "trusted", ["arn:aws:iam::111122223333:root", "arn:aws:iam::111122223333:role/first"]
)
def test_a_role_can_be_assumed_by_the_session_of_one_it_trusts(
    aws: FakeAws, hub: FakeHub, trusted: str
) -> None:
    sts, second = chained(aws, hub, trusted)
    answer = sts.assume_role(RoleArn=second.arn, RoleSessionName="run-1")
    assert answer["AssumedRoleUser"]["Arn"] == "arn:aws:sts::444455556666:assumed-role/second/run-1"


def test_a_role_that_trusts_others_is_denied(aws: FakeAws, hub: FakeHub) -> None:
    sts, second = chained(aws, hub, "arn:aws:iam::111122223333:role/other")
    code, status, words = refused(sts.assume_role, RoleArn=second.arn, RoleSessionName="run-1")
    assert (code, status) == ("AccessDenied", 403)
    assert "is not authorized to perform: sts:AssumeRole on resource" in words


def test_a_chained_session_lasts_an_hour_at_most(aws: FakeAws, hub: FakeHub) -> None:
    sts, second = chained(aws, hub, "arn:aws:iam::111122223333:root")
    asked = {"RoleArn": second.arn, "RoleSessionName": "run-1", "DurationSeconds": 3601}
    assert refused(sts.assume_role, **asked)[0] == "ValidationError"


# --- faults


def test_a_fault_is_answered_as_often_as_ordered(aws: FakeAws) -> None:
    sts = aws.clients().client("sts")
    aws.throttle("sts", times=2)
    assert refused(sts.get_caller_identity)[0] == "Throttling"
    assert refused(sts.get_caller_identity)[0] == "Throttling"
    sts.get_caller_identity()


def test_a_fault_can_come_after_the_effect(aws: FakeAws) -> None:
    topic = aws.topic()
    aws.fail("sns", "Publish", "InternalError", 500, applied=True)
    assert refused(aws.clients().client("sns").publish, TopicArn=topic, Message="x")[:2] == (
        "InternalError",
        500,
    )
    assert [(c.service, c.operation, c.status, c.code) for c in aws.log] == [
        ("sns", "Publish", 500, "InternalError")
    ]


def test_throttling_says_when_to_come_again(aws: FakeAws) -> None:
    aws.throttle("accessanalyzer", "ValidatePolicy", retry_after=3)
    with pytest.raises(ClientError) as caught:
        aws.clients().client("accessanalyzer").validate_policy(
            policyDocument="{}", policyType="IDENTITY_POLICY"
        )
    response: dict[str, Any] = caught.value.response
    assert response["Error"]["Code"] == "ThrottlingException"
    assert response["retryAfterSeconds"] == 3
    assert response["ResponseMetadata"]["HTTPHeaders"]["retry-after"] == "3"


def test_a_connection_can_be_closed_without_an_answer(aws: FakeAws) -> None:
    aws.fail("sts", "*", "", drop=True)
    with pytest.raises(ConnectionClosedError):
        aws.clients().client("sts").get_caller_identity()
    assert aws.log[0].status == 0


def test_a_region_can_lack_a_service_or_an_operation(aws: FakeAws) -> None:
    aws.without("accessanalyzer", "eu-west-1", "CheckNoPublicAccess")
    aws.without("accessanalyzer", "mx-central-1", drop=True)
    policy = json.dumps(statement("s3:GetObject", Principal="*"))
    client = aws.clients().client("accessanalyzer")
    found = refused(client.check_no_public_access, policyDocument=policy, resourceType="AWS::S3::Bucket")
    assert found[:2] == ("UnknownOperationException", 404)
    with pytest.raises(ConnectionClosedError):
        aws.clients().client("accessanalyzer", "mx-central-1").validate_policy(
            policyDocument=policy, policyType="RESOURCE_POLICY"
        )


# --- moto's services


def test_a_message_is_signed_with_a_key_that_stays(aws: FakeAws) -> None:
    key = aws.kms_key("app")
    signature = (
        aws.clients()
        .client("kms")
        .sign(
            KeyId="alias/app", Message=b"x", MessageType="RAW", SigningAlgorithm="RSASSA_PKCS1_V1_5_SHA_256"
        )["Signature"]
    )
    public = serialization.load_pem_public_key(key.public_key.encode())
    assert isinstance(public, rsa.RSAPublicKey)
    public.verify(signature, b"x", padding.PKCS1v15(), hashes.SHA256())
    code = refused(
        aws.clients().client("kms").sign,
        KeyId=key.arn,
        Message=b"x" * 4096 + b"x",
        MessageType="RAW",
        SigningAlgorithm="RSASSA_PKCS1_V1_5_SHA_256",
    )[0]
    assert code in ("ValidationException", "ParamValidationError")


def test_a_policy_can_be_about_one_key_by_its_arn(aws: FakeAws) -> None:
    key, other = aws.kms_key("app"), aws.kms_key()
    user = aws.user(policies=[statement("kms:Sign", resource=key.arn)])
    kms = aws.clients(user).client("kms")
    asked = {"Message": b"x", "MessageType": "RAW", "SigningAlgorithm": "RSASSA_PKCS1_V1_5_SHA_256"}
    kms.sign(KeyId="alias/app", **asked)
    assert refused(kms.sign, KeyId=other.id, **asked)[:2] == ("AccessDeniedException", 400)


def test_a_secret_is_given_to_those_who_may_have_it(aws: FakeAws) -> None:
    arn = aws.secret("app-key", "words")
    user = aws.user(policies=[statement("secretsmanager:GetSecretValue", resource=arn)])
    client = aws.clients(user).client("secretsmanager")
    assert client.get_secret_value(SecretId="app-key")["SecretString"] == "words"
    assert refused(client.get_secret_value, SecretId="other")[0] == "AccessDeniedException"


def test_an_object_is_stored_in_the_bucket_of_its_owner(aws: FakeAws) -> None:
    key = aws.kms_key(spec="SYMMETRIC_DEFAULT", usage="ENCRYPT_DECRYPT")
    bucket = aws.bucket()
    s3 = aws.clients().client("s3")
    asked: dict[str, Any] = {"Bucket": bucket, "Key": "a/b c.json", "Body": b"{}"}
    more = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key.arn}
    s3.put_object(**asked, **more, ExpectedBucketOwner="111122223333")
    assert aws.objects(bucket) == {"a/b c.json": b"{}"}
    assert aws.head(bucket, "a/b c.json")["SSEKMSKeyId"] == key.arn
    found = refused(s3.put_object, **asked, ExpectedBucketOwner="444455556666")
    assert found[:2] == ("AccessDenied", 403)
    wrong = aws.clients().client("s3", "us-east-1")
    assert refused(wrong.put_object, **asked)[0] in (
        "AuthorizationHeaderMalformed",
        "IllegalLocationConstraintException",
    )


def test_an_encrypted_object_needs_its_key_too(aws: FakeAws) -> None:
    key = aws.kms_key(spec="SYMMETRIC_DEFAULT", usage="ENCRYPT_DECRYPT")
    user = aws.user(policies=[statement("s3:PutObject", resource="arn:aws:s3:::reports/*")])
    s3 = aws.clients(user).client("s3")
    asked = {"Bucket": aws.bucket(), "Key": "a", "Body": b"x"}
    s3.put_object(**asked)
    more = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key.arn}
    assert "kms:GenerateDataKey" in refused(s3.put_object, **asked, **more)[2]


def test_a_signed_address_ends_with_the_keys_that_signed_it(aws: FakeAws, hub: FakeHub, role: Role) -> None:
    import requests
    from botocore.config import Config

    bucket = aws.bucket()
    session = holder(aws, assume(aws, role, hub.oidc.token(AUDIENCE, REPOSITORY)))
    new: Any = Config
    s3 = aws.session(session).client("s3", endpoint_url=aws.url, config=new(signature_version="s3v4"))
    s3.put_object(Bucket=bucket, Key="a", Body=b"x")
    url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "a"}, ExpiresIn=60)
    with requests.get(url, timeout=10) as answer:
        assert answer.content == b"x"
    aws.expire()
    with requests.get(url, timeout=10) as answer:
        assert answer.status_code == 400
        assert "ExpiredToken" in answer.text


def test_another_process_finds_it_by_variables(aws: FakeAws) -> None:
    code = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])"
    environ = {**os.environ, **aws.variables(), **aws.user("dev").variables()}
    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True)
    assert done.stdout == "arn:aws:iam::111122223333:user/dev\n", done.stderr


def test_one_fake_knows_nothing_of_the_last() -> None:
    with FakeAws() as first:
        first.bucket("same")
    with FakeAws() as second:
        assert second.objects(second.bucket("same")) == {}
