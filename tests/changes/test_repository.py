from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pregate.changes import (
    Commits,
    Everything,
    Paths,
    Range,
    Repository,
    Selection,
    Staged,
    Worktree,
    open_source,
)
from pregate.errors import ChangesError
from tests.changes.shown import changes, head_bytes, lines, only, opened, paths
from tests.gitrepo import ENVIRONMENT, GitRepo, git

ALL: tuple[Selection, ...] = (
    *(Staged(), Worktree(), Everything(), Paths((".",)), Range("HEAD~1"), Commits("HEAD~1", "HEAD")),
)


@pytest.fixture
def busy(repo: GitRepo) -> GitRepo:
    """Something for every selection to find."""
    repo.write("sub/b.py", "b\n").commit()
    return repo.write("a.py", "staged\n").add()


class TestOpening:
    def test_from_the_root(self, repo: GitRepo) -> None:
        source = opened(repo)
        assert (source.root, source.git_dir, source.prefix) == (repo.path, repo.path / ".git", "")
        assert not source.shallow

    def test_from_a_sub_directory(self, repo: GitRepo) -> None:
        repo.write("deep/er/x.py", "x\n")
        source = opened(repo.path / "deep" / "er")
        assert (source.root, source.prefix) == (repo.path, "deep/er")

    def test_through_a_link(self, repo: GitRepo, tmp_path: Path) -> None:
        repo.write("deep/x.py", "x\n")
        (tmp_path / "link").symlink_to(repo.path / "deep")
        source = opened(tmp_path / "link")
        assert (source.root, source.prefix) == (repo.path, "deep")

    def test_a_linked_worktree(self, repo: GitRepo, tmp_path: Path) -> None:
        repo.git("worktree", "add", "-q", str(tmp_path / "linked"), "-b", "linked")
        linked = GitRepo(tmp_path / "linked").write("new.py", "x\n").add()
        source = opened(linked)
        assert source.root == linked.path
        assert source.git_dir == repo.path / ".git" / "worktrees" / "linked"
        assert paths(source.changes(Staged())) == ["new.py"]
        assert paths(changes(repo, Staged())) == []
        linked.commit()
        assert paths(changes(linked, Range("main"))) == ["new.py"]

    def test_a_bare_repository(self, repo: GitRepo, tmp_path: Path) -> None:
        bare = repo.clone(tmp_path / "bare.git", "--bare")
        source = opened(bare)
        assert (source.root, source.git_dir, source.prefix) == (None, bare.path, "")
        assert head_bytes(bare, source.changes(Everything())) == {"a.py": b"one\ntwo\n"}
        assert paths(source.changes(Commits("", "HEAD"))) == ["a.py"]

    def test_inside_the_git_directory(self, repo: GitRepo) -> None:
        source = opened(repo.path / ".git")
        assert source.root is None
        assert paths(source.changes(Everything())) == ["a.py"]

    def test_a_submodule(self, repo: GitRepo, tmp_path: Path) -> None:
        inner = GitRepo(tmp_path / "inner").write("x.py", "x\n").commit()
        repo.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner.path), "sub")
        source = opened(repo.path / "sub")
        assert source.root == repo.path / "sub"
        assert paths(source.changes(Everything())) == ["x.py"]

    def test_names_with_newlines_and_other_bytes(self, tmp_path: Path) -> None:
        odd = GitRepo(tmp_path / "a\nb \udcff").write("sub\n/x.py", "x\n").add()
        source = opened(odd.path / "sub\n")
        assert (source.root, source.prefix) == (odd.path, "sub\n")
        assert head_bytes(odd, source.changes(Staged())) == {"sub\n/x.py": b"x\n"}

    def test_outside_a_repository(self, tmp_path: Path) -> None:
        with pytest.raises(ChangesError, match="Not in a git repository") as error:
            Repository.open(tmp_path, os.environ)
        assert "git init" in error.value.hint

    def test_a_directory_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(ChangesError, match="No such directory"):
            Repository.open(tmp_path / "nosuch", os.environ)

    def test_without_git(self, repo: GitRepo, tmp_path: Path) -> None:
        with pytest.raises(ChangesError, match="git is not installed") as error:
            Repository.open(repo.path, {"PATH": f"{tmp_path}:relative:"})
        assert "PATH" in error.value.hint

    def test_a_damaged_configuration_is_named(self, repo: GitRepo) -> None:
        repo.file(".git/config").write_text("[core\n")
        with pytest.raises(ChangesError, match="bad config line") as error:
            open_source(repo.path, os.environ, Paths((".",)))
        assert ".git/config" in error.value.hint

    def test_a_damaged_index_is_named(self, repo: GitRepo) -> None:
        repo.file(".git/index").write_bytes(b"nonsense" * 20)
        with pytest.raises(ChangesError) as error:
            changes(repo, Staged())
        assert "git reset" in error.value.hint


class TestVariablesOfHooks:
    def test_the_repository_that_git_names(self, busy: GitRepo, tmp_path: Path) -> None:
        environ = {**os.environ, "GIT_DIR": str(busy.path / ".git"), "GIT_WORK_TREE": str(busy.path)}
        assert opened(tmp_path, environ).root == busy.path

    def test_a_relative_git_dir(self, busy: GitRepo) -> None:
        source = opened(busy, {**os.environ, "GIT_DIR": ".git"})
        assert (source.root, source.git_dir) == (busy.path, busy.path / ".git")
        assert all(source.changes(selection).files for selection in ALL)

    def test_a_bare_repository_that_calls_itself_the_current_directory(
        self, repo: GitRepo, tmp_path: Path
    ) -> None:
        bare = repo.clone(tmp_path / "bare.git", "--bare")
        source = opened(bare, {**os.environ, "GIT_DIR": "."})
        assert paths(source.changes(Commits("", "HEAD"))) == ["a.py"]

    def test_objects_in_quarantine_are_read_by_a_pre_receive_hook(
        self, repo: GitRepo, tmp_path: Path
    ) -> None:
        bare = repo.clone(tmp_path / "bare.git", "--bare")
        result = tmp_path / "result"
        program = tmp_path / "judge.py"
        program.write_text(
            "import os, sys, pathlib\n"
            "from pregate.changes import Commits, Repository\n"
            "old, new, ref = sys.stdin.readline().split()\n"
            "repository = Repository.open(pathlib.Path.cwd(), os.environ)\n"
            "change = repository.changes(Commits(old, new, not_in=('--all',)))\n"
            "with repository.contents() as contents:\n"
            f"    open({str(result)!r}, 'wb').writelines(contents.read(f.head, 99) for f in change)\n"
        )
        hook = bare.file("hooks/pre-receive")
        source = Path(__file__).parents[2] / "src"
        hook.write_text(f"#!/bin/sh\nPYTHONPATH={source} exec {sys.executable} {program}\n")
        hook.chmod(0o755)
        repo.write("b.py", "pushed\n").commit().git("push", "-q", str(bare.path), "main")
        assert result.read_bytes() == b"pushed\n"


class TestAForeignOwner:
    """A checkout that belongs to another user, as in a container: git refuses it, pregate need not."""

    @pytest.fixture
    def foreign(self, busy: GitRepo) -> GitRepo:
        if os.geteuid() != 0:
            pytest.skip("only root can give files to another user")
        busy.write("new.py", "x\n")
        for folder, _, files in os.walk(busy.path):
            for name in (".", *files):
                os.chown(Path(folder) / name, 12345, 12345, follow_symlinks=False)
        return busy

    def test_git_alone_refuses_it(self, foreign: GitRepo) -> None:
        with pytest.raises(AssertionError, match="dubious ownership"):
            foreign.git("status")

    @pytest.mark.parametrize("selection", ALL, ids=repr)
    def test_every_selection_works(self, foreign: GitRepo, selection: Selection) -> None:
        change = changes(foreign, selection)
        assert change.files
        assert all(isinstance(data, bytes) for data in head_bytes(foreign, change).values())

    def test_the_users_configuration_is_not_touched(self, foreign: GitRepo) -> None:
        changes(foreign, Range("HEAD~1"))
        assert list(Path(os.environ["HOME"]).iterdir()) == []


class TestSha256:
    @pytest.fixture
    def modern(self, tmp_path: Path) -> GitRepo:
        repo = GitRepo(tmp_path / "sha256", "--object-format=sha256")
        return repo.write("a.py", "one\n").commit().write("a.py", "one\ntwo\n").commit()

    @pytest.mark.parametrize("selection", ALL, ids=repr)
    def test_every_selection_works(self, modern: GitRepo, selection: Selection) -> None:
        modern.write("b.py", "b\n").add()
        change = changes(modern, selection)
        assert all(len(file.head.oid) == 64 for file in change)
        assert all(isinstance(data, bytes) for data in head_bytes(modern, change).values())
        assert change.files

    def test_finding_in_trees(self, modern: GitRepo) -> None:
        with opened(modern).contents() as contents:
            blob = contents.find(modern.head, "a.py")
            assert blob is not None
            assert contents.read(blob, 100) == b"one\ntwo\n"

    def test_without_a_commit(self, tmp_path: Path) -> None:
        new = GitRepo(tmp_path / "new", "--object-format=sha256").write("a.py", "x\n").add()
        assert lines(only(changes(new, Staged()))) == [(1, 1)]
        assert paths(changes(new, Worktree())) == ["a.py"]


def test_pregate_leaves_the_repository_as_it_was(busy: GitRepo) -> None:
    os.utime(busy.file("sub/b.py"), (1, 1))

    def state() -> dict[str, tuple[int, bytes]]:
        files = (path for path in (busy.path / ".git").rglob("*") if path.is_file())
        return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}

    before = state()
    for selection in ALL:
        changes(busy, selection)
    assert state() == before


def test_the_hot_path_does_not_import_gitpython(busy: GitRepo) -> None:
    code = (
        "import os, sys, pathlib\n"
        "from pregate.changes import *\n"
        "early = set(sys.modules)\n"
        "repository = Repository.open(pathlib.Path.cwd(), os.environ)\n"
        "for selection in (Staged(), Worktree(), Everything(), Paths(('.',))):\n"
        "    with repository.contents() as contents:\n"
        "        [contents.read(file.head, 999) for file in repository.changes(selection)]\n"
        "print('git' in sys.modules)\n"
        "repository.resolve('HEAD')\n"
        "print('git' in sys.modules)\n"
    )
    environ = {**ENVIRONMENT, "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=busy.path, env=environ, capture_output=True, text=True, check=False
    )
    assert done.stdout == "False\nTrue\n", done.stderr


def test_naming_a_selection_imports_no_subprocess() -> None:
    code = "import sys; from pregate.changes import Staged; print('subprocess' in sys.modules)"
    environ = {**ENVIRONMENT, "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=False
    )
    assert done.stdout == "False\n", done.stderr


def test_a_name_that_the_package_has_not() -> None:
    import pregate.changes

    with pytest.raises(AttributeError, match="nosuch"):
        pregate.changes.nosuch  # noqa: B018


def test_gitpython_that_cannot_be_used_is_an_error(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "git", None)
    with pytest.raises(ChangesError, match="GitPython does not work") as error:
        opened(repo).resolve("HEAD")
    assert "pip install" in error.value.hint


def test_a_failure_of_git_under_gitpython_is_told(repo: GitRepo, tmp_path: Path) -> None:
    parent = repo.head
    repo.write("b.py", "b\n").commit().write("c.py", "c\n").commit()
    repo.file(f".git/objects/{parent[:2]}/{parent[2:]}").unlink()
    with pytest.raises(ChangesError, match="git rev-list failed") as error:
        changes(repo, Commits("", "HEAD"))
    assert "git fsck" in error.value.hint
    assert git(tmp_path, "--version")


def test_a_folder_is_known_to_have_come_with_the_checkout(repo: GitRepo, tmp_path: Path) -> None:
    repo.write("kept/a", "a").write(".gitignore", "ignored\n").link("way", "/").commit()
    for name in ("ignored", "fresh", "other/cache"):
        (repo.path / name).mkdir(parents=True)
    (repo.path / "ignored/file").write_text("own")
    git(repo.path / "other", "init", "--quiet")
    (tmp_path / "outside").mkdir()
    (tmp_path / "link").symlink_to(repo.path / "kept")
    source = opened(repo)
    brought = [repo.path / name for name in ("kept", "kept/a", "way/tmp", "other/cache", ".")]
    assert [path for path in (*brought, tmp_path / "link") if not source.brings(path)] == []
    own = [repo.path / name for name in ("ignored", "fresh", "fresh/deep")]
    assert [path for path in (*own, tmp_path / "outside") if source.brings(path)] == []
