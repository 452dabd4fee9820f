"""What the fields of the GraphQL schema give, and what its mutations do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.fakehub import state
from tests.fakehub.rest import views
from tests.fakehub.rest.comments import BODY_LIMIT
from tests.fakehub.tokens import Actor, Token

if TYPE_CHECKING:
    from graphql import GraphQLError

    from tests.fakehub.hub import FakeHub

Resolver = Callable[[Any, "Context", dict[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class Context:
    """Who asks, and whom."""

    hub: FakeHub
    token: Token


@dataclass(frozen=True, slots=True)
class Connection:
    """A page of a list."""

    items: list[Any]
    start: int
    total: int


def refuse(kind: str, message: str) -> GraphQLError:
    """An error with GitHub's ``type``."""
    from graphql import GraphQLError

    return GraphQLError(message, extensions={"type": kind})


def _connect(items: Sequence[Any], arguments: dict[str, Any], name: str) -> Connection:
    first, last = arguments.get("first"), arguments.get("last")
    if first is None and last is None:
        words = f"You must provide a `first` or `last` value to properly paginate the `{name}` connection."
        raise refuse("MISSING_PAGINATION_BOUNDARIES", words)
    for which, value in (("first", first), ("last", last)):
        if value is not None and not 0 <= value <= 100:
            words = (
                f"Requesting {value} records on the `{name}` connection exceeds the `{which}` limit of 100"
            )
            raise refuse("EXCESSIVE_PAGINATION", words)
    start = int(arguments["after"]) if arguments.get("after") else 0
    end = int(arguments["before"]) - 1 if arguments.get("before") else len(items)
    if first is not None:
        end = min(end, start + first)
    if last is not None:
        start = max(start, end - last)
    return Connection(list(items[start:end]), start, len(items))


def _page_info(it: Connection) -> dict[str, Any]:
    end = it.start + len(it.items)
    cursors = (str(it.start + 1), str(end)) if it.items else (None, None)
    pages = {"hasNextPage": end < it.total, "hasPreviousPage": it.start > 0}
    return pages | {"startCursor": cursors[0], "endCursor": cursors[1]}


def find_node(context: Context, node_id: str) -> Any:
    """The object of a node id that the token may see, else NOT_FOUND."""
    for repo in context.hub.repositories.values():
        if repo.private and not context.token.may("contents", "read"):
            continue
        for pull in repo.pulls.values():
            comments = [c for c in pull.comments if not c.deleted]
            inner = [c for t in pull.threads for c in t.living]
            for thing in (*comments, *inner):
                if thing.node_id == node_id:
                    return thing
            for thread in pull.threads:
                if thread.id == node_id and thread.living:
                    return thread
    raise refuse("NOT_FOUND", f"Could not resolve to a node with the global id of '{node_id}'.")


def owner_of(context: Context, it: state.Comment) -> tuple[state.PullRequest, state.Thread | None]:
    """Where a comment stands."""
    for repo in context.hub.repositories.values():
        for pull in repo.pulls.values():
            if any(it is comment for comment in pull.comments):
                return pull, None
            for thread in pull.threads:
                if any(it is comment for comment in thread.comments):
                    return pull, thread
    raise refuse("NOT_FOUND", "Could not resolve to a node.")


def _need(context: Context, *permissions: str) -> None:
    if not any(context.token.may(permission, "write") for permission in permissions):
        raise refuse("FORBIDDEN", context.token.refusal)


def _may_resolve(context: Context) -> bool:
    # An installation needs contents: write for it, whatever else it may: a known oddity of GitHub's.
    allowed = context.token.may("pull_requests", "write") and context.token.may("contents", "write")
    return allowed and not context.hub.refuse_resolve


def _resolve_thread(context: Context, thread_id: str, resolved: bool) -> dict[str, Any]:
    thread = find_node(context, thread_id)
    if not isinstance(thread, state.Thread):
        raise refuse(
            "NOT_FOUND",
            f"Could not resolve to PullRequestReviewThread node with the global id of '{thread_id}'.",
        )
    if not _may_resolve(context):
        raise refuse("FORBIDDEN", context.token.refusal)
    thread.is_resolved = resolved
    thread.resolved_by = context.token.login if resolved else ""
    return {"thread": thread}


def _minimize(context: Context, subject: str, classifier: str) -> state.Comment:
    found = find_node(context, subject)
    if not isinstance(found, state.Comment):
        raise refuse(
            "NOT_FOUND", f"Could not resolve to a Minimizable node with the global id of '{subject}'."
        )
    if isinstance(found, state.ReviewComment):
        _need(context, "pull_requests")
    else:
        _need(context, "issues", "pull_requests")
    found.minimized = classifier
    return found


def _comment(context: Context, node_id: str, kind: type[state.Comment]) -> Any:
    found = find_node(context, node_id)
    if type(found) is not kind:
        raise refuse("NOT_FOUND", f"Could not resolve to a comment with the global id of '{node_id}'.")
    _need(context, *(("issues",) if kind is state.Comment else ()), "pull_requests")
    return found


def _reply(context: Context, given: dict[str, Any]) -> dict[str, Any]:
    thread = find_node(context, given["pullRequestReviewThreadId"])
    _need(context, "pull_requests")
    if len(given["body"]) > BODY_LIMIT or not given["body"].strip():
        raise refuse("UNPROCESSABLE", "Body is too long or blank")
    return {"comment": thread.add(given["body"], context.token.actor)}


def _edit(context: Context, comment: state.Comment, body: str) -> state.Comment:
    if len(body) > BODY_LIMIT or not body.strip():
        raise refuse("UNPROCESSABLE", "Body is too long (maximum is 65536 characters)")
    comment.body, comment.updated_at = body, context.hub.world.now()
    comment.edits += 1
    return comment


def _delete(comment: state.Comment) -> dict[str, Any]:
    comment.deleted = True
    return {}


def _repository(context: Context, given: dict[str, Any]) -> state.Repository:
    name = f"{given['owner']}/{given['name']}"
    found = context.hub.repositories.get(name.lower())
    if found is None or (found.private and not context.token.may("contents", "read")):
        raise refuse("NOT_FOUND", f"Could not resolve to a Repository with the name '{name}'.")
    return found


def _pull(repo: state.Repository, context: Context, given: dict[str, Any]) -> state.PullRequest:
    found = repo.pulls.get(given["number"])
    if repo.private and not context.token.may("pull_requests", "read"):
        raise refuse("FORBIDDEN", context.token.refusal)
    if found is None:
        raise refuse("NOT_FOUND", f"Could not resolve to a PullRequest with the number of {given['number']}.")
    return found


def _login(it: Actor) -> str:
    return it.login.removesuffix("[bot]")


def _seen_threads(it: state.PullRequest) -> list[state.Thread]:
    return [t for t in it.threads if t.living and not t.is_pending]


def _can_change(context: Context) -> bool:
    return context.token.may("pull_requests", "write") or context.token.may("issues", "write")


FIELDS: dict[tuple[str, str], Resolver] = {
    ("Query", "viewer"): lambda _, c, __: Actor(c.token.login, "User"),
    ("Query", "repository"): lambda _, c, a: _repository(c, a),
    ("Query", "node"): lambda _, c, a: find_node(c, a["id"]),
    ("Query", "nodes"): lambda _, c, a: [find_node(c, i) for i in a["ids"]],
    ("Query", "rateLimit"): lambda _, c, __: {
        "cost": 1,
        "nodeCount": 1,
        "limit": c.hub.limit.limit,
        "remaining": c.hub.limit.remaining,
        "used": c.hub.limit.limit - c.hub.limit.remaining,
        "resetAt": c.hub.world.now(),
    },
    ("Mutation", "resolveReviewThread"): lambda _, c, a: _resolve_thread(c, a["input"]["threadId"], True),
    ("Mutation", "unresolveReviewThread"): lambda _, c, a: _resolve_thread(c, a["input"]["threadId"], False),
    ("Mutation", "minimizeComment"): lambda _, c, a: {
        "minimizedComment": _minimize(c, a["input"]["subjectId"], a["input"]["classifier"])
    },
    ("Mutation", "unminimizeComment"): lambda _, c, a: {
        "unminimizedComment": _minimize(c, a["input"]["subjectId"], "")
    },
    ("Mutation", "addPullRequestReviewThreadReply"): lambda _, c, a: _reply(c, a["input"]),
    ("Mutation", "updateIssueComment"): lambda _, c, a: {
        "issueComment": _edit(c, _comment(c, a["input"]["id"], state.Comment), a["input"]["body"])
    },
    ("Mutation", "updatePullRequestReviewComment"): lambda _, c, a: {
        "pullRequestReviewComment": _edit(
            c,
            _comment(c, a["input"]["pullRequestReviewCommentId"], state.ReviewComment),
            a["input"]["body"],
        )
    },
    ("Mutation", "deleteIssueComment"): lambda _, c, a: _delete(_comment(c, a["input"]["id"], state.Comment)),
    ("Mutation", "deletePullRequestReviewComment"): lambda _, c, a: _delete(
        _comment(c, a["input"]["id"], state.ReviewComment)
    ),
    ("Repository", "id"): lambda r, _, __: f"R_{r.id}",
    ("Repository", "databaseId"): lambda r, _, __: r.id,
    ("Repository", "name"): lambda r, _, __: r.name,
    ("Repository", "nameWithOwner"): lambda r, _, __: r.full_name,
    ("Repository", "isPrivate"): lambda r, _, __: r.private,
    ("Repository", "url"): lambda r, c, __: f"{c.hub.server_url}/{r.full_name}",
    ("Repository", "pullRequest"): lambda r, c, a: _pull(r, c, a),
    ("PullRequest", "id"): lambda p, _, __: f"PR_{p.repository.id * 1000 + p.number}",
    ("PullRequest", "number"): lambda p, _, __: p.number,
    ("PullRequest", "state"): lambda p, _, __: "MERGED" if p.merged else p.state.upper(),
    ("PullRequest", "closed"): lambda p, _, __: p.state != "open",
    ("PullRequest", "merged"): lambda p, _, __: p.merged,
    ("PullRequest", "isDraft"): lambda p, _, __: p.draft,
    ("PullRequest", "isCrossRepository"): lambda p, _, __: p.is_cross_repository,
    ("PullRequest", "headRefOid"): lambda p, _, __: p.head_sha,
    ("PullRequest", "headRefName"): lambda p, _, __: p.head_ref,
    ("PullRequest", "baseRefOid"): lambda p, _, __: p.base_sha,
    ("PullRequest", "baseRefName"): lambda p, _, __: p.base_ref,
    ("PullRequest", "headRepository"): lambda p, c, __: c.hub.repositories.get(p.head_repository.lower()),
    ("PullRequest", "repository"): lambda p, _, __: p.repository,
    ("PullRequest", "author"): lambda p, _, __: p.author,
    ("PullRequest", "title"): lambda p, _, __: f"Pull request {p.number}",
    ("PullRequest", "url"): lambda p, c, __: f"{c.hub.server_url}/{p.repository.full_name}/pull/{p.number}",
    ("PullRequest", "comments"): lambda p, _, a: _connect(
        [x for x in p.comments if not x.deleted], a, "comments"
    ),
    ("PullRequest", "reviewThreads"): lambda p, _, a: _connect(_seen_threads(p), a, "reviewThreads"),
    ("PullRequestReviewThread", "id"): lambda t, _, __: t.id,
    ("PullRequestReviewThread", "isResolved"): lambda t, _, __: t.is_resolved,
    ("PullRequestReviewThread", "isCollapsed"): lambda t, _, __: t.is_resolved,
    ("PullRequestReviewThread", "isOutdated"): lambda t, _, __: t.is_outdated,
    ("PullRequestReviewThread", "resolvedBy"): lambda t, _, __: (
        Actor(t.resolved_by, "User") if t.resolved_by else None
    ),
    ("PullRequestReviewThread", "path"): lambda t, _, __: t.path,
    ("PullRequestReviewThread", "line"): lambda t, _, __: t.line,
    ("PullRequestReviewThread", "startLine"): lambda t, _, __: t.start_line,
    ("PullRequestReviewThread", "originalLine"): lambda t, _, __: t.original_line,
    ("PullRequestReviewThread", "originalStartLine"): lambda t, _, __: t.original_start_line,
    ("PullRequestReviewThread", "diffSide"): lambda t, _, __: t.side,
    ("PullRequestReviewThread", "startDiffSide"): lambda t, _, __: t.start_side,
    ("PullRequestReviewThread", "subjectType"): lambda *_: "LINE",
    ("PullRequestReviewThread", "pullRequest"): lambda t, _, __: t.pull,
    ("PullRequestReviewThread", "repository"): lambda t, _, __: t.pull.repository,
    ("PullRequestReviewThread", "viewerCanReply"): lambda t, c, __: c.token.may("pull_requests", "write"),
    ("PullRequestReviewThread", "viewerCanResolve"): lambda t, c, __: _may_resolve(c) and not t.is_resolved,
    ("PullRequestReviewThread", "viewerCanUnresolve"): lambda t, c, __: _may_resolve(c) and t.is_resolved,
    ("PullRequestReviewThread", "comments"): lambda t, _, a: _connect(t.living, a, "comments"),
    ("PullRequestReviewComment", "path"): lambda m, c, _: _thread(c, m).path,
    ("PullRequestReviewComment", "line"): lambda m, c, _: _thread(c, m).line,
    ("PullRequestReviewComment", "startLine"): lambda m, c, _: _thread(c, m).start_line,
    ("PullRequestReviewComment", "originalLine"): lambda m, c, _: _thread(c, m).original_line,
    ("PullRequestReviewComment", "outdated"): lambda m, c, _: _thread(c, m).is_outdated,
    ("PullRequestReviewComment", "diffHunk"): lambda m, _, __: m.diff_hunk,
    ("PullRequestReviewComment", "subjectType"): lambda *_: "LINE",
    ("PullRequestReviewComment", "replyTo"): lambda m, c, _: next(
        (x for x in _thread(c, m).comments if x.id == m.in_reply_to), None
    ),
}
for _kind in ("IssueComment", "PullRequestReviewComment"):
    FIELDS |= {
        (_kind, "id"): lambda m, _, __: m.node_id,
        (_kind, "databaseId"): lambda m, _, __: m.id,
        (_kind, "body"): lambda m, _, __: m.body,
        (_kind, "bodyText"): lambda m, _, __: m.body,
        (_kind, "author"): lambda m, _, __: m.author,
        (_kind, "authorAssociation"): lambda *_: "NONE",
        (_kind, "createdAt"): lambda m, _, __: m.created_at,
        (_kind, "updatedAt"): lambda m, _, __: m.updated_at,
        (_kind, "lastEditedAt"): lambda m, _, __: m.updated_at if m.edits else None,
        (_kind, "publishedAt"): lambda m, _, __: m.created_at,
        (_kind, "includesCreatedEdit"): lambda m, _, __: m.edits > 0,
        (_kind, "isMinimized"): lambda m, _, __: bool(m.minimized),
        (_kind, "minimizedReason"): lambda m, _, __: m.minimized.lower().replace("_", "-") or None,
        (_kind, "url"): lambda m, c, __: views.comment_page(c.hub, m, owner_of(c, m)[0]),
        (_kind, "pullRequest"): lambda m, c, __: owner_of(c, m)[0],
        (_kind, "repository"): lambda m, c, __: owner_of(c, m)[0].repository,
        (_kind, "viewerDidAuthor"): lambda m, c, __: m.author == c.token.actor,
        (_kind, "viewerCanMinimize"): lambda m, c, __: _can_change(c),
        (_kind, "viewerCanUpdate"): lambda m, c, __: _can_change(c),
        (_kind, "viewerCanDelete"): lambda m, c, __: _can_change(c),
    }
for _kind in ("IssueComment", "PullRequestReviewComment", "PullRequestReviewThread"):
    FIELDS |= {
        (f"{_kind}Connection", "nodes"): lambda n, _, __: n.items,
        (f"{_kind}Connection", "totalCount"): lambda n, _, __: n.total,
        (f"{_kind}Connection", "pageInfo"): lambda n, _, __: _page_info(n),
        (f"{_kind}Connection", "edges"): lambda n, _, __: [
            {"node": item, "cursor": str(n.start + 1 + index)} for index, item in enumerate(n.items)
        ],
    }
for _kind in ("User", "Bot"):
    FIELDS |= {
        (_kind, "id"): lambda u, _, __: f"U_{u.id}",
        (_kind, "databaseId"): lambda u, _, __: u.id,
        (_kind, "url"): lambda u, c, __: f"{c.hub.server_url}/{u.login}",
        (_kind, "login"): lambda u, _, __: _login(u) if u.type == "Bot" else u.login,
        (_kind, "avatarUrl"): lambda u, c, __: f"{c.hub.server_url}/none",
    }


def _thread(context: Context, it: state.Comment) -> state.Thread:
    thread = owner_of(context, it)[1]
    assert thread is not None
    return thread
