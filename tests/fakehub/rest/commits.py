"""Repositories, pull requests, commits and comparisons. Docs: REST API, "Pull requests", "Commits"."""

from __future__ import annotations

import base64

from tests.fakehub import git, state
from tests.fakehub.rest import views
from tests.fakehub.rest.routing import Answer, Refused, Request, route
from tests.fakehub.validation import fill

PULL_FILES = 3000
PULL_COMMITS = 250
COMPARE_FILES = 300


@route("GET", "", "metadata")
def get_repository(request: Request) -> Answer:
    return Answer(200, views.repository(request.hub, request.repository, full=True))


@route("GET", "/pulls", "pull_requests")
def list_pulls(request: Request) -> Answer:
    wanted = request.query.get("state", "open")
    head, base = request.query.get("head", ""), request.query.get("base", "")
    found = [p for p in request.repository.pulls.values() if wanted in ("all", p.state)]
    # GitHub ignores a head that does not name its owner.
    if ":" in head:
        found = [p for p in found if f"{_owner(p)}:{p.head_ref}" == head]
    if base:
        found = [p for p in found if p.base_ref == base]
    found.sort(key=lambda p: p.number, reverse=request.query.get("direction", "desc") == "desc")
    page, headers = request.page(found)
    return Answer(200, [views.pull(request.hub, p, full=False) for p in page], headers)


def _owner(pull: state.PullRequest) -> str:
    return pull.head_repository.split("/")[0] or pull.author.login


@route("GET", "/pulls/{pull_number}", "pull_requests")
def get_pull(request: Request) -> Answer:
    return Answer(200, views.pull(request.hub, request.pull))


@route("GET", "/pulls/{pull_number}/files", "pull_requests")
def list_files(request: Request) -> Answer:
    pull = request.pull
    page, headers = request.page(list(pull.diff().files.values())[:PULL_FILES])
    shown = [views.file(request.hub, f, pull.repository, pull.head_sha) for f in page]
    return Answer(200, shown, headers)


@route("GET", "/pulls/{pull_number}/commits", "pull_requests")
def list_commits(request: Request) -> Answer:
    page, headers = request.page(request.pull.commits()[:PULL_COMMITS])
    return Answer(200, [views.commit(request.hub, c, request.repository) for c in page], headers)


@route("GET", "/commits/{ref}", "contents")
def get_commit(request: Request) -> Answer:
    repo, ref = request.repository, request.names["ref"]
    sha = git.commit_of(repo.git, ref)
    if repo.git is None or not sha:
        raise Refused(422, f"No commit found for SHA: {ref}")
    commit = git.commit(repo.git, sha)
    # A first commit is compared with the empty tree.
    start = commit.parents[0] if commit.parents else "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
    files = list(git.diff(repo.git, start, sha, direct=True).files.values())
    page, headers = request.page(files[:PULL_FILES], COMPARE_FILES)
    shown = [views.file(request.hub, f, repo, sha) for f in page]
    added, removed = sum(f.additions for f in files), sum(f.deletions for f in files)
    stats = {"additions": added, "deletions": removed, "total": added + removed}
    return Answer(200, views.commit(request.hub, commit, repo, files=shown, stats=stats), headers)


@route("GET", "/commits/{commit_sha}/pulls", "pull_requests")
def list_pulls_of_commit(request: Request) -> Answer:
    """GitHub finds none for a commit that lives in a fork."""
    sha, repo = request.names["commit_sha"], request.repository
    if not repo.has_commit(sha):
        raise Refused(422, f"No commit found for SHA: {sha}")
    inside = [p for p in repo.pulls.values() if not p.is_cross_repository]
    found = [p for p in inside if sha in (p.head_sha, p.merge_sha) or any(sha == c.sha for c in p.commits())]
    page, headers = request.page(found)
    return Answer(200, [views.pull(request.hub, p, full=False) for p in page], headers)


@route("GET", "/compare/{basehead}", "contents")
def compare(request: Request) -> Answer:
    repo = request.repository
    names = request.names["basehead"].split("...")
    shas = [git.commit_of(repo.git, name.rpartition(":")[2]) for name in names]
    if repo.git is None or len(shas) != 2 or not all(shas):
        raise Refused(404, "Not Found")
    middle = git.merge_base(repo.git, shas[0], shas[1])
    if not middle:
        raise Refused(404, f"No common ancestor between {names[0]} and {names[1]}.")
    ahead, behind = git.log(repo.git, shas[0], shas[1]), git.log(repo.git, shas[1], shas[0])
    first = request.query.get("page", "1") == "1"
    paged = bool({"page", "per_page"} & set(request.query))
    page, headers = request.page(ahead) if paged else (ahead[:250], {})
    files = list(git.diff(repo.git, shas[0], shas[1]).files.values())[:COMPARE_FILES] if first else []
    word = {(0, 0): "identical", (1, 0): "ahead", (0, 1): "behind"}.get(
        (bool(ahead), bool(behind)), "diverged"
    )
    known = {
        "url": f"{request.hub.api_url}{request.path}",
        "base_commit": views.commit(request.hub, git.commit(repo.git, shas[0]), repo),
        "merge_base_commit": views.commit(request.hub, git.commit(repo.git, middle), repo),
        "status": word,
        "ahead_by": len(ahead),
        "behind_by": len(behind),
        "total_commits": len(ahead),
        "commits": [views.commit(request.hub, c, repo) for c in page],
        "files": [views.file(request.hub, f, repo, shas[1]) for f in files],
    }
    return Answer(200, fill("commit-comparison", request.hub.server_url, **known), headers)


@route("GET", "/contents/{path}", "contents")
def get_contents(request: Request) -> Answer:
    """A file, a folder's entries, or a link; GitHub shows no content of more than a megabyte."""
    repo, path = request.repository, request.names["path"]
    sha = git.commit_of(repo.git, request.query.get("ref", "HEAD"))
    if repo.git is None or not sha:
        raise Refused(404, f"No commit found for the ref {request.query.get('ref', '')}")
    kind = git.kind_of(repo.git, sha, path)
    if kind not in ("blob", "tree"):
        raise Refused(404, "Not Found")
    url = f"{request.hub.api_url}{request.path}"
    places = {"git_url": None, "html_url": None, "download_url": None}
    shared = {"url": url, **places, "_links": {"self": url, "git": None, "html": None}}
    if kind == "tree":
        names = git.run(repo.git, "ls-tree", "--name-only", f"{sha}:{path}").split()
        entries = [{"name": n, "path": f"{path}/{n}", "sha": sha, "size": 0, "type": "file"} for n in names]
        return Answer(200, [entry | shared for entry in entries])
    data = git.blob(repo.git, sha, path)
    is_short = len(data) <= 1024 * 1024
    found = {
        "type": "file",
        "name": path.rpartition("/")[2],
        "path": path,
        "sha": git.run(repo.git, "rev-parse", f"{sha}:{path}").strip(),
        "size": len(data),
        "encoding": "base64" if is_short else "none",
        "content": base64.encodebytes(data).decode() if is_short else "",
    }
    return Answer(200, found | shared)
