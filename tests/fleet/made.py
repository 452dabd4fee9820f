"""Many small repositories, made quickly: git builds one, the others are copies at other commits of it."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.gitrepo import GitRepo, git
from tests.secrets.specimens.code import github

KINDS = 5


@dataclass(frozen=True)
class Forest:
    """Bare repositories, and the list that names them; number N has what commit N modulo KINDS has."""

    paths: tuple[Path, ...]
    commits: tuple[str, ...]
    list: Path

    def commit(self, number: int) -> str:
        return self.commits[number % KINDS]


def forest(folder: Path, count: int, more: Sequence[str] = ()) -> Forest:
    """
    ``count`` repositories: of each five one is clean, one has a secret, one two of them, one accepts its
    secret by its configuration and one has a configuration that is broken. ``more`` are lines of the list.
    """
    rng = random.Random(5)
    tree = GitRepo(folder / "template").write("README.md", "# clean\n").write("app.py", "x = 1\n").commit("0")
    commits = [tree.head]
    tree.write("a.py", f"key = '{github(rng)}'\n").commit("1")
    commits.append(tree.head)
    tree.write("b.py", f"key = '{github(rng)}'\n").commit("2")
    commits.append(tree.head)
    tree.write(".pregate.toml", 'fail-on = "none"\n').commit("3")
    commits.append(tree.head)
    tree.write(".pregate.toml", "fail-on = [\n").commit("4")
    commits.append(tree.head)
    git(folder, "clone", "-q", "--bare", "template", "template.git")
    bare = folder / "template.git"
    git(bare, "pack-refs", "--all")
    for name in ("hooks", "info", "description", "branches"):
        place = bare / name
        shutil.rmtree(place, ignore_errors=True) if place.is_dir() else place.unlink(missing_ok=True)
    paths = []
    for number in range(count):
        path = folder / "made" / f"r{number:03}.git"
        shutil.copytree(bare, path, copy_function=os.link)
        (path / "packed-refs").unlink()
        (path / "refs" / "heads" / "main").write_text(commits[number % KINDS] + "\n")
        paths.append(path)
    listed = folder / "list.txt"
    listed.write_text("\n".join(["# all", *(f"file://{path}" for path in paths), *more]) + "\n")
    return Forest(tuple(paths), tuple(commits), listed)
