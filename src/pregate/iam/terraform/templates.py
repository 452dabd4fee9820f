"""
HCL's templates: quoted strings, heredocs and template files, each run of text with its place.

Source: HCL Native Syntax Specification, "Templates"; Terraform language, "Strings and Templates".
"""

from __future__ import annotations

import re

from pregate.iam.document import literal
from pregate.iam.terraform.expressions import ExpressionParser
from pregate.iam.terraform.syntax import Choice, Expression, File, Repeat, Template, Text
from pregate.records import dataclass

_HEREDOC = re.compile(r"<<(-?)([^\W\d][\w-]*+)[ \t]*+\r?\n")
_QUOTED_RUN = re.compile(r'[^"\\$%\n]++')
_RUN = re.compile(r"[^$%\n]++")
_ESCAPE = re.compile(r'\\(?:(?P<mark>[nrt"\\])|u(?P<short>[0-9a-fA-F]{4})|U(?P<long>[0-9a-fA-F]{8}))')
_MARKS = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_INDENT = re.compile(r"[ \t]*+")


@dataclass(slots=True)
class _Frame:
    """An open ``%{ if }`` or ``%{ for }`` with the parts that it has so far."""

    directive: Choice | Repeat | None
    parts: list[Expression]
    start: int


class TemplateParser(ExpressionParser):
    """Expressions with their templates."""

    def quoted(self) -> Expression:
        """The quoted template that begins here."""
        start = self.at
        self.at += 1
        parts = self._parts('"', None)
        return Template(self.file, start, self.at, parts)

    def heredoc(self) -> Expression:
        """The heredoc that begins here; its end mark and indentation are no part of the text."""
        start = self.at
        header = _HEREDOC.match(self.text, start)
        if not header:
            raise self.error("a heredoc is not understood")
        self.at = header.end()
        closing = re.compile(rf"[ \t]*+{re.escape(header[2])}[ \t]*+(?=\r?\n|\r?\Z)")
        # Sought first: a file of heredocs without an end would be cut into lines again for each of them.
        if not re.compile(rf"^{closing.pattern}", re.MULTILINE).search(self.text, self.at):
            raise self.error("a heredoc has no end", start)
        parts = self._parts("", closing)
        if header[1]:
            parts = _without_indent(parts)
        return Template(self.file, start, self.at, parts)

    def whole(self) -> Template:
        """The whole text as one template, as ``templatefile`` reads a file. Raises PositionError."""
        return Template(self.file, 0, len(self.text), self._parts("", None))

    def _parts(self, quote: str, closing: re.Pattern[str] | None) -> list[Expression]:
        """Runs, interpolations and directives up to the closing mark (which is passed) or the end."""
        outside, self.across = self.across, True
        frames = [_Frame(None, [], self.at)]
        trim = False
        fresh = True  # at the beginning of a line
        while not self._is_closed(quote, closing, fresh):
            if self.text.startswith(("${", "%{"), self.at):
                trim, fresh = self._sequence(frames), False
                continue
            part = self._run(quote)
            fresh = part.text.endswith("\n") and not quote
            if trim:
                part = _stripped_left(part)
                trim = not part.text
            if part.text:
                frames[-1].parts.append(part)
        if len(frames) > 1:
            raise self.error("a template directive has no end", frames[-1].start)
        self.across = outside
        return frames[0].parts

    def _is_closed(self, quote: str, closing: re.Pattern[str] | None, fresh: bool) -> bool:
        if quote and self.text.startswith(quote, self.at):
            self.at += 1
            return True
        if closing and fresh and (found := closing.match(self.text, self.at)):
            self.at = found.end()
            return True
        if self.at < len(self.text):
            return False
        if quote or closing:
            raise self.error("a string has no end")
        return True

    def _run(self, quote: str) -> Text:
        start = self.at
        if self.text.startswith(("$${", "%%{"), start):
            self.at += 3
            return Text(self.file, start, self.at, self.text[start + 1 : start + 3], False)
        if quote:
            if self.text[start] == "\\":
                return self._escape()
            if self.text[start] == "\n":
                raise self.error("a string does not end in its line")
            found = _QUOTED_RUN.match(self.text, start)
        else:
            found = _RUN.match(self.text, start)
        self.at = found.end() if found else start + 1
        if not quote and found and self.text.startswith("\n", self.at):
            self.at += 1
        text = self.text[start : self.at]
        return Text(self.file, start, self.at, literal(text), True)

    def _escape(self) -> Text:
        found = _ESCAPE.match(self.text, self.at)
        if not found:
            raise self.error("an unknown escape in a string")
        start, self.at = self.at, found.end()
        if found["mark"]:
            text = _MARKS[found["mark"]]
        else:
            number = int(found["short"] or found["long"], 16)
            text = chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"
        return Text(self.file, start, self.at, literal(text), False)

    # ------------------------------------------------------------------------------------------ ${ } and %{ }

    def _sequence(self, frames: list[_Frame]) -> bool:
        """One interpolation or directive; whether blanks after it are to be left out."""
        start = self.at
        directive = self.text[start] == "%"
        self.at += 2
        self.enter()
        if self.text.startswith("~", self.at):
            self.at += 1
            _strip_right(frames[-1].parts)
        if directive:
            self._directive(frames, start)
        else:
            frames[-1].parts.append(self.expression())
        trim = self.take("~")
        self.expect("}", "after an interpolation")
        self.depth -= 1
        return trim

    def _directive(self, frames: list[_Frame], start: int) -> None:
        word = self.name()
        frame = frames[-1]
        match word, frame.directive:
            case "if", _:
                condition = self.expression()
                choice = Choice(self.file, start, self.at, condition, [], [])
                frames.append(_Frame(choice, choice.yes, start))
                self._bound(frames)
            case "for", _:
                key, value = "", self.name()
                if self.take(","):
                    key, value = value, self.name()
                if not self.word("in"):
                    raise self.error("a for directive without `in`")
                repeat = Repeat(self.file, start, self.at, key, value, self.expression(), [])
                frames.append(_Frame(repeat, repeat.parts, start))
                self._bound(frames)
            case "else", Choice() as choice if frame.parts is choice.yes:
                frame.parts = choice.no
            case ("endif", Choice()) | ("endfor", Repeat()):
                frames.pop()
                if frame.directive:
                    frame.directive.end = self.at
                    frames[-1].parts.append(frame.directive)
            case _:
                raise self.error("a template directive is not understood")

    def _bound(self, frames: list[_Frame]) -> None:
        if len(frames) > 20:
            raise self.error("template directives are nested too deep")


def parse_template(file: File) -> Template:
    """A template file. Raises PositionError."""
    return TemplateParser(file).whole()


def _stripped_left(part: Text) -> Text:
    text = part.text.lstrip()
    return Text(part.file, part.end - len(text) if part.exact else part.start, part.end, text, part.exact)


def _strip_right(parts: list[Expression]) -> None:
    while parts and isinstance(last := parts[-1], Text):
        text = last.text.rstrip()
        if text:
            end = last.start + len(text) if last.exact else last.end
            parts[-1] = Text(last.file, last.start, end, text, last.exact)
            return
        parts.pop()


def _without_indent(parts: list[Expression]) -> list[Expression]:
    """The parts without the blanks that all lines (``<<-``) begin with."""
    beginnings = [n for n, part in enumerate(parts) if _begins_line(parts, n) and isinstance(part, Text)]
    widths = [_indent_of(parts[n]) for n in beginnings if not _is_blank(parts, n)]
    least = min(widths, default=0)
    made = list(parts)
    for n in beginnings:
        part = made[n]
        if isinstance(part, Text) and part.exact:
            cut = min(least, _indent_of(part))
            made[n] = Text(part.file, part.start + cut, part.end, part.text[cut:], True)
    return made


def _begins_line(parts: list[Expression], n: int) -> bool:
    before = parts[n - 1] if n else None
    return n == 0 or (isinstance(before, Text) and before.text.endswith("\n"))


def _indent_of(part: Expression) -> int:
    found = _INDENT.match(part.text) if isinstance(part, Text) else None
    return found.end() if found else 0


def _is_blank(parts: list[Expression], n: int) -> bool:
    part = parts[n]
    return isinstance(part, Text) and part.text.endswith("\n") and not part.text.strip()
