"""
What an attacker, a merge or a cut connection makes of the files of Go, the JVM and .NET: every case gives one
clear error, or loses only the entry.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pregate.lockfiles import readers
from pregate.lockfiles.model import Reading
from tests.lockfiles.reading import pins, read_text, told

MANY = 20_000

_DEPENDENCY = (
    "<dependency><groupId>g</groupId><artifactId>{0}</artifactId><version>{1}</version></dependency>"
)


def _pom(entries: str, properties: str = "") -> str:
    return f"<project><properties>{properties}</properties><dependencies>\n{entries}</dependencies></project>"


# A small whole file of each format, with one package of version 1.0.0 in its last lines.
WHOLE = {
    "go.mod": "module m\nrequire (\n\texample.com/x v1.0.0\n)\n",
    "go.sum": "example.com/x v1.0.0 h1:abc=\n",
    "pom.xml": _pom(_DEPENDENCY.format("a", "1.0.0") + "\n"),
    "gradle.lockfile": "g:a:1.0.0=compileClasspath\nempty=\n",
    "gradle/verification-metadata.xml": (
        '<verification-metadata><components>\n<component group="g" name="a" version="1.0.0"/>\n'
        "</components></verification-metadata>\n"
    ),
    "build.sbt.lock": (
        '{"lockVersion": 1, "dependencies": [\n{"org": "g", "name": "a", "version": "1.0.0"}\n]}\n'
    ),
    "packages.lock.json": (
        '{"version": 1, "dependencies": {"net6.0": {\n"a": {"type": "Direct", "resolved": "1.0.0"}\n}}}\n'
    ),
    "packages.config": '<packages>\n<package id="a" version="1.0.0"/>\n</packages>\n',
    "app.deps.json": '{"libraries": {\n"a/1.0.0": {"type": "package"}\n}}\n',
    "Directory.Packages.props": (
        '<Project><ItemGroup>\n<PackageVersion Include="a" Version="1.0.0"/>\n</ItemGroup></Project>\n'
    ),
}
XML = [name for name, text in WHOLE.items() if text.startswith("<")]
JSON = [name for name, text in WHOLE.items() if text.startswith("{")]
every = pytest.mark.parametrize("path", WHOLE)
every_xml = pytest.mark.parametrize("path", XML)


def only_error(reading: Reading) -> str:
    """The words of the one error of a file that could not be read at all."""
    assert reading.packages == ()
    (unread,) = reading.unread
    assert unread.reason.value == "unparsable"
    return unread.detail


@every
def test_a_whole_file_gives_its_package(path: str) -> None:
    reading = read_text(path, WHOLE[path])
    assert [version.removeprefix("v") for _, version in pins(reading)] == ["1.0.0"]
    assert reading.unread == ()


@every
@pytest.mark.parametrize("text", ["", " \n\t\n"])
def test_an_empty_file(path: str, text: str) -> None:
    assert "empty" in only_error(read_text(path, text))


@every
def test_a_byte_order_mark_and_nothing_else(path: str) -> None:
    only_error(read_text(path, "\ufeff"))


@every
def test_a_merge_conflict(path: str) -> None:
    head, _, tail = WHOLE[path].partition("\n")
    text = f"{head}\n<<<<<<< HEAD\n=======\n>>>>>>> branch\n{tail}"
    reading = read_text(path, text)
    assert only_error(reading) == "a merge conflict is not resolved"
    assert reading.unread[0].line == 2


@every
def test_a_truncated_file(path: str) -> None:
    whole = WHOLE[path]
    for end in range(1, len(whole)):
        reading = read_text(path, whole[:end])
        assert len(reading.packages) <= 1
        if path in XML + JSON and whole[end:].strip():
            assert "the text ends" in only_error(reading) or "not valid or not closed" in only_error(reading)


@every
@pytest.mark.parametrize(
    "data", [b"\0\0\0\0", b"\xff\xfe\0", b"\x80abc", b"\x1f\x8b\x08\0\xff", b"\xfe\xff\xd8\0"]
)
def test_what_is_no_text(path: str, data: bytes) -> None:
    assert only_error(read_text(path, data)).startswith("not ")


@every
def test_a_file_of_another_kind(path: str) -> None:
    for text in ("hello world\n", "<html/>", "[]", "{}", '"text"', "key: value\n"):
        only_error(read_text(path, text))


@every_xml
@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">',
        '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1/x.dtd"> %a;]>',
        "<!DOCTYPE x>",
    ],
)
def test_entities_are_never_read(path: str, declaration: str) -> None:
    text = declaration + WHOLE[path].replace("1.0.0", "&c;&a;")
    assert "document type declaration" in only_error(read_text(path, text))


@every_xml
def test_an_entity_that_nobody_defined(path: str) -> None:
    assert only_error(read_text(path, WHOLE[path].replace("1.0.0", "&a;"))) == "not XML: undefined entity"


@every_xml
def test_deeply_nested_elements(path: str) -> None:
    root = WHOLE[path][1:].partition(">")[0]
    for text in (f"<{root}>" * MANY, f"<{root}>" * MANY + f"</{root}>" * MANY):
        assert only_error(read_text(path, text)) == "not XML: nested deeper than 200 levels"


@pytest.mark.parametrize("path", JSON)
def test_deeply_nested_values(path: str) -> None:
    assert "nested" in only_error(read_text(path, "[" * MANY + "]" * MANY))


def _mutations(value: object) -> list[object]:
    """The value with each of its parts replaced by one of another type."""
    others: list[object] = [None, True, 1, "text", [], {}, [1], {"a": 1}]
    found = list(others)
    if isinstance(value, dict):
        found += [{**value, key: other} for key, part in value.items() for other in _mutations(part)]
    elif isinstance(value, list):
        found += [[other] for part in value for other in _mutations(part)]
    return found


@pytest.mark.parametrize("path", JSON)
def test_values_of_wrong_types(path: str) -> None:
    for value in _mutations(json.loads(WHOLE[path])):
        reading = read_text(path, json.dumps(value))
        assert all(isinstance(part, str) for pin in pins(reading) for part in pin)


@every
@pytest.mark.parametrize("version", ["1.0.0\u200b", "1 0", "x" * 400, "../../etc", "\u202e1.0"])
def test_a_version_that_is_none_loses_only_itself(path: str, version: str) -> None:
    reading = read_text(path, WHOLE[path].replace("1.0.0", version))
    assert all(v == "../../etc" for _, v in pins(reading))
    assert all("\u202e" not in detail and len(detail) < 400 for _, _, detail in told(reading))


@every
@pytest.mark.parametrize("form", ["https://user:{}@host/x", "https://user:{}@host/${{x}}$(x)"])
def test_no_address_with_a_password_is_quoted(path: str, form: str) -> None:
    word = "pass" + "word" * 2
    address = form.format(word)
    texts = [WHOLE[path].replace("1.0.0", address)]
    texts += [WHOLE[path].replace(old, new) for old, new in _named(path, address)]
    for text in texts:
        assert word in text
        reading = read_text(path, text)
        assert not any(word in detail for _, _, detail in told(reading))
        assert not any(word in part for pin in pins(reading) for part in pin)


def _named(path: str, address: str) -> list[tuple[str, str]]:
    """What to replace for an address to stand in the place of a name."""
    if path.startswith("go."):
        return [("example.com/x", address), ("example.com/x v1.0.0", f"{address} main")]
    quoted = [(f'"{name}"', f'"{address}"') for name in ("a", "g") if f'"{name}"' in WHOLE[path]]
    elements = [(f">{name}<", f">{address}<") for name in ("a", "g") if f">{name}<" in WHOLE[path]]
    return [*quoted, *elements]


def _circle() -> tuple[str, str]:
    properties = "".join(f"<p{n}>${{p{(n + 1) % MANY}}}</p{n}>" for n in range(MANY))
    return "pom.xml", _pom(
        "".join(_DEPENDENCY.format(n, f"${{p{n}}}") for n in range(0, MANY, 100)), properties
    )


def _doubling() -> tuple[str, str]:
    properties = "<p0>11</p0>" + "".join(f"<p{n}>${{p{n - 1}}}${{p{n - 1}}}</p{n}>" for n in range(1, MANY))
    return "pom.xml", _pom(
        _DEPENDENCY.format("a", f"${{p{MANY - 1}}}") + _DEPENDENCY.format("b", "${p40}"), properties
    )


def _branching() -> tuple[str, str]:
    all_of = "".join(f"${{p{n}}}" for n in range(60))
    properties = "".join(f"<p{n}>{all_of}</p{n}>" for n in range(60))
    return "pom.xml", _pom("".join(_DEPENDENCY.format(n, all_of) for n in range(200)), properties)


def _repeating() -> tuple[str, str]:
    properties = f"<p>{'1' * 200}</p>"
    return "pom.xml", _pom(_DEPENDENCY.format("a", "${p}" * MANY), properties)


def _props_circle() -> tuple[str, str]:
    properties = "".join(f"<p{n}>$(p{(n + 1) % MANY})$(p{n - 1})</p{n}>" for n in range(MANY))
    items = "".join(f'<PackageVersion Include="a{n}" Version="$(p{n})"/>' for n in range(0, MANY, 100))
    text = f"<Project><PropertyGroup>{properties}</PropertyGroup><ItemGroup>{items}</ItemGroup></Project>"
    return "Directory.Packages.props", text


def _props_doubling() -> tuple[str, str]:
    choices = "".join(f"<p0 Condition='{n}'>{n}</p0>" for n in range(200))
    properties = choices + "".join(f"<p{n}>$(p{n - 1})$(p{n - 1})</p{n}>" for n in range(1, 2000))
    item = '<PackageVersion Include="a" Version="$(p1999)"/>'
    text = f"<Project><PropertyGroup>{properties}</PropertyGroup><ItemGroup>{item}</ItemGroup></Project>"
    return "Directory.Packages.props", text


@pytest.mark.parametrize(
    "build", [_circle, _doubling, _branching, _repeating, _props_circle, _props_doubling]
)
def test_properties_that_never_end(build: Callable[[], tuple[str, str]]) -> None:
    path, text = build()
    reading = read_text(path, text)
    assert reading.packages == ()
    assert reading.unread
    assert {reason for reason, _, _ in told(reading)} == {"not-audited"}


def test_a_mesh_of_bills_of_materials() -> None:
    bill = (
        "<dependency><groupId>g</groupId><artifactId>bom{0}</artifactId><version>1</version>"
        "<type>pom</type><scope>import</scope></dependency>"
    )
    files = {}
    for own in range(12):
        modules = "".join(f"<module>../bom{n}</module>" for n in range(12))
        imports = "".join(bill.format(n) for n in range(12)) * 3
        files[f"bom{own}/pom.xml"] = (
            f"<project><groupId>g</groupId><artifactId>bom{own}</artifactId><version>1</version>"
            f"<modules>{modules}</modules><dependencyManagement><dependencies>{imports}</dependencies>"
            "</dependencyManagement></project>"
        ).encode()
    assert readers.read("bom0/pom.xml", files).packages == ()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("go.mod", "module m\nrequire " + "a " * MANY),
        ("go.mod", "require x v" + "1" * MANY),
        ("go.mod", "require " + "a/" * MANY + " v1.0.0-" + "1." * MANY),
        ("go.mod", 'require "' + "\\" * MANY),
        ("go.mod", "require (\n" * 1000),
        ("go.sum", "a" + " " * MANY + "\n" + "v1.0.0 " * MANY),
        ("gradle.lockfile", "a:b:1=" + "test," * MANY + "\n" + ":" * MANY),
        ("pom.xml", _pom(_DEPENDENCY.format("a", "${" * MANY) + _DEPENDENCY.format("b", "[" * MANY))),
        (
            "packages.config",
            "<packages><package " + " ".join(f'a{n}="x"' for n in range(MANY)) + "/></packages>",
        ),
        ("packages.config", "<packages a='" + " " * MANY),
        ("Directory.Packages.props", "<Project " + "a" * MANY),
    ],
)
def test_long_lines_are_read_once(path: str, text: str) -> None:
    reading = read_text(path, text)
    assert len(reading.packages) <= 1
    assert all(len(detail) < 1000 for _, _, detail in told(reading))


@pytest.mark.parametrize("path", ["go.mod", "go.sum", "gradle.lockfile", *XML])
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_any_damage_is_survived(path: str, data: st.DataObject) -> None:
    whole = WHOLE[path]
    at = data.draw(st.integers(0, len(whole)))
    length = data.draw(st.integers(0, 12))
    piece = data.draw(st.text(alphabet='<>/"=()$%{}[]:;, \t\n\ra1v.-', max_size=12))
    reading = read_text(path, whole[:at] + piece + whole[at + length :])
    lines = (whole + piece).count("\n") + (whole + piece).count("\r") + 1
    assert all(0 <= line <= lines for _, line, _ in told(reading))
