"""
Which comment a file can hold, by its name, and what a suppression looks like in it.

Sources: the languages' own references; JSON (RFC 8259) has no comments.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from pregate.records import dataclass


@dataclass(frozen=True, slots=True)
class Syntax:
    """
    A comment from ``opener`` to ``closer``, or to the end of the line where that is ``""``.

    ``is_trailing`` tells that it may stand behind code on the same line.
    """

    opener: str
    closer: str = ""
    is_trailing: bool = True


_HASH = Syntax("#")
_SLASHES = Syntax("//")
_DASHES = Syntax("--")
_SEMICOLON = Syntax(";")
_PERCENT = Syntax("%")
_BLOCK = Syntax("/*", "*/")
_MARKUP = Syntax("<!--", "-->")
_ML = Syntax("(*", "*)")
_HASH_ALONE = Syntax("#", is_trailing=False)
_SEMICOLON_ALONE = Syntax(";", is_trailing=False)

_OF_HASH = """
py pyi pyw pyx rb rake gemspec sh bash zsh ksh fish yaml yml toml tf tfvars hcl nomad pl pm r jl ex exs nix
cmake mk ps1 psm1 psd1 tcl awk gd nim cr coffee graphql gql rego bzl bazel star service
"""
_OF_SLASHES = """
js jsx mjs cjs ts tsx mts cts java kt kts scala sc groovy gradle go rs c h cc cpp cxx hh hpp hxx m mm cs fs
fsx swift dart php proto zig v sol jsonc json5 bicep cue thrift jsonnet libsonnet
"""
_OF_MARKUP = """
html htm xhtml xml svg xsd xslt xsl vue svelte md markdown csproj fsproj vbproj props plist wsdl
"""
_BY_SYNTAX: tuple[tuple[Syntax, str], ...] = (
    (_HASH, _OF_HASH),
    (_SLASHES, _OF_SLASHES),
    (_DASHES, "sql lua hs elm adb ads vhd vhdl"),
    (_SEMICOLON, "clj cljs cljc edn lisp el scm rkt asm s"),
    (_PERCENT, "tex sty cls erl hrl bib"),
    (_BLOCK, "css scss sass less"),
    (_MARKUP, _OF_MARKUP),
    (_ML, "ml mli pas"),
    (Syntax("'"), "vb vbs bas"),
    (Syntax("REM ", is_trailing=False), "bat cmd"),
    (Syntax("{{!", "}}"), "hbs handlebars mustache"),
    (Syntax("{#", "#}"), "j2 jinja jinja2 njk twig"),
    # What stands behind a value in these is part of the value.
    (_HASH_ALONE, "env properties conf txt dockerfile"),
    (_SEMICOLON_ALONE, "ini cfg inf reg"),
)
_BY_SUFFIX: Mapping[str, Syntax] = {s: syntax for syntax, words in _BY_SYNTAX for s in words.split()}
_BY_NAME: Mapping[str, Syntax] = {
    "dockerfile": _HASH_ALONE,
    "containerfile": _HASH_ALONE,
    "makefile": _HASH_ALONE,
    "jenkinsfile": _SLASHES,
    "gemfile": _HASH,
    "rakefile": _HASH,
    "vagrantfile": _HASH,
    "pipfile": _HASH,
    "justfile": _HASH_ALONE,
    "go.mod": _SLASHES,
    ".env": _HASH_ALONE,
    ".npmrc": _HASH_ALONE,
    ".gitattributes": _HASH_ALONE,
    ".gitignore": _HASH_ALONE,
    ".bashrc": _HASH,
    ".profile": _HASH,
}
# Machines write these anew, and a comment would not last.
_WRITTEN_BY_MACHINES = frozenset(
    {"poetry.lock", "uv.lock", "cargo.lock", "yarn.lock", "pnpm-lock.yaml", "gemfile.lock", "pdm.lock"}
)


def syntax_of(path: str) -> Syntax | None:
    """The comment that the file at ``path`` can hold; ``None`` where it can hold none, or nobody knows."""
    name = posixpath.basename(path).lower()
    if name in _WRITTEN_BY_MACHINES:
        return None
    if name in _BY_NAME:
        return _BY_NAME[name]
    stem, _, suffix = name.rpartition(".")
    if name.startswith((".env.", "dockerfile.")) or stem.endswith("dockerfile"):
        return _HASH_ALONE
    return _BY_SUFFIX.get(suffix) if stem or suffix != name else None


def inline_form(path: str, rule: str, reason: str, owner: str = "", until: str = "") -> str | None:
    """
    The comment that suppresses ``rule`` in the file at ``path``: ``# pregate: ignore[python/B602]
    reason="…"``. ``None`` where the file can hold no comment, or none with these words.
    """
    syntax = syntax_of(path)
    if syntax is None:
        return None
    words = [f"pregate: ignore[{rule}]"]
    for key, value in (("reason", reason), ("owner", owner), ("until", until)):
        if value:
            is_plain = key == "until"
            quoted = value if is_plain else _quoted(value)
            if quoted is None:
                return None
            words.append(f"{key}={quoted}")
    body = " ".join(words)
    if syntax.closer and (syntax.closer in body or (syntax is _MARKUP and "--" in body)):
        return None
    return f"{syntax.opener.rstrip()} {body}{f' {syntax.closer}' if syntax.closer else ''}"


def _quoted(value: str) -> str | None:
    """In quotes, of which the other kind may stand within; nothing is escaped in a comment."""
    if any(not c.isprintable() for c in value):
        return None
    for quote in ('"', "'"):
        if quote not in value:
            return f"{quote}{value}{quote}"
    return None
