"""The report ``badge``: the verdict for https://shields.io/badges/endpoint-badge, as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence

from pregate.model import Decision, Rule, State, Verdict

_COLOURS = {Decision.PASSED: "brightgreen", Decision.FAILED: "red", Decision.INCOMPLETE: "orange"}


def render(verdict: Verdict, rules: Sequence[Rule]) -> str:
    """The badge; the same verdict always gives the same text."""
    new = sum(judged.state is State.NEW for judged in verdict.findings)
    words = f"{verdict.decision.value}, {new} new" if new else verdict.decision.value
    badge = {"schemaVersion": 1, "label": "pregate", "message": words, "color": _COLOURS[verdict.decision]}
    return json.dumps(badge, sort_keys=True) + "\n"
