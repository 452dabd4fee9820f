"""
The action speaking as a GitHub App whose key is in AWS: the real PyGithub and boto3 before a fake GitHub and
a fake AWS.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from pregate.entry.app import AppWish, parse_app, permissions_for
from pregate.entry.inputs import Inputs, parse_inputs
from pregate.entry.wishes import parse_publication
from pregate.errors import UsageError
from tests.entry.site import BOT, SHELL, Site, make_site
from tests.fakeaws import FakeAws
from tests.fakeaws.test_fakeaws import statement
from tests.fakehub.hub import FakeHub
from tests.harness.runner import StepResult
from tests.hooktools import CLEAN, LEAK

APP = "octo-app[bot]"
WRITE: dict[str, Any] = {"contents": "read", "pull_requests": "write", "checks": "write"}


@pytest.fixture
def site(tmp_path: Path, hub: FakeHub) -> Site:
    return make_site(tmp_path, hub)


class Stage:
    """A site whose app has its key in KMS, and a runner with credentials for AWS."""

    def __init__(self, site: Site, aws: FakeAws, policy: dict[str, Any] | None = None) -> None:
        self.site = site
        self.aws = aws
        self.key = aws.kms_key("app")
        self.app = site.hub.add_app(self.key.public_key, **WRITE)
        user = aws.user(policies=[policy or statement("kms:Sign", resource=self.key.arn)])
        site.runner.urls |= aws.variables() | user.variables()
        self.results: list[StepResult] = []

    def run(self, *, push: dict[str, str] | None = None, **inputs: str) -> StepResult:
        named = {"github_app_id": "12", "github_app_kms_key": self.key.arn} | inputs
        named = {name: value for name, value in named.items() if value}
        result = self.site.run(self.site.push(**(push or {"leak_py": LEAK})), **named)
        self.results.append(result)
        return result

    @property
    def authors(self) -> list[str]:
        """Who wrote the comments that are there."""
        return [c.login for c in self.site.pull.comments if not c.deleted]

    def shown(self) -> str:
        """All that anybody but AWS and GitHub's own door has seen."""
        texts = [self.site.said()]
        for result in self.results:
            texts += [result.text, result.stderr, result.summary, *result.outputs.values()]
        texts += [p.read_text() for p in (self.site.repo.path / "pregate-reports").iterdir()]
        return "\n".join(texts)


@pytest.fixture
def stage(site: Site, aws: FakeAws) -> Stage:
    return Stage(site, aws)


def test_the_app_comments_and_remarks_and_the_workflow_uploads(stage: Stage) -> None:
    result = stage.run(check_run="true")
    assert result.exit_code == 1
    assert not result.of_kind("warning")
    assert stage.authors == [APP]
    assert [review.login for review in stage.site.pull.reviews] == [APP]
    writers = {(c.path.rpartition("/")[2], c.login) for c in stage.site.hub.log if c.is_change}
    assert ("check-runs", APP) in writers
    assert ("sarifs", BOT) in writers
    assert {login for path, login in writers if path in ("comments", "reviews", "check-runs")} == {APP}


def test_the_second_run_finds_what_the_app_said_in_the_first(stage: Stage) -> None:
    first = stage.run(push={"shell_py": SHELL})
    second = stage.run(push={"more_py": CLEAN})
    assert stage.authors == [APP]
    assert len(stage.site.pull.threads) == 1
    assert second.outputs["comment-url"] == first.outputs["comment-url"]
    fixed = stage.run(push={"shell_py": CLEAN})
    assert fixed.exit_code == 0
    assert "What was reported here is fixed." in stage.site.pull.comments[0].body


def test_the_app_takes_the_place_of_the_workflows_comment(stage: Stage) -> None:
    stage.app.installed = False
    stage.run()
    stage.site.pull.add_comment("<!-- pregate:summary tag= -->\nsomebody's", login="octocat")
    stage.app.installed = True
    assert "the app speaks now" in stage.run(push={"more_py": CLEAN}).text
    assert stage.authors == ["octocat", APP]
    assert "the app speaks now" not in stage.run(push={"again_py": CLEAN}).text


def test_the_app_asks_for_no_more_than_it_uses(stage: Stage) -> None:
    stage.run()
    (asked,) = [c.body for c in stage.site.hub.log if c.path.endswith("/access_tokens")]
    assert asked["repositories"] == ["octo-repo"]
    assert asked["permissions"] == {"contents": "read", "pull_requests": "write"}
    assert [(c.service, c.operation) for c in stage.aws.log] == [("kms", "Sign")]


def test_nothing_secret_is_in_any_output(stage: Stage) -> None:
    stage.site.runner.forced["RUNNER_DEBUG"] = "1"
    stage.run(check_run="true")
    secret = [token.value for token in stage.site.hub.tokens.values()] + stage.aws.values()
    signed = [c.request["Message"] for c in stage.aws.log]
    shown = stage.shown()
    assert [value[:12] for value in secret + signed if value in shown] == []


def test_a_key_in_secrets_manager_signs_too_and_is_shown_nowhere(site: Site, aws: FakeAws) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = serialization.PrivateFormat.TraditionalOpenSSL
    pem = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()
    arn = aws.secret("app-key", json.dumps({"private_key": pem}))
    stage = Stage(site, aws, statement("secretsmanager:GetSecretValue", resource=arn))
    public = serialization.PublicFormat.SubjectPublicKeyInfo
    stage.app.public_key = key.public_key().public_bytes(serialization.Encoding.PEM, public).decode()
    stage.run(github_app_kms_key="", github_app_secret="app-key")
    assert stage.authors == [APP]
    shown = stage.shown()
    assert [line for line in pem.splitlines() if len(line) > 20 and line in shown] == []


# --- where it cannot


def test_without_the_right_to_sign_the_workflow_speaks_and_says_why(site: Site, aws: FakeAws) -> None:
    stage = Stage(site, aws, statement("s3:GetObject"))
    result = stage.run()
    assert stage.authors == [BOT]
    (warning,) = result.of_kind("warning")
    assert warning.properties["title"] == "pregate: the GitHub App"
    assert "AccessDeniedException" in warning.message
    assert '"Action": "kms:Sign"' in warning.message
    assert "The workflow's own token is used instead." in warning.message


def test_an_app_that_is_not_installed_leaves_the_word_to_the_workflow(stage: Stage) -> None:
    stage.app.installed = False
    result = stage.run()
    assert stage.authors == [BOT]
    assert "Install the app on octo-org/octo-repo" in result.of_kind("warning")[0].message


def test_where_the_app_is_required_nobody_speaks_in_its_place(stage: Stage) -> None:
    stage.app.installed = False
    result = stage.run(require_github_app="true", check_run="true")
    assert result.exit_code == 3
    assert stage.authors == []
    assert stage.site.pull.reviews == []
    assert "and require-github-app is true" in result.outputs["reason"]
    assert result.of_kind("error")[0].properties["title"] == "pregate: the GitHub App"
    assert len(stage.site.remote.analyses) == 1
    assert "pregate" in result.summary


def test_a_fork_without_credentials_is_no_news(site: Site, aws: FakeAws) -> None:
    stage = Stage(site, aws)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        del site.runner.urls[name]
    site.push(leak_py=LEAK)
    event = site.merged(site.pull.head_sha, fork="someone/octo-repo")
    result = site.run(event, github_app_id="12", github_app_kms_key=stage.key.arn)
    assert not result.of_kind("warning")
    assert "pregate: the GitHub App: AWS could not be asked for kms:Sign" in result.text


def test_nobody_is_asked_where_nothing_is_to_be_said(stage: Stage) -> None:
    stage.run(comment="never", review="false")
    assert stage.aws.log == []
    assert stage.authors == []


# --- inputs


def inputs(**values: str) -> Inputs:
    return parse_inputs({f"INPUT_{name.upper().replace('_', '-')}": text for name, text in values.items()})


ARN = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"github_app_id": "12"}, "needs one of"),
        ({"github_app_id": "12", "github_app_kms_key": ARN, "github_app_secret": "s"}, "and not both"),
        ({"github_app_secret": "s"}, "no github-app-id"),
        ({"require_github_app": "true"}, "there is no github-app-id"),
        ({"github_app_id": "a b", "github_app_secret": "s"}, "no id of a GitHub App"),
        ({"github_app_id": "12", "github_app_kms_key": "my key"}, "no key of KMS"),
        ({"github_app_id": "12", "github_app_secret": "-----BEGIN " + "RSA\nMII"}, "no name of a secret"),
    ],
)
def test_inputs_that_are_no_whole_are_refused(values: dict[str, str], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_app(inputs(**values))
    assert words in caught.value.message
    assert "MII" not in str(caught.value)


def test_without_inputs_there_is_no_app() -> None:
    assert parse_app(inputs()) is None


def test_what_of_aws_an_app_needs() -> None:
    by_key = parse_app(inputs(github_app_id="12", github_app_kms_key=ARN, require_github_app="true"))
    assert by_key == AppWish("12", ARN, "", True)
    assert by_key.features == {"kms-sign"}
    assert by_key.resources("aws", "eu-west-1", "111122223333") == {"kms-sign": (ARN,)}
    by_secret = parse_app(inputs(github_app_id="Iv1.8a61f9b3a7aba766", github_app_secret="app"))
    assert by_secret is not None
    assert by_secret.features == {"secret"}


def test_what_of_github_an_app_needs() -> None:
    plain = permissions_for(parse_publication(inputs()))
    assert plain == {"contents": "read", "pull_requests": "write"}
    more = permissions_for(parse_publication(inputs(check_run="true")))
    assert more == plain | {"checks": "write"}


def test_without_a_token_of_the_workflow_a_required_app_has_not_spoken(stage: Stage) -> None:
    stage.site.runner.token = ""
    result = stage.run(require_github_app="true")
    assert result.exit_code == 3
    assert (
        "the GitHub App: there is no github-token, and require-github-app is true" in result.outputs["reason"]
    )
    assert stage.run(push={"x.py": CLEAN}, require_github_app="false").exit_code == 1
