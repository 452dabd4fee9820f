"""A file's content with a suppressing comment at a line, where that changes nothing else that it means."""

from __future__ import annotations

import ast
import re
import tomllib
import warnings
from collections.abc import Callable, Iterator
from typing import Any

from pregate.suppressions.comments import Syntax, syntax_of

_WIDEST = 120
_INDENT = re.compile(rb"[ \t]*")


def comments(path: str, data: bytes, line: int, form: str) -> Iterator[bytes]:
    """
    ``data`` of the file at ``path`` with the comment ``form`` at the end of ``line`` or on a line of its own
    above it, the better way first; nothing where the file would mean something else by it.

    What a file means can be said of Python, YAML and TOML; of others only what the line shows.
    """
    syntax = syntax_of(path)
    lines = data.split(b"\n")
    if syntax is None or not 1 <= line <= len(lines) or b"\0" in data:
        return
    if line > 1 and _goes_on(lines[line - 2]):
        return
    meaning = _meaning_of(path)
    for make in _ways(syntax, lines[line - 1], form):
        made = b"\n".join((*lines[: line - 1], *make, *lines[line:]))
        if meaning is None or _same(meaning, data, made):
            yield made


def _ways(syntax: Syntax, line: bytes, form: str) -> Iterator[tuple[bytes, ...]]:
    end = b"\r" if line.endswith(b"\r") else b""
    bare, comment = line.removesuffix(b"\r").rstrip(), form.encode()
    above = (_indent(line) + comment + end, line)
    behind = (bare + b"  " + comment + end,)
    is_behind = syntax.is_trailing and not _goes_on(line)
    if is_behind and len(bare) + len(comment) <= _WIDEST:
        yield behind
        yield above
    else:
        yield above
        if is_behind:
            yield behind


def _indent(line: bytes) -> bytes:
    match = _INDENT.match(line)
    return match[0] if match else b""


def _goes_on(line: bytes) -> bool:
    return line.rstrip().endswith((b"\\", b"^", b"`"))


def _meaning_of(path: str) -> Callable[[bytes], Any] | None:
    suffix = path.rpartition(".")[2].lower()
    return {"py": _python, "pyi": _python, "toml": _toml, "yaml": _yaml, "yml": _yaml}.get(suffix)


def _same(meaning: Callable[[bytes], Any], before: bytes, after: bytes) -> bool:
    try:
        return bool(meaning(before) == meaning(after))
    except (ValueError, SyntaxError, RecursionError, MemoryError):  # also what positions raise
        return False


def _python(data: bytes) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.dump(ast.parse(data))


def _toml(data: bytes) -> Any:
    return tomllib.loads(data.decode())


def _yaml(data: bytes) -> Any:
    from pregate.positions import decode, parse_yaml

    return [document.to_plain() for document in parse_yaml(decode(data))]
