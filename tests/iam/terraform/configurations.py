# ruff: noqa: E501 - configurations read best unbroken
"""Small Terraform configurations, and what is found in them."""

from __future__ import annotations

import json
import re
from typing import Any

from pregate.iam import PolicyDocument, lint
from pregate.iam.terraform import Extracted, extract_terraform

_TOKEN = re.compile("\ue000([0-9]+)\ue001")


def read(main: str, path: str = "main.tf", **others: str) -> Extracted:
    """What ``path`` (with the text ``main``) holds; ``others`` are files of its folder, ``__`` for a slash."""
    files = {path: main.encode()}
    files |= {name.replace("__", "/").replace("_dot_", "."): text.encode() for name, text in others.items()}
    return extract_terraform(path, files)


def policy(main: str, path: str = "main.tf", **others: str) -> Any:
    """The only policy of a configuration as plain values: ``<words>`` stand for what is not known."""
    (document,) = read(main, path, **others).documents
    return plain(document)


def plain(document: PolicyDocument) -> Any:
    """A document as plain values: ``<words>`` stand for what is not known."""
    words = {unknown.token: unknown.expression for unknown in document.unknowns}
    text = json.loads(document.text)
    return json.loads(_TOKEN.sub(lambda t: f"<{words[t[0]]}>", json.dumps(text, ensure_ascii=False)))


def encoded(action: str, resource: str = '"*"', more: str = "") -> str:
    """A resource with a policy whose action and resource are these expressions."""
    return f"""resource "aws_iam_policy" "p" {{
  policy = jsonencode({{
    Version   = "2012-10-17"
    Statement = [{{ Effect = "Allow", Action = {action}, Resource = {resource} }}]
  }})
}}
{more}
"""


def value(expression: str, more: str = "", **others: str) -> Any:
    """What an expression is worth, as the policy holds it that it stands in."""
    return policy(encoded(expression, more=more), **others)["Statement"][0]["Action"]


def marked(extracted: Extracted, texts: dict[str, str]) -> list[tuple[str, str]]:
    """Rule and flagged source text of each local finding."""
    found = []
    for document in extracted.documents:
        for remark in lint(document):
            place = document.locate(remark.pointer, key=remark.on_key)
            lines = texts[place.path].splitlines()
            assert place.start_line == place.end_line
            text = lines[place.start_line - 1][place.start_column - 1 : place.end_column - 1]
            found.append((remark.rule.id.removeprefix("iam/"), text))
    return found


def gaps(extracted: Extracted) -> list[tuple[int, str]]:
    """Line and words of each part that was not judged."""
    return [(location.start_line, words) for location, words in extracted.gaps]
