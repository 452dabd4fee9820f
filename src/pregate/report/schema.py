"""
Untrusted bytes made into a document of the JSON report's format, and nothing else: bounded before they are
parsed, then held against report.schema.json.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Any

LIMIT = 32 * 1024 * 1024
"""The largest report that is read, in bytes: callers need not load more than one byte beyond it."""

_NODES_MAX = 4_000_000  # each value has a comma before it, or a bracket when it is its container's first
_DIGITS_MAX = 40


def schema_bytes() -> bytes:
    """The JSON Schema of the report (draft 2020-12), as it is published: open to keys of later versions."""
    return files(__package__).joinpath("report.schema.json").read_bytes()


class ReportError(ValueError):
    """
    The report is not one that pregate wrote. The message says where, as a JSON pointer (RFC 6901), and what
    is wrong; no value of the report is in it, and a key that the format does not know is ``*``.
    """

    def __init__(self, pointer: str, words: str) -> None:
        super().__init__(f"{pointer or 'the report'} {words}")
        self.pointer = pointer


def document_of(data: bytes) -> dict[str, Any]:
    """
    The report in ``data`` as dictionaries, lists, strings and numbers that fit the schema. Raises
    ReportError.
    """
    report = _parsed(data)
    _hold_to_schema(report)
    return report  # type: ignore[no-any-return]


def _parsed(data: bytes) -> Any:
    if len(data) > LIMIT:
        raise ReportError("", f"is over the limit of {LIMIT // 1024**2} MiB")
    if sum(map(data.count, (b",", b"[", b"{"))) > _NODES_MAX:
        raise ReportError("", "has more values than a report can have")
    try:
        return json.loads(
            data.decode("ascii"),
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_number,
            parse_constant=_constant,
        )
    except ReportError:
        raise
    except RecursionError:
        raise ReportError("", "is nested too deep") from None
    except ValueError:  # also what is not ASCII
        raise ReportError("", "is no JSON as pregate writes it") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ReportError("", "has a key twice in one object")
    return made


def _integer(text: str) -> int:
    if len(text) > _DIGITS_MAX:
        raise ReportError("", "has a number that is too long")
    return int(text)


def _number(text: str) -> float | int:
    """
    A number with a fraction or an exponent; a whole one as an integer, which it is to the schema too.
    """
    value = float(text) if len(text) <= _DIGITS_MAX else math.inf
    if not math.isfinite(value):
        raise ReportError("", "has a number that is too large or too long")
    return int(value) if value.is_integer() else value


def _constant(_text: str) -> float:
    raise ReportError("", "has a number that JSON does not know")


# ----------------------------------------------------------------------------------------------- schema


def _hold_to_schema(report: Any) -> None:
    from fastjsonschema import JsonSchemaValueException

    validate, keys = _schema()
    try:
        validate(report)
    except JsonSchemaValueException as error:
        pointer = "".join(f"/{part if _is_ours(part, keys) else '*'}" for part in error.path[1:])
        raise ReportError(pointer, f"is not what the format allows ({error.rule})") from None


@functools.cache
def _schema() -> tuple[Callable[[Any], object], frozenset[str]]:
    """The schema, closed, as a function, which is made of our own file alone, and every key that it knows."""
    import fastjsonschema

    schema = _closed(json.loads(schema_bytes()))
    validate = fastjsonschema.compile(schema, use_default=False, use_formats=False)
    return validate, frozenset(_keys(schema))


def _closed(schema: Any) -> Any:
    """
    The schema without room for keys that it does not name. Others may pass over what they do not know; here
    it would be text that nobody has looked at.
    """
    if isinstance(schema, list):
        return [_closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(value) for key, value in schema.items()}
    names_its_keys = schema.get("type") == "object" and isinstance(schema.get("properties"), dict)
    return {"additionalProperties": False} | closed if names_its_keys else closed


def _keys(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for value in schema.values():
            yield from _keys(value)


def _is_ours(part: str, keys: frozenset[str]) -> bool:
    return part in keys or (part.isascii() and part.isdecimal() and len(part) < 8)
