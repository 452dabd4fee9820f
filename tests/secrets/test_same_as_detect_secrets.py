# ruff: noqa: SIM905 - a table of words
"""Our scan against the real ``detect-secrets scan``: the same lines, types and hashes, repeats aside."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pregate.secrets import paths, prefilter
from pregate.secrets.detectors import engine
from pregate.secrets.parity import looks
from pregate.secrets.text import decode, split_lines
from tests.examples import examples

from . import samples

Result = set[tuple[str, int, str, str]]


def theirs(folder: Path) -> Result:
    command = [sys.executable, "-m", "detect_secrets", "scan", "--no-verify", "--all-files", "."]
    answer = subprocess.run(command, cwd=folder, capture_output=True, check=True, text=True)
    found = json.loads(answer.stdout)["results"]
    return {
        (name, s["line_number"], s["type"], s["hashed_secret"]) for name, some in found.items() for s in some
    }


def ours(folder: Path) -> Result:
    return {item for path in sorted(folder.rglob("*")) if path.is_file() for item in in_file(folder, path)}


def in_file(folder: Path, path: Path) -> Iterator[tuple[str, int, str, str]]:
    """detect-secrets keeps the first of equal secrets in a file."""
    name = path.relative_to(folder).as_posix()
    if not paths.is_scanned(name):
        return
    text = decode(path.read_bytes())
    seen = set()
    for _, hits in looks(name, text, split_lines(text)):
        for hit in hits:
            kind = engine().detectors[hit.detector].type
            digest = hashlib.sha1(hit.span.reported.encode()).hexdigest()
            if not hit.suppressed_by and (kind, digest) not in seen:
                seen.add((kind, digest))
                yield name, hit.row + 1, kind, digest


def test_generated_files_of_many_types(tmp_path: Path) -> None:
    for seed in range(600):
        name, text = samples.file(seed)
        (tmp_path / name).write_text(text, "utf-8", newline="")
    expected = theirs(tmp_path)
    assert ours(tmp_path) == expected
    assert len({kind for _, _, kind, _ in expected}) >= 22


def test_another_release_runs_on_every_line_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for seed in range(40):
        name, text = samples.file(seed)
        (tmp_path / name).write_text(text, "utf-8", newline="")
    expected = ours(tmp_path)
    monkeypatch.setattr(prefilter, "candidates", lambda *_: pytest.fail("the tables are of another release"))
    monkeypatch.setattr("detect_secrets.__version__.VERSION", "1.5.9")
    engine.cache_clear()
    try:
        assert ours(tmp_path) == expected
        assert "detect-secrets is 1.5.9, not 1.5.0" in caplog.text
    finally:
        engine.cache_clear()


@pytest.mark.parametrize("distribution", ["detect_secrets", "bandit", "PyYAML"])
def test_files_of_installed_packages(distribution: str, tmp_path: Path) -> None:
    listed = [f for f in files(distribution) or () if f.suffix in (".py", ".txt", ".json", ".model", "")]
    for number, file in enumerate(listed):
        source = Path(str(file.locate()))
        if source.is_file():
            (tmp_path / f"{number}-{source.name}").write_bytes(source.read_bytes())
    assert ours(tmp_path) == theirs(tmp_path)


def test_names_that_are_left_out_are_those_of_detect_secrets() -> None:
    from detect_secrets.filters import heuristic

    assert paths.IGNORED_EXTENSIONS == heuristic.IGNORED_FILE_EXTENSIONS
    names = (
        "a.py",
        "a.lock",
        "x/yarn.lock",
        "Pipfile.lock",
        "package-lock.json",
        "swagger-ui.html",
        "swagger/a.js",
        "a.PNG",
        ".png",
    )
    for name in names:
        left_out = (
            heuristic.is_lock_file(name)
            or heuristic.is_non_text_file(name)
            or heuristic.is_swagger_file(name)
        )
        assert paths.is_scanned(name) is not left_out


@pytest.mark.long
@settings(max_examples=examples(80, 300), deadline=None)
@given(st.text(alphabet="ab_=!:.-[]() \t\x0b\u00e9", max_size=60))
def test_indirect_reference_is_judged_as_by_the_quadratic_expression(line: str) -> None:
    from detect_secrets.filters import heuristic

    from pregate.secrets.parity import _INDIRECT

    assert bool(_INDIRECT.search(line)) is heuristic.is_indirect_reference(line)


_PIECES = st.sampled_from(
    [
        *"# // /* */ ' -- <!-- --> pragma: allowlist whitelist nextline - secret x".split(),
        " ",
        "\t",
        "  ",
        "pragma: ",
        " secret",
        "\n",
        "allowlist secret",
        "pragma: allowlist secret",
        "pragma: allowlist nextline secret",
    ]
)


@pytest.mark.long
@settings(max_examples=examples(300, 1500), deadline=None)
@given(
    st.lists(_PIECES, max_size=9).map("".join),
    st.lists(_PIECES, max_size=9).map("".join),
    st.sampled_from(["a.py", "a.yaml"]),
)
def test_pragmas_are_read_as_by_the_quadratic_expressions(line: str, previous: str, name: str) -> None:
    from detect_secrets.filters.allowlist import is_line_allowlisted
    from detect_secrets.util.code_snippet import CodeSnippet

    from pregate.secrets.allowlist import pragma

    line, previous = line.rstrip(), previous.rstrip("\n")
    context = CodeSnippet([previous, line], 0, 1)
    assert bool(pragma(line, previous, "." + name.partition(".")[2])) is is_line_allowlisted(
        name, line, context
    )


@pytest.mark.long
@settings(max_examples=examples(80, 300), deadline=None)
@given(
    st.text(alphabet="aid_usermys=\" '\u017f", max_size=40), st.text(alphabet="aids=", min_size=1, max_size=3)
)
def test_ids_are_recognised_as_by_detect_secrets(line: str, value: str) -> None:
    from detect_secrets.filters.heuristic import is_likely_id_string

    from pregate.secrets.parity import _Line

    if value in line.rstrip():
        judged = _Line([line], 0, ".py")
        assert judged._is_id(value) is is_likely_id_string(value, judged.text)
