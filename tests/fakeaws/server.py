"""The server: reads a request, knows the caller, enforces his policies, finds who answers, keeps the log."""

from __future__ import annotations

import json
import secrets
import socket
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Iterable
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from werkzeug.serving import WSGIRequestHandler, make_server

from tests.fakeaws import access, analyzer, inspector, securityhub, storage, sts
from tests.fakeaws.records import Call, Dropped, Fault, Principal, Refused
from tests.fakeaws.requests import Received, read
from tests.fakeaws.shapes import differences, service_model

if TYPE_CHECKING:
    from tests.fakeaws.aws import FakeAws

Answer = tuple[int, list[tuple[str, str]], bytes]

# Services that the wrapper answers itself, from the request's members to the answer's.
_OWN: dict[str, Callable[[Any, str, dict[str, Any], Received, Principal], dict[str, Any]]] = {
    "accessanalyzer": lambda aws, name, asked, received, caller: analyzer.serve(aws, name, asked),
    "inspector-scan": lambda aws, name, asked, received, caller: inspector.serve(aws, name, asked),
    "securityhub": securityhub.serve,
}
_REASONS = {400: "Bad Request", 403: "Forbidden", 404: "Not Found", 429: "Too Many Requests"}
# Errors that are said in other words than ValidationException, by service.
_INVALID = {"securityhub": "InvalidInputException"}


class Listener:
    """A thread that serves a fake AWS until it is closed."""

    def __init__(self, aws: FakeAws) -> None:
        self.server = make_server(
            "127.0.0.1",
            0,
            Wrapper(aws),
            threaded=True,
            request_handler=_Quiet,
        )
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - the base's name
        pass


@lru_cache(maxsize=1)
def _moto() -> Any:
    """moto's own application, loaded when a service of its is first called."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

        return DomainDispatcherApplication(create_backend_app)


def forget_moto() -> None:
    """Empty moto's stores, which a process has once."""
    if _moto.cache_info().currsize:
        from moto.moto_api._internal.models import moto_api_backend

        moto_api_backend.reset()


class Wrapper:
    """The WSGI application."""

    def __init__(self, aws: FakeAws) -> None:
        self.aws = aws
        self.lock = threading.RLock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        received = _received(environ)
        try:
            status, headers, body = self.answer(received, environ)
        except Dropped:
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            raise ConnectionResetError from None
        start_response(f"{status} {_REASONS.get(status, 'Answer')}", headers)
        return [b"" if received.method == "HEAD" else body]

    def answer(self, received: Received, environ: dict[str, Any]) -> Answer:
        """The answer, with the ordered faults, and an entry in the log."""
        caller: Principal | None = None
        refusal: Refused | None = None
        answer: Answer | None = None
        fault = self.fault(received)
        dropped = bool(fault and fault.drop)
        if fault is None or fault.applied:
            try:
                caller = access.identify(self.aws, received)
                answer = self.served(received, caller, environ)
            except Refused as refused:
                refusal = refused
            except Dropped:
                dropped = True
            except Exception:
                self.aws.violations.append(f"the fake failed: {traceback.format_exc()}")
                refusal = Refused(500, "InternalFailure", "The fake failed.")
        if fault and not fault.drop:
            refusal, answer = fault.refusal, None
        if refusal:
            answer = refusal_answer(received, refusal, fault)
        status = 0 if dropped or answer is None else answer[0]
        code = refusal.code if refusal else _code_of(answer) if answer and status >= 400 else ""
        if not (caller and caller.internal):
            self.log(received, caller, status, code)
        if dropped or answer is None:
            raise Dropped
        return answer

    def fault(self, received: Received) -> Fault | None:
        """The ordered fault that is the next call's; one without a service is never meant."""
        principal = self.aws.principals.get(received.access_key)
        if principal and principal.internal:
            return None
        with self.lock:
            for fault in self.aws.faults:
                if fault.matches(received.service, received.operation, received.region):
                    fault.times -= 1
                    return fault
        return None

    def log(self, received: Received, caller: Principal | None, status: int, code: str) -> None:
        entry = Call(
            received.service,
            received.operation,
            received.region,
            received.access_key,
            received.parameters,
            status,
            code,
            received.host,
            caller.arn if caller else "",
            time.time(),
        )
        with self.lock:
            self.aws.log.append(entry)

    def served(self, received: Received, caller: Principal | None, environ: dict[str, Any]) -> Answer:
        """Who is asked: a service of the wrapper's or one of moto's."""
        self.check_region(received)
        if not received.operation:
            self.aws.violations.append(f"{received.method} {received.path}: no such operation")
            raise Refused(404, "UnknownOperationException", "Unknown operation")
        access.authorize(self.aws, received, caller)
        if received.service == "sts":
            with self.lock:
                body = sts.serve(self.aws, received, caller)
            return 200, [("Content-Type", "text/xml")], body
        if received.service in _OWN and caller is not None:
            return self.own(received, caller)
        return self.by_moto(received, caller, environ)

    def check_region(self, received: Received) -> None:
        for service, region, operation, dropped in self.aws.missing:
            is_here = received.service == service and received.region == region
            if is_here and operation in ("", received.operation):
                if dropped:
                    raise Dropped
                raise Refused(404, "UnknownOperationException", "The operation is not supported here.")

    def own(self, received: Received, caller: Principal) -> Answer:
        """A service of the wrapper's: the request is held against the model, then the answer."""
        operation = service_model(received.service).operation_model(received.operation)
        wrong = list(differences(received.parameters, operation.input_shape))
        if wrong:
            self.blame(received, "request", wrong)
            code = _INVALID.get(received.service, "ValidationException")
            more = {"Code": code} if code in _INVALID.values() else {"reason": "fieldValidationFailed"}
            raise Refused(400, code, "; ".join(wrong)[:400], **more)
        with self.lock:
            made = _OWN[received.service](self.aws, received.operation, received.parameters, received, caller)
        self.blame(received, "answer", list(differences(made, operation.output_shape)))
        return 200, [("Content-Type", "application/json")], json.dumps(made).encode()

    def blame(self, received: Received, side: str, wrong: list[str]) -> None:
        start = f"{received.service} {received.operation}: {side}: "
        self.aws.violations.extend(start + words for words in wrong)

    def by_moto(self, received: Received, caller: Principal | None, environ: dict[str, Any]) -> Answer:
        """A service of moto's, in the caller's account, behind what moto does not check."""
        if received.protocol == "json":
            operation = service_model(received.service).operation_model(received.operation)
            self.blame(received, "request", list(differences(received.parameters, operation.input_shape)))
        account = storage.check(self.aws, received, caller)
        environ = dict(environ)
        environ["wsgi.input"] = BytesIO(received.body)
        environ["CONTENT_LENGTH"] = str(len(received.body))
        environ["HTTP_X_MOTO_ACCOUNT_ID"] = account
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        found: list[Any] = []
        with self.lock, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            chunks = _moto()(environ, lambda status, headers, *_: found.extend((status, headers)))
            body = b"".join(chunks)
            if hasattr(chunks, "close"):
                chunks.close()
        status = int(found[0].split()[0])
        if status >= 500:
            self.aws.violations.append(
                f"moto failed at {received.service} {received.operation}: {body[:300]!r}"
            )
        return status, list(found[1]), body


def _received(environ: dict[str, Any]) -> Received:
    length = environ.get("CONTENT_LENGTH")
    stream = environ["wsgi.input"]
    is_chunked = environ.get("wsgi.input_terminated")
    body = stream.read() if is_chunked else stream.read(int(length or 0))
    headers = {
        name[5:].lower().replace("_", "-"): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    headers["content-type"] = environ.get("CONTENT_TYPE", "")
    # The path as it was written, with its escapes.
    raw = environ.get("RAW_URI") or environ.get("REQUEST_URI") or environ["PATH_INFO"]
    path = raw.partition("?")[0]
    return read(environ["REQUEST_METHOD"], path, environ.get("QUERY_STRING", ""), headers, body)


def refusal_answer(received: Received, refusal: Refused, fault: Fault | None) -> Answer:
    """An error in the form of the service's protocol."""
    headers = [("x-amzn-RequestId", secrets.token_hex(8))]
    if fault and fault.retry_after is not None:
        headers.append(("Retry-After", str(int(fault.retry_after))))
    code, message = escape(refusal.code), escape(refusal.message)
    match received.protocol:
        case "query":
            side = "Sender" if refusal.status < 500 else "Receiver"
            body = (
                f'<ErrorResponse xmlns="{_namespace(received)}"><Error><Type>{side}</Type><Code>{code}</Code>'
                f"<Message>{message}</Message></Error><RequestId>{secrets.token_hex(8)}</RequestId></ErrorResponse>"
            )
            return refusal.status, [*headers, ("Content-Type", "text/xml")], body.encode()
        case "rest-xml":
            body = (
                '<?xml version="1.0" encoding="UTF-8"?>'
                f"<Error><Code>{code}</Code><Message>{message}</Message>"
                f"<RequestId>{secrets.token_hex(8)}</RequestId></Error>"
            )
            return refusal.status, [*headers, ("Content-Type", "application/xml")], body.encode()
        case _:
            # Security Hub writes its messages with a capital letter.
            name = "Message" if received.service == "securityhub" else "message"
            members = {"__type": refusal.code, name: refusal.message} | refusal.members
            headers += [("x-amzn-ErrorType", refusal.code), ("Content-Type", "application/json")]
            return refusal.status, headers, json.dumps(members).encode()


def _namespace(received: Received) -> str:
    return str(service_model(received.service).metadata.get("xmlNamespace", "")) if received.service else ""


def _code_of(answer: Answer) -> str:
    """The code in an error that moto made."""
    text = answer[2].decode("utf-8", "replace")
    if text.lstrip().startswith("{"):
        return str(json.loads(text).get("__type", "")).rpartition("#")[2]
    return text.partition("<Code>")[2].partition("</Code>")[0] or str(answer[0])
