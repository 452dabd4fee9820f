"""What the project ships beside its code, under the linters of those who made the formats."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from pregate.checks.iam.suffixes import NAMES
from pregate.config import CHECKS
from pregate.lockfiles.readers import format_of
from tests.hooktools import ROOT

TOOLS = Path(sys.executable).parent
WORKFLOWS = sorted(
    str(p.relative_to(ROOT))
    for d in (".github/workflows", "examples/workflows")
    for p in (ROOT / d).glob("*.yml")
)
SCRIPTS = (
    *("hooks/pre-commit", "hooks/pre-push", "hooks/pre-receive"),
    *("tests/container/build_image.sh", ".ci/run"),
)


def lint(tool: str, *arguments: str) -> None:
    program = TOOLS / tool
    if not program.exists():
        reason = f"{tool} is not installed beside this Python"
        if os.environ.get("PREGATE_REQUIRE_TOOLS") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    done = subprocess.run(
        [program, *arguments],
        cwd=ROOT,
        env={**os.environ, "PATH": f"{TOOLS}:{os.environ['PATH']}"},  # actionlint runs shellcheck
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout.decode("utf-8", "replace")


def test_the_actions_metadata_is_valid() -> None:
    lint("check-jsonschema", "--builtin-schema", "vendor.github-actions", "action.yml")


def test_the_workflows_are_valid() -> None:
    lint("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *WORKFLOWS)


def test_the_workflows_pass_actionlint() -> None:
    lint("actionlint", *WORKFLOWS)


def test_dependabots_configuration_is_valid() -> None:
    lint("check-jsonschema", "--builtin-schema", "vendor.dependabot", ".github/dependabot.yml")


# Each file is named: of a folder that is no repository's, zizmor takes no workflow.
@pytest.mark.parametrize("file", ["action.yml", ".github/dependabot.yml", *WORKFLOWS])
def test_zizmor_finds_nothing_however_pedantic(file: str) -> None:
    lint("zizmor", "--persona=pedantic", "--offline", "--no-progress", "--strict-collection", file)


def test_the_iam_hook_is_given_every_file_that_concerns_its_check() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    (files,) = (hook["files"] for hook in hooks if hook["id"] == "pregate-iam")
    assert [s for s in NAMES if not re.search(files, f"folder/stack{s}")] == []


def test_the_hook_manifest_is_valid() -> None:
    lint("pre-commit", "validate-manifest", ".pre-commit-hooks.yaml")


def test_the_dockerfile_passes_hadolint() -> None:
    lint("hadolint", "Dockerfile")


def test_every_stage_of_the_image_is_made_from_the_base_that_a_release_names_by_digest() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    instructions = [line for line in lines if line and not line.startswith(("#", " "))]
    assert instructions[0].startswith("ARG BASE=docker.io/library/python:")
    assert {line.split()[1] for line in instructions if line.startswith("FROM")} == {"${BASE}"}


def test_the_image_is_built_from_nothing_that_dockerignore_keeps_out() -> None:
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert {name.removeprefix("./") for names in copied for name in names.split()} == kept


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_shell_script_passes_shellcheck(script: str) -> None:
    lint("shellcheck", script)


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_is_executable(script: str) -> None:
    assert os.access(ROOT / script, os.X_OK)


def manifest() -> dict[str, dict[str, object]]:
    return {
        hook["id"]: hook
        for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    }


def test_there_is_a_hook_for_each_check_and_one_for_all() -> None:
    assert set(manifest()) == {"pregate", *(f"pregate-{check}" for check in CHECKS)}


def test_no_hook_is_split_over_processes() -> None:
    assert all(hook["require_serial"] is True for hook in manifest().values())


@pytest.mark.parametrize(
    "path",
    [
        *("requirements.txt", "requirements-dev.txt", "requirements/base.txt", "dev-requirements.txt"),
        *("a/poetry.lock", "uv.lock", "b/Pipfile.lock", "pylock.toml", "pylock.dev.toml"),
        *("package-lock.json", "npm-shrinkwrap.json", "Cargo.lock", "go.mod", "pom.xml", "environment.yml"),
        *("gradle/verification-metadata.xml", ".github/workflows/ci.yml", "bom.json", "a/app.deps.json"),
    ],
)
def test_the_hook_for_dependencies_sees_every_file_that_the_check_reads(path: str) -> None:
    assert format_of(path)
    hook = manifest()["pregate-dependencies"]
    assert hook["types"] == ["file"]
    assert re.search(str(hook.get("files", "")), path)


def test_the_release_that_examples_name_is_this_one() -> None:
    from pregate import __version__

    for file in ("docs/hooks.md", "docs/action.md"):
        assert f"v{__version__}" in (ROOT / file).read_text(encoding="utf-8")
