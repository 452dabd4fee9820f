"""
Options in a requirements file.

The names are those that pip takes there (https://pip.pypa.io/en/stable/reference/requirements-file-format/,
"Supported options"), now and in earlier versions.
"""

from __future__ import annotations

_WITH_VALUE = (
    "--requirement",
    "--constraint",
    "--editable",
    "--index-url",
    "--pypi-url",
    "--extra-index-url",
    "--find-links",
    "--no-binary",
    "--only-binary",
    "--trusted-host",
    "--use-feature",
    "--all-releases",
    "--only-final",
    "--uploaded-prior-to",
)
_FLAGS = ("--no-index", "--prefer-binary", "--require-hashes", "--pre", "--always-unzip")
_SHORT = {
    "-r": "--requirement",
    "-c": "--constraint",
    "-e": "--editable",
    "-i": "--index-url",
    "-f": "--find-links",
}


def parse_options(text: str) -> list[tuple[str, str]] | None:
    """
    Names and values of the options in a line; a name is ``""`` if it is not known.

    Long names may be cut short as long as only one fits, short ones may have their value attached, as with
    Python's ``optparse``. None when a quotation is not closed.
    """
    try:
        import shlex  # most lines have no options

        words = shlex.split(text)
    except ValueError:
        return None
    options, position = [], 0
    while position < len(words):
        name, value, position = _next(words, position)
        options.append((name, value))
    return options


def _next(words: list[str], position: int) -> tuple[str, str, int]:
    word = words[position]
    following = words[position + 1] if position + 1 < len(words) else ""
    if word == "-Z":
        return "--always-unzip", "", position + 1
    if not word.startswith("--"):
        name = _SHORT.get(word[:2], "")
        if len(word) > 2 or not name:
            return name, word[2:], position + 1
        return name, following, position + 2
    given, equals, value = word.partition("=")
    names = [n for n in (*_WITH_VALUE, *_FLAGS) if n.startswith(given)]
    name = given if given in names else names[0] if len(names) == 1 else ""
    if equals or name in _FLAGS or not name:
        return name, value, position + 1
    return name, following, position + 2
