"""
Renderings of a verdict. A report is a pure function of it: it reads nothing, writes nothing and decides
nothing.

:data:`FORMATS` is what ``--output FORMAT=PATH`` offers. Each renderer is imported when it is first called:
SARIF's objects cost a start of the hook that wants none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from pregate.model import Rule, Verdict

HOME_PAGE = "https://pypi.org/project/pregate/"

Renderer = Callable[[Verdict, Sequence[Rule]], str]
HistoryRenderer = Callable[[Verdict, Sequence[Rule], Sequence[bytes]], str]


def render_console(verdict: Verdict, rules: Sequence[Rule]) -> str:
    """The report for people, without colours, 100 cells wide."""
    from pregate.report import console

    return console.render_console(verdict, rules)


def render_json(verdict: Verdict, rules: Sequence[Rule]) -> str:
    """The report for programs, as report.schema.json describes it."""
    from pregate.report import json_report

    return json_report.render(verdict, rules)


def render_sarif(verdict: Verdict, rules: Sequence[Rule]) -> str:
    """SARIF 2.1.0 with the findings of every state."""
    from pregate.report import sarif

    return sarif.render(verdict, rules)


def render_csv(verdict: Verdict, rules: Sequence[Rule]) -> str:
    """One row for each finding, RFC 4180."""
    from pregate.report import csv_report

    return csv_report.render(verdict, rules)


def render_ocsf(verdict: Verdict, rules: Sequence[Rule]) -> str:
    """OCSF 1.5.0 events, one for each finding."""
    from pregate.report import ocsf

    return ocsf.render(verdict, rules)


def render_cyclonedx(verdict: Verdict, rules: Sequence[Rule]) -> str:
    """CycloneDX 1.6 with the inventory and its vulnerabilities."""
    from pregate.report import cyclonedx

    return cyclonedx.render(verdict, rules)


def render_spdx(verdict: Verdict, rules: Sequence[Rule]) -> str:
    """SPDX 2.3 with the inventory."""
    from pregate.report import spdx

    return spdx.render(verdict, rules)


def render_html(verdict: Verdict, rules: Sequence[Rule]) -> str:
    """One file for browsers, which needs nothing else."""
    from pregate.report import html

    return html.render(verdict, rules)


def render_html_with_history(verdict: Verdict, rules: Sequence[Rule], earlier: Sequence[bytes]) -> str:
    """The same with the trend of the runs that left the JSON reports ``earlier``. Raises ReportError."""
    from pregate.report import html
    from pregate.report.html.history import read_point

    return html.render(verdict, rules, [read_point(data) for data in earlier])


def render_markdown(verdict: Verdict, rules: Sequence[Rule]) -> str:
    """The summary as GitHub shows it, within the size of a job summary."""
    from pregate.report import summary

    return summary.render(verdict, rules)


def render_junit(verdict: Verdict, rules: Sequence[Rule]) -> str:
    """JUnit XML: a suite for each check, a failure for each new finding."""
    from pregate.report import junit

    return junit.render(verdict, rules)


def render_code_quality(verdict: Verdict, rules: Sequence[Rule]) -> str:
    """GitLab's Code Quality report."""
    from pregate.report import code_quality

    return code_quality.render(verdict, rules)


def render_gitlab_sast(verdict: Verdict, rules: Sequence[Rule]) -> str:
    """GitLab's security report of the type SAST, schema 15.0.7."""
    from pregate.report import gitlab_sast

    return gitlab_sast.render(verdict, rules)


FORMATS: Mapping[str, Renderer] = MappingProxyType(
    {
        "console": render_console,
        "csv": render_csv,
        "cyclonedx": render_cyclonedx,
        "gitlab-code-quality": render_code_quality,
        "gitlab-sast": render_gitlab_sast,
        "html": render_html,
        "json": render_json,
        "junit": render_junit,
        "markdown": render_markdown,
        "ocsf": render_ocsf,
        "sarif": render_sarif,
        "spdx": render_spdx,
    }
)
"""The reports that a run can write, by the name that users give."""

HISTORIES: Mapping[str, HistoryRenderer] = MappingProxyType({"html": render_html_with_history})
"""Those of them that also show earlier runs, of which they are given the JSON reports, oldest first."""

BILLS = frozenset({"cyclonedx", "spdx"})
"""Those of them that need an inventory (``Request.components``)."""

LINE_HASHED = frozenset({"json", "sarif"})
"""Those that hold GitHub's hashes of lines (``Request.line_hashes``)."""
