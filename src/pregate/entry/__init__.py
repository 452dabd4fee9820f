"""
The ways in: command line, git hook, GitHub action. Only here are errors mapped to exit codes and is
anything printed.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """
    Runs ``pregate`` and gives its exit code. Without ``argv`` it is the program: then nothing is imported any
    more from the current directory, nor from the checkout that it is.

    0 passed, 1 findings at or over the threshold, 2 usage, 3 incomplete, 4 a bug in pregate; 130 interrupted,
    143 and 129 ended by SIGTERM or SIGHUP.
    """
    # Starting imports some 300 modules that stay: collecting among them costs a hook a tenth of its time.
    gc.set_threshold(50_000, 20, 20)
    if argv is None:
        _start_without_words()
        sys.path[:] = outside(sys.path, _here())
    from pregate.entry import ending
    from pregate.entry.cli import run

    if argv is not None:
        return run(list(argv))
    code = run(sys.argv[1:], is_program=True)
    if ending.is_stopped():
        ending.end_children()
    _leave(code, at_once=ending.is_stopped())
    return code


def _here() -> str:
    try:
        return os.getcwd()  # noqa: PTH109 - start-up time of the hook
    except OSError:  # it was deleted, which git has words for
        return ""


def _start_without_words() -> None:
    """Until it is known what a signal does to the run, a key ends it as SIGTERM does: without a traceback."""
    import _signal as signal  # type: ignore[import-not-found]  # as pregate.entry.ending has it

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def _leave(code: int, *, at_once: bool) -> None:
    """
    Ends the process once what was registered for its end has run and what was written is out. To take apart
    some 300 modules and all that they hold is a fifth of a hook's time, and nobody waits for it but the
    committer. Where somebody measures this process, or threads are at work, it ends as others do; ``at_once``
    is not to wait for threads.
    """
    threading = sys.modules.get("threading")
    is_watched = sys.gettrace() or sys.getprofile() or "coverage" in sys.modules or sys.flags.inspect
    if is_watched or (threading and threading.active_count() > 1 and not at_once):
        return
    atexit._run_exitfuncs()
    try:
        for stream in filter(None, (sys.stdout, sys.stderr)):
            stream.flush()
    except (OSError, ValueError):
        return  # Python has words for it, and an exit code
    os._exit(code)


def outside(path: Sequence[str], here: str) -> list[str]:
    """
    The folders of ``path`` without ``here`` and, where that is a checkout, those in it, but for pregate's own
    and the environment's: ``PYTHONPATH=src`` in a workflow would let a change's ``yaml.py`` run in the place
    of PyYAML.
    """
    below = os.path.join(here, "") if os.path.lexists(os.path.join(here, ".git")) else ""  # noqa: PTH118
    own = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # noqa: PTH100, PTH120
    installed = (os.path.join(sys.prefix, ""), os.path.join(sys.base_prefix, ""))  # noqa: PTH118

    def is_outside(folder: str) -> bool:
        if folder == own or folder.startswith(installed):
            return True
        return folder not in ("", here) and not (below and folder.startswith(below))

    return [folder for folder in path if is_outside(folder)]
