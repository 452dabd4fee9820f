"""One file through its checks: what is done to an analysis after the check has given it."""

from __future__ import annotations

import time
from collections.abc import Sequence

from pregate.checks import make_masker
from pregate.checks.base import Target
from pregate.checks.dependencies import DependenciesCheck
from pregate.config import DependenciesConfig
from pregate.engine.analyst import Analyst, Task
from pregate.model import Location, UnreadReason
from pregate.secrets.masking import Masker
from tests.engine.fakes import WordCheck

TOKEN = "gh" + "p_" + "a1B2c3D4e5F6g7H8i9J0" + "k1L2m3N4o5P6q7R8"


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
