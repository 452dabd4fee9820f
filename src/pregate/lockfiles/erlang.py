"""
``mix.lock`` of Elixir and ``rebar.lock`` of Erlang: packages of Hex as terms of their languages.

Formats: Mix's ``Mix.Dep.Lock`` and Hex's ``Hex.SCM`` (``{:hex, name, version, hash, managers, dependencies,
repository, outer hash}``, https://github.com/hexpm/hex/blob/main/lib/hex/scm.ex); rebar3's ``rebar_config``
(https://rebar3.org/docs/configuration/dependencies/#lock-files).
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from pregate.expressions import expression
from pregate.lockfiles.document import Collector, failed, shown
from pregate.lockfiles.ecosystems import HEX
from pregate.lockfiles.graph import reachable
from pregate.lockfiles.model import Declaration, Depth, Reading, Requirement
from pregate.lockfiles.terms import Term, parse_terms
from pregate.lockfiles.text_lines import load_text
from pregate.model import Location, UnreadReason
from pregate.positions import Lines, PositionError
from pregate.records import dataclass

_MANIFEST_ENTRY = expression(
    r"\{[ \t\r\n]*+:\"?([A-Za-z_][A-Za-z0-9_@]*+)\"?[ \t\r\n]*+"
    r"(?:,[ \t\r\n]*+\"([^\"\n]{0,300}+)\")?+([^{}]{0,2000}+)\}"
)
_ONLY = expression(r"\bonly:[ \t]{0,20}(\[[^\]]{0,200}\]|:[a-z_]{1,60})")
_ATOM = expression(r":([a-z_]{1,60})")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What ``mix.exs`` says of a dependency."""

    declaration: Declaration
    is_dev: bool


def read_mix_lock(path: str, files: Mapping[str, bytes]) -> Reading:
    """
    Every package of Hex's public repository; those of others and from git are not audited.

    ``mix.exs`` beside it, whose entries are looked for as text, tells what is direct and serves development.
    """
    loaded = _load(path, files[path], is_elixir=True)
    if isinstance(loaded, Reading):
        return loaded
    terms, lines = loaded
    if len(terms) != 1 or terms[0].kind != "map":
        return failed(path, "no map of dependencies: this is no mix.lock")
    found = Collector(path, "mix.lock", HEX)
    pairs = [(key.value, value) for key, value in terms[0].pairs()]
    idents = {app: f"{v.items[1].value}@{v.items[2].value}" for app, v in pairs if _is_hex(v)}
    needs = {app: _needs(value, idents) for app, value in pairs}
    asked = _manifest(posixpath.join(posixpath.dirname(path), "mix.exs"), files)
    dev = _dev_only(asked, needs)
    needed = {app for names in needs.values() for app in names}
    for app, value in pairs:
        place = lines.location(path, value.start, value.end)
        if value.kind != "tuple" or not value.items:
            found.skip("an entry is no tuple", place, UnreadReason.UNPARSABLE)
        elif not _is_hex(value):
            found.skip(f"{shown(app)} is not from Hex", place)
        elif _repository(value) != "hexpm":
            found.skip(f"{shown(app)} is from another repository than Hex's public one", place)
        else:
            mine = asked.get(app)
            depth = Depth.DIRECT if mine else Depth.TRANSITIVE if app in needed else Depth.UNKNOWN
            found.add(
                value.items[1].value,
                value.items[2].value,
                lines.location(path, value.items[2].start, value.items[2].end),
                depth=depth if asked else Depth.UNKNOWN,
                dev=app in dev,
                requires=tuple(Requirement(idents[n], c) for n, c in needs[app].items() if n in idents),
                declared=(mine.declaration,) if mine else (),
                hashed=len(value.items) > 3 and value.items[3].kind == "text",
            )
    return found.reading()


def read_rebar_lock(path: str, files: Mapping[str, bytes]) -> Reading:
    """Every package of Hex with its level: 0 is direct. Those from git and others are not audited."""
    loaded = _load(path, files[path], is_elixir=False)
    if isinstance(loaded, Reading):
        return loaded
    terms, lines = loaded
    head = terms[0] if terms else Term("none")
    entries = head.items[1] if head.kind == "tuple" and len(head.items) == 2 else head
    if entries.kind != "list":
        return failed(path, "no list of dependencies: this is no rebar.lock")
    found = Collector(path, "rebar.lock", HEX)
    sums = _sums(terms[1]) if len(terms) > 1 else set()
    for entry in entries.items:
        place = lines.location(path, entry.start, entry.end)
        match entry.items:
            case [Term(kind="text") as app, Term(kind="tuple") as source, Term(value=level)]:
                _add_rebar(found, lines, app.value, source, level, app.value in sums)
            case _:
                found.skip("an entry names no dependency", place, UnreadReason.UNPARSABLE)
    return found.reading()


def _add_rebar(found: Collector, lines: Lines, app: str, source: Term, level: str, is_hashed: bool) -> None:
    match source.items:
        case [Term(value="pkg"), Term(kind="text") as name, Term(kind="text") as version, *rest]:
            place = lines.location(found.path, version.start, version.end)
            depth = Depth.DIRECT if level == "0" else Depth.TRANSITIVE
            found.add(name.value, version.value, place, depth=depth, hashed=bool(rest) or is_hashed)
        case _:
            place = lines.location(found.path, source.start, source.end)
            found.skip(f"{shown(app)} is not from Hex", place)


def _load(path: str, data: bytes, is_elixir: bool) -> tuple[list[Term], Lines] | Reading:
    text = load_text(path, data)
    if isinstance(text, Reading):
        return text
    try:
        return parse_terms(text, is_elixir), Lines(text)
    except PositionError as error:
        return failed(path, error.message, error.line)


def _is_hex(value: Term) -> bool:
    match value.items if value.kind == "tuple" else []:
        case [Term(value="hex", kind="atom"), Term(kind="atom"), Term(kind="text"), *_]:
            return True
    return False


def _repository(value: Term) -> str:
    return value.items[6].value if len(value.items) > 6 and value.items[6].kind == "text" else "hexpm"


def _needs(value: Term, idents: Mapping[str, str]) -> dict[str, str]:
    """The dependencies of an entry, by application, with what is asked of their versions."""
    needs: dict[str, str] = {}
    for entry in value.items[5].items if _is_hex(value) and len(value.items) > 5 else ():
        match entry.items:
            case [Term(kind="atom") as app, Term(kind="text") as constraint, *_] if app.value in idents:
                needs[app.value] = constraint.value
    return needs


def _manifest(path: str, files: Mapping[str, bytes]) -> dict[str, _Asked]:
    text = load_text(path, files[path]) if path in files else ""
    found: dict[str, _Asked] = {}
    if isinstance(text, Reading):
        return found
    lines = Lines(text)
    for match in _MANIFEST_ENTRY.finditer(text):
        line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        if "#" in line:
            continue
        group = 2 if match.group(2) is not None else 1
        place: Location = lines.location(path, *match.span(group))
        only = _ONLY.search(match.group(3))
        environments = _ATOM.findall(only.group(1)) if only else ["prod"]
        found.setdefault(
            match.group(1), _Asked(Declaration(place, match.group(2) or ""), "prod" not in environments)
        )
    return found


def _dev_only(asked: Mapping[str, _Asked], needs: Mapping[str, Mapping[str, str]]) -> set[str]:
    """What only dependencies for development and tests pull."""
    runtime = reachable((app for app, entry in asked.items() if not entry.is_dev), needs)
    return reachable((app for app, entry in asked.items() if entry.is_dev), needs) - runtime


def _sums(term: Term) -> set[str]:
    """The applications with a hash: ``[{pkg_hash, [{<<"app">>, <<"…">>}]}]``."""
    return {
        pair.items[0].value
        for group in term.items
        if len(group.items) == 2 and group.items[0].value == "pkg_hash"
        for pair in group.items[1].items
        if pair.items
    }
