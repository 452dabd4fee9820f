"""
The lines of ``go.mod`` as words.

Format: Go Modules Reference, "Lexical elements" and "Grammar" (https://go.dev/ref/mod#go-mod-file). Comments
run from ``//`` to the end of the line; blocks in parentheses repeat their keyword; strings may be quoted.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from pregate.expressions import expression
from pregate.lockfiles.text_lines import TextLine
from pregate.model import Location
from pregate.records import dataclass

MAX_WORDS = 20
# A word ends before a comment that touches it (golang.org/x/mod/modfile, lexer).
_WORD = expression(
    r"""[ \t]*+(?:(?P<comment>//.*)|(?P<mark>=>|[()\[\]{},])|"(?P<quoted>(?:[^"\\]|\\.)*+)\""""
    r"""|`(?P<raw>[^`]*+)`|(?P<bare>(?:(?!//)[^\s()\[\]{},"`])++))"""
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word or mark of a line, and where it stands, without quotes."""

    text: str
    location: Location
    is_mark: bool = False


@dataclass(frozen=True, slots=True)
class Directive:
    """
    One directive: ``keyword``, what follows it, and the comment beside it without ``//``. ``error`` says in
    our words what is wrong with the line; it is ``""`` mostly.
    """

    keyword: str
    words: tuple[Word, ...]
    comment: str
    location: Location
    error: str = ""


def directives(lines: Iterable[TextLine]) -> Iterator[Directive]:
    """The directives in the order of the file, those in blocks one by one, and the lines that are none."""
    block: Directive | None = None
    for line in lines:
        bare = line.text.strip()
        if not bare or bare.startswith("//"):
            continue
        place = line.place()
        words, comment, is_whole = _words(line)
        marks = [word.text for word in words if word.is_mark]
        if not is_whole:
            yield Directive("", (), comment, place, "a line is no directive of go.mod")
        elif block and [w.text for w in words] == [")"]:
            block = None
        elif block:
            yield Directive(block.keyword, words, comment, place)
        elif words and marks == ["("] and words[-1].text == "(" and len(words) == 2:
            block = Directive(words[0].text, (), comment, place)
        elif len(words) > 2 and [w.text for w in words[1:]] == ["(", ")"]:
            continue
        elif words and not words[0].is_mark:
            yield Directive(words[0].text, words[1:], comment, place)
        else:
            yield Directive("", (), comment, place, "a line is no directive of go.mod")
    if block:
        yield Directive(
            "", (), "", block.location, "a block is not closed: the text ends where more should be"
        )


def _words(line: TextLine) -> tuple[tuple[Word, ...], str, bool]:
    """The words, the comment, and whether the line was understood to its end."""
    words: list[Word] = []
    position, comment = 0, ""
    text = line.text.rstrip()
    while position < len(text):
        found = _WORD.match(text, position)
        if not found or len(words) > MAX_WORDS:
            return tuple(words), comment, False
        position = found.end()
        kind = found.lastgroup or ""
        if kind == "comment":
            comment = found.group(kind)[2:].strip()
            continue
        word = _unquoted(found.group(kind)) if kind == "quoted" else found.group(kind)
        words.append(Word(word, line.place(*found.span(kind)), kind == "mark"))
    return tuple(words), comment, True


def _unquoted(text: str) -> str:
    """An interpreted string; its escapes matter to no path or version, so that of JSON's are enough."""
    if "\\" not in text:
        return text
    try:
        return str(json.loads(f'"{text}"'))
    except ValueError:
        return ""
