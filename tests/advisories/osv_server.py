"""
A service on loopback that speaks the OSV API, checks what it is asked, and can be told to misbehave.

Format: https://google.github.io/osv.dev/post-v1-querybatch/, https://google.github.io/osv.dev/post-v1-query/
and https://google.github.io/osv.dev/get-v1-vulns/. It serves archives and other files too, with entity tags.
"""

from __future__ import annotations

import json
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

from packaging.version import Version

Record = dict[str, Any]


class OsvServer:
    """Holds records by id; ``faults`` are taken one by one, in order, before a request is answered."""

    def __init__(self, records: list[Record], page: int = 1000) -> None:
        self.records = {r["id"]: r for r in records}
        self.by_name: dict[tuple[str, str], list[Record]] = {}
        for record in records:
            for entry in record["affected"]:
                key = (entry["package"]["ecosystem"], entry["package"]["name"].lower())
                self.by_name.setdefault(key, []).append(record)
        self.page = page
        self.files: dict[str, bytes] = {}
        self.faults: list[dict[str, Any]] = []
        self.requests: list[tuple[str, str, Any]] = []
        self.complaints: list[str] = []
        self.lock = threading.Lock()
        self.url = ""

    def paths(self, prefix: str) -> list[str]:
        return [path for _, path, _ in self.requests if path.startswith(prefix)]

    def batch(self, body: Any) -> Any:
        queries = body.get("queries") if isinstance(body, dict) else None
        if not isinstance(queries, list) or not 1 <= len(queries) <= 1000:
            self.complaints.append("queries must be a list of 1 to 1000")
            return {"code": 3}
        return {"results": [self.result(q) for q in queries]}

    def query(self, body: Any) -> Any:
        """Whole records at once, as pip-audit asks for them; of those that affect the version."""
        package, version = body["package"], Version(body["version"])
        named = self.by_name.get((package["ecosystem"], package["name"].lower()), [])
        affected = {r["id"]: r for r in named if affects(r, package["name"].lower(), version)}
        return {"vulns": list(affected.values())}

    def result(self, query: Any) -> Any:
        package = query.get("package", {})
        if set(query) - {"package", "version", "page_token"} or set(package) != {"name", "ecosystem"}:
            self.complaints.append(f"malformed query {query}")
        found = self.by_name.get((package["ecosystem"], package["name"].lower()), [])
        start = int(query.get("page_token", "0"))
        page = [{"id": r["id"], "modified": r.get("modified", "")} for r in found[start : start + self.page]]
        answer: dict[str, Any] = {"vulns": page} if page else {}
        if start + self.page < len(found):
            answer["next_page_token"] = str(start + self.page)
        return answer


def affects(record: Record, name: str, version: Version) -> bool:
    """The schema's own words in a few lines, for Python's versions and sorted events: not our evaluation."""
    entries = [e for e in record["affected"] if e["package"]["name"].lower() == name]
    listed = {Version(v) for e in entries for v in e.get("versions", ())}
    ranges = [r["events"] for e in entries for r in e.get("ranges", ()) if r["type"] == "ECOSYSTEM"]
    return version in listed or any(in_range(events, version) for events in ranges)


def in_range(events: list[dict[str, str]], version: Version) -> bool:
    inside = False
    for event in events:
        ((kind, at),) = event.items()
        if kind == "introduced" and version >= Version(at):
            inside = True
        elif (kind == "fixed" and version >= Version(at)) or (
            kind == "last_affected" and version > Version(at)
        ):
            inside = False
    return inside


@contextmanager
def serving(server: OsvServer) -> Iterator[OsvServer]:
    """Runs the service on a free port of loopback."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one packet: two wait for each other, 40 ms at every request

        def log_message(self, *args: Any) -> None:
            pass

        def do_GET(self) -> None:
            if self.misbehaved(None):
                return
            if self.path in server.files:
                self.send_file(server.files[self.path])
                return
            identifier = unquote(self.path.removeprefix("/v1/vulns/"))
            record = server.records.get(identifier)
            self.send(200 if record else 404, json.dumps(record or {"code": 5}).encode())

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path == "/v1/query":
                self.send(200, json.dumps(server.query(body)).encode())
                return
            if self.path != "/v1/querybatch" or self.headers["Content-Type"] != "application/json":
                server.complaints.append(f"odd request {self.path}")
            if not self.misbehaved(body):
                self.send(200, json.dumps(server.batch(body)).encode())

        def send_file(self, data: bytes) -> None:
            tag = f'"{zlib.crc32(data)}"'
            if self.headers.get("If-None-Match") == tag:
                self.send_response(304)
                self.end_headers()
                return
            self.send(200, data, {"ETag": tag})

        def misbehaved(self, body: Any) -> bool:
            with server.lock:
                server.requests.append((self.command, self.path, body))
                fault = server.faults.pop(0) if server.faults else None
            if fault is None:
                return False
            time.sleep(fault.get("delay", 0))
            data = fault.get("body", b"{}")
            self.send(fault.get("status", 200), data, fault.get("headers", {}), fault.get("cut", 0))
            return True

        def send(self, status: int, data: bytes, headers: dict[str, str] | None = None, cut: int = 0) -> None:
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data) + cut))
            self.end_headers()
            self.wfile.write(data)
            if cut:
                self.close_connection = True

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener.daemon_threads = True
    server.url = f"http://127.0.0.1:{listener.server_address[1]}"
    thread = threading.Thread(target=listener.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()
