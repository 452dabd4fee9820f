"""
The part of GitHub's OpenAPI description that the fake GitHub serves, as ``tests/fakehub/data`` holds it.

    npm pack @octokit/openapi && tar xzf octokit-openapi-*.tgz package/generated/api.github.com.json
    python -m tests.tools.extract_openapi package/generated/api.github.com.json

Prose and examples go, and request bodies are closed: GitHub ignores a member that it does not know, so a
misspelt one would pass unseen.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "fakehub" / "data" / "openapi.json.gz"
_REPOSITORY = "/repos/{owner}/{repo}"
OPERATIONS: dict[str, str] = {
    "/user": "get",
    "/rate_limit": "get",
    "/app": "get",
    "/orgs/{org}/repos": "get",
    "/users/{username}/repos": "get",
    "/app/installations/{installation_id}/access_tokens": "post",
    _REPOSITORY: "get",
    _REPOSITORY + "/installation": "get",
    _REPOSITORY + "/pulls": "get",
    _REPOSITORY + "/pulls/{pull_number}": "get",
    _REPOSITORY + "/pulls/{pull_number}/files": "get",
    _REPOSITORY + "/pulls/{pull_number}/commits": "get",
    _REPOSITORY + "/pulls/{pull_number}/comments": "get post",
    _REPOSITORY + "/pulls/{pull_number}/comments/{comment_id}/replies": "post",
    _REPOSITORY + "/pulls/{pull_number}/reviews": "get post",
    _REPOSITORY + "/pulls/{pull_number}/reviews/{review_id}": "get put",
    _REPOSITORY + "/pulls/{pull_number}/reviews/{review_id}/comments": "get",
    _REPOSITORY + "/pulls/comments/{comment_id}": "get patch delete",
    _REPOSITORY + "/issues/{issue_number}": "get",
    _REPOSITORY + "/issues/{issue_number}/comments": "get post",
    _REPOSITORY + "/issues/comments/{comment_id}": "get patch delete",
    _REPOSITORY + "/compare/{basehead}": "get",
    _REPOSITORY + "/contents/{path}": "get",
    _REPOSITORY + "/commits/{ref}": "get",
    _REPOSITORY + "/commits/{commit_sha}/pulls": "get",
    _REPOSITORY + "/commits/{ref}/check-runs": "get",
    _REPOSITORY + "/commits/{ref}/statuses": "get",
    _REPOSITORY + "/commits/{ref}/status": "get",
    _REPOSITORY + "/statuses/{sha}": "post",
    _REPOSITORY + "/check-runs": "post",
    _REPOSITORY + "/check-runs/{check_run_id}": "get patch",
    _REPOSITORY + "/check-runs/{check_run_id}/annotations": "get",
    _REPOSITORY + "/code-scanning/sarifs": "post",
    _REPOSITORY + "/code-scanning/sarifs/{sarif_id}": "get",
    _REPOSITORY + "/code-scanning/analyses": "get",
    _REPOSITORY + "/code-scanning/alerts": "get",
    _REPOSITORY + "/dependency-graph/snapshots": "post",
    _REPOSITORY + "/actions/runs/{run_id}": "get",
    _REPOSITORY + "/actions/runs/{run_id}/artifacts": "get",
    _REPOSITORY + "/actions/artifacts/{artifact_id}": "get",
    _REPOSITORY + "/actions/artifacts/{artifact_id}/{archive_format}": "get",
}
_METHODS = ("get", "put", "post", "patch", "delete")
_PROSE = ("description", "example", "examples", "externalDocs", "summary", "tags", "title")
# Keywords whose members are names, not keywords: a property called "description" stays.
_NAMED = ("properties", "schemas", "responses", "parameters", "headers", "paths")


def main(source: str) -> None:
    """Write the subset of the description in the file ``source``."""
    whole = json.loads(Path(source).read_text(encoding="utf-8"))
    data = json.dumps(subset(whole), separators=(",", ":"), sort_keys=True).encode()
    TARGET.write_bytes(gzip.compress(data, 9, mtime=0))
    print(f"{TARGET.name}: {len(data)} bytes, {TARGET.stat().st_size} compressed")


def subset(whole: dict[str, Any]) -> dict[str, Any]:
    """The operations of :data:`OPERATIONS` with all components that they refer to."""
    paths: dict[str, Any] = {}
    for path, methods in OPERATIONS.items():
        kept = {m: bare(whole["paths"][path][m]) for m in methods.split()}
        for operation in kept.values():
            for media in operation.get("requestBody", {}).get("content", {}).values():
                close(media["schema"])
        shared = {k: bare(v) for k, v in whole["paths"][path].items() if k not in _METHODS}
        paths[path] = {**{k: v for k, v in shared.items() if not k.startswith("x-")}, **kept}
    contents = paths[_REPOSITORY + "/contents/{path}"]["get"]["responses"]["200"]["content"]
    # A folder's answer is a list, which has no member "type" to be told by.
    del contents["application/json"]["schema"]["discriminator"]
    result: dict[str, Any] = {
        "openapi": whole["openapi"],
        "info": {"title": whole["info"]["title"], "version": whole["info"]["version"]},
        "servers": [{"url": "http://hub"}],
        "paths": paths,
    }
    add_components(whole, result)
    for answers in (
        result["components"]["responses"],
        *(o["responses"] for p in paths.values() for o in operations(p)),
    ):
        for answer in answers.values():
            if "$ref" not in answer:
                answer["description"] = ""  # the one piece of prose that OpenAPI demands
    return result


def operations(item: dict[str, Any]) -> list[dict[str, Any]]:
    """The operations of one path."""
    return [item[method] for method in _METHODS if method in item]


def bare(node: Any, named: bool = False) -> Any:
    """A copy without prose, examples and extensions; under ``named`` the members are names of things."""
    if isinstance(node, list):
        return [bare(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {}
    for key, value in node.items():
        if named or not (key in _PROSE or key.startswith("x-")):
            kept[key] = bare(value, key in _NAMED and not named and isinstance(value, dict))
    return kept if named else nullable(kept)


def nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """
    A schema whose ``nullable`` counts. Beside ``enum`` and ``oneOf`` it means nothing to a validator (OpenAPI
    3.0.3, "Schema Object"), but GitHub does answer null there.
    """
    if schema.get("nullable") is not True:
        return schema
    if "enum" in schema and None not in schema["enum"]:
        return schema | {"enum": [*schema["enum"], None]}
    for composed in ("oneOf", "anyOf"):
        if composed in schema:
            return schema | {composed: [*schema[composed], {"enum": [None], "nullable": True}]}
    if "allOf" in schema:
        return {"nullable": True, "anyOf": [{"allOf": schema["allOf"]}, {"enum": [None], "nullable": True}]}
    return schema


def close(schema: Any) -> None:
    """Forbid unknown members in an object of a request body, at every depth."""
    if isinstance(schema, list):
        for item in schema:
            close(item)
        return
    if not isinstance(schema, dict):
        return
    composed = {"oneOf", "anyOf", "allOf"} & set(schema)
    if "properties" in schema:
        schema["additionalProperties"] = False
        composed = set()  # alternatives of an object that lists all its members speak of some of them
    for value in schema.get("properties", {}).values():
        close(value)
    for key in ("items", *composed):
        close(schema.get(key))


def add_components(whole: dict[str, Any], result: dict[str, Any]) -> None:
    """Add what ``$ref`` names, again until nothing new is named."""
    components: dict[str, dict[str, Any]] = {}
    waiting = list(references(result))
    while waiting:
        _, _, kind, name = waiting.pop().split("/")
        if name not in components.setdefault(kind, {}):
            components[kind][name] = bare(whole["components"][kind][name])
            waiting.extend(references(components[kind][name]))
    result["components"] = components
    for name in ("pull-request", "pull-request-simple"):
        head = components["schemas"][name]["properties"]["head"]["properties"]
        # The description forgets that a fork may be deleted.
        head["repo"] = nullable({"nullable": True, "allOf": [head["repo"]]})


def references(node: Any) -> set[str]:
    """Every ``$ref`` in a tree."""
    if isinstance(node, dict):
        own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
        return own.union(*(references(value) for value in node.values()))
    return set().union(*(references(value) for value in node)) if isinstance(node, list) else set()


if __name__ == "__main__":
    main(sys.argv[1])
