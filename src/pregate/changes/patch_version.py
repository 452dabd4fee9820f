"""The head of a file's part in a patch: its name, its object id, and whether it is a file of lines."""

from __future__ import annotations

import re

from pregate.changes.parsing import quoted_name, to_text

COMBINED = re.compile(rb"(@{3,}) (?:-\d{1,12}(?:,\d{1,20})? ){2,}\+(\d{1,12})(?:,\d{1,20})? @")
"""
The head of a combined hunk: one more ``@`` than there are parents, and the first line. Where no context is
shown, git may count one line less than none, which it writes as a number of twenty digits.
"""

_INDEX = re.compile(rb"index [0-9a-f,]{40,}\.\.([0-9a-f]{40,64})(?: ([0-7]{6}))?")
_NOT_FILES = (b"120000", b"160000")
OF_MERGES = (b"cc ", b"combined ")
"""After ``diff --``, the beginnings of a part of a merge."""


class Head:
    """What the lines before the first hunk say; ``first`` is the first of them, after its ``diff --``."""

    __slots__ = ("is_binary", "is_file", "is_merged", "oid", "path")

    def __init__(self, first: bytes) -> None:
        self.is_merged = first.startswith(OF_MERGES)
        self.path = _named(first, is_merged=self.is_merged)
        self.oid = ""
        self.is_file = True
        self.is_binary = False

    def told(self, line: bytes) -> None:
        """Takes note of a further line."""
        if line.startswith(b"index "):
            if match := _INDEX.match(line):
                self.oid = match[1].decode("ascii")
                self.is_file = self.is_file and match[2] not in _NOT_FILES
        elif line.startswith((b"new file mode ", b"new mode ", b"mode ")):
            self.is_file = self.is_file and not line.endswith(_NOT_FILES)
        elif line.startswith(b"deleted file mode "):
            self.is_file = False
        elif line.startswith(b"Binary files "):
            self.is_binary = True


def _named(first: bytes, *, is_merged: bool) -> str:
    """
    The path. Without renames both names of a part are the same, so that they have the same length, whatever
    they hold.
    """
    words = first.partition(b" ")[2]
    if is_merged:
        return quoted_name(words) if words.startswith(b'"') else to_text(words)
    half = words[: len(words) // 2]
    name = quoted_name(half) if half.startswith(b'"') else to_text(half)
    return name.removeprefix("a/")
