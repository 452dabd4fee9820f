"""
JSON with what bun's lock file and deno's configuration have beside it: comments, and commas before brackets.

Sources: https://bun.com/docs/pm/lockfile; https://docs.deno.com/runtime/fundamentals/configuration/.
"""

from __future__ import annotations

import re

from pregate.expressions import expression
from pregate.lockfiles.document import failed
from pregate.lockfiles.located_json import Document, document_of
from pregate.lockfiles.model import Reading
from pregate.positions import PositionError, decode

# A comma at the end of a line before a closing bracket stands in no string: those have no line breaks.
_LAST_COMMA = expression(r",(?=[ \t]*+\r?\n[ \t\r\n]*+[}\]])")
# No closing quote or comment mark is insisted on: nothing is searched twice.
_SPARE = expression(
    r'"(?:[^"\\\n]|\\.)*+"?|(//[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/)?)|(,)(?=(?:[ \t\r\n]|//[^\n]*+\n)*+[}\]])'
)


def load_commented(path: str, data: bytes) -> Document | Reading:
    """
    The document, or the reading that says why there is none. Places are those of the file: what JSON has not
    is read as blanks.
    """
    try:
        text = decode(data)
    except PositionError as error:
        return failed(path, f"not JSON: {error.message}", error.line)
    loaded = document_of(path, _LAST_COMMA.sub(" ", text))
    return document_of(path, _SPARE.sub(_blank, text)) if isinstance(loaded, Reading) else loaded


def _blank(found: re.Match[str]) -> str:
    if found.group(1) is None and found.group(2) is None:
        return found.group()
    return re.sub(r"[^\n]", " ", found.group())
