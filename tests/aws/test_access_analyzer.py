from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import botocore.exceptions
import botocore.stub
import pytest

from pregate.aws import AccessAnalyzer, find_credentials
from pregate.aws.access_analyzer import MAX_TEXT, RESOURCE_TYPES, make_client
from pregate.checks.base import PolicyRemark
from pregate.errors import AwsError, CredentialsError
from pregate.iam import PolicyDocument, PolicyKind, extract
from tests.aws.fake_analyzer import OPERATION, Answer, FakeAnalyzer, finding

# botocore has no types of its own.
ERRORS: Any = botocore.exceptions
STUBS: Any = botocore.stub

POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}],
}


def policy(**changes: Any) -> PolicyDocument:
    (document,) = extract("p.json", json.dumps({**POLICY, **changes})).documents
    return document


def of_kind(kind: PolicyKind, attached: str = "") -> PolicyDocument:
    document = policy()
    return PolicyDocument(kind, attached, "", document.text, document.places)


@pytest.fixture
def analyzer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., tuple[AccessAnalyzer, FakeAnalyzer]]]:
    """The adapter with the real boto3 before a fake service."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setattr("time.sleep", lambda _: None)
    running: list[FakeAnalyzer] = []

    def start(answer: Callable[[dict[str, Any]], Answer]) -> tuple[AccessAnalyzer, FakeAnalyzer]:
        service = FakeAnalyzer(answer).start()
        running.append(service)
        monkeypatch.setenv("AWS_ENDPOINT_URL", service.url)
        return AccessAnalyzer(), service

    yield start
    for service in running:
        service.close()


def nothing(_: dict[str, Any]) -> Answer:
    return 200, {"findings": []}


def test_a_policy_is_sent_as_the_service_wants_it_and_its_remarks_come_back(analyzer: Any) -> None:
    document = policy()
    start = document.text.index('"*"')
    adapter, service = analyzer(lambda _: (200, {"findings": [finding("X_Y", "ERROR", start, start + 3)]}))
    (remark,) = adapter.validate(document)
    link = "https://docs.aws.amazon.com/access-analyzer#X_Y"
    assert remark == PolicyRemark("ERROR", "X_Y", "words", link, ((start, start + 3),))
    assert service.requests == [{"policyDocument": document.text, "policyType": "IDENTITY_POLICY"}]
    assert service.violations == []


def test_every_page_of_the_answer_is_read(analyzer: Any) -> None:
    def pages(request: dict[str, Any]) -> Answer:
        number = int(request.get("nextToken", "0"))
        more = {"nextToken": str(number + 1)} if number < 2 else {}
        return 200, {"findings": [finding(f"C{number}", "WARNING", 0, 1)], **more}

    adapter, service = analyzer(pages)
    assert [remark.code for remark in adapter.validate(policy())] == ["C0", "C1", "C2"]
    assert service.violations == []


def test_an_answer_without_end_is_an_error(analyzer: Any) -> None:
    adapter, _ = analyzer(lambda _: (200, {"findings": [], "nextToken": "again"}))
    with pytest.raises(AwsError, match="does not end"):
        adapter.validate(policy())


@pytest.mark.parametrize(
    ("kind", "attached", "expected"),
    [
        (PolicyKind.IDENTITY, "", {"policyType": "IDENTITY_POLICY"}),
        (PolicyKind.SERVICE_CONTROL, "", {"policyType": "SERVICE_CONTROL_POLICY"}),
        (PolicyKind.RESOURCE_CONTROL, "", {"policyType": "RESOURCE_CONTROL_POLICY"}),
        (PolicyKind.RESOURCE, "AWS::SQS::Queue", {"policyType": "RESOURCE_POLICY"}),
        (
            PolicyKind.RESOURCE,
            "AWS::S3::Bucket",
            {"policyType": "RESOURCE_POLICY", "validatePolicyResourceType": "AWS::S3::Bucket"},
        ),
        (
            PolicyKind.TRUST,
            "",
            {
                "policyType": "RESOURCE_POLICY",
                "validatePolicyResourceType": "AWS::IAM::AssumeRolePolicyDocument",
            },
        ),
    ],
)
def test_kinds_become_the_services_words(
    analyzer: Any, kind: PolicyKind, attached: str, expected: dict[str, str]
) -> None:
    adapter, service = analyzer(nothing)
    assert adapter.validate(of_kind(kind, attached)) == ()
    assert service.requests == [{"policyDocument": policy().text, **expected}]
    assert service.violations == []


def test_the_resource_types_are_those_of_the_model() -> None:
    assert set(OPERATION.input_shape.members["validatePolicyResourceType"].enum) == RESOURCE_TYPES


def test_throttling_is_waited_out(analyzer: Any) -> None:
    answers: list[Answer] = [
        (429, {"code": "ThrottlingException", "message": "slow down", "retryAfterSeconds": 1}),
        (500, {"code": "InternalServerException", "message": "oops"}),
        (200, {"findings": []}),
    ]
    adapter, service = analyzer(lambda _: answers.pop(0))
    assert adapter.validate(policy()) == ()
    assert len(service.requests) == 3


@pytest.mark.parametrize(
    ("status", "code", "kind", "words"),
    [
        (403, "AccessDeniedException", CredentialsError, "access-analyzer:ValidatePolicy"),
        (403, "ExpiredTokenException", CredentialsError, "expired"),
        (403, "UnrecognizedClientException", CredentialsError, "sign in again"),
        (429, "ThrottlingException", AwsError, "too many requests"),
        (400, "ValidationException", AwsError, "HTTP 400"),
        (500, "InternalServerException", AwsError, "local rules only"),
    ],
)
def test_a_refusal_names_its_cause_and_cure_and_quotes_nothing(
    analyzer: Any, status: int, code: str, kind: type[AwsError], words: str
) -> None:
    adapter, service = analyzer(lambda _: (status, {"code": code, "message": "quotes the document"}))
    with pytest.raises(kind, match=code) as caught:
        adapter.validate(policy())
    assert words in str(caught.value)
    assert "quotes" not in str(caught.value)
    assert len(service.requests) == (1 if status < 429 else 5)


def test_a_service_that_is_not_there_is_an_error(analyzer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    adapter, service = analyzer(nothing)
    service.close()
    with pytest.raises(AwsError, match="cannot be reached: EndpointConnectionError"):
        adapter.validate(policy())


def test_a_document_that_no_service_takes_is_not_sent() -> None:
    def never(_: str) -> Any:
        raise AssertionError

    (remark,) = AccessAnalyzer("", never).validate(policy(Id="x" * MAX_TEXT))
    assert remark.code == "POLICY_TOO_LARGE_TO_VALIDATE"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ERRORS.NoCredentialsError(), CredentialsError),
        (ERRORS.EndpointConnectionError(endpoint_url="https://x"), AwsError),
    ],
)
def test_failures_before_an_answer_are_ours(error: Exception, kind: type[AwsError]) -> None:
    def fail(_: str) -> Any:
        raise error

    with pytest.raises(kind, match=type(error).__name__) as caught:
        AccessAnalyzer("", fail).validate(policy())
    assert type(caught.value) is kind
    assert caught.value.hint


def test_the_client_is_made_once_for_the_region_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    client = make_client("eu-west-1")
    regions: list[str] = []
    expected = {"policyDocument": policy().text, "policyType": "IDENTITY_POLICY"}
    with STUBS.Stubber(client) as stubber:
        for _ in range(2):
            stubber.add_response("validate_policy", {"findings": []}, expected)
        adapter = AccessAnalyzer("eu-west-1", lambda region: regions.append(region) or client)  # type: ignore[func-returns-value]
        adapter.validate(policy())
        adapter.validate(policy())
        stubber.assert_no_pending_responses()
    assert regions == ["eu-west-1"]


@pytest.mark.parametrize(
    ("asked", "variables", "expected"),
    [
        ("eu-central-1", {"AWS_DEFAULT_REGION": "eu-west-1"}, "eu-central-1"),
        ("", {"AWS_DEFAULT_REGION": "eu-west-1"}, "eu-west-1"),
        ("", {}, "us-east-1"),
    ],
)
def test_the_region_is_asked_for_or_the_profiles_or_the_default(
    monkeypatch: pytest.MonkeyPatch, asked: str, variables: dict[str, str], expected: str
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    client = make_client(asked)
    assert client.meta.region_name == expected
    assert client.meta.config.retries["total_max_attempts"] == 5


@pytest.mark.parametrize(
    ("environ", "source"),
    [
        ({"AWS_ACCESS_KEY_ID": "x"}, "the environment variable AWS_ACCESS_KEY_ID"),
        ({"AWS_WEB_IDENTITY_TOKEN_FILE": "x"}, "the environment variable AWS_WEB_IDENTITY_TOKEN_FILE"),
        ({"AWS_PROFILE": "x"}, "the environment variable AWS_PROFILE"),
    ],
)
def test_credentials_in_the_environment_are_seen(environ: dict[str, str], source: str) -> None:
    account = find_credentials({**environ, "AWS_REGION": "eu-west-3"})
    assert account is not None
    assert (account.region, account.source) == ("eu-west-3", source)


def test_credentials_in_files_are_seen(tmp_path: Path) -> None:
    assert find_credentials({"HOME": str(tmp_path)}) is None
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "config").write_text("")
    account = find_credentials({"HOME": str(tmp_path)}, "eu-west-1")
    assert account is not None
    assert account.region == "eu-west-1"
    assert account.source.endswith("/.aws/config")
    named = {"AWS_CONFIG_FILE": str(tmp_path / "none"), "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none")}
    assert find_credentials({"HOME": str(tmp_path), **named}) is None


def test_an_empty_environment_has_no_credentials() -> None:
    assert find_credentials({}) is None
    assert find_credentials({"AWS_ACCESS_KEY_ID": "", "AWS_REGION": "eu-west-1"}) is None


def test_looking_for_credentials_does_not_import_boto3() -> None:
    code = "import sys; from pregate.aws import *; AccessAnalyzer(); find_credentials({});"
    code += "print('boto' in ' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
