"""Is there a string in some sets and not in others?"""

from __future__ import annotations

import itertools
import random
import re

import pytest

from pregate.iam.reasoning import texts
from pregate.iam.reasoning.model import ExhaustedError
from pregate.iam.reasoning.patterns import FIELD_STAR, STAR, Pattern, collapse, exact, folded, glob, may_meet
from pregate.iam.reasoning.texts import find_text
from pregate.iam.reasoning.unions import Union

HOLE = "\1variable aws:username"


def globs(*texts: str) -> Union:
    return Union(tuple(glob(text) for text in texts))


def find(inside: list[Union], outside: list[Union]) -> str | None:
    found = find_text(inside, outside, lambda _: None)
    return None if found is None else "".join(found)


@pytest.mark.parametrize(
    ("inside", "outside"),
    [
        (["s3:Get*"], ["s3:*"]),
        (["s3:GetObject"], ["s3:Get?bject", "x"]),
        (["*a*a*b"], ["*a*b"]),
        (["a*", "*b*"], ["a*b*"]),
        (["?*"], ["?", "??*"]),
        (["ab", "cd"], ["a*", "*d"]),
    ],
)
def test_no_string_is_left_where_the_sets_cover_each_other(inside: list[str], outside: list[str]) -> None:
    assert (
        find([globs(*inside[:1]), globs(*inside[1:] or inside[:1])], [globs(*outside)]) is None
        or len(inside) > 1
    )
    if len(inside) == 1:
        assert find([globs(inside[0])], [globs(*outside)]) is None


def test_sets_that_only_together_cover_another_do() -> None:
    assert find([globs("?")], [globs("a"), globs("b")]) not in (None, "a", "b")
    assert find([globs("a*")], [globs("a", "a?", "a??*")]) is None


def test_a_string_that_is_found_is_in_the_sets() -> None:
    rng = random.Random(7)
    words = ["".join(w) for n in range(4) for w in itertools.product("ab:*?", repeat=n)]
    texts = ["".join(w) for n in range(5) for w in itertools.product("ab:c", repeat=n)]

    def matches(pattern: str, text: str) -> bool:
        parts = [".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern]
        return re.fullmatch("".join(parts), text, re.DOTALL) is not None

    for _ in range(600):
        inside = [rng.sample(words, rng.randint(1, 2)) for _ in range(rng.randint(1, 2))]
        outside = [rng.sample(words, rng.randint(0, 3))]
        found = find([globs(*names) for names in inside], [globs(*names) for names in outside])

        def wanted(text: str, inside: list[list[str]] = inside, outside: list[list[str]] = outside) -> bool:
            return all(any(matches(p, text) for p in names) for names in inside) and not any(
                matches(p, text) for names in outside for p in names
            )

        if found is None:
            assert not any(wanted(text) for text in texts), (inside, outside)
        else:
            assert wanted(found), (inside, outside, found)


def test_letters_in_any_case_meet_both() -> None:
    both = Union((folded("Ab-1"),))
    assert both.accepts("aB-1")
    assert not both.accepts("aB-2")
    assert find([both], [Union((exact("AB-1"), exact("ab-1"), exact("Ab-1")))]) == "aB-1"


def test_a_star_in_a_field_does_not_match_a_colon() -> None:
    field = Union((("a", ":", FIELD_STAR, ":", "b"),))
    assert field.accepts("a:xy:b")
    assert not field.accepts("a:x:y:b")
    assert find([globs("a:*:b")], [field]) is not None
    assert find([field], [globs("a:*:b")]) is None


def test_runs_of_stars_are_one() -> None:
    assert collapse((STAR, STAR, FIELD_STAR, "a", FIELD_STAR, STAR)) == (STAR, "a", STAR)


def test_a_hole_is_the_same_text_wherever_it_stands() -> None:
    home: Pattern = (*"home/", HOLE, "/", STAR)
    assert find([Union((home,))], [Union((home,))]) is None
    assert find([Union((home,))], [globs("home/*")]) is None
    assert find([globs("home/*")], [Union((home,))]) is not None


def test_what_a_hole_may_be_is_not_overlooked() -> None:
    """home/${user}/x lies in home/admin/* for one user: it may not be called empty."""
    home: Pattern = (*"home/", HOLE, "/", STAR)
    assert find([Union((home,)), globs("home/admin/*")], []) is not None
    assert find([globs("home/admin/*"), Union((home,))], [Union((home,))]) is None
    assert find([Union((home,)), globs("work/*")], []) is None


def test_a_character_that_looks_like_a_symbol_is_one_character() -> None:
    assert not Union((exact("\0*"),)).accepts("\0xyz")
    assert find([Union((exact("\1a"),))], [Union((exact("b"),))]) == "\1a"


def test_the_work_is_counted_and_ends() -> None:
    spent = 0

    def spend(steps: int) -> None:
        nonlocal spent
        spent += steps
        if spent > 3000:
            raise ExhaustedError

    with pytest.raises(ExhaustedError):
        find_text([globs("*a?????????????*b*"), globs("*b?????????????*a*")], [globs("*a*b*a*b*a*")], spend)


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ("arn:aws:s3:::a/*", "arn:aws:s3:::b/*", False),
        ("arn:aws:s3:::a/*", "arn:aws:s3:::a/b", True),
        ("a*", "*b", True),
        ("ab", "abc", False),
        ("ab", "ab*", True),
    ],
)
def test_patterns_that_cannot_meet_are_told_by_their_ends(one: str, other: str, meet: bool) -> None:
    assert may_meet(glob(one), glob(other)) is meet
    assert may_meet(glob(other), glob(one)) is meet


def test_of_many_patterns_those_that_may_meet_are_found() -> None:
    names = [f"arn:aws:s3:::bucket{n}/*" for n in range(30)]
    union = Union((*(glob(name) for name in names), glob("arn:aws:*")))
    assert union.meeting(glob("arn:aws:s3:::bucket7/a*")) == [glob("arn:aws:*"), glob(names[7])]
    assert len(union.meeting(glob("arn:aws:s3:::bucket*"))) == 31
    assert len(union.meeting(glob("*"))) == 31


def test_what_a_search_keeps_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "MOST_BYTES", 10_000)
    with pytest.raises(ExhaustedError):
        find([globs("*a??????????*b*"), globs("*b??????????*a*")], [globs("*a*b*a*b*a*")])
