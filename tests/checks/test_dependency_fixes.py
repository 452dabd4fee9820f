"""A pin in a requirements file with the version that clears its package, or no fix."""

from __future__ import annotations

import random

import pytest

from pregate.advisories.directory import OsvDirectory
from pregate.checks import make_masker
from pregate.checks.base import Target
from pregate.checks.dependencies import DependenciesCheck
from pregate.config import DependenciesConfig
from pregate.engine.analyst import Analyst, Task, finish, maskers_for
from pregate.lockfiles.model import Package
from pregate.model import Finding, Fix
from tests.checks.test_dependencies import EXAMPLES, Source, record, scan
from tests.secrets.specimens.code import github

TOKEN = github(random.Random(4))
DEMO = record("GHSA-a", ("introduced", "0"), ("fixed", "1.5"))


def fixes(text: str | bytes, *records: dict[str, object], **included: str) -> list[Fix]:
    found = DependenciesCheck(DependenciesConfig(), Source(*(records or (DEMO,))))
    data = text if isinstance(text, bytes) else text.encode()
    others = tuple((name.replace("_txt", ".txt"), body.encode()) for name, body in included.items())
    analysis = found.conclude([found.analyse(Target("requirements.txt", data, others))]).analyses[0]
    assert analysis.findings
    return [fix for finding in analysis.findings for fix in finding.fixes]


def only(text: str | bytes, *records: dict[str, object]) -> str:
    (fix,) = fixes(text, *records)
    return fix.text


def applied(text: str, fix: Fix) -> str:
    lines = text.split("\n")
    return "\n".join([*lines[: fix.start_line - 1], fix.text, *lines[fix.end_line :]])


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("demo==1.2.3", "demo==1.5"),
        ("  demo == 1.2.3", "  demo == 1.5"),
        ("demo[a,b]==1.2.3", "demo[a,b]==1.5"),
        ("demo [a] ==1.2.3\t# why", "demo [a] ==1.5\t# why"),
        ("demo==1.2.3;python_version=='1.2.3'", "demo==1.5;python_version=='1.2.3'"),
        ("demo==1.2.3 ; python_version < '3.9'  # é", "demo==1.5 ; python_version < '3.9'  # é"),
        ("demo (==1.2.3)", "demo (==1.5)"),
        ("demo==1.2.3 # see https://example.org", "demo==1.5 # see https://example.org"),
    ],
)
def test_the_version_changes_and_nothing_else(line: str, expected: str) -> None:
    assert only(f"# first\n{line}\nother==1\n") == expected


def test_the_fix_is_of_the_line_of_the_pin_and_says_what_it_does() -> None:
    assert fixes("\n\ndemo==1.0\n") == [Fix("Pin demo to 1.5", 3, 3, "demo==1.5")]


def test_line_ends_of_windows_are_no_part_of_the_line() -> None:
    assert only(b"x==1\r\ndemo==1.0\r\n") == "demo==1.5"


@pytest.mark.parametrize(
    "text",
    [
        "demo==1.0 --hash=sha256:00\n",
        "demo==1.0 \\\n    --hash=sha256:00\n",
        "demo==1.0 --config-settings x=y\n",
        "demo==1.0 \\\n  ; python_version < '3.9'\n",
        "demo==1.0 \\\n\n",
        "demo===1.0\n",
        "demo==1.0,<2\n",
        "demo<2,==1.0\n",
        "demo==1.0+cu118\n",
        "demo==1.0 # from https://user:" + "word@example.org\n",
        "demo==1.0 # a\u202eb\n",
        "demo==1.0 # a\x0cb\n",
        "\ufeffdemo==1.0\n",
        "x==1\rdemo==1.0\n",
        b"x==1 # \xff\ndemo==1.0\n",
        "demo==1.0".encode("utf-16"),
        "demo==1.0 # " + "x" * 1000,
    ],
)
def test_where_the_line_leaves_a_doubt_there_is_no_fix(text: str | bytes) -> None:
    assert fixes(text) == []


def test_a_package_that_is_locked_twice_has_no_fix_of_one_place() -> None:
    assert fixes("demo==1.0; python_version<'3.9'\ndemo==1.0; python_version>='3.9'\n") == []


def test_a_pin_that_a_constraint_repeats_has_no_fix() -> None:
    assert fixes("-c c.txt\ndemo==1.0\n", c_txt="demo==1.0\n") == []


def test_a_constraints_pin_is_fixed_in_its_own_file() -> None:
    found = DependenciesCheck(DependenciesConfig(), Source(DEMO))
    (finding,) = scan(found, "-c c.txt\ndemo\n", c_txt="# pins\ndemo==1.0\n").findings
    assert finding.location.path == "c.txt"
    assert finding.fixes == (Fix("Pin demo to 1.5", 2, 2, "demo==1.5"),)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("poetry.lock", '[[package]]\nname = "jinja2"\nversion = "3.1.2"\n'),
        ("uv.lock", '[[package]]\nname = "jinja2"\nversion = "3.1.2"\n'),
        ("pylock.toml", '[[packages]]\nname = "jinja2"\nversion = "3.1.2"\n'),
        ("Pipfile.lock", '{"_meta": {}, "default": {"jinja2": {"version": "==3.1.2"}}}'),
        ("package-lock.json", '{"lockfileVersion": 1, "dependencies": {"lodash": {"version": "4.17.20"}}}'),
    ],
)
def test_a_lock_file_has_no_fix(path: str, text: str) -> None:
    (finding,) = scan(DependenciesCheck(DependenciesConfig(), OsvDirectory(EXAMPLES)), text, path).findings
    assert finding.fixes == ()


def test_every_finding_of_a_package_offers_the_version_that_clears_all() -> None:
    second = record("GHSA-b", ("introduced", "0"), ("fixed", "1.7"))
    assert [fix.text for fix in fixes("demo==1.0\n", DEMO, second)] == ["demo==1.7"] * 2


def test_a_version_that_another_advisory_affects_is_not_offered() -> None:
    later = record("GHSA-b", ("introduced", "1.5"), ("fixed", "1.5.2"))
    (fix,) = fixes("demo==1.0\n", DEMO, later)
    assert fix.text == "demo==1.5.2"


def test_the_remedy_names_the_same_version() -> None:
    later = record("GHSA-b", ("introduced", "1.5"), ("fixed", "1.5.2"))
    found = DependenciesCheck(DependenciesConfig(), Source(DEMO, later))
    (finding,) = scan(found, "demo==1.0\n").findings
    assert finding.remedy == "Write `demo==1.5.2` in place of `demo==1.0`."


def test_a_withdrawn_advisory_neither_offers_a_version_nor_forbids_one() -> None:
    gone = record("GHSA-b", ("introduced", "0"), ("fixed", "1.6"), withdrawn="2026-01-01T00:00:00Z")
    assert only("demo==1.0\n", DEMO, gone) == "demo==1.5"


@pytest.mark.parametrize(
    "second",
    [
        record("GHSA-b", ("introduced", "0")),
        record("GHSA-b", ("introduced", "1.2")),
        record("GHSA-b", ("introduced", "not a version"), ("fixed", "1.1")),
    ],
)
def test_where_no_version_is_known_to_be_free_there_is_no_fix(second: dict[str, object]) -> None:
    assert fixes("demo==1.0\n", DEMO, second) == []


def test_a_pre_release_is_offered_to_a_pre_release_only() -> None:
    early = record("GHSA-a", ("introduced", "0"), ("fixed", "1.5rc1"))
    assert fixes("demo==1.0\n", early) == []
    assert only("demo==1.0rc1\n", early) == "demo==1.5rc1"


@pytest.mark.parametrize("version", ["1.5\n", " 1.5", "\x0c1.5\r\n", "v1.5", "1.5+local", "1.5-1"])
def test_a_version_that_is_not_plain_is_not_written(version: str) -> None:
    assert fixes("demo==1.0\n", record("GHSA-a", ("introduced", "0"), ("fixed", version))) == []


def test_the_real_fixes_of_the_examples_leave_nothing_to_find() -> None:
    check = DependenciesCheck(DependenciesConfig(), OsvDirectory(EXAMPLES))
    text = "pyyaml==5.3\nDjango==3.2.1  # web\nrequests[socks]==2.28.1; python_version > '3'\njinja2==3.1.2"
    findings = scan(check, text).findings
    assert len({finding.location.start_line for finding in findings}) == 4
    assert all(finding.fixes for finding in findings)
    for finding in findings:
        text = applied(text, finding.fixes[0])
    assert scan(check, text).findings == ()
    assert text.splitlines()[1].endswith("  # web")


def finished(text: str) -> Finding:
    found = DependenciesCheck(DependenciesConfig(), Source(DEMO))
    target = Target("requirements.txt", text.encode())
    (analysis,) = found.conclude([found.analyse(target)]).analyses
    return finish(analysis, maskers_for(target, make_masker)).findings[0]


def test_a_line_that_holds_a_secret_has_no_fix_in_the_end() -> None:
    assert finished(f"demo==1.0  # {TOKEN}\n").fixes == ()
    assert finished("demo==1.0  # why\n").fixes


@pytest.mark.parametrize(("comment", "kept"), [("why", True), (TOKEN, False)])
def test_facts_that_repeat_a_secret_of_the_file_are_not_cached(comment: str, *, kept: bool) -> None:
    analyst = Analyst([DependenciesCheck(DependenciesConfig())], make_masker, 20)
    target = Target("requirements.txt", f"demo==1.0  # {comment}\n".encode())
    (report,) = analyst.work(Task(0, target, ("dependencies",)))
    assert report.analysis.cacheable is kept


def test_a_password_in_a_comment_is_known_from_the_file_and_not_cached() -> None:
    """Seen in the file's own text, where a quoted word after the key counts."""
    word = "hun" + "ter2x9"
    analyst = Analyst([DependenciesCheck(DependenciesConfig())], make_masker, 20)
    target = Target("requirements.txt", f'demo==1.0  # password = "{word}"\n'.encode())
    (report,) = analyst.work(Task(0, target, ("dependencies",)))
    assert not report.analysis.cacheable


def test_a_fact_comes_back_with_what_stands_around_its_version() -> None:
    check = DependenciesCheck(DependenciesConfig())
    (package,) = check.analyse(Target("requirements.txt", b"a==1  # b\n")).facts
    assert isinstance(package, Package)
    assert package.around == ("a==", "  # b")
    assert check.fact_from_json(package.to_json()) == package
