"""A value against a shape of botocore's service models: enums, lengths, patterns and unknown members too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import botocore.session


@cache
def service_model(service: str) -> Any:
    """botocore's model of a service, by boto3's name for it."""
    session: Any = botocore.session.get_session()  # type: ignore[no-untyped-call]
    return session.get_service_model(service)


def differences(value: Any, shape: Any, path: str = "$") -> Iterator[str]:
    """Where a value, as it stands in JSON, differs from a shape."""
    if shape.metadata.get("document") or getattr(shape, "is_document_type", False):
        if not isinstance(value, dict | list | str | int | float | bool | None):
            yield f"{path}: no document"
        return
    match shape.type_name:
        case "structure" if isinstance(value, dict):
            yield from _structure(value, shape, path)
        case "list" if isinstance(value, list):
            yield from _size(len(value), shape, path)
            for index, item in enumerate(value):
                yield from differences(item, shape.member, f"{path}[{index}]")
        case "map" if isinstance(value, dict):
            yield from _size(len(value), shape, path)
            for key, item in value.items():
                yield from differences(key, shape.key, f"{path}.{key}")
                yield from differences(item, shape.value, f"{path}.{key}")
        case "string" if isinstance(value, str):
            yield from _string(value, shape, path)
        case "integer" | "long" if isinstance(value, int) and not isinstance(value, bool):
            yield from _size(value, shape, path)
        case "float" | "double" if isinstance(value, int | float) and not isinstance(value, bool):
            yield from _size(value, shape, path)
        case "boolean" if isinstance(value, bool):
            return
        case "timestamp" if isinstance(value, int | float | str):
            return
        case "blob" if isinstance(value, str | bytes):
            return
        case kind:
            yield f"{path}: {type(value).__name__} is no {kind}"


def _structure(value: dict[str, Any], shape: Any, path: str) -> Iterator[str]:
    names = {child.serialization.get("name", name): child for name, child in shape.members.items()}
    required = {shape.members[name].serialization.get("name", name): name for name in shape.required_members}
    yield from (f"{path}.{name}: missing" for name in required if name not in value)
    if shape.metadata.get("union") and len(value) != 1:
        yield f"{path}: not one member of the union"
    for name, item in value.items():
        if name in names:
            yield from differences(item, names[name], f"{path}.{name}")
        else:
            yield f"{path}.{name}: unknown member"


def _size(size: float, shape: Any, path: str) -> Iterator[str]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and size < low:
        yield f"{path}: {size} is less than {low}"
    if high is not None and size > high:
        yield f"{path}: {size} is more than {high}"


def _string(value: str, shape: Any, path: str) -> Iterator[str]:
    if shape.enum and value not in shape.enum:
        yield f"{path}: {value[:60]!r} is not of the enum"
    yield from _size(len(value), shape, path)
    pattern = shape.metadata.get("pattern")
    # Written for Java, which also reads \\u10000 and counts whole; such ones are left out.
    if pattern and "\\u1" not in pattern and not _full_match(pattern, value):
        yield f"{path}: {value[:60]!r} is not of the pattern {pattern[:60]}"


def _full_match(pattern: str, value: str) -> bool:
    try:
        return re.fullmatch(pattern, value, re.DOTALL) is not None
    except re.error:
        return True
