"""Which reader a file's name asks for, and the one door to all of them."""

from __future__ import annotations

import importlib
import posixpath
from collections.abc import Mapping
from typing import Any

from pregate.expressions import expression
from pregate.lockfiles.formats import REQUIREMENTS, format_for, format_of
from pregate.lockfiles.model import Reading
from pregate.model import Unread, UnreadReason

__all__ = ["format_of", "includes", "read"]

_MAY_INCLUDE = expression(rb"(?:^|[^A-Za-z0-9._-])--?[rc]|\0")  # there are NULs in UTF-16 and UTF-32


def includes(path: str, files: Mapping[str, bytes]) -> tuple[str, ...]:
    """
    Files that reading ``path`` looks at, directly or through others, beside those in ``files``.

    ``files`` holds the bytes of ``path`` and of what is known of these files. They need not be there.
    """
    kind = format_for(path)
    if kind is None or (kind is REQUIREMENTS and not any(_may_include(data) for data in files.values())):
        return ()
    beside = tuple(posixpath.join(posixpath.dirname(path), name) for name in kind.companions)
    more = _function(kind.more)(path, files) if kind.more else ()
    return (*beside, *more)


def _may_include(data: bytes) -> bool:
    """Whether ``-r``, ``-c`` or their long forms can stand in ``data``: ``argon2-cffi`` holds none."""
    return _MAY_INCLUDE.search(data) is not None


def read(path: str, files: Mapping[str, bytes]) -> Reading:
    """
    Packages and unread parts of ``path``, whose bytes and those of its companions are in ``files``.

    Never raises for content: what cannot be read is listed as unread.
    """
    kind = format_for(path)
    if kind is None:
        return Reading()
    if kind is not REQUIREMENTS and not files[path].strip():
        return Reading((), (Unread(path, UnreadReason.UNPARSABLE, f"an empty file is no {kind.name}"),))
    reading: Reading = _function(kind.reader)(path, files)
    return reading


def _function(name: str) -> Any:
    """The function behind ``module:function``; its module is imported when a file asks for it."""
    module, _, function = name.partition(":")
    return getattr(importlib.import_module(f"pregate.lockfiles.{module}"), function)
