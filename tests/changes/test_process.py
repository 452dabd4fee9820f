from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from pregate.changes.environment import find_git, hardened, with_settings, without_filters
from pregate.changes.hints import failed
from pregate.changes.process import Git
from pregate.errors import ChangesError
from tests.changes.shown import opened
from tests.gitrepo import GitRepo


def git(folder: Path, seconds: float = 30) -> Git:
    return Git(find_git(os.environ), os.fsencode(folder), hardened(os.environ), seconds=seconds)


def script(folder: Path, text: str) -> Git:
    """A stand-in for git that does what no git can be made to do on purpose."""
    program = folder / "git"
    program.write_text(f"#!/bin/sh\n{text}\n")
    program.chmod(0o755)
    return Git(str(program), os.fsencode(folder), hardened(os.environ), seconds=0.5)


def test_a_failure_says_what_git_said(tmp_path: Path) -> None:
    with pytest.raises(ChangesError, match=r"git rev-parse failed: fatal: not a git repository"):
        git(tmp_path).run("rev-parse", "--git-dir")


def test_an_accepted_status_is_no_failure(repo: GitRepo) -> None:
    assert git(repo.path).run("config", "--get", "no.such", accept=(0, 1)) == b""


def test_a_program_that_cannot_start_is_an_error(tmp_path: Path) -> None:
    missing = Git("/nonexistent/git", os.fsencode(tmp_path), {})
    with pytest.raises(ChangesError, match="could not be started: No such file"):
        missing.run("version")
    with pytest.raises(ChangesError, match="could not be started"):
        missing.run("version", stdin=b"x")


def test_silence_ends_the_process(tmp_path: Path) -> None:
    with pytest.raises(ChangesError, match="gave no answer for 0 seconds"):
        script(tmp_path, "exec sleep 60").run("status")


def test_a_process_that_closes_its_output_and_stays_is_ended(tmp_path: Path) -> None:
    with pytest.raises(ChangesError, match="did not end"):
        script(tmp_path, "exec sleep 60 >&-").run("status")


def test_more_words_than_a_pipe_holds_block_nothing(tmp_path: Path) -> None:
    program = script(tmp_path, "head -c 300000 /dev/zero | tr '\\0' 'w' >&2; echo done")
    assert program.run("status") == b"done\n"


def test_a_long_input_and_a_long_output_do_not_wait_for_each_other(tmp_path: Path) -> None:
    data = b"x" * 1_000_000
    assert script(tmp_path, "exec cat").run("cat", stdin=data) == data


def test_a_death_without_words_tells_the_status(tmp_path: Path) -> None:
    with pytest.raises(ChangesError, match="git status failed: it ended with status 7"):
        script(tmp_path, "exit 7").run("status")


def test_control_characters_in_gits_words_are_not_passed_on(tmp_path: Path) -> None:
    with pytest.raises(ChangesError, match=r"fatal: a\?\[31mb\n"):
        script(tmp_path, "printf 'warning: w\\nfatal: a\\033[31mb\\nmore\\n' >&2; exit 1").run("status")


def test_sending_to_a_dead_process_is_an_error(tmp_path: Path) -> None:
    with script(tmp_path, "exit 3").start("cat-file", stdin=None) as process:
        assert process.receive() == b""
        process._process.wait()
        with pytest.raises(ChangesError, match="git cat-file failed"):
            process.send(b"x\n")


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        ("fatal: bad config line 1 in file .git/config", ".git/config"),
        ("fatal: index file corrupt", "git reset"),
        ("fatal: unable to read 1234", "git fetch --refetch"),
        ("error: x: unsupported file type", "git checkout"),
        ("fatal: something new", "by hand"),
    ],
)
def test_known_failures_have_their_own_advice(words: str, advice: str) -> None:
    assert advice in failed("diff", words, 128).hint


class TestEnvironment:
    def test_only_what_git_needs_is_kept(self) -> None:
        given = {
            "PATH": "/bin",
            "HOME": "/h",
            "GIT_DIR": "d",
            "GIT_INDEX_FILE": "i",
            "GIT_TRACE": "1",
            "TOKEN": "t",
        }
        found = hardened(given | {"GIT_EXTERNAL_DIFF": "x", "GIT_CONFIG_COUNT": "9", "LD_PRELOAD": "x"})
        assert {name: found[name] for name in given if name in found} == {
            "PATH": "/bin",
            "HOME": "/h",
            "GIT_DIR": "d",
            "GIT_INDEX_FILE": "i",
        }
        assert not {"GIT_EXTERNAL_DIFF", "LD_PRELOAD"} & set(found)
        assert found["GIT_CONFIG_COUNT"] != "9"

    def test_more_settings_come_last_and_are_counted(self) -> None:
        found = with_settings(hardened({}), [("a.b", "c")])
        last = int(found["GIT_CONFIG_COUNT"]) - 1
        assert (found[f"GIT_CONFIG_KEY_{last}"], found[f"GIT_CONFIG_VALUE_{last}"]) == ("a.b", "c")

    def test_each_filter_is_emptied_once_under_its_whole_name(self) -> None:
        settings = without_filters(
            ["filter.a.b.clean", "filter.a.b.smudge", "filter.A b.process", "filter.x"]
        )
        assert [key for key, _ in settings if key.endswith(".clean")] == [
            "filter.a.b.clean",
            "filter.A b.clean",
        ]
        assert dict(settings)["filter.A b.required"] == "false"

    def test_relative_directories_of_the_path_are_passed_over(self, tmp_path: Path) -> None:
        (tmp_path / "git").mkdir()
        real = Path(find_git(os.environ))
        assert find_git({"PATH": f".::bin:{tmp_path}:{real.parent}"}) == str(real)


def test_a_git_that_hangs_under_gitpython_is_ended(repo: GitRepo, tmp_path: Path) -> None:
    source = opened(repo)
    source.resolve("HEAD")  # GitPython asks git for its version once, when it is imported
    hanging = replace(
        source, git=replace(source.git, program=script(tmp_path, "exec sleep 60").program, seconds=0.5)
    )
    with pytest.raises(ChangesError, match="git rev-parse failed"):
        hanging.resolve("HEAD")
