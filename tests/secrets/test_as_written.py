"""Secrets are found in the ways in which people write them: once, by the best rule, at their columns."""

from __future__ import annotations

import pytest

from pregate.model import Confidence
from pregate.secrets.masking import Masker
from pregate.secrets.scan import scan

from .written import rows, snippet

ROWS = rows("as_written.tsv")


@pytest.mark.parametrize(
    ("detector", "sure", "path", "written"),
    ROWS,
    ids=[f"{path}-{n}" for n, (_, _, path, _) in enumerate(ROWS)],
)
def test_a_secret_is_found_once_at_its_columns(detector: str, sure: str, path: str, written: str) -> None:
    text, values = snippet(written)
    scanned = scan(path, text.encode())
    found = [
        (s.detector, s.confidence or Confidence.HIGH, scanned.lines[s.line - 1][s.start - 1 : s.end - 1])
        for s in scanned.secrets
    ]
    assert found == [(f"{detector}Detector", Confidence[sure], value) for value in values]


def test_none_of_them_is_left_in_a_masked_file() -> None:
    for _, _, path, written in ROWS:
        text, values = snippet(written)
        masked = "\n".join(Masker.from_scan(scan(path, text.encode())).lines(1, 99))
        assert not [value for value in values if value in masked], path
