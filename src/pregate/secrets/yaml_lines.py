"""
The lines that detect-secrets' YAML reader can make of a file, from libyaml's events alone: a dozen times
faster than the reader, and enough to tell that no detector finds anything in them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pregate.expressions import expression

_COMMENT = expression(r"\s#[\S ]*")
_AHEAD = 4  # events
_TRIED_AT_MOST = 20_000
_MADE_AT_MOST = 4_000_000  # characters


def possible_lines(events: Sequence[Any], lines: Sequence[str], yaml: Any) -> list[str] | None:
    """
    All lines that the reader may make, and some that it does not; ``None`` when that is not known.

    The reader has the comment of a value from the line that its scanner has got to, which is ahead of the
    value by some tokens: each comment from there is tried. Where there are mappings in braces, it may have it
    from where any of them began.
    """
    comments = {n: yaml_comment(line.strip()) for n, line in enumerate(lines) if "#" in line}
    everywhere: set[str] = set()
    if any(isinstance(e, yaml.MappingStartEvent) and e.flow_style for e in events):
        everywhere = set(comments.values())
        if len(everywhere) * len(events) > _TRIED_AT_MOST:
            return None
    anchors = {e.anchor for e in events if isinstance(e, yaml.ScalarEvent) and e.anchor}
    made: dict[str, None] = {}
    size = 0
    try:
        for line, first, index in _values(events, anchors, yaml):
            last = events[min(index + _AHEAD, len(events) - 1)].end_mark.line + 1
            near = everywhere or {comments.get(n, "") for n in range(first, last + 1) if comments}
            size += len(line) * (1 + len(near)) + sum(map(len, near))
            if size > _MADE_AT_MOST:  # a text of many lines, all of which might end in a comment
                return None
            made.update(dict.fromkeys([line, *(line + comment for comment in near)]))
    except _UnknownError:
        return None
    return list(made)


class _UnknownError(Exception):
    """A key or value that only the reader can tell: a tag, a key that is no scalar, an alias."""


class _Open:
    """A collection that is being read: its present key and the line where that begins."""

    __slots__ = ("is_mapping", "key", "line")

    def __init__(self, is_mapping: bool) -> None:
        self.is_mapping = is_mapping
        self.line = 0
        self.key: str | None = None


def _values(events: Sequence[Any], anchors: set[str], yaml: Any) -> Iterator[tuple[str, int, int]]:
    """Each value of a mapping as the reader writes it, its key's line from 0, and its place in the events."""
    collections: list[_Open] = []
    for index, event in enumerate(events):
        if isinstance(event, yaml.CollectionEndEvent):
            collections.pop()
        elif isinstance(event, yaml.NodeEvent):
            if getattr(event, "tag", None) is not None:
                raise _UnknownError
            inside = collections[-1] if collections and collections[-1].is_mapping else None
            if inside and inside.key is None:
                if not isinstance(event, yaml.ScalarEvent):
                    raise _UnknownError
                inside.key, inside.line = event.value, event.start_mark.line
            elif inside:
                if isinstance(event, yaml.ScalarEvent):
                    yield f'{inside.key}: "{_escaped(event.value)}"', inside.line, index
                elif isinstance(event, yaml.AliasEvent) and event.anchor in anchors:
                    raise _UnknownError
                inside.key = None
            if isinstance(event, yaml.CollectionStartEvent):
                collections.append(_Open(isinstance(event, yaml.MappingStartEvent)))


def _escaped(value: str) -> str:
    return value.replace('"', '\\"')


def yaml_comment(line: str) -> str:
    """What ``(\\s+#[\\S ]*)`` finds first, without its quadratic search over blanks."""
    match = _COMMENT.search(line)
    if not match:
        return ""
    start = match.start()
    while start and line[start - 1].isspace():
        start -= 1
    return line[start : match.end()]
