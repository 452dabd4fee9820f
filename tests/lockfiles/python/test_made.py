"""
Files that the real package managers wrote, against what the same managers say of them.

uv 0.13, Poetry 2.5, PDM 2.11 (with groups) and 2.22 with uv (without), pipenv 2026.10, pip-tools 7.6 and
pip 26.3, on one small project with extras, groups, markers and two versions of one package.
"""

from __future__ import annotations

import json
import re

import pytest

from tests.lockfiles.python.reading import (
    MADE,
    constraints,
    declared,
    development,
    direct,
    edges,
    flagged,
    optional,
    pins,
    read_made,
    transitive,
)

TREE_LINE = re.compile(r"([│├└─ ]*)([A-Za-z0-9._-]+)(?:\[[a-z,]+\])? (v?)([^ ]+)(.*)")
EXPORT_LINE = re.compile(r"([A-Za-z0-9._-]+)(?:\[[a-z,]+\])?==([^ ;\\]+)")


def exported(folder: str, name: str) -> set[tuple[str, str]]:
    lines = (MADE / folder / name).read_text().splitlines()
    return {(m[1].lower(), m[2]) for m in map(EXPORT_LINE.match, lines) if m}


def tree(folder: str) -> list[tuple[int, str, str, str]]:
    """Depth, name, version or constraint, and the rest of each line of the manager's tree."""
    rows = []
    for line in (MADE / folder / "tree.txt").read_text().splitlines():
        found = TREE_LINE.fullmatch(line)
        assert found
        rows.append((len(found[1]) // 4, found[2], found[4], found[5]))
    return rows


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("uv", "uv.lock"),
        ("uv", "pylock.toml"),
        ("uv-workspace", "uv.lock"),
        ("pdm", "pdm.lock"),
        ("pdm-groups", "pdm.lock"),
        ("poetry", "poetry.lock"),
        ("pipenv", "Pipfile.lock"),
        ("pip", "pylock.toml"),
    ],
)
def test_every_package_has_the_place_of_its_version(folder: str, name: str) -> None:
    reading = read_made(folder, name)
    places = list(flagged(reading, (MADE / folder / name).read_text()))
    assert len(places) > 4
    assert all(version == text for version, text in places)
    assert reading.unread == ()


def test_uv_lock_against_uv_tree() -> None:
    reading, rows = read_made("uv", "uv.lock"), tree("uv")
    assert set(pins(reading)) == {(name, version) for depth, name, version, _ in rows if depth}
    assert direct(reading) == {name for depth, name, *_ in rows if depth == 1}
    assert transitive(reading) == {name for depth, name, *_ in rows if depth > 1} - direct(reading)
    expected, above = set(), {}
    for depth, name, version, _ in rows:
        above[depth] = f"{name}@{version}"
        if depth > 1:
            expected.add((above[depth - 1], above[depth]))
    assert edges(reading) == expected
    groups = {name for depth, name, _, rest in rows if depth == 1 and "group" in rest}
    assert development(reading) == groups | {"iniconfig", "packaging", "pluggy"}
    assert optional(reading) == {name for depth, name, _, rest in rows if depth == 1 and "extra" in rest}


def test_uv_lock_names_the_lines_of_the_manifest() -> None:
    assert declared(read_made("uv", "uv.lock")) == {
        "colorama": [("pyproject.toml", 10, "==0.4.4")],
        "django": [("pyproject.toml", 6, "==3.2.1")],
        "isort": [("pyproject.toml", 18, "==5.13.2")],
        "pytest": [("pyproject.toml", 17, "==7.4.0")],
        "redis": [("pyproject.toml", 14, "==4.5.3")],
        "requests": [("pyproject.toml", 7, ">=2.19,<2.20")],
        "zipp": [("pyproject.toml", 9, "==3.17.0")],
    }


def test_uv_workspace_reads_the_manifests_of_its_members() -> None:
    reading = read_made("uv-workspace", "uv.lock")
    assert declared(reading)["sqlparse"] == [("packages/lib/pyproject.toml", 5, ">=0.4")]
    assert optional(reading) == {"six", "toolz"}
    assert development(reading) == {"iniconfig"}


def test_uv_exports() -> None:
    everything = exported("uv", "requirements.txt")
    for name in ("pylock.toml", "requirements.txt"):
        reading = read_made("uv", name)
        assert set(pins(reading)) == everything
        assert direct(reading) == direct(read_made("uv", "uv.lock"))
    assert edges(read_made("uv", "requirements.txt")) == edges(read_made("uv", "uv.lock"))


def test_poetry_lock_against_poetry_show() -> None:
    reading, rows = read_made("poetry", "poetry.lock"), tree("poetry")
    assert direct(reading) == {name for depth, name, *_ in rows if depth == 0}
    expected, above = {}, {}
    for depth, name, constraint, _ in rows:
        above[depth] = name
        if depth:
            expected[above[depth - 1], name] = constraint
    assert constraints(reading) == expected
    shown = (MADE / "poetry" / "main.txt").read_text().splitlines()
    listed = [(row.replace("(!)", "").split(), "(!)" in row) for row in shown]
    assert pins(reading) == [(words[0], words[1]) for words, _ in listed]
    others = {words[0] for words, is_main in listed if not is_main}
    # Not installed here for their markers, though of the main group.
    assert development(reading) == others - {"colorama", "zipp"}
    assert optional(reading) == {"redis"}


def test_pdm_lock_with_groups_against_its_export() -> None:
    reading = read_made("pdm-groups", "pdm.lock")
    everything, production = exported("pdm-groups", "export.txt"), exported("pdm-groups", "prod.txt")
    assert set(pins(reading)) == everything
    left = {name for name, _ in everything - production}
    assert development(reading) | optional(reading) == left
    assert optional(reading) == {"redis"}
    assert constraints(reading)["requests", "pysocks"] == "!=1.5.7,>=1.5.6"


def test_pdm_lock_without_groups_takes_them_from_the_manifest() -> None:
    reading = read_made("pdm", "pdm.lock")
    # Made by PDM with uv, from the manifest that uv.lock was made of.
    locked = read_made("uv", "uv.lock")
    assert pins(reading) == pins(locked)
    assert direct(reading) == direct(locked)
    assert development(reading) == development(locked)
    assert optional(reading) == optional(locked)
    assert edges(reading) == edges(locked)


def test_pipfile_lock_against_pipenv_requirements() -> None:
    reading = read_made("pipenv", "Pipfile.lock")
    use = {pin for pin in pins(reading) if pin[0] not in development(reading)}
    assert use == exported("pipenv", "default.txt") | {("isort", "5.13.2")}  # a category of its own
    assert set(pins(reading)) - use == exported("pipenv", "dev.txt")
    assert direct(reading) == {"django", "requests", "colorama", "pytest", "isort"}
    assert declared(reading)["requests"] == [("Pipfile", 8, "<2.20")]


def test_pylock_of_pip() -> None:
    installed = json.loads((MADE / "pip" / "list.json").read_text())
    tools = ("pip", "setuptools")
    expected = {(p["name"].lower(), p["version"]) for p in installed if p["name"] not in tools}
    assert set(pins(read_made("pip", "pylock.toml"))) == expected
    frozen = read_made("pip", "requirements.txt")
    assert {(name.lower(), version) for name, version in pins(frozen)} == expected


@pytest.mark.parametrize("name", ["requirements-dev.txt", "requirements-line.txt", "requirements-uv.txt"])
def test_comments_of_pip_compile_and_uv(name: str) -> None:
    reading = read_made("pip-tools", name)
    wanted = {
        line.split("=")[0]
        for line in (MADE / "pip-tools" / "dev.in").read_text().split()
        if line not in ("-c", "requirements.txt")
    }
    assert direct(reading) == wanted
    assert transitive(reading) == {name for name, _ in pins(reading)} - wanted
    assert ("pytest@7.4.0", "pluggy@1.7.0") in edges(reading)
    assert all(parent.startswith(("pytest@", "requests@")) for parent, _ in edges(reading))


def test_comments_behind_hashes() -> None:
    reading = read_made("pip-tools", "requirements.txt")
    assert direct(reading) == {"django", "requests", "zipp"}
    assert ("django@3.2.1", "sqlparse@0.6.1") in edges(reading)
    assert all(p.hashed for p in reading.packages)
