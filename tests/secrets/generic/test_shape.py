"""Values are told apart by what they look like."""

from __future__ import annotations

import random
import string

import pytest

from pregate.secrets.generic.letters import naturalness
from pregate.secrets.generic.shape import Shape, shape


@pytest.mark.parametrize(
    "word", ["password", "UserPasswordField", "client_secret", "correcthorse", "postgres"]
)
def test_words_are_natural(word: str) -> None:
    assert naturalness(word) > 5
    assert shape(word) is Shape.WORDS


@pytest.mark.parametrize(
    "alphabet", [string.ascii_lowercase, string.ascii_letters + string.digits, "0123456789abcdef"]
)
def test_random_characters_are_not(alphabet: str) -> None:
    rng = random.Random(alphabet)
    looks = [shape("".join(rng.choice(alphabet) for _ in range(32))) for _ in range(200)]
    assert sum(look >= Shape.RANDOM for look in looks) > 195


@pytest.mark.parametrize(
    "value",
    [
        "${A}",
        "{{ a }}",
        "%s",
        "a.b.c",
        "/etc/passwd",
        "1.2.3",
        "2020-01-01",
        "<token>",
        "a b",
        "aaaa",
        "get(x)",
    ],
)
def test_what_is_no_value_is_nothing(value: str) -> None:
    assert shape(value) is Shape.NOTHING


@pytest.mark.parametrize("value", ["P@ssw0rd", "V3ryS3nsit1ve", "hunter22", "asdfghjkasdf", "test-x509"])
def test_what_people_make_up_is_no_random_value(value: str) -> None:
    assert shape(value) <= Shape.MADE
