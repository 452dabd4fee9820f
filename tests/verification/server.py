"""Providers on loopback: they know which tokens are live, and keep what they were asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from pregate.verification.asking import Question, Reply, ask


@dataclass
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    host: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Providers:
    """All hosts in one server: ``answer`` gives status, headers and body for a request."""

    address: str
    asked: list[Asked] = field(default_factory=list)
    answer: Callable[[Asked], tuple[int, dict[str, str], bytes]] = lambda _: (401, {}, b"{}")

    def ask(self, question: Question) -> Reply | None:
        """The real conversation, with this server in the place of the host."""
        prefix = f"https://{question.host}"
        assert question.address.startswith(f"{prefix}/")
        headers = {**question.headers, "X-Asked-Host": question.host}
        address = self.address + question.address.removeprefix(prefix)
        return ask(replace(question, address=address, headers=headers))


@contextmanager
def providers() -> Iterator[Providers]:
    """A running server."""
    state: list[Providers] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            names = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(
                self.command, self.path, names.get("x-asked-host", ""), names, self.rfile.read(size)
            )
            state[0].asked.append(asked)
            status, headers, body = state[0].answer(asked)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.append(Providers(f"http://127.0.0.1:{server.server_port}"))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.002}, daemon=True).start()
    try:
        yield state[0]
    finally:
        server.shutdown()
        server.server_close()
