"""Check digits are what their makers say, and one changed character is noticed."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from pregate.secrets import checksums

from .specimens import code

# Of the tests of crates.io, of BIP 173.
TAKEN = (
    (checksums.cargo, "cio" + "_tp_" + "gGK6jurSwKyl9V3Az19z7YEFQI9aoOO" + "d"),
    (checksums.cargo, "cio" + "_tp_" + "0" * 31 + "w"),
    (checksums.bech32, "A12UEL5L"),
    (checksums.bech32, "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw"),
)
WRONG = ((checksums.bech32, "A1G7SGD8"), (checksums.bech32, "1qzzfhee"), (checksums.bech32, "noseparator"))
MAKERS: tuple[tuple[Callable[[str], bool], Callable[[random.Random], str]], ...] = (
    (checksums.github, code.github),
    (checksums.gitlab, code.gitlab),
    (checksums.cargo, code.cargo),
    (checksums.bech32, code.age),
)


@pytest.mark.parametrize(("check", "token"), TAKEN)
def test_samples_of_the_makers_are_right(check: Callable[[str], bool], token: str) -> None:
    assert check(token)


@pytest.mark.parametrize(("check", "token"), WRONG)
def test_samples_of_the_makers_are_wrong(check: Callable[[str], bool], token: str) -> None:
    assert not check(token)


@pytest.mark.parametrize(("check", "make"), MAKERS)
def test_a_changed_character_is_noticed(
    check: Callable[[str], bool], make: Callable[[random.Random], str]
) -> None:
    rng = random.Random(7)
    for _ in range(20):
        token = make(rng)
        assert check(token)
        assert not check(token[:-1] + ("Q" if token[-1] != "Q" else "P"))


def test_numbers_have_leading_zeros() -> None:
    assert checksums.base62(61, 6) == "00000z"
    assert checksums.base36(35, 7) == "000000z"
    assert checksums.base62(0, 3) == "000"
