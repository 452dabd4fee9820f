"""Which versions an advisory affects, and the smallest version that is free of all."""

from __future__ import annotations

from typing import Any

import pytest

from pregate.lockfiles.affected import Answer, evaluate, fixed_versions, smallest_upgrade
from pregate.lockfiles.model import Advisory, Package
from pregate.lockfiles.osv import parse_advisory
from pregate.lockfiles.versions import parse_version
from pregate.model import Location

YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN


def package(version: str, ecosystem: str = "PyPI", name: str = "demo") -> Package:
    return Package(ecosystem, name, version, Location("f"))


def advisory(
    *events: tuple[str, str],
    versions: tuple[str, ...] = (),
    ecosystem: str = "PyPI",
    kind: str = "ECOSYSTEM",
    **more: Any,
) -> Advisory:
    entry: dict[str, Any] = {
        "package": {"ecosystem": ecosystem, "name": "Demo" if ecosystem == "PyPI" else "demo"}
    }
    if events:
        entry["ranges"] = [{"type": kind, "events": [{k: v} for k, v in events]}]
    entry["versions"] = list(versions)
    return parse_advisory({"id": "X-1", "affected": [entry], **more})


@pytest.mark.parametrize(
    ("version", "answer"),
    [
        ("0.1", YES),
        ("1.9", YES),
        ("2.0", NO),
        ("2.0rc1", YES),
        ("2.5", YES),
        ("3.0", NO),
        ("3.0.post1", NO),
        ("1!0.1", NO),
        ("2.5+cu118", YES),
        ("2.0+cu118", NO),
        ("2.0.dev1", YES),
    ],
)
def test_pypi_ranges_with_several_unsorted_events(version: str, answer: Answer) -> None:
    events = (("fixed", "3.0"), ("introduced", "2.1"), ("fixed", "2.0"), ("introduced", "0"))
    assert evaluate(advisory(*events), package(version)) is answer


@pytest.mark.parametrize(
    ("version", "answer"),
    [
        ("1.0.0", YES),
        ("1.2.3", YES),
        ("1.2.4-rc.1", NO),
        ("1.2.3+build", YES),
        ("1.2.3-beta", YES),
        ("0.9.9", NO),
    ],
)
def test_npm_last_affected(version: str, answer: Answer) -> None:
    found = advisory(("introduced", "1.0.0"), ("last_affected", "1.2.3"), ecosystem="npm", kind="SEMVER")
    assert evaluate(found, package(version, "npm")) is answer


def test_a_local_version_of_the_last_affected_one_is_affected() -> None:
    assert evaluate(advisory(("introduced", "0"), ("last_affected", "2.0.1")), package("2.0.1+cu118")) is YES


def test_events_that_name_local_versions_are_compared_in_full() -> None:
    found = advisory(("introduced", "0"), ("fixed", "1.0+local.2"))
    assert [evaluate(found, package(v)) for v in ("1.0+local.1", "1.0+local.2")] == [YES, NO]


def test_introduced_and_fixed_at_one_version_is_affected() -> None:
    found = advisory(("introduced", "1.0"), ("fixed", "1.0"))
    assert evaluate(found, package("1.0")) is YES


@pytest.mark.parametrize(("version", "answer"), [("1.5", YES), ("2.0", NO), ("0.5", NO)])
def test_a_limit_ends_a_range(version: str, answer: Answer) -> None:
    assert evaluate(advisory(("introduced", "1.0"), ("limit", "2.0")), package(version)) is answer


def test_a_limit_of_a_star_ends_nothing() -> None:
    assert evaluate(advisory(("introduced", "1.0"), ("limit", "*")), package("99")) is YES


@pytest.mark.parametrize(
    ("version", "answer"), [("1.0", YES), ("1.0.0", YES), ("1.0+x", YES), ("1.1", NO), ("junk", UNKNOWN)]
)
def test_lists_of_versions(version: str, answer: Answer) -> None:
    assert evaluate(advisory(versions=("1.0", "0.9")), package(version)) is answer


def test_a_listed_version_counts_even_if_no_range_holds_it() -> None:
    found = advisory(("introduced", "1.0"), ("fixed", "1.1"), versions=("0.5", "odd-one"))
    assert [evaluate(found, package(v)) for v in ("0.5", "odd-one", "0.6")] == [YES, YES, NO]


def test_commits_alone_cannot_be_compared() -> None:
    assert evaluate(advisory(("introduced", "0"), ("fixed", "abc"), kind="GIT"), package("1.0")) is UNKNOWN


def test_commits_beside_a_list_of_versions_are_ignored() -> None:
    found = advisory(("introduced", "0"), kind="GIT", versions=("1.0",))
    assert [evaluate(found, package(v)) for v in ("1.0", "1.1")] == [YES, NO]


def test_neither_ranges_nor_versions_is_unknown() -> None:
    assert evaluate(advisory(), package("1.0")) is UNKNOWN


@pytest.mark.parametrize("events", [(("introduced", "junk"),), (("fixed", "1.0"),)])
def test_a_range_that_makes_no_sense_is_unknown(events: tuple[tuple[str, str], ...]) -> None:
    assert evaluate(advisory(*events), package("0.5")) is UNKNOWN


@pytest.mark.parametrize("version", ["not a version", "9" * 300, "", " "])
def test_a_version_that_is_none_is_unknown(version: str) -> None:
    assert evaluate(advisory(("introduced", "0"), ("fixed", "2")), package(version or "?")) is UNKNOWN


def test_a_version_of_an_unknown_ecosystem_is_unknown() -> None:
    found = parse_advisory(
        {
            "id": "X",
            "affected": [
                {
                    "package": {"ecosystem": "Nowhere", "name": "demo"},
                    "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}],
                }
            ],
        }
    )
    assert evaluate(found, package("1.0", "Nowhere")) is UNKNOWN


def test_a_withdrawn_advisory_affects_nothing() -> None:
    assert evaluate(advisory(("introduced", "0"), withdrawn="2024-01-01T00:00:00Z"), package("1.0")) is NO


def test_an_advisory_about_another_package_affects_nothing() -> None:
    assert evaluate(advisory(("introduced", "0")), package("1.0", name="other")) is NO


def test_names_of_python_are_compared_normalised_and_those_of_npm_are_not() -> None:
    record = {
        "id": "X",
        "affected": [
            {
                "package": {"ecosystem": e, "name": "Foo_Bar"},
                "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}],
            }
            for e in ("PyPI", "npm")
        ],
    }
    found = parse_advisory(record)
    assert evaluate(found, package("1.0", name="foo-bar")) is YES
    assert evaluate(found, package("1.0.0", "npm", "foo-bar")) is NO


def test_npm_versions_in_records_may_be_short_or_marked() -> None:
    found = advisory(("introduced", "0"), ("fixed", "v1.2"), ecosystem="npm")
    assert [evaluate(found, package(v, "npm")) for v in ("1.1.9", "1.2.0")] == [YES, NO]


def test_fixed_versions_are_sorted_by_the_ecosystems_order() -> None:
    found = advisory(
        ("introduced", "0"), ("fixed", "1.10"), ("introduced", "1.11"), ("fixed", "1.9.9"), ("fixed", "0.5")
    )
    assert fixed_versions([found], package("1.0")) == ("1.9.9", "1.10")


def test_the_smallest_upgrade_clears_all_advisories() -> None:
    first = advisory(("introduced", "0"), ("fixed", "1.5"), ("introduced", "2.0"), ("fixed", "2.3"))
    second = advisory(("introduced", "0"), ("fixed", "2.1"))
    assert smallest_upgrade([first, second], package("1.0")) == "2.3"
    assert smallest_upgrade([first], package("1.0")) == "1.5"


def test_no_fixed_version_is_said_so() -> None:
    assert smallest_upgrade([advisory(("introduced", "0"), ("last_affected", "2.0"))], package("1.0")) == ""
    assert smallest_upgrade([advisory(versions=("junk",))], package("junk")) == ""


def test_a_release_is_preferred_to_a_smaller_pre_release() -> None:
    found = advisory(("introduced", "0"), ("fixed", "2.0rc1"), ("introduced", "3.0"), ("fixed", "3.1"))
    assert smallest_upgrade([found], package("1.0")) == "3.1"
    assert smallest_upgrade([found], package("2.0b1")) == "2.0rc1"


def test_a_pre_release_is_named_when_there_is_nothing_else() -> None:
    assert smallest_upgrade([advisory(("introduced", "0"), ("fixed", "2.0rc1"))], package("1.0")) == "2.0rc1"


def test_npm_pre_releases_are_known() -> None:
    found = advisory(
        ("introduced", "0"),
        ("fixed", "2.0.0-rc.1"),
        ("introduced", "3.0.0"),
        ("fixed", "3.1.0"),
        ecosystem="npm",
    )
    assert smallest_upgrade([found], package("1.0.0", "npm")) == "3.1.0"


@pytest.mark.parametrize("version", ["junk", "1.2.3.4", "", "latest"])
def test_npm_versions_that_are_none(version: str) -> None:
    assert parse_version("npm", version) is None


@pytest.mark.parametrize("start", range(6))
def test_several_pairs_of_events_hold_in_any_order(start: int) -> None:
    events = [("introduced", "3"), ("fixed", "1.5"), ("introduced", "0"), ("last_affected", "3.4"),
              ("introduced", "2.0"), ("fixed", "2.2")]  # fmt: skip
    found = advisory(*events[start:], *events[:start], ecosystem="RubyGems")
    answers = {
        v: evaluate(found, package(v, "RubyGems")) for v in ("1.4", "1.5", "2.0", "2.2", "3.4.0", "3.4.1")
    }
    assert [v for v, answer in answers.items() if answer is YES] == ["1.4", "2.0", "3.4.0"]
    assert UNKNOWN not in answers.values()


@pytest.mark.parametrize(
    ("ecosystem", "fixed", "affected", "free"),
    [
        ("Go", "1.2.4", "v1.2.4-0.20210101120000-abcdefabcdef", "v1.2.4"),
        ("Go", "2.0.0+incompatible", "v1.9.0", "v2.0.0+incompatible"),
        ("Go", "1.21.0-rc.3", "go1.21rc2", "1.21.0"),
        ("Maven", "2.0.0", "2.0.0-SNAPSHOT", "2.0.0.Final"),
        ("Packagist", "2.1.0", "2.1.0-RC1", "v2.1.0"),
        ("NuGet", "4.0.0.1", "4.0.0", "4.0.0.1"),
        ("Hackage", "1.0.0", "1.0", "1.0.0"),
        ("CRAN", "1.2-10", "1.2-9", "1.2.10"),
        ("ConanCenter", "1.1.1w", "1.1.1k", "3.0"),
        ("GitHub Actions", "4.1.7", "v4.1.6", "v4.1.7"),
        ("Pub", "1.0.0+2", "1.0.0+1", "1.0.0+3"),
        ("Debian:12", "1.0-1+deb12u1", "1.0-1", "1.0-1+deb12u2"),
    ],
)
def test_each_ecosystem_is_compared_in_its_own_order(
    ecosystem: str, fixed: str, affected: str, free: str
) -> None:
    found = advisory(("introduced", "0"), ("fixed", fixed), ecosystem=ecosystem)
    name = ecosystem.partition(":")[0]
    assert [evaluate(found, package(v, name)) for v in (affected, free)] == [YES, NO]


@pytest.mark.parametrize(
    ("record", "installed", "answer"),
    [
        ("Debian:12", "Debian:12", YES),
        ("Debian:11", "Debian:12", NO),
        ("Debian", "Debian:12", YES),
        ("Debian:12", "Debian", YES),
        ("Ubuntu:12", "Debian:12", NO),
        ("Debian:1", "Debian:12", NO),
        ("Maven:https://maven.example", "Maven", YES),
    ],
)
def test_a_record_of_one_release_does_not_concern_another(
    record: str, installed: str, answer: Answer
) -> None:
    found = advisory(("introduced", "0"), ("fixed", "2.0"), ecosystem=record)
    assert evaluate(found, package("1.0", installed)) is answer
    assert smallest_upgrade([found], package("1.0", installed)) == ("2.0" if answer is YES else "")


def test_each_release_has_its_own_fix() -> None:
    def entry(release: str, fixed: str) -> dict[str, Any]:
        events = [{"introduced": "0"}, {"fixed": fixed}]
        return {
            "package": {"ecosystem": f"Debian:{release}", "name": "demo"},
            "ranges": [{"type": "ECOSYSTEM", "events": events}],
        }

    found = parse_advisory({"id": "X-1", "affected": [entry("11", "1.0-1"), entry("12", "1.0-3")]})
    asked = [package("1.0-2", f"Debian:{release}") for release in ("11", "12", "13")]
    assert [evaluate(found, p) for p in asked] == [NO, YES, NO]
    assert smallest_upgrade([found], asked[1]) == "1.0-3"


def test_a_semver_range_is_compared_as_such_and_else_in_the_ecosystems_order() -> None:
    found = advisory(("introduced", "0"), ("fixed", "1.0.0-foo"), ecosystem="Maven", kind="SEMVER")
    assert evaluate(found, package("1.0.0-foo.1", "Maven")) is NO
    assert evaluate(found, package("1.0.0", "Maven")) is NO  # Maven has it before 1.0.0-foo
    four = advisory(("introduced", "0"), ("fixed", "1.0.0.2"), ecosystem="NuGet", kind="SEMVER")
    assert [evaluate(four, package(v, "NuGet")) for v in ("1.0.0.1", "1.0.0.2")] == [YES, NO]
    unknown = advisory(("introduced", "1.0.0"), ecosystem="Nowhere", kind="SEMVER")
    assert evaluate(unknown, package("1.2.0", "Nowhere")) is YES


@pytest.mark.parametrize(
    ("ecosystem", "listed", "version", "answer"),
    [
        ("PyPI", "1.0.0", "1", YES),
        ("PyPI", "1.0.post2", "1.0-2", YES),
        ("PyPI", "1.20", "1.2", NO),
        ("Packagist", "v1.2", "1.2.0.0", YES),
        ("NuGet", "1.0.0-RC", "1.0-rc", YES),
        ("RubyGems", "1.0", "1", YES),
        ("npm", "1.0.0+a7", "1.0.0", YES),
        ("Maven", "1.0.Final", "1", YES),
        ("Hackage", "1.0", "1", NO),
        ("GitHub Actions", "main", "main", YES),
        ("Packagist", "dev-main", "dev-main", YES),
        ("Packagist", "dev-main", "dev-other", UNKNOWN),
    ],
)
def test_a_listed_version_is_known_in_other_writing(
    ecosystem: str, listed: str, version: str, answer: Answer
) -> None:
    found = advisory(versions=("0.5", listed, "7.7"), ecosystem=ecosystem)
    assert evaluate(found, package(version, ecosystem)) is answer


def test_line_ends_in_listed_versions_mislead_nobody() -> None:
    found = advisory(versions=("0.5\n1.0", "1.0.0", "2.0"))
    assert [evaluate(found, package(v)) for v in ("1.0", "0.5", "3")] == [YES, NO, NO]


@pytest.mark.parametrize(
    ("tag", "answer"),
    [
        ("v4", NO),
        ("4", NO),
        ("v4.1", NO),
        ("v4.0", YES),
        ("v4.1.1", YES),
        ("v4.1.2", NO),
        ("v3", YES),
        ("main", UNKNOWN),
    ],
)
def test_a_moving_tag_of_an_action_stands_for_the_newest_release_of_its_line(
    tag: str, answer: Answer
) -> None:
    events = [{"introduced": "0"}, {"fixed": "4.1.2"}]
    affected = {
        "package": {"ecosystem": "GitHub Actions", "name": "demo"},
        "ranges": [{"type": "ECOSYSTEM", "events": events}],
    }
    found = parse_advisory({"id": "X", "affected": [affected]})
    assert evaluate(found, package(tag, "GitHub Actions")) is answer


def test_a_build_among_the_listed_versions_does_not_hide_another_writing() -> None:
    found = advisory(versions=("1.0+cu118", "2.0.0"))
    assert [evaluate(found, package(v)) for v in ("2", "2.0+cpu", "1.1\ud800")] == [YES, YES, UNKNOWN]
