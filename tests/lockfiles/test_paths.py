"""Where the paths in a file lead."""

from __future__ import annotations

import pytest

from pregate.lockfiles.paths import path_from


@pytest.mark.parametrize(
    ("folder", "steps", "path"),
    [
        ("", ("a",), "a"),
        ("a/b", ("../c", "x.toml"), "a/c/x.toml"),
        ("a", ("..", "x.toml"), "x.toml"),
        ("a", (".", "./x.toml"), "a/x.toml"),
        ("..a", ("x",), "..a/x"),
    ],
)
def test_steps_are_taken_from_the_folder(folder: str, steps: tuple[str, ...], path: str) -> None:
    assert path_from(folder, *steps) == path


@pytest.mark.parametrize("step", ["..", "../..", "../../x", "/x", "b/../../../x", "x\0y"])
def test_what_leads_out_of_the_repository_is_no_path(step: str) -> None:
    assert path_from("a", step) == ""
