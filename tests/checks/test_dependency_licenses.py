"""Licences of locked packages: denied, not allowed, unknown, each in so many words."""

from __future__ import annotations

from pathlib import Path

import pytest

from pregate.checks.dependency_license_rules import LICENSE_RULES
from pregate.checks.dependency_licenses import license_findings
from pregate.checks.dependency_text import anchor_of
from pregate.config import DependenciesConfig
from pregate.errors import UsageError
from pregate.lockfiles.model import Package
from pregate.model import Location, Severity
from tests.entry.cli import pregate
from tests.gitrepo import GitRepo

ALLOW = DependenciesConfig(allow_licenses=("MIT", "Apache-2.0"))
DENY = DependenciesConfig(deny_licenses=("GPL-3.0-or-later", "AGPL-3.0-or-later"))


def package(name: str, licenses: str, line: int = 1) -> Package:
    place = Location("composer.lock", line, 9, line, 14)
    return Package("Packagist", name, "1.0.0", place, "composer.lock", licenses=licenses)


def told(licenses: str, config: DependenciesConfig) -> str:
    found = license_findings((package("a/b", licenses), package("c/d", "MIT")), config)
    return ", ".join(f.rule.id.partition("/")[2] for f in found)


@pytest.mark.parametrize(
    ("licenses", "allow", "deny"),
    [
        ("MIT", "", ""),
        ("MIT OR GPL-3.0-only", "", ""),
        ("GPL-3.0-only", "license-not-allowed", "license-denied"),
        ("MIT AND AGPL-3.0", "license-not-allowed", "license-denied"),
        ("ISC", "license-not-allowed", ""),
        ("", "license-unknown", "license-unknown"),
        ("proprietary", "license-unknown", "license-unknown"),
    ],
)
def test_each_list_has_its_answer(licenses: str, allow: str, deny: str) -> None:
    assert (told(licenses, ALLOW), told(licenses, DENY)) == (allow, deny)


def test_without_lists_nothing_is_said() -> None:
    assert license_findings((package("a/b", ""),), DependenciesConfig()) == []


def test_a_finding_names_package_licence_and_place() -> None:
    same = (package("a/b", "GPL-3.0", 4), package("a/b", "GPL-3.0", 9))
    (found,) = license_findings(same, DENY)
    assert found.message == "a/b 1.0.0 is licensed under GPL-3.0-only, which deny-licenses rules out"
    assert (found.location.start_line, found.severity) == (4, Severity.HIGH)
    assert found.related[0].location.start_line == 9
    assert found.anchor == anchor_of(same[0])


def test_a_file_that_tells_no_licence_is_one_finding() -> None:
    (found,) = license_findings((package("a/b", "", 7), package("c/d", " ", 2)), ALLOW)
    assert found.rule.id == "dependencies/license-unknown"
    assert (found.location.start_line, found.severity) == (2, Severity.LOW)
    assert "the licences of 2 packages are not known" in found.message


def test_words_of_the_file_are_shown_as_text() -> None:
    (found,) = license_findings((package("a/b", "odd\x1b[31m\nlicence " + "x" * 900),), DENY)
    assert "\x1b" not in found.message
    assert len(found.message) < 400


@pytest.mark.parametrize("word", ["Apache", "", "MIT OR", "GPL-9.0-only"])
def test_a_misspelt_licence_denies_nothing_in_silence(word: str) -> None:
    with pytest.raises(UsageError, match="is no licence of the SPDX list"):
        license_findings((package("a/b", "MIT"),), DependenciesConfig(deny_licenses=("MIT", word)))


def test_every_rule_has_its_texts() -> None:
    assert {rule.id.partition("/")[0] for rule in LICENSE_RULES} == {"dependencies"}
    assert all(rule.description and rule.remedy and rule.help_uri for rule in LICENSE_RULES)


def test_a_misspelt_licence_is_a_usage_error_whatever_is_scanned(tmp_path: Path) -> None:
    repo = (
        GitRepo(tmp_path / "repo")
        .write("a.txt", "x")
        .write(".pregate.toml", '[dependencies]\ndeny-licenses = ["GPL"]\n')
    )
    repo.commit("first")
    done = pregate("scan", "-C", repo.path, "--offline", "--no-cache")
    assert done.code == 2
    assert "'GPL' is no licence of the SPDX list" in done.err
