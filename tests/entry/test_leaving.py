"""How the program ends: at once, but with everything written that was to be."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import sys
sys.argv = ["pregate", *{words!r}]
{before}
from pregate.entry import main
code = main()
print("as others do")
raise SystemExit(code)
"""


def ended(before: str = "", words: tuple[str, ...] = ("--version",)) -> tuple[int, str]:
    program = PROGRAM.format(words=words, before=before)
    # Where its coverage is measured, a process ends as others do.
    environ = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environ)
    return done.returncode, done.stdout


def test_it_ends_at_once() -> None:
    code, out = ended()
    assert code == 0
    assert out.startswith("pregate ")
    assert out.count("\n") == 1


def test_its_exit_code_is_kept() -> None:
    assert ended(words=("nonsense",))[0] == 2


def test_what_was_registered_for_the_end_runs(tmp_path: Path) -> None:
    left = tmp_path / "left"
    ended(f"import atexit, pathlib; atexit.register(pathlib.Path({str(left)!r}).touch)")
    assert left.exists()


def test_a_process_that_is_watched_ends_as_others_do() -> None:
    assert "as others do" in ended("sys.setprofile(lambda *_: None)")[1]


def test_a_thread_at_work_is_waited_for(tmp_path: Path) -> None:
    left = tmp_path / "left"
    lines = f"threading.Thread(target=lambda: (time.sleep(0.3), pathlib.Path({str(left)!r}).touch())).start()"
    assert "as others do" in ended(f"import pathlib, threading, time; {lines}")[1]
    assert left.exists()


def test_a_reader_that_has_gone_is_no_success() -> None:
    here, there = os.pipe()
    os.close(here)
    done = subprocess.run([sys.executable, "-m", "pregate", "rules"], stdout=there, stderr=subprocess.PIPE)
    os.close(there)
    assert done.returncode != 0


@pytest.mark.parametrize("words", ["rules", "--version"])
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    ("where", "why"),
    [(">/dev/full", "No space left on device"), (">&-", "Bad file descriptor")],
)
def test_output_that_cannot_be_written_is_an_error_and_no_bug(
    words: str, unbuffered: str, where: str, why: str
) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no device that is always full")
    done = shell(f"{words} {where}", unbuffered)
    assert done.returncode == 3
    assert done.stderr.startswith(f"pregate: error: cannot write: {why}\n")
    assert done.stderr.count("\n") == 2


def test_what_is_said_beside_the_output_may_be_lost() -> None:
    done = shell("rules 2>&-")
    assert done.returncode == 0
    assert done.stdout


def shell(words: str, unbuffered: str = "") -> subprocess.CompletedProcess[str]:
    """The program, run with what a shell makes of some words."""
    command = ["sh", "-c", f'"$0" -m pregate {words}', sys.executable]
    environ = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environ)


@pytest.mark.parametrize("start", [("-m", "pregate"), ("-c", "from pregate.entry import main; exit(main())")])
def test_a_folder_that_was_deleted_is_no_bug(tmp_path: Path, start: tuple[str, str]) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    leaving = 'import os, sys; os.rmdir(os.getcwd()); os.execv(sys.executable, ["python", *sys.argv[1:]])'
    environ = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(
        [sys.executable, "-c", leaving, *start, "scan", "--all"], cwd=gone, env=environ, capture_output=True
    )
    assert done.returncode == 3
    assert b"Unable to read current working directory" in done.stderr
