"""
What a user's rules find in one file.

As gitleaks' ``detect/detect.go`` (8.30) does it: the secret is looked for in the match by itself once more,
line ends around it left out; its entropy is counted in bits a byte, and must be above what the rule says.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from pregate.secrets.document import Document
from pregate.secrets.found import Hit
from pregate.secrets.gitleaks.expressions import compiled, encodable, matches
from pregate.secrets.gitleaks.model import CustomRule, CustomRules


class Found(NamedTuple):
    """A hit of a rule, with the text of its match and the lines that this stands in, from 0."""

    hit: Hit
    match: str
    first: int
    last: int

    def __repr__(self) -> str:
        return f"Found({self.hit!r}, ***)"


def find(document: Document, custom: CustomRules) -> Iterator[Found]:
    """Everything that the rules mean, whether or not it is allowed."""
    text = None
    for rule in custom.rules:
        if rule.path and not matches(rule.path, document.path):
            continue
        if not rule.regex:
            yield Found(Hit(rule.detector, 0, 0, 0, note=", by its path", is_value=False), "", 0, 0)
        elif _has_keyword(document, rule):
            text = encodable(document.text) if text is None else text
            yield from _in_text(document, text, rule)


def names_path(custom: CustomRules, path: str) -> bool:
    """Whether a rule is about files by their path, and about this one."""
    return any(rule.path and matches(rule.path, path) for rule in custom.rules)


def _has_keyword(document: Document, rule: CustomRule) -> bool:
    return not rule.keywords or any(
        word.encode() in document.folded if word.isascii() else word in document.text.lower()
        for word in rule.keywords
    )


def _in_text(document: Document, text: str, rule: CustomRule) -> Iterator[Found]:
    expression = compiled(rule.regex)
    for match in expression.finditer(text):
        whole = match.group()
        trimmed = whole.strip("\n")
        at = match.start() + len(whole) - len(whole.lstrip("\n"))
        start, end = _secret(rule, trimmed)
        secret = trimmed[start:end]
        if not secret or (rule.entropy and _entropy(secret) <= rule.entropy):
            continue
        first, last = document.row(at), document.row(at + len(trimmed) - 1)
        yield Found(_hit(document, rule, at + start, secret), trimmed, first, last)


def _secret(rule: CustomRule, match: str) -> tuple[int, int]:
    """Where in its match the secret is: the rule's group, the first that holds something, or all of it."""
    if not compiled(rule.regex).groups:
        return 0, len(match)
    again = compiled(rule.regex).search(match)
    if again is None:
        return 0, len(match)
    if rule.group:
        span: tuple[int, int] = again.span(rule.group)
        return span if span[0] >= 0 else (0, 0)
    groups = range(1, compiled(rule.regex).groups + 1)
    return next((again.span(n) for n in groups if again.group(n)), (0, len(match)))


def _hit(document: Document, rule: CustomRule, at: int, secret: str) -> Hit:
    rows = secret.split("\n")
    row = document.row(at)
    column = at - document.starts[row]
    body = tuple((row + n, 0, len(line)) for n, line in enumerate(rows[1:], 1) if line)
    return Hit(rule.detector, row, column, column + len(rows[0]), value=secret, body=body)


def _entropy(text: str) -> float:
    """Shannon's entropy as gitleaks counts it: characters, over the number of bytes."""
    size = len(text.encode())
    return -sum(n / size * math.log2(n / size) for n in Counter(text).values())
