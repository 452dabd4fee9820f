"""
Checks and reports of other distributions, by the entry points ``pregate.checks`` and ``pregate.reports``.

Off unless the trusted configuration names them. They are found among what is installed, never in the tree
that is judged (:mod:`pregate.plugins.discovery`), and what they say is held against the rules for it before
anything believes it (:mod:`pregate.plugins.guard`). How to write one is in docs/plugins.md. Nothing here is
imported where no plug-in is configured.
"""

from __future__ import annotations

from pregate.plugins.discovery import CHECKS, REPORTS, find, installed
from pregate.plugins.loading import load_report, make_check

__all__ = ["CHECKS", "REPORTS", "find", "installed", "load_report", "make_check"]
