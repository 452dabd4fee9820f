"""
What a ``Gemfile`` asks for, read line by line: it is a program in Ruby, of which nothing is run.

Format: https://bundler.io/man/gemfile.5.html.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

from pregate.expressions import expression
from pregate.lockfiles.model import Declaration
from pregate.lockfiles.text_lines import TextLine, lines_of
from pregate.records import dataclass

_DEV = {"development", "test"}
_GEM = expression(r"""[ \t]*+gem[ \t]*+\(?[ \t]*+(["'])([^"'\s]{1,300})\1""")
_ASKED = expression(r"""[ \t]*+,[ \t]*+(["'])([^"'\n]{0,300})\1(?![ \t]*+(?:=>|:))""")
_GROUP = expression(r"[ \t]*+group[ \t(]([^#]{1,500})\bdo\b")
_INLINE = expression(
    r"(?:\bgroups?:|:groups?[ \t]{0,9}=>)[ \t]{0,9}(\[[^\]]{0,300}\]|:\w{1,60}|[\"']\w{1,60}[\"'])"
)
_NAME = expression(r"(?<![\w:]):(\w{1,60})(?![\w]|[ \t]{0,9}=>)|[\"'](\w{1,60})[\"']")
_OPEN = expression(r"(?:if|unless|case|begin|def|while|until|for|class|module)\b(?!.*\bend$)")
_BLOCK = expression(r"\bdo(?:[ \t]*+\|[^|]*+\|)?+$")
_END = expression(r"end\b")


@dataclass(frozen=True, slots=True)
class Wish:
    """What the file says of one gem: the places that name it, and whether it is for development alone."""

    declared: tuple[Declaration, ...]
    is_dev: bool


def gemfile(lock: str, files: Mapping[str, bytes]) -> dict[str, Wish]:
    """
    The gems that the ``Gemfile`` or ``gems.rb`` beside ``lock`` names.

    Nothing is for development alone where the blocks of the file are not understood to its end.
    """
    found: dict[str, Wish] = {}
    for name in ("Gemfile", "gems.rb"):
        lines = lines_of(posixpath.join(posixpath.dirname(lock), name), files)
        is_sure = _is_balanced(lines)
        for line, around in _with_groups(lines):
            gem = _GEM.match(line.text)
            if gem is None:
                continue
            inline = _INLINE.search(line.text, gem.end())
            groups = around | (_names(inline.group(1)) if inline else set())
            is_dev = is_sure and bool(groups) and groups <= _DEV
            before = found.get(gem.group(2), Wish((), True))
            declared = (*before.declared, _declaration(line, gem))
            found[gem.group(2)] = Wish(declared, before.is_dev and is_dev)
    return found


def _declaration(line: TextLine, gem: re.Match[str]) -> Declaration:
    """``"~> 1.0", "< 2"`` behind the name; the name itself where no version is asked for."""
    asked, position = [], gem.end()
    while match := _ASKED.match(line.text, position):
        asked.append(match)
        position = match.end()
    if not asked:
        return Declaration(line.place(*gem.span(2)))
    place = line.place(asked[0].start(2), asked[-1].end(2))
    return Declaration(place, ", ".join(match.group(2) for match in asked))


def _with_groups(lines: list[TextLine]) -> Iterator[tuple[TextLine, set[str]]]:
    """Each line with the groups of the blocks around it."""
    stack: list[set[str]] = []
    for line in lines:
        yield line, set().union(*stack)
        change = _change(line.text)
        if change > 0:
            group = _GROUP.match(line.text)
            stack.append(_names(group.group(1)) if group else set())
        elif change < 0 and stack:
            stack.pop()


def _is_balanced(lines: list[TextLine]) -> bool:
    depth = 0
    for line in lines:
        depth += _change(line.text)
        if depth < 0:
            return False
    return depth == 0


def _change(text: str) -> int:
    """1 for a line that opens a block, -1 for one that ends it."""
    bare = text.partition(" #")[0].strip()
    if len(bare) > 1_000 or bare.startswith("#"):
        return 0
    if _END.match(bare):
        return -1
    return int(bool(_OPEN.match(bare) or _BLOCK.search(bare)))


def _names(text: str) -> set[str]:
    return {first or second for first, second in _NAME.findall(text)}
