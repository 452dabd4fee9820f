"""
Workflow commands and command files: how a step speaks to GitHub's runner.

The runner reads commands from both output streams: ``::name key=value::data`` at a line's start (after
blanks) and the older ``##[name key=value]data`` anywhere in a line. Whatever is printed of a scanned tree
must open neither. Sources: docs.github.com, "Workflow commands for GitHub Actions"; actions/runner
``ActionCommand.cs``, ``FileCommandManager.cs``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from pregate.errors import UsageError

SUMMARY_LIMIT = 1024 * 1024
OUTPUT_LIMIT = 1024 * 1024
MESSAGE_LIMIT = 4096
CUT = "\n\n…the rest is left out: a job summary holds 1 MiB.\n"

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


def escape_data(text: str) -> str:
    """The text after the second ``::`` of a command; the runner turns it back."""
    return _encodable(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escape_property(text: str) -> str:
    """The value of a command's property; the runner turns it back."""
    return escape_data(text).replace(":", "%3A").replace(",", "%2C")


def render_command(name: str, data: str = "", properties: Mapping[str, str | int] | None = None) -> str:
    """One command, a single line without its end. Properties with an empty value are left out."""
    pairs = ((k, str(v)) for k, v in (properties or {}).items())
    listed = ",".join(f"{k}={escape_property(v)}" for k, v in pairs if v)
    return f"::{name}{' ' if listed else ''}{listed}::{escape_data(data)}"


def neutralise(text: str) -> str:
    """
    Foreign text that cannot issue a command in either form, with the same number of lines.

    Control characters (but for tab and line feed) are shown escaped, since a carriage return starts a line
    too.
    """
    visible = _CONTROL.sub(lambda m: ascii(m[0])[1:-1], _encodable(text).replace("\r\n", "\n"))
    return "\n".join(_neutral_line(line) for line in visible.split("\n"))


def _neutral_line(line: str) -> str:
    line = line.replace("##[", "## [")
    return line.replace("::", ": :", 1) if line.lstrip().startswith("::") else line


def _encodable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


class Log:
    """
    The step's log: commands of ours, and text of others between them.

    All of it goes to one stream, so that the order in which the runner sees it is ours.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def command(self, name: str, data: str = "", properties: Mapping[str, str | int] | None = None) -> None:
        """Issues a command."""
        self._write(render_command(name, data, properties))

    def annotate(self, kind: str, message: str, properties: Mapping[str, str | int] | None = None) -> None:
        """
        An ``error``, ``warning`` or ``notice``; the runner cuts messages at 4,096 characters, so they are cut
        here with a mark.
        """
        if len(message) > MESSAGE_LIMIT:
            message = message[: MESSAGE_LIMIT - 1] + "…"
        self.command(kind, message, properties)

    def add_mask(self, value: str) -> None:
        """
        Makes the runner blank a value in what follows; each line of it by itself, as the runner matches
        lines.
        """
        for line in value.splitlines():
            if line.strip():
                self.command("add-mask", line)

    def line(self, text: str) -> None:
        """Prints text of any origin; no part of it is taken for a command."""
        self._write(neutralise(text))

    @contextmanager
    def group(self, title: str) -> Iterator[None]:
        """Folds what is printed inside."""
        self.command("group", title)
        try:
            yield
        finally:
            self.command("endgroup")

    def foreign(self, text: str) -> None:
        """Prints a block of any origin while the runner does not look for commands; neutralised as well."""
        token = os.urandom(16).hex()
        self.command("stop-commands", token)
        try:
            self._write(neutralise(text))
        finally:
            self._write(f"::{token}::")

    def _write(self, text: str) -> None:
        self._stream.write(text + "\n")
        self._stream.flush()


def append_output(file: Path, name: str, value: str) -> None:
    """
    Sets an output of the step, of any number of lines, in the file that ``GITHUB_OUTPUT`` names.

    The delimiter is random and in none of the value's lines. Raises UsageError when the value is too long for
    the runner.
    """
    value = _encodable(value)
    if len(value.encode()) > OUTPUT_LIMIT:
        raise UsageError(
            f"output {name} is longer than 1 MiB", "Read the report file in place of the output."
        )
    delimiter = f"pregate_{os.urandom(16).hex()}"
    while delimiter in value or delimiter in name:
        delimiter = f"pregate_{os.urandom(16).hex()}"
    with file.open("a", encoding="utf-8", newline="\n") as stream:
        stream.write(f"{name}<<{delimiter}\n{value}\n{delimiter}\n")


def append_summary(file: Path, markdown: str) -> bool:
    """
    Adds to the job summary in the file that ``GITHUB_STEP_SUMMARY`` names; false when it had to be cut to the
    runner's limit.

    The runner drops a summary over 1 MiB as a whole, so ours ends before that, at a line's end, and says so.
    """
    data = _encodable(markdown.rstrip("\n") + "\n").encode()
    room = SUMMARY_LIMIT - (file.stat().st_size if file.exists() else 0)
    whole = len(data) <= room
    if not whole:
        kept = data[: max(0, room - len(CUT.encode()))]
        data = kept[: kept.rfind(b"\n") + 1] + CUT.encode()
    if len(data) <= room:
        with file.open("ab") as stream:
            stream.write(data)
    return whole
