"""Reviews and their comments. Docs: REST API, "Pull request reviews", "Pull request review comments"."""

from __future__ import annotations

from typing import Any

from tests.fakehub import git, state
from tests.fakehub.rest import views
from tests.fakehub.rest.comments import check_body
from tests.fakehub.rest.routing import Answer, Refused, Request, route

_PULL = "/pulls/{pull_number}"
_EVENTS = {"APPROVE": "APPROVED", "REQUEST_CHANGES": "CHANGES_REQUESTED", "COMMENT": "COMMENTED"}
_THREAD = "Pull request review thread"
_NO_HUNK = f"{_THREAD} diff hunk can't be blank"


def refusal_of(changes: git.Diff, comment: dict[str, Any]) -> str:
    """GitHub's words for a comment that is not on lines of one hunk; ``""`` for a good one."""
    file = changes.files.get(comment["path"])
    if file is None:
        return f"{_THREAD} path is invalid and {_NO_HUNK}"
    line, side = comment.get("line"), comment.get("side", "RIGHT")
    start, start_side = comment.get("start_line"), comment.get("start_side", side)
    if side not in ("LEFT", "RIGHT") or start_side not in ("LEFT", "RIGHT"):
        return f"{_THREAD} side is invalid"
    hunk = None if line is None else file.hunk_of(side, line)
    if start is not None and line is not None and start >= line and start_side == side:
        return f"{_THREAD} start line must precede the end line."
    parts = []
    if hunk is None:
        parts.append(f"{_THREAD} line must be part of the diff")
    if start is not None and (hunk is None or file.hunk_of(start_side, start) != hunk):
        parts.append(f"{_THREAD} start line must be part of the same hunk as the line.")
    if hunk is None:
        parts.append(_NO_HUNK)
    return (
        ", ".join(parts[:-1]) + (", and " if len(parts) > 2 else " and ") + parts[-1]
        if parts[1:]
        else "".join(parts)
    )


def _check_comments(pull: state.PullRequest, commit_id: str, comments: list[dict[str, Any]]) -> None:
    for comment in comments:
        check_body(comment["body"], "PullRequestReviewComment")
        if "position" in comment:
            pull.world.violations.append("review comment: position is on its way out, use line and side")
    changes = pull.diff(commit_id)
    refused = [words for comment in comments if (words := refusal_of(changes, comment))]
    if refused:
        raise Refused(422, "Unprocessable Entity", list(dict.fromkeys(refused)))


def _check_commit(pull: state.PullRequest, commit_id: str) -> None:
    if not pull.knows(commit_id):
        raise Refused(422, "Unprocessable Entity", ["Commit is not part of the pull request"])


def _add(review: state.Review, pull: state.PullRequest, comments: list[dict[str, Any]]) -> None:
    for comment in comments:
        side = comment.get("side", "RIGHT")
        start = comment.get("start_line")
        thread = pull.add_thread(comment["path"], comment["line"], start, side, comment.get("start_side"))
        thread.is_pending = review.state == "PENDING"
        made = thread.add(comment["body"], review.author, review.id)
        made.commit_id = made.original_commit_id = review.commit_id
        if review.commit_id != pull.head_sha:
            pull.move(thread, review.commit_id)


@route("POST", _PULL + "/reviews", "pull_requests")
def create_review(request: Request) -> Answer:
    pull, body = request.pull, request.body or {}
    event, comments = body.get("event", ""), body.get("comments", [])
    if event in ("COMMENT", "REQUEST_CHANGES") and not body.get("body") and not comments:
        raise Refused(422, "Unprocessable Entity", ["Review Can not be blank"])
    if body.get("body"):
        check_body(body["body"], "PullRequestReview")
    actor = request.actor
    if event == "APPROVE" and actor == pull.author:
        raise Refused(422, "Unprocessable Entity", ["Can not approve your own pull request"])
    if not event and any(r.state == "PENDING" and r.author == actor for r in pull.reviews):
        raise Refused(422, "Unprocessable Entity", ["User can only have one pending review per pull request"])
    commit_id = body.get("commit_id") or pull.head_sha
    _check_commit(pull, commit_id)
    _check_comments(pull, commit_id, comments)
    review = pull.add_review(_EVENTS.get(event, "PENDING"), body.get("body", ""), actor, commit_id)
    _add(review, pull, comments)
    return Answer(200, views.review(request.hub, review, pull))


@route("GET", _PULL + "/reviews", "pull_requests")
def list_reviews(request: Request) -> Answer:
    pull = request.pull
    seen = [r for r in pull.reviews if r.state != "PENDING" or request.is_asked_by(r.author)]
    page, headers = request.page(seen)
    return Answer(200, [views.review(request.hub, r, pull) for r in page], headers)


def _review(request: Request) -> state.Review:
    for review in request.pull.reviews:
        if str(review.id) == request.names["review_id"]:
            return review
    raise Refused(404, "Not Found")


@route("GET", _PULL + "/reviews/{review_id}", "pull_requests")
def get_review(request: Request) -> Answer:
    return Answer(200, views.review(request.hub, _review(request), request.pull))


@route("PUT", _PULL + "/reviews/{review_id}", "pull_requests")
def update_review(request: Request) -> Answer:
    review = _review(request)
    check_body(request.body["body"], "PullRequestReview")
    review.body = request.body["body"]
    return Answer(200, views.review(request.hub, review, request.pull))


@route("GET", _PULL + "/reviews/{review_id}/comments", "pull_requests")
def list_comments_of_review(request: Request) -> Answer:
    review = _review(request)
    found = [(c, t) for t in request.pull.threads for c in t.living if c.review_id == review.id]
    page, headers = request.page(found)
    shown = [views.review_comment(request.hub, c, t) for c, t in page]
    for entry in shown:  # this one list speaks the language of positions
        for name in (
            "subject_type",
            "start_side",
            "start_line",
            "original_start_line",
            "line",
            "original_line",
        ):
            entry.pop(name, None)
        entry.pop("side", None)
        entry |= {"position": 1, "original_position": 1}
    return Answer(200, shown, headers)


@route("GET", _PULL + "/comments", "pull_requests")
def list_review_comments(request: Request) -> Answer:
    found = [(c, t) for t in request.pull.threads if not t.is_pending for c in t.living]
    key = request.query.get("sort", "created")
    found.sort(key=lambda e: e[0].updated_at if key == "updated" else e[0].created_at)
    if request.query.get("direction") == "desc":
        found.reverse()
    since = request.query.get("since", "")
    page, headers = request.page([e for e in found if e[0].updated_at >= since])
    return Answer(200, [views.review_comment(request.hub, c, t) for c, t in page], headers)


@route("POST", _PULL + "/comments", "pull_requests")
def create_review_comment(request: Request) -> Answer:
    pull, body = request.pull, request.body
    if "in_reply_to" in body:
        return _reply(request, body["in_reply_to"])
    _check_commit(pull, body["commit_id"])
    _check_comments(pull, body["commit_id"], [body])
    review = pull.add_review("COMMENTED", "", request.actor, body["commit_id"])
    _add(review, pull, [body])
    thread = pull.threads[-1]
    return Answer(201, views.review_comment(request.hub, thread.comments[0], thread))


@route("POST", _PULL + "/comments/{comment_id}/replies", "pull_requests")
def create_reply(request: Request) -> Answer:
    return _reply(request, int(request.names["comment_id"]))


def _reply(request: Request, comment_id: int) -> Answer:
    check_body(request.body["body"], "PullRequestReviewComment")
    for thread in request.pull.threads:
        if any(c.id == comment_id for c in thread.living):
            made = thread.add(request.body["body"], request.actor)
            return Answer(201, views.review_comment(request.hub, made, thread))
    raise Refused(404, "Not Found")


def _find(request: Request) -> tuple[state.ReviewComment, state.Thread]:
    for pull in request.repository.pulls.values():
        for thread in pull.threads:
            for comment in thread.living:
                if str(comment.id) == request.names["comment_id"]:
                    return comment, thread
    raise Refused(404, "Not Found")


@route("GET", "/pulls/comments/{comment_id}", "pull_requests")
def get_review_comment(request: Request) -> Answer:
    return Answer(200, views.review_comment(request.hub, *_find(request)))


@route("PATCH", "/pulls/comments/{comment_id}", "pull_requests")
def update_review_comment(request: Request) -> Answer:
    comment, thread = _find(request)
    check_body(request.body["body"], "PullRequestReviewComment")
    comment.body, comment.updated_at = request.body["body"], thread.pull.world.now()
    comment.edits += 1
    return Answer(200, views.review_comment(request.hub, comment, thread))


@route("DELETE", "/pulls/comments/{comment_id}", "pull_requests")
def delete_review_comment(request: Request) -> Answer:
    _find(request)[0].deleted = True
    return Answer(204)
