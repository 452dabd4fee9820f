"""What the bench of the hook reckons with: turns, modules and their times, git's part, the files."""

import subprocess
import tomllib
from pathlib import Path

import pytest
from bench.hook.change import lock_file
from bench.hook.imports import group, parse
from bench.hook.replay import replay
from bench.measure import Sample, Side, Turns, turns

from tests.gitrepo import GitRepo

MEASURED = Turns(
    {
        "ours": (Sample(1.0, 0.5), Sample(9.0, 0.6), Sample(2.0, 0.7)),
        "theirs": (Sample(4.0, 4.0), Sample(8.0, 4.0), Sample(3.0, 4.0)),
    }
)


def test_sides_one_after_another_are_added_before_the_median() -> None:
    assert MEASURED.median("wall", "ours") == 2.0
    assert MEASURED.median("wall", "ours", "theirs") == 5.0
    assert MEASURED.median("cpu", "theirs") == 4.0


def test_a_difference_is_that_within_a_round() -> None:
    assert MEASURED.difference("wall", "ours", "theirs") == -1.0


def test_sides_run_in_turn_and_the_first_round_is_not_counted(tmp_path: Path) -> None:
    log = tmp_path / "log"
    sides = [
        Side(name, [(["sh", "-c", f"echo {name}$X >>{log}"], tmp_path)], variables={"X": "1"})
        for name in ("a", "b")
    ]
    measured = turns(sides, rounds=2)
    assert log.read_text().split() == ["a1", "b1"] * 3
    assert {name: len(samples) for name, samples in measured.samples.items()} == {"a": 2, "b": 2}


def test_a_modules_own_time_is_read_from_what_python_writes() -> None:
    text = (
        "import time: self [us] | cumulative | imported package\n"
        "import time:       285 |        285 |   _io\n"
        "other words\n"
        "import time:      1500 |       1785 | pregate.entry.cli\n"
    )
    assert parse(text) == {"_io": 0.285, "pregate.entry.cli": 1.5}


@pytest.mark.parametrize(
    ("module", "label"),
    [
        ("pregate.entry", "pregate"),
        ("json.decoder", "standard library"),
        ("_json", "standard library"),
        ("detect_secrets.core.scan", "scanners"),
        ("yaml.reader", "others"),
    ],
)
def test_a_module_belongs_to_one_group(module: str, label: str) -> None:
    assert group(module) == label


def test_what_a_command_asks_of_git_can_be_asked_again(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "repo").write("a b.txt", "text\n").commit("first")
    asks = "git log -1 --format=%s >/dev/null; echo 'HEAD:a b.txt' | git cat-file --batch >/dev/null"
    script = replay(["sh", "-c", asks], repo.path, tmp_path / "calls")
    assert len(script.read_text().splitlines()) == 2
    done = subprocess.run(["sh", str(script)], cwd=repo.path, capture_output=True, text=True, check=True)
    assert "first\n" in done.stdout
    assert "blob 5\ntext\n" in done.stdout


def test_the_lock_file_is_one() -> None:
    packages = tomllib.loads(lock_file())["package"]
    assert len(packages) == 24
    assert all(package["version"] and len(package["files"]) == 2 for package in packages)
