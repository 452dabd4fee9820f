"""
A loopback server that answers ``POST /policy/validation``.

Requests and answers are checked against botocore's own model of the service, enums, lengths and unknown
members included.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import botocore.session

SERVICE: Any = botocore.session.get_session().get_service_model("accessanalyzer")  # type: ignore[no-untyped-call]
OPERATION = SERVICE.operation_model("ValidatePolicy")


def violations(value: Any, shape: Any, path: str = "$") -> list[str]:
    """Where a value differs from a shape of the model."""
    found: list[str] = []
    meta = shape.metadata
    match shape.type_name:
        case "structure" if isinstance(value, dict):
            members = shape.members
            found += [f"{path}.{name}: missing" for name in shape.required_members if name not in value]
            found += [f"{path}.{name}: unknown" for name in value if name not in members]
            for name, child in members.items():
                if name in value:
                    found += violations(value[name], child, f"{path}.{name}")
            if meta.get("union") and len(value) != 1:
                found.append(f"{path}: not one member of the union")
        case "list" if isinstance(value, list):
            for index, item in enumerate(value):
                found += violations(item, shape.member, f"{path}[{index}]")
        case "string" if isinstance(value, str):
            if shape.enum and value not in shape.enum:
                found.append(f"{path}: {value} is none of the enum")
            if "pattern" in meta and not re.fullmatch(meta["pattern"], value):
                found.append(f"{path}: not of the pattern")
            if len(value) < meta.get("min", 0):
                found.append(f"{path}: too short")
        case "integer" if isinstance(value, int):
            pass
        case kind:
            found.append(f"{path}: not {kind}")
    return found


def finding(code: str, kind: str, start: int, end: int, text: str = "words") -> dict[str, Any]:
    """A finding of the service's form with one span."""
    place = {"line": 1, "column": start, "offset": start}
    stop = {"line": 1, "column": end, "offset": end}
    return {
        "findingDetails": text,
        "findingType": kind,
        "issueCode": code,
        "learnMoreLink": f"https://docs.aws.amazon.com/access-analyzer#{code}",
        "locations": [{"path": [{"value": "Statement"}], "span": {"start": place, "end": stop}}],
    }


Answer = tuple[int, dict[str, Any]]


@dataclass
class FakeAnalyzer:
    """``answer`` gives status and body for each request (members by their names in the model)."""

    answer: Callable[[dict[str, Any]], Answer]
    requests: list[dict[str, Any]] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    url: str = ""

    def start(self) -> FakeAnalyzer:
        """Begin to serve, on a free port."""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.serve(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Silence."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def close(self) -> None:
        """Stop, if it has not."""
        self._server.shutdown()
        self._server.server_close()

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        """One request."""
        parts = urlsplit(handler.path)
        body = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        request = {**body, **dict(parse_qsl(parts.query))}
        self.requests.append(request)
        if parts.path != OPERATION.http["requestUri"].partition("?")[0]:
            self.violations.append(f"path {parts.path}")
        if not handler.headers.get("Authorization", "").startswith("AWS4-HMAC-SHA256 "):
            self.violations.append("not signed")
        self.violations += violations(request, OPERATION.input_shape)
        status, answer = self.answer(request)
        if status == 200:
            self.violations += violations(answer, OPERATION.output_shape)
        data = json.dumps(answer).encode()
        handler.send_response(status)
        if status != 200:
            handler.send_header("x-amzn-ErrorType", answer["code"])
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)
