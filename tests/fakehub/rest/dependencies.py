"""The dependency graph. Docs: REST API, "Dependency submission"."""

from __future__ import annotations

from tests.fakehub.rest.routing import Answer, Refused, Request, route


@route("POST", "/dependency-graph/snapshots", "contents")
def create_snapshot(request: Request) -> Answer:
    repo, body = request.repository, request.body
    if not repo.dependency_graph:
        raise Refused(404, "The Dependency graph is disabled for this repository.")
    repo.snapshots.append(body)
    is_current = body["ref"] == f"refs/heads/{repo.default_branch}"
    answer = {
        "id": repo.world.number(),
        "created_at": repo.world.now(),
        "result": "SUCCESS" if is_current else "ACCEPTED",
        "message": "Dependency results for the repo have been successfully updated." if is_current else "",
    }
    return Answer(201, answer | ({} if repo.snapshot_result == "" else {"result": repo.snapshot_result}))
