"""
``go.mod``: the modules that a Go module requires, and the standard library of its toolchain.

Of several requirements of one module the highest version is built (minimal version selection), an excluded
version never; a replacement is built instead of what it replaces, and one by a folder is the project's own
code. The standard library has the version of the newer of the lines ``go`` and ``toolchain``, where one is a
release: ``go 1.21`` alone names a language, not a toolchain. Format: https://go.dev/ref/mod#go-mod-file,
https://go.dev/doc/toolchain.
"""

from __future__ import annotations

from collections.abc import Mapping

from pregate.expressions import expression
from pregate.lockfiles.document import Collector, failed, shown
from pregate.lockfiles.ecosystems import GO
from pregate.lockfiles.go.module_lines import Directive, Word, directives
from pregate.lockfiles.go.versions import module_version
from pregate.lockfiles.model import Depth, Reading
from pregate.lockfiles.text_lines import load_lines
from pregate.lockfiles.versions import Version
from pregate.model import Location, Related, UnreadReason
from pregate.records import dataclass, field, replace

# The name of the standard library in OSV's records: https://go.dev/doc/security/vuln/database.
STDLIB = "stdlib"
# Directives that say nothing of versions in the build: https://go.dev/ref/mod#go-mod-file.
_OTHERS = frozenset({"module", "retract", "godebug", "tool", "ignore"})
_FOLDER = expression(r"\.{1,2}(?:[/\\]|$)|[/\\]|[A-Za-z]:")
_RELEASE = expression(r"([1-9][0-9]{0,3})\.(0|[1-9][0-9]{0,3})\.(0|[1-9][0-9]{0,3})")
_LANGUAGE = expression(r"([1-9][0-9]{0,3})\.(0|[1-9][0-9]{0,3})(?:\.|$|[a-z])")
# Since this version go.mod lists what is required indirectly: https://go.dev/ref/mod#graph-pruning.
_PRUNED = (1, 17)


@dataclass(frozen=True, slots=True)
class _Required:
    module: str
    version: Word
    order: Version
    is_indirect: bool


@dataclass(slots=True)
class _Module:
    """What the directives say; a replacement is known by path and version, ``""`` for all versions."""

    required: dict[str, _Required] = field(default_factory=dict)
    excluded: dict[tuple[str, str], Location] = field(default_factory=dict)
    replaced: dict[tuple[str, str], tuple[Word, Word | None]] = field(default_factory=dict)
    go: Word | None = None
    toolchain: Word | None = None
    is_known: bool = False


def read_go_mod(path: str, files: Mapping[str, bytes]) -> Reading:
    """Every required module in the version that is built, and ``stdlib``."""
    lines = load_lines(path, files[path])
    if isinstance(lines, Reading):
        return lines
    found, module = Collector(path, "go.mod", GO), _Module()
    listed = list(directives(lines))
    for directive in listed:  # what is excluded is known before it is required
        if directive.keyword == "exclude":
            _exclude(found, module, directive)
    for directive in listed:
        _take(found, module, directive)
    if not module.is_known:
        return failed(path, "no line is a directive of go.mod", 1)
    for required in module.required.values():
        _add(found, module, required)
    _add_stdlib(found, module)
    return found.reading()


def _take(found: Collector, module: _Module, directive: Directive) -> None:
    if directive.error:
        found.skip(directive.error, directive.location, UnreadReason.UNPARSABLE)
        return
    module.is_known |= directive.keyword in (*_OTHERS, "require", "replace", "exclude", "go", "toolchain")
    match directive.keyword, directive.words:
        case "require", (Word(name, is_mark=False), Word(is_mark=False) as version):
            _require(found, module, name, version, is_indirect=_is_indirect(directive.comment))
        case "replace", words:
            _replace(found, module, directive, words)
        case "go", (Word(is_mark=False) as version,):
            module.go = version
        case "toolchain", (Word(is_mark=False) as version,):
            module.toolchain = version
        case keyword, _ if keyword not in _OTHERS and keyword != "exclude":
            found.skip("a line is no directive of go.mod", directive.location, UnreadReason.UNPARSABLE)


def _is_indirect(comment: str) -> bool:
    """``// indirect``, and more after a semicolon (golang.org/x/mod/modfile, Require)."""
    words = comment.split(maxsplit=1)
    return bool(words) and words[0] == ("indirect" if len(words) == 1 else "indirect;")


def _exclude(found: Collector, module: _Module, directive: Directive) -> None:
    match directive.words:
        case (Word(name, is_mark=False), Word(version, is_mark=False)) if name and version:
            module.excluded[name, version] = directive.location
        case _:
            found.skip("an exclude is no module and version", directive.location, UnreadReason.UNPARSABLE)


def _require(found: Collector, module: _Module, name: str, version: Word, *, is_indirect: bool) -> None:
    order = module_version(version.text)
    if order is None:
        found.skip(f"{shown(name)} is not pinned to a version", version.location)
        return
    if (name, version.text) in module.excluded:
        found.skip(f"{shown(name)} is required in a version that is excluded", version.location)
        return
    asked = _Required(name, version, order, is_indirect)
    known = module.required.get(name, asked)
    best = asked if known.order < order else known
    module.required[name] = replace(best, is_indirect=is_indirect and known.is_indirect)


def _replace(found: Collector, module: _Module, directive: Directive, words: tuple[Word, ...]) -> None:
    arrow = next((n for n, word in enumerate(words) if word.is_mark and word.text == "=>"), -1)
    old, new = words[: max(arrow, 0)], words[arrow + 1 :]
    is_sound = arrow in (1, 2) and len(new) in (1, 2) and not any(word.is_mark for word in (*old, *new))
    if not is_sound or (len(new) == 1 and not _FOLDER.match(new[0].text)):
        detail = "a replace is no module with a replacement"
        found.skip(detail, directive.location, UnreadReason.UNPARSABLE)
        return
    version = old[1].text if len(old) == 2 else ""
    module.replaced[old[0].text, version] = (new[0], new[1] if len(new) == 2 else None)


def _add(found: Collector, module: _Module, required: _Required) -> None:
    name, version = required.module, required.version
    replacement = module.replaced.get((name, version.text)) or module.replaced.get((name, ""))
    depth = Depth.TRANSITIVE if required.is_indirect else Depth.DIRECT
    if not replacement:
        found.add(name, version.text, version.location, depth=depth)
        return
    path, instead = replacement
    if instead is None:  # a folder: the project's own code
        return
    if module_version(instead.text) is None:
        found.skip(f"{shown(path.text)} is not pinned to a version", instead.location)
        return
    related = (Related(version.location, f"{shown(name)} is required here, and replaced"),)
    found.add(path.text, instead.text, instead.location, depth=depth, related=related)


def _add_stdlib(found: Collector, module: _Module) -> None:
    best: tuple[tuple[int, ...], str, Location] | None = None
    for word, prefix in ((module.go, ""), (module.toolchain, "go")):
        release = _RELEASE.fullmatch(word.text.removeprefix(prefix).partition("-")[0]) if word else None
        if word and release and word.text.startswith(prefix):
            place, start = word.location, word.location.start_column + len(prefix)
            place = Location(place.path, place.start_line, start, place.end_line, start + len(release[0]))
            key = tuple(map(int, release.groups()))
            if best is None or best[0] <= key:
                best = (key, release[0], place)
    if best:
        found.add(STDLIB, best[1], best[2], depth=Depth.DIRECT)
    elif module.go or module.toolchain:
        word = module.toolchain or module.go
        if word:
            found.skip("the standard library is not pinned to a release", word.location)
    _tell_unlisted(found, module)


def _tell_unlisted(found: Collector, module: _Module) -> None:
    """Before Go 1.17 most of what is required indirectly stood in no line of go.mod."""
    language = _LANGUAGE.match(module.go.text) if module.go else None
    if module.go and language and (int(language[1]), int(language[2])) < _PRUNED and module.required:
        detail = "go.mod lists what is required indirectly since go 1.17 only: it is not audited here"
        found.skip(detail, module.go.location)
