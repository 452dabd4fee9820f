"""The real image, built by ``build_image.sh`` and run by podman as GitHub's runner runs it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.container.image import OWNER, TAG, Image, give
from tests.gitrepo import GitRepo
from tests.harness import events
from tests.harness.runner import Runner
from tests.hooktools import CLEAN, LEAK

pytestmark = pytest.mark.container

INPUTS = {"offline": "true"}


@dataclass
class Checkout:
    """A pull request's merge commit, checked out by a user who is not the container's."""

    repo: GitRepo
    event: events.Event
    runner: Runner


@pytest.fixture
def checkout(request: pytest.FixtureRequest, image: Image, tmp_path: Path) -> Checkout:
    text: str = request.param
    repo = GitRepo(tmp_path / "workspace").write("app.py", CLEAN).commit("first")
    base = repo.head
    head = repo.branch("topic").write("src/new.py", text).commit("topic").head
    merge = repo.checkout("main").branch("merged").merge("topic").head
    give(repo.path, *OWNER)
    runner = Runner(tmp_path / "runner", repo.path, image=TAG, podman=image.podman)
    runner.options = ["--network", "none"]
    return Checkout(repo, events.pull_request(base, head, merge), runner)


@pytest.mark.parametrize("checkout", [LEAK], indirect=True)
def test_a_leak_in_a_pull_request_fails_the_step(checkout: Checkout) -> None:
    result = checkout.runner.run(checkout.event, INPUTS)
    assert result.exit_code == 1, result.text + result.stderr
    (annotation,) = result.of_kind("error")
    assert annotation.properties["file"] == "src/new.py"
    assert result.outputs["verdict"] == "failed"
    assert "src/new.py" in result.summary
    assert not result.errors
    sarif = checkout.repo.path / result.outputs["sarif"]
    assert (sarif.stat().st_uid, sarif.stat().st_gid) == OWNER
    assert json.loads(sarif.read_text())["version"] == "2.1.0"
    assert LEAK[7:27] not in result.text + result.summary + sarif.read_text()


@pytest.mark.parametrize("checkout", [CLEAN], indirect=True)
def test_a_clean_pull_request_passes(checkout: Checkout) -> None:
    result = checkout.runner.run(checkout.event, INPUTS)
    assert result.exit_code == 0, result.text + result.stderr
    assert result.outputs["verdict"] == "passed"


@pytest.mark.parametrize("checkout", [CLEAN], indirect=True)
def test_the_cache_is_used_again_and_belongs_to_the_runner_after_the_run(checkout: Checkout) -> None:
    temporary = checkout.runner.home / "runner_temp"
    temporary.mkdir(parents=True)
    give(temporary, *OWNER)
    inputs = INPUTS | {"cache-directory": "kept", "scan": "all", "checks": "python"}
    cached = []
    for _ in range(2):
        result = checkout.runner.run(checkout.event, inputs)
        report = json.loads((checkout.repo.path / result.outputs["json"]).read_text())
        cached += [check["files"]["cached"] for check in report["checks"]]
    assert cached == [0, 2], result.text + result.stderr
    kept = [temporary / "kept", *(temporary / "kept").rglob("*")]
    assert {(p.stat().st_uid, p.stat().st_gid) for p in kept} == {OWNER}


@pytest.mark.parametrize("checkout", [LEAK], indirect=True)
def test_it_needs_neither_a_writable_image_nor_any_right(checkout: Checkout) -> None:
    checkout.runner.options += ["--read-only", "--tmpfs", "/tmp", "--security-opt", "no-new-privileges"]
    result = checkout.runner.run(checkout.event, INPUTS)
    assert result.exit_code == 1, result.text + result.stderr


@pytest.mark.parametrize("checkout", [CLEAN], indirect=True)
def test_a_shallow_checkout_that_cannot_be_deepened_is_incomplete(checkout: Checkout, tmp_path: Path) -> None:
    give(checkout.repo.path, 0, 0)  # git itself refuses to clone what another user owns
    shallow = checkout.repo.clone(tmp_path / "shallow", "--depth=1", "--branch=merged").path
    give(shallow, *OWNER)
    checkout.runner.workspace = shallow
    result = checkout.runner.run(checkout.event)
    assert result.exit_code == 3, result.text + result.stderr
    assert "fetch-depth: 0" in result.of_kind("error")[0].message


@pytest.mark.parametrize("checkout", [LEAK], indirect=True)
def test_the_command_line_works_as_any_user_without_network(checkout: Checkout, image: Image) -> None:
    rights = ["--network", "none", "--read-only", "--cap-drop", "ALL", "--user", "4711:4711"]
    mount = ["-v", f"{checkout.repo.path}:/src:ro", "--workdir", "/src", "--entrypoint", "pregate"]
    done = image.run(*rights, *mount, TAG, "scan", "--all", "--offline", "--no-cache")
    assert done.returncode == 1, done.stderr.decode()
    assert b"src/new.py:1" in done.stdout


def test_no_compiler_and_no_cache_of_the_build_is_left(image: Image) -> None:
    places = "/root/.cache /wheels /src /var/lib/apt/lists"
    tools = "for tool in gcc cc make g++; do command -v $tool; done"
    assert image.shell(f"{tools}; find {places} -type f 2>/dev/null; true") == ""


def test_every_module_is_compiled(image: Image) -> None:
    count = "find pregate bandit -name '*.{}' | wc -l"
    script = f"cd /opt/pregate/lib/python3*/site-packages; {count.format('py')}; {count.format('pyc')}"
    sources, compiled = image.shell(script).split()
    assert int(sources) == int(compiled) > 50


def test_the_standard_library_is_compiled(image: Image) -> None:
    modules = "argparse, json, sqlite3, ssl"
    script = f"import {modules}; print(*(module.__cached__ for module in ({modules})))"
    assert image.shell(f"ls $(python -c '{script}') | wc -l") == "4"


def test_tests_and_the_repository_are_not_in_the_image(image: Image) -> None:
    assert image.shell("find / -xdev -name build_image.sh -o -xdev -name action.yml | head") == ""
