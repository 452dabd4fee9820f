"""What a hook that finds something in every check may load; the list of docs/architecture.md."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.entry.cli import ADVISORIES
from tests.gitrepo import GitRepo

DEMO = Path(__file__).parent.parent.parent / "examples" / "demo"
FORBIDDEN = {
    "git",
    "github",
    "boto3",
    "botocore",
    "requests",
    "z3",
    "sarif_om",
    "rich",
    "stevedore",
    "zipfile",
}


def test_a_hook_with_work_for_every_check_loads_no_heavy_module(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "repo").commit("empty")
    shutil.copytree(DEMO / "change", repo.path, dirs_exist_ok=True)
    repo.add()
    code = (
        "import sys\n"
        "from pregate.entry import main\n"
        f"code = main(['hook', 'pre-commit', '--no-cache', '--advisories', {str(ADVISORIES)!r}])\n"
        "print(code, *sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=repo.path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    code_of_hook, *loaded = done.stdout.splitlines()[-1].split()
    assert code_of_hook == "1"
    assert {"bandit", "yaml"} <= set(loaded)
    assert "detect_secrets" not in loaded
    assert FORBIDDEN.isdisjoint(loaded), sorted(FORBIDDEN & set(loaded))


def test_a_hook_without_a_policy_loads_nothing_that_judges_one(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "repo").write("a.json", '{"a": 1}\n').commit("first")
    repo.write("a.json", '{"Effect": "none"}\n').write("b.yaml", "a: 1\n").add()
    code = (
        "import sys\n"
        "from pregate.entry import main\n"
        "main(['hook', 'pre-commit', '--no-cache', '--check', 'iam'])\n"
        "print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=repo.path, capture_output=True, text=True)
    loaded = done.stdout.splitlines()[-1].split()
    assert "pregate.checks.iam.check" in loaded
    rooms = (
        "pregate.iam.reasoning",
        "pregate.iam.validation",
        "pregate.iam.catalogue",
        "pregate.checks.iam.access",
    )
    assert [name for name in loaded if name.startswith(rooms)] == []
