"""
One suite over the formats that are not of Python, JavaScript, Go, Java and .NET: what is broken or hostile
gives one clear error, or loses its entry and nothing else.
"""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pregate.lockfiles import readers
from pregate.lockfiles.formats import format_for
from pregate.lockfiles.model import Reading
from pregate.model import UnreadReason
from tests.lockfiles.reading import pins, read_text
from tests.lockfiles.test_conan import GRAPH, LISTS
from tests.lockfiles.test_cran import LOCK as RENV
from tests.lockfiles.test_dart import LOCK as PUBSPEC
from tests.lockfiles.test_erlang import MIX, REBAR
from tests.lockfiles.test_haskell import FREEZE, STACK
from tests.lockfiles.test_images import DOCKERFILE
from tests.lockfiles.test_julia import NEW as JULIA
from tests.lockfiles.test_php import LOCK as COMPOSER
from tests.lockfiles.test_ruby import LOCK as GEMFILE
from tests.lockfiles.test_rust import LOCK as CARGO
from tests.lockfiles.test_swift import PODS, V1, later
from tests.lockfiles.test_terraform import LOCK as TERRAFORM
from tests.lockfiles.test_workflows import WORKFLOW

TEXTS = {
    "Cargo.lock": CARGO,
    "Gemfile.lock": GEMFILE,
    "composer.lock": COMPOSER,
    "pubspec.lock": PUBSPEC,
    "mix.lock": MIX,
    "rebar.lock": REBAR,
    "Package.resolved": V1,
    "Podfile.lock": PODS,
    "conan.lock": GRAPH,
    "renv.lock": RENV,
    "cabal.project.freeze": FREEZE,
    "stack.yaml.lock": STACK,
    "Manifest.toml": JULIA,
    ".terraform.lock.hcl": TERRAFORM,
    ".github/workflows/a.yml": WORKFLOW,
    "Dockerfile": DOCKERFILE,
}
MORE = {"x/conan.lock": LISTS, "x/Package.resolved": later(3)}
YAML = ("pubspec.lock", "Podfile.lock", "stack.yaml.lock", ".github/workflows/a.yml", "compose.yml")
# Formats of which any text, or any YAML or TOML, may be another file that is none of theirs.
LENIENT = ("Manifest.toml", ".github/workflows/a.yml", "Dockerfile")


def dedented(text: str) -> str:
    """``text`` without the indentation that all of its lines have."""
    return (
        "\n".join(line.removeprefix("    ") for line in text.split("\n")) if text.startswith("    ") else text
    )


def reasons(reading: Reading) -> list[UnreadReason]:
    return [u.reason for u in reading.unread]


@pytest.mark.parametrize("name", [*TEXTS, "compose.yml"])
@pytest.mark.parametrize("data", [b"", b" \r\n", b"\xff\xff", b"a\x80: 1\n"])
def test_an_empty_file_and_other_encodings_are_unparsable(name: str, data: bytes) -> None:
    reading = read_text(name, data)
    assert reading.packages == ()
    assert reasons(reading) == [UnreadReason.UNPARSABLE]


@pytest.mark.parametrize("name", [name for name in TEXTS if name not in LENIENT])
@pytest.mark.parametrize("data", ["null", "3", "[]", "{}", "hello", "?", "\x00\x01", "\ufeff", '{"a": [1]}'])
def test_what_is_no_lock_file_is_unparsable(name: str, data: str) -> None:
    reading = read_text(name, data)
    assert reading.packages == ()
    if (name, data) not in {("rebar.lock", "[]"), ("rebar.lock", '{"a": [1]}')}:
        assert UnreadReason.UNPARSABLE in reasons(reading)


@pytest.mark.parametrize("name", TEXTS)
def test_a_merge_conflict_is_named_with_its_line(name: str) -> None:
    lines = dedented(TEXTS[name]).splitlines()
    lines[5:5] = ["<<<<<<< HEAD", "x", "=======", "y", ">>>>>>> topic"]
    reading = read_text(name, "\n".join(lines))
    assert reading.packages == ()
    assert [(u.detail, u.line) for u in reading.unread] == [("a merge conflict is not resolved", 6)]


@pytest.mark.parametrize("name", TEXTS)
def test_line_ends_and_encodings_of_windows_change_nothing(name: str) -> None:
    text = dedented(TEXTS[name])
    expected = read_text(name, text)
    assert read_text(name, text.replace("\n", "\r\n")) == expected
    assert read_text(name, b"\xef\xbb\xbf" + text.encode()) == expected
    assert read_text(name, text.encode("utf-16")) == expected
    assert expected.packages or name == "Dockerfile"


@pytest.mark.parametrize("name", [n for n in TEXTS if n not in ("Dockerfile", "cabal.project.freeze")])
def test_a_file_that_is_cut_short_says_so_or_has_what_it_had(name: str) -> None:
    text = dedented(TEXTS[name])
    whole = set(pins(read_text(name, text)))
    silent = 0
    for end in range(len(text) // 2, len(text) // 2 + 60):
        reading = read_text(name, text[:end])
        silent += UnreadReason.UNPARSABLE not in reasons(reading)
        # A version that is cut is another one, and which pods come from elsewhere stands at the end.
        assert len(set(pins(reading)) - whole) <= 2
    assert silent == 0 or name in {"Cargo.lock", "Manifest.toml", *YAML}


@pytest.mark.parametrize("name", [*TEXTS, "compose.yml"])
@pytest.mark.parametrize(
    "data",
    [
        "[" * 50_000,
        "{" * 50_000,
        '{"a":' * 20_000,
        "a = " + "[" * 20_000,
        "%{" * 20_000,
        "- " * 20_000,
        "(" * 50_000,
        '"' * 50_001,
        "a" * 300_000,
        "    a (" * 30_000,
        "FROM " * 30_000,
        "FROM --" + "a" * 100_000,
        "constraints: " + "a-" * 50_000,
        "/*" * 50_000,
        "provider " * 20_000,
        "\\\n" * 30_000,
        "#" * 100_000,
    ],
)
def test_deep_and_long_files_end_soon(name: str, data: str) -> None:
    reading = read_text(name, data)
    assert reading.packages == ()
    assert len(reading.unread) <= 1 or name in {"Dockerfile", "Gemfile.lock", "cabal.project.freeze"}


@pytest.mark.parametrize("name", YAML)
def test_aliases_do_not_blow_up(name: str) -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    (unread,) = read_text(name, "\n".join(rows)).unread
    assert unread.reason is UnreadReason.UNPARSABLE
    assert "aliases stand for more than" in unread.detail


def test_an_alias_of_steps_is_read_once() -> None:
    steps = "&s [" + ", ".join(["{uses: a/b@v1}"] * 50) + "]"
    rows = "".join(f"  j{n}: {{steps: *s}}\n" for n in range(500))
    reading = read_text(".github/workflows/a.yml", f"jobs:\n  a: {{steps: {steps}}}\n{rows}")
    assert len(reading.packages) == 50


@pytest.mark.parametrize("name", [*TEXTS, *MORE])
def test_errors_quote_no_text_of_a_broken_file(name: str) -> None:
    value = "hun" + "ter2"
    for text in (f'{{"a": "{value}', f"{value}: [", f'[x\n"{value}" = ', f"%{{{value} ("):
        assert value not in repr(read_text(name, text))


NAMES = ("composer.lock", "Package.resolved", "conan.lock", "renv.lock")


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=25, deadline=None)
@given(st.data())
def test_any_type_anywhere_is_read_without_a_crash(name: str, data: st.DataObject) -> None:
    """One value of the file after the other becomes something else."""
    root = json.loads(TEXTS[name])
    odd = data.draw(st.sampled_from([None, 3, "x", [], {}, True, [None], {"": 0}, [[3]], 1e400, ["a", "a"]]))
    node = root
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(node[key], (dict, list)) or not node[key] or data.draw(st.booleans()):
            node[key] = odd
            break
        node = node[key]
    text = json.dumps(root).replace("Infinity", "1e999")
    assert isinstance(read_text(name, text), Reading)


@pytest.mark.parametrize("name", YAML)
@settings(max_examples=25, deadline=None)
@given(st.data())
def test_any_line_may_go(name: str, data: st.DataObject) -> None:
    lines = dedented(TEXTS.get(name, "services:\n  a: {image: x}\n  b: {image: y}")).splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    lines[at : at + 1] = data.draw(st.sampled_from([[], ["  x: 3"], ["- 3"], ["  - {}"], ["packages: 3"]]))
    assert isinstance(read_text(name, "\n".join(lines)), Reading)


@pytest.mark.parametrize(
    ("name", "manifest", "data"),
    [
        ("mix.lock", "mix.exs", ("{:a" + " " * 900) * 200),
        ("mix.lock", "mix.exs", "{:a" + "\n" * 100_000),
        ("mix.lock", "mix.exs", '{:a, "' * 20_000),
        ("Gemfile.lock", "Gemfile", ('gem "a"' + ', "b"' * 20_000 + "\n") * 3),
        ("Gemfile.lock", "Gemfile", "group " + ":a, " * 20_000 + " do\n" + "do |" * 200 + "\n" + "if " * 200),
        ("Podfile.lock", "Podfile", "pod " * 50_000),
        ("pubspec.lock", "pubspec.yaml", "a: &a [*a]"),
        ("Cargo.lock", "Cargo.toml", "a." * 50_000 + "b = 1"),
        ("Cargo.lock", "Cargo.toml", "[[a]]\n" * 20_000),
        ("composer.lock", "composer.json", "[" * 50_000),
        ("Manifest.toml", "Project.toml", "[a" * 20_000),
    ],
)
def test_hostile_manifests_cost_nothing_but_what_they_tell(name: str, manifest: str, data: str) -> None:
    text = dedented(TEXTS[name])
    files = {name: text.encode(), manifest: data.encode()}
    assert pins(readers.read(name, files)) == pins(read_text(name, text))


def test_defaults_of_defaults_do_not_double() -> None:
    text = "ARG a0=xxxxxxxxxx\n" + "".join(f"ARG a{n}={f'$a{n - 1}' * 40}\n" for n in range(1, 2_000))
    (unread,) = read_text("Dockerfile", text + "FROM $a1999\n").unread
    assert unread.detail == "an entry is a container image"


def test_many_versions_of_one_package_take_linear_time() -> None:
    entry = '[[package]]\nname = "a"\nversion = "{0}"\nsource = "registry+x"\ndependencies = ["a {0}"]\n'
    reading = read_text("Cargo.lock", "version = 3\n" + "".join(entry.format(n) for n in range(8_000)))
    assert len(reading.packages) == 8_000


def test_every_text_here_has_its_format() -> None:
    assert all(format_for(name) for name in (*TEXTS, *MORE, *YAML))
