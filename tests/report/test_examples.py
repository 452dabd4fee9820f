"""Every example is true: the checks themselves find what the bad one shows, and let the good one pass."""

from __future__ import annotations

import random
import string
from base64 import b64encode
from collections.abc import Callable

import pytest

from pregate.advisories.directory import OsvDirectory
from pregate.checks import known_rules
from pregate.checks.base import Analysis, Pair, Target
from pregate.checks.dependencies import DependenciesCheck
from pregate.checks.iam import IamCheck
from pregate.checks.iam.judge import Judge
from pregate.checks.iam.reference import read_reference
from pregate.checks.python import PythonCheck
from pregate.checks.secrets import SecretsCheck
from pregate.config import (
    CHECKS,
    DependenciesConfig,
    IamConfig,
    PythonConfig,
    ReferencePolicy,
    SecretsConfig,
)
from pregate.model import Finding
from pregate.report.examples import Example, example_of, known_examples
from tests.entry.cli import ADVISORIES
from tests.secrets.specimens import ALL

RULES = {rule.id: rule for rule in known_rules(CHECKS)}
SUFFIXES = {"python": "py", "json": "json", "yaml": "yaml", "ini": "ini", "sh": "sh", "text": "txt"}
EACH = pytest.mark.parametrize("rule_id", RULES)
# The plug-in's own filters let every address pass: no text shows what it finds.
NEVER_FOUND = {"secrets/IPPublicDetector"}


def example(rule_id: str) -> Example:
    found = example_of(rule_id)
    assert found is not None
    return found


def of(check: str) -> list[str]:
    return [rule_id for rule_id in RULES if rule_id.startswith(f"{check}/")]


def ids(findings: tuple[Finding, ...]) -> set[str]:
    return {finding.rule.id for finding in findings}


def test_every_rule_has_an_example_and_every_example_a_rule() -> None:
    assert known_examples() == tuple(sorted(RULES))


def test_a_rule_that_comes_with_its_advisory_has_none() -> None:
    assert example_of("dependencies/GHSA-35jh-r3h4-6jhm") is None
    assert example_of("nothing/of-ours") is None


@EACH
def test_an_example_is_short_and_plain(rule_id: str) -> None:
    shown = example(rule_id)
    text = "\n".join((shown.bad, shown.good, shown.given, shown.note))
    assert shown.bad != shown.good
    assert max(map(len, text.splitlines())) <= 130
    assert text.replace("\n", "").isprintable()
    assert len(text.splitlines()) <= 70


# ------------------------------------------------------------------------------------------------- python

PYTHON = PythonCheck(PythonConfig())


def in_python(text: str) -> Analysis:
    analysis = PYTHON.analyse(Target("example.py", text.replace("{bidi}", "\u202e").encode()))
    assert analysis.unread == ()
    return analysis


@pytest.mark.parametrize("rule_id", of("python"))
def test_bandit_finds_the_bad_example_and_not_the_good_one(rule_id: str) -> None:
    shown = example(rule_id)
    assert rule_id in ids(in_python(shown.bad).findings)
    assert rule_id not in ids(in_python(shown.good).findings)


@pytest.mark.parametrize("rule_id", of("python"))
def test_what_the_good_example_still_holds_is_low_and_said(rule_id: str) -> None:
    shown = example(rule_id)
    rest = in_python(shown.good).findings
    assert all(finding.severity.word == "low" for finding in rest)
    assert all(finding.rule.id.partition("/")[2] in shown.note for finding in rest)


# ------------------------------------------------------------------------------------------------ secrets

OWN = SecretsCheck(SecretsConfig(), b"key")
THEIRS = SecretsCheck(SecretsConfig(engine="detect-secrets"), b"key")
OF_OWN = {rule.id for rule in OWN.rules()}
CHANCE = random.Random(3)
LETTERS = string.ascii_letters + string.digits
HEX = "0123456789abcdef"


def some(size: int, alphabet: str = LETTERS) -> str:
    return "".join(CHANCE.choices(alphabet, k=size))


# What stands for "…" in the example of each detector that has no specimens: part of a value, or a whole one.
VALUES: dict[str, Callable[[], str]] = {
    "AWSKeyDetector": lambda: some(16, string.ascii_uppercase + string.digits),
    "ApplicationKeyDetector": lambda: some(128, HEX),
    "AssignedSecretDetector": lambda: some(20),
    "ArtifactoryDetector": lambda: some(12),
    "AuthorizationHeaderDetector": lambda: some(40),
    "AzureStorageKeyDetector": lambda: some(86) + "==",
    "Base64HighEntropyString": lambda: some(44, LETTERS + "+/"),
    "BasicAuthDetector": lambda: some(12),
    "CloudantDetector": lambda: some(64, HEX),
    "CommandPasswordDetector": lambda: some(14),
    "ConnectionStringDetector": lambda: some(14),
    "CredentialsFileDetector": lambda: some(40),
    "DiscordBotTokenDetector": lambda: ".".join((some(23), some(6), some(27))),
    "GitHubTokenDetector": lambda: some(36),
    "GitLabTokenDetector": lambda: some(20),
    "HexHighEntropyString": lambda: some(40, HEX),
    "IPPublicDetector": lambda: "8.8.4.4",
    "IbmCloudIamDetector": lambda: some(44),
    "IbmCosHmacDetector": lambda: some(48, HEX),
    "KeywordDetector": lambda: some(14, string.ascii_lowercase),
    "KeyStoreDetector": lambda: "\xfe\xed\xfe\xed\0\0\0\2\0\0\0\1\0\0\0\1",
    "KubernetesSecretDetector": lambda: some(14),
    "MailchimpDetector": lambda: some(32, HEX),
    "NpmDetector": lambda: "npm" + "_" + some(36),
    "OpenAIDetector": lambda: some(20) + "T3Blbk" + "FJ" + some(20),
    "PasswordHashDetector": lambda: f"$2y$12${some(53)}",
    "PrivateKeyDetector": lambda: some(160),
    "PypiTokenDetector": lambda: "AgEIcHlwaS5vcmc" + some(70),
    "RegistryLoginDetector": lambda: b64encode(f"deploy:{some(12)}".encode()).decode(),
    "SendGridDetector": lambda: f"{some(22)}.{some(43)}",
    "SlackDetector": lambda: f"{some(8, string.digits)}-{some(12)}",
    "SoftlayerDetector": lambda: some(64, HEX),
    "SquareOAuthDetector": lambda: some(43),
    "StripeDetector": lambda: some(24),
    "TelegramBotTokenDetector": lambda: f"{some(9, string.digits)}:{some(35)}",
    "TwilioKeyDetector": lambda: some(32, HEX),
    "WireGuardKeyDetector": lambda: some(42) + "A=",
}


def in_secrets(rule_id: str, text: str, language: str) -> set[str]:
    check = OWN if rule_id in OF_OWN else THEIRS
    return ids(check.analyse(Target(f"shown.{SUFFIXES[language]}", text.encode())).findings)


def a_value(detector: str) -> str:
    return ALL[detector][0].make(CHANCE) if detector in ALL else VALUES[detector]()


@pytest.mark.parametrize("rule_id", of("secrets"))
def test_a_value_in_the_bad_example_is_found(rule_id: str) -> None:
    shown = example(rule_id)
    filled = shown.bad.replace("…", a_value(rule_id.partition("/")[2]))
    assert (rule_id in in_secrets(rule_id, filled, shown.language)) is (rule_id not in NEVER_FOUND)


@pytest.mark.parametrize("rule_id", of("secrets"))
def test_what_is_shown_holds_nothing_like_a_secret(rule_id: str) -> None:
    shown = example(rule_id)
    assert (
        in_secrets(rule_id, shown.bad, shown.language)
        == in_secrets(rule_id, shown.good, shown.language)
        == set()
    )
    assert in_secrets(rule_id, f"{shown.bad}\n{shown.good}", "text") == set()


# ---------------------------------------------------------------------------------------------------- iam

IAM = IamCheck(IamConfig())
COMPARED = {
    "iam/new-access": IamConfig(),
    "iam/beyond-reference": IamConfig(),
    "iam/sensitive-access": IamConfig(sensitive_actions=("dynamodb:DeleteTable",)),
    "iam/public-access": IamConfig(),
}


def in_policies(text: str, language: str, check: IamCheck = IAM) -> Analysis:
    analysis = check.analyse(Target(f"example.{SUFFIXES[language]}", text.encode()))
    (concluded,) = check.conclude([analysis]).analyses
    assert concluded.concerned
    assert concluded.unread == ()
    return concluded


@pytest.mark.parametrize("rule_id", [rule_id for rule_id in of("iam") if rule_id not in COMPARED])
def test_the_bad_policy_is_found_and_the_good_one_has_no_finding_at_all(rule_id: str) -> None:
    shown = example(rule_id)
    assert rule_id in ids(in_policies(shown.bad, shown.language).findings)
    assert ids(in_policies(shown.good, shown.language).findings) == set()


def compared(rule_id: str, text: str) -> set[str]:
    shown, judge, sides = example(rule_id), Judge(), [text]
    path = f"example.{SUFFIXES[shown.language]}"
    if rule_id == "iam/beyond-reference":
        reference = read_reference(ReferencePolicy("*", "reference.json"), shown.given.encode())
        judge = Judge(references=(reference,))
    elif shown.given:
        sides.append(shown.given)
    check = IamCheck(COMPARED[rule_id], judge=judge)
    analyses = [check.analyse(Target(path, side.encode())) for side in sides]
    pair = Pair(analyses[0], tuple(analyses[1:]), paths=(path,) * len(sides))
    (answer,) = check.compare([pair], [], compared=True).files
    assert answer.unread == ()
    return ids(answer.introduced)


@pytest.mark.parametrize("rule_id", COMPARED)
def test_what_a_change_grants_is_found_in_the_bad_policy_alone(rule_id: str) -> None:
    shown = example(rule_id)
    assert compared(rule_id, shown.bad) == {rule_id}
    assert compared(rule_id, shown.good) == set()


# ------------------------------------------------------------------------------------------- dependencies

SOURCE = OsvDirectory(ADVISORIES)
OPTIONS = {
    "dependencies/confusable-name": DependenciesConfig(),
    "dependencies/license-denied": DependenciesConfig(deny_licenses=("GPL-3.0-only",)),
    "dependencies/license-not-allowed": DependenciesConfig(allow_licenses=("MIT",)),
    "dependencies/license-unknown": DependenciesConfig(allow_licenses=("MIT", "BSD-2-Clause")),
}


def in_lock_file(rule_id: str, text: str) -> set[str]:
    path = "package-lock.json" if example(rule_id).language == "json" else "requirements.txt"
    check = DependenciesCheck(OPTIONS[rule_id], SOURCE)
    (concluded,) = check.conclude([check.analyse(Target(path, text.encode()))]).analyses
    assert concluded.unread == ()
    return ids(concluded.findings)


@pytest.mark.parametrize("rule_id", of("dependencies"))
def test_the_bad_lock_file_is_found_and_the_good_one_has_no_finding(rule_id: str) -> None:
    shown = example(rule_id)
    assert in_lock_file(rule_id, shown.bad) == {rule_id}
    assert in_lock_file(rule_id, shown.good) == set()
