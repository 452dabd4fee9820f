"""The steps of a release that are ours: ``.ci/release.py``, with a stand-in for GitHub's command line."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from pregate import __version__
from tests.gitrepo import GitRepo
from tests.hooktools import ROOT

IMAGE = "ghcr.io/pregate/pregate@sha256:" + "0123456789abcdef" * 4
SECTION = (
    f"## [{__version__}] - 2026-01-31\n\n### Added\n\n- A thing.\n\n## [0.0.1] - 2025-01-31\n\n- Older.\n"
)
SHA = "a" * 40

# Writes down what it is asked and answers from a table of paths.
GH = """#!{python}
import json, pathlib, sys
folder = pathlib.Path(__file__).parent
answers = json.loads((folder / "answers.json").read_text())
path = sys.argv[2].removeprefix("repos/o/r/")
body = json.loads(sys.stdin.read()) if "--input" in sys.argv else None
with (folder / "asked.jsonl").open("a") as asked:
    asked.write(json.dumps([path, body]) + "\\n")
if path not in answers:
    sys.exit(1)
print(json.dumps(answers[path]))
"""


@dataclass
class Desk:
    """A checkout that is ready for release, and the answers of GitHub."""

    repo: GitRepo
    bin: Path
    answers: dict[str, Any]

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        (self.bin / "answers.json").write_text(json.dumps(self.answers), encoding="utf-8")
        environment = {
            **os.environ,
            "PATH": f"{self.bin}:{os.environ['PATH']}",
            "GITHUB_REPOSITORY": "o/r",
            "GITHUB_REF": "refs/heads/main",
            "GITHUB_SHA": SHA,
            "DEFAULT_BRANCH": "main",
            **variables,
        }
        return subprocess.run(
            [sys.executable, ".ci/release.py", *arguments],
            cwd=self.repo.path,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
        )

    def asked(self) -> list[tuple[str, Any]]:
        lines = (self.bin / "asked.jsonl").read_text(encoding="utf-8").splitlines()
        return [(path, body) for path, body in map(json.loads, lines)]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    repo = GitRepo(tmp_path / "checkout")
    for name in (".ci/release.py", "action.yml", "pyproject.toml", "src/pregate/__init__.py"):
        (repo.path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, repo.path / name)
    (repo.path / "CHANGELOG.md").write_text(f"# Changelog\n\n## [Unreleased]\n\n{SECTION}", encoding="utf-8")
    repo.commit("ready")
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "gh").write_text(GH.format(python=sys.executable), encoding="utf-8")
    (folder / "gh").chmod(0o755)
    answers = {
        f"git/matching-refs/tags/v{__version__}": [],
        f"actions/workflows/ci.yml/runs?head_sha={SHA}&event=push&status=success": {"total_count": 1},
        "git/trees": {"sha": "b" * 40},
        "git/commits": {"sha": "c" * 40},
        "git/refs": {"ref": f"refs/tags/v{__version__}"},
    }
    return Desk(repo, folder, answers)


def test_a_tree_that_is_ready_may_be_released(desk: Desk) -> None:
    done = desk.run("check", __version__)
    assert (done.returncode, done.stdout) == (0, f"{__version__} can be released\n"), done.stderr


def test_all_that_is_not_ready_is_said_at_once(desk: Desk) -> None:
    desk.answers[f"actions/workflows/ci.yml/runs?head_sha={SHA}&event=push&status=success"] = {
        "total_count": 0
    }
    desk.answers["git/matching-refs/tags/v9.9.9"] = []
    done = desk.run("check", "9.9.9", GITHUB_REF="refs/heads/topic")
    assert done.returncode == 1
    said = ("default branch", "pyproject.toml", "__init__.py", "CHANGELOG.md", "CI has not passed")
    assert [part for part in said if part not in done.stderr] == []


@pytest.mark.parametrize("version", ["1.2", "1.2.3rc1", "1.2.3\n::set-output name=x::y", "$(id)", ""])
def test_what_is_not_a_version_is_refused_without_being_repeated(desk: Desk, version: str) -> None:
    done = desk.run("check", version)
    assert done.returncode == 1
    assert done.stderr == "::error::a version is three numbers with dots between\n"


def test_a_tag_that_exists_is_never_moved(desk: Desk) -> None:
    desk.answers[f"git/matching-refs/tags/v{__version__}"] = [{"ref": f"refs/tags/v{__version__}"}]
    done = desk.run("check", __version__)
    assert (done.returncode, "tags never move" in done.stderr) == (1, True)


def test_a_tag_that_only_begins_like_it_does_not_matter(desk: Desk) -> None:
    desk.answers[f"git/matching-refs/tags/v{__version__}"] = [{"ref": f"refs/tags/v{__version__}0"}]
    assert desk.run("check", __version__).returncode == 0


def test_no_answer_is_no_consent(desk: Desk) -> None:
    del desk.answers[f"git/matching-refs/tags/v{__version__}"]
    done = desk.run("check", __version__)
    assert (done.returncode, done.stderr) == (1, "gh failed: 1\n")


def test_the_notes_are_the_changelogs_section_alone(desk: Desk) -> None:
    assert desk.run("notes", __version__).stdout == "### Added\n\n- A thing.\n"


def test_pinning_changes_the_image_and_nothing_else(desk: Desk) -> None:
    file = desk.repo.path / "action.yml"
    before = yaml.safe_load(file.read_text("utf-8"))
    assert desk.run("pin", IMAGE).returncode == 0
    after = yaml.safe_load(file.read_text("utf-8"))
    assert after.pop("runs") == {"using": "docker", "image": f"docker://{IMAGE}"}
    before.pop("runs")
    assert after == before


@pytest.mark.parametrize(
    "image", ["ghcr.io/pregate/pregate:v1", "ghcr.io/a/b@sha256:12", f"evil.example/{IMAGE}", f"{IMAGE}\nx"]
)
def test_an_image_is_named_by_digest_at_ghcr_or_not_at_all(desk: Desk, image: str) -> None:
    assert desk.run("pin", image).returncode == 1
    assert desk.repo.text("status", "--porcelain") == ""


def test_pinning_twice_is_refused(desk: Desk) -> None:
    assert [desk.run("pin", IMAGE).returncode for _ in range(2)] == [0, 1]


def test_the_tag_is_of_a_commit_that_changes_the_image_alone(desk: Desk) -> None:
    base = desk.repo.text("rev-parse", "HEAD^{tree}")
    desk.run("pin", IMAGE)
    done = desk.run("tag", __version__)
    assert (done.returncode, done.stdout) == (0, f"v{__version__} is {'c' * 40}\n"), done.stderr
    (_, tree), (_, commit), (_, ref) = desk.asked()
    assert tree["base_tree"] == base
    (file,) = tree["tree"]
    assert (file["path"], file["content"]) == (
        "action.yml",
        (desk.repo.path / "action.yml").read_text("utf-8"),
    )
    assert commit == {"message": f"release: v{__version__}", "tree": "b" * 40, "parents": [SHA]}
    assert ref == {"ref": f"refs/tags/v{__version__}", "sha": "c" * 40}


@pytest.mark.parametrize("also", ["pyproject.toml", None])
def test_nothing_is_tagged_unless_the_image_alone_was_named(desk: Desk, also: str | None) -> None:
    if also:
        desk.run("pin", IMAGE)
        (desk.repo.path / also).write_text("", encoding="utf-8")
    done = desk.run("tag", __version__)
    assert done.returncode == 1
    assert not (desk.bin / "asked.jsonl").exists()


def test_a_tag_that_appeared_meanwhile_ends_the_release(desk: Desk) -> None:
    del desk.answers["git/refs"]
    desk.run("pin", IMAGE)
    assert desk.run("tag", __version__).returncode == 1


def test_it_says_how_it_is_used(desk: Desk) -> None:
    done = desk.run("publish")
    assert (done.returncode, "release.py tag VERSION" in done.stderr) == (1, True)
