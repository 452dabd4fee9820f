from __future__ import annotations

import os
from pathlib import Path

import pytest

from pregate.changes import Folder, Paths, Repository, Staged, open_source
from pregate.errors import ChangesError
from pregate.model import WORKTREE, Mode, Unread, UnreadReason
from tests.changes.shown import LIMIT, changes, head_bytes, paths
from tests.gitrepo import GitRepo


def test_files_are_read_as_they_are_on_disk(repo: GitRepo) -> None:
    repo.write("a.py", "dirty\n")
    change = changes(repo, Paths(("a.py",)))
    assert head_bytes(repo, change) == {"a.py": b"dirty\n"}
    assert (change.compared, change.head, change.trusted) == (False, WORKTREE, WORKTREE)
    assert change.description == "1 file given by path"


def test_a_directory_stands_for_what_is_not_ignored_in_it(repo: GitRepo) -> None:
    repo.write(".gitignore", "*.log\n").write("d/a.py", "a\n").add().write("d/b.py", "b\n").write(
        "d/x.log", "x"
    )
    assert paths(changes(repo, Paths(("d",)))) == ["d/a.py", "d/b.py"]


def test_the_root_is_a_directory_too(repo: GitRepo) -> None:
    repo.write("d/b.py", "b\n")
    assert paths(changes(repo, Paths((".",)))) == ["a.py", "d/b.py"]
    assert paths(changes(repo.path / "d", Paths(("..",)))) == ["a.py", "d/b.py"]
    assert paths(changes(repo, Paths((str(repo.path),)))) == ["a.py", "d/b.py"]


def test_an_ignored_file_or_directory_that_is_named_is_judged(repo: GitRepo) -> None:
    repo.write(".gitignore", "*.log\nvendor/\n").write("x.log", "x\n").write("vendor/y.py", "y\n").commit()
    assert paths(changes(repo, Paths(("x.log", "vendor")))) == ["vendor/y.py", "x.log"]


def test_paths_are_relative_to_the_directory_and_named_from_the_root(repo: GitRepo) -> None:
    repo.write("d/b.py", "b\n")
    assert paths(changes(repo.path / "d", Paths(("b.py", "./../a.py")))) == ["a.py", "d/b.py"]


def test_a_path_may_go_through_a_link_that_leads_to_the_repository(repo: GitRepo, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(repo.path)
    change = changes(tmp_path / "link", Paths((str(tmp_path / "link" / "a.py"),)))
    assert paths(change) == ["a.py"]


def test_a_file_named_twice_is_listed_once(repo: GitRepo) -> None:
    assert paths(changes(repo, Paths(("a.py", "./a.py", ".")))) == ["a.py"]


def test_a_deleted_file_of_a_directory_is_left_out(repo: GitRepo) -> None:
    repo.write("b.py", "b\n").commit().file("b.py").unlink()
    assert paths(changes(repo, Paths((".",)))) == ["a.py"]


@pytest.mark.parametrize("path", ["nosuch.py", "a.py/x", "nul\0byte", ".git"])
def test_a_path_with_nothing_there_is_an_error(repo: GitRepo, path: str) -> None:
    if path == ".git":
        assert all(name.startswith(".git/") for name in paths(changes(repo, Paths((path,)))))
        return
    with pytest.raises(ChangesError, match="No such file"):
        changes(repo, Paths((path,)))


@pytest.mark.parametrize("path", ["/etc/passwd", "../../outside"])
def test_a_path_outside_the_repository_is_an_error(repo: GitRepo, path: str) -> None:
    with pytest.raises(ChangesError, match="is outside"):
        changes(repo, Paths((path,)))


def test_links_are_listed_and_never_followed(repo: GitRepo, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.py").write_text("outside\n")
    repo.link("file", str(outside / "secret.py")).link("dir", str(outside)).link("loop", "loop")
    change = changes(repo, Paths(("file", "dir", "loop", "dir/secret.py")))
    assert {f.head.mode for f in change} == {Mode.SYMBOLIC_LINK}
    assert len(change.files) == 4
    unread = head_bytes(repo, change).values()
    assert {u.reason for u in unread if isinstance(u, Unread)} == {UnreadReason.SYMBOLIC_LINK}


def test_a_named_pipe_is_unread_and_does_not_block(repo: GitRepo) -> None:
    os.mkfifo(repo.file("pipe"))
    unread = head_bytes(repo, changes(repo, Paths(("pipe",))))["pipe"]
    assert isinstance(unread, Unread)
    assert (unread.reason, unread.detail) == (UnreadReason.MISSING, "it is not a regular file")


def test_a_submodule_is_listed_as_such(repo: GitRepo) -> None:
    inner = GitRepo(repo.path / "inner").write("x.py", "x\n").commit()
    assert inner.head
    (file,) = changes(repo, Paths(("inner",)))
    assert (file.path, file.head.mode) == ("inner", Mode.SUBMODULE)


class TestWithoutARepository:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        folder = tmp_path / "folder"
        (folder / "sub" / ".git").mkdir(parents=True)
        (folder / "sub" / ".git" / "config").write_text("not a repository\n")
        (folder / "a.py").write_text("a\n")
        (folder / "sub" / "b.py").write_text("b\n")
        (folder / "link").symlink_to("sub")
        return folder

    def test_paths_need_no_repository(self, folder: Path) -> None:
        source = open_source(folder, os.environ, Paths((".",)))
        assert isinstance(source, Folder)
        assert (source.root, source.prefix) == (folder.resolve(), "")
        change = source.changes(Paths((".",)))
        assert paths(change) == ["a.py", "link", "sub/b.py"]
        with source.contents() as contents:
            assert contents.read(change.files[0].head, LIMIT) == b"a\n"
            assert list(contents.listing(WORKTREE)) == ["a.py", "link", "sub/b.py"]
            found = contents.find(WORKTREE, "sub/b.py")
            assert found is not None
            assert contents.read(found, LIMIT) == b"b\n"

    def test_files_have_the_ids_that_git_would_give_them(self, folder: Path, repo: GitRepo) -> None:
        (file,) = Folder(folder).changes(Paths(("a.py",)))
        assert file.head.oid == repo.text("hash-object", str(folder / "a.py"))

    def test_other_selections_do(self, folder: Path) -> None:
        with pytest.raises(ChangesError, match="Not in a git repository") as error:
            open_source(folder, os.environ, Staged())
        assert "git init" in error.value.hint
        with pytest.raises(ChangesError, match="Not a git repository"):
            Folder(folder).changes(Staged())

    def test_git_objects_cannot_be_read(self, folder: Path) -> None:
        with Folder(folder).contents() as contents, pytest.raises(ChangesError, match="no git repository"):
            contents.find("HEAD", "a.py")

    def test_a_missing_path_is_an_error(self, folder: Path) -> None:
        with pytest.raises(ChangesError, match="No such file"):
            Folder(folder).changes(Paths(("nosuch",)))

    def test_inside_a_repository_the_repository_answers(self, repo: GitRepo) -> None:
        assert isinstance(open_source(repo.path, os.environ, Paths((".",))), Repository)


def test_an_unreadable_file_is_unread(repo: GitRepo) -> None:
    change = changes(repo, Paths(("a.py",)))
    repo.file("a.py").unlink()
    unread = head_bytes(repo, change)["a.py"]
    assert isinstance(unread, Unread)
    assert (unread.reason, unread.detail) == (UnreadReason.MISSING, "no such file or directory")
