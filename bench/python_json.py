"""
``python bench/python_json.py TREE [--quietly]``: what ``bandit -r -f json`` prints of a tree, from the python
check's run of Bandit's tests: ``results`` and ``errors`` with every field. ``--quietly`` prints nothing, for
timing.

It is a program of its own, so that another interpreter can run it.
"""

# mypy: allow-untyped-calls
from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pregate.checks.base import Target
from pregate.checks.python import PythonCheck
from pregate.config import PythonConfig


def answer(files: Sequence[Path]) -> dict[str, list[dict[str, Any]]]:
    """Bandit's ``results`` and ``errors``; the results are kept on their way through the check."""
    from bandit.core import docs_utils

    from pregate.checks.python import visitor

    results: list[dict[str, Any]] = []
    add = visitor.Tester._add

    def kept(self: Any, test: Any, result: Any, context: dict[str, Any]) -> None:
        add(self, test, result, context)
        issue = self.issues[-1]
        if issue.suppressed_by:
            return
        # As bandit.core.tester fills in what a test leaves open.
        result.fname, result.fdata, result.test = context["filename"], context["file_data"], test.__name__
        result.test_id, result.lineno = issue.test_id, issue.line
        result.linerange = result.linerange or context["linerange"]
        result.col_offset = context["col_offset"] if result.col_offset == -1 else result.col_offset
        result.end_col_offset = context.get("end_col_offset", 0)
        results.append({**result.as_dict(max_lines=3), "more_info": docs_utils.get_url(issue.test_id)})

    visitor.Tester._add = kept  # type: ignore[method-assign]
    check, errors = PythonCheck(PythonConfig()), []
    for file in files:
        for unread in check.analyse(Target(str(file), file.read_bytes())).unread:
            if unread.reason.value == "unparsable":
                errors.append({"filename": unread.path, "reason": _reason(unread.detail)})
    return {"results": results, "errors": errors}


def _reason(detail: str) -> str:
    if detail.startswith("nested too deep"):
        return "exception while scanning file"
    return "syntax error while parsing AST from file"


def python_files(tree: Path) -> list[Path]:
    """The files that ``bandit -r`` looks at."""
    return sorted(file for file in tree.rglob("*.py") if file.is_file())


def main() -> None:
    """Prints the answer, or takes the time that the check takes."""
    files = python_files(Path(sys.argv[1]))
    if "--quietly" not in sys.argv:
        print(json.dumps(answer(files)))
        return
    check = PythonCheck(PythonConfig())
    for file in files:
        check.analyse(Target(str(file), file.read_bytes()))


if __name__ == "__main__":
    main()
