"""What is no answer of AWS, a page of a proxy, ends as an error of ours."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
import pytest

from pregate.aws.access_analyzer import AccessAnalyzer
from pregate.aws.caller import find_caller
from pregate.aws.identity import open_identity
from pregate.aws.s3 import Bucket, Uploads
from pregate.aws.signing import KmsSigner
from pregate.config import AwsConfig
from pregate.errors import AwsError
from pregate.iam import extract

PAGE = b"<html><body>The proxy says no<br></body></html>"
POLICY = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'
KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"


class Proxy(BaseHTTPRequestHandler):
    """Has the same page for whoever asks."""

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(403)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    do_GET = do_POST = do_PUT = answer

    def log_message(self, *_: Any) -> None:
        """Silence."""


class Clients:
    def client(self, service: str, region: str = "") -> Any:
        make: Any = boto3.client
        return make(service, region_name=region or "eu-west-1")


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "example")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    yield
    server.shutdown()
    server.server_close()
    thread.join()


QUESTIONS: dict[str, Callable[[], object]] = {
    "caller": lambda: find_caller(Clients()),
    "account": lambda: open_identity(AwsConfig(region="eu-west-1"), {}).account,
    "analyzer": lambda: AccessAnalyzer(Clients()).validate(extract("p.json", POLICY).documents[0]),
    "kms": lambda: KmsSigner(Clients(), KEY).sign(b"claims"),
    "s3": lambda: Uploads(Clients(), Bucket("reports", "111122223333")).put("k", b"x", "text/plain"),
}


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.usefixtures("proxy")
def test_a_page_of_a_proxy_is_no_bug_of_ours(name: str) -> None:
    with pytest.raises(AwsError) as caught:
        QUESTIONS[name]()
    assert "proxy says" not in str(caught.value)


class NoTokens:
    is_out_of_reach = False

    def get(self, audience: str) -> Any:
        raise AssertionError(audience)


ROLE = AwsConfig(role_to_assume="arn:aws:iam::111122223333:role/gate", region="eu-west-1")
WHO: dict[str, Callable[[], object]] = {
    "account": lambda: open_identity(AwsConfig(), {}).account,
    "client": lambda: open_identity(AwsConfig(), {}).client("sts"),
    "role": lambda: open_identity(ROLE, {"GITHUB_ACTIONS": "true"}, tokens=NoTokens()).account,
}


@pytest.mark.parametrize("name", WHO)
@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [("AWS_PROFILE", "nobody", "ProfileNotFound"), ("AWS_ENDPOINT_URL", "nowhere", "no address")],
)
def test_a_configuration_of_botocores_that_is_wrong_is_no_bug_of_ours(
    name: str, variable: str, value: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(AwsError, match=words):
        WHO[name]()
