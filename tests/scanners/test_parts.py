"""The parts of running scanners by themselves: globs, tables, names of files, limits."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pregate.config import READY_TOOLS, ToolConfig
from pregate.engine.scanner_files import commands
from pregate.errors import ScannerError, UsageError
from pregate.tools.choosing import choose
from pregate.tools.known import KNOWN
from pregate.tools.programs import search_path
from pregate.tools.scanner import Scanner, matches
from pregate.tools.workplace import Workplace, is_plain


def test_the_ready_scanners_are_those_that_the_configuration_names() -> None:
    assert tuple(KNOWN) == READY_TOOLS


@pytest.mark.parametrize(
    ("path", "glob", "fits"),
    [
        ("main.tf", "**/*.tf", True),
        ("a/b/main.tf", "**/*.tf", True),
        ("a/main.tf", "a/**/*.tf", True),
        ("a/b/main.tf", "a/*.tf", True),
        ("main.tfvars", "**/*.tf", False),
        ("b/main.tf", "a/**", False),
    ],
)
def test_globs(path: str, glob: str, fits: bool) -> None:
    assert matches(path, [glob]) is fits


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (ToolConfig(name="secrets", run=("x",)), "cannot be a scanner's name"),
        (ToolConfig(name="No Name", run=("x",)), "cannot be a scanner's name"),
        (ToolConfig(name="mine"), "is no scanner that pregate knows"),
        (ToolConfig(name="mine", run=("./mine",)), "would run a file of the tree"),
        (ToolConfig(name="mine", run=("",)), "names no program"),
        (ToolConfig(name="mine", run=("x",), sarif="../out.sarif"), "leaves the tree"),
        (ToolConfig(name="mine", run=("x",), settings=("/etc/passwd",)), "leaves the tree"),
        (ToolConfig(name="mine", run=("x",), environment=("A=b",)), "no variable has such a name"),
        (ToolConfig(name="mine", run=("x",), timeout=0), "timeout"),
    ],
)
def test_a_table_that_cannot_be_meant_is_told(table: ToolConfig, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        choose([table])


def test_a_name_stands_for_one_scanner() -> None:
    with pytest.raises(UsageError, match="twice"):
        choose([ToolConfig(name="zizmor"), ToolConfig(name="zizmor")])


def test_a_ready_scanner_may_have_another_command_and_other_files() -> None:
    (mine,) = choose(
        [ToolConfig(name="zizmor", run=("zizmor", "--pedantic", "."), files=("ci/*",), timeout=9)]
    )
    assert (mine.run, mine.files, mine.timeout) == (("zizmor", "--pedantic", "."), ("ci/*",), 9)
    assert mine.settings == KNOWN["zizmor"].settings


def test_rules_come_first_from_the_settings_that_the_configuration_names() -> None:
    (mine,) = choose([ToolConfig(name="semgrep", settings=("policies/semgrep/**",))])
    assert mine.rules[0] == "policies/semgrep"
    assert mine.is_setting("policies/semgrep/deep/x.py")


def test_what_steers_a_scanner_is_known_by_place_and_its_usual_files_by_name() -> None:
    (mine,) = choose([ToolConfig(name="checkov", settings=("checks", "conf/own.yaml"))])
    steering = ["checks/evil.py", "conf/own.yaml", ".checkov.yaml", "sub/.checkov.yaml"]
    assert [path for path in [*steering, "a/checks/x.tf", "b/own.yaml"] if mine.is_setting(path)] == steering


@given(st.lists(st.sampled_from(["..", ".", "", ".git", ".GIT", "a", "b\\c", "d\0", "e."]), max_size=4))
def test_no_name_leads_out_of_the_workplace(parts: list[str]) -> None:
    path = "/".join(parts)
    with Workplace() as place:
        refused = place.lay(path, b"x")
        files = [f for f in place.tree.parent.rglob("*") if f.is_file()]
        assert refused is not None or files == [place.tree / path]
        assert is_plain(path) or (refused is not None and files == [])


def test_a_file_never_takes_the_place_of_another(tmp_path: Path) -> None:
    with Workplace() as place:
        (place.tree / "link").symlink_to(tmp_path / "out")
        assert place.lay("a", b"1") is None
        assert place.lay("a", b"2") is not None
        assert place.lay("a/b", b"2") is not None
        assert place.lay("link", b"2") is not None
        assert not (tmp_path / "out").exists()
        base = place.tree.parent
    assert not base.exists()


def test_results_that_are_no_ordinary_file_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("{}")
    with Workplace() as place:
        (place.out / "link").symlink_to(tmp_path / "secret")
        os.mkfifo(place.out / "pipe")
        assert place.read(place.out / "link", 10) is None
        assert place.read(place.out / "pipe", 10) is None
        assert place.read(place.out, 10) is None


def test_the_search_path_has_no_place_of_the_tree(tmp_path: Path) -> None:
    inside, outside = tmp_path / "tree" / "bin", tmp_path / "bin"
    for folder in (inside, outside):
        folder.mkdir(parents=True)
    (tmp_path / "link").symlink_to(inside)
    path = os.pathsep.join([".", "", "bin", str(inside), str(tmp_path / "link"), str(outside)])
    assert search_path({"PATH": path}, tmp_path / "tree") == str(outside)


def test_very_many_files_are_scanned_in_several_runs() -> None:
    scanner = Scanner(name="mine", run=("mine", "{files}", "--out={out}/x"), sarif="{out}/x")
    names = [f"{n}.txt" for n in range(2500)]
    runs = commands(scanner, "/bin/mine", names, Path("/out"), "")
    assert [len(run.command) for run in runs] == [1002, 1002, 502]
    assert [run.command[-1] for run in runs] == ["--out=/out/0/x", "--out=/out/1/x", "--out=/out/2/x"]
    with pytest.raises(ScannerError, match="one file for its results"):
        commands(replace(scanner, sarif="x"), "/bin/mine", names, Path("/out"), "")


def test_a_scanner_of_folders_runs_in_each() -> None:
    names = ["package-lock.json", "a/package-lock.json", "b/package.json"]
    runs = commands(KNOWN["npm-audit"], "/bin/npm", names, Path("/out"), "")
    assert [run.folder for run in runs] == ["", "a"]
