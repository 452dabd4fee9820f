"""A snapshot as checks ask for it."""

from __future__ import annotations

from pregate.engine.snapshot import Snapshot
from tests.engine.fakes import Tree


def test_a_snapshot_lists_folders_and_reads_what_is_not_too_large() -> None:
    source = Tree({"head": {"a/x.txt": b"x", "a/b/y.txt": b"long", "z.txt": b"z"}})
    tree = Snapshot(source, "head", 2)
    assert list(tree()) == ["a/x.txt", "a/b/y.txt", "z.txt"]
    assert list(tree.within({"a", ""})) == ["a/x.txt", "z.txt"]
    assert list(tree.texts(["a/x.txt", "a/b/y.txt", "none"])) == [("a/x.txt", b"x")]
