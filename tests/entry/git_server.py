"""A git server over HTTP on loopback: ``git http-backend`` behind a check of the Authorization header."""

from __future__ import annotations

import base64
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.gitrepo import ENVIRONMENT

REALM = {"WWW-Authenticate": 'Basic realm="git"'}


@dataclass
class GitServer:
    """
    Serves the repositories under ``root`` to whoever knows ``token``. ``seen`` are the requests' paths with
    their Authorization headers; ``redirect`` is an address to which every request is sent away.
    """

    root: Path
    token: str
    redirect: str = ""
    address: str = ""
    seen: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    @property
    def expected(self) -> str:
        return "basic " + base64.b64encode(f"x-access-token:{self.token}".encode()).decode()


@contextmanager
def serving(root: Path, token: str) -> Iterator[GitServer]:
    """A server for the time of a test."""
    state = GitServer(root, token)

    class Handler(_Handler):
        server_state = state

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    server_state: GitServer

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        pass

    def _answer(self) -> None:
        state = self.server_state
        given = tuple(self.headers.get_all("Authorization") or ())
        state.seen.append((self.path, given))
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if state.redirect:
            self._reply(302, b"", {"Location": state.redirect + self.path})
        elif given != (state.expected,):
            self._reply(401, b"no\n", REALM)
        else:
            self._run_git(body)

    def _run_git(self, body: bytes) -> None:
        path, _, query = self.path.partition("?")
        variables = {
            "GIT_PROJECT_ROOT": str(self.server_state.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "REQUEST_METHOD": self.command,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            # as for any repository of another user
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "safe.directory",
            "GIT_CONFIG_VALUE_0": "*",
        }
        done = subprocess.run(
            ["git", "http-backend"],
            env={**ENVIRONMENT, **variables},
            input=body,
            capture_output=True,
            check=True,
            timeout=60,
        )
        head, _, data = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        self._reply(int(headers.pop("Status", "200").split()[0]), data, headers)

    def _reply(self, status: int, data: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)
