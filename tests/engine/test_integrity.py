"""
What should have been scanned was scanned, or is told: whatever goes wrong, wherever it does, no run passes.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pregate.cache import Cache, cache_at
from pregate.checks import make_masker
from pregate.checks.base import Analysis, Comparison, Conclusion, Target
from pregate.config import Config
from pregate.engine import workers
from pregate.engine.analyst import Analyst, Report, Task
from pregate.errors import ScannerError
from pregate.model import Blob, Completed, Decision, Failed, Outcome, Unread, UnreadReason
from pregate.policy import decide
from tests.engine.fakes import Build, Scan, Tree, Watch, WordCheck, finished
from tests.gitrepo import GitRepo
from tests.hooktools import ROOT

# What a file makes of its check, by the file's text.
FAULTS: Mapping[str, BaseException | str] = {
    "scanner": ScannerError("the scanner is broken"),
    "import": ModuleNotFoundError("no module", name="scanner"),
    "exit": SystemExit(0),
    "deep": RecursionError(),
    "memory": MemoryError(),
    "lost": "no report",
    "unreadable": "the source",
}


class Frail(WordCheck):
    """Fails at the files that say so."""

    def analyse(self, target: Target) -> Analysis:
        fault = FAULTS.get(target.data.decode().strip())
        if isinstance(fault, BaseException):
            raise fault
        return Analysis()


class Losing(Analyst):
    """Forgets to report."""

    def work(self, task: Task) -> list[Report]:
        return [] if task.target.data == b"lost" else super().work(task)


class Torn(Tree):
    """Cannot be read at some places."""

    def read(self, blob: Blob, limit: int) -> bytes | Unread:
        data = super().read(blob, limit)
        if data == b"unreadable":
            return Unread(blob.path, UnreadReason.MISSING, "the object is missing")
        return data


def judged(
    tree: Tree,
    check: WordCheck,
    *,
    jobs: int = 1,
    cache: Cache | None = None,
    build: Any = None,
) -> tuple[Outcome, Decision]:
    config, change = Config(jobs=jobs), tree.all()
    make = build or (lambda: Losing([check], make_masker, 20))
    (outcome,) = Scan(change, [check], tree, cache or cache_at(None), config, make, finished, Watch()).run()
    return outcome, decide([outcome], config, change).decision


def accounted(outcome: Outcome, tree: Tree) -> bool:
    """Whether each file was analysed or is listed, or the check has failed as a whole."""
    if isinstance(outcome, Failed):
        return True
    assert isinstance(outcome, Completed)
    listed = {unread.path for unread in outcome.unread}
    return outcome.counts.analysed + len(listed) == len(tree.files["head"])


@settings(max_examples=40)
@given(st.lists(st.sampled_from(["fine", *FAULTS]), min_size=1, max_size=6))
def test_a_run_passes_only_when_every_file_was_analysed(texts: list[str]) -> None:
    tree = Torn({"head": {f"{n}.txt": text.encode() for n, text in enumerate(texts)}})
    outcome, decision = judged(tree, Frail())
    assert (decision is Decision.PASSED) == (set(texts) == {"fine"})
    assert decision in (Decision.PASSED, Decision.INCOMPLETE)
    assert accounted(outcome, tree)


@pytest.mark.parametrize("fault", ["kill the process", "scanner dies", "too deep", "take all memory"])
def test_no_fault_in_a_worker_is_lost(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "WORTH_A_POOL", 0)
    tree = Tree({"head": {"a.txt": b"fine", "b.txt": fault.encode(), "c.txt": b"fine"}})
    outcome, decision = judged(tree, WordCheck(), jobs=2, build=Build((WordCheck(),)))
    assert decision is Decision.INCOMPLETE
    assert accounted(outcome, tree)


@dataclass(frozen=True)
class Unbuildable:
    """A worker that cannot make its checks."""

    def __call__(self) -> Analyst:
        raise ScannerError("the scanner is not here")


def test_workers_that_cannot_start_leave_every_file_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "WORTH_A_POOL", 0)
    tree = Tree({"head": {"a.txt": b"fine"}})
    outcome, decision = judged(tree, WordCheck(), jobs=2, build=Unbuildable())
    assert decision is Decision.INCOMPLETE
    assert accounted(outcome, tree)


def test_a_file_that_takes_too_long_is_listed() -> None:
    tree = Tree({"head": {"a.txt": b"sleep"}})
    build = Build((WordCheck(),), timeout=1)
    outcome, decision = judged(tree, WordCheck(), build=build)
    assert decision is Decision.INCOMPLETE
    assert accounted(outcome, tree)


@pytest.mark.parametrize("step", ["conclude", "recall"])
@pytest.mark.parametrize(
    "answer", [Conclusion(()), ModuleNotFoundError("x", name="x"), SystemExit(0), ScannerError("x")]
)
def test_a_later_step_that_loses_files_or_breaks_has_failed(
    step: str, answer: Conclusion | BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: object, analyses: object) -> Conclusion:
        if isinstance(answer, BaseException):
            raise answer
        return answer

    monkeypatch.setattr(WordCheck, step, broken)
    tree = Tree({"head": {"a.txt": b"bad\nbad\n"}, "base": {"a.txt": b"bad\n"}})
    change, check = tree.change(), WordCheck()
    scan = Scan(change, [check], tree, cache_at(None), Config(jobs=1), Build((check,)), finished, Watch())
    assert isinstance(scan.run()[0], Failed)


@pytest.mark.parametrize("answer", [SystemExit(0), ImportError("x"), Comparison(())])
def test_a_comparison_that_breaks_has_failed(
    answer: BaseException | Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Comparing(WordCheck):
        @property
        def compares(self) -> bool:
            return True

        def compare(self, pairs: object, removed: object, *, compared: bool) -> Comparison:
            if isinstance(answer, BaseException):
                raise answer
            return answer

    tree, check = Tree({"head": {"a.txt": b"bad\n"}}), Comparing()
    assert isinstance(judged(tree, check)[0], Failed)


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"null", b'{"findings": [[1]]}', b"\xff"])
def test_a_damaged_cache_is_asked_in_vain(damage: bytes) -> None:
    """Only nothing at all is an answer without findings: it is what stands there for a clean file."""

    class Damaged(Cache):
        def get(self, keys: Any) -> dict[bytes, bytes]:
            return dict.fromkeys(keys, damage) if damage else {}

    tree = Tree({"head": {"a.txt": b"bad\n"}})
    with Damaged() as cache:
        outcome, decision = judged(tree, WordCheck(), cache=cache)
    assert decision is Decision.FAILED
    assert isinstance(outcome, Completed)
    assert outcome.counts.analysed == 1


@pytest.mark.parametrize("place", ["key", "value", "file"])
def test_a_flipped_bit_in_the_cache_changes_no_verdict(place: str, tmp_path: Path) -> None:
    tree = Tree({"head": {"a.txt": b"bad\n"}})
    with cache_at(tmp_path / "cache") as cache:
        judged(tree, WordCheck(), cache=cache)
    file = next((tmp_path / "cache").glob("*.sqlite"))
    if place == "file":
        file.write_bytes(file.read_bytes()[:100] + b"\0" * 4000)
    else:
        import sqlite3

        with sqlite3.connect(file) as connection:
            connection.execute(f"UPDATE results SET {place} = x'00' || substr({place}, 2)")
        connection.close()
    with cache_at(tmp_path / "cache") as cache:
        assert judged(tree, WordCheck(), cache=cache)[1] is Decision.FAILED


def test_a_source_that_breaks_ends_the_run_and_passes_nothing() -> None:
    class Broken(Tree):
        def read(self, blob: Blob, limit: int) -> bytes | Unread:
            raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        judged(Broken({"head": {"a.txt": b"fine"}}), WordCheck())


HIDING = """
import sys
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == sys.argv[1]:
            raise ModuleNotFoundError(name=name)
sys.meta_path.insert(0, Hidden())
from pregate.entry import main
sys.exit(main(sys.argv[2:]))
"""


@pytest.mark.parametrize(
    ("module", "check"),
    [
        ("bandit", "python"),
        ("detect_secrets", "secrets"),
        ("cvss", "dependencies"),
    ],
)
def test_a_scanner_that_is_not_installed_makes_the_run_incomplete(
    module: str, check: str, tmp_path: Path
) -> None:
    repo = GitRepo(tmp_path / "repo").write("a.py", "import os\n").write("requirements.txt", "jinja2==2.0\n")
    repo.write(".pregate.toml", '[secrets]\nengine = "detect-secrets"\n')
    repo.write("db/X-1.json", ADVISORY).write(
        "password.txt", 'password = "' + "hunt" + 'er2hunter2"\n'
    ).commit()
    words = ["scan", "-C", str(repo.path), "--all", "--offline", "--no-cache", "--advisories", "db"]
    words += ["--output", f"sarif={tmp_path / 'x.sarif'}", "--exclude", "db/*"]
    done = subprocess.run(
        [sys.executable, "-c", HIDING, module, *words],
        cwd=repo.path,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 3, done.stdout + done.stderr
    told = f"the {check} check failed"
    assert (
        told in done.stdout
    ) or "detect-secrets cannot be used" in done.stderr  # also nobody else can mask


def test_also_a_check_that_would_be_skipped_is_told_to_be_missing(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "repo").write("requirements.txt", "jinja2==2.0\n").commit()
    done = subprocess.run(
        [sys.executable, "-c", HIDING, "packaging", "scan", "-C", str(repo.path), "--all", "--offline"],
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 3, done.stderr
    assert "the dependencies check failed" in done.stdout


ADVISORY = """{"schema_version": "1.6.0", "id": "X-1", "modified": "2020-01-01T00:00:00Z", "summary": "x",
"severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
"affected": [{"package": {"ecosystem": "PyPI", "name": "jinja2"},
"ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}]}]}"""


def test_a_scanner_that_exits_does_not_end_the_run_as_passed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.entry.cli import pregate

    def leave(*_: object) -> None:
        raise SystemExit(0)

    repo = GitRepo(tmp_path / "repo").write("a.txt", "x\n").commit()
    monkeypatch.setattr("pregate.policy.decide", leave)
    assert pregate("scan", "-C", repo.path, "--all", "--offline").code == 4


def test_the_words_of_a_foreign_error_are_not_told() -> None:
    tree = Tree({"head": {"a.txt": b"import"}})
    outcome, _ = judged(tree, Frail())
    assert isinstance(outcome, Failed)
    assert outcome.message == "the scanner of the word check does not work: ModuleNotFoundError of scanner"
    assert replace(outcome, message="") != outcome
