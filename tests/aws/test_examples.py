"""``examples/aws``: what a user deploys, under cfn-lint, our own checks and the fake AWS."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from pregate.aws.session_policy import FEATURES
from tests.entry.cli import pregate
from tests.fakeaws import FakeAws
from tests.fakehub.hub import FakeHub
from tests.hooktools import ROOT
from tests.test_artifacts import lint

FOLDER = ROOT / "examples" / "aws"
TEMPLATE = (FOLDER / "cloudformation.yaml").read_text(encoding="utf-8")
ACTIONS = {action for grants in FEATURES.values() for g in grants for action in g.actions}
HOST = "token.actions.githubusercontent.com"
PSEUDO = {"AWS::Partition": "aws", "AWS::Region": "eu-west-1", "AWS::AccountId": "111122223333"}
GIVEN = {
    "Owner": "octo-org",
    "Repository": "octo-repo",
    "CustomChecks": "true",
    "SecurityHub": "true",
    "Inspector": "true",
    "ReportObjects": "reports/pregate",
    "ReportKeyArn": "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "TopicArn": "arn:aws:sns:eu-west-1:111122223333:verdicts",
    "AppKeyArn": "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "AppSecretArn": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:app-AbCdEf",
    "TopicKeyArn": "arn:aws:kms:eu-west-1:111122223333:key/2234abcd-12ab-34cd-56ef-1234567890ab",
    "AppSecretKeyArn": "arn:aws:kms:eu-west-1:111122223333:key/3234abcd-12ab-34cd-56ef-1234567890ab",
}


class Loader(yaml.SafeLoader):
    """Reads short forms as ``{"Fn::Name": value}``."""


def _short(loader: Loader, name: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    assert isinstance(node, yaml.SequenceNode)
    return {name: loader.construct_sequence(node, deep=True)}


Loader.add_multi_constructor("!", _short)  # type: ignore[no-untyped-call]


class Stack:
    """The template with parameters, as far as it goes in our own: Ref, Sub, If, Equals, Not, GetAtt."""

    def __init__(self, text: str, given: Mapping[str, str]) -> None:
        self.template = yaml.load(text, Loader)
        defaults = {n: str(p.get("Default", "")) for n, p in self.template["Parameters"].items()}
        self.names = {**PSEUDO, **defaults, **given, "AWS::NoValue": None}

    def resource(self, name: str) -> Any:
        return self.value(self.template["Resources"][name]["Properties"])

    def value(self, node: Any) -> Any:
        match node:
            case {"Ref": name, **rest} if not rest:
                return self.names.get(name, name)
            case {"Sub": str(text), **rest} if not rest:
                return re.sub(r"\$\{([^}]+)\}", lambda m: str(self.names[m[1]]), text)
            case {"If": [name, one, other], **rest} if not rest:
                return self.value(one if self.holds({"Condition": name}) else other)
            case {"GetAtt": text, **rest} if not rest:
                return f"<{text}>"
            case dict():
                return {k: v for k, raw in node.items() if (v := self.value(raw)) is not None}
            case list():
                return [v for raw in node if (v := self.value(raw)) is not None]
            case _:
                return node

    def holds(self, condition: Any) -> bool:
        match condition:
            case {"Condition": name}:
                return self.holds(self.template["Conditions"][name])
            case {"Equals": [one, other]}:
                return bool(self.value(one) == self.value(other))
            case {"Not": [inner]}:
                return not self.holds(inner)
        raise AssertionError(condition)

    def policies(self) -> list[dict[str, Any]]:
        """The policies of the role that these parameters switch on."""
        return [
            self.resource(name)["PolicyDocument"]
            for name, resource in self.template["Resources"].items()
            if resource["Type"] == "AWS::IAM::RolePolicy" and self.holds({"Condition": resource["Condition"]})
        ]


def actions_of(policies: list[dict[str, Any]]) -> list[str]:
    found = [s["Action"] for p in policies for s in p["Statement"]]
    return sorted(a for actions in found for a in ([actions] if isinstance(actions, str) else actions))


def test_cfn_lint_has_nothing_to_say() -> None:
    lint("cfn-lint", str(FOLDER / "cloudformation.yaml"))


def test_our_own_checks_find_nothing_high() -> None:
    run = pregate("scan", "--offline", "--no-cache", "--fail-on", "high", FOLDER)
    assert run.code == 0, run.out


def test_the_template_grants_what_the_features_take_and_no_more() -> None:
    assert set(actions_of(Stack(TEMPLATE, GIVEN).policies())) == ACTIONS


def test_the_template_lets_the_keys_of_topic_and_secret_be_used() -> None:
    statements = [s for p in Stack(TEMPLATE, GIVEN).policies() for s in p["Statement"]]
    by_key = {
        s["Resource"]: actions_of([{"Statement": [s]}]) for s in statements if isinstance(s["Resource"], str)
    }
    assert by_key[GIVEN["TopicKeyArn"]] == ["kms:Decrypt", "kms:GenerateDataKey"]
    assert by_key[GIVEN["AppSecretKeyArn"]] == ["kms:Decrypt"]


def test_the_template_grants_validation_only_by_default() -> None:
    stack = Stack(TEMPLATE, {"Owner": "octo-org", "Repository": "octo-repo"})
    assert actions_of(stack.policies()) == ["access-analyzer:ValidatePolicy"]


def test_the_module_grants_the_same() -> None:
    text = (FOLDER / "terraform" / "main.tf").read_text(encoding="utf-8")
    found = [
        action for block in re.findall(r"actions\s+= \[([^]]*)\]", text) for action in block.split('"')[1::2]
    ]
    assert set(found) == {*ACTIONS, "sts:AssumeRoleWithWebIdentity"}


def test_the_module_is_terraform_and_its_policies_are_read() -> None:
    from pregate.iam.terraform import extract_terraform

    files = {p.relative_to(FOLDER).as_posix(): p.read_bytes() for p in (FOLDER / "terraform").glob("*.tf")}
    found = [extract_terraform(path, files) for path in sorted(files)]
    assert not [error for each in found for error in each.errors]
    assert {document.kind.value for each in found for document in each.documents} >= {"trust"}


def test_the_module_is_formatted() -> None:
    for file in sorted((FOLDER / "terraform").glob("*.tf")):
        lines = file.read_text(encoding="utf-8").splitlines()
        assert not [line for line in lines if line != line.rstrip() or "\t" in line]
        assert not [line for line in lines if (len(line) - len(line.lstrip())) % 2]


@pytest.mark.parametrize(
    ("subject", "given", "let_in"),
    [
        ("repo:octo-org/octo-repo:pull_request", {}, True),
        ("repo:octo-org/octo-repo:ref:refs/heads/main", {}, False),
        ("repo:octo-org/octo-repo:ref:refs/heads/main", {"Branch": "main"}, True),
        ("repo:octo-org/octo-repo:ref:refs/heads/main2", {"Branch": "main"}, False),
        ("repo:octo-org/octo-repo:ref:refs/heads/gh-readonly-queue/main/pr-1-a", {"Branch": "main"}, True),
        ("repo:octo-org/octo-repo:environment:prod", {"Environment": "prod"}, True),
        ("repo:octo-org/octo-repo:environment:prod", {}, False),
        ("repo:octo-org@1/octo-repo@2:pull_request", {"OwnerId": "1", "RepositoryId": "2"}, True),
        ("repo:octo-org@1/octo-repo@2:pull_request", {}, False),
        ("repo:octo-org@1/octo-repo@3:pull_request", {"OwnerId": "1", "RepositoryId": "2"}, False),
        ("repo:octo-org/other:pull_request", {"Branch": "main"}, False),
        ("repo:octo-org/octo-repo-2:pull_request", {"Branch": "main"}, False),
    ],
)
def test_the_template_lets_in_whom_its_parameters_name(
    hub: FakeHub,
    aws: FakeAws,
    monkeypatch: pytest.MonkeyPatch,
    subject: str,
    given: dict[str, str],
    let_in: bool,
) -> None:
    from pregate.aws.refusals import RefusedError
    from tests.aws.test_identity import Desk, validate

    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
    provider = aws.provider(hub.oidc.url)
    hub.oidc.claims["sub"] = subject
    text = TEMPLATE.replace(HOST, provider.name)
    stack = Stack(
        text, {"Owner": "octo-org", "Repository": "octo-repo", "ProviderArn": provider.arn, **given}
    )
    role = aws.role("pregate", stack.resource("Role")["AssumeRolePolicyDocument"], stack.policies())
    identity = Desk(hub, aws).open(role.arn)
    if let_in:
        validate(identity)
    else:
        with pytest.raises(RefusedError, match="AccessDenied"):
            validate(identity)
