"""
HTML that is made of elements: text in it is text, whoever wrote it.

Nothing but :class:`Markup` goes into a page as it is, and only :func:`element`, :func:`joined` and
:func:`inlined` make it. The escapes are those of HTML's data state and of attribute values in double quotes
(HTML Standard, "Serializing HTML fragments"), and ``<`` also in attributes: a browser that runs scripts reads
what is in ``noscript`` as raw text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape

from pregate.report.visible import visible

VOID = frozenset({"br", "input", "meta"})
_ADDRESS = re.compile(r"https?://[\w.~:/?#@!$&'*+,;=%-]{1,2000}", re.ASCII)


class Markup(str):
    """A text that is HTML already."""

    __slots__ = ()


Child = str | Iterable["Child"]


def element(name: str, attributes: Mapping[str, str | bool | None] | None = None, *children: Child) -> Markup:
    """
    One element. Attributes that are None or False are left out, True has no value; their names and that of
    the element are our own words. Children are texts, :class:`Markup` and iterables of them.
    """
    written = "".join(_attribute(key, value) for key, value in (attributes or {}).items())
    if name in VOID:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{joined(*children)}</{name}>")


def _attribute(key: str, value: str | bool | None) -> str:
    if value is None or value is False:
        return ""
    return f" {key}" if value is True else f' {key}="{escape(visible(value))}"'


def joined(*children: Child) -> Markup:
    """The children one after the other; a text shows what does not print, but for tabs and line feeds."""
    return Markup("".join(_written(child) for child in children))


def _written(child: Child) -> str:
    if isinstance(child, Markup):
        return child
    if isinstance(child, str):
        return escape(visible(child, keep="\n\t"), quote=False)
    return joined(*child)


def inlined(name: str, content: str, kind: str = "") -> Markup:
    """
    A ``style`` or ``script`` element around a text of ours that is not escaped: it must not end its element.
    """
    if re.search(r"</|<!--", content):
        raise ValueError(f"the text would end its {name} element")
    return Markup(f"<{name}{kind}>{content}</{name}>")


def web_address(address: str) -> str:
    """``address`` if a link may lead there (http or https, ASCII, no user's name), else ``""``."""
    host = address.partition("://")[2].partition("/")[0]
    return address if _ADDRESS.fullmatch(address) and "@" not in host else ""
