from __future__ import annotations

from typing import Any

import pytest

from pregate.iam.validation.codes import CODES, Needs
from pregate.iam.validation.raw import findings_of
from tests.iam.validation.cases import CASES, Case
from tests.iam.validation.samples import ARN, KINDS, allow, found, policy, when


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_the_code_is_found_where_it_is_and_not_in_the_twin(case: Case) -> None:
    code, kind, bad, parts, good = case
    unquoted = [part.strip('"') for part in found(bad, kind).get(code, [])]
    assert sorted(unquoted) == sorted(part.strip('"') for part in parts)
    assert code not in found(good, kind)


def test_every_code_of_the_language_has_a_case() -> None:
    needed = {name for name, code in CODES.items() if code.needs is Needs.GRAMMAR}
    assert needed - {case[0] for case in CASES} == {"JSON_SYNTAX_ERROR"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_findings_have_the_form_of_the_service(case: Case) -> None:
    _code, kind, bad, *_ = case
    for finding in findings_of(bad, KINDS[kind]):
        assert list(finding) == ["findingDetails", "findingType", "issueCode", "learnMoreLink", "locations"]
        assert finding["findingDetails"].endswith((".", "resource"))
        assert finding["findingType"] == CODES[finding["issueCode"]].type
        for location in finding["locations"]:
            assert set(location["span"]) == {"start", "end"}


def codes(*statements: Any, kind: str = "identity", **rest: Any) -> set[str]:
    return set(found(policy(*statements, **rest), kind))


def test_a_plain_policy_is_clean() -> None:
    assert codes(allow()) == set()
    assert codes(allow(Action="s3:*", Resource="*")) == set()


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"Condition": []}, "[]"),
        ({"Condition": {"Bool": []}}, "[]"),
        ({"Condition": {"Bool": {"a:b": [None]}}}, "null"),
        ({"Condition": {"Bool": {"a:b": {}}}}, "{}"),
        ({"Action": [["s3:*"]]}, '["s3:*"]'),
        ({"Resource": {}}, "{}"),
        ({"Sid": ["a"]}, '["a"]'),
        ({"Principal": {"AWS": [1]}}, "1"),
    ],
)
def test_values_of_other_types(changes: dict[str, Any], wrong: str) -> None:
    assert found(policy(allow(**changes)), "resource")["DATA_TYPE_MISMATCH"] == [wrong]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("[]", "[]"),
        ('"a"', '"a"'),
        ('{"Version": 2012, "Statement": []}', "2012"),
        ('{"Version": "2012-10-17", "Statement": 1}', "1"),
        ('{"Version": "2012-10-17", "Statement": [null]}', "null"),
    ],
)
def test_documents_of_other_types(text: str, wrong: str) -> None:
    assert found(text)["DATA_TYPE_MISMATCH"] == [wrong]


def test_an_empty_list_of_statements() -> None:
    assert found('{"Version": "2012-10-17", "Statement": []}') == {"MISSING_STATEMENT": ["[]"]}


def test_an_element_in_the_wrong_case_is_not_missing() -> None:
    assert codes(allow(Action=None, action="s3:GetObject")) == {"INVALID_POLICY_ELEMENT"}


def test_a_resource_policy_may_leave_out_its_resource_and_write_free_ids() -> None:
    assert codes(allow(Resource=None, Sid="Enable it", Principal="*"), kind="resource") == set()


def test_an_empty_block_of_an_operator() -> None:
    assert found(policy(allow(Condition={"Bool": {}}))) == {"EMPTY_OBJECT_CONDITION": ["{}"]}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (("ForAnyValue:StringLike", "*"), "EQUIVALENT_TO_NULL_FALSE"),
        (("ForAnyValue:StringLikeIfExists", "*"), "REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION"),
        (("ForAllValues:StringLike", ["a", "**"]), "REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION"),
        (("ForAllValues:StringNotLike", "*"), "EQUIVALENT_TO_NULL_TRUE"),
        (("StringNotLikeIfExists", "*"), "EQUIVALENT_TO_NULL_TRUE"),
        (("ForAnyValue:StringNotLikeIfExists", "*"), "EQUIVALENT_TO_NULL_TRUE"),
    ],
)
def test_wildcards_that_decide_nothing(given: tuple[str, Any], code: str) -> None:
    assert codes(when(given[0], "aws:TagKeys", given[1])) - {"MISSING_QUALIFIER"} == {code}


@pytest.mark.parametrize("date", ["2026-13-01", "2026-01-00", "2026-01-01T25:00Z", "tomorrow", "2026-1-1"])
def test_no_dates(date: str) -> None:
    assert codes(when("DateGreaterThan", "aws:CurrentTime", date)) == {"TYPE_MISMATCH_DATE"}


@pytest.mark.parametrize(
    "date", ["2026-01-31", "2026-01-31T23:59:60.5+01:00", "2024-02-29t00:00z", "2026-01-31T10:00"]
)
def test_dates(date: str) -> None:
    assert codes(when("DateGreaterThanIfExists", "aws:CurrentTime", date)) == set()


def test_a_lower_bound_keeps_its_least_value() -> None:
    assert found(policy(when("NumericGreaterThan", "aws:PrincipalTag/b", [1, 2.5, "x"]))) == {
        "INVALID_CONDITION_DATA_TYPE": ['[1, 2.5, "x"]'],
        "TYPE_MISMATCH_NUMBER": ['"x"'],
    }
    assert found(policy(when("NumericGreaterThan", "aws:PrincipalTag/b", [1, 2.5]))) == {
        "REDUNDANT_CONDITION_VALUE_NUM": ["2.5"]
    }


def test_private_ranges_count_for_the_source_address_only() -> None:
    assert codes(when("IpAddress", "aws:VpcSourceIp", "10.0.0.0/8", Effect="Deny")) == set()
    assert codes(when("IpAddress", "aws:SourceIp", "0.0.0.0/0")) == set()


@pytest.mark.parametrize("address", ["10.0.0.0/255.0.0.0", "fe80::1%eth0", "10.0.0", "", "*", "1.2.3.4/"])
def test_no_addresses(address: str) -> None:
    assert codes(when("IpAddress", "aws:SourceIp", address)) == {"TYPE_MISMATCH_IP_RANGE"}


def test_several_variables_stand_apart() -> None:
    text = policy(allow(Resource="arn:aws:s3:::${}/${aws:a, b}/${aws:c"))
    assert found(text) == {
        "EMPTY_VARIABLE": ["${}"],
        "MISSING_QUOTE_IN_VARIABLE": ["${aws:a, b}"],
        "MISSING_BRACE_IN_VARIABLE": ["${aws:c"],
    }


def test_a_variable_under_another_operator_is_no_wrong_value() -> None:
    assert codes(when("IpAddress", "aws:SourceIp", "${aws:a}")) == {"INVALID_VARIABLE_FOR_OPERATOR"}


def test_variables_in_principals() -> None:
    text = policy(allow(Principal={"AWS": ["arn:aws:iam::123456789012:user/${aws:username}"]}))
    assert found(text, "resource") == {"VARIABLE_UNSUPPORTED_IN_ELEMENT": ["${aws:username}"]}


@pytest.mark.parametrize(
    "resource",
    [
        "arn:aws:iam::aws:policy/A",
        "arn:aws:iam::12*:role/a",
        "arn:aws:iam::${aws:PrincipalAccount}:role/a",
        "${aws:a}",
        "execute-api:/prod/GET/pets",
        "arn:aws:${aws:PrincipalTag/Service}:::a",
        "*",
    ],
)
def test_resources_with_nothing_to_say(resource: str) -> None:
    assert codes(allow(Resource=resource)) == set()


def test_a_colon_in_a_variable_separates_no_fields() -> None:
    assert found(policy(allow(Resource="arn:aws:s3:${aws:username}"))) == {
        "MISSING_ARN_FIELD": ['"arn:aws:s3:${aws:username}"']
    }


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        (allow(Action="iam:PassRole", Resource="arn:aws:iam::*:role/*"), "PASS_ROLE_WITH_STAR_IN_RESOURCE"),
        (
            allow(Action="iam:PassRole", Resource="arn:aws:iam::123456789012:role/*"),
            "PASS_ROLE_WITH_STAR_IN_RESOURCE",
        ),
        (allow(Action="iam:PassRole", Resource="arn:aws:iam::*:role/app-*"), None),
        (allow(Effect="Deny", Action="iam:PassRole", Resource="*"), None),
        (allow(Action=None, NotAction=["iam:*", "sts:*"], Resource="*"), None),
        (allow(Action="iam:PassRole", Resource=None, NotResource="*"), None),
        (
            when(
                "StringEqualsIfExists",
                "iam:PassedToService",
                "ec2.amazonaws.com",
                Action="iam:PassRole",
                Resource="*",
            ),
            "PASS_ROLE_WITH_STAR_IN_RESOURCE",
        ),
        (when("ArnLike", "iam:AssociatedResourceArn", ARN, Action="iam:PassRole", Resource="*"), None),
        (
            when(
                "StringLike",
                "iam:AWSServiceName",
                ["a.amazonaws.com", "*.amazonaws.com"],
                Action="iam:CreateServiceLinkedRole",
                Resource="*",
            ),
            "CREATE_SLR_WITH_STAR_IN_RESOURCE",
        ),
    ],
)
def test_roles(statement: Any, code: str | None) -> None:
    assert codes(statement) == ({code} if code else set())


def test_everything_allowed_is_both_families_whatever_is_denied() -> None:
    everything = {"Action": "*", "Resource": "*"}
    assert codes({"Effect": "Allow", **everything}, {"Effect": "Deny", **everything}) == {
        "PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE",
        "CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE",
    }
    assert codes(allow(**everything), kind="service-control") == set()


@pytest.mark.parametrize(
    ("resources", "groups"),
    [
        (["arn:aws:logs:*:*:log-group:A*", "arn:aws:logs:*:*:log-group:A*:log-stream:*"], 1),
        (["arn:aws:s3:::a", "arn:aws:s3:::a"], 1),
        (["arn:aws:s3:::a?", "arn:aws:s3:::a*"], 1),
        (["arn:aws:s3:::*?", "arn:aws:s3:::?*"], 1),
        (["arn:aws:s3:::?", "arn:aws:s3:::*b"], 0),
        (["arn:aws:s3:::a*b*c", "arn:aws:s3:::abc", "arn:aws:s3:::x*", "arn:aws:s3:::xy"], 2),
        (["arn:aws:s3:::a*bb*c", "arn:aws:s3:::abc"], 0),
        (["arn:aws:s3:::a*b", "arn:aws:s3:::a"], 0),
        (["*", "arn:aws:s3:::a"], 1),
    ],
)
def test_redundant_resources(resources: list[str], groups: int) -> None:
    text = policy(allow(Resource=resources))
    issues = [
        item for item in findings_of(text, KINDS["identity"]) if item["issueCode"] == "REDUNDANT_RESOURCE"
    ]
    assert len(issues) == groups


def test_the_longest_redundant_resource_is_named() -> None:
    text = policy(allow(Resource=["arn:aws:s3:::a*", "arn:aws:s3:::abcd", "arn:aws:s3:::ab"]))
    (issue,) = findings_of(text, KINDS["identity"])
    assert "The 3 resource ARN(s)" in issue["findingDetails"]
    assert "remove the resource arn:aws:s3:::abcd" in issue["findingDetails"]


def test_control_policies() -> None:
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}
    source = {"StringEquals": {"aws:SourceAccount": "123456789012"}}
    assert codes({**deny, "Condition": source}, kind="resource-control") == set()
    assert codes(allow(Effect="Deny", Action="s3:?et*"), kind="service-control") == {
        "SCP_SYNTAX_ERROR_ACTION_WILDCARD"
    }
