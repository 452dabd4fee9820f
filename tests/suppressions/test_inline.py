"""Suppressions in comments, of every language and from anybody."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pregate.model import LineRange, Suppression, SuppressionKind
from pregate.suppressions.inline import MOST, pragmas_in, without_pragmas

MARK = "pregate: " + "ignore"


def one(line: str, path: str = "a.txt") -> Suppression:
    (found,) = pragmas_in(path, line.encode())
    return found


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = 1  # ", ""),
        ("// ", ""),
        ("foo();// ", ""),
        ("/* ", " */ foo();"),
        ("/** ", " */"),
        (" * ", ""),
        ("-- ", ""),
        ("; ", ""),
        ("% ", ""),
        ("<!-- ", " -->"),
        ("' ", ""),
        ("REM ", ""),
        ("@rem ", ""),
        (":: ", ""),
        ("{{! ", " }}"),
        ("{{!-- ", " --}}"),
        ("{# ", " #}"),
        ("{/* ", " */}"),
        ("<%-- ", " --%>"),
        ("(* ", " *)"),
        ('""" ', ' """'),
        ("''' ", " '''"),
        ("## ", ""),
        ("/// ", ""),
        ("#", ""),
        ("x  # noqa: E501  # ", "  # nosec"),
    ],
)
def test_it_stands_in_a_comment_of_any_language(before: str, after: str) -> None:
    found = one(f'{before}{MARK}[python/B602] reason="it\'s fine"{after}\n')

    assert (found.rule, found.reason) == ("python/B602", "it's fine")
    assert found.words == f'{MARK}[python/B602] reason="it\'s fine"'


@pytest.mark.parametrize("before", ["", "x ", '"# ', "`# ", "'# ", "see: "])
def test_text_about_one_is_none(before: str) -> None:
    assert pragmas_in("a.py", f"{before}{MARK}[python/B602]".encode()) == ()


@pytest.mark.parametrize(
    ("before", "count"),
    [
        ("f('a  # ", 0),
        ("f(\"it's # ", 0),
        ("f('a')  # ", 1),
        (r"f('it\'s')  # ", 1),
        ('""" # ', 0),
        ('"""a"""  # ', 1),
    ],
)
def test_in_a_string_of_pythons_it_is_none(before: str, count: int) -> None:
    assert len(pragmas_in("a.py", f"{before}{MARK}[python/B602]".encode())) == count
    assert len(pragmas_in("a.sh", f"{before}{MARK}[python/B602]".encode())) == 1


@pytest.mark.parametrize(("before", "count"), [("# ", 0), ("<!-- ", 1), ("// ", 0)])
def test_in_prose_only_what_readers_do_not_see_counts(before: str, count: int) -> None:
    assert len(pragmas_in("docs/a.md", f"{before}{MARK}[secrets/*] -->".encode())) == count


def test_all_that_may_be_said() -> None:
    found = one(f"# {MARK}[secrets/*] reason='a \"b\"', owner=@team until=2027-01-31")

    assert found == Suppression(
        SuppressionKind.INLINE,
        "secrets/*",
        found.origin,
        f"{MARK}[secrets/*] reason='a \"b\"', owner=@team until=2027-01-31",
        'a "b"',
        "@team",
        "2027-01-31",
        LineRange(1, 1),
    )
    assert (found.origin.start_line, found.origin.start_column) == (1, 3)


def test_each_rule_of_several_has_its_own() -> None:
    found = pragmas_in("a.py", f'x  # {MARK}[python/B602, B603,secrets] reason="r"'.encode())

    assert [s.rule for s in found] == ["python/B602", "B603", "secrets"]


@pytest.mark.parametrize(
    ("rest", "why"),
    [
        ("", "names no rule"),
        ("[]", "names no rule"),
        ("[*]", "every check"),
        ("[*/B602]", "every check"),
        ("[python/]", "behind the slash"),
        ("[a b]", "no rule's name"),
        ("[python/B602", "no closing bracket"),
        ('[a] reason="x', "no closing quote"),
        ("[a] reason=", "no reason"),
        ("[a] because I say so", "not understood"),
        ("[a] motive=x", "unknown key"),
        ("[a] owner=x owner=y", "owner twice"),
        ("[a] until=2027-02-31", "no day"),
        ("[a] until=soon", "no day"),
        ("-file[a]", "only ignore"),
        (f'[a] reason="{"x" * 2000}"', "no closing quote"),
    ],
)
def test_one_that_cannot_be_used_says_why(rest: str, why: str) -> None:
    found = one(f"x  # {MARK}{rest}")

    assert found.rule == ""
    assert why in found.reason


def test_another_word_is_no_mark() -> None:
    assert pragmas_in("a.py", b"# pregate: " + b"ignored, # pregate: the gate") == ()


@pytest.mark.parametrize(
    ("text", "last"),
    [
        (f"x = 1  # {MARK}[a]\ny\n", 1),
        (f"# {MARK}[a]\ny\nz\n", 2),
        (f"    # {MARK}[a]\n\n# more\n  // too\ny\nz\n", 5),
        (f"# {MARK}[a]  # noqa: E501\ny\n", 2),
        (f"/* {MARK}[a] */\ny\n", 2),
        (f"/* {MARK}[a] */ x\ny\n", 1),
        (f"# {MARK}[a]\n", 1),
        (f"# {MARK}[a]\n" + "\n" * 30 + "y\n", 1),
        (f"# {MARK}[a]\r\ny\r\n", 2),
    ],
)
def test_alone_on_its_line_it_reaches_the_next_code(text: str, last: int) -> None:
    first = pragmas_in("a.py", text.encode())[0]

    assert first.lines == LineRange(1, last)


def test_a_comment_of_the_files_own_language_is_no_code() -> None:
    (found,) = pragmas_in("a.sql", f"-- {MARK}[a]\n-- more\nSELECT\n".encode())

    assert found.lines == LineRange(1, 3)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_the_encoding_does_not_matter(encoding: str) -> None:
    (found,) = pragmas_in("a.py", f'é\nx  # {MARK}[a] reason="ü"\n'.encode(encoding))

    assert (found.origin.start_line, found.reason) == (2, "ü")


def test_of_very_many_the_rest_is_told_once() -> None:
    found = pragmas_in("a.py", f"# {MARK}[a]\n".encode() * (MOST + 500))

    assert len(found) == MOST + 1
    assert found[-1].rule == ""
    assert "not read" in found[-1].reason


def test_the_words_hold_nothing_else_of_the_line() -> None:
    found = one(f'key = "hunter" + "2"  /* {MARK}[a] */ more("of it")')

    assert found.words == f"{MARK}[a]"


@pytest.mark.parametrize(
    ("line", "bare"),
    [
        (f'x = 1  # {MARK}[a] reason="r"', "x = 1"),
        (f"x = 1  # {MARK}[a]  # nosec", "x = 1  # nosec"),
        (f"/* {MARK}[a] */ x()", " x()"),
        (f"<a>{{/* {MARK}[a] */}}</a>", "<a></a>"),
        ("x = 1", "x = 1"),
        (f"a\nb // {MARK}[a]\nc", "a\nb\nc"),
    ],
)
def test_a_line_is_known_again_without_it(line: str, bare: str) -> None:
    assert without_pragmas(line) == bare


PIECES = st.sampled_from(
    (
        *(MARK, "pregate:", "ignore", "[", "]", "reason=", '"', "'", "# ", "//", "/*", "*/", "<!--", "-->"),
        *("a/b", ",", "until=", "2027-01-31", " ", "\n", "\r", "*", "{{!", "=", "\t", "é", "\\", "\x00"),
    )
)


@settings(max_examples=50, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.lists(PIECES, max_size=40).map(lambda p: "".join(p).encode())))
def test_no_bytes_make_it_stumble(data: bytes) -> None:
    lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 1
    for found in pragmas_in("a.py", data):
        assert found.lines is not None
        assert 1 <= found.lines.start <= found.lines.end <= lines
        assert found.rule or found.reason
    without_pragmas(data.decode("latin-1"))


@pytest.mark.parametrize(
    "piece",
    [
        f"# {MARK}[",
        f"# {MARK}[a] reason='",
        f"# {MARK}",
        "pregate:",
        f"#{' ' * 50}{MARK}",
        f"# {MARK}[a]\n",
        "/" * 1000 + MARK,
        f"# {MARK}[" + "*" * 900 + "]",
    ],
)
def test_a_large_file_of_it_is_read_to_its_end(piece: str) -> None:
    """Would take hours if the time were quadratic."""
    found = pragmas_in("a.py", (piece * (1_000_000 // len(piece))).encode())

    assert len(found) <= MOST + 1
