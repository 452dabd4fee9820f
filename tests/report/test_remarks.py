"""Remarks on lines, beside what the whole runs show."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pregate.model import Decision, Fix, LineRange, Location, Place, Remark, State
from pregate.report.remarks import LINES_MAX, remarks_for
from tests.report import sample


def remark_on(last: int) -> Remark:
    """The remark for a finding on lines 1 to ``last``, all of which are added and replaced by a fix."""
    finding = replace(sample.shell_finding(), location=Location("app.py", 1, 1, last, 9))
    place = Place(LineRange(1, last), (LineRange(1, last),), (Fix("Mend it", 1, last, "mended()"),))
    verdict = sample.verdict_of((sample.judged(State.NEW, finding),), (), Decision.FAILED)
    (remark,) = remarks_for(verdict, {finding.fingerprint: place})
    return remark


@pytest.mark.parametrize(("last", "first", "is_offered"), [(LINES_MAX, 1, True), (LINES_MAX + 1, 2, False)])
def test_a_suggestion_never_replaces_fewer_lines_than_the_fix(
    last: int, first: int, *, is_offered: bool
) -> None:
    remark = remark_on(last)
    assert (remark.start_line, remark.end_line) == (first, last)
    assert ("```suggestion" in remark.body) is is_offered
