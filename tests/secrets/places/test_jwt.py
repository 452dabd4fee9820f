"""JSON Web Tokens are decoded: samples are dropped, and the message says whose they are."""

from __future__ import annotations

import random

import pytest

from pregate.secrets.scan import scan
from tests.secrets.specimens.places import jwt

from .reading import HIGH, LOW, MEDIUM, found

RNG = random.Random(6)


def note(**claims: object) -> str:
    (secret,) = scan("a.py", f"t = '{jwt(RNG, **claims)}'\n".encode()).secrets
    return secret.note


def test_the_message_names_the_issuer_and_the_day() -> None:
    assert note(iss="https://login.shop.io/", exp=1_767_312_000) == (
        ", issued by https://login.shop.io/, expires 2026-01-02"
    )


@pytest.mark.parametrize(
    "issuer", ["https://a:b@shop.io", "https://shop.io?key=1", 7, None, "\u202e\x1b[31m", "a1B2" * 6]
)
def test_an_issuer_that_may_hide_something_is_not_shown(issuer: object) -> None:
    assert "@" not in note(iss=issuer, sub="x")
    assert note(iss=issuer, sub="x").isprintable()
    assert "key" not in note(iss=issuer, sub="x")


def test_of_an_issuer_the_host_and_no_key_is_shown() -> None:
    key = "q7XkD93m" + "ZpR2vLt8"
    assert note(iss=f"https://api.shop.io/oauth/{key}") == ", issued by https://api.shop.io/oauth"
    assert note(iss=f"https://api.shop.io/{key}", sub="x") == ", issued by https://api.shop.io/"
    assert note(iss=key, sub="x") == ""
    assert note(iss="kubernetes/serviceaccount") == ", issued by kubernetes/serviceaccount"


@pytest.mark.parametrize("expiry", [float("inf"), -1, 10**30, "2026", None, [1]])
def test_an_expiry_that_is_no_time_is_left_out(expiry: object) -> None:
    assert note(sub="x", exp=expiry) == ""


@pytest.mark.parametrize(
    "text",
    [
        jwt(RNG, sub="1234567890", name="John Doe", iat=1516239022),
        jwt(RNG, some="payload"),
        jwt(RNG, {"alg": "none", "typ": "JWT"}, sub="x"),
        jwt(RNG, sub="x").rpartition(".")[0] + ".",
        jwt(RNG, ["a"], sub="x"),
        "eyJ" + "a" * 30 + ".eyJ" + "b" * 30 + "." + "c" * 43,
        "eyJhbGciOi....eyJzdWIi....signature",
    ],
)
def test_samples_and_what_is_no_token_are_not_reported(text: str) -> None:
    assert found("a.py", f"t = '{text}'") == []


def test_the_roles_of_supabase_tell_apart_what_is_public() -> None:
    kinds = [
        scan("a.js", jwt(RNG, iss="supabase", role=role).encode()).secrets[0]
        for role in ("anon", "service_role")
    ]
    assert [kind.confidence for kind in kinds] == [LOW, HIGH]
    assert "service_role" in kinds[1].note


def test_a_token_of_nobody_in_a_test_is_medium() -> None:
    assert found("tests/test_a.py", jwt(RNG, sub="x"))[0][1] == MEDIUM
