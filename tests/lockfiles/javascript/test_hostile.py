"""What every reader of this folder does with files that are broken, or that somebody made to break it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lockfiles.javascript.reading import MADE, named, read, read_made

FILES = [
    ("npm1", "package-lock.json"),
    ("npm3", "package-lock.json"),
    ("npm3", "npm-shrinkwrap.json"),
    ("yarn1", "yarn.lock"),
    ("yarn4", "yarn.lock"),
    ("pnpm5", "pnpm-lock.yaml"),
    ("pnpm9", "pnpm-lock.yaml"),
    ("bun", "bun.lock"),
    ("deno", "deno.lock"),
]
NAMES = sorted({name for _, name in FILES})


def text_of(folder: str, name: str) -> str:
    return (MADE / folder / name.replace("npm-shrinkwrap", "package-lock")).read_text()


@pytest.mark.parametrize(("folder", "name"), FILES)
def test_an_unresolved_merge_conflict_is_told(folder: str, name: str) -> None:
    lines = text_of(folder, name).splitlines(keepends=True)
    lines[50:50] = ["<<<<<<< HEAD\n", "=======\n", lines[50], ">>>>>>> branch\n"]
    reading = read(name, "".join(lines))
    assert reading.packages == ()
    assert [(u.detail, u.line) for u in reading.unread] == [("a merge conflict is not resolved", 51)]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "data", [b"", b" \n", b"\x00\x00", b"\xff\xfe\x00", b"[]", b"1", b"\xed\xa0\x80", b"{", b"? :"]
)
def test_what_is_no_lock_file_is_unread(name: str, data: bytes) -> None:
    reading = read(name, data)
    assert reading.packages == ()
    assert {u.reason.value for u in reading.unread} == {"unparsable"}


@pytest.mark.parametrize(
    ("folder", "name"), [f for f in FILES if f[1].endswith(("json", "deno.lock", "bun.lock"))]
)
def test_a_truncated_json_file_is_unread_with_its_line(folder: str, name: str) -> None:
    text = text_of(folder, name)
    reading = read(name, text[: len(text) // 2])
    assert reading.packages == ()
    (unread,) = reading.unread
    assert unread.line == text[: len(text) // 2].count("\n") + 1


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("unit", ["[", "{", '{"a":', "a:\n ", "- ", "(", "@", '"\\', "/*", "'", "a@", "  "])
def test_repetition_takes_no_time(name: str, unit: str) -> None:
    assert read(name, unit * (100_000 // len(unit))).packages == ()
    head = {"yarn.lock": "# yarn lockfile v1\n", "pnpm-lock.yaml": "lockfileVersion: 9.0\npackages:\n  "}
    assert read(name, head.get(name, '{"packages": {"') + unit * (100_000 // len(unit))).packages == ()


@pytest.mark.parametrize(("folder", "name"), FILES)
def test_windows_line_ends_and_a_byte_order_mark_change_nothing_but_columns(folder: str, name: str) -> None:
    text = text_of(folder, name)
    plain = read(name, text).packages
    assert len(plain) > 60
    for changed in (text.replace("\n", "\r\n"), "\ufeff" + text):
        assert read(name, changed).packages == plain


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(FILES),
    st.lists(
        st.tuples(st.floats(0, 1), st.text(alphabet="{}[]:,\"'@/()-&*!|> \n\té\ud800", max_size=3)),
        max_size=4,
    ),
)
def test_damage_never_raises(file: tuple[str, str], edits: list[tuple[float, str]]) -> None:
    folder, name = file
    text = text_of(folder, name)[:3000]
    for place, piece in edits:
        at = int(place * len(text))
        text = text[:at] + piece + text[at + len(piece) :]
    reading = read(name, text.encode("utf-8", "surrogatepass"))
    assert reading == read(name, text.encode("utf-8", "surrogatepass"))
    assert all(u.detail.isprintable() and u.line >= 0 for u in reading.unread)


def test_no_message_quotes_an_address() -> None:
    secret = "https://user:" + "pass" + "word@host/x"
    for name, text in (
        ("package-lock.json", f'{{"packages": {{"node_modules/{secret}": {{"version": "{secret}"}}}}}}'),
        ("yarn.lock", f'# yarn lockfile v1\n"{secret}":\n  version "1"\n"a@{secret}":\n  version "1"\n'),
        (
            "pnpm-lock.yaml",
            f"lockfileVersion: '9.0'\npackages:\n  a@{secret}:\n    version: 1.0.0\n  {secret}: {{}}\n",
        ),
        ("bun.lock", f'{{"packages": {{"a": ["a@{secret}"], "b": ["{secret}"]}}}}'),
        ("deno.lock", f'{{"version": "5", "remote": {{"{secret}": "0"}}, "jsr": {{"{secret}@1": {{}}}}}}'),
    ):
        reading = read(name, text)
        assert reading.unread
        assert not [u for u in reading.unread if "word@host" in u.detail]


def test_npm_shrinkwrap_is_read_as_package_lock() -> None:
    assert named(read("npm-shrinkwrap.json", text_of("npm3", "package-lock.json"))) == named(
        read_made("npm3", "package-lock.json")[0]
    )
