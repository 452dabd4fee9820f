"""
Which packages of a ``pylock.toml`` only extras or dependency groups bring along, by their markers.

The environment is not known here: a condition on it counts as true. Markers:
https://packaging.python.org/en/latest/specifications/dependency-specifiers/#environment-markers, with
``extras`` and ``dependency_groups`` as sets (PEP 751).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from pregate.expressions import expression
from pregate.lockfiles.ecosystems import PYPI, normalised

MAX_MARKER = 4096
MAX_NESTING = 40
_TOKEN = expression(
    r"\s*+(?:(?P<mark>[()])|(?P<word>and\b|or\b)|(?P<operator>not\s++in\b|in\b|[<>=!~]++)"
    r"|(?P<text>\"[^\"]*+\"|'[^']*+')|(?P<name>[A-Za-z_.]++))"
)


class _MarkerError(ValueError):
    pass


def is_dev_or_optional(marker: str, default_groups: Collection[str]) -> tuple[bool, bool]:
    """
    Whether only dependency groups other than the default ones, and whether only extras, bring a package
    along. Neither for a marker that cannot be read.
    """
    if len(marker) > MAX_MARKER or ("extra" not in marker and "dependency_groups" not in marker):
        return False, False
    try:
        tokens = list(_tokens(marker))
        if _Marker(tokens, set(), set(default_groups)).holds():
            return False, False
        is_optional = _Marker(tokens, None, set(default_groups)).holds()
    except _MarkerError:
        return False, False
    return not is_optional, is_optional


def _tokens(marker: str) -> Iterator[tuple[str, str]]:
    position = 0
    while marker[position:].strip():
        found = _TOKEN.match(marker, position)
        if found is None:
            raise _MarkerError
        kind = found.lastgroup or ""
        yield kind, found[kind]
        position = found.end()


class _Marker:
    """A marker and what is asked for: a set of extras and one of groups, None for whatever there is."""

    def __init__(
        self, tokens: list[tuple[str, str]], extras: set[str] | None, groups: set[str] | None
    ) -> None:
        self._tokens = tokens
        self._sets = {"extras": extras, "extra": extras, "dependency_groups": groups}
        self._position = 0

    def holds(self) -> bool:
        """Whether the package is installed. Raises _MarkerError for what is no marker."""
        is_true = self._any(0)
        if self._position != len(self._tokens):
            raise _MarkerError
        return is_true

    def _take(self, kind: str, value: str = "") -> str:
        if self._position < len(self._tokens):
            found, text = self._tokens[self._position]
            if found == kind and value in ("", text):
                self._position += 1
                return text
        return ""

    def _any(self, depth: int) -> bool:
        if depth > MAX_NESTING:
            raise _MarkerError
        is_true = self._all(depth)
        while self._take("word", "or"):
            is_true = self._all(depth) or is_true
        return is_true

    def _all(self, depth: int) -> bool:
        is_true = self._one(depth)
        while self._take("word", "and"):
            is_true = self._one(depth) and is_true
        return is_true

    def _one(self, depth: int) -> bool:
        if self._take("mark", "("):
            is_true = self._any(depth + 1)
            if not self._take("mark", ")"):
                raise _MarkerError
            return is_true
        left = self._take("text") or self._take("name")
        operator = self._take("operator")
        right = self._take("text") or self._take("name")
        if not left or not operator or not right:
            raise _MarkerError
        name, text = (left, right) if left in self._sets else (right, left)
        if name not in self._sets:
            return True
        known = self._sets[name]
        is_in = known is None or normalised(PYPI, text[1:-1]) in {normalised(PYPI, k) for k in known}
        return is_in if known is None or operator in ("in", "==") else not is_in
