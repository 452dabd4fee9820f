"""
The texts in which detect-secrets looks for a file's secrets: its lines, or what its INI and YAML readers
make of them.

Those readers put quotes around values, so that the entropy detectors, which want quotes, see them. A file
that a reader cannot take is seen line by line. The readers get text from memory, and bounds that
detect-secrets lacks: on interpolation in INI files and on aliases and merge keys in YAML ("billion laughs").
"""

from __future__ import annotations

import configparser
import io
import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

from pregate.expressions import expression
from pregate.records import dataclass
from pregate.secrets import prefilter
from pregate.secrets.yaml_lines import possible_lines, yaml_comment

# A line that an INI reader must reject: it starts at the margin and is neither comment, section nor option.
_NOT_INI = expression(r"^[^\s#;\[=:][^=:\n]*$", re.MULTILINE)
_FIRST_LINE = expression(r"^[^\S\n]*([^\s#;])", re.MULTILINE)
_YAML = (".yaml", ".yml", ".eyaml")  # detect-secrets' util.filetype
_MERGE = "tag:yaml.org,2002:merge"
_MERGED_AT_MOST = 200_000
_INTERPOLATED_AT_MOST = 1_000_000
_EVENTS_AT_MOST = 1_000_000  # characters; each event takes some hundred bytes
_BRACKETS_AT_MOST = 10_000  # libyaml takes the square of the depth


@dataclass(frozen=True, slots=True, repr=False)
class View:
    """
    Lines to scan; the number that detect-secrets gives a line is its index + 1.

    ``sources`` are the numbers of the file's lines that they come from, ``None`` when they are the file's
    lines.
    """

    lines: Sequence[str]
    sources: Sequence[int] | None = None

    def source(self, index: int) -> int:
        """The file's line, from 1, behind the line at ``index``."""
        return index + 1 if self.sources is None else self.sources[index]


Fires = Callable[[View], bool]


def views(file_type: str, text: str, lines: Sequence[str], fires: Fires | None = None) -> Iterator[View]:
    """
    The first view, then, where detect-secrets has one, the view to use when the first shows no secret.

    ``file_type`` is the name of detect-secrets' type: ``YAML``, ``OTHER``. ``fires`` tells whether a detector
    finds something in a view, allowed or not: a YAML file in whose lines none does has none then.
    """
    first = _ini(text)
    if first is None and file_type == "YAML":
        first = _yaml(text, lines, fires)
    yield first or View(lines)
    if file_type == "OTHER":
        eager = _ini(text, header="[global]\n")
        if eager:
            yield eager


def is_as_written(path: str, text: str) -> bool:
    """Whether the lines of the file are the only view of it, whatever is in them."""
    return not path.endswith(_YAML) and _NOT_INI.search(text) is not None


# ------------------------------------------------------------------------------------------------------ INI


def _ini(text: str, header: str = "") -> View | None:
    if not header:
        first = _FIRST_LINE.search(text)
        if not first or first.group(1) != "[":
            return None
    if _NOT_INI.search(text):
        return None
    from detect_secrets.transformers import config

    lines: list[str] = []
    sources: list[int] = []
    try:
        for key, value, number in _ini_values(config, text, header):
            while len(lines) < number - 1:
                lines.append("")
                sources.append(len(lines))
            lines.append(_ini_line(config, key, value))
            sources.append(number)
    except (configparser.Error, ValueError, LookupError, AttributeError, TypeError, RecursionError):
        return None
    return View(lines, sources) if lines else None


def _ini_line(config: Any, key: str, value: str) -> str:
    if config._is_allowlist_nextline_secret_comment(value):
        return value
    if value[0] in "'\"" and value[-1] == value[0]:
        value = value[1:-1]
    escaped = value.replace('"', '\\"')
    return f'{key} = "{escaped}"'


def _ini_values(config: Any, text: str, header: str) -> Iterator[tuple[str, str, int]]:
    """``IniFileParser`` on text, in time that grows with the text and not with its square."""
    parser = configparser.ConfigParser(interpolation=_Bounded(len(text)))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(header + text)
    if not parser.sections():
        return
    finder = _LineFinder(config, [line.strip() for line in text.removesuffix("\n").split("\n")])
    for section in parser:
        for key, values in parser.items(section):
            for value, number in finder.find(key, config._construct_values_list(values)):
                if value:
                    yield key, value, number


class _LineFinder:
    """
    ``IniFileParser._get_value_and_line_offset``: where the lines of each value stand, keys being asked for
    in order.
    """

    def __init__(self, config: Any, lines: Sequence[str]) -> None:
        self._is_pragma = config._is_allowlist_nextline_secret_comment
        self._lines = lines
        self._at = 0

    def find(self, key: str, values: Sequence[str]) -> list[tuple[str, int]]:
        """Each value with its line's number; pragmas on lines of their own are among them."""
        found: list[tuple[str, int]] = []
        if not values:
            return found
        taken = 0
        for index in range(self._at, len(self._lines)):
            line = self._lines[index]
            if "pragma" in line and self._is_pragma(line):
                found.append((line, index + 1))
            elif line and line[0] not in ";#":
                if not taken:
                    if not _sets(line, key, values[0]):
                        continue
                elif taken == len(values):
                    self._at = max(index, self._at + 1)
                    return found
                found.append((values[taken], index + 1))
                taken += 1
        self._at = len(self._lines)
        return found


def _sets(line: str, key: str, value: str) -> bool:
    """Whether ``^\\s*KEY[ :=]+VALUE`` matches a stripped line."""
    if not line.startswith(key):
        return False
    end = start = len(key)
    while end < len(line) and line[end] in " :=":
        end += 1
    return any(line.startswith(value, at) for at in range(end, start, -1))


class _Bounded(configparser.BasicInterpolation):
    """Interpolation that stops when values have grown far beyond the file."""

    def __init__(self, size: int) -> None:
        self.left = _INTERPOLATED_AT_MOST + 10 * size

    def _interpolate_some(self, parser: Any, option: Any, accum: Any, rest: Any, *more: Any) -> None:
        self.left -= len(rest)
        if self.left < 0:
            raise configparser.InterpolationDepthError(option, more[0], "")
        super()._interpolate_some(parser, option, accum, rest, *more)  # type: ignore[misc]


# ----------------------------------------------------------------------------------------------------- YAML


def _yaml(text: str, lines: Sequence[str], fires: Fires | None) -> View | None:
    import yaml
    from detect_secrets.transformers.yaml import YAMLFileParser

    if fires and not _yaml_may_match(text, lines, yaml, fires):
        return View(())
    try:
        parser = YAMLFileParser(cast(Any, io.StringIO(text)))
        root = parser.loader.get_single_node()
        if root is None or _merges_without_bound(root, yaml):
            return None
        items = sorted(
            _yaml_items(parser.loader.construct_document(root), text.splitlines()), key=lambda i: i[2]
        )
        return _yaml_view(items)
    except yaml.YAMLError:
        return None
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError, OverflowError):
        return None  # detect-secrets itself stops here


def _yaml_may_match(text: str, lines: Sequence[str], yaml: Any, fires: Fires) -> bool:
    """
    Whether a detector finds something in what the reader below may make of the text, or in the text itself,
    which is what counts when the reader refuses it.

    libyaml gives the values a dozen times faster than the reader; where it is missing or refuses the text,
    or it is not plain which value a key gets, the reader decides.
    """
    if len(text) > _EVENTS_AT_MOST or text.count("[") + text.count("{") > _BRACKETS_AT_MOST:
        return True
    try:
        made = possible_lines(list(yaml.parse(text, Loader=yaml.CSafeLoader)), text.splitlines(), yaml)
    except (yaml.YAMLError, AttributeError, ValueError):
        return True
    if made is None:
        return True
    return prefilter.may_match("\n".join([*made, text])) and (fires(View(lines)) or fires(View(made)))


def _yaml_items(document: Any, lines: Sequence[str]) -> Iterator[tuple[str, Any, int, str]]:
    """
    Key, value, line number and line of every string, breadth first as detect-secrets goes.

    Each container is entered once: an alias shows the same items again, which would be dropped as repeats.
    """
    waiting = deque([document])
    seen: set[int] = set()
    while waiting:
        item = waiting.popleft()
        if not isinstance(item, dict | list | set | tuple) or not item or id(item) in seen:
            continue
        seen.add(id(item))
        if isinstance(item, dict) and "__line__" in item:
            number = item["__line__"]
            yield item["__original_key__"], item["__value__"], number, lines[number - 1]
        else:
            waiting.extend(item.values() if isinstance(item, dict) else item)


def _yaml_view(items: Sequence[tuple[str, Any, int, str]]) -> View | None:
    import base64

    lines: list[str] = []
    sources: list[int] = []
    seen = set()
    for item in items:
        key, value, number, line = item
        if item in seen:
            continue
        seen.add(item)
        while len(lines) < number - 1:
            lines.append("")
            sources.append(len(lines))
        if isinstance(value, bytes):
            value = base64.b64encode(value).decode()
        lines.append('{}: "{}"{}'.format(key, value.replace('"', '\\"'), yaml_comment(line.strip())))
        sources.append(number)
    return View(lines, sources) if lines else None


def _merges_without_bound(root: Any, yaml: Any) -> bool:
    """Whether ``<<`` keys would copy more pairs than any honest file holds."""
    sizes: dict[int, int] = {}

    def size(node: Any) -> int:
        if isinstance(node, yaml.SequenceNode):
            return sum(size(item) for item in node.value)
        if not isinstance(node, yaml.MappingNode):
            return 0
        if id(node) not in sizes:
            sizes[id(node)] = 0
            sizes[id(node)] = sum(size(v) if k.tag == _MERGE else 1 for k, v in node.value)
        return sizes[id(node)]

    total = 0
    for node in _nodes(root, yaml):
        if isinstance(node, yaml.MappingNode):
            total += size(node)
            if total > _MERGED_AT_MOST and any(k.tag == _MERGE for k, _ in node.value):
                return True
    return False


def _nodes(root: Any, yaml: Any) -> Iterator[Any]:
    waiting, seen = [root], set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        if isinstance(node, yaml.MappingNode):
            waiting.extend(part for pair in node.value for part in pair)
        elif isinstance(node, yaml.SequenceNode):
            waiting.extend(node.value)
