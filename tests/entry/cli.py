"""Runs ``pregate`` in this process and gives what it printed."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pregate.entry import main

ADVISORIES = Path(__file__).parent.parent.parent / "examples" / "advisories"


@dataclass(frozen=True)
class Run:
    """Exit code and both streams of a run."""

    code: int
    out: str
    err: str


def pregate(*words: str | Path, stdin: bytes = b"") -> Run:
    """``pregate WORDS…``; both streams as they would be written in UTF-8."""
    streams = [io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2)]
    saved: Sequence[object] = (sys.stdout, sys.stderr, sys.stdin)
    sys.stdout, sys.stderr = streams
    sys.stdin = io.TextIOWrapper(io.BytesIO(stdin), "utf-8")
    try:
        code = main([str(word) for word in words])
    finally:
        sys.stdout, sys.stderr, sys.stdin = saved
    texts = [stream.buffer.getvalue().decode("utf-8") for stream in streams]
    return Run(code, *texts)
