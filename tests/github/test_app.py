"""Speaking as a GitHub App: what is signed, what is asked for, what GitHub's refusals are answered with."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import github
import jwt
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from pregate.errors import GitHubError
from pregate.github.app import APP_ID, GitHubApp, sign_claims
from tests.fakehub import FakeHub
from tests.fakehub.hub import App

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
WRITE = {"contents": "read", "pull_requests": "write"}


class Local:
    """Signs with a key of its own."""

    def __init__(self, key: rsa.RSAPrivateKey = KEY) -> None:
        self.key = key
        self.signed: list[bytes] = []

    def sign(self, message: bytes) -> bytes:
        self.signed.append(message)
        return self.key.sign(message, padding.PKCS1v15(), hashes.SHA256())


def public(key: rsa.RSAPrivateKey = KEY) -> str:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


@pytest.fixture
def app(hub: FakeHub) -> App:
    hub.add_repository("octo-org/octo-repo")
    hub.add_repository("octo-org/other")
    return hub.add_app(public(), contents="read", pull_requests="write")


def speaker(
    hub: FakeHub,
    signer: Local | None = None,
    permissions: dict[str, str] | None = None,
    clock: Callable[[], float] = time.time,
    app_id: str = "12",
) -> GitHubApp:
    made = signer or Local()
    return GitHubApp(app_id, made, hub.api_url, "octo-org/octo-repo", permissions or WRITE, clock)


def refusal(app: GitHubApp) -> GitHubError:
    with pytest.raises(GitHubError) as caught:
        app.token()
    return caught.value


def test_the_claims_are_githubs() -> None:
    token = sign_claims("12", Local(), 1_800_000_000.9)
    assert jwt.get_unverified_header(token) == {"alg": "RS256", "typ": "JWT"}
    claims = jwt.decode(
        token, public(), algorithms=["RS256"], options={"verify_exp": False, "verify_iat": False}
    )
    assert claims == {"iss": "12", "iat": 1_799_999_940, "exp": 1_800_000_540}


def test_the_token_is_good_for_one_repository_and_what_is_needed(hub: FakeHub, app: App) -> None:
    token = speaker(hub).token()
    assert [(c.method, c.path.removeprefix("/api/v3"), c.status) for c in hub.log] == [
        ("GET", "/repos/octo-org/octo-repo/installation", 200),
        ("POST", "/app/installations/1012/access_tokens", 201),
    ]
    assert hub.log[1].body == {"repositories": ["octo-repo"], "permissions": WRITE}
    known = hub.tokens[token.reveal()]
    assert (known.login, known.permissions) == ("octo-app[bot]", WRITE)
    assert token.expires == pytest.approx(time.time() + 3600, abs=10)


def test_the_token_is_kept_until_its_end_is_near(hub: FakeHub, app: App) -> None:
    ahead = [0.0]
    signer = Local()
    speaking = speaker(hub, signer, clock=lambda: time.time() + ahead[0])
    first = speaking.token()
    assert speaking.token() is first
    assert len(signer.signed) == 1
    first.expires = time.time() + 100
    assert speaking.token() is not first


def test_nothing_shows_a_token(hub: FakeHub, app: App) -> None:
    speaking = speaker(hub)
    token = speaking.token()
    for shown in (repr(token), str(token), repr(speaking)):
        assert "***" in shown
        assert token.reveal() not in shown


def test_an_answer_that_is_lost_is_asked_for_again(hub: FakeHub, app: App) -> None:
    hub.fail("POST", "/access_tokens", 502, applied=True)
    assert speaker(hub).token().reveal() in hub.tokens


def test_an_app_that_is_not_installed_is_to_be_installed(hub: FakeHub, app: App) -> None:
    app.installed = False
    error = refusal(speaker(hub))
    assert "404" in error.message
    assert error.hint == "Install the app on octo-org/octo-repo (the app's settings, Install App)."


def test_a_key_of_another_app_is_named_as_such(hub: FakeHub, app: App) -> None:
    assert "The key is not one of this app's" in refusal(speaker(hub, Local(OTHER))).hint


def test_an_id_of_no_app_is_named_as_such(hub: FakeHub, app: App) -> None:
    assert "No app has this id" in refusal(speaker(hub, app_id="13")).hint


@pytest.mark.parametrize("seconds", [-3600, 3600])
def test_a_clock_that_is_wrong_is_named_as_such(hub: FakeHub, app: App, seconds: int) -> None:
    error = refusal(speaker(hub, clock=lambda: time.time() + seconds))
    assert "clock" in error.hint


def test_a_clock_that_is_a_little_ahead_does_no_harm(hub: FakeHub, app: App) -> None:
    assert speaker(hub, clock=lambda: time.time() + 45).token()


def test_a_suspended_installation_is_named_as_such(hub: FakeHub, app: App) -> None:
    app.suspended = True
    assert "suspended" in refusal(speaker(hub)).hint


def test_permissions_that_the_app_lacks_are_listed(hub: FakeHub, app: App) -> None:
    error = refusal(speaker(hub, permissions=WRITE | {"checks": "write"}))
    assert "contents: read, pull_requests: write, checks: write" in error.hint


def test_another_refusal_has_a_hint_too(hub: FakeHub, app: App) -> None:
    hub.fail("POST", "/access_tokens", 403, message="no")
    assert "docs/github-app.md" in refusal(speaker(hub)).hint


@pytest.mark.parametrize("answer", [None, [], {}, {"id": True}, {"id": "7"}])
def test_an_answer_of_another_shape_is_no_installation(
    hub: FakeHub, app: App, monkeypatch: pytest.MonkeyPatch, answer: Any
) -> None:
    monkeypatch.setattr("pregate.github.client.Client.get", lambda self, path: answer)
    assert "no installation" in refusal(speaker(hub)).message


@pytest.mark.parametrize("answer", [None, {}, {"token": ""}, {"token": 1}])
def test_an_answer_of_another_shape_is_no_token(
    hub: FakeHub, app: App, monkeypatch: pytest.MonkeyPatch, answer: Any
) -> None:
    monkeypatch.setattr("pregate.github.client.Client.post", lambda self, path, body: answer)
    assert "no token" in refusal(speaker(hub)).message


def test_a_token_without_an_end_is_kept_for_less_than_an_hour(
    hub: FakeHub, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pregate.github.client.Client.post", lambda self, path, body: {"token": "t"})
    assert speaker(hub).token().expires < time.time() + 3600


def test_the_real_client_reads_with_the_token(hub: FakeHub, app: App) -> None:
    auth = github.Auth.Token(speaker(hub).token().reveal())
    with github.Github(auth=auth, base_url=hub.api_url, retry=None) as client:
        assert client.get_repo("octo-org/octo-repo").full_name == "octo-org/octo-repo"


def test_ids_of_apps() -> None:
    assert [bool(APP_ID.fullmatch(i)) for i in ("12", "Iv1.8a61f9b3a7aba766", "1 2", "", "x\n")] == [
        True,
        True,
        False,
        False,
        False,
    ]
