"""A change judged with AWS: the real boto3, from the command line to the report."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.entry.cli import Run, pregate
from tests.fakeaws import FakeAws
from tests.gitrepo import GitRepo

POLICY = """\
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Read",
      "Effect": "Allow",
      "Action": ["s3:GetObject", "s3:ListBucket"],
      "Resource": "arn:aws:s3:::reports/*"
    }
  ]
}
"""
TEMPLATE = """\
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: {Service: lambda.amazonaws.com}
            Action: sts:AssumeRole
      Policies:
        - PolicyName: inline
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Sid: Read   # größer: a comment of several bytes
                Effect: Allow
                Action:
                  - s3:GetObject
                Resource: !Sub "${Bucket.Arn}/*"
  Bucket:
    Type: AWS::S3::Bucket
"""
BUCKET_POLICY = {
    "Resources": {
        "Access": {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {
                "Bucket": "reports",
                "PolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
                            "Action": "s3:GetObject",
                            "Resource": "arn:aws:s3:::reports/*",
                        }
                    ],
                },
            },
        }
    }
}


TERRAFORM = """\
resource "aws_s3_bucket" "reports" {
  bucket = "reports"
}

data "aws_iam_policy_document" "read" {
  statement {
    sid       = "Read"
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.reports.arn}/*"]
  }
}

resource "aws_iam_policy" "read" {
  policy = data.aws_iam_policy_document.read.json
}
"""


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return GitRepo(tmp_path / "repo").write("README", "x").commit("first")


@pytest.fixture
def scan(repo: GitRepo, aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """Judges what the branch adds to its base, with the credentials of a user who may do everything."""
    for name, value in {**aws.variables(), **aws.user().variables()}.items():
        monkeypatch.setenv(name, value)

    def run(*words: str | Path, base: str = "main") -> dict[str, Any]:
        done = raw(repo, "--base", base, *words)
        assert done.out, done
        report: dict[str, Any] = json.loads(done.out)
        return report

    return run


def raw(repo: GitRepo, *words: str | Path) -> Run:
    engine = () if "--iam-engine" in words else ("--iam-engine", "aws")
    return pregate(
        *("scan", "-C", repo.path, "--check", "iam", "--advisories", "", "--output", "json=-"),
        *engine,
        *words,
    )


def new(report: dict[str, Any], *rules: str) -> list[tuple[str, str, int, int]]:
    return [
        (f["rule"], f["location"]["path"], f["location"]["start_line"], f["location"]["start_column"])
        for f in report["findings"]
        if f["state"] == "new" and f["rule"] in rules
    ]


def notes(report: dict[str, Any]) -> str:
    (check,) = report["checks"]
    return "; ".join(check["notes"])


ACCESS = ("iam/new-access", "iam/beyond-reference", "iam/sensitive-access", "iam/public-access")
CUSTOM = ("CheckNoNewAccess", "CheckAccessNotGranted", "CheckNoPublicAccess")


def wide_json(text: str) -> str:
    return text.replace(
        '["s3:GetObject", "s3:ListBucket"]', '["s3:GetObject", "s3:ListBucket", "s3:PutObject"]'
    )


def wide_yaml(text: str) -> str:
    return text.replace("- s3:GetObject\n", "- s3:GetObject\n                  - s3:Put*\n")


def test_a_widened_policy_is_found_on_what_is_new_of_it(repo: GitRepo, aws: FakeAws, scan: Any) -> None:
    repo.write("p.json", POLICY).write("t.yaml", TEMPLATE).write(
        "c.json", json.dumps(BUCKET_POLICY, indent=1)
    )
    repo.write("same.json", POLICY).commit("base").branch("topic")
    public = json.dumps(BUCKET_POLICY, indent=1).replace('"arn:aws:iam::111122223333:root"', '"*"')
    repo.write("p.json", wide_json(POLICY)).write("t.yaml", wide_yaml(TEMPLATE)).write("c.json", public)
    repo.write("same.json", "\n" + POLICY).commit("wider")
    report = scan()
    assert new(report, *ACCESS) == [
        ("iam/public-access", "c.json", 13, 16),
        ("iam/new-access", "c.json", 13, 16),
        ("iam/new-access", "p.json", 7, 51),
        ("iam/new-access", "t.yaml", 20, 21),
    ]
    assert report["exit_code"] == 1
    (found,) = [f for f in report["findings"] if f["location"]["path"] == "p.json"]
    assert found["message"] == (
        "New access in the statement with sid: Read. The modified permissions grant new access compared to "
        "your existing policy. The base version did not allow it."
    )
    assert "5 charged calls to AWS Access Analyzer, 0 from the cache" in notes(report)
    assert aws.charged == {"CheckNoNewAccess": 3, "CheckNoPublicAccess": 2}


def test_a_widened_policy_of_terraform_is_found(repo: GitRepo, aws: FakeAws, scan: Any) -> None:
    pytest.importorskip("pregate.iam.terraform")
    repo.write("main.tf", TERRAFORM).commit("base").branch("topic")
    text = TERRAFORM.replace('["s3:GetObject"]', '["s3:GetObject", "s3:PutObject"]')
    repo.write("main.tf", text).commit("wider")
    assert new(scan(), *ACCESS) == [("iam/new-access", "main.tf", 8, 34)]
    repo.move("main.tf", "iam.tf").commit("moved")
    assert new(scan(), *ACCESS) == [("iam/new-access", "iam.tf", 8, 34)]
    assert aws.charged == {"CheckNoNewAccess": 1}


def test_a_change_that_grants_nothing_new_is_free_of_findings(repo: GitRepo, aws: FakeAws, scan: Any) -> None:
    repo.write("p.json", wide_json(POLICY)).write("t.yaml", wide_yaml(TEMPLATE)).commit("base").branch(
        "topic"
    )
    repo.write("p.json", POLICY).write("t.yaml", TEMPLATE).commit("narrower")
    report = scan()
    assert new(report, *ACCESS) == []
    assert report["exit_code"] == 0
    assert aws.charged == {"CheckNoNewAccess": 2}


def test_the_reference_is_the_merge_base_not_the_tip(repo: GitRepo, scan: Any) -> None:
    repo.write("p.json", POLICY).commit("base").branch("topic")
    repo.write("p.json", wide_json(POLICY)).commit("wider")
    repo.checkout("main").write("p.json", wide_json(POLICY)).commit("wider on main, too").checkout("topic")
    assert new(scan(), *ACCESS) == [("iam/new-access", "p.json", 7, 51)]


def test_a_renamed_file_is_compared_with_what_it_was(repo: GitRepo, aws: FakeAws, scan: Any) -> None:
    repo.write("old.json", POLICY).write("t.yaml", TEMPLATE).commit("base").branch("topic")
    repo.move("old.json", "deep/new.json").move("t.yaml", "u.yaml")
    repo.write("deep/new.json", wide_json(POLICY)).write("u.yaml", TEMPLATE).commit("moved")
    report = scan()
    assert new(report, *ACCESS) == [("iam/new-access", "deep/new.json", 7, 51)]
    (found,) = [f for f in report["findings"] if f["rule"] == "iam/new-access"]
    assert "The base version (old.json) did not allow it." in found["message"]
    assert found["properties"]["compared-with"] == "old.json"
    assert aws.charged == {"CheckNoNewAccess": 1}


def test_a_policy_with_another_logical_id_is_known_again(repo: GitRepo, scan: Any) -> None:
    repo.write("t.yaml", TEMPLATE).write("other.yaml", "x: 1\n").commit("base").branch("topic")
    text = wide_yaml(TEMPLATE).replace("  Role:\n", "  Worker:\n")
    repo.write("t.yaml", text).commit("renamed")
    report = scan()
    assert new(report, *ACCESS) == [("iam/new-access", "t.yaml", 20, 21)]
    (found,) = [f for f in report["findings"] if f["rule"] == "iam/new-access"]
    assert "(Role.Policies.0.PolicyDocument in t.yaml)" in found["message"]


def configured(repo: GitRepo, text: str) -> None:
    repo.write(".pregate.toml", text).commit("configuration")


def test_a_new_policy_is_compared_with_the_reference_for_its_place(
    repo: GitRepo, aws: FakeAws, scan: Any
) -> None:
    rows = '[iam]\nreference-policies = [{ match = "infra/*", policy = "iam/limit.json" }]\n'
    repo.write("iam/limit.json", POLICY)
    configured(repo, rows)
    repo.branch("topic").write("iam/limit.json", POLICY.replace("s3:GetObject", "*"))
    repo.write("infra/fits.json", POLICY).write("infra/wide.json", wide_json(POLICY))
    repo.write("elsewhere.json", wide_json(POLICY)).commit("new ones, and a limit that is not to count")
    report = scan()
    assert new(report, "iam/beyond-reference") == [("iam/beyond-reference", "infra/wide.json", 4, 5)]
    (found,) = [f for f in report["findings"] if f["rule"] == "iam/beyond-reference"]
    assert "The reference policy iam/limit.json does not allow it." in found["message"]
    assert "1 new policy has no reference policy (iam.reference-policies) to compare with" in notes(report)


def test_a_reference_that_is_not_there_is_told(repo: GitRepo, scan: Any) -> None:
    configured(repo, '[iam]\nreference-policies = [{ match = "*", policy = "none.json" }]\n')
    repo.branch("topic").write("p.json", POLICY).commit("new")
    done = raw(repo, "--base", "main")
    assert done.code == 2
    assert "there is no file none.json" in done.err


def test_sensitive_actions_and_resources_are_found(repo: GitRepo, aws: FakeAws, scan: Any) -> None:
    names = [f"s3:Never{n}" for n in range(120)] + ["s3:PutObject"]
    configured(repo, f"[iam]\nsensitive-actions = {json.dumps(names)}\n")
    repo.write("old.json", wide_json(POLICY)).commit("base").branch("topic")
    repo.write("new.json", wide_json(POLICY)).write("fine.json", POLICY)
    repo.write("old.json", wide_json(POLICY).replace("reports/*", "*")).commit("new")
    report = scan()
    assert new(report, "iam/sensitive-access") == [
        ("iam/sensitive-access", "new.json", 7, 51),
        ("iam/sensitive-access", "old.json", 7, 51),
    ]
    asked = [len(c.request["access"][0]["actions"]) for c in aws.calls(operation="CheckAccessNotGranted")]
    assert asked == [100, 21] * (len(asked) // 2)


def test_removed_policies_are_noted(repo: GitRepo, aws: FakeAws, scan: Any) -> None:
    deny = POLICY.replace("Allow", "Deny")
    repo.write("p.json", POLICY).write("deny.json", deny).write("t.yaml", TEMPLATE).commit("base")
    repo.branch("topic").remove("deny.json")
    bare = TEMPLATE[: TEMPLATE.index("      Policies:")] + TEMPLATE[TEMPLATE.index("  Bucket:") :]
    repo.write("t.yaml", bare).write("p.json", "{}\n").commit("removed")
    report = scan()
    assert "3 policies were removed (deny.json, p.json, t.yaml)" in notes(report)
    assert "what a removed Deny forbade may be allowed now" in notes(report)
    assert aws.charged == {}


def test_a_change_that_only_removes_says_so(repo: GitRepo, aws: FakeAws, scan: Any) -> None:
    repo.write("p.json", POLICY).commit("base").branch("topic").remove("p.json").commit("removed")
    report = scan()
    assert notes(report) == "1 policy was removed (p.json)"
    assert report["exit_code"] == 0
    assert aws.log == []


def test_the_budget_stops_in_so_many_words(repo: GitRepo, aws: FakeAws, scan: Any) -> None:
    configured(repo, "[iam]\nmax-custom-checks = 2\n")
    for number in range(4):
        repo.write(f"p{number}.json", POLICY.replace("reports", f"reports-{number}"))
    repo.commit("base").branch("topic")
    for number in range(4):
        repo.write(f"p{number}.json", wide_json(POLICY).replace("reports", f"reports-{number}"))
    repo.commit("wider")
    report = scan()
    assert len(new(report, "iam/new-access")) == 2
    assert [(u["path"], u["reason"]) for u in report["unread"]] == [
        ("p2.json", "not-asked"),
        ("p3.json", "not-asked"),
    ]
    assert report["exit_code"] == 3
    assert "the budget of 2 custom policy checks is used up" in report["unread"][0]["detail"]
    assert "2 questions were not asked: iam.max-custom-checks is 2" in notes(report)
    assert sum(aws.charged.values()) == 2


def test_what_was_answered_once_is_not_paid_for_again(
    repo: GitRepo, aws: FakeAws, scan: Any, tmp_path: Path
) -> None:
    cache = ("--cache-dir", tmp_path / "cache")
    repo.write("p.json", POLICY).commit("base").branch("topic")
    repo.write("p.json", wide_json(POLICY)).commit("wider")
    first, second = scan(*cache), scan(*cache)
    assert first["findings"] == second["findings"]
    assert sum(aws.charged.values()) == 1
    assert "0 charged calls to AWS Access Analyzer, 1 from the cache" in notes(second)
    repo.write("q/p.json", wide_json(POLICY)).remove("p.json").commit("moved")
    assert new(scan(*cache), "iam/new-access") == [("iam/new-access", "q/p.json", 7, 51)]
    assert sum(aws.charged.values()) == 1


def test_a_storm_of_throttling_fails_the_check(
    repo: GitRepo, aws: FakeAws, scan: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    repo.write("p.json", POLICY).commit("base").branch("topic")
    repo.write("p.json", wide_json(POLICY)).commit("wider")
    aws.throttle("accessanalyzer", "CheckNoNewAccess", times=4)
    assert len(new(scan(), *ACCESS)) == 1
    repo.write("p.json", wide_json(POLICY).replace("Put", "Delete")).commit("another")
    aws.throttle("accessanalyzer", "CheckNoNewAccess", times=1000)
    report = scan()
    assert report["exit_code"] == 3
    assert "too many requests" in json.dumps(report["failed"])


def test_a_region_without_the_check_is_not_evaluated(repo: GitRepo, aws: FakeAws, scan: Any) -> None:
    configured(repo, '[iam]\nregion = "ap-east-1"\n')
    aws.without("accessanalyzer", "ap-east-1", "CheckNoNewAccess")
    repo.write("p.json", POLICY).commit("base").branch("topic")
    repo.write("p.json", wide_json(POLICY)).commit("wider")
    report = scan()
    (unread,) = report["unread"]
    assert unread["detail"].startswith(
        "not checked for new access: CheckNoNewAccess is not offered in the Region ap-east-1 (Choose another"
    )
    assert "iam.region" in unread["detail"]


def test_a_policy_that_is_too_long_is_not_evaluated(repo: GitRepo, aws: FakeAws, scan: Any) -> None:
    actions = [f"s3:Action{n:05}" for n in range(2500)]
    text = POLICY.replace('["s3:GetObject", "s3:ListBucket"]', json.dumps(actions))
    repo.write("p.json", POLICY).commit("base").branch("topic")
    repo.write("p.json", text).commit("longer")
    details = [unread["detail"] for unread in scan()["unread"]]
    assert [detail.partition(":")[0] for detail in details] == [
        "not checked for new access",
        "not validated by AWS",
    ]
    assert aws.calls("accessanalyzer") == []


def test_a_role_without_the_right_is_told_which(
    repo: GitRepo, aws: FakeAws, scan: Any, monkeypatch: Any
) -> None:
    allow = {"Effect": "Allow", "Action": "access-analyzer:ValidatePolicy", "Resource": "*"}
    limited = aws.user("limited", [{"Version": "2012-10-17", "Statement": [allow]}])
    for name, value in limited.variables().items():
        monkeypatch.setenv(name, value)
    repo.write("p.json", POLICY).commit("base").branch("topic")
    repo.write("p.json", wide_json(POLICY)).commit("wider")
    report = scan()
    assert report["exit_code"] == 3
    assert "access-analyzer:CheckNoNewAccess" in json.dumps(report["failed"])
    configured(repo.checkout("main"), '[iam]\nchecks = ["validate"]\n')
    repo.git("rebase", "-q", "main", "topic")
    assert scan()["exit_code"] == 0


def test_severities_come_from_the_table(repo: GitRepo, aws: FakeAws, scan: Any) -> None:
    configured(
        repo,
        '[iam.severity]\nnew-access = "low"\nSECURITY_WARNING = "medium"\n'
        'PASS_ROLE_WITH_STAR_IN_RESOURCE = "critical"\n',
    )
    repo.write("p.json", POLICY).commit("base").branch("topic")
    text = POLICY.replace('"s3:ListBucket"', '"s3:ListBucket", "iam:PassRole"').replace(
        "arn:aws:s3:::reports/", ""
    )
    repo.write("p.json", text).commit("wider")
    found = {f["rule"]: f for f in scan()["findings"]}
    assert found["iam/new-access"]["severity"] == "low"
    # The local rule says the same, so that there is one finding, as severe as the table says of the code.
    assert found["iam/pass-role-any"]["severity"] == "critical"
    assert found["iam/pass-role-any"]["aliases"] == ["PASS_ROLE_WITH_STAR_IN_RESOURCE"]
    assert "iam/PASS_ROLE_WITH_STAR_IN_RESOURCE" not in found


def test_a_whole_tree_is_held_against_references_and_lists(repo: GitRepo, aws: FakeAws, scan: Any) -> None:
    repo.write("iam/limit.json", POLICY).write("infra/p.json", wide_json(POLICY))
    configured(
        repo,
        '[iam]\nreference-policies = { match = "infra/*", policy = "iam/limit.json" }\n'
        'sensitive-actions = "s3:PutObject"\n',
    )
    report = json.loads(raw(repo, "--all").out)
    assert new(report, *ACCESS) == [
        ("iam/beyond-reference", "infra/p.json", 4, 5),
        ("iam/sensitive-access", "infra/p.json", 7, 51),
    ]


def test_the_local_engine_asks_nobody_and_loads_no_boto3(repo: GitRepo, aws: FakeAws, scan: Any) -> None:
    configured(repo, '[iam]\nengine = "local"\n')
    repo.write("p.json", POLICY).commit("base").branch("topic")
    repo.write("p.json", wide_json(POLICY)).commit("wider")
    report = scan("--iam-engine", "local")
    assert new(report, *ACCESS) == [("iam/new-access", "p.json", 7, 51)]
    assert "access: 1 of 1 question decided offline" in notes(report)
    assert aws.log == []
    code = (
        "import sys; from pregate.entry import main;"
        f"main(['scan', '-C', {str(repo.path)!r}, '--base', 'main', '--check', 'iam', '--output', 'json=-']);"
        "print('boto' in ' '.join(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip().splitlines()[-1] == "False"


@pytest.mark.parametrize(
    ("engine", "asked"), [("auto", {"ValidatePolicy"}), ("both", {"ValidatePolicy", "CheckNoNewAccess"})]
)
def test_aws_is_asked_beside_pregate_as_the_engine_says(
    repo: GitRepo, aws: FakeAws, scan: Any, engine: str, asked: set[str]
) -> None:
    repo.write("p.json", POLICY).commit("base").branch("topic")
    repo.write("p.json", wide_json(POLICY)).commit("wider")
    report = scan("--iam-engine", engine)
    assert new(report, *ACCESS) == [("iam/new-access", "p.json", 7, 51)]
    assert {call.operation for call in aws.log} >= asked
    assert ("CheckNoNewAccess" in {call.operation for call in aws.log}) == ("CheckNoNewAccess" in asked)
    assert "access: 1 of 1 question decided offline" in notes(report)
    assert "about p.json (no-new-access)" not in notes(report)


SAM = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Worker:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.main
      InlineCode: "x = 1"
      Policies:
        - Version: "2012-10-17"
          Statement:
            - Sid: Read
              Effect: Allow
              Action: ["s3:GetObject"]
              Resource: arn:aws:s3:::reports/*
"""
SERVERLESS = """\
service: worker
provider:
  name: aws
  iam:
    role:
      statements:
        - Sid: Read
          Effect: Allow
          Action: ["s3:GetObject"]
          Resource: arn:aws:s3:::reports/*
functions:
  work:
    handler: app.main
"""
CDK = json.dumps(
    {
        "Resources": {
            "Policy": {
                "Type": "AWS::IAM::ManagedPolicy",
                "Properties": {"PolicyDocument": json.loads(POLICY)},
                "Metadata": {"aws:cdk:path": "App/Worker/Policy/Resource"},
            }
        }
    },
    indent=1,
)
PLAN = json.dumps(
    {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "resource_changes": [
            {
                "address": "aws_iam_policy.read",
                "mode": "managed",
                "type": "aws_iam_policy",
                "name": "read",
                "change": {"actions": ["create"], "after": {"policy": POLICY}, "after_unknown": {}},
            }
        ],
    },
    indent=1,
)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("template.yaml", SAM),
        ("serverless.yml", SERVERLESS),
        ("cdk.out/App.template.json", CDK),
        ("plan.json", PLAN),
    ],
)
def test_a_widened_policy_is_found_in_every_language(
    repo: GitRepo, aws: FakeAws, scan: Any, name: str, text: str
) -> None:
    repo.write(name, text).commit("base").branch("topic")
    wide = text.replace("s3:GetObject", "s3:*", 1)
    assert wide != text
    repo.write(name, wide).commit("wider")
    found = new(scan(), *ACCESS)
    assert [(rule, path) for rule, path, _, _ in found] == [("iam/new-access", name)]
    (line,) = {line for _, _, line, _ in found}
    assert "s3:*" in wide.splitlines()[line - 1]
    assert aws.charged == {"CheckNoNewAccess": 1}
