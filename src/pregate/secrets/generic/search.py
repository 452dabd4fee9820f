"""The names of a file that say secret, and what is assigned to them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pregate.secrets.generic import names, score, values

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pregate.levels import Confidence
    from pregate.secrets.document import Document
    from pregate.secrets.found import Hit
    from pregate.secrets.generic.files import Kind as File

# In these values stand in quotes, and what does not is an expression.
_CODE = names.words(
    """
    .py .pyi .pyx .js .jsx .ts .tsx .mjs .cjs .java .kt .kts .scala .go .rb .rs .php .phtml .c .h
    .cc .cpp .cxx .hpp .m .mm .cs .vb .swift .dart .ex .exs .erl .hs .lua .pl .pm .t .r .groovy
    .gradle .clj .vue .svelte .toml .tf .tfvars .hcl .json .json5 .ipynb .sql .proto .graphql .jsp
    .erb .ejs .cshtml .coffee .nix .zig .ml .fs .pas .bzl .cmake .jsonnet .libsonnet .html .htm .vim
    .el .lisp .tl .s .asm .inc .webmanifest .har .tfstate .smali .d .jl .nim .cr .sol .sv .v .as
    .ps1 .psm1 .tcl .awk .rake .gemspec .xaml .haml .slim .pug .twig .hbs .mustache .bicep .rego
    .cue .pyw .wsgi .ino
    """
)
_LONG = 100
_BEFORE, _AFTER = 64, 140
_PATH = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
_LONGEST_PATH = 30


def find(document: Document, detector: str, places: Iterable[tuple[int, int]]) -> Iterator[Hit]:
    """The hits of a detector for the names around ``places``: where a needle stands and its length."""
    text, data = document.text, document.data
    is_code = document.extension in _CODE

    @cache
    def file() -> File:
        from pregate.secrets.generic.files import kind

        return kind(document, is_code=is_code)

    seen: set[int] = set()
    taken: dict[int, int] = {}
    judged = 0
    known: dict[tuple[str, str, values.Value], Confidence | None] = {}
    for at, size in sorted(places):
        start, end = values.name_around(data, at, size)
        if end in seen:
            continue
        seen.add(end)
        name = text[start:end].strip("-")
        told = names.kind(name)
        if told <= names.Kind.WEAK and text[start - 1 : start] == ".":
            # ``app.signing.key``
            whole = text[values.name_around(data, start - 1, 0)[0] : end].replace(".", "_")
            if names.kind(whole) > told:
                name, told = whole, names.kind(whole)
        if not told:
            continue
        start = end - len(text[start:end].lstrip("-"))
        value = _value(text, start, end, is_code=is_code, is_within=start < judged)
        if value is None or taken.get(value.start, -1) >= value.end:
            continue
        taken[value.start] = value.end
        if value.end - value.start > _LONG:
            if value.start < judged:
                continue
            judged = value.end
        name = _longer(text, name, start)
        said = text[value.start : value.end]
        question = (name, said, value._replace(start=0, end=0))
        if question not in known:
            known[question] = score.confidence(name, said, value, file)
        sure = known[question]
        if sure is None:
            continue
        yield from _hit(document, detector, value, sure)


def _hit(document: Document, detector: str, value: values.Value, sure: Confidence) -> Iterator[Hit]:
    from pregate.secrets.found import Hit

    row = document.row(value.start)
    column = value.start - document.starts[row]
    size = value.end - value.start
    if size <= len(document.lines[row]) - column:
        yield Hit(detector, row, column, column + size, sure)


def _value(text: str, start: int, end: int, *, is_code: bool, is_within: bool) -> values.Value | None:
    """
    What a name is given. ``is_within``: it stands in a long value that is judged, where names that are given
    long ones in turn would cost the square of its length.
    """
    if not is_within:
        return values.value_after(text, start, end, is_code=is_code)
    first = max(0, start - _BEFORE)
    found = values.value_after(text[first : end + _AFTER], start - first, end - first, is_code=is_code)
    return found and found._replace(start=found.start + first, end=found.end + first)


def _longer(text: str, name: str, start: int) -> str:
    """A name that says little alone, with the one before its dot: ``secret.key``."""
    if names.kind(name) > names.Kind.KEY or not text.startswith(".", start - 1):
        return name
    before = text[max(0, start - 1 - _LONGEST_PATH) : start - 1]
    before = before[len(before.rstrip(_PATH)) :]
    longer = f"{before}.{name}" if before else name
    return longer if names.kind(longer) >= names.Kind.KEY else name
