"""A ``.secrets.baseline`` made by the real detect-secrets, and what it says of our findings."""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pregate.errors import ScannerError
from pregate.secrets.given import Given
from pregate.secrets.known import KnownSecrets, read_known
from pregate.secrets.scan import DETECT_SECRETS, OWN, scan
from tests.secrets import samples

GITHUB = samples.github_token(random.Random(1))
OTHER = samples.github_token(random.Random(2))
PEM = samples.pem(random.Random(3))
NAME = ".secrets.baseline"


def detect_secrets(folder: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "detect_secrets", "scan", *words],
        cwd=folder,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def suppressed(known: KnownSecrets, path: str, text: str, engine: str = OWN) -> set[str]:
    return {s.suppressed_by for s in scan(path, text.encode(), (), engine, Given(known=known)).secrets}


def listed(value: str, path: str = "a.txt", **entry: Any) -> KnownSecrets:
    digest = hashlib.sha1(value.encode()).hexdigest()
    content = {"version": "0.13.0", "results": {path: [{"hashed_secret": digest, "line_number": 1, **entry}]}}
    return read_known(NAME, json.dumps(content).encode())


@pytest.mark.parametrize("engine", [OWN, DETECT_SECRETS])
def test_all_that_detect_secrets_wrote_down_is_known(tmp_path: Path, engine: str) -> None:
    text = f"first = 'x {GITHUB} y'\n{PEM}"
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/a.txt").write_text(text)
    known = read_known(NAME, detect_secrets(tmp_path, "--all-files", ".").encode())
    assert suppressed(known, "sub/a.txt", text, engine) == {NAME}
    assert suppressed(known, "sub/b.txt", text, engine) == {""}


def test_value_is_known_wherever_it_stands_in_its_file() -> None:
    known = listed(GITHUB)
    assert suppressed(known, "a.txt", f"\n\nx {GITHUB}\n") == {NAME}
    assert suppressed(known, "a.txt", f"{OTHER}\n") == {""}
    assert suppressed(known, "b.txt", f"{GITHUB}\n") == {""}


@pytest.mark.parametrize("text", ["x = 'pre {} post'", 'x = "{}"', "x: pre.{}", "`{}`"])
def test_what_stands_around_a_value_in_one_piece_may_be_what_is_listed(text: str) -> None:
    line = text.format(GITHUB)
    whole = line.strip("`") if "`" in line else line.split(" = ")[-1].split(": ")[-1].strip("'\"")
    assert suppressed(listed(whole), "a.txt", f"{line}\n") == {NAME}


def test_hash_of_a_public_beginning_means_the_secret_on_its_own_line() -> None:
    known = listed(GITHUB[:3])
    assert suppressed(known, "a.txt", f"{GITHUB}\n") == {NAME}
    assert suppressed(known, "a.txt", f"\n{GITHUB}\n") == {""}


def test_windows_paths_are_read() -> None:
    assert suppressed(listed(GITHUB, "sub\\a.txt"), "sub/a.txt", f"{GITHUB}\n") == {NAME}


def test_comment_is_named_before_the_baseline() -> None:
    assert suppressed(listed(GITHUB), "a.txt", f"{GITHUB}  # ggignore\n") == {"ggignore"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not JSON"),
        ("<<<<<<< ours\n{}", "line 1: a merge conflict is left"),
        ("[" * 100_000, "not JSON"),
        ("[]", "it has no results"),
        ('{"results": []}', "it has no results"),
        ('{"results": {"a": {}}}', "an entry of 'a' has no hashed_secret"),
        ('{"results": {"a": [{"hashed_secret": "x"}]}}', "an entry of 'a' has no hashed_secret"),
    ],
)
def test_what_is_no_baseline_is_told(text: str, words: str) -> None:
    with pytest.raises(ScannerError) as caught:
        read_known(NAME, text.encode())
    assert words in caught.value.message
    assert caught.value.message.startswith(NAME)
