"""The words of a result (§3.11): by text or by id, with its arguments, without links."""

from __future__ import annotations

import re
from typing import Any

from pregate.intake import values
from pregate.intake.components import Components, Descriptor

LONGEST = 2000
_LINK = re.compile(r"\[([^\[\]]{1,500})\]\((?:[^()\s]{1,500})\)")
_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{([0-9]{1,3})\}")


def message_of(message: Any, descriptor: Descriptor, components: Components) -> str:
    """
    A message as plain text on one line, ``""`` where there is none.

    ``{0}`` stands for an argument, also in texts that were given whole (§3.11.5). Of a link its text is left:
    its target is a place that is told beside it.
    """
    words = values.text(message, "text") or _by_id(message, descriptor, components)
    words = words or values.text(message, "markdown")
    given = values.items(message, "arguments")
    if given:
        words = _filled(words, [a if isinstance(a, str) else "" for a in given[:100]])
    return values.one_line(_LINK.sub(r"\1", words[: 5 * LONGEST]), LONGEST)


def _by_id(message: Any, descriptor: Descriptor, components: Components) -> str:
    name = values.text(message, "id")
    if not name:
        return ""
    for strings in (descriptor.get("messageStrings"), *components.global_messages()):
        if found := values.text(strings, name, "text") or values.text(strings, name, "markdown"):
            return found
    return ""


def _filled(words: str, arguments: list[str]) -> str:
    def fill(match: re.Match[str]) -> str:
        if match[1] is None:
            return match[0][0]
        number = int(match[1])
        return arguments[number][:LONGEST] if number < len(arguments) else match[0]

    return _PLACEHOLDER.sub(fill, words[: 5 * LONGEST])
