"""What tests of the hooks and of the action share: a ``pregate`` on the PATH, and files that leak."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.gitrepo import ENVIRONMENT, GitRepo

ROOT = Path(__file__).resolve().parents[1]
LEAK = 'key = "' + "AK" + "IA" + "Q3EGJ7TLX2NVBD5M" + '"\n'
CLEAN = 'key = read("key")\n'
_PASSED_ON = ("COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START", "PYTHONDONTWRITEBYTECODE")


def command_folder(folder: Path) -> Path:
    """A folder with a program ``pregate``: this source under this interpreter."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = "".join(f"export {name}='{os.environ[name]}'\n" for name in _PASSED_ON if name in os.environ)
    program = folder / "pregate"
    python = f"PYTHONPATH='{ROOT / 'src'}' exec '{sys.executable}' -P -m pregate \"$@\"\n"
    program.write_text(f"#!/bin/sh\n{kept}{python}", encoding="utf-8")
    program.chmod(0o755)
    return folder


def git_with_hooks(
    repo: GitRepo, commands: Path, *arguments: str, **variables: str
) -> subprocess.CompletedProcess[bytes]:
    """Git with ``pregate`` on its PATH; both streams are in ``stdout``."""
    environment = {
        **ENVIRONMENT,
        "PATH": f"{commands}:{os.environ['PATH']}",
        "HOME": str(commands),
        **variables,
    }
    return subprocess.run(
        ["git", *arguments],
        cwd=repo.path,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        timeout=300,
    )
