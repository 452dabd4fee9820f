"""``pyproject.toml`` without a lock file."""

from __future__ import annotations

import pytest

from pregate.lockfiles import readers
from pregate.lockfiles.model import Depth, Reading
from pregate.model import UnreadReason
from tests.lockfiles.python.reading import development, flagged, optional, pins, read

PROJECT = """\
[build-system]
requires = ["setuptools==65.0.0", "wheel"]

[project]
name = "Shop"
dependencies = [
    "django==3.2.1",
    'requests [socks] == 2.19.1 ; python_version > "3"',
    "urllib3>=1.21",
    "six==1.*",
    "both==1.0,<2",
    "tool @ git+https://example.org/tool.git",
    "Shop[cache]",
]

[project.optional-dependencies]
cache = ["redis==4.5.3"]

[dependency-groups]
dev = ["pytest==7.4.0", { include-group = "lint" }]
lint = ["isort===5.13.2"]

[tool.pdm.dev-dependencies]
test = ["nose==1.3.7"]

[tool.uv]
dev-dependencies = ["mypy==1.0"]

[tool.uv.sources]
redis = { index = "own" }
both = { path = "../both" }
"""
POETRY = """\
[tool.poetry]
name = "shop"

[tool.poetry.dependencies]
python = "^3.8"
django = "3.2.1"
requests = { version = "==2.19.1", extras = ["socks"] }
urllib3 = "^1.21"
redis = { version = "4.5.3", optional = true }
tool = { git = "https://example.org/tool.git" }
star = "*"
six = "1.*"
numpy = [
    { version = "1.21.0", python = "<3.8" },
    { version = ">=1.22", python = ">=3.8" },
]

[tool.poetry.dev-dependencies]
nose = "1.3.7"

[tool.poetry.group.dev.dependencies]
pytest = "==7.4.0"
"""


def unread(reading: Reading) -> list[tuple[str, int]]:
    return [(u.detail.split()[0], u.line) for u in reading.unread]


def test_exact_pins_are_read_and_the_rest_is_named_with_its_line() -> None:
    reading = read("pyproject.toml", PROJECT)
    assert pins(reading) == [
        ("setuptools", "65.0.0"),
        ("django", "3.2.1"),
        ("requests", "2.19.1"),
        ("redis", "4.5.3"),
        ("pytest", "7.4.0"),
        ("isort", "5.13.2"),
        ("nose", "1.3.7"),
        ("mypy", "1.0"),
    ]
    assert unread(reading) == [("wheel", 2), ("urllib3", 9), ("six", 10), ("both", 11), ("tool", 12)]
    assert {u.reason for u in reading.unread} == {UnreadReason.NOT_AUDITED}
    assert development(reading) == {"pytest", "isort", "nose", "mypy"}
    assert optional(reading) == {"redis"}
    assert {p.depth for p in reading.packages} == {Depth.DIRECT}


@pytest.mark.parametrize("text", [PROJECT, POETRY])
def test_the_place_is_that_of_the_version(text: str) -> None:
    assert all(version == written for version, written in flagged(read("pyproject.toml", text), text))


def test_poetry_reads_a_bare_version_as_exactly_that_one() -> None:
    reading = read("pyproject.toml", POETRY)
    assert pins(reading) == [
        ("django", "3.2.1"),
        ("requests", "2.19.1"),
        ("redis", "4.5.3"),
        ("numpy", "1.21.0"),
        ("nose", "1.3.7"),
        ("pytest", "7.4.0"),
    ]
    assert unread(reading) == [("urllib3", 8), ("tool", 10), ("star", 11), ("six", 12), ("numpy", 15)]
    assert development(reading) == {"nose", "pytest"}
    assert optional(reading) == {"redis"}


def test_what_stands_around_a_version_that_may_be_replaced() -> None:
    around = {p.name: p.around for p in read("pyproject.toml", PROJECT).packages}
    assert around["django"] == ('    "django==', '",')
    assert around["requests"][0] == "    'requests [socks] == "
    text = '[project]\ndependencies = ["a==1,==1.0", "b==1+local", "c\\u003d=1", "d (==1)"]\n'
    assert [p.around != () for p in read("pyproject.toml", text).packages] == [False, False, True]


@pytest.mark.parametrize("lock", ["poetry.lock", "uv.lock", "pdm.lock", "pylock.toml"])
def test_beside_a_lock_file_it_tells_nothing(lock: str) -> None:
    files = {"app/pyproject.toml": PROJECT.encode(), f"app/{lock}": b""}
    assert f"app/{lock}" in readers.includes("app/pyproject.toml", files)
    assert readers.read("app/pyproject.toml", files) == Reading()
    assert readers.read("app/pyproject.toml", {**files, f"app/{lock}": b"broken"}) == Reading()
    del files[f"app/{lock}"]
    assert readers.read("app/pyproject.toml", {**files, lock: b""}).packages


def test_a_member_of_a_workspace_tells_nothing_either() -> None:
    lock = '[[package]]\nname = "lib"\nversion = "1"\nsource = { editable = "packages/lib" }\n'
    files = {"packages/lib/pyproject.toml": PROJECT.encode(), "uv.lock": lock.encode()}
    assert "uv.lock" in readers.includes("packages/lib/pyproject.toml", files)
    assert readers.read("packages/lib/pyproject.toml", files) == Reading()
    files["packages/other/pyproject.toml"] = PROJECT.encode()
    assert readers.read("packages/other/pyproject.toml", files).packages


@pytest.mark.parametrize(
    "text",
    [
        "[tool.ruff]\nline-length = 100\n",
        "[project]\nname = 'x'\n",
        "[project]\ndependencies = []\n",
        "# x\n",
    ],
)
def test_without_dependencies_it_tells_nothing(text: str) -> None:
    assert read("pyproject.toml", text) == Reading()


def test_a_requirement_that_is_none_loses_only_itself() -> None:
    reading = read("pyproject.toml", "[project]\ndependencies = [3, '==1', 'a b c', 'good==1']\n")
    assert pins(reading) == [("good", "1")]
    assert [u.reason for u in reading.unread] == [UnreadReason.UNPARSABLE] * 2


def test_a_pin_beside_what_poetry_says_of_its_source_is_told_once() -> None:
    text = (
        '[project]\ndependencies = ["django==3.2.1"]\n'
        '[tool.poetry.dependencies]\ndjango = { source = "own" }\npython = "*"\n'
    )
    reading = read("pyproject.toml", text)
    assert (pins(reading), reading.unread) == ([("django", "3.2.1")], ())


def test_texts_with_escapes_have_the_place_of_the_whole() -> None:
    (package,) = read("pyproject.toml", '[project]\ndependencies = ["dj\\u0061ngo==3.2.1"]\n').packages
    assert (package.name, package.location.start_column, package.around) == ("django", 17, ())
