"""What kind of file a secret may stand in: how strings are written there, and whether secrets are likely."""

from __future__ import annotations

import re
from enum import Flag, auto

from pregate.expressions import expression
from pregate.secrets.document import Document
from pregate.secrets.generic.names import words


class Kind(Flag):
    """What is known of a file by its path and the beginning of its text; several may hold."""

    NONE = 0
    CODE = auto()
    """Values stand in quotes; what does not is an expression."""
    TEST = auto()
    """A test, a fixture or an example."""
    PROSE = auto()
    """Documentation or plain text."""
    TRANSLATED = auto()
    """Texts for people to read."""
    GENERATED = auto()
    """Minified, a snapshot, a lock file, styles, drawings."""
    SETTINGS = auto()
    """Settings of a program: real values are likely."""


_PROSE = words(
    """
    .md .markdown .rst .txt .adoc .asciidoc .mdx .textile .pod .tex .org .1 .8
    """
)
_STYLE = words(
    """
    .css .scss .less .sass .svg .map .snap .lock .po .pot .xlf .xliff .woff .strings
    """
)
_TRANSLATED = words(".po .pot .xlf .xliff .resx .strings .arb .ftl .resjson")
_SETTINGS = words(
    """
    .env .ini .cfg .conf .cnf .properties .config .yml .yaml .tfvars .secrets .credentials .envrc
    """
)
_NAMED_SETTINGS = expression(
    r"^\.env|rc$|^\.[a-z_]{1,40}$|config|settings|credential|secrets|^\.[a-z-]{1,40}\.json$"
)
_TEST = expression(
    r"(?:^|[/_.-])(?:tests?|testing|testdata|specs?|fixtures?|examples?|samples?|demos?|mocks?|stubs?|e2e|"
    r"integration|unit|docs?|tutorials?|conftest|testcases?|testsuite|functional|cassettes?|playground|"
    r"dummy|fakes?|benchmarks?)(?=[/_.-]|$)|"
    r"(?:Test|Tests|Spec|IT|TestCase|Mock)\.[a-z]{1,6}$|(?:^|/)test[A-Za-z0-9]{0,40}\.[a-z]{1,6}$"
)
_LANGUAGE = expression(
    r"(?:^|/)(?:locales?|i18n|l10n|lang|langs|languages?|translations?|messages)(?:[/_.-]|$)", re.IGNORECASE
)
_WIDE = 5000
_HEAD = 2000


def kind(document: Document, *, is_code: bool) -> Kind:
    """The kinds of a file, of which one is known."""
    path, extension = document.path, document.extension
    found = Kind.NONE
    if is_code:
        found |= Kind.CODE
    elif extension in _PROSE:
        found |= Kind.PROSE
    if extension in _SETTINGS or _NAMED_SETTINGS.search(document.name):
        found |= Kind.SETTINGS
    if _TEST.search(path[-300:]):
        found |= Kind.TEST
    if extension in _TRANSLATED or _LANGUAGE.search(path[-300:]):
        found |= Kind.TRANSLATED
    if (
        extension in _STYLE
        or ".min." in document.name
        or document.text.find("\n", 0, _WIDE) < 0 < len(document.text) - _WIDE
    ):
        found |= Kind.GENERATED
    return found
