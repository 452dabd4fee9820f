"""``pregate fleet``."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pregate.fleet.folder import Folder
from pregate.fleet.keeping import Results
from tests.entry.cli import Run, pregate
from tests.fakehub.hub import FakeHub
from tests.fleet.helping import OPTIONS
from tests.fleet.made import Forest, forest
from tests.gitrepo import GitRepo


@pytest.fixture
def grove(tmp_path: Path) -> Forest:
    return forest(tmp_path, 5)


def fleet(results: Path, *words: str | Path) -> Run:
    fixed = ("--check", "secrets", "--no-cache", "--jobs", "1")
    return pregate("fleet", "--results", results, *fixed, *words)


def report(results: Path) -> Any:
    return json.loads((results / "fleet.json").read_text())


def test_a_fleet_has_one_report_in_three_forms(grove: Forest, tmp_path: Path) -> None:
    results = tmp_path / "results"
    run = fleet(results, "--list", grove.list)
    assert run.code == 3
    assert run.out == (
        "pregate: INCOMPLETE: 5 repositories: 2 passed, 2 failed, 0 incomplete, 1 could not be scanned\n"
    )
    told = report(results)
    assert [row["decision"] for row in told["repositories"]] == ["passed", "failed", "failed", "passed", None]
    severities = told["totals"]["severities"]
    assert sum(severities.values()) == 5
    assert told["totals"]["findings"] == {"secrets": {word: n for word, n in severities.items() if n}}
    assert "not TOML" in told["repositories"][4]["reasons"][0]
    text = (results / "fleet.md").read_text()
    assert text.index("**not scanned**") < text.index("**failed**") < text.index("**passed**")
    rows = list(csv.DictReader(io.StringIO((results / "fleet.csv").read_text())))
    assert [sum(int(row[word]) for word in severities) for row in rows] == [0, 1, 2, 2, 0]
    reports = [json.loads((results / row["report"]).read_text()) for row in told["repositories"][:4]]
    assert [r["verdict"] for r in reports] == ["passed", "failed", "failed", "passed"]


@pytest.mark.parametrize(("end", "number"), [(os.killpg, signal.SIGINT), (os.kill, signal.SIGTERM)])
def test_an_interrupted_command_writes_its_report_and_its_exit_code_tells_the_signal(
    end: Callable[[int, int], None], number: int, tmp_path: Path
) -> None:
    trees = forest(tmp_path, 60)
    results, scratch = tmp_path / "results", tmp_path / "scratch"
    scratch.mkdir()
    command = [sys.executable, "-m", "pregate", "fleet", "--list", str(trees.list), "--results", str(results)]
    command += ["--check", "secrets", "--no-cache", "--jobs", "1"]
    running = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env=os.environ | {"TMPDIR": str(scratch)},
    )
    while not list(results.glob("records/*.json")) and running.poll() is None:
        time.sleep(0.02)
    end(running.pid, number)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 128 + number, err
    told = report(results)
    assert len(told["repositories"]) == 60
    assert 0 < told["totals"]["states"]["not-reached"] < 60
    assert "not reached" in out.decode()
    assert "Traceback" not in err.decode()
    assert not list(scratch.iterdir())


def test_addresses_with_credentials_are_in_the_report_without_them(grove: Forest, tmp_path: Path) -> None:
    value = "hun" + "ter2"
    with grove.list.open("a") as file:
        file.write(f"https://user:{value}@127.0.0.1:9/o/r\n../../../x https://127.0.0.1:9/gone\n")
    run = fleet(tmp_path / "results", "--list", grove.list, "--retries", "0")
    rows = report(tmp_path / "results")["repositories"]
    assert [row["state"] for row in rows[5:]] == ["failed", "failed"]
    assert "credentials" in rows[5]["reasons"][0]
    written = b"".join(f.read_bytes() for f in (tmp_path / "results").rglob("*") if f.is_file())
    assert value.encode() not in written
    assert value not in run.out + run.err
    assert {p.name for p in tmp_path.iterdir()} == {"results", "template", "template.git", "made", "list.txt"}


def test_one_run_at_a_time_writes_into_a_directory(grove: Forest, tmp_path: Path) -> None:
    with Results(Folder(tmp_path / "results"), OPTIONS.digest).held():
        run = fleet(tmp_path / "results", "--list", grove.list)
    assert run.code == 2
    assert "another run" in run.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "--list or --org"),
        (("--list", "x", "--org", "y"), "--list or --org"),
        (("--list", "/nowhere"), "cannot be read"),
        (("--org", "x", "--time-limit", "0"), "--time-limit"),
        (("--org", "x", "--jobs", "0"), "--jobs"),
        (("--org", "x", "--shards", "1001"), "--shards"),
        (("--org", "x", "--shard-files", "-1"), "--shard-files"),
        (("--org", "x", "--retries", "-1"), "--retries"),
        (("--org", "octo-org"), "without a token"),
    ],
)
def test_what_makes_no_fleet_is_told(words: tuple[str, ...], told: str, tmp_path: Path) -> None:
    run = pregate("fleet", "--results", tmp_path / "results", *words)
    assert run.code in (2, 3)
    assert told in run.err


def test_an_organisation_is_scanned(hub: FakeHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_API_URL", hub.api_url)
    monkeypatch.setenv("GITHUB_SERVER_URL", hub.server_url)
    monkeypatch.setenv("GITHUB_TOKEN", hub.token(contents="read"))
    repo = GitRepo(tmp_path / "repo").write("a.py", "x = 1\n").commit()
    for name in ("octo-org/a", "octo-org/b"):
        hub.add_repository(name, git=repo.path, private=True)
    hub.add_repository("octo-org/old", git=repo.path).archived = True
    results = tmp_path / "results"
    run = fleet(results, "--org", "octo-org")
    assert run.code == 0, run.err
    assert "1 archived repositories and forks are left out" in run.err
    rows = report(results)["repositories"]
    assert {(row["name"], row["commit"]) for row in rows} == {(f"octo-org/{n}", repo.head) for n in "ab"}
    assert len(rows) == 2
