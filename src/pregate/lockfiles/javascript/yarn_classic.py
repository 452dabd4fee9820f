"""
``yarn.lock`` of yarn 1: an entry for each resolution, headed by the patterns (``name@range``) it answers.

Format: https://classic.yarnpkg.com/lang/en/docs/yarn-lock/; its parser is ``src/lockfile/parse.js`` of
https://github.com/yarnpkg/yarn: two blanks for each level, ``key value`` or ``key: value``, texts quoted as
in JSON where they are no plain words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from pregate.expressions import expression
from pregate.lockfiles.document import Collector, failed
from pregate.lockfiles.ecosystems import NPM
from pregate.lockfiles.javascript import sources
from pregate.lockfiles.javascript.manifest import DEPENDENCIES, OPTIONAL, PEER, manifests
from pregate.lockfiles.javascript.tree import Node, Tree
from pregate.lockfiles.model import Reading
from pregate.lockfiles.text_lines import load_text
from pregate.model import UnreadReason
from pregate.positions import Lines
from pregate.records import dataclass, field

_TEXT = r'"(?:[^"\\\r\n]|\\[^\r\n])*+"|[^\s",:\#][^\s",]*+'
_LINE = expression(rf"( *+)(?:(?P<key>{_TEXT})(?P<rest>[^\r\n]*+)|\#[^\r\n]*+)?[ \t]*+(?:\r?\n|\Z)")
_MORE = expression(rf"[ ]*+,[ ]*+({_TEXT})")
_VALUE = expression(rf":?[ ]++({_TEXT})[ ]*+")
_HEADER = expression(r"^# yarn lockfile v[0-9]", re.MULTILINE)


@dataclass(slots=True, eq=False)
class _Entry:
    """One resolution; ``span`` is that of its first pattern, ``fields`` holds texts with their offsets."""

    patterns: list[str]
    span: tuple[int, int]
    fields: dict[str, tuple[str, int]] = field(default_factory=dict)
    needs: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name in its patterns, an alias where it is one."""
        return split(self.patterns[0])[0]


def split(pattern: str) -> tuple[str, str]:
    """Name and range of ``name@range``; the name may begin with an ``@`` of its own."""
    at = pattern.find("@", 1)
    return (pattern, "") if at < 0 else (pattern[:at], pattern[at + 1 :])


def read_classic(path: str, files: Mapping[str, bytes]) -> Reading:
    """The reading of a lock file of yarn 1; see :func:`pregate.lockfiles.javascript.yarn.read_yarn_lock`."""
    text = load_text(path, files[path])
    if isinstance(text, Reading):
        return text
    found, lines = Collector(path, "yarn.lock", NPM), Lines(text)
    entries = list(_entries(found, lines, text))
    if not entries and not _HEADER.search(text):
        return failed(path, "no entry and no header: this is no yarn.lock")
    tree = _tree(path, entries, files)
    for entry in entries:
        _add(found, lines, tree, entry)
    tree.collect(found)
    return found.reading()


def _entries(found: Collector, lines: Lines, text: str) -> Iterator[_Entry]:
    position, entry, section = 0, None, ""
    while position < len(text):
        line = _LINE.match(text, position)
        if line is None:
            position = _skip_line(found, lines, text, position)
            continue
        position = line.end()
        if line["key"] is None:
            continue
        indent = line.end(1) - line.start(1)
        if indent == 0:
            if entry:
                yield entry
            entry, section = _entry(found, lines, line), ""
        elif indent == 2:
            section = _field(entry, line)
        elif indent == 4 and entry and section:
            value = _VALUE.fullmatch(line["rest"])
            if value:
                entry.needs.append((section, _key(line["key"]), _plain(value.group(1))))
    if entry:
        yield entry


def _skip_line(found: Collector, lines: Lines, text: str, position: int) -> int:
    """Lists a line that has no place in the format; gives the offset of the next one."""
    end = text.find("\n", position) + 1 or len(text)
    found.skip("a line is not understood", lines.location(found.path, position, end), UnreadReason.UNPARSABLE)
    return end


def _entry(found: Collector, lines: Lines, line: re.Match[str]) -> _Entry | None:
    """The entry that begins in a line of patterns, ``a@^1, a@^2:``; lists it if the line is none."""
    patterns, rest = [_plain(line["key"])], line["rest"].rstrip()
    position = 0
    while more := _MORE.match(rest, position):
        patterns.append(_plain(more.group(1)))
        position = more.end()
    # The last pattern's own text takes the colon along when it is not quoted.
    if rest[position:] == "" and patterns[-1].endswith(":"):
        patterns[-1] = patterns[-1][:-1]
    elif rest[position:] != ":":
        place = lines.location(found.path, line.start("key"), line.end("rest"))
        found.skip("a line is not understood", place, UnreadReason.UNPARSABLE)
        return None
    return _Entry(patterns, line.span("key"))


def _field(entry: _Entry | None, line: re.Match[str]) -> str:
    """Takes a field of an entry in; gives the name of the section that it opens, ``""`` for none."""
    key, rest = _key(line["key"]), line["rest"].rstrip()
    if rest in ("", ":"):
        return key if key in (DEPENDENCIES, OPTIONAL) else ""
    value = _VALUE.fullmatch(line["rest"])
    if entry and value:
        entry.fields[key] = (value.group(1), line.start("rest") + value.start(1))
    return ""


def _key(text: str) -> str:
    """A key's text; an unquoted one has taken the colon along."""
    return _plain(text) if text.startswith('"') else text.removesuffix(":")


def _plain(text: str) -> str:
    """The text behind quotes and escapes; as it stands where the escapes are none."""
    if not text.startswith('"'):
        return text
    if "\\" not in text:
        return text[1:-1]
    try:
        value = json.loads(text)
    except ValueError:
        return text[1:-1]
    return value if isinstance(value, str) else text


def _tree(path: str, entries: list[_Entry], files: Mapping[str, bytes]) -> Tree:
    """Who requires whom, and whom the manifests name; a name that has one entry is that one."""
    by_pattern = {pattern: entry for entry in entries for pattern in entry.patterns}
    by_name: dict[str, list[_Entry]] = {}
    for entry in entries:
        for name in dict.fromkeys(split(pattern)[0] for pattern in entry.patterns):
            by_name.setdefault(name, []).append(entry)

    def resolve(name: str, wanted: str) -> _Entry | None:
        answers = by_name.get(name, ())
        return by_pattern.get(f"{name}@{wanted}") or (answers[0] if len(answers) == 1 else None)

    root = manifests(path, [""], files)
    folders = root[""].workspaces if root else ()
    known = {**root, **manifests(path, (f for f in folders if "*" not in f), files)}
    tree = Tree(bool(root), len(known) == 1 + len(set(folders)))
    for manifest in known.values():
        optional = {w.name for w in manifest.wanted if w.section == OPTIONAL}
        for wanted in manifest.wanted:
            target = resolve(wanted.name, wanted.range)
            if (
                target
                and wanted.section != PEER
                and not (wanted.section == DEPENDENCIES and wanted.name in optional)
            ):
                tree.want(target, wanted.section, [wanted.declaration])
    for entry in entries:
        spare = {name for section, name, _ in entry.needs if section == OPTIONAL}
        for _, name, wanted_range in entry.needs:
            target = resolve(name, wanted_range)
            if target:
                tree.require(entry, target, wanted_range, name in spare)
    return tree


def _add(found: Collector, lines: Lines, tree: Tree, entry: _Entry) -> None:
    ranges = [split(pattern)[1] for pattern in entry.patterns]
    if all(sources.is_own(wanted) for wanted in ranges):
        return
    if all(sources.is_elsewhere(wanted) for wanted in ranges) or _is_elsewhere(entry):
        problem, reason = "is not from a package index", UnreadReason.NOT_AUDITED
    elif "version" not in entry.fields:
        problem, reason = "is locked without a version", UnreadReason.UNPARSABLE
    else:
        tree.nodes[entry] = _node(found.path, lines, entry, ranges)
        return
    place = lines.location(found.path, *entry.span)
    found.skip(f"{sources.shown_name(entry.name)} {problem}", place, reason)


def _node(path: str, lines: Lines, entry: _Entry, ranges: list[str]) -> Node:
    written, start = entry.fields["version"]
    quotes = int(written.startswith('"'))
    place = lines.location(path, start + quotes, start + len(written) - quotes)
    alias = next((name for name, _ in map(sources.alias_target, ranges) if name), "")
    is_hashed = "integrity" in entry.fields or "#" in entry.fields.get("resolved", ("", 0))[0]
    return Node(alias or entry.name, _plain(written), place, hashed=is_hashed)


def _is_elsewhere(entry: _Entry) -> bool:
    """Whether it was fetched by git, which the patterns of shorthands do not always tell."""
    resolved = _plain(entry.fields.get("resolved", ("", 0))[0])
    return resolved.startswith(("git+", "git:", "git@", "ssh:", "file:", "https://codeload.github.com/"))
