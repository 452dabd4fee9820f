"""When detect-secrets need not be loaded: only for files in which it would find nothing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from detect_secrets.plugins import high_entropy_strings
from hypothesis import given, settings
from hypothesis import strategies as st

from pregate.secrets import detectors, parity
from pregate.secrets.detectors import engine, is_idle
from pregate.secrets.parity import looks
from pregate.secrets.scan import DETECT_SECRETS, scan_for_masking
from pregate.secrets.text import decode, split_lines
from pregate.secrets.views import is_as_written

from . import samples

TOKEN = "gh" + "p_" + "a1B2c3D4e5F6g7H8i9J0" + "k1L2m3N4o5P6q7R8"


def is_passed_over(name: str, text: str) -> bool:
    return is_as_written(name, text) and parity._shows_nothing(split_lines(text))


def test_where_nothing_shows_nothing_is_found() -> None:
    passed = 0
    for seed in range(600):
        name, written = samples.file(seed)
        text = decode(written.encode())
        for whole in (text, f"{{\n{text}"):
            if is_passed_over(name, whole):
                passed += 1
                assert [hits for _, hits in looks(name, whole, split_lines(whole)) if hits] == []
    assert passed


@pytest.mark.parametrize(
    ("text", "is_nothing"),
    [
        ('"node_modules/@typescript-eslint/eslint-plugin": {', True),
        ('"0000000000000000111111111111"', True),
        ('"' + "q7Zp3XvL9sWbT2nKdRfY6hJmC1gA" + '"', False),
        ('"' + "0f1e2d3c4b5a69788796a5b4" + '"', False),
        (f"see {TOKEN}", False),
    ],
)
def test_only_what_is_orderly_shows_nothing(text: str, is_nothing: bool) -> None:
    assert is_passed_over("package-lock.json", f"{{\n  {text}\n}}\n") is is_nothing


@pytest.mark.parametrize("name", sorted(detectors.ENTROPY))
@given(value=st.text("0123456789abcdefABCDEFghijklmnop+/_-", min_size=1, max_size=60))
@settings(max_examples=50, deadline=None)
def test_entropy_is_asked_wherever_it_can_be_over_the_limit(name: str, value: str) -> None:
    detector = engine().detectors[name]
    plugin = getattr(high_entropy_strings, name)()
    line = f'"{value}"'
    is_over = plugin.calculate_shannon_entropy(value) > plugin.entropy_limit
    expected = [value] if plugin.regex.search(line) and is_over else []
    assert [match.reported for match in detector.matches(line, 0, len(line), None)] == expected


def test_a_secret_is_found_when_nothing_was_loaded_before() -> None:
    engine.cache_clear()
    assert is_idle()
    found = scan_for_masking("a.json", f'{{\n"b": "{TOKEN}"\n}}\n'.encode(), DETECT_SECRETS)
    assert [
        secret.value.reveal() for secret in found.secrets if secret.detector == "GitHubTokenDetector"
    ] == [TOKEN]
    assert not is_idle()


def test_it_stays_unloaded_for_a_file_that_holds_nothing() -> None:
    engine.cache_clear()
    found = scan_for_masking("a.json", b'{\n"c": "plain"\n}\n', DETECT_SECRETS)
    assert (list(found.lines), found.secrets) == (["{", '"c": "plain"', "}"], ())
    assert is_idle()


def test_another_release_is_always_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine.cache_clear()
    (tmp_path / "detect_secrets" / "plugins").mkdir(parents=True)
    (tmp_path / "detect_secrets" / "__init__.py").touch()
    (tmp_path / "detect_secrets" / "__version__.py").write_text("VERSION = '1.5.0'")
    (tmp_path / "detect_secrets" / "plugins" / "novel.py").touch()
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    assert not is_idle()


def test_a_later_release_with_the_same_plugins_is_always_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.cache_clear()
    (tmp_path / "detect_secrets" / "plugins").mkdir(parents=True)
    (tmp_path / "detect_secrets" / "__init__.py").touch()
    for name in ("__init__", "base", *detectors.MODULES.values()):
        (tmp_path / "detect_secrets" / "plugins" / f"{name}.py").touch()
    version = tmp_path / "detect_secrets" / "__version__.py"
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    for release, is_known in (("1.5.0", True), ("1.5.1", False)):
        version.write_text(f"VERSION = '{release}'")
        assert is_idle() is is_known
