"""
What a run costs in requests to GitHub, read from the fake's log.

GitHub's secondary limits: 80 requests a minute that create or change something, 900 points a minute where
such a request counts five and every other one ("Rate limits for the REST API").
"""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from tests.entry.site import RIGHTS, Site, make_site
from tests.fakehub.hub import Call, FakeHub
from tests.harness.checkout import check_out
from tests.harness.events import REPOSITORY
from tests.hooktools import CLEAN, LEAK

UNCHANGED = 12
CHANGED = 20
REMARKS_EACH = 30  # one request more for so many
MANY = 45
# one file, so that GitHub's diff of it is one hunk
FULL = "import subprocess\n" + "".join(f"subprocess.call('ls ' + n{n}, shell=True)\n" for n in range(MANY))


@pytest.fixture
def site(tmp_path: Path, hub: FakeHub) -> Site:
    return make_site(tmp_path, hub)


def allowed(remarks: int) -> int:
    return CHANGED + math.ceil(remarks / REMARKS_EACH)


def assert_within_limits(site: Site, calls: list[Call]) -> None:
    """The secondary limits, for these requests as if no others were made."""
    site.hub.log[:] = calls
    assert site.hub.changes_per_minute() <= 80
    assert site.hub.points_per_minute() <= 900


def test_many_findings_cost_few_requests(site: Site) -> None:
    result = site.run(site.push(full_py=FULL), check_run="true")
    calls = site.sent()
    assert result.outputs["failing"] == str(MANY)
    assert len(site.pull.threads) == REMARKS_EACH  # the most severe; the others are in the summary
    assert len(calls) <= allowed(MANY)
    assert_within_limits(site, calls)


def test_the_same_result_again_costs_twelve_requests_at_most(site: Site) -> None:
    event = site.push(full_py=FULL, leak_py=LEAK)
    site.run(event, check_run="true")
    before = site.ours
    site.sent()
    site.run(event, check_run="true")
    calls = site.sent()
    assert site.ours == before
    assert len(calls) <= UNCHANGED
    assert_within_limits(site, calls)


def test_the_same_result_at_depth_one_costs_twelve_requests_at_most(
    site: Site, hub: FakeHub, tmp_path: Path
) -> None:
    event = site.push(full_py=FULL, leak_py=LEAK)
    site.run(event, check_run="true")
    site.sent()
    url = f"{hub.server_url}/{REPOSITORY}"
    site.runner.workspace = tmp_path / "shallow"
    check_out(site.runner.workspace, url, hub.token(contents="read"), event.ref, event.sha)
    assert site.run(event, check_run="true", offline="false").exit_code == 1
    assert len(site.sent()) <= UNCHANGED


def test_a_clean_run_costs_twelve_requests_at_most(site: Site) -> None:
    site.run(site.push(more_py=CLEAN), check_run="true")
    assert len(site.sent()) <= UNCHANGED


@pytest.mark.parametrize("contents", ["read", "write"])
def test_a_fix_of_everything_costs_few_requests(site: Site, hub: FakeHub, contents: str) -> None:
    """With ``contents: write`` remarks are resolved, without it they are hidden."""
    site.runner.token = hub.token(**RIGHTS | {"contents": contents})
    site.run(site.push(full_py=FULL), check_run="true")
    site.sent()
    result = site.run(site.push(full_py=CLEAN), check_run="true")
    calls = site.sent()
    assert result.exit_code == 0
    assert all(t.is_resolved or t.comments[0].minimized for t in site.pull.threads)
    assert len(calls) <= allowed(MANY)
    assert_within_limits(site, calls)


def test_as_many_new_as_are_gone_cost_few_requests(site: Site) -> None:
    site.run(site.push(full_py=FULL), check_run="true")
    site.sent()
    site.run(site.push(full_py=CLEAN, other_py=FULL.replace("ls", "cat")), check_run="true")
    calls = site.sent()
    assert len([t for t in site.pull.threads if t.path == "other.py"]) == REMARKS_EACH
    assert len(calls) <= allowed(2 * MANY)
    assert_within_limits(site, calls)


def test_lost_answers_cost_few_requests(site: Site, hub: FakeHub) -> None:
    for path in ("/issues/", "/reviews", "/sarifs", "/check-runs"):
        hub.fail("POST", path, status=502, applied=True)
    site.run(site.push(full_py=FULL), check_run="true")
    calls = site.sent()
    assert len(site.ours) == 1
    assert len(calls) <= allowed(MANY)
    assert_within_limits(site, calls)


def test_a_refused_review_costs_few_requests(site: Site, hub: FakeHub) -> None:
    """GitHub's own diff is looked at then, and what fits is sent once more."""
    files = {f"n{n:03}.py": f"x = {n}\n" for n in range(250)}
    hub.fail("POST", "/reviews", status=422, message="Unprocessable Entity")
    site.run(site.push(full_py=FULL, **files), check_run="true")
    calls = site.sent()
    assert len(site.pull.threads) == REMARKS_EACH
    assert len(calls) <= allowed(MANY)
    assert_within_limits(site, calls)
