"""The small part of Markdown that descriptions and remedies use, as blocks to be shown in any way."""

from __future__ import annotations

from typing import Any

from pregate.report.html.markup import Markup, element, joined
from pregate.report.markdown import FENCE, SPAN

Block = list[Any]


def blocks(text: str) -> list[Block]:
    """
    Paragraphs ``["p", SPANS]``, lists ``["ul", SPANS, SPANS, …]`` and preformatted text ``["pre", TEXT]``.

    ``SPANS`` is a list of texts of which every second is code. Whatever else Markdown knows stays as it is
    written; a fence that is not closed reaches to the end.
    """
    made: list[Block] = []
    fence: list[str] | None = None
    is_apart = True
    for line in text.split("\n"):
        stripped = line.strip()
        if fence is not None and stripped != "```":
            fence.append(line.rstrip("\r"))
        elif fence is not None:
            made.append(["pre", "\n".join(fence)])
            fence, is_apart = None, True
        elif FENCE.fullmatch(stripped):
            fence = []
        else:
            _add(made, stripped, is_apart=is_apart)
            is_apart = not stripped
    return [*made, ["pre", "\n".join(fence)]] if fence else made


def _add(made: list[Block], line: str, *, is_apart: bool) -> None:
    """Adds a line to the last block, or begins another with it."""
    if line.startswith(("- ", "* ")):
        if not made or made[-1][0] != "ul":
            made.append(["ul"])
        made[-1].append(spans(line[2:]))
    elif line and (is_apart or made[-1][0] == "pre"):
        made.append(["p", spans(line)])
    elif line:
        _lengthen(made[-1][-1], line)


def _lengthen(last: list[str], line: str) -> None:
    more = spans(line)
    if len(last) % 2 == 0:
        last.append("")
    last[-1] += f" {more[0]}"
    last += more[1:]


def spans(line: str) -> list[str]:
    """The texts of a line, of which every second stands in a code span; the last is left out when empty."""
    made = []
    end = 0
    for match in SPAN.finditer(line):
        made += [line[end : match.start()], match[2].strip()]
        end = match.end()
    return [*made, line[end:]] if line[end:] or not made else made


def spanned(line: str) -> Markup:
    """A line of text with its code spans as elements."""
    texts = spans(line)
    return joined([element("code", None, text) if n % 2 else text for n, text in enumerate(texts)])
