"""The example, installed by pip and run by the command: on only where the trusted configuration says so."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pregate.engine import workers
from tests.entry.cli import pregate
from tests.gitrepo import GitRepo
from tests.hooktools import ROOT
from tests.plugins import planted, wheels

ON = 'plugins = ["images", "badge"]\nfail-on = "medium"\nchecks = ["secrets"]\n'


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    return wheels.install(wheels.build(wheels.EXAMPLE, folder), folder / "site")


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return GitRepo(tmp_path / "repo").write("a.txt", "x\n").commit("first")


def run(site: Path, repo: GitRepo, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(site)))}
    command = [sys.executable, "-m", "pregate", "scan", "--offline", "--no-cache", *words]
    return subprocess.run(command, cwd=repo.path, env=environment, capture_output=True, text=True)


def rules(done: subprocess.CompletedProcess[str]) -> list[str]:
    return [finding["rule"] for finding in json.loads(done.stdout)["findings"]]


def test_it_is_run_when_the_base_configures_it(site: Path, repo: GitRepo) -> None:
    repo.write(".pregate.toml", ON).commit("policy").write("Dockerfile", "FROM debian\n").commit("change")
    badge, sarif = repo.path / "badge.json", repo.path / "x.sarif"
    words = ("--output", "json=-", "--output", f"badge={badge}", "--output", f"sarif={sarif}")
    done = run(site, repo, "--base", "HEAD~1", *words)
    assert (done.returncode, rules(done)) == (1, ["images/moving-tag"]), done.stderr
    assert json.loads(badge.read_text()) == {
        "schemaVersion": 1,
        "label": "pregate",
        "message": "failed, 1 new",
        "color": "red",
    }
    assert "images/moving-tag" in sarif.read_text()


def test_it_is_not_run_when_only_the_change_configures_it(site: Path, repo: GitRepo) -> None:
    repo.write(".pregate.toml", ON).write("Dockerfile", "FROM debian\n").commit("change")
    done = run(site, repo, "--base", "HEAD~1", "--output", "json=-")
    assert (done.returncode, rules(done)) == (0, []), done.stderr


def test_its_report_is_refused_when_only_the_change_configures_it(site: Path, repo: GitRepo) -> None:
    repo.write(".pregate.toml", ON).commit("change")
    done = run(site, repo, "--base", "HEAD~1", "--output", "badge=-")
    assert done.returncode == 2
    assert "a plug-in that the configuration does not name" in done.stderr


def test_what_is_configured_and_not_installed_makes_the_run_incomplete(tmp_path: Path, repo: GitRepo) -> None:
    repo.write(".pregate.toml", ON).commit("policy").write("Dockerfile", "FROM debian\n").commit("change")
    done = run(tmp_path, repo, "--base", "HEAD~1")
    assert done.returncode == 3
    assert "the images check failed: the plug-in images is not installed" in done.stdout
    assert "the badge check failed" in done.stdout


def test_it_works_in_worker_processes(tmp_path: Path, repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    planted.check(tmp_path / "site", "words", "words_in_workers")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    monkeypatch.setattr(workers, "WORTH_A_POOL", 0)
    repo.write(".pregate.toml", 'plugins = ["words"]\n').write("b.txt", "word\n").commit("policy")
    report = pregate("scan", "-C", repo.path, "--all", "--jobs", "2", "--offline", "--output", "json=-")
    assert (report.code, report.out.count('"rule": "words/WORD"')) == (1, 1), report.err
