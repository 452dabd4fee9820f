"""Git's smart HTTP protocol, served by git itself: fetching only, any commit by its id, as GitHub allows."""

from __future__ import annotations

import os
import re
import subprocess
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from tests.fakehub.rest.routing import Answer
from tests.fakehub.tokens import Token

if TYPE_CHECKING:
    from tests.fakehub.hub import FakeHub

_PATH = re.compile(r"/([\w.-]+/[\w.-]+?)(?:\.git)?/(info/refs|git-upload-pack|git-receive-pack)")
_CONFIG = {
    "safe.directory": "*",
    "uploadpack.allowAnySHA1InWant": "true",
    "uploadpack.allowFilter": "true",
    "http.receivepack": "false",
}


def is_git(path: str) -> bool:
    """Whether a path is one that git asks for."""
    return _PATH.fullmatch(path) is not None


def serve(
    hub: FakeHub, method: str, target: str, headers: dict[str, str], body: bytes, token: Token | None
) -> Answer:
    """Run ``git http-backend`` for a request. A repository that may not be seen asks for credentials."""
    parts = urlsplit(target)
    match = _PATH.fullmatch(unquote(parts.path))
    repo = hub.repositories.get(match[1].lower()) if match else None
    lower = {name.lower(): value for name, value in headers.items()}
    allowed = repo is not None and (not repo.private or (token is not None and token.may("contents", "read")))
    if not allowed or repo is None or (token is None and "authorization" in lower):
        if token is None:
            realm = {"WWW-Authenticate": 'Basic realm="GitHub"'}
            return Answer(401, b"Authentication required", realm, "text/plain")
        return Answer(404, b"Repository not found.", content_type="text/plain")
    if repo.git is None or match is None or "receive-pack" in target:
        return Answer(403, b"Write access to repository not granted.", content_type="text/plain")
    dot_git = repo.git / ".git"
    folder = dot_git if dot_git.exists() else repo.git
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_TRANSLATED": f"{folder}/{match[2]}",
        "REQUEST_METHOD": method,
        "QUERY_STRING": parts.query,
        "CONTENT_TYPE": lower.get("content-type", ""),
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_CONTENT_ENCODING": lower.get("content-encoding", ""),
        "GIT_PROTOCOL": lower.get("git-protocol", ""),
        "REMOTE_USER": token.login if token else "",
        "REMOTE_ADDR": "127.0.0.1",
        "GIT_CONFIG_COUNT": str(len(_CONFIG)),
    }
    for number, (key, value) in enumerate(_CONFIG.items()):
        environment |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    done = subprocess.run(
        ["git", "http-backend"], env=environment, input=body, capture_output=True, check=False, timeout=120
    )
    return _from_cgi(done.stdout)


def _from_cgi(output: bytes) -> Answer:
    head, _, data = output.partition(b"\r\n\r\n")
    fields = dict(line.split(": ", 1) for line in head.decode("latin-1").split("\r\n") if ": " in line)
    status = int(fields.pop("Status", "200").split()[0])
    return Answer(status, data, fields, fields.pop("Content-Type", "text/plain"))
