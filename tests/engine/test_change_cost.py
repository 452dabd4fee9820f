"""What a change costs: processes of git, listings of the repository, contents that are held at once."""

from __future__ import annotations

import os
import shlex
import shutil
import tracemalloc
from pathlib import Path

import pytest

from pregate.cache import cache_at
from pregate.changes import Commits, Range, Repository, Selection, Staged
from pregate.config import Config
from pregate.model import Completed, Decision
from pregate.pipeline import Request, Result, run
from tests.engine.fakes import Build, Scan, Watch, WordCheck, finished
from tests.gitrepo import GitRepo

CHANGE = {
    "app/main.py": "import os\n",
    "infra/stack.yaml": "Resources: {}\n",
    "infra/policy.json": '{"Version": "2012-10-17", "Statement": []}\n',
    "web/package-lock.json": '{"name": "a", "lockfileVersion": 3, "packages": {}}\n',
    "README.md": "Words.\n",
}
ADVISORIES = Path(__file__).parents[2] / "examples" / "advisories"
SIZE = 20_000


class Log:
    """A git on a PATH of its own that writes down what it is asked."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "asked"
        self.path = folder / "bin"
        self.path.mkdir()
        program = self.path / "git"
        real, file = shlex.quote(shutil.which("git") or ""), shlex.quote(str(self.file))
        program.write_text(f'#!/bin/sh\necho "$@" >> {file}\nexec {real} "$@"\n')
        program.chmod(0o755)

    def taken(self) -> list[str]:
        """The command lines since the last time, without folder and ``--no-pager``."""
        lines = self.file.read_text().splitlines()
        self.file.unlink()
        return [line.partition("--no-pager ")[2] or line for line in lines]


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path)


def judge(repo: GitRepo, log: Log, selection: Selection) -> tuple[Result, list[str]]:
    """The result, and the commands of git that it took."""
    history = Commits(selection.base, selection.head) if isinstance(selection, Range) else None
    environ = {**os.environ, "PATH": f"{log.path}{os.pathsep}{os.environ['PATH']}"}
    options = {"offline": True, "jobs": 1, "advisories": str(ADVISORIES)}
    result = run(Request(repo.path, selection, options, environ=environ, history=history))
    assert result.verdict.decision is Decision.PASSED, result.verdict
    return result, log.taken()


def changed(repo: GitRepo, files: dict[str, str]) -> GitRepo:
    """The branch ``change`` with these files on top of what else there is, and then the same staged."""
    for n in range(12):
        repo.write(f"other/part{n}/requirements.txt", "-r ../../base.txt\n").write(f"other/{n}.tf", "")
    repo.commit("others").branch("change")
    for path, text in files.items():
        repo.write(path, text)
    return repo.commit("change")


@pytest.mark.parametrize("is_staged", [False, True])
def test_the_number_of_git_processes_is_the_same_for_few_and_many_files(
    is_staged: bool, tmp_path: Path, log: Log
) -> None:
    counts = []
    for count in (1, 40):
        files = {
            f"part{n % 7}/file{n}.{kind}": "a: 1\n" for n in range(count) for kind in ("md", "yaml", "py")
        }
        repo = changed(GitRepo(tmp_path / f"{count}"), files)
        if is_staged:
            repo.git("reset", "--soft", "main")
        result, asked = judge(repo, log, Staged() if is_staged else Range("main", "change"))
        assert len(result.change.files) == 3 * count
        counts.append(len(asked))
        assert sum(line.startswith(("diff-index", "diff-tree -r --raw -p")) for line in asked) == 1
    assert counts[0] == counts[1] <= (4 if is_staged else 8)


@pytest.mark.parametrize("is_staged", [False, True])
def test_a_change_without_requirements_lists_no_tree(is_staged: bool, tmp_path: Path, log: Log) -> None:
    repo = changed(GitRepo(tmp_path / "project"), CHANGE)
    if is_staged:
        repo.git("reset", "--soft", "main")
    _, asked = judge(repo, log, Staged() if is_staged else Range("main", "change"))
    assert not [line for line in asked if line.startswith(("ls-tree", "ls-files", "diff-tree -r -z"))]


@pytest.mark.parametrize(
    ("path", "endings", "judged"),
    [("base.txt", ["*.txt"], 12), ("infra/a.tf", ["*.tf", "*.tofu", "*.tf.json", "*.tofu.json"], 0)],
)
def test_what_may_read_a_changed_file_is_listed_by_its_ending(
    path: str, endings: list[str], judged: int, tmp_path: Path, log: Log
) -> None:
    repo = changed(GitRepo(tmp_path / "project"), {path: "# nothing\n"})
    result, asked = judge(repo, log, Range("main", "change"))
    (listing,) = (line for line in asked if line.startswith("diff-tree -r -z"))
    assert listing.split(" -- ")[1].split() == [f":(top,icase){ending}" for ending in endings]
    assert not [line for line in asked if line.startswith(("ls-tree", "ls-files"))]
    outcome = next(c.outcome for c in result.verdict.checks if c.check == "dependencies")
    assert (outcome.counts.concerned if isinstance(outcome, Completed) else 0) == judged


def test_contents_of_a_large_change_are_not_held_together(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "project").commit("first")
    for branch, numbers in (("half", range(200)), ("whole", range(200, 400))):
        repo.branch(branch)
        for n in numbers:
            repo.write(f"{n}.txt", b"%d\n" % n + b"word " * (SIZE // 5))
        repo.commit(branch)
    half, whole = (_peak(repo, branch) for branch in ("half", "whole"))
    assert whole < half + 80 * SIZE, "200 files more have 200 * SIZE bytes"


def _peak(repo: GitRepo, branch: str) -> int:
    repository = Repository.open(repo.path, os.environ)
    tracemalloc.start()
    change = repository.changes(Range("main", branch))
    with repository.contents(change) as contents:
        build = Build((WordCheck(),))
        scan = Scan(change, build.checks, contents, cache_at(None), Config(jobs=1), build, finished, Watch())
        (outcome,) = scan.run()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(outcome, Completed)
    assert outcome.counts.analysed == len(change.files) >= 200
    return peak
