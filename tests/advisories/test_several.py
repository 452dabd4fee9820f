"""Several databases as one: by alias, with the severity of each, and whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from pregate.advisories.several import Several, Unasked
from pregate.checks.base import Target
from pregate.checks.dependencies import DependenciesCheck
from pregate.config import DependenciesConfig
from pregate.errors import AdvisoryError
from pregate.lockfiles.ecosystems import PYPI
from pregate.lockfiles.model import Advisory, Affected, Event, Package, Range
from pregate.model import Finding, Location, Severity

PACKAGE = Package(PYPI, "jinja2", "2.4.1", Location("requirements.txt"))


@dataclass
class Source:
    """A database with one answer for every package."""

    advisories: tuple[Advisory, ...] = ()
    name: str = "fake"
    answers: int | None = None
    ecosystems: tuple[str, ...] = (PYPI,)
    asked: list[str] = field(default_factory=list)

    def advisories_for(self, packages: Sequence[Package]) -> tuple[tuple[Advisory, ...], ...]:
        self.asked += [p.name for p in packages]
        return (self.advisories,) * (len(packages) if self.answers is None else self.answers)

    def covers(self, ecosystem: str) -> bool:
        return ecosystem in self.ecosystems

    def describe(self) -> str:
        return self.name


def record(name: str, *aliases: str, fixed: str = "", vector: str = "", word: str = "") -> Advisory:
    events = (Event("introduced", "0"), *((Event("fixed", fixed),) if fixed else ()))
    affected = Affected(PYPI, "jinja2", (Range("ECOSYSTEM", events),), ("2.4.1",))
    severity = (("CVSS_V3", vector),) if vector else ()
    return Advisory(name, aliases, name, severity=severity, severity_word=word, affected=(affected,))


def findings(*sources: Source) -> tuple[Finding, ...]:
    check = DependenciesCheck(DependenciesConfig(), Several(sources))
    analysis = check.analyse(Target("requirements.txt", b"jinja2==2.4.1\n"))
    return check.conclude([analysis]).analyses[0].findings


def test_a_vulnerability_that_both_know_is_one_finding_with_the_worse_severity() -> None:
    osv = Source((record("GHSA-aaaa-bbbb-cccc", "CVE-2014-1402", fixed="2.7.2", word="moderate"),))
    inspector = Source((record("CVE-2014-1402", word="high"),))
    (found,) = findings(osv, inspector)
    assert found.rule.id == "dependencies/GHSA-aaaa-bbbb-cccc"
    assert found.severity is Severity.HIGH


def test_the_fixed_version_is_that_of_the_database_which_knows_ranges() -> None:
    osv = Source((record("GHSA-aaaa-bbbb-cccc", "CVE-2014-1402", fixed="2.7.2"),))
    (found,) = findings(osv, Source((record("CVE-2014-1402"),)))
    assert dict(found.properties)["upgrade"] == "2.7.2"


def test_the_fingerprint_is_the_same_whether_one_or_both_are_asked() -> None:
    osv = Source((record("GHSA-aaaa-bbbb-cccc", "CVE-2014-1402", fixed="2.7.2"),))
    (alone,), (both,) = findings(osv), findings(osv, Source((record("CVE-2014-1402"),)))
    assert alone.fingerprint == both.fingerprint


def test_what_only_one_knows_is_found() -> None:
    found = findings(Source((record("CVE-2014-1402"),)), Source((record("CVE-2016-10745", fixed="2.8.1"),)))
    assert [f.rule.id for f in found] == ["dependencies/CVE-2014-1402", "dependencies/CVE-2016-10745"]


def test_an_advisory_under_the_same_id_is_one_record_with_what_both_know() -> None:
    vector = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
    first = Source((record("CVE-2014-1402", "PYSEC-1", fixed="2.7.2"),))
    second = Source((record("CVE-2014-1402", "GHSA-1", vector=vector, word="critical"),))
    ((made,),) = Several((first, second)).advisories_for([PACKAGE])
    assert (made.aliases, made.severity_word) == (("GHSA-1", "PYSEC-1"), "critical")
    assert made.severity == (("CVSS_V3", vector),)


def test_a_short_answer_is_a_failure() -> None:
    with pytest.raises(AdvisoryError, match="another number of packages"):
        Several((Source(), Source(answers=0))).advisories_for([PACKAGE])


def test_what_any_of_them_covers_is_covered() -> None:
    blind = Source(ecosystems=("Conda",))
    both = Several((Source(ecosystems=("npm",)), blind))
    assert [both.covers(name) for name in ("npm", "Conda", "Go")] == [True, True, False]
    assert Unasked("why", "what").covers("Go")


def test_all_of_them_and_what_was_not_asked_are_named() -> None:
    made = Several((Source(name="one"), Source(name="two")), ("three was not asked",))
    assert made.describe() == "one; two; three was not asked"
