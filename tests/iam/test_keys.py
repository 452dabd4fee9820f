"""The table of condition keys."""

from __future__ import annotations

import pytest

from pregate.iam import keys
from pregate.iam.catalogue import catalogue
from pregate.iam.keys import GLOBAL_KEYS, KeyType, key_type


@pytest.mark.parametrize(
    ("name", "kind", "many"),
    [
        ("aws:PrincipalOrgID", "string", False),
        ("aws:PrincipalOrgPaths", "string", True),
        ("aws:ResourceOrgPaths", "string", True),
        ("aws:SourceOrgPaths", "string", True),
        ("aws:VpceOrgPaths", "string", True),
        ("aws:PrincipalServiceName", "string", False),
        ("aws:PrincipalServiceNamesList", "string", True),
        ("aws:CalledVia", "string", True),
        ("aws:CalledViaFirst", "string", False),
        ("aws:TagKeys", "string", True),
        ("aws:PrincipalTag/team", "string", False),
        ("aws:RequestTag/team", "string", False),
        ("aws:ResourceTag/a:b", "string", False),
        ("aws:FederatedProvider", "string", False),
        ("aws:SourceVpcArn", "arn", False),
        ("aws:AssumedRoot", "bool", False),
        ("aws:EpochTime", "date", False),
        ("aws:MultiFactorAuthAge", "numeric", False),
        ("aws:VpcSourceIp", "ip", False),
        ("ec2:ResourceTag/team", "string", False),
        ("iam:ResourceTag/team", "string", False),
        ("elasticmapreduce:RequestTag/team", "string", False),
        ("s3:ExistingObjectTag/class", "string", False),
        ("s3:RequestObjectTagKeys", "string", True),
        ("dynamodb:LeadingKeys", "string", True),
        ("dynamodb:Attributes", "string", True),
        ("kms:EncryptionContext:app", "string", False),
        ("kms:EncryptionContextKeys", "string", True),
        ("kms:GrantOperations", "string", True),
        ("kms:ResourceAliases", "string", True),
        ("kms:RequestAlias", "string", False),
        ("sts:TransitiveTagKeys", "string", True),
        ("token.actions.githubusercontent.com:sub", "string", False),
        ("oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE:aud", "string", False),
        ("cognito-identity.amazonaws.com:amr", "string", True),
    ],
)
def test_known_keys(name: str, kind: str, many: bool) -> None:
    assert key_type(name.lower()) == KeyType(kind, many)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "aws:",
        "aws:TagKey",
        "aws:RequestTag",
        "aws:RequestTag/",
        "ec2:ResourceTag/",
        "shop:sub",
        "a.example:groups",
        "a b:resourcetag/x",
    ],
)
def test_unknown_keys(name: str) -> None:
    assert key_type(name.lower()) is None


def test_global_keys_are_those_of_all_services() -> None:
    assert {"aws:federatedprovider", "aws:sourceip", "aws:tagkeys"} <= GLOBAL_KEYS
    assert all(name.startswith("aws:") and name == name.lower() for name in GLOBAL_KEYS)


def test_the_keys_of_services_agree_with_the_table_of_services() -> None:
    kinds = {"ipaddress": "ip"}
    checked = 0
    for name, ours in keys._TYPES.items():
        theirs = catalogue().key(name) if not name.startswith("aws:") else None
        if theirs is not None and theirs.type and "." not in name:
            kind = theirs.type.removeprefix("ArrayOf").lower()
            assert (kinds.get(kind, kind), theirs.is_multivalued) == (ours.type, ours.is_multi_valued), name
            checked += 1
    assert checked > 150
