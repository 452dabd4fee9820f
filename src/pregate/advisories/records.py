"""From the bytes of a record to an advisory, with the errors of this room."""

from __future__ import annotations

import json
from typing import Any

from pregate.advisories.files import YAML
from pregate.errors import AdvisoryError
from pregate.lockfiles.model import Advisory
from pregate.lockfiles.osv import MalformedRecordError, parse_advisory


def load_record(data: bytes, name: str, place: object, hint: str) -> Advisory:
    """
    The advisory in ``data``, the file ``name`` of the database at ``place``: JSON, or YAML by its ending.
    Raises AdvisoryError, naming both, when it is none.
    """
    is_yaml = name.endswith(YAML)
    try:
        return parse_advisory(_from_yaml(data) if is_yaml else json.loads(data))
    except MalformedRecordError as error:
        raise AdvisoryError(f"{name} in {place} is no OSV record: {error}", hint) from None
    except (ValueError, RecursionError):  # neither, not UTF-8, or nested without end
        kind = "YAML" if is_yaml else "JSON"
        raise AdvisoryError(f"{name} in {place} is not {kind}: damaged or cut short", hint) from None


def _from_yaml(data: bytes) -> Any:
    """The one document in ``data``; every value is text, as in the schema: a version 1.10 is no number."""
    from pregate.positions import Array, Node, Object, Scalar, parse_yaml

    def plain(node: Node) -> Any:
        match node:
            case Scalar(value=None):
                return None
            case Scalar(text=text):
                return text
            case Array(items=items):
                return [plain(item) for item in items]
            case Object(members=members):
                return {key.text: plain(value) for key, value in members}

    documents = parse_yaml(data.decode())
    if len(documents) != 1:
        raise ValueError("not one document")
    return plain(documents[0])
