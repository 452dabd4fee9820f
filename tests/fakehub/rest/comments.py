"""Comments of the conversation. Docs: REST API, "Issue comments"."""

from __future__ import annotations

from tests.fakehub import state
from tests.fakehub.rest import views
from tests.fakehub.rest.routing import Answer, Refused, Request, route
from tests.fakehub.validation import fill

BODY_LIMIT = 65_536
_WRITERS = ("issues", "pull_requests")


def check_body(body: str, resource: str) -> None:
    """GitHub counts characters, and refuses an empty body as well."""
    if not body.strip():
        raise Refused(
            422, "Validation Failed", [{"resource": resource, "code": "missing_field", "field": "body"}]
        )
    if len(body) > BODY_LIMIT:
        words = "body is too long (maximum is 65536 characters)"
        entry = {"resource": resource, "code": "unprocessable", "field": "data", "message": words}
        raise Refused(422, "Validation Failed", [entry])


@route("GET", "/issues/{issue_number}", *_WRITERS)
def get_issue(request: Request) -> Answer:
    """The pull request as an issue."""
    pull, hub = request.pull, request.hub
    shown = views.pull(hub, pull, full=False)
    same = ("number", "title", "body", "state", "user", "html_url", "created_at", "updated_at", "closed_at")
    url = shown["issue_url"]
    known = {name: shown[name] for name in (*same, "author_association")}
    known |= {
        "id": shown["id"] + 1,
        "node_id": shown["node_id"],
        "url": url,
        "comments_url": f"{url}/comments",
    }
    known |= {"repository_url": f"{hub.api_url}/repos/{pull.repository.full_name}"}
    known |= {"comments": sum(not c.deleted for c in pull.comments)}
    links = ("url", "html_url", "diff_url", "patch_url")
    return Answer(200, fill("issue", hub.server_url, **known, pull_request={n: shown[n] for n in links}))


@route("GET", "/issues/{issue_number}/comments", *_WRITERS)
def list_comments(request: Request) -> Answer:
    pull = request.pull
    living = [c for c in pull.comments if not c.deleted]
    since = request.query.get("since", "")
    page, headers = request.page([c for c in living if c.updated_at >= since])
    return Answer(200, [views.comment(request.hub, c, pull) for c in page], headers)


@route("POST", "/issues/{issue_number}/comments", *_WRITERS)
def create_comment(request: Request) -> Answer:
    pull = request.pull
    check_body(request.body["body"], "IssueComment")
    made = pull.add(request.body["body"], request.actor)
    shown = views.comment(request.hub, made, pull)
    return Answer(201, shown, {"Location": shown["url"]})


def _find(request: Request) -> tuple[state.Comment, state.PullRequest]:
    for pull in request.repository.pulls.values():
        for comment in pull.comments:
            if str(comment.id) == request.names["comment_id"] and not comment.deleted:
                return comment, pull
    raise Refused(404, "Not Found")


@route("GET", "/issues/comments/{comment_id}", *_WRITERS)
def get_comment(request: Request) -> Answer:
    return Answer(200, views.comment(request.hub, *_find(request)))


@route("PATCH", "/issues/comments/{comment_id}", *_WRITERS)
def update_comment(request: Request) -> Answer:
    comment, pull = _find(request)
    check_body(request.body["body"], "IssueComment")
    comment.body, comment.updated_at = request.body["body"], pull.world.now()
    comment.edits += 1
    return Answer(200, views.comment(request.hub, comment, pull))


@route("DELETE", "/issues/comments/{comment_id}", *_WRITERS)
def delete_comment(request: Request) -> Answer:
    _find(request)[0].deleted = True
    return Answer(204)
