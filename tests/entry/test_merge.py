"""Parts of a change set, analysed apart and judged together: the verdict is that of the whole."""

from __future__ import annotations

import json
import random
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pregate.cache.sealing import Seal
from pregate.engine.ports import Shard
from pregate.model import Blob, Mode
from tests.gitrepo import GitRepo
from tests.secrets.specimens.code import github

from .cli import pregate

RNG = random.Random(9)
POLICY = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}\n'


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = GitRepo(tmp_path_factory.mktemp("merge") / "repo")
    for number in range(12):
        made.write(f"app{number}.py", f"import os\n\n\ndef f(x):\n    return eval(x), {number}\n")
    made.write("old.py", f"key = '{github(RNG)}'\n").write("policy.json", POLICY).commit("one")
    made.write("new.py", f"key = '{github(RNG)}'\n").write("app3.py", "exec(input())\n")
    made.write("old.py", f"key = '{github(RNG)}'\nassert key\n").remove("app4.py").commit("two")
    return made.path


def bare(report: Any) -> Any:
    """A report without what differs between two runs of the same."""
    if isinstance(report, dict):
        return {k: bare(v) for k, v in report.items() if k not in ("seconds", "cached", "ended")}
    return [bare(entry) for entry in report] if isinstance(report, list) else report


def parts_of(repo: Path, count: int, folder: Path, *options: str) -> list[Path]:
    folders = [folder / f"part{number}" for number in range(1, count + 1)]
    for number, part in enumerate(folders, 1):
        run = pregate("scan", "-C", repo, *options, "--shard", f"{number}/{count}", "--shard-dir", part)
        assert (run.code, run.out) == (0, "")
        assert f"part {number} of {count}" in run.err
    return folders


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("change", [("--all",), ("--base", "HEAD~1")])
def test_parts_give_the_verdict_of_the_whole(
    count: int, change: tuple[str, ...], repo: Path, tmp_path: Path
) -> None:
    options = (*change, "--offline")
    parts = parts_of(repo, count, tmp_path, *options)
    reports = ("--output", "json=-", "--output", f"sarif={tmp_path / 'x.sarif'}")
    merged = pregate("merge", "-C", repo, *parts, *options, *reports)
    sarif = json.loads((tmp_path / "x.sarif").read_text())
    whole = pregate("scan", "-C", repo, *options, "--no-cache", *reports)
    assert merged.code == whole.code == 1
    assert bare(json.loads(merged.out)) == bare(json.loads(whole.out))
    assert bare(sarif) == bare(json.loads((tmp_path / "x.sarif").read_text()))


def test_a_part_that_came_with_the_change_is_not_believed(tmp_path: Path) -> None:
    tree = GitRepo(tmp_path / "repo").write("a.py", f"key = '{github(RNG)}'\n").commit("one")
    options = ("--all", "--offline", "--check", "secrets")
    (part,) = parts_of(tree.path, 1, tree.path / "parts", *options)
    with closing(sqlite3.connect(part / "results-1.sqlite")) as connection, connection:
        for (key,) in connection.execute("SELECT key FROM results").fetchall():
            forged = [Seal().sum(key, b""), key]
            connection.execute("UPDATE results SET value = ? WHERE key = ?", forged)
    tree.commit("with its own results")
    merged = pregate("merge", "-C", tree.path, part, *options)
    assert merged.code == 1
    assert f"{part} is not used" in merged.err


def test_a_part_is_not_kept_where_it_would_not_be_believed(tmp_path: Path) -> None:
    tree = GitRepo(tmp_path / "repo").write("parts/note", "").commit("one")
    run = pregate("scan", "-C", tree.path, "--all", "--shard", "1/1", "--shard-dir", tree.path / "parts")
    assert run.code == 2
    assert "outside of the working tree" in run.err


def test_every_version_is_in_exactly_one_part() -> None:
    blobs = [Blob("HEAD", f"f{n}", Mode.FILE, f"{n:040x}") for n in range(200)]
    held = [[number for number in range(1, 6) if Shard(number, 5).holds(blob)] for blob in blobs]
    assert all(len(numbers) == 1 for numbers in held)
    assert {numbers[0] for numbers in held} == {1, 2, 3, 4, 5}


def test_what_no_part_holds_is_analysed_here(repo: Path, tmp_path: Path) -> None:
    first, _ = parts_of(repo, 2, tmp_path, "--all", "--offline")
    merged = pregate("merge", "-C", repo, first, "--all", "--offline", "--output", "json=-")
    whole = pregate("scan", "-C", repo, "--all", "--offline", "--no-cache", "--output", "json=-")
    assert bare(json.loads(merged.out)) == bare(json.loads(whole.out))


def test_a_damaged_result_is_not_believed(repo: Path, tmp_path: Path) -> None:
    (part,) = parts_of(repo, 1, tmp_path, "--all", "--offline")
    with closing(sqlite3.connect(part / "results-1.sqlite")) as database, database:
        database.execute("UPDATE results SET value = substr(value, 1, 16)")
    merged = pregate("merge", "-C", repo, part, "--all", "--offline", "--output", "json=-")
    whole = pregate("scan", "-C", repo, "--all", "--offline", "--no-cache", "--output", "json=-")
    assert bare(json.loads(merged.out)) == bare(json.loads(whole.out))


def test_a_part_holds_no_secret(repo: Path, tmp_path: Path) -> None:
    parts = parts_of(repo, 2, tmp_path, "--all", "--offline")
    values = [line.split("'")[1] for line in (repo / "new.py").read_text().splitlines()]
    kept = b"".join(file.read_bytes() for part in parts for file in part.iterdir())
    assert values
    assert not any(value.encode() in kept for value in values)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("scan", "--shard", "5/4", "--shard-dir", "x"), "'5/4' is no part"),
        (("scan", "--shard", "0/4", "--shard-dir", "x"), "'0/4' is no part"),
        (("scan", "--shard", "one", "--shard-dir", "x"), "'one' is no part"),
        (("scan", "--shard", "1/2"), "--shard needs --shard-dir"),
        (("scan", "--shard", "1/2", "--shard-dir", "x", "--output", "json=-"), "neither reports"),
        (("merge", "nowhere"), "the part nowhere has no results"),
    ],
)
def test_what_makes_no_part_is_told(words: tuple[str, ...], told: str, repo: Path) -> None:
    run = pregate(words[0], "-C", repo, *words[1:])
    assert run.code == 2
    assert told in run.err
