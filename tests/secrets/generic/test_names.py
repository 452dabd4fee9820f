"""Names are read word by word."""

from __future__ import annotations

import pytest

from pregate.secrets.generic.names import Kind, kind


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "dbPassword",
        "DB_PASSWORD",
        "mysql-root-password",
        "userpwd",
        "passphrase",
        "PASSWORD_PROD",
        "password2",
    ],
)
def test_passwords(name: str) -> None:
    assert kind(name) is Kind.PASSWORD


@pytest.mark.parametrize(
    "name",
    [
        "secret",
        "client_secret",
        "clientSecret",
        "AWS_SECRET_ACCESS_KEY",
        "apiKey",
        "SECRET_KEY_BASE",
        "apikey",
    ],
)
def test_secrets(name: str) -> None:
    assert kind(name) is Kind.SECRET


@pytest.mark.parametrize("name", ["token", "auth_token", "GITHUB_TOKEN", "botToken", "accesstoken"])
def test_tokens(name: str) -> None:
    assert kind(name) is Kind.TOKEN


@pytest.mark.parametrize(
    "name",
    [
        "password_field",
        "tokenUrl",
        "secretName",
        "public_key",
        "primaryKey",
        "keyboard",
        "author",
        "next_token",
        "bypass",
    ],
)
def test_names_of_other_things(name: str) -> None:
    assert kind(name) is Kind.NONE


def test_a_name_with_a_verb_is_weak() -> None:
    assert kind("forgot_password") is Kind.WEAK
