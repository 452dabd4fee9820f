"""RE2 for the expressions of a ``.gitleaks.toml``, which are in its syntax and may be written by anybody."""

from __future__ import annotations

from functools import cache
from typing import Any

from pregate.errors import ScannerError

# Bytes for one expression and its states: Go, which gitleaks is written in, has no such limit of its own.
_MEMORY = 64 * 1024**2
INSTALL = (
    "Install it: pip install 'pregate[gitleaks]'. Under pre-commit add to the hook:\n\n"
    "    additional_dependencies: [google-re2]\n\n"
    'To do without the file, write `gitleaks-config = ""` under [secrets] in the configuration.'
)


class ExpressionError(ValueError):
    """Not an expression that RE2 takes; the text says why."""


@cache
def compiled(pattern: str) -> Any:
    """
    The expression, made once in a process. Its time is linear in the text, whatever it says.

    Raises ExpressionError, and ScannerError where RE2 is not installed.
    """
    re2 = _module()
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        told = error.args[0] if error.args else ""
        words = told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)
        raise ExpressionError(words) from None
    except UnicodeEncodeError:
        raise ExpressionError("not Unicode") from None


def matches(pattern: str, text: str) -> bool:
    """Whether an expression matches anywhere in a text."""
    return compiled(pattern).search(encodable(text)) is not None


def encodable(text: str) -> str:
    """The text without halves of UTF-16's pairs, which RE2 cannot be given; as long as it was."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


@cache
def _module() -> Any:
    try:
        import re2
    except ImportError as error:
        raise ScannerError(
            "the expressions of .gitleaks.toml need google-re2, which is not installed", INSTALL
        ) from error
    return re2
