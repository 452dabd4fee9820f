"""
XML as a tree of elements that remember where they stand in the text.

Expat of the standard library reads; a document type declaration is refused where it begins, so that there are
no entities to expand, neither inside the file nor from elsewhere, and no defaults of attributes. Names are
taken without their namespace's prefix, since the formats of this room are written with namespaces and
without. Nesting is bounded by ``MAX_DEPTH``. XML 1.0: https://www.w3.org/TR/xml/.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import NoReturn
from xml.parsers import expat

from pregate.expressions import expression
from pregate.lockfiles.document import conflict, failed, may_hold_password
from pregate.lockfiles.model import Reading
from pregate.model import Location
from pregate.positions import BOM, MAX_DEPTH, Lines, PositionError, decode
from pregate.records import dataclass, field

MAX_LINE = 1_000
_BREAK = expression(r"\r\n|\n|\r")
_DECLARED = expression(rb"""\A\s*<\?xml[^>]{0,200}?\sencoding\s{0,9}=\s{0,9}["']([A-Za-z0-9._-]{1,40})["']""")
# Encodings in which every byte below 128 is ASCII; others could hide a declaration that was looked for.
_SINGLE_BYTES = frozenset(
    {"ascii", "iso8859-1", "iso8859-2", "iso8859-15", "cp1250", "cp1251", "cp1252", "koi8-r"}
)
_ATTRIBUTE = expression(r"""\s++([^\s=>/"']++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)')""")
_TAG_NAME = expression(r"<[^\s/>]++")
_TRUNCATED = {"no element found", "unclosed token", "unclosed CDATA section", "partial character"}


# Not frozen, for speed, as the nodes of pregate.positions; nobody alters one after the parser is done.


@dataclass(slots=True, eq=False, repr=False)
class Element:
    """
    One element.

    ``start`` is the offset of its ``<`` in code points. ``text`` is the character data directly inside it
    without outer blanks, which stands from ``text_start`` to ``text_end``; both are ``start`` when there is
    none. ``attributes`` are by name without prefix.
    """

    name: str
    attributes: dict[str, str]
    start: int
    children: list[Element] = field(default_factory=list)
    text: str = ""
    text_start: int = 0
    text_end: int = 0

    def all(self, *names: str) -> Iterator[Element]:
        """The elements at the end of the path ``names``, in the order of the text."""
        found: list[Element] = [self]
        for name in names:
            found = [child for element in found for child in element.children if child.name == name]
        yield from found

    def first(self, *names: str) -> Element | None:
        """The first of :meth:`all`, or None."""
        if len(names) == 1:  # the usual case, three times faster
            for child in self.children:
                if child.name == names[0]:
                    return child
            return None
        return next(self.all(*names), None)

    def word(self, *names: str) -> str:
        """The text of :meth:`first`; ``""`` where there is none."""
        found = self.first(*names)
        return found.text if found else ""

    def __repr__(self) -> str:
        return f"Element({self.start})"


class Document:
    """An XML file: ``root`` is its element, ``text`` what the offsets count in."""

    def __init__(self, path: str, text: str, root: Element) -> None:
        self.path, self.text, self.root = path, text, root
        self._lines = Lines(text)
        # Where a carriage return stands alone, editors and git count the lines differently.
        self._has_plain_lines = "\r" not in text.replace("\r\n", "")

    def location(self, element: Element) -> Location:
        """The place of an element's text; of its tag's name where it has none."""
        if element.text_end > element.text_start:
            return self.region(element.text_start, element.text_end)
        found = _TAG_NAME.match(self.text, element.start)
        return self.region(element.start + 1, found.end() if found else element.start + 1)

    def attribute(self, element: Element, name: str) -> Location:
        """The place of an attribute's value without quotes and outer blanks; of the tag where it has none."""
        start, end = self.attribute_span(element, name)
        return self.region(start, end) if end > start else self.location(element)

    def attribute_span(self, element: Element, name: str) -> tuple[int, int]:
        """The offsets of an attribute's value without outer blanks, twice the element's without a value."""
        found = _TAG_NAME.match(self.text, element.start)
        while found and (found := _ATTRIBUTE.match(self.text, found.end())):
            if found.group(1).rpartition(":")[2] == name:
                raw, start = found.group(found.lastindex or 0), found.start(found.lastindex or 0)
                value = raw.strip()
                start += len(raw) - len(raw.lstrip())
                return start, start + len(value)
        return element.start, element.start

    def region(self, start: int, end: int) -> Location:
        """The place from one offset to another."""
        return self._lines.location(self.path, start, end)

    def around(self, start: int, end: int) -> tuple[str, ...]:
        """
        What stands before and after a region in its line; nothing where the region has more lines than one,
        or the line is long, holds what does not show, or an address with an ``@``, which may hold a password.
        """
        before = self.text[max(start - MAX_LINE, 0) : start]
        after = self.text[end : end + MAX_LINE]
        is_whole = (len(before) == start or "\n" in before) and (
            end + len(after) == len(self.text) or "\n" in after
        )
        before = before.rpartition("\n")[2]
        after = after.partition("\n")[0].removesuffix("\r")
        line = before + self.text[start:end] + after
        is_plain = line.replace("\t", " ").isprintable() and not may_hold_password(line)
        return (before, after) if is_whole and is_plain and self._has_plain_lines else ()


def load_xml(path: str, data: bytes, *roots: str) -> Document | Reading:
    """
    The file as a document whose root is one of ``roots``, or the reading that says why there is none.
    """
    text = ""
    try:
        text = _decoded(data)
        root = parse_xml(text)
    except PositionError as error:
        return conflict(path, text) or failed(path, f"not XML: {error.message}", error.line)
    if root.name not in roots:
        return failed(path, f"the outermost element is not {' or '.join(roots)}", 1)
    return Document(path, text, root)


def _decoded(data: bytes) -> str:
    """
    The text: in the encoding that its XML declaration names, where that is a known one, else in UTF-8 or
    UTF-16.
    """
    found = _DECLARED.match(data)
    if not found:
        return decode(data)
    try:
        name = codecs.lookup(found.group(1).decode("ascii")).name
    except LookupError:
        name = ""
    if name in ("utf-8", "ascii"):
        return decode(data)
    if name not in _SINGLE_BYTES:
        raise PositionError("an encoding that is not read", 1, 1)
    return data.decode(name, "replace")


def parse_xml(text: str) -> Element:
    """The outermost element of an XML text; a byte order mark is skipped. Raises PositionError."""
    return _Builder(text).parse()


class _Builder:
    """Builds elements from expat's events, without recursion."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.shift = int(text.startswith(BOM))
        self.starts = [self.shift, *(match.end() for match in _BREAK.finditer(text))]
        self.root = Element("", {}, 0)
        self.stack: list[Element] = []
        self.pieces: list[list[str]] = []
        self.parser = parser = expat.ParserCreate()
        parser.buffer_text = False  # one call for every line, so that each is told where it stands
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse

    def parse(self) -> Element:
        try:
            self.parser.Parse(self.text[self.shift :], True)
        except expat.ExpatError as error:
            words = expat.ErrorString(error.code)
            detail = "the text ends where more should be" if words in _TRUNCATED else words
            raise PositionError(detail, error.lineno, error.offset + 1) from None
        return self.root

    def _offset(self) -> int:
        return self.starts[self.parser.CurrentLineNumber - 1] + self.parser.CurrentColumnNumber

    def _refuse(self, *_: object) -> NoReturn:
        parser = self.parser
        detail = "a document type declaration, which may define entities, is not read"
        raise PositionError(detail, parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        start = self._offset()
        if len(self.stack) >= MAX_DEPTH:
            detail = f"nested deeper than {MAX_DEPTH} levels"
            raise PositionError(detail, self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1)
        if attributes and any(":" in key for key in attributes):
            attributes = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        element = Element(name.rpartition(":")[2], attributes, start, text_start=start, text_end=start)
        if self.stack:
            self.stack[-1].children.append(element)
        else:
            self.root = element
        self.stack.append(element)
        self.pieces.append([])

    def _end(self, _name: str) -> None:
        element = self.stack.pop()
        element.text = "".join(self.pieces.pop()).strip()

    def _characters(self, data: str) -> None:
        pieces = self.pieces[-1]
        bare = data.strip()
        if bare:
            element = self.stack[-1]
            start = self._offset() + len(data) - len(data.lstrip())
            if element.text_end == element.start:
                element.text_start = start
            element.text_end = start + len(bare)
        if bare or pieces:
            pieces.append(data)
