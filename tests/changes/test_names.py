"""Names that break parsers: every selection must give them back byte for byte, and read the right content."""

from __future__ import annotations

import pytest

from pregate.changes import Commits, Everything, Paths, Range, Selection, Staged, Worktree
from tests.changes.shown import base_bytes, changes, head_bytes, lines
from tests.gitrepo import GitRepo

NAMES = (
    *(
        "with blank.py",
        " leading.py",
        "trailing ",
        "new\nline.py",
        "tab\there.py",
        'quote".py',
        "back\\slash.py",
    ),
    *(
        "-dash.py",
        "--cached",
        ":(glob)*",
        "*",
        "?",
        "[a]",
        "é.py",
        "\udcff\udcfe.py",
        "\x01\x7f.py",
        "b/a.py",
    ),
    *(
        "a => b",
        "{a => b}",
        "HEAD",
        "%41",
        "$HOME",
        "~",
        "'single'",
        "carriage\rreturn",
        "\u2028.py",
        "nul.py",
    ),
)
BEFORE = {name: f"old {name!a}\n".encode() for name in NAMES}
AFTER = {name: BEFORE[name] + b"new\n" for name in NAMES}


def written(repo: GitRepo, files: dict[str, bytes]) -> GitRepo:
    for name, data in files.items():
        repo.write(name, data)
    return repo


@pytest.mark.parametrize(
    ("selection", "state"),
    [
        (Staged(), "staged"),
        (Staged(NAMES), "staged"),
        (Worktree(), "written"),
        (Range("HEAD~1"), "committed"),
        (Range("HEAD~1", paths=NAMES), "committed"),
        (Commits("HEAD~1", "HEAD"), "committed"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_changed_files(repo: GitRepo, selection: Selection, state: str) -> None:
    written(repo, BEFORE).commit()
    written(repo, AFTER)
    if state == "staged":
        repo.add()
    elif state == "committed":
        repo.commit()
    change = changes(repo, selection)
    assert head_bytes(repo, change) == AFTER
    assert base_bytes(repo, change) == {name: [data] for name, data in BEFORE.items()}
    assert {file.path: lines(file) for file in change} == {name: [(2, 2)] for name in NAMES}


@pytest.mark.parametrize("selection", [Everything(), Paths((".",)), Paths((*NAMES, "a.py"))], ids=repr)
def test_whole_trees(repo: GitRepo, selection: Selection) -> None:
    written(repo, AFTER).commit()
    assert head_bytes(repo, changes(repo, selection)) == {**AFTER, "a.py": b"one\ntwo\n"}


def test_renames_between_odd_names(repo: GitRepo) -> None:
    written(repo, BEFORE).commit()
    for name in NAMES:
        repo.move(name, f"moved/{name}")
    assert {f.path: [b.path for b in f.bases] for f in changes(repo, Staged())} == {
        f"moved/{name}": [name] for name in NAMES
    }


def test_finding_and_listing(repo: GitRepo) -> None:
    from pregate.model import INDEX, WORKTREE
    from tests.changes.shown import opened

    written(repo, AFTER).commit()
    with opened(repo).contents() as contents:
        for revision in (repo.head, INDEX, WORKTREE):
            assert sorted(contents.listing(revision)) == sorted((*NAMES, "a.py"))
            for name in NAMES:
                blob = contents.find(revision, name)
                assert blob is not None
                assert (blob.path, blob.revision) == (name, revision)
                assert contents.read(blob, 1000) == AFTER[name]
