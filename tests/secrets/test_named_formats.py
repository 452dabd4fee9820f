"""What has no format of its own is known by its name; hashes and ids beside the name of a service are not."""

from __future__ import annotations

import random

import pytest

from pregate.model import Confidence
from pregate.secrets.scan import scan

from .specimens.model import ALNUM, HEX, text
from .specimens.pieces import BASE32, BASE64, UUID, value

RNG = random.Random(11)
ID = value(RNG, UUID)
COMMIT = text(RNG, HEX, 40)
DIGEST = text(RNG, HEX, 64)
SECRET = text(RNG, BASE64, 38) + "a7"
# The storage emulator's, the same everywhere.
EMULATOR = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50u" + "SRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
KEY_ID = "AKIA" + text(RNG, BASE32, 16)


def found(text: str, path: str = "app.txt") -> dict[str, Confidence | None]:
    return {s.detector: s.confidence for s in scan(path, text.encode()).secrets}


@pytest.mark.parametrize(
    "text",
    [
        f"heroku app id: {ID}",
        f"HEROKU_APP_ID={ID}",
        f"from heroku import token  # {ID}",
        f"RAILWAY_PROJECT_ID={ID}",
        f"SNYK_ORG_ID: {ID}",
        f"consul node {ID}",
        f"scw_project_id = {ID}",
        f"- uses: circleci/orb@{COMMIT}",
        f"CIRCLE_SHA1={COMMIT}",
        f"github_token_sha: {COMMIT}",
        f"github.com/owner/repository/commit/{COMMIT}",
        f"gitea version {COMMIT}",
        f"linode image sha256:{DIGEST}",
        f"codeclimate checksum {DIGEST}",
        f"azure storage integrity sha512-{SECRET}{SECRET}abcdef==",
        "AWS_SECRET_ACCESS_KEY: /path/to/some/Dir1/where/it/is/in/a/Fil",
        f"AccountKey={EMULATOR}",
        "HEROKU_API_KEY=${HEROKU_API_KEY}",
        "vercel_token = get_vercel_token_of_me()",
    ],
)
def test_what_only_stands_near_a_service_is_no_secret(text: str) -> None:
    assert found(text + "\n") == {}


@pytest.mark.parametrize(
    ("text", "detector"),
    [
        (f"heroku:\n  api_key: {ID}", "HerokuDetector"),
        (f"codecov:\n  token: {ID}", "CodecovDetector"),
        (f'"snyk": {{"token": "{ID}"}}', "SnykDetector"),
        (f"curl https://api.heroku.com -H 'Authorization: Bearer {ID}'", "HerokuDetector"),
    ],
)
def test_a_value_whose_service_stands_apart_is_less_sure(text: str, detector: str) -> None:
    assert found(text + "\n") == {detector: Confidence.MEDIUM}


@pytest.mark.parametrize(
    "text",
    [
        f"{KEY_ID}\n{SECRET}",
        f'client("s3", "{KEY_ID}", "{SECRET}")',
        f"name,{KEY_ID},{SECRET}",
        f"AWS.config.update({{accessKeyId: '{KEY_ID}', secretAccessKey: '{SECRET}'}})",
        f'access_key = "{KEY_ID}"\nsecret_key = "{SECRET}"',
    ],
)
def test_both_halves_of_an_aws_key_are_found(text: str) -> None:
    values = {s.value.reveal() for s in scan("notes.txt", f"{text}\n".encode()).secrets}
    assert values == {KEY_ID, SECRET}


def test_a_key_id_with_characters_that_amazon_does_not_use_is_less_sure() -> None:
    assert found("id = AKIA" + "1890" * 2 + "Q3W2E5R4\n") == {"AWSKeyDetector": Confidence.MEDIUM}


def test_a_token_as_the_only_argument_of_a_call_is_found() -> None:
    """A rule of detect-secrets takes it for an indirect reference."""
    token = "dop" + "_v1_" + text(RNG, HEX, 64)
    assert found(f'client = WebClient(token="{token}")\n', "bot.py") == {
        "DigitalOceanDetector": Confidence.HIGH
    }


def test_a_token_that_contains_a_uuid_is_found() -> None:
    """A filter of detect-secrets drops what looks like one."""
    assert found(f"token = 'ovsxat_{ID}'\n", "a.py") == {"OpenVsxDetector": Confidence.HIGH}


def test_a_wrong_check_digit_makes_a_token_less_sure() -> None:
    assert found("x = ghp_" + text(RNG, ALNUM, 35) + "0\n") == {"GitHubTokenDetector": Confidence.MEDIUM}


def test_a_service_account_is_told_from_other_private_keys() -> None:
    head, tail = "-----BEGIN " + "PRIVATE KEY-----", "-----END " + "PRIVATE KEY-----"
    key = f"{head}\\n{text(RNG, BASE64, 64)}\\n{text(RNG, BASE64, 64)}\\n{tail}\\n"
    lines = (
        f'{{\n  "private_key_id": "{COMMIT}",\n  "private_key": "{key}",\n  "type": "service_account"\n}}\n'
    )
    assert "GCPServiceAccountDetector" in found(lines, "key.json")
