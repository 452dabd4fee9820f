"""Digests of downloads are no secrets."""

from __future__ import annotations

import hashlib
import random

import pytest

from pregate.checks import make_masker
from pregate.checks.base import Target
from pregate.lockfiles.digests import without_digests
from tests.secrets.specimens.code import github

SRI = b"sha512-" + b"A1b2" * 21 + b"AA=="
HEX = hashlib.sha256(b"x").hexdigest().encode()


@pytest.mark.parametrize("digest", [SRI, b"sha256:" + HEX, b"sha1-" + b"q" * 27 + b"="])
def test_a_digest_is_blanked_and_everything_else_stays_where_it_is(digest: bytes) -> None:
    text = b'{"integrity": "' + digest + b'", "version": "1.0.0"}'
    blanked = without_digests(text)
    assert len(blanked) == len(text)
    assert blanked == text.replace(digest, b" " * len(digest))


def test_cargo_s_checksums_are_digests_and_other_hexadecimal_words_are_not() -> None:
    assert HEX not in without_digests(b'checksum = "' + HEX + b'"')
    assert HEX in without_digests(b'token = "' + HEX + b'"')


def test_a_secret_in_a_lock_file_is_masked_all_the_same() -> None:
    token = github(random.Random(4))
    line = f'"resolved": "https://{token}@npm.example.org/x.tgz", "integrity": "{SRI.decode()}"'
    masker = make_masker(Target("package-lock.json", line.encode()), ())
    assert token not in masker.line(1)
    assert "npm.example.org" in masker.line(1)
