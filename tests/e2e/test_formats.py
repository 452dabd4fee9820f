"""Every format through the whole program: a repository of them all, against a database that knows them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from pregate.lockfiles.formats import BY_NAME
from tests.e2e.formats import SAMPLES, Sample
from tests.gitrepo import GitRepo


def record(number: int, sample: Sample, name: str) -> dict[str, Any]:
    events = [{"fixed": sample.fixed}, {"introduced": "0"}]  # in no order
    if name == sample.good:
        events = [{"introduced": "0"}, {"last_affected": "0.0.1"}]
    package = {"ecosystem": sample.ecosystem, "name": name}
    return {
        "id": f"GHSA-{number:04}-{'bad' if name == sample.bad else 'good'}",
        "modified": "2026-11-01T00:00:00Z",
        "summary": "A flaw",
        "affected": [{"package": package, "ranges": [{"type": "ECOSYSTEM", "events": events}]}],
        "database_specific": {"severity": "HIGH"},
    }


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("formats")
    repo = GitRepo(folder / "repo")
    database = folder / "database"
    database.mkdir()
    for number, sample in enumerate(SAMPLES):
        repo.write(sample.path, sample.text)
        for name in (sample.bad, sample.good):
            found = record(number, sample, name)
            (database / f"{found['id']}.json").write_text(json.dumps(found))
    repo.commit("everything")
    command = [sys.executable, "-m", "pregate", "scan", "--all", "--check", "dependencies", "--offline"]
    command += ["--advisories", str(database), "--no-cache", "--output", f"json={folder / 'r.json'}"]
    done = subprocess.run(command, cwd=repo.path, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    loaded: dict[str, Any] = json.loads((folder / "r.json").read_text())
    return loaded


def found(report: dict[str, Any]) -> set[tuple[str, int, str]]:
    rows: Sequence[dict[str, Any]] = report["findings"]
    return {
        (r["location"]["path"], r["location"]["start_line"], r["rule"].removeprefix("dependencies/"))
        for r in rows
    }


def test_every_vulnerable_package_is_found_by_its_own_record(report: dict[str, Any]) -> None:
    own = {(sample.path, sample.line, f"GHSA-{number:04}-bad") for number, sample in enumerate(SAMPLES)}
    assert own - found(report) == set()


def test_nothing_else_is_found(report: dict[str, Any]) -> None:
    """Records of the same package, for another file's version, may apply as well; those of good ones not."""
    rows = found(report)
    assert {row[:2] for row in rows} == {(sample.path, sample.line) for sample in SAMPLES}
    assert not [rule for _, _, rule in rows if rule.endswith("-good")]


def test_what_is_not_audited_is_named_and_nothing_else_is_unread(report: dict[str, Any]) -> None:
    assert [(u["path"], u["line"], u["reason"]) for u in report["unread"]] == [
        ("a/environment.yml", 3, "not-audited"),
        ("a/go.mod", 3, "not-audited"),
    ]


def test_every_named_format_that_locks_packages_of_a_database_has_a_sample() -> None:
    names = {Path(sample.path).name for sample in SAMPLES}
    aliases = {
        "environment.yaml",
        "buildscript-gradle.lockfile",
        "settings-gradle.lockfile",
        "JuliaManifest.toml",
        "action.yml",
        "action.yaml",
    }
    without_database = {"Dockerfile", "Containerfile", "Podfile.lock", ".terraform.lock.hcl"}
    assert set(BY_NAME) - names == aliases | without_database
