"""What the words after a name say of where a package comes from."""

from __future__ import annotations

import pytest

from pregate.lockfiles.javascript.sources import alias_target, is_elsewhere, is_own, shown_name


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("npm:lodash@3.10.1", ("lodash", "3.10.1")),
        ("npm:@scope/real@^7 || 8", ("@scope/real", "^7 || 8")),
        ("npm:lodash", ("lodash", "")),
        ("npm:@scope/real", ("@scope/real", "")),
        ("npm:^1.2", ("", "")),
        ("npm:1.2.3", ("", "")),
        ("^1.2", ("", "")),
        ("npm:", ("", "")),
    ],
)
def test_aliases(source: str, target: tuple[str, str]) -> None:
    assert alias_target(source) == target


@pytest.mark.parametrize(
    "source",
    [
        "git+ssh://git@host/x.git#1",
        "git@github.com:user/repository.git",
        "github:user/repository",
        "user/repository#semver:^1",
        "https://host/x.tgz",
        "file:x.tgz",
        "file:../x",
    ],
)
def test_other_sources_than_a_registry(source: str) -> None:
    assert is_elsewhere(source)
    assert not is_own(source)


@pytest.mark.parametrize(
    "source", ["^1.2", "latest", ">= 1.5.0 < 2", "1.x || >=2.5.0", "*", "", "npm:@s/a@1", "~2/x y"]
)
def test_ranges_tags_and_aliases_are_of_a_registry(source: str) -> None:
    assert not is_elsewhere(source)


@pytest.mark.parametrize("source", ["link:../x", "portal:../x", "workspace:*", "file:packages/x", "file:./x"])
def test_folders_of_the_project(source: str) -> None:
    assert is_own(source)


def test_what_may_be_an_address_is_not_shown() -> None:
    assert shown_name("@scope/name") == "@scope/name"
    assert shown_name("https://user:word") == shown_name(None) == shown_name("a b") == "an entry"
