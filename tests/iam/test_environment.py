"""Credentials in the environment variables of builds; values that look like some are made at run time."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pregate.checks.base import Analysis, Target
from pregate.checks.iam import IamCheck
from pregate.config import IamConfig
from pregate.engine.analyst import finish, maskers_for
from pregate.iam.environment import is_credential
from pregate.iam.terraform import extract_plan
from pregate.model import Severity
from pregate.secrets.masking import Masker

RULE = "iam/codebuild-plaintext-credential"
VALUE = "-".join(("hunter", "two", "three"))
KEY_ID = "AKIA" + "Q7EXAMPLE2345ABC"


@pytest.mark.parametrize(
    "name",
    [
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "DB_PASSWORD",
        "dbPassword",
        "GithubToken",
        "NPM-TOKEN",
        "STRIPE_API_KEY",
        "APIKEY",
        "client_secret",
        "SIGNING_PRIVATE_KEY",
    ],
)
def test_names_that_say_so_are_credentials(name: str) -> None:
    assert is_credential(name, VALUE)
    assert is_credential(name, None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STAGE", VALUE),
        ("DB_PASSWORD_ARN", VALUE),
        ("SECRET_NAME", VALUE),
        ("TOKEN_URL", None),
        ("KEY", VALUE),
        ("", VALUE),
        ("USE_TOKEN", "true"),
        ("MAX_TOKEN", "4096"),
        ("DB_PASSWORD", ""),
        ("DB_PASSWORD", "arn:aws:secretsmanager:us-east-1:123456789012:secret:x"),
        ("TOKEN", "https://example.com/token"),
    ],
)
def test_other_names_and_values_are_not(name: str, value: str | None) -> None:
    assert not is_credential(name, value)


def test_an_access_key_is_one_under_any_name() -> None:
    assert is_credential("STAGE", KEY_ID)
    assert is_credential("STAGE", f"key {KEY_ID}")


def analysed(path: str, text: str, **others: str) -> Analysis:
    files = tuple((name.replace("_dot_", "."), content.encode()) for name, content in others.items())
    return IamCheck(IamConfig()).analyse(Target(path, text.encode(), files))


def template(variables: Any) -> str:
    properties = {"Environment": {"Image": "x", "EnvironmentVariables": variables}}
    build = {"Type": "AWS::CodeBuild::Project", "Properties": properties}
    return json.dumps({"Parameters": {"P": {"Type": "String"}}, "Resources": {"Build": build}}, indent=1)


def found(analysis: Analysis) -> list[tuple[str, Severity]]:
    return [
        (finding.message.split("`")[1], finding.severity)
        for finding in analysis.findings
        if finding.rule.id == RULE
    ]


def test_a_template_with_plain_credentials() -> None:
    analysis = analysed(
        "t.json",
        template(
            [
                {"Name": "DB_PASSWORD", "Value": VALUE},
                {"Name": "NPM_TOKEN", "Type": "PLAINTEXT", "Value": {"Ref": "P"}},
                {"Name": "API_KEY", "Value": "{{resolve:secretsmanager:x}}"},
                {"Fn::If": ["C", {"Name": "A_SECRET", "Value": VALUE}, {"Ref": "AWS::NoValue"}]},
            ]
        ),
    )
    assert found(analysis) == [
        ("DB_PASSWORD", Severity.HIGH),
        ("NPM_TOKEN", Severity.MEDIUM),
        ("API_KEY", Severity.MEDIUM),
        ("A_SECRET", Severity.HIGH),
    ]
    assert analysis.sensitive == tuple(f.location for f in analysis.findings if f.severity is Severity.HIGH)
    assert VALUE not in repr(analysis)


def test_a_clean_template() -> None:
    variables = [
        {"Name": "DB_PASSWORD", "Type": "SECRETS_MANAGER", "Value": "prod/db:password"},
        {"Name": "NPM_TOKEN", "Type": "PARAMETER_STORE", "Value": "/npm/token"},
        {"Name": "API_KEY", "Type": {"Ref": "P"}, "Value": "x"},
        {"Name": "STAGE", "Value": "prod"},
        {"Name": "A_TOKEN"},
        "odd",
    ]
    assert found(analysed("t.json", template(variables))) == []
    assert found(analysed("t.json", template({"Ref": "P"}))) == []


def test_what_is_shown_of_the_line_holds_no_value() -> None:
    text = template([{"Name": "DB_PASSWORD", "Value": VALUE}])
    target = Target("t.json", text.encode())
    analysis = IamCheck(IamConfig()).analyse(target)
    maskers = maskers_for(
        target, lambda file, regions: Masker(file.path, file.data, regions), analysis.sensitive
    )
    (finding,) = finish(analysis, maskers).findings
    assert "***" in finding.snippet
    assert VALUE not in repr(finding)


TERRAFORM = """
variable "token" {}
resource "aws_codebuild_project" "b" {
  environment {
    image = "x"
    environment_variable {
      name  = "DB_PASSWORD"
      value = "VALUE"
    }
    environment_variable {
      name  = "NPM_TOKEN"
      type  = "PLAINTEXT"
      value = var.token
    }
    environment_variable {
      name  = "SAFE_TOKEN"
      type  = "SECRETS_MANAGER"
      value = "prod/token"
    }
    environment_variable {
      name  = "ODD_TOKEN"
      type  = var.token
      value = "x"
    }
    environment_variable {
      name  = "LIST_TOKEN"
      value = ["x"]
    }
    environment_variable {
      name = "MISSING_TOKEN"
    }
    environment_variable {
      name  = "${var.token}_TOKEN"
      value = "x"
    }
    dynamic "environment_variable" {
      for_each = { STAGE = "prod", API_KEY = local.key }
      content {
        name  = environment_variable.key
        type  = null
        value = environment_variable.value
      }
    }
  }
}
""".replace("VALUE", VALUE)
LOCALS = f'locals {{\n  key = "{VALUE}"\n}}\n'


def test_terraform_with_plain_credentials() -> None:
    analysis = analysed("main.tf", TERRAFORM, locals_dot_tf=LOCALS)
    assert sorted(found(analysis)) == [
        ("API_KEY", Severity.HIGH),
        ("DB_PASSWORD", Severity.HIGH),
        ("NPM_TOKEN", Severity.MEDIUM),
    ]
    assert sorted((place.path, place.start_line) for place in analysis.sensitive) == [
        ("locals.tf", 2),
        ("main.tf", 8),
    ]
    assert analysis.concerned
    assert VALUE not in repr(analysis)


def test_a_module_answers_for_what_it_writes_itself() -> None:
    module = """
    variable "given" {}
    resource "aws_codebuild_project" "b" {
      environment {
        environment_variable {
          name  = "OWN_TOKEN"
          value = "VALUE"
        }
        environment_variable {
          name  = "GIVEN_TOKEN"
          value = var.given
        }
      }
    }
    """.replace("VALUE", VALUE)
    call = f'module "m" {{\n  source = "./m"\n  given = "{VALUE}"\n}}\n'
    files = (("m/main.tf", module.encode()),)
    analysis = IamCheck(IamConfig()).analyse(Target("main.tf", call.encode(), files))
    assert found(analysis) == [("GIVEN_TOKEN", Severity.HIGH)]
    assert found(analysed("m/main.tf", module)) == [
        ("OWN_TOKEN", Severity.HIGH),
        ("GIVEN_TOKEN", Severity.MEDIUM),
    ]


def test_a_plan_with_plain_credentials() -> None:
    values = {
        "environment": [
            {"environment_variable": [{"name": "DB_PASSWORD", "type": "PLAINTEXT", "value": VALUE}]}
        ]
    }
    change = {
        "address": "aws_codebuild_project.b",
        "mode": "managed",
        "type": "aws_codebuild_project",
        "change": {"after": values, "after_unknown": {}},
    }
    (exposure,) = extract_plan("plan.json", json.dumps({"resource_changes": [change]})).exposures
    assert (exposure.variable, exposure.resource) == ("DB_PASSWORD", "aws_codebuild_project.b")
    assert exposure.is_written
