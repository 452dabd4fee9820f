"""What each lock file of Python tells beside names and versions, in forms old and new."""

from __future__ import annotations

import pytest

from pregate.lockfiles.model import Depth
from pregate.lockfiles.python.lock_marker import is_dev_or_optional
from tests.lockfiles.python.reading import (
    constraints,
    declared,
    development,
    direct,
    edges,
    optional,
    pins,
    read,
    transitive,
)


def package(name: str, more: str = "", version: str = "1.0") -> str:
    return f'[[package]]\nname = "{name}"\nversion = "{version}"\n{more}\n'


# ---------------------------------------------------------------------------------------------------- poetry


def test_categories_of_older_poetry() -> None:
    text = package("a", 'category = "main"\noptional = true') + package("b", 'category = "dev"')
    reading = read("poetry.lock", text)
    assert (development(reading), optional(reading)) == ({"b"}, {"a"})


def test_poetry_locks_that_tell_no_group_take_it_from_the_manifest() -> None:
    text = (
        package("django", '[package.dependencies]\npytz = "*"')
        + package("pytest", '[package.dependencies]\npluggy = ">=1"\npytz = "*"')
        + package("pluggy")
        + package("pytz")
    )
    manifest = '[tool.poetry.dependencies]\ndjango = "^3"\n[tool.poetry.dev-dependencies]\npytest = "7"\n'
    reading = read("poetry.lock", text, pyproject__toml=manifest)
    assert development(reading) == {"pytest", "pluggy"}
    assert direct(reading) == {"django", "pytest"}
    alone = read("poetry.lock", text)
    assert (direct(alone), transitive(alone), development(alone)) == ({"django", "pytest"}, set(), set())


def test_poetry_forks_lead_to_the_version_that_the_constraint_allows() -> None:
    text = (
        package(
            "a",
            "[package.dependencies]\nzipp = [\n"
            '    {version = ">=1,<2", markers = "python_version < \\"3.8\\""},\n'
            '    {version = ">=3", markers = "python_version >= \\"3.8\\""},\n]\nother = "^1.0"',
        )
        + package("zipp", "", "1.5")
        + package("zipp", "", "3.1")
        + package("other", "", "1.5")
        + package("other", "", "0.5")
    )
    reading = read("poetry.lock", text)
    assert edges(reading) == {
        ("a@1.0", "zipp@1.5"),
        ("a@1.0", "zipp@3.1"),
        ("a@1.0", "other@1.5"),
    }
    assert [r.constraint for r in reading.packages[0].requires] == [">=1,<2", ">=3", "^1.0"]


def test_poetry_extras_lead_somewhere_only_if_someone_asks_for_them() -> None:
    text = (
        package(
            "http",
            '[package.dependencies]\nsocks = {version = ">=1", optional = true}\n'
            'brotli = {version = "*", optional = true}\n\n'
            '[package.extras]\nproxy = ["Socks (>=1)"]\nzip = ["brotli"]\nall = ["http[proxy]"]',
        )
        + package("socks")
        + package("brotli")
    )
    manifest = '[tool.poetry.dependencies]\nhttp = {{version = "*", extras = ["{}"]}}\nbrotli = "1"\n'
    for extra in ("proxy", "all"):
        asked = read("poetry.lock", text, pyproject__toml=manifest.format(extra))
        assert edges(asked) == {("http@1.0", "socks@1.0")}
    assert len(edges(read("poetry.lock", text))) == 2


def test_poetry_passes_over_its_own_folders_but_not_over_what_they_need() -> None:
    text = (
        package("own", '[package.dependencies]\na = "*"\n[package.source]\ntype = "directory"\nurl = "x"')
        + package("a")
        + package("tool", '[package.source]\ntype = "git"\nurl = "x"')
    )
    reading = read("poetry.lock", text, pyproject__toml='[tool.poetry.dependencies]\nown = {path = "x"}\n')
    assert (pins(reading), transitive(reading)) == ([("a", "1.0")], {"a"})
    assert [u.line for u in reading.unread] == [15]


@pytest.mark.parametrize(
    ("constraint", "within", "beyond"),
    [
        ("^1.2.3", "1.9", "2.0"),
        ("^0.2.3", "0.2.9", "0.3.0"),
        ("^0.0.3", "0.0.3", "0.0.4"),
        ("^0", "0.9", "1.0"),
        ("~1.2.3", "1.2.9", "1.3"),
        ("~1", "1.9", "2.0"),
        ("~=1.2", "1.9", "2.0"),
        ("1.2", "1.2.0", "1.3"),
        ("1.*", "1.9", "2.0"),
        (">=1,<2 || ^3.0", "3.5", "2.5"),
    ],
)
def test_of_two_versions_the_one_that_the_manifest_allows_is_its_wish(
    constraint: str, within: str, beyond: str
) -> None:
    text = package("a", "", within) + package("a", "", beyond)
    manifest = f'[tool.poetry.dependencies]\na = "{constraint}"\n'
    reading = read("poetry.lock", text, pyproject__toml=manifest)
    assert [p.depth for p in reading.packages] == [Depth.DIRECT, Depth.TRANSITIVE]
    assert [len(p.declared) for p in reading.packages] == [1, 0]


def test_versions_and_constraints_that_cannot_be_compared_may_be_meant() -> None:
    text = package("a", "", "x") + package("a", "", "y")
    reading = read("poetry.lock", text, pyproject__toml='[tool.poetry.dependencies]\na = ">=1"\n')
    assert direct(reading) == {"a"}
    reading = read("poetry.lock", text, pyproject__toml='[tool.poetry.dependencies]\na = "what?"\n')
    assert direct(reading) == {"a"}


# -------------------------------------------------------------------------------------------------------- uv


def test_a_script_locked_by_uv_names_its_own_wishes() -> None:
    text = (
        'version = 1\n[manifest]\nrequirements = [{ name = "a", specifier = "==1" }]\n'
        '[manifest.dependency-groups]\ndev = [{ name = "c" }]\n'
        + package("a", 'source = { registry = "x" }\ndependencies = [\n    { name = "b" },\n]')
        + package("b", 'source = { registry = "x" }')
        + package("c", 'source = { registry = "x" }')
    )
    reading = read("uv.lock", text)
    assert (direct(reading), transitive(reading), development(reading)) == ({"a", "c"}, {"b"}, {"c"})


def test_extras_lead_from_one_package_of_uv_to_the_next() -> None:
    registry = 'source = { registry = "x" }'
    text = (
        package("app", 'source = { virtual = "." }\n[package.dev-dependencies]\ndev = [{ name = "h" }]')
        + package("h", f'{registry}\ndependencies = [{{ name = "r", extra = ["Fast_x"] }}]')
        + package("r", f'{registry}\n[package.optional-dependencies]\nfast-x = [{{ name = "f" }}]')
        + package("f", registry)
    )
    reading = read("uv.lock", text)
    assert development(reading) == {"h", "r", "f"}
    assert direct(reading) == {"h"}


def test_folders_beside_a_project_of_uv_are_packages_that_it_needs() -> None:
    text = (
        package("app", 'source = { editable = "." }\ndependencies = [{ name = "lib" }]')
        + package("lib", 'source = { directory = "../lib" }\ndependencies = [{ name = "a" }]')
        + package("a", 'source = { registry = "x" }')
    )
    reading = read("uv.lock", text)
    assert (pins(reading), transitive(reading), reading.unread) == ([("a", "1.0")], {"a"}, ())


def test_locks_of_the_first_versions_of_uv() -> None:
    text = (
        package("app", 'source = "editable+."\n[[distribution.dependencies]]\nname = "a"')
        + package(
            "a", 'source = "registry+https://pypi.org/simple"\n[[distribution.dependencies]]\nname = "b"'
        )
        + package("b", 'source = "registry+https://pypi.org/simple"')
        + package("c", 'source = "git+https://example.org/c.git"')
    ).replace("[[package]]", "[[distribution]]")
    reading = read("uv.lock", "version = 1\n" + text)
    assert (direct(reading), transitive(reading)) == ({"a"}, {"b"})
    assert [u.detail.split()[0] for u in reading.unread] == ["c"]


# ------------------------------------------------------------------------------------------------------- pdm


def test_groups_of_pdm_without_a_manifest_go_by_their_names() -> None:
    text = (
        package("a", 'groups = ["default", "dev"]')
        + package("b", 'groups = ["dev", "test"]')
        + package("c", 'groups = ["cache", "dev"]')
    )
    reading = read("pdm.lock", text)
    assert (development(reading), optional(reading)) == ({"b"}, {"c"})


def test_the_entry_of_pdm_with_extras_is_the_same_package() -> None:
    text = (
        package("http", 'groups = ["dev"]\ndependencies = ["idna<3"]')
        + package(
            "http", 'extras = ["socks"]\ngroups = ["default"]\ndependencies = ["socks>=1", "http==1.0"]'
        )
        + package("socks", 'groups = ["default"]')
        + package("idna", 'groups = ["default"]')
    )
    reading = read("pdm.lock", text)
    assert pins(reading) == [("http", "1.0"), ("socks", "1.0"), ("idna", "1.0")]
    assert development(reading) == optional(reading) == set()
    assert constraints(reading) == {("http", "idna"): "<3", ("http", "socks"): ">=1"}


def test_sources_of_pdm_that_are_no_index() -> None:
    text = (
        package("a", 'git = "https://example.org/a.git"\nrevision = "1"')
        + package("b", 'url = "https://example.org/b.whl"')
        + package("c", 'path = "./c.whl"')
        + package("d", 'path = "./d"\neditable = true')
        + package("e")
    )
    reading = read("pdm.lock", text)
    assert pins(reading) == [("e", "1.0")]
    assert [u.detail.split()[0] for u in reading.unread] == ["a", "b", "c"]


# ---------------------------------------------------------------------------------------------------- pylock


@pytest.mark.parametrize(
    ("marker", "expected"),
    [
        ("python_version < '3'", (False, False)),
        ("'cache' in extras", (False, True)),
        ("'dev' in dependency_groups", (True, False)),
        ("'main' in dependency_groups", (False, False)),
        ("'Main' not in dependency_groups", (True, False)),
        ("'dev' in dependency_groups or 'main' in dependency_groups", (False, False)),
        ("('dev' in dependency_groups or 'x' in extras) and os_name == 'nt'", (False, True)),
        ("'x' not in extras", (False, False)),
        ("extra == 'x'", (False, True)),
        ("'x' in extras or", (False, False)),
        ("'x' in extras)", (False, False)),
        ("'x' in", (False, False)),
        ("'x' ? extras", (False, False)),
        ("(" * 100 + "'x' in extras" + ")" * 100, (False, False)),
        ("'x' in extras or " * 1000, (False, False)),
    ],
)
def test_markers_of_pylock(marker: str, expected: tuple[bool, bool]) -> None:
    assert is_dev_or_optional(marker, ["main"]) == expected


def test_what_pylock_tells() -> None:
    text = (
        'lock-version = "1.0"\ndependency-groups = ["dev"]\n'
        '[[packages]]\nname = "a"\nversion = "1"\ndependencies = [{ name = "b" }]\n'
        '[[packages]]\nname = "b"\nversion = "2"\n'
        '[[packages]]\nname = "c"\nversion = "3"\nmarker = "\'dev\' in dependency_groups"\n'
        '[[packages]]\nname = "d"\nversion = "4"\nmarker = "\'x\' in extras"\n'
    )
    reading = read("pylock.toml", text)
    assert edges(reading) == {("a@1", "b@2")}
    assert (development(reading), optional(reading)) == ({"c"}, {"d"})
    assert [p.depth for p in reading.packages] == [Depth.DIRECT, Depth.UNKNOWN, Depth.DIRECT, Depth.DIRECT]
    silent = read("pylock.toml", '[[packages]]\nname = "a"\nversion = "1"\n')
    assert [p.depth for p in silent.packages] == [Depth.UNKNOWN]
    manifest = '[project]\ndependencies = ["A"]\n'
    assert direct(read("pylock.toml", text, pyproject__toml=manifest)) == {"a"}


def test_a_manifest_that_names_none_of_the_packages_decides_nothing() -> None:
    reading = read(
        "pylock.toml",
        '[[packages]]\nname = "a"\nversion = "1"\n',
        pyproject__toml='[project]\ndependencies = ["z"]\n',
    )
    assert [p.depth for p in reading.packages] == [Depth.UNKNOWN]


# --------------------------------------------------------------------------------------------------- pipfile


def test_a_package_of_both_categories_serves_not_development_alone() -> None:
    text = (
        '{"_meta": {}, "default": {"a": {"version": "==1"}},'
        ' "develop": {"a": {"version": "==1"}, "b": {"version": "==2"}}, "docs": {"c": {"version": "==3"}}}'
    )
    pipfile = (
        "[packages]\na = '*'\n[dev-packages]\nb = {version = '>1'}\n[docs]\nd = '*'\n[scripts]\nc = 'x'\n"
    )
    reading = read("Pipfile.lock", text, Pipfile=pipfile)
    assert [(p.name, p.dev, p.depth) for p in reading.packages] == [
        ("a", False, Depth.DIRECT),
        ("a", False, Depth.TRANSITIVE),
        ("b", True, Depth.DIRECT),
        ("c", False, Depth.TRANSITIVE),
    ]
    assert declared(reading)["b"] == [("Pipfile", 4, ">1")]


# ----------------------------------------------------------------------------------------------- requirements


def test_comments_of_hand_and_tool() -> None:
    text = (
        "a==1\n    # via -r requirements.in\n"
        "b==2  # via a\n"
        "c==3 \\\n    --hash=sha256:00\n    # via\n    #   -c limits.txt\n    #   a\n    #   b\n"
        "d==4\n    # via shop (pyproject.toml)\n"
        "e==5  # a note\n"
        "f==6\n    # via -c limits.txt\n"
        "g==7\n    # via A[x]\n\n# via b\n"
    )
    reading = read("requirements.txt", text)
    assert [(p.name, p.depth.value) for p in reading.packages] == [
        ("a", "direct"),
        ("b", "transitive"),
        ("c", "transitive"),
        ("d", "direct"),
        ("e", "unknown"),
        ("f", "transitive"),
        ("g", "transitive"),
    ]
    assert edges(reading) == {("a@1", "b@2"), ("a@1", "c@3"), ("b@2", "c@3"), ("a@1", "g@7")}


def test_without_such_comments_nothing_is_known() -> None:
    assert {p.depth for p in read("requirements.txt", "a==1\nb==2 # reviewed via mail\n").packages} == {
        Depth.UNKNOWN
    }


def test_many_comments_take_linear_time() -> None:
    text = "".join(f"a=={number}  # via a, a, a\n" for number in range(3_000))
    reading = read("requirements.txt", text)
    assert len(reading.packages) == 3_000
