"""The table of AWS services that comes with the package, and how it is read."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from pregate.iam.catalogue import MAGIC, Catalogue, catalogue

ROOT = Path(__file__).parents[2]
DATA = ROOT / "src" / "pregate" / "iam" / "data"


@pytest.fixture
def table() -> Catalogue:
    return catalogue()


def test_an_action_has_its_level_types_and_keys(table: Catalogue) -> None:
    action = table.action("S3:getobject")
    assert action is not None
    assert (action.name, action.level, action.removed) == ("GetObject", "Read", "")
    assert "object" in action.resource_types
    assert "s3:existingobjecttag/${key}" in action.keys


def test_access_levels_are_aws_words(table: Catalogue) -> None:
    levels = {table.access_level(a) for a in ("s3:ListBucket", "s3:PutObject", "iam:AttachRolePolicy")}
    assert levels == {"List", "Write", "Permissions management"}
    assert table.access_level("sqs:TagQueue") == "Tagging"
    assert table.access_level("s3:Nothing") == table.access_level("nothing:Nothing") == ""


def test_a_service_that_there_is_not_is_none(table: Catalogue) -> None:
    assert table.service("nothing") is None
    assert table.action("nothing:GetObject") is None
    assert not table.is_known_service("nothing")
    assert table.is_known_service("S3")


@pytest.mark.parametrize(
    ("pattern", "there"),
    [
        ("GetObject", True),
        ("getobject", True),
        ("Get*Acl", True),
        ("Get??ject", True),
        ("**", True),
        ("GetObjekt", False),
        ("Gte*", False),
        ("?" * 300, False),
    ],
)
def test_patterns_of_actions(table: Catalogue, pattern: str, there: bool) -> None:
    service = table.service("s3")
    assert service is not None
    assert service.action_exists(pattern) is there


def test_an_action_without_resource_types_is_there(table: Catalogue) -> None:
    action = table.action("s3:ListAllMyBuckets")
    assert action is not None
    assert action.resource_types == ()


def test_keys_of_an_action_include_those_of_its_resource_types(table: Catalogue) -> None:
    service = table.service("sqs")
    action = table.action("sqs:SendMessage")
    assert service is not None
    assert action is not None
    assert "aws:resourcetag/${tagkey}" in service.keys_of(action)


@pytest.mark.parametrize(
    ("name", "type_"),
    [
        ("s3:max-keys", "Numeric"),
        ("S3:ExistingObjectTag/team", "String"),
        ("kms:EncryptionContext:aws:s3:arn", "String"),
        ("acm-pca:TemplateArn", "ARN"),
        ("kms:EncryptionContextKeys", "ArrayOfString"),
        ("saml:aud", "String"),
        ("codebuild:environment.environmentVariables/" + "x" * 1000, ""),
        ("nothing:Key", ""),
        ("s3:Nothing", ""),
    ],
)
def test_types_of_keys(table: Catalogue, name: str, type_: str) -> None:
    key = table.key(name)
    assert (key.type if key is not None else "") == type_


def test_only_an_array_has_several_values(table: Catalogue) -> None:
    several, one = table.key("kms:EncryptionContextKeys"), table.key("s3:max-keys")
    assert several is not None
    assert one is not None
    assert several.is_multivalued
    assert not one.is_multivalued


def test_arn_formats_are_found_by_the_service_in_the_arn(table: Catalogue) -> None:
    resources = {known.resource for known in table.arn_formats("catalog")}
    assert "portfolio/*" in resources  # servicecatalog's
    assert table.arn_formats("nothing") == ()
    role = next(known for known in table.arn_formats("iam") if known.resource == "role/*")
    assert (role.region, bool(role.account)) == ("", True)


def test_a_service_varying_in_an_arn_may_be_the_one_that_publishes_it(table: Catalogue) -> None:
    assert any(known.resource == "*" for known in table.arn_formats("backup"))


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("s3:Get*Acl", ("s3:GetBucketAcl", "s3:GetObjectAcl", "s3:GetObjectVersionAcl")),
        ("sqs:sendmessage", ("sqs:SendMessage",)),
        ("s3", ()),
        ("nothing:*", ()),
        ("*" + "?" * 400 + ":*", ()),
    ],
)
def test_actions_matching(table: Catalogue, pattern: str, expected: tuple[str, ...]) -> None:
    assert table.actions_matching(pattern) == expected


def test_actions_matching_is_bounded(table: Catalogue) -> None:
    assert len(table.actions_matching("*", limit=3)) == 3
    assert len(table.actions_matching("*:*")) == 1000
    assert set(table.actions_matching("??:DeleteBucket")) == {"s3:DeleteBucket"}


def test_the_table_has_a_date(table: Catalogue) -> None:
    assert table.dated.isoformat() == table.day
    assert table.dated > date(2026, 1, 1)


def test_sources_have_version_licence_and_digest(table: Catalogue) -> None:
    for source in table.sources:
        assert source.keys() == {"name", "version", "registry", "licence", "sha256"}
        assert len(source["sha256"]) == 64
    notice = (DATA / "services.LICENSE.txt").read_text("utf-8")
    assert all(f"{source['name']} {source['version']}" in notice for source in table.sources)
    assert "Copyright (c) 2024 Act Security" in notice


def test_services_of_resource_control_policies_are_known(table: Catalogue) -> None:
    assert {"s3", "sts", "kms", "sqs", "secretsmanager"} <= table.resource_control


def test_another_file_is_refused() -> None:
    with pytest.raises(ValueError, match="not a table"):
        Catalogue(b"PK\x03\x04")


def test_the_file_is_small_enough() -> None:
    content = files("pregate.iam").joinpath("data", "services.bin").read_bytes()
    assert content.startswith(MAGIC)
    assert len(content) < 600_000


def test_the_file_and_its_licences_go_into_the_wheel() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    patterns = settings["tool"]["setuptools"]["package-data"]["pregate"]
    packed = {path for pattern in patterns for path in (ROOT / "src" / "pregate").glob(pattern)}
    assert {path for path in DATA.iterdir() if path.is_file()} <= packed


def test_nothing_is_read_at_import() -> None:
    code = "import pregate.iam.validation.services_tags as m; print(m.catalogue.cache_info().currsize)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"
