"""A file of the working tree written anew: whole or not at all, and never through a link."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pregate.changes.disk import Disk


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "file").write_bytes(b"old")
    (tmp_path / "sub" / "file").chmod(0o750)
    (tmp_path / "link").symlink_to("sub")
    (tmp_path / "sub" / "other").symlink_to("file")
    return Disk(os.fsencode(tmp_path))


def names(disk: Disk) -> list[str]:
    return sorted(disk.walk(""))


def test_a_file_is_replaced_with_its_permissions(disk: Disk, tmp_path: Path) -> None:
    before = names(disk)
    disk.replace("sub/file", b"old", b"new")
    assert (tmp_path / "sub" / "file").read_bytes() == b"new"
    assert (tmp_path / "sub" / "file").stat().st_mode & 0o7777 == 0o750
    assert names(disk) == before


@pytest.mark.parametrize(
    ("path", "before"),
    [
        ("sub/file", b"changed"),
        ("sub/file", b"ol"),
        ("sub/file", b"older"),
        ("sub/none", b""),
        ("sub", b""),
        ("sub/other", b"old"),
        ("link/file", b"old"),
        ("../file", b"old"),
    ],
)
def test_what_is_not_the_plain_file_that_was_read_stays(disk: Disk, path: str, before: bytes) -> None:
    found = names(disk)
    with pytest.raises(OSError):
        disk.replace(path, before, b"new")
    assert names(disk) == found
    assert disk.read(disk.blob("sub/file"), 9) == b"old"  # type: ignore[arg-type]


def test_a_file_is_made_with_its_folder(disk: Disk, tmp_path: Path) -> None:
    disk.create("new/file", b"new")
    disk.create("sub/more", b"more")

    assert (tmp_path / "new" / "file").read_bytes() == b"new"
    assert (tmp_path / "sub" / "more").read_bytes() == b"more"


@pytest.mark.parametrize(
    "path", ["sub/file", "sub/other", "sub", "link/new", "link/new/file", "../file", "none/none/file"]
)
def test_what_is_there_or_behind_a_link_is_not_made(disk: Disk, path: str) -> None:
    found = names(disk)
    with pytest.raises(OSError):
        disk.create(path, b"new")
    assert names(disk) == found
