"""The parser of options: errors of two lines, and options that are only made where they are asked for."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from pregate.errors import UsageError

_COLUMNS = 80


def _width() -> int:
    # As shutil.get_terminal_size, which the formatter would load with every archive format that Python has.
    with contextlib.suppress(ValueError):
        if (columns := int(os.environ.get("COLUMNS", "0"))) > 0:
            return columns
    with contextlib.suppress(OSError, ValueError, AttributeError):
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or _COLUMNS  # type: ignore[union-attr]
    return _COLUMNS


class Plain(argparse.HelpFormatter):
    """argparse's formatter; each option that is added makes one."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("width", _width() - 2)
        super().__init__(*args, **options)


class Raw(Plain, argparse.RawDescriptionHelpFormatter):
    """The same, which leaves the lines of descriptions as they are."""


class Parser(argparse.ArgumentParser):
    """
    A parser whose errors are two lines: what is wrong, and where the options stand.

    What is given to :meth:`later` adds its options when something is parsed or help is printed. A hook has
    forty, and a command with four verbs would make them for each: a twentieth of a hook's time.
    """

    _later: Callable[[argparse.ArgumentParser], None] | None = None

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("formatter_class", Plain)
        super().__init__(*args, **options)

    def later(self, add: Callable[[argparse.ArgumentParser], None]) -> None:
        """Has the options added when they are needed; the last ``add`` counts."""
        self._later = add

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """As argparse's, with all options there."""
        self._fill()
        return super().parse_known_args(args, namespace)

    def format_help(self) -> str:
        """As argparse's, with all options there."""
        self._fill()
        return super().format_help()

    def error(self, message: str) -> NoReturn:
        """Ends with the exit code of a wrong use."""
        self.exit(UsageError.exit_code, f"{self.prog}: error: {message}\n  See {self.prog} --help.\n")

    def _print_message(self, message: str, file: Any = None) -> None:
        if message and file is sys.stdout:
            file.write(message)  # argparse would say nothing of an output that is full or closed
        else:
            super()._print_message(message, file)

    def _fill(self) -> None:
        add, self._later = self._later, None
        if add:
            add(self)


def needed(names: Sequence[str], chosen: str, argv: Sequence[str]) -> Sequence[str]:
    """
    Which of ``names`` a parser must know: all, for a list of them or a word that is none; ``chosen`` alone
    where it is the first word.
    """
    return (chosen,) if argv and argv[0] == chosen else names
