"""The server: reads a request, finds who serves it, checks both against the description, keeps the log."""

from __future__ import annotations

import base64
import json
import sys
import threading
import time
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from tests.fakehub import git_http, graphql
from tests.fakehub.faults import Fault
from tests.fakehub.rest import accounts, actions, checks, comments, commits, dependencies, reviews, scanning
from tests.fakehub.rest.routing import Answer, Refused, Request, Route, authorize, documented, find
from tests.fakehub.tokens import Token
from tests.fakehub.validation import Answered, contract

if TYPE_CHECKING:
    from tests.fakehub.hub import FakeHub

# They register themselves.
ENDPOINTS = (accounts, actions, checks, comments, commits, dependencies, reviews, scanning)
_API = "/api/v3"


class Listener:
    """A thread that serves a hub until it is closed."""

    def __init__(self, hub: FakeHub) -> None:
        handler = type("Handler", (Connection,), {"hub": hub})
        self.server = _Server(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A client that gave up or was ended is no news.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class Connection(BaseHTTPRequestHandler):
    """One connection of a client, with the requests that come over it."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet: two wait for each other, 40 ms at every request
    disable_nagle_algorithm = True
    hub: FakeHub

    def log_message(self, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        self.serve()

    do_POST = do_PATCH = do_PUT = do_DELETE = do_GET

    def serve(self) -> None:
        """Answer one request."""
        started = time.monotonic()
        body = self.read_body()
        path = urlsplit(self.path).path
        token = self.token()
        if path.startswith((_API + "/", "/api/graphql")) or path == _API:
            self.serve_api(path, body, token, started)
        elif git_http.is_git(path):
            answer = git_http.serve(
                self.hub, self.command, self.path, dict(self.headers.items()), body, token
            )
            self.log(self.hub.git_log, answer.status, token, None, started)  # before a test can look
            self.send(answer)
        else:
            self.send(self.other(path))

    def read_body(self) -> bytes:
        """The body, also one that comes in chunks, as git sends a large one."""
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def token(self) -> Token | None:
        """The token of the request; git and actions/checkout send it as a password."""
        scheme, _, value = self.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "basic":
            value = base64.b64decode(value).decode("utf-8", "replace").partition(":")[2]
        return self.hub.tokens.get(value.strip())

    def serve_api(self, path: str, body: bytes, token: Token | None, started: float) -> None:
        """A request to the API: faults and limits first, then the endpoint."""
        parsed = _parsed(body)
        with self.hub.world.lock:
            fault = next((f for f in self.hub.faults if f.matches(self.command, self.path)), None)
            if fault:
                fault.times -= 1
            answer = None if fault and not fault.applied else self.safely(path, body, parsed, token)
            headers = self.hub.limit.headers
            status = fault.status if fault and fault.status else answer.status if answer else 0
            status = 0 if fault and fault.drop else status
            self.log(self.hub.log, status, token, parsed, started)
        if fault:
            time.sleep(fault.delay)
        if fault and (fault.status or fault.drop):
            self.misbehave(fault)
        elif answer:
            self.send(answer, headers)

    def safely(self, path: str, body: bytes, parsed: Any, token: Token | None) -> Answer:
        """An answer; what breaks in the fake itself is found among the violations."""
        try:
            return self.answer(path, body, parsed, token)
        except Exception:
            self.blame("the fake failed", [traceback.format_exc()])
            return Answer(500, {"message": "Server Error"})

    def misbehave(self, fault: Fault) -> None:
        if fault.drop:
            self.close_connection = True
            return
        body = {
            "message": fault.message or "Server Error",
            "documentation_url": "https://docs.github.com/rest",
        }
        self.send(Answer(fault.status, body, dict(fault.headers)), self.hub.limit.headers)

    def answer(self, path: str, body: bytes, parsed: Any, token: Token | None) -> Answer:
        """What GitHub answers, the limits kept and the description held against it."""
        refusal = self.refused_at_the_door(path, token)
        if path == "/api/graphql":
            return refusal or graphql.serve(self.hub, self.command, parsed, token)
        path = documented(self.command, path.removeprefix(_API))
        found = find(self.command, unquote(path))
        if found is None:
            self.hub.violations.append(f"{self.command} {self.path}: no such endpoint")
            return Answer(404, {"message": "Not Found"})
        query = parse_qsl(urlsplit(self.path).query, keep_blank_values=True)
        # GitHub takes the slashes of a file's path as they are; a checker of OpenAPI takes them for levels.
        wide = found[1].get("path", "")
        plain = path.replace(wide, quote(wide, safe="")) if wide else path
        asked = contract().asked(self.command, plain, query, dict(self.headers.items()), body)
        wrong = contract().request(asked, found[0].template)
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.hub, self.command, path, dict(query), parsed, token, found[1], headers)
        answer = refusal or _handled(found[0], request, wrong)
        shown = Answered(answer.status, answer.data or None, answer.headers)
        self.blame("request", wrong)
        self.blame("answer", contract().answer(asked, found[0].template, shown))
        return answer

    def blame(self, side: str, wrong: list[str]) -> None:
        self.hub.violations.extend(f"{self.command} {self.path}: {side}: {words}" for words in wrong)

    def refused_at_the_door(self, path: str, token: Token | None) -> Answer | None:
        """Limits, unknown tokens, and a client that does not say who it is."""
        if not self.headers.get("User-Agent"):
            return Refused(403, "Request forbidden by administrative rules.").answer
        # An app signs a token of its own, with dots in it.
        bearer = self.headers.get("Authorization", "").partition(" ")[2]
        if bearer and token is None and bearer.count(".") != 2:
            return Refused(401, "Bad credentials").answer
        if path != _API + "/rate_limit" and not self.hub.limit.spend():
            who = "installation ID 1" if token and token.kind == "installation" else "user ID 1"
            words = f"API rate limit exceeded for {who}."
            if path == "/api/graphql":
                return Answer(200, {"errors": [{"type": "RATE_LIMITED", "message": words}]})
            return Refused(403, words).answer
        return None

    def other(self, path: str) -> Answer:
        """What is outside the API: stored files, the runner's tokens, the issuer's documents."""
        name = path.removeprefix("/_blobs/")
        if name in self.hub.blobs:
            if self.headers.get("Authorization"):
                self.hub.violations.append("a signed address was sent the token of the API")
                return Answer(400, {"message": "InvalidAuthenticationInfo"})
            return Answer(200, self.hub.blobs[name], content_type="application/zip")
        if path == "/_runner/idtoken":
            return self.identity()
        document = self.hub.oidc.document(path)
        return Answer(200, document) if document else Answer(404, {"message": "Not Found"})

    def identity(self) -> Answer:
        """The runner's answer to a job that asks for an identity token."""
        issuer = self.hub.oidc
        bearer = self.headers.get("Authorization", "").removeprefix("Bearer ").removeprefix("bearer ")
        if bearer != issuer.request_token or not issuer.granted:
            return Answer(401, {"message": "Unauthorized"})
        audience = dict(parse_qsl(urlsplit(self.path).query)).get("audience", "")
        issuer.audiences.append(audience)
        repository = next(iter(self.hub.repositories.values())).full_name if self.hub.repositories else "o/r"
        value = issuer.token(audience, repository)
        return Answer(200, {"value": value, "count": len(value)})

    def log(self, where: list[Any], status: int, token: Token | None, body: Any, started: float) -> None:
        from tests.fakehub.hub import Call

        seconds = time.monotonic() - started
        login = token.login if token else ""
        where.append(Call(self.command, self.path, status, login, body, seconds, time.time()))

    def send(self, answer: Answer, headers: dict[str, str] | None = None) -> None:
        data = answer.data
        self.send_response(answer.status)
        for name, value in {**(headers or {}), **answer.headers}.items():
            self.send_header(name, value)
        if answer.status != 204:
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
        self.wfile.flush()


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return None


def _handled(route: Route, request: Request, wrong: list[str]) -> Answer:
    try:
        authorize(request, route)
        if wrong and any("Body" in words or "Data" in words for words in wrong) and not _usable(wrong):
            raise Refused(422, "Invalid request.", [])
        return route.handler(request)
    except Refused as refused:
        return refused.answer


def _usable(wrong: list[str]) -> bool:
    # GitHub ignores a member that it does not know; everything else it refuses.
    return all("Additional properties" in part for words in wrong for part in words.split("; "))
