"""Every token format is found however it is written down, and placeholders of it are not."""

from __future__ import annotations

import random
import re

import pytest

from pregate.model import Confidence
from pregate.secrets import about, formats
from pregate.secrets.scan import scan

from .specimens import ALL
from .specimens.model import SYNTAXES, Specimen

CASES = [
    pytest.param(detector, specimen, id=f"{detector}-{number}")
    for detector, specimens in ALL.items()
    for number, specimen in enumerate(specimens)
]


def found(path: str, text: str) -> set[tuple[str, str]]:
    secrets = scan(path, text.encode()).secrets
    return {
        (s.detector, s.value.reveal()) for s in secrets if (s.confidence or Confidence.HIGH) > Confidence.LOW
    }


def test_every_format_has_specimens_and_words() -> None:
    named = {form.detector for form in formats.all_formats()}
    assert named <= ALL.keys()
    assert named <= about.entries().keys()


@pytest.mark.parametrize(("detector", "specimen"), CASES)
def test_a_token_is_found_in_every_syntax(detector: str, specimen: Specimen) -> None:
    rng = random.Random(detector)
    missed = []
    for path, form in SYNTAXES:
        value = specimen.make(rng)
        text = form.format(n=specimen.name, v=specimen.around.format(value))
        if (detector, value) not in found(path, text):
            missed.append((path, [name for name, _ in found(path, text)]))
    assert missed == []


@pytest.mark.parametrize(("detector", "specimen"), CASES)
def test_a_placeholder_is_no_token(detector: str, specimen: Specimen) -> None:
    rng = random.Random(detector)
    value = specimen.make(rng)
    masks = (
        re.sub(r"[A-Za-z0-9]", "x", value),
        value[:6] + re.sub(r"[A-Za-z0-9]", "X", value[6:]),
        value[:6] + "*" * (len(value) - 6),
        value[:6] + "<your-token-here>",
        "${" + specimen.name + "}",
    )
    for mask in masks:
        names = {name for name, _ in found("app.env", f"{specimen.name}={mask}\n")}
        assert detector not in names, mask
