"""Tokens are asked about at their own provider, once each; an answer makes a finding worse or only tells."""

from __future__ import annotations

import base64
import random
import string
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pregate.checks.base import Target
from pregate.checks.secrets import SecretsCheck
from pregate.config import SecretsConfig
from pregate.model import Candidate, Completed, Confidence, Counts, Finding, Severity
from pregate.secrets.found import Secret, SecretValue
from pregate.verification import Verifier
from pregate.verification.asking import Question, ask
from pregate.verification.providers import PROBES, Answer, Probe
from tests.entry.cli import pregate
from tests.gitrepo import GitRepo
from tests.secrets.specimens.code import github

from .server import Asked, Providers, providers

RNG = random.Random(11)
ALNUM = string.ascii_letters + string.digits
HEX = "0123456789abcdef"


def some(size: int, alphabet: str = ALNUM) -> str:
    return "".join(RNG.choices(alphabet, k=size))


# A value of each provider, and where a live one is known by: the header that carries it.
VALUES = {
    "GitHub": github(RNG),
    "GitLab": "gl" + "pat-" + some(20),
    "Slack": "xo" + "xb-" + some(12, string.digits) + "-" + some(24),
    "Stripe": "sk" + "_live_" + some(24),
    "npm": "np" + "m_" + some(36),
    "PyPI": "py" + "pi-AgEIcHlwaS5vcmc" + some(100),
    "OpenAI": "sk" + "-proj-" + some(40) + "T3Blbk" + "FJ" + some(40),
    "Anthropic": "sk" + "-ant-api03-" + some(93) + "AA",
    "Hugging Face": "hf" + "_" + some(34),
    "SendGrid": "SG" + "." + some(22) + "." + some(43),
    "DigitalOcean": "dop" + "_v1_" + some(64, HEX),
}
HOSTS = {
    "GitHub": "api.github.com",
    "GitLab": "gitlab.com",
    "Slack": "slack.com",
    "Stripe": "api.stripe.com",
    "npm": "registry.npmjs.org",
    "PyPI": "upload.pypi.org",
    "OpenAI": "api.openai.com",
    "Anthropic": "api.anthropic.com",
    "Hugging Face": "huggingface.co",
    "SendGrid": "api.sendgrid.com",
    "DigitalOcean": "api.digitalocean.com",
}


@pytest.fixture
def hosts() -> Iterator[Providers]:
    with providers() as running:
        yield running


def secret(value: str, detector: str = "SomeDetector", line: int = 1) -> Secret:
    return Secret(detector, line, 1, 1 + len(value), SecretValue(value))


def probe_for(value: str) -> Probe:
    (found,) = [probe for probe in PROBES if probe.given(secret(value), ())]
    return found


def carried(asked: Asked) -> str:
    """The token in a request, whichever header carries it."""
    for name in ("private-token", "x-api-key"):
        if name in asked.headers:
            return asked.headers[name]
    kind, _, value = asked.headers["authorization"].partition(" ")
    return base64.b64decode(value).decode().partition(":")[2] if kind == "Basic" else value


@pytest.mark.parametrize("provider", VALUES)
def test_a_value_goes_to_its_own_provider_whole(provider: str, hosts: Providers) -> None:
    value = VALUES[provider]
    probe = probe_for(value)
    hosts.ask(probe.question((value,)))
    assert probe.provider == provider
    assert [(a.host, carried(a)) for a in hosts.asked] == [(HOSTS[provider], value)]
    assert value not in hosts.asked[0].path
    assert value.encode() not in hosts.asked[0].body


LIVE = {"Slack": (200, b'{"ok": true}'), "PyPI": (400, b"")}
DEAD = {"Slack": (200, b'{"ok": false, "error": "invalid_auth"}'), "PyPI": (403, b"")}


@pytest.mark.parametrize("provider", VALUES)
@pytest.mark.parametrize(
    ("replies", "default", "expected"),
    [
        (LIVE, (200, b"{}"), Answer.LIVE),
        (DEAD, (401, b"{}"), Answer.REFUSED),
        ({}, (429, b""), Answer.UNKNOWN),
        ({}, (500, b"<html>"), Answer.UNKNOWN),
        ({}, (302, b""), Answer.UNKNOWN),
    ],
)
def test_a_reply_tells_live_from_refused_and_from_nothing(
    provider: str,
    replies: dict[str, tuple[int, bytes]],
    default: tuple[int, bytes],
    expected: Answer,
    hosts: Providers,
) -> None:
    status, body = replies.get(provider, default)
    hosts.answer = lambda _: (status, {"Location": "https://elsewhere.example/"}, body)
    probe = probe_for(VALUES[provider])
    reply = hosts.ask(probe.question((VALUES[provider],)))
    assert reply is not None
    assert probe.judge(reply) is expected
    assert len(hosts.asked) == 1


def test_a_key_of_aws_is_asked_about_with_the_secret_beside_it(hosts: Providers) -> None:
    key_id, near, far = "AK" + "IA" + some(16, string.ascii_uppercase), some(40), some(40)
    token = some(200)
    others = [
        secret(key_id, "AWSKeyDetector", 10),
        secret(far, "AWSSecretKeyDetector", 14),
        secret(near, "AWSSecretKeyDetector", 11),
    ]
    aws = PROBES[0]
    given = aws.given(others[0], others)
    assert given == (key_id, near, "")
    assert aws.given(others[2], others) == given
    assert aws.given(others[0], others[:1]) is None
    assert aws.given(secret(near, "AssignedSecretDetector"), others) is None
    hosts.ask(aws.question(given))
    (asked,) = hosts.asked
    assert asked.host == "sts.us-east-1.amazonaws.com"
    assert asked.body == b"Action=GetCallerIdentity&Version=2011-06-15"
    assert f"Credential={key_id}/" in asked.headers["authorization"]
    assert near not in str(asked)
    temporary = [secret("AS" + "IA" + key_id[4:], "AWSKeyDetector", 10), others[2]]
    assert aws.given(temporary[0], temporary) is None
    with_token = [*temporary, secret(token, "AWSSessionTokenDetector", 12)]
    given = aws.given(temporary[0], with_token)
    assert given is not None
    assert given[2] == token
    assert aws.question(given).headers["X-Amz-Security-Token"] == token


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, b"<GetCallerIdentityResponse/>", Answer.LIVE),
        (403, b"<Code>InvalidClientTokenId</Code>", Answer.REFUSED),
        (403, b"<Code>SignatureDoesNotMatch</Code>", Answer.REFUSED),
        (403, b"<Code>RequestExpired</Code>", Answer.UNKNOWN),
        (503, b"", Answer.UNKNOWN),
    ],
)
def test_what_sts_says(status: int, body: bytes, expected: Answer, hosts: Providers) -> None:
    hosts.answer = lambda _: (status, {}, body)
    reply = hosts.ask(PROBES[0].question(("AK" + "IA" + some(16), some(40), "")))
    assert reply is not None
    assert PROBES[0].judge(reply) is expected


def test_a_host_that_is_not_there_says_nothing() -> None:
    question = Question("nowhere", "http://127.0.0.1:9/", {"Authorization": "Bearer x"})
    assert ask(question) is None
    assert "Bearer" not in repr(question)


def test_no_password_of_a_netrc_is_sent_and_no_odd_header(
    hosts: Providers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password mine\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    assert ask(Question("here", hosts.address, {"X-Key": "a\r\nX-Other: b"})) is None
    assert ask(Question("here", hosts.address, {"X-Key": "a"})) is not None
    assert ["authorization" in asked.headers for asked in hosts.asked] == [False]


# ------------------------------------------------------------------------------------------- findings


def findings(text: str) -> tuple[Finding, ...]:
    return SecretsCheck(SecretsConfig(), b"key").analyse(Target("app.py", text.encode())).findings


def completed(found: tuple[Finding, ...]) -> Completed:
    return Completed("secrets", tuple(Candidate(f, True, True) for f in found), (), Counts())


def verified(text: str, hosts: Providers, **options: object) -> Completed:
    verifier = replace(Verifier(hosts.ask), **options)  # type: ignore[arg-type]
    return verifier.verified(completed(findings(text)), lambda _: text.encode())


def test_a_live_token_is_critical_and_a_refused_one_stays_what_it_was(hosts: Providers) -> None:
    live, dead = github(RNG), github(RNG)
    hosts.answer = lambda asked: (200 if carried(asked) == live else 401, {}, b"{}")
    outcome = verified(f"a = '{live}'\nb = '{dead}'\nc = '{live}'\n", hosts)
    told = [
        (c.finding.severity, c.finding.confidence, c.finding.message.partition("; ")[2])
        for c in outcome.candidates
    ]
    assert told == [
        (Severity.CRITICAL, Confidence.HIGH, "it is live: GitHub accepts it"),
        (findings(f"b = '{dead}'\n")[0].severity, Confidence.HIGH, "GitHub does not accept it"),
        (Severity.CRITICAL, Confidence.HIGH, "it is live: GitHub accepts it"),
    ]
    assert outcome.notes == ("verified with the providers: 1 live, 1 not accepted",)
    assert len(hosts.asked) == 2
    assert not any(value in repr(outcome) for value in (live, dead))


def test_an_answer_changes_no_fingerprint(hosts: Providers) -> None:
    hosts.answer = lambda _: (200, {}, b"{}")
    text = f"a = '{github(RNG)}'\n"
    before = [finding.fingerprint for finding in findings(text)]
    assert [c.finding.fingerprint for c in verified(text, hosts).candidates] == before


def test_who_is_not_asked_is_counted(hosts: Providers) -> None:
    text = "".join(f"a = '{github(RNG)}'\n" for _ in range(5))
    assert verified(text, hosts, most=2).notes == (
        "verified with the providers: 2 not accepted, 3 not asked about",
    )
    moments = iter((0.0, 1.0, 99.0, 99.0, 99.0, 99.0))
    late = verified(text, hosts, clock=lambda: next(moments))
    assert late.notes == ("verified with the providers: 1 not accepted, 4 not asked about",)


def test_a_suppressed_token_is_not_asked_about(hosts: Providers) -> None:
    outcome = verified(f"a = '{github(RNG)}'  # pragma: allowlist secret\n", hosts)
    assert hosts.asked == []
    assert outcome.notes == ("verified with the providers: nothing",)


# ---------------------------------------------------------------------------------------- whole command


def test_scan_asks_when_it_is_told_to_and_only_then(
    hosts: Providers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = github(RNG)
    repo = GitRepo(tmp_path / "repo")
    repo.write("app.py", "x = 1\n").commit("one").write("app.py", f"x = '{token}'\n").commit("two")
    monkeypatch.setattr("pregate.verification.asking.ask", hosts.ask)
    hosts.answer = lambda _: (200, {}, b"{}")
    given = ("scan", "-C", repo.path, "--check", "secrets", "--base", "HEAD~1", "--no-cache")
    assert pregate(*given).code == 1
    assert hosts.asked == []
    run = pregate(*given, "--verify")
    assert (run.code, len(hosts.asked)) == (1, 1)
    assert "it is live: GitHub accepts it" in run.out
    assert "verified with the providers: 1 live" in run.out
    assert token not in run.out + run.err


def test_offline_and_verify_exclude_each_other(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "repo")
    repo.write("app.py", "x = 1\n").commit("one")
    run = pregate("scan", "-C", repo.path, "--check", "secrets", "--offline", "--verify")
    assert run.code == 2
    assert "--verify asks providers, and offline is set" in run.err
