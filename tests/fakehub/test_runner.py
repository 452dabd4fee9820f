"""What a job asks of the fake GitHub besides: artefacts, identity tokens, tokens of apps."""

from __future__ import annotations

import io
import time
import zipfile

import github
import jwt
import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.fakehub import FakeHub
from tests.fakehub.conftest import Scene
from tests.fakehub.oidc import signing_key


def test_an_artefact_is_found_and_downloaded_from_elsewhere(scene: Scene) -> None:
    scene.repo.add_run(99, scene.pull.head_sha, {"report": {"r.json": b"{}"}, "other": {}})
    token = scene.hub.token(actions="read")
    run = scene.real(token).get_workflow_run(99)
    assert (run.head_sha, run.head_commit.message) == (scene.pull.head_sha, "topic")
    (artifact, _) = run.get_artifacts()
    assert (artifact.name, artifact.workflow_run.head_sha) == ("report", scene.pull.head_sha)
    bearer = {"Authorization": f"Bearer {token}"}
    answer = requests.get(artifact.archive_download_url, headers=bearer, timeout=5)
    assert zipfile.ZipFile(io.BytesIO(answer.content)).read("r.json") == b"{}"
    assert answer.history[0].status_code == 302


def test_the_address_of_an_artefact_must_not_see_the_token(scene: Scene) -> None:
    scene.repo.add_run(99, scene.pull.head_sha, {"report": {"r.json": b"{}"}})
    token = scene.hub.token(actions="read")
    (artifact,) = scene.real(token).get_workflow_run(99).get_artifacts()
    bearer = {"Authorization": f"Bearer {token}"}
    first = requests.get(artifact.archive_download_url, headers=bearer, timeout=5, allow_redirects=False)
    assert requests.get(first.headers["Location"], headers=bearer, timeout=5).status_code == 400
    scene.expected("was sent the token")


def test_an_artefact_that_expired_is_gone(scene: Scene) -> None:
    run = scene.repo.add_run(99, scene.pull.head_sha, {"report": {}})
    run.artifacts[0].expired = True
    url = f"{scene.hub.api_url}/repos/octo-org/octo-repo/actions/artifacts/{run.artifacts[0].id}/zip"
    bearer = {"Authorization": f"Bearer {scene.hub.token(actions='read')}"}
    assert requests.get(url, headers=bearer, timeout=5).status_code == 410


def test_a_job_gets_an_identity_token_that_verifies(hub: FakeHub) -> None:
    hub.add_repository()
    hub.oidc.claims["sub"] = "repo:octo-org/octo-repo:ref:refs/heads/main"
    variables = hub.oidc_variables()
    bearer = {"Authorization": f"bearer {variables['ACTIONS_ID_TOKEN_REQUEST_TOKEN']}"}
    url = f"{variables['ACTIONS_ID_TOKEN_REQUEST_URL']}&audience=sts.amazonaws.com"
    value = requests.get(url, headers=bearer, timeout=5).json()["value"]
    about = requests.get(f"{hub.oidc.url}/.well-known/openid-configuration", timeout=5).json()
    keys = jwt.PyJWKSet.from_dict(requests.get(about["jwks_uri"], timeout=5).json())
    claims = jwt.decode(
        value, keys.keys[0], algorithms=["RS256"], audience="sts.amazonaws.com", issuer=hub.oidc.url
    )
    assert (claims["sub"], claims["repository"]) == (hub.oidc.claims["sub"], "octo-org/octo-repo")
    assert hub.oidc.audiences == ["sts.amazonaws.com"]
    assert requests.get(url, timeout=5).status_code == 401


def pem() -> tuple[str, str]:
    """A private and a public key of an app."""
    form = serialization.PrivateFormat.PKCS8
    private = signing_key().private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    public = signing_key().public_key()
    both = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), both.decode()


def test_an_app_makes_tokens_of_its_installation(scene: Scene) -> None:
    private, public = pem()
    app = scene.hub.add_app(public, pull_requests="write", contents="read")
    integration = github.GithubIntegration(
        auth=github.Auth.AppAuth(app.id, private), base_url=scene.hub.api_url, retry=None
    )
    installation = integration.get_repo_installation("octo-org", "octo-repo")
    assert installation.id == app.installation
    token = integration.get_access_token(installation.id, {"pull_requests": "write"}).token
    scene.real_pull(token).create_issue_comment("from an app")
    assert scene.pull.comments[0].login == "octo-app[bot]"
    with pytest.raises(github.GithubException) as caught:
        integration.get_access_token(installation.id, {"contents": "write"})
    assert caught.value.status == 422


@pytest.mark.parametrize(("issuer", "status"), [("13", 404), ("12", 401)])
def test_a_token_signed_by_another_is_no_apps(scene: Scene, issuer: str, status: int) -> None:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    scene.hub.add_app(pem()[1])
    now = int(time.time())
    signed = jwt.encode({"iss": issuer, "iat": now, "exp": now + 60}, private, "RS256")
    answer = requests.get(
        f"{scene.hub.api_url}/app", headers={"Authorization": f"Bearer {signed}"}, timeout=5
    )
    assert answer.status_code == status
