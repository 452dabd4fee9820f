"""
A Terraform file as a tree: HCL (``.tf``, ``.tofu``, ``.tfvars``) and its JSON form.

What does not parse costs the block that it stands in: the next block that begins a line is read again.
"""

from __future__ import annotations

import re

from pregate.iam.terraform.json_syntax import parse_json_body
from pregate.iam.terraform.syntax import Attribute, Block, Body, File, Span, literal_text
from pregate.iam.terraform.templates import TemplateParser
from pregate.positions import PositionError
from pregate.records import dataclass

MAX_ERRORS = 50
_BEGINNING = re.compile(
    r'^[^\W\d][\w-]*+(?:[ \t]++(?:"[^"\n\\]*+"|[^\W\d][\w-]*+))*+[ \t]*+(?:\{|=(?!=))', re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file's body, and what could not be read of it."""

    file: File
    body: Body
    errors: tuple[PositionError, ...]


def parse(path: str, text: str) -> Parsed:
    """The blocks and attributes of a file. Never raises for its content."""
    file = File(path, text)
    if path.lower().endswith(".json"):
        try:
            return Parsed(file, parse_json_body(file), ())
        except PositionError as error:
            return Parsed(file, Body(file, 0, len(text)), (error,))
    return _BodyParser(file).parse()


class _BodyParser(TemplateParser):
    def parse(self) -> Parsed:
        body = Body(self.file, 0, len(self.text))
        errors: list[PositionError] = []
        self.skip_lines()
        while self.at < len(self.text):
            start = self.at
            try:
                self._item(body)
            except PositionError as error:
                errors.append(error)
                self.depth, self.across = 0, False
                following = _BEGINNING.search(self.text, start + 1)
                if following is None or len(errors) >= MAX_ERRORS:
                    break
                self.at = following.start()
            self.skip_lines()
        return Parsed(self.file, body, tuple(errors))

    def _item(self, body: Body) -> None:
        """One attribute or block, with the line break after it."""
        start = self.at
        name = self.name()
        if not name:
            raise self.error("neither an attribute nor a block")
        key = Span(self.file, start, self.at)
        self.skip()
        if self.text.startswith("=", self.at) and not self.text.startswith("==", self.at):
            self.at += 1
            body.attributes[name] = Attribute(name, self.expression(), key)
        else:
            body.blocks.append(self._block(name, start))
        self.skip()
        if self.text[self.at : self.at + 1] not in ("\n", "}", ""):
            raise self.error("text after the end of an attribute or block")

    def _block(self, name: str, start: int) -> Block:
        labels: list[str] = []
        while not self.looks_at("{"):
            if self.text.startswith('"', self.at):
                labels.append(literal_text(self.quoted()) or "")
            elif label := self.name():
                labels.append(label)
            else:
                raise self.error("a block is not understood")
        header = Span(self.file, start, self.at)
        return Block(name, tuple(labels), self._body(), header)

    def _body(self) -> Body:
        self.enter()
        body = Body(self.file, self.at, self.at)
        self.at += 1
        self.skip_lines()
        while not self.text.startswith("}", self.at):
            if self.at >= len(self.text):
                raise self.error("a block has no end", body.start)
            self._item(body)
            self.skip_lines()
        self.at += 1
        body.end = self.at
        self.depth -= 1
        return body
