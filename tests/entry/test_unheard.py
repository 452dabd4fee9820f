"""Exit codes where nobody hears what is said: standard output or error is full, closed, or both."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.entry.cli import pregate

pytestmark = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")

# One process that has loaded everything forks one for each case, which costs a tenth of starting it.
PROGRAM = """
import json, os, sys
from pregate.entry import main, rules

def broken(*_):
    raise ValueError

def put(number, where):
    if where == "full":
        os.dup2(os.open("/dev/full", os.O_WRONLY), number)
    elif where == "closed":  # as Python begins then
        os.close(number)
        setattr(sys, {1: "stdout", 2: "stderr"}[number], None)

def code_of(words, out, err):
    child = os.fork()
    if not child:
        put(1, out)
        put(2, err)
        if words == ["bug"]:
            words, rules.main = ["rules"], broken
        sys.argv = ["pregate", *words]
        os._exit(main())
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

told, cases = sys.argv[1], json.load(sys.stdin)
main(cases[0][0])
codes = [code_of(*case) for case in cases]
with open(told, "w") as file:
    json.dump(codes, file)
"""
SCAN = ("scan", "--offline", "--no-cache", "--check", "python", "--min-confidence", "low", "--fail-on", "low")
VERDICTS = {
    0: (*SCAN, "clean.py"),
    1: (*SCAN, "found.py"),
    2: ("scan", "--nonsense"),
    3: (*SCAN, "broken.py"),
    4: ("bug",),
}
STREAMS = ("open", "full", "closed")


def test_an_exit_code_is_what_it_is_whether_or_not_it_can_be_said_why(tmp_path: Path) -> None:
    (tmp_path / "clean.py").write_text("x = 1\n")
    (tmp_path / "found.py").write_text("import subprocess\nsubprocess.call('ls ' + name, shell=True)\n")
    (tmp_path / "broken.py").write_text("def f(:\n")
    cases = [(code, out, err) for code in VERDICTS for out in STREAMS for err in STREAMS]
    told = tmp_path / "told"
    subprocess.run(
        [sys.executable, "-c", PROGRAM, str(told)],
        cwd=tmp_path,
        input=json.dumps([(VERDICTS[code], out, err) for code, out, err in cases]).encode(),
        capture_output=True,
        env={name: value for name, value in os.environ.items() if not name.startswith("COV")},
        check=True,
        timeout=120,
    )
    # A verdict without its report is none; what has no report is told by the exit code alone.
    wanted = {case: 3 if case[0] < 2 and case[1] != "open" else case[0] for case in cases}
    assert dict(zip(cases, json.loads(told.read_text()), strict=True)) == wanted


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("where", [">/dev/full 2>/dev/full", "2>/dev/full", "<&- >&- 2>&-"])
def test_python_itself_adds_nothing_to_it_at_the_end(where: str, unbuffered: str) -> None:
    done = subprocess.run(
        ["sh", "-c", f'"$0" -m pregate scan --nonsense {where}', sys.executable],
        check=False,
        env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
    )
    assert done.returncode == 2


def limited(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """The program where no file may become larger than two blocks of 512 bytes."""
    line = 'ulimit -f 2; exec "$0" -m pregate "$@"'
    environ = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    command = ["sh", "-c", line, sys.executable, *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=environ)


def test_a_report_for_which_there_is_no_room_is_named_and_nothing_of_it_left(tmp_path: Path) -> None:
    (tmp_path / "clean.py").write_text("x = 1\n")
    reports = tmp_path / "reports"
    report = reports / "out.sarif"
    done = limited(*SCAN, "clean.py", "--output", f"sarif={report}", folder=tmp_path)
    assert done.stderr.startswith(f"pregate: error: cannot write {report}: File too large\n")
    assert done.returncode == 3
    assert list(reports.iterdir()) == []


def test_a_cache_for_which_there_is_no_room_changes_no_verdict(tmp_path: Path) -> None:
    (tmp_path / "found.py").write_text("import subprocess\nsubprocess.call('ls ' + name, shell=True)\n")
    words = ("scan", "--offline", "--check", "python", "--cache-dir", "cache", "found.py")
    assert limited(*words, folder=tmp_path).returncode == 1


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PermissionError(13, "Permission denied", "results/x"), "cannot use results/x: Permission denied"),
        (
            OSError(30, "Read-only file system", b"/work\xff"),
            "cannot use /work\\udcff: Read-only file system",
        ),
        (OSError(28, "No space left on device", "/tmp/y"), "cannot use /tmp/y: No space left on device"),
        (FileNotFoundError(2, "No usable temporary directory"), "No usable temporary directory"),
    ],
)
def test_where_the_system_lets_nobody_write_is_no_bug(
    error: OSError, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise error

    monkeypatch.setattr("pregate.entry.rules.main", refused)
    run = pregate("rules")
    assert run.code == 3
    assert run.err.startswith(f"pregate: error: {words}\n")


def test_another_error_of_the_system_is_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object) -> None:
        raise FileNotFoundError(2, "No such file or directory", "x")

    monkeypatch.setattr("pregate.entry.rules.main", missing)
    assert pregate("rules").code == 4
