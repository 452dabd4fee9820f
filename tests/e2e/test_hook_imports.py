"""What a hook may load, by what is staged: the lists of tests/e2e/hook_modules.py."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from bench.hook.change import lock_file

from tests.e2e import hook_modules
from tests.e2e.hook_modules import START, beyond
from tests.entry.cli import ADVISORIES
from tests.gitrepo import GitRepo

DEMO = Path(__file__).parent.parent.parent / "examples" / "demo"
# Whatever the lists say, no hook loads these.
NEVER = frozenset(
    {
        "boto3",
        "botocore",
        "detect_secrets",
        "git",
        "github",
        "requests",
        "rich",
        "sarif_om",
        "stevedore",
        "z3",
        "zipfile",
    }
)
PYTHON = {
    f"package/reader_{number}.py": (
        f'"""Reads."""\n\nimport json\n\n\ndef read_{number}(path):\n    with open(path) as file:\n'
        "        return json.load(file)\n"
    )
    for number in range(5)
}
TEMPLATE = {"stack.yaml": "Resources:\n  Bucket:\n    Type: AWS::S3::Bucket\n"}
LOCK = {"poetry.lock": lock_file()}
POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::shop/*"}],
}


def staged(folder: Path, files: dict[str, str]) -> GitRepo:
    repo = GitRepo(folder / "repo").write("README", "Words.\n").commit("first")
    for name, text in files.items():
        repo.write(name, text)
    return repo.add()


def loaded_by_hook(repo: GitRepo, *options: str) -> tuple[int, set[str]]:
    """The exit code of a commit's hook, and the modules beyond those of a bare Python."""
    arguments = ["hook", "pre-commit", "--advisories", str(ADVISORIES), *options]
    code = (
        "import sys\n"
        "bare = set(sys.modules)\n"
        "from pregate.entry import main\n"
        f"code = main({arguments!r})\n"
        "print(code, *set(sys.modules) - bare)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=repo.path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    exit_code, *names = done.stdout.splitlines()[-1].split()
    return int(exit_code), set(names)


@pytest.mark.parametrize(
    ("kind", "files"),
    [
        ("EMPTY", {}),
        ("TEXT", {"notes.md": "# Notes\n\nWords.\n"}),
        ("PYTHON", PYTHON),
        ("DATA", {"a.json": '{"a": [1]}\n', "b.yaml": "a: 1\nb: [1]\n"}),
        ("TEMPLATE", TEMPLATE),
        ("POLICY", {"policy.json": json.dumps(POLICY)}),
        ("LOCK", LOCK),
    ],
)
def test_a_hook_without_a_finding_loads_what_its_files_need(
    kind: str, files: dict[str, str], tmp_path: Path
) -> None:
    code, loaded = loaded_by_hook(staged(tmp_path, files), "--no-cache")
    assert code == 0
    assert beyond(loaded, getattr(hook_modules, kind), START) == []
    assert NEVER.isdisjoint(loaded)


def test_the_same_commit_again_loads_what_the_cache_does_not_answer(tmp_path: Path) -> None:
    files = {**PYTHON, **TEMPLATE, **LOCK, "policy.json": json.dumps(POLICY)}
    repo = staged(tmp_path, files)
    cache = ("--cache-dir", str(tmp_path / "cache"))
    assert loaded_by_hook(repo, *cache)[0] == 0
    code, loaded = loaded_by_hook(repo, *cache)
    assert code == 0
    assert beyond(loaded, hook_modules.AGAIN, START) == []
    assert {"bandit", "yaml", "ahocorasick_rs"}.isdisjoint(loaded)


def test_a_hook_with_a_finding_of_every_check_loads_no_heavy_module(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "repo").commit("empty")
    shutil.copytree(DEMO / "change", repo.path, dirs_exist_ok=True)
    code, loaded = loaded_by_hook(repo.add(), "--no-cache")
    assert code == 1
    assert "bandit" in loaded
    assert beyond(loaded, hook_modules.FINDINGS) == []
    assert NEVER.isdisjoint(loaded)


def test_a_hook_without_a_policy_loads_nothing_that_judges_one(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "repo").write("a.json", '{"a": 1}\n').commit("first")
    repo.write("a.json", '{"Effect": "none"}\n').write("b.yaml", "a: 1\n").add()
    _, loaded = loaded_by_hook(repo, "--no-cache", "--check", "iam")
    assert "pregate.checks.iam.check" in loaded
    rooms = (
        "pregate.iam.reasoning",
        "pregate.iam.validation",
        "pregate.iam.catalogue",
        "pregate.checks.iam.access",
    )
    assert [name for name in loaded if name.startswith(rooms)] == []


def test_a_module_that_no_list_holds_is_told() -> None:
    allowed = frozenset({"json", "pregate.changes.*", "pregate.iam"})
    loaded = [
        "json.decoder",
        "_json",
        "pregate.changes.parsing",
        "pregate.iam",
        "pregate.iam.rules",
        "pickle",
    ]
    assert beyond(loaded, allowed) == ["pickle", "pregate.iam.rules"]
