from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from pregate.errors import UsageError
from pregate.github import commands
from pregate.github.commands import Log, append_output, append_summary, neutralise, render_command
from tests.harness.runner import StepResult, _Log, _read_outputs

HOSTILE = [
    "::error::forged",
    "   ::set-env name=PATH::/tmp",
    "text ##[error]forged",
    "\r::warning::forged",
    "one\n::add-mask::x",
    "\u2028::error::forged",
    "##[##[error]x",
    "\t::stop-commands::x",
    ":: :: error::x",
    "\x85::error::x",
]


def read(text: str) -> StepResult:
    result = StepResult()
    _Log(result).read(text)
    return result


def test_a_command_survives_the_trip_through_the_runner() -> None:
    line = render_command(
        "error", "50 % of\r\nlines: a, b", {"title": "a:b,c%2C", "file": "d e.py", "line": 3, "col": ""}
    )
    assert line.count("\n") == 0
    (annotation,) = read(line).annotations
    assert annotation.message == "50 % of\r\nlines: a, b"
    assert annotation.properties == {"title": "a:b,c%2C", "file": "d e.py", "line": "3"}


def test_lone_surrogates_are_written_escaped() -> None:
    assert render_command("error", "a\udcff") == "::error::a\\udcff"


@pytest.mark.parametrize("text", HOSTILE)
def test_neutral_text_issues_no_command(text: str) -> None:
    assert read(neutralise(text)).commands == []


@pytest.mark.parametrize("text", HOSTILE)
def test_foreign_text_issues_no_command(text: str) -> None:
    stream = io.StringIO()
    Log(stream).foreign(text)
    assert [name for name, _, _ in read(stream.getvalue()).commands] == ["stop-commands"]


def test_commands_work_again_after_foreign_text() -> None:
    stream = io.StringIO()
    log = Log(stream)
    log.foreign("anything")
    log.annotate("notice", "mine")
    assert [a.message for a in read(stream.getvalue()).annotations] == ["mine"]


def test_the_token_of_foreign_text_is_another_one_each_time() -> None:
    stream = io.StringIO()
    Log(stream).foreign("a")
    Log(stream).foreign("a")
    tokens = re.findall(r"::stop-commands::(\w+)", stream.getvalue())
    assert len(set(tokens)) == 2


def test_a_line_of_text_keeps_its_tabs_and_shows_other_control_characters() -> None:
    assert neutralise("a\tb\x1b[31mc\x00") == "a\tb\\x1b[31mc\\x00"


def test_a_long_message_is_cut_with_a_mark() -> None:
    stream = io.StringIO()
    Log(stream).annotate("error", "x" * 5000)
    (annotation,) = read(stream.getvalue()).annotations
    assert len(annotation.message) == 4096
    assert annotation.message.endswith("…")


def test_a_mask_covers_every_line_of_the_value() -> None:
    stream = io.StringIO()
    Log(stream).add_mask("one\n\ntwo")
    assert read(stream.getvalue()).masks == ["one", "two"]


def test_a_group_is_closed_when_its_content_fails() -> None:
    stream = io.StringIO()
    with pytest.raises(ValueError, match="x"), Log(stream).group("title"):
        raise ValueError("x")
    assert [name for name, _, _ in read(stream.getvalue()).commands] == ["group", "endgroup"]


@pytest.mark.parametrize("value", ["", "plain", "two\nlines", "a=b", "x<<EOF\nEOF\ny=1", "\r\n", "\udcff"])
def test_an_output_survives_the_trip_through_the_runner(tmp_path: Path, value: str) -> None:
    file = tmp_path / "output"
    file.write_text("before=1\n", encoding="utf-8")
    append_output(file, "name", value)
    append_output(file, "after", "2")
    result = StepResult()
    _read_outputs(file, result)
    assert not result.errors
    assert result.outputs["name"].replace("\r", "") == value.replace("\udcff", "\\udcff").replace("\r", "")
    assert result.outputs["before"] == "1"
    assert result.outputs["after"] == "2"


def test_a_delimiter_that_is_in_the_value_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = iter([b"\xaa", b"\xbb"])
    monkeypatch.setattr("pregate.github.commands.os.urandom", lambda _: next(tokens))
    append_output(tmp_path / "output", "name", "x\npregate_aa\ny")
    assert (tmp_path / "output").read_text() == "name<<pregate_bb\nx\npregate_aa\ny\npregate_bb\n"


def test_an_output_that_the_runner_would_refuse_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="longer than 1 MiB"):
        append_output(tmp_path / "output", "name", "x" * (commands.OUTPUT_LIMIT + 1))


def test_a_summary_is_added_to_what_is_there(tmp_path: Path) -> None:
    file = tmp_path / "summary"
    file.write_text("before\n", encoding="utf-8")
    assert append_summary(file, "after") is True
    assert file.read_text(encoding="utf-8") == "before\nafter\n"


def test_a_summary_over_the_limit_is_cut_at_a_line_and_says_so(tmp_path: Path) -> None:
    file = tmp_path / "summary"
    file.write_text("x" * 1000, encoding="utf-8")
    assert append_summary(file, "ä line\n" * 200_000) is False
    data = file.read_bytes()
    assert len(data) <= commands.SUMMARY_LIMIT
    assert data.decode().endswith("ä line\n" + commands.CUT)


def test_a_full_summary_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "summary"
    file.write_bytes(b"x" * commands.SUMMARY_LIMIT)
    assert append_summary(file, "more") is False
    assert file.stat().st_size == commands.SUMMARY_LIMIT
