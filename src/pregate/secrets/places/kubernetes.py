"""Secrets of Kubernetes as they are applied (kubernetes.io/docs/concepts/configuration), and kubeconfigs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pregate.expressions import expression
from pregate.levels import Confidence
from pregate.secrets.document import Document
from pregate.secrets.found import Hit
from pregate.secrets.places import pattern, values
from pregate.secrets.places.model import Place
from pregate.secrets.places.pattern import Pattern, named

DETECTOR = "KubernetesSecretDetector"
LOGIN = "CredentialsFileDetector"
_KIND = expression(r"^kind:[ \t]{0,8}[\"']?Secret[\"']?[ \t]{0,8}(?:#.{0,200})?$", re.MULTILINE)
_MAP = expression(r"(?P<indent>[ ]{0,20})(?P<name>data|stringData):[ \t]{0,8}(?:#.{0,200})?$")
_MEMBER = expression(
    r"(?P<indent>[ ]{1,24})[\"']?(?P<name>[A-Za-z0-9._-]{1,120})[\"']?:[ \t]{1,20}"
    r"(?P<quote>[\"']?)(?P<value>[^\s\"'|>&*!#][^\"'\n]{0,4000})(?P=quote)[ \t]{0,8}(?:#.{0,200})?$"
)
_JSON_KIND = expression(r'"kind"\s{0,8}:\s{0,8}"Secret"')
_JSON_MAP = expression(r'"(?P<name>data|stringData)"\s{0,8}:\s{0,8}\{(?P<members>[^{}]{1,20000})\}')
_JSON_MEMBER = expression(r'"(?P<name>[A-Za-z0-9._-]{1,120})"\s{0,8}:\s{0,8}"(?P<value>[^"\\\n]{1,4000})"')
_SECRET = expression(
    r"pass|pwd|token|secret|key|cred|auth|dsn|salt|private|signing|hash|license|cookie", re.IGNORECASE
)
_PUBLIC = expression(
    r"(?:^|[._-])(?:user(?:name)?|host(?:name)?|port|name|namespace|email|crt|cert|certificate|ca|pub|public|region|bucket|"
    r"type|endpoint|id|server|domain|issuer|version|path|file|url|uri|database|db|key[._-]?id|username[._-]?key)$",
    re.IGNORECASE,
)
_SHORTEST = 4


def _secrets(document: Document) -> Iterator[Hit]:
    lines = document.lines
    parts: list[tuple[int, int]] = []
    first = 0
    for row, line in enumerate(lines):
        if line.startswith("---"):
            parts.append((first, row))
            first = row + 1
    parts.append((first, len(lines)))
    for begin, end in parts:
        text = "\n".join(lines[begin:end])
        if _KIND.search(text) and "\nsops:" not in text:
            yield from _of_manifest(document, begin, end)


def _of_manifest(document: Document, begin: int, end: int) -> Iterator[Hit]:
    """The members of ``data`` and ``stringData`` in the lines of one manifest."""
    inside: tuple[int, bool] | None = None
    for row in range(begin, end):
        line = document.lines[row]
        if opened := _MAP.match(line):
            inside = len(opened["indent"]), opened["name"] == "data"
        elif inside and line.strip() and len(line) - len(line.lstrip(" ")) <= inside[0]:
            inside = None
        elif inside and (member := _MEMBER.match(line)):
            verdict = judged(member["name"], member["value"].strip(), document.path, is_encoded=inside[1])
            if verdict:
                start = member.start("value")
                size = len(member["value"].strip())
                yield Hit(DETECTOR, row, start, start + size, verdict[0], "", verdict[1])


def judged(name: str, value: str, path: str, *, is_encoded: bool) -> tuple[Confidence, str] | None:
    """How surely a member of a Secret is one, and what it says; names and addresses are in Secrets too."""
    if values.is_reference(value):
        return None
    plain = values.decoded(value) if is_encoded else value
    plain = plain.strip() if plain else ""
    if len(plain) < _SHORTEST or "PRIVATE KEY" in plain or "BEGIN CERTIFICATE" in plain:
        return None
    is_named = bool(_SECRET.search(name)) and not _PUBLIC.search(name)
    if not is_named or "\n" in plain:
        return None
    sure = values.strength(plain, path)
    return (sure, plain) if sure else None


def _json_secrets(document: Document) -> Iterator[Hit]:
    text = document.text
    if not _JSON_KIND.search(text):
        return
    for opened in _JSON_MAP.finditer(text):
        for member in _JSON_MEMBER.finditer(text, *opened.span("members")):
            is_encoded = opened["name"] == "data"
            verdict = judged(member["name"], member["value"], document.path, is_encoded=is_encoded)
            if verdict:
                row = document.row(member.start("value"))
                base = document.starts[row]
                start, end = member.span("value")
                yield Hit(DETECTOR, row, start - base, end - base, verdict[0], "", verdict[1])


_TOKENS = Pattern(
    LOGIN, r"^[ ]{2,12}(?:token|password):[ \t]{1,8}[\"']?(?P<value>[^\s\"'#]{6,4000})[\"']?[ \t]*$", named
)


def _kubeconfigs(document: Document) -> Iterator[Hit]:
    if b"users:" in document.folded:
        yield from pattern.matches(document, _TOKENS)


def _is_yaml(document: Document) -> bool:
    return document.extension in {".yaml", ".yml", ".tpl", ".txt", ".md", ""}


PLACES = (
    Place(
        (DETECTOR,),
        (b"kind: secret", b"kind:  secret", b'kind: "secret', b"kind: 'secret"),
        _secrets,
        _is_yaml,
    ),
    Place((DETECTOR,), (b'"secret"',), _json_secrets, lambda document: document.extension == ".json"),
    Place((LOGIN,), (b"current-context:",), _kubeconfigs),
)
