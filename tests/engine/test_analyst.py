"""One file through its checks: what is done to an analysis after the check has given it."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence

from pregate.checks import make_masker
from pregate.checks.base import Analysis, Target
from pregate.checks.dependencies import DependenciesCheck
from pregate.config import DependenciesConfig
from pregate.engine.analyst import Analyst, Task, finish, maskers_for
from pregate.model import Finding, Fix, Location, Severity, UnreadReason
from pregate.secrets.masking import Masker
from tests.engine.fakes import RULE, WordCheck
from tests.secrets.specimens.code import github

TOKEN = github(random.Random(4))


def test_a_token_in_the_place_of_a_packages_name_is_not_told() -> None:
    analyst = Analyst([DependenciesCheck(DependenciesConfig())], make_masker, 20)
    target = Target("requirements.txt", f"{TOKEN}\n".encode())
    (report,) = analyst.work(Task(0, target, ("dependencies",)))
    assert [u.detail for u in report.analysis.unread] == ["*** is not pinned to one version"]


def test_a_name_that_is_no_secret_is_told() -> None:
    analyst = Analyst([DependenciesCheck(DependenciesConfig())], make_masker, 20)
    target = Target("requirements.txt", b"typescript-eslint-parser\n")
    (report,) = analyst.work(Task(0, target, ("dependencies",)))
    assert [u.detail for u in report.analysis.unread] == [
        "typescript-eslint-parser is not pinned to one version"
    ]


def test_a_file_that_takes_too_long_to_mask_is_unread() -> None:
    def slow(target: Target, regions: Sequence[Location]) -> Masker:
        time.sleep(60)
        return make_masker(target, regions)

    analyst = Analyst([WordCheck()], slow, 1)
    (report,) = analyst.work(Task(0, Target("a.txt", b"bad\n"), ("word",)))
    assert [u.reason for u in report.analysis.unread] == [UnreadReason.TIMED_OUT]
    assert report.analysis.findings == ()


def fixes_left(text: str, *fixes: Fix) -> tuple[Fix, ...]:
    finding = Finding(RULE, "bad", Location("a.txt", 1, 1, 1, 4), Severity.LOW, fixes=fixes)
    maskers = maskers_for(Target("a.txt", text.encode()), make_masker)
    (done,) = finish(Analysis(findings=(finding,)), maskers).findings
    return done.fixes


def test_a_fix_without_a_secret_is_kept() -> None:
    fix = Fix("Be good", 1, 1, "good")
    assert fixes_left(f"bad\ntoken = '{TOKEN}'\n", fix) == (fix,)


def test_a_fix_of_a_line_that_holds_a_secret_is_dropped() -> None:
    fix, other = Fix("Be good", 1, 2, "good"), Fix("Be better", 1, 1, "better")
    assert fixes_left(f"bad\ntoken = '{TOKEN}'\n", fix, other) == (other,)


def test_a_fix_that_would_write_a_secret_is_dropped() -> None:
    assert fixes_left(f"bad\ntoken = '{TOKEN}'\n", Fix("Be good", 1, 1, f"good {TOKEN}")) == ()


def test_a_fix_that_speaks_of_a_secret_is_dropped() -> None:
    assert fixes_left(f"bad\ntoken = '{TOKEN}'\n", Fix(f"Not {TOKEN}", 1, 1, "good")) == ()


def test_a_fix_of_lines_that_are_not_there_is_dropped() -> None:
    assert fixes_left("bad\n", Fix("Be good", 1, 2, "good")) == ()


def test_facts_that_repeat_nothing_of_a_file_are_looked_at_by_themselves() -> None:
    analyst = Analyst([DependenciesCheck(DependenciesConfig())], make_masker, 20)
    for name, cacheable in (("jinja2", True), (TOKEN, False)):
        line = f"{name}==1.0 --hash=sha256:{'a' * 64}\n"
        (report,) = analyst.work(Task(0, Target("requirements.txt", line.encode()), ("dependencies",)))
        assert report.analysis.facts
        assert report.analysis.cacheable is cacheable


def test_a_lock_file_is_read_again_rather_than_kept() -> None:
    analyst = Analyst([DependenciesCheck(DependenciesConfig())], make_masker, 20)
    target = Target("poetry.lock", b'[[package]]\nname = "jinja2"\nversion = "1.0"\n')
    (report,) = analyst.work(Task(0, target, ("dependencies",)))
    assert report.analysis.facts
    assert not report.analysis.cacheable


def test_without_a_cache_nobody_looks_whether_facts_are_fit_for_it() -> None:
    def refuse(target: Target, regions: Sequence[Location]) -> Masker:
        raise AssertionError(target.path)

    analyst = Analyst([DependenciesCheck(DependenciesConfig())], refuse, 20, keeps=False)
    (report,) = analyst.work(Task(0, Target("requirements.txt", b"demo==1\n"), ("dependencies",)))
    assert report.analysis.facts
    assert not report.analysis.cacheable
