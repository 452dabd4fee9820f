"""
The words of HCL: where blanks, comments, names, numbers and strings end.

Every pattern is possessive: none tries the same text twice. Source: HCL Native Syntax Specification, "Lexical
Elements".
"""

from __future__ import annotations

import re

from pregate.iam.terraform.syntax import File
from pregate.positions import PositionError

MAX_NESTING = 48

_COMMENT = r"\#[^\n]*+|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+\*/"
_INLINE = re.compile(rf"(?:[ \t\r]++|{_COMMENT})*+")
_ANY = re.compile(rf"(?:[ \t\r\n]++|{_COMMENT})*+")
_NAME = re.compile(r"[^\W\d][\w-]*+")
_NUMBER = re.compile(r"[0-9]++(?:\.[0-9]++)?+(?:[eE][-+]?[0-9]++)?+")


class Scanner:
    """A position in a text; ``across`` says whether line breaks are mere blanks here."""

    def __init__(self, file: File) -> None:
        self.file, self.text = file, file.text
        self.at = 1 if file.text.startswith("\ufeff") else 0
        self.across = False
        self.depth = 0

    def error(self, message: str, offset: int | None = None) -> PositionError:
        """The error to raise, at ``offset`` or here."""
        place = self.file.lines.place(self.at if offset is None else offset)
        return PositionError(message, *place)

    def enter(self) -> None:
        """One level deeper; raises PositionError beyond ``MAX_NESTING``."""
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise self.error(f"nested deeper than {MAX_NESTING} levels")

    def skip(self) -> None:
        """Past blanks and comments."""
        found = (_ANY if self.across else _INLINE).match(self.text, self.at)
        self.at = found.end() if found else self.at

    def skip_lines(self) -> None:
        """Past blanks, comments and line breaks."""
        found = _ANY.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def looks_at(self, mark: str) -> bool:
        """Whether ``mark`` comes next, after blanks."""
        self.skip()
        return self.text.startswith(mark, self.at)

    def take(self, mark: str) -> bool:
        """Past ``mark``, if it comes next."""
        if self.looks_at(mark):
            self.at += len(mark)
            return True
        return False

    def expect(self, mark: str, where: str) -> None:
        """Past ``mark``; raises PositionError if something else comes next."""
        if not self.take(mark):
            raise self.error(f"no {mark} {where}")

    def name(self) -> str:
        """The name that comes next, or ``""``."""
        self.skip()
        found = _NAME.match(self.text, self.at)
        if not found:
            return ""
        self.at = found.end()
        return found[0]

    def word(self, word: str) -> bool:
        """Past a name, if it is this one."""
        before = self.at
        if self.name() == word:
            return True
        self.at = before
        return False

    def number(self) -> int | float | None:
        """The number that comes next, or None. Raises PositionError for one beyond all measure."""
        found = _NUMBER.match(self.text, self.at)
        if not found:
            return None
        if found.end() - self.at > 300:
            raise self.error("a number is too long")
        self.at = found.end()
        return int(found[0]) if found[0].isdigit() else float(found[0])
