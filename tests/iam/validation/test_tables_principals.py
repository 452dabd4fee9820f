"""Issues of Principal and NotPrincipal: policies that have them, and twins without."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pregate.iam.document import CLOSE, OPEN, PolicyDocument
from pregate.iam.validation.raw import document_of
from pregate.iam.validation.validate import validate
from tests.iam.validation.cases import Case, kind
from tests.iam.validation.samples import KINDS, allow, found, policy

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/app"
SAML = f"arn:aws:iam::{ACCOUNT}:saml-provider/idp"
UNKNOWN = f"{OPEN}0{CLOSE}"
TABLES = "_PRINCIPAL"


def shared(principal: Any = None, **changes: Any) -> dict[str, Any]:
    """A statement of a resource policy."""
    return allow(**{"Principal": principal, **changes})


def trust(principal: Any, action: Any = "sts:AssumeRole", **changes: Any) -> dict[str, Any]:
    """A statement of a trust policy."""
    return allow(**{"Principal": principal, "Action": action, "Resource": None, **changes})


def denied(**changes: Any) -> dict[str, Any]:
    """A statement of a resource control policy."""
    return allow(**{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*", **changes})


CLEAN = shared({"AWS": ACCOUNT})
CASES: list[Case] = [
    kind("MISSING_PRINCIPAL", "resource", shared(), [json.dumps(shared())], CLEAN),
    kind("MISSING_PRINCIPAL", "trust", trust(None), [json.dumps(trust(None))], trust({"AWS": ROLE})),
    kind("UNSUPPORTED_PRINCIPAL", "identity", CLEAN, ["Principal"], allow()),
    kind("UNSUPPORTED_PRINCIPAL", "identity", shared(NotPrincipal="*"), ["NotPrincipal"], allow()),
    kind("SCP_SYNTAX_ERROR_PRINCIPAL", "service-control", shared("*"), ["Principal"], allow()),
    kind(
        "ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL",
        "trust",
        trust(None, NotPrincipal={"AWS": ROLE}),
        ["NotPrincipal"],
        trust({"AWS": ROLE}),
    ),
    kind(
        "ALLOW_WITH_NOT_PRINCIPAL",
        "resource",
        shared(NotPrincipal={"AWS": ROLE}),
        ["NotPrincipal"],
        shared(NotPrincipal={"AWS": ROLE}, Effect="Deny"),
    ),
    kind(
        "RCP_SYNTAX_ERROR_PRINCIPAL",
        "resource-control",
        denied(Principal=None, NotPrincipal={"AWS": ROLE}),
        ["NotPrincipal"],
        denied(),
    ),
    kind(
        "RCP_SYNTAX_ERROR_PRINCIPAL",
        "resource-control",
        denied(Principal={"AWS": ROLE}),
        [json.dumps({"AWS": ROLE})],
        denied(Principal={"AWS": ["*"]}),
    ),
    kind("EMPTY_OBJECT_PRINCIPAL", "resource", shared({}), ["{}"], CLEAN),
    kind(
        "EMPTY_ARRAY_PRINCIPAL", "resource", shared({"AWS": []}), ["[]"], shared({"AWS": [], "Service": "a"})
    ),
    kind("EMPTY_ARRAY_PRINCIPAL", "resource", shared([]), ["[]"], CLEAN),
    kind(
        "ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
        "trust",
        trust("*"),
        ["*"],
        trust({"AWS": "*"}),
    ),
    kind("INVALID_PRINCIPAL_FORMAT", "resource", shared(ROLE), [ROLE], shared("*")),
    kind("INVALID_PRINCIPAL_FORMAT", "trust", trust(["*"]), ['["*"]'], trust({"AWS": ["*"]})),
    kind("INVALID_PRINCIPAL_FORMAT", "resource", shared(1), ["1"], CLEAN),
    kind("INVALID_PRINCIPAL_KEY", "resource", shared({"Account": ACCOUNT}), ["Account"], CLEAN),
    kind(
        "UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
        "resource",
        shared({"AWS": [f"arn:aws:iam::{ACCOUNT}:role/*", "*"]}),
        [f"arn:aws:iam::{ACCOUNT}:role/*"],
        shared({"AWS": "*"}),
    ),
    kind(
        "UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
        "trust",
        trust({"Service": "*"}),
        ["*"],
        trust({"Service": "ec2.amazonaws.com"}),
    ),
    kind(
        "FEDERATED_PRINCIPAL_NOT_SUPPORTED",
        "resource",
        shared({"Federated": SAML}),
        [SAML],
        shared({"Federated": SAML}, Action="sts:AssumeRoleWithSAML"),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_the_code_is_found_where_it_is_and_not_in_the_twin(case: Case) -> None:
    code, which, bad, parts, good = case
    assert [part.strip('"') for part in found(bad, which).get(code, [])] == parts
    assert code not in found(good, which)


@pytest.mark.parametrize("part", ["*", {}, {"Account": ["*"]}, [], {"AWS": []}, {"Federated": SAML}, 1])
@pytest.mark.parametrize("which", ["identity", "service-control"])
def test_policies_without_principals_say_so_only(which: str, part: Any) -> None:
    codes = {code for code in found(policy(shared(part)), which) if TABLES in code}
    assert codes <= {"UNSUPPORTED_PRINCIPAL", "SCP_SYNTAX_ERROR_PRINCIPAL"}
    assert len(codes) == 1


@pytest.mark.parametrize("principal", [1, "a", [], ["*"], {}, {"AWS": []}, {"AWS": "*", "Service": "*"}])
def test_a_resource_control_policy_is_about_everybody(principal: Any) -> None:
    assert "RCP_SYNTAX_ERROR_PRINCIPAL" in found(policy(denied(Principal=principal)), "resource-control")


def test_keys_are_read_without_regard_to_case() -> None:
    assert found(policy(shared({"aws": ROLE})), "resource") == {}


def _open(statement: Any, which: str) -> set[str]:
    """The codes of a policy of which parts are open."""
    text = policy(statement)
    marked = PolicyDocument(KINDS[which], "", "", text, document_of(policy(allow()), KINDS[which]).places)
    return {issue.code for issue in validate(marked).issues}


@pytest.mark.parametrize("which", ["resource", "trust", "resource-control"])
@pytest.mark.parametrize(
    "principal",
    [
        UNKNOWN,
        f"{UNKNOWN}-a",
        {UNKNOWN: "*"},
        {"AWS": UNKNOWN},
        {"AWS": [f"{UNKNOWN}:root"]},
        {"AWS": ["*", UNKNOWN]},
    ],
)
def test_what_a_template_leaves_open_is_no_issue(which: str, principal: Any) -> None:
    statement = denied() if which == "resource-control" else trust(None)
    if which == "resource":
        statement["Resource"] = "*"
    assert _open({**statement, "Principal": principal}, which) == set()


def test_an_open_key_may_be_the_principal() -> None:
    assert "MISSING_PRINCIPAL" not in _open({**allow(), UNKNOWN: "*"}, "resource")


@pytest.mark.parametrize("action", [f"{UNKNOWN}:a", "*", "s*:Get", "STS:AssumeRoleWithSAML"])
def test_a_policy_that_may_be_a_trust_policy_takes_providers(action: str) -> None:
    assert "FEDERATED_PRINCIPAL_NOT_SUPPORTED" not in _open(
        shared({"Federated": SAML}, Action=action), "resource"
    )
    excluding = shared({"Federated": SAML}, Action=None, NotAction="s3:*")
    assert "FEDERATED_PRINCIPAL_NOT_SUPPORTED" not in _open(excluding, "resource")


def test_a_known_wildcard_beside_an_open_part() -> None:
    principal = {"AWS": f"arn:aws:iam::{UNKNOWN}:role/*"}
    assert _open(shared(principal), "resource") == {"UNSUPPORTED_WILDCARD_IN_PRINCIPAL"}
