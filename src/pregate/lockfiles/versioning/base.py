"""What every scheme gives: a value whose order is that of plain tuples."""

from __future__ import annotations

from typing import Any, NamedTuple


class Parsed(NamedTuple):
    """
    A version as it compares.

    ``order`` decides alone: versions that are equal in it are equal in ``is_prerelease`` too, so that the
    tuple's own comparison and hash are those of the version. Only values of one ecosystem may be compared.
    """

    order: Any
    is_prerelease: bool = False


def trimmed(numbers: tuple[Any, ...], zero: Any = 0) -> tuple[Any, ...]:
    """``numbers`` without zeros at the end, where 1.0 and 1.0.0 are one version."""
    end = len(numbers)
    while end and numbers[end - 1] == zero:
        end -= 1
    return numbers[:end]
