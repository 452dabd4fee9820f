"""
The strings of a policy as patterns: wildcards, the fields of ARNs, policy variables, values that a template
leaves open.

Sources: IAM User Guide, "IAM JSON policy elements: Resource" (wildcards in the segments of an ARN), "IAM
policy elements: Variables and tags" (variables, defaults, ``${*}``), "Condition operators".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pregate.iam.document import TOKEN
from pregate.iam.reasoning.model import Reading
from pregate.iam.reasoning.patterns import (
    ANY,
    FIELD_ANY,
    FIELD_STAR,
    HOLE,
    IN_ANY_CASE,
    STAR,
    Pattern,
    Symbol,
    collapse,
    folded,
    is_hole,
)
from pregate.records import dataclass, field

_VARIABLE = re.compile(r"\$\{(\$|[^{}$]{1,300})\}")
_LITERALS = {"*": "*", "?": "?", "$": "$"}
# Variables whose text has no colon (IAM User Guide, "AWS global condition context keys").
_NO_COLON = frozenset(
    {
        "aws:username",
        "aws:principalaccount",
        "aws:principalorgid",
        "aws:principaltype",
        "aws:requestedregion",
        "aws:resourceaccount",
        "aws:resourceorgid",
        "aws:sourceaccount",
        "aws:sourceorgid",
        "aws:sourcevpc",
        "aws:sourcevpce",
    }
)


@dataclass
class Strings:
    """
    Makes patterns for one question. ``bindings`` are texts for policy variables by lower-case key; None: the
    key is absent. ``variables`` are those met, ``touched`` the switches of the reading that mattered.
    """

    reading: Reading = field(default_factory=Reading)
    bindings: Mapping[str, str | None] = field(default_factory=dict)
    has_variables: bool = True
    names: Mapping[str, str] = field(default_factory=dict)
    variables: dict[str, None] = field(default_factory=dict)
    negated: dict[str, None] = field(default_factory=dict)
    touched: dict[str, None] = field(default_factory=dict)

    def like(self, text: str, *, negated: bool = False) -> Pattern | None:
        """With wildcards; None: no string matches (a variable in it has no value)."""
        parts = self._parts(text, wildcards=True, negated=negated)
        return None if parts is None else collapse(parts)

    def same(self, text: str, *, negated: bool = False) -> Pattern | None:
        """Without wildcards."""
        parts = self._parts(text, wildcards=False, negated=negated)
        return None if parts is None else tuple(parts)

    def same_in_any_case(self, text: str, *, negated: bool = False) -> Pattern | None:
        """Without wildcards and in any case, the text of variables and open values too."""
        parts = self._parts(text, wildcards=False, negated=negated)
        if parts is None:
            return None
        return tuple(s for part in parts for s in ((part + IN_ANY_CASE,) if len(part) > 1 else folded(part)))

    def arn(self, text: str, *, negated: bool = False) -> Pattern | None:
        """With wildcards that stay in their field of the ARN, but for a star at the end."""
        parts = self._parts(text, wildcards=True, negated=negated)
        if parts is None:
            return None
        found: list[Symbol] = []
        colons = 0
        for index, symbol in enumerate(parts):
            inner = colons < 5 and not (symbol == STAR and index == len(parts) - 1)
            if inner and symbol in (STAR, ANY):
                self.touched["star_crosses_fields"] = None
                if not self.reading.star_crosses_fields:
                    found.append(FIELD_STAR if symbol == STAR else FIELD_ANY)
                    continue
            if (
                is_hole(symbol)
                and colons < 5
                # A tag, as the text of a variable, may have a colon.
                and symbol.startswith(f"{HOLE}value")
                and _is_field(parts, index)
            ):
                found.append(f"{HOLE}:{symbol[1:]}")
                continue
            colons += symbol == ":"
            found.append(symbol)
        return collapse(found)

    def worded(self, text: str) -> str:
        """A text with what its open values are called, which is the same in another version of a file."""
        return TOKEN.sub(lambda token: f"<{self.names.get(token[0], token[0])}>", text)

    def _parts(self, text: str, *, wildcards: bool, negated: bool) -> list[Symbol] | None:
        """The symbols of a text with variables and open values as holes."""
        found: list[Symbol] = []
        position = 0
        for start, end, symbols in self._special(text, negated=negated):
            if symbols is None:
                return None
            found += _plain(text[position:start], wildcards=wildcards)
            found += symbols
            position = end
        return found + _plain(text[position:], wildcards=wildcards)

    def _special(self, text: str, *, negated: bool) -> Iterable[tuple[int, int, list[Symbol] | None]]:
        spans: list[tuple[int, int, list[Symbol] | None]] = []
        if self.has_variables and "${" in text:
            for match in _VARIABLE.finditer(text):
                # Whose value it is may itself be known only at deployment.
                is_open = TOKEN.search(match[0]) is not None
                symbols = [self._open(match[0])] if is_open else self._variable(match[1], negated=negated)
                spans.append((match.start(), match.end(), symbols))
        inside = [(start, end) for start, end, _ in spans]
        for found in TOKEN.finditer(text):
            if not any(start < found.start() < end for start, end in inside):
                spans.append((found.start(), found.end(), [self._open(found[0])]))
        spans.sort(key=lambda span: span[0])
        return spans

    def _open(self, text: str) -> Symbol:
        return f"{HOLE}value {self.worded(text)}"

    def _variable(self, inner: str, *, negated: bool) -> list[Symbol] | None:
        if inner in _LITERALS:
            return list(_LITERALS[inner])
        name, comma, default = inner.partition(",")
        key = name.strip().lower()
        fallback = default.strip()[1:-1] if comma and len(default.strip()) >= 2 else None
        if key in self.bindings:
            bound = self.bindings[key]
            value = bound if bound is not None else fallback
            return None if value is None else list(value)
        self.variables[key] = None
        if negated and fallback is None:
            self.negated[key] = None
        colon = ":" if key in _NO_COLON and ":" not in (fallback or "") else ""
        return [f"{HOLE}{colon}variable {key}" + (f" or {fallback}" if fallback is not None else "")]


def _plain(text: str, *, wildcards: bool) -> list[Symbol]:
    if not wildcards:
        return list(text)
    return [STAR if c == "*" else ANY if c == "?" else c for c in text]


def _is_field(parts: list[Symbol], index: int) -> bool:
    """Whether a part is all that stands between two colons."""
    before = index > 0 and parts[index - 1] == ":"
    return before and index + 1 < len(parts) and parts[index + 1] == ":"
