"""``pregate iam``: questions about policies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.entry.cli import Run, pregate
from tests.gitrepo import GitRepo

READ = {"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}
DELETE = {"Effect": "Allow", "Action": "dynamodb:DeleteTable", "Resource": "*"}
OPEN = {
    "Sid": "Bob",
    "Effect": "Allow",
    "Principal": "*",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::b/*",
}
TEMPLATE = """\
Resources:
  AppRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}
      Policies:
        - PolicyName: p
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Action: "dynamodb:DeleteTable", Resource: "*"}
"""
TEMPLATE_WITH_MACRO = TEMPLATE.replace(
    '              - {Effect: Allow, Action: "dynamodb',
    '              - !Transform {Name: Macro}\n              - {Effect: Allow, Action: "dynamodb',
)


def policy(*statements: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current directory, with two policies in it; no repository."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.json").write_text(policy(READ))
    (tmp_path / "new.json").write_text(policy(READ, DELETE))
    return tmp_path


def ask(*words: str | Path, stdin: bytes = b"") -> tuple[int, Any]:
    """Exit code and answer as JSON."""
    run = pregate("iam", *words, "--output", "json", stdin=stdin)
    return run.code, json.loads(run.out)


def refusal(*words: str) -> str:
    """What a wrong use is told."""
    run = pregate("iam", *words)
    assert (run.code, run.out) == (2, "")
    return run.err


# ---------------------------------------------------------------------------------------- check-no-new-access


def test_new_access_fails_with_an_answer_like_the_services_and_an_example() -> None:
    code, answer = ask("check-no-new-access", "new.json", "old.json")
    assert code == 1
    assert answer["result"] == "FAIL"
    assert answer["message"] == "The modified permissions grant new access compared to your existing policy."
    assert answer["reasons"] == [
        {"description": "New access in the statement with index: 1.", "statementIndex": 1}
    ]
    assert answer["request"]["action"] == "dynamodb:DeleteTable"
    assert answer["request"]["principal"]["type"] == "AWS"
    assert answer["witness"] == (
        "lets whoever has this policy delete any DynamoDB table: dynamodb:DeleteTable on "
        f"{answer['request']['resource']}; the existing policy does not allow it"
    )


def test_no_new_access_passes() -> None:
    code, answer = ask("check-no-new-access", "old.json", "new.json")
    assert code == 0
    assert answer == {
        "result": "PASS",
        "message": "The modified permissions do not grant new access compared to your existing policy.",
        "reasons": [],
        "doubts": [],
        "assumptions": [],
    }


def test_the_text_says_where_and_gives_the_example(folder: Path) -> None:
    (folder / "old.json").write_text(policy(DELETE))
    run = pregate("iam", "check-no-new-access", "new.json", "old.json")
    assert run.code == 1
    first, where, example = run.out.splitlines()
    assert first.startswith("FAIL: ")
    assert where == "  statement 0 (sid Read), new.json:1:41"
    assert example.startswith("  for example, it lets whoever has this policy read any S3 object")


def test_the_flags_of_the_aws_command_line_are_understood() -> None:
    words = ("--existing-policy-document", "file://old.json", "--policy-type", "IDENTITY_POLICY")
    assert ask("check-no-new-access", "--new-policy-document", "file://new.json", *words)[0] == 1
    assert ask("check-no-new-access", "--new-policy-document", policy(READ), *words)[0] == 0
    assert ask("check-no-new-access", "new.json", *words)[0] == 1


def test_there_are_two_policies_to_compare() -> None:
    assert "there must be two policies" in refusal("check-no-new-access", "new.json")
    words = ("new.json", "old.json", "--new-policy-document", "new.json")
    assert "there must be two policies" in refusal("check-no-new-access", *words)


def test_a_boundary_limits_what_counts_as_new(folder: Path) -> None:
    (folder / "boundary.json").write_text(policy({"Effect": "Allow", "Action": "s3:*", "Resource": "*"}))
    assert ask("check-no-new-access", "new.json", "old.json", "--within", "boundary.json")[0] == 0


def test_what_is_not_decided_is_unknown_with_a_reason(folder: Path) -> None:
    (folder / "open.json").write_text(policy(OPEN))
    some = policy({**OPEN, "Principal": {"AWS": "*"}})
    code, answer = ask("check-no-new-access", "open.json", some)
    assert (code, answer["result"]) == (3, "UNKNOWN")
    assert answer["message"] == "This was not decided."
    assert [doubt["code"] for doubt in answer["doubts"]] == ["ambiguous-principal"]
    text = pregate("iam", "check-no-new-access", "open.json", some)
    assert "  ambiguous-principal: it depends on" in text.out


def test_a_policy_without_statements_takes_its_kind_from_the_other(folder: Path) -> None:
    (folder / "open.json").write_text(policy(OPEN))
    code, answer = ask("check-no-new-access", "open.json", '{"Version": "2012-10-17", "Statement": []}')
    assert code == 1
    assert answer["reasons"][0]["statementId"] == "Bob"
    assert answer["witness"].startswith("lets anybody read any S3 object matching arn:aws:s3:::b/*")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"Statement": [', "The policy is not valid JSON"),
        ("{}", "The policy has no Statement."),
        ("[1]", "The policy is not a JSON object."),
        (policy({"Effect": "Alow", "Action": "*", "Resource": "*"}), "Effect is neither Allow nor Deny"),
    ],
)  # fmt: skip
def test_what_aws_would_refuse_is_invalid(folder: Path, text: str, words: str) -> None:
    (folder / "new.json").write_text(text)
    run = pregate("iam", "check-no-new-access", "new.json", "old.json", "--output", "json")
    answer = json.loads(run.out)
    assert (run.code, answer["result"]) == (2, "INVALID")
    assert answer["error"]["code"] == "ValidationException"
    assert words in answer["error"]["message"]
    assert "An error occurred (ValidationException) when calling CheckNoNewAccess: " in run.err
    told = pregate("iam", "diff", "old.json", "new.json")
    assert told.out.startswith("INVALID: AWS would refuse")
    assert not told.err  # nothing is said twice


# ----------------------------------------------------------------------------------- check-access-not-granted


def test_listed_actions_are_asked_about() -> None:
    code, answer = ask(
        "check-access-not-granted", "new.json", "--action", "dynamodb:DeleteTable", "--action", "iam:PassRole"
    )
    assert code == 1
    assert (
        answer["message"] == "The policy document grants access to perform one or more of the listed actions."
    )
    assert answer["reasons"][0]["statementIndex"] == 1
    assert "; " not in answer["witness"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--action", "iam:*"), 0),
        (("--resource", "arn:aws:s3:::reports/secret"), 1),
        (("--action", "s3:GetObject", "--resource", "arn:aws:s3:::other/*"), 0),
        (("--access", "actions=iam:PassRole,s3:GetObject,resources=arn:aws:s3:::reports/a"), 1),
        (("--access", 'actions=["iam:PassRole","iam:CreateUser"]'), 0),
        (("--access", '[{"actions": ["s3:GetObject"]}]'), 1),
        (("--access", "actions=,s3:GetObject"), 1),
        (("--access", '{"actions": ["s3:PutObject"], "resources": ["*"]}'), 0),
    ],
)
def test_actions_and_resources_narrow_the_question(words: tuple[str, ...], code: int) -> None:
    assert ask("check-access-not-granted", "--policy-document", "file://old.json", *words)[0] == code


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "there must be an action or a resource"),
        (("--action", "GetObject"), "is no action"),
        (("--resource", "bucket"), "is no ARN"),
        (("--access", "s3:GetObject"), "begins with actions= or resources="),
        (("--access", "[1"), "neither words nor JSON"),
        (("--access", "[1]"), "lists of texts"),
        (("--access", '{"actions": "s3:GetObject"}'), "lists of texts"),
        (("--action", "s3:GetObject", "--time-limit", "0"), "--time-limit"),
    ],
)
def test_what_is_no_question_is_told(words: tuple[str, ...], told: str) -> None:
    assert told in refusal("check-access-not-granted", "old.json", *words)


# ------------------------------------------------------------------------------------- check-no-public-access


def test_an_open_bucket_is_public(folder: Path) -> None:
    (folder / "bucket.json").write_text(policy(OPEN))
    code, answer = ask("check-no-public-access", "bucket.json", "--resource-type", "AWS::S3::Bucket")
    assert code == 1
    assert answer["reasons"][0] == {
        "description": "Public access granted in the following statement with sid: Bob.",
        "statementIndex": 0,
        "statementId": "Bob",
    }
    closed = policy({**OPEN, "Principal": {"AWS": "111122223333"}})
    assert ask("check-no-public-access", "--policy-document", closed)[0] == 0


def test_a_trust_policy_is_told_by_its_resource_type() -> None:
    trust = policy({"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:*"})
    words = ("--resource-type", "AWS::IAM::AssumeRolePolicyDocument")
    code, answer = ask("check-no-public-access", trust, *words)
    assert code == 1
    assert " on " not in answer["witness"]


def test_a_resource_policy_names_principals() -> None:
    code, answer = ask("check-no-public-access", "old.json")
    assert (code, answer["errors"]) == (2, ["Statement 0: it has no Principal."])
    assert ask("check-no-public-access", '{"Statement": []}')[0] == 0


def test_there_is_one_policy() -> None:
    assert "there must be one policy" in refusal("check-no-public-access")
    words = ("old.json", "--policy-document", "new.json")
    assert "there must be one policy" in refusal("check-no-public-access", *words)


# -------------------------------------------------------------------------------------------------- validate


def test_findings_have_the_services_form_and_places_in_the_file(folder: Path) -> None:
    wide = {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}
    (folder / "wide.json").write_text(json.dumps({"Version": "2012-10-17", "Statement": [wide]}, indent=1))
    code, answer = ask("validate", "wide.json")
    assert code == 1
    (found,) = [f for f in answer["findings"] if f["issueCode"] == "PASS_ROLE_WITH_STAR_IN_RESOURCE"]
    assert found["findingType"] == "SECURITY_WARNING"
    assert found["locations"][0]["path"] == [{"value": "Statement"}, {"index": 0}, {"value": "Action"}]
    assert found["locations"][0]["span"]["start"]["line"] == 6
    assert found["places"][0] == {
        "path": "wide.json", "startLine": 6, "startColumn": 14, "endLine": 6, "endColumn": 28
    }  # fmt: skip
    evaluated = answer["evaluated"]
    assert evaluated + len(answer["notEvaluated"]) == 153
    text = pregate("iam", "validate", "wide.json").out
    assert "wide.json:6:14: SECURITY_WARNING PASS_ROLE_WITH_STAR_IN_RESOURCE\n" in text
    assert "\n  also at wide.json:7:16\n" in text
    assert f"{evaluated} of ValidatePolicy's 153 issue codes were evaluated\n" in text


@pytest.mark.parametrize(
    ("words", "code"), [((), 1), (("--fail-on", "ERROR"), 0), (("--fail-on", "none"), 0)]
)
def test_the_least_bad_type_that_fails_can_be_chosen(words: tuple[str, ...], code: int) -> None:
    wide = policy({"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"})
    assert ask("validate-policy", "--policy-document", wide, *words)[0] == code


def test_a_policy_without_findings_says_what_was_looked_for() -> None:
    run = pregate("iam", "validate", "old.json")
    assert run.code == 0
    assert run.out.startswith("no findings; ")


@pytest.mark.parametrize(("text", "code"), [("{'a': 1}", "JSON_SYNTAX_ERROR"), ("[1]", "DATA_TYPE_MISMATCH")])
def test_what_is_no_policy_is_a_finding(folder: Path, text: str, code: str) -> None:
    (folder / "broken.json").write_text(text)
    exit_code, answer = ask("validate", "broken.json")
    assert (exit_code, [f["issueCode"] for f in answer["findings"]]) == (1, [code])
    assert answer["evaluated"] + len(answer["notEvaluated"]) == 153
    assert pregate("iam", "validate", "broken.json").out.startswith("broken.json:1:")


def test_a_template_is_validated_where_its_policies_stand(folder: Path) -> None:
    (folder / "template.yaml").write_text(TEMPLATE.replace("dynamodb:DeleteTable", "iam:PassRole"))
    run = pregate("iam", "validate", "template.yaml#AppRole.Policies")
    assert run.code == 1
    assert "template.yaml:14:41: SECURITY_WARNING PASS_ROLE_WITH_STAR_IN_RESOURCE\n" in run.out
    (folder / "template.yaml").write_text(TEMPLATE_WITH_MACRO)
    run = pregate("iam", "validate", "template.yaml#AppRole.Policies")
    assert run.code == 3
    assert "  not read: line 14: " in run.out


# ------------------------------------------------------------------------------------------------------- diff


def test_a_difference_is_what_is_gained_and_lost(folder: Path) -> None:
    write = {**READ, "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::reports/2026/*"}
    at_home = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    (folder / "new.json").write_text(policy({**write, "Condition": at_home}))
    run = pregate("iam", "diff", "old.json", "new.json")
    assert run.code == 1
    assert (
        run.out
        == """\
gained:
  whoever has this policy: s3:PutObject
    on arn:aws:s3:::reports/2026/*
    if aws:SourceIp is in 203.0.113.0/24
    by statement 0 (sid Read), new.json:1:41
    for example s3:PutObject on arn:aws:s3:::reports/2026/a when aws:SourceIp is 203.0.113.9
lost:
  whoever has this policy: s3:GetObject
    on arn:aws:s3:::reports/*
    by statement 0 (sid Read), old.json:1:41
    for example s3:GetObject on arn:aws:s3:::reports/a
"""
    )
    code, answer = ask("diff", "old.json", "new.json")
    assert code == 1
    (gained,) = answer["gained"]
    assert gained["actions"] == ["s3:PutObject"]
    assert gained["conditions"] == ["aws:SourceIp is in 203.0.113.0/24"]
    assert gained["certain"] is True
    assert gained["witness"].endswith("; the old policy does not allow it")
    assert answer["lost"][0]["request"]["action"] == "s3:GetObject"


def test_the_same_access_in_other_words_is_no_difference(folder: Path) -> None:
    both = {**READ, "Action": ["s3:getobject", "s3:GetObject"]}
    (folder / "new.json").write_text(policy(both, {**READ, "Sid": "Again"}))
    assert ask("diff", "old.json", "new.json") == (0, {"gained": [], "lost": [], "doubts": []})
    assert pregate("iam", "diff", "old.json", "new.json").out == "no difference in access\n"


def test_a_difference_of_resource_policies_names_the_principals(folder: Path) -> None:
    to = {**OPEN, "Principal": {"AWS": ["111122223333", "arn:aws:iam::444455556666:role/app"]}}
    (folder / "bucket.json").write_text(policy(to))
    run = pregate("iam", "diff", '{"Statement": []}', "bucket.json")
    assert "  account 111122223333 and the role app of account 444455556666: s3:GetObject\n" in run.out


def test_a_difference_of_trust_policies_names_no_resource(folder: Path) -> None:
    trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    (folder / "trust.json").write_text(policy(trust))
    run = pregate("iam", "diff", '{"Statement": []}', "trust.json")
    assert "  the service ec2.amazonaws.com: sts:AssumeRole\n    by statement 0" in run.out


def test_a_long_list_is_cut_in_the_text_only(folder: Path) -> None:
    many = [f"ec2:Describe{letter}" for letter in "ABCDEFGHIJKLMNO"]
    (folder / "new.json").write_text(policy(READ, {"Effect": "Allow", "Action": many, "Resource": "*"}))
    assert "and 3 more\n" in pregate("iam", "diff", "old.json", "new.json").out
    assert ask("diff", "old.json", "new.json")[1]["gained"][0]["actions"] == many


def test_a_difference_of_what_cannot_be_known_is_not_decided(folder: Path) -> None:
    (folder / "template.yaml").write_text(TEMPLATE_WITH_MACRO)
    run = pregate("iam", "diff", policy(DELETE), "template.yaml#AppRole.Policies")
    assert run.code == 3
    assert "not decided:\n  unresolved-template-value: " in run.out


def test_a_value_of_a_template_makes_a_difference_perhaps(folder: Path) -> None:
    text = TEMPLATE.replace('"*"}\n', "!Ref Table}\n") + "Parameters: {Table: {Type: String}}\n"
    (folder / "template.yaml").write_text(text)
    run = pregate("iam", "diff", policy(READ), "template.yaml#AppRole.Policies")
    assert "    on ${Ref}\n" in run.out
    code, answer = ask("check-no-new-access", "template.yaml#AppRole.Policies", policy(READ))
    assert (code, answer["request"]["resource"]) == (1, "${Ref}")
    assert answer["witness"].startswith(
        "lets the role delete a DynamoDB table: dynamodb:DeleteTable on ${Ref}; "
    )


# ---------------------------------------------------------------------------------------------------- explain


def test_an_explanation_groups_by_who_and_tells_what_denials_take_away(folder: Path) -> None:
    audit = {"Effect": "Deny", "Action": "dynamodb:*", "Resource": "arn:aws:dynamodb:*:*:table/audit"}
    (folder / "new.json").write_text(policy(READ, DELETE, audit))
    run = pregate("iam", "explain", "new.json")
    assert run.code == 0
    assert (
        run.out
        == """\
whoever has this policy may:
  read an S3 object (s3:GetObject)
    on arn:aws:s3:::reports/*
    by statement 0 (sid Read), new.json:1:41
  delete any DynamoDB table (dynamodb:DeleteTable)
    on *
    except for what statement 2 denies
    by statement 1, new.json:1:141
whoever has this policy may never:
  do anything in DynamoDB (dynamodb:*)
    on arn:aws:dynamodb:*:*:table/audit
    by statement 2, new.json:1:213
"""
    )
    statements = ask("explain", "new.json")[1]["statements"]
    assert [statement["effect"] for statement in statements] == ["Allow", "Allow", "Deny"]
    assert [statement.get("deniedInPartBy") for statement in statements] == [[], [2], None]
    assert statements[0]["statementId"] == "Read"


def test_an_explanation_says_when_nothing_is_left() -> None:
    all_denied = policy(READ, {"Effect": "Deny", "NotAction": "iam:*", "Resource": "*"})
    run = pregate("iam", "explain", all_denied)
    assert "    but nothing is left of it\n" in run.out
    assert "  do everything but iam:*\n" in run.out
    nothing = pregate("iam", "explain", policy({"Effect": "Deny", "Action": "*", "Resource": "*"}))
    assert nothing.out.startswith(
        "nobody may do anything by this policy\nwhoever has this policy may never:\n"
    )


def test_an_explanation_of_a_trust_policy_says_who_assumes_the_role() -> None:
    condition = {
        "StringEquals": {"sts:ExternalId": ["a", "b"]},
        "Bool": {"aws:MultiFactorAuthPresent": "true"},
    }
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Condition": condition,
             "Principal": {"Service": "ec2.amazonaws.com", "AWS": "111122223333"}}  # fmt: skip
    deny = {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole",
            "Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}  # fmt: skip
    other = {"Effect": "Allow", "NotPrincipal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}
    out = pregate("iam", "explain", policy(trust, deny, other)).out
    assert (
        "the service ec2.amazonaws.com and account 111122223333 may:\n  assume this role (sts:AssumeRole)\n"
        in out
    )
    assert "    if sts:ExternalId is a or b\n    and aws:MultiFactorAuthPresent is true\n" in out
    assert "nobody may:\n" in out
    assert "everybody but account 111122223333 may:\n" in out


def test_an_explanation_that_takes_too_long_says_so() -> None:
    code, answer = ask("explain", "new.json", "--time-limit", "0.0000001")
    assert code == 3
    assert [doubt["code"] for doubt in answer["doubts"]] == ["budget"]
    assert "not decided:\n" in pregate("iam", "explain", "new.json", "--time-limit", "0.0000001").out


def test_a_denial_of_which_it_is_not_decided_may_take_something_away() -> None:
    some = {**OPEN, "Effect": "Deny", "Principal": {"AWS": "*"}}
    to_service = {**OPEN, "Principal": {"Service": "ec2.amazonaws.com"}}
    run = pregate("iam", "explain", policy(to_service, some))
    assert "    perhaps except for what statement 1 denies\n" in run.out


def test_an_explanation_names_many_actions_as_they_are_written() -> None:
    many = [f"ec2:Describe{letter}" for letter in "ABCDEFGHIJKLMNO"]
    run = pregate("iam", "explain", policy({"Effect": "Allow", "Action": many, "Resource": "*"}))
    assert "  call ec2:DescribeA, ec2:DescribeB, " in run.out
    assert "ec2:DescribeL and 3 more\n" in run.out


def test_an_explanation_of_no_policy_is_refused() -> None:
    assert pregate("iam", "explain", "{}").code == 2


# ----------------------------------------------------------------------------------------------------- inputs


def test_a_policy_comes_from_standard_input() -> None:
    assert ask("explain", "-", stdin=policy(READ).encode())[0] == 0
    assert ask("explain", "--policy-document=-#AppRole.Policies", stdin=TEMPLATE.encode())[0] == 0


def test_a_policy_of_a_template_is_named(folder: Path) -> None:
    (folder / "template.yaml").write_text(TEMPLATE)
    run = pregate("iam", "explain", "template.yaml#AppRole.Policies")
    assert run.out.startswith("the role may:\n  delete any DynamoDB table")
    trust = pregate("iam", "explain", "template.yaml#AssumeRole")
    assert "may:\n  assume this role" in trust.out


def test_several_policies_are_listed(folder: Path) -> None:
    (folder / "template.yaml").write_text(TEMPLATE)
    told = refusal("explain", "template.yaml")
    assert "there are 2 policies in 'template.yaml'; name one of them" in told
    assert "  template.yaml#AppRole.AssumeRolePolicyDocument\n" in told
    assert "there is no policy 'Other'" in refusal("explain", "template.yaml#Other")


def test_a_policy_that_depends_on_conditions_is_several(folder: Path) -> None:
    chosen = "Fn::If: [Wide, '*', 'arn:aws:dynamodb:us-east-1:111122223333:table/a']"
    text = "Conditions: {Wide: !Equals [!Ref AWS::Region, us-east-1]}\n" + TEMPLATE.replace(
        'Resource: "*"', f"Resource: {{{chosen}}}"
    )
    (folder / "template.yaml").write_text(text)
    told = refusal("explain", "template.yaml#AppRole.Policies")
    assert "#AppRole.Policies.0.PolicyDocument@1\n" in told
    name = "template.yaml#AppRole.Policies@2"
    assert "on arn:aws:dynamodb" in pregate("iam", "explain", name).out


def test_what_cannot_be_known_of_a_template_is_no_pass(folder: Path) -> None:
    (folder / "template.yaml").write_text(TEMPLATE_WITH_MACRO)
    code, answer = ask(
        "check-access-not-granted", "template.yaml#AppRole.Policies", "--action", "s3:GetObject"
    )
    assert (code, answer["result"]) == (3, "UNKNOWN")
    assert answer["doubts"][0]["code"] == "unresolved-template-value"


def test_a_file_without_a_policy_is_told(folder: Path) -> None:
    (folder / "none.yaml").write_text("a: 1\n")
    (folder / "broken.yaml").write_text("Statement: [\nEffect: AWS::\n")
    (folder / "none.json").write_text('{"Resources": {}}')
    for name in ("none.yaml", "broken.yaml", "none.json"):
        assert f"there is no policy in '{name}' that can be read" in refusal("explain", name)
    assert "cannot be read: no such file" in refusal("explain", "missing.json")
    assert "cannot be read: is a directory" in refusal("explain", ".")


def test_an_answer_of_the_aws_command_line_is_unwrapped(folder: Path) -> None:
    version = {"PolicyVersion": {"Document": json.loads(policy(DELETE)), "VersionId": "v1"}}
    (folder / "version.json").write_text(json.dumps(version))
    assert ask("check-access-not-granted", "version.json", "--action", "dynamodb:*")[0] == 1


def test_a_terraform_file_is_read_with_its_module(folder: Path) -> None:
    (folder / "variables.tf").write_text('variable "table" {\n  default = "*"\n}\n')
    (folder / "data.tf").write_text(
        'data "aws_iam_policy_document" "d" {\n  statement {\n    actions = ["s3:GetObject"]\n'
        "    resources = [var.table]\n  }\n}\n"
    )
    run = pregate("iam", "explain", "data.tf")
    assert "read any S3 object (s3:GetObject)\n    on *\n" in run.out


def test_a_policy_of_a_revision_is_read_from_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = GitRepo(tmp_path / "repo").write("iam/policy.json", policy(READ)).commit("first")
    repo.write("iam/policy.json", policy(READ, DELETE)).add().write("iam/policy.json", policy())
    before = repo.text("status", "--porcelain")
    monkeypatch.chdir(repo.path / "iam")
    code, answer = ask("diff", "HEAD:iam/policy.json", ":iam/policy.json")
    assert (code, [d["actions"] for d in answer["gained"]]) == (1, [["dynamodb:DeleteTable"]])
    assert len(ask("diff", "HEAD:./policy.json", "policy.json")[1]["lost"]) == 1
    assert repo.text("status", "--porcelain") == before


def test_a_template_of_a_revision_is_read_with_the_files_of_that_revision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = 'resource "aws_iam_role_policy" "p" {\n  policy = file("${path.module}/policy.json")\n}\n'
    repo = GitRepo(tmp_path / "repo").write("m/main.tf", call).write("m/policy.json", policy(READ))
    repo.commit("first").write("m/policy.json", policy(READ, DELETE)).commit("second")
    monkeypatch.chdir(repo.path)
    code, answer = ask("diff", "HEAD~1:m/main.tf", "m/main.tf")
    assert (code, [d["actions"] for d in answer["gained"]]) == (1, [["dynamodb:DeleteTable"]])


def test_a_file_that_a_revision_has_not_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = GitRepo(tmp_path / "repo").write("a.json", policy(READ)).link("link.json", "a.json").commit()
    monkeypatch.chdir(repo.path)
    assert "'HEAD:b.json' cannot be read: there is no such file" in refusal("explain", "HEAD:b.json")
    assert "symbolic links are not followed" in refusal("explain", "HEAD:link.json")
    assert pregate("iam", "explain", "link.json").code == 0
    missing = pregate("iam", "explain", "nowhere:a.json")
    assert (missing.code, missing.out) == (2, "")


def test_a_file_may_stand_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = GitRepo(tmp_path / "repo").write("a.json", policy(READ)).commit()
    bare = tmp_path / "bare.git"
    repo.git("clone", "-q", "--bare", ".", str(bare))
    (bare / "b.json").write_text(policy(READ))
    assert ask("explain", bare / "b.json")[0] == 0
    assert ask("explain", tmp_path / "old.json")[0] == 0
    monkeypatch.chdir(bare)
    assert ask("explain", "HEAD:a.json")[0] == 0


def test_a_file_of_braces_may_be_yaml(folder: Path) -> None:
    (folder / "flow.yaml").write_text("{Statement: [{Effect: Allow, Action: 's3:*', Resource: '*'}]}\n")
    assert "do anything in S3" in pregate("iam", "explain", "flow.yaml").out
    (folder / "main.tf.json").write_text('{"resource": {}}')
    assert "there is no policy in 'main.tf.json'" in refusal("explain", "main.tf.json")
    (folder / "broken.txt").write_text("{Statement: ")
    assert pregate("iam", "explain", "broken.txt").out.startswith("INVALID: ")


def test_a_huge_file_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pregate.entry.policies.LARGEST", 100)
    (folder / "huge.json").write_text(" " * 101)
    assert "is larger than" in refusal("explain", "huge.json")


def test_a_policy_by_its_folder_is_a_control_policy(folder: Path) -> None:
    (folder / "scps").mkdir()
    (folder / "scps" / "base.json").write_text(policy(DELETE))
    assert pregate("iam", "explain", "scps/base.json").out.startswith("the accounts under this policy may:")
    (folder / "boundary.json").write_text(policy(DELETE))
    assert pregate("iam", "explain", "boundary.json").out.startswith("whoever is under this boundary may:")


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (("--policy-type", "SERVICE_CONTROL_POLICY"), "service-control"),
        (("--resource-type", "AWS::S3::Bucket"), "resource"),
        (("--resource-type", "AWS::IAM::AssumeRolePolicyDocument"), "trust"),
        (("--policy-type", "IDENTITY_POLICY"), "identity"),
        (("--resource-type", "AWS::IAM::Role"), "identity"),
    ],
)
def test_the_kind_of_a_policy_can_be_told(words: tuple[str, ...], kind: str) -> None:
    empty = '{"Version": "2012-10-17", "Statement": []}'
    assert ask("explain", empty, *words)[1]["policyType"] == kind


def test_a_trust_policy_on_another_resource_is_a_resource_policy() -> None:
    trust = policy({"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"})
    assert ask("explain", trust)[1]["policyType"] == "trust"
    assert ask("explain", trust, "--resource-type", "AWS::S3::Bucket")[1]["policyType"] == "resource"


def test_a_deep_document_is_judged(folder: Path) -> None:
    (folder / "deep.json").write_text('{"Statement":' + "[" * 90 + "]" * 90 + "}")
    assert pregate("iam", "explain", "deep.json").code == 2
    assert pregate("iam", "validate", "deep.json").code == 1
    (folder / "deep.json").write_text('{"Statement":' + "[" * 100_000)
    assert pregate("iam", "diff", "deep.json", "old.json").code == 2


def test_text_cannot_forge_a_value_that_is_not_known(folder: Path) -> None:
    for marks in ("\ue0001\ue001", "\\ue0001\\ue001"):
        text = policy({**READ, "Resource": "*"}).replace('"*"', f'"arn:aws:s3:::{marks}"')
        (folder / "new.json").write_text(text)
        assert ask("check-no-new-access", "new.json", "old.json")[0] == 1


def test_hostile_text_reaches_no_terminal(folder: Path) -> None:
    nasty = "arn:aws:s3:::b/\x1b[31m\u202e\n"
    (folder / "new.json").write_text(policy({**READ, "Sid": nasty, "Resource": nasty}))
    for words in (("diff", "old.json", "new.json"), ("explain", "new.json")):
        run: Run = pregate("iam", *words)
        assert run.out.replace("\n", "").isprintable()


def test_help_names_the_questions() -> None:
    run = pregate("iam", "--help")
    assert "check-no-new-access" in run.out
    assert pregate("iam").code == 2


def test_a_control_policy_that_denies_less_gives_more(folder: Path) -> None:
    for name, actions in (("narrow", ["iam:*", "s3:*"]), ("wide", ["iam:*"])):
        (folder / f"{name}.json").write_text(policy({"Effect": "Deny", "Action": actions, "Resource": "*"}))
    words = ("--policy-type", "SERVICE_CONTROL_POLICY")
    run = pregate("iam", "diff", "narrow.json", "wide.json", *words)
    assert run.code == 1
    assert "    by what the policy does not deny" in run.out
    code, answer = ask("diff", "narrow.json", "wide.json", *words)
    assert code == 1
    assert answer["gained"][0]["statementIndex"] is None


def test_a_control_policy_that_only_denies_is_explained_by_what_it_denies() -> None:
    guard = policy({"Effect": "Deny", "Action": "iam:*", "Resource": "*"})
    run = pregate("iam", "explain", guard, "--policy-type", "SERVICE_CONTROL_POLICY")
    assert run.out.startswith("the accounts under this policy may never:")
