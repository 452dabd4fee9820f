"""The finding of a name that is easily taken for another."""

from __future__ import annotations

from dataclasses import replace

from pregate.checks.dependency_names import CONFUSABLE, confusable_finding
from pregate.lockfiles.model import Package
from pregate.model import Location, Severity

PACKAGE = Package("PyPI", "reqeusts", "1.0", Location("requirements.txt", 3, 1, 3, 14))


def test_the_finding_names_both_and_stands_where_the_package_is_locked() -> None:
    found = confusable_finding(PACKAGE, "requests")
    assert found.rule is CONFUSABLE
    assert found.rule.id == "dependencies/confusable-name"
    assert found.severity is Severity.MEDIUM
    assert found.location == PACKAGE.location
    assert found.message == (
        "reqeusts is easily taken for requests, which is much more used: is reqeusts what was meant?"
    )
    assert "`requests`" in found.remedy
    assert dict(found.properties)["confusable-with"] == "requests"


def test_another_version_is_the_same_finding_and_another_name_is_not() -> None:
    found = confusable_finding(PACKAGE, "requests")
    assert confusable_finding(replace(PACKAGE, version="2.0"), "requests").fingerprint == found.fingerprint
    assert confusable_finding(replace(PACKAGE, name="requsets"), "requests").fingerprint != found.fingerprint


def test_a_hostile_name_is_shown_plain() -> None:
    found = confusable_finding(replace(PACKAGE, name="re\x1b[31mq\u202e" + "x" * 5000), "requests")
    assert "\x1b" not in found.message
    assert "\u202e" not in found.message
    assert len(found.message) < 700
