"""What is broken or hostile, for every format of Python: a clear word with its line, nothing else lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pregate.lockfiles import readers
from pregate.lockfiles.model import Reading
from pregate.model import UnreadReason
from tests.lockfiles.python.reading import MADE, pins, read

CONDA = "channels:\n- defaults\ndependencies:\n- numpy=1.2.3=py38_0\n- pip:\n  - django==3.2.1\n"
FORMATS = {
    "poetry.lock": (MADE / "poetry" / "poetry.lock").read_text(),
    "uv.lock": (MADE / "uv" / "uv.lock").read_text(),
    "pdm.lock": (MADE / "pdm-groups" / "pdm.lock").read_text(),
    "pylock.toml": (MADE / "pip" / "pylock.toml").read_text(),
    "Pipfile.lock": (MADE / "pipenv" / "Pipfile.lock").read_text(),
    "pyproject.toml": (MADE / "uv" / "pyproject.toml").read_text(),
    "environment.yml": CONDA,
    "requirements.txt": (MADE / "pip-tools" / "requirements.txt").read_text(),
}
DOCUMENTS = [name for name in FORMATS if name != "requirements.txt"]
TOML = [name for name in DOCUMENTS if name not in ("Pipfile.lock", "environment.yml")]


def places(reading: Reading) -> list[tuple[int, int]]:
    return [(p.location.start_line, p.location.start_column) for p in reading.packages]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("ends", ["\r\n", "\n"])
def test_line_ends_and_byte_order_marks_change_nothing(name: str, ends: str) -> None:
    plain = read(name, FORMATS[name])
    assert plain.packages
    other = read(name, b"\xef\xbb\xbf" + FORMATS[name].replace("\n", ends).encode())
    assert (pins(other), places(other), other.unread) == (pins(plain), places(plain), plain.unread)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_conflict_is_named_with_its_line(name: str) -> None:
    lines = FORMATS[name].splitlines()
    lines[3:3] = ["<<<<<<< HEAD", "x", "=======", "y", ">>>>>>> topic"]
    (unread,) = read(name, "\n".join(lines)).unread
    assert (unread.reason, unread.line) == (UnreadReason.UNPARSABLE, 4)
    assert unread.detail == "a merge conflict is not resolved"


def test_a_conflict_in_requirements_is_named_at_each_of_its_lines() -> None:
    reading = read("requirements.txt", "a==1\n<<<<<<< HEAD\nb==2\n=======\nb==3\n>>>>>>> topic\n")
    assert pins(reading) == [("a", "1"), ("b", "2"), ("b", "3")]
    assert {u.detail for u in reading.unread} == {"a merge conflict is not resolved"}
    assert [u.line for u in reading.unread] == [2, 4, 6]


@pytest.mark.parametrize("name", [*TOML, "Pipfile.lock"])
@pytest.mark.parametrize("end", ["", '\nname = "dja', '\nfiles = [\n    {file = "a', "\n[[package"])
def test_a_file_that_is_cut_short_says_so(name: str, end: str) -> None:
    half = FORMATS[name][: len(FORMATS[name]) // 2].rpartition("\n")[0]
    text = half + (end or '\n"')
    reading = read(name, text)
    assert reading.packages == ()
    assert [u.reason for u in reading.unread] == [UnreadReason.UNPARSABLE]
    assert reading.unread[0].line > 1


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("data", [b"", b"\n \n"])
def test_an_empty_file_is_called_empty(name: str, data: bytes) -> None:
    (unread,) = read(name, data).unread
    assert unread.detail == f"an empty file is no {name}"


HOSTILE = {
    "brackets": b"[" * 1_000_000,
    "array": b"a = " + b"[" * 1_000_000,
    "tables": b"a = " + b"{a=" * 100_000,
    "dots": b"a" + b".a" * 100_000 + b" = 1",
    "header": b"[" + b"a." * 100_000 + b"a]",
    "number": b"a = " + b"9" * 100_000,
    "string": b'a = "' + b'\\"' * 200_000,
    "text": b'a = """' + b'""' * 200_000,
    "twice": b"[a]\nb = 1\n[a]\n",
    "key": b"a = 1\na = 2\n",
    "binary": b"\x00\x01\x02",
    "latin": b"\xff\xfe\xfd",
    "anchors": b"a: &a [x,x]\n" + b"".join(b"b%d: &b%d [*a,*a]\n" % (i, i) for i in range(50)),
}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_files_are_answered(name: str, kind: str) -> None:
    reading = read(name, HOSTILE[kind])
    assert reading.packages == ()
    if name in TOML and kind != "anchors":
        assert [u.reason for u in reading.unread] == [UnreadReason.UNPARSABLE]
        assert "a merge" not in reading.unread[0].detail


@pytest.mark.parametrize("name", ["poetry.lock", "pdm.lock", "uv.lock", "pylock.toml"])
@pytest.mark.parametrize(
    "entry",
    [
        "name = 3",
        'name = "a b"',
        'name = "a"',
        'name = "a"\nversion = ["1"]',
        'name = "a"\nversion = "1\\u00002"',
        'name = "' + "a" * 400 + '"\nversion = "1"',
    ],
)
def test_a_wrong_entry_loses_only_itself(name: str, entry: str) -> None:
    array = "packages" if name == "pylock.toml" else "package"
    good = f'[[{array}]]\nname = "good"\nversion = "1"\n'
    reading = read(name, f"{good}[[{array}]]\n{entry}\n{good.replace('good', 'better')}")
    assert pins(reading) == [("good", "1"), ("better", "1")]
    assert len(reading.unread) == 1
    assert reading.unread[0].line in (1, 4, 6)


@pytest.mark.parametrize("name", ["poetry.lock", "pdm.lock", "uv.lock", "pylock.toml"])
@pytest.mark.parametrize(
    "more",
    [
        "dependencies = 3",
        "dependencies = [3, [], {}]",
        "dependencies = [{ name = 3 }, { name = 'good', extra = 3, version = 4 }]",
        "dependencies = { good = 3, other = [3, {}], good2 = { version = 3, extras = 3, optional = true } }",
        "groups = 3\nextras = 3\ncategory = 3\nmarker = 3\noptional = 3",
        "groups = [3]\nextras = [3]\nsource = 3",
        "extras = { a = 3, b = [3, 'good'] }\noptional-dependencies = 3\ndev-dependencies = [3]",
        "optional-dependencies = { a = 3, b = [{ name = 'good' }] }",
        "marker = \"'x' in extras and (\"",
    ],
)
def test_other_fields_of_the_wrong_type_are_passed_over(name: str, more: str) -> None:
    array = "packages" if name == "pylock.toml" else "package"
    text = f'[[{array}]]\nname = "good"\nversion = "1"\n{more}\n'
    assert pins(read(name, text)) == [("good", "1")]
    assert pins(read(name, text, pyproject__toml="tool = 3\nproject = []\n")) == [("good", "1")]


@pytest.mark.parametrize("name", ["poetry.lock", "pdm.lock", "uv.lock", "pylock.toml"])
def test_many_versions_of_one_name_that_need_each_other_take_linear_time(name: str) -> None:
    array = "packages" if name == "pylock.toml" else "package"
    need = '["a"]' if name == "pdm.lock" else '[{ name = "a" }]'
    extra = "[package.dependencies]\na = '*'\n" if name == "poetry.lock" else f"dependencies = {need}\n"
    text = "".join(f'[[{array}]]\nname = "a"\nversion = "{i}"\n{extra}' for i in range(1_000))
    reading = read(name, text, pyproject__toml="[project]\ndependencies = ['a']\n")
    assert len(reading.packages) == 1_000
    assert all(len(p.requires) <= 50 for p in reading.packages)


@pytest.mark.parametrize("name", FORMATS)
@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_no_damage_raises(name: str, data: st.DataObject) -> None:
    text = FORMATS[name]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(start + 200, len(text))))
    junk = data.draw(st.text("[]{}\"'=,.\\#\n\r\0 a1:-&*", max_size=6))
    damaged = text[:start] + junk + text[end:]
    reading = read(name, damaged, pyproject__toml=damaged, Pipfile=damaged)
    lines = damaged.encode().count(b"\n") + damaged.count("\r") + 2
    assert all(p.location.start_line <= lines for p in reading.packages)


def test_manifests_that_are_broken_leave_the_lock_file_whole() -> None:
    for name in ("poetry.lock", "pdm.lock", "uv.lock", "pylock.toml"):
        broken = read(name, FORMATS[name], pyproject__toml="[project\n")
        assert pins(broken) == pins(read(name, FORMATS[name]))
    broken = read("Pipfile.lock", FORMATS["Pipfile.lock"], Pipfile="[[")
    assert pins(broken) == pins(read("Pipfile.lock", FORMATS["Pipfile.lock"]))


def test_members_stay_inside_the_repository() -> None:
    sources = ["../x", "/etc", "a/../../..", "lib", ".", "lib"]
    text = "version = 1\n" + "".join(
        f'[[package]]\nname = "p{i}"\nversion = "1"\nsource = {{ editable = "{source}" }}\n'
        for i, source in enumerate(sources)
    )
    assert readers.includes("app/uv.lock", {"app/uv.lock": text.encode()}) == (
        "app/pyproject.toml",
        "x/pyproject.toml",
        "app/lib/pyproject.toml",
    )
