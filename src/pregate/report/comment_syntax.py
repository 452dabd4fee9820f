"""How a comment is written in a file, by its name: for the words that tell where a suppression goes."""

from __future__ import annotations

import posixpath

# Suffixes by what opens and closes a comment to the end of the line.
_FORMS: tuple[tuple[str, str, str], ...] = (
    (
        "#",
        "",
        "py pyi pyw sh bash zsh yaml yml eyaml toml tf tofu tfvars hcl rb pl r jl ex exs nix cfg conf ini",
    ),
    ("#", "", "properties env ps1 mk cmake dockerfile txt in graphql"),
    (
        "//",
        "",
        "js jsx mjs cjs ts tsx mts cts go java kt kts scala groovy gradle c h cc cpp hpp cs rs swift dart",
    ),
    ("//", "", "php jsonc proto mod bicep sol zig"),
    ("--", "", "sql lua hs lhs elm adb"),
    ("<!--", " -->", "html htm xml md csproj props targets config svg vue xsd"),
    ("/*", " */", "css scss less"),
    ("%", "", "tex erl"),
    (";", "", "clj el lisp"),
)
_BY_SUFFIX = {suffix: (start, end) for start, end, words in _FORMS for suffix in words.split()}
_NAMES = "dockerfile containerfile makefile gemfile rakefile pipfile .env .npmrc .pypirc"
_BY_NAME = dict.fromkeys(_NAMES.split(), ("#", ""))


def comment(path: str, text: str) -> str:
    """
    ``text`` as a comment that fits at the end of a line of the file: ``# text``; ``""`` where the format has
    no comments (JSON), or none that is known.
    """
    name = posixpath.basename(path).lower()
    start, end = _BY_NAME.get(name) or _BY_SUFFIX.get(posixpath.splitext(name)[1].removeprefix("."), ("", ""))
    return f"{start} {text}{end}" if start else ""
