"""What the fake AWS answers for Access Analyzer, Inspector Scan and Security Hub, and what it refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.fakeaws import FakeAws
from tests.fakeaws.test_fakeaws import refused, statement


@pytest.fixture
def analyzer(aws: FakeAws) -> Any:
    return aws.clients().client("accessanalyzer")


def validate(analyzer: Any, text: str, kind: str = "IDENTITY_POLICY", **more: Any) -> list[dict[str, Any]]:
    answer = analyzer.validate_policy(policyDocument=text, policyType=kind, **more)
    return list(answer["findings"])


def cut(text: str, location: dict[str, Any]) -> str:
    span = location["span"]
    return text[span["start"]["offset"] : span["end"]["offset"]]


# --- ValidatePolicy


def test_a_finding_has_its_exact_place(analyzer: Any) -> None:
    text = json.dumps(statement("s3:GetObjekt", "s3:ListBucket"), indent=2)
    (found,) = validate(analyzer, text)
    assert (found["issueCode"], found["findingType"]) == ("INVALID_ACTION", "ERROR")
    (location,) = found["locations"]
    path = [{"value": "Statement"}, {"index": 0}, {"value": "Action"}, {"index": 0}]
    assert location["path"] == path
    assert cut(text, location) == '"s3:GetObjekt"'
    start = location["span"]["start"]
    assert text.splitlines()[start["line"] - 1][start["column"] :].startswith('"s3:GetObjekt"')


def test_stars_give_two_findings_and_a_single_statement_has_no_index(analyzer: Any) -> None:
    text = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}'
    found = validate(analyzer, text)
    assert [(f["findingType"], f["issueCode"]) for f in found] == [
        ("SECURITY_WARNING", "PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE"),
        ("WARNING", "CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE"),
    ]
    assert [place["path"] for place in found[0]["locations"]] == [
        [{"value": "Statement"}, {"value": "Action"}],
        [{"value": "Statement"}, {"value": "Resource"}],
    ]


def test_a_place_can_be_a_key(analyzer: Any) -> None:
    text = '{"Version": "2012-10-17", "Extra": 1, "Statement": [' + json.dumps(
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"}
    )
    (found,) = validate(analyzer, text + "]}")
    assert (found["issueCode"], cut(text, found["locations"][0])) == ("UNKNOWN_TOP_LEVEL_FIELD", '"Extra"')
    assert found["locations"][0]["path"] == [{"key": "Extra"}]


@pytest.mark.parametrize(
    ("policy", "kind", "codes"),
    [
        ({"Statement": []}, "IDENTITY_POLICY", ["MISSING_STATEMENT"]),
        (
            {"Version": "2020", "Statement": [{"Effect": "Maybe"}]},
            "RESOURCE_POLICY",
            ["INVALID_VERSION", "INVALID_EFFECT", "MISSING_ACTION", "MISSING_RESOURCE", "MISSING_PRINCIPAL"],
        ),
        ({"Statement": [statement("s4:Get")["Statement"][0]]}, "IDENTITY_POLICY", None),
        (statement("iam:PassRole"), "IDENTITY_POLICY", ["PASS_ROLE_WITH_STAR_IN_RESOURCE"]),
        (statement("iam:*"), "IDENTITY_POLICY", ["PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE"]),
        (statement("iam:*"), "SERVICE_CONTROL_POLICY", []),
        (statement("s3:*", "s3:GetObject"), "IDENTITY_POLICY", ["REDUNDANT_ACTION"]),
        (statement(), "IDENTITY_POLICY", ["EMPTY_ARRAY_ACTION"]),
        (statement("s3:GetObject", NotPrincipal="*"), "RESOURCE_POLICY", ["ALLOW_WITH_NOT_PRINCIPAL"]),
    ],
)
def test_the_codes_of_findings(analyzer: Any, policy: Any, kind: str, codes: list[str] | None) -> None:
    found = [f["issueCode"] for f in validate(analyzer, json.dumps(policy), kind)]
    assert found == (["MISSING_VERSION", "INVALID_SERVICE_IN_ACTION"] if codes is None else codes)


def test_what_is_no_json_is_a_finding(analyzer: Any) -> None:
    (found,) = validate(analyzer, '{"Statement": [\n  oops')
    assert found["issueCode"] == "JSON_SYNTAX_ERROR"
    assert found["locations"][0]["span"]["start"] == {"line": 2, "column": 2, "offset": 18}


def test_findings_come_in_pages(aws: FakeAws, analyzer: Any) -> None:
    aws.page_size = 2
    text = json.dumps(statement(*(f"s3:Nothing{n}" for n in range(5))))
    pages = list(
        analyzer.get_paginator("validate_policy").paginate(policyDocument=text, policyType="IDENTITY_POLICY")
    )
    assert [len(page["findings"]) for page in pages] == [2, 2, 1]
    assert refused(validate, analyzer=analyzer, text=text, nextToken="x")[0] == "ValidationException"


def test_a_test_can_add_findings_of_its_own(aws: FakeAws, analyzer: Any) -> None:
    text = json.dumps(statement("s3:GetObject", resource="arn:aws:s3:::marked/*"))
    extra = {"findingDetails": "d", "findingType": "SUGGESTION", "issueCode": "X", "learnMoreLink": "l"}
    aws.extra_findings.append(extra | {"locations": [], "marker": "marked"})
    assert validate(analyzer, text) == [extra | {"locations": []}]


def test_a_request_against_the_model_is_refused_and_noted(aws: FakeAws, analyzer: Any) -> None:
    code = refused(validate, analyzer=analyzer, text="{}", kind="NO_SUCH_POLICY")[0]
    assert code == "ValidationException"
    (noted,) = aws.violations
    assert "NO_SUCH_POLICY" in noted
    aws.violations.clear()


def test_a_document_that_is_too_large_is_refused(analyzer: Any) -> None:
    text = json.dumps(statement(*(f"s3:Nothing{n}" for n in range(3000))))
    assert refused(validate, analyzer=analyzer, text=text)[:2] == ("ValidationException", 400)


# --- the custom checks


def no_new(analyzer: Any, new: Any, old: Any) -> Any:
    return analyzer.check_no_new_access(
        newPolicyDocument=json.dumps(new),
        existingPolicyDocument=json.dumps(old),
        policyType="IDENTITY_POLICY",
    )


A, B = "arn:aws:s3:::a/*", "arn:aws:s3:::b/*"
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: Any, resource: Any = "*", effect: str = "Allow", **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": resource} | more


@pytest.mark.parametrize(
    ("new", "old", "result"),
    [
        (policy(allow("s3:GetObject", A)), policy(allow("s3:*", A)), "PASS"),
        (policy(allow("S3:getobject", A)), policy(allow("s3:GetObject", A)), "PASS"),
        (policy(allow("s3:*", A)), policy(allow("s3:GetObject", A)), "FAIL"),
        (policy(allow("s3:GetObject", [A, B])), policy(allow("s3:GetObject", A)), "FAIL"),
        (policy(allow("s3:GetObject", A, Condition=MFA)), policy(allow("s3:GetObject", A)), "PASS"),
        (policy(allow("s3:GetObject", A)), policy(allow("s3:GetObject", A, Condition=MFA)), "FAIL"),
        (policy(allow("s3:GetObject", A)), policy(allow("s3:*"), allow("s3:Get*", A, "Deny")), "FAIL"),
        (policy(allow("s3:*", A), allow("*", "*", "Deny")), policy(allow("sns:Publish")), "PASS"),
        (policy({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}), policy(allow("s3:*")), "FAIL"),
        (policy(allow("s3:*")), policy({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}), "PASS"),
        (policy(allow("*", "*", "Deny")), policy(allow("s3:*")), "PASS"),
    ],
)
def test_new_access_is_what_the_old_policy_does_not_cover(
    aws: FakeAws, analyzer: Any, new: Any, old: Any, result: str
) -> None:
    assert no_new(analyzer, new, old)["result"] == result
    assert aws.charged == {"CheckNoNewAccess": 1}


def test_reasons_name_the_statement(analyzer: Any) -> None:
    new = policy(allow("s3:GetObject", A), allow("sns:Publish", Sid="More"), allow("sqs:SendMessage"))
    found = no_new(analyzer, new, policy(allow("s3:*")))["reasons"]
    assert [(r["statementIndex"], r.get("statementId")) for r in found] == [(1, "More"), (2, None)]


def granted(analyzer: Any, document: Any, **access: Any) -> str:
    answer = analyzer.check_access_not_granted(
        policyDocument=json.dumps(document), access=[access], policyType="IDENTITY_POLICY"
    )
    return str(answer["result"])


@pytest.mark.parametrize(
    ("document", "access", "result"),
    [
        (policy(allow("s3:*", A)), {"actions": ["s3:PutObject"]}, "FAIL"),
        (policy(allow("s3:Get*", A)), {"actions": ["s3:PutObject"]}, "PASS"),
        (policy(allow("s3:*", A)), {"actions": ["s3:PutObject"], "resources": [B]}, "PASS"),
        (policy(allow("s3:*")), {"resources": [B]}, "FAIL"),
        (policy(allow("s3:*", A)), {"resources": [B]}, "PASS"),
        (policy(allow("*"), allow("s3:*", "*", "Deny")), {"actions": ["s3:PutObject"]}, "PASS"),
    ],
)
def test_listed_actions_and_resources(analyzer: Any, document: Any, access: Any, result: str) -> None:
    assert granted(analyzer, document, **access) == result


def test_limits_of_the_access_to_look_for(aws: FakeAws, analyzer: Any) -> None:
    document = policy(allow("s3:*"))
    assert refused(granted, analyzer=analyzer, document=document, resources=["bucket"])[2] == "Invalid ARN"
    assert (
        refused(granted, analyzer=analyzer, document=document, actions=["s3:*"])[0]
        == "InvalidParameterException"
    )
    assert refused(granted, analyzer=analyzer, document=document)[0] == "ValidationException"
    assert aws.charged == {}
    many = [f"s3:Nothing{n}" for n in range(101)]
    assert refused(granted, analyzer=analyzer, document=document, actions=many)[0] == "ValidationException"
    (noted,) = aws.violations
    assert "101 is more than 100" in noted
    aws.violations.clear()


@pytest.mark.parametrize(
    ("principal", "condition", "result"),
    [
        ("*", {}, "FAIL"),
        ({"AWS": "*"}, {}, "FAIL"),
        ({"AWS": "111122223333"}, {}, "PASS"),
        ("*", {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, "PASS"),
        ("*", {"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}, "FAIL"),
    ],
)
def test_public_access(analyzer: Any, principal: Any, condition: Any, result: str) -> None:
    document = policy(allow("s3:GetObject", A, Principal=principal, Condition=condition))
    answer = analyzer.check_no_public_access(
        policyDocument=json.dumps(document), resourceType="AWS::S3::Bucket"
    )
    assert answer["result"] == result


@pytest.mark.parametrize("text", ["{", "[]", '{"Statement": [{"Action": "*"}]}'])
def test_a_custom_check_refuses_what_is_no_policy(aws: FakeAws, analyzer: Any, text: str) -> None:
    asked = {"policyDocument": text, "resourceType": "AWS::S3::Bucket"}
    assert refused(analyzer.check_no_public_access, **asked)[0] == "ValidationException"
    assert aws.charged == {}


# --- Inspector Scan


def bill(**more: Any) -> dict[str, Any]:
    component = {"bom-ref": "c1", "type": "library", "name": "jinja2", "purl": "pkg:pypi/jinja2@2.4.1"}
    return {"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [component]} | more


def test_a_bill_of_materials_is_scanned(aws: FakeAws) -> None:
    aws.advisories["pkg:pypi/jinja2@2.4.1"] = [{"id": "CVE-2014-1402", "ratings": [{"severity": "high"}]}]
    client = aws.clients().client("inspector-scan")
    answer = client.scan_sbom(sbom=bill(), outputFormat="CYCLONE_DX_1_5")["sbom"]
    assert answer["vulnerabilities"] == [
        {"id": "CVE-2014-1402", "ratings": [{"severity": "high"}], "affects": [{"ref": "c1"}]}
    ]
    assert (
        client.scan_sbom(sbom=bill(), outputFormat="INSPECTOR")["sbom"]["vulnerability_count"]["total"] == 1
    )


@pytest.mark.parametrize(
    "more",
    [
        {"specVersion": "9"},
        {"bomFormat": "SPDX"},
        {"components": [{"name": "x"}]},
        {"components": [{}] * 5001},
    ],
)
def test_another_bill_is_refused(aws: FakeAws, more: Any) -> None:
    client = aws.clients().client("inspector-scan")
    assert refused(client.scan_sbom, sbom=bill(**more))[:2] == ("ValidationException", 400)


# --- Security Hub

PRODUCT = "arn:aws:securityhub:eu-west-1:111122223333:product/111122223333/default"


def finding(identity: str = "f-1", **more: Any) -> dict[str, Any]:
    return {
        "SchemaVersion": "2018-10-08",
        "Id": identity,
        "ProductArn": PRODUCT,
        "GeneratorId": "tool/rule",
        "AwsAccountId": "111122223333",
        "CreatedAt": "2026-01-01T00:00:00Z",
        "UpdatedAt": "2026-01-01T00:00:00Z",
        "Types": ["Software and Configuration Checks/Vulnerabilities"],
        "Severity": {"Label": "HIGH"},
        "Title": "t",
        "Description": "d",
        "Resources": [{"Type": "Other", "Id": "r"}],
    } | more


@pytest.fixture
def hub_client(aws: FakeAws) -> Any:
    return aws.clients().client("securityhub")


def test_findings_are_imported_updated_and_found(aws: FakeAws, hub_client: Any) -> None:
    answer = hub_client.batch_import_findings(Findings=[finding(), finding("f-2")])
    assert (answer["SuccessCount"], answer["FailedCount"]) == (2, 0)
    later = {
        "UpdatedAt": "2026-01-02T00:00:00Z",
        "CreatedAt": "2026-01-02T00:00:00Z",
        "RecordState": "ARCHIVED",
    }
    hub_client.batch_update_findings(
        FindingIdentifiers=[{"Id": "f-1", "ProductArn": PRODUCT}], Workflow={"Status": "RESOLVED"}
    )
    aws.findings[f"eu-west-1 {PRODUCT} f-1"]["UpdatedAt"] = "2026-01-01T12:00:00Z"
    hub_client.batch_import_findings(Findings=[finding(**later)])
    (found,) = hub_client.get_findings(Filters={"Id": [{"Value": "f-1", "Comparison": "EQUALS"}]})["Findings"]
    assert (found["RecordState"], found["Workflow"]["Status"]) == ("ARCHIVED", "RESOLVED")
    assert (found["CreatedAt"], found["UpdatedAt"]) == ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z")
    assert found["Severity"] == {"Label": "HIGH", "Normalized": 70}


def test_an_older_state_replaces_nothing(hub_client: Any) -> None:
    hub_client.batch_import_findings(Findings=[finding()])
    hub_client.batch_import_findings(Findings=[finding(Title="other")])
    assert hub_client.get_findings()["Findings"][0]["Title"] == "t"


def test_findings_are_found_by_page_and_filter(aws: FakeAws, hub_client: Any) -> None:
    hub_client.batch_import_findings(
        Findings=[finding(f"f-{n}", ProductFields={"repo": "a" if n < 3 else "b"}) for n in range(5)]
    )
    aws.page_size = 2
    pages = list(hub_client.get_paginator("get_findings").paginate())
    assert [len(page["Findings"]) for page in pages] == [2, 2, 1]
    wanted = {
        "ProductFields": [{"Key": "repo", "Value": "a", "Comparison": "EQUALS"}],
        "Id": [{"Value": "f-1", "Comparison": "NOT_EQUALS"}],
        "GeneratorId": [{"Value": "tool/", "Comparison": "PREFIX"}],
        "WorkflowStatus": [{"Value": "NEW", "Comparison": "EQUALS"}],
    }
    assert [f["Id"] for f in hub_client.get_findings(Filters=wanted)["Findings"]] == ["f-0", "f-2"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"Title": "t" * 257}, "Title: longer than 256"),
        ({"Description": "t" * 1025}, "Description: longer than 1024"),
        ({"UpdatedAt": "yesterday"}, "UpdatedAt: not a time"),
        ({"Severity": {"Label": "LOW", "Normalized": 70}}, "Label and Normalized differ"),
        ({"Severity": {}}, "neither Label nor Normalized"),
        ({"Types": ["Nonsense"]}, "not of the taxonomy"),
        ({"Types": ["Software and Configuration Checks/Nonsense"]}, "is no category of"),
        ({"ProductFields": {str(n): "x" for n in range(51)}}, "ProductFields: more than 50"),
        ({"Resources": []}, "Resources: not from 1 to 32"),
        ({"SourceUrl": "repo"}, "SourceUrl: no address"),
        ({"Remediation": {"Recommendation": {"Text": "t" * 513}}}, "longer than 512"),
        ({"AwsAccountId": "444455556666"}, "not the account that calls"),
        ({"ProductArn": PRODUCT.replace("eu-west-1", "us-east-1")}, "ProductArn"),
        ({"Malware": [{"Name": "x" * 250_000}]}, "larger than 240 KB"),
        ({"SchemaVersion": "2"}, "SchemaVersion"),
    ],
)
def test_a_finding_over_the_limits_is_refused_alone_and_noted(
    aws: FakeAws, hub_client: Any, more: dict[str, Any], words: str
) -> None:
    answer = hub_client.batch_import_findings(Findings=[finding(**more), finding("good")])
    assert (answer["SuccessCount"], answer["FailedCount"]) == (1, 1)
    assert answer["FailedFindings"][0]["ErrorCode"] == "InvalidInput"
    assert words in aws.violations.pop()
    assert aws.violations == []


def test_a_call_against_the_model_is_refused_whole(aws: FakeAws, hub_client: Any) -> None:
    many = [finding(f"f-{n}") for n in range(101)]
    assert refused(hub_client.batch_import_findings, Findings=many)[:2] == ("InvalidInputException", 400)
    wrong = [finding(Severity={"Label": "SEVERE"})]
    assert refused(hub_client.batch_import_findings, Findings=wrong)[0] == "InvalidInputException"
    assert [("101" in v, "SEVERE" in v) for v in aws.violations] == [(True, False), (False, True)]
    aws.violations.clear()


def test_a_test_can_order_that_some_findings_fail(aws: FakeAws, hub_client: Any) -> None:
    aws.refused_findings["f-2"] = ("InternalFailure", "Ordered by the test.")
    answer = hub_client.batch_import_findings(Findings=[finding(), finding("f-2")])
    assert answer["FailedFindings"] == [
        {"Id": "f-2", "ErrorCode": "InternalFailure", "ErrorMessage": "Ordered by the test."}
    ]
    missing = [{"Id": "none", "ProductArn": PRODUCT}, {"Id": "f-1", "ProductArn": PRODUCT}]
    done = hub_client.batch_update_findings(FindingIdentifiers=missing, Note={"Text": "n", "UpdatedBy": "u"})
    assert [u["ErrorCode"] for u in done["UnprocessedFindings"]] == ["FindingNotFound"]


def test_a_region_where_the_hub_is_off_says_so(aws: FakeAws, hub_client: Any) -> None:
    aws.no_security_hub.add("eu-west-1")
    code, status, words = refused(hub_client.get_findings)
    assert (code, status) == ("InvalidAccessException", 401)
    assert words == "Account 111122223333 is not subscribed to AWS Security Hub"
