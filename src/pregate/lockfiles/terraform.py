"""
``.terraform.lock.hcl``: one block ``provider "host/namespace/type"`` with version and hashes for each.

Format: https://developer.hashicorp.com/terraform/language/files/dependency-lock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pregate.expressions import expression
from pregate.lockfiles.document import Collector, failed
from pregate.lockfiles.ecosystems import TERRAFORM
from pregate.lockfiles.model import Reading
from pregate.lockfiles.text_lines import load_text
from pregate.model import UnreadReason
from pregate.positions import Lines
from pregate.records import dataclass

_TOKEN = expression(
    r"(?:[ \t\r\n,]|#[^\n]*+|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+\*/)*+"
    r'(?:"(?P<text>(?:[^"\\\n]|\\.)*+)"|(?P<word>[A-Za-z_][A-Za-z0-9_-]*+)|(?P<mark>[{}\[\]=])'
    r"|(?P<end>\Z)|(?P<other>[\s\S]))"
)
_OPEN = {"{": 1, "[": 1, "}": -1, "]": -1}
_Token = tuple[str, str, int]


@dataclass(slots=True)
class _Provider:
    """One block with the offsets of its address or, once that is known, of its version."""

    address: str
    start: int
    version: str = ""
    is_hashed: bool = False


def read_terraform_lock(path: str, files: Mapping[str, bytes]) -> Reading:
    """Every provider under its address (``registry.terraform.io/hashicorp/aws``)."""
    text = load_text(path, files[path])
    if isinstance(text, Reading):
        return text
    lines = Lines(text)
    tokens = list(_tokens(text))
    if tokens and tokens[-1][0] == "other":
        line = lines.place(tokens[-1][2])[0]
        return failed(path, "an unexpected character, or a text that is not closed", line)
    found = Collector(path, "terraform.lock.hcl", TERRAFORM)
    depth, provider = 0, None
    for number, (kind, value, start) in enumerate(tokens):
        if kind == "mark" and value in _OPEN:
            depth += _OPEN[value]
            if depth == 0 and value == "}" and provider:
                _add(found, lines, provider)
                provider = None
        elif depth == 0 and kind == "word" and value == "provider":
            following = tokens[number + 1] if number + 1 < len(tokens) else ("", "", start)
            provider = _Provider(following[1] if following[0] == "text" else "", following[2])
        elif depth == 1 and kind == "word" and provider:
            _attribute(provider, value, tokens[number + 1 : number + 4])
    if depth:
        return failed(path, "the text ends inside of brackets", lines.place(len(text))[0])
    if not found.packages and not found.unread and tokens:
        return failed(path, "no provider: this is no dependency lock file of Terraform")
    return found.reading()


def _tokens(text: str) -> Iterator[_Token]:
    """Kind, value and offset of each token; ``other`` is where no token begins, and the last."""
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "end"
        if kind != "end":
            yield kind, match[kind], match.start(kind)
        if kind == "other":
            return


def _attribute(provider: _Provider, name: str, following: list[_Token]) -> None:
    match following:
        case [("mark", "=", _), ("text", value, start), *_] if name == "version":
            provider.version, provider.start = value, start
        case [("mark", "=", _), ("mark", "[", _), ("text", _, _)] if name == "hashes":
            provider.is_hashed = True


def _add(found: Collector, lines: Lines, provider: _Provider) -> None:
    length = len(provider.version or provider.address)
    place = lines.location(found.path, provider.start, provider.start + length)
    if not provider.version:
        found.skip("a provider has no version", place, UnreadReason.UNPARSABLE)
    else:
        found.add(provider.address, provider.version, place, hashed=provider.is_hashed)
