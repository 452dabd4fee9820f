"""Small SARIF documents, made where a test needs them."""

from __future__ import annotations

import json
from typing import Any

from pregate.intake import Intake, Texts, read_sarif
from pregate.model import Finding


def result(**changes: Any) -> dict[str, Any]:
    """A result at line 2 of ``a.py``; a change of None takes a key away."""
    made = {
        "ruleId": "R1",
        "level": "error",
        "message": {"text": "It is wrong."},
        "locations": [location("a.py", startLine=2)],
    } | changes
    return {key: value for key, value in made.items() if value is not None}


def location(uri: str, base: str = "", **region: Any) -> dict[str, Any]:
    """A location; without a region where none is given."""
    artifact = {"uri": uri, **({"uriBaseId": base} if base else {})}
    physical: dict[str, Any] = {"artifactLocation": artifact}
    return {"physicalLocation": physical | ({"region": region} if region else {})}


def run(*results: Any, rules: Any = (), name: str = "Some Tool", **more: Any) -> dict[str, Any]:
    """One run of a tool."""
    return {"tool": {"driver": {"name": name, "rules": list(rules)}}, "results": list(results)} | more


def log(*runs: Any) -> bytes:
    """A log of these runs."""
    return json.dumps({"version": "2.1.0", "runs": list(runs)}).encode()


def read(*runs: Any, texts: Texts | None = None, root: str = "") -> Intake:
    """What the only tool of these runs found."""
    (intake,) = read_sarif(log(*runs), "out.sarif", texts=texts, root=root)
    return intake


def found(made: dict[str, Any], rules: Any = (), texts: Texts | None = None, **more: Any) -> Finding:
    """The only finding of a run with that result."""
    (finding,) = read(run(made, rules=rules, **more), texts=texts).findings
    return finding
