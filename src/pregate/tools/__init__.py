"""
Other scanners, installed where pregate runs: how they are called, on which files, and within what limits.

Nothing of the tree under judgement is executed or steers a scanner: commands and a scanner's own configuration
are of the trusted revision, programs are never taken from inside the tree, and a scanner sees a copy of the
files that concern it, in a folder of its own.
"""

from __future__ import annotations

from pregate.tools.choosing import choose
from pregate.tools.known import KNOWN
from pregate.tools.programs import find_program
from pregate.tools.running import Call, Ended, run_all
from pregate.tools.scanner import Scanner
from pregate.tools.workplace import Workplace

__all__ = ["KNOWN", "Call", "Ended", "Scanner", "Workplace", "choose", "find_program", "run_all"]
