"""
``Gemfile.lock`` and ``gems.locked``: sections by indentation, ``name (version)`` below ``specs:``.

The lines are those that bundler's ``LockfileParser`` reads,
https://github.com/rubygems/rubygems/blob/master/bundler/lib/bundler/lockfile_parser.rb.
"""

from __future__ import annotations

from collections.abc import Mapping

from pregate.expressions import expression
from pregate.lockfiles.document import Collector, failed, shown
from pregate.lockfiles.ecosystems import RUBYGEMS
from pregate.lockfiles.graph import reachable
from pregate.lockfiles.model import Depth, Reading, Requirement
from pregate.lockfiles.ruby_manifest import gemfile
from pregate.lockfiles.text_lines import TextLine, load_lines
from pregate.model import UnreadReason
from pregate.records import dataclass, field

_SECTION = expression(r"[A-Z][A-Z ]{1,40}")
_SPEC = expression(r" {4}([^\s()]{1,300}) \(([^()\s-]{1,300})(?:-([^()\s]{1,300}))?\)[ \t]*")
_NEED = expression(r" {6}([^\s()]{1,300}?)(?: \(([^()]{0,300})\))?!?[ \t]*")
_DEPENDENCY = expression(r" {2}([^\s()]{1,300}?)(?: \(([^()]{0,300})\))?!?[ \t]*")
_CHECKSUM = expression(r" {2}([^\s()]{1,300}) \(([^()\s-]{1,300})(?:-[^()\s]{1,300})?\) [a-z0-9]{1,20}=")
_MAX_BROKEN = 100
_SOURCES = ("GEM", "GIT", "PATH", "PLUGIN SOURCE")


@dataclass(slots=True)
class _Gem:
    name: str
    version: str
    section: str
    line: TextLine
    span: tuple[int, int]
    needs: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _File:
    """``gems`` by name and section: the same gem for several platforms is one gem."""

    sections: set[str] = field(default_factory=set)
    gems: dict[tuple[str, str, str], _Gem] = field(default_factory=dict)
    direct: set[str] = field(default_factory=set)
    sums: set[tuple[str, str]] = field(default_factory=set)
    broken: list[TextLine] = field(default_factory=list)

    def refuse(self, line: TextLine) -> None:
        """Notes a line that bundler does not write; the first ones are enough to tell."""
        if len(self.broken) < _MAX_BROKEN:
            self.broken.append(line)


def read_gemfile_lock(path: str, files: Mapping[str, bytes]) -> Reading:
    """
    Every gem from a gem server, one for all its platforms; those from git and plug-ins are not audited, those
    in the project's own folders passed over. What these or the Gemfile ask for is direct; what only its
    groups for development and tests pull is told where the Gemfile is among ``files``.
    """
    lines = load_lines(path, files[path])
    if isinstance(lines, Reading):
        return lines
    file = _parsed(lines)
    if not file.sections & {*_SOURCES, "PLATFORMS", "DEPENDENCIES"}:
        return failed(path, "no section that bundler writes: this is no Gemfile.lock")
    found = Collector(path, "Gemfile.lock", RUBYGEMS)
    for line in file.broken:
        found.skip("a line that bundler does not write", line.place(), UnreadReason.UNPARSABLE)
    if file.sections <= {*_SOURCES}:
        found.skip("the text ends before DEPENDENCIES", lines[-1].place(), UnreadReason.UNPARSABLE)
    versions = {gem.name: gem.version for gem in file.gems.values() if gem.section == "GEM"}
    own = [gem for gem in file.gems.values() if gem.section == "PATH"]
    direct = file.direct.union(*(gem.needs for gem in own))
    asked = gemfile(path, files)
    edges = {gem.name: gem.needs for gem in file.gems.values()}
    dev = {name for name, wish in asked.items() if wish.is_dev} & file.direct
    dev = reachable(dev, edges) - reachable(direct - dev, edges)
    for gem in file.gems.values():
        place = gem.line.place(*gem.span)
        if gem.section == "GEM":
            needs = [(name, constraint) for name, constraint in gem.needs.items() if name in versions]
            found.add(
                gem.name,
                gem.version,
                place,
                depth=Depth.DIRECT if gem.name in direct else Depth.TRANSITIVE,
                requires=tuple(Requirement(f"{name}@{versions[name]}", c) for name, c in needs),
                declared=asked[gem.name].declared if gem.name in asked else (),
                dev=gem.name in dev,
                hashed=(gem.name, gem.version) in file.sums,
            )
        elif gem.section != "PATH":
            found.skip(f"{shown(gem.name)} is not from a gem server", place)
    return found.reading()


def _parsed(lines: list[TextLine]) -> _File:
    file, section, is_specs = _File(), "", False
    gem: _Gem | None = None
    for line in lines:
        text = line.text
        if not text.strip():
            continue
        if not text.startswith(" "):
            section, is_specs, gem = text.strip(), False, None
            if not _SECTION.fullmatch(section):
                file.refuse(line)
                section = ""
            else:
                file.sections.add(section)
        elif section in _SOURCES:
            is_specs = is_specs or text.strip() == "specs:"
            if is_specs and text.startswith("    "):
                gem = _spec(file, section, gem, line)
            elif text.strip() == "remote:":
                is_specs = False
        else:
            _other(file, section, line)
    return file


def _spec(file: _File, section: str, gem: _Gem | None, line: TextLine) -> _Gem | None:
    """The gem that the line names, or the one before it, which gets what the line says it needs."""
    need = _NEED.fullmatch(line.text) if gem else None
    if gem and need:
        gem.needs.setdefault(need.group(1), need.group(2) or "")
        return gem
    spec = _SPEC.fullmatch(line.text)
    if spec is None:
        file.refuse(line)
        return None if line.text[4:5] != " " else gem
    made = _Gem(spec.group(1), spec.group(2), section, line, spec.span(2))
    return file.gems.setdefault((section, made.name, made.version), made)


def _other(file: _File, section: str, line: TextLine) -> None:
    if section == "DEPENDENCIES":
        dependency = _DEPENDENCY.fullmatch(line.text)
        if dependency:
            file.direct.add(dependency.group(1))
        else:
            file.refuse(line)
    elif section == "CHECKSUMS":
        checksum = _CHECKSUM.match(line.text)
        if checksum:
            file.sums.add((checksum.group(1), checksum.group(2)))
