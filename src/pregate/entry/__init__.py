"""
The ways in: command line, git hook, GitHub action. Only here are errors mapped to exit codes and is
anything printed.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """
    Runs ``pregate`` and gives its exit code.

    0 passed, 1 findings at or over the threshold, 2 usage, 3 incomplete, 4 a bug in pregate, 130 interrupted.
    """
    # Starting imports some 300 modules that stay: collecting among them costs a hook a tenth of its time.
    gc.set_threshold(50_000, 20, 20)
    from pregate.entry.cli import run

    return run(sys.argv[1:] if argv is None else list(argv))
