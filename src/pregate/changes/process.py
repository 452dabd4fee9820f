"""Running git: argument lists, a hardened environment, a time limit, and no process left behind."""

from __future__ import annotations

import contextlib
import os
import select
import sys
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from pregate.changes.child import DEVNULL, PIPE, Child
from pregate.changes.hints import failed
from pregate.errors import ChangesError
from pregate.records import dataclass, replace

CHUNK = 1 << 16
SECONDS = 300.0
_WAIT = 1.0  # seconds after which a wait comes back to Python
_KILL = 9  # not from signal, whose lists of names take a hook half a millisecond
_GLANCE = 0.005  # seconds between two looks whether it has ended


@dataclass(frozen=True, slots=True)
class Git:
    """
    Git at ``program``, run in ``directory``; one process may be silent for ``seconds`` before it is ended.

    With ``has_group`` each process leads a group of its own, and what it has started ends with it.
    """

    program: str
    directory: bytes
    environment: dict[str, str]
    algorithm: str = "sha1"
    seconds: float = SECONDS
    has_group: bool = False

    @property
    def id_size(self) -> int:
        """Bytes of an object id."""
        return 32 if self.algorithm == "sha256" else 20

    def start(self, *arguments: str | bytes, stdin: bytes | None = b"") -> Process:
        """
        Start git to read from it while it runs. ``stdin`` is given to it whole; with ``None``, by ``send``.
        """
        return Process(self, arguments, stdin)

    def run(self, *arguments: str | bytes, stdin: bytes = b"", accept: Sequence[int] = (0,)) -> bytes:
        """
        All of its output; for short answers. Raises ChangesError when it ends with a status not in
        ``accept``.
        """
        with self.start(*arguments, stdin=stdin) as process:
            parts = []
            while part := process.receive():
                parts.append(part)
            process.finish(accept)
        return b"".join(parts)

    def with_environment(self, environment: dict[str, str]) -> Git:
        """The same git in another environment."""
        return replace(self, environment=environment)

    def without_index(self) -> Git:
        """
        The same git for comparing commits by their trees alone: it reads the whole index before, for the
        attributes that a patch may need, unless there is none.
        """
        name = self.environment.get("GIT_DIR", "") + "/no-index"
        return self.with_environment({**self.environment, "GIT_INDEX_FILE": name})


class Process:
    """One running git. A context manager: the process is gone at its end, however that is reached."""

    def __init__(self, git: Git, arguments: Sequence[str | bytes], stdin: bytes | None) -> None:
        self.name = _text(arguments[0])
        self._seconds = git.seconds
        self._has_group = git.has_group
        self._errors = _scratch(b"")
        given = _scratch(stdin) if stdin else None
        source = given if given is not None else PIPE if stdin is None else DEVNULL
        command = (git.program, "-C", git.directory, "--no-pager", *arguments)
        try:
            self._process = Child(command, git.environment, source, self._errors, has_group=git.has_group)
        except OSError as error:
            os.close(self._errors)
            raise ChangesError(
                f"git {self.name} could not be started: {error.strerror}.",
                "Run `git --version` in the same place to see why.",
            ) from error
        finally:
            if given is not None:
                os.close(given)
        self._output = self._process.output
        self._poll = select.poll()
        self._poll.register(self._output, select.POLLIN)

    def widen(self, size: int) -> None:
        """Lets so many bytes of its output wait to be read, where the system can."""
        if sys.platform == "linux":
            import fcntl

            with contextlib.suppress(OSError):  # more than this user may have
                fcntl.fcntl(self._output, fcntl.F_SETPIPE_SZ, size)

    def receive(self) -> bytes:
        """
        The next bytes of its output, ``b""`` at the end. Raises ChangesError when it is silent for too long.
        """
        deadline = time.monotonic() + self._seconds
        # Not in one wait: an exception from another thread (a task's limit) arrives in Python alone.
        while not self._poll.poll(max(0.0, min(deadline - time.monotonic(), _WAIT)) * 1000):
            if time.monotonic() < deadline:
                continue
            self.close()
            raise ChangesError(
                f"git {self.name} gave no answer for {self._seconds:.0f} seconds and was ended.",
                "The disk may be very slow, or a file under .git a pipe. Run the same command by hand.",
            )
        return os.read(self._output, CHUNK)

    def send(self, data: bytes) -> None:
        """Write to its input. Raises ChangesError when it has died."""
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[os.write(self._process.input, rest) :]
        except OSError as error:  # it is gone, or was closed
            raise self.failure() from error

    def finish(self, accept: Sequence[int] = (0,)) -> None:
        """
        Wait for its end. Raises ChangesError, with git's own words, for a status that is not in ``accept``.
        """
        try:
            if self._has_group:
                self._end_group()
            status = self._process.wait(self._seconds)
        except TimeoutError as error:
            self.close()
            raise ChangesError(f"git {self.name} did not end.", "Run the same command by hand.") from error
        if status not in accept:
            raise self.failure()

    def failure(self) -> ChangesError:
        """The error that says how it ended, with the first line that git wrote about it."""
        self.kill()
        status = self._process.wait()
        words = "" if self._errors < 0 else _text(os.pread(self._errors, 4000, 0)).strip()
        return failed(self.name, words, status)

    def bound_files(self, size: int) -> None:
        """
        No file that it writes from now on, or what it starts writes, becomes larger than ``size`` bytes, also
        when nobody looks after it any more. Linux alone has this for a process that runs.
        """
        import resource

        if sys.platform == "linux":
            with contextlib.suppress(OSError, ValueError):  # it has ended
                resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (size, size))

    def _end_group(self) -> None:
        """Ends what it started when it has ended itself: once it is waited for, its number is free."""
        if not hasattr(os, "waitid"):  # pragma: no cover - before Python 3.13 not on macOS
            return
        deadline, how = time.monotonic() + self._seconds, os.WEXITED | os.WNOWAIT | os.WNOHANG
        with contextlib.suppress(ChildProcessError):  # it was waited for
            while os.waitid(os.P_PID, self._process.pid, how) is None:
                if time.monotonic() > deadline:
                    raise TimeoutError
                time.sleep(_GLANCE)
            self.kill()

    def kill(self) -> None:
        """End it at once, if it runs; any thread may. Whoever reads from it comes to the end."""
        if self._has_group and self._process.returncode is None:
            # Its number is its own until it is waited for, and so is that of its group.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, _KILL)
        self._process.kill()

    def close(self) -> None:
        """End it, if it runs, and release what it held. May be called again."""
        self._process.close()
        self.kill()
        self._process.wait()
        if self._errors >= 0:
            os.close(self._errors)
            self._errors = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _scratch(data: bytes) -> int:
    """A file without a name that holds ``data``. Files, unlike pipes, take any amount without a reader."""
    if sys.platform == "linux":
        handle = os.memfd_create("pregate")
    else:  # pragma: no cover - measured on Linux only
        import tempfile

        with tempfile.TemporaryFile() as file:
            handle = os.dup(file.fileno())
    while data:
        data = data[os.write(handle, data) :]
    os.lseek(handle, 0, os.SEEK_SET)
    return handle


def _text(data: str | bytes) -> str:
    return data if isinstance(data, str) else data.decode("utf-8", "replace")
