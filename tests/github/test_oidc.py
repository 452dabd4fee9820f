"""The job's identity token, from the runner's endpoint on the fake GitHub."""

from __future__ import annotations

import base64
import json
import re
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import responses

from pregate.errors import GitHubError
from pregate.github.oidc import (
    ANSWER_MAX,
    CLAIM_MAX,
    TOKEN_MAX,
    TRIES,
    IdentityToken,
    IdentityTokens,
    NoIdentityTokenError,
)
from tests.fakehub.hub import FakeHub

URL = "https://runner.example/idtoken?api-version=2.0"
ANY = re.compile(r"https://runner\.example/idtoken\?api-version=2\.0&audience=x")
VARIABLES = {"ACTIONS_ID_TOKEN_REQUEST_URL": URL, "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "bearer-word"}


def tokens(
    variables: dict[str, str], *, is_fork: bool = False
) -> tuple[IdentityTokens, list[str], list[float]]:
    masked: list[str] = []
    waited: list[float] = []
    return IdentityTokens(variables, masked.append, is_fork=is_fork, wait=waited.append), masked, waited


def made_of(claims: object) -> str:
    middle = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"aa.{middle}.cc"


@pytest.fixture
def runner() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def test_the_token_is_for_the_audience_and_masked_at_once(hub: FakeHub) -> None:
    hub.add_repository("octo-org/octo-repo")
    source, masked, waited = tokens(hub.oidc_variables())
    token = source.get("sts.amazonaws.com")
    assert masked == [token.reveal()]
    assert token.claims()["sub"] == "repo:octo-org/octo-repo:pull_request"
    assert token.claims()["aud"] == "sts.amazonaws.com"
    assert hub.oidc.audiences == ["sts.amazonaws.com"]
    assert waited == []


def test_an_audience_of_any_letters_arrives_whole(hub: FakeHub) -> None:
    source, _, _ = tokens(hub.oidc_variables())
    source.get("a b&c=d/é")
    assert hub.oidc.audiences == ["a b&c=d/é"]


def test_neither_the_token_nor_the_source_shows_itself() -> None:
    source, _, _ = tokens(VARIABLES)
    assert repr(IdentityToken("a.b.c")) == "IdentityToken(***)"
    assert "bearer-word" not in repr(source)


def test_without_the_variables_the_permission_is_named_and_the_fork() -> None:
    source, _, _ = tokens({})
    assert not source.is_out_of_reach
    with pytest.raises(NoIdentityTokenError, match="no identity token") as caught:
        source.get("a")
    assert "permissions:\n  id-token: write" in caught.value.hint
    assert "fork never has one" in caught.value.hint


def test_a_forks_run_is_told_that_no_permission_helps() -> None:
    source, _, _ = tokens({}, is_fork=True)
    assert source.is_out_of_reach
    with pytest.raises(NoIdentityTokenError) as caught:
        source.get("a")
    assert "permissions" not in caught.value.hint


def test_a_refusal_is_asked_once(hub: FakeHub) -> None:
    hub.oidc.granted = False
    source, masked, waited = tokens(hub.oidc_variables())
    with pytest.raises(GitHubError, match="HTTP 401") as caught:
        source.get("a")
    assert "id-token: write" in caught.value.hint
    assert (masked, waited) == ([], [])


def test_outages_and_lost_connections_are_tried_again(runner: responses.RequestsMock) -> None:
    runner.get(ANY, status=503)
    runner.get(ANY, body=requests.ConnectionError())
    runner.get(ANY, json={"value": "a.b.c"})
    source, _, waited = tokens(VARIABLES)
    assert source.get("x").reveal() == "a.b.c"
    assert len(waited) == 2
    assert waited[0] < waited[1] <= 4


def test_after_some_tries_it_is_given_up(runner: responses.RequestsMock) -> None:
    for _ in range(TRIES):
        runner.get(ANY, body=requests.ConnectionError("bearer-word"))
    source, _, _ = tokens(VARIABLES)
    with pytest.raises(GitHubError, match="ConnectionError") as caught:
        source.get("x")
    assert "bearer-word" not in "".join(traceback.format_exception_only(caught.value))
    assert len(runner.calls) == TRIES


@pytest.mark.parametrize(
    "body",
    [
        b"no json",
        b"[]",
        b"null",
        b"{}",
        b'{"value": 1}',
        b'{"value": "only.two"}',
        b'{"value": "\xc3\xa9.b.c"}',
        b'{"value": "' + b"a" * TOKEN_MAX + b'.b.c"}',
        b'{"value": "a.b.c", "x": "' + b"x" * ANSWER_MAX + b'"}',
        b"[" * 50_000,
    ],
    ids=["words", "list", "null", "empty", "number", "two-parts", "letters", "long", "huge", "deep"],
)
def test_an_answer_that_holds_no_token_is_an_error_without_its_words(
    runner: responses.RequestsMock, body: bytes
) -> None:
    runner.get(ANY, body=body)
    source, masked, _ = tokens(VARIABLES)
    with pytest.raises(GitHubError, match="holds no identity token") as caught:
        source.get("x")
    assert len(str(caught.value)) < 300
    assert masked == []


def test_the_bearer_token_goes_to_no_other_address(runner: responses.RequestsMock) -> None:
    runner.get(ANY, status=302, headers={"Location": "https://elsewhere.example/"})
    source, _, _ = tokens(VARIABLES)
    with pytest.raises(GitHubError, match="HTTP 302"):
        source.get("x")
    assert len(runner.calls) == 1


def test_a_netrc_of_the_machine_does_not_take_the_bearers_place(
    runner: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("default login a password b\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    runner.get(ANY, json={"value": "a.b.c"})
    tokens(VARIABLES)[0].get("x")
    assert runner.calls[0].request.headers["Authorization"] == "Bearer bearer-word"


def test_an_address_without_a_query_gets_one(runner: responses.RequestsMock) -> None:
    runner.get("https://runner.example/idtoken?audience=x", json={"value": "a.b.c"})
    variables = VARIABLES | {"ACTIONS_ID_TOKEN_REQUEST_URL": "https://runner.example/idtoken"}
    assert tokens(variables)[0].get("x")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "runner.example", "https://"])
def test_what_is_no_address_is_not_asked(url: str) -> None:
    source, _, _ = tokens(VARIABLES | {"ACTIONS_ID_TOKEN_REQUEST_URL": url})
    with pytest.raises(GitHubError, match="is no address"):
        source.get("x")


def test_claims_are_shown_cut_and_as_text() -> None:
    claims = IdentityToken(made_of({"sub": "x" * 1000, "n": 1, "l": ["a"]})).claims()
    assert len(claims["sub"]) == CLAIM_MAX
    assert (claims["n"], claims["l"]) == ("1", '["a"]')


@pytest.mark.parametrize("value", ["a.%%%.c", "a.a.c", made_of([1]), "a.é.c", f"a.{'W1tb' * 9000}.c"])
def test_claims_of_what_is_no_json_are_none(value: str) -> None:
    assert IdentityToken(value).claims() == {}
