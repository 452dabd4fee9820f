"""What is assigned to a name that says secret is found, and what only looks like it is not."""

from __future__ import annotations

import random
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pregate.model import Confidence
from pregate.secrets import generic
from pregate.secrets.document import Document
from pregate.secrets.found import Hit

from .negatives import NONE, NOT_REPORTED
from .syntaxes import WAYS

LETTERS = string.ascii_letters + string.digits


def hits(path: str, text: str) -> list[Hit]:
    return list(generic.find(Document(path, text, text.split("\n"))))


def values(path: str, text: str, least: Confidence = Confidence.MEDIUM) -> list[str]:
    lines = text.split("\n")
    return [lines[hit.row][hit.start : hit.end] for hit in hits(path, text) if hit.confidence >= least]


def made(seed: str, length: int = 24, letters: str = LETTERS) -> str:
    rng = random.Random(seed)
    return "".join(rng.choice(letters) for _ in range(length))


@pytest.mark.parametrize(("path", "form"), WAYS, ids=[f"{p}-{i}" for i, (p, _) in enumerate(WAYS)])
def test_a_random_value_is_surely_found_in_every_syntax(path: str, form: str) -> None:
    value = made(form)
    assert values(path, form.format(v=value), Confidence.HIGH) == [value]


@pytest.mark.parametrize(("path", "text"), NONE, ids=[text.strip()[:40] for _, text in NONE])
def test_what_is_no_secret_is_not_even_masked(path: str, text: str) -> None:
    assert hits(path, text) == []


@pytest.mark.parametrize(("path", "text"), NOT_REPORTED, ids=[text.strip()[:40] for _, text in NOT_REPORTED])
def test_words_samples_and_ids_are_not_reported(path: str, text: str) -> None:
    assert values(path, text) == []


def test_a_password_of_words_in_a_test_is_masked() -> None:
    word = "test" + "pass"
    assert values("tests/test_a.py", f'login(password="{word}")\n', Confidence.LOW) == [word]


def test_a_password_of_words_and_digits_in_settings_is_reported_below_the_gate() -> None:
    word = "Winter" + "19!"
    assert values("config/app.properties", f"db.password={word}\n") == [word]
    assert values("config/app.properties", f"db.password={word}\n", Confidence.HIGH) == []


def test_a_random_value_in_a_test_is_reported() -> None:
    value = made("test", 20)
    assert values("tests/test_a.py", f'secret_key = "{value}"\n', Confidence.HIGH) == [value]


@pytest.mark.parametrize("name", ["password", "db_passwd", "apiKey", "CLIENT_SECRET", "token"])
def test_six_random_characters_are_surely_a_secret_by_a_sure_name(name: str) -> None:
    value = "qzk" + "wv7"
    assert values("app.py", f'{name} = "{value}"\n', Confidence.HIGH) == [value]


def test_a_token_that_is_odd_and_short_is_reported_below_the_gate_in_a_test() -> None:
    value = "whs" + "ec_a"
    assert values("tests/test_a.py", f'assert token == "{value}"\n', Confidence.HIGH) == []
    assert values("tests/test_a.py", f'secret = "{value}"\n', Confidence.HIGH) == [value]


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("setup.sh", 'export POSTGRES_PASSWORD="{}"\n'),
        ("Dockerfile", "ENV DB_PASSWORD {}\n"),
        ("deploy.sh", "tool deploy --db-password '{}' --wait\n"),
        ("a.json", '{{"body": "{{\\"db_password\\": \\"{}\\"}}"}}\n'),
        ("login.py", "    return password == '{}'\n"),
        ("group_vars/all.yml", "become_pass: '{}'\n"),
        ("server.log", "DEBUG loaded db_password={} region=eu\n"),
    ],
)
@pytest.mark.parametrize(
    "word", ["amber-" + "walnut-fox57", "T0m@t0" + "Harbor!83", "Kettle#" + "orchid5521"]
)
def test_words_with_digits_are_a_password_that_somebody_chose(path: str, form: str, word: str) -> None:
    assert values(path, form.format(word), Confidence.HIGH) == [word]


def test_words_with_digits_in_a_test_are_not_sure() -> None:
    word = "amber-" + "walnut-fox57"
    assert values("tests/test_a.py", f'password = "{word}"\n', Confidence.HIGH) == []


def test_a_name_apart_by_points_is_read_whole() -> None:
    value = made("points", 40, "0123456789abcdef")
    assert values("app.properties", f"acme.signing.key={value}\n", Confidence.HIGH) == [value]


def test_a_value_in_a_sentence_is_found_between_its_marks() -> None:
    value = made("sentence")
    assert values("notes.md", f"Set `API_KEY` to `{value}` on the server.\n") == [value]


def test_a_value_of_hexadecimal_digits_in_settings_is_surely_a_secret_by_a_sure_name() -> None:
    value = made("hex", 40, "0123456789abcdef")
    assert values(".env", f"API_TOKEN={value}\n", Confidence.HIGH) == [value]


def test_a_value_with_signs_and_blanks_is_found_whole() -> None:
    value = "MW1pxM" + r"ctoyA(>M%0Vl 2(#o0|2$cB+K|.G$hB~4`Juw@]:(5;oVUl<<W3^e_R-fg"
    assert values("wp-config.php", f"define('AUTH_KEY',         '{value}');\n") == [value]


def test_text_in_base64_is_judged_by_what_it_says() -> None:
    text = "bm90IG15IHJl" + "YWwgcGFzc3dvcmQ="
    assert values("README.md", f"password: '{text}'\n") == []


def test_a_name_is_looked_at_once_however_many_needles_it_holds() -> None:
    value = made("once")
    assert len(hits("a.py", f'AWS_SECRET_ACCESS_KEY_TOKEN = "{value}"\n')) == 1


def test_a_line_of_a_megabyte_is_searched_in_bounded_windows() -> None:
    value = made("wide")
    text = 'a={password:"",token:x.y};' * 40_000 + f'b={{apiSecret:"{value}"}};'
    assert values("app.js", text) == [value]


@settings(max_examples=40, deadline=None)
@given(
    st.text(alphabet="password=:'\"\\<>(){}[],;$%\n\t -_aK1", max_size=300),
    st.sampled_from(["a.py", "a.yml", "a.xml"]),
)
def test_every_hit_lies_within_its_line(text: str, path: str) -> None:
    lines = text.split("\n")
    for hit in hits(path, text):
        assert 0 <= hit.start < hit.end <= len(lines[hit.row])
