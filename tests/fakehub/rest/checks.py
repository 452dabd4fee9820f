"""Check runs and commit statuses. Docs: REST API, "Check runs", "Commit statuses"."""

from __future__ import annotations

from typing import Any

from tests.fakehub import git, records
from tests.fakehub.rest import views
from tests.fakehub.rest.routing import Answer, Refused, Request, route


def _apply(run: records.CheckRun, body: dict[str, Any], now: str) -> None:
    for name in ("name", "external_id", "details_url", "started_at", "completed_at", "status"):
        if name in body:
            setattr(run, name, body[name])
    if "conclusion" in body:
        run.conclusion, run.status = body["conclusion"], "completed"
    if run.status == "completed":
        if run.conclusion is None:
            raise Refused(422, "Invalid request.\n\nMissing conclusion.")
        run.completed_at = run.completed_at or now
    output = body.get("output", {})
    for name in ("title", "summary", "text"):
        if name in output:
            setattr(run, name, output[name])
    run.annotations.extend(output.get("annotations", ()))


def _check(body: dict[str, Any]) -> None:
    output = body.get("output", {})
    if len(output.get("annotations", ())) > 50:
        raise Refused(422, "Invalid request.\n\nNo more than 50 items are allowed; 51 were supplied.")
    for name in ("summary", "text"):
        if len(output.get(name) or "") > 65_535:
            raise Refused(422, f"Invalid request.\n\nOnly 65535 characters are allowed; {name} is longer.")
    for entry in output.get("annotations", ()):
        columns = {"start_column", "end_column"} & set(entry)
        if columns and entry["start_line"] != entry["end_line"]:
            raise Refused(422, "Invalid request.\n\nColumns are allowed on one line only.")
        if entry["start_line"] > entry["end_line"] or entry["start_line"] < 0:
            raise Refused(422, "Invalid request.\n\nstart_line must precede end_line.")
        if len(entry["message"].encode()) > 65_536 or len(entry.get("title", "")) > 255:
            raise Refused(422, "Invalid request.\n\nAn annotation is too long.")


@route("POST", "/check-runs", "checks")
def create_check_run(request: Request) -> Answer:
    repo, body = request.repository, request.body
    _check(body)
    if not repo.has_commit(body["head_sha"]):
        raise Refused(422, f"No commit found for SHA: {body['head_sha']}")
    run = records.CheckRun(
        *(repo.world.number(), body["name"], body["head_sha"], "queued", None, repo.world.now(), None)
    )
    run.app = request.actor.login.removesuffix("[bot]")
    _apply(run, body, repo.world.now())
    repo.check_runs.append(run)
    return Answer(201, views.check_run(request.hub, run, repo))


def _find(request: Request) -> records.CheckRun:
    for run in request.repository.check_runs:
        if str(run.id) == request.names["check_run_id"]:
            return run
    raise Refused(404, "Not Found")


@route("GET", "/check-runs/{check_run_id}", "checks")
def get_check_run(request: Request) -> Answer:
    return Answer(200, views.check_run(request.hub, _find(request), request.repository))


@route("PATCH", "/check-runs/{check_run_id}", "checks")
def update_check_run(request: Request) -> Answer:
    run = _find(request)
    _check(request.body)
    _apply(run, request.body, request.repository.world.now())
    return Answer(200, views.check_run(request.hub, run, request.repository))


@route("GET", "/check-runs/{check_run_id}/annotations", "checks")
def list_annotations(request: Request) -> Answer:
    page, headers = request.page(_find(request).annotations)
    return Answer(200, [views.annotation(request.hub, a) for a in page], headers)


def _sha(request: Request, name: str) -> str:
    repo, ref = request.repository, request.names[name]
    sha = git.commit_of(repo.git, ref) or (ref if repo.has_commit(ref) else "")
    if not sha:
        raise Refused(422, f"No commit found for SHA: {ref}")
    return sha


@route("GET", "/commits/{ref}/check-runs", "checks")
def list_check_runs(request: Request) -> Answer:
    sha, wanted = _sha(request, "ref"), request.query.get("check_name")
    found = [r for r in request.repository.check_runs if r.head_sha == sha and wanted in (None, r.name)]
    status = request.query.get("status")
    found = [r for r in found if status in (None, r.status)]
    if request.query.get("filter", "latest") == "latest":
        found = list({run.name: run for run in found}.values())
    page, headers = request.page(found)
    shown = [views.check_run(request.hub, r, request.repository) for r in page]
    return Answer(200, {"total_count": len(found), "check_runs": shown}, headers)


@route("POST", "/statuses/{sha}", "statuses")
def create_status(request: Request) -> Answer:
    repo, sha, body = request.repository, request.names["sha"], request.body
    if not repo.has_commit(sha):
        raise Refused(422, f"No commit found for SHA: {sha}")
    if len(body.get("description") or "") > 140:
        entry = {"resource": "Status", "code": "custom", "field": "description"}
        words = "description is too long (maximum is 140 characters)"
        raise Refused(422, "Validation Failed", [entry | {"message": words}])
    made = records.Status(
        *(repo.world.number(), sha, body["state"], body.get("context", "default"), body.get("description")),
        *(body.get("target_url"), request.actor, repo.world.now()),
    )
    repo.statuses.append(made)
    return Answer(201, views.status(request.hub, made, repo))


@route("GET", "/commits/{ref}/statuses", "statuses")
def list_statuses(request: Request) -> Answer:
    sha = _sha(request, "ref")
    page, headers = request.page([s for s in reversed(request.repository.statuses) if s.sha == sha])
    return Answer(200, [views.status(request.hub, s, request.repository) for s in page], headers)


@route("GET", "/commits/{ref}/status", "statuses")
def combined_status(request: Request) -> Answer:
    from tests.fakehub.validation import fill

    sha, repo = _sha(request, "ref"), request.repository
    latest = list({s.context: s for s in repo.statuses if s.sha == sha}.values())
    states = {s.state for s in latest}
    bad = states & {"failure", "error"}
    overall = "failure" if bad else "success" if states == {"success"} else "pending"
    shown = [views.status(request.hub, s, repo) for s in latest]
    simple = [{k: v for k, v in s.items() if k != "creator"} for s in shown]
    known = {"sha": sha, "state": overall, "total_count": len(latest), "statuses": simple}
    known["repository"] = views.repository(request.hub, repo)
    return Answer(200, fill("combined-commit-status", request.hub.server_url, **known))
