"""
Properties of an MSBuild file, evaluated as far as the file itself tells.

MSBuild evaluates properties in the order of the file, each with what was known before it, and items after all
properties; names know no case. Conditions are not evaluated: what stands under one is a possibility beside
what was there. Source: "How MSBuild builds projects", Evaluation phase
(https://learn.microsoft.com/visualstudio/msbuild/build-process-overview#evaluation-phase).
"""

from __future__ import annotations

from collections.abc import Iterator

from pregate.expressions import expression
from pregate.lockfiles.document import MAX_WORD
from pregate.lockfiles.located_xml import Element

MAX_ALTERNATIVES = 8
_REFERENCE = expression(r"\$\(\s*+([A-Za-z_][A-Za-z0-9_-]{0,199})\s*+\)")
_BRANCHES = ("Choose", "When", "Otherwise")
Item = tuple[Element, bool]


class Properties:
    """The values that each property may have; a name that the file does not define has none."""

    def __init__(self, root: Element) -> None:
        self._values: dict[str, tuple[str, ...]] = {}
        for group, is_sure in _groups(root, "PropertyGroup"):
            for element in group.children:
                self._define(element, is_sure=is_sure)

    def expand(self, text: str) -> tuple[str, ...]:
        """
        What ``text`` may be with its properties put in; nothing when one is unknown, when it holds what only
        MSBuild computes, or when there are too many possibilities.
        """
        if "$(" not in text:
            return (text,)
        found, position = [""], 0
        for reference in _REFERENCE.finditer(text):
            before = text[position : reference.start()]
            values = self._values.get(reference.group(1).lower(), ())
            found = [f"{head}{before}{value}" for head in found for value in values]
            if not found or len(found) > MAX_ALTERNATIVES or max(map(len, found)) > MAX_WORD:
                return ()
            position = reference.end()
        whole = tuple(dict.fromkeys(head + text[position:] for head in found))
        return () if any("$(" in value or len(value) > MAX_WORD for value in whole) else whole

    def _define(self, element: Element, *, is_sure: bool) -> None:
        name, condition = element.name.lower(), element.attributes.get("Condition", "")
        known = self._values.get(name, ())
        if condition and _asks_whether_empty(condition, name):
            if not known:
                self._values[name] = self.expand(element.text)
            return
        values = self.expand(element.text)
        if is_sure and not condition:
            self._values[name] = values
        else:
            self._values[name] = tuple(dict.fromkeys((*known, *values)))[:MAX_ALTERNATIVES]


def items(root: Element, *names: str) -> Iterator[Item]:
    """The items of these names in the order of the file, and whether each is there under any condition."""
    for group, is_sure in _groups(root, "ItemGroup"):
        for element in group.children:
            if element.name in names:
                yield element, is_sure and not element.attributes.get("Condition")


def _groups(root: Element, name: str) -> Iterator[tuple[Element, bool]]:
    """The groups of the file, within branches too, and whether they count whatever a condition says."""
    waiting = [(child, True) for child in reversed(root.children)]
    while waiting:
        element, is_sure = waiting.pop()
        is_sure = is_sure and not element.attributes.get("Condition")
        if element.name == name:
            yield element, is_sure
        elif element.name in _BRANCHES:
            waiting += [(child, False) for child in reversed(element.children)]


def _asks_whether_empty(condition: str, name: str) -> bool:
    """Whether it is the usual way to write a default: ``'$(Name)' == ''``."""
    return "".join(condition.split()).lower() == f"'$({name})'==''"
