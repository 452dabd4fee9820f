"""What only looks like a secret is not reported: placeholders, references, digests, texts, public keys."""

from __future__ import annotations

import pytest

from pregate.model import Confidence
from pregate.secrets.scan import scan

from .written import rows, snippet

ROWS = rows("not_secrets.tsv")


@pytest.mark.parametrize(("path", "written"), ROWS, ids=[f"{path}-{n}" for n, (path, _) in enumerate(ROWS)])
def test_it_is_not_reported(path: str, written: str) -> None:
    text, _ = snippet(written)
    told = [s.detector for s in scan(path, text.encode()).secrets if s.confidence is not Confidence.LOW]
    assert told == []
