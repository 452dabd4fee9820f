"""The dependencies check, from the bytes of lock files to findings."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from pregate.advisories.directory import OsvDirectory
from pregate.checks.base import Analysis, Target
from pregate.checks.dependencies import DependenciesCheck
from pregate.config import DependenciesConfig
from pregate.engine.subtract import key
from pregate.errors import AdvisoryError
from pregate.lockfiles.model import Advisory, Package
from pregate.lockfiles.osv import parse_advisory
from pregate.model import Finding, Location, Severity, UnreadReason
from tests.checks.trees import Files

EXAMPLES = Path(__file__).parents[2] / "examples" / "advisories"


class Source:
    """A database of a few records that counts the questions."""

    def __init__(self, *records: dict[str, Any]) -> None:
        self.advisories = [parse_advisory(r) for r in records]
        self.questions: list[list[tuple[str, str, str]]] = []

    def advisories_for(self, packages: Sequence[Package]) -> tuple[tuple[Advisory, ...], ...]:
        self.questions.append([p.key for p in packages])
        return tuple(
            tuple(a for a in self.advisories if any(e.key == p.key[:2] for e in a.affected)) for p in packages
        )

    def covers(self, ecosystem: str) -> bool:
        return ecosystem in ("PyPI", "npm")

    def describe(self) -> str:
        return "a test's database"


def record(
    identifier: str, *events: tuple[str, str], name: str = "demo", ecosystem: str = "PyPI", **more: Any
) -> dict[str, Any]:
    ranges = [{"type": "ECOSYSTEM", "events": [{k: v} for k, v in events]}]
    return {
        "id": identifier,
        "affected": [{"package": {"ecosystem": ecosystem, "name": name}, "ranges": ranges}],
        **more,
    }


def check(*records: dict[str, Any]) -> DependenciesCheck:
    return DependenciesCheck(DependenciesConfig(), Source(*records))


def scan(found: DependenciesCheck, text: str, path: str = "requirements.txt", **included: str) -> Analysis:
    target = Target(
        path, text.encode(), tuple((k.replace("_txt", ".txt"), v.encode()) for k, v in included.items())
    )
    return found.conclude([found.analyse(target)]).analyses[0]


def example(text: str, path: str = "requirements.txt") -> tuple[Finding, ...]:
    return scan(DependenciesCheck(DependenciesConfig(), OsvDirectory(EXAMPLES)), text, path).findings


def test_a_vulnerable_pin_is_found_with_everything_there_is_to_say() -> None:
    (finding,) = example("flask==2.3.3\nrequests[socks]==2.28.1  # old\n")
    assert finding.rule.id == "dependencies/GHSA-j8r2-6x86-q33q"
    assert finding.message == (
        "requests 2.28.1 has CVE-2023-32681: Proxy credentials reach the destination server "
        "after a redirect to HTTPS; fixed in 2.31.0"
    )
    assert finding.location == Location("requirements.txt", 2, 1, 2, 24)
    assert finding.severity is Severity.MEDIUM
    assert finding.aliases == ("CVE-2023-32681", "PYSEC-2023-74")
    assert finding.remedy == "Write `requests[socks]==2.31.0` in place of `requests[socks]==2.28.1`."
    assert dict(finding.properties) == {
        "package": "requests",
        "version": "2.28.1",
        "ecosystem": "PyPI",
        "fixed-in": "2.31.0",
        "upgrade": "2.31.0",
        "cvss-score": "6.1",
        "cvss-vector": "CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:C/C:H/I:N/A:N",
        "published": "2023-05-22T20:36:32Z",
        "advisories": "GHSA-j8r2-6x86-q33q PYSEC-2023-74",
    }
    assert finding.rule.cwe == (200,)
    assert finding.rule.help_uri == "https://osv.dev/vulnerability/GHSA-j8r2-6x86-q33q"
    assert finding.rule.severity is Severity.MEDIUM


def test_a_version_before_the_change_is_known_again_by_less() -> None:
    found = DependenciesCheck(DependenciesConfig(), OsvDirectory(EXAMPLES))
    read = found.analyse(Target("requirements.txt", b"pyyaml==5.3\nrequests==2.28.1\n"))
    (whole,), (brief,) = found.conclude([read]).analyses, found.recall([read]).analyses
    assert [key(f) for f in brief.findings] == [key(f) for f in whole.findings]
    assert {f.message for f in brief.findings} == {""}
    assert brief.unread == whole.unread


def test_the_fixed_version_is_clean() -> None:
    assert example("requests==2.31.0\nurllib3==1.26.18\nPyYAML==5.4\n") == ()


def test_one_upgrade_clears_several_advisories() -> None:
    first, second = example("pyyaml==5.3\n")
    assert "fixed in 5.3.1; upgrade to 5.4 clears all 2 advisories of this package" in first.message
    assert "fixed in 5.4; upgrade to 5.4 clears all 2" in second.message
    assert {first.remedy, second.remedy} == {"Write `pyyaml==5.4` in place of `pyyaml==5.3`."}


def test_the_upgrade_stays_on_the_nearest_line_of_releases() -> None:
    (finding,) = example("Django==3.2.1\n")
    assert dict(finding.properties)["upgrade"] == "3.2.13"


@pytest.mark.parametrize(
    ("path", "text", "remedy"),
    [
        (
            "poetry.lock",
            '[[package]]\nname = "jinja2"\nversion = "3.1.2"\n',
            "Run `poetry update jinja2`.",
        ),
        (
            "uv.lock",
            '[[package]]\nname = "jinja2"\nversion = "3.1.2"\n',
            "Run `uv lock --upgrade-package 'jinja2==3.1.3'`.",
        ),
        ("pylock.toml", '[[packages]]\nname = "jinja2"\nversion = "3.1.2"\n', "Lock `jinja2==3.1.3` again"),
        (
            "Pipfile.lock",
            '{"_meta": {}, "default": {"jinja2": {"version": "==3.1.2"}}}',
            "Run `pipenv upgrade 'jinja2==3.1.3'`.",
        ),
        (
            "package-lock.json",
            '{"lockfileVersion": 1, "dependencies": {"lodash": {"version": "4.17.20"}}}',
            "Run `npm update lodash`",
        ),
    ],
)
def test_the_remedy_speaks_of_the_tool_that_wrote_the_file(path: str, text: str, remedy: str) -> None:
    (finding,) = example(text, path)
    assert finding.remedy.startswith(remedy)


def test_hashes_have_to_be_renewed() -> None:
    assert example("jinja2==3.1.2 --hash=sha256:00\n")[0].remedy.endswith(
        "in place of `jinja2==3.1.2`, and renew its hashes."
    )


def test_without_a_fix_the_remedy_says_so() -> None:
    (finding,) = scan(check(record("GHSA-a", ("introduced", "0"))), "demo==1.0").findings
    assert finding.message.endswith("no fixed version is known")
    assert finding.remedy.startswith("No fixed version of `demo` is known.")
    assert "fixed-in" not in dict(finding.properties)


def test_no_version_clears_all() -> None:
    records = (record("GHSA-a", ("introduced", "0"), ("fixed", "1.5")), record("GHSA-b", ("introduced", "0")))
    first, second = scan(check(*records), "demo==1.0").findings
    assert "fixed in 1.5; no known version clears all 2 advisories" in first.message
    assert first.remedy == "Write `demo==1.5` in place of `demo==1.0`."
    assert "no fixed version is known" in second.message


def test_the_same_package_twice_in_a_file_is_one_finding_with_both_places() -> None:
    text = (
        '{"lockfileVersion": 3, "packages": {\n"node_modules/lodash": {"version": "4.17.20"},\n'
        '"node_modules/a/node_modules/lodash": {"version": "4.17.20"}}}'
    )
    (finding,) = example(text, "package-lock.json")
    assert finding.location.start_line == 2
    assert [(r.location.start_line, r.message) for r in finding.related] == [
        (3, "lodash 4.17.20 is locked here too")
    ]


def test_two_versions_of_a_package_are_two_findings() -> None:
    findings = example("jinja2==3.1.2; python_version<'3.8'\njinja2==3.0.0; python_version>='3.8'\n")
    assert [f.location.start_line for f in findings] == [1, 2]
    assert len({f.anchor for f in findings}) == 1


def test_the_anchor_is_of_the_package_and_not_of_its_version() -> None:
    (old,), (new,), (spelled,) = example("jinja2==3.1.1"), example("jinja2==3.1.2"), example("Jinja2==3.1.2")
    assert old.anchor == new.anchor == spelled.anchor
    assert old.anchor != example("pillow==9.0.0")[0].anchor


def test_aliases_from_several_databases_are_one_finding_with_the_highest_severity() -> None:
    records = (
        record(
            "PYSEC-1",
            ("introduced", "0"),
            ("fixed", "2"),
            aliases=["CVE-1"],
            database_specific={"severity": "LOW"},
        ),
        record(
            "GHSA-a",
            ("introduced", "0"),
            ("fixed", "2"),
            aliases=["CVE-1"],
            database_specific={"severity": "HIGH"},
        ),
    )
    (finding,) = scan(check(*records), "demo==1.0").findings
    assert (finding.rule.id, finding.severity) == ("dependencies/GHSA-a", Severity.HIGH)


def test_unknown_severity_is_unknown() -> None:
    assert (
        scan(check(record("GHSA-a", ("introduced", "0"))), "demo==1.0").findings[0].severity
        is Severity.UNKNOWN
    )


def test_a_withdrawn_record_is_silent() -> None:
    assert (
        scan(
            check(record("GHSA-a", ("introduced", "0"), withdrawn="2024-01-01T00:00:00Z")), "demo==1"
        ).findings
        == ()
    )


def test_a_version_that_cannot_be_compared_is_not_audited() -> None:
    analysis = scan(
        check(*(record(f"GHSA-{i}", ("introduced", "0"), ("fixed", "2")) for i in range(5))),
        "x==1\ndemo===odd-version\n",
    )
    assert analysis.findings == ()
    (unread,) = analysis.unread
    assert (unread.reason, unread.line) == (UnreadReason.NOT_AUDITED, 2)
    assert unread.detail == "demo: its version cannot be compared with GHSA-0, GHSA-1, GHSA-2 and 2 more"


def test_a_record_that_cannot_be_compared_is_no_matter_if_an_alias_decides() -> None:
    vague = record("PYSEC-1", ("introduced", "junk"), aliases=["GHSA-a"])
    analysis = scan(check(vague, record("GHSA-a", ("introduced", "0"))), "demo==1.0")
    assert len(analysis.findings) == 1
    assert analysis.unread == ()


def test_a_record_without_summary_is_told_by_its_details() -> None:
    (finding,) = scan(
        check(record("GHSA-a", ("introduced", "0"), details="### Impact\nIt *really* breaks. And more.")),
        "demo==1",
    ).findings
    assert "GHSA-a: Impact It really breaks;" in finding.message
    (finding,) = scan(check(record("GHSA-a", ("introduced", "0"))), "demo==1").findings
    assert "Known vulnerability GHSA-a" in finding.message


def test_hostile_texts_are_cut_and_stripped() -> None:
    hostile = "\x1b[31m\u202e\x00" + "x" * 100_000
    (finding,) = scan(
        check(record("GHSA-a", ("introduced", "0"), summary=hostile, details=hostile)), "demo==1"
    ).findings
    assert len(finding.message) < 400
    assert len(finding.rule.title) <= 120
    assert len(finding.rule.description) <= 900
    assert (finding.message + finding.rule.title + finding.rule.description).isprintable()


def test_one_question_for_all_distinct_packages_of_all_files() -> None:
    source = Source(record("GHSA-a", ("introduced", "0")))
    found = DependenciesCheck(DependenciesConfig(), source)
    targets = [
        Target("requirements.txt", b"demo==1\nb==2"),
        Target("x/requirements.txt", b"Demo==1\nc==3"),
        Target("requirements-x.txt", b""),
    ]
    conclusion = found.conclude([found.analyse(t) for t in targets])
    assert source.questions == [[("PyPI", "b", "2"), ("PyPI", "c", "3"), ("PyPI", "demo", "1")]]
    assert [len(a.findings) for a in conclusion.analyses] == [1, 1, 0]
    assert conclusion.notes == ("a test's database",)
    rules = {id(f.rule) for a in conclusion.analyses for f in a.findings}
    assert len(rules) == 1


def test_without_packages_nobody_is_asked() -> None:
    source = Source()
    conclusion = DependenciesCheck(DependenciesConfig(), source).conclude([Analysis()])
    assert (conclusion.analyses, conclusion.notes, source.questions) == ((Analysis(),), (), [])


def test_without_a_database_the_check_fails() -> None:
    found = DependenciesCheck(DependenciesConfig())
    with pytest.raises(AdvisoryError, match="no vulnerability database"):
        found.conclude([])


def test_a_database_that_answers_for_fewer_packages_fails_the_check() -> None:
    class Short(Source):
        def advisories_for(self, packages: Sequence[Package]) -> tuple[tuple[Advisory, ...], ...]:
            return ()

    found = DependenciesCheck(DependenciesConfig(), Short())
    with pytest.raises(AdvisoryError, match="another number"):
        found.conclude([found.analyse(Target("requirements.txt", b"a==1"))])


def test_unread_parts_are_kept_beside_findings() -> None:
    analysis = scan(check(record("GHSA-a", ("introduced", "0"))), "demo==1\nloose\n")
    assert len(analysis.findings) == 1
    assert [u.line for u in analysis.unread] == [2]


def test_a_constraint_that_pins_is_flagged_at_its_line() -> None:
    (finding,) = scan(
        check(record("GHSA-a", ("introduced", "0"))), "-c limits.txt\ndemo\n", limits_txt="demo==1\n"
    ).findings
    assert (finding.location.path, finding.location.start_line) == ("limits.txt", 1)
    assert [r.location.path for r in finding.related] == ["requirements.txt"]


def test_concerns_by_name() -> None:
    found = check()
    assert [
        p
        for p in ("a/poetry.lock", "setup.py", "requirements.txt", "package.json")
        if found.concerns(p, executable=False)
    ] == [
        "a/poetry.lock",
        "requirements.txt",
    ]


def test_a_changed_text_file_brings_the_requirements_files_along() -> None:
    listing = ["requirements.txt", "b/requirements-dev.txt", "README.txt", "poetry.lock"]
    found, tree = check(), Files(dict.fromkeys(listing, ""))
    assert found.dependents(["deps.in"], tree) == (
        "requirements.txt",
        "b/requirements-dev.txt",
    )
    assert found.dependents(["deps.data"], tree) == (
        "requirements.txt",
        "b/requirements-dev.txt",
    )
    assert found.dependents(["v1.0/base"], tree) == (
        "requirements.txt",
        "b/requirements-dev.txt",
    )
    assert found.dependents(["requirements.txt"], tree) == ("b/requirements-dev.txt",)


def test_a_changed_file_that_none_includes_lists_nothing() -> None:
    tree = Files({"requirements.txt": ""})
    assert check().dependents(["a.py", "b.lock"], tree) == ()
    assert tree.listed == 0


def test_included_files_are_asked_for() -> None:
    assert check().includes(Target("a/requirements.txt", b"-r ../b.txt\n-c c.txt", (("b.txt", b""),))) == (
        "a/c.txt",
    )


def test_credentials_in_addresses_are_sensitive_regions() -> None:
    middle = "hun" + "ter2"
    analysis = check().analyse(Target("requirements.txt", f"a==1\n-i https://mé:{middle}@host/\n".encode()))
    assert analysis.sensitive == (Location("requirements.txt", 2, 12, 2, 22),)


def test_tokens_in_the_query_of_an_address_are_sensitive_regions() -> None:
    middle = "hun" + "ter2"
    line = f"é @ https://u:{middle}@h/a.whl?x=1&Auth_Token={middle}&y=2"
    shown = [
        line[r.start_column - 1 : r.end_column - 1]
        for r in check().analyse(Target("requirements.txt", line.encode())).sensitive
    ]
    assert shown == [f"u:{middle}", middle]


def test_facts_survive_the_cache() -> None:
    found = check()
    facts = found.analyse(Target("requirements.txt", b"-c x.txt\na\nb==1", (("x.txt", b"a==2"),))).facts
    assert tuple(found.fact_from_json(f.to_json()) for f in facts) == facts


def test_the_check_travels_to_workers() -> None:
    found = DependenciesCheck(DependenciesConfig())
    assert pickle.loads(pickle.dumps(found)).version == found.version
    assert {rule.id for rule in found.rules()} == {
        "dependencies/license-denied",
        "dependencies/license-not-allowed",
        "dependencies/license-unknown",
        "dependencies/confusable-name",
    }


PROSE = b"Functions\n=========\n\n.. module:: x.y\n\nThese are the constraints: see below, always.\n"


def test_a_text_about_constraints_is_no_list_of_requirements() -> None:
    check = DependenciesCheck(DependenciesConfig(), None)
    assert not check.analyse(Target("docs/constraints.txt", PROSE)).concerned
    assert check.analyse(Target("requirements.txt", PROSE)).unread


def test_one_pin_in_it_makes_it_a_list() -> None:
    check = DependenciesCheck(DependenciesConfig(), None)
    analysis = check.analyse(Target("docs/constraints.txt", PROSE + b"django==3.2\n"))
    assert analysis.concerned
    assert [u.reason for u in analysis.unread if u.reason is UnreadReason.UNPARSABLE]
