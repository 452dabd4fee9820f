from __future__ import annotations

import json
from importlib import import_module
from typing import Any

import pytest

from pregate.checks.base import Analysis, PolicyRemark, Target
from pregate.checks.iam import IamCheck
from pregate.config import IamConfig
from pregate.errors import CredentialsError
from pregate.iam import PolicyDocument
from pregate.iam.validation.codes import CODES
from pregate.iam.validation.validate import MODULES
from pregate.model import Finding, Location, Severity, UnreadReason
from tests.checks.trees import Files

JSON_BAD = """\
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Deploy",
      "Effect": "Allow",
      "Action": ["s3:GetObject", "iam:PassRole"],
      "Resource": "*"
    }
  ]
}
"""
JSON_CLEAN = JSON_BAD.replace('"Resource": "*"', '"Resource": "arn:aws:iam::123456789012:role/app"')

YAML_BAD = """\
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement:
          - Effect: Allow
            Principal: {Service: lambda.amazonaws.com}
            Action: sts:AssumeRole
      Policies:
        - PolicyName: inline
          PolicyDocument:
            Version: 2012-10-17
            Statement:
              - Sid: All
                Effect: Allow
                Action: 'sqs:*'
                Resource: !If [Prod, !GetAtt Queue.Arn, '*']
"""
YAML_CLEAN = YAML_BAD.replace("'sqs:*'", "'sqs:SendMessage'")

CFN_BAD = json.dumps(
    {
        "Resources": {
            "Access": {
                "Type": "AWS::SNS::TopicPolicy",
                "Properties": {
                    "PolicyDocument": {
                        "Version": "2012-10-17",
                        "Statement": {
                            "Effect": "Allow",
                            "Principal": {"AWS": "*"},
                            "Action": "sns:Publish",
                            "Resource": {"Ref": "Topic"},
                        },
                    }
                },
            }
        }
    },
    indent=1,
)
CFN_CLEAN = CFN_BAD.replace('"AWS": "*"', '"AWS": "123456789012"')

SAM_BAD = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Function:
    Type: AWS::Serverless::Function
    Properties:
      Policies:
        - AWSLambdaBasicExecutionRole
        - Statement:
            Effect: Allow
            Action: dynamodb:*
            Resource: '*'
          Version: 2012-10-17
"""
SAM_CLEAN = SAM_BAD.replace("dynamodb:*", "dynamodb:ListTables")


def analyse(text: str | bytes, path: str = "a/p.json", engine: str = "auto") -> Analysis:
    data = text if isinstance(text, bytes) else text.encode()
    return IamCheck(IamConfig(engine=engine)).analyse(Target(path, data))


def brief(findings: tuple[Finding, ...]) -> list[tuple[str, tuple[int, int, int, int]]]:
    return [
        (
            f.rule.id,
            (f.location.start_line, f.location.start_column, f.location.end_line, f.location.end_column),
        )
        for f in findings
    ]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (
            "p.json",
            JSON_BAD,
            [("iam/sensitive-data-any", (7, 18, 7, 32)), ("iam/pass-role-any", (7, 34, 7, 48))],
        ),
        (
            "t.yaml",
            YAML_BAD,
            [
                ("iam/service-wildcard", (18, 25, 18, 32)),
                ("iam/service-wildcard-any-resource", (18, 25, 18, 32)),
            ],
        ),
        ("t.json", CFN_BAD, [("iam/public-principal", (11, 15, 11, 18))]),
        ("template.yml", SAM_BAD, [("iam/service-wildcard-any-resource", (10, 21, 10, 31))]),
    ],
)
def test_bad_policies_are_found_at_their_exact_place(path: str, text: str, expected: Any) -> None:
    analysis = analyse(text, path)
    assert brief(analysis.findings) == expected
    assert {f.location.path for f in analysis.findings} == {path}
    assert (analysis.unread, analysis.concerned) == ((), True)


@pytest.mark.parametrize(
    ("path", "text"),
    [("p.json", JSON_CLEAN), ("t.yaml", YAML_CLEAN), ("t.json", CFN_CLEAN), ("template.yml", SAM_CLEAN)],
)
def test_their_clean_twins_are_silent(path: str, text: str) -> None:
    analysis = analyse(text, path)
    assert (analysis.findings, analysis.unread, analysis.concerned) == ((), (), True)


def test_a_finding_points_to_its_statement_and_names_its_policy() -> None:
    finding = analyse(YAML_BAD, "t.yaml").findings[-1]
    assert finding.properties == (
        ("policy", "Role.Policies.0.PolicyDocument"),
        ("policy-kind", "identity"),
        ("owner", "AWS::IAM::Role"),
    )
    assert [(r.location.start_line, r.message) for r in finding.related] == [
        (19, "on these resources"),
        (16, "in this statement"),
    ]
    assert finding.severity is Severity.HIGH


def anchors(text: str, path: str = "p.json") -> set[str]:
    return {finding.anchor for finding in analyse(text, path).findings}


def test_anchors_survive_reordering_and_layout() -> None:
    policy = json.loads(JSON_BAD)
    other = {"Effect": "Deny", "Action": "sqs:*", "Resource": "*"}
    moved = {"Statement": [other, *policy["Statement"]], "Version": "2012-10-17"}
    assert anchors(json.dumps(moved)) == anchors(JSON_BAD)


def test_anchors_survive_other_unknown_values_before_theirs() -> None:
    def text(*first: Any) -> str:
        wide = {"Effect": "Allow", "Action": "s3:*", "Resource": {"Fn::Sub": "${Bucket}/*"}}
        policy = {"Version": "2012-10-17", "Statement": [*first, wide]}
        resource = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": policy}}
        return json.dumps({"Resources": {"P": resource}})

    quiet = {"Effect": "Deny", "Action": "s3:PutObject", "Resource": {"Ref": "Other"}}
    assert anchors(text(quiet)) == anchors(text())
    assert len(anchors(text())) == 1


def test_widening_a_statement_is_new() -> None:
    wider = JSON_BAD.replace("s3:GetObject", "s3:Get*")
    assert len(anchors(wider) - anchors(JSON_BAD)) == 1


def test_the_same_statement_of_another_policy_is_new() -> None:
    assert not anchors(YAML_BAD, "t.yaml") & anchors(YAML_BAD.replace("Role:", "Other:"), "t.yaml")


@pytest.mark.parametrize(
    ("path", "concerned"),
    [
        ("a.json", True),
        ("a.YAML", True),
        ("a.yml", True),
        ("cdk.out/a.template", True),
        ("a.py", False),
        ("a.tf", True),
        ("a.tofu.json", True),
        ("a.tfvars", False),
    ],
)
def test_files_are_chosen_by_suffix(path: str, concerned: bool) -> None:
    check = IamCheck(IamConfig())
    assert check.concerns(path, executable=False) is concerned
    assert check.dependents([path], Files({})) == ()
    assert check.includes(Target(path, b"")) == ()


@pytest.mark.parametrize(
    "data",
    [
        b'{"name": "x", "lockfileVersion": 3, "packages": {}}',
        b"not: [parsed at all",
        b'{"Statement": "only"}',
        b'{"Effect": 1, "Statement": 2}',
        b'{"a": "\\u0041", broken',
        b"\xff\xfe\x00",
    ],
)
def test_files_without_policies_are_no_concern(data: bytes) -> None:
    assert analyse(data) == Analysis(concerned=False)


@pytest.mark.parametrize(
    "text",
    [
        JSON_BAD.replace("Statement", "St\\u0061tement").replace("Effect", "\\u0045ffect"),
        JSON_BAD.encode("utf-16"),
        b"\xef\xbb\xbf" + JSON_BAD.encode(),
        JSON_BAD.replace("\n", "\r\n"),
    ],
)
def test_policies_cannot_hide_behind_escapes_or_encodings(text: str | bytes) -> None:
    assert [f.rule.id for f in analyse(text).findings] == ["iam/sensitive-data-any", "iam/pass-role-any"]


@pytest.mark.parametrize(
    "text",
    [
        '? [a]\n: b\n---\n{"St\\x61tement": {"\\x45ffect": Allow, Action: "*", Resource: "*"}}\n',
        '? [a]\n: b\n---\n{"State\\\n   ment": {"\\u0045ffect": Allow, Action: "*", Resource: "*"}}\n',
        YAML_BAD.encode("utf-32"),
        ("? [a]\n: b\n---\n" + YAML_BAD).encode("utf-16"),
    ],
)
def test_hidden_policies_that_do_not_parse_are_unread(text: str | bytes) -> None:
    assert [u.reason for u in analyse(text, "p.yaml").unread] == [UnreadReason.UNPARSABLE]


def test_policies_cannot_hide_behind_escapes_of_yaml() -> None:
    text = 'Version: 2012-10-17\n? "State\\\n  ment"\n: {"\\x45ffect": Allow, Action: "*", Resource: "*"}\n'
    assert [f.rule.id for f in analyse(text, "p.yaml").findings] == ["iam/admin-access"]


@pytest.mark.parametrize(
    ("path", "text", "line", "words"),
    [
        (
            "p.json",
            '{"Statement": [{"Effect":\n "Allow",}]}',
            2,
            "JSON that seems to hold AWS policies does not parse",
        ),
        ("t.yaml", "Statement:\n  Effect: [", 2, "YAML that seems"),
        ("t.yaml", "{% if x %}\nStatement: {Effect: Allow}", 1, "Jinja or Helm"),
        ("t.yaml", "a: {{ b }}\nStatement: {Effect: Allow}", 1, "Jinja or Helm"),
        ("p.json", '{"Statement": {"Effect": ' + "[" * 300, 1, "nested deeper"),
    ],
)
def test_what_does_not_parse_is_unread_with_its_line(path: str, text: str, line: int, words: str) -> None:
    analysis = analyse(text, path)
    (unread,) = analysis.unread
    assert (unread.path, unread.reason) == (path, UnreadReason.UNPARSABLE)
    assert words in unread.detail
    assert unread.line >= line
    assert analysis.concerned


def test_a_service_file_that_does_not_parse_is_unread() -> None:
    (unread,) = analyse("provider: [", "serverless.yml").unread
    assert unread.reason is UnreadReason.UNPARSABLE


def test_bytes_that_are_no_text_are_unread() -> None:
    (unread,) = analyse(b'{"Statement": {"Effect": "\xff"}}').unread
    assert unread.reason is UnreadReason.UNPARSABLE


def test_what_only_deployment_knows_is_not_audited() -> None:
    text = YAML_BAD.replace("'sqs:*'", "!Ref Action").replace("'2012-10-17'", "!Ref V")
    (unread,) = analyse(text, "t.yaml").unread
    assert (unread.reason, unread.line) == (UnreadReason.NOT_AUDITED, 18)
    assert unread.detail == "an action is known only at deployment (Ref)"


def test_rules_are_well_formed() -> None:
    rules = IamCheck(IamConfig()).rules()
    assert len({rule.id for rule in rules}) == len(rules) >= 20
    for rule in rules:
        assert rule.check == "iam"
        assert rule.title
        assert not rule.title.endswith(".")
        assert rule.description.endswith(".")
        assert rule.remedy
        assert rule.cwe
        assert rule.help_uri.startswith("https://docs.aws.amazon.com/")


def test_facts_survive_json() -> None:
    check = IamCheck(IamConfig())
    (fact,) = analyse(JSON_BAD).facts
    assert check.fact_from_json(json.loads(json.dumps(fact.to_json()))) == fact
    assert check.version != IamCheck(IamConfig(engine="aws")).version


# ------------------------------------------------------------------------------------------ the second step


class Validator:
    """Answers with one remark on each occurrence of a text; remembers what it was asked."""

    def __init__(
        self, text: str = "", kind: str = "SECURITY_WARNING", link: str = "https://docs.aws/x"
    ) -> None:
        self.text, self.kind, self.link = text, kind, link
        self.asked: list[PolicyDocument] = []

    def validate(self, document: PolicyDocument) -> tuple[PolicyRemark, ...]:
        self.asked.append(document)
        if not self.text or self.text not in document.text:
            return ()
        spans, start = [], document.text.find(self.text)
        while start >= 0:
            spans.append((start, start + len(self.text)))
            start = document.text.find(self.text, start + 1)
        return (PolicyRemark(self.kind, "PASS_ROLE_WITH_STAR", "words", self.link, tuple(spans)),)


def concluded(validator: Validator | None, *texts: str, path: str = "p.json", engine: str = "auto") -> Any:
    check = IamCheck(IamConfig(engine=engine), validator)
    return check.conclude([check.analyse(Target(path, text.encode())) for text in texts])


def test_a_remark_becomes_a_finding_on_the_same_text() -> None:
    conclusion = concluded(Validator('"iam:PassRole"'), JSON_BAD, engine="aws")
    (finding,) = [f for f in conclusion.analyses[0].findings if f.rule.id == "iam/PASS_ROLE_WITH_STAR"]
    assert finding.location == Location("p.json", 7, 34, 7, 48)
    assert (finding.severity, finding.message, finding.rule.help_uri) == (
        Severity.HIGH,
        "words",
        "https://docs.aws/x",
    )
    assert [r.location.start_line for r in finding.related] == [4]
    assert ("finding-type", "SECURITY_WARNING") in finding.properties
    assert conclusion.notes == ("AWS Access Analyzer validated 1 policy",)


@pytest.mark.parametrize(
    ("kind", "severity"),
    [("ERROR", "high"), ("WARNING", "medium"), ("SUGGESTION", "info"), ("NEW_WORD", "medium")],
)
def test_the_services_words_become_severities(kind: str, severity: str) -> None:
    conclusion = concluded(Validator('"*"', kind, link=""), JSON_BAD)
    (finding,) = [f for f in conclusion.analyses[0].findings if f.rule.id.isupper() or "STAR" in f.rule.id]
    assert finding.severity.word == severity
    assert finding.rule.remedy


def test_a_remark_on_several_places_is_one_finding() -> None:
    text = JSON_CLEAN.replace("s3:GetObject", "iam:PassRole")
    (finding,) = concluded(Validator('"iam:PassRole"'), text, engine="aws").analyses[0].findings
    assert [r.message for r in finding.related] == ["here too", "in this statement"]


def test_a_remark_on_the_whole_stands_at_its_start() -> None:
    (finding,) = concluded(Validator("{"), JSON_CLEAN).analyses[0].findings
    assert finding.location == Location("p.json", 1, 1, 1, 2)


def test_a_remark_without_a_place_is_about_the_whole() -> None:
    class Placeless(Validator):
        def validate(self, document: PolicyDocument) -> tuple[PolicyRemark, ...]:
            return (PolicyRemark("ERROR", "POLICY_SIZE", "long", "", ()),)

    (finding,) = concluded(Placeless(), JSON_CLEAN).analyses[0].findings
    assert finding.location.start_line == 1


def test_equal_policies_are_asked_about_once() -> None:
    validator = Validator('"iam:PassRole"')
    conclusion = concluded(validator, JSON_BAD, JSON_BAD.replace("\n", "\r\n"), JSON_CLEAN, engine="aws")
    assert len(validator.asked) == 2
    assert [len(analysis.findings) for analysis in conclusion.analyses] == [3, 3, 1]
    assert conclusion.notes == ("AWS Access Analyzer validated 2 policies",)


def test_open_values_are_sent_as_placeholders_and_remarks_on_them_dropped() -> None:
    validator = Validator('"arn:aws:s3:::placeholder')
    conclusion = concluded(validator, YAML_CLEAN, path="t.yaml")
    assert [document.unknowns for document in validator.asked] == [(), (), ()]
    assert any("placeholder" in document.text for document in validator.asked)
    assert conclusion.analyses[0].findings == ()


def test_a_policy_that_cannot_be_sent_is_not_audited() -> None:
    validator = Validator()
    text = YAML_BAD.replace("'sqs:*'", "!Ref Action")
    (analysis,) = concluded(validator, text, path="t.yaml").analyses
    assert "not validated by AWS" in {unread.detail.partition(":")[0] for unread in analysis.unread}
    assert len(validator.asked) == 1


def test_without_a_validator_the_local_findings_stand_and_a_note_says_so() -> None:
    conclusion = concluded(None, JSON_BAD)
    assert [len(analysis.findings) for analysis in conclusion.analyses] == [2]
    evaluated, asked = conclusion.notes
    rules = [rule for name in MODULES for rule in import_module(f"pregate.iam.validation.{name}").RULES]
    known = {"JSON_SYNTAX_ERROR"}.union(*(codes for codes, _ in rules))
    numbers = f"up to {len(known)} of {len(CODES)}"
    assert evaluated == f"{numbers} issue codes of ValidatePolicy evaluated offline"
    assert asked == "AWS Access Analyzer was not asked: no credentials"
    assert concluded(None, JSON_BAD, engine="local").notes == (evaluated,)


def test_the_aws_engine_without_credentials_fails() -> None:
    with pytest.raises(CredentialsError, match=r"iam\.engine is aws"):
        concluded(None, JSON_BAD, engine="aws")
    assert concluded(None, "{}", engine="aws").notes == ()


def test_facts_of_another_kind_are_left_alone() -> None:
    class Other:
        def to_json(self) -> Any:
            return None

    analysis = Analysis(facts=(Other(),))
    assert IamCheck(IamConfig(), Validator()).conclude([analysis]).analyses == (analysis,)
