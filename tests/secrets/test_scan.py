# ruff: noqa: E501 - samples: one file, one line
from __future__ import annotations

import pickle
import random
from functools import partial

import pytest

from pregate.secrets.scan import DETECT_SECRETS
from pregate.secrets.scan import scan as any_scan

from . import samples

scan = partial(any_scan, engine=DETECT_SECRETS)

RNG = random.Random(7)
KEY = samples.aws_key(random.Random(1))


def places(path: str, data: bytes) -> list[tuple[str, int, int, int]]:
    return [(s.detector, s.line, s.start, s.end) for s in scan(path, data).secrets]


def test_same_secret_twice_in_one_file_is_found_twice() -> None:
    data = f"a = '{KEY}'\n\nb = '{KEY}'\n".encode()
    assert places("a.py", data) == [("AWSKeyDetector", 1, 6, 26), ("AWSKeyDetector", 3, 6, 26)]


def test_equal_secrets_on_one_line_have_their_own_columns() -> None:
    data = f"f('{KEY}', '{KEY}')\n".encode()
    assert places("a.py", data) == [("AWSKeyDetector", 1, 4, 24), ("AWSKeyDetector", 1, 28, 48)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le"])
def test_encodings_do_not_hide_a_secret(encoding: str) -> None:
    text = f"é = '{KEY}'\r\n"
    mark = b"\xff\xfe" if encoding == "utf-16-le" else b""
    assert places("a.py", mark + text.encode(encoding)) == [("AWSKeyDetector", 1, 6, 26)]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_does_not_hide_a_secret(encoding: str) -> None:
    assert places("a.txt", f"k = '{KEY}'\r\n".encode(encoding)) == [("AWSKeyDetector", 1, 6, 26)]


def test_a_nul_does_not_hide_a_secret() -> None:
    assert places("a.txt", f"k = '{KEY}'\n\0".encode()) == [("AWSKeyDetector", 1, 6, 26)]


def test_bytes_that_are_no_utf8_are_read_as_latin_1() -> None:
    assert places("a.py", b"\xe9\xff\x00 = '" + KEY.encode() + b"'") == [("AWSKeyDetector", 1, 8, 28)]


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0", b"\0\0\xfe\xff"])
@pytest.mark.parametrize("end", ["", " ", "  ", "   "])
def test_a_mark_that_lies_does_not_hide_a_secret(mark: bytes, end: str) -> None:
    assert [s.line for s in scan("a.txt", mark + f"\nk = '{KEY}'{end}\n\0".encode()).secrets] == [2]


def test_an_odd_byte_does_not_hide_what_is_utf16() -> None:
    data = f"k = '{KEY}'\n".encode("utf-16") + b"x"
    assert [s.line for s in scan("a.txt", data).secrets] == [1]


def test_broken_utf16_is_still_read() -> None:
    assert scan("a.txt", b"\xff\xfe\x00").secrets == ()


def test_columns_count_code_points() -> None:
    assert places("a.py", f"'\U0001f600é' + '{KEY}'".encode()) == [("AWSKeyDetector", 1, 9, 29)]


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("a.ini", f"[a]\nkey = {KEY}\n", (2, 7, 27)),
        ("a.yaml", f"a:\n  key: {KEY}\n", (2, 8, 28)),
        ("a.yaml", f"{{a: x, key: {KEY}}}\n", (1, 13, 33)),
        ("a.env", f"KEY={KEY}\n", (1, 5, 25)),
    ],
)
def test_place_is_in_the_file_when_a_reader_rewrites_its_lines(
    name: str, text: str, place: tuple[int, int, int]
) -> None:
    assert [
        (s.line, s.start, s.end) for s in scan(name, text.encode()).secrets if s.detector == "AWSKeyDetector"
    ] == [place]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", f"a: b\n# {KEY}\n"),
        ("a.yaml", f"a: &{KEY} b\nc: d\n"),
        ("a.yaml", f"a: {KEY[:-1]}Z\n# {KEY}\n"),
        ("a.ini", f"[a]\n; {KEY}\nb = c\n"),
        ("a.ini", f"[{KEY}]\nb = c\n"),
    ],
)
def test_what_a_reader_leaves_out_does_not_hide_a_secret(name: str, text: str) -> None:
    assert KEY in [s.value.reveal() for s in scan(name, text.encode()).secrets]


def test_what_a_reader_leaves_out_can_be_allowlisted() -> None:
    (secret,) = scan("a.yaml", f"a: b\n# {KEY}  # pragma: allowlist secret\n".encode()).secrets
    assert secret.suppressed_by == "pragma: allowlist secret"


def test_words_and_entropy_say_nothing_in_a_comment_of_yaml() -> None:
    assert scan("a.yaml", b"a: b\n# password: 'hunter2hunter2'\n").secrets == ()


def test_allowlisted_secret_is_returned_as_suppressed() -> None:
    data = f"a = '{KEY}'  # pragma: allowlist secret\n# pragma: allowlist nextline secret\nb = '{KEY}'\n".encode()
    assert [s.suppressed_by for s in scan("a.py", data).secrets] == [
        "pragma: allowlist secret",
        "pragma: allowlist nextline secret",
    ]


def test_private_key_has_its_body() -> None:
    (secret,) = scan("id", samples.pem(RNG).encode()).secrets
    assert (secret.line, secret.start, secret.end) == (1, 6, 27)
    assert secret.body == tuple((line, 1, 65) for line in (2, 3, 4, 5))


def test_private_key_in_one_line_has_its_body() -> None:
    text = samples.pem(RNG, lines=1).replace("\n", "\\n")
    (secret,) = scan("a.json", f'{{"k": "{text}"}}'.encode()).secrets
    ((line, start, end),) = secret.body
    assert (line, end - start >= 64) == (1, True)


def test_header_of_a_private_key_alone_takes_no_code_with_it() -> None:
    data = ('x = "BEGIN RSA ' + 'PRIVATE KEY"\nfor_each_line_in_the_file(1)\n').encode()
    assert [s.body for s in scan("a.py", data).secrets] == [()]


def test_github_token_is_masked_whole_though_detect_secrets_captures_its_prefix() -> None:
    token = samples.github_token(random.Random(3))
    (secret,) = [
        s for s in scan("a.txt", f"x {token} y".encode()).secrets if s.detector == "GitHubTokenDetector"
    ]
    assert (secret.start, secret.end, secret.value.reveal()) == (3, 3 + len(token), token)


def test_secret_is_found_in_a_line_longer_than_any_window() -> None:
    filler = b"x;" * 1_000_000
    assert places("a.js", filler + b"'" + KEY.encode() + b"';" + filler) == [
        ("AWSKeyDetector", 1, 2_000_002, 2_000_022)
    ]


def test_secret_across_the_border_of_two_windows_is_found_once() -> None:
    for size in (16_370, 16_380, 12_280, 12_290):
        assert places("a.js", b";" * size + KEY.encode() + b";" * 40_000) == [
            ("AWSKeyDetector", 1, size + 1, size + 21)
        ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", "a0: &a0 [x, y]\n" + "".join(f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 12))),
        ("a.yaml", "a0: &a0 {x: y}\n" + "".join(f"a{i}: &a{i} {{<<: [{','.join([f'*a{i - 1}'] * 10)}]}}\n" for i in range(1, 9))),
        ("a.yaml", "&a [*a, {k: *a}]\n"),
        ("a.yaml", "a: " + "[" * 3_000 + "\n"),
        ("a.yaml", "a: 2001-99-99\n"),
        ("a.yaml", "- __line__: 1\n- x__line__\n"),
        ("a.ini", "[a]\nx0 = aaaaaaaaaa\n" + "".join(f"x{i} = {f'%(x{i - 1})s' * 40}\n" for i in range(1, 12))),
        ("a.ini", "[a]\nx = %(y\n"),
        ("a.py", "(" * 10_000),
        ("a.py", "\x00\u202e\n"),
    ],
)  # fmt: skip
def test_hostile_file_is_scanned_to_its_last_line(name: str, text: str) -> None:
    data = (text + f"# '{KEY}'\n").encode()
    assert "AWSKeyDetector" in {s.detector for s in scan(name, data).secrets} or name != "a.py"


def test_nothing_shows_or_stores_a_value() -> None:
    scanned = scan("a.py", f"a = '{KEY}'\n".encode())
    assert KEY not in repr(scanned) + repr(scanned.secrets)
    for thing in (scanned, scanned.secrets[0], scanned.secrets[0].value):
        with pytest.raises(TypeError):
            pickle.dumps(thing)
