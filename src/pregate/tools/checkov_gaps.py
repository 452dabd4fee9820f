"""
What Checkov could not parse: its SARIF passes over such files in silence, its JSON names them.

Shape: one report for each framework (or that report alone), with ``results.parsing_errors``, a list of paths;
only without ``--quiet``. Source: checkov.io/2.Basics/Reviewing Scan Results.
"""

from __future__ import annotations

import json

# Of other files, one framework cannot parse what is another's: a chart's template is no YAML.
_ENDINGS = (".tf", ".tf.json")


def unparsed(data: bytes, root: str) -> tuple[str, ...]:
    """The Terraform files that Checkov could not parse, relative to ``root``; none for what is no report."""
    try:
        reports = json.loads(data)
    except (ValueError, RecursionError):
        return ()
    found: dict[str, None] = {}
    for report in reports if isinstance(reports, list) else [reports]:
        results = report.get("results") if isinstance(report, dict) else None
        paths = results.get("parsing_errors") if isinstance(results, dict) else None
        for path in paths if isinstance(paths, list) else ():
            if isinstance(path, str) and path.endswith(_ENDINGS):
                found[path.removeprefix(f"{root}/").removeprefix("./").removeprefix("/")] = None
    return tuple(found)
