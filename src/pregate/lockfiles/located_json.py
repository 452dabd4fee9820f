"""
JSON read by the standard library's own scanner, member by member, so that places come at its speed.

:func:`pregate.positions.parse_json` walks every token in Python. Here a container is walked only as far as
somebody asks, and every value that nobody looks into is read whole by ``json``'s C scanner, which tells where
it ended: values and places come from the same reading and cannot disagree. A walk goes forward through the
text and reads each part once, whatever the depth.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NoReturn

from pregate.expressions import expression
from pregate.lockfiles.document import conflict, failed
from pregate.lockfiles.model import Reading
from pregate.model import Location
from pregate.positions import BOM, Lines, PositionError, decode, parse_json

_BLANKS = expression(r"[ \t\n\r]*+")
_PLAIN_KEY = expression(r'"([^"\\\x00-\x1f]*+)"[ \t\n\r]*+:[ \t\n\r]*+')
_FIRST_KEY = expression(r"\{[ \t\n\r]*+" + _PLAIN_KEY.pattern)
_COLON = expression(r"[ \t\n\r]*+:[ \t\n\r]*+")
_AFTER = expression(r"[ \t\n\r]*+(?:(,)[ \t\n\r]*+|[}\]])")
_UNKNOWN = -1
_SPARE_FRAMES = 60


class _ConstantError(ValueError):
    """``NaN`` or ``Infinity``, which Python reads and JSON has not."""


def _refuse(_word: str) -> NoReturn:
    raise _ConstantError


_SCAN = json.JSONDecoder(parse_constant=_refuse).raw_decode


class Part:
    """
    A value of the document with its place, and with its key where it is a member of an object.

    Offsets are code points into the text; ``key_start`` and ``key_end`` include the quotes, as ``start`` and
    ``end`` do for a string. The root and an array's items have the key ``""`` and ``key_start`` -1.
    """

    __slots__ = ("_end", "_value", "key", "key_end", "key_start", "start", "text")

    def __init__(self, text: str, start: int, key: str = "", key_start: int = -1, key_end: int = -1) -> None:
        self.text, self.start = text, start
        self.key, self.key_start, self.key_end = key, key_start, key_end
        self._end = _UNKNOWN
        self._value: Any = None

    @property
    def value(self) -> Any:
        """The value as ``json.loads`` gives it: of repeated keys the last one."""
        if self._value is None:
            self._value, self._end = self._scan()
        return self._value

    @property
    def end(self) -> int:
        """The offset behind the value."""
        if self._end == _UNKNOWN:
            self._value, self._end = self._scan()
        return self._end

    @property
    def is_object(self) -> bool:
        """Whether the value is an object; asks only for its first character."""
        return self.text.startswith("{", self.start)

    @property
    def is_array(self) -> bool:
        """Whether the value is an array; asks only for its first character."""
        return self.text.startswith("[", self.start)

    def members(self) -> Iterator[Part]:
        """
        The members of an object in the order of the text, repeated keys and all; none of any other value.

        A member that was not walked or read when the next one is asked for is read then. A walk into a
        member must be finished before the next one is asked for, or it is read twice.
        """
        if not self.is_object:
            return
        text, position = self.text, _blanks(self.text, self.start + 1)
        is_open = not text.startswith("}", position)
        if not is_open:
            self._end = position + 1
        while is_open:
            found = _PLAIN_KEY.match(text, position)
            if found:
                part = Part(text, found.end(), found.group(1), position, found.end(1) + 1)
            else:
                part = _escaped(text, position)
            yield part
            position, is_open = self._next(part.end, "}")

    def items(self) -> Iterator[Part]:
        """The items of an array, under the same terms as :meth:`members`; none of any other value."""
        if not self.is_array:
            return
        text, position = self.text, _blanks(self.text, self.start + 1)
        is_open = not text.startswith("]", position)
        if not is_open:
            self._end = position + 1
        while is_open:
            part = Part(text, position)
            yield part
            position, is_open = self._next(part.end, "]")

    def member(self, name: str) -> Part | None:
        """
        The member ``name`` of an object, None where there is none.

        Of repeated ones the last, or an earlier one with the same value.
        """
        value = self.value
        if not isinstance(value, dict) or name not in value:
            return None
        found = None
        first = _FIRST_KEY.match(self.text, self.start)
        if first and first.group(1) == name:  # most often it is, and no walk has to begin
            found = Part(self.text, first.end(), name, first.start(1) - 1, first.end(1) + 1)
            if found.value == value[name]:
                return found
        for part in self.members():
            if part.key == name:
                found = part
                if part.value == value[name]:
                    break
        return found

    def by_key(self) -> dict[str, Part]:
        """The members of an object, of repeated ones the last: what ``json.loads`` keeps, with places."""
        return {part.key: part for part in self.members()}

    def _next(self, position: int, bracket: str) -> tuple[int, bool]:
        """Where the next member or item begins, and whether there is one."""
        found = _AFTER.match(self.text, position)
        if found and found.group(1):
            return found.end(), True
        if found and self.text[found.end() - 1] == bracket:
            self._end = found.end()
            return found.end(), False
        raise _UnexpectedError(position)

    def _scan(self) -> tuple[Any, int]:
        return _SCAN(self.text, self.start)


class _UnexpectedError(ValueError):
    """Something that is no JSON at an offset; :func:`_problem` finds the words."""


def _blanks(text: str, position: int) -> int:
    found = _BLANKS.match(text, position)
    return found.end() if found else position


def _escaped(text: str, start: int) -> Part:
    """The member at ``start`` whose key holds an escape, or is none."""
    if not text.startswith('"', start):
        raise _UnexpectedError(start)
    key, end = _SCAN(text, start)
    found = _COLON.match(text, end)
    if not found:
        raise _UnexpectedError(end)
    return Part(text, found.end(), key, start, end)


class Document:
    """
    A JSON file whose text is known to be whole: ``root`` is its value.

    ``path`` is repeated in the locations, ``text`` is what the offsets count in.
    """

    def __init__(self, path: str, text: str, root: Part) -> None:
        self.path, self.text, self.root = path, text, root
        self.lines = Lines(text)

    def location(self, part: Part) -> Location:
        """The place of the value, without its quotes where it is a string."""
        quotes = int(self.text.startswith('"', part.start))
        return self.lines.location(self.path, part.start + quotes, part.end - quotes)

    def location_in(self, part: Part, piece: str) -> Location:
        """The place of ``piece`` where it stands last in a string, of the string where it is escaped."""
        at = self.text.rfind(piece, part.start + 1, part.end - 1)
        if at < 0:
            return self.location(part)
        return self.lines.location(self.path, at, at + len(piece))

    def key_location(self, part: Part) -> Location:
        """The place of the member's key without its quotes; of the value where there is no key."""
        if part.key_start < 0:
            return self.location(part)
        return self.lines.location(self.path, part.key_start + 1, part.key_end - 1)


def load_located(path: str, data: bytes) -> Document | Reading:
    """
    The file as a document, or the reading that says why there is none.

    The whole text is read and checked here; walks through it cannot fail later.
    """
    try:
        text = decode(data)
    except PositionError as error:
        return failed(path, f"not JSON: {error.message}", error.line)
    return document_of(path, text)


def document_of(path: str, text: str) -> Document | Reading:
    """What :func:`load_located` gives, of a text that was decoded."""
    try:
        return Document(path, text, located(text))
    except PositionError as error:
        return conflict(path, text) or failed(path, f"not JSON: {error.message}", error.line)


def located(text: str) -> Part:
    """The root of a JSON text; a byte order mark is skipped. Raises PositionError for what is not JSON."""
    root = Part(text, _blanks(text, int(text.startswith(BOM))))
    try:
        if _blanks(text, _end_below(root, _SPARE_FRAMES)) == len(text):
            return root
    except (ValueError, RecursionError):
        pass
    raise _problem(text)


def _end_below(part: Part, frames: int) -> int:
    """The part's end, read with less of the stack left than any walk will have: what fails, fails here."""
    return _end_below(part, frames - 1) if frames else part.end


def _problem(text: str) -> PositionError:
    try:
        parse_json(text)
    except PositionError as error:
        return error
    return PositionError("nested too deep", 1, 1)  # Python's own bound, met where ours was not
