"""Parts of a policy that cannot be evaluated, and questions that may have an answer all the same."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from pregate.iam.document import CLOSE, OPEN

T = TypeVar("T")
LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


class UndecidedError(Exception):
    """The policy's text does not say whether it allows the request."""


def some(test: Callable[[T], bool], items: Iterable[T]) -> bool:
    """
    Whether an item passes the test. An item that cannot be tested matters only when no other passes: then
    UndecidedError is raised.
    """
    doubt: UndecidedError | None = None
    for item in items:
        try:
            if test(item):
                return True
        except UndecidedError as error:
            doubt = error
    if doubt is not None:
        raise doubt
    return False


def every(test: Callable[[T], bool], items: Iterable[T]) -> bool:
    """Whether all items pass; one that fails decides whatever cannot be tested (else UndecidedError)."""
    return not some(lambda item: not test(item), items)


def texts(value: Any) -> list[str]:
    """
    One string or a list of them, as they may stand in a policy; numbers and booleans in JSON's spelling.

    Raises UndecidedError for anything else, and for no value at all.
    """
    items = value if isinstance(value, list) else [value]
    if not items:
        raise UndecidedError("an empty list")
    return [_text(item) for item in items]


def known(text: str) -> str:
    """The text. Raises UndecidedError when a template leaves a part of it open."""
    if OPEN in text or CLOSE in text:
        raise UndecidedError("a value that is known only at deployment")
    return text


def folded(text: str) -> str:
    """The text with the letters A to Z in lower case; there is no documented case of others."""
    return text.translate(LOWER)


def _text(item: Any) -> str:
    if isinstance(item, bool):
        return "true" if item else "false"
    if isinstance(item, int | float):
        return repr(item)
    if isinstance(item, str):
        return item
    raise UndecidedError("no string where one belongs")
