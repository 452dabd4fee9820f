"""A call into foreign code: what it prints and raises goes no farther."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator

from pregate.errors import PregateError, ScannerError, UsageError

_HINT = "This is a fault of the plug-in, not of pregate: tell its author."


@contextlib.contextmanager
def calling(name: str, what: str, *, file: bool = False) -> Iterator[None]:
    """
    The block calls the plug-in ``name``: its standard output goes to standard error, where it spoils no
    report, and any exception becomes a ScannerError that names its type and not its words, which may quote a
    file.

    Errors of pregate's own kind keep their words: the plug-in chose them for people. With ``file`` the call
    is about one file, and running out of stack or memory is passed on: the engine lists that file as unread.
    """
    try:
        with contextlib.redirect_stdout(sys.stderr):
            yield
    except UsageError as error:
        raise UsageError(f"plug-in {name}: {error.message}", error.hint) from error
    except PregateError as error:
        raise ScannerError(f"plug-in {name}: {error.message}", error.hint or _HINT) from error
    except (Exception, SystemExit) as error:
        if file and isinstance(error, RecursionError | MemoryError):
            raise
        raise ScannerError(f"the plug-in {name} could not {what}: {type(error).__name__}", _HINT) from error
