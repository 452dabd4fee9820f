"""The suppressions file: read, refused, written and changed as text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pregate.checks.base import Target
from pregate.checks.secrets import SecretsCheck
from pregate.config import SecretsConfig
from pregate.errors import PregateError, UsageError
from pregate.model import Location, Suppression, SuppressionKind
from pregate.suppressions.file import PATH, is_glob, load_suppressions
from pregate.suppressions.writing import (
    new_file,
    path_of,
    with_count,
    with_entry,
    with_salt,
    without_entries,
)

ANCHOR = "0123456789abcdef" * 2
ENTRY = f'[[suppress]]\nrule = "python/B602"\npath = "a.py"\nanchor = "{ANCHOR}"\n'
SALT = b"sixteen salty by"


def entry(path: str = "a.py", **values: object) -> Suppression:
    known = {"rule": "python/B602", "anchor": ANCHOR, "reason": "r", **values}
    return Suppression(SuppressionKind.FILE, known.pop("rule"), Location(PATH), "", path=path, **known)  # type: ignore[arg-type]


def test_an_entry_says_where_it_stands() -> None:
    text = f'version = 1\n\n# why\n{ENTRY}witness = "a1f"\ncount = 2\nuntil = 2027-01-31\nowner = "@me"\n'

    (found,) = load_suppressions(text.encode()).suppressions

    assert found.origin == Location(PATH, 4, 1, 4, 1)
    assert found.words == f"{PATH}:4"
    assert (found.witness, found.count, found.until, found.owner) == ("a1f", 2, "2027-01-31", "@me")


def test_digits_may_stand_in_groups() -> None:
    text = f'version = 1\nsalt = "{"0badcafe-" * 3}0badcafe"\n{ENTRY.replace("cdef", "-cdef-", 1)}'

    file = load_suppressions(text.encode())

    assert file.salt == bytes.fromhex("0badcafe" * 4)
    assert file.suppressions[0].anchor == ANCHOR


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (ENTRY, "version is missing"),
        (f"version = 2\n{ENTRY}", "version is not one"),
        ("version = 1\nsuppresss = []\n", "unknown key 'suppresss'"),
        ("version = 1\nsuppress = 1\n", "not a list of tables"),
        ("version = 1\nsalt = 'short'\n", "salt is not"),
        (f"version = 1\n{ENTRY}reson = 'x'\n", f"{PATH}:2: unknown key 'reson'"),
        ("version = 1\n[[suppress]]\nrule = 'a/b'\n", f"{PATH}:2: the entry has no path"),
        (f"version = 1\n{ENTRY.replace('python/B602', '*')}", "every check"),
        (f"version = 1\n{ENTRY.replace('python/B602', 'B602')}", "no check before a slash"),
        (f"version = 1\n{ENTRY.replace(ANCHOR, 'abc')}", "anchor is not"),
        (f"version = 1\n{ENTRY}count = -1\n", "count is not"),
        (f"version = 1\n{ENTRY}count = true\n", "count is not"),
        (f"version = 1\n{ENTRY}until = 'soon'\n", "until is not a day"),
        (f"version = 1\n{ENTRY}until = 2027-01-31T00:00:00\n", "until is not a day"),
        (f"version = 1\n{ENTRY}witness = 'xyz'\n", "witness is not"),
        (f"version = 1\n{ENTRY}reason = 1\n", "reason is not a string"),
        ("version = 1\n<<<<<<< HEAD\n", f"{PATH}:2: a merge conflict"),
        ("version = \n", "not TOML"),
        ("a = " + "[" * 5000, "not TOML|nested too deep"),
    ],
)
def test_what_is_not_as_documented_is_refused_with_its_place(text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words) as told:
        load_suppressions(text.encode())

    assert told.value.message.startswith(PATH)
    assert told.value.hint


def test_bytes_that_are_no_text_are_refused_with_their_line() -> None:
    with pytest.raises(UsageError, match=f"{PATH}:2: not UTF-8"):
        load_suppressions(b"version = 1\n\xff")


def test_an_entry_is_written_beside_its_neighbours_and_all_else_stays() -> None:
    data = with_entry(with_entry(new_file(SALT), entry("a.py"), ""), entry("c.py"), "")
    head = b'[[suppress]]\nrule = "python/B602"\npath = "c.py"'
    data = data.replace(head, b"# about c\n" + head)

    made = with_entry(data, entry("b.py", until="2027-01-31"), "2026-11-26").decode()

    assert [s.path for s in load_suppressions(made.encode()).suppressions] == ["a.py", "b.py", "c.py"]
    block = made[made.index('[[suppress]]\nrule = "python/B602"\npath = "b.py"') : made.index("# about c")]
    assert block.endswith("until = 2027-01-31\ncreated = 2026-11-26\n\n")
    assert made.replace(block, "").encode() == data


def test_windows_line_ends_stay() -> None:
    data = with_entry(new_file(SALT), entry("b.py"), "").replace(b"\n", b"\r\n")

    made = with_entry(data, entry("a.py"), "")

    assert made.count(b"\n") == made.count(b"\r\n")
    assert len(load_suppressions(made).suppressions) == 2


def test_entries_are_taken_out_with_the_comments_above_them() -> None:
    data = (
        new_file(SALT) + f"\n# one\n{ENTRY}\n# two\n{ENTRY.replace('a.py', 'b.py')}\n# end of two\n".encode()
    )
    first, second = load_suppressions(data).suppressions

    assert without_entries(data, (first,)) == data.replace(f"# one\n{ENTRY}\n".encode(), b"")
    assert without_entries(data, (first, second)) == new_file(SALT)
    assert b"# end of two" not in without_entries(data, (second,))


def test_a_count_is_changed_in_its_place() -> None:
    data = new_file(SALT) + f"\n{ENTRY}\n{ENTRY.replace('a.py', 'b.py')}count = 2 # two\n".encode()
    first, second = load_suppressions(data).suppressions

    assert b"count = 7 # two\n" in with_count(data, second, 7)
    assert [s.count for s in load_suppressions(with_count(data, first, 3)).suppressions] == [3, 2]


def test_a_salt_is_put_into_a_file_without_one() -> None:
    made = with_salt(f"version = 1\n{ENTRY}".encode(), SALT)

    assert load_suppressions(made).salt == SALT
    assert len(load_suppressions(made).suppressions) == 1


def test_a_file_in_another_form_is_read_but_not_changed_by_guesswork() -> None:
    row = f'{{ rule = "python/B602", path = "a.py", anchor = "{ANCHOR}" }}'
    data = f"version = 1\nsuppress = [\n  {row},\n  {row.replace('a.py', 'b.py')},\n]\n".encode()
    first, second = load_suppressions(data).suppressions

    assert [s.origin.start_line for s in (first, second)] == [3, 4]
    with pytest.raises(PregateError, match="cannot be changed"):
        with_entry(data, entry("c.py"), "")


def test_a_file_without_entries_and_an_empty_salt_is_fine() -> None:
    assert load_suppressions(b"\xef\xbb\xbfversion = 1\n").suppressions == ()


TEXT = st.text(max_size=20)
PATHS = st.text(min_size=1, max_size=20).filter(lambda p: p.strip() == p and "\0" not in p)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(PATHS, TEXT, TEXT, st.integers(0, 9)), min_size=1, max_size=4, unique_by=lambda t: t[0]
    )
)
def test_what_is_written_is_read_again(rows: list[tuple[str, str, str, int]]) -> None:
    data = new_file(SALT)
    wanted = [entry(path, reason=why, owner=owner, count=count) for path, why, owner, count in rows]
    for one in wanted:
        data = with_entry(data, one, "2026-11-26")

    found = load_suppressions(data)

    assert found.salt == SALT
    assert {(s.path, s.reason, s.owner, s.count) for s in found.suppressions} == {
        (path_of(s.path), s.reason.strip(), s.owner.strip(), s.count) for s in wanted
    }
    assert load_suppressions(without_entries(data, found.suppressions)).suppressions == ()


def test_a_name_that_is_no_text_is_meant_by_a_glob() -> None:
    assert path_of("a\udcff.py") == "a?.py"
    assert is_glob("a?.py")
    assert not is_glob("app/[id]/page.tsx")


def test_no_scanner_takes_it_for_a_secret() -> None:
    data = new_file(bytes(range(100, 116)))
    for number in range(20):
        anchor = f"{number * 0x9E3779B97F4A7C15F39CC0605CEDC834 % 2**128:032x}"
        data = with_entry(data, entry(f"{number}.py", anchor=anchor, witness="0af"), "2026-11-26")

    for engine in ("pregate", "detect-secrets"):
        check = SecretsCheck(SecretsConfig(engine=engine), b"")
        assert check.analyse(Target(PATH, data)).findings == ()
