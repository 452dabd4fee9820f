"""Which vulnerability database a whole run asks, how old it may be, and the lists beside it."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from pregate.advisories.api import OsvApi
from pregate.advisories.building import Import, update_index
from pregate.advisories.lists import ThreatLists
from pregate.cache import Cache, advisory_index
from pregate.changes import Everything
from pregate.config import Config, DependenciesConfig
from pregate.model import Completed, Failed, Outcome, Skipped, Verdict
from pregate.pipeline import Request, open_case, run
from pregate.pipeline.judging import advisories_of, ports_of
from tests.entry.cli import ADVISORIES
from tests.gitrepo import GitRepo

DAY = 86_400


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return GitRepo(tmp_path / "repo").write("requirements.txt", "requests==2.19.0\n").commit("first")


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path / "home")}


def own_index(environ: dict[str, str], days: float = 0) -> Path:
    path = advisory_index(environ)
    assert path is not None
    update_index(path, [Import("examples", ADVISORIES, "examples")], time.time() - days * DAY)
    return path


def judge(repo: GitRepo, environ: dict[str, str], foreign: bool = False, **more: Any) -> Verdict:
    overrides = {"checks": ["dependencies"], "offline": True} | more
    request = Request(repo.path, Everything(), overrides=overrides, environ=environ, foreign_tree=foreign)
    return run(request).verdict


def outcome(verdict: Verdict) -> Outcome:
    return verdict.checks[0].outcome


def test_offline_the_users_own_index_is_asked_and_its_age_is_told(
    repo: GitRepo, environ: dict[str, str]
) -> None:
    path = own_index(environ, days=3)
    verdict = judge(repo, environ)
    assert "dependencies/GHSA-j8r2-6x86-q33q" in {j.finding.rule.id for j in verdict.findings}
    done = outcome(verdict)
    assert isinstance(done, Completed)
    assert f"{path} (this user's own, as the run is offline)" in done.notes[0]
    assert "imported 3 days ago" in done.notes[0]


def test_offline_without_any_index_the_check_is_skipped(repo: GitRepo, environ: dict[str, str]) -> None:
    assert isinstance(outcome(judge(repo, environ)), Skipped)


def test_what_the_configuration_names_goes_before_the_users_own(
    repo: GitRepo, environ: dict[str, str], tmp_path: Path
) -> None:
    own_index(environ)
    done = outcome(judge(repo, environ, advisories=str(ADVISORIES)))
    assert isinstance(done, Completed)
    assert done.notes[0].startswith(f"OSV database {ADVISORIES}")


@pytest.mark.parametrize("age", [6, 8])
def test_an_index_older_than_the_policy_allows_fails_the_check(
    repo: GitRepo, environ: dict[str, str], age: int
) -> None:
    own_index(environ, days=age)
    done = outcome(judge(repo, environ, advisories={"max-age": 7}))
    if age < 7:
        assert isinstance(done, Completed)
        return
    assert isinstance(done, Failed)
    assert "8 days old; advisories.max-age allows 7 days" in done.message
    assert "pregate advisories" in done.hint


def test_a_damaged_index_fails_the_check(repo: GitRepo, environ: dict[str, str]) -> None:
    path = own_index(environ)
    path.write_bytes(path.read_bytes()[:-1])
    done = outcome(judge(repo, environ))
    assert isinstance(done, Failed)
    assert str(path) in done.message


def test_an_own_index_inside_a_strangers_tree_is_not_believed(repo: GitRepo, environ: dict[str, str]) -> None:
    environ["PREGATE_CACHE_DIR"] = str(repo.path / "cache")
    own_index(environ)
    assert isinstance(outcome(judge(repo, environ, foreign=True)), Skipped)
    assert isinstance(outcome(judge(repo, environ)), Completed)


def test_an_own_index_that_git_tracks_is_not_believed(repo: GitRepo, environ: dict[str, str]) -> None:
    environ["PREGATE_CACHE_DIR"] = str(repo.path / "cache")
    own_index(environ)
    repo.commit("with an index of advisories")
    assert isinstance(outcome(judge(repo, environ)), Skipped)


def test_records_are_kept_only_where_nobody_else_may_put_any(repo: GitRepo, tmp_path: Path) -> None:
    def keeps(folder: Path) -> bool:
        request = Request(repo.path, Everything(), cache_dir=folder, settled=Config())
        with open_case(request) as case:
            source = advisories_of(case, None)
        assert isinstance(source, OsvApi)
        return source._store is not None

    assert keeps(tmp_path / "new")
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    (tmp_path / "link").mkdir()
    (tmp_path / "link/osv").symlink_to(tmp_path)
    assert not keeps(tmp_path / "open")
    assert not keeps(tmp_path / "link")


def test_the_lists_are_those_of_the_configuration(repo: GitRepo, tmp_path: Path) -> None:
    kev = tmp_path / "kev.json"
    kev.write_text(json.dumps({"vulnerabilities": [{"cveID": "CVE-2024-1", "dateAdded": "2024-03-01"}]}))
    config = Config(dependencies=DependenciesConfig(kev=str(kev)))

    def threats(config: Config, source: OsvApi | None) -> object:
        with open_case(Request(repo.path, Everything(), settled=config)) as case:
            return ports_of(case, source, None, Cache()).threats

    source = OsvApi()
    found = threats(config, source)
    assert isinstance(found, ThreatLists)
    assert found.exploited_since(["CVE-2024-1"]) == "2024-03-01"
    assert threats(Config(), source) is threats(config, None) is None


def test_where_the_users_own_index_stands() -> None:
    assert advisory_index({"PREGATE_CACHE_DIR": "/c", "HOME": "/h"}) == Path("/c/advisories.sqlite")
    assert advisory_index({"XDG_CACHE_HOME": "/x"}) == Path("/x/pregate/advisories.sqlite")
    assert advisory_index({"HOME": "/h"}) == Path("/h/.cache/pregate/advisories.sqlite")
    assert advisory_index({}) is None
