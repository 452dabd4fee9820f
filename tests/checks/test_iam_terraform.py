"""The iam check on Terraform, and its scan of a repository."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pregate.cache import cache_at
from pregate.checks.base import Analysis, Target
from pregate.checks.iam import IamCheck
from pregate.config import Config, IamConfig
from pregate.iam import PolicyDocument
from pregate.model import Completed, UnreadReason
from tests.engine.fakes import Build, Scan, Tree, Watch, finished

GOOD = """
data "aws_caller_identity" "current" {}

resource "aws_s3_bucket" "logs" {
  bucket = "acme-logs"
}

data "aws_iam_policy_document" "read" {
  statement {
    sid       = "ReadLogs"
    actions   = ["s3:GetObject", "s3:ListBucket"]
    resources = [aws_s3_bucket.logs.arn, "${aws_s3_bucket.logs.arn}/*"]
  }
}

resource "aws_iam_policy" "read" {
  name   = "read-logs"
  policy = data.aws_iam_policy_document.read.json
}

resource "aws_iam_role" "ci" {
  name = "ci"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = aws_iam_openid_connect_provider.github.arn }
      Condition = {
        StringEquals = {
          "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
          "token.actions.githubusercontent.com:sub" = "repo:acme/app:ref:refs/heads/main"
        }
      }
    }]
  })
}
"""
BAD = (
    GOOD.replace('"s3:GetObject", "s3:ListBucket"', '"s3:*"')
    .replace('[aws_s3_bucket.logs.arn, "${aws_s3_bucket.logs.arn}/*"]', '["*"]')
    .replace("repo:acme/app:ref:refs/heads/main", "repo:acme/*")
    .replace("StringEquals = {", "StringLike = {")
)


def check(engine: str = "local") -> IamCheck:
    return IamCheck(IamConfig(engine=engine))


def analyse(text: str, path: str = "main.tf", *included: tuple[str, str], engine: str = "local") -> Analysis:
    others = tuple((name, data.encode()) for name, data in included)
    return check(engine).analyse(Target(path, text.encode(), others))


def flagged(text: str, analysis: Analysis) -> list[tuple[str, str]]:
    lines = text.splitlines()
    found = []
    for finding in analysis.findings:
        place = finding.location
        line = lines[place.start_line - 1]
        found.append((finding.rule.id, line[place.start_column - 1 : place.end_column - 1]))
    return found


def test_a_wide_configuration_has_findings_on_the_very_elements() -> None:
    assert flagged(BAD, analyse(BAD)) == [
        ("iam/service-wildcard-any-resource", '"s3:*"'),
        ("iam/github-oidc-broad-subject", '"repo:acme/*"'),
    ]


def test_its_narrow_twin_has_none() -> None:
    analysis = analyse(GOOD)
    assert analysis.findings == ()
    assert analysis.unread == ()
    assert analysis.concerned


def test_a_finding_names_the_address_of_its_policy() -> None:
    (first, *_) = analyse(BAD).findings
    assert first.properties == (("policy", "aws_iam_policy.read.policy"), ("policy-kind", "identity"))


@pytest.mark.parametrize(
    "text",
    [
        'terraform {\n  required_version = ">= 1.5"\n}\n',
        'resource "aws_vpc" "v" {\n  cidr_block = "10.0.0.0/8"\n}\n',
        "",
    ],
)
def test_a_file_without_policies_does_not_concern_the_check(text: str) -> None:
    assert not analyse(text).concerned


STEPS = (
    {"infra/main.tf": GOOD.replace('["s3:GetObject", "s3:ListBucket"]', "var.actions")},
    {"infra/network.tf": 'resource "aws_vpc" "v" {\n  cidr_block = "10.0.0.0/8"\n}\n'},
    {"infra/variables.tf": 'variable "actions" {\n  default = ["s3:*"]\n}\n'},
    {"infra/variables.tf": 'variable "actions" {\n  default = ["s3:GetObject"]\n}\n'},
    {"infra/terraform.tfvars": 'actions = ["*"]\n'},
    {"infra/main.tf": 'module "m" {\n  source = "../m"\n}\n', "m/main.tf": BAD},
    {"m/main.tf": GOOD},
)


def test_a_module_is_told_from_a_cache_as_without_whatever_file_comes_or_changes(tmp_path: Path) -> None:
    files: dict[str, bytes] = {}
    told, reads = [], []
    for step in STEPS:
        files |= {path: text.encode() for path, text in step.items()}
        tree = Tree({"head": dict(sorted(files.items()))})
        for place in (None, tmp_path, tmp_path):
            check = IamCheck(IamConfig())
            tree.reads.clear()
            with cache_at(place) as cache:
                build = Build((check,))  # type: ignore[arg-type]
                scan = Scan(tree.all(), (check,), tree, cache, Config(jobs=1), build, finished, Watch())
                (outcome,) = scan.run()
            assert isinstance(outcome, Completed), outcome
            told.append((outcome.candidates, outcome.unread, outcome.counts.concerned))
            reads.append(len(tree.reads))
        assert told[-3] == told[-2] == told[-1]
    assert len({repr(one) for one in told}) > 4
    assert reads[2] == 0
    assert reads[5] < reads[4]


def test_documents_are_facts_and_survive_as_json() -> None:
    text = 'resource "aws_iam_policy" "p" {\n  policy = jsonencode({ Statement = [local.s] })\n}\n'
    local = 'locals {\n  s = { Effect = "Allow", Action = "s3:*", Resource = var.x }\n}\n'
    (fact,) = analyse(text, "main.tf", ("locals.tf", local)).facts
    assert isinstance(fact, PolicyDocument)
    assert check().fact_from_json(json.loads(json.dumps(fact.to_json()))) == fact
    assert fact.locate("/Statement/0/Action").path == "locals.tf"


def test_what_is_not_known_is_listed_with_its_line() -> None:
    text = 'variable "a" {}\nresource "aws_iam_policy" "p" {\n  policy = jsonencode({ Statement = [{\n'
    text += '    Effect = "Allow", Resource = "*",\n    Action = var.a\n  }] })\n}\n'
    (unread,) = analyse(text).unread
    assert (unread.reason, unread.line) == (UnreadReason.NOT_AUDITED, 5)
    assert unread.detail == "an action is known only at deployment (var.a)"


def test_a_block_that_does_not_parse_is_listed_and_the_rest_is_judged() -> None:
    analysis = analyse('resource "aws_x" "y" {\n  a = [\n}\n' + BAD)
    assert len(analysis.findings) == 2
    (unread,) = analysis.unread
    assert (unread.reason, unread.line) == (UnreadReason.UNPARSABLE, 3)
    assert unread.detail.startswith("Terraform does not parse: ")


def test_what_a_called_module_says_of_itself_is_not_said_again() -> None:
    child = """variable "actions" {}
resource "aws_iam_policy" "p" {
  policy = jsonencode({ Statement = [
    { Effect = "Allow", Action = "iam:*", Resource = "*" },
    { Effect = "Allow", Action = var.actions, Resource = "*" },
  ], Version = "2012-10-17" })
}
"""
    call = 'module "m" {\n  source  = "./m"\n  actions = "s3:*"\n}\n'
    assert flagged(call, analyse(call, "main.tf", ("m/main.tf", child))) == [
        ("iam/service-wildcard-any-resource", '"s3:*"')
    ]
    assert flagged(child, analyse(child, "m/main.tf")) == [("iam/service-wildcard-any-resource", '"iam:*"')]


def test_a_plan_is_judged_by_the_addresses_of_its_resources() -> None:
    policy = json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    )
    change = {"actions": ["update"], "after": {"policy": policy}, "after_unknown": {}}
    item = {"address": "aws_iam_policy.p", "type": "aws_iam_policy", "mode": "managed", "change": change}
    text = json.dumps({"terraform_version": "1.9", "resource_changes": [item], "prior_state": {"x": policy}})
    analysis = analyse(text, "plan.json")
    assert flagged(text, analysis) == [("iam/admin-access", '\\"*\\"')]
    assert analysis.findings[0].properties[0] == ("policy", "aws_iam_policy.p.policy")
    assert analysis.cacheable


def test_a_plan_that_is_not_utf_8_is_listed() -> None:
    (unread,) = check().analyse(Target("p.json", b'{"terraform_version":1,"planned_values":"\xff"}')).unread
    assert unread.reason is UnreadReason.UNPARSABLE


def test_only_terraform_that_may_hold_policies_includes_files() -> None:
    assert check().includes(Target("a.json", b"{}")) == ()
    assert check().includes(Target("a.tf", b"terraform {}")) == ()
    assert "x/*.tf" in check().includes(Target("x/a.tf", b'resource "aws_iam_role" "r" {}'))


def test_the_check_loads_its_terraform_part_only_for_terraform() -> None:
    code = """
import sys
from pregate.checks.base import Target
from pregate.checks.iam import IamCheck
from pregate.config import Config, IamConfig
check = IamCheck(IamConfig())
target = Target("p.json", b'{"Statement": {"Effect": "Allow"}}')
check.includes(target), check.analyse(target)
print(sorted(name for name in sys.modules if "terraform" in name))
check.analyse(Target("a.tf", b'resource "aws_iam_role" "r" {}'))
print("pregate.iam.terraform" in sys.modules, "yaml" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[]", "True False"]
