"""From the bytes of a record to an advisory, with the errors of this room."""

from __future__ import annotations

import json

from pregate.errors import AdvisoryError
from pregate.lockfiles.model import Advisory
from pregate.lockfiles.osv import MalformedRecordError, parse_advisory


def load_record(data: bytes, name: str, hint: str) -> Advisory:
    """The advisory in ``data``; AdvisoryError, naming it by ``name``, when it is none."""
    try:
        return parse_advisory(json.loads(data))
    except MalformedRecordError as error:
        raise AdvisoryError(f"{name} is no OSV record: {error}", hint) from None
    except (ValueError, RecursionError):  # not JSON, not UTF-8, or nested without end
        raise AdvisoryError(f"{name} is not JSON: damaged or cut short", hint) from None
