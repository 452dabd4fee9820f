"""
What pregate expects of a plug-in, as tests that its author runs: subclass :class:`CheckConformance` or
:class:`ReportConformance` in a test module, or call :func:`check_check` and :func:`check_report`.

Every test is a method with plain assertions: pytest collects them, and nothing here imports it. How to write
a plug-in is in docs/plugins.md, a whole one in examples/plugin.
"""

from __future__ import annotations

from pregate.conformance.checks import CheckConformance, check_check
from pregate.conformance.reports import ReportConformance, check_report

__all__ = ["CheckConformance", "ReportConformance", "check_check", "check_report"]
