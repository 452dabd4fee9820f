"""The search over many texts at once passes every text in which the detectors find something."""

from __future__ import annotations

import base64
import json
import random

import pytest

from pregate.secrets import gate, own
from pregate.secrets.text import decode, split_lines

from .specimens import ALL

PATHS = ("a.py", "b.txt", "config.yml", ".env")


@pytest.mark.parametrize("detector", sorted(ALL))
def test_what_the_detectors_find_passes(detector: str) -> None:
    rng = random.Random(detector)
    texts = [f'x = 1\n{s.name} = "{s.make(rng)}"\n'.encode() for s in ALL[detector]]
    clean = b"nothing to see\n" * 3
    mixed = [part for text in texts for part in (clean, text)]
    for path in PATHS:
        found = gate.candidates([path] * len(mixed), mixed)
        for index, text in enumerate(mixed):
            lines = decode(text)
            if own.secrets_in(path, lines, split_lines(lines)):
                assert gate.holds_any(path, text, found[index])


def test_what_stands_in_base64_or_in_a_notebook_passes() -> None:
    rng = random.Random(7)
    for specimens in ALL.values():
        specimen = rng.choice(specimens)
        said = f'{specimen.name} = "{specimen.make(rng)}"\n'
        hidden = base64.b64encode(said.encode())
        texts = [b"data: " + hidden + b"\n", json.dumps({"source": [said]}).encode()]
        paths = ["a.yml", "a.ipynb"]
        found = gate.candidates(paths, texts)
        for index, text in enumerate(texts):
            lines = decode(text)
            if own.secrets_in(paths[index], lines, split_lines(lines)):
                assert gate.holds_any(paths[index], text, found[index])


def test_base64_that_says_no_text_does_not_pass() -> None:
    texts = [b"sha512-" + base64.b64encode(random.Random(5).randbytes(64)), b"a" * 60]
    assert gate.candidates(["a.json"] * 2, texts) == {}


def test_letters_that_fold_onto_ascii_are_not_passed_over() -> None:
    texts = [b"clean\n", "\u017fecret\n".encode(), b"clean\n"]
    assert list(gate.candidates(["a"] * 3, texts)) == [1]


def test_texts_without_a_word_do_not_pass() -> None:
    assert gate.candidates(["a.py", "b.py"], [b"x = 1\n", b""]) == {}


def test_a_word_of_a_format_counts_in_a_line_that_has_room_for_the_rest() -> None:
    token = b"ghp_" + b"Q" * 36
    texts = [b"ghp_ = 1\n", b"ghp_\n" + b"Q" * 40, b"x = " + token + b"\n"]
    assert list(gate.candidates(["a.py"] * 3, texts)) == [2]


def test_a_name_counts_that_says_that_its_value_is_a_secret() -> None:
    texts = [b"monkey = 1\n", b"keyboard = 1\n", b"db_password = 1\n", b"app.signing.key = 1\n"]
    assert list(gate.candidates(["a.py"] * 4, texts)) == [2, 3]


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n\u00e9\n", "\n\0\n"])
def test_texts_that_are_not_as_they_are_written_pass_too(end: str) -> None:
    rng = random.Random(end)
    for detector in rng.sample(sorted(ALL), 40):
        specimen = rng.choice(ALL[detector])
        text = f'x = 1{end}y = 2{end}{specimen.name} = "{specimen.make(rng)}"{end}'.encode()
        found = gate.candidates(["b.txt", "a.py"], [b"clean\n", text])
        lines = decode(text)
        if own.secrets_in("a.py", lines, split_lines(lines)):
            assert gate.holds_any("a.py", text, found[1])
