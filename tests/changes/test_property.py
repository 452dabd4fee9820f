"""Random small histories: what pregate says of them is what git says of them."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pregate.changes import Commits, Everything, Range, Selection, Staged, Worktree
from pregate.changes.parsing import to_text
from pregate.model import ChangeSet
from tests.changes.shown import base_bytes, changes, head_bytes
from tests.gitrepo import GitRepo

NAMES = st.sampled_from(["a.py", "b c", "d/e.py", "d/f\n.py", "-x", 'q"\t', "\udcff", "é/ü"])
LINES = st.lists(st.sampled_from(["one", "two", "@@ -1 +1 @@", "+++ b/a.py", "three\r", ""]), max_size=8)
DATA = st.builds(lambda lines, end: ("\n".join(lines) + end).encode(), LINES, st.sampled_from(["", "\n"]))
STEP = st.one_of(
    st.tuples(st.just("write"), NAMES, DATA),
    st.tuples(st.just("executable"), NAMES, DATA),
    st.tuples(st.just("remove"), NAMES, st.just(b"")),
    st.tuples(st.just("move"), NAMES, st.just(b"")),
)
COMMIT = st.lists(STEP, max_size=5)

few = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))


def apply(repo: GitRepo, steps: list[tuple[str, str, bytes]]) -> None:
    for action, name, data in steps:
        path = repo.file(name)
        if action in ("write", "executable"):
            repo.write(name, data, executable=action == "executable")
        elif action == "remove":
            path.unlink(missing_ok=True)
        elif path.exists():
            target = repo.file(f"moved/{name}")
            target.parent.mkdir(parents=True, exist_ok=True)
            path.rename(target)


def names(repo: GitRepo, *arguments: str) -> set[str]:
    """Paths as git lists them."""
    return {to_text(name) for name in repo.git(*arguments).split(b"\0") if name}


def check(repo: GitRepo, selection: Selection, diff: tuple[str, ...], old: str, new: str) -> ChangeSet:
    """
    Compare with ``git diff``: the paths, the count of deletions, the bytes before and after, the added lines.
    """
    change = changes(repo, selection)
    assert {file.path for file in change} == names(repo, *diff, "--name-only", "-z", "--diff-filter=d", "-M")
    assert change.deleted == len(names(repo, *diff, "--name-only", "-z", "--diff-filter=D", "-M"))
    after, before = head_bytes(repo, change), base_bytes(repo, change)
    for file in change:
        expected = repo.git("show", f"{new}:{file.path}") if new else repo.file(file.path).read_bytes()
        assert after[file.path] == expected
        assert before[file.path] == [repo.git("show", f"{old}:{base.path}") for base in file.bases]
        kept = [line for n, line in enumerate(expected.split(b"\n"), 1) if not inside(n, file.added)]
        earlier = b"\n".join(data for data in before[file.path] if isinstance(data, bytes)).split(b"\n")
        assert all(line in earlier for line in kept if line)
    return change


def inside(line: int, ranges: object) -> bool:
    assert isinstance(ranges, tuple)
    return any(r.start <= line <= r.end for r in ranges)


@few
@given(st.lists(COMMIT, min_size=1, max_size=4), COMMIT)
def test_ranges_indexes_and_trees_are_those_of_git(
    history: list[list[tuple[str, str, bytes]]], last: list[tuple[str, str, bytes]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        repo = GitRepo(Path(folder) / "r").configure("core.autocrlf", "false").write("base", "b\n").commit()
        root = repo.head
        for steps in history:
            apply(repo, steps)
            repo.commit()
        check(repo, Range(root), ("diff", root, "HEAD"), root, "HEAD")
        everything = changes(repo, Everything())
        assert {file.path for file in everything} == names(repo, "ls-tree", "-r", "-z", "--name-only", "HEAD")
        listed = {file.commit for file in changes(repo, Commits(root, "HEAD"))}
        assert listed <= set(repo.text("rev-list", f"{root}..HEAD").split())
        apply(repo, last)
        repo.add()
        check(repo, Staged(), ("diff", "--cached", "HEAD"), "HEAD", "")
        assert {f.path for f in changes(repo, Worktree())} == {f.path for f in changes(repo, Staged())}


@few
@given(COMMIT, COMMIT)
def test_each_commit_is_git_show_of_it(
    one: list[tuple[str, str, bytes]], two: list[tuple[str, str, bytes]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        repo = GitRepo(Path(folder) / "r").configure("core.autocrlf", "false").write("base", "b\n").commit()
        for steps in (one, two):
            apply(repo, steps)
            repo.commit()
        change = changes(repo, Commits("HEAD~2", "HEAD"))
        for commit in repo.text("rev-list", "HEAD~2..HEAD").split():
            found = {file.path for file in change if file.commit == commit}
            assert found == names(
                repo, "show", "--format=", "--name-only", "-z", "--diff-filter=d", "-M", commit
            )
