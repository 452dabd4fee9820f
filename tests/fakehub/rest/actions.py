"""Runs of workflows and their artefacts. Docs: REST API, "Workflow runs", "Artifacts"."""

from __future__ import annotations

import io
import zipfile

from tests.fakehub import git, records, state
from tests.fakehub.rest import views
from tests.fakehub.rest.routing import Answer, Refused, Request, route
from tests.fakehub.validation import fill


def _run(request: Request) -> records.WorkflowRun:
    number = request.names["run_id"]
    found = request.repository.runs.get(int(number)) if number.isdigit() else None
    if found is None:
        raise Refused(404, "Not Found")
    return found


@route("GET", "/actions/runs/{run_id}", "actions")
def get_run(request: Request) -> Answer:
    run, repo, hub = _run(request), request.repository, request.hub
    url = f"{hub.api_url}/repos/{repo.full_name}/actions/runs/{run.id}"
    fork = hub.repositories.get(run.head_repository.lower()) or state.Repository(
        repo.world, repo.id + 1, run.head_repository
    )
    known = {
        "id": run.id,
        "url": url,
        "html_url": f"{hub.server_url}/{repo.full_name}/actions/runs/{run.id}",
        "artifacts_url": f"{url}/artifacts",
        "head_branch": run.head_branch,
        "head_sha": run.head_sha,
        "event": run.event,
        "status": "completed",
        "conclusion": run.conclusion,
        "created_at": run.created_at,
        "updated_at": run.created_at,
        "pull_requests": [],
        "repository": views.repository(hub, repo),
        "head_repository": views.repository(hub, fork),
    }
    if git.has_commit(repo.git, run.head_sha) and repo.git:
        commit = git.commit(repo.git, run.head_sha)
        people = [dict(zip(("name", "email"), p, strict=False)) for p in (commit.author, commit.committer)]
        head: views.Json = {"id": commit.sha, "tree_id": commit.tree, "message": commit.message}
        head |= {"timestamp": commit.committer[2], "author": people[0], "committer": people[1]}
        known["head_commit"] = head
    return Answer(200, fill("workflow-run", hub.server_url, **known))


def archive(artifact: records.Artifact) -> bytes:
    """The artefact as the zip file that is downloaded."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, data in artifact.files.items():
            pack.writestr(zipfile.ZipInfo(name), data)
    return buffer.getvalue()


def _view(request: Request, it: records.Artifact) -> views.Json:
    hub, run = request.hub, request.repository.runs[it.run_id]
    url = f"{hub.api_url}/repos/{request.repository.full_name}/actions/artifacts/{it.id}"
    known = {"id": it.id, "node_id": f"MDg6QXJ0aWZhY3Q{it.id}", "name": it.name, "url": url}
    known |= {"archive_download_url": f"{url}/zip", "size_in_bytes": len(archive(it)), "expired": it.expired}
    known |= dict.fromkeys(("created_at", "updated_at", "expires_at"), it.created_at)
    origin = {"id": run.id, "repository_id": request.repository.id, "head_sha": run.head_sha}
    return fill("artifact", hub.server_url, **known, workflow_run=origin | {"head_branch": run.head_branch})


@route("GET", "/actions/runs/{run_id}/artifacts", "actions")
def list_artifacts(request: Request) -> Answer:
    wanted = request.query.get("name")
    found = [a for a in _run(request).artifacts if wanted in (None, a.name)]
    page, headers = request.page(found)
    return Answer(200, {"total_count": len(found), "artifacts": [_view(request, a) for a in page]}, headers)


def _artifact(request: Request) -> records.Artifact:
    for run in request.repository.runs.values():
        for artifact in run.artifacts:
            if str(artifact.id) == request.names["artifact_id"]:
                return artifact
    raise Refused(404, "Not Found")


@route("GET", "/actions/artifacts/{artifact_id}", "actions")
def get_artifact(request: Request) -> Answer:
    return Answer(200, _view(request, _artifact(request)))


@route("GET", "/actions/artifacts/{artifact_id}/{archive_format}", "actions", public=False)
def download(request: Request) -> Answer:
    artifact = _artifact(request)
    if request.names["archive_format"] != "zip":
        raise Refused(404, "Not Found")
    if artifact.expired:
        raise Refused(410, "Artifact has expired")
    return Answer(302, None, {"Location": request.hub.publish_blob(archive(artifact))})
