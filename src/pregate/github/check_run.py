"""
A check run whose title is the verdict, for those who want one beside the job's own status.

Source: docs.github.com, REST "Create a check run": 50 annotations a request, 65,535 characters of summary.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from pregate.github.client import PER_PAGE, Client, LostAnswerError
from pregate.github.shapes import items, mapping, text
from pregate.model import Decision
from pregate.records import dataclass

ANNOTATIONS_MAX = 50
TEXT_MAX = 65_535
TITLE_MAX = 255
_CONCLUSIONS = {
    Decision.PASSED: "success",
    Decision.FAILED: "failure",
    Decision.INCOMPLETE: "action_required",
}
_LEVELS = {"error": "failure", "warning": "warning", "notice": "notice"}


@dataclass(frozen=True, slots=True)
class CheckRun:
    """
    What to publish: ``annotations`` are ``(kind, message, properties)`` as for the log, most severe first.

    ``key`` tells this run from any other (``external_id``), so that a lost answer makes no second one.
    """

    name: str
    head: str
    decision: Decision
    title: str
    summary: str
    key: str
    details_url: str = ""
    annotations: Sequence[tuple[str, str, Mapping[str, str]]] = ()


def publish_check_run(client: Client, run: CheckRun) -> str:
    """Creates the check run and gives its URL. Raises GitHubError."""
    body = _body(run)
    try:
        made = client.send("POST", "/check-runs", body)
    except LostAnswerError:
        made = _find(client, run) or client.send("POST", "/check-runs", body)
    return text(mapping(made).get("html_url"))


def _find(client: Client, run: CheckRun) -> Mapping[str, Any] | None:
    # "all": the latest of this name may be that of another run of the workflow.
    listed = client.get(
        f"/commits/{quote(run.head)}/check-runs", check_name=run.name, filter="all", per_page=PER_PAGE
    )
    known = map(mapping, items(mapping(listed).get("check_runs")))
    return next((entry for entry in known if entry.get("external_id") == run.key), None)


def _body(run: CheckRun) -> dict[str, Any]:
    output: dict[str, Any] = {"title": run.title[:TITLE_MAX], "summary": run.summary[:TEXT_MAX]}
    chosen = [a for a in map(_annotation, run.annotations) if a]
    if chosen:
        output["annotations"] = chosen[:ANNOTATIONS_MAX]
    body: dict[str, Any] = {
        "name": run.name,
        "head_sha": run.head,
        "status": "completed",
        "conclusion": _CONCLUSIONS[run.decision],
        "external_id": run.key,
        "output": output,
    }
    return body | ({"details_url": run.details_url} if run.details_url else {})


def _annotation(entry: tuple[str, str, Mapping[str, str]]) -> dict[str, Any] | None:
    """None for what has no file, or one whose name JSON cannot carry: GitHub would refuse the check run."""
    kind, message, properties = entry
    if not _is_text(properties.get("file", "")):
        return None
    start = max(int(properties.get("line") or 1), 1)
    end = max(int(properties.get("endLine") or start), start)
    made: dict[str, Any] = {
        "path": properties["file"],
        "start_line": start,
        "end_line": end,
        "annotation_level": _LEVELS[kind],
        "message": message,
        "title": properties.get("title", "")[:TITLE_MAX],
    }
    if start == end and "col" in properties and "endColumn" in properties:
        made |= {"start_column": int(properties["col"]), "end_column": int(properties["endColumn"])}
    return made


def _is_text(path: str) -> bool:
    return bool(path) and not any("\ud800" <= character <= "\udfff" for character in path)
