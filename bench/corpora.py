"""Source distributions from the package index, unpacked once and committed to a git repository each."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

CORPORA = {"Flask": "3.1.1", "Django": "5.2.4", "boto3": "1.40.1"}
FOLDER = Path(__file__).parent / ".corpora"


def corpus(name: str) -> Path:
    """The repository with the tree of ``name``; downloads and commits it when it is not there yet."""
    version = CORPORA[name]
    tree = FOLDER / f"{name}-{version}"
    if (tree / ".git" / "complete").exists():
        return tree
    shutil.rmtree(tree, ignore_errors=True)
    archive = _download(name, version)
    with tarfile.open(archive) as tar:
        tar.extractall(FOLDER / "unpacked", filter="data")
    (unpacked,) = (FOLDER / "unpacked").iterdir()
    unpacked.rename(tree)
    (FOLDER / "unpacked").rmdir()
    git(tree, "init", "--quiet", "--initial-branch", "main")
    git(tree, "add", "--all", "--force")
    git(tree, "commit", "--quiet", "--message", f"{name} {version}")
    (tree / ".git" / "complete").touch()
    return tree


def git(tree: Path, *words: str) -> None:
    """Runs git with an identity of its own."""
    identity = ["-c", "user.name=Bench", "-c", "user.email=bench@example.org", "-c", "core.autocrlf=false"]
    subprocess.run(
        ["git", *identity, *words], cwd=tree, check=True, env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull}
    )


def _download(name: str, version: str) -> Path:
    FOLDER.mkdir(exist_ok=True)
    target = FOLDER / "archives" / name
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
    subprocess.run([*command, "--dest", str(target), f"{name}=={version}"], check=True)
    return next(target.glob("*.tar.gz"))
