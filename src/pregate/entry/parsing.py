"""The parser of options: errors of two lines, and options that are only made where they are asked for."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from pregate.errors import UsageError


class Parser(argparse.ArgumentParser):
    """
    A parser whose errors are two lines: what is wrong, and where the options stand.

    What is given to :meth:`later` adds its options when something is parsed or help is printed. A hook has
    forty, and a command with four verbs would make them for each: a twentieth of a hook's time.
    """

    _later: Callable[[argparse.ArgumentParser], None] | None = None

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
