"""
GraphQL, validated and executed by graphql-core against GitHub's published schema.

Refusals come as GitHub gives them: status 200, ``errors`` with a ``type`` beside what could be done.
"""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tests.fakehub import state
from tests.fakehub.graphql_fields import FIELDS, Context
from tests.fakehub.rest.routing import Answer
from tests.fakehub.tokens import Actor, Token
from tests.fakehub.validation import DATA

if TYPE_CHECKING:
    from graphql import GraphQLError, GraphQLResolveInfo, GraphQLSchema

    from tests.fakehub.hub import FakeHub


@lru_cache(maxsize=1)
def schema() -> GraphQLSchema:
    """The schema of ``data/schema.graphql.gz``, read once for a process."""
    from graphql import build_schema

    return build_schema(gzip.decompress((DATA / "schema.graphql.gz").read_bytes()).decode())


def serve(hub: FakeHub, method: str, body: Any, token: Token | None) -> Answer:
    """Answer a request to ``/graphql``."""
    from graphql import execute_sync, parse, validate
    from graphql.error import GraphQLSyntaxError

    if token is None:
        return Answer(401, {"message": "This endpoint requires you to be authenticated."})
    if method != "POST" or not isinstance(body, dict) or not isinstance(body.get("query"), str):
        hub.violations.append(f"GraphQL: {method} without a query")
        return Answer(400, {"message": "A query attribute must be specified and must be a string."})
    unknown = set(body) - {"query", "variables", "operationName"}
    hub.violations.extend(f"GraphQL: unknown member {name!r}" for name in unknown)
    try:
        document = parse(body["query"])
    except GraphQLSyntaxError as error:
        return _malformed(hub, [error])
    wrong = validate(schema(), document)
    if wrong:
        return _malformed(hub, wrong)
    result = execute_sync(
        schema(),
        document,
        context_value=Context(hub, token),
        variable_values=body.get("variables") or {},
        operation_name=body.get("operationName"),
        field_resolver=_resolve,
        type_resolver=_type_of,
    )
    errors = result.errors or []
    # An error without a type of GitHub's is a fault of the request (variables) or of this fake.
    hub.violations.extend(f"GraphQL: {e.message}" for e in errors if "type" not in (e.extensions or {}))
    answer: dict[str, Any] = {"data": result.data}
    if errors:
        answer["errors"] = [_shown(error) for error in errors]
    return Answer(200, answer)


def _malformed(hub: FakeHub, errors: Sequence[GraphQLError]) -> Answer:
    hub.violations.extend(f"GraphQL: {error.message}" for error in errors)
    return Answer(200, {"errors": [_shown(error) for error in errors]})


def _shown(error: GraphQLError) -> dict[str, Any]:
    extensions = dict(error.extensions or {})
    kind = extensions.pop("type", "")
    shown: dict[str, Any] = {"type": kind} if kind else {}
    if error.path:
        shown["path"] = error.path
    if kind == "FORBIDDEN":
        shown["extensions"] = {"saml_failure": False}
    shown["locations"] = [{"line": place.line, "column": place.column} for place in error.locations or ()]
    return shown | {"message": error.message}


def _resolve(source: Any, info: GraphQLResolveInfo[Context], **arguments: Any) -> Any:
    name, context = info.field_name, info.context
    resolver = FIELDS.get((info.parent_type.name, name))
    if resolver is None and isinstance(source, dict):
        return source.get(name)
    if resolver is None:
        context.hub.violations.append(f"the fake knows no {info.parent_type.name}.{name}")
        return None
    return resolver(source, context, arguments)


def _type_of(value: Any, info: GraphQLResolveInfo[Context], kind: Any) -> str:
    if isinstance(value, Actor):
        return value.type
    names = {
        state.ReviewComment: "PullRequestReviewComment",
        state.Comment: "IssueComment",
        state.Thread: "PullRequestReviewThread",
        state.PullRequest: "PullRequest",
        state.Repository: "Repository",
    }
    return names[type(value)]
