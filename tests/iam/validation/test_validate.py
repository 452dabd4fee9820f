from __future__ import annotations

import json
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pregate.iam import extract
from pregate.iam.document import CLOSE, OPEN, PolicyDocument, PolicyKind
from pregate.iam.validation import issues
from pregate.iam.validation import validate as module
from pregate.iam.validation.codes import CODES, FindingType, Needs
from pregate.iam.validation.issue import Issue, Spot, Subject
from pregate.iam.validation.locations import Layout, findings, place
from pregate.iam.validation.raw import SyntaxProblem, document_of, findings_of
from pregate.iam.validation.validate import validate
from pregate.positions import parse_json
from tests.iam.validation.samples import allow, found, policy, when

IDENTITY = PolicyKind.IDENTITY


def test_the_table_has_every_code_of_the_guide() -> None:
    assert len(CODES) == 153
    by_type = [sum(code.type is kind for code in CODES.values()) for kind in FindingType]
    assert by_type == [79, 19, 26, 29]
    assert [sum(code.needs is need for code in CODES.values()) for need in Needs] == [79, 51, 23]
    link = CODES["MISSING_VERSION"].learn_more
    assert link.endswith("#access-analyzer-reference-policy-checks-general-warning-missing-version")
    assert CODES["PASS_ROLE_WITH_NOT_RESOURCE"].learn_more.endswith(
        "-security-warning-pass-role-with-not-resource"
    )


def test_each_code_is_evaluated_or_not_with_a_reason() -> None:
    result = validate(document_of(policy(allow()), IDENTITY))
    assert {name for name, code in CODES.items() if code.needs is Needs.GRAMMAR} <= result.evaluated
    assert {name for name, _ in result.not_evaluated} == CODES.keys() - result.evaluated
    assert all(reason for _, reason in result.not_evaluated)


def test_a_module_may_withhold_a_code_for_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    days: list[date | None] = []

    def rule(subject: Subject) -> Any:
        days.append(subject.today)
        yield Issue("INVALID_ACTION", "", ())
        yield Issue("INVALID_SERVICE", "", (Spot(""),))

    rules = SimpleNamespace(
        RULES=((("INVALID_ACTION", "INVALID_SERVICE"), rule),),
        withheld=lambda _: [("INVALID_SERVICE", "The table is too old.")],
    )
    monkeypatch.setattr(module, "MODULES", ("services",))
    monkeypatch.setattr(issues, "import_module", lambda _: rules)
    result = validate(document_of(policy(allow()), IDENTITY), today=date(2026, 1, 2))
    assert [issue.code for issue in result.issues] == ["INVALID_ACTION"]
    assert dict(result.not_evaluated)["INVALID_SERVICE"] == "The table is too old."
    assert days == [date(2026, 1, 2)]


def test_issues_come_in_the_order_of_the_text() -> None:
    text = policy(allow(Sid="", Effect="x"), allow(Action=[], Resource="b"))
    starts = [finding["locations"][0]["span"]["start"]["offset"] for finding in findings_of(text, IDENTITY)]
    assert starts == sorted(starts)
    assert len(starts) == 4


def test_places_as_the_service_writes_them() -> None:
    text = '{\n  "Version": "2012-10-17",\n  "Statement": {\n    "Effect": "Allow",\n    "Action": "s3:*",\n'
    text += '    "Resource": ["arn:aws:s3:::a", "arn:aws:S3:::b"],\n'
    text += '    "Condition": {"Bol": {"aws:PrincipalTag/c~d": 1}}\n  }\n}'
    (case, operator) = findings_of(text, IDENTITY)
    assert case["locations"] == [
        {
            "path": [
                {"value": "Statement"},
                {"value": "Resource"},
                {"index": 1},
                {"substring": {"start": 8, "length": 2}},
            ],
            "span": {
                "start": {"line": 6, "column": 44, "offset": text.index("S3")},
                "end": {"line": 6, "column": 46, "offset": text.index("S3") + 2},
            },
        }
    ]
    assert operator["locations"][0]["path"] == [
        {"value": "Statement"},
        {"value": "Condition"},
        {"key": "Bol"},
    ]


def test_the_whole_document_has_an_empty_path() -> None:
    text = f" {policy(allow(), Version=None)} "
    (location,) = findings_of(text, IDENTITY)[0]["locations"]
    assert location == {
        "path": [],
        "span": {
            "start": {"line": 1, "column": 0, "offset": 0},
            "end": {"line": 1, "column": len(text), "offset": len(text)},
        },
    }


def test_a_part_of_a_string_with_escapes() -> None:
    text = r'{"a": "\u00e9\n\ud83d\ude00${x}\"${y}"}'
    layout = Layout(text, parse_json(text))
    spans = [layout.span(Spot("/a", substring=(at, 4))) for at in (3, 8)]
    assert [text[start:end] for start, end in spans] == ["${x}", "${y}"]
    assert layout.span(Spot("/a", substring=(90, 4)))[0] == len(text) - 2


def test_a_spot_that_is_not_there_is_placed_around() -> None:
    text = '{"a/b": {"~c": [1]}}'
    layout = Layout(text, parse_json(text))
    assert text[slice(*layout.span(Spot("/a~1b/~0c/7")))] == "[1]"
    assert text[slice(*layout.span(Spot("/a~1b/d")))] == '{"~c": [1]}'
    assert text[slice(*layout.span(Spot("/a~1b/~0c/0", on_key=True)))] == "1"
    assert layout.location(Spot("/a~1b", on_key=True))["path"] == [{"key": "a/b"}]


def test_a_spot_in_a_file() -> None:
    source = (
        "Version: '2012-10-17'\nStatement:\n- Effect: Allow\n  Action: ['s3:*', 's3:Get*']\n  Resource: '*'\n"
    )
    (document,) = extract("p.yaml", source).documents
    (issue,) = validate(document).issues
    assert [place(document, spot).start_column for spot in issue.spots] == [12, 20]
    assert {place(document, spot).start_line for spot in issue.spots} == {4}


@pytest.mark.parametrize(
    ("text", "offset", "line", "column"),
    [
        ("", 0, 1, 0),
        ('{"a": }', 6, 1, 6),
        ('{\r\n"a": 1,\r\n}', 12, 3, 0),
        ("{} x", 3, 1, 3),
        ("[" * 300, 200, 1, 200),
    ],
)
def test_text_that_is_no_json(text: str, offset: int, line: int, column: int) -> None:
    (finding,) = findings_of(text, IDENTITY)
    assert finding["issueCode"] == "JSON_SYNTAX_ERROR"
    here = {"line": line, "column": column, "offset": offset}
    assert finding["locations"] == [{"path": [], "span": {"start": here, "end": here}}]
    assert f"index {offset} line {line} column {column}" in finding["findingDetails"]
    with pytest.raises(SyntaxProblem):
        document_of(text, IDENTITY)


def test_a_role_trust_policy_is_known_by_its_resource_type() -> None:
    document = document_of(policy(allow()), PolicyKind.RESOURCE, "AWS::IAM::AssumeRolePolicyDocument")
    assert document.kind is PolicyKind.TRUST
    assert document.locate("/Statement/0/Effect").start_column > 1


@pytest.mark.parametrize("mark", [f"{OPEN}0{CLOSE}", r"\ue0000\uE001", r"\\\ue0000\ue001"])
def test_a_text_cannot_forge_unknown_values(mark: str) -> None:
    text = policy(allow(Effect="X")).replace("X", mark)
    (finding,) = findings_of(text, IDENTITY)
    assert finding["issueCode"] == "INVALID_EFFECT"
    assert len(document_of(text, IDENTITY).text) == len(text)
    assert document_of(r'{"Id": "\\ue000"}', IDENTITY).text == r'{"Id": "\\ue000"}'


def test_what_a_template_leaves_open_is_never_an_issue() -> None:
    parts = ("Effect", "Sid", "Action", "Resource")
    statement: dict[str, Any] = {part: {"Ref": part} for part in parts}
    statement["Resource"] = [{"Ref": "R"}, {"Fn::Sub": "${R}:x"}]
    statement["Condition"] = {
        "Bool": {"aws:SecureTransport": {"Ref": "B"}},
        "IpAddress": {"aws:SourceIp": [{"Ref": "I"}, {"Ref": "J"}]},
        "NumericLessThan": {"s3:max-keys": {"Ref": "N"}},
        "StringEquals": {"aws:username": {"Fn::Sub": "*${U}"}},
    }
    properties = {"PolicyDocument": {"Version": {"Ref": "V"}, "Statement": [statement, {"Ref": "S"}]}}
    resource = {"Type": "AWS::IAM::ManagedPolicy", "Properties": properties}
    template = {
        "Parameters": {name: {"Type": "String"} for name in (*parts, *"RBIJNUVS")},
        "Resources": {"P": resource},
    }
    (document,) = extract("t.json", json.dumps(template)).documents
    assert [issue.code for issue in validate(document).issues] == []


def test_names_that_a_template_leaves_open_are_not_judged() -> None:
    open_name = f"{OPEN}0{CLOSE}"
    text = json.dumps(
        {
            "Version": "2008-10-17",
            "Statement": [
                allow(
                    Resource=f"arn:aws:s3:::${{a{open_name}}}",
                    NotAction=f"${{{open_name}}}",
                    Action=None,
                    Condition={
                        open_name: {"a": 1},
                        "Bool": {open_name: "x"},
                        "StringLike": {"aws:PrincipalTag/b": "$" + "{"},
                    },
                )
            ],
            open_name: 1,
        }
    )
    (document,) = extract("p.json", text).documents
    marked = PolicyDocument(IDENTITY, "", "", text, document.places)
    assert validate(marked).issues == ()


def test_of_long_lists_what_would_take_too_long_is_not_evaluated() -> None:
    plain = [f"arn:aws:s3:::bucket-{n}/*" for n in range(10_000)]
    parts = found(policy(allow(Resource=[*plain, plain[0]])))
    assert parts.keys() == {"REDUNDANT_RESOURCE", "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA"}
    assert parts["REDUNDANT_RESOURCE"] == [f'"{plain[0]}"'] * 2
    alike = document_of(policy(allow(Resource=[f"arn:*:{n}" for n in range(10_000)])), IDENTITY)
    result = validate(alike)
    assert "REDUNDANT_RESOURCE" not in result.evaluated
    assert "too many wildcards" in dict(result.not_evaluated)["REDUNDANT_RESOURCE"]
    assert not [issue for issue in result.issues if issue.code == "REDUNDANT_RESOURCE"]


def test_hostile_patterns_and_variables_are_read_to_their_end() -> None:
    stars = found(policy(allow(Resource=["arn:aws:s3:::" + "?a" * 1000 + "*" * n for n in range(200)])))
    assert "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA" in stars
    assert "MISSING_BRACE_IN_VARIABLE" in found(policy(allow(Resource="arn:aws:s3:::\n" + "${" * 10_000)))
    empty = found(policy(allow(Resource="arn:aws:s3:::\n" + "${}" * 5_000, Action="\u00e9${a}" * 5_000)))
    assert {"EMPTY_VARIABLE", "VARIABLE_UNSUPPORTED_IN_ELEMENT"} <= empty.keys()
    numbers = found(policy(when("NumericEquals", "a:b", ["9" * 4000, "-" * 100_000, "1e999"])))
    assert "TYPE_MISMATCH_NUMBER" in numbers


def test_deep_nesting_is_bounded() -> None:
    deep: Any = "x"
    for _ in range(190):
        deep = [deep]
    for part in ("Action", "Resource", "Principal", "Condition", "Sid", "Effect", "Foo"):
        found(policy(allow(**{part: deep}), allow(**{part: deep})))


names = st.sampled_from(
    [
        "Version",
        "Statement",
        "Effect",
        "Action",
        "NotAction",
        "Resource",
        "Condition",
        "Principal",
        "Sid",
        "AWS",
        "Bool",
        "ForAnyValue:Null",
        "IpAddress",
        "StringLike",
        "DateEquals",
        "aws:SourceIp",
        "a:b",
        "",
    ]
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.sampled_from(
        ["*", "?", "${", "${a, 'b}", "iam:PassRole", "arn:aws:s3:::${x}*", "10.0.0.0/8", "Allow"]
    ),
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=5),
    max_leaves=25,
)


@given(values, st.sampled_from(PolicyKind))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_anything_is_validated(value: Any, kind: PolicyKind) -> None:
    for whole in (value, {"Version": "2012-10-17", "Statement": value}):
        text = json.dumps(whole)
        document = document_of(text, kind)
        result = validate(document)
        for finding in findings(document, result.issues):
            for location in finding["locations"]:
                start, end = (location["span"][side]["offset"] for side in ("start", "end"))
                assert 0 <= start <= end <= len(text)


@given(st.text(max_size=30))
@settings(max_examples=100, deadline=None)
def test_any_text_is_validated(text: str) -> None:
    assert isinstance(findings_of(text, IDENTITY), list)
