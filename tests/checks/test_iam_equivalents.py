"""Policies validated offline: what a local rule and ``ValidatePolicy`` both say is said once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pregate.checks.base import PolicyRemark, Target
from pregate.checks.iam import IamCheck
from pregate.checks.iam.equivalents import EQUIVALENTS
from pregate.config import IamConfig
from pregate.iam import RULES, PolicyDocument
from pregate.iam.validation.codes import CODES
from pregate.model import Finding, Severity


def policy(*statements: dict[str, Any], version: str = "2012-10-17") -> str:
    return json.dumps({"Version": version, "Statement": list(statements)}, indent=1)


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def found(text: str, config: IamConfig | None = None, path: str = "p.json") -> dict[str, Finding]:
    findings = IamCheck(config or IamConfig()).analyse(Target(path, text.encode())).findings
    assert len({(f.rule.id, f.location, f.anchor) for f in findings}) == len(findings)
    return {finding.rule.id.removeprefix("iam/"): finding for finding in findings}


def test_every_entry_names_a_code_and_a_rule() -> None:
    rules = {rule.id.removeprefix("iam/") for rule in RULES}
    assert set(EQUIVALENTS) <= set(CODES)
    assert {name for names in EQUIVALENTS.values() for name in names} <= rules


@pytest.mark.parametrize(
    ("text", "rule", "code"),
    [
        (policy(allow("iam:PassRole")), "pass-role-any", "PASS_ROLE_WITH_STAR_IN_RESOURCE"),
        (policy(allow("*")), "admin-access", "PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE"),
        (policy(allow("s3:GetObject", "b/*")), "invalid-arn", "MISSING_ARN_FIELD"),
        (policy({**allow("s3:GetObject"), "Effect": "Alow"}), "invalid-policy", "INVALID_EFFECT"),
        (policy(allow("s3:GetObject"), version="2008-10-18"), "invalid-policy", "INVALID_VERSION"),
        (policy({"Effect": "Allow", "Resource": "*"}), "invalid-policy", "MISSING_ACTION"),
        (
            policy(allow("s3:ListAllMyBuckets", Sid="A"), allow("sqs:ListQueues", Sid="A")),
            "duplicate-sid",
            "UNIQUE_SIDS_REQUIRED",
        ),
        (json.dumps({"Statement": [allow("s3:ListAllMyBuckets")]}), "missing-version", "MISSING_VERSION"),
    ],
)
def test_what_a_local_rule_says_is_its_finding_with_the_code_as_alias(
    text: str, rule: str, code: str
) -> None:
    findings = found(text)
    assert code in findings[rule].aliases
    assert code not in findings


def test_an_error_is_as_severe_as_one_whoever_says_it() -> None:
    assert found(policy(allow("s3:GetObject", "b/*")))["invalid-arn"].severity is Severity.HIGH
    text = json.dumps({"Statement": [allow("s3:ListAllMyBuckets")]})
    assert found(text)["missing-version"].severity is Severity.LOW
    table = IamConfig(severity=(("MISSING_VERSION", "critical"),))
    assert found(text, table)["missing-version"].severity is Severity.CRITICAL
    table = IamConfig(severity=(("WARNING", "high"),))
    assert found(text, table)["missing-version"].severity is Severity.HIGH


def test_what_no_local_rule_says_is_a_finding_like_the_services() -> None:
    text = policy(allow("s3:GetObject", Condition={"StringEquals": {"aws:SourceIp": ["a", "a*"]}}))
    findings = found(text)
    codes = {name for name in findings if name.isupper()}
    assert codes
    for code in codes:
        finding = findings[code]
        assert finding.rule.help_uri.startswith("https://docs.aws.amazon.com/IAM/")
        assert ("finding-type", CODES[code].type.value) in finding.properties
        assert finding.location.path == "p.json"


def test_validation_is_left_out_where_only_the_service_judges_or_nobody_should() -> None:
    text = policy(allow("nothing"))
    for config in (IamConfig(engine="aws"), IamConfig(checks=("no-new-access",))):
        assert found(text, config)["invalid-action"].aliases == ()
        assert {name for name in found(text, config) if name.isupper()} == set()


class Service:
    """Gives the same remark on every policy, on the first place of a text."""

    def __init__(self, code: str, on: str) -> None:
        self.code, self.on = code, on

    def validate(self, document: PolicyDocument) -> tuple[PolicyRemark, ...]:
        start = document.text.find(self.on)
        span = (start, start + len(self.on))
        return (PolicyRemark(CODES[self.code].type.value, self.code, "their words", "", (span,)),)


def concluded(service: Service, text: str, **options: Any) -> tuple[list[str], tuple[str, ...]]:
    check = IamCheck(IamConfig(**options), service)
    conclusion = check.conclude([check.analyse(Target("p.json", text.encode()))])
    return [f.rule.id.removeprefix("iam/") for f in conclusion.analyses[0].findings], conclusion.notes


def test_what_the_service_says_too_is_one_finding() -> None:
    text = policy(allow(["s3:GetObject", "s3:GetObject"], "arn:aws:s3:::b/*"))
    assert "REDUNDANT_ACTION" in found(text)
    ids, _ = concluded(Service("REDUNDANT_ACTION", '"s3:GetObject"'), text)
    assert ids.count("REDUNDANT_ACTION") == 1
    ids, _ = concluded(Service("INVALID_ACTION", '"s3:GetObject"'), text)
    assert {"REDUNDANT_ACTION", "INVALID_ACTION"} <= set(ids)
    ids, _ = concluded(Service("INVALID_ACTION", '"nothing"'), policy(allow("nothing")), engine="aws")
    assert ids == ["invalid-action"]


def test_codes_that_only_one_of_both_finds_are_noted() -> None:
    text = policy(allow(["s3:GetObject", "s3:GetObject"], "arn:aws:s3:::b/*"))
    same = Service("REDUNDANT_ACTION", '"s3:GetObject"')
    assert not any("disagree" in note for note in concluded(same, text, engine="both")[1])
    other = Service("EMPTY_SID_VALUE", '"s3:GetObject"')
    (note,) = [n for n in concluded(other, text, engine="both")[1] if "disagree" in n]
    assert note == (
        "pregate and AWS Access Analyzer disagree about p.json: only pregate finds REDUNDANT_ACTION, only "
        "AWS EMPTY_SID_VALUE"
    )
    check = IamCheck(IamConfig(engine="both"), other)
    analyses = [check.analyse(Target(f"{n}.json", text.replace("b/*", f"b/{n}").encode())) for n in range(7)]
    notes = check.conclude(analyses).notes
    assert notes[-1] == "2 more policies of which AWS Access Analyzer says something else"
