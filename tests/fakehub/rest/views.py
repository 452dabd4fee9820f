"""The objects of the API, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tests.fakehub import git, records, state
from tests.fakehub.tokens import Actor
from tests.fakehub.validation import fill

if TYPE_CHECKING:
    from tests.fakehub.hub import FakeHub

Json = dict[str, Any]


def user(hub: FakeHub, actor: Actor) -> Json:
    known = {"login": actor.login, "id": actor.id, "node_id": f"U_{actor.id}", "type": actor.type}
    return fill("simple-user", hub.server_url, **known, url=f"{hub.api_url}/users/{quote(actor.login)}")


def repository(hub: FakeHub, repo: state.Repository, full: bool = False) -> Json:
    known = {
        "id": repo.id,
        "node_id": f"R_{repo.id}",
        "name": repo.name,
        "full_name": repo.full_name,
        "owner": user(hub, Actor(repo.owner, "Organization")),
        "private": repo.private,
        "visibility": "private" if repo.private else "public",
        "default_branch": repo.default_branch,
        "url": f"{hub.api_url}/repos/{repo.full_name}",
        "html_url": f"{hub.server_url}/{repo.full_name}",
        "clone_url": f"{hub.server_url}/{repo.full_name}.git",
    }
    return fill("full-repository" if full else "repository", hub.server_url, **known)


def minimal_repository(hub: FakeHub, repo: state.Repository) -> Json:
    whole = repository(hub, repo)
    names = ("id", "node_id", "name", "full_name", "owner", "private", "visibility", "default_branch")
    known = {name: whole[name] for name in (*names, "url", "html_url", "clone_url")}
    known |= {"archived": repo.archived, "fork": repo.fork}
    return fill("minimal-repository", hub.server_url, **known)


def pull(hub: FakeHub, it: state.PullRequest, full: bool = True) -> Json:
    repo = it.repository
    url = f"{hub.api_url}/repos/{repo.full_name}/pulls/{it.number}"
    issue = f"{hub.api_url}/repos/{repo.full_name}/issues/{it.number}"
    known: Json = {
        "id": repo.id * 1000 + it.number,
        "node_id": f"PR_{repo.id * 1000 + it.number}",
        "number": it.number,
        "url": url,
        "html_url": f"{hub.server_url}/{repo.full_name}/pull/{it.number}",
        "diff_url": f"{hub.server_url}/{repo.full_name}/pull/{it.number}.diff",
        "issue_url": issue,
        "comments_url": f"{issue}/comments",
        "review_comments_url": f"{url}/comments",
        "commits_url": f"{url}/commits",
        "state": it.state,
        "draft": it.draft,
        "title": f"Pull request {it.number}",
        "user": user(hub, it.author),
        "body": None,
        "created_at": it.created_at,
        "updated_at": it.created_at,
        "merge_commit_sha": it.merge_sha or None,
        "head": _side(hub, it, it.head_repository, it.head_ref, it.head_sha),
        "base": _side(hub, it, repo.full_name, it.base_ref, it.base_sha),
        "author_association": "CONTRIBUTOR",
        "_links": {
            name: {"href": f"{url}{end}"}
            for name, end in (
                *(("self", ""), ("html", ""), ("issue", ""), ("comments", "/comments"), ("commits", "")),
                *(("statuses", ""), ("review_comments", "/comments"), ("review_comment", "")),
            )
        },
    }
    if full:
        files = it.diff().files.values()
        known |= {
            "merged": it.merged,
            "mergeable": True,
            "comments": sum(not c.deleted for c in it.comments),
            "review_comments": sum(len(t.living) for t in it.threads),
            "commits": len(it.commits()),
            "additions": sum(f.additions for f in files),
            "deletions": sum(f.deletions for f in files),
            "changed_files": len(files),
        }
    return fill("pull-request" if full else "pull-request-simple", hub.server_url, **known)


def _side(hub: FakeHub, it: state.PullRequest, name: str, ref: str, sha: str) -> Json:
    owner = name.split("/", maxsplit=1)[0] or it.author.login
    repo = None
    if name:
        known = hub.repositories.get(name.lower())
        fork = known or state.Repository(it.world, it.repository.id + 1, name)
        repo = repository(hub, fork) | {"fork": name != it.repository.full_name}
    kind = Actor(owner, "User")
    return {"label": f"{owner}:{ref}", "ref": ref, "sha": sha, "user": user(hub, kind), "repo": repo}


def comment(hub: FakeHub, it: state.Comment, on: state.PullRequest) -> Json:
    url = f"{hub.api_url}/repos/{on.repository.full_name}"
    return fill(
        "issue-comment",
        hub.server_url,
        id=it.id,
        node_id=it.node_id,
        body=it.body,
        user=user(hub, it.author),
        created_at=it.created_at,
        updated_at=it.updated_at,
        author_association="NONE",
        url=f"{url}/issues/comments/{it.id}",
        issue_url=f"{url}/issues/{on.number}",
        html_url=comment_page(hub, it, on),
    )


def comment_page(hub: FakeHub, it: state.Comment, on: state.PullRequest) -> str:
    """Where a comment is read: the same in REST and GraphQL."""
    anchor = f"discussion_r{it.id}" if isinstance(it, state.ReviewComment) else f"issuecomment-{it.id}"
    return f"{hub.server_url}/{on.repository.full_name}/pull/{on.number}#{anchor}"


def review(hub: FakeHub, it: state.Review, on: state.PullRequest) -> Json:
    page = f"{hub.server_url}/{on.repository.full_name}/pull/{on.number}#pullrequestreview-{it.id}"
    url = f"{hub.api_url}/repos/{on.repository.full_name}/pulls/{on.number}"
    known: Json = {"id": it.id, "node_id": it.node_id, "user": user(hub, it.author), "body": it.body}
    known |= {"state": it.state, "commit_id": it.commit_id, "author_association": "NONE", "html_url": page}
    known |= {"_links": {"html": {"href": page}, "pull_request": {"href": url}}, "pull_request_url": url}
    if it.state != "PENDING":
        known["submitted_at"] = it.submitted_at
    return fill("pull-request-review", hub.server_url, **known)


def review_comment(hub: FakeHub, it: state.ReviewComment, thread: state.Thread) -> Json:
    on = thread.pull
    url = f"{hub.api_url}/repos/{on.repository.full_name}/pulls"
    page = comment_page(hub, it, on)
    known: Json = {
        "id": it.id,
        "node_id": it.node_id,
        "url": f"{url}/comments/{it.id}",
        "html_url": page,
        "pull_request_url": f"{url}/{on.number}",
        "pull_request_review_id": it.review_id,
        "diff_hunk": it.diff_hunk,
        "path": thread.path,
        "commit_id": it.commit_id,
        "original_commit_id": it.original_commit_id,
        "user": user(hub, it.author),
        "body": it.body,
        "created_at": it.created_at,
        "updated_at": it.updated_at,
        "author_association": "NONE",
        "line": thread.line,
        "original_line": thread.original_line,
        "start_line": thread.start_line,
        "original_start_line": thread.original_start_line,
        "side": thread.side,
        "start_side": thread.start_side,
        "subject_type": "line",
        "_links": {"self": {"href": url}, "html": {"href": page}, "pull_request": {"href": url}},
    }
    # A member that may not be null is left out, as for a comment that is outdated or on one line.
    nullable = ("original_start_line", "start_line", "start_side")
    known = {k: v for k, v in known.items() if v is not None or k in nullable}
    if it.in_reply_to:
        known["in_reply_to_id"] = it.in_reply_to
    return fill("pull-request-review-comment", hub.server_url, **known)


def app(hub: FakeHub, slug: str) -> Json:
    known: Json = {
        "id": 15368,
        "slug": slug,
        "name": slug,
        "owner": user(hub, Actor("github", "Organization")),
    }
    return fill("integration", hub.server_url, **known)


def check_run(hub: FakeHub, it: records.CheckRun, repo: state.Repository) -> Json:
    url = f"{hub.api_url}/repos/{repo.full_name}/check-runs/{it.id}"
    known: Json = {
        "id": it.id,
        "node_id": f"CR_{it.id}",
        "head_sha": it.head_sha,
        "external_id": it.external_id,
        "url": url,
        "html_url": f"{hub.server_url}/{repo.full_name}/runs/{it.id}",
        "details_url": it.details_url or hub.server_url,
        "status": it.status,
        "conclusion": it.conclusion,
        "started_at": it.started_at,
        "completed_at": it.completed_at,
        "name": it.name,
        "output": {
            "title": it.title,
            "summary": it.summary,
            "text": it.text,
            "annotations_count": len(it.annotations),
            "annotations_url": f"{url}/annotations",
        },
        "check_suite": {"id": repo.id},
        "pull_requests": [],
        "app": app(hub, it.app),
    }
    return fill("check-run", hub.server_url, **known)


def annotation(hub: FakeHub, it: Json) -> Json:
    optional = dict.fromkeys(("start_column", "end_column", "title", "raw_details"))
    return fill("check-annotation", hub.server_url, **{**optional, **it})


def status(hub: FakeHub, it: records.Status, repo: state.Repository) -> Json:
    known: Json = {"id": it.id, "node_id": f"SC_{it.id}", "state": it.state, "context": it.context}
    known |= {"description": it.description, "target_url": it.target_url, "creator": user(hub, it.author)}
    known |= {"created_at": it.created_at, "updated_at": it.created_at}
    url = f"{hub.api_url}/repos/{repo.full_name}/statuses/{it.sha}"
    return fill("status", hub.server_url, **known, url=url)


def file(hub: FakeHub, it: git.File, repo: state.Repository, sha: str) -> Json:
    known: Json = {
        "sha": it.blob,
        "filename": it.path,
        "status": it.status,
        "additions": it.additions,
        "deletions": it.deletions,
        "changes": it.additions + it.deletions,
        "blob_url": f"{hub.server_url}/{repo.full_name}/blob/{sha}/x",
        "raw_url": f"{hub.server_url}/{repo.full_name}/raw/{sha}/x",
        "contents_url": f"{hub.api_url}/repos/{repo.full_name}/contents/x?ref={sha}",
    }
    if it.previous:
        known["previous_filename"] = it.previous
    if it.patch and it.additions + it.deletions <= hub.patch_limit:
        known["patch"] = it.patch
    return fill("diff-entry", hub.server_url, **known)


def commit(hub: FakeHub, it: git.Commit, repo: state.Repository, **more: Any) -> Json:
    url = f"{hub.api_url}/repos/{repo.full_name}/commits"
    page = f"{hub.server_url}/{repo.full_name}/commit"
    people = [
        dict(zip(("name", "email", "date"), person, strict=True)) for person in (it.author, it.committer)
    ]
    inner = {
        "author": people[0],
        "committer": people[1],
        "message": it.message,
        "comment_count": 0,
        "url": f"{url}/{it.sha}",
        "tree": {"sha": it.tree, "url": f"{url}/{it.tree}"},
    }
    parents = [{"sha": sha, "url": f"{url}/{sha}", "html_url": f"{page}/{sha}"} for sha in it.parents]
    known: Json = {"sha": it.sha, "node_id": f"C_{it.sha}", "url": f"{url}/{it.sha}", "commit": inner}
    known |= {"html_url": f"{page}/{it.sha}", "author": None, "committer": None, "parents": parents}
    return fill("commit", hub.server_url, **known, **more)
