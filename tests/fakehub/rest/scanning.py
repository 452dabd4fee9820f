"""Code scanning. Docs: REST API, "Code scanning"; "SARIF support for code scanning"."""

from __future__ import annotations

import re
from typing import Any

from tests.fakehub import records, sarif, state
from tests.fakehub.rest import views
from tests.fakehub.rest.routing import Answer, Refused, Request, route
from tests.fakehub.validation import fill

OFF = "Advanced Security must be enabled for this repository to use code scanning."
_REF = re.compile(r"refs/(heads|tags|pull)/.+")


def _require(repo: state.Repository) -> None:
    if not repo.code_scanning or repo.code_scanning_message:
        raise Refused(403, repo.code_scanning_message or OFF)


@route("POST", "/code-scanning/sarifs", "security_events")
def upload(request: Request) -> Answer:
    repo, body = request.repository, request.body
    _require(repo)
    data = sarif.unpack(body["sarif"])
    ref, sha = body["ref"], body["commit_sha"]
    if not _REF.fullmatch(ref):
        raise Refused(400, f"ref '{ref}' is not a full ref")
    if not repo.has_ref(ref) or ref.startswith("refs/heads/gh-readonly-queue/"):
        raise Refused(404, f"ref '{ref}' not found in this repository")
    if not repo.has_commit(sha):
        raise Refused(404, f"commit {sha} not found in this repository")
    made = sarif.take_in(repo, data, ref, sha, body.get("checkout_uri", ""))
    url = f"{request.hub.api_url}{request.path}/{made.id}"
    return Answer(202, {"id": made.id, "url": url})


@route("GET", "/code-scanning/sarifs/{sarif_id}", "security_events", public=False)
def get_upload(request: Request) -> Answer:
    repo = request.repository
    _require(repo)
    found = next((u for u in repo.uploads if u.id == request.names["sarif_id"]), None)
    if found is None:
        raise Refused(404, "Not Found")
    status = found.processing_status
    found.polls -= status == "pending"
    if status == "pending":
        return Answer(200, {"processing_status": "pending"})
    url = f"{request.hub.api_url}/repos/{repo.full_name}/code-scanning/analyses?sarif_id={found.id}"
    errors = {"errors": found.errors} if found.errors else {}
    return Answer(200, {"processing_status": status, "analyses_url": url} | errors)


@route("GET", "/code-scanning/analyses", "security_events", public=False)
def list_analyses(request: Request) -> Answer:
    repo, query = request.repository, request.query
    _require(repo)
    found = [a for a in reversed(repo.taken_in) if query.get("ref") in (None, a.upload.ref)]
    found = [a for a in found if query.get("sarif_id") in (None, a.upload.id)]
    found = [a for a in found if query.get("tool_name") in (None, a.tool)]
    if not repo.taken_in:
        raise Refused(404, "no analysis found")
    page, headers = request.page(found)
    return Answer(200, [_analysis(request, a) for a in page], headers)


def _analysis(request: Request, it: records.Analysis) -> views.Json:
    known = {
        "id": it.id,
        "ref": it.upload.ref,
        "commit_sha": it.upload.commit_sha,
        "analysis_key": "(default)",
        "environment": "{}",
        "category": it.category,
        "error": "",
        "warning": "",
        "created_at": it.created_at,
        "results_count": len(it.results),
        "rules_count": len(it.rules),
        "sarif_id": it.upload.id,
        "tool": {"name": it.tool, "version": it.version, "guid": None},
        "deletable": True,
    }
    return fill("code-scanning-analysis", request.hub.server_url, **known)


@route("GET", "/code-scanning/alerts", "security_events", public=False)
def list_alerts(request: Request) -> Answer:
    repo, query = request.repository, request.query
    _require(repo)
    if not repo.taken_in:
        raise Refused(404, "no analysis found")
    ref = query.get("ref") or f"refs/heads/{repo.default_branch}"
    if query.get("pr"):
        ref = f"refs/pull/{query['pr']}/merge"
    ref = ref if ref.startswith("refs/") else f"refs/heads/{ref}"
    shown = [(a, a.state(ref)) for a in repo.alerts if query.get("tool_name") in (None, a.tool)]
    wanted = query.get("state")
    shown = [(a, s) for a, s in shown if s and wanted in (None, s)]
    page, headers = request.page(shown[::-1])
    return Answer(200, [_alert(request, a, s, ref) for a, s in page], headers)


def _alert(request: Request, it: records.Alert, status: str, ref: str) -> views.Json:
    hub, repo = request.hub, request.repository
    here = [i for (name, _), i in it.instances.items() if name == ref]
    chosen = next((i for i in here if i["state"] == status), here[0])
    properties: dict[str, Any] = it.rule.get("properties", {})
    rule = {
        "id": it.rule["id"],
        "name": it.rule.get("name", it.rule["id"]),
        "severity": it.rule.get("defaultConfiguration", {}).get("level", "warning"),
        "description": it.rule.get("shortDescription", {}).get("text", ""),
        "security_severity_level": sarif.severity(properties.get("security-severity")),
        "tags": properties.get("tags", []),
    }
    url = f"{hub.api_url}/repos/{repo.full_name}/code-scanning/alerts/{it.number}"
    known = {
        "number": it.number,
        "created_at": it.created_at,
        "url": url,
        "html_url": f"{hub.server_url}/{repo.full_name}/security/code-scanning/{it.number}",
        "instances_url": f"{url}/instances",
        "state": status,
        "rule": rule,
        "tool": {"name": it.tool, "version": None, "guid": None},
        "most_recent_instance": chosen,
    }
    return fill("code-scanning-alert-items", hub.server_url, **known)
