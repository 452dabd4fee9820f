"""
The part of GitHub's GraphQL schema that the fake GitHub executes, as ``tests/fakehub/data`` holds it.

    npm pack @octokit/graphql-schema && tar xzf octokit-graphql-schema-*.tgz package/schema.graphql
    python -m tests.tools.extract_graphql package/schema.graphql

A field stays when its type and the types of its arguments stay; descriptions and directives go.
"""

from __future__ import annotations

import gzip
import sys
from collections.abc import Set
from dataclasses import replace
from pathlib import Path
from typing import Any

from graphql import parse, print_ast
from graphql.language import ast

TARGET = Path(__file__).parent.parent / "fakehub" / "data" / "schema.graphql.gz"
ROOTS = {
    "Query": {"id", "viewer", "repository", "node", "nodes", "rateLimit"},
    "Mutation": {
        "addPullRequestReviewThreadReply",
        "deleteIssueComment",
        "deletePullRequestReviewComment",
        "minimizeComment",
        "resolveReviewThread",
        "unminimizeComment",
        "unresolveReviewThread",
        "updateIssueComment",
        "updatePullRequestReviewComment",
    },
}
TYPES = frozenset(
    """
    Boolean DateTime Float GitObjectID HTML ID Int String URI Actor Comment Minimizable Node Bot
    User Repository PullRequest PageInfo RateLimit IssueComment IssueCommentConnection
    IssueCommentEdge IssueCommentOrder IssueCommentOrderField PullRequestReviewComment
    PullRequestReviewCommentConnection PullRequestReviewCommentEdge PullRequestReviewThread
    PullRequestReviewThreadConnection PullRequestReviewThreadEdge PullRequestReviewThreadSubjectType
    PullRequestState DiffSide CommentAuthorAssociation OrderDirection ReportedContentClassifiers
    """.split()  # noqa: SIM905, a list of one name a line would be long
)


def main(source: str) -> None:
    """Write the subset of the schema in the file ``source``."""
    text = subset(Path(source).read_text(encoding="utf-8"))
    TARGET.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(f"{TARGET.name}: {len(text)} bytes, {TARGET.stat().st_size} compressed")


def subset(text: str) -> str:
    """The definitions of :data:`TYPES`, the fields of :data:`ROOTS` and the mutations' own types."""
    document: Any = parse(text, no_location=True)
    kept = TYPES | set(ROOTS)
    for mutation in ROOTS["Mutation"]:
        name = mutation[0].upper() + mutation[1:]
        kept |= {f"{name}Input", f"{name}Payload"}
    chosen = [d for d in document.definitions if getattr(d, "name", None) and d.name.value in kept]
    missing = kept - {d.name.value for d in chosen} - {"Boolean", "Float", "ID", "Int", "String"}
    assert not missing, missing
    return "\n".join(
        print_ast(bare(d, kept)) for d in chosen if not isinstance(d, ast.DirectiveDefinitionNode)
    )


def bare(definition: Any, kept: Set[str]) -> Any:
    """A definition without prose, directives, and fields or interfaces that are not kept."""
    changes: dict[str, Any] = {"description": None, "directives": ()}
    if getattr(definition, "interfaces", None):
        changes["interfaces"] = tuple(i for i in definition.interfaces if i.name.value in kept)
    if getattr(definition, "values", None):
        changes["values"] = tuple(replace(v, description=None, directives=()) for v in definition.values)
    if getattr(definition, "fields", None):
        only = ROOTS.get(definition.name.value)
        fields = [bare_field(f, kept) for f in definition.fields if only is None or f.name.value in only]
        changes["fields"] = tuple(field for field in fields if field is not None)
    return replace(definition, **changes)


def bare_field(field: Any, kept: Set[str]) -> Any:
    """A field as it stays, or None. An optional argument of a type that goes is dropped by itself."""
    changes: dict[str, Any] = {"description": None, "directives": ()}
    if hasattr(field, "arguments"):
        arguments = [a for a in field.arguments or () if named(a.type) in kept]
        lost = [a for a in field.arguments or () if named(a.type) not in kept]
        if any(isinstance(argument.type, ast.NonNullTypeNode) for argument in lost):
            return None
        changes["arguments"] = tuple(replace(a, description=None, directives=()) for a in arguments)
    return replace(field, **changes) if named(field.type) in kept else None


def named(node: Any) -> str:
    """The name of a type without list and non-null marks."""
    while not isinstance(node, ast.NamedTypeNode):
        node = node.type
    return str(node.name.value)


if __name__ == "__main__":
    main(sys.argv[1])
