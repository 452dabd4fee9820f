"""Access Analyzer's four checks: the real boto3 before a fake service, and in bad weather."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import botocore.exceptions
import botocore.session
import botocore.stub
import pytest

from pregate.aws import AccessAnalyzer, find_credentials, open_identity
from pregate.aws.access_analyzer import MAX_TEXT, RESOURCE_TYPES, actions
from pregate.aws.analyzer_errors import Patience
from pregate.checks.base import AccessAnswer, AccessReason, PolicyRemark
from pregate.config import AwsConfig
from pregate.errors import AwsError, CredentialsError, NotEvaluatedError
from pregate.iam import PolicyDocument, PolicyKind, extract
from pregate.iam.resource_types import PUBLIC_TYPES
from tests.fakeaws import FakeAws

# botocore has no types of its own.
ERRORS: Any = botocore.exceptions
STUBS: Any = botocore.stub
SERVICE: Any = botocore.session.get_session().get_service_model("accessanalyzer")  # type: ignore[no-untyped-call]
Call = Callable[[AccessAnalyzer], object]
CALLS: dict[str, Call] = {
    "ValidatePolicy": lambda analyzer: analyzer.validate(policy()),
    "CheckNoNewAccess": lambda analyzer: analyzer.no_new_access(policy(), policy()),
    "CheckAccessNotGranted": lambda analyzer: analyzer.access_not_granted(policy(), ["s3:GetObject"], []),
    "CheckNoPublicAccess": lambda analyzer: analyzer.no_public_access(bucket()),
}

STATEMENT = {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}
POLICY = {"Version": "2012-10-17", "Statement": [STATEMENT]}


def policy(**changes: Any) -> PolicyDocument:
    (document,) = extract("p.json", json.dumps({**POLICY, **changes})).documents
    return document


def bucket(principal: Any = "*") -> PolicyDocument:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Resource": "*"}
    (document,) = extract("p.json", json.dumps({**POLICY, "Statement": [statement]})).documents
    return PolicyDocument(PolicyKind.RESOURCE, "AWS::S3::Bucket", "", document.text, document.places)


def of_kind(kind: PolicyKind, attached: str = "") -> PolicyDocument:
    document = policy()
    return PolicyDocument(kind, attached, "", document.text, document.places)


class Stub:
    """Clients whose one client gives the answers of a list; an exception is raised."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.regions: list[str] = []
        self.meta = self
        self.region_name = "eu-west-1"

    def client(self, service: str, region: str = "") -> Any:
        assert service == "accessanalyzer"
        self.regions.append(region)
        return self

    def __getattr__(self, name: str) -> Any:
        def ask(**request: Any) -> Any:
            self.asked.append((name, request))
            answer = self.answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

        return ask


def refused(code: str, status: int, **members: Any) -> Exception:
    metadata = {"ResponseMetadata": {"HTTPStatusCode": status}}
    error = {"Error": {"Code": code, "Message": "quotes the document"}, **metadata, **members}
    made: Exception = ERRORS.ClientError(error, "Operation")
    return made


def impatient(pauses: list[float] | None = None, total: float = 90.0) -> Patience:
    kept = [] if pauses is None else pauses
    return Patience(total, sleep=kept.append, pick=lambda _low, high: high)


@pytest.fixture
def analyzer(aws: FakeAws) -> AccessAnalyzer:
    return AccessAnalyzer(aws.clients(), patience=impatient())


def requests(aws: FakeAws) -> list[dict[str, Any]]:
    return [call.request for call in aws.calls("accessanalyzer")]


def test_a_policy_is_sent_as_the_service_wants_it_and_its_remarks_come_back(
    aws: FakeAws, analyzer: AccessAnalyzer
) -> None:
    document = policy()
    (remark,) = analyzer.validate(document)
    start = document.text.index('"*"')
    assert (remark.kind, remark.code) == ("SECURITY_WARNING", "PASS_ROLE_WITH_STAR_IN_RESOURCE")
    assert (start, start + 3) in remark.spans
    assert remark.link.startswith("https://docs.aws.amazon.com/IAM/")
    assert requests(aws) == [{"policyDocument": document.text, "policyType": "IDENTITY_POLICY"}]


def test_every_page_of_the_answer_is_read(aws: FakeAws, analyzer: AccessAnalyzer) -> None:
    aws.page_size = 1
    two = [{**STATEMENT, "Sid": f"S{n}"} for n in range(3)]
    assert len(analyzer.validate(policy(Statement=two))) == 3
    assert len(requests(aws)) == 3


def test_an_answer_without_end_is_an_error() -> None:
    endless = Stub(*({"findings": [], "nextToken": "again"} for _ in range(100)))
    with pytest.raises(AwsError, match="does not end"):
        AccessAnalyzer(endless).validate(policy())


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
    aws: FakeAws, analyzer: AccessAnalyzer, kind: PolicyKind, attached: str, expected: dict[str, str]
) -> None:
    analyzer.validate(of_kind(kind, attached))
    assert requests(aws) == [{"policyDocument": policy().text, **expected}]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (PolicyKind.IDENTITY, "IDENTITY_POLICY"),
        (PolicyKind.SERVICE_CONTROL, "IDENTITY_POLICY"),
        (PolicyKind.RESOURCE, "RESOURCE_POLICY"),
        (PolicyKind.TRUST, "RESOURCE_POLICY"),
        (PolicyKind.RESOURCE_CONTROL, "RESOURCE_POLICY"),
    ],
)
def test_custom_checks_know_two_kinds(
    aws: FakeAws, analyzer: AccessAnalyzer, kind: PolicyKind, expected: str
) -> None:
    assert not analyzer.no_new_access(of_kind(kind), of_kind(kind)).granted
    analyzer.access_not_granted(of_kind(kind), ["s3:GetObject"], [])
    assert [request["policyType"] for request in requests(aws)] == [expected, expected]


def test_new_access_names_the_statement(aws: FakeAws, analyzer: AccessAnalyzer) -> None:
    two = [{**STATEMENT, "Action": "s3:GetObject"}, {**STATEMENT, "Sid": "X"}]
    answer = analyzer.no_new_access(policy(Statement=two[:1]), policy(Statement=two))
    assert answer == AccessAnswer(
        True,
        "The modified permissions grant new access compared to your existing policy.",
        (AccessReason("New access in the statement with sid: X.", 1),),
    )
    assert analyzer.charged_calls == 1
    assert aws.charged == {"CheckNoNewAccess": 1}


def test_sensitive_actions_and_resources_go_into_one_access(aws: FakeAws, analyzer: AccessAnalyzer) -> None:
    arn = "arn:aws:iam::111122223333:role/admin"
    assert analyzer.access_not_granted(policy(), ["iam:PassRole"], [arn]).granted
    assert not analyzer.access_not_granted(policy(), ["s3:GetObject"], []).granted
    analyzer.access_not_granted(policy(), [], [arn])
    assert [request["access"] for request in requests(aws)] == [
        [{"actions": ["iam:PassRole"], "resources": [arn]}],
        [{"actions": ["s3:GetObject"]}],
        [{"resources": [arn]}],
    ]


def test_public_access_is_asked_with_the_resource_type(aws: FakeAws, analyzer: AccessAnalyzer) -> None:
    assert analyzer.no_public_access(bucket()).granted
    assert not analyzer.no_public_access(bucket({"AWS": "111122223333"})).granted
    trust = PolicyDocument(PolicyKind.TRUST, "", "", bucket().text, bucket().places)
    analyzer.no_public_access(trust)
    types = [request["resourceType"] for request in requests(aws)]
    assert types == ["AWS::S3::Bucket", "AWS::S3::Bucket", "AWS::IAM::AssumeRolePolicyDocument"]
    assert analyzer.knows_public("AWS::S3::Bucket")
    assert not analyzer.knows_public("AWS::ECR::Repository")


def test_the_resource_types_are_those_of_the_model() -> None:
    validated = SERVICE.operation_model("ValidatePolicy").input_shape.members["validatePolicyResourceType"]
    public = SERVICE.operation_model("CheckNoPublicAccess").input_shape.members["resourceType"]
    assert set(validated.enum) == RESOURCE_TYPES
    assert set(public.enum) == PUBLIC_TYPES


def test_the_actions_that_a_role_needs_are_those_of_the_features() -> None:
    assert actions(("validate-policy",)) == ("access-analyzer:ValidatePolicy",)
    assert {action.partition(":")[2] for action in actions()} == set(CALLS)


@pytest.mark.parametrize("operation", CALLS)
def test_throttling_is_waited_out(aws: FakeAws, operation: str) -> None:
    pauses: list[float] = []
    aws.throttle("accessanalyzer", operation, times=3, retry_after=1)
    CALLS[operation](AccessAnalyzer(aws.clients(), patience=impatient(pauses)))
    assert pauses == [3.0, 5.0, 9.0]


def test_a_storm_of_throttling_ends_after_as_many_rounds(aws: FakeAws, analyzer: AccessAnalyzer) -> None:
    aws.throttle("accessanalyzer", times=1000)
    with pytest.raises(AwsError, match="too many requests"):
        analyzer.validate(policy())
    assert len(requests(aws)) == 7
    with pytest.raises(AwsError, match="too many requests"):
        analyzer.validate(policy())
    assert len(requests(aws)) < 14


def test_patience_is_one_for_the_whole_run() -> None:
    pauses: list[float] = []
    patience = impatient(pauses, total=5.0)
    throttled = refused("ThrottlingException", 429)
    stub = Stub(throttled, {"findings": []}, throttled, throttled)
    adapter = AccessAnalyzer(stub, patience=patience)
    adapter.validate(policy())
    with pytest.raises(AwsError, match="ThrottlingException"):
        adapter.validate(policy())
    assert pauses == [2.0, 2.0]


def test_pauses_are_random_and_really_slept(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    assert Patience().wait(0.0)
    assert 0 <= slept[0] <= 2


@pytest.mark.parametrize("operation", CALLS)
def test_a_denial_names_the_missing_action(aws: FakeAws, operation: str) -> None:
    clients = aws.clients(aws.user(policies=()))
    with pytest.raises(CredentialsError, match="AccessDeniedException") as caught:
        CALLS[operation](AccessAnalyzer(clients))
    assert f"access-analyzer:{operation}" in caught.value.hint
    assert len(requests(aws)) == 1


@pytest.mark.parametrize("operation", CALLS)
def test_a_region_without_the_check_is_named(aws: FakeAws, operation: str) -> None:
    aws.without("accessanalyzer", "ap-east-1", operation)
    with pytest.raises(
        NotEvaluatedError, match=f"{operation} is not offered in the Region ap-east-1"
    ) as caught:
        CALLS[operation](AccessAnalyzer(aws.clients(), "ap-east-1"))
    assert "iam.region" in caught.value.hint


def test_a_region_without_the_service_is_an_error(aws: FakeAws) -> None:
    aws.without("accessanalyzer", "eu-nowhere-1", drop=True)
    with pytest.raises(AwsError, match="cannot be reached in the Region eu-nowhere-1"):
        AccessAnalyzer(aws.clients(), "eu-nowhere-1").validate(policy())


@pytest.mark.parametrize("operation", CALLS)
@pytest.mark.parametrize(
    ("status", "code", "kind", "words"),
    [
        (403, "ExpiredTokenException", CredentialsError, "expired"),
        (403, "UnrecognizedClientException", CredentialsError, "sign in again"),
        (400, "ValidationException", NotEvaluatedError, "did not take the policy"),
        (422, "UnprocessableEntityException", NotEvaluatedError, "did not take the policy"),
        (404, "SomethingElse", NotEvaluatedError, "not offered in the Region eu-west-1"),
        (403, "MissingAuthenticationTokenException", NotEvaluatedError, "not offered"),
        (429, "ThrottlingException", AwsError, "too many requests"),
        (500, "InternalServerException", AwsError, "judge offline only"),
    ],
)
def test_a_refusal_names_its_cause_and_cure_and_quotes_nothing(
    operation: str, status: int, code: str, kind: type[Exception], words: str
) -> None:
    stub = Stub(*(refused(code, status) for _ in range(7)))
    with pytest.raises(kind) as caught:
        CALLS[operation](AccessAnalyzer(stub, patience=impatient()))
    assert words in str(caught.value)
    assert operation in str(caught.value)
    assert "quotes" not in str(caught.value)
    assert len(stub.asked) == (7 if status == 429 else 1)


@pytest.mark.parametrize("operation", CALLS)
def test_a_document_that_no_service_takes_is_not_sent(operation: str) -> None:
    long = policy(Id="x" * MAX_TEXT)
    calls: dict[str, Call] = {
        "ValidatePolicy": lambda analyzer: analyzer.validate(long),
        "CheckNoNewAccess": lambda analyzer: analyzer.no_new_access(long, policy()),
        "CheckAccessNotGranted": lambda analyzer: analyzer.access_not_granted(long, ["s3:GetObject"], []),
        "CheckNoPublicAccess": lambda analyzer: analyzer.no_public_access(long),
    }
    with pytest.raises(NotEvaluatedError, match="32768 characters"):
        calls[operation](AccessAnalyzer(Stub()))


def test_blanks_do_not_count_for_the_length(analyzer: AccessAnalyzer) -> None:
    assert analyzer.validate(policy(Id=" " * MAX_TEXT))


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ERRORS.NoCredentialsError(), CredentialsError),
        (ERRORS.EndpointConnectionError(endpoint_url="https://x"), AwsError),
        (ERRORS.ParamValidationError(report="x"), AwsError),
    ],
)
def test_failures_before_an_answer_are_ours(error: Exception, kind: type[AwsError]) -> None:
    with pytest.raises(kind, match=type(error).__name__) as caught:
        AccessAnalyzer(Stub(error)).validate(policy())
    assert type(caught.value) is kind
    assert caught.value.hint


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"findings": {}},
        {"findings": ["x"]},
        {"findings": [{"findingType": "ERROR"}]},
    ],
)
def test_an_answer_of_another_form_is_an_error(answer: Any) -> None:
    with pytest.raises(AwsError, match="answer"):
        AccessAnalyzer(Stub(answer)).validate(policy())


@pytest.mark.parametrize("answer", [{}, {"result": "MAYBE"}, {"result": True}])
def test_a_check_without_a_result_is_an_error(answer: Any) -> None:
    with pytest.raises(AwsError, match="documented form"):
        AccessAnalyzer(Stub(answer)).no_new_access(policy(), policy())


@pytest.mark.parametrize(
    ("reason", "statement"),
    [
        ({"statementIndex": 0}, 0),
        ({"statementIndex": 7}, -1),
        ({"statementIndex": True}, -1),
        ({"statementId": "One"}, 0),
        ({"statementIndex": 7, "statementId": "Twice"}, -1),
        ({}, -1),
    ],
)
def test_the_statement_of_a_reason_is_one_of_the_policys(reason: dict[str, Any], statement: int) -> None:
    ids = ["One", "Twice", "Twice"]
    document = policy(Statement=[{**STATEMENT, "Sid": sid} for sid in ids])
    stub = Stub({"result": "FAIL", "reasons": [reason, "nonsense"], "message": 7})
    answer = AccessAnalyzer(stub).no_new_access(document, document)
    assert answer == AccessAnswer(True, "", (AccessReason("", statement),))


def test_a_reason_may_be_missing() -> None:
    stub = Stub({"result": "FAIL", "reasons": None})
    assert AccessAnalyzer(stub).no_new_access(policy(), policy()) == AccessAnswer(True)


def location(path: list[Any], start: int, end: int, line: int = 1) -> dict[str, Any]:
    span = {
        "start": {"line": line, "column": start, "offset": start},
        "end": {"line": line, "column": end, "offset": end},
    }
    return {"path": path, "span": span}


@pytest.mark.parametrize(
    ("path", "flagged"),
    [
        ([{"value": "Statement"}, {"index": 0}, {"value": "Action"}], '"iam:PassRole"'),
        ([{"value": "Statement"}, {"index": 0}, {"key": "Action"}], '"Action"'),
        ([{"value": "Statement"}, {"index": 0}, {"value": "Action"}, {"substring": {}}], '"iam:PassRole"'),
        ([{"value": "Version"}], '"2012-10-17"'),
        ([{"key": "None"}], policy().text),
        (["nonsense"], policy().text),
        ([], policy().text),
    ],
)
@pytest.mark.parametrize("place", [(900, 901, 1), (5, 9, 2)])
def test_where_the_span_is_not_of_the_text_the_path_counts(
    path: list[Any], flagged: str, place: tuple[int, int, int]
) -> None:
    document = policy()
    found = {"findingType": "ERROR", "issueCode": "X", "findingDetails": "words", "learnMoreLink": "x:y"}
    found["locations"] = [location(path, *place)]  # type: ignore[assignment]
    (remark,) = AccessAnalyzer(Stub({"findings": [found]})).validate(document)
    start, end = remark.spans[0]
    assert document.text[start:end] == flagged
    assert remark.link == ""


def test_locations_of_another_form_are_left_out() -> None:
    found = {"findingType": "ERROR", "issueCode": "X", "findingDetails": "words", "locations": 7}
    (remark,) = AccessAnalyzer(Stub({"findings": [found]})).validate(policy())
    assert remark == PolicyRemark("ERROR", "X", "words", "", ())
    found["locations"] = [{"span": {"start": 1}, "path": None}]
    (remark,) = AccessAnalyzer(Stub({"findings": [found]})).validate(policy())
    assert remark.spans == ((0, len(policy().text)),)


def test_the_client_is_made_once_for_the_region_asked() -> None:
    stub = Stub({"findings": []}, {"result": "PASS"})
    adapter = AccessAnalyzer(stub, "eu-west-1")
    adapter.validate(policy())
    adapter.no_new_access(policy(), policy())
    assert stub.regions == ["eu-west-1"]


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
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    client = open_identity(AwsConfig(), variables).client("accessanalyzer", asked)
    assert client.meta.region_name == expected


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
    code = "import sys; from pregate.aws import *; find_credentials({});"
    code += "from pregate.config import AwsConfig; AccessAnalyzer(open_identity(AwsConfig(), {}));"
    code += "print('boto' in ' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
