"""GitHub's published OpenAPI description held against what was asked and what was answered."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openapi_core import OpenAPI

DATA = Path(__file__).parent / "data"
HOST = "http://hub"  # the server that the description names; requests are checked without the real address
_ERROR_KEYS = {"message", "documentation_url", "errors", "status", "code"}


@dataclass(slots=True)
class Asked:
    """A request in the shape that openapi-core reads."""

    method: str
    path: str
    parameters: Any
    content_type: str
    body: bytes | None
    host_url: str = HOST


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer in the shape that openapi-core reads."""

    status_code: int
    data: bytes | None
    headers: Mapping[str, str]
    content_type: str = "application/json"


@dataclass(frozen=True)
class Contract:
    """The description, loaded once for a process; openapi-core is imported with the first request."""

    spec: dict[str, Any]
    _operations: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    @cached_property
    def checker(self) -> OpenAPI:
        from openapi_core import Config, OpenAPI

        # Validating the description itself would take seconds at every start. GitHub's own addresses
        # (/users/github-actions[bot]) are no URIs to those who check, which hangs on what else is installed.
        lenient = {"uri": lambda value: isinstance(value, str)}
        config = Config(spec_validator_cls=None, extra_format_validators=lenient)  # type: ignore[arg-type]
        return OpenAPI.from_dict(self.spec, config=config)

    def asked(
        self, method: str, path: str, query: list[tuple[str, str]], headers: Mapping[str, str], body: bytes
    ) -> Asked:
        """A request for :meth:`request` and :meth:`answer`; ``path`` without the API's prefix."""
        from openapi_core.datatypes import RequestParameters
        from werkzeug.datastructures import Headers, ImmutableMultiDict

        given = RequestParameters(
            query=ImmutableMultiDict(query),
            header=Headers(list(headers.items())),
            cookie=ImmutableMultiDict(),
        )
        # An empty body is none: PyGithub names a content type even then.
        return Asked(method.lower(), path, given, "application/json", body or None)

    def request(self, asked: Asked, template: str) -> list[str]:
        """What is wrong with a request."""
        wrong = self._errors(lambda: self.checker.validate_request(asked))
        known = {p["name"] for p in self._parameters(template, asked.method) if p["in"] == "query"}
        return wrong + [f"unknown parameter {name!r}" for name in asked.parameters.query if name not in known]

    def answer(self, asked: Asked, template: str, answer: Answered) -> list[str]:
        """What is wrong with an answer. Refusals that the description forgot are held to a plain shape."""
        declared = self.spec["paths"][template][asked.method]["responses"]
        if answer.status_code >= 400 and str(answer.status_code) not in declared:
            body = json.loads(answer.data or b"{}")
            return [] if "message" in body and set(body) <= _ERROR_KEYS else [f"odd refusal {body}"]
        return self._errors(lambda: self.checker.validate_response(asked, answer))

    def _errors(self, check: Any) -> list[str]:
        from openapi_core.exceptions import OpenAPIError

        try:
            check()
        except OpenAPIError as error:
            return [_words(error)]
        return []

    def _parameters(self, template: str, method: str) -> list[dict[str, Any]]:
        item = self.spec["paths"][template]
        both = item.get("parameters", []) + item[method].get("parameters", [])
        return [self.resolve(parameter) for parameter in both]

    def resolve(self, node: dict[str, Any]) -> dict[str, Any]:
        """What a ``$ref`` refers to."""
        while "$ref" in node:
            _, _, kind, name = node["$ref"].split("/")
            node = self.spec["components"][kind][name]
        return node


def _words(error: BaseException) -> str:
    cause = error.__cause__ or error.__context__
    details = getattr(error, "schema_errors", None) or getattr(cause, "schema_errors", None) or ()
    lines = [f"{'/'.join(map(str, e.absolute_path))}: {_brief(e)}" for e in details]
    return f"{type(error).__name__}: " + ("; ".join(lines) or str(cause or error)[:300])


def _brief(error: Any) -> str:
    # jsonschema quotes the whole value, which may be long, before it says what is wrong.
    message: str = error.message
    return message if len(message) < 400 else f"{error.validator} {error.validator_value}: {message[:100]}..."


@lru_cache(maxsize=1)
def contract() -> Contract:
    """The description of ``data/openapi.json.gz``."""
    return Contract(json.loads(gzip.decompress((DATA / "openapi.json.gz").read_bytes())))


@lru_cache(maxsize=512)
def _template(name: str, server: str, moment: str) -> str:
    schema = contract().spec["components"]["schemas"][name] | {"nullable": False}
    return json.dumps(_sample(schema, server, moment))


def fill(name: str, server: str, /, **known: Any) -> dict[str, Any]:
    """An object of a schema: ``known`` members, and placeholders where the description requires more."""
    made: dict[str, Any] = json.loads(_template(name, server, "2026-01-01T00:00:00Z"))
    return made | known


def _sample(node: dict[str, Any], server: str, moment: str) -> Any:
    node = contract().resolve(node)
    if node.get("nullable"):
        return None
    if "allOf" in node:
        merged: dict[str, Any] = {}
        for part in node["allOf"]:
            merged |= _sample(part, server, moment) or {}
        return merged
    for composed in ("oneOf", "anyOf"):
        if composed in node and "properties" not in node:
            return _sample(node[composed][0], server, moment)
    if "enum" in node:
        return node["enum"][0]
    match node.get("type"):
        case "array":
            return [_sample(node["items"], server, moment) for _ in range(node.get("minItems", 0))]
        case "integer" | "number":
            return node.get("minimum", 0)
        case "boolean":
            return False
        case "string":
            formats = {"uri": f"{server}/none", "date-time": moment}
            return formats.get(node.get("format", ""), "x" * node.get("minLength", 0))
    required = node.get("required", ())
    return {key: _sample(node["properties"][key], server, moment) for key in required}
