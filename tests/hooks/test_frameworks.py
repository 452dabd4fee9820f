"""
The manifest under the real pre-commit and the real prek, which build an environment for the hooks from the
package index.

``PREGATE_TEST_CACHE`` names a folder that keeps these environments between runs; they are made anew when the
source changes.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from bench.environments import copy_source, source_digest

from tests.gitrepo import ENVIRONMENT, GitRepo, git
from tests.hooktools import CLEAN, LEAK, ROOT

pytestmark = pytest.mark.hooks

TOOLS = ("pre-commit", "prek")
_PASSED_ON = (
    "PIP_",
    "UV_",
    "SSL_CERT",
    "REQUESTS_CA",
    "http_proxy",
    "https_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
)


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    kept = os.environ.get("PREGATE_TEST_CACHE")
    folder = Path(kept) / "frameworks" if kept else tmp_path_factory.mktemp("frameworks")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def source(cache: Path) -> tuple[Path, str]:
    """A repository with this source as its one commit, and that commit: what a user's configuration names."""
    folder = cache / f"source-{source_digest()[:16]}"
    if not (folder / ".git/refs/heads/main").exists():
        shutil.rmtree(folder, ignore_errors=True)
        repo = GitRepo(folder)
        copy_source(folder)
        repo.commit("release")
    return folder, git(folder, "rev-parse", "HEAD").decode().strip()


class Framework:
    """One of the tools, set up in a repository with its hooks installed."""

    def __init__(self, tool: str, cache: Path, source: tuple[Path, str], folder: Path) -> None:
        self.program = Path(sys.executable).parent / tool
        self.repo = GitRepo(folder / "project").write("app.py", CLEAN)
        self.environment = {
            **{name: value for name, value in os.environ.items() if name.startswith(_PASSED_ON)},
            **ENVIRONMENT,
            "HOME": str(folder),
            "TMPDIR": str(folder),  # uv leaves lock files there
            "PRE_COMMIT_HOME": str(cache / "pre-commit"),
            "PREK_HOME": str(cache / "prek"),
        }
        self.path, self.commit = source
        self.configure(["pregate"])
        self.repo.commit("first")
        self.run("install", "-t", "pre-commit", "-t", "pre-push")

    def configure(self, hooks: list[str], *arguments: str) -> None:
        entries = [{"id": hook, "args": list(arguments)} for hook in hooks]
        repo = {"repo": str(self.path), "rev": self.commit, "hooks": entries}
        self.repo.write(".pre-commit-config.yaml", yaml.safe_dump({"repos": [repo]}))

    def run(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return self._start([str(self.program), *arguments])

    def commit_staged(self) -> subprocess.CompletedProcess[bytes]:
        return self._start(["git", "commit", "-q", "-m", "tried"])

    def _start(self, command: list[str]) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            command,
            cwd=self.repo.path,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=900,
        )


@pytest.fixture(params=TOOLS)
def framework(
    request: pytest.FixtureRequest, cache: Path, source: tuple[Path, str], tmp_path: Path
) -> Framework:
    if not (Path(sys.executable).parent / request.param).exists():
        reason = f"{request.param} is not installed beside this Python"
        if os.environ.get("PREGATE_REQUIRE_TOOLS") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return Framework(request.param, cache, source, tmp_path)


def test_a_commit_with_a_secret_is_refused(framework: Framework) -> None:
    framework.repo.write("leak.py", LEAK).add()
    done = framework.commit_staged()
    assert done.returncode == 1, done.stdout.decode()
    assert b"leak.py:1" in done.stdout
    assert LEAK[7:27].encode() not in done.stdout


def test_a_clean_commit_passes(framework: Framework) -> None:
    framework.repo.write("more.py", CLEAN).add()
    done = framework.commit_staged()
    assert done.returncode == 0, done.stdout.decode()
    assert framework.repo.text("log", "-1", "--format=%s") == "tried"


def test_a_file_is_judged_by_what_is_staged(framework: Framework) -> None:
    framework.repo.write("app.py", LEAK).add().write("app.py", CLEAN)
    assert framework.commit_staged().returncode == 1
    framework.repo.write("app.py", CLEAN + "x = 1\n").add().write("app.py", LEAK)
    done = framework.commit_staged()
    assert done.returncode == 0, done.stdout.decode()
    assert framework.repo.file("app.py").read_text() == LEAK


def test_all_files_are_judged_whole_when_asked(framework: Framework) -> None:
    framework.repo.write("old.py", LEAK).commit("old")
    done = framework.run("run", "--all-files")
    assert done.returncode == 1
    assert b"old.py:1" in done.stdout


def test_between_two_revisions_only_what_changed_is_judged(framework: Framework) -> None:
    first = framework.repo.write("old.py", LEAK).commit("old").head
    framework.repo.write("old.py", LEAK + CLEAN).commit("more")
    done = framework.run("run", "--from-ref", first, "--to-ref", "HEAD")
    assert done.returncode == 0, done.stdout.decode()
    framework.repo.write("new.py", LEAK).commit("leak")
    assert framework.run("run", "--from-ref", first, "--to-ref", "HEAD").returncode == 1


def test_a_push_of_a_secret_that_a_later_commit_removes_is_refused(framework: Framework) -> None:
    origin = GitRepo(framework.repo.path.parent / "origin.git", "--bare")
    framework.repo.git("remote", "add", "origin", str(origin.path))
    framework.repo.git("push", "-q", "--no-verify", "origin", "main")
    framework.repo.write("app.py", LEAK).commit("leak").write("app.py", CLEAN + "x = 1\n").commit("hide")
    done = framework._start(["git", "push", "-q", "origin", "main"])
    assert done.returncode == 1, done.stdout.decode()
    assert b"app.py:1" in done.stdout


@pytest.mark.parametrize(
    ("hook", "name", "text", "code"),
    [
        ("pregate-secrets", "leak.txt", LEAK, 1),
        ("pregate-python", "shell.py", "import subprocess\nsubprocess.call(x, shell=True)\n", 1),
        ("pregate-python", "leak.py", LEAK, 0),
        ("pregate-iam", "policy.json", '{"a": 1}\n', 0),
        ("pregate-dependencies", "requirements.txt", "requests==2.32.0\n", 0),
    ],
)
def test_each_check_has_a_hook_of_its_own(
    framework: Framework, hook: str, name: str, text: str, code: int
) -> None:
    framework.configure([hook])
    framework.repo.add().write(name, text).add()
    done = framework.commit_staged()
    assert done.returncode == code, done.stdout.decode()


def test_arguments_of_the_configuration_count(framework: Framework) -> None:
    framework.configure(["pregate"], "--fail-on", "none")
    framework.repo.add().write("leak.py", LEAK).add()
    assert framework.commit_staged().returncode == 0


def test_an_installed_hook_of_pregates_chains_the_frameworks(framework: Framework) -> None:
    environment = {**framework.environment, "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-P", "-m", "pregate", "hook", "install"]
    subprocess.run(command, cwd=framework.repo.path, env=environment, check=True, capture_output=True)
    framework.environment["PYTHONPATH"] = str(ROOT / "src")
    framework.repo.write("leak.py", LEAK).add()
    assert framework.commit_staged().returncode == 1
    # Now the framework keeps our hook as its "legacy" one: each calls the other.
    framework.run("install", "-t", "pre-commit")
    framework.repo.write("leak.py", CLEAN).add()
    done = framework.commit_staged()
    assert done.returncode == 0, done.stdout.decode()
