import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pregate.changes.child import DEVNULL, PIPE, UNKNOWN, Child


@pytest.fixture
def errors(tmp_path: Path) -> int:
    return os.open(tmp_path / "errors", os.O_RDWR | os.O_CREAT)


def shell(text: str, errors: int, stdin: int = DEVNULL) -> Child:
    return Child(("/bin/sh", "-c", text), {"WORD": "hello"}, stdin, errors)


def said(process: Child) -> bytes:
    parts = []
    while part := os.read(process.output, 1 << 16):
        parts.append(part)
    return b"".join(parts)


def test_it_has_the_environment_that_it_was_given_and_no_other(errors: int) -> None:
    process = shell("echo $WORD $HOME", errors)

    assert said(process) == b"hello\n"
    assert process.wait() == 0


def test_what_is_sent_is_read_and_errors_go_to_their_file(errors: int, tmp_path: Path) -> None:
    process = shell("cat; echo gone >&2; exit 3", errors, PIPE)
    os.write(process.input, b"word")
    os.close(process.input)
    process.input = -1

    assert said(process) == b"word"
    assert process.wait(5) == 3
    assert (tmp_path / "errors").read_bytes() == b"gone\n"


@pytest.mark.parametrize("is_asked", [True, False])
def test_waiting_has_an_end(is_asked: bool, errors: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a kernel that tells of the end, and without."""
    if not is_asked:
        monkeypatch.delattr(os, "pidfd_open")
    process = shell("exec sleep 60", errors)

    with pytest.raises(TimeoutError):
        process.wait(0.05)
    process.kill()

    assert process.wait(5) == -9
    process.kill()  # nobody, any more


def test_a_kernel_that_refuses_to_tell_of_the_end_is_looked_at(
    errors: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_pid: int) -> int:
        raise OSError

    monkeypatch.setattr(os, "pidfd_open", refuse)

    assert shell("exit 4", errors).wait(5) == 4


def test_a_signal_that_python_ignores_ends_it_as_any_program(errors: int) -> None:
    process = shell("kill -PIPE $$; echo alive", errors)

    assert said(process) == b""
    assert process.wait() == -13


def test_what_somebody_else_waited_for_has_ended_and_is_no_success(errors: int) -> None:
    process = shell("exit 0", errors)
    os.waitpid(process.pid, 0)

    assert process.wait() == UNKNOWN


def test_threads_may_kill_while_one_waits(errors: int) -> None:
    process = shell("exec sleep 60", errors)
    killers = [threading.Timer(0.02, process.kill) for _ in range(4)]
    for killer in killers:
        killer.start()

    assert process.wait(10) == -9
    for killer in killers:
        killer.join()


def test_the_handler_of_a_signal_may_kill_while_its_thread_asks(
    errors: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that searches a history is told so to leave."""
    process = shell("exec sleep 60", errors)
    wait = os.waitpid
    asked: list[int] = []

    def interrupted(pid: int, options: int) -> tuple[int, int]:
        if not asked:
            asked.append(pid)
            process.kill()
        return wait(pid, options)

    monkeypatch.setattr(os, "waitpid", interrupted)
    process.poll()

    assert process.wait(10) == -9


def test_a_program_that_is_not_there_leaves_no_open_file(errors: int) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))

    with pytest.raises(FileNotFoundError):
        Child(("/no/such/program",), {}, PIPE, errors)

    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_standard_streams_that_are_closed_are_not_mixed_up(tmp_path: Path) -> None:
    program = (
        "import os\n"
        "os.close(0); os.close(1); os.close(2)\n"
        "from pregate.changes.child import Child, PIPE\n"
        f"errors = os.open({str(tmp_path / 'errors')!r}, os.O_RDWR | os.O_CREAT)\n"
        "process = Child(('/bin/sh', '-c', 'cat; echo error >&2'), {}, PIPE, errors)\n"
        "os.write(process.input, b'word'); os.close(process.input); process.input = -1\n"
        "text = os.read(process.output, 100)\n"
        "process.wait()\n"
        f"open({str(tmp_path / 'said')!r}, 'wb').write(text)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=30)

    assert (tmp_path / "said").read_bytes() == b"word"
    assert (tmp_path / "errors").read_bytes() == b"error\n"
