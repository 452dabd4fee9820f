"""``primaryLocationLineHash`` as GitHub's own action computes it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pregate.engine.line_hash import line_hashes

GREETINGS = [
    "e9496ae3ebfced30:1",
    "fb7c023a8b9ccb3f:1",
    "ce8ba1a563dcdaca:1",
    "e20e36e16fcb0cc8:1",
    "b3edc88f2938467e:1",
    "c8e28b0b4002a3a0:1",
    "c129715d7a2bc9a3:1",
]
LOREM = "a7f2ff13bc495cf2"


# Expected values: github/codeql-action, src/fingerprints.test.ts.
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["c129715d7a2bc9a3:1"]),
        (
            " a\nb\n  \t\tc\n d",
            ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"],
        ),
        (" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n", GREETINGS),
        (" hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r", GREETINGS),
        (" hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n", GREETINGS),
        (" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n", GREETINGS),
        (
            " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End",
            [
                *("8b7cf3e952e7aeb2:1", "b1ae1287ec4718d9:1", "bff680108adb0fcc:1"),
                *("c6805c5e1288b612:1", "b86d3392aea1be30:1", "e6ceba753e1a442:1"),
            ],
        ),
        (
            "x = 2\nx = 1\nprint(x)\nx = 3\nprint(x)\nx = 4\nprint(x)\n",
            [
                *("e54938cc54b302f1:1", "bb609acbe9138d60:1", "1131fd5871777f34:1", "5c482a0f8b35ea28:1"),
                *("54517377da7028d2:1", "2c644846cb18d53e:1", "f1b89f20de0d133:1", "c129715d7a2bc9a3:1"),
            ],
        ),
        (
            "Lorem ipsum dolor sit amet.\n" * 10,
            [
                *(f"{LOREM}:{n}" for n in range(1, 7)),
                "a7f2ff1481e87703:1",
                "a9cf91f7bbf1862b:1",
                "55ec222b86bcae53:1",
                "cc97dc7b1d7d8f7b:1",
                "c129715d7a2bc9a3:1",
            ],
        ),
    ],
)
def test_values_of_the_upload_action(text: str, expected: list[str]) -> None:
    every = line_hashes(text.encode(), range(1, 20))
    assert [every[n] for n in range(1, len(expected) + 1)] == expected
    assert len(every) == len(expected)


# The files and values of src/testdata/fingerprinting.expected.sarif there.
@pytest.mark.parametrize(
    ("names", "line", "expected"),
    [
        (("a", "b", "c", "d"), 1, "5e4d5a9cf1294ad9:1"),
        (("foo", "bar", "baz", "qux"), 2, "f7592a95a9381ac0:1"),
    ],
)
def test_values_of_the_upload_actions_own_files(names: tuple[str, ...], line: int, expected: str) -> None:
    data = "".join(f"var {name} = 0;\n" for name in names).encode()
    assert line_hashes(data, [line]) == {line: expected}


def rolling(text: str) -> list[str]:
    """The same, character by character with a ring of 100, as the action's comments tell it."""
    ring, marks = [0] * 100, [0] * 100
    value = at = line = 0
    fresh, after_cr = True, False
    counts: dict[str, int] = {}
    out: list[str] = []

    def emit() -> None:
        name = f"{value % 2**64:x}"
        counts[name] = counts.get(name, 0) + 1
        out.append(f"{name}:{counts[name]}")
        marks[at] = 0

    def push(unit: int) -> None:
        nonlocal value, at
        value = 37 * value + unit - 37**100 * ring[at]
        ring[at] = unit
        at = (at + 1) % 100

    data = text.encode("utf-16-le", "surrogatepass")
    units = [data[n] | data[n + 1] << 8 for n in range(0, len(data), 2)]
    for unit in [*units, 65535]:
        if unit in (32, 9) or (after_cr and unit == 10):
            after_cr = False
            continue
        after_cr = unit == 13
        unit = 10 if after_cr else unit
        if marks[at]:
            emit()
        if fresh:
            fresh, line = False, line + 1
            marks[at] = line
        fresh = unit == 10
        push(unit)
    for _ in range(100):
        if marks[at]:
            emit()
        push(0)
    return out


characters = st.sampled_from("ab= \t\r\n\0\x0b\x0c\x85😀é\ufeff\uffff\u2028")
texts = st.text(characters, max_size=300)
# A few lines in any order and number: the same window again and again, and windows of one value.
repeated = st.lists(st.text(characters, max_size=120), min_size=1, max_size=3).flatmap(
    lambda pool: st.lists(st.sampled_from(pool), max_size=12).map("\n".join)
)


@given(texts | repeated)
@example("")
@example("\n")
@example("\n" * 150)
@example("\ufeffa\r\n\r\r\n \n\r \n")
@example("a" * 99 + "\n" + "a" * 100 + "\n" + "a" * 101)
@example("ab" + "x" * 97 + "\nb=" + "x" * 97 + "\n")
@example("a\uffff" + "\0" * 98 + "\na")
def test_every_line_of_any_text(text: str) -> None:
    expected = rolling(text)
    found = line_hashes(text.encode(), range(1, len(expected) + 2))
    assert [found[n] for n in sorted(found)] == expected


@given(st.binary(max_size=200))
def test_every_line_of_any_bytes(data: bytes) -> None:
    expected = rolling(data.decode("utf-8", "replace"))
    assert list(line_hashes(data, range(1, len(expected) + 1)).values()) == expected


def test_lines_of_equal_value_are_counted_together_though_their_text_differs() -> None:
    first, second = "ab" + "x" * 97 + "\n", "b=" + "x" * 97 + "\n"
    hashes = line_hashes((first + second + first).encode(), [1, 2, 3])
    value = hashes[1].removesuffix(":1")
    assert hashes == {1: f"{value}:1", 2: f"{value}:2", 3: f"{value}:3"}


def test_a_byte_order_mark_is_a_character() -> None:
    assert line_hashes(b"\xef\xbb\xbfa\n", [1]) != line_hashes(b"a\n", [1])
    assert line_hashes(b"\xef\xbb\xbfa\n", [2]) == line_hashes(b"a\n", [2])


def test_only_cr_and_lf_end_a_line() -> None:
    assert set(line_hashes("a\x0bb\x0cc\x85d\u2028e".encode(), [1, 2])) == {1}


def test_a_line_that_the_file_does_not_have_has_no_hash() -> None:
    assert line_hashes(b"a\nb", [0, -1, 2, 3, 4]).keys() == {2}
    assert line_hashes(b"a\nb", [0]) == {}
    assert line_hashes(b"a\nb", []) == {}


def test_what_stands_behind_a_hundred_characters_does_not_matter() -> None:
    assert line_hashes(b"a" * 100 + b"b", [1]) == line_hashes(b"a" * 100 + b"c", [1])
    assert line_hashes(b"a" * 99 + b"b", [1]) != line_hashes(b"a" * 99 + b"c", [1])


# What Node.js 20 makes of them: one U+FFFD for each longest prefix of a character, else for each byte.
@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"a\xff\n", "a\ufffd\n"),
        (b"\xe2\x82", "\ufffd"),
        (b"\xf0\x9f\x98a", "\ufffda"),
        (b"\xed\xa0\x80", "\ufffd\ufffd\ufffd"),
        (b"\xc0\x80", "\ufffd\ufffd"),
    ],
)
def test_bytes_that_are_no_utf8_are_replaced(data: bytes, text: str) -> None:
    assert line_hashes(data, [1]) == line_hashes(text.encode(), [1])
