"""
Real git repositories for tests, built in a few lines.

    repo = GitRepo(tmp_path / "project").write("a.py", "x = 1\\n").commit("first")
    base = repo.head
    repo.branch("topic").write("b name.py", b"\\xff\\n").remove("a.py").commit("second")

Every method that changes something returns the repository, so that calls chain. Paths may be text or bytes;
names that are not UTF-8 are given as bytes or with lone surrogates. Git runs with a clean environment, a
fixed author and fixed dates.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Self

ENVIRONMENT: Mapping[str, str] = {
    "PATH": os.environ.get("PATH", os.defpath),
    "HOME": "/nonexistent",
    "LC_ALL": "C",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "A Author",
    "GIT_AUTHOR_EMAIL": "author@example.invalid",
    "GIT_COMMITTER_NAME": "C Committer",
    "GIT_COMMITTER_EMAIL": "committer@example.invalid",
    "GIT_TERMINAL_PROMPT": "0",
}


def git(directory: Path, *arguments: str, stdin: bytes = b"", **variables: str) -> bytes:
    """
    Standard output of ``git ARGUMENTS`` in ``directory``; AssertionError with git's words when it fails.
    """
    done = subprocess.run(
        ["git", *arguments],
        cwd=directory,
        env={**ENVIRONMENT, **variables},
        input=stdin,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, (arguments, done.stderr.decode("utf-8", "replace"))
    return done.stdout


class GitRepo:
    """
    A repository at ``path``, made with ``git init OPTIONS`` (branch ``main``) unless it is there already.
    """

    def __init__(self, path: Path, *options: str) -> None:
        self.path = path
        self.tick = 0
        if not path.exists() or not any(path.iterdir()):
            path.mkdir(parents=True, exist_ok=True)
            git(path, "init", "-q", "-b", "main", *options)

    def git(self, *arguments: str, stdin: bytes = b"", **variables: str) -> bytes:
        """Standard output of git in this repository; ``variables`` are added to its environment."""
        return git(self.path, *arguments, stdin=stdin, **variables)

    def text(self, *arguments: str) -> str:
        """The same as text without outer blanks: ``repo.text("rev-parse", "HEAD")``."""
        return self.git(*arguments).decode("utf-8", "surrogateescape").strip()

    @property
    def head(self) -> str:
        """The commit id of HEAD."""
        return self.text("rev-parse", "HEAD")

    def file(self, path: str | bytes) -> Path:
        """A file of the working tree."""
        return self.path / os.fsdecode(path)

    def write(self, path: str | bytes, data: str | bytes = b"", *, executable: bool = False) -> Self:
        """Write a file of the working tree, with its directories; text becomes UTF-8, newlines stay."""
        name = self.file(path)
        name.parent.mkdir(parents=True, exist_ok=True)
        name.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8", "surrogateescape"))
        name.chmod(0o755 if executable else 0o644)
        return self

    def link(self, path: str | bytes, target: str) -> Self:
        """Make a symbolic link in the working tree, instead of what is there."""
        name = self.file(path)
        name.parent.mkdir(parents=True, exist_ok=True)
        name.unlink(missing_ok=True)
        name.symlink_to(target)
        return self

    def add(self, *paths: str) -> Self:
        """Stage these paths as they are in the working tree; everything, deletions too, without any."""
        self.git("add", "-A", "--", *(paths or (".",)))
        return self

    def move(self, old: str, new: str) -> Self:
        """Rename a tracked file, in the index and the working tree."""
        self.file(new).parent.mkdir(parents=True, exist_ok=True)
        self.git("mv", "--", old, new)
        return self

    def remove(self, *paths: str) -> Self:
        """Remove tracked files from the index and the working tree."""
        self.git("rm", "-q", "-r", "-f", "--", *paths)
        return self

    def commit(self, message: str = "change", *, add: bool = True) -> Self:
        """Commit; everything in the working tree is staged first unless ``add`` is false. May be empty."""
        if add:
            self.add()
        self.tick += 1
        date = f"{1_700_000_000 + self.tick} +0000"
        self.git(
            *("commit", "-q", "--allow-empty", "--no-verify", "-m", message),
            GIT_AUTHOR_DATE=date,
            GIT_COMMITTER_DATE=date,
        )
        return self

    def branch(self, name: str, start: str = "HEAD") -> Self:
        """Create a branch at ``start`` and switch to it."""
        self.git("checkout", "-q", "-b", name, start)
        return self

    def checkout(self, revision: str) -> Self:
        """Switch to a branch or commit."""
        self.git("checkout", "-q", revision)
        return self

    def merge(self, *revisions: str, message: str = "merge") -> Self:
        """Merge with a merge commit, never fast-forward; fails on a conflict."""
        self.tick += 1
        date = f"{1_700_000_000 + self.tick} +0000"
        options = ("-q", "--no-ff", "--no-verify", "-m", message)
        self.git("merge", *options, *revisions, GIT_AUTHOR_DATE=date, GIT_COMMITTER_DATE=date)
        return self

    def configure(self, key: str, value: str) -> Self:
        """Set a key in the repository's own configuration."""
        self.git("config", key, value)
        return self

    def clone(self, path: Path, *options: str) -> GitRepo:
        """A clone at ``path``; over ``file://``, so that ``--depth`` and ``--filter`` mean something."""
        git(self.path, "clone", "-q", *options, f"file://{self.path}", str(path))
        return GitRepo(path)
