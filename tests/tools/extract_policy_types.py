"""
Lists the properties of CloudFormation's resource schemas that may hold a policy, for the test of
``pregate.iam.resource_types``.

``python -m tests.tools.extract_policy_types cfn_lint-VERSION-py3-none-any.whl`` writes
``tests/data/policy-properties.json``. The schemas are those that cfn-lint (MIT-0) carries; a property counts
when its name speaks of a policy and it takes an object, or a string that the schema calls a document.
"""

from __future__ import annotations

import json
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parents[1] / "data" / "policy-properties.json"
SCHEMAS = "cfnlint/data/schemas/resources/"
MAX_DEPTH = 8
_NAME = re.compile(r"polic|document|statement|permission", re.IGNORECASE)
_STRING = re.compile(r"json|polic.*document|Document|Text|policy for")


def candidates(schema: dict[str, Any]) -> Iterator[str]:
    """Paths of one schema, ``*`` for the items of a list."""
    pending: list[tuple[list[str], Any]] = [([], {"properties": schema.get("properties", {})})]
    read_only = set(schema.get("readOnlyProperties", ()))
    while pending:
        path, node = pending.pop()
        node = _resolved(schema, node)
        inner = node.get("properties") or {}
        settable = "/properties/" + "/".join(path) not in read_only
        if path and not inner and settable and _may_be_policy(path[-1], node):
            yield "/".join(path)
        if len(path) >= MAX_DEPTH:
            continue
        pending += [([*path, name], child) for name, child in inner.items()]
        if "items" in node:
            pending.append(([*path, "*"], node["items"]))
        for word in ("oneOf", "anyOf", "allOf"):
            pending += [(path, child) for child in node.get(word, ())]


def _resolved(schema: dict[str, Any], node: Any) -> dict[str, Any]:
    for _ in range(MAX_DEPTH):
        if not (isinstance(node, dict) and str(node.get("$ref", "")).startswith("#/")):
            break
        target: Any = schema
        for step in node["$ref"][2:].split("/"):
            target = target.get(step, {})
        node = target
    return node if isinstance(node, dict) else {}


def _may_be_policy(name: str, node: dict[str, Any]) -> bool:
    kind = node.get("type")
    kinds = kind if isinstance(kind, list) else [kind]
    if not _NAME.search(name) or name.endswith("Name"):
        return False
    words = f"{node.get('description', '')} {node.get('format', '')} {name}"
    return "object" in kinds or ("string" in kinds and "olic" in name and bool(_STRING.search(words)))


def main(wheel: str) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if name.startswith(SCHEMAS) and name.endswith(".json")]
        schemas = [json.loads(archive.read(name)) for name in names]
        date = json.loads(archive.read("cfnlint/data/schemas/version.json"))["schema_date"][:10]
    found = {(schema["typeName"], path) for schema in schemas for path in candidates(schema)}
    version = Path(wheel).name.split("-")[1]
    value = {
        "source": f"resource schemas of {date} in cfn-lint {version} (MIT-0)",
        "properties": sorted(map(list, found)),
    }
    TARGET.write_text(json.dumps(value, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
