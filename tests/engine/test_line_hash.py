"""``primaryLocationLineHash`` as GitHub's own action computes it."""

from __future__ import annotations

import pytest
from hypothesis import given
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


texts = st.text(st.sampled_from("ab \t\r\n😀é\ufeff\u2028"), max_size=300)


@given(texts)
def test_every_line_of_any_text(text: str) -> None:
    expected = rolling(text)
    found = line_hashes(text.encode(), range(1, len(expected) + 2))
    assert [found[n] for n in sorted(found)] == expected


def test_bytes_that_are_no_utf8_are_replaced() -> None:
    assert line_hashes(b"a\xff\n", [1]) == line_hashes("a\ufffd\n".encode(), [1])
