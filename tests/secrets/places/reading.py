"""What the tests of places ask: the secrets of a text, as short as can be compared."""

from __future__ import annotations

import base64
import random
import string

from pregate.model import Confidence
from pregate.secrets.scan import scan

LETTERS = string.ascii_letters + string.digits
HIGH, MEDIUM, LOW = Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW


def made_up(seed: int = 1, size: int = 14) -> str:
    """A password that nobody has, with a digit in it."""
    return "".join(random.Random(seed).choices(LETTERS, k=size - 2)) + "7q"


def encoded(text: str | bytes) -> str:
    """Base64 of a text."""
    return base64.b64encode(text if isinstance(text, bytes) else text.encode()).decode()


def found(path: str, text: str | bytes) -> list[tuple[str, Confidence, str]]:
    """The detectors without their ending, how sure they are, and the values, of what is reported."""
    data = text if isinstance(text, bytes) else text.encode()
    return [
        (s.detector.removesuffix("Detector"), s.confidence, s.value.reveal())
        for s in scan(path, data).secrets
        if s.confidence is not None and s.confidence > LOW
    ]


def places(path: str, text: str) -> list[tuple[str, int, str]]:
    """The detectors, the lines, and what stands in the columns that they give."""
    scanned = scan(path, text.encode())
    return [
        (s.detector.removesuffix("Detector"), s.line, scanned.lines[s.line - 1][s.start - 1 : s.end - 1])
        for s in scanned.secrets
        if s.confidence is not None and s.confidence > LOW
    ]
