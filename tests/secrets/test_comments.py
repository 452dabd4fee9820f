from __future__ import annotations

import random

import pytest

from pregate.secrets.scan import DETECT_SECRETS, OWN, scan
from tests.secrets import samples

KEY = samples.github_token(random.Random(7))
WORDS = ("gitleaks:allow", "trufflehog:ignore", "ggignore")


def suppressions(text: str, engine: str = OWN, path: str = "a.py") -> list[str]:
    return [s.suppressed_by for s in scan(path, text.encode(), (), engine).secrets]


@pytest.mark.parametrize("engine", [OWN, DETECT_SECRETS])
@pytest.mark.parametrize("words", WORDS)
def test_comment_of_another_tool_suppresses_and_is_named(words: str, engine: str) -> None:
    assert suppressions(f"a = '{KEY}'  # {words}\n", engine) == [words]


@pytest.mark.parametrize("words", WORDS)
def test_words_count_anywhere_in_the_line(words: str) -> None:
    assert suppressions(f"a = ['{words}', '{KEY}']\n") == [words]


@pytest.mark.parametrize("words", WORDS)
def test_another_line_is_not_meant(words: str) -> None:
    assert suppressions(f"# {words}\na = '{KEY}'\n# {words}\n") == [""]


def test_words_that_only_contain_ggignore_are_others() -> None:
    assert suppressions(f"a = '{KEY}'  # ggignore-end\n") == [""]


@pytest.mark.parametrize("engine", [OWN, DETECT_SECRETS])
def test_comment_on_the_last_line_of_a_key_is_meant(engine: str) -> None:
    text = samples.pem(random.Random(1)).rstrip()
    assert suppressions(f"{text}  # gitleaks:allow\n", engine, "id")[:1] == ["gitleaks:allow"]


def test_pragma_of_detect_secrets_is_named_before_others() -> None:
    assert suppressions(f"a = '{KEY}'  # gitleaks:allow # pragma: allowlist secret\n") == [
        "pragma: allowlist secret"
    ]


def test_comment_is_no_reason_for_detect_secrets_to_look_twice() -> None:
    bare = f"a: '{KEY}'\nb: x\n"
    marked = f"a: '{KEY}'  # gitleaks:allow\nb: x\n"
    counts = [len(suppressions(text, DETECT_SECRETS, "a.yaml")) for text in (bare, marked)]
    assert counts[0] == counts[1]
