"""Runs that somebody ends: with which exit code and words, and that nothing of them stays."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pregate.entry import ending
from tests.gitrepo import GitRepo

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at Linux' processes")

# The program, with work that does not end: where it has come to that, it says so.
PROGRAM = """
import os, pathlib, signal, sys, time
from pregate.engine import analyst, workers
from pregate.entry import main

def work(*_):
    os.write(1, b"at work")
    time.sleep(60)

{before}
sys.argv = ["pregate", *{words!r}]
raise SystemExit(main())
"""
SCAN = "workers.WORTH_A_POOL = 0; analyst.Analyst.work = work"
HISTORY = "from pregate.history import hands, search; search.PORTION = 1; hands.Hand.search = work"
WRITE = "pathlib.Path.replace = work"
TWO = ("--jobs", "2", "--no-cache")


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> GitRepo:
    repo = GitRepo(tmp_path_factory.mktemp("ending") / "repo")
    for n in range(4):
        repo.write(f"{n}.py", f"x = {n}\n").commit()
    return repo.write("new.py", "x = 5\n").add()


@contextmanager
def started(repo: GitRepo, before: str, *words: str, **variables: str) -> Iterator[subprocess.Popen[bytes]]:
    """The program at work, in a session of its own, of which nothing is left afterwards."""
    # Where its coverage is measured, a process ends as others do.
    environ = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(before=before, words=words)],
        cwd=repo.path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env=environ | variables,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.read(7) == b"at work", process.communicate()[1]
            yield process
        finally:
            for left in in_session(process.pid):
                os.kill(left, signal.SIGKILL)


def doing(*lines: str) -> str:
    """What lets a command that needs nothing do these lines."""
    body = "".join(f"    {line}\n" for line in lines)
    return f"def busy(*_):\n{body}\nfrom pregate.entry import rules; rules.main = busy"


def in_session(leader: int) -> list[int]:
    """The processes of a session that run (proc(5): the state is the third field, the session the sixth)."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == leader and fields[0] != "Z":
            found.append(int(entry.parent.name))
    return found


def all_gone(leader: int) -> bool:
    deadline = time.monotonic() + 20
    while in_session(leader):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


@pytest.mark.parametrize(
    ("number", "before", "words"),
    [
        (signal.SIGTERM, SCAN, ("scan", "--all", "--offline", *TWO)),
        (signal.SIGHUP, SCAN, ("hook", "pre-commit", *TWO)),
        (signal.SIGINT, HISTORY, ("history", *TWO)),
        (signal.SIGTERM, HISTORY, ("history", *TWO)),
    ],
)
def test_a_run_that_is_ended_says_by_what_and_leaves_no_process(
    repo: GitRepo, number: signal.Signals, before: str, words: tuple[str, ...]
) -> None:
    with started(repo, before, *words) as process:
        process.send_signal(number)
        said = process.communicate(timeout=30)[1].decode()
        assert said == f"pregate: {'interrupted' if number == signal.SIGINT else f'ended by {number.name}'}\n"
        assert process.returncode == 128 + number
        assert all_gone(process.pid)


@pytest.mark.parametrize(("before", "command"), [(SCAN, "scan"), (HISTORY, "history")])
def test_processes_end_with_the_one_that_started_them(repo: GitRepo, before: str, command: str) -> None:
    with started(repo, before, command, "--all", *TWO) as process:
        process.kill()
        process.communicate(timeout=30)
        assert all_gone(process.pid)


def test_git_that_gives_no_answer_ends_too(repo: GitRepo, tmp_path: Path) -> None:
    program = tmp_path / "git"
    program.write_text("#!/bin/sh\nprintf 'at work' > /proc/$PPID/fd/1\nexec sleep 60\n")
    program.chmod(0o755)
    with started(repo, "", "scan", "--all", PATH=f"{tmp_path}:{os.environ['PATH']}") as process:
        process.terminate()
        assert process.wait(30) == 143
        assert all_gone(process.pid)


def test_a_report_that_is_half_written_is_taken_away(repo: GitRepo, tmp_path: Path) -> None:
    output = f"json={tmp_path / 'report.json'}"
    with started(repo, WRITE, "scan", "--staged", "--offline", "--no-cache", "--output", output) as process:
        assert len(list(tmp_path.iterdir())) == 1
        process.terminate()
        assert process.wait(30) == 143
    assert list(tmp_path.iterdir()) == []


def test_a_signal_that_is_ignored_stays_so_and_a_second_one_ends_at_once(repo: GitRepo) -> None:
    """The work cleans up for longer than anybody waits; what comes at the same time is no second signal."""
    ignored = "signal.signal(signal.SIGHUP, signal.SIG_IGN)"
    slow = doing("try: work()", "finally: os.write(1, b'!'); time.sleep(60)")
    with started(repo, f"{ignored}\n{slow}", "rules") as process:
        assert process.stdout is not None
        process.send_signal(signal.SIGHUP)
        process.terminate()
        assert process.stdout.read(1) == b"!"
        process.terminate()
        time.sleep(ending._ECHO + 0.1)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130


def test_a_signal_that_the_interpreter_swallows_is_sent_again(repo: GitRepo) -> None:
    late = "class Late: __del__ = work"
    with started(repo, f"{late}\n{doing('Late()', 'time.sleep(60)')}", "rules") as process:
        process.terminate()
        assert process.communicate(timeout=30)[1] == b"pregate: ended by SIGTERM\n"
        assert process.returncode == 143


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_run_does_not_wait_for_a_reader_that_has_stopped(repo: GitRepo, stream: str) -> None:
    """What it has written fills the pipe, as before a pager that shows its first page."""
    endless = doing("os.write(1, b'at work')", f"while True: print('x' * 99, file=sys.{stream})")
    with started(repo, endless, "rules") as process:
        room = select.poll()
        room.register(getattr(process, stream), select.POLLIN)
        room.poll(20_000)
        time.sleep(0.3)  # until it is full
        process.terminate()
        assert process.wait(20) == 143


def test_what_else_the_interpreter_swallows_is_told_as_ever(repo: GitRepo) -> None:
    late = "class Late: __del__ = lambda _: 1 / 0"
    with started(repo, f"{late}\n{doing('Late()', 'work()')}", "rules") as process:
        process.terminate()
        said = process.communicate(timeout=30)[1].decode()
    assert "ZeroDivisionError" in said
    assert said.endswith("pregate: ended by SIGTERM\n")


def test_a_process_that_a_shell_left_behind_is_not_ended_with_the_run(repo: GitRepo) -> None:
    """Who becomes this program with ``exec`` has children that are not its own."""
    theirs = "theirs = os.spawnlp(os.P_NOWAIT, 'sleep', 'sleep', '60')"
    ours = "ours = os.spawnlp(os.P_NOWAIT, 'sleep', 'sleep', '60')"
    told = "os.write(2, f'{theirs} {ours} '.encode())"
    with started(repo, f"{theirs}\n{doing(ours, told, 'work()')}", "rules") as process:
        process.terminate()
        assert process.stderr is not None
        first, second, *_ = process.stderr.readline().split()
        assert process.wait(30) == 143
        deadline = time.monotonic() + 20
        while int(second) in in_session(process.pid):  # it was killed, which takes effect a little later
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert int(first) in in_session(process.pid)


def test_what_git_could_not_read_is_told_where_ends_of_children_are_ignored(tmp_path: Path) -> None:
    """Whoever started the program may have left it so; then the system keeps no exit codes."""
    broken = GitRepo(tmp_path / "repo")
    broken.write("folder/a.py", "x = 1\n").write("b.py", "y = 1\n").commit()
    tree = broken.git("rev-parse", "HEAD:folder").decode().strip()
    (broken.path / ".git/objects" / tree[:2] / tree[2:]).unlink()
    program = "import sys; from pregate.entry import main; raise SystemExit(main())"
    done = subprocess.run(
        [sys.executable, "-c", program, "scan", "--all", "--offline", "--no-cache"],
        cwd=broken.path,
        capture_output=True,
        preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN),
        check=False,
    )
    assert b"git ls-tree failed" in done.stderr
    assert done.returncode == 3


def test_the_first_process_of_a_container_can_be_ended(repo: GitRepo) -> None:
    apart = ["unshare", "--user", "--map-root-user", "--pid", "--fork"]
    if subprocess.run([*apart, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no containers here")
    program = PROGRAM.format(before=SCAN, words=("scan", "--all", "--offline", *TWO))
    with subprocess.Popen(
        [*apart, sys.executable, "-c", program], cwd=repo.path, stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.read(7) == b"at work"
            (first,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
            os.kill(int(first), signal.SIGTERM)
            assert process.wait(30) == 143
        finally:
            for left in in_session(process.pid):
                os.kill(left, signal.SIGKILL)


def test_the_action_writes_that_it_was_ended(repo: GitRepo, tmp_path: Path) -> None:
    outputs, event = tmp_path / "outputs", tmp_path / "event.json"
    outputs.touch()
    event.write_text("{}")
    ended = "from pregate.entry import action; action._run = work"
    with started(repo, ended, "action", GITHUB_OUTPUT=str(outputs), GITHUB_EVENT_PATH=str(event)) as process:
        process.terminate()
        assert process.wait(30) == 143
    assert "ended by SIGTERM" in outputs.read_text()
    assert "143" in outputs.read_text()
