"""A Python package index over HTTP, of which only lists and metadata are read."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from pregate.advisories.package_index import JSON, SimpleIndex
from pregate.advisories.transport import Limits
from pregate.checks.base import Moment, Target
from pregate.checks.dependencies import DependenciesCheck
from pregate.config import DependenciesConfig
from pregate.errors import AdvisoryError
from pregate.lockfiles.python.resolution import resolve
from pregate.model import UnreadReason
from tests.checks.test_dependencies import Source, record

WEB = {
    "files": [
        {"filename": "web-1.0-py3-none-any.whl", "url": "/files/web-1.0-py3-none-any.whl#sha256=ab"},
        {"filename": "web-1.0.tar.gz", "url": "/files/web-1.0.tar.gz"},
        {
            "filename": "web-2.0-py3-none-any.whl",
            "url": "/files/web-2.0-py3-none-any.whl",
            "requires-python": ">=3",
        },
        {"filename": "web-3.0-py3-none-any.whl", "url": "/files/web-3.0.whl", "yanked": "broken"},
        {"filename": "web-4.0.tar.gz", "url": "/files/web-4.0.tar.gz", "requires-python": "<2"},
        {"filename": "web-2.0.exe", "url": "/files/web-2.0.exe"},
        {"filename": 7},
        "nothing",
    ]
}
CORE = {"files": [{"filename": "core-1.5-py3-none-any.whl", "url": "../../files/core-1.5-py3-none-any.whl"}]}
SOURCE = {"files": [{"filename": "old-1.0.tar.gz", "url": "/files/old-1.0.tar.gz"}]}
PAGES = {
    "/simple/web/": json.dumps(WEB),
    "/simple/core/": json.dumps(CORE),
    "/simple/old/": json.dumps(SOURCE),
    "/simple/page/": "<html>",
    "/simple/shape/": "[]",
    "/files/web-2.0-py3-none-any.whl.metadata": "Metadata-Version: 2.1\nName: web\nRequires-Dist: core<2\n",
    "/files/core-1.5-py3-none-any.whl.metadata": "Metadata-Version: 2.1\nName: core\n",
}


class Handler(BaseHTTPRequestHandler):
    """The pages, and nothing else; what was asked is kept."""

    asked: list[tuple[str, str]] = []  # noqa: RUF012 - of the one server of a test

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers["Accept"]))
        text = PAGES.get(self.path)
        self.send_response(404 if text is None else 200)
        self.send_header("Content-Length", str(len(text or "")))
        self.end_headers()
        self.wfile.write((text or "").encode())

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def url() -> Iterator[str]:
    Handler.asked.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/simple"
    server.shutdown()
    thread.join()
    server.server_close()


def index(url: str) -> SimpleIndex:
    return SimpleIndex(url, Limits(attempts=1), lambda _: None)


def test_versions_come_from_lists_and_metadata_alone(url: str) -> None:
    found = {c.name: c.version for c in resolve(["web"], index(url))}
    assert found == {"web": "2.0", "core": "1.5"}
    assert Handler.asked == [
        ("/simple/web/", JSON),
        ("/files/web-2.0-py3-none-any.whl.metadata", "*/*"),
        ("/simple/core/", JSON),
        ("/files/core-1.5-py3-none-any.whl.metadata", "*/*"),
    ]


def test_releases_carry_what_decides_about_them(url: str) -> None:
    rows = {r.version: r for r in index(url).releases("web")}
    assert sorted(rows) == ["1.0", "2.0", "3.0", "4.0"]
    assert rows["1.0"].metadata.endswith("/files/web-1.0-py3-none-any.whl.metadata")
    assert (rows["3.0"].is_yanked, rows["4.0"].metadata, rows["2.0"].requires_python) == (True, "", ">=3")


def test_a_project_that_is_not_there_has_no_releases(url: str) -> None:
    assert index(url).releases("unheard-of") == []


@pytest.mark.parametrize(
    ("name", "words"), [("page", "does not speak the simple API in JSON"), ("shape", "lists no files")]
)
def test_an_index_that_answers_with_something_else_is_an_error(url: str, name: str, words: str) -> None:
    with pytest.raises(AdvisoryError, match=words):
        index(url).releases(name)


def test_an_address_that_is_none_is_an_error() -> None:
    with pytest.raises(AdvisoryError, match="address of the package index"):
        SimpleIndex("file:///etc/passwd")


def judged(url: str, text: str) -> tuple[list[str], list[str]]:
    config = DependenciesConfig(resolve=True)
    source = Source(record("GHSA-core", ("introduced", "0"), ("fixed", "1.9"), name="core"))
    check = DependenciesCheck(config, source, None, Moment(0), index(url))
    (analysis,) = check.conclude([check.analyse(Target("requirements.txt", text.encode()))]).analyses
    audited = [u.detail for u in analysis.unread if u.reason is UnreadReason.NOT_AUDITED]
    return [f"{f.location.start_line}: {f.message}" for f in analysis.findings], audited


def test_what_an_unpinned_requirement_brings_along_is_audited_at_its_line(url: str) -> None:
    findings, left = judged(url, "# our site\nweb>1\n")
    assert findings == [
        "2: core 1.5 has GHSA-core: Known vulnerability GHSA-core; fixed in 1.9; it comes with web 2.0"
    ]
    assert left == []


def test_the_remedy_of_a_version_that_was_chosen_does_not_speak_of_a_pin(url: str) -> None:
    source = Source(record("GHSA-core", ("introduced", "0"), ("fixed", "1.9"), name="core"))
    check = DependenciesCheck(DependenciesConfig(resolve=True), source, None, Moment(0), index(url))
    (analysis,) = check.conclude([check.analyse(Target("requirements.txt", b"core<1.9\n"))]).analyses
    (finding,) = analysis.findings
    assert finding.remedy == "Ask for `core>=1.9` in requirements.txt: without a pin, 1.5 is chosen."
    assert (finding.related, finding.fixes) == ((), ())


def test_what_publishes_no_metadata_stays_not_audited_and_says_why(url: str) -> None:
    findings, (left,) = judged(url, "old\n")
    assert findings == []
    assert left.endswith("; not resolved: old 1.0 publishes no metadata, and nothing is built")


def test_a_file_that_pins_everything_asks_the_index_nothing(url: str) -> None:
    judged(url, "core==1.5\n")
    assert Handler.asked == []
