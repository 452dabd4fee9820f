"""
Files written by the real managers for one project, held against what the managers themselves say of it.

``made/javascript`` has a folder for each: npm 11 (lock file versions 1 to 3) and npm 6, yarn 1.22, 2.4, 3.8
and 4.18, pnpm 4 to 9, bun 1.1 and 1.4, deno 2.9; hashes are shortened. ``expected.json`` holds the answers of
``npm ls``, ``yarn list``, ``yarn info``, ``pnpm list`` and ``bun pm ls``. The project of yarn 2 had no
express, whose versions it cannot read.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from pregate.lockfiles.model import Depth
from tests.lockfiles.javascript.reading import MADE, named, read_made, text_at

EXPECTED: dict[str, dict[str, Any]] = json.loads((MADE / "expected.json").read_text())
WORD = EXPECTED["npm ls"]
NPM, YARN, PNPM = "package-lock.json", "yarn.lock", "pnpm-lock.yaml"
FILES = [
    ("npm1", NPM, "npm ls"),
    ("npm2", NPM, "npm ls"),
    ("npm3", NPM, "npm ls"),
    ("yarn1", YARN, "yarn list"),
    ("yarn2", YARN, "yarn2 info"),
    ("yarn3", YARN, "yarn3 info"),
    ("yarn4", YARN, "yarn4 info"),
    ("pnpm5", PNPM, "pnpm list"),
    ("pnpm7", PNPM, "pnpm list"),
    ("pnpm8", PNPM, "pnpm list"),
    ("pnpm9", PNPM, "pnpm list"),
    ("bun", "bun.lock", "bun pm ls"),
    ("bun11", "bun.lock", "bun 1.1 pm ls"),
]
ALIAS = {"old-lodash@3.10.1": "lodash@3.10.1"}  # yarn and bun list the alias


@pytest.mark.parametrize(("folder", "name", "command"), FILES)
def test_the_packages_are_those_of_the_manager(folder: str, name: str, command: str) -> None:
    reading, text = read_made(folder, name)
    assert set(named(reading)) == {ALIAS.get(p, p) for p in EXPECTED[command]["packages"]}
    assert reading.unread == ()
    assert [text_at(text, p.location) for p in reading.packages] == [p.version for p in reading.packages]
    assert all(p.hashed or p.name == "fsevents" for p in reading.packages)


def test_the_same_project_in_older_and_other_formats() -> None:
    """
    npm 6 and pnpm 4 know no workspaces: what only those need is not there. deno leaves the optional one out.
    """
    only_workspaces = {"rimraf@2.6.3", "semver@5.7.1", "semver@7.8.6"}
    for folder, name in (("npm6", NPM), ("pnpm4", PNPM)):
        found = set(named(read_made(folder, name)[0]))
        assert not found & only_workspaces
        assert "lodash@3.10.1" in found
        assert len(found) == {"npm6": 64, "pnpm4": 66}[folder]
    assert set(named(read_made("deno", "deno.lock")[0])) == set(WORD["packages"]) - {"fsevents@2.3.2"}


@pytest.mark.parametrize(
    ("folder", "name"),
    [(f, n) for f, n, _ in FILES if f not in ("yarn1", "yarn2")],
    ids=[f for f, _, _ in FILES if f not in ("yarn1", "yarn2")],
)
def test_direct_and_development_packages_are_those_that_npm_names(folder: str, name: str) -> None:
    packages = read_made(folder, name)[0].packages
    assert {p.ident for p in packages if p.depth is Depth.DIRECT} >= set(WORD["direct"])
    assert {f"{p.name}@{p.version}" for p in packages if p.depth is Depth.DIRECT} == set(WORD["direct"])
    assert {f"{p.name}@{p.version}" for p in packages if p.dev} == set(WORD["dev"])
    assert not any(p.depth is Depth.UNKNOWN for p in packages)


@pytest.mark.parametrize(("folder", "name"), [(f, n) for f, n, _ in FILES if not f.startswith("yarn")])
def test_the_optional_package_is_the_one_that_npm_names(folder: str, name: str) -> None:
    packages = read_made(folder, name)[0].packages
    assert [f"{p.name}@{p.version}" for p in packages if p.optional] == WORD["optional"]


@pytest.mark.parametrize(
    ("folder", "name", "command"),
    [
        ("npm2", NPM, "npm ls"),
        ("npm3", NPM, "npm ls"),
        ("bun", "bun.lock", "npm ls"),
        ("yarn2", YARN, "yarn2 info"),
        ("yarn3", YARN, "yarn3 info"),
        ("yarn4", YARN, "yarn4 info"),
    ],
)
def test_what_packages_require_is_what_the_manager_resolved(folder: str, name: str, command: str) -> None:
    packages = read_made(folder, name)[0].packages
    found = {(f"{p.name}@{p.version}", r.ident.partition(" ")[0]) for p in packages for r in p.requires}
    expected = {(a, b) for a, b in EXPECTED[command]["requires"]}
    patched = {("fsevents@2.3.2", "fsevents@2.3.2")}  # yarn lists what it patches, which is the same package
    assert found == expected - patched


@pytest.mark.parametrize(
    ("folder", "name"), [("npm3", NPM), ("yarn4", YARN), ("pnpm9", PNPM), ("bun", "bun.lock")]
)
def test_what_a_manifest_names_is_declared_there(folder: str, name: str) -> None:
    packages = read_made(folder, name)[0].packages
    found = {p.name + "@" + p.version: p.declared for p in packages if p.declared}
    assert set(found) == set(WORD["direct"])
    text = (MADE / "project/package.json").read_text()
    for ident, range_ in (("lodash@3.10.1", "npm:lodash@3.10.1"), ("express@4.17.1", "4.17.1")):
        (declared,) = found[ident]
        assert (declared.location.path, declared.constraint) == ("package.json", range_)
        assert text_at(text, declared.location) == range_
    assert [d.location.path for d in found["lodash@4.17.15"]][:1] == ["package.json"]
    assert [d.location.path for d in found["rimraf@2.6.3"]] == ["packages/b/package.json"]


def test_without_manifests_nothing_is_lost_but_what_they_tell() -> None:
    for folder, name, _ in FILES:
        alone, _ = read_made(folder, name, manifests=False)
        assert named(alone) == named(read_made(folder, name)[0])
        assert not any(p.declared for p in alone.packages)


def test_yarn_1_with_workspaces_that_cannot_be_listed_claims_nothing_for_development() -> None:
    """``packages/*`` is a pattern, and another workspace may use in production what the root does not."""
    packages = read_made("yarn1", YARN)[0].packages
    depths = {p.ident: p.depth for p in packages}
    assert (depths["express@4.17.1"], depths["qs@6.7.0"], depths["rimraf@2.6.3"]) == (
        Depth.DIRECT,
        Depth.TRANSITIVE,
        Depth.UNKNOWN,
    )
    assert not any(p.dev for p in packages)


def test_licences_are_read_where_npm_writes_them() -> None:
    packages = read_made("npm3", NPM)[0].packages
    assert {p.name: p.licenses for p in packages if p.name in ("express", "rimraf", "qs")} == {
        "express": "MIT",
        "rimraf": "ISC",
        "qs": "BSD-3-Clause",
    }
