"""Who is asking, limits, and apps. Docs: REST API, "Users", "Rate limit", "GitHub Apps"."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from tests.fakehub.rest import views
from tests.fakehub.rest.routing import Answer, Refused, Request, route
from tests.fakehub.tokens import Actor
from tests.fakehub.validation import fill


@route("GET", "//user")
def get_user(request: Request) -> Answer:
    if request.token is None:
        raise Refused(401, "Requires authentication")
    if request.token.kind == "installation":
        raise Refused(403, request.token.refusal)
    shown = views.user(request.hub, request.actor)
    return Answer(200, fill("public-user", request.hub.server_url, **shown, user_view_type="public"))


@route("GET", "//rate_limit")
def get_rate_limit(request: Request) -> Answer:
    limit = request.hub.limit
    numbers = {"limit": limit.limit, "remaining": limit.remaining, "used": limit.limit - limit.remaining}
    entry = numbers | {"reset": int(limit.reset)}
    resources = dict.fromkeys(("core", "search", "graphql", "code_scanning_upload"), entry)
    return Answer(200, {"resources": resources, "rate": entry})


@route("GET", "//app")
def get_app(request: Request) -> Answer:
    app = request.hub.app_of(request)
    owner = views.user(request.hub, Actor("octo-org", "Organization"))
    known = {"id": app.id, "slug": app.slug, "name": app.slug, "owner": owner, "permissions": app.permissions}
    return Answer(200, fill("integration", request.hub.server_url, **known))


@route("GET", "/installation")
def get_installation(request: Request) -> Answer:
    app = request.hub.app_of(request)
    if not app.installed:
        raise Refused(404, "Not Found")
    repo = request.repository
    account = views.user(request.hub, Actor(repo.owner, "Organization"))
    known = {"id": app.installation, "app_id": app.id, "app_slug": app.slug, "account": account}
    known |= {"permissions": app.permissions, "target_type": "Organization", "events": []}
    known |= {"repository_selection": "selected"}
    return Answer(200, fill("installation", request.hub.server_url, **known))


@route("POST", "//app/installations/{installation_id}/access_tokens")
def create_access_token(request: Request) -> Answer:
    app = request.hub.app_of(request)
    if request.names["installation_id"] != str(app.installation):
        raise Refused(404, "Not Found")
    if app.suspended:
        raise Refused(403, "This installation has been suspended")
    owned = {full.partition("/")[2] for full in request.hub.repositories}
    named = (request.body or {}).get("repositories", [])
    if any(name.lower() not in owned for name in named):
        raise Refused(422, "There is at least one repository that does not exist or is not accessible.")
    wanted = (request.body or {}).get("permissions") or app.permissions
    levels = {"read": 1, "write": 2}
    if any(levels.get(v, 0) > levels.get(app.permissions.get(k, ""), 0) for k, v in wanted.items()):
        raise Refused(422, "The permissions requested are not granted to this installation.")
    value = request.hub.token(f"{app.slug}[bot]", "installation", **wanted)
    expires = datetime.fromtimestamp(time.time() + 3600, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    known = {"token": value, "expires_at": expires, "permissions": wanted}
    return Answer(201, known | {"repository_selection": "selected"})


@route("GET", "//orgs/{org}/repos")
def list_org_repositories(request: Request) -> Answer:
    return _repositories(request, request.names["org"], "Organization")


@route("GET", "//users/{username}/repos")
def list_user_repositories(request: Request) -> Answer:
    return _repositories(request, request.names["username"], "User")


def _repositories(request: Request, login: str, kind: str) -> Answer:
    """Those that the token may see; who has none is no account here."""
    hub = request.hub
    owned = [repo for repo in hub.repositories.values() if repo.owner.lower() == login.lower()]
    if not owned or (kind == "Organization") is (login in hub.users):
        raise Refused(404, "Not Found")
    seen = [repo for repo in owned if request.token is not None or not repo.private]
    page, headers = request.page(sorted(seen, key=lambda repo: repo.full_name))
    return Answer(200, [views.minimal_repository(hub, repo) for repo in page], headers)
