from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from pregate.changes import Contents, Everything
from pregate.changes.contents import LARGEST_DRAIN
from pregate.errors import ChangesError
from pregate.model import INDEX, WORKTREE, Blob, Mode, Unread, UnreadReason
from tests.changes.shown import LIMIT, changes, head_bytes, opened
from tests.gitrepo import GitRepo

POINTER = (
    "version https://git-lfs.github.com/spec/v1\noid sha256:" + "4d" * 32 + "\nsize 12345\n"
)  # an example after git-lfs, docs/spec.md


def read(repo: GitRepo, data: bytes, limit: int = LIMIT) -> bytes | Unread:
    """What is read of a committed file with this content."""
    repo.configure("core.autocrlf", "false").write("file", data).commit()
    return head_bytes(repo, changes(repo, Everything()), limit)["file"]


def reason(unread: bytes | Unread | None) -> UnreadReason:
    assert isinstance(unread, Unread)
    return unread.reason


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"a\r\nb\r\n",
        b"\r",
        b"no newline",
        b"\xef\xbb\xbfbom\n",
        b"\xff\xfea\0b\0",
        b"\xfe\xff\0a",
        b"\xff\xfe\0\0a\0\0\0",
    ],
    ids=repr,
)
def test_bytes_come_as_they_are_stored(repo: GitRepo, data: bytes) -> None:
    assert read(repo, data) == data


def test_a_file_of_the_limit_is_read_and_one_byte_more_is_not(repo: GitRepo) -> None:
    assert read(repo, b"x" * 2048, 2048) == b"x" * 2048
    unread = read(repo, b"x" * 2049, 2048)
    assert unread == Unread("file", UnreadReason.TOO_LARGE, "2.0 KiB, over the limit of 2.0 KiB")
    assert reason(unread) is UnreadReason.TOO_LARGE


def test_both_sizes_are_told_of_a_file_over_the_limit(repo: GitRepo) -> None:
    unread = read(repo, b"x" * (3 << 20), 100)
    assert isinstance(unread, Unread)
    assert unread.detail == "3.0 MiB, over the limit of 100 bytes"


def test_reading_goes_on_after_a_file_over_the_limit(repo: GitRepo) -> None:
    repo.write("big", b"x" * 500_000).write("small", b"s\n").commit()
    with opened(repo).contents() as contents:
        big, small = contents.find(repo.head, "big"), contents.find(repo.head, "small")
        assert big is not None
        assert small is not None
        assert reason(contents.read(big, 1000)) is UnreadReason.TOO_LARGE
        assert contents.read(small, 1000) == b"s\n"


def test_reading_goes_on_after_a_file_too_large_to_throw_away(repo: GitRepo) -> None:
    with repo.file("huge").open("wb") as file:
        file.truncate(LARGEST_DRAIN + 1)
    repo.write("small", b"s\n").commit()
    with opened(repo).contents() as contents:
        for name, expected in (("huge", UnreadReason.TOO_LARGE), ("small", b"s\n")):
            blob = contents.find(repo.head, name)
            assert blob is not None
            found = contents.read(blob, 1000)
            assert (found.reason if isinstance(found, Unread) else found) == expected


def test_a_missing_object_is_unread_and_reading_goes_on(repo: GitRepo) -> None:
    with opened(repo).contents() as contents:
        gone = Blob("gone.py", "1" * 40, Mode.FILE, repo.head)
        assert reason(contents.read(gone, LIMIT)) is UnreadReason.MISSING
        found = contents.find(repo.head, "a.py")
        assert found is not None
        assert contents.read(found, LIMIT) == b"one\ntwo\n"


def test_an_object_that_is_no_blob_is_unread(repo: GitRepo) -> None:
    with opened(repo).contents() as contents:
        unread = contents.read(Blob("x", repo.head, Mode.FILE, repo.head), LIMIT)
    assert unread == Unread("x", UnreadReason.MISSING, "its object is not a file")
    assert isinstance(unread, Unread)
    assert unread.detail == "its object is not a file"


def test_a_version_without_an_object_is_unread(repo: GitRepo) -> None:
    with opened(repo).contents() as contents:
        assert reason(contents.read(Blob("x", "", Mode.FILE, INDEX), LIMIT)) is UnreadReason.MISSING


def test_links_and_submodules_are_unread_without_being_looked_at(repo: GitRepo) -> None:
    with opened(repo).contents() as contents:
        for mode, expected in (
            (Mode.SYMBOLIC_LINK, UnreadReason.SYMBOLIC_LINK),
            (Mode.SUBMODULE, UnreadReason.SUBMODULE),
        ):
            assert reason(contents.read(Blob("x", "1" * 40, mode, repo.head), LIMIT)) is expected


def test_a_file_with_a_nul_is_binary(repo: GitRepo) -> None:
    assert reason(read(repo, b"\x7fELF\0\xff")) is UnreadReason.BINARY
    assert reason(read(repo, b"x" * 7998 + b"\xff\0")) is UnreadReason.BINARY


def test_a_nul_does_not_hide_a_text(repo: GitRepo) -> None:
    assert read(repo, b"key = 1\n\0") == b"key = 1\n\0"


def test_a_nul_far_behind_does_not_make_a_file_binary(repo: GitRepo) -> None:
    assert read(repo, b"x" * 8000 + b"\0") == b"x" * 8000 + b"\0"


def test_a_pointer_to_lfs_is_unread(repo: GitRepo) -> None:
    assert reason(read(repo, POINTER.encode())) is UnreadReason.LFS_POINTER
    extension = POINTER.replace("oid", "ext-0-foo sha256:" + "ab" * 32 + "\noid")
    assert reason(read(repo, extension.encode())) is UnreadReason.LFS_POINTER


@pytest.mark.parametrize("more", ["password = 1\n", "\n", "ext-0-x y\n"])
def test_nothing_can_be_hidden_behind_a_pointer_to_lfs(repo: GitRepo, more: str) -> None:
    data = (POINTER + more).encode()
    assert read(repo, data) == data


class TestFinding:
    def test_in_a_commit(self, repo: GitRepo) -> None:
        first = repo.write("d/e/x.py", "x\n", executable=True).link("l", "a.py").commit().head
        repo.write("d/e/x.py", "y\n").commit()
        with opened(repo).contents() as contents:
            blob = contents.find(first, "d/e/x.py")
            assert blob == Blob(
                "d/e/x.py", repo.text("rev-parse", f"{first}:d/e/x.py"), Mode.EXECUTABLE, first
            )
            link = contents.find(first, "l")
            assert link is not None
            assert link.mode is Mode.SYMBOLIC_LINK

    @pytest.mark.parametrize(
        "path", ["nosuch", "d", "d/nosuch", "a.py/x", "", "/", "d//x.py", "../a.py", "d/../a.py"]
    )
    def test_what_is_no_file_is_not_found(self, repo: GitRepo, path: str) -> None:
        repo.write("d/x.py", "x\n").commit()
        with opened(repo).contents() as contents:
            assert [contents.find(where, path) for where in (repo.head, INDEX, WORKTREE)] == [None] * 3

    def test_nothing_is_found_through_a_link(self, repo: GitRepo) -> None:
        repo.write("d/x.py", "x\n").link("l", "d").commit()
        with opened(repo).contents() as contents:
            assert contents.find(repo.head, "l/x.py") is None
            assert contents.find(INDEX, "l/x.py") is None
            blob = contents.find(WORKTREE, "l/x.py")
            assert blob is not None
            assert reason(contents.read(blob, LIMIT)) is UnreadReason.SYMBOLIC_LINK

    def test_in_a_commit_that_is_not_here(self, repo: GitRepo) -> None:
        with opened(repo).contents() as contents:
            assert contents.find("2" * 40, "a.py") is None

    @pytest.mark.parametrize("revision", ["", "--batch", "a b", "x\ny", "\u00e9"])
    def test_in_what_cannot_be_a_revision(self, repo: GitRepo, revision: str) -> None:
        with opened(repo).contents() as contents, pytest.raises(ChangesError, match="Not a revision"):
            contents.find(revision, "a.py")

    def test_in_more_directories_than_are_remembered(self, repo: GitRepo) -> None:
        names = [f"d{n}/x.py" for n in range(300)]
        for name in names:
            repo.write(name, name)
        repo.commit()
        with opened(repo).contents() as contents:
            assert all(contents.find(repo.head, name) for name in names)

    def test_in_an_unmerged_index(self, repo: GitRepo) -> None:
        repo.branch("other").write("a.py", "other\n").commit()
        repo.checkout("main").write("a.py", "main\n").commit()
        with pytest.raises(AssertionError):
            repo.merge("other")
        with opened(repo).contents() as contents:
            assert contents.find(INDEX, "a.py") is None
            assert list(contents.listing(INDEX)) == ["a.py"]


def test_the_working_tree_of_a_bare_repository_is_empty(tmp_path: Path, repo: GitRepo) -> None:
    bare = repo.clone(tmp_path / "bare.git", "--bare")
    with opened(bare).contents() as contents:
        assert contents.find(WORKTREE, "a.py") is None
        unread = contents.read(Blob("a.py", "", Mode.FILE, WORKTREE), LIMIT)
        assert reason(unread) is UnreadReason.MISSING
        assert list(contents.listing(bare.head)) == ["a.py"]


class TestTheProcess:
    def ended(self, contents: Contents) -> int:
        """Its process id, after it was killed from outside."""
        assert contents._process is not None
        pid = contents._process._process.pid
        os.kill(pid, signal.SIGKILL)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        return pid

    def test_one_process_serves_all(self, repo: GitRepo) -> None:
        repo.write("b.py", "b\n").commit()
        with opened(repo).contents() as contents:
            pids = set()
            for name in ("a.py", "b.py"):
                blob = contents.find(repo.head, name)
                assert blob is not None
                contents.read(blob, LIMIT)
                assert contents._process is not None
                pids.add(contents._process._process.pid)
        assert len(pids) == 1

    def test_several_at_once_are_what_each_is_alone(self, repo: GitRepo) -> None:
        repo.write("long.txt", b"x" * 5000).write("empty", b"").write("same.py", "one\ntwo\n").commit()
        names = ("long.txt", "a.py", "empty", "same.py")
        with opened(repo).contents() as contents:
            blobs = [blob for name in names if (blob := contents.find(repo.head, name))]
            blobs.insert(1, Blob("lost", "1" * 40, Mode.FILE, repo.head))
            blobs.insert(3, Blob("link", blobs[0].oid, Mode.SYMBOLIC_LINK, repo.head))
            blobs += [Blob("disk", "", Mode.FILE, WORKTREE), blobs[2]]
            alone = [contents.read(blob, 1000) for blob in blobs]

            assert contents.read_all(blobs, 1000) == alone
            assert [type(data) for data in alone].count(bytes) == 4
            assert contents.read(blobs[2], LIMIT) == b"one\ntwo\n"

    def test_a_process_that_is_left_in_between_is_asked_again(
        self, repo: GitRepo, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("pregate.changes.contents.LARGEST_DRAIN", 100)
        repo.write("long.txt", b"x" * 5000).commit()
        with opened(repo).contents() as contents:
            blobs = [contents.find(repo.head, name) for name in ("a.py", "long.txt", "a.py")]
            first, second, third = contents.read_all([blob for blob in blobs if blob], 50)

        assert first == third == b"one\ntwo\n"
        assert reason(second) is UnreadReason.TOO_LARGE

    def test_git_that_dies_before_several_is_an_error_and_then_another(self, repo: GitRepo) -> None:
        with opened(repo).contents() as contents:
            blob = contents.find(repo.head, "a.py")
            assert blob is not None
            self.ended(contents)
            with pytest.raises(ChangesError, match="git cat-file failed"):
                contents.read_all([blob, blob], LIMIT)
            assert contents.read_all([blob, blob], LIMIT) == [b"one\ntwo\n"] * 2

    def test_no_process_is_left_behind(self, repo: GitRepo) -> None:
        with opened(repo).contents() as contents:
            contents.find(repo.head, "a.py")
            assert contents._process is not None
            pid = contents._process._process.pid
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)

    def test_git_that_dies_is_an_error_and_the_next_read_starts_another(self, repo: GitRepo) -> None:
        with opened(repo).contents() as contents:
            blob = contents.find(repo.head, "a.py")
            assert blob is not None
            self.ended(contents)
            with pytest.raises(ChangesError, match="git cat-file failed"):
                contents.read(blob, LIMIT)
            assert contents.read(blob, LIMIT) == b"one\ntwo\n"

    def test_closing_twice_is_harmless(self, repo: GitRepo) -> None:
        contents = opened(repo).contents()
        contents.find(repo.head, "a.py")
        contents.close()
        contents.close()
        assert contents._process is None


def test_a_damaged_object_is_an_error_not_a_crash(repo: GitRepo) -> None:
    oid = repo.text("rev-parse", "HEAD:a.py")
    path = repo.file(f".git/objects/{oid[:2]}/{oid[2:]}")
    path.chmod(0o644)
    path.write_bytes(b"damaged")
    with opened(repo).contents() as contents:
        blob = Blob("a.py", oid, Mode.FILE, repo.head)
        try:
            found: bytes | Unread | ChangesError = contents.read(blob, LIMIT)
        except ChangesError as error:
            found = error
    assert not isinstance(found, bytes)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_unread(repo: GitRepo) -> None:
    repo.file("a.py").chmod(0)
    with opened(repo).contents() as contents:
        unread = contents.read(Blob("a.py", "", Mode.FILE, WORKTREE), LIMIT)
    assert isinstance(unread, Unread)
    assert unread.detail == "permission denied"
