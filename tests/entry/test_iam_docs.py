"""The examples of docs/iam-command.md are what the program prints."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.entry.cli import pregate

PAGE = (Path(__file__).parent.parent.parent / "docs" / "iam-command.md").read_text()
FILES = dict(re.findall(r"```(?:json|yaml) (\S+)\n(.*?)```", PAGE, re.DOTALL))


def examples() -> Iterator[tuple[str, str]]:
    """Commands with what they print."""
    for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL):
        yield from re.findall(r"^\$ pregate ([^\n]*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)


@pytest.mark.parametrize(("command", "output"), list(examples()))
def test_an_example_prints_this(
    command: str, output: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    assert pregate(*shlex.split(command)).out == output


def test_every_question_has_an_example() -> None:
    asked = {command.split()[1] for command, _ in examples()}
    assert {"check-no-new-access", "check-access-not-granted", "check-no-public-access"} < asked
    assert {"diff", "explain"} < asked
