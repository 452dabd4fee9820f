"""Issues of trust policies, and of names of services."""

from __future__ import annotations

from typing import Any

import pytest

from pregate.iam.document import CLOSE, OPEN, PolicyDocument
from pregate.iam.validation.raw import document_of, findings_of
from pregate.iam.validation.validate import validate
from tests.iam.validation.samples import KINDS, allow, found, policy, when
from tests.iam.validation.test_tables_principals import ACCOUNT, ROLE, SAML, UNKNOWN, shared, trust

OIDC = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/app/build"
ANYWHERE = {"Service": "rolesanywhere.amazonaws.com"}
SYNTAX = "INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY"
MISMATCH = "MISMATCHED_ACTION_FOR_PRINCIPAL"
MISSING = "MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY"
REDUNDANT = "REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY"
FORMAT = "INVALID_SERVICE_PRINCIPAL_FORMAT"
WEB = "sts:AssumeRoleWithWebIdentity"
WITH_SAML = "sts:AssumeRoleWithSAML"


def parts(code: str, *statements: Any, which: str = "trust") -> list[str]:
    """What the code stands at, without quotes."""
    return [part.strip('"') for part in found(policy(*statements), which).get(code, [])]


def codes(statement: Any) -> set[str]:
    """The codes of a trust policy that may have open parts."""
    places = document_of(policy(allow()), KINDS["trust"]).places
    marked = PolicyDocument(KINDS["trust"], "", "", policy(statement), places)
    return {issue.code for issue in validate(marked).issues}


@pytest.mark.parametrize(
    "provider", ["https://idp.example.com", "idp", f"arn:aws:iam::{ACCOUNT}:user/a", "arn:aws:iam::1:a", ""]
)
def test_no_providers(provider: str) -> None:
    assert parts(SYNTAX, trust({"Federated": provider}, WITH_SAML)) == [provider]
    assert parts(SYNTAX, shared({"Federated": provider}), which="resource") == []


@pytest.mark.parametrize(
    "provider",
    [SAML, OIDC, OIDC.replace("aws:", "aws-cn:", 1), "accounts.google.com", "idp.example.com:8443/a", "*"],
)
def test_providers(provider: str) -> None:
    assert parts(SYNTAX, trust({"Federated": [provider]}, WEB)) == []


def test_what_is_open_or_a_variable_is_no_wrong_provider() -> None:
    assert SYNTAX not in codes(trust({"Federated": [UNKNOWN, f"a{UNKNOWN}"]}, WEB))
    assert SYNTAX not in codes(trust({"Federated": "${aws:username}"}, WEB))


@pytest.mark.parametrize(
    ("principal", "action"),
    [
        ({"Federated": SAML}, WEB),
        ({"Federated": SAML}, "sts:assumerole"),
        ({"Federated": OIDC}, WITH_SAML),
        ({"Federated": "cognito-identity.amazonaws.com"}, "sts:AssumeRole"),
        ({"AWS": ROLE}, WITH_SAML),
        ({"Service": "ec2.amazonaws.com", "AWS": ROLE}, WEB),
    ],
)
def test_actions_that_no_principal_can_take(principal: Any, action: str) -> None:
    assert parts(MISMATCH, trust(principal, ["sts:TagSession", action])) == [action]


@pytest.mark.parametrize(
    ("principal", "action"),
    [
        ({"Federated": SAML}, WITH_SAML),
        ({"Federated": OIDC}, [WEB, "sts:TagSession"]),
        ({"Federated": OIDC}, "sts:*"),
        ({"Federated": OIDC, "AWS": ROLE}, [WEB, "sts:AssumeRole"]),
        ({"AWS": "*"}, WEB),
        ({"CanonicalUser": "a"}, WEB),
        ({"Federated": "idp"}, "sts:AssumeRole"),
        ({"Federated": []}, "sts:AssumeRole"),
        ("*", WITH_SAML),
    ],
)
def test_actions_that_some_principal_may_take(principal: Any, action: Any) -> None:
    assert parts(MISMATCH, trust(principal, action)) == []


def test_mismatches_count_where_something_is_granted_to_a_role() -> None:
    assert parts(MISMATCH, trust({"Federated": SAML}, WEB, Effect="Deny")) == []
    assert parts(MISMATCH, shared({"Federated": SAML}, Action=WEB), which="resource") == []
    assert MISMATCH not in codes(trust({"Federated": f"a{UNKNOWN}"}, "sts:AssumeRole"))
    assert MISMATCH in codes(trust({"Federated": f"arn:{UNKNOWN}:iam::1:saml-provider/a"}, WEB))


def test_a_mismatch_names_the_principals() -> None:
    text = policy(trust({"Federated": [SAML, SAML]}, WEB))
    (finding,) = (item for item in findings_of(text, KINDS["trust"]) if item["issueCode"] == MISMATCH)
    assert (
        f"The {WEB} action is invalid with the following principal(s): {SAML}. " in finding["findingDetails"]
    )


def test_many_mismatches_are_told_at_once() -> None:
    many = [f"{SAML}{n}" for n in range(5_000)]
    statement = trust({"Federated": many}, [WEB, WEB.lower(), "sts:AssumeRole"] * 2_000)
    assert len(parts(MISMATCH, statement)) == 6_000


def test_roles_anywhere_takes_three_actions() -> None:
    service = ANYWHERE["Service"]
    assert parts(MISSING, trust(ANYWHERE)) == [service]
    assert parts(MISSING, trust(ANYWHERE), trust(ANYWHERE, "sts:TagSession")) == [service] * 2
    assert parts(MISSING, trust(ANYWHERE), trust(ANYWHERE, ["sts:Tag*", "sts:SetSourceIdentity"])) == []
    assert parts(MISSING, trust({"Service": "ec2.amazonaws.com"})) == []
    assert parts(MISSING, trust(ANYWHERE, None, NotAction="sts:GetSessionToken")) == []
    assert parts(MISSING, shared(ANYWHERE), which="resource") == []
    assert MISSING not in codes(trust(ANYWHERE, ["sts:AssumeRole", UNKNOWN]))


def test_a_session_beside_its_role_says_nothing_new() -> None:
    inner = ROLE.replace("role/", "role/team/")
    assert parts(REDUNDANT, trust({"AWS": [ROLE, SESSION]})) == [SESSION]
    assert parts(REDUNDANT, trust({"AWS": [SESSION, inner]})) == [SESSION]


@pytest.mark.parametrize(
    "other", [ROLE + "2", ROLE.replace("123", "124"), ROLE.replace("aws", "aws-cn", 1), ACCOUNT, UNKNOWN]
)
def test_a_session_beside_others(other: str) -> None:
    assert REDUNDANT not in codes(trust({"AWS": [SESSION, other]}))
    assert parts(REDUNDANT, trust({"AWS": ROLE}), trust({"AWS": SESSION})) == []
    assert parts(REDUNDANT, shared({"AWS": [ROLE, SESSION]}), which="resource") == []


@pytest.mark.parametrize("name", ["ec2", "EC2.amazonaws.com", ".amazonaws.com", "ec2.example.com", "a b", ""])
def test_no_names_of_services(name: str) -> None:
    assert parts(FORMAT, trust({"Service": [name]})) == [name]
    assert parts(FORMAT, when("StringEquals", "iam:PassedToService", name), which="identity") == [name]


@pytest.mark.parametrize(
    "name",
    [
        "ec2.amazonaws.com",
        "s3.eu-west-1.amazonaws.com",
        "ec2.amazonaws.com.cn",
        "delivery.logs.amazonaws.com",
        "alexa-appkit.amazon.com",
        "*.amazonaws.com",
        "${aws:a}",
    ],
)
def test_names_of_services(name: str) -> None:
    assert parts(FORMAT, trust({"Service": name})) == []
    assert parts(FORMAT, when("StringLike", "kms:ViaService", name), which="identity") == []


def test_names_that_are_open_or_of_other_keys_are_not_judged() -> None:
    assert FORMAT not in codes(trust({"Service": [UNKNOWN, f"a.{OPEN}1{CLOSE}"]}))
    assert parts(FORMAT, when("Null", "kms:ViaService", "true"), which="identity") == []
    assert parts(FORMAT, when("StringEquals", "aws:username", "ec2"), which="identity") == []
